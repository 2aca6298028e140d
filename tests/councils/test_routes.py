"""The public roster of a council."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.policy import NOBODY
from linyue.councils import service, service_rules
from linyue.councils.model import Seat
from linyue.councils.rules_district import DEFAULT
from linyue.people.model import Person
from tests.make.centres import make_small_district
from tests.make.councils import make_council

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def test_the_roster_shows_chosen_names_kinds_and_vacancies(client) -> None:  # type: ignore[no-untyped-def]
    places = await make_small_district()
    people = [await Person.create(public_id=f"p{n}", display_name=f"邻居{n}", created_at=clock.now()) for n in range(8)]
    council = await make_council(places.compound.id, [person.id for person in people[:7]])
    now = clock.now()
    await service.invite_x_member(NOBODY, council.id, people[7].id, "屋顶维修", now, now + timedelta(days=200))
    await service.end_seat(NOBODY, (await Seat.of(council.id))[3].id, now)

    page = await client.get(f"/council/{places.compound.code}")
    assert page.status_code == 200
    assert [f"邻居{n}" in page.text for n in range(8)] == [True, True, True, False, True, True, True, True]
    assert "空缺" in page.text
    assert "议题：屋顶维修" in page.text
    listed = await client.get("/council")
    assert f'href="/council/{places.compound.code}"' in listed.text
    await client.post("/settings", data={"lang": "en"})
    assert "Seven standing members" in (await client.get(f"/council/{places.compound.code}")).text


@pytest.mark.sqlite_only
async def test_a_term_ends_soon_by_the_days_of_the_district(client) -> None:  # type: ignore[no-untyped-def]
    places = await make_small_district()
    person = await Person.create(public_id="p1", display_name="邻居", created_at=clock.now())
    await make_council(places.compound.id, [person.id], days=30 + 80)
    assert "快到期" not in (await client.get(f"/council/{places.compound.code}")).text
    await service_rules.change_rules(NOBODY, replace(DEFAULT, ending_days=90), "", 0)
    assert "快到期" in (await client.get(f"/council/{places.compound.code}")).text


async def test_pages_of_an_empty_district(client) -> None:  # type: ignore[no-untyped-def]
    assert (await client.get("/council")).status_code == 200
    assert (await client.get("/council/nowhere")).status_code == 404
