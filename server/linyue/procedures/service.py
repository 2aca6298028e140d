"""Running a procedure: begin, papers, voices, sittings, on to the next stage, withdraw. Its only writer."""

import copy
import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import current_work, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Scope, allow
from linyue.base.workdays import published_calendar
from linyue.matters import service as matters
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Step, Way
from linyue.meetings import service as meetings
from linyue.meetings.model import Meeting
from linyue.meetings.rules import Mode
from linyue.meetings.rules_plan import Line, at_place
from linyue.meetings.rules_stages import StageKind, StagePlan, has_stages, sitting_of
from linyue.meetings.service_call_off import plug_called_off
from linyue.meetings.service_council import plug_matter
from linyue.meetings.service_roll import is_on_roll, roll_ids
from linyue.meetings.templates import load_data
from linyue.people.service import claim_person
from linyue.places import service as places
from linyue.places.model import Place
from linyue.procedures import rules
from linyue.procedures.model import Procedure, ProcedurePaper, ProcedureStep, ProcedureVoice
from linyue.procedures.rules import Facts, ProcedureRefusal, ProcedureState, StepState
from linyue.procedures.rules_rights import Act, Phase, phase_of, refuse_act
from linyue.procedures.service_alarm import call_to_alarm, has_alarm, kept_alarm, tell_of_late
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_law import ITEMS_278, refuse_item
from linyue.rounds.service_chair import is_left_to_vote

TAKEN_FROM = (MatterState.ASSIGNED, MatterState.ACCEPTED, MatterState.RESOLVED)
"""A procedure takes up what the council has in hand, or what a meeting has decided and the law asks more for."""
COUNTED = (QuestionState.CLOSED, QuestionState.PUBLISHED)
MATTERS = 50
ENDED = {
    ProcedureState.DONE: Line("每一步都走完了", "Every step has been taken"),
    ProcedureState.FAILED: Line("表决没有通过", "A vote did not pass"),
}
"""What a matter's timeline says at the end; kept in both languages like a stage's title."""


def stop(refusal: StrEnum | None, *, field: str | None = None, **args: object) -> None:
    """Raise the refusal, if there is one."""
    if refusal is not None:
        raise Refused(refusal, field=field, **args)


Ended = Callable[[Actor, Procedure], Awaitable[None]]
_ended: list[Ended] = []


def plug_ended(then: Ended) -> None:
    """Let something follow when a procedure has come through its last stage; runs in the same transaction."""
    _ended.append(then)


Post = Callable[[Actor, Procedure, ProcedureStep, StagePlan], Awaitable[None]]
Find = Callable[[ProcedureStep, str], Awaitable[str]]
Since = Callable[[ProcedureStep, str], Awaitable[datetime | None]]
_boards: list[tuple[Post, Find, Since]] = []


def plug_disclosure(post: Post, find: Find, since: Since) -> None:
    """Let a later slice put what a stage discloses on a board, in the same transaction; say where, and since when."""
    _boards.append((post, find, since))


async def shown_at(procedure: Procedure, step: ProcedureStep) -> str:
    """The page where a stay's disclosure is posted; empty where there is none."""
    for _post, find, _since in _boards:
        if address := await find(step, procedure.number):
            return address
    return ""


async def _disclose(actor: Actor, procedure: Procedure, step: ProcedureStep, stage: StagePlan) -> None:
    """Post what a stage discloses, once its papers are there: a notice without them would disclose nothing."""
    given = (await facts_of(step)).papers
    if stage.kind is StageKind.DISCLOSURE and not rules.missing_papers(stage, given):
        for post, _find, _since in _boards:
            await post(actor, procedure, step, stage)


async def claim(procedure_id: int) -> Procedure:
    """Take the procedure's row before reading it. Only inside a unit of work; raises NotFound."""
    if not await Procedure.filter(id=procedure_id).update(version=F("version") + 1):
        raise NotFound()
    return await Procedure.get(id=procedure_id)


async def scope_of(procedure: Procedure) -> Scope:
    """What the policy needs to know of a procedure: its place."""
    return Scope(place_path=(await Place.get(id=procedure.place_id)).path)


