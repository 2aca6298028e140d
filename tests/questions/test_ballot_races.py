"""Many at once: the same voter on many phones, votes around the close, a first send held back, commits in groups."""

import asyncio
import random
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from linyue.base import clock
from linyue.base.db import is_postgres, unit_of_work
from linyue.base.errors import Refused
from linyue.questions import service, service_views, writer, writer_commit
from linyue.questions.model import Ballot, ChainEntry, Question
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.writer_batch import Declined, Receipt, Recorded, Send
from linyue.questions.writer_commit import BallotWriter, StoreConflict, StoreFailed, StoreHeld, StoreLost
from tests.faults.figures import note
from tests.faults.size import IS_LONG, SEED, size
from tests.make.questions import Put, make_question

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]
CHOICES = ("for", "against", "abstain")
VOTERS = 200 if IS_LONG else 120
"""Who votes around a close."""


def kind() -> str:
    """The database, for a figure's name."""
    return "postgres" if is_postgres() else "sqlite"


async def tried(put: Put, who: int, choice: str, **more: object) -> Receipt | Refused:
    try:
        return await put.cast(who, choice, **more)  # type: ignore[arg-type]
    except Refused as refused:
        return refused


async def test_two_hundred_sends_of_one_ballot_are_one_ballot() -> None:
    for _ in range(size(3, 500)):
        put = await make_question(people=2)
        client_id = secrets.token_hex(8)
        answers = await asyncio.gather(*(put.cast(0, "for", client_id=client_id) for _ in range(200)))
        assert len(set(answers)) == 1
        assert await Ballot.filter(question_id=put.question.id).count() == 1
        assert await service_views.verify_chain(put.question.id) == []
    note("T13", f"{kind()}: rounds of 200 sends of one ballot, one ballot and one receipt each", size(3, 500))


async def test_two_hundred_phones_of_one_voter_leave_one_counted_ballot() -> None:
    for seed in range(size(3, 500)):
        chance = random.Random(f"{SEED}:{seed}")
        put = await make_question(people=2)
        plan = [(chance.choice(CHOICES), chance.randrange(4)) for _ in range(200)]
        answers = await asyncio.gather(*(tried(put, 0, choice, replaces=seen) for choice, seen in plan))
        acked = [answer for answer in answers if isinstance(answer, Receipt)]
        history = await Ballot.filter(question_id=put.question.id).order_by("revision")
        assert acked
        assert {receipt.hash for receipt in acked} == {row.hash for row in history}
        assert [row.revision for row in history] == list(range(1, len(history) + 1))
        assert [row.superseded_by for row in history] == [*range(2, len(history) + 1), None]
        assert await service_views.verify_chain(put.question.id) == []
    note("T13", f"{kind()}: rounds of 200 phones of one voter, every receipt in the history", size(3, 500))


@pytest.mark.parametrize("votes_first", [0, 20, 60])
async def test_a_ballot_is_acknowledged_exactly_when_it_is_before_the_close(votes_first: int) -> None:
    rounds = size(3, 334)
    for _ in range(rounds):
        put = await make_question(people=VOTERS)
        early = [asyncio.create_task(tried(put, who, "for")) for who in range(votes_first)]
        if votes_first:
            await asyncio.wait(early, return_when=asyncio.FIRST_COMPLETED)
        rest = [asyncio.create_task(tried(put, who, "for")) for who in range(votes_first, VOTERS)]
        closed = await service.close_question(put.chair, put.question.id)
        answers = await asyncio.gather(*early, *rest)
        acked = {answer.hash for answer in answers if isinstance(answer, Receipt)}
        refused = {answer.reason for answer in answers if isinstance(answer, Refused)}
        close = await ChainEntry.get(question_id=put.question.id, kind="CLOSE")
        before = await ChainEntry.filter(question_id=put.question.id, kind="BALLOT", seq__lt=close.seq)
        assert acked == {row.hash for row in before}
        assert refused <= {BallotRefusal.NOT_OPEN}
        assert closed.result is not None
        assert closed.result["counts"]["for"] == len(acked)
        assert await service_views.verify_chain(put.question.id) == []
    note("T14", f"{kind()}: closes among {VOTERS} ballots, {votes_first} sent before", rounds)


async def test_a_first_send_held_back_until_the_second_is_acked_never_wins() -> None:
    put = await make_question()
    second_is_acked = asyncio.Event()

    async def first_on_a_bad_line() -> Receipt | Refused:
        await second_is_acked.wait()
        return await tried(put, 0, "for", replaces=0, client_id="first-send")

    late = asyncio.create_task(first_on_a_bad_line())
    newer = await put.cast(0, "against", replaces=0, client_id="second-send")
    second_is_acked.set()
    answer = await late
    assert isinstance(answer, Refused)
    assert answer.reason is BallotRefusal.STALE
    assert answer.args_for_text["code"] == newer.code
    mine = await service_views.my_ballot(put.question.id, put.people[0])
    assert mine == newer


