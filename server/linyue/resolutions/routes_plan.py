"""Pages of a meeting's action plan: its lines, writing one, changing one in the open, calling one kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, Narrowed, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.meetings import service as meetings
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.people.model import Person
from linyue.resolutions import service_plan, service_read
from linyue.resolutions.rules import ResolutionState
from linyue.resolutions.service_plan import PlanLine
from linyue.rounds.finding import find_meeting


class LineForm(FormModel):
    """Who does what by when, and what proves it."""

    text: str = Field(default="", max_length=2000)
    owner: str = Field(default="", max_length=24)
    due: date
    proof: str = Field(default="", max_length=2000)
    question: str = Field(default="", max_length=24)


class KeptForm(FormModel):
    """What was done."""

    text: str = Field(default="", max_length=2000)
    version: int = Field(ge=1)


class ChangeLineForm(FormModel):
    """Another owner or day, and why."""

    owner: str = Field(default="", max_length=24)
    due: date
    reason: str = Field(default="", max_length=200)
    version: int = Field(ge=1)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One line, to be given another owner or day."""

    public_id: str
    line: PlanLine
    owners: Narrowed
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The plan of one meeting. `may_keep`, `may_change`: lines the reader may call kept, or change."""

    public_id: str
    title: str
    code: str
    lines: list[PlanLine]
    may_write: bool
    may_keep: list[int]
    may_change: list[int]
    owners: Narrowed | None
    votes: list[tuple[str, str]]
    form: Form[Any]
    keep: Form[Any]
    keeping: int
    """The line whose form was refused."""
    console: str = ""
    """Address of the chair's console, for the chair while the meeting runs."""


async def plan_scope(request: Request) -> Scope:
    """Who holds which office of the meeting of the address."""
    return await meetings.scope_of(await find_meeting(request))


async def line_scope(request: Request) -> Scope:
    """The same, with who carries the line."""
    meeting = await find_meeting(request)
    line = await service_plan.line_of(meeting.id, request.path_params["line_id"])
    return await service_plan.scope_of_line(meeting, line)


async def show(request: Request) -> Response:
    """Who does what by when."""
    return await _page(request, await find_meeting(request), empty(), empty())


async def _page(
    request: Request, meeting: Meeting, form: Form[Any], keep: Form[Any], status: int = 200, keeping: int = 0
) -> Response:
    actor, lang = actor_of(request), request.state.prefs.lang
    held = meeting.state in (MeetingState.RUNNING, MeetingState.ENDED)
    may_write = held and allow(actor, "plan.write", await meetings.scope_of(meeting))
    lines, may_keep, may_change = await service_plan.plan_of(meeting.id), [], []
    for line in lines:
        row = await service_plan.line_of(meeting.id, line.line_id)
        if line.state is not ResolutionState.EXECUTING:
            continue
        scope = await service_plan.scope_of_line(meeting, row)
        if allow(actor, "plan.keep", scope):
            may_keep.append(line.line_id)
        if allow(actor, "plan.change", scope):
            may_change.append(line.line_id)
    votes = await service_plan.adopted_in(meeting.id) if may_write else []
    shown = PlanPage(
        public_id=meeting.public_id,
        title=meeting.title_in(lang),
        code=meeting.join_code or "",
        lines=lines,
        may_write=may_write,
        may_keep=may_keep,
        may_change=may_change,
        owners=await _owners(request, meeting, form) if may_write else None,
        votes=[(one.public_id, one.text_in(lang)) for one in votes],
        form=form,
        keep=keep,
        keeping=keeping,
        console=f"/run/{meeting.public_id}" if await _is_chairing(actor, meeting) else "",
    )
    return render(request, "resolutions/plan.html", shown, status=status)


async def _owners(request: Request, meeting: Meeting, form: Form[Any], now: tuple[str, str] | None = None) -> Narrowed:
    who = request.query_params.get("who", "")
    return await service_read.owners_for(
        meeting.id, request.state.prefs.lang, who, keep=str(form.get("owner")), now=now
    )


async def _is_chairing(actor: Actor, meeting: Meeting) -> bool:
    return meeting.state is MeetingState.RUNNING and allow(actor, "rounds.run", await meetings.scope_of(meeting))


async def add(request: Request) -> Response:
    """Write one line."""
    meeting, form = await find_meeting(request), await read_form(request, LineForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_plan.add_line(
                actor_of(request),
                meeting.id,
                text=sent.text,
                owner_public_id=sent.owner,
                due_on=sent.due,
                proof=sent.proof,
                question_public_id=sent.question,
            )
            return redirect(f"/meetings/{meeting.public_id}/plan", flash="resolutions-flash-line")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _page(request, meeting, form, empty(), 422)


async def keep(request: Request) -> Response:
    """The line is done."""
    meeting, form = await find_meeting(request), await read_form(request, KeptForm)
    line_id = request.path_params["line_id"]
    if form.value is not None:
        try:
            sent = form.value
            await service_plan.keep_line(actor_of(request), meeting.id, line_id, text=sent.text, version=sent.version)
            return redirect(f"/meetings/{meeting.public_id}/plan", flash="resolutions-flash-kept")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _page(request, meeting, empty(), form, 422, line_id)


async def change_form(request: Request) -> Response:
    """The form for another owner or day."""
    return await _change_page(request, None)


async def change(request: Request) -> Response:
    """Another owner or day, in the open."""
    meeting, form = await find_meeting(request), await read_form(request, ChangeLineForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_plan.change_line(
                actor_of(request),
                meeting.id,
                request.path_params["line_id"],
                owner_public_id=sent.owner,
                due_on=sent.due,
                reason=sent.reason,
                version=sent.version,
            )
            return redirect(f"/meetings/{meeting.public_id}/plan", flash="resolutions-flash-changed")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _change_page(request, form)


async def _change_page(request: Request, form: Form[Any] | None) -> Response:
    meeting, line_id = await find_meeting(request), request.path_params["line_id"]
    line = next((one for one in await service_plan.plan_of(meeting.id) if one.line_id == line_id), None)
    if line is None:
        raise NotFound()
    now = await Person.get(id=line.owner_id)
    shown = form or empty(owner=now.public_id, due=clock.local(line.due_at).date().isoformat())
    owners = await _owners(request, meeting, shown, (now.public_id, line.owner_name))
    page = ChangePage(meeting.public_id, line, owners, shown)
    return render(request, "resolutions/line.html", page, status=422 if form is not None else 200)


ROUTES: list[BaseRoute] = [
    page("/meetings/{public_id}/plan", show, action="plan.read"),
    post("/meetings/{public_id}/plan", add, action="plan.write", scope=plan_scope),
    page("/meetings/{public_id}/plan/{line_id:int}/change", change_form, action="plan.change", scope=line_scope),
    post("/meetings/{public_id}/plan/{line_id:int}/change", change, action="plan.change", scope=line_scope),
    post("/meetings/{public_id}/plan/{line_id:int}/keep", keep, action="plan.keep", scope=line_scope),
]
