"""Councils on both databases: founding, seats, enthusiasts, and who takes a kind."""

import asyncio
from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import NOBODY, Role
from linyue.councils import service
from linyue.councils.model import Seat
from linyue.councils.rules import CouncilRefusal, MatterKind, WhyMember
from linyue.people.model import Person
from linyue.people.service_roles import holders_of
from tests.make.centres import make_small_district
from tests.make.councils import make_council

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def make_people(count: int) -> list[int]:
    return [
        (await Person.create(public_id=f"p{n}", display_name=f"邻居{n}", created_at=clock.now())).id
        for n in range(count)
    ]


async def test_a_full_council_shows_its_roster_and_takes_every_kind() -> None:
    places, people = await make_small_district(), await make_people(8)
    council = await make_council(places.compound.id, people[:7])
    now = clock.now()
    await service.invite_x_member(NOBODY, council.id, people[7], "屋顶维修", now, now + timedelta(days=200))
    roster = await service.roster_of(places.compound.code)
    assert [(number, kind) for number, kind, _ in roster.seats] == list(enumerate(MatterKind, start=1))
    assert [seat.person.display_name for _, _, seat in roster.seats if seat] == [f"邻居{n}" for n in range(7)]
    assert [x.topic for x in roster.x_members] == ["屋顶维修"]
    for person_id, kind in zip(people, MatterKind, strict=False):
        choice = await service.member_for_kind(council.id, kind)
        assert choice is not None
        assert (choice.person_id, choice.why) == (person_id, WhyMember.LEADS_KIND)


async def test_a_vacant_seat_is_shown_and_another_member_acts() -> None:
    places, people = await make_small_district(), await make_people(7)
    council = await make_council(places.compound.id, people)
    seat = (await Seat.of(council.id))[2]
    await service.end_seat(NOBODY, seat.id, clock.now())
    roster = await service.roster_of(places.compound.code)
    assert roster.seats[2] == (3, MatterKind.FACILITIES, None)
    choice = await service.member_for_kind(council.id, MatterKind.FACILITIES)
    assert choice is not None
    assert (choice.person_id, choice.why) == (people[3], WhyMember.ACTS_FOR_VACANT)
    with pytest.raises(Refused) as caught:
        await service.end_seat(NOBODY, seat.id, clock.now() + timedelta(days=1))
    assert caught.value.reason is CouncilRefusal.ALREADY_ENDED


async def test_the_role_comes_and_goes_with_the_seat() -> None:
    places, people = await make_small_district(), await make_people(2)
    council = await make_council(places.compound.id, people[:1])
    now = clock.now()
    await service.invite_x_member(NOBODY, council.id, people[1], "停车", now, now + timedelta(days=9))
    assert await holders_of(Role.STANDING_MEMBER, places.compound.path) == people[:1]
    assert await holders_of(Role.X_MEMBER, places.compound.path) == people[1:]
    await service.end_seat(NOBODY, (await Seat.of(council.id))[0].id, clock.now())
    assert await holders_of(Role.STANDING_MEMBER, places.compound.path) == []


async def test_two_seats_given_at_once_leave_one() -> None:
    places, people = await make_small_district(), await make_people(2)
    council = await make_council(places.compound.id)
    start, end = clock.now(), clock.now() + timedelta(days=365)

    async def give(person_id: int) -> bool:
        try:
            await service.give_seat(NOBODY, council.id, 1, MatterKind.MONEY, person_id, start, end)
        except Refused as refused:
            assert refused.reason is CouncilRefusal.SEAT_TAKEN
            return False
        return True

    assert sorted(await asyncio.gather(*(give(person) for person in people))) == [False, True]
    assert await Seat.filter(council_id=council.id).count() == 1


async def test_one_council_a_place_and_only_in_compounds_and_communities() -> None:
    places = await make_small_district()
    await make_council(places.compound.id)
    for place, reason in [
        (places.compound, CouncilRefusal.HAS_COUNCIL),
        (places.north, CouncilRefusal.PLACE_TOO_WIDE),
    ]:
        with pytest.raises(Refused) as caught:
            await make_council(place.id)
        assert caught.value.reason is reason


async def test_the_council_of_a_place_is_the_nearest_one() -> None:
    places = await make_small_district()
    wide = await make_council(places.one.id)
    assert await service.council_of(places.compound) == wide
    near = await make_council(places.compound.id)
    assert await service.council_of(places.compound) == near
    assert await service.council_of(places.two) is None
    assert [c.id for c in await service.councils_in(places.north.path)] == [wide.id, near.id]


async def test_unknown_things_are_not_found() -> None:
    places = await make_small_district()
    council = await make_council(places.compound.id)
    now = clock.now()
    with pytest.raises(NotFound):
        await service.give_seat(NOBODY, council.id, 1, MatterKind.MONEY, 999, now, now + timedelta(days=1))
    with pytest.raises(NotFound):
        await service.give_seat(NOBODY, 999, 1, MatterKind.MONEY, 1, now, now + timedelta(days=1))
    with pytest.raises(NotFound):
        await service.end_seat(NOBODY, 999, now)
    with pytest.raises(NotFound):
        await service.end_x_member(NOBODY, 999, now)
    with pytest.raises(NotFound):
        await service.roster_of("nowhere")


async def test_an_invitation_ends() -> None:
    places, people = await make_small_district(), await make_people(1)
    council = await make_council(places.compound.id)
    now = clock.now()
    with pytest.raises(Refused) as caught:
        await service.invite_x_member(NOBODY, council.id, people[0], " ", now, now + timedelta(days=9))
    assert caught.value.reason is CouncilRefusal.TOPIC_MISSING
    member = await service.invite_x_member(NOBODY, council.id, people[0], "停车", now, now + timedelta(days=9))
    await service.end_x_member(NOBODY, member.id, now)
    assert (await service.roster_of(places.compound.code)).x_members == ()
