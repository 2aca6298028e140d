"""Pages of the X of 7+X: open calls, putting oneself forward, and the desk where the council admits."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import LARGEST_ID, Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page
from linyue.base.workdays import day_end
from linyue.councils import service, service_x
from linyue.councils.acting import acting
from linyue.councils.model import Council, XApplication, XCall, XMember
from linyue.councils.rules_rights import Act, Phase
from linyue.councils.rules_x import Way
from linyue.councils.service_rights import phase_here
from linyue.councils.service_rules import rules_now
from linyue.people import service as people
from linyue.people.service_roles import person_meant


class ForwardForm(FormModel):
    """Which way, which call or topic, and a few words. Text limits are the rules' business."""

    way: Way
    call: int | None = Field(default=None, gt=0, le=LARGEST_ID)
    topic: str = Field(default="", max_length=400)
    words: str = Field(default="", max_length=2000)

    @field_validator("call", mode="before")
    @classmethod
    def _none_given(cls, value: object) -> object:
        return value or None


class CallForm(FormModel):
    """A new open call."""

    topic: str = Field(default="", max_length=400)
    text: str = Field(default="", max_length=2000)
    wanted: int = Field(default=1, ge=1, le=20)
    closes: date


class DecideForm(FormModel):
    """Admitted until a day, or declined with words."""

    decision: Literal["admit", "decline"]
    ends: date | None = None
    matter: str = Field(default="", max_length=20)
    answer: str = Field(default="", max_length=2000)

    @field_validator("ends", mode="before")
    @classmethod
    def _none_given(cls, value: object) -> object:
        return value or None


class InviteForm(FormModel):
    """Somebody the council asks by itself: who knows the subject, or whom it touches."""

    who: str = Field(min_length=1, max_length=40)
    way: Way
    topic: str = Field(min_length=1, max_length=120)
    matter: str = Field(default="", max_length=20)
    ends: date


class NoForm(FormModel):
    """A button."""


@dataclass(frozen=True, slots=True)
class JoinPage:
    """Open calls, the form, and what the reader has sent."""

    council: Council
    calls: list[XCall]
    own: list[XApplication]
    ways: list[str]
    is_on_roll: bool
    may_send: bool
    days: int
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The council's own list: who waits, which calls run, who sits as X until when."""

    council: Council
    waiting: list[XApplication]
    calls: list[XCall]
    x_members: list[XMember]
    bound: dict[int, service.BoundTo]
    """By id of an enthusiast: the one matter they are there for."""
    vacant: list[int]
    days: int


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    council: Council
    sent: XApplication
    form: Form[Any]
    days: int


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form of the council's desk: `step` is call or x."""

    council: Council
    step: str
    ways: list[str]
    days: int
    form: Form[Any]


async def _council(request: Request) -> Council:
    return await service.council_by_code(request.path_params["code"])


async def council_scope(request: Request) -> Scope:
    """The place of a council."""
    return Scope(place_path=(await _council(request)).place.path)


async def council_phase(request: Request) -> Phase:
    """Whether the place has its council."""
    return await phase_here(request.path_params["code"])


async def join_page(request: Request) -> Response:
    """What the council looks for, and the form to put oneself forward."""
    asked = request.query_params.get("call", "")
    start = {"call": asked, "way": Way.CALL.value} if asked else {}
    return await _join(request, empty(**start))


async def _join(request: Request, form: Form[Any]) -> Response:
    council, actor = await _council(request), actor_of(request)
    calls = await XCall.open_at(council.id, clock.now())
    is_on_roll = await people.is_on_roll(actor, council.place.path)
    own = await service_x.own_applications(actor.person_id, council.id) if actor.person_id else []
    waits = any(one.state.value == "waiting" for one in own)
    sits = bool(actor.person_id) and await service.is_member(council.id, actor.person_id or 0)
    ways = [way.value for way in Way if (way is not Way.CALL or calls) and (is_on_roll or way is Way.EXPERTISE)]
    shown = JoinPage(
        council, calls, own, ways, is_on_roll, actor.is_signed_in and not waits and not sits,
        (await rules_now()).x_days, form,
    )  # fmt: skip
    return render(request, "councils/join.html", shown, status=422 if form.errors else 200)


async def put_forward(request: Request) -> Response:
    """Put oneself forward."""
    council, form = await _council(request), await read_form(request, ForwardForm)
    if form.value is not None:
        sent = form.value
        call = sent.call if sent.way is Way.CALL else None
        try:
            await service_x.put_forward(
                actor_of(request), council, way=sent.way, topic=sent.topic, words=sent.words, call_id=call
            )
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/council/{council.place.code}/join", flash="councils-flash-sent")
    return await _join(request, form)


async def withdraw(request: Request) -> Response:
    """Take one's own application back."""
    council = await _council(request)
    await read_form(request, NoForm)
    await service_x.withdraw(actor_of(request), council, request.path_params["id"])
    return redirect(f"/council/{council.place.code}/join", flash="councils-flash-withdrawn")


