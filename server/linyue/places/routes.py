"""The administrator's page of places: the tree at a glance, lists taken in from a file, and taken out."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.base.sheets import MAX_BYTES
from linyue.places import service, service_import
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal
from linyue.places.rules_import import COLUMNS
from linyue.places.service_import import Preview

SHOWN_FAULTS = 50


@dataclass(frozen=True, slots=True)
class PlacesPage:
    counts: list[tuple[PlaceKind, int]]
    columns: list[str]
    form: Form[FormModel] | None = None


@dataclass(frozen=True, slots=True)
class PreviewPage:
    preview: Preview
    draft: str
    shown: int = SHOWN_FAULTS


class NoForm(FormModel):
    """A form with nothing but a button or a file."""


async def district_scope(_request: Request) -> Scope:
    """The whole district, for what only its administrators do; before there is one, nobody does."""
    district = await service.the_district()
    return Scope(place_path=district.path if district else "")


async def places_page(request: Request) -> Response:
    """How many places there are, and the two files."""
    return render(request, "places/admin.html", await _places_page())


async def _places_page(form: Form[FormModel] | None = None) -> PlacesPage:
    kinds: list[PlaceKind] = [kind for kind in PlaceKind if kind is not PlaceKind.MERGED]
    counts = [(kind, await Place.filter(kind=kind).count()) for kind in kinds]
    return PlacesPage(counts, list(COLUMNS), form)


async def upload(request: Request) -> Response:
    """Keep the file and go on to look at it."""
    actor = actor_of(request)
    form = await read_form(request, NoForm)
    files = form.files.get("file", [])
    if not files:
        form.refuse(actor.lang, Refused(PlaceRefusal.NO_FILE, field="file"))
        return render(request, "places/admin.html", await _places_page(form), status=422)  # type: ignore[arg-type]
    await ratelimit.check("60/hour", "upload", str(actor.person_id))
    draft = await service_import.keep_draft(actor, "places", await files[0].read())
    return redirect(f"/admin/places/import/{draft}")


async def preview(request: Request) -> Response:
    """What the file would do, and what is wrong with which line."""
    draft = request.path_params["draft"]
    shown = await service_import.preview_places(actor_of(request), draft)
    return render(request, "places/preview.html", PreviewPage(shown, draft))


async def take_in(request: Request) -> Response:
    """All of it, or nothing."""
    counts = await service_import.import_places(actor_of(request), request.path_params["draft"])
    return redirect("/admin/places", flash="places-imported", new=counts.new, changed=counts.changed, same=counts.same)


async def template(_request: Request) -> Response:
    """An example file."""
    return sheet_response(service_import.template_sheet(), "places-template.csv")


async def export(request: Request) -> Response:
    """All places as a file."""
    await ratelimit.check("20/day", "export", str(actor_of(request).person_id))
    return sheet_response(await service_import.export_places(actor_of(request)), "places.csv")


def sheet_response(body: bytes, name: str) -> Response:
    """A CSV file to save, never to show."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


UPLOAD_BODY = MAX_BYTES + 64 * 1024
ROUTES: list[BaseRoute] = [
    page("/admin/places", places_page, action="places.admin", scope=district_scope),
    post("/admin/places", upload, action="places.import", scope=district_scope, max_body=UPLOAD_BODY),
    page("/admin/places/template.csv", template, action="places.admin", scope=district_scope),
    page("/admin/places/export.csv", export, action="places.admin", scope=district_scope),
    page("/admin/places/import/{draft}", preview, action="places.import", scope=district_scope),
    post("/admin/places/import/{draft}", take_in, action="places.import", scope=district_scope),
]
