"""The action plan of a meeting: lines with who, when and what proof; the first for a vote becomes its resolution."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import t
from linyue.base.notify import tell
from linyue.base.policy import Actor, Scope
from linyue.base.workdays import day_end
from linyue.matters import service as matters
from linyue.matters.model import Matter
from linyue.meetings import service as meetings
from linyue.meetings.model import Meeting
from linyue.meetings.pages import show_papers_from
from linyue.minutes.service_facts import plan_from
from linyue.people.model import Person
from linyue.questions import service_views as questions
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_tally import Verdict
from linyue.resolutions import rules_plan, service
from linyue.resolutions.model import ActionLine, ActionLineChange, Resolution
from linyue.resolutions.rules import ResolutionRefusal, ResolutionState, refuse_change, refuse_keeping
from linyue.resolutions.rules_plan import PlanRefusal


@dataclass(frozen=True, slots=True)
class LineChangeView:
    """One change of a line: when, from whom to whom, from which day to which, and why."""

    at: datetime
    owners: tuple[str, str]
    days: tuple[datetime, datetime]
    reason: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line as it stands now, whether it keeps its own state or a resolution does."""

    line_id: int
    public_id: str
    text: str
    owner_id: int
    owner_name: str
    due_at: datetime
    proof: str
    state: ResolutionState
    kept_at: datetime | None
    kept_text: str
    version: int
    is_late: bool
    is_resolution: bool
    number: str
    """Of the matter it carries out; empty for a line without a vote."""
    changes: tuple[LineChangeView, ...]
    """What was changed since it was written, oldest first."""
    question: tuple[str, str, str] | None
    """Public id and text (zh, en) of the vote behind it."""


async def add_line(
    actor: Actor,
    meeting_id: int,
    *,
    text: str,
    owner_public_id: str,
    due_on: date,
    proof: str,
    question_public_id: str = "",
) -> ActionLine:
    """Write one line of the plan. The first line for an adopted vote becomes the resolution of its matter at once.

    Due at the end of that day in Ningbo. The owner is told.
    """
    due_at, now = day_end(due_on), clock.now()
    async with unit_of_work() as work:
        meeting = await meetings.claim(meeting_id)
        lines = await ActionLine.filter(meeting_id=meeting_id).count()
        refusal = rules_plan.refuse_line(meeting.state, text=text, proof=proof, due_at=due_at, now=now, lines=lines)
        if refusal is not None:
            raise Refused(refusal[0], field=refusal[1] or None, most=rules_plan.MOST_LINES)
        owner = await Person.get_or_none(public_id=owner_public_id, is_active=True)
        if owner is None:
            raise Refused(PlanRefusal.NO_OWNER, field="owner")
        question = await _adopted(meeting_id, question_public_id)
        assert actor.person_id is not None
        line = await ActionLine.create(
            public_id=secrets.token_urlsafe(9),
            meeting_id=meeting_id,
            question_id=question.id if question is not None else None,
            text=text.strip(),
            owner_id=owner.id,
            due_at=due_at,
            proof=proof.strip(),
            written_by_id=actor.person_id,
            written_at=now,
        )
        await work.audit(actor, "plan.add", f"line:{line.id}", meeting=meeting_id, owner=owner.id)
        if question is not None and not await Resolution.exists(question_id=question.id):
            await service.make_resolution(
                actor,
                question.id,
                text=line.text,
                owner_public_id=owner_public_id,
                due_on=due_on,
                public_id=line.public_id,
            )
        elif owner.id != actor.person_id:
            link = f"/meetings/{meeting.public_id}/plan"
            await tell([owner.id], "resolutions-told-line", link=link, text_zh=line.text, text_en=line.text)
    return line


async def _adopted(meeting_id: int, public_id: str) -> Question | None:
    """The adopted vote of this meeting that a line carries out; None for a line without one."""
    if not public_id:
        return None
    found = await Question.get_or_none(public_id=public_id, meeting_id=meeting_id)
    if found is None or found not in await adopted_in(meeting_id):
        raise Refused(PlanRefusal.NOT_ADOPTED, field="question")
    return found


async def adopted_in(meeting_id: int) -> list[Question]:
    """Votes of a meeting that passed, in their order; those among options are left out, they only lean."""
    rows = await Question.filter(meeting_id=meeting_id, state=QuestionState.PUBLISHED).order_by("id")
    passed = []
    for row in rows:
        view = await questions.result_view(row)
        if view.outcome.verdict is Verdict.PASSED and row.rule_spec.is_aye_or_no:
            passed.append(row)
    return passed


async def papers_of(meeting: Meeting, _actor: Actor, lang: str) -> list[tuple[str, str]]:
    """The way to the plan from the page of its meeting, once something stands in it."""
    if not await ActionLine.filter(meeting_id=meeting.id).exists():
        return []
    return [(f"/meetings/{meeting.public_id}/plan", t(lang, "resolutions-plan-title"))]


async def keep_line(actor: Actor, meeting_id: int, line_id: int, *, text: str, version: int) -> None:
    """Say that a line is done and how one can see it. One that is a resolution is kept there."""
    async with unit_of_work() as work:
        line = await line_of(meeting_id, line_id)
        row = await Resolution.get_or_none(public_id=line.public_id)
        if row is not None:
            await service.keep_resolution(actor, row.id, text=text, version=version)
            return
        if not await ActionLine.filter(id=line_id, version=version).update(version=F("version") + 1):
            raise Refused(ResolutionRefusal.CHANGED_MEANWHILE)
        refusal = refuse_keeping(line.state, text)
        if refusal is not None:
            raise Refused(refusal[0], field=refusal[1] or None)
        await ActionLine.filter(id=line_id).update(
            state=ResolutionState.KEPT, kept_at=clock.now(), kept_text=text.strip()
        )
        await work.audit(actor, "plan.keep", f"line:{line_id}")