async def matters_to_take(paths: Iterable[str]) -> list[Matter]:
    """Matters that a procedure can take up: in the council's hands in these places, in no procedure yet."""
    taken = await Procedure.filter(state=ProcedureState.RUNNING, matter_id__isnull=False).values_list(
        "matter_id", flat=True
    )
    found: dict[int, Matter] = {}
    for path in paths:
        rows = Matter.filter(way=Way.COUNCIL, state__in=TAKEN_FROM, community__path__startswith=path)
        found |= {row.id: row for row in await rows.exclude(id__in=list(taken)).order_by("reported_at").limit(MATTERS)}
    return list(found.values())


async def _matter_meant(number: str, place: Place) -> int | None:
    """The matter of a number, in the council's hands where the procedure runs; None for no number."""
    if not number:
        return None
    matter = await Matter.get_or_none(number=number, way=Way.COUNCIL, state__in=TAKEN_FROM)
    if matter is None or matter.community_id not in place.ancestor_ids:
        raise Refused(ProcedureRefusal.NO_SUCH_MATTER, field="matter")
    if await Procedure.filter(matter_id=matter.id, state=ProcedureState.RUNNING).exists():
        raise Refused(ProcedureRefusal.MATTER_TAKEN, field="matter")
    return matter.id


async def matter_of(procedure: Procedure) -> tuple[str, str]:
    """Number and title of the matter a procedure came from, if everybody may see it; else empty."""
    matter = await Matter.get_or_none(id=procedure.matter_id, is_public=True) if procedure.matter_id else None
    return (matter.number, matter.title) if matter is not None else ("", "")


async def _matter_at(meeting_id: int) -> int | None:
    """The matter that a sitting is about: its procedure's."""
    step = await ProcedureStep.get_or_none(meeting_id=meeting_id).select_related("procedure")
    return step.procedure.matter_id if step is not None else None


plug_matter(_matter_at)


async def _free_sitting(meeting: Meeting) -> None:
    """A sitting that was called off is called anew, unless all it had to vote on was voted and counted there."""
    if not await is_left_to_vote(meeting) and await Question.of_meeting(meeting.id).filter(state__in=COUNTED).exists():
        return
    await ProcedureStep.filter(meeting_id=meeting.id, state=StepState.NOW).update(meeting_id=None)


plug_called_off(_free_sitting)


async def _tell_matter(actor: Actor, procedure: Procedure, step: Step, line: Line) -> None:
    """What a procedure does stands on the timeline of the matter it came from."""
    if procedure.matter_id is not None:
        await matters.note_procedure(
            actor, procedure.matter_id, step, number=procedure.number, line=line.zh, line_en=line.en
        )


def refuse_begin(actor: Actor, path: str, is_alarm: bool) -> ProcedureRefusal | None:
    """Why this person begins no procedure at the place with this path; `is_alarm`: of a kind with an alarm."""
    scope = Scope(place_path=path)
    is_council, is_worker = allow(actor, "procedures.run", scope), allow(actor, "procedures.begin", scope)
    return rules.refuse_beginner(is_alarm, is_council=is_council, is_worker=is_worker)


async def begin(
    actor: Actor,
    *,
    place_id: int,
    template: str,
    title: str,
    title_en: str = "",
    matter: str = "",
    item: int = 0,
    alarm_at: datetime | None = None,
) -> Procedure:
    """A council member begins a procedure, or the worker one with an alarm.

    It stands in its first stage and has its number from now on. The same words sent again by the same person are the
    procedure that runs.

    `matter`: number of the matter it came from, whose timeline tells of every step. `item`: of Civil Code 278, for an
    owners' decision; it says whether the ordinary or the special rule holds. `alarm_at`: when it became urgent, for a
    kind whose hours run from the alarm; without it the matter's report counts.
    """
    stop(rules.refuse_title(title), field="title")
    try:
        data = load_data(template)
    except KeyError as error:
        raise Refused(ProcedureRefusal.UNKNOWN_TEMPLATE, field="template") from error
    stop(None if has_stages(data) else ProcedureRefusal.UNKNOWN_TEMPLATE, field="template")
    data = _with_item(data, item)
    async with unit_of_work() as uow:
        place = await Place.get_or_none(id=place_id)
        if place is None:
            raise Refused(ProcedureRefusal.NOT_YOUR_PLACE, field="place_id")
        reason = refuse_begin(actor, place.path, has_alarm(data))
        stop(reason, field="template" if reason is ProcedureRefusal.ALARM_ONLY else "place_id")
        is_village = await places.is_village(place)
        stop(rules.refuse_where(data.get("where", ""), is_village), field="template")
        data = at_place(data, is_village=is_village)
        assert actor.person_id is not None
        await claim_person(actor.person_id)
        begun = Procedure.filter(place_id=place.id, begun_by_id=actor.person_id, template=template, title=title.strip())
        for earlier in await begun.filter(state=ProcedureState.RUNNING).select_related("matter"):
            number = earlier.matter.number if earlier.matter is not None else ""
            if number == matter and earlier.plan_data["stages"] == data["stages"]:
                return earlier
        now, matter_id = clock.now(), await _matter_meant(matter, place)
        data |= await kept_alarm(data, matter_id, alarm_at)
        made = await Procedure.create(
            number=secrets.token_hex(8),
            place_id=place.id,
            matter_id=matter_id,
            template=template,
            plan_data=data,
            title=title.strip(),
            title_en=title_en.strip(),
            is_sample=place.is_sample,
            begun_by_id=actor.person_id,
            begun_at=now,
        )
        number = f"YS{clock.local(now):%y}{made.id:05d}"
        await Procedure.filter(id=made.id).update(number=number)
        await uow.audit(actor, "procedure.begin", f"procedure:{made.id}", template=template)
        procedure = await Procedure.get(id=made.id)
        await _tell_matter(actor, procedure, Step.PROCEDURE_BEGIN, procedure.plan.title)
        await _enter(actor, procedure, procedure.plan.stages[0])
        await call_to_alarm(actor, procedure)
    return procedure


