"""One suite for both ballot stores: what is acknowledged is stored once, in order, and late sends never win."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import asyncpg.transaction
import pytest
from tortoise import connections

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.questions import service, service_views, writer, writer_commit, writer_postgres
from linyue.questions.model import Ballot, ChainEntry, Question, RollEntry
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.writer_batch import Declined, Receipt, Recorded
from linyue.questions.writer_commit import BallotStore, StoreFailed
from linyue.questions.writer_postgres import PostgresBallots
from linyue.questions.writer_sqlite import SqliteBallots
from tests.make.questions import make_question

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(db: Settings) -> AsyncIterator[BallotStore]:
    made = writer.make_store()
    yield made
    await made.stop()


def receipts(recorded: Recorded) -> list[Receipt]:
    assert all(isinstance(answer, Receipt) for answer in recorded.answers), recorded.answers
    return [answer for answer in recorded.answers if isinstance(answer, Receipt)]


def reasons(recorded: Recorded) -> list[BallotRefusal | None]:
    return [answer.reason if isinstance(answer, Declined) else None for answer in recorded.answers]


async def test_a_batch_is_stored_and_told_once(store: BallotStore) -> None:
    put = await make_question(people=4)
    recorded = await store.record([put.send(0), put.send(1, "against"), put.send(2, "abstain")], clock.now)
    assert [(r.choice, r.revision) for r in receipts(recorded)] == [("for", 1), ("against", 1), ("abstain", 1)]
    assert [(told.cast, told.meeting_id) for told in recorded.told] == [(3, put.meeting.id)]
    question = await Question.get(id=put.question.id)
    assert (question.ballots_cast, question.chain_seq) == (3, 4)
    assert question.version == recorded.told[0].version > put.question.version
    assert await RollEntry.filter(question_id=question.id, channel="online").count() == 3
    assert await service_views.verify_chain(question.id) == []


async def test_the_stored_time_is_the_orms_time(store: BallotStore) -> None:
    put = await make_question()
    now = clock.now()
    (receipt,) = receipts(await store.record([put.send(0)], lambda: now))
    assert (await Ballot.get(hash=receipt.hash)).cast_at == now
    assert await Ballot.filter(cast_at__lte=now, cast_at__gt=now - timedelta(microseconds=1)).count() == 1


async def test_a_retry_gets_the_same_receipt_even_after_the_close(store: BallotStore) -> None:
    put = await make_question()
    send = put.send(0)
    first = receipts(await store.record([send], clock.now))
    again = receipts(await store.record([send, send], clock.now))
    await service.close_question(put.chair, put.question.id)
    late = receipts(await store.record([send], clock.now))
    assert [first[0], first[0], first[0]] == [*again, *late]
    assert await Ballot.filter(question_id=put.question.id).count() == 1


async def test_a_change_supersedes_and_keeps_the_older_one(store: BallotStore) -> None:
    put = await make_question()
    await store.record([put.send(0, "for")], clock.now)
    await store.record([put.send(0, "against", replaces=1)], clock.now)
    rows = await Ballot.filter(question_id=put.question.id).order_by("revision")
    assert [(r.choice, r.revision, r.superseded_by) for r in rows] == [("for", 1, 2), ("against", 2, None)]
    assert (await Question.get(id=put.question.id)).ballots_cast == 1
    assert await service_views.verify_chain(put.question.id) == []


async def test_changes_within_one_batch_are_taken_in_order(store: BallotStore) -> None:
    put = await make_question()
    await store.record([put.send(0, "for")], clock.now)
    sends = [put.send(0, "against", replaces=1), put.send(0, "abstain", replaces=2), put.send(0, "for", replaces=1)]
    recorded = await store.record(sends, clock.now)
    assert reasons(recorded) == [None, None, BallotRefusal.STALE]
    rows = await Ballot.filter(question_id=put.question.id).order_by("revision")
    assert [(r.choice, r.superseded_by) for r in rows] == [("for", 2), ("against", 3), ("abstain", None)]
    assert await service_views.verify_chain(put.question.id) == []


async def test_a_late_older_send_is_refused_with_the_newer_receipt(store: BallotStore) -> None:
    put = await make_question()
    held_back = put.send(0, "against")
    (newer,) = receipts(await store.record([put.send(0, "for")], clock.now))
    recorded = await store.record([held_back], clock.now)
    assert recorded.answers == [Declined(BallotRefusal.STALE, newer)]
    assert [row.choice for row in await Ballot.current(put.question.id)] == ["for"]


async def test_refusals_do_not_disturb_the_rest_of_the_batch(store: BallotStore) -> None:
    put, other = await make_question(), await make_question()
    stranger = other.send(0)
    taken = put.send(1, client_id="taken-by-someone")
    sends = [
        put.send(0),
        put.send(1, "maybe"),
        type(stranger)(put.question.id, stranger.person_id, "for", "stranger-1", 0, stranger.via),
        taken,
        type(taken)(put.question.id, put.people[2], "for", taken.client_id, 0, taken.via),
        put.send(3, replaces=1),
    ]
    recorded = await store.record(sends, clock.now)
    assert reasons(recorded) == [
        None,
        BallotRefusal.UNKNOWN_CHOICE,
        BallotRefusal.NOT_ON_ROLL,
        None,
        BallotRefusal.SEND_ID_TAKEN,
        BallotRefusal.AHEAD,
    ]
    assert await service_views.verify_chain(put.question.id) == []


async def test_several_questions_share_one_transaction(store: BallotStore) -> None:
    one, two = await make_question(), await make_question()
    recorded = await store.record([two.send(0), one.send(0), two.send(1)], clock.now)
    assert [r.question_id for r in receipts(recorded)] == [two.question.id, one.question.id, two.question.id]
    assert {told.question_id: told.cast for told in recorded.told} == {one.question.id: 1, two.question.id: 2}


async def test_each_question_of_a_batch_is_settled_by_itself(store: BallotStore) -> None:
    """First ballots, changes, retries and refusals, of the same people too, in questions that are open, shut or not there."""
    puts = [await make_question() for _ in range(4)]
    shut = puts[3]
    first = puts[0].send(0)
    await store.record([first, puts[1].send(0, "against"), shut.send(0)], clock.now)
    await service.close_question(shut.chair, shut.question.id)
    elsewhere = type(first)(puts[1].question.id, first.person_id, "for", first.client_id, 0, first.via)
    nowhere = type(first)(10**6, first.person_id, "for", "nowhere-1", 0, first.via)
    change = puts[1].send(0, "for", replaces=1)
    recorded = await store.record([shut.send(1), change, first, puts[2].send(0), elsewhere, nowhere], clock.now)
    not_open, stranger = BallotRefusal.NOT_OPEN, BallotRefusal.NOT_ON_ROLL
    assert reasons(recorded) == [not_open, None, None, None, stranger, not_open]
    assert {told.question_id: told.cast for told in recorded.told} == {puts[1].question.id: 1, puts[2].question.id: 1}
    assert [row.choice for row in await Ballot.current(puts[1].question.id)] == ["for"]
    assert [(await Question.get(id=put.question.id)).ballots_cast for put in puts] == [1, 1, 1, 1]
    for put in puts:
        assert await service_views.verify_chain(put.question.id) == []


@pytest.mark.postgres_only
async def test_a_batch_goes_to_the_database_as_often_for_many_questions_as_for_one(db: Settings) -> None:
    store = PostgresBallots(db.database_url)
    puts = [await make_question() for _ in range(7)]
    ways: list[str] = []
    receipts(await store.record([puts[0].send(2)], clock.now))  # the driver asks what it does not know yet
    (await store._open()).add_query_logger(lambda record: ways.append(record.query))
    for batch in ([puts[0].send(0)], [put.send(1) for put in puts]):
        receipts(await store.record(batch, clock.now))
    asked = [way for way in ways if not way.startswith(("BEGIN", "COMMIT"))]  # the last one's end is noted later
    assert len(asked) == 16 and asked[:8] == asked[8:]
    await store.stop()


@pytest.mark.postgres_only
async def test_two_writers_never_wait_for_each_other_in_a_circle(db: Settings) -> None:
    both = [writer.BallotWriter(PostgresBallots(db.database_url), clock.now, _tell_nobody) for _ in range(2)]
    puts = [await make_question(people=20) for _ in range(8)]
    for turn in range(10):
        orders = zip(both, (puts, puts[::-1]), strict=True)
        casts = [live.cast(put.send(turn * 2 + n)) for n, (live, order) in enumerate(orders) for put in order]
        assert all(isinstance(answer, Receipt) for answer in await asyncio.gather(*casts))
    for live in both:
        await live.stop()


@pytest.mark.postgres_only
async def test_a_question_whose_row_somebody_holds_keeps_only_its_own_ballots_waiting(
    db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a machine vanishes in the middle of a commit or a close, until the database lets go of it."""
    held, free = await make_question(), await make_question()
    live = writer.BallotWriter(PostgresBallots(db.database_url), clock.now, _tell_nobody)
    holder = await asyncpg.connect(db.database_url)
    vanished = holder.transaction()
    await vanished.start()
    await holder.execute("SELECT 1 FROM questions WHERE id = $1 FOR UPDATE", held.question.id)
    told = held.send(1)
    async with asyncio.timeout(8):
        first, other, second = (asyncio.create_task(live.cast(send)) for send in (held.send(0), free.send(0), told))
        assert isinstance(await other, Receipt), "of the same batch"
        assert isinstance(await live.cast(free.send(1)), Receipt), "and of the next"
        assert not first.done() and not second.done()
        with monkeypatch.context() as impatient:
            impatient.setattr(writer_commit, "HELD_AT_MOST", 0.0)
            assert await second == await first == Declined(BallotRefusal.CANNOT_RECORD)
        again = asyncio.create_task(live.cast(told))
        assert isinstance(await live.cast(free.send(2)), Receipt)
        await vanished.rollback()
        assert isinstance(await again, Receipt) and isinstance(await live.cast(told), Receipt)
    await holder.close()
    await live.stop()
    for put, count in ((held, 1), (free, 3)):
        assert await Ballot.filter(question_id=put.question.id).count() == count
        assert await service_views.verify_chain(put.question.id) == []


