"""The ways of a matter, from report to rating, through the services."""

import asyncio
import secrets
from datetime import timedelta

import pytest

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import NOBODY
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import (
    service,
    service_handle,
    service_merge,
    service_report,
    service_sweep,
    service_timeline,
    service_triage,
)
from linyue.matters.model import Matter, MatterEvent, MatterFollower, NumberSeries
from linyue.matters.rules import FINAL, Doer, MatterRefusal, MatterState, Rating, ReturnReason, Step
from linyue.matters.service_step import Change, claim, doers_of, take_step
from linyue.matters.service_triage import Sending
from tests.conftest import MovableClock
from tests.make.matters import (
    Neighbourhood,
    accepted,
    completed,
    make_matter,
    make_neighbourhood,
    send_to,
    version_of,
)


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def kinds(matter: Matter) -> list[str]:
    return [e.kind for e in await MatterEvent.filter(matter_id=matter.id).order_by("seq")]


async def test_the_same_form_files_one_matter(here: Neighbourhood) -> None:
    form_id = "form-form-form-0001"
    first = await make_matter(here, form_id=form_id)
    again = await make_matter(here, form_id=form_id, title="别的话")
    assert (again.id, again.number, again.title) == (first.id, first.number, first.title)
    third = await make_matter(here)
    assert int(third.number[-4:]) == int(first.number[-4:]) + 1
    assert await NumberSeries.all().values_list("last_number", flat=True) == [2]


async def test_nobody_gets_a_matter_by_another_ones_form(here: Neighbourhood) -> None:
    first = await make_matter(here)
    new = service_report.NewMatter(form_id=first.form_id, place_id=here.tree.building.id, title="猜到的")
    with pytest.raises(Refused) as told:
        await service_report.report_matter(await here.actor("neighbour"), new)
    assert told.value.reason is MatterRefusal.FORM_USED


@pytest.mark.sqlite_only
async def test_who_was_found_to_be_nothing_to_a_matter_takes_no_step(here: Neighbourhood) -> None:
    matter, reporter = await make_matter(here), await here.actor("resident")
    assert Doer.REPORTER in doers_of(reporter, await Matter.get(id=matter.id).select_related("community"))
    change = Change(MatterState.WITHDRAWN, text="不用了")
    with pytest.raises(Refused) as told:
        async with unit_of_work():
            await take_step(reporter, await claim(matter.id, None), Step.WITHDRAW, change, doers=frozenset())
    assert told.value.reason is MatterRefusal.NOT_YOURS
    assert (await Matter.get(id=matter.id)).state is MatterState.REPORTED
    async with unit_of_work():
        await take_step(reporter, await claim(matter.id, None), Step.WITHDRAW, change)
    assert (await Matter.get(id=matter.id)).state is MatterState.WITHDRAWN


async def test_government_matter_goes_to_the_centre_and_is_rated(here: Neighbourhood) -> None:
    matter = await make_matter(here, title="高龄津贴怎么领")
    await send_to(here, matter, Way.CENTRE)
    stored = await Matter.get(id=matter.id)
    assert (stored.owner_role, stored.centre_id) == ("centre_clerk", here.centre.id)
    assert stored.due_at is not None and stored.reason
    await accepted(here, matter, "clerk")
    await completed(here, matter, "clerk")
    rated = await service_report.rate(await here.actor("resident"), matter.id, await version_of(matter), Rating.MOSTLY)
    assert rated.state is MatterState.CLOSED and rated.due_at is None
    assert await kinds(matter) == ["reported", "triaged", "accepted", "completed", "rated"]
    assert await Message.filter(person_id=here.people["resident"].id).count() == 4


async def test_unsatisfied_reopens_once_with_the_same_owner_and_a_new_time(
    here: Neighbourhood, clock: MovableClock
) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.OWN_DESK)
    await accepted(here, matter, "worker")
    await completed(here, matter, "worker")
    owner = (await Matter.get(id=matter.id)).owner_id
    clock.move(days=1)
    resident = await here.actor("resident")
    again = await service_report.rate(resident, matter.id, await version_of(matter), Rating.UNSATISFIED, "又漏了")
    assert (again.state, again.owner_id, again.reopened_count) == (MatterState.ACCEPTED, owner, 1)
    assert again.due_at is not None and again.due_at > clock.now()
    await completed(here, matter, "worker")
    last = await service_report.rate(resident, matter.id, await version_of(matter), Rating.UNSATISFIED)
    assert last.state is MatterState.CLOSED


