"""The visit log on a social worker's phone."""

import secrets
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import day_text, redirect, render, time_text
from linyue.base.routing import actor_of, page, post
from linyue.boards import service_visits
from linyue.boards.model import Visit
from linyue.boards.routes_words import hours_words
from linyue.boards.rules_load import MINUTES
from linyue.boards.rules_visits import VisitKind, earliest_day
from linyue.boards.service_visits import NewVisit
from linyue.matters import service_views

FORM_ID_AT_MOST = 32


class VisitForm(FormModel):
    """Where, when and what kind; never with whom."""

    form_id: str = Field(min_length=1, max_length=FORM_ID_AT_MOST)
    place: RowId
    kind: VisitKind
    day: date
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One noted visit."""

    id: int
    title: str
    when: str


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """The form and the last days."""

    form: Form[Any]
    action: str
    is_change: bool
    places: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    form_id: str
    start: dict[str, str]
    rows: list[VisitRow]
    sum: str
    earliest: str


async def visits_page(request: Request) -> Response:
    """The short form, and what was noted in the last days."""
    return await _show(request, empty(day=clock.local(clock.now()).date().isoformat()))


async def _show(request: Request, form: Form[Any], *, visit: Visit | None = None, status: int = 200) -> Response:
    actor = actor_of(request)
    lang = actor.lang
    places = await service_visits.places_for(actor)
    start = {}
    if visit is not None:
        begin, end = clock.local(visit.starts_at), clock.local(visit.ends_at)
        start = {"place": str(visit.place_id), "kind": visit.kind.value, "day": begin.date().isoformat()}
        start |= {"start": f"{begin:%H:%M}", "end": f"{end:%H:%M}"}
    elif places:
        start = {"place": str(places[min(1, len(places) - 1)].id), "kind": VisitKind.HOME.value}
    shown = VisitsPage(
        form=form,
        action=f"/desk/visits/{visit.id}" if visit else "/desk/visits",
        is_change=visit is not None,
        places=[(str(one.id), service_views.name_of(lang, one)) for one in places],
        kinds=[(one.value, t(lang, f"boards-visit-{one.value}")) for one in VisitKind],
        form_id=str(form.get("form_id") or secrets.token_urlsafe(18)),
        start=start,
        rows=[_row(lang, one) for one in await service_visits.recent_visits(actor)] if visit is None else [],
        sum=hours_words(lang, await service_visits.month_minutes(actor) / MINUTES),
        earliest=day_text(lang, earliest_day(clock.now())),
    )
    return render(request, "boards/visits.html", shown, status=status)


def _row(lang: str, visit: Visit) -> VisitRow:
    kind, place = t(lang, f"boards-visit-{visit.kind.value}"), service_views.name_of(lang, visit.place)
    hours = f"{time_text(visit.starts_at)}–{time_text(visit.ends_at)}"
    when = t(lang, "boards-visit-when", day=day_text(lang, visit.starts_at), hours=hours, n=visit.minutes)
    return VisitRow(visit.id, t(lang, "boards-visit-title", kind=kind, place=place), when)


def _new(form: VisitForm) -> NewVisit:
    return NewVisit(form.form_id, form.place, form.kind, form.day, _plain(form.start), _plain(form.end))


def _plain(value: time) -> time:
    """Minutes are enough, and the zone is Ningbo's whatever was sent."""
    return value.replace(second=0, microsecond=0, tzinfo=None)


async def note(request: Request) -> Response:
    """Note a visit."""
    form = await read_form(request, VisitForm)
    if form.value is not None:
        try:
            await service_visits.note_visit(actor_of(request), _new(form.value))
            return redirect("/desk/visits", flash="boards-flash-noted")
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _show(request, form, status=422)


async def visit_page(request: Request) -> Response:
    """Mend one's own visit."""
    visit = await service_visits.own_visit(actor_of(request), int(request.path_params["visit"]))
    return await _show(request, empty(), visit=visit)


async def change(request: Request) -> Response:
    """Take the mended visit."""
    actor = actor_of(request)
    visit = await service_visits.own_visit(actor, int(request.path_params["visit"]))
    form = await read_form(request, VisitForm)
    if form.value is not None:
        try:
            await service_visits.change_visit(actor, visit.id, _new(form.value))
            return redirect("/desk/visits", flash="boards-flash-changed")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _show(request, form, visit=visit, status=422)


async def remove(request: Request) -> Response:
    """Take a visit off the log."""
    await service_visits.remove_visit(actor_of(request), int(request.path_params["visit"]))
    return redirect("/desk/visits", flash="boards-flash-removed")


ROUTES: list[BaseRoute] = [
    page("/desk/visits", visits_page, action="boards.visits"),
    post("/desk/visits", note, action="boards.visits"),
    page("/desk/visits/{visit:int}", visit_page, action="boards.visits"),
    post("/desk/visits/{visit:int}", change, action="boards.visits"),
    post("/desk/visits/{visit:int}/remove", remove, action="boards.visits"),
]
