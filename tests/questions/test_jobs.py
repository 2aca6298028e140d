"""The timer that closes and publishes what nobody did."""

import threading

import asyncpg
import pytest

from linyue.base import db as database
from linyue.base import ledger, queue
from linyue.base.settings import Settings
from linyue.questions import jobs, service, service_secret, service_views
from linyue.questions.model import ChainEntry, Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_secret import BoxState
from linyue.questions.service import close_question
from linyue.questions.service_secret import finish_box
from tests.conftest import MovableClock
from tests.make.questions import make_question
from tests.questions.boxes import make_secret, voters_of

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


async def test_an_open_vote_whose_whole_record_is_gone_is_named(db: Settings, clock: MovableClock) -> None:
    put = await make_question()
    await ChainEntry.filter(question_id=put.question.id).delete()
    assert await service_views.verify_recent(clock.now()) == {put.question.id: ["the record is gone"]}


@pytest.mark.parametrize("is_secret", [False, True])
async def test_a_record_of_many_pages_is_compared_beside_the_loop(
    db: Settings, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, is_secret: bool
) -> None:
    put = await make_secret() if is_secret else await make_question(people=12)
    if is_secret:
        for voter in (await voters_of(put))[:12]:
            await voter.cast("for")
        await close_question(put.chair, put.question.id)
        await finish_box(put.question.id)
    else:
        for who in range(12):
            await put.cast(who, "for")
    monkeypatch.setattr(database, "PAGE", 2)
    loop, hashed_in = threading.get_ident(), set[int]()
    entry_hash = ledger.entry_hash

    def watched(body: str) -> str:
        hashed_in.add(threading.get_ident())
        return entry_hash(body)

    monkeypatch.setattr(ledger, "entry_hash", watched)
    assert await service_views.verify_recent(clock.now()) == {}
    assert hashed_in and loop not in hashed_in
    last = await ChainEntry.filter(question_id=put.question.id).order_by("-seq").first()
    await ChainEntry.filter(id=last.id).update(hash="0" * 64)
    assert set(await service_views.verify_recent(clock.now())) == {put.question.id}


@pytest.mark.sqlite_only
async def test_one_question_with_a_fault_keeps_no_other_waiting(db: Settings, clock: MovableClock) -> None:
    broken, whole = await make_question(QuestionState.CLOSED), await make_question(QuestionState.CLOSED)
    await Question.filter(id=broken.question.id).update(result=[])
    late_broken, late_whole = await make_question(), await make_question()
    await Question.filter(state=QuestionState.OPEN).update(closes_at=clock.now())
    await Question.filter(id=late_broken.question.id).update(rule={})
    clock.move(hours=25)
    await jobs.sweep()
    states = {one.id: one.state for one in await Question.all()}
    assert states[broken.question.id] is QuestionState.CLOSED and states[whole.question.id] is QuestionState.PUBLISHED
    assert states[late_broken.question.id] is QuestionState.OPEN
    assert states[late_whole.question.id] is QuestionState.CLOSED


@pytest.mark.sqlite_only
async def test_one_box_with_a_fault_keeps_no_other_shut_and_no_process_from_starting(
    db: Settings, clock: MovableClock
) -> None:
    broken, whole = await make_secret(), await make_secret()
    for put in (broken, whole):
        await close_question(put.chair, put.question.id)
    await Question.filter(id=broken.question.id).update(rule={})
    await jobs.start(db)
    boxes = {one.id: one.box for one in await Question.all()}
    assert boxes == {broken.question.id: BoxState.SEALED, whole.question.id: BoxState.RECORDED}


@pytest.mark.sqlite_only
async def test_a_database_that_is_away_ends_the_sweep(
    db: Settings, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, secret = await make_question(QuestionState.CLOSED), await make_secret()
    await close_question(secret.chair, secret.question.id)
    clock.move(hours=25)

    async def away(_question_id: int) -> Question:
        raise asyncpg.InternalClientError("away")

    for module in (service, service_secret):
        monkeypatch.setattr(module, "claimed", away)
    with pytest.raises(asyncpg.InternalClientError):
        await service.sweep(clock.now())
    with pytest.raises(asyncpg.InternalClientError):
        await service_secret.settle_boxes()
    assert (await Question.get(id=put.question.id)).state is QuestionState.CLOSED
