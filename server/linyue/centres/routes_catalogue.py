"""Versions of the catalogue and their drafts: lists, one version, one draft with its steps to approval."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import allow
from linyue.base.routing import actor_of, page, post
from linyue.centres import service_store, service_tables, service_versions
from linyue.centres.model import CatalogueFile
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.pages_catalogue import DiffView, FaultView, diff_views, trouble_views
from linyue.centres.routes_admin import district_scope
from linyue.centres.rules import Catalogue
from linyue.centres.rules_versions import DraftState
from linyue.people.model import Person

DRAFTS = "/admin/catalogue/drafts"
SHOWN_DROPPED = 5
SOONEST = timedelta(days=7)


class StartForm(FormModel):
    """What is to be changed, and from when it shall hold."""

    name: str = Field(min_length=1, max_length=80)
    effective_from: date


class DraftForm(StartForm):
    """The same for a draft that is there."""

    revision: RowId


class StepForm(FormModel):
    """One step of a draft as it was seen; a reason where one is needed."""

    revision: RowId
    reason: str = Field(default="", max_length=400)


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: int
    name_zh: str
    name_en: str
    effective_from: date
    state: str
    """past, now or coming."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    id: int
    name: str
    effective_from: date
    state: str


@dataclass(frozen=True, slots=True)
class CataloguePage:
    versions: list[VersionLine]
    drafts: list[DraftLine]
    form: Form[Any]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    line: VersionLine
    items: int
    floating: int
    platforms: int
    platforms_floating: int
    retired: int
    made_by: str
    approved_by: str
    diffs: list[DiffView]
    before: int | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    draft: CatalogueDraft
    state: str
    base: int | None
    is_stale: bool
    """Another version was approved after this draft was begun."""
    made_by: str
    decided_by: str
    diffs: list[DiffView]
    troubles: list[FaultView]
    is_tried: bool
    moved: int
    of: int
    may_edit: bool
    may_approve: bool
    is_mine: bool
    form: Form[Any]


def line_of(row: CatalogueFile, in_force: int | None) -> VersionLine:
    """One version as a list shows it."""
    today = clock.local(clock.now()).date()
    state = "now" if row.id == in_force else "coming" if row.effective_from > today else "past"
    return VersionLine(row.version, row.title_zh, row.title_en, row.effective_from, state)


async def catalogue_page(request: Request) -> Response:
    """Every version and every draft."""
    return await _catalogue(request, empty(effective_from=(_today() + SOONEST).isoformat()))


def _today() -> date:
    return clock.local(clock.now()).date()


async def _catalogue(request: Request, form: Form[Any]) -> Response:
    in_force = await service_store.in_force_on(_today())
    rows = (
        await CatalogueFile.all().order_by("-version").only("id", "version", "title_zh", "title_en", "effective_from")
    )
    drafts = await CatalogueDraft.filter(state__in=[DraftState.DRAFT, DraftState.WAITING]).order_by("-id")
    dropped = await CatalogueDraft.filter(state=DraftState.DROPPED).order_by("-id").limit(SHOWN_DROPPED)
    shown = CataloguePage(
        [line_of(row, in_force.id if in_force else None) for row in rows],
        [DraftLine(one.id, one.name, one.effective_from, one.state.value) for one in (*drafts, *dropped)],
        form,
        allow(actor_of(request), "centres.catalogue.edit"),
    )
    return render(request, "centres/catalogue.html", shown, status=422 if form.errors else 200)


async def start(request: Request) -> Response:
    """Begin a change."""
    form = await read_form(request, StartForm)
    if form.value is not None:
        try:
            draft = await service_versions.start_draft(actor_of(request), form.value.name, form.value.effective_from)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-draft-started")
    return await _catalogue(request, form)


async def version_page(request: Request) -> Response:
    """One version: how much floats, what it changed, who made and who approved it."""
    row, catalogue = await service_tables.version_catalogue(request.path_params["version"])
    in_force = await service_store.in_force_on(_today())
    earlier = await CatalogueFile.filter(version__lt=row.version).order_by("-version").first()
    before = (await service_tables.version_catalogue(earlier.version))[1] if earlier else None
    draft = await CatalogueDraft.get_or_none(published_id=row.id)
    taken = [item for item in catalogue.items if not item.is_retired]
    shown = VersionPage(
        line_of(row, in_force.id if in_force else None),
        len(taken),
        sum(item.handled_by.value == "centre" for item in taken),
        len(catalogue.platforms),
        sum(entry.floats for entry in catalogue.platforms),
        len(catalogue.items) - len(taken),
        await name_of(draft.made_by_id if draft else None),
        await name_of(draft.decided_by_id if draft else None),
        diff_views(actor_of(request).lang, before, catalogue) if before else [],
        earlier.version if earlier else None,
    )
    return render(request, "centres/catalogue_version.html", shown)


