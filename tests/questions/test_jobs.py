"""The timer that closes and publishes what nobody did."""

import pytest

from linyue.base import queue
from linyue.base.settings import Settings
from linyue.questions import jobs
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from tests.conftest import MovableClock
from tests.make.questions import make_question

pytestmark = pytest.mark.anyio


async def test_the_timer_publishes_after_a_day_and_may_run_twice(db: Settings, clock: MovableClock) -> None:
    put = await make_question(QuestionState.CLOSED)
    clock.move(hours=25)
    await queue.run_timers()
    await jobs.sweep()
    assert (await Question.get(id=put.question.id)).state is QuestionState.PUBLISHED
