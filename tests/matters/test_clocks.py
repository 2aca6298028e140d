"""Clocks of matters through the services: warnings, levels, silence, pauses, no fresh start for a second desk."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base import queue, site
from linyue.base.errors import Refused
from linyue.base.model import Job, Lease, Message
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI
from linyue.centres import service_calendar
from linyue.centres.rules import Way
from linyue.matters import jobs, service_handle, service_reckon, service_report, service_sweep, service_timeline
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterRefusal, MatterState, ReturnReason
from linyue.matters.rules_clock import PauseReason
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to, version_of

assert jobs  # registers the sweeper and the reckoning
MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(MONDAY)
    return await make_neighbourhood()


async def told(here: Neighbourhood, who: str, key: str) -> list[dict[str, str]]:
    rows = await Message.filter(person_id=here.people[who].id, key=f"matters-told-{key}").order_by("id")
    return [row.args for row in rows]


async def titles(matter: Matter) -> list[str]:
    fresh = await Matter.get(id=matter.id).select_related("place", "community")
    entries = await service_timeline.entries_of("zh-CN", fresh, is_inside=False, is_staff=False, photos=[])
    return [" ".join((e.title, *e.lines)) for e in entries]


async def at_own_desk(here: Neighbourhood, is_accepted: bool = True) -> Matter:
    """Sent to the community's own desk without an item: five working days from Monday."""
    matter = await make_matter(here)
    await send_to(here, matter, Way.OWN_DESK, note="我们自己办")
    if is_accepted:
        await accepted(here, matter, "worker")
    return await Matter.get(id=matter.id)


async def test_the_owner_is_told_at_half_and_at_four_fifths_then_the_next_levels(
    here: Neighbourhood, clock: MovableClock
) -> None:
    matter = await at_own_desk(here)
    assert matter.warn_at is not None and matter.warn_last_at is not None and matter.due_at is not None
    assert matter.warn_at < matter.warn_last_at < matter.due_at
    clock.set(matter.warn_at - timedelta(seconds=1))
    assert await service_sweep.sweep_due() == 0
    clock.set(matter.warn_at)
    assert await service_sweep.sweep_due() == 1 and await service_sweep.sweep_due() == 0
    clock.set(matter.warn_last_at)
    assert await service_sweep.sweep_due() == 1 and await service_sweep.sweep_due() == 0
    assert [args["share"] for args in await told(here, "worker", "used")] == ["50", "80"]
    assert not await told(here, "worker2", "used")  # the matter is one person's, not the desk's
    clock.set(matter.due_at)
    assert await service_sweep.sweep_due() == 1
    late = await Matter.get(id=matter.id)
    assert late.overdue_at is not None and late.level == "subdistrict_officer" and late.warn_at is not None
    assert await told(here, "worker", "overdue") and await told(here, "officer", "overdue")
    assert not await told(here, "supervisor", "overdue")
    clock.set(late.warn_at)
    assert await service_sweep.sweep_due() == 1 and await service_sweep.sweep_due() == 0
    assert await told(here, "supervisor", "escalated")
    seen = await titles(matter)
    assert any("超过了约定时间 已经告诉街道。" in one for one in seen) and any("督办" in one for one in seen)


