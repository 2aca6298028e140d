"""A question's life through the service: frozen at opening, counted at close, shown at publication, told after commit."""

import asyncio
import json
from datetime import timedelta

import pytest
from tortoise import connections
from tortoise.exceptions import IntegrityError

from linyue.base import bus, clock
from linyue.base.errors import NotFound, Refused
from linyue.base.model import AuditEntry
from linyue.base.settings import Settings
from linyue.matters.model import Matter
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.questions import service, service_views
from linyue.questions.events import BallotCast
from linyue.questions.model import Ballot, ChainEntry, Question, RollEntry
from linyue.questions.rules import QuestionRefusal, QuestionState, RuleSpec, rule_from_template
from linyue.questions.rules_ballot import BallotRefusal
from tests.conftest import MovableClock
from tests.make.matters import make_matter, make_neighbourhood
from tests.make.questions import make_people, make_question

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]
DRAFT, OPEN, CLOSED, PUBLISHED, _VOIDED = QuestionState


async def test_a_whole_life_leaves_a_whole_chain() -> None:
    rule = rule_from_template(majority="absolute", quorum="half", base="present")
    put = await make_question(people=5, rule=rule, present=4)
    for who, choice in enumerate(["for", "for", "against"]):
        await put.cast(who, choice)
    await put.cast(2, "for", replaces=1)
    await service.close_question(put.chair, put.question.id)
    question = await service.publish_result(put.chair, put.question.id)
    kinds = await ChainEntry.filter(question_id=question.id).order_by("seq").values_list("kind", flat=True)
    assert kinds == ["OPEN", "BALLOT", "BALLOT", "BALLOT", "BALLOT", "CLOSE", "RESULT"]
    assert await service_views.verify_chain(question.id) == []
    view = await service_views.result_view(question)
    assert (view.outcome.verdict.value, dict(view.outcome.counts)) == ("passed", {"for": 3, "against": 0, "abstain": 0})
    assert (view.outcome.turnout.entitled, view.outcome.turnout.present, view.outcome.needed) == (5, 4, 3)
    actions = await AuditEntry.filter(object=f"question:{question.id}").order_by("seq").values_list("action", flat=True)
    assert actions == ["question.draft", "question.open", "question.close", "question.publish"]


async def test_voters_count_as_present_once() -> None:
    put = await make_question(people=4, present=2)
    await put.cast(1)
    await put.cast(3)
    closed = await service.close_question(put.chair, put.question.id)
    assert closed.result is not None
    assert (closed.result["present"], closed.result["cast"]) == (3, 2)


async def test_opening_freezes_what_people_vote_on() -> None:
    put = await make_question(people=3)
    manifest = json.loads(put.question.manifest)
    assert manifest["text_zh"] == put.question.text_zh
    assert manifest["rule"] == RuleSpec().to_data()
    assert len(manifest["roll"]) == put.question.roll_count == 3
    opened = json.loads((await ChainEntry.get(question_id=put.question.id, kind="OPEN")).body)
    assert opened["data"]["manifest"] == put.question.manifest_hash


async def test_the_record_names_nobody() -> None:
    put = await make_question(people=3)
    await put.cast(0)
    bodies = " ".join(row.body for row in await ChainEntry.filter(question_id=put.question.id))
    record = bodies + (await Question.get(id=put.question.id)).manifest
    for entry in await RollEntry.filter(question_id=put.question.id):
        assert entry.label not in record
        assert f"person:{entry.person_id}" not in record
        assert entry.salt not in record


@pytest.mark.parametrize("state", [OPEN, CLOSED, PUBLISHED])
async def test_what_is_opened_never_opens_again(state: QuestionState) -> None:
    put = await make_question(state)
    with pytest.raises(Refused) as refused:
        await service.open_question(put.chair, put.question.id, [(put.people[0], "x")])
    assert refused.value.reason is QuestionRefusal.NOT_DRAFT
    assert (await Question.get(id=put.question.id)).state is state


async def test_steps_out_of_order_are_refused_and_change_nothing() -> None:
    draft, opened = await make_question(DRAFT), await make_question(OPEN)
    for step, put, reason in [
        (service.close_question, draft, QuestionRefusal.NOT_OPENED),
        (service.publish_result, draft, QuestionRefusal.NOT_CLOSED),
        (service.publish_result, opened, QuestionRefusal.NOT_CLOSED),
    ]:
        before = await Question.get(id=put.question.id)
        with pytest.raises(Refused) as refused:
            await step(put.chair, put.question.id)
        assert refused.value.reason is reason
        assert (await Question.get(id=put.question.id)).version == before.version
    with pytest.raises(NotFound):
        await service.close_question(opened.chair, 10**6)


