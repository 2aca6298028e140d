"""What the guide to services promises is what the clock runs: for every item that councils take, and at each step."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI, Unit, published_calendar
from linyue.centres import service as centres
from linyue.centres import service_handling
from linyue.centres.rules import ItemEntry, Way, route_of
from linyue.centres.rules_guide import time_words
from linyue.centres.rules_handling import USUAL
from linyue.matters import service, service_handle, service_report, service_sweep
from linyue.matters.model import Matter
from linyue.matters.rules import Rating
from linyue.matters.rules_clock import PauseReason
from linyue.matters.rules_due import due_for_way, due_in, work_in
from linyue.people.model import Person
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, accepted, completed, make_matter, make_neighbourhood, send_to, version_of
from tests.make.people import actor_for

pytestmark = pytest.mark.anyio
MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI)
UNITS = {"centres-time-working": Unit.WORKING, "centres-time-calendar": Unit.CALENDAR}


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(MONDAY)
    return await make_neighbourhood()


def end(day: int, month: int = 6) -> datetime:
    return datetime(2026, month, day, 23, 59, 59, tzinfo=SHANGHAI).astimezone(UTC)


async def council_items() -> list[ItemEntry]:
    index = await centres.catalogue_index()
    return [item for item in index.catalogue.items if route_of(item) is Way.COUNCIL and not item.is_retired]


async def at_council(here: Neighbourhood, code: str) -> Matter:
    """Sent to the council; `member` is from now on whoever has the seat for it."""
    matter = await send_to(here, await make_matter(here, code), Way.COUNCIL, item_code=code)
    here.people["member"] = await Person.get(id=matter.owner_id)
    return matter


async def test_the_guide_and_the_clock_give_one_time_for_every_item_of_a_council(here: Neighbourhood) -> None:
    calendar, timed = published_calendar(), 0
    items = await council_items()
    for item in items:
        promised = time_words(item)
        work = work_in(Way.COUNCIL, item.days, MONDAY, calendar, USUAL)
        first = due_for_way(Way.COUNCIL, item.days, MONDAY, calendar, USUAL)
        assert first is not None and first.at <= work.at, item.code
        if promised.key in UNITS:
            timed += 1
            assert work.at == due_in(promised.days, UNITS[promised.key], MONDAY, calendar).at, item.code
        else:
            assert (work.days, work.unit) == (USUAL.council_days, "working"), item.code
    assert timed >= 4 and len(items) > timed


@pytest.mark.parametrize(
    ("code", "first", "whole"),
    [("HS-140", end(2), end(2)), ("HS-152", end(2), end(2)), ("HS-088", end(2), end(2)), ("HS-087", end(4), end(1, 7))],
)
async def test_a_council_answers_and_works_within_what_the_guide_says(
    here: Neighbourhood, clock: MovableClock, code: str, first: datetime, whole: datetime
) -> None:
    matter = await at_council(here, code)
    assert (await Matter.get(id=matter.id)).due_at == first
    clock.set(datetime(2026, 6, 2, 10, 0, tzinfo=SHANGHAI))
    taken = await accepted(here, matter, "member")
    assert (await Matter.get(id=matter.id)).due_at == whole, "its time runs since it was sent, not since the answer"
    done = await completed(here, taken, "member")
    again = await service_report.rate(
        await here.actor("resident"), done.id, await version_of(done), Rating.UNSATISFIED, "还是不行"
    )
    item = next(one for one in await council_items() if one.code == code)
    assert again.due_at == work_in(Way.COUNCIL, item.days, clock.now(), published_calendar(), USUAL).at


async def test_what_is_taken_on_too_late_stays_late(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await at_council(here, "HS-140")
    clock.set(datetime(2026, 6, 4, 10, 0, tzinfo=SHANGHAI))
    await accepted(here, matter, "member")
    assert (await Matter.get(id=matter.id)).due_at == end(2)


async def test_a_meeting_that_decides_nothing_gives_the_items_time_back(
    here: Neighbourhood, clock: MovableClock
) -> None:
    matter = await at_council(here, "HS-087")
    await accepted(here, matter, "member")
    member = await here.actor("member")
    meets = MONDAY + timedelta(days=2)
    await service.put_on_agenda(member, matter.id, meeting_public_id="m1", meeting_title="议一议", meets_at=meets)
    await service.take_off_agenda(member, matter.id)
    assert (await Matter.get(id=matter.id)).due_at == end(1, 7)
    plain = await send_to(here, await make_matter(here, "没有事项"), Way.COUNCIL)
    facilities = await actor_for(await Person.get(id=plain.owner_id))
    assert (await service_handle.accept(facilities, plain.id, await version_of(plain))).due_at == end(23)


@pytest.mark.sqlite_only
async def test_the_desk_shows_how_it_is_dealt_with_and_begins_the_usual_procedure(
    here: Neighbourhood, client: Client
) -> None:
    matter = await at_council(here, "HS-140")
    await accepted(here, matter, "member")
    await client.sign_in_as(here.people["member"].id)
    desk = unescape((await client.get(f"/desk/m/{matter.number}")).text)
    begin = f"/procedures/new?kind=daily&matter={matter.number}"
    assert "日常议事" in desk and begin in desk
    form = (await client.get(begin)).text
    chosen = form.index("checked", form.index('value="daily"'))
    assert chosen < form.index("</label>", form.index('value="daily"'))
    assert f'value="{matter.number}" selected' in form


async def lay_down(**days: int) -> None:
    """Another row of the district's days."""
    row = await service_handling.newest()
    wanted = replace(await centres.handling(), **days)
    await service_handling.change_handling(Actor(), wanted, "", row.id if row else 0)


