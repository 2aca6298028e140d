"""The social worker's pages of people: claims, enrolling at the desk, posted codes, a new number."""

from dataclasses import dataclass, replace

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Role, Scope
from linyue.base.routing import actor_of, page, post, query_id
from linyue.people import service, service_desk, service_enrol, service_own
from linyue.people.model import Person
from linyue.people.rules import PeopleRefusal, Tenure
from linyue.people.service_desk import Resident
from linyue.people.service_enrol import Claim
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.places.service import Picker


class NoForm(FormModel):
    """A form with nothing but a button."""


class RefuseForm(FormModel):
    """Why a claim is turned down; its owner reads it."""

    reason: str = Field(min_length=2, max_length=200)


class EnrolForm(FormModel):
    """Someone at the desk."""

    tenure: Tenure
    legal_name: str = Field(min_length=1, max_length=20)
    display_name: str = Field(default="", max_length=20)
    phone: str = Field(default="", max_length=30)


class NewPhoneForm(FormModel):
    """The number of someone who stands at the desk."""

    phone: str = Field(min_length=1, max_length=30)
    checked: str = Field(min_length=1, max_length=8)


class DeskEraseForm(FormModel):
    """Where the signed request lies, and the tick under what will be gone."""

    reason: str = Field(default="", max_length=200)
    sure: str = Field(default="", max_length=8)


@dataclass(frozen=True, slots=True)
class ClaimsPage:
    claims: list[tuple[Claim, str]]


@dataclass(frozen=True, slots=True)
class RefusePage:
    form: Form[RefuseForm]
    claim: Claim
    address: str


@dataclass(frozen=True, slots=True)
class DeskPickPage:
    picker: Picker
    base: str
    title: str
    """A translation key."""
    residents: list[Resident]


@dataclass(frozen=True, slots=True)
class DeskEnrolPage:
    form: Form[EnrolForm]
    unit: Place
    address: str


@dataclass(frozen=True, slots=True)
class ResidentPage:
    form: Form[NewPhoneForm] | Form[DeskEraseForm]
    resident: Resident


async def claim_scope(request: Request) -> Scope:
    """Where the claimed unit is."""
    claim = await service_enrol.get_claim(request.path_params["id"])
    return Scope(place_path=claim.unit.path)


async def resident_scope(request: Request) -> Scope:
    """Where the resident lives: any home inside the worker's places will do."""
    actor = actor_of(request)
    resident = await service_desk.resident(request.path_params["public_id"], actor.lang)
    mine = [g.place_path for g in actor.grants if g.role is Role.SOCIAL_WORKER]
    covered = [path for path in resident.paths if any(path.startswith(place) for place in mine)]
    return Scope(place_path=(covered or resident.paths or [""])[0])


async def claims_page(request: Request) -> Response:
    """Claims that wait, oldest first."""
    actor = actor_of(request)
    claims = await service_enrol.open_claims(actor)
    addresses = await places.addresses_of([c.unit.path for c in claims], actor.lang)
    return render(request, "people/claims.html", ClaimsPage([(c, addresses[c.unit.path]) for c in claims]))


async def confirm(request: Request) -> Response:
    """Confirm one claim."""
    await service_enrol.confirm_claim(actor_of(request), request.path_params["id"])
    return redirect("/desk/claims", flash="people-claim-confirmed")


async def refuse_page(request: Request) -> Response:
    """Ask for the reason."""
    return await _refuse_page(request, empty())


async def _refuse_page(request: Request, form: Form[RefuseForm]) -> Response:
    claim = await service_enrol.get_claim(request.path_params["id"])
    address = (await places.addresses_of([claim.unit.path], actor_of(request).lang))[claim.unit.path]
    data = RefusePage(form, claim, address)
    return render(request, "people/claim_refuse.html", data, status=422 if form.errors else 200)


async def refuse(request: Request) -> Response:
    """Turn one claim down."""
    form = await read_form(request, RefuseForm)
    if form.value is None:
        return await _refuse_page(request, form)
    await service_enrol.refuse_claim_of(actor_of(request), request.path_params["id"], form.value.reason)
    return redirect("/desk/claims", flash="people-claim-refused")


async def _worker_start(request: Request) -> int | None:
    """Where a worker's search begins: the place asked for, else the one place they work for."""
    asked = query_id(request, "in")
    if asked is not None:
        return asked
    ids = [
        int(g.place_path.strip("/").split("/")[-1]) for g in actor_of(request).grants if g.role is Role.SOCIAL_WORKER
    ]
    return ids[0] if len(ids) == 1 else None


async def place_scope(request: Request) -> Scope | None:
    """The place one stands in while choosing; the very first look asks only for the role."""
    wanted = query_id(request, "unit") or query_id(request, "in")
    return Scope(place_path=(await places.get_place(wanted)).path) if wanted else None


async def people_page(request: Request) -> Response:
    """Residents of a unit, found by its number."""
    return await _pick(request, "/desk/people", "people-desk-people-title")


