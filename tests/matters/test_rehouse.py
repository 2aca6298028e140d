"""A centre closes, a clerk or member leaves, an item goes: every open matter has an owner and its due time afterwards."""

from datetime import date, datetime, timedelta

import pytest

from linyue.base import queue
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY, Role
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI, local_day
from linyue.centres import service_centres
from linyue.centres.model import CatalogueFile, ItemCoverage, ServiceCentre
from linyue.centres.rules import Way
from linyue.councils.model import Seat
from linyue.matters import service_handle, service_merge_places, service_rehouse
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterState
from linyue.matters.service_timeline import entries_of
from linyue.people import service_roles
from linyue.people.model import RoleGrant
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.upkeep.doctor_matters import MATTERS
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to, version_of
from tests.make.people import make_person


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI))
    return await make_neighbourhood()


async def healthy(settings: Settings) -> None:
    """M1 to M6 hold, and every open matter's owner can work on it."""
    for name, _, check in MATTERS:
        assert (await check(settings))[1] == [], name
    assert await service_rehouse.rehouse() == 0


async def last_entry(matter: Matter) -> str:
    fresh = await Matter.get(id=matter.id).select_related("place", "community")
    entries = await entries_of("zh-CN", fresh, is_inside=False, is_staff=False, photos=[])
    return " ".join((entries[-2].title, *entries[-2].lines, *entries[-2].why))


async def end_all(person_id: int) -> None:
    for grant in await RoleGrant.filter(person_id=person_id, ends_at=None):
        await service_roles.end_role(None, grant.id)


async def test_a_centre_closes_with_matters_at_every_step(here: Neighbourhood, db: Settings) -> None:
    asked = await make_matter(here)
    taken = await make_matter(here)
    fresh = await make_matter(here)
    for matter in (asked, taken, fresh):
        await send_to(here, matter, Way.CENTRE)
    for matter in (asked, taken):
        await accepted(here, matter, "clerk")
    await service_handle.ask(await here.actor("clerk"), asked.id, await version_of(asked), "是哪一户？")
    before = {m.id: (m.due_at, m.version) for m in await Matter.all()}
    await service_centres.set_centre_open(NOBODY, here.centre.id, False)
    await queue.run_due()
    other = await ServiceCentre.get(code="C02")
    for matter in await Matter.all():
        assert (matter.state, matter.centre_id, matter.owner_id) == (MatterState.ASSIGNED, other.id, None)
        assert matter.due_at == before[matter.id][0] and matter.version > before[matter.id][1]
        assert matter.paused_at is None and matter.answer_at is not None
        assert "示例服务中心C02" in await last_entry(matter) and "暂时关闭" in await last_entry(matter)
    await accepted(here, taken, "far_clerk")
    await healthy(db)


async def test_no_centre_is_left(here: Neighbourhood, db: Settings) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    for code in ("C02", "C01"):
        await service_centres.set_centre_open(NOBODY, (await ServiceCentre.get(code=code)).id, False)
    await queue.run_due()
    stored = await Matter.get(id=matter.id)
    assert (stored.state, stored.owner_role, stored.centre_id) == (MatterState.REPORTED, "subdistrict_officer", None)
    assert stored.due_at is not None
    await healthy(db)


async def test_a_dated_closure_sends_elsewhere_with_its_reason(here: Neighbourhood, clock: MovableClock) -> None:
    today = local_day(clock.now())
    old = await make_matter(here)
    await send_to(here, old, Way.CENTRE)
    await service_centres.close_on(NOBODY, here.centre.id, today, today + timedelta(days=3), "空调检修", "Repairs")
    await queue.run_due()
    new = await make_matter(here)
    await send_to(here, new, Way.CENTRE)
    other = await ServiceCentre.get(code="C02")
    for matter in (old, new):
        assert (await Matter.get(id=matter.id)).centre_id == other.id
        assert "空调检修" in await last_entry(matter)
    clock.move(days=4)
    third = await make_matter(here)
    await send_to(here, third, Way.CENTRE)
    assert (await Matter.get(id=third.id)).centre_id == here.centre.id


async def test_a_clerk_leaves_while_a_colleague_stays(here: Neighbourhood, db: Settings) -> None:
    await make_person("clerk2", role=Role.CENTRE_CLERK, place=here.tree.subdistrict, centre_id=here.centre.id)
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    await accepted(here, matter, "clerk")
    due = (await Matter.get(id=matter.id)).due_at
    await end_all(here.people["clerk"].id)
    await queue.run_due()
    stored = await Matter.get(id=matter.id)
    assert (stored.state, stored.centre_id, stored.owner_id) == (MatterState.ACCEPTED, here.centre.id, None)
    assert stored.due_at == due
    assert [e.kind for e in await MatterEvent.filter(matter_id=matter.id).order_by("seq")][-1] == "reassigned"
    await healthy(db)


async def test_the_last_clerk_leaves(here: Neighbourhood, db: Settings) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    await accepted(here, matter, "clerk")
    await end_all(here.people["clerk"].id)
    await queue.run_due()
    stored = await Matter.get(id=matter.id)
    assert stored.centre_id == (await ServiceCentre.get(code="C02")).id and stored.state is MatterState.ASSIGNED
    await healthy(db)


