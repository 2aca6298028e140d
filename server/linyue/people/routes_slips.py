"""Codes for letter boxes: choosing a building, the sheet of slips to print, and putting it away."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.forms import FormModel, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Role, Scope
from linyue.base.routing import actor_of, page, post, query_id
from linyue.people import service_slips
from linyue.people.rules import UNIT_CODE_LIFE, Tenure
from linyue.people.service_slips import Slip
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.places.service import Picker


class SheetForm(FormModel):
    """For whom the slips are."""

    tenure: Tenure


class NoForm(FormModel):
    """A form with nothing but a button."""


@dataclass(frozen=True, slots=True)
class SlipsStartPage:
    picker: Picker
    building: Place | None
    """The building one stands in, if it is one."""


@dataclass(frozen=True, slots=True)
class SheetPage:
    sheet: str
    slips: list[tuple[Slip, str]]
    days: int


async def place_scope(request: Request) -> Scope | None:
    """The place one stands in; the first look asks only for the role."""
    wanted = query_id(request, "in")
    return Scope(place_path=(await places.get_place(wanted)).path) if wanted else None


async def start_page(request: Request) -> Response:
    """Choose the building."""
    actor = actor_of(request)
    mine = [int(g.place_path.strip("/").split("/")[-1]) for g in actor.grants if g.role is Role.SOCIAL_WORKER]
    picker = await places.pick(query_id(request, "in") or (mine[0] if len(mine) == 1 else None), "", actor.lang)
    here = picker.trail[-1] if picker.trail else None
    is_building = here is not None and here.kind in {PlaceKind.BUILDING, PlaceKind.STAIRWELL}
    return render(request, "people/slips_start.html", SlipsStartPage(picker, here if is_building else None))


async def building_scope(request: Request) -> Scope:
    """Where the building is."""
    return Scope(place_path=(await places.get_place(request.path_params["building"])).path)


async def make(request: Request) -> Response:
    """Make the codes and go on to the sheet."""
    actor = actor_of(request)
    await ratelimit.check("60/hour", "unit-codes", str(actor.person_id))
    form = await read_form(request, SheetForm)
    building = await places.get_place(request.path_params["building"])
    if form.value is None:
        return redirect(f"/desk/unit-codes?in={building.id}")
    sheet = await service_slips.make_unit_codes(actor, building, form.value.tenure)
    return redirect(f"/desk/unit-codes/{sheet}")


async def sheet_scope(request: Request) -> Scope:
    """Where the building of a sheet is."""
    return Scope(place_path=(await service_slips.sheet_place(request.path_params["sheet"])).path)


async def sheet_page(request: Request) -> Response:
    """The slips, to print and cut."""
    slips = await service_slips.slips_of(request.path_params["sheet"])
    addresses = await places.addresses_of([s.unit.path for s in slips], "zh-CN")
    rows = [(slip, addresses[slip.unit.path]) for slip in slips]
    return render(request, "people/slips.html", SheetPage(request.path_params["sheet"], rows, UNIT_CODE_LIFE.days))


async def put_away(request: Request) -> Response:
    """The slips are printed; forget the codes."""
    await service_slips.put_away(actor_of(request), request.path_params["sheet"])
    return redirect("/desk/unit-codes", flash="people-slips-put-away")


ROUTES: list[BaseRoute] = [
    page("/desk/unit-codes", start_page, action="people.unit_code.make", scope=place_scope),
    post("/desk/unit-codes/of/{building:int}", make, action="people.unit_code.make", scope=building_scope),
    page("/desk/unit-codes/{sheet}", sheet_page, action="people.unit_code.make", scope=sheet_scope),
    post("/desk/unit-codes/{sheet}/put-away", put_away, action="people.unit_code.make", scope=sheet_scope),
]
