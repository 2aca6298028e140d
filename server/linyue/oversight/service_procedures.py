"""A procedure's disclosures on the public board: one notice for each stay in a stage that discloses.

A stage may be shorter than a notice: then it is a preview, after which the procedure goes on while the notice stays
(decisions/0020). The notice's address says which stay it belongs to, so that none is ever posted twice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from linyue.base.db import unit_of_work
from linyue.base.i18n import t
from linyue.base.policy import Actor
from linyue.meetings.rules_stages import StagePlan
from linyue.oversight.model import Notice, NoticeCorrection
from linyue.oversight.rules import LEAST_DAYS, TEXT_LIMIT, TITLE_LIMIT, kind_of_system
from linyue.oversight.service import PLACES, correct_notice, put_up
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.procedures import service as procedures
from linyue.procedures.model import Procedure, ProcedurePaper, ProcedureStep
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState

LANG = "zh-CN"
"""Notices are posted in the language of the place; whoever posts one by hand writes in it too."""


def address_of(step: ProcedureStep, number: str) -> str:
    """The last part of the notice's address, which is also what names it apart: YS2600012-34."""
    return f"{number}-{step.id}"


async def _post(actor: Actor, procedure: Procedure, step: ProcedureStep, stage: StagePlan) -> None:
    """Put the disclosure up; where it is up already, newer papers are a correction, and the period begins anew."""
    public_id, text = address_of(step, procedure.number), await _text(procedure, stage)
    async with unit_of_work() as work:
        posted = await Notice.get_or_none(public_id=public_id)
        if posted is not None:
            last = await NoticeCorrection.filter(notice_id=posted.id).order_by("-id").first()
            if text != (last.text if last is not None else posted.text):
                await correct_notice(actor, posted.id, text, t(LANG, "oversight-procedure-newer"), posted.version)
            return
        await put_up(
            actor,
            work,
            await board_of(await Place.get(id=procedure.place_id)),
            kind_of_system(procedure.plan.system),
            titled(procedure.title, stage.title.zh),
            text,
            days=max(LEAST_DAYS, stage.days_at_least),
            matter_id=procedure.matter_id,
            public_id=public_id,
        )


async def board_of(place: Place) -> Place:
    """Where it is posted: what a building discloses, on the board of its compound."""
    above = await place.above(PlaceKind.COMPOUND) or await place.above(PlaceKind.COMMUNITY)
    return place if place.kind in PLACES or above is None else above


def titled(title: str, stage: str) -> str:
    """The title of a notice: what was disclosed, of what; cut where both do not fit."""
    whole = f"{stage} · {title}"
    return whole if len(whole) <= TITLE_LIMIT else whole[: TITLE_LIMIT - 1] + "…"


async def _text(procedure: Procedure, stage: StagePlan) -> str:
    """What the stage says, the votes that are published, the newest text of each paper; cut where it is too long."""
    parts = [stage.say.zh]
    if stage.days_at_least < LEAST_DAYS:
        parts.append(t(LANG, "oversight-procedure-preview", days=stage.days_at_least, least=LEAST_DAYS))
    steps = await ProcedureStep.of(procedure.id)
    meetings = [one.meeting_id for one in steps if one.meeting_id is not None]
    parts += await verdicts_of(meetings)
    papers = await ProcedurePaper.filter(step__procedure_id=procedure.id).order_by("id")
    newest = {one.paper: one.text for one in papers}
    parts += [f"【{one.title.zh}】\n{newest[one.paper]}" for one in procedure.plan.papers if one.paper in newest]
    return fitted(parts, t(LANG, "oversight-procedure-more", number=procedure.number))


async def verdicts_of(meeting_ids: Collection[int]) -> list[str]:
    """What these meetings voted, in words: each published question with its verdict and, among options, what won."""
    lines = []
    for question in await Question.filter(meeting_id__in=meeting_ids, state=QuestionState.PUBLISHED).order_by("id"):
        result = question.result or {}
        verdict = t(LANG, f"oversight-procedure-verdict-{result.get('verdict', 'failed')}")
        lines.append(t(LANG, "oversight-procedure-vote", question=question.text_zh, verdict=verdict))
        words = {str(one["key"]): str(one.get("zh", "")) for one in question.options}
        if chosen := [words[key] for key in result.get("chosen", ()) if words.get(key)]:
            lines.append(t(LANG, "oversight-procedure-chosen", chosen=t(LANG, "questions-ways-level").join(chosen)))
    return lines


def fitted(parts: Sequence[str], end: str) -> str:
    """The paragraphs of a notice and its last line, cut where they are too long."""
    text, room = "\n\n".join(parts), TEXT_LIMIT - len(end) - 3
    return f"{text if len(text) <= room else text[:room] + '…'}\n\n{end}"


async def _find(step: ProcedureStep, number: str) -> str:
    """The page of a stay's notice; empty where it is not posted."""
    public_id = address_of(step, number)
    return f"/notices/{public_id}" if await Notice.exists(public_id=public_id) else ""


async def _since(step: ProcedureStep, number: str) -> datetime | None:
    """When a stay's notice was posted, or corrected last: its time runs from then. None for one that is not posted."""
    notice = await Notice.get_or_none(public_id=address_of(step, number))
    if notice is None:
        return None
    last = await NoticeCorrection.filter(notice_id=notice.id).order_by("-id").first()
    return last.at if last is not None else notice.posted_at


async def procedure_of(notice: Notice) -> Procedure | None:
    """The procedure whose disclosure a notice is; None for one that somebody posted by hand."""
    number, _, step = notice.public_id.rpartition("-")
    found = await Procedure.get_or_none(number=number) if number and step.isdigit() else None
    return found if found is not None and await ProcedureStep.exists(id=int(step), procedure_id=found.id) else None


procedures.plug_disclosure(_post, _find, _since)
