"""People who sit in without a place on the roll: guests, experts, those affected from elsewhere. Their only writer.

    sit_in(actor, meeting_id, accepted, channel)      joins, after accepting the rules of order
    guests_of(meeting_id) -> list[Guest]              who sits in, in the order in which they came
    guest_among(meeting_id, person_ids) -> set        who of these sits in
They stand in a table of their own: nothing that counts attendance, a quorum or a roll reads it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.meetings.events import PersonCheckedIn
from linyue.meetings.model import AgendaItem, Attendance, Meeting, SittingIn
from linyue.meetings.rules import Channel, ItemState, MeetingRefusal, channel_of
from linyue.meetings.rules_floor import FloorRefusal, refuse_entry, rules_version
from linyue.meetings.rules_rights import Act, Part, refuse_act, refuse_part
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_roll import is_called


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who sits in."""

    person_id: int
    name: str
    channel: Channel


async def sit_in(actor: Actor, meeting_id: int, accepted: str, channel: Channel | None = None) -> None:
    """Join without a place on the roll, having accepted the rules of order that hold. Raises Refused."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        assert actor.person_id is not None
        on_roll = await is_called(actor.person_id, meeting)
        stop(refuse_part(Act.SIT_IN, [Part.VOTER if on_roll else Part.GUEST]))
        item = await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)
        stop(refuse_act(Act.SIT_IN, meeting.state, item.link if item else None))
        stop(refuse_entry(accepted, rules_version(meeting.plan_data)))
        mine = SittingIn.filter(meeting_id=meeting_id, person_id=actor.person_id)
        where = channel or channel_of(meeting.mode)
        if not await mine.update(accepted=accepted, channel=where):
            await SittingIn.create(
                meeting_id=meeting_id, person_id=actor.person_id, channel=where, accepted=accepted, at=clock.now()
            )
        await uow.audit(actor, "meeting.sit_in", f"meeting:{meeting_id}")
        uow.publish(topic_of(meeting_id), PersonCheckedIn(meeting_id, meeting.version, actor.person_id))


async def guests_of(meeting_id: int) -> list[Guest]:
    """Who sits in, in the order in which they came; whoever came as a voter since is not among them."""
    voters = await Attendance.filter(meeting_id=meeting_id).values_list("person_id", flat=True)
    rows = SittingIn.filter(meeting_id=meeting_id).exclude(person_id__in=[int(str(one)) for one in voters])
    found = await rows.order_by("at", "id").select_related("person")
    return [Guest(row.person_id, row.person.display_name, row.channel) for row in found]


async def guest_among(meeting_id: int, person_ids: Iterable[int]) -> set[int]:
    """Who of these people sits in."""
    rows = SittingIn.filter(meeting_id=meeting_id, person_id__in=list(person_ids))
    return {int(str(one)) for one in await rows.values_list("person_id", flat=True)}


async def floor_of_guest(person_id: int, meeting: Meeting) -> Channel:
    """How a guest who may ask to speak came in.

    Raises Refused: NOT_ON_ROLL where the kind of meeting lets only its roll speak, NOT_ACCEPTED for somebody who has
    not joined, or not accepted the rules that hold.
    """
    if not meeting.plan.speaking.guests:
        raise Refused(MeetingRefusal.NOT_ON_ROLL)
    mine = await SittingIn.get_or_none(meeting_id=meeting.id, person_id=person_id)
    if mine is None or mine.accepted != rules_version(meeting.plan_data):
        raise Refused(FloorRefusal.NOT_ACCEPTED)
    return mine.channel