async def test_after_a_long_stop_one_warning_is_told_not_two(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    assert matter.warn_last_at is not None
    clock.set(matter.warn_last_at + timedelta(minutes=1))
    assert await service_sweep.sweep_due() == 1 and await service_sweep.sweep_due() == 0
    assert [args["share"] for args in await told(here, "worker", "used")] == ["80"]


async def test_a_silent_office_is_not_an_overdue_one(here: Neighbourhood, clock: MovableClock) -> None:
    quiet = await at_own_desk(here, is_accepted=False)
    busy = await at_own_desk(here)
    assert quiet.answer_at is not None and quiet.due_at is not None and quiet.answer_at < quiet.due_at
    assert busy.answer_at is None
    clock.set(quiet.answer_at)
    await service_sweep.sweep_due()
    silent, heard = await Matter.get(id=quiet.id), await Matter.get(id=busy.id)
    assert silent.silent_at is not None and silent.overdue_at is None and heard.silent_at is None
    assert len(await told(here, "officer", "silent")) == 1
    assert any("没有回音" in one for one in await titles(quiet))
    clock.set(quiet.due_at)
    await service_sweep.sweep_due()
    assert any("一直没有人接手" in one for one in await titles(quiet))
    assert any("超过了约定时间" in one for one in await titles(busy))
    await accepted(here, quiet, "worker")
    assert (await Matter.get(id=quiet.id)).silent_at is None


async def test_a_pause_has_a_name_and_an_end(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    worker = await here.actor("worker")
    assert matter.due_at is not None and matter.warn_at is not None
    await service_handle.ask(worker, matter.id, matter.version, "等鉴定报告", PauseReason.APPRAISAL)
    waiting = await Matter.get(id=matter.id)
    assert waiting.pause_reason == "appraisal" and waiting.pause_ends_at is not None
    assert any("等检测、鉴定或评审" in one for one in await titles(matter))
    clock.set(waiting.pause_ends_at - timedelta(minutes=1))
    assert await service_sweep.sweep_due() == 0  # no warning, no lateness while it stands still
    clock.set(waiting.pause_ends_at)
    assert await service_sweep.sweep_due() == 1
    on = await Matter.get(id=matter.id)
    assert on.state is MatterState.ACCEPTED and on.paused_at is None and on.pause_ends_at is None
    assert on.due_at is not None and on.due_at > clock.now() and on.overdue_at is None
    assert on.warn_at is not None and on.warn_at - matter.warn_at == on.due_at - matter.due_at


async def test_the_handler_goes_on_when_it_came_by_telephone(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    worker = await here.actor("worker")
    for n in range(3):
        await service_handle.ask(worker, matter.id, await version_of(matter), f"第{n}次")
        clock.move(days=1)
        on = await service_handle.resume(worker, matter.id, await version_of(matter))
        assert on.state is MatterState.ACCEPTED and on.paused_at is None
    with pytest.raises(Refused) as refused:
        await service_handle.ask(worker, matter.id, await version_of(matter), "再问一次")
    assert refused.value.reason is MatterRefusal.PAUSED_OFTEN


async def test_a_question_does_not_stop_a_late_clock(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    assert matter.due_at is not None
    clock.set(matter.due_at + timedelta(hours=1))
    await service_sweep.sweep_due()
    await service_handle.ask(await here.actor("worker"), matter.id, await version_of(matter), "是哪一户？")
    asked = await Matter.get(id=matter.id)
    assert asked.paused_at is None and asked.overdue_at is not None
    clock.move(days=9)
    await service_report.answer(await here.actor("resident"), matter.id, await version_of(matter), "602")
    after = await Matter.get(id=matter.id)
    assert after.due_at == matter.due_at and after.overdue_at is not None


async def test_a_second_desk_gets_no_fresh_clock(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    worker = await here.actor("worker")
    assert matter.due_at is not None
    clock.move(days=2)
    await service_handle.give_back(worker, matter.id, await version_of(matter), ReturnReason.WRONG_ITEM, "选错了")
    clock.move(hours=3)
    await send_to(here, matter, Way.OWN_DESK, note="还是我们办")
    again = await Matter.get(id=matter.id)
    assert again.due_at == matter.due_at
    await service_reckon.reckon_due()
    assert (await Matter.get(id=matter.id)).due_at == matter.due_at


async def test_a_late_matter_stays_late_whoever_has_it(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    assert matter.due_at is not None
    clock.set(matter.due_at + timedelta(hours=10))
    await service_sweep.sweep_due()
    worker = await here.actor("worker")
    await service_handle.give_back(worker, matter.id, await version_of(matter), ReturnReason.NOT_OURS, "不归我们")
    await send_to(here, matter, Way.CENTRE)
    again = await Matter.get(id=matter.id)
    assert again.due_at == matter.due_at and again.overdue_at is not None


async def test_more_time_twice_and_thirty_days_in_all(here: Neighbourhood) -> None:
    matter = await at_own_desk(here)
    worker = await here.actor("worker")
    assert matter.due_at is not None
    first = matter.due_at.date()
    for days in (10, 20):
        until = first + timedelta(days=days)
        longer = await service_handle.extend(worker, matter.id, await version_of(matter), until, "等配件")
        assert longer.warn_at is not None and longer.due_at is not None
    assert len(await told(here, "resident", "extended")) == 2
    with pytest.raises(Refused) as refused:
        until = first + timedelta(days=25)
        await service_handle.extend(worker, matter.id, await version_of(matter), until, "再等等")
    assert refused.value.reason is MatterRefusal.EXTENDED_OFTEN


async def test_a_period_into_an_unpublished_year_is_settled_by_its_import(
    here: Neighbourhood, clock: MovableClock
) -> None:
    clock.set(datetime(2026, 12, 30, 9, 0, tzinfo=SHANGHAI))
    matter = await at_own_desk(here)
    assert matter.is_due_provisional and matter.due_at is not None
    days = [(date(2027, 1, n), False, "元旦", "New Year", False) for n in (1, 2, 3, 4, 5)]
    await service_calendar.load_calendar(days)
    assert await Job.filter(name=service_calendar.RECKON, done_at=None).exists()
    await queue.run_due()
    moved = await Matter.get(id=matter.id)
    assert not moved.is_due_provisional and moved.due_at is not None and moved.due_at > matter.due_at
    assert [e.kind for e in await MatterEvent.filter(matter_id=matter.id).order_by("-seq").limit(1)] == ["due-reckoned"]


async def test_a_year_that_becomes_known_takes_the_mark_away(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    await Matter.filter(id=matter.id).update(is_due_provisional=True)
    assert await service_reckon.reckon_provisional() == 0
    assert not (await Matter.get(id=matter.id)).is_due_provisional


async def test_a_killed_process_holds_up_no_deadline(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_own_desk(here)
    assert matter.due_at is not None
    clock.set(matter.due_at)
    started = datetime.now(UTC)
    await Lease.create(name="matters.sweep", holder="gone", until=started + queue.TIMER_LEASE, last_run_at=started)
    await queue.run_timers()
    assert (await Matter.get(id=matter.id)).overdue_at is None  # somebody else seems to be at it
    assert queue.TIMER_LEASE + timedelta(seconds=15 + queue.POLL_SECONDS) < timedelta(seconds=60)
    await Lease.filter(name="matters.sweep").update(until=started, last_run_at=started - timedelta(seconds=16))
    await queue.run_timers()
    assert (await Matter.get(id=matter.id)).overdue_at is not None
    assert district_clock.now() - matter.due_at < timedelta(seconds=60)


async def test_the_sample_districts_next_deadline_is_none_that_stands_still(
    here: Neighbourhood, clock: MovableClock
) -> None:
    """A matter that waits for its resident past its day is no deadline: the bar would stay where it is for ever."""
    waits, runs = await at_own_desk(here), await at_own_desk(here)
    assert runs.due_at is not None
    await Matter.filter(id=waits.id).update(
        paused_at=MONDAY, due_at=MONDAY + timedelta(hours=1), warn_at=None, warn_last_at=None, answer_at=None
    )
    await Job.filter(done_at__isnull=True).update(done_at=MONDAY)
    clock.set(MONDAY + timedelta(hours=2))
    await site.shift_clock("deadline")
    assert district_clock.now() > runs.due_at