async def test_a_clerk_moves_to_another_centre(here: Neighbourhood, db: Settings) -> None:
    await make_person("clerk2", role=Role.CENTRE_CLERK, place=here.tree.subdistrict, centre_id=here.centre.id)
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    await accepted(here, matter, "clerk")
    await end_all(here.people["clerk"].id)
    other = await ServiceCentre.get(code="C02")
    await service_roles.grant_role(None, here.people["clerk"].id, Role.CENTRE_CLERK, here.tree.subdistrict.id, other.id)
    await queue.run_due()
    assert (await Matter.get(id=matter.id)).owner_id is None
    await healthy(db)


async def test_a_member_leaves_the_council(here: Neighbourhood, db: Settings, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    await accepted(here, matter, "member")
    owner = here.people["member"].id
    await Seat.filter(person_id=owner).update(ends_at=clock.now())
    for grant in await RoleGrant.filter(person_id=owner):
        await service_roles.end_term(None, grant.id, clock.now())
    clock.move(minutes=1)
    await queue.run_due()
    stored = await Matter.get(id=matter.id)
    assert stored.owner_id != owner and stored.owner_role in ("standing_member", "social_worker")
    assert stored.state is MatterState.ACCEPTED and stored.due_at is not None
    await healthy(db)


async def test_a_social_worker_leaves(here: Neighbourhood, db: Settings) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.OWN_DESK)
    await accepted(here, matter, "worker")
    await end_all(here.people["worker"].id)
    await queue.run_due()
    stored = await Matter.get(id=matter.id)
    assert (stored.owner_role, stored.owner_id, stored.state) == ("social_worker", None, MatterState.ACCEPTED)
    await healthy(db)


async def test_an_item_is_retired(here: Neighbourhood, db: Settings) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    before = await Matter.get(id=matter.id)
    await CatalogueFile.all().update(effective_from=date(2027, 1, 1))
    await accepted(here, matter, "clerk")
    after = await Matter.get(id=matter.id)
    assert (after.due_at, after.owner_role, after.item_code) == (before.due_at, before.owner_role, before.item_code)
    await healthy(db)


async def test_nobody_moves_who_is_well(here: Neighbourhood) -> None:
    for way, who in ((Way.CENTRE, "clerk"), (Way.OWN_DESK, "worker"), (Way.COUNCIL, "member")):
        matter = await make_matter(here)
        await send_to(here, matter, way)
        await accepted(here, matter, who)
    assert await service_rehouse.rehouse() == 0


async def test_a_community_is_merged_with_matters_open(here: Neighbourhood, db: Settings) -> None:
    at_desk = await make_matter(here)
    await send_to(here, at_desk, Way.OWN_DESK)
    await accepted(here, at_desk, "worker")
    at_centre = await make_matter(here)
    await send_to(here, at_centre, Way.CENTRE)
    with_council = await make_matter(here)
    await send_to(here, with_council, Way.COUNCIL)
    fresh = await make_matter(here, place_id=here.tree.community.id)
    before = {m.id: (m.due_at, m.owner_role, m.owner_id) for m in await Matter.all()}
    gone, stays = here.tree.community, here.tree.other_community
    for place, code, centre in (
        (gone, "A", here.centre.id),
        (gone, "B", here.centre.id),
        (stays, "B", here.centre.id + 1),
    ):
        await ItemCoverage.create(place_id=place.id, item_code=code, centre_id=centre)
    moved = await service_merge_places.merge_community(NOBODY, gone.code, stays.code)
    await queue.run_due()
    assert moved == 4
    assert {(one.place_id, one.item_code, one.centre_id) for one in await ItemCoverage.all()} == {
        (stays.id, "A", here.centre.id), (stays.id, "B", here.centre.id + 1),
    }  # fmt: skip
    for matter in await Matter.all():
        assert matter.community_id == stays.id and before[matter.id] == (
            matter.due_at, matter.owner_role, matter.owner_id,
        )  # fmt: skip
        assert "并入了" in await last_entry(matter)
    assert (await Matter.get(id=fresh.id)).place_id == stays.id
    compound = await Place.get(id=here.tree.compound.id)
    assert compound.parent_id == stays.id and compound.path.startswith(stays.path)
    assert (await Place.get(id=here.tree.units[0].id)).path.startswith(compound.path)
    # Who worked for the one works for the other; whoever sat there before reaches them too.
    for who in ("worker", "far_worker"):
        note = await here.actor(who)
        assert any(stays.path.startswith(grant.place_path) for grant in note.grants)
    await accepted(here, with_council, "member")
    await service_handle.complete(await here.actor("worker"), at_desk.id, await version_of(at_desk), "办好了")
    await healthy(db)


async def test_merging_needs_two_communities(here: Neighbourhood) -> None:
    code = here.tree.community.code
    for pair in ((code, code), (code, "nowhere"), (here.tree.compound.code, code)):
        with pytest.raises(Refused):
            await service_merge_places.merge_community(NOBODY, *pair)
    assert await Place.filter(kind=PlaceKind.COMMUNITY).count() == 2
