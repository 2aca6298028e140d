"""Desks of those who handle matters: the centre's clerks, the council's members, the community's own desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from tortoise.queryset import QuerySet

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Actor
from linyue.base.routing import PHOTO_BODY, actor_of, page, post, query_id
from linyue.matters import service_centre, service_handle, service_photos, service_urgent, service_views
from linyue.matters.model import Matter
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.routes_templates import fill
from linyue.matters.routes_triage import show_inbox
from linyue.matters.routes_work import work_page
from linyue.matters.rules import TEXT_AT_MOST, Doer, MatterState, ReturnReason
from linyue.matters.rules_clock import PauseReason
from linyue.matters.rules_measured import TOLD_AT_MOST
from linyue.matters.service_inbox import PER_PAGE, TABS, centre_desk, council_desk, pages_of
from linyue.matters.service_step import doers_of
from linyue.matters.service_templates import owners_for, with_template
from linyue.matters.service_views import RowView

EmptyIsNone = BeforeValidator(lambda typed: typed or None)


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A desk's list with its tabs."""

    title: str
    side: str
    tabs: list[tuple[str, str, bool, int]]
    rows: list[RowView]
    others: list[RowView]
    """The council's other matters, below the member's own kind."""
    tab: str
    q: str
    current: int
    last: int
    others_current: int = 1
    others_last: int = 1


class StepForm(FormModel):
    """What a handler writes; each step needs some of it."""

    version: int
    text: str = Field(default="", max_length=TEXT_AT_MOST)
    reason: ReturnReason = ReturnReason.OTHER
    pause: PauseReason = PauseReason.ANSWER
    suggested: str = Field(default="", max_length=80)
    until: date | None = None
    urgent: bool = False
    minutes: Annotated[int | None, EmptyIsNone] = Field(default=None, ge=1, le=TOLD_AT_MOST)
    """At the own desk: how long the matter took, from whoever completes it."""
    form_id: str = Field(default="", max_length=40)
    template: str = Field(default="", max_length=40)
    """An answer often given; it goes before the text."""
    fill: str = ""
    back: str = ""


async def centre_page(request: Request) -> Response:
    """The clerk's desk, page by page, or what a search finds of all it ever had."""
    actor, asked = actor_of(request), _asked(request)
    found = centre_desk(actor, asked.tab)
    rows, current, last = await _page(found, asked)
    tabs = []
    for one in TABS:
        count = await centre_desk(actor, one).count()
        tabs.append((t(actor.lang, f"matters-desk-{one}"), f"/desk/centre?tab={one}", one == asked.tab, count))
    shown = DeskPage(
        title=t(actor.lang, "matters-desk-centre"),
        side="centre",
        tabs=tabs,
        rows=await service_views.rows_of(actor.lang, rows, href="/desk/m/", is_staff=True),
        others=[],
        tab=asked.tab,
        q=asked.words,
        current=current,
        last=last,
    )
    return render(request, "matters/desk.html", shown)


async def council_page(request: Request) -> Response:
    """A member's list: the own kind first, page by page, then what the rest of the council has."""
    actor, asked = actor_of(request), _asked(request)
    own, current, last = await _page(council_desk(actor, asked.tab, is_own=True), asked)
    theirs = council_desk(actor, asked.tab, is_own=False).filter(owner_id__not=actor.person_id or 0)
    others, _, others_last = await _page(theirs, replace(asked, page=asked.others))
    tabs = []
    for one in TABS:
        count = await council_desk(actor, one, is_own=True).count()
        tabs.append((t(actor.lang, f"matters-desk-{one}"), f"/desk/council?tab={one}", one == asked.tab, count))
    shown = DeskPage(
        title=t(actor.lang, "matters-desk-council"),
        side="council",
        tabs=tabs,
        rows=await service_views.rows_of(actor.lang, own, href="/desk/m/", is_staff=True),
        others=await service_views.rows_of(actor.lang, others),
        tab=asked.tab,
        q=asked.words,
        current=current,
        last=last,
        others_current=min(asked.others, others_last),
        others_last=others_last,
    )
    return render(request, "matters/desk.html", shown)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which part of a desk's list is asked for."""

    tab: str
    words: str
    page: int
    others: int


