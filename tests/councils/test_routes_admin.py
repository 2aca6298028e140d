"""The administrator founds a council, seats members, invites an enthusiast and ends terms, without script."""

from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.model import AuditEntry
from linyue.base.policy import Role
from linyue.base.workdays import local_day
from linyue.councils.model import Council, Seat, XMember
from linyue.people import service_roles
from tests.client import Client
from tests.make.people import make_person
from tests.make.places import make_tree

pytestmark = pytest.mark.anyio


async def test_a_council_is_founded_seated_and_changed(client: Client) -> None:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.district), is_staff=True)
    first = await make_person(phone="13800130051")
    second = await make_person(phone="13800130052")
    assert (await client.send_form("/admin/councils", {"place": "nowhere", "name_zh": "理事会"})).status_code == 422
    made = await client.send_form("/admin/councils", {"place": tree.compound.code, "name_zh": "示例理事会"})
    at = made.headers["location"]
    assert at == f"/admin/councils/{tree.compound.code}"
    today = local_day(clock.now())
    form = {
        "who": "13800130051",
        "number": "3",
        "kind": "facilities",
        "starts": today.isoformat(),
        "ends": (today + timedelta(days=900)).isoformat(),
    }
    for field, changes in {
        "who": {"who": "13800130099"},
        "number": {"number": "8"},
        "kind": {"kind": "weather"},
        "ends": {"ends": (today - timedelta(days=3)).isoformat()},
    }.items():
        wrong = await client.send_form(f"{at}/seats", form | changes)
        assert wrong.status_code == 422 and f'id="f-{field}-error"' in wrong.text, field
    assert (await client.send_form(f"{at}/seats", form)).status_code == 303
    taken = await client.send_form(f"{at}/seats", form | {"who": "13800130052"})
    assert taken.status_code == 422 and "13800130052" in taken.text
    x = {"who": "13800130052", "topic": "屋顶维修", "ends": (today + timedelta(days=400)).isoformat()}
    assert 'id="f-ends-error"' in (await client.send_form(f"{at}/x", x)).text
    assert (
        await client.send_form(f"{at}/x", x | {"ends": (today + timedelta(days=90)).isoformat()})
    ).status_code == 303
    page = (await client.get(at)).text
    assert first.display_name in page and "屋顶维修" in page
    assert {held.role for held in await service_roles.roles_of(second.id)} == {Role.X_MEMBER}
    seat, member = await Seat.get(person_id=first.id), await XMember.get(person_id=second.id)
    for term in (f"seat-{seat.id}", f"x-{member.id}"):
        assert f"/end?term={term}" in page
        assert (await client.get(f"{at}/end?term={term}")).status_code == 200
        assert (await client.send_form(f"{at}/end", {"term": term, "last": today.isoformat()})).status_code == 303
        again = await client.send_form(f"{at}/end", {"term": term, "last": today.isoformat()})
        assert again.status_code == 422 and 'id="f-last-error"' in again.text
    assert await AuditEntry.filter(action__startswith="council.").count() == 5


async def test_a_term_of_another_council_is_not_ended_from_here(client: Client) -> None:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.community), is_staff=True)
    now = clock.now()
    here = await Council.create(place=tree.compound, name_zh="这里", founded_at=now)
    there = await Council.create(place=tree.other_compound, name_zh="那里", founded_at=now)
    person = await make_person()
    ends = now + timedelta(days=30)
    seat = await Seat.create(council=there, number=1, kind="money", person=person, starts_at=now, ends_at=ends)
    sent = {"term": f"seat-{seat.id}", "last": local_day(now).isoformat()}
    assert (await client.send_form(f"/admin/councils/{here.place.code}/end", sent)).status_code == 404
    assert (await client.send_form(f"/admin/councils/{tree.other_compound.code}/end", sent)).status_code == 403
