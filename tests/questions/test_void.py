"""A voided question: the last entry of its record, nothing reopened, its matter back with the council."""

import json

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterState
from linyue.questions import service, service_void, writer
from linyue.questions.model import ChainEntry, Question
from linyue.questions.rules import VOID_REASON_LIMIT, QuestionRefusal, QuestionState, refuse_void
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.rules_channels import ChannelRefusal, refuse_running
from linyue.questions.service_views import result_view, verify_chain
from tests.make.questions import make_question
from tests.make.resolutions import make_decided

pytestmark = pytest.mark.anyio
BY = ("a" * 64, "b" * 64)
LONG = "理" * (VOID_REASON_LIMIT + 1)


@pytest.fixture
async def ballot_box(db: Settings):
    yield
    await writer.stop()


@pytest.mark.parametrize(
    ("state", "reason", "refusal"),
    [
        (QuestionState.DRAFT, "名册错了", QuestionRefusal.NOTHING_TO_VOID),
        (QuestionState.OPEN, "名册错了", None),
        (QuestionState.CLOSED, "名册错了", None),
        (QuestionState.PUBLISHED, "名册错了", None),
        (QuestionState.VOIDED, "名册错了", QuestionRefusal.VOIDED),
        (QuestionState.OPEN, "  ", QuestionRefusal.NO_VOID_REASON),
        (QuestionState.PUBLISHED, LONG, QuestionRefusal.VOID_REASON_LONG),
        (QuestionState.PUBLISHED, LONG[1:], None),
    ],
)
def test_what_can_be_voided(state: QuestionState, reason: str, refusal: QuestionRefusal | None) -> None:
    assert refuse_void(state, reason) is refusal


@pytest.mark.parametrize("state", [QuestionState.OPEN, QuestionState.CLOSED, QuestionState.PUBLISHED])
async def test_voiding_is_the_last_entry_and_nothing_moves_after_it(ballot_box: None, state: QuestionState) -> None:
    put = await make_question(QuestionState.OPEN)
    await put.cast(0)
    if state is not QuestionState.OPEN:
        await service.close_question(put.chair, put.question.id)
    if state is QuestionState.PUBLISHED:
        await service.publish_result(put.chair, put.question.id)
    done = await service_void.void_question(put.chair, put.question.id, why="名册错了", by=BY)
    last = await ChainEntry.filter(question_id=done.id).order_by("-seq").first()
    assert last is not None and (last.kind, last.hash) == ("VOID", done.chain_head)
    assert json.loads(last.body)["data"] == {"why": "名册错了", "by": list(BY)}
    assert await verify_chain(done.id) == []
    for step in (service.close_question, service.publish_result):
        with pytest.raises(Refused) as refused:
            await step(put.chair, done.id)
        assert refused.value.reason is QuestionRefusal.VOIDED
    with pytest.raises(Refused) as late:
        await put.cast(1)
    assert late.value.reason is BallotRefusal.VOIDED
    with pytest.raises(Refused) as twice:
        await service_void.void_question(put.chair, done.id, why="又错了", by=BY)
    assert twice.value.reason is QuestionRefusal.VOIDED
    assert (await Question.get(id=done.id)).state is QuestionState.VOIDED
    told = await Message.filter(person_id=put.people[0]).values_list("key", flat=True)
    assert "records-void-told" in told


def test_paper_telephone_and_desk_are_told_the_same() -> None:
    assert refuse_running(QuestionState.VOIDED, False) is ChannelRefusal.VOIDED


async def test_one_person_alone_cannot_void(ballot_box: None) -> None:
    put = await make_question()
    with pytest.raises(ValueError, match="two people"):
        await service_void.void_question(put.chair, put.question.id, why="错了", by=("a" * 64, "a" * 64))


async def test_what_a_voided_vote_decided_falls_and_the_council_has_the_matter_again(ballot_box: None) -> None:
    made = await make_decided()
    assert made.matter.state is MatterState.RESOLVED
    await service_void.void_question(made.member, made.question.id, why="名册漏了两户", by=BY)
    matter = await Matter.get(id=made.matter.id)
    assert matter.state is MatterState.ACCEPTED and matter.due_at is not None
    assert (matter.owner_role, matter.owner_id) == (made.matter.owner_role, made.matter.owner_id)
    last = await MatterEvent.filter(matter_id=matter.id).order_by("-seq").first()
    assert last is not None and (last.kind, last.text) == ("decision-voided", "名册漏了两户")
    assert (await result_view(await Question.get(id=made.question.id))).outcome.turnout.cast == 2
