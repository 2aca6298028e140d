"""The administrator's pages of the working calendar and of the service centres."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.base.workdays import local_day
from linyue.centres import routes_centre_new, routes_handling, service_calendar, service_centres
from linyue.centres.model import CentreClosure, ServiceCentre
from linyue.centres.rules_hours import parted
from linyue.centres.service_calendar import SpecialDay
from linyue.places import service as places

YEARS_AHEAD = 2


class DayForm(FormModel):
    """A day and how it is counted."""

    day: date
    worked: str = Field(pattern="^(yes|no)$")
    name_zh: str = Field(min_length=1, max_length=40)
    name_en: str = Field(default="", max_length=60)


class DropForm(FormModel):
    """A day whose own entry goes."""

    day: date


class CentreForm(FormModel):
    """What of a centre may change without moving it."""

    hours_zh: str = Field(min_length=1, max_length=120)
    hours_en: str = Field(min_length=1, max_length=160)
    phone: str = Field(min_length=3, max_length=30, pattern=r"^[0-9+\- ()]+$")
    open: str = Field(pattern="^(yes|no)$")


class ClosureForm(FormModel):
    """Days on which a centre is closed."""

    first: date
    last: date
    reason_zh: str = Field(min_length=1, max_length=80)
    reason_en: str = Field(default="", max_length=120)


class OpenForm(FormModel):
    """A closure that is taken back."""

    closure: int


class CountersForm(FormModel):
    """Opening times and counters."""

    opens: str = Field(min_length=11, max_length=60)
    saturday: str = Field(default="", max_length=40)
    windows: int = Field(ge=1, le=40)
    slot_minutes: int = Field(ge=5, le=120)


@dataclass(frozen=True, slots=True)
class CalendarPage:
    year: int
    years: list[tuple[str, str, bool, None]]
    """What the tabs show: the year, its address, whether it is this one."""
    days: list[SpecialDay]
    is_published: bool
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class CentresAdminPage:
    centres: list[ServiceCentre]


@dataclass(frozen=True, slots=True)
class CentreAdminPage:
    centre: ServiceCentre
    form: Form[Any]
    counters: Form[Any]
    closing: Form[Any]
    closures: list[CentreClosure]


async def district_scope(_request: Request) -> Scope:
    """The whole district."""
    district = await places.the_district()
    return Scope(place_path=district.path if district else "")


async def centre_scope(request: Request) -> Scope:
    """The sub-district where a centre stands."""
    return Scope(place_path=(await service_centres.centre_by_code(request.path_params["code"])).place.path)


async def calendar_page(request: Request) -> Response:
    """The special days of one year."""
    this_year = local_day(clock.now()).year
    years = [str(year) for year in range(this_year, this_year + YEARS_AHEAD)]
    wanted = request.query_params.get("year", "")
    return await _calendar(request, int(wanted) if wanted in years else this_year, empty())


async def _calendar(request: Request, year: int, form: Form[Any]) -> Response:
    this_year = local_day(clock.now()).year
    years = [
        (str(one), f"/admin/calendar?year={one}", one == year, None)
        for one in range(this_year, this_year + YEARS_AHEAD)
    ]
    is_known = not (await service_calendar.calendar()).is_provisional(date(year, 1, 1))
    shown = CalendarPage(year, years, await service_calendar.special_days(year), is_known, form)
    return render(request, "centres/admin_calendar.html", shown, status=422 if form.errors else 200)


async def set_day(request: Request) -> Response:
    """Say how a day is counted."""
    form = await read_form(request, DayForm)
    year = local_day(clock.now()).year
    if form.value is not None:
        sent = form.value
        year = sent.day.year
        try:
            await service_calendar.set_day(
                actor_of(request), sent.day, sent.worked == "yes", sent.name_zh, sent.name_en
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/admin/calendar?year={year}", flash="centres-flash-day-set")
    return await _calendar(request, year, form)


async def drop_day(request: Request) -> Response:
    """Let the published arrangement hold again."""
    form = await read_form(request, DropForm)
    if form.value is None:
        return await _calendar(request, local_day(clock.now()).year, form)
    await service_calendar.drop_day(actor_of(request), form.value.day)
    return redirect(f"/admin/calendar?year={form.value.day.year}", flash="centres-flash-day-dropped")


async def centres_page(request: Request) -> Response:
    """Every centre, and whether it is open."""
    return render(request, "centres/admin_centres.html", CentresAdminPage(await ServiceCentre.in_order()))


async def centre_page(request: Request) -> Response:
    """Hours, telephone and state of one centre."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    return await _centre(request, row)


