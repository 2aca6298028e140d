"""People who sit in without a place on the roll: guests, experts, those affected from elsewhere. Their only writer.

    sit_in(actor, meeting_id, accepted, channel)      joins, after accepting the rules of order
    sit_in_for(actor, meeting_id, person_id)          is let in by whoever keeps the door, who has read the rules out
    to_let_in(meeting, name) -> [(public id, name)]   who goes by exactly this name and has no place on the roll
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
from linyue.meetings.rules_rights import Act, Part, RightRefusal, refuse_act, refuse_part
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_roll import is_called, on_roll_of
from linyue.people.model import Person
from linyue.places.model import Place


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who sits in."""

    person_id: int
    name: str
    channel: Channel


MOST_ALIKE = 5
"""More people of one name are not offered at the door."""


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
        await _note(meeting, actor.person_id, accepted, channel or channel_of(meeting.mode))
        await uow.audit(actor, "meeting.sit_in", f"meeting:{meeting_id}")
        uow.publish(topic_of(meeting_id), PersonCheckedIn(meeting_id, meeting.version, actor.person_id))


async def sit_in_for(actor: Actor, meeting_id: int, person_id: int) -> None:
    """Whoever keeps the door lets in a person without a place on the roll, having read the rules of order to them.

    Raises Refused: NOT_YOURS for somebody of the roll, who is ticked instead; NOT_NOW.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        item = await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)
        stop(refuse_act(Act.LET_IN, meeting.state, item.link if item else None))
        stop(RightRefusal.NOT_YOURS if await is_called(person_id, meeting) else None)
        await _note(meeting, person_id, rules_version(meeting.plan_data), Channel.HALL)
        await uow.audit(actor, "meeting.sit_in_for", f"meeting:{meeting_id}", person=person_id)
        uow.publish(topic_of(meeting_id), PersonCheckedIn(meeting_id, meeting.version, person_id))


async def _note(meeting: Meeting, person_id: int, accepted: str, channel: Channel) -> None:
    mine = SittingIn.filter(meeting_id=meeting.id, person_id=person_id)
    if not await mine.update(accepted=accepted, channel=channel):
        await SittingIn.create(
            meeting_id=meeting.id, person_id=person_id, channel=channel, accepted=accepted, at=clock.now()
        )


async def to_let_in(meeting: Meeting, name: str) -> list[tuple[str, str]]:
    """Who can be let in to sit in by this name: (public id, name). Only whole names: the door is no directory."""
    if not name:
        return []
    found = await Person.filter(display_name=name, is_active=True).order_by("id").limit(MOST_ALIKE)
    inside = await guest_among(meeting.id, [one.id for one in found])
    rest = [one for one in found if one.id not in inside]
    called = await on_roll_of([one.id for one in rest], await Place.get(id=meeting.place_id), meeting.roll)
    return [(one.public_id, one.display_name) for one in rest if one.id not in called]


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
