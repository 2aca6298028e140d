"""Numbers, booked times and slips for everybody; the counter's own desk and the cover table for clerks."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import segno
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock, ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.pages import redirect, render, time_text
from linyue.base.policy import Role, Scope
from linyue.base.routing import actor_of, client_address, page, post
from linyue.base.workdays import local_day
from linyue.centres import service, service_centres, service_cover, service_tickets
from linyue.centres.model import ServiceCentre
from linyue.centres.model_counter import Ticket
from linyue.centres.rules import ItemEntry, Way, route_of
from linyue.centres.rules_counter import TicketKind, TicketState, label_of
from linyue.centres.service_cover import CoverFacts

FORM = Field(default="", max_length=40, pattern="^[A-Za-z0-9_-]{0,40}$")


class NumberForm(FormModel):
    """What somebody comes for."""

    form_id: str = FORM
    item1: str = Field(default="", max_length=20)
    item2: str = Field(default="", max_length=20)
    item3: str = Field(default="", max_length=20)

    @property
    def items(self) -> list[str]:
        """The items named, each once."""
        return list(dict.fromkeys(code for code in (self.item1, self.item2, self.item3) if code))


class BookForm(NumberForm):
    """The same with a time."""

    at: datetime


class WindowForm(FormModel):
    """A window to open."""

    window: int = Field(ge=1, le=40)


class TrainingForm(FormModel):
    """What a clerk is trained in."""

    person: RowId
    fields: list[str] = Field(default_factory=list, max_length=60)


class NoForm(FormModel):
    """A form with nothing but a button."""


@dataclass(frozen=True, slots=True)
class ComePage:
    """Coming to a centre: a number for today, or a time."""

    centre: ServiceCentre
    is_open_today: bool
    until: str
    waiting: int
    called: list[tuple[str, int]]
    items: list[tuple[str, str]]
    days: list[tuple[date, str, bool]]
    """A day, its address, whether it is the one shown."""
    times: list[tuple[str, str]]
    form: Form[Any]
    form_id: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class SlipPage:
    """The slip of one visit."""

    ticket: Ticket
    label: str
    centre: ServiceCentre
    items: list[ItemEntry]
    before: int
    """How many are called earlier; only while waiting today."""
    is_today: bool
    link: str
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket on the clerk's list."""

    label: str
    href: str
    kind: TicketKind
    at: datetime
    items: str
    window: int | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class CounterPage:
    """The counter's desk."""

    centre: ServiceCentre
    window: int | None
    windows: list[tuple[str, str]]
    mine: TicketLine | None
    waiting: list[TicketLine]
    called: list[TicketLine]
    items: list[tuple[str, str]]
    form: Form[Any]
    form_id: str
    gaps: list[str]


@dataclass(frozen=True, slots=True)
class CoverPage:
    """Who sits where and knows what."""

    centre: ServiceCentre
    facts: CoverFacts
    names: dict[int, str]
    is_editable: bool
    form: Form[Any]


async def centre_here(request: Request) -> ServiceCentre:
    """The centre of the address."""
    return await service_centres.centre_by_code(request.path_params["code"])


async def choices(lang: str) -> list[tuple[str, str]]:
    """The items centres take, for a select."""
    try:
        index = await service.catalogue_index()
    except NotFound:
        return []
    found = [item for item in index.catalogue.items if route_of(item) is Way.CENTRE and not item.is_retired]
    return [(item.code, item.name.zh if lang == "zh-CN" else item.name.en) for item in found]


async def come_page(request: Request) -> Response:
    """Take a number, or book a time."""
    start = empty(item1=request.query_params.get("item", "")[:20])
    return await _come(request, await centre_here(request), start)


async def _come(request: Request, centre: ServiceCentre, form: Form[Any]) -> Response:
    actor = actor_of(request)
    spans = await service_tickets.spans_today(centre)
    now = clock.now()
    free = await service_tickets.free_times(centre)
    wanted = request.query_params.get("day", "")
    shown = next((day for day, _ in free if day.isoformat() == wanted), free[0][0] if free else None)
    waiting = await service_tickets.waiting_at(centre.id)
    called = await service_tickets.called_at(centre.id)
    view = ComePage(
        centre=centre,
        is_open_today=any(now < end for _, end in spans),
        until=time_text(spans[-1][1]) if spans else "",
        waiting=len(waiting),
        called=[(label_of(one.kind, one.number), one.window or 0) for one in called],
        items=await choices(actor.lang),
        days=[(day, f"/centres/{centre.code}/visit?day={day.isoformat()}", day == shown) for day, _ in free],
        times=[(at.isoformat(), time_text(at)) for day, times in free if day == shown for at in times],
        form=form,
        form_id=secrets.token_urlsafe(16),
        is_known=actor.is_signed_in,
    )
    return render(request, "centres/come.html", view, status=422 if form.errors else 200)


