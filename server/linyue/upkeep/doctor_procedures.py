"""What must always hold about procedures, sittings and rolls: the order of steps, notice periods, whose roll it is."""

from datetime import timedelta

from linyue.base.settings import Settings
from linyue.base.workdays import local_day
from linyue.matters.model import Matter
from linyue.meetings.model import Meeting
from linyue.meetings.rules_stages import ProcedurePlan
from linyue.meetings.service_back import HEARD, stranded
from linyue.meetings.templates import procedure_ids
from linyue.people.model_bodies import BodyMember
from linyue.people.rules_bodies import LISTED, Body
from linyue.places.rules import PlaceKind
from linyue.procedures.model import Procedure, ProcedureStep
from linyue.procedures.rules import Outcome, ProcedureState, StepState, move_on
from linyue.questions.model import Question
from linyue.questions.rules_law import refuse_body
from linyue.upkeep.doctor_check import Answer, Check

OUTCOMES = {
    StepState.DONE: Outcome.PASSED,
    StepState.FAILED: Outcome.FAILED,
    StepState.CALLED_OFF: Outcome.UNDECIDED,
}


async def steps_follow(_settings: Settings) -> Answer:
    """Each stay follows the one before it as the template says, and a running procedure stands in one stage."""
    faults = []
    procedures = await Procedure.all().order_by("id")
    for procedure in procedures:
        steps = await ProcedureStep.of(procedure.id)
        faults += [f"procedure {procedure.number}: {fault}" for fault in _order(procedure, steps)]
    return len(procedures), faults


def _order(procedure: Procedure, steps: list[ProcedureStep]) -> list[str]:
    plan = procedure.plan
    faults: list[str] = []
    wanted: str | None = plan.stages[0].stage
    failed: dict[str, int] = {}
    for step in steps:
        if step.stage != wanted:
            return [*faults, f"stands in {step.stage} where {wanted or 'its end'} follows"]
        if step.state is StepState.NOW:
            break
        faults += _too_short(plan, step)
        if procedure.state is ProcedureState.WITHDRAWN and step is steps[-1]:
            return faults
        before = failed.get(step.stage, 0)
        wanted = move_on(plan, plan.stage(step.stage), OUTCOMES[step.state], before).to
        failed[step.stage] = before + (step.state is StepState.FAILED)
    is_now = bool(steps) and steps[-1].state is StepState.NOW
    if is_now != (procedure.state is ProcedureState.RUNNING):
        faults.append(
            f"is {procedure.state.value}, but its last step is {steps[-1].state.value if steps else 'missing'}"
        )
    return faults


def _too_short(plan: ProcedurePlan, step: ProcedureStep) -> list[str]:
    """A stage that was passed lasted its days; a holiday at the end can only make it longer."""
    days = plan.stage(step.stage).days_at_least
    if step.state is not StepState.DONE or not days or step.ended_at is None:
        return []
    lasted = local_day(step.ended_at) - local_day(step.began_at)
    return [f"{step.stage} ended after {lasted.days} of {days} days"] if lasted < timedelta(days=days) else []


async def sittings_belong(_settings: Settings) -> Answer:
    """A meeting of a kind with several stages is the sitting of one stay, at its place; but for those called off."""
    meetings = await Meeting.filter(template__in=procedure_ids(), called_off="").order_by("id")
    steps = {step.meeting_id: step for step in await ProcedureStep.all().select_related("procedure")}
    faults = []
    for meeting in meetings:
        step = steps.get(meeting.id)
        if step is None:
            faults.append(f"meeting {meeting.id}: a sitting without a procedure")
        elif step.procedure.place_id != meeting.place_id:
            faults.append(f"meeting {meeting.id}: at another place than its procedure")
    return len(meetings), faults


async def notice_was_kept(_settings: Settings) -> Answer:
    """Nobody was called later than the meeting's own template says."""
    meetings = await Meeting.filter(announced_at__isnull=False).order_by("id")
    faults = []
    for meeting in meetings:
        if not meeting.plan_data or meeting.announced_at is None:
            continue
        # A calendar of working days may have been changed since; so many days of any kind there were in any case.
        ahead, wanted = local_day(meeting.starts_at) - local_day(meeting.announced_at), meeting.plan.notice.days
        if ahead < timedelta(days=wanted):
            faults.append(f"meeting {meeting.id}: announced {ahead.days} of {wanted} days ahead")
    return len(meetings), faults


async def rolls_are_the_law_s(_settings: Settings) -> Answer:
    """What a law gives to one body was put to that body's roll; lists hang where their body belongs."""
    faults = []
    questions = await Question.filter(opened_at__isnull=False).order_by("id")
    for question in questions:
        if refuse_body(question.rule_spec, question.body) is not None:
            faults.append(f"question {question.id}: decided by {question.body.value}, whom its law does not name")
    members = await BodyMember.filter(ends_at__isnull=True).select_related("place")
    for one in members:
        wanted = PlaceKind.COMMUNITY if one.body in LISTED else PlaceKind.UNIT if one.body is Body.HOUSEHOLDS else None
        if one.place.kind is not wanted:
            faults.append(f"body member {one.id}: a list of {one.body.value} at a {one.place.kind.value}")
    return len(questions) + len(members), faults


async def matters_left_the_meeting(_settings: Settings) -> Answer:
    """No matter waits for a meeting that is over: what it did not decide is the council's again."""
    heard = await Matter.filter(state__in=HEARD).exclude(meeting_public_id="").count()
    faults = [
        f"matter {one.number}: {one.state.value} in meeting {one.meeting_public_id}, which is over;"
        " `linyue give-back` gives it back to its council"
        for one in await stranded()
    ]
    return heard, faults


PROCEDURES: list[tuple[str, str, Check]] = [
    ("S1", "procedures follow their template", steps_follow),
    ("S2", "every sitting belongs to a procedure", sittings_belong),
    ("S3", "notice periods were kept", notice_was_kept),
    ("S4", "each vote had the roll that its law names", rolls_are_the_law_s),
    ("S5", "no matter is in a meeting that is over", matters_left_the_meeting),
]
