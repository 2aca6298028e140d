"""Voiding through the service: two people, one of them never the chair; races; what falls; the words put again."""

import asyncio
from datetime import timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base import ledger
from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.meetings import service as meetings
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Mode
from linyue.questions import service as questions
from linyue.questions import writer
from linyue.questions.model import ChainEntry, Question
from linyue.questions.rules import QuestionRefusal, QuestionState
from linyue.questions.service_views import verify_chain
from linyue.records import service_challenges, service_void
from linyue.records.model_challenges import Challenge, Voiding
from linyue.records.rules_challenges import ChallengeKind, ChallengeState
from linyue.records.rules_void import VoidingState, VoidRefusal
from linyue.resolutions import service as resolutions
from linyue.resolutions.model import Resolution
from linyue.resolutions.rules import ResolutionRefusal, ResolutionState
from tests.make.doubts import Doubted, make_doubted
from tests.make.questions import make_question
from tests.make.resolutions import make_decided

pytestmark = pytest.mark.anyio
WHY = "名册漏了两户"


@pytest.fixture(autouse=True)
async def ballot_box(db: Settings):
    yield
    await writer.stop()


async def reason_of(step: object) -> object:
    with pytest.raises(Refused) as refused:
        await step  # type: ignore[misc]
    return refused.value.reason


async def proposed(made: Doubted) -> Voiding:
    return await service_void.propose(made.overseer, made.question_id, WHY)


async def test_two_people_void_and_the_record_holds_why_and_two_commitments(db: Settings) -> None:
    made = await make_doubted()
    row = await proposed(made)
    told = [str(k) for k in await Message.filter(person_id=made.second.person_id).values_list("key", flat=True)]
    assert "records-void-told-proposed" in told
    assert (await Question.get(id=made.question_id)).state is QuestionState.PUBLISHED
    assert await reason_of(service_void.confirm(made.overseer, made.question_id)) is VoidRefusal.SAME_PERSON
    assert await reason_of(service_void.confirm(made.chair, made.question_id)) is VoidRefusal.CHAIR
    done = await service_void.confirm(made.second, made.question_id)
    assert (done.state, done.void_reason) == (QuestionState.VOIDED, WHY)
    entry = await ChainEntry.get(question_id=done.id, kind="VOID")
    row = await Voiding.get(id=row.id)
    for salt, person in ((row.proposer_salt, made.overseer.person_id), (row.settler_salt, made.second.person_id)):
        assert ledger.commitment(salt, f"person:{person}") in entry.body
    assert await verify_chain(done.id) == []
    assert await reason_of(service_void.propose(made.officer, done.id, "再来")) is QuestionRefusal.VOIDED
    assert await reason_of(service_void.confirm(made.officer, done.id)) is VoidRefusal.NOT_PROPOSED


async def test_the_chair_may_propose_and_another_turn_it_down(db: Settings) -> None:
    made = await make_doubted()
    await service_void.propose(made.chair, made.question_id, WHY)
    assert await reason_of(proposed(made)) is VoidRefusal.ALREADY_PROPOSED
    assert await reason_of(service_void.decline(made.chair, made.question_id)) is VoidRefusal.SAME_PERSON
    await service_void.decline(made.second, made.question_id)
    assert (await Question.get(id=made.question_id)).state is QuestionState.PUBLISHED
    row = await proposed(made)
    assert await reason_of(service_void.withdraw(made.second, made.question_id)) is VoidRefusal.NOT_PROPOSED
    await service_void.withdraw(made.overseer, made.question_id)
    assert (await Voiding.get(id=row.id)).state is VoidingState.WITHDRAWN


