"""A vote that too few took part in, called again: which vote that is, and the same question put once more."""

from dataclasses import dataclass, replace

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import ItemState
from linyue.meetings.rules_rights import Act, links_of, refuse_act
from linyue.meetings.service import claim, stop
from linyue.meetings.service_council import out_of_roll
from linyue.meetings.service_roll import roll_ids
from linyue.questions import service as questions
from linyue.questions.model import Question
from linyue.questions.rules import QuestionRefusal, QuestionState, RuleSpec
from linyue.questions.rules_law import refuse_second_call, second_call
from linyue.questions.rules_options import Option
from linyue.questions.rules_secret import Kind, refuse_roll
from linyue.questions.rules_setup import Typed, rule_of
from linyue.questions.service_opening import roll_place
from linyue.rounds.rules import RoundRefusal
from linyue.rounds.service_chair import plan_of, question_now, words_of
from linyue.rounds.service_given import Given, given_for

LOOKED_AT = 50
"""How many votes of a place are looked through, newest first."""


@dataclass(frozen=True, slots=True)
class Again:
    """A published vote that too few took part in and the rule of its second call; or why it cannot be called here."""

    first: Question
    rule: RuleSpec
    refusal: QuestionRefusal | None


async def to_call_again(meeting: Meeting) -> Again | None:
    """The vote that the item under way can call again: this item's own, or the newest of an earlier meeting here.

    It has the item's matter, body and rule of decision, and nobody has called it again yet.
    """
    item = await AgendaItem.get_or_none(meeting_id=meeting.id, state=ItemState.NOW)
    plan = plan_of(meeting, item)
    if item is None or plan is None or item.link not in links_of(Act.CALL_AGAIN):
        return None
    before = await question_now(meeting)
    if before is not None and before.state is not QuestionState.PUBLISHED:
        return None
    given = await given_for(meeting, item)
    words = words_of(plan, meeting.roll)
    # Its quorum is all that is taken from the template, its own for a second call: how it was voted on stays.
    quorum = rule_of(replace(words, quorum=plan.again or words.quorum), Typed(options="·\n·"))[0].quorum
    here = Question.filter(meeting__place_id=meeting.place_id, body=meeting.roll, matter_id=item.matter_id)
    rows = await here.exclude(state=QuestionState.VOIDED).order_by("-id").limit(LOOKED_AT)
    called = {one.rule_spec.call_of for one in rows}
    for one in rows:
        is_ours = one.id == before.id if before is not None else one.meeting_id != meeting.id
        if not is_ours or one.state is not QuestionState.PUBLISHED or one.public_id in called or one.result is None:
            continue
        if one.rule_spec.decision != (words.decision or "deliberation") or not _is_given(given, one):
            continue
        rule = second_call(one.rule_spec, one.public_id, quorum)
        is_same = one.meeting_id == meeting.id
        refusal = refuse_second_call(str(one.result["verdict"]), one.rule_spec, rule, is_same_meeting=is_same)
        if one.result["verdict"] == "no_quorum":
            return Again(one, rule, refusal)
    return None


def _is_given(given: Given | None, question: Question) -> bool:
    """Where the options are settled before the meeting, only the same ones can be called again."""
    if given is None:
        return True
    words = [one["zh"] for one in question.options] if not question.rule_spec.is_aye_or_no else []
    return words == (list(given.options) if len(given.options) > 1 else [])


async def call_again(actor: Actor, meeting_id: int, first_id: int) -> Question:
    """Put the same question once more, as the second call of the vote that was seen. Raises Refused."""
    async with unit_of_work():
        meeting = await claim(meeting_id)
        item = await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)
        stop(refuse_act(Act.CALL_AGAIN, meeting.state, item.link if item else None))
        found = await to_call_again(meeting)
        if found is None or found.first.id != first_id:
            raise Refused(RoundRefusal.STEP_OVER)
        stop(found.refusal)
        await Meeting.filter(id=meeting_id).update(undo=None)
        first = found.first
        if first.kind is Kind.SECRET:
            roll = set(await roll_ids(await roll_place(first), first.body))
            out = await out_of_roll(meeting_id, first.body, item.matter_id if item is not None else None)
            stop(refuse_roll(first.kind, len(roll - out)))
        named = [] if found.rule.is_aye_or_no else first.options
        return await questions.draft_question(
            actor,
            meeting_id,
            text_zh=first.text_zh,
            text_en=first.text_en,
            rule=found.rule,
            options=[Option(one["zh"], one["en"], one["cost"]) for one in named],
            matter_id=first.matter_id,
            kind=first.kind,
            channels=first.channels,
            body=first.body,
            roll_place_id=first.roll_place_id,
        )