async def _pick(request: Request, base: str, title: str) -> Response:
    actor = actor_of(request)
    unit_id = query_id(request, "unit")
    residents = await service_desk.residents_in(actor, await places.get_place(unit_id)) if unit_id else []
    picker = await places.pick(await _worker_start(request), request.query_params.get("q", ""), actor.lang)
    mine = tuple(g.place_path for g in actor.grants if g.role is Role.SOCIAL_WORKER)
    inside = [place for place in picker.trail if place.path.startswith(mine)]  # the way up ends where the role does
    shown = DeskPickPage(replace(picker, trail=inside), base, title, residents)
    return render(request, "people/desk_pick.html", shown)


async def enrol_pick_page(request: Request) -> Response:
    """Find the unit."""
    unit_id = query_id(request, "unit")
    if unit_id is not None:
        return redirect(f"/desk/enrol/{unit_id}")
    return await _pick(request, "/desk/enrol", "people-enrol-title")


async def unit_scope(request: Request) -> Scope:
    """Where the unit is."""
    return Scope(place_path=(await places.get_place(request.path_params["unit"])).path)


async def enrol_page(request: Request) -> Response:
    """Ask who lives there."""
    return await _enrol_page(request, empty())


async def _enrol_page(request: Request, form: Form[EnrolForm]) -> Response:
    unit = await places.get_place(request.path_params["unit"])
    if unit.kind is not PlaceKind.UNIT:
        return redirect(f"/desk/enrol?in={unit.id}")
    address = (await places.addresses_of([unit.path], actor_of(request).lang))[unit.path]
    data = DeskEnrolPage(form, unit, address)
    return render(request, "people/enrol.html", data, status=422 if form.errors else 200)


async def enrol(request: Request) -> Response:
    """Enrol someone at the desk."""
    actor = actor_of(request)
    form = await read_form(request, EnrolForm)
    if form.value is not None:
        unit = await places.get_place(request.path_params["unit"])
        try:
            value = form.value
            await service_enrol.enrol_at_desk(
                actor,
                unit,
                value.tenure,
                legal_name=value.legal_name,
                display_name=value.display_name,
                phone=value.phone,
            )
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect("/desk/enrol", flash="people-enrol-done")
    return await _enrol_page(request, form)


async def resident_page(request: Request) -> Response:
    """One resident, for the desk."""
    return await _resident_page(request, empty())


async def _resident_page(request: Request, form: Form[NewPhoneForm] | Form[DeskEraseForm]) -> Response:
    resident = await service_desk.resident(request.path_params["public_id"], actor_of(request).lang)
    data = ResidentPage(form, resident)
    return render(request, "people/resident.html", data, status=422 if form.errors else 200)


async def set_phone(request: Request) -> Response:
    """Enter the new number of someone whose identity was checked at the desk."""
    actor = actor_of(request)
    form = await read_form(request, NewPhoneForm)
    if form.value is not None:
        person: Person | None = await service.person_by_public_id(request.path_params["public_id"])
        if person is None:
            raise NotFound()
        try:
            await service_own.set_phone_at_desk(actor, person, form.value.phone)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect(f"/desk/people/{person.public_id}", flash="people-phone-changed")
    return await _resident_page(request, form)


async def erase(request: Request) -> Response:
    """Forget a resident without a telephone, who asked for it on paper."""
    actor = actor_of(request)
    form = await read_form(request, DeskEraseForm)
    if form.value is not None:
        person: Person | None = await service.person_by_public_id(request.path_params["public_id"])
        if person is None:
            raise NotFound()
        try:
            if form.value.sure != "on":
                raise Refused(PeopleRefusal.ERASE_NOT_SURE, field="sure")
            await service_own.erase_at_desk(actor, person, form.value.reason)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect("/desk/people", flash="people-desk-erase-done")
    return await _resident_page(request, form)


ROUTES: list[BaseRoute] = [
    page("/desk/claims", claims_page, action="people.claim.read"),
    post("/desk/claims/{id:int}/confirm", confirm, action="people.claim.decide", scope=claim_scope),
    page("/desk/claims/{id:int}/refuse", refuse_page, action="people.claim.decide", scope=claim_scope),
    post("/desk/claims/{id:int}/refuse", refuse, action="people.claim.decide", scope=claim_scope),
    page("/desk/people", people_page, action="people.enrol", scope=place_scope),
    page("/desk/people/{public_id}", resident_page, action="people.phone.reset", scope=resident_scope),
    post("/desk/people/{public_id}", set_phone, action="people.phone.reset", scope=resident_scope),
    post("/desk/people/{public_id}/erase", erase, action="people.desk.erase", scope=resident_scope),
    page("/desk/enrol", enrol_pick_page, action="people.enrol", scope=place_scope),
    page("/desk/enrol/{unit:int}", enrol_page, action="people.enrol", scope=unit_scope),
    post("/desk/enrol/{unit:int}", enrol, action="people.enrol", scope=unit_scope),
]
