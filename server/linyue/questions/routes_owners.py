"""The register behind an owners' vote: which units are ready for a roll, and whom co-owners or the developer named."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.people import service as people
from linyue.places import service as places
from linyue.places.model import Place
from linyue.questions import service_owners
from linyue.questions.rules_owners import square_metres
from linyue.questions.service_owners import TitleLine

NAMED = ("questions-law-refused-no-voter", "questions-law-refused-no-developer")
"""What is missing of a unit when all it needs is a name."""


class VoterForm(FormModel):
    """Whom the owners of a unit named."""

    unit: RowId
    voter: int = Field(gt=0)


@dataclass(frozen=True, slots=True)
class OwnersPage:
    """Units that are not ready, each as (unit id, what is missing, people to choose from), those that are, and parking
    that does not count."""

    code: str
    name: str
    facts: list[tuple[str, str]]
    missing: list[tuple[int, str, list[tuple[str, str]]]]
    ready: list[tuple[str, str, str, str]]
    """Address, kind, area, voter."""
    apart: list[str]
    """Addresses of parking that is registered to nobody as an exclusive part."""
    form: Form[Any] | None


async def owners_page(request: Request) -> Response:
    """Every unit of a compound: ready for an owners' roll, or what it lacks."""
    return await _show(request, None, 200)


async def _show(request: Request, form: Form[Any] | None, status: int) -> Response:
    lang, place = request.state.prefs.lang, await _place(request)
    lines = await service_owners.titles_of(place, lang)
    roll = [(str(one.person_id), one.label) for one in await people.roll_of(place)]
    missing = [
        (
            line.unit_id,
            t(lang, line.missing.value, unit=line.address),
            _choices(line, roll) if line.missing.value in NAMED else [],
        )
        for line in lines
        if line.missing is not None
    ]
    ready = [
        (
            line.address,
            t(lang, "questions-owners-kind-parking" if line.title.is_parking else "questions-owners-kind-home"),
            square_metres(line.title.area or 0),
            line.voter or t(lang, "common-comma").join(_names(line)),
        )
        for line in lines
        if line.missing is None and line.title.is_exclusive
    ]
    apart = [line.address for line in lines if not line.title.is_exclusive]
    facts = [
        (t(lang, "questions-owners-units"), str(len(lines))),
        (t(lang, "questions-owners-ready"), str(len(ready))),
        *([(t(lang, "questions-owners-apart"), str(len(apart)))] if apart else []),
    ]
    shown = OwnersPage(place.code, place.name_en if lang == "en" else place.name_zh, facts, missing, ready, apart, form)
    return render(request, "questions/owners.html", shown, status=status)


def _names(line: TitleLine) -> list[str]:
    return [name for _, name in line.owners]


def _choices(line: TitleLine, roll: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Co-owners choose among themselves; the developer sends somebody from the roll of the place."""
    return [(str(person), name) for person, name in line.owners] if line.title.is_sold else roll


async def voter(request: Request) -> Response:
    """Record whom the owners of one unit named."""
    form, place = await read_form(request, VoterForm), await _place(request)
    if form.value is None:
        return await _show(request, form, 422)
    unit = await Place.get_or_none(id=form.value.unit)
    if unit is None or not unit.path.startswith(place.path):
        raise NotFound()
    try:
        await service_owners.name_voter(actor_of(request), unit.id, form.value.voter)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _show(request, form, 422)
    return redirect(f"/desk/owners/{place.code}", flash="questions-owners-flash")


async def _place(request: Request) -> Place:
    place = await places.place_by_code(request.path_params["code"])
    if place is None:
        raise NotFound()
    return place


async def _scope(request: Request) -> Scope:
    return Scope(place_path=(await _place(request)).path)


ROUTES: list[BaseRoute] = [
    page("/desk/owners/{code}", owners_page, action="question.owners", scope=_scope),
    post("/desk/owners/{code}", voter, action="question.owners", scope=_scope),
]
