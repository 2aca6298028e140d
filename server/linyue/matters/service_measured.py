"""Desk time measured at the centres' windows and told at the communities' own desks, and taking it into a draft of the
catalogue, which others approve.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.centres import service_versions
from linyue.centres.model_counter import Ticket
from linyue.centres.rules_counter import TicketState
from linyue.centres.rules_versions import VersionRefusal
from linyue.matters.model import Matter
from linyue.matters.rules import Way
from linyue.matters.rules_measured import WITHIN, Measured, Source, figure_of, measured


async def measured_items() -> dict[str, Measured]:
    """Item to its minutes, from the last half year: at windows, or at the communities' own desks."""
    since = clock.now() - WITHIN
    windows, desks = await _at_windows(since), await _at_own_desks(since)
    found = {code: figure_of(windows.get(code), desks.get(code)) for code in (*windows, *desks)}
    return {code: one for code, one in found.items() if one is not None}


async def _at_windows(since: datetime) -> dict[str, Measured]:
    """From visits that held this one item: from being called to the end."""
    taken: dict[int, list[str]] = defaultdict(list)
    rows = Matter.filter(ticket_id__isnull=False, reported_at__gte=since)
    for ticket_id, code in await rows.values_list("ticket_id", "item_code"):
        taken[ticket_id].append(code)
    stays: dict[str, list[timedelta]] = defaultdict(list)
    ended = Ticket.filter(state=TicketState.DONE, called_at__gte=since, ended_at__isnull=False)
    visit: tuple[int, datetime, datetime]
    for visit in await ended.values_list("id", "called_at", "ended_at"):
        codes = taken.get(visit[0], [])
        if len(codes) == 1:
            stays[codes[0]].append(visit[2] - visit[1])
    return _medians(stays, Source.WINDOW)


async def _at_own_desks(since: datetime) -> dict[str, Measured]:
    """From what whoever completed a matter said that it took, where all of its time is known."""
    told: dict[str, list[timedelta]] = defaultdict(list)
    rows = Matter.filter(way=Way.OWN_DESK, completed_at__gte=since, desk_minutes__isnull=False)
    for code, minutes in await rows.values_list("item_code", "desk_minutes"):
        told[code].append(timedelta(minutes=minutes))
    return _medians(told, Source.DESK)


def _medians(stays: dict[str, list[timedelta]], source: Source) -> dict[str, Measured]:
    return {code: found for code, each in stays.items() if (found := measured(each, source)) is not None}


async def take_over(actor: Actor, draft_id: int, revision: int, codes: Collection[str]) -> int:
    """Put measured minutes of these items into a draft; they count once somebody else approved it and its day came.

    Returns how many. Raises Refused: NOTHING_CHANGED, and what saving a draft may.
    """
    found = {code: one for code, one in (await measured_items()).items() if code in codes and one.is_enough}
    catalogue = await service_versions.draft_catalogue(await service_versions.find_draft(draft_id))
    items = tuple(
        replace(item, minutes=found[item.code].minutes, is_measured=True) if item.code in found else item
        for item in catalogue.items
    )
    if items == catalogue.items:
        raise Refused(VersionRefusal.NOTHING_CHANGED)
    await service_versions.save_draft(actor, draft_id, revision, replace(catalogue, items=items), "minutes")
    return sum(new != old for new, old in zip(items, catalogue.items, strict=True))
