"""The register of tasks pushed to communities: for everybody to read, to ask, and to decide."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form, row_id
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.centres import service, service_gate
from linyue.centres.model_gate import PushedTask
from linyue.centres.rules_gate import PUSHERS, GateState, Ground
from linyue.centres.rules_terms import Level

SHOWN = 50
DECISIONS = (GateState.ALLOWED, GateState.ADMITTED, GateState.REFUSED)


class AskForm(FormModel):
    """A task from above."""

    form_id: str = Field(min_length=16, max_length=40)
    community: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=80)
    office: str = Field(min_length=1, max_length=80)
    pushed_by: Level
    minutes_week: int = Field(ge=1, le=10_000)
    text: str = Field(default="", max_length=1000)
    item: str = Field(default="", max_length=20)


class DecideForm(FormModel):
    """What the gate says."""

    to: GateState
    reason: str = Field(default="", max_length=1000)
    ground: str = Field(default="", max_length=16)
    ends_on: str = Field(default="", max_length=10)
    means: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The register."""

    tabs: list[tuple[str, str, bool, int | None]]
    tasks: list[PushedTask]
    page: int
    pages: int
    can_ask: bool


@dataclass(frozen=True, slots=True)
class AskPage:
    communities: list[tuple[str, str]]
    items: list[tuple[str, str]]
    form: Form[Any]
    form_id: str
    levels: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task: what is wanted, what was decided, or the form to decide."""

    task: PushedTask
    item: str
    is_listed: bool
    is_forbidden: bool
    """The list says that the office's level may not hand this item down."""
    can_decide: bool
    decisions: list[tuple[str, str]]
    grounds: list[tuple[str, str]]
    form: Form[Any]


async def register_page(request: Request) -> Response:
    """Everything that came to the gate."""
    actor = actor_of(request)
    wanted = request.query_params.get("state", "")
    state = GateState(wanted) if wanted in {one.value for one in GateState} else None
    number = max(1, row_id(request.query_params.get("page", "1")) or 1)
    tasks, count = await service_gate.register(state, SHOWN, (number - 1) * SHOWN)
    tabs: list[tuple[str, str, bool, int | None]] = [(t(actor.lang, "centres-gate-all"), "/gate", state is None, None)]
    for one in GateState:
        tabs.append((t(actor.lang, f"centres-gate-state-{one.value}"), f"/gate?state={one.value}", one is state, None))
    pages = max(1, -(-count // SHOWN))
    return render(
        request, "centres/gate.html", RegisterPage(tabs, tasks, number, pages, allow(actor, "centres.gate.ask"))
    )


async def ask_page(request: Request) -> Response:
    """Put a task before the gate."""
    return await _ask(request, empty())


async def _ask(request: Request, form: Form[Any]) -> Response:
    lang = actor_of(request).lang
    try:
        index = await service.catalogue_index()
        items = [(i.code, i.name.zh if lang == "zh-CN" else i.name.en) for i in index.catalogue.items]
    except NotFound:
        items = []
    levels = [(one.value, t(lang, f"centres-term-level-{one.value}")) for one in PUSHERS]
    shown = AskPage(await service.communities_for_choice(lang), items, form, secrets.token_urlsafe(16), levels)
    return render(request, "centres/gate_ask.html", shown, status=422 if form.errors else 200)


async def ask(request: Request) -> Response:
    """Ask."""
    form = await read_form(request, AskForm)
    if form.value is not None:
        sent = form.value
        try:
            new = service_gate.NewTask(
                sent.form_id,
                sent.community,
                sent.title,
                sent.office,
                sent.minutes_week,
                sent.text,
                sent.item,
                sent.pushed_by,
            )
            task = await service_gate.ask(actor_of(request), new)
            return redirect(f"/gate/{task.id}", flash="centres-gate-flash-asked")
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _ask(request, form)


async def task_scope(request: Request) -> Scope:
    """The community a task is for. Raises NotFound."""
    request.state.task = await service_gate.task_of(int(request.path_params["id"]))
    return Scope(place_path=request.state.task.community.path)


async def task_page(request: Request) -> Response:
    """One task."""
    return await _task(request, empty())


async def _task(request: Request, form: Form[Any]) -> Response:
    task: PushedTask = request.state.task
    actor = actor_of(request)
    lang = actor.lang
    try:
        item = (await service.catalogue_index()).by_code.get(task.item_code)
    except NotFound:
        item = None
    may = allow(actor, "centres.gate.decide", Scope(place_path=task.community.path))
    view = TaskPage(
        task=task,
        item=(item.name.zh if lang == "zh-CN" else item.name.en) if item else "",
        is_listed=await service_gate.listed(task),
        is_forbidden=await service_gate.forbidden(task),
        can_decide=task.state is GateState.ASKED and may and task.asked_by_id != actor.person_id,
        decisions=[(one.value, t(lang, f"centres-gate-to-{one.value}")) for one in DECISIONS],
        grounds=[(one.value, t(lang, f"centres-gate-ground-{one.value}")) for one in Ground if one is not Ground.LIST],
        form=form,
    )
    return render(request, "centres/gate_task.html", view, status=422 if form.errors else 200)


async def decide(request: Request) -> Response:
    """Decide."""
    form = await read_form(request, DecideForm)
    if form.value is not None:
        sent = form.value
        decision = service_gate.Decision(
            sent.to,
            sent.reason,
            Ground(sent.ground) if sent.ground in {one.value for one in Ground} else None,
            _day(sent.ends_on),
            sent.means,
        )
        try:
            task = await service_gate.decide(actor_of(request), request.state.task.id, decision)
            return redirect(f"/gate/{task.id}", flash="centres-gate-flash-decided")
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _task(request, form)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


ROUTES: list[BaseRoute] = [
    page("/gate", register_page, action="centres.gate.read"),
    page("/gate/new", ask_page, action="centres.gate.ask"),
    post("/gate/new", ask, action="centres.gate.ask"),
    page("/gate/{id:int}", task_page, action="centres.gate.read", scope=task_scope),
    post("/gate/{id:int}/decide", decide, action="centres.gate.decide", scope=task_scope),
]