async def test_two_workers_on_one_matter(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    seen = matter.version
    await service_triage.send(await here.actor("worker"), matter.id, seen, Sending(Way.COUNCIL, kind="facilities"))
    with pytest.raises(Refused) as told:
        await service_triage.send(await here.actor("worker2"), matter.id, seen, Sending(Way.OWN_DESK, note="我来办"))
    assert told.value.reason is MatterRefusal.CHANGED_MEANWHILE
    assert told.value.args_for_text == {"who": "worker", "what": "triaged"}
    assert (await Matter.get(id=matter.id)).way is Way.COUNCIL


async def test_of_many_at_once_exactly_one_takes_it(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    seen = await version_of(matter)
    clerk = await here.actor("clerk")
    tries = [service_handle.accept(clerk, matter.id, seen) for _ in range(5)]
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Matter) for one in told) == 1
    assert all(one.reason is MatterRefusal.CHANGED_MEANWHILE for one in told if isinstance(one, Refused))
    assert (await kinds(matter)).count("accepted") == 1


async def test_many_reports_at_once_get_numbers_without_gaps(here: Neighbourhood) -> None:
    made = await asyncio.gather(*(make_matter(here, title=f"第{n}件") for n in range(8)))
    assert sorted(int(one.number[-4:]) for one in made) == list(range(1, 9))
    form_id = secrets.token_urlsafe(16)
    same = await asyncio.gather(*(make_matter(here, form_id=form_id) for _ in range(5)))
    assert len({one.id for one in same}) == 1 and await Matter.all().count() == 9


