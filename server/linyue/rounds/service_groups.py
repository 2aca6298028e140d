"""Duties in a group: who convenes it and who keeps its note. With service and service_merge the writer of groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound
from linyue.base.policy import Actor
from linyue.meetings.model import MeetingOffice
from linyue.meetings.rules_plan import Office
from linyue.meetings.rules_rights import Act
from linyue.meetings.service import stop, topic_of
from linyue.people.model import Person
from linyue.rounds import rules_space
from linyue.rounds.events import GroupsChanged
from linyue.rounds.model import Group, GroupMember
from linyue.rounds.rules_space import Duty
from linyue.rounds.service import enter


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody who sits in a group now."""

    public_id: str
    name: str


async def chairs(meeting_id: int, person_id: int | None) -> bool:
    """Whether somebody holds the meeting's chair."""
    held = MeetingOffice.filter(meeting_id=meeting_id, office=Office.CHAIR, person_id=person_id)
    return person_id is not None and await held.exists()


async def hold_duty(actor: Actor, meeting_id: int, group_id: int, duty: Duty, person_public_id: str = "") -> None:
    """Take a duty in one's group that nobody there has, or give it to a member: "" is oneself.

    Whoever has the duty, whoever convenes and the meeting's chair may give it on at any time.
    """
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.LEAD_GROUP)
        group = await Group.get_or_none(id=group_id, meeting_id=meeting_id)
        if group is None:
            raise NotFound()
        person = await Person.get_or_none(public_id=person_public_id) if person_public_id else None
        named = person.id if person is not None else (0 if person_public_id else actor.person_id)
        seats = await member_ids(group_id)
        holder = group.convener_id if duty is Duty.CONVENER else group.recorder_id
        leads = actor.person_id in (holder, group.convener_id) or await chairs(meeting_id, actor.person_id)
        refusal = rules_space.refuse_duty(
            takes=named == actor.person_id,
            is_named=named in seats,
            holder_sits_here=holder in seats,
            giver_leads=leads,
        )
        stop(refusal, field="person")
        await Group.filter(id=group_id).update(**{f"{duty.value}_id": named})
        await uow.audit(actor, "round.duty", f"group:{group_id}", duty=duty.value)
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version))


async def member_ids(group_id: int) -> set[int]:
    """Who sits in a group, by person id."""
    rows = GroupMember.filter(group_id=group_id)
    return {int(str(one)) for one in await rows.values_list("person_id", flat=True)}


async def seated(group_id: int) -> Sequence[Seated]:
    """Who sits in a group, in the order in which they came."""
    rows = await GroupMember.filter(group_id=group_id).order_by("joined_at", "id").select_related("person")
    return [Seated(row.person.public_id, row.person.display_name) for row in rows]
