"""Forms of one item and of one platform of a draft; the fields are the columns of the tables."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field, create_model
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.base.workdays import Unit
from linyue.centres import service_versions
from linyue.centres.catalogue_tables import (
    CHOICES,
    COLUMNS,
    MANY,
    NEEDED,
    heading_of,
    item_cells,
    platform_cells,
    read_item,
    read_platform,
    word_of,
)
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.routes_admin import district_scope
from linyue.centres.routes_catalogue import DRAFTS, draft_of
from linyue.centres.rules import Catalogue, PlatformEntry
from linyue.centres.rules_check import LATER, Trouble, item_troubles, known_of, platform_troubles
from linyue.centres.rules_versions import DraftState, VersionRefusal, floated, put_item, put_platform

NEW = "new"
LONG = ("papers", "basis", "words", "note_zh", "note_en")
TEXT_AT_MOST = 2000


def _fields(table: str) -> dict[str, Any]:
    return {name: (str, Field(default="", max_length=TEXT_AT_MOST)) for name in COLUMNS[table]}


ItemForm: Any = create_model("ItemForm", __base__=FormModel, revision=(RowId, ...), **_fields("items"))
PlatformForm: Any = create_model(
    "PlatformForm",
    __base__=FormModel,
    revision=(RowId, ...),
    with_items=(str, Field(default="", pattern="^(on)?$")),
    **_fields("platforms"),
)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of the form: how it is asked for."""

    name: str
    label: str
    kind: str
    """line, text, day or choice."""
    options: list[tuple[str, str]]
    hint: str
    needed: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    key: str
    title: str
    floats: bool
    is_retired: bool


@dataclass(frozen=True, slots=True)
class EntriesPage:
    draft: CatalogueDraft
    table: str
    query: str
    lines: list[EntryLine]


@dataclass(frozen=True, slots=True)
class EntryPage:
    draft: CatalogueDraft
    table: str
    key: str
    title: str
    fields: list[FieldView]
    form: Form[Any]


def field_views(lang: str, table: str) -> list[FieldView]:
    """The fields of a table's form in the reader's language."""
    found = []
    for name in COLUMNS[table]:
        known = CHOICES.get(name) if name not in MANY else None
        words = [word_of(lang, value) for value in known if value is not Unit.HOURS] if known else []
        options = [(word, word) for word in words]
        kind = "choice" if known else "day" if name == "floats_from" else "text" if name in LONG else "line"
        hint = t(lang, "centres-draft-many-hint") if name in MANY else ""
        if name in ("assists", "may_not_push"):
            levels = t(lang, "common-comma").join(word_of(lang, level) for level in CHOICES[name])
            hint = t(lang, "centres-draft-levels-hint", words=levels)
        found.append(FieldView(name, heading_of(lang, name), kind, options, hint, name in NEEDED[table]))
    return found


async def entries_page(request: Request) -> Response:
    """The items or platforms of a draft, with a search."""
    draft, table = await draft_of(request), _table(request)
    catalogue, lang = await service_versions.draft_catalogue(draft), actor_of(request).lang
    query = request.query_params.get("q", "").strip()[:60]
    lines = []
    for entry in getattr(catalogue, table):
        title = entry.name.en if lang == "en" else entry.name.zh
        if query.lower() in f"{entry.code} {entry.name.zh} {entry.name.en}".lower():
            is_afloat = entry.floats if isinstance(entry, PlatformEntry) else entry.handled_by.value == "centre"
            lines.append(EntryLine(entry.code, title, is_afloat, getattr(entry, "is_retired", False)))
    return render(request, "centres/catalogue_entries.html", EntriesPage(draft, table, query, lines))


def _table(request: Request) -> str:
    table = str(request.path_params["table"])
    if table not in ("items", "platforms"):
        raise NotFound
    return table


