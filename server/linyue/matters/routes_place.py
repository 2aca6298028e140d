"""A matter goes to another place: choosing it from the district down or by its name, then the reason."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form, row_id
from linyue.base.pages import day_text, redirect, render
from linyue.base.policy import allow
from linyue.base.routing import actor_of, page, post
from linyue.matters import service, service_move, service_views
from linyue.matters.model import Matter
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.rules import TEXT_AT_MOST
from linyue.matters.service_step import DESK_ROLES, link_of
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

SEARCH_LETTERS = 40


class MoveForm(FormModel):
    """The right place, and why."""

    version: int
    place: RowId
    text: str = Field(default="", max_length=TEXT_AT_MOST)


@dataclass(frozen=True, slots=True)
class MovePage:
    """Where it lies now, and either the places to choose from or the one that was chosen."""

    href: str
    """The page's own address."""
    back: str
    number: str
    title: str
    version: int
    now: str
    may: bool
    due: str
    """The day it is due, which stays; empty where nothing is due."""
    to: str
    to_id: int
    receiver: str
    """The community of the chosen place."""
    here: str
    here_id: int
    """The place whose insides are listed, when it may be chosen itself; else 0."""
    children: list[tuple[str, str]]
    up_href: str
    words: str
    found: list[tuple[str, str, str]]
    form: Form[Any]


async def place_page(request: Request) -> Response:
    """Choose the right place; with ?to= the last step."""
    return await _page(request, empty())


async def _page(request: Request, form: Form[Any]) -> Response:
    actor, matter = actor_of(request), matter_of(request)
    lang, query = actor.lang, request.query_params
    href = f"/m/{matter.number}/place"
    wanted = form.get("place") or query.get("to", "")
    to = await _chosen(wanted) if wanted else None
    community = await places.community_of(to) if to else None
    here = await _here(matter, query.get("at", ""))
    is_place = here.kind not in (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)
    children = [one for one in await places.children_of(here.id) if one.kind is not PlaceKind.UNIT]
    words = query.get("q", "").strip()[:SEARCH_LETTERS]
    seen = matter.place if service_move.knows_the_door(actor, matter) else None
    shown = MovePage(
        href=href,
        back=_back(request, matter),
        number=service_views.number_words(lang, matter),
        title=service_views.title_of(lang, matter),
        version=matter.version,
        now=await service_move.name_of(seen or matter.place, lang, is_whole=seen is not None),
        may=await service_move.may_move(actor, matter),
        due=day_text(lang, matter.due_at) if matter.due_at else "",
        to=await service_move.name_of(to, lang) if to else "",
        to_id=to.id if to else 0,
        receiver=service_views.name_of(lang, community) if community else "",
        here=service_views.name_of(lang, here),
        here_id=here.id if is_place else 0,
        children=[(service_views.name_of(lang, one), f"{href}?{_onward(one)}") for one in children],
        up_href=f"{href}?at={here.parent_id}" if here.parent_id else "",
        words=words,
        found=await _found(lang, href, words),
        form=form,
    )
    return render(request, "matters/place.html", shown, status=422 if form.errors else 200)


async def _chosen(wanted: object) -> Place:
    place = await Place.get_or_none(id=row_id(wanted))
    if place is None or await places.community_of(place) is None:
        raise NotFound()
    return place


async def _here(matter: Matter, wanted: str) -> Place:
    """What is listed: what was asked for, else the community it is in, where most mistakes are next door."""
    if not wanted:
        return matter.community
    here = await Place.get_or_none(id=row_id(wanted))
    if here is None:
        raise NotFound()
    return here


def _onward(place: Place) -> str:
    return f"to={place.id}" if place.kind not in places.WIDE else f"at={place.id}"


async def _found(lang: str, href: str, words: str) -> list[tuple[str, str, str]]:
    """Places of this name down to compounds: words, address, and what lies around each."""
    rows = [row for row in await places.named_places(words, "/") if row.kind is not PlaceKind.DISTRICT]
    around = await places.places_of(row.parent_id for row in rows)
    return [
        (
            service_views.name_of(lang, row),
            f"{href}?{_onward(row)}",
            service_views.name_of(lang, around[row.parent_id]) if row.parent_id in around else "",
        )
        for row in rows
    ]


def _back(request: Request, matter: Matter) -> str:
    """Where the reader came from: its public page, the triage desk, or a desk of those who handle it."""
    actor = actor_of(request)
    if not actor.grants or actor.person_id == matter.reporter_id:
        return link_of(matter)
    return f"/triage?m={matter.number}" if actor.has(*DESK_ROLES) else f"/desk/m/{matter.number}"


async def move(request: Request) -> Response:
    """Move it."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, MoveForm)
    if form.value is not None:
        told = form.value
        try:
            moved = await service_move.move(actor, matter.id, told.version, told.place, told.text)
            may_see = allow(actor, "matters.read", await service.scope_of(moved))
            return redirect(link_of(moved) if may_see else "/", flash="matters-flash-moved")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
            await matter_scope(request)  # what somebody else changed meanwhile is shown fresh
    return await _page(request, form)


ROUTES: list[BaseRoute] = [
    page("/m/{number}/place", place_page, action="matters.move", scope=matter_scope),
    post("/m/{number}/place", move, action="matters.move", scope=matter_scope),
]