async def test_council_way_to_a_kept_promise(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    member = await here.actor("member")
    assert (await Matter.get(id=matter.id)).owner_id == member.person_id
    await accepted(here, matter, "member")
    meets = clock.now() + timedelta(days=5)
    await service.put_on_agenda(member, matter.id, meeting_public_id="m1", meeting_title="屋顶怎么修", meets_at=meets)
    await service.meeting_started(member, matter.id)
    for _ in range(2):
        await service.apply_decision(
            member, matter.id, is_adopted=True, question_public_id="q1", title="先修5幢", numbers={"for": 38}
        )
    due = clock.now() + timedelta(days=30)
    await service.record_promise(
        member, matter.id, resolution_public_id="r1", text="先修5幢", owner_id=here.people["neighbour"].id, due_at=due
    )
    later = due + timedelta(days=3)
    carrier = here.people["neighbour"].id
    await service.promise_changed(
        member, matter.id, what=("先修5幢", ""), owner_id=carrier, due_at=later, reason="材料晚到"
    )
    await service.promise_kept(await here.actor("neighbour"), matter.id, text="修好了")
    stored = await Matter.get(id=matter.id)
    assert stored.state is MatterState.COMPLETED
    assert await kinds(matter) == [
        "reported", "triaged", "accepted", "on-agenda", "in-meeting", "decided", "promised", "promise-changed",
        "promise-kept",
    ]  # fmt: skip
    again = await service_report.rate(
        await here.actor("resident"), matter.id, await version_of(matter), Rating.UNSATISFIED
    )
    assert (again.state, again.owner_id) == (MatterState.EXECUTING, here.people["neighbour"].id)


async def test_a_refused_vote_gives_the_matter_back_to_the_council(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    member = await here.actor("member")
    await service.put_on_agenda(member, matter.id, meeting_public_id="m1", meeting_title="会")
    await service.take_off_agenda(member, matter.id)
    await service.put_on_agenda(member, matter.id, meeting_public_id="m2", meeting_title="会")
    await service.meeting_started(member, matter.id)
    await service.apply_decision(member, matter.id, is_adopted=False, question_public_id="q", title="不修")
    stored = await Matter.get(id=matter.id)
    assert stored.state is MatterState.ACCEPTED and stored.owner_id == member.person_id and stored.due_at


async def test_after_two_returns_the_officer_owns_it_and_nobody_returns_it_again(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    clerk = await here.actor("clerk")
    for count in (1, 2):
        await send_to(here, matter, Way.CENTRE)
        back = await service_handle.give_back(
            clerk, matter.id, await version_of(matter), ReturnReason.NOT_OURS, "不归我们"
        )
        assert back.returned_count == count and back.way is None and back.centre_id is None
        assert back.owner_role == ("social_worker" if count == 1 else "subdistrict_officer")
    with pytest.raises(Refused) as told:
        await send_to(here, matter, Way.CENTRE)
    assert told.value.reason is MatterRefusal.NOT_YOURS
    item = (await Matter.get(id=matter.id)).version
    await service_triage.send(await here.actor("officer"), matter.id, item, Sending(Way.COUNCIL, kind="facilities"))
    with pytest.raises(Refused) as told:
        await service_handle.give_back(
            await here.actor("member"), matter.id, await version_of(matter), ReturnReason.NOT_OURS, "不归我们"
        )
    assert told.value.reason is MatterRefusal.RETURNED_OFTEN


async def test_asking_stops_the_clock_for_a_named_reason(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    await accepted(here, matter, "clerk")
    before = (await Matter.get(id=matter.id)).due_at
    assert before is not None
    await service_handle.ask(await here.actor("clerk"), matter.id, await version_of(matter), "是哪一户？")
    waiting = await Matter.get(id=matter.id)
    entries = await service_timeline.entries_of("zh-CN", waiting, is_inside=True, is_staff=False, photos=[])
    assert (entries[-1].state, entries[-1].when) == ("todo", "")  # no date while the clock stands still
    clock.move(days=5)
    assert await service_sweep.sweep_due() == 0
    await service_report.answer(await here.actor("resident"), matter.id, await version_of(matter), "602")
    after = await Matter.get(id=matter.id)
    assert after.due_at is not None and after.due_at > before and after.paused_at is None


async def test_extension_only_before_the_deadline(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.OWN_DESK)
    await accepted(here, matter, "worker")
    worker = await here.actor("worker")
    due = (await Matter.get(id=matter.id)).due_at
    assert due is not None
    until = (due + timedelta(days=7)).date()
    longer = await service_handle.extend(worker, matter.id, await version_of(matter), until, "等配件")
    assert longer.due_at is not None and longer.due_at > due
    clock.set(longer.due_at + timedelta(minutes=1))
    with pytest.raises(Refused) as told:
        later = (longer.due_at + timedelta(days=7)).date()
        await service_handle.extend(worker, matter.id, await version_of(matter), later, "再等等")
    assert told.value.reason is MatterRefusal.TOO_LATE


async def test_the_sweeper_marks_once_and_does_not_stale_open_forms(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    version = await version_of(matter)
    assert matter.due_at is not None
    clock.set(matter.due_at + timedelta(seconds=1))
    assert await service_sweep.sweep_due() == 1
    assert await service_sweep.sweep_due() == 0
    stored = await Matter.get(id=matter.id)
    assert stored.overdue_at is not None and stored.version == version
    for who in ("worker", "worker2", "officer"):
        assert await Message.filter(person_id=here.people[who].id, key="matters-told-overdue").count() == 1
    await send_to(here, matter, Way.COUNCIL)
    assert (await Matter.get(id=matter.id)).overdue_at is None


async def test_an_unrated_matter_closes_by_itself(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.OWN_DESK)
    await accepted(here, matter, "worker")
    done = await completed(here, matter, "worker")
    assert done.due_at is not None
    clock.set(done.due_at + timedelta(seconds=1))
    await service_sweep.sweep_due()
    stored = await Matter.get(id=matter.id)
    assert stored.state is MatterState.CLOSED and stored.due_at is None and stored.overdue_at is None


async def test_merge_keeps_the_oldest_number_and_all_reporters_follow(here: Neighbourhood) -> None:
    older = await make_matter(here)
    newer = await make_matter(here, reporter_id=here.people["neighbour"].id)
    worker = await here.actor("worker")
    kept = await service_merge.merge(worker, older.id, older.version, newer.number)
    assert kept.id == older.id
    gone = await Matter.get(id=newer.id)
    assert (gone.state, gone.merged_into_id, gone.due_at) == (MatterState.MERGED, older.id, None)
    ids = await MatterFollower.filter(matter_id=older.id).values_list("person_id", flat=True)
    assert set(ids) == {here.people["resident"].id, here.people["neighbour"].id}
    assert await Message.filter(person_id=here.people["neighbour"].id, key="matters-told-merged").count() == 1
    back = await service_merge.unmerge(worker, newer.id, await version_of(newer))
    assert (back.state, back.owner_role, back.due_at) == (MatterState.REPORTED, "social_worker", newer.due_at)
    assert back.merged_into_id is None


CLOCK = (
    "state", "owner_role", "owner_id", "due_at", "due_days", "due_unit", "is_due_provisional", "due_from", "overdue_at",
    "warn_at", "warn_last_at", "answer_at", "silent_at", "level", "paused_at", "pause_reason", "pause_ends_at", "paused_for",
)  # fmt: skip


async def clock_on_row(matter: Matter) -> dict[str, object]:
    row = await Matter.get(id=matter.id)
    return {name: getattr(row, name) for name in CLOCK}


@pytest.mark.parametrize("stands", ["reported", "assigned", "waiting", "late"])
async def test_parted_again_it_has_the_whole_clock_it_had(
    here: Neighbourhood, clock: MovableClock, stands: str
) -> None:
    older, newer = await make_matter(here), await make_matter(here)
    worker = await here.actor("worker")
    if stands in ("assigned", "waiting"):
        await send_to(here, newer, Way.CENTRE)
    if stands == "waiting":
        await accepted(here, newer, "clerk")
        await service_handle.ask(await here.actor("clerk"), newer.id, await version_of(newer), "哪一户？")
    if stands == "late":
        clock.move(days=9)
        await service_sweep.sweep_due()
    before = await clock_on_row(newer)
    assert before["due_at"] and (before["warn_at"] or stands == "waiting" or before["overdue_at"])
    assert bool(before["answer_at"]) is (stands == "assigned") and bool(before["paused_at"]) is (stands == "waiting")
    await service_merge.merge(worker, newer.id, await version_of(newer), older.number)
    assert (await clock_on_row(newer))["warn_at"] is None
    clock.move(minutes=5)
    await service_merge.unmerge(worker, newer.id, await version_of(newer))
    assert await clock_on_row(newer) == before
    assert await service_sweep.sweep_due() == 0, "nothing is late because it was merged"


async def test_withdrawn_by_the_reporter_only(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    with pytest.raises(Refused) as told:
        await service_report.withdraw(await here.actor("neighbour"), matter.id, matter.version)
    assert told.value.reason is MatterRefusal.NOT_YOURS
    await service_report.withdraw(await here.actor("resident"), matter.id, matter.version)
    assert (await Matter.get(id=matter.id)).state is MatterState.WITHDRAWN


async def test_far_staff_may_do_nothing(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    with pytest.raises(Refused):
        await service_triage.send(
            await here.actor("far_worker"), matter.id, matter.version, Sending(Way.COUNCIL, kind="facilities")
        )
    await send_to(here, matter, Way.CENTRE)
    with pytest.raises(Refused):
        await service_handle.accept(await here.actor("far_clerk"), matter.id, await version_of(matter))


async def test_every_item_of_the_catalogue_finds_its_way(here: Neighbourhood) -> None:
    index = await service_triage.centres.catalogue_index()
    count = 0
    for item in index.catalogue.items:
        way = service_triage.route_of(item)
        matter = await make_matter(here, title=item.name.zh[:40])
        await send_to(here, matter, way, item_code=item.code)
        stored = await Matter.get(id=matter.id)
        assert stored.way is way and stored.reason and stored.owner_role, item.code
        if stored.state in FINAL:
            assert way in (Way.REFERRAL, Way.REFUSAL) and stored.due_at is None and stored.department, item.code
        else:
            assert stored.state is MatterState.ASSIGNED and stored.due_at is not None, item.code
            assert stored.due_at > stored.reported_at
        if way is Way.COUNCIL:
            assert stored.owner_id is not None and stored.kind == item.matter_kind
        if way is Way.CENTRE:
            assert stored.centre_id == here.centre.id
        count += 1
    assert count == 190


async def test_heard_but_not_decided_goes_back_to_the_council(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    member = await here.actor("member")
    await service.put_on_agenda(member, matter.id, meeting_public_id="m1", meeting_title="会")
    with pytest.raises(Refused):
        await service_handle.take_back(member, matter.id, await version_of(matter))
    await service.meeting_started(member, matter.id)
    back = await service_handle.take_back(member, matter.id, await version_of(matter))
    assert back.state is MatterState.ACCEPTED and back.meeting_public_id == ""


async def test_a_refused_step_leaves_the_callers_work_clean(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    async with unit_of_work():
        await Matter.filter(id=matter.id).update(rating_text="the caller's own change")
        with pytest.raises(Refused):
            await service.apply_decision(
                NOBODY, matter.id, is_adopted=True, question_public_id="q", title="还没到这一步"
            )
    stored = await Matter.get(id=matter.id)
    assert (stored.version, stored.last_seq, stored.rating_text) == (1, 1, "the caller's own change")
