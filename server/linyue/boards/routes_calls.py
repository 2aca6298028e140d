"""Is it really fixed: the reporter's page with three buttons, and the desk's list of those without an account."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import day_text, daytime_text, redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.boards import service_follow
from linyue.boards.model import FollowUp
from linyue.boards.rules_follow import Answer, refuse_try
from linyue.boards.service_follow import Calls
from linyue.matters import service as matters
from linyue.matters import service_views
from linyue.matters.model import Matter
from linyue.matters.rules import TEXT_AT_MOST
from linyue.matters.service_contact import whom_to_call
from linyue.matters.service_views import RowView


class AnswerForm(FormModel):
    """One of three answers."""

    answer: Answer


class ReopenForm(FormModel):
    """What is still not right."""

    version: int
    text: str = Field(min_length=1, max_length=TEXT_AT_MOST)


@dataclass(frozen=True, slots=True)
class FixedPage:
    """The question, or what was answered and what can follow."""

    number: str
    title: str
    done: str
    result: str
    base: str
    """Where the forms go: the reporter's page or the desk's."""
    is_desk: bool
    is_own: bool
    """The reader handled it, so a colleague calls."""
    phone: str
    name: str
    """What somebody without an account is called, for the desk."""
    answer: str
    tried: str
    """How often nobody answered and when last, in words; empty for never."""
    can_try: bool
    can_reopen: bool
    is_open: bool
    version: int
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class CallsPage:
    """Whom to call."""

    rows: list[RowView]
    calls: Calls


async def matter_scope(request: Request) -> Scope:
    """Load the matter named in the address. Raises NotFound."""
    number = str(request.path_params["number"])
    matter = await Matter.get_or_none(number=number).select_related("community", "place")
    if matter is None:
        raise NotFound()
    request.state.matter = matter
    return await matters.scope_of(matter)


def _matter(request: Request) -> Matter:
    matter: Matter = request.state.matter
    return matter


def _is_desk(request: Request) -> bool:
    return request.url.path.startswith("/desk/")


def _base(request: Request, matter: Matter) -> str:
    return f"/desk/calls/{matter.number}" if _is_desk(request) else f"/m/{matter.number}/fixed"


async def fixed_page(request: Request) -> Response:
    """The question with its three buttons, or what was answered."""
    return await _show(request, empty())


async def _show(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor, matter = actor_of(request), await Matter.get(id=_matter(request).id)
    found = await service_follow.follow_up_of(matter)
    is_desk = _is_desk(request)
    if is_desk and not found.is_call:
        raise NotFound()
    is_own = is_desk and found.answer is None and await service_follow.is_own_work(actor, matter)
    ask_phone = is_desk and found.answer is None and not is_own
    phone, name = await whom_to_call(actor, matter) if ask_phone else ("", "")
    carried = await service_follow.carried_by(matter)
    shown = FixedPage(
        number=matter.number,
        title=matter.title if is_desk else service_views.title_of(actor.lang, matter),
        done=day_text(actor.lang, carried.completed_at or found.asked_at),
        result=carried.result_text,
        base=_base(request, matter),
        is_desk=is_desk,
        is_own=is_own,
        phone=phone,
        name=name,
        answer=found.answer.value if found.answer else "",
        tried=_tried(actor.lang, found),
        can_try=ask_phone and refuse_try(found.tries, found.tried_at, clock.now()) is None,
        can_reopen=service_follow.can_reopen(carried, found),
        is_open=carried.state not in service_follow.ENDED,
        version=carried.version,
        form=form,
    )
    return render(request, "boards/fixed.html", shown, status=status)


def _tried(lang: str, found: FollowUp) -> str:
    if not found.tries or found.tried_at is None:
        return ""
    return t(lang, "boards-fixed-tried", n=found.tries, when=daytime_text(lang, found.tried_at))


async def take_answer(request: Request) -> Response:
    """Take one of the three answers."""
    actor, matter = actor_of(request), _matter(request)
    form = await read_form(request, AnswerForm)
    if form.value is not None:
        try:
            await service_follow.answer(actor, matter, form.value.answer, is_noted=_is_desk(request))
            return redirect(_base(request, matter), flash="boards-flash-answered")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _show(request, form, 422)


async def not_reached(request: Request) -> Response:
    """Nobody answered; on to the next one on the list."""
    form = await read_form(request, FormModel)
    try:
        await service_follow.not_reached(actor_of(request), _matter(request))
    except Refused as refusal:
        form.refuse(actor_of(request).lang, refusal)
        return await _show(request, form, 422)
    return redirect("/desk/calls", flash="boards-flash-not-reached")


async def reopen(request: Request) -> Response:
    """Open it again."""
    actor, matter = actor_of(request), _matter(request)
    form = await read_form(request, ReopenForm)
    if form.value is not None:
        try:
            await service_follow.reopen(actor, matter, form.value.version, form.value.text)
            return redirect(_base(request, matter), flash="boards-flash-reopened")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _show(request, form, 422)


async def calls_page(request: Request) -> Response:
    """Reporters without an account, to be called."""
    actor = actor_of(request)
    calls = await service_follow.to_call(actor)
    shown = await service_views.rows_of(actor.lang, calls.now, href="/desk/calls/", is_staff=True)
    return render(request, "boards/calls.html", CallsPage(shown, calls))


ROUTES: list[BaseRoute] = [
    page("/m/{number}/fixed", fixed_page, action="boards.answer", scope=matter_scope),
    post("/m/{number}/fixed", take_answer, action="boards.answer", scope=matter_scope),
    post("/m/{number}/fixed/reopen", reopen, action="boards.answer", scope=matter_scope),
    page("/desk/calls", calls_page, action="boards.calls"),
    page("/desk/calls/{number}", fixed_page, action="boards.calls", scope=matter_scope),
    post("/desk/calls/{number}", take_answer, action="boards.calls", scope=matter_scope),
    post("/desk/calls/{number}/not-reached", not_reached, action="boards.calls", scope=matter_scope),
    post("/desk/calls/{number}/reopen", reopen, action="boards.calls", scope=matter_scope),
]