async def change_line(
    actor: Actor, meeting_id: int, line_id: int, *, owner_public_id: str, due_on: date, reason: str, version: int
) -> None:
    """Give a line another owner or day; the change and its reason stand below it, and on its matter's timeline.

    One that is a resolution is changed there.
    """
    due_at = day_end(due_on)
    async with unit_of_work() as work:
        line = await line_of(meeting_id, line_id)
        row = await Resolution.get_or_none(public_id=line.public_id)
        if row is not None:
            await service.change_resolution(
                actor, row.id, owner_public_id=owner_public_id, due_on=due_on, reason=reason, version=version
            )
            return
        if not await ActionLine.filter(id=line_id, version=version).update(version=F("version") + 1):
            raise Refused(ResolutionRefusal.CHANGED_MEANWHILE)
        owner = await service.owner_named(owner_public_id)
        is_same = owner.id == line.owner_id and due_at == line.due_at
        refusal = refuse_change(line.state, is_same=is_same, reason=reason, due_at=due_at, now=clock.now())
        if refusal is not None:
            raise Refused(refusal[0], field=refusal[1] or None)
        assert actor.person_id is not None
        await ActionLineChange.create(
            line_id=line.id,
            changed_by_id=actor.person_id,
            changed_at=clock.now(),
            owner_before_id=line.owner_id,
            owner_after_id=owner.id,
            due_before=line.due_at,
            due_after=due_at,
            reason=reason.strip(),
        )
        await ActionLine.filter(id=line_id).update(owner_id=owner.id, due_at=due_at)
        question = await Question.get_or_none(id=line.question_id)
        if question is not None and question.matter_id is not None:
            await matters.line_changed(
                actor,
                question.matter_id,
                line=line.text,
                owners=(line.owner_id, owner.id),
                days=(line.due_at, due_at),
                reason=reason.strip(),
            )
        meeting = await Meeting.get(id=meeting_id)
        link = f"/meetings/{meeting.public_id}/plan"
        await service.tell_moved(actor, (line.text, line.text), line.owner_id, owner, due_at, link=link)
        await work.audit(actor, "plan.change", f"line:{line_id}", owner=owner.id)


async def line_of(meeting_id: int, line_id: int) -> ActionLine:
    """A line of this meeting. Raises NotFound."""
    line = await ActionLine.get_or_none(id=line_id, meeting_id=meeting_id)
    if line is None:
        raise NotFound()
    return line


async def scope_of_line(meeting: Meeting, line: ActionLine) -> Scope:
    """What the policy needs to know of a line: its meeting's place and offices, and who carries it."""
    base = await meetings.scope_of(meeting)
    row = await Resolution.get_or_none(public_id=line.public_id)
    carrier = row.owner_id if row is not None else line.owner_id
    return replace(base, offices={**base.offices, "carrier": frozenset({carrier})})


async def plan_of(meeting_id: int) -> list[PlanLine]:
    """The lines of a meeting's plan in the order written, each as it stands now."""
    rows = await ActionLine.filter(meeting_id=meeting_id).order_by("id").select_related("owner", "question")
    ids = [row.public_id for row in rows]
    kept = {one.public_id: one for one in await Resolution.filter(public_id__in=ids).select_related("owner")}
    changes: dict[int, list[LineChangeView]] = {}
    changed = ActionLineChange.filter(line_id__in=[row.id for row in rows]).order_by("id")
    for one in await changed.select_related("owner_before", "owner_after"):
        owners = (one.owner_before.display_name, one.owner_after.display_name)
        view = LineChangeView(one.changed_at, owners, (one.due_before, one.due_after), one.reason)
        changes.setdefault(one.line_id, []).append(view)
    about = [row.question.matter_id for row in rows if row.question is not None and row.question.matter_id]
    numbers = {one.id: one.number for one in await Matter.filter(id__in=about, is_public=True)}
    return [_line(row, kept.get(row.public_id), numbers, changes.get(row.id, [])) for row in rows]


def _line(
    row: ActionLine, resolution: Resolution | None, numbers: Mapping[int, str], changes: Sequence[LineChangeView]
) -> PlanLine:
    now: Resolution | ActionLine = resolution if resolution is not None else row
    asked = row.question
    return PlanLine(
        line_id=row.id,
        public_id=row.public_id,
        text=now.text,
        owner_id=now.owner_id,
        owner_name=now.owner.display_name,
        due_at=now.due_at,
        proof=row.proof,
        state=now.state,
        kept_at=now.kept_at,
        kept_text=now.kept_text,
        version=now.version,
        is_late=rules_plan.is_late(now.state, now.due_at, clock.now()),
        is_resolution=resolution is not None,
        number=numbers.get(asked.matter_id or 0, "") if asked is not None else "",
        changes=tuple(changes),
        question=None if asked is None else (asked.public_id, asked.text_zh, asked.text_en),
    )


async def _for_minutes(meeting_id: int) -> list[dict[str, Any]]:
    """The lines that are no promise of a vote: those stand in the minutes with their question."""
    return [
        {
            "text": line.text,
            "person": line.owner_id,
            "due": line.due_at.isoformat(),
            "proof": line.proof,
            "is_kept": line.state is ResolutionState.KEPT,
        }
        for line in await plan_of(meeting_id)
        if not line.is_resolution
    ]


plan_from(_for_minutes)


show_papers_from(papers_of)