async def take_number(request: Request) -> Response:
    """The next number of today."""
    centre, actor = await centre_here(request), actor_of(request)
    form = await read_form(request, NumberForm)
    if form.value is not None:
        try:
            await ratelimit.check("20/day", "centres.ticket", str(actor.person_id))
            ticket = await service_tickets.take_number(
                actor, centre, form.value.form_id or secrets.token_urlsafe(16), TicketKind.ONLINE,
                await _known(form.value.items),
            )  # fmt: skip
            return redirect(f"/visits/{ticket.public_id}")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _come(request, centre, form)


async def book(request: Request) -> Response:
    """A time of one's own."""
    centre, actor = await centre_here(request), actor_of(request)
    form = await read_form(request, BookForm)
    if form.value is not None:
        try:
            await ratelimit.check("20/day", "centres.ticket", str(actor.person_id))
            at = form.value.at if form.value.at.tzinfo else form.value.at.replace(tzinfo=UTC)
            ticket = await service_tickets.book(
                actor, centre, form.value.form_id or secrets.token_urlsafe(16), at, await _known(form.value.items)
            )
            return redirect(f"/visits/{ticket.public_id}")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _come(request, centre, form)


async def _known(codes: list[str]) -> list[str]:
    """Only items that centres take."""
    known = {code for code, _ in await choices("zh-CN")}
    return [code for code in codes if code in known]


async def slip_page(request: Request) -> Response:
    """The slip, for whoever has its address."""
    await ratelimit.check("240/hour", "centres.slip", client_address(request))
    ticket = await service_tickets.ticket_of(str(request.path_params["public_id"]))
    today = local_day(clock.now())
    waiting = await service_tickets.waiting_at(ticket.centre_id) if ticket.day == today else []
    before = next((n for n, one in enumerate(waiting) if one.id == ticket.id), 0)
    view = SlipPage(
        ticket=ticket,
        label=label_of(ticket.kind, ticket.number),
        centre=await service_centres.centre_by_code(ticket.centre.code),
        items=await _items(ticket.items),
        before=before,
        is_today=ticket.day == today,
        link=_link(request, ticket),
        can_cancel=ticket.state is TicketState.WAITING,
    )
    response = render(request, "centres/slip.html", view)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _items(codes: list[str]) -> list[ItemEntry]:
    try:
        index = await service.catalogue_index()
    except NotFound:
        return []
    return [index.by_code[code] for code in codes if code in index.by_code]


def _link(request: Request, ticket: Ticket) -> str:
    origin = request.app.state.settings.origin or str(request.base_url)
    return f"{origin.rstrip('/')}/visits/{ticket.public_id}"


async def slip_picture(request: Request) -> Response:
    """The slip's address as a QR picture."""
    ticket = await service_tickets.ticket_of(str(request.path_params["public_id"]))
    out = BytesIO()
    segno.make(_link(request, ticket), error="m").save(out, kind="svg", scale=6, border=4, light="#fff")
    return Response(out.getvalue(), media_type="image/svg+xml", headers={"Content-Security-Policy": "sandbox"})


async def cancel(request: Request) -> Response:
    """Give the number or the time back."""
    ticket = await service_tickets.ticket_of(str(request.path_params["public_id"]))
    await service_tickets.cancel(actor_of(request), ticket)
    return redirect(f"/visits/{ticket.public_id}", flash="centres-counter-flash-cancelled")


# ── the counter ──


async def own_centre(request: Request) -> ServiceCentre:
    """The centre this clerk works at. Raises NotFound for nobody's clerk."""
    ids = [g.centre_id for g in actor_of(request).grants if g.role is Role.CENTRE_CLERK and g.centre_id is not None]
    centre = await ServiceCentre.get_or_none(id=ids[0]).select_related("place") if ids else None
    if centre is None:
        raise NotFound
    return centre


async def counter_page(request: Request) -> Response:
    """Who waits, who is at which window."""
    return await _counter(request, await own_centre(request), empty())


async def _counter(request: Request, centre: ServiceCentre, form: Form[Any]) -> Response:
    actor = actor_of(request)
    facts = await service_cover.cover_facts(centre)
    window = next((w for w, person in facts.seats.items() if person == actor.person_id), None)
    names = dict(await choices(actor.lang))
    waiting = [_line(one, names, actor.person_id) for one in await service_tickets.waiting_at(centre.id)]
    called = [_line(one, names, actor.person_id) for one in await service_tickets.called_at(centre.id)]
    free = [n for n in range(1, centre.windows + 1) if n not in facts.seats or facts.seats[n] == actor.person_id]
    by_key = {field.key: field.name.zh if actor.lang == "zh-CN" else field.name.en for field in facts.fields}
    view = CounterPage(
        centre=centre,
        window=window,
        windows=[(str(n), str(n)) for n in free],
        mine=next((one for one in called if one.is_mine), None),
        waiting=waiting,
        called=called,
        items=list(names.items()),
        form=form,
        form_id=secrets.token_urlsafe(16),
        gaps=[by_key[key] for key in facts.cover.gaps],
    )
    return render(request, "centres/counter.html", view, status=422 if form.errors else 200)


