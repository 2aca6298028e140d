"""Forms of one entry of a draft, of each table; the fields of a form are the columns of its table."""

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
    READERS,
    entry_cells,
    heading_of,
    word_of,
)
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.pages_catalogue import address_of
from linyue.centres.routes_admin import district_scope
from linyue.centres.routes_catalogue import DRAFTS, draft_of
from linyue.centres.rules import Catalogue, HandledBy
from linyue.centres.rules_check import LATER, Trouble, entry_troubles
from linyue.centres.rules_entries import (
    GROWING,
    SHRINKING,
    TABLES,
    entries_of,
    key_of,
    put_entry,
    users_of,
    without_entry,
)
from linyue.centres.rules_versions import DraftState, VersionRefusal, floated

NEW = "new"
NAMES = ("name_zh", "name_en")
LONG = ("papers", "basis", "words", "note_zh", "note_en")
TEXT_AT_MOST = 2000


def _fields(table: str) -> dict[str, Any]:
    return {name: (str, Field(default="", max_length=TEXT_AT_MOST)) for name in COLUMNS[table]}


WITH_ITEMS: dict[str, Any] = {"with_items": (str, Field(default="", pattern="^(on)?$"))}
FORMS: dict[str, Any] = {
    table: create_model(
        f"{table.capitalize()}Form",
        __base__=FormModel,
        revision=(RowId, ...),
        **_fields(table),
        **(WITH_ITEMS if table == "platforms" else {}),
    )
    for table in TABLES
}


class RemoveForm(FormModel):
    """The draft as it was when the entry was shown."""

    revision: RowId


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of the form: how it is asked for."""

    name: str
    label: str
    kind: str
    """line, text, day, choice, or fixed: shown, and sent along as it is."""
    options: list[tuple[str, str]]
    hint: str
    needed: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    key: str
    address: str
    title: str
    floats: bool
    is_retired: bool


@dataclass(frozen=True, slots=True)
class EntriesPage:
    draft: CatalogueDraft
    table: str
    query: str
    lines: list[EntryLine]
    grows: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    draft: CatalogueDraft
    table: str
    key: str
    title: str
    fields: list[FieldView]
    form: Form[Any]
    uses: int
    """Items that name it."""
    may_go: bool
    """Whether it may be taken out of the draft."""


def field_views(lang: str, table: str, *, is_new: bool) -> list[FieldView]:
    """The fields of a table's form in the reader's language."""
    found = []
    for name in COLUMNS[table]:
        if name in ("code", "key") and not is_new:
            found.append(FieldView(name, heading_of(lang, name), "fixed", [], "", needed=True))
            continue
        known = CHOICES.get(name) if name not in MANY else None
        words = [word_of(lang, value) for value in known if value is not Unit.HOURS] if known else []
        options = [(word, word) for word in words]
        kind = "choice" if known else "day" if name == "floats_from" else "text" if name in LONG else "line"
        hint = t(lang, "centres-draft-many-hint") if name in MANY else ""
        if name in ("key", "pinyin"):
            hint = t(lang, f"centres-fault-{name}")
        if name in ("assists", "may_not_push"):
            levels = t(lang, "common-comma").join(word_of(lang, level) for level in CHOICES[name])
            hint = t(lang, "centres-draft-levels-hint", words=levels)
        found.append(
            FieldView(name, heading_of(lang, name), kind, options, hint, name in NEEDED[table] or name in NAMES)
        )
    return found


async def entries_page(request: Request) -> Response:
    """The entries of a table of a draft, with a search."""
    draft, table = await draft_of(request), _table(request)
    catalogue, lang = await service_versions.draft_catalogue(draft), actor_of(request).lang
    query = request.query_params.get("q", "").strip()[:60]
    lines = []
    for key, entry in entries_of(catalogue, table).items():
        cells = entry_cells(table, entry, lang)
        if query.lower() in f"{key} {cells['name_zh']} {cells['name_en']}".lower():
            is_afloat = getattr(entry, "floats", False) or getattr(entry, "handled_by", None) is HandledBy.CENTRE
            is_retired = getattr(entry, "is_retired", False)
            lines.append(EntryLine(key, address_of(table, key), _title(cells, lang), is_afloat, is_retired))
    shown = EntriesPage(draft, table, query, lines, table in GROWING)
    return render(request, "centres/catalogue_entries.html", shown)


def _title(cells: dict[str, str], lang: str) -> str:
    return cells["name_en" if lang == "en" else "name_zh"]


def _table(request: Request) -> str:
    table = str(request.path_params["table"])
    if table not in TABLES:
        raise NotFound
    return table


def _key(request: Request, catalogue: Catalogue) -> str:
    """What the entry in the address is known by; empty for a new one. Raises NotFound."""
    table, address = _table(request), str(request.path_params["code"])
    if address == NEW and table in GROWING:
        return ""
    known = (key for key in entries_of(catalogue, table) if address_of(table, key) == address)
    key = next(known, None)
    if key is None:
        raise NotFound
    return key


async def entry_page(request: Request) -> Response:
    """The form of one entry."""
    draft, table = await draft_of(request), _table(request)
    catalogue, lang = await service_versions.draft_catalogue(draft), actor_of(request).lang
    entry = entries_of(catalogue, table).get(_key(request, catalogue))
    return await _show(request, draft, catalogue, empty(**(entry_cells(table, entry, lang) if entry else {})))


async def _show(request: Request, draft: CatalogueDraft, catalogue: Catalogue, form: Form[Any]) -> Response:
    table, key, lang = _table(request), _key(request, catalogue), actor_of(request).lang
    entry = entries_of(catalogue, table).get(key)
    title = _title(entry_cells(table, entry, lang), lang) if entry else t(lang, f"centres-draft-new-{table}")
    uses = len(users_of(catalogue, table, key)) if entry else 0
    may_go = entry is not None and table in SHRINKING and not uses
    address = address_of(table, key) if entry else NEW
    views = field_views(lang, table, is_new=entry is None)
    shown = EntryPage(draft, table, address, title, views, form, uses, may_go)
    return render(request, "centres/catalogue_entry.html", shown, status=422 if form.errors else 200)


async def save_entry(request: Request) -> Response:
    """Keep a changed or a new entry; what does not fit with the others yet is listed on the draft's page."""
    draft, table = await draft_of(request), _table(request)
    catalogue, lang = await service_versions.draft_catalogue(draft), actor_of(request).lang
    key = _key(request, catalogue)
    form: Form[Any] = await read_form(request, FORMS[table])
    if form.value is not None:
        cells = {name: str(form.get(name)) for name in COLUMNS[table]}
        entry, troubles = _read(table, key, catalogue, cells)
        for trouble in troubles:
            form.errors.setdefault(trouble.column, t(lang, trouble.key, **dict(trouble.args)))
        if draft.state is not DraftState.DRAFT:
            form.refuse(lang, Refused(VersionRefusal.NOT_NOW))
        if entry is not None and not form.errors:
            made = put_entry(catalogue, table, key, entry)
            if table == "platforms" and form.value.with_items:
                made = floated(made, entry.code, entry.floats, entry.floats_from)
            code = key_of(entry)
            try:
                await service_versions.save_draft(actor_of(request), draft.id, form.value.revision, made, code)
            except Refused as refusal:
                form.refuse(lang, refusal)
            else:
                return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-entry-saved", code=code)
    return await _show(request, draft, catalogue, form)


