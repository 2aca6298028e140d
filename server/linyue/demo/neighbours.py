"""In a sample district the invented neighbours vote along, so that one person can walk a vote from opening to result.

Only with LINYUE_NEIGHBOURS in demo mode, only in meetings marked as sample, and never for an account somebody can sign
in to: their voices stay their own.
"""

import asyncio
import random
import secrets
from datetime import timedelta

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.queue import timer
from linyue.base.settings import Settings
from linyue.questions import service as questions
from linyue.questions import service_secret
from linyue.questions.model import Question, RollEntry
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import Kind

EVERY = 2
AT_ONCE = 15
TURNOUT = 0.72
WAIT = timedelta(seconds=5)
"""The visitor sees the question first."""
LEANING = {"for": 78, "against": 14, "abstain": 8}


def start(settings: Settings) -> None:
    """Let the neighbours vote, if this is a demo and the settings ask for it."""
    if settings.demo and settings.neighbours:
        timer("demo.neighbours", every=EVERY)(vote_along)


async def vote_along() -> None:
    """A few more ballots for each open question of a sample meeting."""
    for question in await Question.filter(state=QuestionState.OPEN, meeting__is_sample=True):
        if question.opened_at is not None and clock.now() - question.opened_at >= WAIT:
            await _some_vote(question)


async def _some_vote(question: Question) -> None:
    """Up to fifteen who have not voted yet, until about seven in ten have."""
    roll = RollEntry.filter(question_id=question.id, person__is_sample=True, person__demo_role="")
    people = [int(i) for i in await roll.values_list("person_id", flat=True)]  # type: ignore[call-overload]
    silent = await roll.filter(channel__isnull=True).values_list("person_id", flat=True)
    room = int(len(people) * TURNOUT) - (len(people) - len(silent))
    chosen = random.sample([int(i) for i in silent], max(0, min(AT_ONCE, room)))  # type: ignore[call-overload]
    await asyncio.gather(*(_vote(person_id, question) for person_id in chosen))


async def _vote(person_id: int, question: Question) -> None:
    choices = list(question.rule_spec.choices)
    choice = random.choices(choices, weights=[LEANING.get(choice, 1) for choice in choices])[0]
    send = secrets.token_hex(8)
    try:
        if question.kind is Kind.SECRET:
            await service_secret.seal_and_cast(person_id, question, choice, service_secret.new_code(), send, 0)
        else:
            await questions.cast_ballot(person_id, question.id, choice, send, 0, Via.POST)
    except Refused:  # the chair was quicker and has closed the vote
        return
