"""A motion that a meeting adopted by itself becomes a matter: the number under which everybody follows it.

Called when somebody is named for it, so that a number always has an owner and a day (`decisions/0018`).
"""

from dataclasses import dataclass, field
from typing import Any

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.policy import Actor
from linyue.base.workdays import Unit
from linyue.centres import service as centres
from linyue.centres.rules import Way
from linyue.councils.rules import MatterKind
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Step
from linyue.matters.rules_due import due_in
from linyue.matters.service import AT_MEETING, NAMING_DAYS
from linyue.matters.service_report import TEXT_AT_MOST, TITLE_AT_MOST, NewMatter, report_matter
from linyue.matters.service_step import Change, claim, take_step
from linyue.matters.service_triage import Sending, suggest_for_text, to_council


@dataclass(frozen=True, slots=True)
class Adopted:
    """A motion that passed. `author_id`: who moved it, None where the chair put it; `numbers`: of the vote."""

    question_public_id: str
    place_id: int
    text: str
    text_en: str = ""
    author_id: int | None = None
    is_sample: bool = False
    numbers: dict[str, Any] = field(default_factory=dict)


async def adopt_motion(actor: Actor, motion: Adopted) -> Matter:
    """Give an adopted motion its number, with whoever moved it as its reporter; the vote is its second entry."""
    async with unit_of_work():
        mover = Actor(person_id=motion.author_id)
        words = " ".join(motion.text.split())
        reported = await report_matter(
            mover,
            NewMatter(
                form_id=f"motion-{motion.question_public_id}",
                place_id=motion.place_id,
                title=words if len(words) <= TITLE_AT_MOST else f"{words[: TITLE_AT_MOST - 1]}…",
                text=motion.text[:TEXT_AT_MOST],
                reporter_id=motion.author_id,
                channel="meeting",
                is_sample=motion.is_sample,
            ),
        )
        matter = await claim(reported.id, None)
        kind = await _kind_of(motion.text)
        target = await to_council(matter, Sending(Way.COUNCIL, kind=kind.value), None)
        data = {"question": motion.question_public_id, "adopted": True, "numbers": motion.numbers}
        change = Change(
            MatterState.RESOLVED,
            owner=target.owner,
            due=due_in(NAMING_DAYS, Unit.WORKING, clock.now(), await centres.calendar()),
            text=motion.text,
            data={**data, "text_en": motion.text_en},
            columns={"way": Way.COUNCIL, "reason": target.reasons, **target.columns},
        )
        return await take_step(actor, matter, Step.ADOPT, change, doers=AT_MEETING)


async def _kind_of(text: str) -> MatterKind:
    """The kind that the catalogue's words speak for; between neighbours, where they say nothing."""
    found = (one.matter_kind for one in await suggest_for_text(text) if one.matter_kind is not None)
    return next(found, MatterKind.RELATIONS)