def _with_item(data: dict[str, Any], item: int) -> dict[str, Any]:
    """The template with the item of the law that its votes decide. Raises Refused(ItemRefusal)."""
    data = copy.deepcopy(data)
    asked = [link["question"] for stage in data["stages"] for link in stage.get("links", ()) if "question" in link]
    decisions = [str(one.get("decision", "")) for one in asked]
    owners = next((one for one in decisions if one in ITEMS_278.values()), "".join(decisions[:1]))
    stop(refuse_item(owners, item), field="item", item=item)
    for one in asked:
        if item and one.get("decision") == ITEMS_278[item]:
            one["item"] = item
    return data


async def _enter(actor: Actor, procedure: Procedure, stage: StagePlan) -> None:
    """A new stay in a stage; where people are heard, everybody on the roll is told."""
    now = clock.now()
    due_at = rules.due_at(stage, now, published_calendar(), procedure.alarm_at)
    step = await ProcedureStep.create(procedure_id=procedure.id, stage=stage.stage, began_at=now, due_at=due_at)
    work = current_work()
    if due_at is not None and work is not None:
        await work.enqueue("procedures.late", step.id, due_at=due_at)
    if stage.kind in (StageKind.COLLECT, StageKind.DISCLOSURE):
        key = "procedures-told-collect" if stage.kind is StageKind.COLLECT else "procedures-told-disclosure"
        place = await Place.get(id=procedure.place_id)
        link = f"/procedures/{procedure.number}"
        await tell(await roll_ids(place), key, link=link, title_zh=procedure.title, title_en=procedure.title_en)
    await _disclose(actor, procedure, step, stage)


async def tell_late(step_id: int) -> bool:
    """Tell the council and the social worker of a stage whose longest time has run; False where it was left in time."""
    async with unit_of_work():
        step = await ProcedureStep.get_or_none(id=step_id, state=StepState.NOW)
        if step is None or step.due_at is None or clock.now() < step.due_at:
            return False
        await tell_of_late(await Procedure.get(id=step.procedure_id).select_related("place"), step.stage)
    return True


async def step_now(procedure_id: int) -> ProcedureStep | None:
    """The stay that lasts; None once the procedure has ended."""
    return await ProcedureStep.get_or_none(procedure_id=procedure_id, state=StepState.NOW)


async def phase_now(procedure: Procedure) -> Phase:
    """Where a procedure stands, for the table of rights."""
    step = await step_now(procedure.id)
    return phase_of(procedure.state, procedure.plan.stage(step.stage).kind if step is not None else None)


async def _now(procedure: Procedure, act: Act) -> tuple[ProcedureStep, StagePlan]:
    """The present stay, if the table of rights gives the act its place there. Raises Refused."""
    stop(refuse_act(act, await phase_now(procedure)))
    step = await step_now(procedure.id)
    assert step is not None
    return step, procedure.plan.stage(step.stage)