async def name_of(person_id: int | None) -> str:
    """What somebody is called; empty for nobody."""
    person = await Person.get_or_none(id=person_id) if person_id else None
    return person.display_name if person else ""


async def draft_of(request: Request) -> CatalogueDraft:
    """The draft in the address. Raises NotFound."""
    return await service_versions.find_draft(request.path_params["id"])


async def draft_page(request: Request) -> Response:
    """One draft: what it changes, what is wrong, what comes next."""
    draft = await draft_of(request)
    return await show_draft(request, empty(name=draft.name, effective_from=draft.effective_from.isoformat()))


async def show_draft(request: Request, form: Form[Any]) -> Response:
    """The page of a draft, with what a step on it was refused for."""
    draft, actor = await draft_of(request), actor_of(request)
    catalogue: Catalogue = await service_versions.draft_catalogue(draft)
    base = await service_versions.base_catalogue(draft)
    latest = await service_store.latest_version()
    hands = await service_versions.hands_of(draft.id)
    is_open = draft.state is DraftState.DRAFT
    may_edit = allow(actor, "centres.catalogue.edit")
    shown = DraftPage(
        draft,
        draft.state.value,
        base.version if base else None,
        is_open and latest is not None and latest.id != draft.base_id,
        await name_of(draft.made_by_id),
        await name_of(draft.decided_by_id),
        diff_views(actor.lang, base, catalogue, f"{DRAFTS}/{draft.id}" if is_open and may_edit else "") if base else [],
        trouble_views(actor.lang, catalogue),
        draft.tried_revision == draft.revision,
        int(draft.trial.get("moved_count", 0)),
        int(draft.trial.get("of", 0)),
        may_edit,
        allow(actor, "centres.catalogue.approve"),
        actor.person_id in hands,
        form,
    )
    return render(request, "centres/catalogue_draft.html", shown, status=422 if form.errors else 200)


async def rename(request: Request) -> Response:
    """Another name, another day."""
    form = await read_form(request, DraftForm)
    draft = await draft_of(request)
    if form.value is not None:
        sent = form.value
        try:
            await service_versions.rename_draft(
                actor_of(request), draft.id, sent.revision, sent.name, sent.effective_from
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-draft-saved")
    return await show_draft(request, form)


async def step(request: Request) -> Response:
    """Hand in, take back, drop, move onto a newer version, approve, send back."""
    form = await read_form(request, StepForm)
    draft, actor, name = await draft_of(request), actor_of(request), request.path_params["step"]
    if name not in ("hand-in", "take-back", "drop", "rebase"):
        raise NotFound
    if form.value is not None:
        revision = form.value.revision
        try:
            match name:
                case "hand-in":
                    await service_versions.hand_in(actor, draft.id, revision)
                case "take-back":
                    await service_versions.take_back(actor, draft.id, revision)
                case "drop":
                    await service_versions.drop_draft(actor, draft.id, revision)
                case _:
                    both = await service_versions.rebase_draft(actor, draft.id, revision)
                    return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-draft-rebase", n=len(both))
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"{DRAFTS}/{draft.id}", flash=f"centres-flash-draft-{name}")
    return await show_draft(request, form)


async def approve(request: Request) -> Response:
    """Approve what others made."""
    form = await read_form(request, StepForm)
    draft = await draft_of(request)
    if form.value is not None:
        try:
            stored = await service_versions.approve(actor_of(request), draft.id, form.value.revision)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/admin/catalogue/v/{stored.version}", flash="centres-flash-draft-approved")
    return await show_draft(request, form)


async def send_back(request: Request) -> Response:
    """Send a draft back to its makers, with the reason."""
    form = await read_form(request, StepForm)
    draft = await draft_of(request)
    if form.value is not None:
        try:
            sent = form.value
            await service_versions.send_back(actor_of(request), draft.id, sent.revision, sent.reason)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"{DRAFTS}/{draft.id}", flash="centres-flash-draft-back")
    return await show_draft(request, form)


READ, EDIT, APPROVE = "centres.catalogue.read", "centres.catalogue.edit", "centres.catalogue.approve"
ROUTES: list[BaseRoute] = [
    page("/admin/catalogue", catalogue_page, action=READ, scope=district_scope),
    post(DRAFTS, start, action=EDIT, scope=district_scope),
    page("/admin/catalogue/v/{version:int}", version_page, action=READ, scope=district_scope),
    page(DRAFTS + "/{id:int}", draft_page, action=READ, scope=district_scope),
    post(DRAFTS + "/{id:int}/rename", rename, action=EDIT, scope=district_scope),
    post(DRAFTS + "/{id:int}/approve", approve, action=APPROVE, scope=district_scope),
    post(DRAFTS + "/{id:int}/send-back", send_back, action=APPROVE, scope=district_scope),
    post(DRAFTS + "/{id:int}/step/{step}", step, action=EDIT, scope=district_scope),
]
