"""Pages of procedures: the kinds there are, one kind, the list, beginning one, one procedure. They only translate."""

from datetime import date, datetime, time
from typing import Any

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.clock import SHANGHAI
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.i18n import t
from linyue.base.pages import day_text, redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page
from linyue.base.workdays import published_calendar
from linyue.meetings.pages import law_lines, place_name_of, spoken
from linyue.meetings.rules import Mode, earliest_day
from linyue.meetings.rules_plan import AgendaPlan, plan_from
from linyue.meetings.rules_stages import (
    ProcedurePlan,
    StageKind,
    StagePlan,
    has_stages,
    procedure_from,
    sitting_data,
)
from linyue.meetings.templates import load_data, procedure_ids, template_ids
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.procedures import pages, routes_by_election, rules, service, service_alarm, service_by_election
from linyue.procedures.acting import acting
from linyue.procedures.model import Procedure
from linyue.procedures.rules import ProcedureState
from linyue.procedures.rules_rights import RIGHTS, Act, acts_open, phase_of
from linyue.procedures.service_by_election import CANDIDATES
from linyue.procedures.service_rights import parts_of
from linyue.questions.rules_law import ITEMS_278

SHOWN = 40


class NewForm(FormModel):
    """What the procedure is called, of which kind, where. Text limits are the rules' business."""

    template: str = Field(max_length=60)
    place_id: int
    title: str = Field(default="", max_length=400)
    title_en: str = Field(default="", max_length=160)
    matter: str = Field(default="", max_length=16)
    item: int = 0
    """Of Civil Code 278, for an owners' decision."""

    alarm_day: date | None = None
    alarm_time: time | None = None
    """When it became urgent, where the hours run from the alarm."""

    @property
    def alarm_at(self) -> datetime | None:
        if self.alarm_day is None:
            return None
        return datetime.combine(self.alarm_day, (self.alarm_time or time(0)).replace(tzinfo=None), SHANGHAI)

    @field_validator("alarm_day", "alarm_time", mode="before")
    @classmethod
    def _unsaid(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("item", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return 0 if value == "" else value


class TextForm(FormModel):
    """A paper's text, what somebody thinks, or a reason."""

    text: str = Field(default="", max_length=20_000)
    reason: str = Field(default="", max_length=400)


class SittingForm(FormModel):
    """When and where the sitting is."""

    day: date
    time: time
    mode: Mode = Mode.BOTH
    venue: str = Field(default="", max_length=400)


class GoForm(FormModel):
    """The step that was seen."""

    seen: int


async def find_procedure(request: Request) -> Procedure:
    """The procedure of the address, with its place. Raises NotFound."""
    found = await Procedure.get_or_none(number=request.path_params["number"]).select_related("place")
    if found is None:
        raise NotFound()
    return found


async def procedure_scope(request: Request) -> Scope:
    """What the policy asks about the procedure of the address."""
    return await service.scope_of(await find_procedure(request))


async def kinds_page(request: Request) -> Response:
    """Every kind of meeting, to read about."""
    lang = request.state.prefs.lang
    kinds = []
    for name in template_ids():
        data = load_data(name)
        plan = procedure_from(data)
        kinds.append(
            pages.KindLine(
                name, plan.title.pick(lang), plan.summary.pick(lang), has_stages(data), data.get("where", "")
            )
        )
    return render(
        request, "procedures/kinds.html", pages.KindsPage(kinds, allow(actor_of(request), "procedures.begin"))
    )


async def kind_page(request: Request) -> Response:
    """One kind: law, stages drawn and as a table, offices, rules of order."""
    name, lang = request.path_params["name"], request.state.prefs.lang
    if name not in template_ids():
        raise NotFound()
    data = load_data(name)
    plan, sitting = procedure_from(data), _any_sitting(data)
    is_procedure = has_stages(data)
    shown = pages.KindPage(
        name=name,
        title=plan.title.pick(lang),
        summary=plan.summary.pick(lang),
        system=plan.system,
        is_procedure=is_procedure,
        law=law_lines(sitting, lang),
        picture=pages.picture_of(plan, lang) if is_procedure else pages.picture_of_links(sitting, lang),
        heads=pages.heads_of(lang),
        rows=pages.table_of(pages.stage_rows(plan, lang) if is_procedure else pages.link_rows(sitting, lang), lang),
        roles=[(one.office.value, one.duty.pick(lang)) for one in sitting.roles],
        rules=spoken(sitting.rules, lang),
        may_begin=allow(actor_of(request), _action_of(data)),
    )
    return render(request, "procedures/kind.html", shown)


def _action_of(data: dict[str, Any]) -> str:
    """What the policy asks of whoever begins a kind: only with an alarm it need not be the council."""
    if not has_stages(data):
        return "meetings.draft"
    return "procedures.begin" if service_alarm.has_alarm(data) else "procedures.run"


def _any_sitting(data: dict[str, Any]) -> AgendaPlan:
    """The plan of the template's only, or first, sitting."""
    if not has_stages(data):
        return plan_from(data)
    first = next(one for one in data["stages"] if one["kind"] == StageKind.SITTING)
    return plan_from(sitting_data(data, first))


async def list_page(request: Request) -> Response:
    """Procedures under way, and those that have ended."""
    lang = request.state.prefs.lang
    rows = await Procedure.all().order_by("-id").limit(SHOWN).select_related("place")
    lines = [await pages.line_of(one, lang) for one in rows]
    shown = pages.ListPage(
        running=[one for one in lines if one.state == ProcedureState.RUNNING],
        ended=[one for one in lines if one.state != ProcedureState.RUNNING],
        may_begin=allow(actor_of(request), "procedures.begin"),
    )
    return render(request, "procedures/list.html", shown)


async def new_page(request: Request) -> Response:
    """The form that begins a procedure."""
    return render(request, "procedures/new.html", await _new(request, None))


async def _new(request: Request, form: Form[NewForm] | None) -> pages.NewPage:
    lang = request.state.prefs.lang
    asked = request.query_params.get("kind", "")
    where = await _places(actor_of(request))
    kinds = {await places.is_village(one) for one in where} or {False}
    fits = [
        name
        for name in procedure_ids()
        if any(rules.refuse_where(load_data(name).get("where", ""), one) is None for one in kinds)
        and allow(actor_of(request), _action_of(load_data(name)))
    ]
    plans = [(name, procedure_from(load_data(name))) for name in fits]
    communities = {f"/{'/'.join(map(str, one.ancestor_ids[:3]))}/" for one in where}
    matters = await service.matters_to_take(communities)
    return pages.NewPage(
        form=form,
        templates=[(name, plan.title.pick(lang), plan.summary.pick(lang)) for name, plan in plans],
        places=[(one.id, one.name_en if lang == "en" else one.name_zh) for one in where],
        matters=[(one.number, f"{one.number} {one.title}") for one in matters],
        matter=request.query_params.get("matter", "")[:16],
        items=[(one, t(lang, f"questions-item-{one}", n=one)) for one in ITEMS_278],
        chosen=asked if asked in fits else "",
    )


async def _places(actor: Actor) -> list[Place]:
    """Communities and compounds for which the actor may begin a procedure."""
    kinds = [PlaceKind.COMMUNITY, PlaceKind.COMPOUND]
    found: dict[int, Place] = {}
    for grant in actor.grants:
        for place in await Place.filter(path__startswith=grant.place_path, kind__in=kinds).order_by("path").limit(60):
            if service.refuse_begin(actor, place.path, is_alarm=True) is None:
                found[place.id] = place
    return list(found.values())


async def begin(request: Request) -> Response:
    """Begin a procedure and show it."""
    form = await read_form(request, NewForm)
    if form.value is not None:
        sent = form.value
        try:
            made = await service.begin(
                actor_of(request),
                place_id=sent.place_id,
                template=sent.template,
                title=sent.title,
                title_en=sent.title_en,
                matter=sent.matter,
                item=sent.item,
                alarm_at=sent.alarm_at,
            )
            return redirect(f"/procedures/{made.number}", flash="procedures-flash-begun")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return render(request, "procedures/new.html", await _new(request, form), status=422)


async def procedure_page(request: Request) -> Response:
    """One procedure: where it stands, what it waits for, what has been, what is to come."""
    return render(request, "procedures/procedure.html", await _page(request, await find_procedure(request), None))


async def _page(request: Request, procedure: Procedure, form: Form[Any] | None) -> pages.ProcedurePage:
    lang, actor = request.state.prefs.lang, actor_of(request)
    plan, scope = procedure.plan, await service.scope_of(procedure)
    found = await pages.present(procedure, lang)
    step, stage, facts = found or (None, None, None)
    papers = await pages.papers_of(procedure, lang)
    is_open, phase = stage is not None and facts is not None, phase_of(procedure.state, stage.kind if stage else None)
    refusal = rules.refuse_go_on(stage, facts, published_calendar(), clock.now()) if stage and facts else None
    notice = stage.notice if stage is not None else None
    texts = {one: _text(papers, one) for one in (stage.gives if stage is not None else ())}
    if CANDIDATES in texts and facts is not None and CANDIDATES not in facts.papers:
        texts[CANDIDATES] = await service_by_election.list_of(procedure) or texts[CANDIDATES]
    today = clock.local(clock.now()).date()
    held = await service.roles_at(actor, procedure)
    posted = await service.shown_at(procedure, step) if step is not None else ""
    return pages.ProcedurePage(
        number=procedure.number,
        title=procedure.title_in(lang),
        place=place_name_of(procedure.place, lang),
        matter=await service.matter_of(procedure),
        kind=plan.title.pick(lang),
        template=procedure.template,
        summary=plan.summary.pick(lang),
        system=plan.system,
        state=procedure.state.value,
        ended_reason=procedure.ended_reason,
        stage_title=stage.title.pick(lang) if stage else "",
        stage_say=stage.say.pick(lang) if stage else "",
        stage_kind=stage.kind.value if stage else "",
        step_id=step.id if step else 0,
        waits=pages.waits_now(stage, plan, facts, lang) if stage and facts else [],
        is_late=step is not None and step.due_at is not None and clock.now() > step.due_at,
        due_at=step.due_at if step else None,
        alarm_at=procedure.alarm_at,
        clocks=[
            (plan.stage(one.stage).title.pick(lang), one) for one in await service_alarm.alarm_clocks_of(procedure)
        ],
        may_go=is_open and refusal is None,
        back=_back(stage, facts, procedure.plan, lang) if stage and facts and refusal is None else "",
        papers=papers,
        wanted=[
            pages.paper_line(plan.paper(one), lang, text, is_yours=not rules.refuse_giver(plan.paper(one), held))
            for one, text in texts.items()
        ],
        voices=await pages.voices_of(procedure),
        thread=await pages.thread_of(procedure, lang),
        picture=pages.picture_of(plan, lang, await pages.states_of(procedure)),
        law=law_lines(_any_sitting(procedure.plan_data), lang),
        meeting=step.meeting.public_id if step is not None and step.meeting is not None else "",
        day=earliest_day(today, notice, published_calendar()).isoformat() if notice else "",
        acts=acts_open(phase, parts_of(actor, scope)),
        may_say=phase in RIGHTS[Act.SEND_VOICE].phases and not posted,
        notice=posted,
        form=form,
        version=procedure.version,
    )


def _back(stage: StagePlan, facts: rules.Facts, plan: ProcedurePlan, lang: str) -> str:
    """Said before a vote that failed leads back."""
    return pages.back_of(stage, plan, lang) if rules.outcome_of(stage, facts) is rules.Outcome.FAILED else ""


def _text(papers: list[pages.PaperLine], paper: str) -> str:
    return next((one.text for one in papers if one.paper == paper), "")


async def _refused(
    request: Request, procedure: Procedure, form: Form[Any], refusal: Refused | None, status: int
) -> Response:
    """The same page with the refusal in words and nothing typed lost."""
    if refusal is not None:
        if refusal.args_for_text.get("until"):
            lang = request.state.prefs.lang
            refusal.args_for_text["until"] = day_text(lang, date.fromisoformat(str(refusal.args_for_text["until"])))
        form.refuse(request.state.prefs.lang, refusal)
    return render(request, "procedures/procedure.html", await _page(request, procedure, form), status=status)


def _shown(procedure: Procedure, flash: str) -> Response:
    return redirect(f"/procedures/{procedure.number}", flash=flash)


async def give_paper(request: Request) -> Response:
    """Put in the text of a paper."""
    procedure, form = await find_procedure(request), await read_form(request, TextForm)
    sent = form.value or TextForm()
    try:
        await service.give_paper(actor_of(request), procedure.id, request.path_params["paper"], sent.text)
    except Refused as refusal:
        return await _refused(request, procedure, form, refusal, 422)
    return _shown(procedure, "procedures-flash-saved")


async def send_voice(request: Request) -> Response:
    """Say what one thinks."""
    procedure, form = await find_procedure(request), await read_form(request, TextForm)
    sent = form.value or TextForm()
    try:
        await service.send_voice(actor_of(request), procedure.id, sent.text)
    except Refused as refusal:
        return await _refused(request, procedure, form, refusal, 422)
    return _shown(procedure, "procedures-flash-heard")


async def hide_voice(request: Request) -> Response:
    """Take from view what somebody sent in, with a reason."""
    procedure, form = await find_procedure(request), await read_form(request, TextForm)
    sent = form.value or TextForm()
    try:
        await service.hide_voice(actor_of(request), procedure.id, request.path_params["voice_id"], sent.reason)
    except Refused as refusal:
        return await _refused(request, procedure, form, refusal, 422)
    return _shown(procedure, "procedures-flash-saved")


async def call_sitting(request: Request) -> Response:
    """Draft the meeting of this stage and go on to its agenda."""
    procedure, form = await find_procedure(request), await read_form(request, SittingForm)
    if form.value is None:
        return await _refused(request, procedure, form, None, 422)
    sent = form.value
    starts_at = datetime.combine(sent.day, sent.time.replace(tzinfo=None), SHANGHAI)
    try:
        meeting = await service.call_sitting(
            actor_of(request), procedure.id, starts_at=starts_at, mode=sent.mode, venue=sent.venue
        )
    except Refused as refusal:
        if refusal.field == "starts_at":
            refusal.field = "day"
        return await _refused(request, procedure, form, refusal, 422)
    return redirect(f"/meetings/{meeting.public_id}/compose", flash="meetings-flash-drafted")


async def go_on(request: Request) -> Response:
    """On to the next stage; what is missing is said in words."""
    procedure, form = await find_procedure(request), await read_form(request, GoForm)
    if form.value is None:
        return await _refused(request, procedure, form, None, 422)
    try:
        await service.go_on(actor_of(request), procedure.id, after=form.value.seen)
    except Refused as refusal:
        return await _refused(request, procedure, form, refusal, 409)
    return _shown(procedure, "procedures-flash-gone-on")


async def withdraw(request: Request) -> Response:
    """End the procedure early, with a reason."""
    procedure, form = await find_procedure(request), await read_form(request, TextForm)
    sent = form.value or TextForm()
    try:
        await service.withdraw(actor_of(request), procedure.id, sent.reason)
    except Refused as refusal:
        return await _refused(request, procedure, form, refusal, 422)
    return _shown(procedure, "procedures-flash-saved")


_AT = "/procedures/{number}"
ROUTES: list[BaseRoute] = [
    page("/kinds", kinds_page, action="procedures.read"),
    page("/kinds/{name}", kind_page, action="procedures.read"),
    page("/procedures", list_page, action="procedures.read"),
    page("/procedures/new", new_page, action="procedures.begin"),
    acting("/procedures/new", begin, act=Act.BEGIN),
    page(_AT, procedure_page, action="procedures.read"),
    acting(f"{_AT}/papers/{{paper}}", give_paper, act=Act.GIVE_PAPER, scope=procedure_scope),
    acting(f"{_AT}/voices", send_voice, act=Act.SEND_VOICE),
    acting(f"{_AT}/voices/{{voice_id:int}}/hide", hide_voice, act=Act.HIDE_VOICE, scope=procedure_scope),
    acting(f"{_AT}/sitting", call_sitting, act=Act.CALL_SITTING, scope=procedure_scope),
    acting(f"{_AT}/go-on", go_on, act=Act.GO_ON, scope=procedure_scope),
    acting(f"{_AT}/withdraw", withdraw, act=Act.WITHDRAW, scope=procedure_scope),
    *routes_by_election.ROUTES,
]