async def facts_of(step: ProcedureStep) -> Facts:
    """What a stay has come to: papers, its sitting, the sitting's votes."""
    papers = await ProcedurePaper.filter(step_id=step.id).values_list("paper", flat=True)
    meeting = await Meeting.get_or_none(id=step.meeting_id) if step.meeting_id is not None else None
    questions = await Question.of_meeting(meeting.id) if meeting is not None else []
    standing = [one for one in questions if one.state not in (QuestionState.VOIDED, QuestionState.DRAFT)]
    again = {one.rule_spec.call_of for one in standing}
    standing = [one for one in standing if one.public_id not in again]  # what was called again counts the second time
    shown = [one for one in standing if one.state is QuestionState.PUBLISHED]
    return Facts(
        began_at=step.began_at,
        posted_at=await _posted_at(step),
        papers=frozenset(str(one) for one in papers),
        sitting=meeting.state if meeting is not None else None,
        verdicts=tuple(rules.verdict_of(str((one.result or {}).get("verdict"))) for one in shown),
        unpublished=len(standing) - len(shown),
    )


async def _posted_at(step: ProcedureStep) -> datetime | None:
    """Since when what a stay discloses stands on a board as it stands now."""
    number = (await Procedure.get(id=step.procedure_id)).number
    found = [await since(step, number) for _post, _find, since in _boards]
    return next((one for one in found if one is not None), None)


async def give_paper(actor: Actor, procedure_id: int, paper: str, text: str) -> None:
    """Put the text of a paper that the present stage must produce; a newer text takes the older one's place in view."""
    async with unit_of_work() as uow:
        procedure = await claim(procedure_id)
        step, stage = await _now(procedure, Act.GIVE_PAPER)
        stop(rules.refuse_paper(stage, paper, text), field="text", most=rules.PAPER_LIMIT)
        given = procedure.plan.paper(paper)
        refusal = rules.refuse_giver(given, await roles_at(actor, procedure))
        stop(refusal, who_zh=given.source.zh, who_en=given.source.en)
        assert actor.person_id is not None
        last = await ProcedurePaper.filter(step_id=step.id, paper=paper).order_by("-id").first()
        if last is not None and (last.author_id, last.text) == (actor.person_id, text.strip()):
            return  # the form was sent twice
        await ProcedurePaper.create(
            step_id=step.id, paper=paper, text=text.strip(), author_id=actor.person_id, given_at=clock.now()
        )
        await uow.audit(actor, "procedure.paper", f"procedure:{procedure_id}", paper=paper)
        await _disclose(actor, procedure, step, stage)


async def roles_at(actor: Actor, procedure: Procedure) -> set[str]:
    """What somebody is where a procedure runs, as roles."""
    path = (await Place.get(id=procedure.place_id)).path
    return {one.role.value for one in actor.grants if one.place_path and path.startswith(one.place_path)}


async def send_voice(actor: Actor, procedure_id: int, text: str) -> None:
    """Somebody of the roll says what they think. What is on the board is objected to there, where an answer is due."""
    async with unit_of_work() as uow:
        procedure = await claim(procedure_id)
        step, _stage = await _now(procedure, Act.SEND_VOICE)
        place = await Place.get(id=procedure.place_id)
        if actor.person_id is None or not await is_on_roll(actor.person_id, place):
            raise Refused(ProcedureRefusal.NOT_ON_ROLL)
        stop(ProcedureRefusal.AT_NOTICE if await shown_at(procedure, step) else None)
        own = ProcedureVoice.filter(step_id=step.id, person_id=actor.person_id)
        if await own.filter(text=text.strip()).exists():
            return  # the form was sent twice
        sent = await own.count()
        stop(rules.refuse_voice(text, sent), field="text", most=rules.VOICE_LIMIT, times=rules.VOICES_EACH)
        await ProcedureVoice.create(step_id=step.id, person_id=actor.person_id, text=text.strip(), sent_at=clock.now())
        await uow.audit(actor, "procedure.voice", f"procedure:{procedure_id}")