def _read(table: str, key: str, catalogue: Catalogue, cells: dict[str, str]) -> tuple[Any, list[Trouble]]:
    """The entry that the form makes, and what is wrong with it by itself; `key` is empty for a new one."""
    entry, troubles = READERS[table](cells)
    if entry is None:
        return None, troubles
    column = next(iter(COLUMNS[table]))
    name = key_of(entry)
    if key and name != key and table != "papers":
        return None, [Trouble(column, "centres-fault-code-fixed")]
    if name != key and name in entries_of(catalogue, table):
        return None, [Trouble(column, VersionRefusal.CODE_KNOWN.value)]
    return entry, [one for one in entry_troubles(table, entry, catalogue) if one.key not in LATER]


async def remove_entry(request: Request) -> Response:
    """Take an entry that no item names out of a draft."""
    draft, table = await draft_of(request), _table(request)
    catalogue, lang = await service_versions.draft_catalogue(draft), actor_of(request).lang
    key = _key(request, catalogue)
    form: Form[Any] = await read_form(request, RemoveForm)
    if form.value is not None:
        uses = users_of(catalogue, table, key)
        if not key or table not in SHRINKING:
            form.refuse(lang, Refused(VersionRefusal.NOT_NOW))
        elif uses:
            form.refuse(lang, Refused(VersionRefusal.IN_USE, n=len(uses)))
        else:
            made = without_entry(catalogue, table, key)
            try:
                await service_versions.save_draft(actor_of(request), draft.id, form.value.revision, made, key)
            except Refused as refusal:
                form.refuse(lang, refusal)
            else:
                return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-entry-gone", code=key)
    entry = entries_of(catalogue, table).get(key)
    kept = empty(**(entry_cells(table, entry, lang) if entry else {}))
    kept.errors.update(form.errors)
    return await _show(request, draft, catalogue, kept)


READ, EDIT = "centres.catalogue.read", "centres.catalogue.edit"
ROUTES: list[BaseRoute] = [
    page(DRAFTS + "/{id:int}/entries/{table}", entries_page, action=READ, scope=district_scope),
    page(DRAFTS + "/{id:int}/entries/{table}/{code}", entry_page, action=EDIT, scope=district_scope),
    post(DRAFTS + "/{id:int}/entries/{table}/{code}", save_entry, action=EDIT, scope=district_scope),
    post(DRAFTS + "/{id:int}/entries/{table}/{code}/remove", remove_entry, action=EDIT, scope=district_scope),
]