async def _centre(
    request: Request,
    row: ServiceCentre,
    *,
    form: Form[Any] | None = None,
    counters: Form[Any] | None = None,
    closing: Form[Any] | None = None,
) -> Response:
    facts = empty(hours_zh=row.hours_zh, hours_en=row.hours_en, phone=row.phone, open="yes" if row.is_open else "no")
    shown = CentreAdminPage(
        row,
        form or facts,
        counters or _counters(row),
        closing or empty(),
        await CentreClosure.filter(centre_id=row.id, last_day__gte=local_day(clock.now())).order_by("first_day"),
    )
    is_bad = any(one is not None and one.errors for one in (form, counters, closing))
    return render(request, "centres/admin_centre.html", shown, status=422 if is_bad else 200)


def _counters(row: ServiceCentre) -> Form[Any]:
    opens, saturday = parted(row.opens)
    return empty(opens=opens, saturday=saturday, windows=str(row.windows), slot_minutes=str(row.slot_minutes))


async def set_counters(request: Request) -> Response:
    """Opening times, how many counters, how long a booked time is."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, CountersForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_centres.set_counters(
                actor_of(request), row.id, sent.opens, sent.windows, sent.slot_minutes, sent.saturday
            )  # fmt: skip
            return redirect(f"/admin/centres/{row.code}", flash="centres-flash-changed")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _centre(request, row, counters=form)


async def close_on(request: Request) -> Response:
    """Close the centre for some days."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, ClosureForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_centres.close_on(
                actor_of(request), row.id, sent.first, sent.last, sent.reason_zh, sent.reason_en
            )  # fmt: skip
            return redirect(f"/admin/centres/{row.code}", flash="centres-flash-closed")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _centre(request, row, closing=form)


async def open_again(request: Request) -> Response:
    """Take a closure back."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, OpenForm)
    if form.value is not None:
        await service_centres.open_again(actor_of(request), row.id, form.value.closure)
    return redirect(f"/admin/centres/{row.code}", flash="centres-flash-changed")


async def change_centre(request: Request) -> Response:
    """Change hours, telephone, or whether the centre takes anything."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, CentreForm)
    if form.value is None:
        return await _centre(request, row, form=form)
    sent = form.value
    await service_centres.change_centre(
        actor_of(request), row.id, sent.hours_zh, sent.hours_en, sent.phone, sent.open == "yes"
    )  # fmt: skip
    return redirect("/admin/centres", flash="centres-flash-changed")


ROUTES: list[BaseRoute] = [
    page("/admin/calendar", calendar_page, action="centres.calendar.edit", scope=district_scope),
    post("/admin/calendar", set_day, action="centres.calendar.edit", scope=district_scope),
    post("/admin/calendar/drop", drop_day, action="centres.calendar.edit", scope=district_scope),
    page("/admin/centres", centres_page, action="centres.centre.edit"),
    *routes_handling.ROUTES,
    *routes_centre_new.ROUTES,  # before the address of one centre
    page("/admin/centres/{code}", centre_page, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}", change_centre, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}/counters", set_counters, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}/close", close_on, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}/open", open_again, action="centres.centre.edit", scope=centre_scope),
]
