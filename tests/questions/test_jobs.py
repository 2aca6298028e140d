"""The timer that closes and publishes what nobody did."""

import pytest

from linyue.base import queue
from linyue.base.settings import Settings
from linyue.questions import jobs, service_views
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


async def test_records_that_people_vote_on_or_just_voted_on_are_looked_through(
    db: Settings, clock: MovableClock
) -> None:
    running, over = await make_question(), await make_question(QuestionState.CLOSED)
    for who in range(3):
        await running.cast(who, "for")
    await jobs.verify()
    assert await service_views.verify_recent(clock.now()) == {}
    for put in (running, over):
        await Question.filter(id=put.question.id).update(ballots_cast=99)
    assert set(await service_views.verify_recent(clock.now())) == {running.question.id, over.question.id}
    clock.move(hours=25)
    assert set(await service_views.verify_recent(clock.now())) == {running.question.id}


@pytest.mark.sqlite_only
async def test_a_ballot_in_between_is_not_taken_for_a_broken_record(
    db: Settings, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = await make_question()
    look = service_views.verify_chain

    async def beside_a_ballot(question_id: int) -> list[str]:
        await put.cast(0, "for")
        return [*await look(question_id), "half of the ballot is seen"]

    monkeypatch.setattr(service_views, "verify_chain", beside_a_ballot)
    assert await service_views.verify_recent(clock.now()) == {}