async def hide_voice(actor: Actor, procedure_id: int, voice_id: int, reason: str) -> None:
    """Take what somebody sent in from view, with a reason everybody can read; the original is kept."""
    async with unit_of_work() as uow:
        stop(refuse_act(Act.HIDE_VOICE, await phase_now(await claim(procedure_id))))
        stop(rules.refuse_text(reason, rules.REASON_LIMIT) and ProcedureRefusal.NO_REASON, field="reason")
        voice = await ProcedureVoice.get_or_none(id=voice_id, step__procedure_id=procedure_id)
        if voice is None:
            raise NotFound()
        await ProcedureVoice.filter(id=voice_id, hidden_at__isnull=True).update(
            hidden_at=clock.now(), hidden_reason=reason.strip()
        )
        await uow.audit(actor, "procedure.hide", f"voice:{voice_id}", procedure=procedure_id)


async def call_sitting(actor: Actor, procedure_id: int, *, starts_at: datetime, mode: Mode, venue: str = "") -> Meeting:
    """Draft the meeting of the present stage, with the stage's own agenda, notice and quorum."""
    async with unit_of_work() as uow:
        procedure = await claim(procedure_id)
        step, stage = await _now(procedure, Act.CALL_SITTING)
        facts = await facts_of(step)
        stop(rules.refuse_sitting(facts.sitting))
        meeting = await meetings.draft_meeting(
            actor,
            place_id=procedure.place_id,
            template=procedure.template,
            title=_titled(procedure.title, stage.title.zh, 80),
            title_en=_titled(procedure.title_en, stage.title.en, 160) if procedure.title_en else "",
            starts_at=starts_at,
            mode=mode,
            venue=venue,
            data=sitting_of(procedure.plan_data, stage.stage),
        )
        await ProcedureStep.filter(id=step.id).update(meeting_id=meeting.id)
        await uow.audit(actor, "procedure.sitting", f"procedure:{procedure_id}", meeting=meeting.id)
    return meeting


def _titled(title: str, stage: str, most: int) -> str:
    """The procedure's title with the stage's behind it, where both fit."""
    whole = f"{title} · {stage}"
    return whole if len(whole) <= most else title


async def go_on(actor: Actor, procedure_id: int, *, after: int) -> Procedure:
    """Leave the present stage: on, back after a failed vote, or to the end. `after` is the step that was seen."""
    async with unit_of_work() as uow:
        procedure = await claim(procedure_id)
        step, stage = await _now(procedure, Act.GO_ON)
        stop(ProcedureRefusal.MOVED_ON if step.id != after else None)
        now, calendar, facts = clock.now(), published_calendar(), await facts_of(step)
        until = rules.earliest_end(stage, facts.counts_from, calendar)
        stop(
            rules.refuse_go_on(stage, facts, calendar, now),
            until=clock.local(until).date().isoformat() if until else "",
        )
        failed = await ProcedureStep.filter(
            procedure_id=procedure_id, stage=stage.stage, state=StepState.FAILED
        ).count()
        move = rules.move_on(procedure.plan, stage, rules.outcome_of(stage, facts), failed)
        await ProcedureStep.filter(id=step.id).update(state=move.step, ended_at=now)
        if move.to is None:
            await Procedure.filter(id=procedure_id).update(state=move.state, ended_at=now)
            await _tell_matter(actor, procedure, Step.PROCEDURE_END, ENDED[move.state])
        else:
            following = procedure.plan.stage(move.to)
            await _enter(actor, procedure, following)
            await _tell_matter(actor, procedure, Step.PROCEDURE_MOVE, following.title)
        await uow.audit(actor, "procedure.go_on", f"procedure:{procedure_id}", to=move.to or move.state.value)
        procedure = await Procedure.get(id=procedure_id)
        for then in _ended if move.to is None else ():
            await then(actor, procedure)
        return procedure


async def withdraw(actor: Actor, procedure_id: int, reason: str) -> None:
    """End a procedure before its last stage, with a reason everybody can read."""
    async with unit_of_work() as uow:
        procedure = await claim(procedure_id)
        step, _stage = await _now(procedure, Act.WITHDRAW)
        stop(rules.refuse_text(reason, rules.REASON_LIMIT) and ProcedureRefusal.NO_REASON, field="reason")
        now = clock.now()
        await ProcedureStep.filter(id=step.id).update(state=StepState.CALLED_OFF, ended_at=now)
        await Procedure.filter(id=procedure_id).update(
            state=ProcedureState.WITHDRAWN, ended_at=now, ended_reason=reason.strip()
        )
        await _tell_matter(actor, procedure, Step.PROCEDURE_END, Line(reason.strip(), reason.strip()))
        await uow.audit(actor, "procedure.withdraw", f"procedure:{procedure_id}")