def _line(ticket: Ticket, names: dict[str, str], person_id: int | None) -> TicketLine:
    return TicketLine(
        label=label_of(ticket.kind, ticket.number),
        href=f"/desk/counter/{ticket.public_id}",
        kind=ticket.kind,
        at=ticket.slot_at or ticket.taken_at,
        items=" · ".join(names[code] for code in ticket.items if code in names),
        window=ticket.window,
        is_mine=ticket.clerk_id == person_id,
    )


async def sit(request: Request) -> Response:
    """Open a window."""
    centre = await own_centre(request)
    form = await read_form(request, WindowForm)
    if form.value is not None:
        try:
            await service_cover.sit(actor_of(request), centre, form.value.window)
            return redirect("/desk/counter")
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _counter(request, centre, form)


async def leave(request: Request) -> Response:
    """Close one's window."""
    await service_cover.leave(actor_of(request))
    return redirect("/desk/counter")


async def call_next(request: Request) -> Response:
    """The next one, please."""
    centre = await own_centre(request)
    form = await read_form(request, NoForm)
    try:
        ticket = await service_tickets.call_next(actor_of(request), centre.id)
    except Refused as refusal:
        form.refuse(actor_of(request).lang, refusal)
        return await _counter(request, centre, form)
    if ticket is None:
        return redirect("/desk/counter", flash="centres-counter-flash-nobody")
    return redirect(f"/desk/counter/{ticket.public_id}")


async def at_the_door(request: Request) -> Response:
    """A number for somebody who stands at the door."""
    centre, actor = await own_centre(request), actor_of(request)
    form = await read_form(request, NumberForm)
    if form.value is not None:
        try:
            ticket = await service_tickets.take_number(
                actor, centre, form.value.form_id or secrets.token_urlsafe(16), TicketKind.DOOR,
                await _known(form.value.items),
            )  # fmt: skip
            return redirect(f"/visits/{ticket.public_id}")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _counter(request, centre, form)


async def ticket_scope(request: Request) -> Scope:
    """The centre a ticket belongs to."""
    ticket = await service_tickets.ticket_of(str(request.path_params["public_id"]))
    request.state.ticket = ticket
    return Scope(centre_id=ticket.centre_id)


async def finish(request: Request) -> Response:
    """Done with this visitor."""
    await service_tickets.finish(actor_of(request), request.state.ticket)
    return redirect("/desk/counter", flash="centres-counter-flash-finished")


async def miss(request: Request) -> Response:
    """Called, nobody came."""
    await service_tickets.miss(actor_of(request), request.state.ticket)
    return redirect("/desk/counter", flash="centres-counter-flash-missed")


async def cover_page(request: Request) -> Response:
    """The clerk's own centre."""
    return await _cover(request, await own_centre(request), is_editable=False)


async def clerks_page(request: Request) -> Response:
    """The same for whoever says what clerks are trained in."""
    return await _cover(request, await centre_here(request), is_editable=True)


async def _cover(request: Request, centre: ServiceCentre, *, is_editable: bool) -> Response:
    facts = await service_cover.cover_facts(centre)
    names = {person.id: person.display_name for person, _ in facts.clerks}
    return render(request, "centres/cover.html", CoverPage(centre, facts, names, is_editable, empty()))


async def train(request: Request) -> Response:
    """Say what a clerk is trained in."""
    centre = await centre_here(request)
    form = await read_form(request, TrainingForm)
    if form.value is None:
        return await _cover(request, centre, is_editable=True)
    await service_cover.train(actor_of(request), centre, form.value.person, form.value.fields)
    return redirect(f"/admin/centres/{centre.code}/clerks", flash="centres-flash-changed")


async def centre_scope(request: Request) -> Scope:
    """The sub-district where a centre stands."""
    return Scope(place_path=(await centre_here(request)).place.path)


ROUTES: list[BaseRoute] = [
    page("/centres/{code}/visit", come_page, action="centres.centre.read"),
    post("/centres/{code}/number", take_number, action="centres.ticket.take"),
    post("/centres/{code}/book", book, action="centres.ticket.take"),
    page("/visits/{public_id}", slip_page, action="centres.ticket.read"),
    page("/visits/{public_id}/slip.svg", slip_picture, action="centres.ticket.read"),
    post("/visits/{public_id}/cancel", cancel, action="centres.ticket.read"),
    page("/desk/counter", counter_page, action="centres.counter"),
    page("/desk/counter/cover", cover_page, action="centres.counter"),
    post("/desk/counter/sit", sit, action="centres.counter"),
    post("/desk/counter/leave", leave, action="centres.counter"),
    post("/desk/counter/call", call_next, action="centres.counter"),
    post("/desk/counter/door", at_the_door, action="centres.counter"),
    post("/desk/counter/{public_id}/finish", finish, action="centres.counter", scope=ticket_scope),
    post("/desk/counter/{public_id}/miss", miss, action="centres.counter", scope=ticket_scope),
    page("/admin/centres/{code}/clerks", clerks_page, action="centres.training.edit", scope=centre_scope),
    post("/admin/centres/{code}/clerks", train, action="centres.training.edit", scope=centre_scope),
]