class SlowStore:
    """A store whose commits the test lets through one by one, and whose failures it orders."""

    def __init__(self) -> None:
        self.batches: list[list[Send]] = []
        self.arrived = asyncio.Condition()
        self.gate = asyncio.Semaphore(0)
        self.failures: list[Exception] = []
        self.poison = ""
        self.held: set[int] = set()

    async def record(self, sends: Sequence[Send], _now: Callable[[], datetime]) -> Recorded:
        async with self.arrived:
            self.batches.append(list(sends))
            self.arrived.notify_all()
        await self.gate.acquire()
        if self.failures:
            raise self.failures.pop(0)
        if held := self.held & {send.question_id for send in sends}:
            raise StoreHeld(held)
        if self.poison and any(send.client_id == self.poison for send in sends):
            raise StoreConflict
        return Recorded([_receipt(send) for send in sends], [])

    async def stop(self) -> None:
        """Nothing to close."""


def _receipt(send: Send) -> Receipt:
    return Receipt(send.question_id, send.person_id, send.choice, 1, send.client_id, "", "", clock.now())


async def _nobody(_told: object) -> None:
    return None


def slow_writer() -> tuple[SlowStore, BallotWriter]:
    store = SlowStore()
    return store, BallotWriter(store, clock.now, _nobody)


async def until_batches(store: SlowStore, count: int) -> None:
    async with asyncio.timeout(5), store.arrived:
        await store.arrived.wait_for(lambda: len(store.batches) >= count)


def sends(count: int, question_id: int = 1) -> list[Send]:
    return [Send(question_id, n, "for", f"send-{n}", 0, service.Via.POST) for n in range(count)]


async def test_each_commit_takes_what_arrived_during_the_last_one() -> None:
    store, live = slow_writer()
    first, *others = sends(6)
    tasks = [asyncio.create_task(live.cast(first))]
    await until_batches(store, 1)
    tasks += [asyncio.create_task(live.cast(send)) for send in others]
    await asyncio.sleep(0)
    assert [len(batch) for batch in store.batches] == [1]
    assert not any(task.done() for task in tasks)  # nothing is acknowledged before its commit
    store.gate.release()
    await until_batches(store, 2)
    assert [len(batch) for batch in store.batches] == [1, 5]
    assert [task.done() for task in tasks] == [True, *[False] * 5]
    store.gate.release()
    assert [answer.client_id for answer in await asyncio.gather(*tasks) if isinstance(answer, Receipt)] == [
        f"send-{n}" for n in range(6)
    ]
    await live.stop()


async def test_when_the_store_fails_every_waiting_voter_is_told() -> None:
    store, live = slow_writer()
    store.failures = [StoreFailed()]
    tasks = [asyncio.create_task(live.cast(send)) for send in sends(5)]
    store.gate.release()
    assert await asyncio.gather(*tasks) == [Declined(BallotRefusal.CANNOT_RECORD)] * 5
    store.gate.release()
    assert isinstance(await live.cast(sends(1)[0]), Receipt)  # and the next one is taken again


async def test_a_lost_connection_is_tried_again_before_anybody_is_refused() -> None:
    store, live = slow_writer()
    store.failures = [StoreLost(), StoreLost()]
    for _ in range(3):
        store.gate.release()
    assert isinstance(await live.cast(sends(1)[0]), Receipt)
    assert len(store.batches) == 3


async def test_one_bad_ballot_does_not_take_the_others_with_it() -> None:
    store, live = slow_writer()
    store.poison = "send-2"
    for _ in range(20):
        store.gate.release()
    answers = await asyncio.gather(*(live.cast(send) for send in sends(5)))
    assert [isinstance(answer, Receipt) for answer in answers] == [True, True, False, True, True]


async def test_a_store_lost_in_between_is_waited_for_once_and_not_for_each_ballot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer_commit, "PATIENCE", 0.1)
    store, live = slow_writer()
    store.failures = [StoreConflict(), *(StoreLost() for _ in range(1_000))]
    for _ in range(1_000):
        store.gate.release()
    assert (
        await asyncio.gather(*(live.cast(send) for send in sends(50))) == [Declined(BallotRefusal.CANNOT_RECORD)] * 50
    )
    assert {send.client_id for batch in store.batches[1:] for send in batch} == {"send-0"}
    store.failures.clear()
    assert isinstance(await live.cast(sends(1)[0]), Receipt)  # sent again, it is taken


