"""Setting up a service centre, and saying which communities it covers."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.centres import service_centres, service_coverage
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import CentreRefusal
from linyue.centres.service_centres import NewCentre
from linyue.centres.service_coverage import CoverageGroup
from linyue.centres.service_index import catalogue_index
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

Code = Annotated[str, Field(max_length=40)]
OWN_ADDRESS = "new"
"""No centre may have this code: it is the address of the form."""


class NewCentreForm(FormModel):
    """A centre to be."""

    code: str = Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9-]+$")
    subdistrict: str = Field(min_length=1, max_length=40)
    name_zh: str = Field(min_length=1, max_length=80)
    name_en: str = Field(default="", max_length=120)
    address_zh: str = Field(min_length=1, max_length=120)
    address_en: str = Field(default="", max_length=160)
    hours_zh: str = Field(min_length=1, max_length=120)
    hours_en: str = Field(default="", max_length=160)
    phone: str = Field(min_length=3, max_length=30, pattern=r"^[0-9+\- ()]+$")


class CoverageForm(FormModel):
    """The communities ticked, and the sub-districts ticked as a whole."""

    communities: tuple[Code, ...] = Field(default=(), max_length=2000)
    whole: tuple[Code, ...] = Field(default=(), max_length=200)
    items: str = Field(default="", max_length=2000)


class ItemsForm(FormModel):
    """Single items of one community."""

    community: Code = ""
    codes: str = Field(default="", max_length=2000)


class DropItemsForm(FormModel):
    """The community whose items go where its others go."""

    community: Code


@dataclass(frozen=True, slots=True)
class NewCentrePage:
    form: Form[Any]
    subdistricts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CoveragePage:
    centre: ServiceCentre
    groups: list[CoverageGroup]
    form: Form[Any]
    count: int
    """Communities this centre covers."""
    bare: int
    """Communities that no centre covers."""
    single: Form[Any]
    """Single items of one community."""
    taken: list[tuple[Place, list[str]]]
    """Each community of which it takes single items, with their codes and names."""
    choices: list[tuple[str, str]]
    """Every community."""


async def district_scope(_request: Request) -> Scope:
    """The whole district."""
    district = await places.the_district()
    return Scope(place_path=district.path if district else "")


async def centre_scope(request: Request) -> Scope:
    """The sub-district where a centre stands."""
    return Scope(place_path=(await service_centres.centre_by_code(request.path_params["code"])).place.path)


async def new_page(request: Request) -> Response:
    """The empty form."""
    return await _new(request, empty())


async def _new(request: Request, form: Form[Any]) -> Response:
    choices = await service_coverage.subdistricts_for_choice(request.state.prefs.lang)
    shown = NewCentrePage(form, choices)
    return render(request, "centres/admin_centre_new.html", shown, status=422 if form.errors else 200)


async def add(request: Request) -> Response:
    """Set the centre up and go on to what it covers."""
    form = await read_form(request, NewCentreForm)
    if form.value is None:
        return await _new(request, form)
    sent = form.value
    try:
        if sent.code.lower() == OWN_ADDRESS:
            raise Refused(CentreRefusal.CODE_TAKEN, field="code")
        place = await places.place_by_code(sent.subdistrict)
        if place is None or place.kind is not PlaceKind.SUBDISTRICT:
            raise Refused(CentreRefusal.NOT_A_SUBDISTRICT, field="subdistrict")
        new = NewCentre(
            code=sent.code,
            place_id=place.id,
            name_zh=sent.name_zh,
            name_en=sent.name_en or sent.name_zh,
            address_zh=sent.address_zh,
            address_en=sent.address_en or sent.address_zh,
            hours_zh=sent.hours_zh,
            hours_en=sent.hours_en or sent.hours_zh,
            phone=sent.phone,
            communities=(),
        )
        row = await service_centres.add_centre(actor_of(request), new)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _new(request, form)
    return redirect(f"/admin/centres/{row.code}/coverage", flash="centres-flash-added")


async def coverage_page(request: Request) -> Response:
    """Every community, ticked or not."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    return await _coverage(request, empty(items=row.only_items.replace(",", " ")))


async def _coverage(request: Request, form: Form[Any], single: Form[Any] | None = None) -> Response:
    lang = request.state.prefs.lang
    row = await service_centres.centre_by_code(request.path_params["code"])
    groups = await service_coverage.coverage_groups(row)
    bare = sum(not is_mine and not others for group in groups for _place, is_mine, others in group.communities)
    names = await _item_names(lang)
    shown = CoveragePage(
        centre=row,
        groups=groups,
        form=form,
        count=sum(group.count for group in groups),
        bare=bare,
        single=single or empty(),
        taken=[
            (place, [f"{code} {names.get(code, '')}".strip() for code in codes])
            for place, codes in await service_coverage.items_taken(row.id)
        ],
        choices=await service_centres.communities_for_choice(lang),
    )
    is_bad = form.errors or (single is not None and single.errors)
    return render(request, "centres/admin_coverage.html", shown, status=422 if is_bad else 200)


async def _item_names(lang: str) -> dict[str, str]:
    """Item to its name; none while there is no catalogue."""
    try:
        items = (await catalogue_index()).catalogue.items
    except NotFound:
        return {}
    return {item.code: item.name.en if lang == "en" else item.name.zh for item in items}


async def set_coverage(request: Request) -> Response:
    """Take the ticks as they are."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, CoverageForm)
    if form.value is None:
        return await _coverage(request, form)
    sent = form.value
    try:
        n = await service_coverage.set_coverage(actor_of(request), row.id, sent.communities, sent.whole, sent.items)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _coverage(request, form)
    return redirect(f"/admin/centres/{row.code}/coverage", flash="centres-flash-covers", n=n)


async def take_items(request: Request) -> Response:
    """Take single items of one community."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, ItemsForm)
    if form.value is not None:
        sent = form.value
        try:
            n = await service_coverage.take_items(actor_of(request), row.id, sent.community, sent.codes)
            return redirect(f"/admin/centres/{row.code}/coverage", flash="centres-flash-items", n=n)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _coverage(request, empty(items=row.only_items.replace(",", " ")), form)


async def drop_items(request: Request) -> Response:
    """Let them go where the community's other items go."""
    row = await service_centres.centre_by_code(request.path_params["code"])
    form = await read_form(request, DropItemsForm)
    if form.value is None:
        return await _coverage(request, empty(items=row.only_items.replace(",", " ")), form)
    await service_coverage.drop_items(actor_of(request), row.id, form.value.community)
    return redirect(f"/admin/centres/{row.code}/coverage", flash="centres-flash-changed")


ROUTES: list[BaseRoute] = [
    page("/admin/centres/new", new_page, action="centres.centre.edit", scope=district_scope),
    post("/admin/centres/new", add, action="centres.centre.edit", scope=district_scope),
    page("/admin/centres/{code}/coverage", coverage_page, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}/coverage", set_coverage, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}/items", take_items, action="centres.centre.edit", scope=centre_scope),
    post("/admin/centres/{code}/items/drop", drop_items, action="centres.centre.edit", scope=centre_scope),
]
