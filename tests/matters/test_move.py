"""A report about another place than it was filed for: who says so, who has it then, and a due time that stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import Actor, Role
from linyue.base.settings import Settings
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way
from linyue.matters import service, service_appeals, service_handle, service_merge, service_move, service_report
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterRefusal, MatterState, Step
from linyue.matters.rules_move import MoveRefusal, refuse_move
from linyue.matters.service_due import answer_by
from linyue.matters.service_handovers import handovers_of
from linyue.matters.service_sweep import sweep_due
from linyue.matters.service_timeline import entries_of
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.upkeep.doctor_matters import MATTERS
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.centres import make_centre
from tests.make.councils import make_council
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to, version_of
from tests.make.people import make_person
from tests.make.places import make_place
from tests.matters.test_parts import both
from tests.matters.test_routes import signed

NewClient = Callable[[], Client]
WHY = "是隔壁社区的那一幢"


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def moved(who: Actor, matter: Matter, place: Place, why: str = WHY) -> Matter:
    await service_move.move(who, matter.id, await version_of(matter), place.id, why)
    return await Matter.get(id=matter.id).select_related("place", "community")


async def refused(who: Actor, matter: Matter, place: Place, why: str = WHY) -> Any:
    before = await Matter.filter(id=matter.id).values()
    with pytest.raises(Refused) as error:
        await moved(who, matter, place, why)
    assert await Matter.filter(id=matter.id).values() == before
    return error.value.reason


async def whole(db: Settings) -> None:
    """What doctor asks of matters (M1 to M6) holds."""
    for number, _what, examine in MATTERS:
        assert not (await examine(db))[1], number


async def told(name: str, here: Neighbourhood, key: str) -> int:
    return await Message.filter(person_id=here.people[name].id, key=key).count()


async def test_its_reporter_moves_a_report_next_door(here: Neighbourhood, db: Settings, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await service_report.follow(await here.actor("neighbour"), matter.id)
    clock.move(hours=5)
    done = await moved(await here.actor("resident"), matter, here.tree.other_unit)
    assert (done.state, done.owner_role, done.owner_id) == (MatterState.REPORTED, "social_worker", None)
    assert (done.place_id, done.community_id) == (here.tree.other_unit.id, here.tree.other_community.id)
    assert (done.due_at, done.warn_at, done.due_from) == (matter.due_at, matter.warn_at, matter.due_from)
    event = await MatterEvent.get(matter_id=matter.id, kind=Step.MOVE.value)
    assert (event.text, event.due_after, event.actor_role) == (WHY, matter.due_at, "reporter")
    assert event.data["elsewhere"] and here.tree.other_unit.name_zh not in str(event.data), "no door in public"
    assert await told("neighbour", here, "matters-told-moved") == 1
    assert await told("far_worker", here, "matters-told-yours") == 1
    assert await told("worker", here, "matters-told-moved-away") == 1
    for lang in ("zh-CN", "en"):
        entry = (await entries_of(lang, done, is_inside=False, is_staff=False, photos=[]))[1]
        assert here.tree.other_community.name_zh in str(entry.why + entry.lines) or lang == "en"
        assert len(entry.lines) == 2 and len(entry.why) == 1 and entry.text == WHY
    stays = await handovers_of("zh-CN", done)
    assert [one.why for one in stays] == ["是别处的事", ""]
    await whole(db)


async def test_within_the_community_the_desk_keeps_it(here: Neighbourhood, db: Settings) -> None:
    matter = await send_to(here, await make_matter(here), Way.OWN_DESK)
    await accepted(here, matter, "worker")
    before = await Matter.get(id=matter.id)
    done = await moved(await here.actor("worker2"), matter, here.tree.other_building)
    assert done.place_id == here.tree.other_building.id and done.community_id == here.tree.community.id
    assert (done.state, done.owner_id, done.due_at) == (before.state, before.owner_id, before.due_at)
    assert len(await handovers_of("zh-CN", done)) == 1, "the same desk: no hand-over"
    await whole(db)


async def test_another_community_is_watched_from_its_own_receipt(
    here: Neighbourhood, db: Settings, clock: MovableClock
) -> None:
    """What the old desk had accepted, the new one has to take on too, in its own days (decision 28)."""
    matter = await accepted(here, await send_to(here, await make_matter(here), Way.OWN_DESK), "worker")
    assert (await Matter.get(id=matter.id)).answer_at is None
    clock.move(hours=5)
    done = await moved(await here.actor("worker"), matter, here.tree.other_unit)
    assert (done.state, done.owner_id, done.silent_at) == (MatterState.ASSIGNED, None, None)
    assert done.answer_at is not None and done.answer_at == await answer_by(Way.OWN_DESK, done.due_at)
    await whole(db)


async def test_without_a_council_the_desk_keeps_what_it_has_begun(here: Neighbourhood, db: Settings) -> None:
    one, other = [await make_place(PlaceKind.COMPOUND, here.tree.community, name_zh=name) for name in ("东苑", "西苑")]
    taken = await accepted(here, await send_to(here, await make_matter(here, place_id=one.id), Way.COUNCIL), "worker")
    assert (taken.state, taken.owner_role) == (MatterState.ACCEPTED, "social_worker")
    done = await moved(await here.actor("worker"), taken, other)
    assert (done.state, done.owner_id, done.place_id) == (taken.state, taken.owner_id, other.id)
    await whole(db)


async def test_a_centre_hands_it_to_the_centre_of_the_right_place(here: Neighbourhood, db: Settings) -> None:
    """The same centre for both keeps it; another takes it on anew; without one the desk there sends it on."""
    matter = await send_to(here, await make_matter(here), Way.CENTRE)
    taken = await accepted(here, matter, "clerk")
    kept = await moved(await here.actor("clerk"), matter, here.tree.other_compound)
    assert (kept.state, kept.owner_id, kept.centre_id) == (MatterState.ACCEPTED, taken.owner_id, here.centre.id)
    far = await make_community(here, with_centre=True)
    clerk = await here.actor("clerk")
    done = await moved(clerk, matter, far)
    assert done.state is MatterState.ASSIGNED and done.owner_id is None and done.centre_id not in (None, here.centre.id)
    assert done.due_at == taken.due_at and done.way is Way.CENTRE
    assert done.reason[0]["key"] == "matters-why-moved-centre"
    stays = [(one.who, one.why) for one in await handovers_of("zh-CN", done)]
    assert len(stays) == 3 and stays[1][1] == "是别处的事"
    await whole(db)
    none = await make_community(here)
    other = await send_to(here, await make_matter(here), Way.CENTRE)
    await ServiceCentre.all().update(is_open=False)
    lost = await moved(await here.actor("officer"), other, none)
    assert (lost.state, lost.owner_role, lost.way, lost.centre_id) == (
        MatterState.REPORTED,
        "social_worker",
        None,
        None,
    )
    assert lost.due_at == other.due_at
    await whole(db)


async def make_community(here: Neighbourhood, *, with_centre: bool = False) -> Place:
    """A community in another sub-district of the district."""
    subdistrict = await make_place(PlaceKind.SUBDISTRICT, here.tree.district)
    community = await make_place(PlaceKind.COMMUNITY, subdistrict)
    if with_centre:
        centre = await make_centre(subdistrict, f"C-{community.id}", (community,))
        await make_person(f"窗口{community.id}", role=Role.CENTRE_CLERK, place=subdistrict, centre_id=centre.id)
    return community


async def test_a_council_hands_it_to_the_council_there(here: Neighbourhood, db: Settings, clock: MovableClock) -> None:
    """Taken on before it moved, its time for the work runs on: being taken on again begins no new one."""
    members = [
        await make_person(f"那边理事{n}", role=Role.STANDING_MEMBER, place=here.tree.other_compound) for n in range(7)
    ]
    council = await make_council(here.tree.other_compound.id, [one.id for one in members])
    assert council
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    taken = await accepted(here, matter, "member")
    clock.move(days=3)
    await sweep_due()
    done = await moved(await here.actor("member"), matter, here.tree.other_unit)
    assert (done.state, done.owner_role, done.owner_id) == (MatterState.ASSIGNED, "standing_member", members[2].id)
    assert done.due_at == taken.due_at
    here.people["there"] = members[2]
    again = await accepted(here, matter, "there")
    assert again.due_at == taken.due_at
    await whole(db)
    # Not taken on yet, the answer's time stays too; where nobody sits, the desk there has it.
    other = await send_to(here, await make_matter(here), Way.COUNCIL)
    gone = await moved(await here.actor("resident"), other, here.tree.other_community)
    assert gone.due_at == other.due_at and (gone.owner_role, gone.owner_id) == ("social_worker", None)
    assert any(one["key"] == "matters-why-no-council" for one in gone.reason)
    await whole(db)


async def test_late_stays_late_and_the_sweeper_looks_after_it(
    here: Neighbourhood, db: Settings, clock: MovableClock
) -> None:
    matter = await make_matter(here)
    clock.move(days=9)
    await sweep_due()
    late = await Matter.get(id=matter.id)
    assert late.overdue_at is not None
    done = await moved(await here.actor("officer"), matter, here.tree.other_compound)
    assert (done.due_at, done.overdue_at, done.level) == (late.due_at, late.overdue_at, late.level)
    await sweep_due()
    await whole(db)


async def test_who_may_and_when(here: Neighbourhood) -> None:
    tree = here.tree
    matter = await make_matter(here)
    resident, worker = await here.actor("resident"), await here.actor("worker")
    assert await refused(await here.actor("far_worker"), matter, tree.other_compound) is MatterRefusal.NOT_YOURS
    assert await refused(await here.actor("neighbour"), matter, tree.other_compound) is MatterRefusal.NOT_YOURS
    assert await refused(resident, matter, tree.building) is MoveRefusal.SAME_PLACE
    assert await refused(resident, matter, tree.district) is MatterRefusal.NO_PLACE
    assert await refused(resident, matter, tree.other_compound, "  ") is MatterRefusal.NO_REASON
    with pytest.raises(Refused) as stale:
        await service_move.move(resident, matter.id, 99, tree.other_compound.id, WHY)
    assert stale.value.reason is MatterRefusal.CHANGED_MEANWHILE
    await accepted(here, await send_to(here, matter, Way.OWN_DESK), "worker")
    assert await refused(resident, matter, tree.other_building) is MatterRefusal.NOT_YOURS
    await moved(worker, matter, tree.other_building)
    await moved(worker, matter, tree.building)
    assert await refused(worker, matter, tree.other_building) is MoveRefusal.MOVED_OFTEN
    await moved(await here.actor("officer"), matter, tree.other_building)
    council = await accepted(here, await send_to(here, await make_matter(here), Way.COUNCIL), "member")
    await service.put_on_agenda(await here.actor("member"), council.id, meeting_public_id="m", meeting_title="会")
    assert await refused(await here.actor("officer"), council, tree.other_building) is MatterRefusal.NOT_NOW


async def test_whose_report_was_merged_in_moves_nothing(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    theirs = await make_matter(here, reporter_id=here.people["neighbour"].id)
    await service_merge.merge(await here.actor("worker"), theirs.id, theirs.version, matter.number)
    assert await refused(await here.actor("neighbour"), matter, here.tree.other_compound) is MatterRefusal.NOT_YOURS
    with pytest.raises(Refused):
        await service_report.withdraw(await here.actor("neighbour"), matter.id, await version_of(matter))


async def test_both_parts_go_together_or_neither(here: Neighbourhood, db: Settings) -> None:
    halves = await both(here, await make_matter(here))
    await moved(await here.actor("worker"), halves.first, here.tree.other_compound)
    rows = await Matter.filter(id__in=[halves.first.id, halves.second.id])
    assert {row.community_id for row in rows} == {here.tree.other_community.id}
    assert sum(1 for row in rows if row.owner_role == "centre_clerk") == 1
    await whole(db)
    office = next(row for row in rows if row.owner_role == "centre_clerk")
    clerk = await here.actor("clerk")
    taken = await service_handle.accept(clerk, office.id, await version_of(office))
    await service_handle.complete(clerk, office.id, taken.version, "办好了")
    officer = await here.actor("officer")
    assert await refused(officer, halves.first, here.tree.building) is MoveRefusal.PART_BEYOND


async def test_not_out_of_a_procedure_and_an_appeal_goes_along(here: Neighbourhood, db: Settings) -> None:
    matter = await accepted(here, await send_to(here, await make_matter(here), Way.COUNCIL), "member")
    member = await here.actor("member")
    await service.note_procedure(member, matter.id, Step.PROCEDURE_BEGIN, number="P-1", line="开始", line_en="begun")
    assert await refused(member, matter, here.tree.other_compound) is MoveRefusal.IN_PROCEDURE
    await service.note_procedure(member, matter.id, Step.PROCEDURE_END, number="P-1", line="结束", line_en="over")
    await moved(member, matter, here.tree.other_building)
    other = await send_to(here, await make_matter(here), Way.OWN_DESK)
    made = await service_appeals.appeal(await here.actor("resident"), other.id, "应该给议事会")
    await moved(await here.actor("worker"), other, here.tree.other_compound)
    assert (await service_appeals.Appeal.get(id=made.id)).answered_at is None
    assert await told("far_worker", here, "matters-told-appeal") == 1
    await whole(db)


@pytest.mark.parametrize("state", list(MatterState))
def test_the_rule_for_numbers_in_two_parts(state: MatterState) -> None:
    found = refuse_move((), [MatterState.REPORTED, state], 0, is_same=False, is_in_procedure=False)
    movable = {MatterState.REPORTED, MatterState.ASSIGNED, MatterState.ACCEPTED}
    assert found is (None if state in movable else MoveRefusal.PART_BEYOND)


async def test_the_page_finds_the_place_and_moves_it(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    client = await signed(new_client, here, "resident")
    seen = await client.get(f"/m/{matter.number}")
    assert f'href="/m/{matter.number}/place"' in seen.text
    href, tree = f"/m/{matter.number}/place", here.tree
    chosen = await client.get(href, params={"at": str(tree.other_community.id)})
    assert f"{href}?at={tree.other_compound.id}" in chosen.text
    found = await client.get(href, params={"q": tree.other_compound.name_zh})
    assert f"{href}?at={tree.other_compound.id}" in found.text
    last = await client.get(href, params={"to": str(tree.other_compound.id)})
    assert tree.other_community.name_zh in last.text and "期限不变" in last.text
    form = {"version": str(matter.version), "place": str(tree.other_compound.id), "text": ""}
    empty = await client.send_form(href, form)
    assert empty.status_code == 422 and tree.other_compound.name_zh in empty.text
    sent = await client.send_form(href, form | {"text": WHY})
    assert sent.status_code == 303 and sent.headers["location"] == f"/m/{matter.number}"
    shown = await client.get(f"/m/{matter.number}")
    assert WHY in shown.text and "改到别处" in shown.text
    assert (await client.get(href, params={"to": str(tree.district.id)})).status_code == 404
    # The desk that had it sees it no more where it is private; it is led back to its own pages.
    private = await make_matter(here, is_public=False)
    worker = await signed(new_client, here, "worker")
    triage = await worker.get("/triage", params={"m": private.number})
    assert f'href="/m/{private.number}/place"' in triage.text
    form = {"version": "1", "place": str(tree.other_compound.id), "text": WHY}
    left = await worker.send_form(f"/m/{private.number}/place", form)
    assert left.headers["location"] == "/"
    assert (await worker.get(f"/m/{private.number}")).status_code == 403
    stranger = await signed(new_client, here, "neighbour")
    assert (await stranger.get(href)).status_code == 403


async def test_days_go_by_between_moves_and_nothing_is_gained(here: Neighbourhood, clock: MovableClock) -> None:
    """However often it moves, and whoever takes it on, it is due on the day that was promised first."""
    matter = await send_to(here, await make_matter(here), Way.CENTRE)
    promised = matter.due_at
    for place in (here.tree.other_compound, here.tree.building, here.tree.other_building):
        clock.move(hours=6)
        await moved(await here.actor("officer"), matter, place)
        row = await Matter.get(id=matter.id)
        if row.state is MatterState.ASSIGNED:
            await accepted(here, matter, "clerk")
        assert (await Matter.get(id=matter.id)).due_at == promised
    assert promised is not None and promised - matter.reported_at > timedelta(days=1)
