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
from linyue.centres import service_calendar, service_centres
from linyue.centres.model import ServiceCentre
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
    start = empty(
        hours_zh=row.hours_zh, hours_en=row.hours_en, phone=row.phone, open="yes" if row.is_open else "no"
    )  # fmt: skip
    return render(request, "centres/admin_centre.html", CentreAdminPage(row, start))


async def change_centre(request: Request) -> Response:
    """Change hours, telephone, or whether the centre takes anything."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, CentreForm)
    if form.value is None:
        return render(request, "centres/admin_centre.html", CentreAdminPage(row, form), status=422)
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
    page("/admin/centres/{code}", centre_page, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}", change_centre, action="centres.centre.edit", scope=centre_scope),
]