async def test_a_question_that_is_held_keeps_its_order_and_nobody_else_waiting() -> None:
    store, live = slow_writer()
    store.held = {1}
    held, free = sends(4, 1), sends(3, 2)
    tasks = {send: asyncio.create_task(live.cast(send)) for send in (held[0], free[0], held[1], free[1])}
    await until_batches(store, 1)
    tasks[held[2]] = asyncio.create_task(live.cast(held[2]))
    for turn in range(2, 4):  # all together, then those who are free
        store.gate.release()
        await until_batches(store, turn)
    await asyncio.wait([tasks[send] for send in free[:2]])
    assert not any(tasks[send].done() for send in held[:3])
    tasks |= {send: asyncio.create_task(live.cast(send)) for send in (held[3], free[2])}
    for turn in range(4, 6):  # the held, by itself and in vain; then whoever came
        store.gate.release()
        await until_batches(store, turn)
    store.held.clear()
    store.gate.release()
    assert all(isinstance(answer, Receipt) for answer in await asyncio.gather(*tasks.values()))
    assert store.batches == [[held[0], free[0], held[1], free[1]], free[:2], held[:3], free[2:], held]
    store.gate.release()
    assert isinstance(await live.cast(sends(5)[4]), Receipt)


async def test_a_question_that_is_held_too_long_is_told_to_its_voters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_commit, "HELD_AT_MOST", 0.0)
    store, live = slow_writer()
    store.held = {1}
    for _ in range(6):
        store.gate.release()
    held = await asyncio.gather(*(live.cast(send) for send in sends(5)))
    assert held == [Declined(BallotRefusal.CANNOT_RECORD)] * 5
    store.held.clear()
    assert isinstance(await live.cast(sends(1)[0]), Receipt)  # sent again, it is taken
    assert isinstance(await live.cast(sends(1)[0]), Receipt)


async def test_a_question_that_is_held_while_others_are_tried_one_by_one_is_set_aside_too() -> None:
    store, live = slow_writer()
    store.failures = [StoreConflict()]
    free, held = sends(2, 2), sends(1, 1)
    tasks = [asyncio.create_task(live.cast(send)) for send in (free[0], *held, free[1])]
    store.gate.release()
    await until_batches(store, 2)
    store.held = {1}
    for _ in range(3):
        store.gate.release()
    await until_batches(store, 5)
    await asyncio.wait(tasks[::2])
    assert not tasks[1].done()
    assert store.batches[1:] == [free[:1], held, free, held]
    store.held.clear()
    store.gate.release()
    assert all(isinstance(answer, Receipt) for answer in await asyncio.gather(*tasks))


async def test_a_voter_who_goes_away_does_not_disturb_the_rest() -> None:
    store, live = slow_writer()
    tasks = [asyncio.create_task(live.cast(send)) for send in sends(3)]
    await until_batches(store, 1)
    tasks[1].cancel()
    store.gate.release()
    store.gate.release()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(answer, Receipt) for answer in answers] == [True, False, True]


async def test_stopping_stores_what_has_arrived_and_takes_no_more() -> None:
    store, live = slow_writer()
    task = asyncio.create_task(live.cast(sends(1)[0]))
    await until_batches(store, 1)
    stop = asyncio.create_task(live.stop())
    await asyncio.sleep(0)
    assert await live.cast(sends(2)[1]) == Declined(BallotRefusal.CANNOT_RECORD)
    store.gate.release()
    await stop
    assert isinstance(task.result(), Receipt)


async def test_two_writers_on_one_question_keep_one_chain() -> None:
    put = await make_question(people=80)
    stores = [writer.make_store() for _ in range(2)]
    writers = [BallotWriter(store, clock.now, _nobody) for store in stores]
    answers = await asyncio.gather(*(writers[n % 2].cast(put.send(n % 40)) for n in range(80)))
    assert sum(isinstance(answer, Receipt) for answer in answers) == 40
    for live in writers:
        await live.stop()
    question = await Question.get(id=put.question.id)
    assert (question.ballots_cast, question.chain_seq) == (40, 41)
    assert await service_views.verify_chain(put.question.id) == []


async def test_a_ballot_never_waits_inside_another_transaction() -> None:
    # On SQLite it would wait for the lock its own caller holds; on PostgreSQL its ack could outlive a rollback.
    put = await make_question()
    async with unit_of_work():
        with pytest.raises(AssertionError, match="transaction of its own"):
            await put.cast(0)
