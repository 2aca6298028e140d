"""Pages on which a worker or an administrator takes in a sheet of reports: the file, the preview, what was filed."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.base.sheets import MAX_BYTES, Fault
from linyue.matters import service_batch
from linyue.matters.rules_batch import COLUMNS, ROWS_AT_MOST
from linyue.people.rules import mask_phone
from linyue.places.rules import PlaceRefusal

SHOWN = 50


class NoForm(FormModel):
    """A form with nothing but a file or a button."""


@dataclass(frozen=True, slots=True)
class BatchPage:
    """The file, and what its columns mean."""

    columns: list[tuple[str, str, str]]
    """Key, heading, meaning."""
    most: int
    form: Form[NoForm] | None = None


@dataclass(frozen=True, slots=True)
class BatchPreviewPage:
    """What the sheet would do, or what is wrong with it."""

    draft: str
    count: int
    rows: list[list[str]]
    more: int
    faults: list[Fault]
    alike: list[tuple[str, str, str]]
    """Lines that may have been reported already: what the line says, the matter likest to it, its address."""
    shown: int = SHOWN


async def batch_page(request: Request) -> Response:
    """Choose a file."""
    return _file_page(request, None)


def _file_page(request: Request, form: Form[NoForm] | None) -> Response:
    lang = actor_of(request).lang
    columns = [(name, words[0], t(lang, f"matters-batch-column-{name}")) for name, words in COLUMNS.items()]
    data = BatchPage(columns, ROWS_AT_MOST, form)
    return render(request, "matters/batch.html", data, status=422 if form else 200)


async def upload(request: Request) -> Response:
    """Keep the file and go on to look at it."""
    actor = actor_of(request)
    form = await read_form(request, NoForm)
    files = form.files.get("file", [])
    content = await files[0].read() if files else b""
    if not content:
        form.refuse(actor.lang, Refused(PlaceRefusal.NO_FILE, field="file"))
        return _file_page(request, form)
    await ratelimit.check("60/hour", "upload", str(actor.person_id))
    return redirect(f"/desk/batch/{await service_batch.keep_sheet(actor, content)}")


async def preview(request: Request) -> Response:
    """Every line as it would be filed, or every fault by line and column."""
    actor, draft = actor_of(request), request.path_params["draft"]
    found = await service_batch.preview_batch(actor, draft)
    lang = actor.lang
    rows = [
        [
            str(line.line),
            line.title,
            found.places.get(line.place_id, ""),
            t(lang, f"matters-channel-{line.channel}"),
            " ".join(filter(None, (mask_phone(line.phone) if line.phone else "", line.name))),
            t(lang, "matters-batch-public" if line.is_public else "matters-batch-private"),
        ]
        for line in found.lines[:SHOWN]
    ]
    faults = [Fault(one.line, _column(lang, one.column), one.key, one.args) for one in found.faults]
    alike = [
        (
            t(lang, "matters-batch-alike-line", n=line.line, title=line.title),
            " ".join((t(lang, "matters-alike-one", number=one.number), one.title)),
            f"/triage?queue=all&m={one.number}",
        )
        for line, one in found.alike[:SHOWN]
    ]
    shown = BatchPreviewPage(draft, len(found.lines), rows, max(0, len(found.lines) - SHOWN), faults, alike)
    return render(request, "matters/batch_preview.html", shown, status=422 if faults else 200)


def _column(lang: str, name: str) -> str:
    """A column in words; a cell of the workbook itself, such as B2, stays as it is."""
    return t(lang, f"matters-batch-name-{name}") if name in COLUMNS else name


async def take_in(request: Request) -> Response:
    """All of it, or nothing."""
    filed = await service_batch.take_in(actor_of(request), request.path_params["draft"])
    return redirect(
        "/desk/batch", flash="matters-batch-filed", n=len(filed), first=filed[0].number, last=filed[-1].number
    )


async def template(request: Request) -> Response:
    """An example file."""
    headers = {"Content-Disposition": 'attachment; filename="reports-template.csv"'}
    return Response(
        await service_batch.template_sheet(actor_of(request)), media_type="text/csv; charset=utf-8", headers=headers
    )


UPLOAD_BODY = MAX_BYTES + 64 * 1024
ROUTES: list[BaseRoute] = [
    page("/desk/batch", batch_page, action="matters.batch"),
    post("/desk/batch", upload, action="matters.batch", max_body=UPLOAD_BODY),
    page("/desk/batch/template.csv", template, action="matters.batch"),
    page("/desk/batch/{draft}", preview, action="matters.batch"),
    post("/desk/batch/{draft}", take_in, action="matters.batch"),
]