async def work_page(request: Request) -> Response:
    """What waits for the council."""
    council = await _council(request)
    roster = await service.roster_of(council.place.code)
    shown = WorkPage(
        council,
        await service_x.waiting_for(council.id),
        await XCall.open_at(council.id, clock.now()),
        list(roster.x_members),
        await service.bound_to(roster.x_members, request.state.prefs.lang),
        [number for number, _, seat in roster.seats if seat is None],
        roster.rules.x_days,
    )
    return render(request, "councils/work.html", shown)


async def _sent(request: Request, council: Council) -> XApplication:
    found = await XApplication.get_or_none(id=request.path_params["id"], council_id=council.id).select_related(
        "person", "call"
    )
    if found is None:
        raise NotFound
    return found


async def application_page(request: Request) -> Response:
    """One who put themselves forward, and the form that answers."""
    half = clock.local(clock.now() + timedelta(days=180)).date().isoformat()
    return await _application(request, empty(ends=half))


async def _application(request: Request, form: Form[Any]) -> Response:
    council = await _council(request)
    sent = await _sent(request, council)
    shown = ApplicationPage(council, sent, form, (await rules_now()).x_days)
    return render(request, "councils/application.html", shown, status=422 if form.errors else 200)


async def decide(request: Request) -> Response:
    """Admit, or say no with words."""
    council, form = await _council(request), await read_form(request, DecideForm)
    if form.value is not None:
        sent, actor, which = form.value, actor_of(request), request.path_params["id"]
        try:
            if sent.decision == "admit":
                ends = day_end(sent.ends) if sent.ends else clock.now()
                await service_x.admit(actor, council, which, ends, sent.answer, sent.matter)
            else:
                await service_x.decline(actor, council, which, sent.answer)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/council/{council.place.code}/desk", flash=f"councils-flash-{sent.decision}")
    return await _application(request, form)


async def form_page(request: Request) -> Response:
    """The form of a new call, or of asking somebody by oneself."""
    step = request.url.path.split("/")[-2]
    first = clock.local(clock.now()).date()
    start = {"calls": {"closes": str(first + timedelta(days=14)), "wanted": "1"}, "x": {"way": Way.EXPERTISE.value}}
    return await _form_page(request, step, empty(**start[step]))


async def _form_page(request: Request, step: str, form: Form[Any]) -> Response:
    ways, rules = [Way.EXPERTISE.value, Way.AFFECTED.value], await rules_now()
    shown = FormPage(await _council(request), step, ways, rules.call_days if step == "calls" else rules.x_days, form)
    return render(request, "councils/ask.html", shown, status=422 if form.errors else 200)


async def open_call(request: Request) -> Response:
    """Ask openly."""
    council, form = await _council(request), await read_form(request, CallForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_x.open_call(
                actor_of(request),
                council,
                topic=sent.topic,
                text=sent.text,
                wanted=sent.wanted,
                closes_at=day_end(sent.closes),
            )
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/council/{council.place.code}/desk", flash="councils-flash-call")
    return await _form_page(request, "calls", form)


async def close_call(request: Request) -> Response:
    """End a call."""
    council = await _council(request)
    await read_form(request, NoForm)
    await service_x.close_call(actor_of(request), council, request.path_params["id"])
    return redirect(f"/council/{council.place.code}/desk", flash="councils-flash-call-closed")


async def invite(request: Request) -> Response:
    """Ask somebody the council knows."""
    council, form = await _council(request), await read_form(request, InviteForm)
    if form.value is not None:
        sent = form.value
        try:
            person = await person_meant(sent.who)
            ends = day_end(sent.ends)
            await service.invite_x_member(
                actor_of(request), council.id, person.id, sent.topic, clock.now(), ends, sent.way, sent.matter
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/council/{council.place.code}/desk", flash="councils-flash-invited")
    return await _form_page(request, "x", form)


async def may_work(request: Request, council: Council) -> bool:
    """Whether the reader looks after this council's X."""
    return allow(actor_of(request), "councils.x.admit", Scope(place_path=council.place.path))


_AT = "/council/{code}"
ROUTES: list[BaseRoute] = [
    page(f"{_AT}/join", join_page, action="councils.read"),
    acting(f"{_AT}/join", put_forward, act=Act.PUT_FORWARD),
    acting(f"{_AT}/join/{{id:int}}/withdraw", withdraw, act=Act.WITHDRAW),
    page(f"{_AT}/desk", work_page, action="councils.x.admit", scope=council_scope),
    page(f"{_AT}/calls/new", form_page, action="councils.x.admit", scope=council_scope),
    acting(f"{_AT}/calls/new", open_call, act=Act.OPEN_CALL, scope=council_scope, phase=council_phase),
    acting(f"{_AT}/calls/{{id:int}}/close", close_call, act=Act.CLOSE_CALL, scope=council_scope),
    page(f"{_AT}/x/new", form_page, action="councils.x.admit", scope=council_scope),
    acting(f"{_AT}/x/new", invite, act=Act.INVITE_X, scope=council_scope, phase=council_phase),
    page(f"{_AT}/applications/{{id:int}}", application_page, action="councils.x.admit", scope=council_scope),
    acting(f"{_AT}/applications/{{id:int}}", decide, act=Act.DECIDE, scope=council_scope),
]
