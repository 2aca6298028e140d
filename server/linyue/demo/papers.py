"""What follows a meeting on paper: minutes written and signed, a doubt raised and answered."""

from datetime import timedelta
from typing import Any

from linyue.base import clock
from linyue.demo.diary import Story
from linyue.demo.steps import Hands
from linyue.minutes import service as minutes
from linyue.questions.model import Ballot, Question
from linyue.records import service_challenges as challenges
from linyue.records.rules_challenges import ChallengeKind, Finding

SIGNERS = ("recorder", "chair", "oversight")


async def minutes_of(hands: Hands, meeting_id: int, one: dict[str, Any]) -> Story:
    """The recorder adds a remark; as many sign as the data file says, in order."""
    people = hands.people
    yield clock.now() + timedelta(minutes=25)
    row = await minutes.draft_minutes(await people.actor("recorder"), meeting_id)
    yield clock.now() + timedelta(hours=13)
    await minutes.edit_section(await people.actor("recorder"), row.id, "remarks", one["remark"], 1)
    for key in SIGNERS[: one["signed"]]:
        yield clock.now() + timedelta(minutes=40)
        await minutes.sign(await people.actor(key), row.id, 2)


async def doubt_about(hands: Hands, meeting_id: int, one: dict[str, Any]) -> Story:
    """Somebody doubts the first result; the oversight committee answers where the data file has an answer."""
    people = hands.people
    question = await Question.of_meeting(meeting_id).first()
    assert question is not None
    asker = await people.actor(one["who"])
    ballot = await Ballot.current(question.id).get_or_none(person_id=asker.person_id)
    kind = ChallengeKind(one["kind"])
    code = ballot.receipt_code if ballot is not None and kind is ChallengeKind.RECEIPT else ""
    yield clock.now() + timedelta(hours=3)
    row = await challenges.raise_challenge(asker, question.id, kind, code=code, text=one["text"])
    if "answer" in one:
        yield clock.now() + timedelta(hours=5)
        await challenges.answer_challenge(
            await people.actor("oversight"), row.id, Finding(one["finding"]), one["answer"]
        )