def _asked(request: Request) -> _Asked:
    words = request.query_params.get("q", "").strip()[:40]
    tab = "all" if words else _tab(request)
    return _Asked(tab, words, query_id(request, "page") or 1, query_id(request, "others") or 1)


async def _page(found: QuerySet[Matter], asked: _Asked) -> tuple[list[Matter], int, int]:
    """The rows of one page, its number, and the last page that is offered."""
    found = found.filter(service_views.search(asked.words)) if asked.words else found
    current, last = await pages_of(found, asked.page, is_open_ended=asked.tab in ("done", "all"))
    rows = found.offset((current - 1) * PER_PAGE).limit(PER_PAGE).select_related("place")
    return await rows, current, last


def _tab(request: Request) -> str:
    tab = request.query_params.get("tab", "new")
    return tab if tab in TABS else "new"


def _back(actor: Actor, matter: Matter) -> str:
    """The list this matter stands on for this reader."""
    if matter.owner_role == "centre_clerk":
        return "/desk/centre"
    return "/desk/council" if matter.owner_id == actor.person_id and matter.way == "council" else "/triage?queue=mine"


async def matter_desk(request: Request) -> Response:
    """One matter with every step its handler may take."""
    return await _show(request, empty())


async def _show(request: Request, form: Form[Any], *, opened: str = "", status: int = 200) -> Response:
    if status != 200:
        await matter_scope(request)
    matter = matter_of(request)
    shown = await work_page(request, matter, form, back=_back(actor_of(request), matter), opened=opened)
    return render(request, "matters/work.html", shown, status=status)


async def _with_template(request: Request, matter: Matter, form: StepForm) -> StepForm:
    owners = owners_for(actor_of(request), matter)
    return form.model_copy(update={"text": await with_template(owners, form.template, form.text)})


async def _filled(request: Request, matter: Matter, form: Form[StepForm], name: str) -> Response:
    """The same form with the picked answer in its words; photos that came along are kept for when it is sent."""
    photos, form_id = form.files.get("photos", []), str(form.get("form_id"))[:40]
    try:
        if photos and form_id and name == "complete":
            raws = [await one.read() for one in photos]
            await service_photos.keep_photos(actor_of(request), request.app.state.settings.data, form_id, raws)
    except Refused as refusal:
        form.refuse(actor_of(request).lang, refusal)
    return await _show(request, form, opened=name, status=422 if form.errors else 200)


Do = Callable[[Request, Matter, StepForm], Awaitable[object]]


def _step(name: str, do: Do) -> Callable[[Request], Awaitable[Response]]:
    """A handler for one step: read the form, call the service, come back to the page."""

    async def handler(request: Request) -> Response:
        matter = matter_of(request)
        form = await read_form(request, StepForm)
        if await fill(actor_of(request).lang, form, "text", owners_for(actor_of(request), matter)):
            return await _filled(request, matter, form, name)
        if form.value is not None:
            try:
                await do(request, matter, await _with_template(request, matter, form.value))
                return redirect(f"/desk/m/{matter.number}", flash=f"matters-flash-{name}")
            except Refused as refusal:
                form.refuse(actor_of(request).lang, refusal)
        return await _show(request, form, opened=name, status=422)

    handler.__name__ = name.replace("-", "_")
    return handler


async def _accept(request: Request, matter: Matter, form: StepForm) -> None:
    await service_handle.accept(actor_of(request), matter.id, form.version)


async def _return(request: Request, matter: Matter, form: StepForm) -> None:
    actor = actor_of(request)
    await service_handle.give_back(actor, matter.id, form.version, form.reason, form.text, form.suggested)


async def _ask(request: Request, matter: Matter, form: StepForm) -> None:
    await service_handle.ask(actor_of(request), matter.id, form.version, form.text, form.pause)


async def _forward(request: Request, matter: Matter, form: StepForm) -> None:
    await service_centre.forward(actor_of(request), matter.id, form.version, form.text)


async def _recall(request: Request, matter: Matter, form: StepForm) -> None:
    await service_centre.recall(actor_of(request), matter.id, form.version, form.text)