async def test_two_confirmers_at_once_void_once(db: Settings) -> None:
    made = await make_doubted()
    await proposed(made)
    ends = await asyncio.gather(
        *(service_void.confirm(who, made.question_id) for who in (made.second, made.officer)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in ends) == ["Question", "Refused"]
    assert await ChainEntry.filter(question_id=made.question_id, kind="VOID").count() == 1
    told = Message.filter(person_id=made.voter.person_id, key="records-void-told")
    assert await told.count() == 1 and await verify_chain(made.question_id) == []


async def test_two_proposers_at_once_make_one_proposal(db: Settings) -> None:
    made = await make_doubted()
    ends = await asyncio.gather(
        *(service_void.propose(who, made.question_id, WHY) for who in (made.overseer, made.second)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in ends) == ["Refused", "Voiding"]


@pytest.mark.parametrize("turn", range(3))
async def test_a_void_and_a_publication_at_once_leave_one_whole_record(db: Settings, turn: int) -> None:
    put = await make_question(QuestionState.OPEN)
    await put.cast(0)
    await questions.close_question(put.chair, put.question.id)
    who = [put.chair.__class__(person_id=person) for person in put.people[:2]]
    await service_void.propose(who[0], put.question.id, WHY)
    ends = await asyncio.gather(
        service_void.confirm(who[1], put.question.id),
        questions.publish_result(put.chair, put.question.id),
        return_exceptions=True,
    )
    kinds = await ChainEntry.filter(question_id=put.question.id).order_by("seq").values_list("kind", flat=True)
    refused = [end.reason for end in ends if isinstance(end, Refused)]
    if refused:
        assert refused == [QuestionRefusal.VOIDED] and list(kinds)[-2:] == ["CLOSE", "VOID"]
    else:
        assert list(kinds)[-2:] == ["RESULT", "VOID"]
    assert (await Question.get(id=put.question.id)).state is QuestionState.VOIDED
    assert await verify_chain(put.question.id) == []


async def test_who_still_waited_for_an_answer_has_it(db: Settings) -> None:
    made = await make_doubted()
    row = await service_challenges.raise_challenge(made.voter, made.question_id, ChallengeKind.NOT_MINE)
    await proposed(made)
    await service_void.confirm(made.second, made.question_id)
    row = await Challenge.get(id=row.id)
    assert (row.state, row.answer) == (ChallengeState.ANSWERED, WHY)


async def test_a_promise_falls_with_the_vote_behind_it(db: Settings) -> None:
    made = await make_decided()
    due_on = district_clock.local(district_clock.now()).date().replace(day=28)
    due_on = due_on.replace(year=due_on.year + 1)
    owner = made.here.people["worker"]
    promise = await resolutions.make_resolution(
        made.member, made.question.id, text="请人重做", owner_public_id=owner.public_id, due_on=due_on
    )
    await service_void.propose(made.member, made.question.id, WHY)
    await service_void.confirm(await made.here.actor("supervisor"), made.question.id)
    promise = await Resolution.get(id=promise.id)
    matter = await Matter.get(id=made.matter.id)
    assert (promise.state, matter.state) == (ResolutionState.VOIDED, MatterState.ACCEPTED)
    assert matter.owner_id == made.matter.owner_id and matter.resolution_public_id == ""
    late = resolutions.keep_resolution(made.member, promise.id, text="好了", version=promise.version)
    assert await reason_of(late) is ResolutionRefusal.VOIDED
    told = [str(k) for k in await Message.filter(person_id=owner.id).values_list("key", flat=True)]
    assert "resolutions-told-voided" in told


async def test_the_words_are_put_again_once_as_a_new_question(db: Settings) -> None:
    made = await make_decided()
    meeting = await Meeting.get(id=made.question.meeting_id).prefetch_related("place")
    question = await Question.get(id=made.question.id).prefetch_related("meeting__place")
    assert await reason_of(service_void.put_again(made.member, question.id, meeting.public_id)) is (
        VoidRefusal.NOT_VOIDED
    )
    await service_void.propose(made.member, question.id, WHY)
    await service_void.confirm(await made.here.actor("supervisor"), question.id)
    await meetings.MeetingOffice.create(meeting_id=meeting.id, person_id=made.member.person_id, office="chair")
    nowhere = service_void.put_again(made.member, question.id, "nowhere")
    assert await reason_of(nowhere) is VoidRefusal.NO_MEETING
    link = await service_void.put_again(made.member, question.id, meeting.public_id)
    assert link == f"/run/{meeting.public_id}"
    fresh = await Question.filter(meeting_id=meeting.id).order_by("-id").first()
    assert fresh is not None and fresh.id != question.id
    assert (fresh.text_zh, fresh.rule, fresh.matter_id) == (question.text_zh, question.rule, question.matter_id)
    assert (fresh.state, fresh.chain_seq) == (QuestionState.DRAFT, 0)
    assert await reason_of(service_void.put_again(made.member, question.id, meeting.public_id)) is VoidRefusal.AGAIN


async def test_an_ended_meeting_hands_the_words_to_a_draft(db: Settings) -> None:
    made = await make_decided()
    place = made.here.tree.compound
    await Meeting.filter(id=made.question.meeting_id).update(place_id=place.id, state="ended")
    await service_void.propose(made.member, made.question.id, WHY)
    await service_void.confirm(await made.here.actor("supervisor"), made.question.id)
    draft = await meetings.draft_meeting(
        made.member,
        place_id=place.id,
        template="open-space",
        title="再议屋顶",
        starts_at=district_clock.now() + timedelta(days=5),
        mode=Mode.BOTH,
        venue="活动室",
    )
    link = await service_void.put_again(made.member, made.question.id, draft.public_id)
    assert link == f"/meetings/{draft.public_id}/compose"
    item = await AgendaItem.get(meeting_id=draft.id, matter_id=made.matter.id)
    assert item.question_zh == made.question.text_zh
    assert (await Matter.get(id=made.matter.id)).state is MatterState.ON_AGENDA
