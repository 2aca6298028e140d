"""Doubts about a result through the service: number, owner, due time, answer, and what is told to whom."""

import asyncio

import pytest

from linyue.base import clock as district_clock
from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.meetings.model import MeetingOffice
from linyue.meetings.rules_plan import Office
from linyue.questions import writer
from linyue.records import service_challenges as service
from linyue.records.model_challenges import Challenge
from linyue.records.rules_challenges import ChallengeKind, ChallengeRefusal, ChallengeState, Finding
from tests.conftest import MovableClock
from tests.make.doubts import make_doubted

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ballot_box(db: Settings):
    yield
    await writer.stop()


async def refusal(step: object) -> ChallengeRefusal:
    with pytest.raises(Refused) as refused:
        await step  # type: ignore[misc]
    assert isinstance(refused.value.reason, ChallengeRefusal)
    return refused.value.reason


async def keys_of(person_id: int | None) -> list[str]:
    return [str(key) for key in await Message.filter(person_id=person_id).order_by("id").values_list("key", flat=True)]


async def test_a_doubt_gets_number_owner_due_time_and_answer(db: Settings) -> None:
    made = await make_doubted()
    code = await made.code()
    row = await service.raise_challenge(
        made.voter, made.question_id, ChallengeKind.RECEIPT, code=f"{code[:4]} {code[4:].lower()}"
    )
    assert row.code == code and row.number.startswith("Y20") and row.owner_id == made.overseer.person_id
    assert row.due_at > district_clock.now()
    assert "records-challenges-told-received" in await keys_of(made.voter.person_id)
    assert "records-challenges-told-owner" in await keys_of(made.overseer.person_id)
    wrong = service.answer_challenge(made.second, row.id, Finding.UNFOUNDED, "核对过")
    assert await refusal(wrong) is ChallengeRefusal.NOT_OWNER
    done = await service.answer_challenge(made.overseer, row.id, Finding.UNFOUNDED, "第3条就是这张票。")
    assert (done.state, done.finding, done.answer) == (
        ChallengeState.ANSWERED,
        Finding.UNFOUNDED,
        "第3条就是这张票。",
    )
    assert "records-challenges-told-answered" in await keys_of(made.voter.person_id)
    again = service.answer_challenge(made.overseer, row.id, Finding.RIGHT, "又看了")
    assert await refusal(again) is ChallengeRefusal.ANSWERED


async def test_the_same_doubt_waits_once_and_strangers_have_none(db: Settings) -> None:
    made = await make_doubted()
    both = await asyncio.gather(
        *(service.raise_challenge(made.absent, made.question_id, ChallengeKind.NOT_MINE) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["Challenge", "Refused"]
    other = await service.raise_challenge(made.absent, made.question_id, ChallengeKind.TOTALS, text="少一票")
    assert await Challenge.of(made.question_id).count() == 2 and other.id
    stranger = service.raise_challenge(made.held.hall.stranger, made.question_id, ChallengeKind.NOT_MINE)
    assert await refusal(stranger) is ChallengeRefusal.NOT_YOURS


async def test_the_window_closes(db: Settings, clock: MovableClock) -> None:
    made = await make_doubted()
    clock.move(hours=71)
    assert service.can_doubt_until(made.held.question, clock.now()) is not None
    await service.raise_challenge(made.voter, made.question_id, ChallengeKind.NOT_MINE)
    clock.move(hours=2)
    late = service.raise_challenge(made.absent, made.question_id, ChallengeKind.NOT_MINE)
    assert await refusal(late) is ChallengeRefusal.TOO_LATE
    assert service.can_doubt_until(made.held.question, clock.now()) is None


async def test_the_chair_never_answers_for_the_meeting_they_chaired(db: Settings) -> None:
    made = await make_doubted()
    await MeetingOffice.filter(meeting_id=made.held.hall.meeting.id, office=Office.CHAIR).update(
        person_id=made.overseer.person_id
    )
    row = await service.raise_challenge(made.voter, made.question_id, ChallengeKind.NOT_MINE)
    assert row.owner_id == made.second.person_id
    assert await refusal(service.take_challenge(made.overseer, row.id)) is ChallengeRefusal.CHAIR
    await Challenge.filter(id=row.id).update(owner_id=made.overseer.person_id)
    forced = service.answer_challenge(made.overseer, row.id, Finding.UNFOUNDED, "没问题")
    assert await refusal(forced) is ChallengeRefusal.CHAIR


async def test_one_who_doubts_does_not_answer_and_another_can_take_it(db: Settings) -> None:
    made = await make_doubted()
    row = await service.raise_challenge(made.voter, made.question_id, ChallengeKind.NOT_MINE)
    assert await refusal(service.take_challenge(made.overseer, row.id)) is ChallengeRefusal.OWNER_ALREADY
    assert await refusal(service.take_challenge(made.voter, row.id)) is ChallengeRefusal.OWN
    await service.take_challenge(made.worker, row.id)
    assert [one.id for one in await service.desk_of(made.worker)] == [row.id]
    await service.answer_challenge(made.worker, row.id, Finding.RIGHT, "名册上签错了人。")
    assert await refusal(service.take_challenge(made.second, row.id)) is ChallengeRefusal.ANSWERED


async def test_two_answers_at_once_are_one(db: Settings) -> None:
    made = await make_doubted()
    row = await service.raise_challenge(made.voter, made.question_id, ChallengeKind.NOT_MINE)
    ends = await asyncio.gather(
        *(service.answer_challenge(made.overseer, row.id, finding, "核对过") for finding in Finding),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in ends) == ["Challenge", "Refused"]
    assert (await keys_of(made.voter.person_id)).count("records-challenges-told-answered") == 1


async def test_a_late_answer_is_told_once(db: Settings, clock: MovableClock) -> None:
    made = await make_doubted()
    row = await service.raise_challenge(made.voter, made.question_id, ChallengeKind.NOT_MINE)
    assert await service.sweep(clock.now()) == 0
    clock.set(row.due_at)
    clock.move(hours=1)
    assert [await service.sweep(clock.now()) for _ in range(2)] == [1, 0]
    assert "records-challenges-told-late" in await keys_of(made.overseer.person_id)


async def test_doubts_come_at_a_human_pace(db: Settings) -> None:
    made = await make_doubted()
    try:
        reasons = [
            await refusal(service.raise_challenge(made.held.hall.stranger, made.question_id, ChallengeKind.NOT_MINE))
            for _ in range(11)
        ]
    finally:
        await ratelimit.reset()
    assert reasons[-1] is ChallengeRefusal.TOO_MANY and ChallengeRefusal.TOO_MANY not in reasons[:10]


async def test_the_roll_tells_only_its_own_people(db: Settings) -> None:
    made = await make_doubted()
    question = made.held.question
    assert await service.own_vote(question, made.voter.person_id) == "online"
    assert await service.own_vote(question, made.absent.person_id) == ""
    assert await service.own_vote(question, made.held.hall.stranger.person_id) is None
    assert await service.own_vote(question, None) is None
