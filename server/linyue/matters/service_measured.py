"""Desk time measured at the centres' windows, and taking it into a draft of the catalogue, which others approve."""

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
from linyue.matters.rules_measured import WITHIN, Measured, measured


async def measured_items() -> dict[str, Measured]:
    """Item to its minutes at the window, from visits of the last half year that held this one item."""
    since = clock.now() - WITHIN
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
    return {code: found for code, all_stays in stays.items() if (found := measured(all_stays)) is not None}


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