async def entry_page(request: Request) -> Response:
    """The form of one entry."""
    draft, table, key = await draft_of(request), _table(request), str(request.path_params["code"])
    catalogue, lang = await service_versions.draft_catalogue(draft), actor_of(request).lang
    if key == NEW and table == "items":
        return await _show(request, draft, catalogue, empty())
    entry = next((one for one in getattr(catalogue, table) if one.code == key), None)
    if entry is None:
        raise NotFound
    cells = platform_cells(entry, lang) if isinstance(entry, PlatformEntry) else item_cells(entry, lang)
    return await _show(request, draft, catalogue, empty(**cells))


async def _show(request: Request, draft: CatalogueDraft, catalogue: Catalogue, form: Form[Any]) -> Response:
    table, key, lang = _table(request), str(request.path_params["code"]), actor_of(request).lang
    entry = next((one for one in getattr(catalogue, table) if one.code == key), None)
    title = (entry.name.en if lang == "en" else entry.name.zh) if entry else t(lang, "centres-draft-new-item")
    shown = EntryPage(draft, table, key, title, field_views(lang, table), form)
    return render(request, "centres/catalogue_entry.html", shown, status=422 if form.errors else 200)


async def save_entry(request: Request) -> Response:
    """Keep a changed or a new entry; what does not fit with the others yet is listed on the draft's page."""
    draft, table, key = await draft_of(request), _table(request), str(request.path_params["code"])
    catalogue, lang = await service_versions.draft_catalogue(draft), actor_of(request).lang
    form: Form[Any] = await read_form(request, ItemForm if table == "items" else PlatformForm)
    if form.value is not None:
        cells = {name: str(form.get(name)) for name in COLUMNS[table]}
        made, troubles = _made(
            table, key, catalogue, cells, with_items=form.value.with_items if table != "items" else ""
        )
        for trouble in troubles:
            form.errors.setdefault(trouble.column, t(lang, trouble.key, **dict(trouble.args)))
        if draft.state is not DraftState.DRAFT:
            form.refuse(lang, Refused(VersionRefusal.NOT_NOW))
        if made is not None and not form.errors:
            code = cells["code"].strip()
            try:
                await service_versions.save_draft(actor_of(request), draft.id, form.value.revision, made, code)
            except Refused as refusal:
                form.refuse(lang, refusal)
            else:
                return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-entry-saved", code=code)
    return await _show(request, draft, catalogue, form)


def _made(
    table: str, key: str, catalogue: Catalogue, cells: dict[str, str], *, with_items: str
) -> tuple[Catalogue | None, list[Trouble]]:
    """The draft with this entry in it, or what is wrong with the entry by itself."""
    codes = {entry.code for entry in getattr(catalogue, table)}
    if key != NEW and (key not in codes or cells["code"].strip() != key):
        return None, [Trouble("code", "centres-fault-code-fixed")]
    if key == NEW and cells["code"].strip() in codes:
        return None, [Trouble("code", VersionRefusal.CODE_KNOWN.value)]
    if table == "platforms":
        entry, troubles = read_platform(cells)
        if entry is None:
            return None, troubles
        made = put_platform(catalogue, entry)
        if with_items:
            made = floated(made, entry.code, entry.floats, entry.floats_from)
        return made, platform_troubles(entry)
    item, troubles = read_item(cells)
    if item is None:
        return None, troubles
    return put_item(catalogue, item), [one for one in item_troubles(item, known_of(catalogue)) if one.key not in LATER]


READ, EDIT = "centres.catalogue.read", "centres.catalogue.edit"
ROUTES: list[BaseRoute] = [
    page(DRAFTS + "/{id:int}/entries/{table}", entries_page, action=READ, scope=district_scope),
    page(DRAFTS + "/{id:int}/entries/{table}/{code}", entry_page, action=EDIT, scope=district_scope),
    post(DRAFTS + "/{id:int}/entries/{table}/{code}", save_entry, action=EDIT, scope=district_scope),
]
