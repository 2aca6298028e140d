"""Invented neighbours vote along in a sample meeting, and nowhere else."""

from dataclasses import replace

import pytest

from linyue.base import queue
from linyue.base.settings import Settings
from linyue.demo import neighbours
from linyue.meetings.model import Meeting
from linyue.questions.model import Question, RollEntry
from tests.make.questions import make_question


async def a_vote(clock, *, is_sample: bool) -> Question:  # type: ignore[no-untyped-def]
    """An open question of forty people, six seconds old; the first two can be signed in to."""
    put = await make_question(people=40)
    await Meeting.filter(id=put.meeting.id).update(is_sample=is_sample)
    rows = await RollEntry.filter(question_id=put.question.id).order_by("id").prefetch_related("person")
    for number, row in enumerate(rows):
        await (
            type(row.person).filter(id=row.person_id).update(is_sample=True, demo_role="resident" if number < 2 else "")
        )
    clock.move(seconds=6)
    return put.question


async def votes(question: Question) -> int:
    return (await Question.get(id=question.id)).ballots_cast


async def test_they_vote_a_few_at_a_time_until_most_have(db: Settings, clock) -> None:  # type: ignore[no-untyped-def]
    question = await a_vote(clock, is_sample=True)
    seen = []
    for _ in range(4):
        await neighbours.vote_along()
        seen.append(await votes(question))
    assert seen == [15, 27, 27, 27]
    rows = await RollEntry.filter(question_id=question.id, person__demo_role="resident")
    assert [row.channel for row in rows] == [None, None]


async def test_they_keep_out_of_real_meetings(db: Settings, clock) -> None:  # type: ignore[no-untyped-def]
    question = await a_vote(clock, is_sample=False)
    await neighbours.vote_along()
    assert await votes(question) == 0


@pytest.mark.sqlite_only
async def test_only_a_demo_that_asks_for_it_has_them(db: Settings) -> None:
    for settings in (db, replace(db, neighbours=True), replace(db, demo=True)):
        neighbours.start(settings)
    assert "demo.neighbours" not in queue._timers
