"""The catalogue as files: downloads of a version or a draft, and taking a file into a draft after a look."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.base.sheets import MAX_BYTES
from linyue.centres import service_tables, service_versions
from linyue.centres.catalogue_tables import COLUMNS
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.pages_catalogue import DiffView, FaultView, diff_views, fault_views
from linyue.centres.routes_admin import district_scope
from linyue.centres.routes_catalogue import DRAFTS, draft_of
from linyue.centres.rules import Catalogue
from linyue.centres.rules_versions import VersionRefusal

SHOWN_FAULTS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoForm(FormModel):
    """A form with nothing but a file."""


class TakeForm(FormModel):
    """The draft as it was when the file was looked at."""

    revision: RowId


@dataclass(frozen=True, slots=True)
class ImportPage:
    draft: CatalogueDraft
    tables: list[str]
    form: Form[Any] | None
    faults: list[FaultView]


@dataclass(frozen=True, slots=True)
class ImportPreviewPage:
    draft: CatalogueDraft
    upload: str
    diffs: list[DiffView]
    faults: list[FaultView]
    form: Form[Any] | None
    shown: int = SHOWN_FAULTS


async def import_page(request: Request) -> Response:
    """Where a file is handed over."""
    return await _import(request, None, [])


async def _import(request: Request, form: Form[Any] | None, faults: list[FaultView]) -> Response:
    shown = ImportPage(await draft_of(request), list(COLUMNS), form, faults)
    return render(request, "centres/catalogue_import.html", shown, status=422 if form or faults else 200)


async def upload(request: Request) -> Response:
    """Keep the file and go on to look at it; a file that cannot be read is told at once."""
    actor, draft = actor_of(request), await draft_of(request)
    form: Form[Any] = await read_form(request, NoForm)
    files = form.files.get("file", [])
    if not files:
        form.refuse(actor.lang, Refused(VersionRefusal.NO_FILE, field="file"))
        return await _import(request, form, [])
    await ratelimit.check("60/hour", "upload", str(actor.person_id))
    kept, faults = await service_tables.keep_upload(actor, await files[0].read())
    if faults:
        return await _import(request, None, fault_views(actor.lang, faults))
    return redirect(f"{DRAFTS}/{draft.id}/import/{kept}")


async def preview(request: Request) -> Response:
    """What the file would change, and what is wrong with which line."""
    return await _preview(request, None)


async def _preview(request: Request, form: Form[Any] | None) -> Response:
    actor, draft = actor_of(request), await draft_of(request)
    kept = request.path_params["upload"]
    made, faults = await service_tables.plan_upload(actor, draft.id, kept)
    base = await service_versions.base_catalogue(draft)
    diffs = diff_views(actor.lang, base, made) if not faults else []
    shown = ImportPreviewPage(draft, kept, diffs, fault_views(actor.lang, faults), form)
    return render(request, "centres/catalogue_preview.html", shown, status=422 if form else 200)


async def take_in(request: Request) -> Response:
    """All of it, or nothing."""
    draft = await draft_of(request)
    form: Form[Any] = await read_form(request, TakeForm)
    if form.value is not None:
        try:
            await service_tables.take_upload(
                actor_of(request), draft.id, form.value.revision, request.path_params["upload"]
            )  # fmt: skip
        except Refused as refusal:
            if refusal.reason not in set(VersionRefusal):
                raise
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-file-taken")
    return await _preview(request, form)


async def version_file(request: Request) -> Response:
    """A version as a file."""
    row, catalogue = await service_tables.version_catalogue(request.path_params["version"])
    return await _file(request, catalogue, f"catalogue:{row.id}", f"catalogue-{row.version}")


async def draft_file(request: Request) -> Response:
    """A draft as a file."""
    draft = await draft_of(request)
    return await _file(request, await service_versions.draft_catalogue(draft), f"draft:{draft.id}", f"draft-{draft.id}")


async def _file(request: Request, catalogue: Catalogue, what: str, name: str) -> Response:
    actor, wanted = actor_of(request), str(request.path_params["file"])
    await ratelimit.check("60/day", "export", str(actor.person_id))
    if wanted == "catalogue.xlsx":
        body, kind, name = await service_tables.export_tables(actor, catalogue, actor.lang, what), XLSX, f"{name}.xlsx"
    else:
        table = wanted.removesuffix(".csv")
        body = await service_tables.export_table(actor, catalogue, table, actor.lang, what)
        kind, name = "text/csv; charset=utf-8", f"{name}-{table}.csv"
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


READ, EDIT = "centres.catalogue.read", "centres.catalogue.edit"
UPLOAD_BODY = MAX_BYTES + 64 * 1024
ONE = DRAFTS + "/{id:int}"
ROUTES: list[BaseRoute] = [
    page("/admin/catalogue/v/{version:int}/files/{file}", version_file, action=READ, scope=district_scope),
    page(ONE + "/files/{file}", draft_file, action=READ, scope=district_scope),
    page(ONE + "/import", import_page, action=EDIT, scope=district_scope),
    post(ONE + "/import", upload, action=EDIT, scope=district_scope, max_body=UPLOAD_BODY),
    page(ONE + "/import/{upload}", preview, action=EDIT, scope=district_scope),
    post(ONE + "/import/{upload}", take_in, action=EDIT, scope=district_scope),
]
