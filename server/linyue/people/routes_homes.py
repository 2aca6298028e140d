"""Enrolling oneself: choosing a unit step by step or by its number, claiming it, or using a posted code."""

from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, client_address, page, post, query_id
from linyue.people import service, service_enrol, service_slips
from linyue.people.rules import Tenure
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.places.service import Picker


class ClaimForm(FormModel):
    """A claim on one unit."""

    unit: RowId
    tenure: Tenure
    legal_name: str = Field(default="", max_length=40)
    is_minor: str = Field(default="", max_length=8)


class UnitCodeForm(FormModel):
    """The code from the letter box."""

    code: str = Field(min_length=1, max_length=20)
    is_minor: str = Field(default="", max_length=8)


@dataclass(frozen=True, slots=True)
class HomesPage:
    homes: list[tuple[service.Home, str]]


@dataclass(frozen=True, slots=True)
class PickPage:
    picker: Picker
    base: str


@dataclass(frozen=True, slots=True)
class ClaimPage:
    form: Form[ClaimForm]
    unit: Place
    address: str


@dataclass(frozen=True, slots=True)
class UnitCodePage:
    form: Form[UnitCodeForm]


async def homes_page(request: Request) -> Response:
    """One's units and how far their enrolment is."""
    actor = actor_of(request)
    assert actor.person_id is not None
    homes = await service.homes_of(actor.person_id)
    addresses = await places.addresses_of([h.unit_path for h in homes], actor.lang)
    return render(request, "people/homes.html", HomesPage([(h, addresses[h.unit_path]) for h in homes]))


async def claim_page(request: Request) -> Response:
    """Find the unit; once it is found, ask how one holds it."""
    lang = actor_of(request).lang
    unit_id = query_id(request, "unit")
    if unit_id is not None:
        return await _claim_page(request, empty(), unit_id)
    words = request.query_params.get("q", "")
    picker = await places.pick(query_id(request, "in"), words, lang)
    return render(request, "people/home_pick.html", PickPage(picker, "/me/homes/new"))


async def _claim_page(request: Request, form: Form[ClaimForm], unit_id: int) -> Response:
    unit = await places.get_place(unit_id)
    if unit.kind is not PlaceKind.UNIT:
        return redirect(f"/me/homes/new?in={unit.id}")
    address = (await places.addresses_of([unit.path], actor_of(request).lang))[unit.path]
    data = ClaimPage(form, unit, address)
    return render(request, "people/home_claim.html", data, status=422 if form.errors else 200)


async def claim(request: Request) -> Response:
    """File the claim."""
    actor = actor_of(request)
    form = await read_form(request, ClaimForm)
    if form.value is not None:
        try:
            value = form.value
            await service_enrol.claim_home(
                actor, value.unit, value.tenure, legal_name=value.legal_name, is_adult=value.is_minor != "on"
            )
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect("/me/homes", flash="people-home-claimed")
    unit_id = str(form.get("unit"))
    if "unit" in form.errors and not (unit_id.isascii() and unit_id.isdigit() and len(unit_id) < 10):
        return redirect("/me/homes/new")
    return await _claim_page(request, form, int(unit_id))


async def code_page(request: Request) -> Response:
    """Ask for the code from the letter box."""
    return render(request, "people/home_code.html", UnitCodePage(empty()))


async def use_code(request: Request) -> Response:
    """Enrol by the code."""
    actor = actor_of(request)
    form = await read_form(request, UnitCodeForm)
    if form.value is not None:
        try:
            await service_slips.use_unit_code(
                actor, form.value.code, client_address(request), is_adult=form.value.is_minor != "on"
            )
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect("/me/homes", flash="people-home-confirmed")
    return render(request, "people/home_code.html", UnitCodePage(form), status=422)


ROUTES: list[BaseRoute] = [
    page("/me/homes", homes_page, action="people.home.claim"),
    page("/me/homes/new", claim_page, action="people.home.claim"),
    post("/me/homes/new", claim, action="people.home.claim"),
    page("/me/homes/code", code_page, action="people.home.claim"),
    post("/me/homes/code", use_code, action="people.home.claim"),
]
