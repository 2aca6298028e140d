"""A simulated year: what it leaves, that one seed gives one year, that M1 to M6 are really looked at."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest

from linyue.base import clock
from linyue.base.clock import SHANGHAI
from linyue.base.model import DistrictClock
from linyue.base.settings import Settings
from linyue.boards import service_load
from linyue.boards.rules import Month
from linyue.boards.rules_load import saving
from linyue.centres.rules import Way
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules import Step
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.simulation import stories
from linyue.simulation.checks import Broken, Checks
from linyue.simulation.district import all_spots, spots_of
from linyue.simulation.progress import Progress
from linyue.simulation.run import Done, NotOwn, run_year
from linyue.simulation.volumes import BadVolumes, Volumes, read_scale, read_volumes
from tests.bench.swift import swiftly
from tests.conftest import opened
from tests.servers import Blanks

SMALL, WHOLE = Fraction(1, 1000), Fraction(1, 200)
"""Two communities each; at the second their desks are as busy as in the full year. Only one year is run whole."""


SENT = (Step.TRIAGE, Step.APPEAL_MOVE, Step.PART)


def quiet(_line: str) -> None:
    return None


@pytest.fixture
def run(blanks: Blanks, tmp_path: Path) -> Callable[..., object]:
    """Opens an empty SQLite district of its own, runs, and closes it when the block ends."""

    @asynccontextmanager
    async def go(name: str, days: int, volumes: Volumes | None = None) -> AsyncIterator[tuple[Settings, Done]]:
        settings = blanks.copy(blanks.blank("sqlite"), tmp_path / name)
        async with opened(settings), swiftly():
            yield settings, await run_year(settings, volumes or read_volumes(), SMALL, days, quiet)

    return go


@pytest.mark.sqlite_only
async def test_a_year_keeps_its_invariants_and_says_what_floating_saves(db: Settings) -> None:
    async with swiftly():
        done = await run_year(db, read_volumes(), WHOLE, 366, quiet)
    text = "\n".join(done.lines)
    assert "M1 to M6 held after each of 365 days" in text and "over everything 12 times" in text
    for words in ("The split of", "Load of the centres", "Lateness:", "What floating saves", "in Duantang"):
        assert words in text, words
    count = await Matter.all().count()
    assert 900 < count < 1100
    assert set(await Matter.filter(way__isnull=False).distinct().values_list("way", flat=True)) == set(Way)
    parts = await Matter.exclude(root_id=None)
    assert parts and [part.number for part in parts] == [
        f"{(await Matter.get(id=part.root_id)).number}-2" for part in parts
    ]
    answered = await Appeal.filter(answered_at__isnull=False)
    assert answered and all(one.answered_by_id not in (None, one.decided_by_id, one.person_id) for one in answered)
    assert "sent two ways under one number: 0" not in text and "appeals: 0;" not in text
    steps = set(await MatterEvent.all().distinct().values_list("kind", flat=True))
    assert {Step.RETURN, Step.ASK, Step.ANSWER, Step.EXTEND, Step.OVERDUE, Step.RATE, Step.CLOSE} <= steps
    assert set(await Matter.all().distinct().values_list("channel", flat=True)) == {"web", "phone", "desk", "open311"}
    district = await Place.get(kind=PlaceKind.DISTRICT)
    before = saving((await service_load.month_load(district, Month(2026, 1))).total)
    after = saving((await service_load.month_load(district, Month(2026, 6))).total)
    floats = datetime(2026, 2, 1, tzinfo=SHANGHAI)
    early = await Matter.filter(way=Way.CENTRE, reported_at__lt=floats).values_list("id", flat=True)
    sent_later = await MatterEvent.filter(matter_id__in=list(early), kind__in=SENT, at__gte=floats).distinct()
    assert {int(i) for i in early} == {event.matter_id for event in sent_later}, "nothing floats in the first month"
    assert before is not None and -0.02 < before.value <= 0, "what was reported in it and sent later did float"
    assert after is not None and after.value < 0
    ahead = (await DistrictClock.get(id=1)).ahead_seconds
    assert abs(clock.real_now() + timedelta(seconds=ahead) - datetime(2026, 12, 31, 16, 0, 40, tzinfo=UTC)) < timedelta(
        minutes=1
    )
    assert abs(clock.now() - clock.real_now()) < timedelta(minutes=1), "the clock of this process goes on"
    with pytest.raises(NotOwn):
        await run_year(db, read_volumes(), SMALL, 1, quiet)


async def test_one_seed_gives_one_year(run: Callable[..., object]) -> None:
    sums = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        async with run(name, 30, replace(read_volumes(), seed=seed)) as (_, done):  # type: ignore[attr-defined]
            sums.append(done.sum)
    assert sums[0] == sums[1] != sums[2]


async def test_a_sweeper_that_sleeps_is_noticed(run: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    async def asleep() -> int:
        return 0

    monkeypatch.setattr(stories.service_sweep, "sweep_due", asleep)
    with pytest.raises(Broken, match="M4"):
        async with run("asleep", 366):  # type: ignore[attr-defined]
            pass


async def test_an_appeal_that_nobody_hands_up_is_noticed(
    run: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asleep() -> int:
        return 0

    monkeypatch.setattr(stories.service_appeals, "sweep_appeals", asleep)
    doubted = replace(read_volumes(), appealed={"wrong": 1, "right": 1}, appeal_late=1)
    with pytest.raises(Broken, match="M4: appeal"):
        async with run("asleep", 60, doubted):  # type: ignore[attr-defined]
            pass


async def test_a_row_that_its_history_does_not_explain_is_noticed(run: Callable[..., object]) -> None:
    async with run("twisted", 20) as (settings, _):  # type: ignore[attr-defined]
        matter = await Matter.filter(due_at__isnull=False).first()
        assert matter is not None
        clock.hold(datetime(2026, 1, 20, 16, 0, 40, tzinfo=UTC))
        await Matter.filter(id=matter.id).update(owner_role="centre_clerk")
        with pytest.raises(Broken, match="M2"):
            await Checks(settings).after_day(await Matter.all().count())
        await Matter.filter(id=matter.id).update(owner_role=matter.owner_role, due_at=None)
        with pytest.raises(Broken, match="M1"):
            await Checks(settings).after_day(await Matter.all().count())
        await Matter.filter(id=matter.id).update(due_at=matter.due_at)
        await Checks(settings).after_day(await Matter.all().count())
        with pytest.raises(Broken, match="M5"):
            await Checks(settings).after_day(await Matter.all().count() + 1)
        await MatterEvent.filter(matter_id=matter.id, seq=matter.last_seq).update(seq=40)
        with pytest.raises(Broken, match="M2"):
            await Checks(settings).after_day(await Matter.all().count())
        clock.hold(None)


def test_the_whole_district_is_there() -> None:
    spots = all_spots()
    assert (sum(not s.is_village for s in spots), sum(s.is_village for s in spots)) == (116, 164)
    assert len({s.code for s in spots}) == 280 == len(spots_of(Fraction(1)))
    part = spots_of(Fraction(1, 20))
    assert len(part) == 14 and len({s.subdistrict for s in part}) > 8, "spread over the district"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("format: 2", "format"),
        ("format: 1", "assumed"),
        ("format: 1\nassumed: true", "missing"),
        ("format: 1\nassumed: true\nmagic: 80", "missing|unknown"),
        (": :", "cannot be read"),
    ],
)
def test_bad_volumes_name_the_key(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "volumes.yaml"
    file.write_text(text)
    with pytest.raises(BadVolumes, match=words):
        read_volumes(file)


def test_a_scale_is_a_share() -> None:
    assert read_scale("1/20") == Fraction(1, 20) and read_scale("1") == 1
    for text in ("0", "2", "-1/2", "1/0", "x"):
        with pytest.raises((ValueError, ZeroDivisionError)):
            read_scale(text)


def test_progress_is_plain_lines_where_there_is_no_terminal() -> None:
    out = StringIO()
    progress = Progress(100, out)
    for done in range(1, 101):
        progress.show(done, f"day {done}", done * 10)
    lines = out.getvalue().splitlines()
    assert 20 <= len(lines) <= 26 and "\r" not in out.getvalue() and lines[-1].startswith("100/100")
    assert "1,000 matters" in lines[-1] and "0:00 left" in lines[-1]
