"""A matter that a meeting has decided, ready for a promise; made through the services."""

from dataclasses import dataclass

from linyue.base import clock
from linyue.base.policy import Actor
from linyue.centres.rules import Way
from linyue.matters import service as matters
from linyue.matters.model import Matter
from linyue.meetings.model import Meeting
from linyue.questions import service as questions
from linyue.questions.model import Question
from linyue.questions.rules import RuleSpec
from linyue.questions.rules_ballot import Via
from tests.make.matters import Neighbourhood, make_matter, make_neighbourhood, send_to
from tests.make.questions import make_meeting


@dataclass
class Decided:
    """A published result about a matter."""

    here: Neighbourhood
    matter: Matter
    question: Question
    member: Actor


async def make_decided(choice: str = "for") -> Decided:
    """The matter went to the council, was heard, and everybody on the roll chose `choice`."""
    here = await make_neighbourhood()
    member = await here.actor("member")
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    assert member.person_id is not None
    meeting: Meeting = await make_meeting(member.person_id)
    await matters.put_on_agenda(
        member,
        matter.id,
        meeting_public_id=meeting.public_id,
        meeting_title=meeting.title,
        meeting_title_en="How to mend the roof",
    )
    await matters.meeting_started(member, matter.id)
    question = await questions.draft_question(
        member,
        meeting.id,
        text_zh="先修5幢的屋顶？",
        text_en="Mend the roof of building 5 first?",
        rule=RuleSpec(),
        matter_id=matter.id,
    )
    voters = [here.people["resident"].id, here.people["neighbour"].id]
    await questions.open_question(member, question.id, [(voter, "邻居") for voter in voters])
    for voter in voters:
        await questions.cast_ballot(voter, question.id, choice, f"{clock.now().timestamp()}-{voter}", 0, Via.POST)
    await questions.close_question(member, question.id)
    question = await questions.publish_result(member, question.id)
    return Decided(here, await Matter.get(id=matter.id), question, member)
