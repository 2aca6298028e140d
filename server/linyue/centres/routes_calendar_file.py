"""A year of the working calendar as a file: downloads, and taking a list in after a look."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock, ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.base.sheets import MAX_BYTES
from linyue.base.workdays import local_day
from linyue.centres import service_calendar, service_calendar_file
from linyue.centres.pages_catalogue import FaultView, year_fault_views
from linyue.centres.routes_admin import YEARS_AHEAD, district_scope
from linyue.centres.rules import CentreRefusal
from linyue.centres.rules_calendar import YearDay
from linyue.centres.rules_versions import VersionRefusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoForm(FormModel):
    """A form with nothing but a file."""


class TakeForm(FormModel):
    """Whether the list is the year's arrangement as it was published."""

    published: str = Field(default="", pattern="^(on)?$")


@dataclass(frozen=True, slots=True)
class YearImportPage:
    year: int
    form: Form[Any] | None
    faults: list[FaultView]


@dataclass(frozen=True, slots=True)
class YearPreviewPage:
    year: int
    upload: str
    days: list[YearDay]
    changed: int
    missing: list[date]
    """Statutory days of rest that the list does not name."""
    is_published: bool
    faults: list[FaultView]
    form: Form[Any]


def _year(request: Request) -> int:
    """The year in the address: this one or the next, as the calendar's page shows them. Raises NotFound."""
    year, this_year = int(request.path_params["year"]), local_day(clock.now()).year
    if not this_year <= year < this_year + YEARS_AHEAD:
        raise NotFound
    return year


async def import_page(request: Request) -> Response:
    """Where a list is handed over."""
    return _import(request, None, [])


def _import(request: Request, form: Form[Any] | None, faults: list[FaultView]) -> Response:
    shown = YearImportPage(_year(request), form, faults)
    return render(request, "centres/calendar_import.html", shown, status=422 if form or faults else 200)


async def upload(request: Request) -> Response:
    """Keep the list and go on to look at it; one that cannot be read is told at once."""
    actor, year = actor_of(request), _year(request)
    form: Form[Any] = await read_form(request, NoForm)
    files = form.files.get("file", [])
    if not files:
        form.refuse(actor.lang, Refused(VersionRefusal.NO_FILE, field="file"))
        return _import(request, form, [])
    await ratelimit.check("60/hour", "upload", str(actor.person_id))
    kept, faults = await service_calendar_file.keep_upload(actor, await files[0].read())
    if faults:
        return _import(request, None, year_fault_views(actor.lang, faults))
    return redirect(f"/admin/calendar/{year}/import/{kept}")


async def preview(request: Request) -> Response:
    """Which days would be counted otherwise, and what is wrong with which line."""
    return await _preview(request, Form(raw={}))


async def _preview(request: Request, form: Form[Any]) -> Response:
    actor, year, kept = actor_of(request), _year(request), request.path_params["upload"]
    plan, faults = await service_calendar_file.plan_upload(actor, kept, year)
    is_known = not (await service_calendar.calendar()).is_provisional(date(year, 1, 1))
    changed = sum(one.is_changed for one in plan.days)
    shown = YearPreviewPage(
        year, kept, sorted(plan.days, key=lambda one: one.day), changed, list(plan.missing), is_known,
        year_fault_views(actor.lang, faults), form,
    )  # fmt: skip
    return render(request, "centres/calendar_preview.html", shown, status=422 if form.errors else 200)


async def take_in(request: Request) -> Response:
    """All of it, or nothing; running due times are worked out again."""
    year, form = _year(request), await read_form(request, TakeForm)
    if form.value is not None:
        try:
            changed = await service_calendar_file.take_upload(
                actor_of(request), request.path_params["upload"], year, is_published=form.value.published == "on"
            )  # fmt: skip
        except Refused as refusal:
            if refusal.reason not in set(CentreRefusal):
                raise
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/admin/calendar?year={year}", flash="centres-flash-year-taken", n=changed)
    return await _preview(request, form)


async def year_file(request: Request) -> Response:
    """The special days of a year as a file."""
    actor, year, wanted = actor_of(request), _year(request), str(request.path_params["file"])
    if wanted not in ("days.csv", "days.xlsx"):
        raise NotFound
    await ratelimit.check("60/day", "export", str(actor.person_id))
    is_csv = wanted.endswith(".csv")
    body = await service_calendar_file.year_file(year, actor.lang, is_csv=is_csv)
    name = f"calendar-{year}.{'csv' if is_csv else 'xlsx'}"
    kind = "text/csv; charset=utf-8" if is_csv else XLSX
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


EDIT = "centres.calendar.edit"
UPLOAD_BODY = MAX_BYTES + 64 * 1024
ONE = "/admin/calendar/{year:int}"
ROUTES: list[BaseRoute] = [
    page(ONE + "/files/{file}", year_file, action=EDIT, scope=district_scope),
    page(ONE + "/import", import_page, action=EDIT, scope=district_scope),
    post(ONE + "/import", upload, action=EDIT, scope=district_scope, max_body=UPLOAD_BODY),
    page(ONE + "/import/{upload}", preview, action=EDIT, scope=district_scope),
    post(ONE + "/import/{upload}", take_in, action=EDIT, scope=district_scope),
]
