"""The social worker's lists of bodies: representatives, household delegates, committees, Party members."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Role, Scope
from linyue.base.routing import actor_of, page, post
from linyue.people import service_bodies
from linyue.people.routes_admin import SHOWN_FAULTS, UPLOAD_BODY, step_up
from linyue.people.rules_bodies import KEPT, LISTED, Body, columns_of
from linyue.people.service_bodies import ListPreview, MemberLine
from linyue.places import service as places
from linyue.places import service_import
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal

SHOWN = 200
SHOWN_MISSING = 30


class NoForm(FormModel):
    """A form with nothing but a button or a file."""


@dataclass(frozen=True, slots=True)
class BodiesPage:
    """Lists by community: (its name, [(address of the list, body, place, how many stand on it)])."""

    communities: list[tuple[str, list[tuple[str, str, str, int]]]]


@dataclass(frozen=True, slots=True)
class BodyPage:
    """One list. `missing`: addresses of homes that named nobody."""

    body: str
    place: str
    at: str
    members: list[MemberLine]
    missing: list[str]
    columns: list[str]
    form: Form[NoForm] | None = None
    shown: int = SHOWN
    shown_missing: int = SHOWN_MISSING


@dataclass(frozen=True, slots=True)
class BodyPreviewPage:
    """What the file would do."""

    body: str
    place: str
    at: str
    draft: str
    preview: ListPreview
    shown: int = SHOWN_FAULTS


async def _where(request: Request) -> tuple[Body, Place]:
    """The list of the address. Raises NotFound for a body that no list is kept of at such a place."""
    place = await Place.get_or_none(id=request.path_params["place_id"])
    body = request.path_params["body"]
    if place is None or body not in KEPT:
        raise NotFound()
    kinds = (PlaceKind.COMMUNITY,) if body in LISTED else (PlaceKind.COMMUNITY, PlaceKind.COMPOUND)
    if place.kind not in kinds:
        raise NotFound()
    return Body(body), place


async def list_scope(request: Request) -> Scope:
    """Whose list it is."""
    _body, place = await _where(request)
    return Scope(place_path=place.path)


async def bodies_page(request: Request) -> Response:
    """Every list of the communities that the worker works for."""
    actor = actor_of(request)
    paths = sorted({one.place_path for one in actor.grants if one.role is Role.SOCIAL_WORKER})
    found = {one.id: one for path in paths for one in await places.communities(path)}
    shown = []
    for community in found.values():
        lists = []
        for body in LISTED:
            lists.append(await _line(body, community, actor.lang))
        for compound in await Place.inside(community.path, PlaceKind.COMPOUND):
            lists.append(await _line(Body.HOUSEHOLDS, compound, actor.lang))
        shown.append((_name(community, actor.lang), lists))
    return render(request, "people/bodies.html", BodiesPage(shown))


async def _line(body: Body, place: Place, lang: str) -> tuple[str, str, str, int]:
    number = len(await service_bodies.voices_of(body, place))
    return f"/desk/bodies/{place.id}/{body.value}", body.value, _name(place, lang), number


def _name(place: Place, lang: str) -> str:
    return place.name_en if lang == "en" and place.name_en else place.name_zh


async def body_page(request: Request) -> Response:
    """One list: who stands on it, which homes named nobody, and the file to bring."""
    return await _page(request, None)


async def _page(request: Request, form: Form[NoForm] | None) -> Response:
    (body, place), lang = await _where(request), actor_of(request).lang
    missing = await service_bodies.homes_without(place, lang) if body is Body.HOUSEHOLDS else []
    shown = BodyPage(
        body=body.value,
        place=_name(place, lang),
        at=f"/desk/bodies/{place.id}/{body.value}",
        members=await service_bodies.members_at(body, place, lang),
        missing=missing,
        columns=list(columns_of(body)),
        form=form,
    )
    return render(request, "people/body.html", shown, status=422 if form is not None else 200)


async def upload(request: Request) -> Response:
    """Keep the file and go on to look at it."""
    (body, place), actor = await _where(request), actor_of(request)
    form = await read_form(request, NoForm)
    files = form.files.get("file", [])
    if not files:
        form.refuse(actor.lang, Refused(PlaceRefusal.NO_FILE, field="file"))
        return await _page(request, form)
    await ratelimit.check("60/hour", "upload", str(actor.person_id))
    draft = await service_import.keep_draft(actor, "bodies", await files[0].read())
    target = f"/desk/bodies/{place.id}/{body.value}/import/{draft}"
    return step_up(request, target) or redirect(target)


async def preview(request: Request) -> Response:
    """What the file would do, and what is wrong with which line."""
    (body, place), actor = await _where(request), actor_of(request)
    draft = request.path_params["draft"]
    shown = await service_bodies.preview_list(actor, body, place, draft)
    at = f"/desk/bodies/{place.id}/{body.value}"
    page_data = BodyPreviewPage(body.value, _name(place, actor.lang), at, draft, shown)
    return render(request, "people/body_preview.html", page_data)


async def take_in(request: Request) -> Response:
    """All of it, or nothing."""
    (body, place), draft = await _where(request), request.path_params["draft"]
    at = f"/desk/bodies/{place.id}/{body.value}"
    again = step_up(request, f"{at}/import/{draft}")
    if again is not None:
        return again
    done = await service_bodies.take_in_list(actor_of(request), body, place, draft)
    return redirect(at, flash="people-bodies-taken-in", new=done.new, same=done.same, ended=done.ended)


async def end(request: Request) -> Response:
    """Take somebody off the list."""
    body, place = await _where(request)
    await service_bodies.end_member(actor_of(request), body, place, request.path_params["member_id"])
    return redirect(f"/desk/bodies/{place.id}/{body.value}", flash="people-bodies-ended")


async def template(request: Request) -> Response:
    """An example file."""
    body, _place = await _where(request)
    headers = {"Content-Disposition": 'attachment; filename="list-template.csv"'}
    return Response(service_bodies.template_sheet(body), media_type="text/csv; charset=utf-8", headers=headers)


_AT = "/desk/bodies/{place_id:int}/{body}"
ROUTES: list[BaseRoute] = [
    page("/desk/bodies", bodies_page, action="people.body.list"),
    page(_AT, body_page, action="people.body.edit", scope=list_scope),
    post(_AT, upload, action="people.body.edit", scope=list_scope, max_body=UPLOAD_BODY),
    page(f"{_AT}/template.csv", template, action="people.body.edit", scope=list_scope),
    page(f"{_AT}/import/{{draft}}", preview, action="people.body.edit", scope=list_scope),
    post(f"{_AT}/import/{{draft}}", take_in, action="people.body.edit", scope=list_scope),
    post(f"{_AT}/{{member_id:int}}/end", end, action="people.body.edit", scope=list_scope),
]