async def test_nothing_is_taken_before_opening_after_closing_or_for_no_question(store: BallotStore) -> None:
    put = await make_question()
    await service.close_question(put.chair, put.question.id)
    nowhere = type(put.send(0))(10**6, put.people[0], "for", "nowhere-1", 0, put.send(0).via)
    recorded = await store.record([put.send(0), nowhere], clock.now)
    assert reasons(recorded) == [BallotRefusal.NOT_OPEN, BallotRefusal.NOT_OPEN]
    assert recorded.told == []
    assert await ChainEntry.filter(question_id=put.question.id, kind="BALLOT").count() == 0


@pytest.mark.postgres_only
async def test_a_vote_that_opens_behind_the_claim_takes_nothing_yet(
    db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read without the claim, a ballot could be entered beside another writer's, under the same number."""
    put = await make_question()
    store = PostgresBallots(db.database_url)
    monkeypatch.setattr(writer_postgres, "CLAIM", writer_postgres.CLAIM.replace("'open'", "'draft'"))
    assert reasons(await store.record([put.send(0)], clock.now)) == [BallotRefusal.NOT_OPEN]
    monkeypatch.undo()
    assert len(receipts(await store.record([put.send(0)], clock.now))) == 1
    await store.stop()


async def test_the_closing_time_is_checked_when_storing(store: BallotStore) -> None:
    put = await make_question(closes_in=timedelta(minutes=1))
    closes_at = put.question.closes_at
    assert closes_at is not None
    times: list[datetime] = [closes_at - timedelta(microseconds=1), closes_at]
    early = await store.record([put.send(0)], lambda: times[0])
    late = await store.record([put.send(1)], lambda: times[1])
    assert reasons(early) + reasons(late) == [None, BallotRefusal.TIME_OVER]


async def test_a_thousand_ballots_in_one_batch(store: BallotStore) -> None:
    put = await make_question(people=1000)
    recorded = await store.record([put.send(n, "for" if n % 3 else "against") for n in range(1000)], clock.now)
    assert len({receipt.code for receipt in receipts(recorded)}) == 1000
    assert recorded.told[0].cast == 1000
    assert await service_views.verify_chain(put.question.id) == []


@pytest.mark.sqlite_only
async def test_a_store_that_cannot_write_says_so_and_recovers(db: Settings) -> None:
    put = await make_question()
    store = SqliteBallots(db.sqlite_path)
    gone = db.sqlite_path.with_suffix(".away")
    try:
        broken = SqliteBallots(gone)
        with pytest.raises(StoreFailed):
            await broken.record([put.send(0)], clock.now)
        await broken.stop()
        assert not gone.exists()  # a missing file is an error, never a new empty database
        assert len(receipts(await store.record([put.send(0)], clock.now))) == 1
    finally:
        await store.stop()


@pytest.mark.sqlite_only
async def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_half_stored(db: Settings) -> None:
    put = await make_question(people=900)
    store = SqliteBallots(db.sqlite_path)
    try:
        first = receipts(await store.record([put.send(0)], clock.now))
        connection = store._open()
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        batch = [put.send(who) for who in range(1, 900)]
        with pytest.raises(StoreFailed) as failed:
            await store.record(batch, clock.now)
        assert "full" in str(failed.value.__cause__)
        assert await Ballot.filter(question_id=put.question.id).count() == len(first)
        assert await service_views.verify_chain(put.question.id) == []
        # The connection was given up with its limit; the voters press again, with the same ids.
        assert len(receipts(await store.record(batch, clock.now))) == 899
        assert await service_views.verify_chain(put.question.id) == []
    finally:
        await store.stop()


@pytest.mark.postgres_only
async def test_a_lost_connection_is_opened_again(store: BallotStore) -> None:
    put = await make_question()
    await store.record([put.send(0)], clock.now)
    await _end_ballot_connections()
    live = writer.BallotWriter(store, clock.now, _tell_nobody)
    answer = await live.cast(put.send(1))
    assert isinstance(answer, Receipt)
    assert await service_views.verify_chain(put.question.id) == []


@pytest.mark.postgres_only
@pytest.mark.parametrize("error", [asyncpg.InternalClientError, asyncpg.InterfaceError, ConnectionResetError])
async def test_whatever_the_driver_calls_a_lost_line_it_is_opened_again(
    store: BallotStore, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    put = await make_question()
    await store.record([put.send(0)], clock.now)
    begin, lost = asyncpg.transaction.Transaction.start, [error("the line ended")]

    async def start(self: asyncpg.transaction.Transaction) -> None:
        if lost:
            raise lost.pop()
        await begin(self)

    monkeypatch.setattr(asyncpg.transaction.Transaction, "start", start)
    live = writer.BallotWriter(store, clock.now, _tell_nobody)
    assert isinstance(await live.cast(put.send(1)), Receipt) and not lost
    assert await service_views.verify_chain(put.question.id) == []


async def _end_ballot_connections() -> None:
    await connections.get("default").execute_query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'linyue ballots' AND datname = current_database()"
    )


async def _tell_nobody(_told: object) -> None:
    return None
