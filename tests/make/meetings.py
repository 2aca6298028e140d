"""Meetings for tests, made through the services: a compound, its council member, neighbours on the roll, a meeting in any state."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from linyue.base import clock
from linyue.base.policy import Actor, Role
from linyue.meetings import service, service_floor, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MeetingState, Mode
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_plan import Link, Office
from linyue.people.model import Person
from linyue.people.rules_bodies import LISTED
from linyue.people.service_bodies import record_members
from linyue.people.service_roles import grant_role
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from tests.make.people import actor_for, make_person
from tests.make.places import make_place, make_tree, make_unit


@dataclass(frozen=True, slots=True)
class Hall:
    """A meeting and the people around it. `neighbours` are on the roll, `stranger` is not."""

    meeting: Meeting
    place: Place
    chair: Actor
    recorder: Actor
    neighbours: list[Actor]
    stranger: Actor

    async def fresh(self) -> Meeting:
        """The meeting as it is stored now."""
        return await Meeting.get(id=self.meeting.id)

    async def enter(self, *people: Actor) -> None:
        """Let people come in and accept the rules; nobody named: everybody of the roll."""
        for one in people or (self.chair, self.recorder, *self.neighbours):
            await service_floor.enter(one, self.meeting.id, rules_version(self.meeting.plan_data))

    async def go_to(self, link: Link) -> None:
        """Let the chair move on to an item of this link."""
        while True:
            item = await service_room.now_item(self.meeting.id)
            assert item is not None
            if item.link is link:
                return
            await service_room.next_item(self.chair, self.meeting.id, after=item.position)


async def make_compound() -> Place:
    """A compound in a community of its own."""
    return (await make_tree()).compound


async def make_neighbour(place: Place | None, name: str = "", *roles: Role) -> Actor:
    """A person living in a unit of the place (nowhere for None), with roles for it."""
    home = await make_unit(await make_place(PlaceKind.BUILDING, place)) if place is not None else None
    person = await make_person(name, home=home)
    for role in roles:
        assert place is not None
        await grant_role(None, person.id, role, place.id)
    return await actor_for(person)


async def join_bodies(place: Place, people: list[Actor]) -> None:
    """Put people on every list that is kept of the community of a place."""
    community = await place.above(PlaceKind.COMMUNITY)
    assert community is not None
    for body in LISTED:
        members = [(community.id, one.person_id) for one in people if one.person_id is not None]
        await record_members(None, body, members)


async def make_meeting(
    state: MeetingState = MeetingState.RUNNING,
    neighbours: int = 3,
    *,
    data: dict[str, Any] | None = None,
    days: int = 4,
) -> Hall:
    """A meeting in a state. Running and ended ones were announced in time: the district's clock is moved for that.

    `data`: what a sitting keeps of its template, instead of the open space; `days`: until it starts.
    """
    place = await make_compound()
    chair = await make_neighbour(place, "六楼老陈", Role.STANDING_MEMBER)
    recorder = await make_neighbour(place, "桂花树下")
    others = [await make_neighbour(place) for _ in range(neighbours)]
    if data is not None and data.get("roll") in LISTED:
        await join_bodies(place, [chair, recorder, *others])
    meeting = await service.draft_meeting(
        chair,
        place_id=place.id,
        template="open-space",
        title="屋顶漏水怎么修",
        title_en="Mending the leaking roofs",
        starts_at=clock.now() + timedelta(days=days),
        mode=Mode.BOTH,
        venue="邻舍家活动室",
        data=data,
    )
    hall = Hall(meeting, place, chair, recorder, others, await make_neighbour(None, "路人"))
    if state is MeetingState.DRAFT:
        return hall
    await service.announce(chair, meeting.id)
    if state is MeetingState.ANNOUNCED:
        return await _fresh(hall)
    recorder_row = await Person.get(id=recorder.person_id)
    await service.give_office(chair, meeting.id, recorder_row.public_id, Office.RECORDER)
    clock.set_offset(clock.offset() + timedelta(days=days))
    await service_room.start(chair, meeting.id)
    if state is MeetingState.ENDED:
        last = (await AgendaItem.of(meeting.id))[-1]
        await hall.go_to(last.link)
        await service_room.end(chair, meeting.id)
    return await _fresh(hall)


async def _fresh(hall: Hall) -> Hall:
    return Hall(await hall.fresh(), hall.place, hall.chair, hall.recorder, hall.neighbours, hall.stranger)