async def test_one_open_question_a_meeting_even_when_two_open_at_once() -> None:
    one = await make_question(DRAFT)
    two = await make_question(DRAFT, meeting=one.meeting)
    outcomes = await asyncio.gather(
        *(
            service.open_question(put.chair, put.question.id, [(person, "x") for person in put.people])
            for put in (one, two)
        ),
        return_exceptions=True,
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [refusal.reason for refusal in refusals] == [QuestionRefusal.ANOTHER_OPEN]
    assert await Question.filter(meeting_id=one.meeting.id, state=OPEN).count() == 1


async def test_no_result_before_publication() -> None:
    put = await make_question(people=3)
    await put.cast(0)
    with pytest.raises(Refused):
        await service.count_result(await Question.get(id=put.question.id))
    question = await service.close_question(put.chair, put.question.id)
    for seen in (service_views.result_view(question), service_views.named_choices(question, put.people[0])):
        with pytest.raises(Refused) as refused:
            await seen
        assert refused.value.reason is QuestionRefusal.NOT_PUBLISHED


async def test_names_are_for_the_roll() -> None:
    put = await make_question(people=3)
    await put.cast(0, "against")
    await service.close_question(put.chair, put.question.id)
    question = await service.publish_result(put.chair, put.question.id)
    lines = await service_views.named_choices(question, put.people[2])
    assert sorted(line.choice for line in lines) == ["", "", "against"]
    for outsider in (None, (await make_people(1))[0]):
        with pytest.raises(Refused) as refused:
            await service_views.named_choices(question, outsider)
        assert refused.value.reason is QuestionRefusal.ROLL_ONLY


async def test_a_refused_ballot_tells_what_counts() -> None:
    put = await make_question()
    receipt = await put.cast(0, "for")
    with pytest.raises(Refused) as refused:
        await put.cast(0, "against")
    assert refused.value.reason is BallotRefusal.STALE
    assert refused.value.args_for_text == {"choice": "for", "revision": 1, "code": receipt.code}


async def test_events_tell_turnout_and_never_the_split() -> None:
    put = await make_question(DRAFT, people=4)
    async with bus.subscribe(f"meeting:{put.meeting.id}") as events:
        question = await service.open_question(put.chair, put.question.id, [(person, "x") for person in put.people])
        await asyncio.gather(*(put.cast(who, "against") for who in range(3)))
        await service.close_question(put.chair, question.id)
        await service.publish_result(put.chair, question.id)
        told = [events.get_nowait() for _ in range(events.qsize())]
    kinds = [event.type for event in told]
    assert (kinds[0], kinds[-2:]) == ("QuestionOpened", ["QuestionClosed", "ResultPublished"])
    casts = [event for event in told if event.type == BallotCast.__name__]
    assert casts
    assert casts[-1].data["cast"] == 3
    assert [event.data["version"] for event in told] == sorted({event.data["version"] for event in told})
    assert "against" not in json.dumps([event.data for event in told])


async def test_a_result_publishes_itself_after_a_day(clock: MovableClock) -> None:
    put = await make_question(CLOSED)
    clock.move(hours=23, minutes=59)
    assert await service.sweep(clock.now()) == 0
    clock.move(minutes=2)
    assert await service.sweep(clock.now()) == 1
    assert await service.sweep(clock.now()) == 0
    assert (await Question.get(id=put.question.id)).state is PUBLISHED


async def test_the_end_of_the_meeting_closes_and_publishes() -> None:
    put, waiting = await make_question(OPEN), await make_question(CLOSED)
    await put.cast(0)
    assert await service.finish_questions(put.meeting.id) == 2
    await Meeting.filter(id=waiting.meeting.id).update(state=MeetingState.ENDED)
    assert await service.sweep(clock.now()) == 1
    for one in (put, waiting):
        assert (await Question.get(id=one.question.id)).state is PUBLISHED
        assert await service_views.verify_chain(one.question.id) == []


async def test_a_question_closes_when_its_time_is_over(clock: MovableClock) -> None:
    put = await make_question(closes_in=timedelta(minutes=10))
    await put.cast(0)
    assert await service.sweep(clock.now()) == 0
    clock.move(minutes=10)
    with pytest.raises(Refused) as refused:
        await put.cast(1)
    assert refused.value.reason is BallotRefusal.TIME_OVER
    assert await service.sweep(clock.now()) == 1
    question = await Question.get(id=put.question.id)
    assert (question.state, question.ballots_cast) == (CLOSED, 1)


async def test_a_clock_set_back_reopens_nothing(clock: MovableClock) -> None:
    put = await make_question(closes_in=timedelta(minutes=10))
    await service.close_question(put.chair, put.question.id)
    clock.move(hours=-1)
    with pytest.raises(Refused) as refused:
        await put.cast(0)
    assert refused.value.reason is BallotRefusal.NOT_OPEN


async def test_a_matter_that_moved_on_does_not_hold_the_result_back() -> None:
    put = await make_question()
    matter = await make_matter(await make_neighbourhood())  # still at the desk, so it takes no decision
    await Question.filter(id=put.question.id).update(matter_id=matter.id)
    await put.cast(0)
    await service.close_question(put.chair, put.question.id)
    question = await service.publish_result(put.chair, put.question.id)
    assert question.state is PUBLISHED
    assert (await Matter.get(id=matter.id)).state is matter.state
    assert await service_views.verify_chain(question.id) == []


RAW_DUPLICATES = {
    "a second counted ballot": "INSERT INTO ballots (question_id, person_id, choice, revision, superseded_by, client_id, hash, receipt_code, cast_at, via)"
    " SELECT question_id, person_id, choice, 99, NULL, 'another-send', hash, 'AAAAAAAA', cast_at, via FROM ballots",
    "the same send twice": "INSERT INTO ballots (question_id, person_id, choice, revision, superseded_by, client_id, hash, receipt_code, cast_at, via)"
    " SELECT question_id, person_id, choice, 99, 100, client_id, hash, 'AAAAAAAA', cast_at, via FROM ballots",
    "the same revision twice": "INSERT INTO ballots (question_id, person_id, choice, revision, superseded_by, client_id, hash, receipt_code, cast_at, via)"
    " SELECT question_id, person_id, choice, revision, 100, 'another-send', hash, 'AAAAAAAA', cast_at, via FROM ballots",
    "one code for two ballots": "INSERT INTO ballots (question_id, person_id, choice, revision, superseded_by, client_id, hash, receipt_code, cast_at, via)"
    " SELECT question_id, person_id, choice, 99, 100, 'another-send', hash, receipt_code, cast_at, via FROM ballots",
    "an entry number twice": "INSERT INTO question_chain (question_id, seq, kind, body, hash)"
    " SELECT question_id, seq, 'BALLOT', body, hash FROM question_chain WHERE kind = 'BALLOT'",
    "a second opening": "INSERT INTO question_chain (question_id, seq, kind, body, hash)"
    " SELECT question_id, 99, kind, body, hash FROM question_chain WHERE kind = 'OPEN'",
    "a person twice on the roll": "INSERT INTO question_rolls (question_id, person_id, label, salt)"
    " SELECT question_id, person_id, label, salt FROM question_rolls",
    "a ballot of nobody": "INSERT INTO ballots (question_id, person_id, choice, revision, superseded_by, client_id, hash, receipt_code, cast_at, via)"
    " SELECT question_id, 1000000, choice, 1, NULL, 'another-send', hash, 'AAAAAAAA', cast_at, via FROM ballots",
}


@pytest.mark.parametrize("what", RAW_DUPLICATES)
async def test_the_database_itself_refuses(what: str, db: Settings) -> None:
    put = await make_question()
    await put.cast(0)
    with pytest.raises(IntegrityError):
        await connections.get("default").execute_query(RAW_DUPLICATES[what])
    assert await Ballot.all().count() == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ballots SET choice = 'against'",
        "UPDATE ballots SET superseded_by = 9",
        "DELETE FROM ballots",
        "UPDATE question_chain SET body = replace(body, '\"for\"', '\"against\"') WHERE kind = 'BALLOT'",
        "DELETE FROM question_chain WHERE seq = 1",
        "DELETE FROM question_chain WHERE kind = 'CLOSE'",
        "UPDATE questions SET manifest = replace(manifest, '7幢', '9幢')",
        "UPDATE questions SET ballots_cast = 7",
        "UPDATE question_rolls SET salt = '00112233445566778899aabbccddeeff'",
    ],
)
async def test_verify_finds_every_change_behind_our_back(damage: str) -> None:
    put = await make_question(people=3)
    await put.cast(0)
    await service.close_question(put.chair, put.question.id)
    assert await service_views.verify_chain(put.question.id) == []
    await connections.get("default").execute_query(damage)
    assert await service_views.verify_chain(put.question.id)
