"""A matter that is both residential and governmental: split into two parts under one number, and joined again.

The first part keeps the row, its followers and photos; the second is a row of its own, so that owner, due time, clock
and history of each part are kept by the same columns and constraints as any matter's.
"""

import secrets
from dataclasses import dataclass

from linyue.base import clock
from linyue.base.crypto import open_text, seal_text, token_hash
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor, Role
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import FINAL, MatterRefusal, MatterState, Step
from linyue.matters.rules_parts import PartRefusal, Side, part_number, refuse_split, side_of
from linyue.matters.service_appeals import lapse
from linyue.matters.service_report import slip_secret
from linyue.matters.service_step import Change, claim, stop, take_step, tell_followers
from linyue.matters.service_triage import Sending, send_claimed


@dataclass(frozen=True, slots=True)
class Halves:
    """The two parts as they stand after the split."""

    first: Matter
    second: Matter


async def split(
    actor: Actor, matter_id: int, version: int, sendings: tuple[Sending, Sending], note: str = ""
) -> Halves:
    """Send a reported matter two ways at once, one residential and one governmental, under its one number.

    `note`: the worker's own words on why it is both. Raises Refused: ONE_OF_EACH, SPLIT_ALREADY, and what sending may.
    """
    residential, governmental = sorted(sendings, key=lambda one: side_of(one.way) is Side.GOVERNMENTAL)
    async with unit_of_work():
        matter = await claim(matter_id, version)
        stop(refuse_split([one.way for one in sendings], matter.part), field="way")
        second = await _make_part(matter)
        change = Change(matter.state, text=note, columns={"part": Side.RESIDENTIAL.value})
        await take_step(actor, matter, Step.SPLIT, change)
        await _first_entry(actor, second)
        first = await claim(matter.id, None)
        await send_claimed(actor, first, residential)
        second = await claim(second.id, None)
        await send_claimed(actor, second, governmental)
        await tell_followers(actor, first, "matters-told-split", is_urgent=True)
    return Halves(first, second)


async def _make_part(matter: Matter) -> Matter:
    """The second part's row: the same report, an owner and a due time of its own from its first moment on."""
    nth = await Matter.filter(root_id=matter.id).count() + 2
    form_id = secrets.token_urlsafe(18)
    return await Matter.create(
        number=part_number(matter.number, nth),
        slip_hash=token_hash(slip_secret(form_id)),
        form_id=form_id,
        title=matter.title,
        text=matter.text,
        place_id=matter.place_id,
        community_id=matter.community_id,
        reporter_id=matter.reporter_id,
        filed_by_id=matter.filed_by_id,
        channel=matter.channel,
        asked_code=matter.asked_code,
        contact_sealed=_sealed_again(matter, form_id),
        is_public=matter.is_public,
        is_urgent=matter.is_urgent,
        is_sample=matter.is_sample,
        hidden_reason=matter.hidden_reason,
        owner_role=Role.SOCIAL_WORKER.value,
        due_at=matter.due_at,
        due_days=matter.due_days,
        due_unit=matter.due_unit,
        is_due_provisional=matter.is_due_provisional,
        due_from=matter.due_from,
        warn_at=matter.warn_at,
        warn_last_at=matter.warn_last_at,
        reported_at=matter.reported_at,
        root_id=matter.id,
        part=Side.GOVERNMENTAL.value,
    )


def _sealed_again(matter: Matter, form_id: str) -> str:
    """The contact of somebody without an account, sealed for the part's own row."""
    if not matter.contact_sealed:
        return ""
    contact = open_text(matter.contact_sealed, f"matters.contact|{matter.form_id}")
    return seal_text(contact, f"matters.contact|{form_id}")


async def _first_entry(actor: Actor, part: Matter) -> None:
    await MatterEvent.create(
        matter_id=part.id,
        seq=1,
        at=clock.now(),
        kind=Step.PART.value,
        actor_id=actor.person_id,
        state_after=MatterState.REPORTED.value,
        owner_role_after=part.owner_role,
        due_after=part.due_at,
        is_public=False,
    )


async def join(actor: Actor, matter_id: int, version: int, note: str) -> Matter:
    """Put the second part back into the first, with the reason: it was one matter after all. Returns the first.

    Raises Refused: NO_PART for a matter that is none, MERGE_CLOSED when the first part is over already.
    """
    if not note.strip():
        raise Refused(MatterRefusal.NO_REASON, field="note")
    async with unit_of_work():
        row = await Matter.get(id=matter_id)
        if row.root_id is None:
            raise Refused(PartRefusal.NO_PART)
        first = await claim(row.root_id, None)
        part = await claim(matter_id, version)
        if first.state in FINAL:
            raise Refused(MatterRefusal.MERGE_CLOSED)
        change = Change(MatterState.MERGED, text=note, columns={"merged_into_id": first.id})
        await take_step(actor, part, Step.JOIN, change)
        await lapse(part.id)
        await Matter.filter(id=first.id).update(part="", last_seq=first.last_seq - 1)
        await tell_followers(actor, first, "matters-told-joined")
    return await Matter.get(id=first.id).select_related("community", "place")