async def _resume(request: Request, matter: Matter, form: StepForm) -> None:
    await service_handle.resume(actor_of(request), matter.id, form.version)


async def urgent(request: Request) -> Response:
    """Mark as urgent, or a false alarm. Whoever sorts the matter stays at the queue with it."""
    actor, matter = actor_of(request), matter_of(request)
    is_sorting = matter.state is MatterState.REPORTED and bool(doers_of(actor, matter) & {Doer.DESK, Doer.OFFICER})
    form = await read_form(request, StepForm)
    if form.value is not None:
        told = form.value
        try:
            await service_urgent.set_urgent(actor, matter.id, told.version, told.text, is_urgent=told.urgent)
            back = f"/triage?m={matter.number}" if is_sorting else f"/desk/m/{matter.number}"
            return redirect(back, flash="matters-flash-urgent")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    if is_sorting:
        return await show_inbox(request, form, opened="urgent", number=matter.number, status=422)
    return await _show(request, form, opened="urgent", status=422)


async def _extend(request: Request, matter: Matter, form: StepForm) -> None:
    await service_handle.extend(actor_of(request), matter.id, form.version, form.until, form.text)


async def _take_back(request: Request, matter: Matter, form: StepForm) -> None:
    await service_handle.take_back(actor_of(request), matter.id, form.version)


async def officer_page(_request: Request) -> Response:
    """The officer works at the triage desk."""
    return redirect("/triage")


async def _complete(request: Request, matter: Matter, form: StepForm) -> None:
    actor = actor_of(request)
    uploads = (await request.form()).getlist("photos")
    raws = [await u.read() for u in uploads if not isinstance(u, str) and u.filename]
    if raws:
        await service_photos.keep_photos(actor, request.app.state.settings.data, form.form_id, raws)
    await service_handle.complete(actor, matter.id, form.version, form.text, form.form_id, form.minutes)


def _leaving(name: str, do: Do) -> Callable[[Request], Awaitable[Response]]:
    """A handler for a step with which the matter leaves this desk, so the list is next."""

    async def handler(request: Request) -> Response:
        actor, matter = actor_of(request), matter_of(request)
        back = _back(actor, matter)
        form = await read_form(request, StepForm)
        if await fill(actor.lang, form, "text", owners_for(actor, matter)):
            return await _filled(request, matter, form, name)
        if form.value is not None:
            try:
                await do(request, matter, await _with_template(request, matter, form.value))
                return redirect(back, flash=f"matters-flash-{name}")
            except Refused as refusal:
                form.refuse(actor.lang, refusal)
        return await _show(request, form, opened=name, status=422)

    handler.__name__ = f"{name}_and_leave"
    return handler


ROUTES: list[BaseRoute] = [
    page("/desk/centre", centre_page, action="matters.centre_desk"),
    page("/desk/council", council_page, action="matters.council_desk"),
    page("/desk/m/{number}", matter_desk, action="matters.handle", scope=matter_scope),
    post("/m/{number}/accept", _step("accept", _accept), action="matters.handle", scope=matter_scope),
    post("/m/{number}/return", _leaving("return", _return), action="matters.handle", scope=matter_scope),
    page("/desk/officer", officer_page, action="matters.inbox"),
    post("/m/{number}/take-back", _step("take-back", _take_back), action="matters.handle", scope=matter_scope),
    post("/m/{number}/ask", _step("ask", _ask), action="matters.handle", scope=matter_scope),
    post("/m/{number}/forward", _leaving("forward", _forward), action="matters.handle", scope=matter_scope),
    post("/m/{number}/recall", _step("recall", _recall), action="matters.triage", scope=matter_scope),
    post("/m/{number}/resume", _step("resume", _resume), action="matters.handle", scope=matter_scope),
    post("/m/{number}/urgent", urgent, action="matters.urgent", scope=matter_scope),
    post("/m/{number}/extend", _step("extend", _extend), action="matters.handle", scope=matter_scope),
    post(
        "/m/{number}/complete", _step("complete", _complete), action="matters.handle", scope=matter_scope,
        max_body=PHOTO_BODY,
    ),
]  # fmt: skip
