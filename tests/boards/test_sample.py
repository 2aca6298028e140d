"""The sample: drawn by lot and drawable again, once a month, called about by somebody else."""

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linyue.base.errors import Refused
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI
from linyue.boards import service_sample
from linyue.boards.model_sample import SampleEntry
from linyue.boards.rules import Month
from linyue.boards.rules_follow import Answer
from linyue.boards.rules_sample import SampleRefusal, draw, refuse_draw
from linyue.centres.rules import Way
from linyue.matters import service_report
from linyue.matters.rules import Rating
from tests.conftest import MovableClock, NewClient
from tests.make.matters import Neighbourhood, accepted, completed, make_matter, make_neighbourhood, send_to, version_of

JUNE, JULY = Month(2026, 6), Month(2026, 7)


@given(st.sets(st.text(min_size=1, max_size=9), max_size=60), st.integers(0, 70), st.text(max_size=8))
def test_a_draw_is_a_subset_of_the_size_asked_for_and_repeats_itself(numbers: set[str], size: int, seed: str) -> None:
    drawn = draw(numbers, size, seed)
    assert set(drawn) <= numbers and len(drawn) == min(size, len(numbers)) == len(set(drawn))
    assert drawn == draw(sorted(numbers, reverse=True), size, seed)


def test_every_matter_is_as_likely_as_any_other() -> None:
    numbers = [f"2026-{n:04d}" for n in range(20)]
    count = Counter(number for seed in range(2000) for number in draw(numbers, 5, str(seed)))
    assert all(abs(count[number] - 500) < 100 for number in numbers)  # five standard deviations


@pytest.mark.parametrize(
    ("month", "total", "expected"),
    [
        (JUNE, 3, None),
        (JUNE, 0, SampleRefusal.NOTHING),
        (JULY, 3, SampleRefusal.MONTH_RUNS),
        (Month(2026, 8), 3, SampleRefusal.MONTH_RUNS),
    ],
)
def test_when_a_month_is_drawn(month: Month, total: int, expected: SampleRefusal | None) -> None:
    assert refuse_draw(month, JULY, total) is expected


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI))
    made = await make_neighbourhood()
    for n in range(4):
        matter = await make_matter(made, title=f"第{n}件")
        await send_to(made, matter, Way.OWN_DESK)
        await accepted(made, matter, "worker")
        await completed(made, matter, "worker")
        if n:  # the first one is not closed yet
            resident = await made.actor("resident")
            await service_report.rate(resident, matter.id, await version_of(matter), Rating.SATISFIED)
    return made


async def test_drawn_once_from_what_closed_in_the_month(here: Neighbourhood, clock: MovableClock) -> None:
    officer = await here.actor("officer")
    with pytest.raises(Refused) as refused:
        await service_sample.draw_sample(officer, here.tree.subdistrict, JUNE, 2)
    assert refused.value.reason is SampleRefusal.MONTH_RUNS
    clock.move(days=31)
    drawn = await service_sample.draw_sample(officer, here.tree.subdistrict, JUNE, 2)
    entries = await service_sample.entries_of(drawn)
    assert drawn.total == 3 and len(entries) == 2
    assert [e.matter.number for e in entries] == draw(["2026-0002", "2026-0003", "2026-0004"], 2, drawn.seed)
    with pytest.raises(Refused) as refused:
        await service_sample.draw_sample(officer, here.tree.subdistrict, JUNE, 3)
    assert refused.value.reason is SampleRefusal.DRAWN
    assert await SampleEntry.all().count() == 2


async def test_noted_once_and_not_by_the_handler(here: Neighbourhood, clock: MovableClock) -> None:
    clock.move(days=31)
    officer = await here.actor("officer")
    drawn = await service_sample.draw_sample(officer, here.tree.subdistrict, JUNE, 3)
    first, second, _ = await service_sample.entries_of(drawn)
    with pytest.raises(Refused) as refused:
        await service_sample.note(await here.actor("worker"), first, Answer.FIXED)
    assert refused.value.reason is SampleRefusal.OWN_WORK
    await service_sample.note(officer, first, Answer.FIXED)
    await service_sample.note(officer, second, Answer.NOT)
    with pytest.raises(Refused) as refused:
        await service_sample.note(officer, first, Answer.NOT)
    assert refused.value.reason is SampleRefusal.NOTED
    share = service_sample.share_of(await service_sample.entries_of(drawn))
    assert (share.n, share.of) == (1, 2)


async def test_the_pages(here: Neighbourhood, clock: MovableClock, new_client: NewClient) -> None:
    clock.move(days=31)
    officer, worker = new_client(), new_client()
    await officer.sign_in_as(here.people["officer"], is_staff=True)
    await worker.sign_in_as(here.people["worker"], is_staff=True)
    area = here.tree.subdistrict.id
    assert (await worker.get("/board/sample")).status_code == 403
    assert "现在抽" in (await officer.get(f"/board/sample?month=2026-06&area={area}")).text
    assert (await officer.send_form(f"/board/sample?month=2026-06&area={area}", {"size": "x"})).status_code == 422
    assert (await officer.send_form(f"/board/sample?month=2026-06&area={area}", {"size": "2"})).status_code == 303
    entry = await SampleEntry.all().order_by("id").first()
    assert entry is not None
    assert (await officer.get(f"/board/sample/{entry.id}")).status_code == 200
    assert (await officer.send_form(f"/board/sample/{entry.id}", {"answer": "fixed"})).status_code == 303
    assert (await officer.send_form(f"/board/sample/{entry.id}", {"answer": "fixed"})).status_code == 422
    assert "真的好了" in (await officer.get(f"/board/sample?month=2026-06&area={area}")).text
