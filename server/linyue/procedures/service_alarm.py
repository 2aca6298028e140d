"""Urgent matters (靶向即议): the alarm that hours run from, its clocks, and who hears of one that has run out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linyue.base import clock
from linyue.base.db import current_work, unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.base.workdays import published_calendar
from linyue.matters.model import Matter
from linyue.people.service_roles import holders_of
from linyue.places.model import Place
from linyue.procedures import rules
from linyue.procedures.model import Procedure, ProcedureStep
from linyue.procedures.rules import AlarmClock, ProcedureState, StepState

ON_DUTY = (Role.STANDING_MEMBER, Role.SOCIAL_WORKER)
"""Who is called to an alarm, and hears of a stage whose longest time has run."""


def has_alarm(data: Mapping[str, Any]) -> bool:
    """Whether hours of a template's stages run from an alarm."""
    return any(stage.get("hours_from") for stage in data.get("stages", ()))


async def kept_alarm(data: Mapping[str, Any], matter_id: int | None, said_at: datetime | None) -> dict[str, Any]:
    """What a procedure keeps of its alarm, where a stage counts from it. Raises Refused(ProcedureRefusal)."""
    if not has_alarm(data):
        return {}
    now, matter = clock.now(), await Matter.get_or_none(id=matter_id) if matter_id is not None else None
    reported_at = matter.reported_at if matter is not None else None
    refusal = rules.refuse_alarm(said_at, reported_at, now)
    if refusal is not None:
        raise Refused(refusal, field="alarm_day")
    return {"alarm_at": rules.alarm_of(said_at, reported_at, now).isoformat()}


async def call_to_alarm(actor: Actor, procedure: Procedure) -> None:
    """Tell those on duty at once, and watch each clock from the alarm also while its stage has not begun."""
    clocks = await alarm_clocks_of(procedure)
    if not clocks:
        return
    place = await Place.get(id=procedure.place_id)
    told = {one for role in ON_DUTY for one in await holders_of(role, place.path)} - {actor.person_id}
    words = {"title_zh": procedure.title, "title_en": procedure.title_in("en")}
    await tell(told, "procedures-told-alarm", link=f"/procedures/{procedure.number}", is_urgent=True, **words)
    work = current_work()
    assert work is not None
    for due in sorted({one.due_at for one in clocks}):
        await work.enqueue("procedures.alarm", procedure.id, due_at=due)


async def alarm_clocks_of(procedure: Procedure) -> list[AlarmClock]:
    """The clocks that run from the alarm of an urgent matter; none for every other kind."""
    if procedure.alarm_at is None:
        return []
    steps = await ProcedureStep.of(procedure.id).filter(state=StepState.DONE)
    done = {one.stage: one.ended_at for one in steps if one.ended_at is not None}
    return rules.alarm_clocks(procedure.plan, procedure.alarm_at, done, published_calendar(), clock.now())


async def tell_alarm(procedure_id: int) -> bool:
    """Tell of a clock from the alarm that ran out before its stage even began; a stage under way tells of itself."""
    async with unit_of_work():
        procedure = await Procedure.get_or_none(id=procedure_id, state=ProcedureState.RUNNING).select_related("place")
        step = await ProcedureStep.get_or_none(procedure_id=procedure_id, state=StepState.NOW)
        if procedure is None or step is None:
            return False
        stages = [one.stage for one in procedure.plan.stages]
        clocks, here = await alarm_clocks_of(procedure), stages.index(step.stage)
        late = [one for one in clocks if one.is_late and stages.index(one.stage) > here and one.due_at != step.due_at]
        if late:
            await tell_of_late(procedure, late[-1].stage)
    return bool(late)


async def tell_of_late(procedure: Procedure, stage: str) -> None:
    """The council and the social worker hear of a stage that is late. `procedure.place` is loaded; in a transaction."""
    title = procedure.plan.stage(stage).title
    told = {one for role in ON_DUTY for one in await holders_of(role, procedure.place.path)}
    words = {"title_zh": procedure.title, "title_en": procedure.title_in("en")}
    link = f"/procedures/{procedure.number}"
    await tell(told, "procedures-told-late", link=link, is_urgent=True, stage_zh=title.zh, stage_en=title.en, **words)