@pytest.mark.sqlite_only
async def test_a_resident_is_told_the_days_that_the_district_gives_its_desks(
    here: Neighbourhood, client: Client
) -> None:
    await lay_down(triage_days=3)
    await client.sign_in_as(here.people["resident"].id)
    told = {
        "form_id": "of-the-promise-000000",
        "place": str(here.tree.building.id),
        "title": "灯不亮",
        "text": "三天了",
    }
    assert "3个工作日内分流" in (await client.send_form("/report/check", told)).text
    matter = await make_matter(here)
    assert (await Matter.get(id=matter.id)).due_at == end(4)
    assert "社工会在3个工作日内分流" in (await client.get("/inbox")).text


@pytest.mark.sqlite_only
async def test_too_long_an_extension_is_refused_with_the_sum_of_all(here: Neighbourhood, client: Client) -> None:
    matter = await send_to(here, await make_matter(here), Way.OWN_DESK, note="我们自己办")
    await accepted(here, matter, "worker")
    await client.sign_in_as(here.people["worker"].id, is_staff=True)
    facts = {"version": str(await version_of(matter)), "until": "2026-09-30", "text": "等材料"}
    refused = await client.send_form(f"/m/{matter.number}/extend", facts)
    assert refused.status_code == 422 and "几次延长加起来最多30天" in refused.text


async def test_pauses_silence_levels_and_extensions_last_as_the_district_lays_down(
    here: Neighbourhood, clock: MovableClock
) -> None:
    worker = await here.actor("worker")
    running = await send_to(here, await make_matter(here), Way.OWN_DESK, note="我们自己办")
    await accepted(here, running, "worker")
    paused = await service_handle.ask(worker, running.id, await version_of(running), "哪一层？", PauseReason.ANSWER)
    assert paused.pause_ends_at == end(15)
    await lay_down(pause_answer_days=3, silent_days=1, escalate_days=4, extend_days=7)
    assert (await Matter.get(id=running.id)).pause_ends_at == end(15), "what is paused keeps its time"
    matter = await send_to(here, await make_matter(here), Way.OWN_DESK, note="我们自己办")
    assert matter.answer_at == end(2)
    taken = await accepted(here, matter, "worker")
    asked = await service_handle.ask(worker, taken.id, await version_of(taken), "哪一层？", PauseReason.ANSWER)
    assert asked.pause_ends_at == end(4)
    await service_handle.resume(worker, asked.id, await version_of(asked))
    with pytest.raises(Refused) as refused:
        await service_handle.extend(worker, asked.id, await version_of(asked), date(2026, 6, 16), "等材料")
    assert refused.value.args_for_text["days"] == 7
    extended = await service_handle.extend(worker, asked.id, await version_of(asked), date(2026, 6, 15), "等材料")
    clock.set(end(15) + timedelta(seconds=1))
    await service_sweep.sweep_due()
    assert extended.due_at == end(15) and (await Matter.get(id=extended.id)).warn_at == end(23)
