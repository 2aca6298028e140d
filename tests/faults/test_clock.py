"""Clocks that jump, zones that change twice a year, machines set to another zone: nothing reopens, nothing closes early."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from linyue.base.errors import Refused
from linyue.base.settings import Settings
from linyue.questions import service
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import BallotRefusal
from linyue.upkeep.doctor import examine
from tests.conftest import MovableClock
from tests.faults.figures import note
from tests.make.questions import Put, make_question
from tests.servers import ROOT, environment_of

pytestmark = pytest.mark.anyio
# Zones, and moments at which clocks are put forward or back there or elsewhere: the hour that is missing, the one that
# comes twice.
WALLS = {
    "Asia/Shanghai": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "America/New_York": datetime(2026, 3, 8, 6, 30, tzinfo=UTC),
    "America/Chicago": datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    "Europe/London": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "Pacific/Kiritimati": datetime(2026, 12, 31, 9, 30, tzinfo=UTC),
}


@pytest.fixture(params=WALLS)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """This process as a machine of that zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


async def state(put: Put) -> QuestionState:
    return (await Question.get(id=put.question.id)).state


async def refusal(put: Put, who: int) -> BallotRefusal | None:
    try:
        await put.cast(who)
    except Refused as refused:
        return BallotRefusal(refused.reason)
    return None


@pytest.mark.usefixtures("db")
async def test_a_vote_closes_at_its_instant_whatever_the_clocks_on_walls(clock: MovableClock, zone: str) -> None:
    moment = WALLS[zone]
    clock.set(moment)
    put = await make_question(people=4, closes_in=timedelta(hours=1))
    clock.move(minutes=59)
    assert await service.sweep(clock.now()) == 0 and await state(put) is QuestionState.OPEN, zone
    assert await refusal(put, 0) is None
    clock.set(moment + timedelta(hours=1, seconds=1))
    assert await refusal(put, 1) is BallotRefusal.TIME_OVER
    assert await service.sweep(clock.now()) == 1 and await state(put) is QuestionState.CLOSED
    assert await refusal(put, 2) is BallotRefusal.NOT_OPEN
    closed_at = (await Question.get(id=put.question.id)).closed_at
    assert closed_at is not None and timedelta() <= closed_at - moment - timedelta(hours=1) < timedelta(minutes=1)
    late = (closed_at - moment - timedelta(hours=1)).total_seconds()
    note("T15", f"{zone}: closed after its instant by", late, "s", at_most=60)


async def test_a_clock_put_back_an_hour_reopens_nothing(db: Settings, clock: MovableClock) -> None:
    put = await make_question(people=4, closes_in=timedelta(minutes=10))
    other = await make_question(people=4, closes_in=timedelta(hours=2))
    clock.move(minutes=11)
    await service.sweep(clock.now())
    assert await state(put) is QuestionState.CLOSED
    clock.move(hours=-1)
    for _ in range(3):
        await service.sweep(clock.now())
    assert await state(put) is QuestionState.CLOSED
    assert await refusal(put, 0) is BallotRefusal.NOT_OPEN
    assert await refusal(other, 0) is None  # and whoever may vote may go on
    clock.move(hours=1)
    assert not [one for one in await examine(db) if one.faults]


async def test_a_clock_put_forward_a_day_closes_once_and_for_good(db: Settings, clock: MovableClock) -> None:
    put = await make_question(people=4, closes_in=timedelta(hours=2))
    assert await refusal(put, 0) is None
    clock.move(days=1)
    assert await refusal(put, 1) is BallotRefusal.TIME_OVER
    assert await service.sweep(clock.now()) == 1
    clock.move(days=-1)
    assert await state(put) is not QuestionState.OPEN
    assert await refusal(put, 2) is BallotRefusal.NOT_OPEN
    clock.move(days=1)
    assert not [one for one in await examine(db) if one.faults]


SWEEP = (
    "import asyncio\nfrom linyue.base import clock, db\nfrom linyue.base.settings import read_settings\n"
    "from linyue.questions import service\n"
    "async def main():\n    await db.connect(read_settings())\n    print(await service.sweep(clock.now()))\n    await db.disconnect()\n"
    "asyncio.run(main())\n"
)


async def test_another_process_in_another_zone_sees_the_same_instants(db: Settings) -> None:
    """Rows written here are swept there: SQLite compares times as text, so the zone must never get into it."""
    over = await make_question(people=3, closes_in=timedelta(seconds=1))
    await Question.filter(id=over.question.id).update(closes_at=datetime.now(UTC) - timedelta(seconds=1))
    later = await make_question(people=3, closes_in=timedelta(hours=3))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SWEEP, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        env=environment_of(db) | {"TZ": "America/New_York"},
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert out.decode().strip() == "1"
    assert (await state(over), await state(later)) == (QuestionState.CLOSED, QuestionState.OPEN)
