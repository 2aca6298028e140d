"""Pages of a resolution: writing it after a result, the promise itself, its change and its keeping."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, Narrowed, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import PHOTO_BODY, actor_of, page, post
from linyue.matters import service_photos
from linyue.matters.model import Matter, MatterPhoto
from linyue.matters.service_views import PhotoView, draft_views, photo_views
from linyue.people.model import Person
from linyue.people.service import names_of
from linyue.questions import service_views as questions
from linyue.questions.model import Question
from linyue.resolutions import routes_plan, service, service_read
from linyue.resolutions.model import ActionLine, Resolution
from linyue.resolutions.rules import LONGEST_TEXT, LONGEST_TEXT_EN, ResolutionState
from linyue.resolutions.service_read import MoveView


class PromiseForm(FormModel):
    """Who does what by when."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    text_en: str = Field(default="", max_length=LONGEST_TEXT_EN)
    owner: str = Field(min_length=1, max_length=24)
    due: date


class ChangeForm(FormModel):
    """Another owner or date, and why."""

    owner: str = Field(min_length=1, max_length=24)
    due: date
    reason: str = Field(min_length=1, max_length=200)
    version: int = Field(ge=1)


class KeepForm(FormModel):
    """What was done."""

    text: str = Field(default="", max_length=LONGEST_TEXT)
    version: int = Field(ge=1)
    form_id: str = Field(default="", max_length=40)
    """Under which photos are kept until the form is taken."""


@dataclass(frozen=True, slots=True)
class WritePage:
    """The form for a new promise."""

    question_text: str
    question_id: str
    carriers: Narrowed
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class PromisePage:
    """One promise, with the forms of those who may change or keep it."""

    public_id: str
    text: str
    owner_id: str
    owner_name: str
    proof: str
    """How one sees that it is done; empty where no plan said so."""
    due_at: datetime
    is_kept: bool
    voided: str
    """Why the vote behind it was voided; empty while it stands."""
    is_late: bool
    kept_at: datetime | None
    kept_text: str
    matter_number: str
    matter_title: str
    question_id: str
    version: int
    may_change: bool
    may_keep: bool
    carriers: Narrowed | None
    change: Form[Any]
    keep: Form[Any]
    moves: list[MoveView]
    photos: list[PhotoView]
    form_id: str
    kept_photos: list[PhotoView]
    """Those that came with a form that was refused."""


async def question_scope(request: Request) -> Scope:
    """The place where the question was decided."""
    return await service.scope_of_question(await questions.question_by_public_id(request.path_params["question_id"]))


async def resolution_scope(request: Request) -> Scope:
    """The place of the promise's matter, and who carries it."""
    return await service.scope_of(await service.resolution_by_public_id(request.path_params["resolution_id"]))


async def write(request: Request) -> Response:
    """The form for a new promise, for whoever may write it; once it is written, the promise; else the result."""
    question = await questions.question_by_public_id(request.path_params["question_id"])
    made = await service.resolution_of_question(question.id)
    if made is not None:
        return redirect(f"/resolutions/{made.public_id}")
    if not await _may_make(request, question):
        return redirect(f"/q/{question.public_id}")
    form = empty(text=question.text_zh)
    return await _write_page(request, question, form)


async def _may_make(request: Request, question: Question) -> bool:
    try:
        return allow(actor_of(request), "resolution.make", await service.scope_of_question(question))
    except NotFound:  # a choice among options leads to no promise
        return False


async def make(request: Request) -> Response:
    """Write the promise down."""
    question = await questions.question_by_public_id(request.path_params["question_id"])
    form = await read_form(request, PromiseForm)
    if form.value is not None:
        sent = form.value
        try:
            made = await service.make_resolution(
                actor_of(request),
                question.id,
                text=sent.text,
                text_en=sent.text_en,
                owner_public_id=sent.owner,
                due_on=sent.due,
            )
            return redirect(f"/resolutions/{made.public_id}", flash="resolutions-flash-made")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _write_page(request, question, form, 422)


async def _write_page(request: Request, question: Question, form: Form[Any], status: int = 200) -> Response:
    lang, who = request.state.prefs.lang, request.query_params.get("who", "")
    carriers = await service_read.owners_for(question.meeting_id, lang, who, keep=str(form.get("owner")))
    shown = WritePage(question.text_in(lang), question.public_id, carriers, form)
    return render(request, "resolutions/write.html", shown, status=status)


async def show(request: Request) -> Response:
    """The promise: who does what by when, and whether it was kept."""
    row = await service.resolution_by_public_id(request.path_params["resolution_id"])
    return await _promise_page(request, row)


async def change(request: Request) -> Response:
    """Another owner or date, in the open."""
    row = await service.resolution_by_public_id(request.path_params["resolution_id"])
    form = await read_form(request, ChangeForm)
    if form.value is not None:
        sent = form.value
        try:
            await service.change_resolution(
                actor_of(request),
                row.id,
                owner_public_id=sent.owner,
                due_on=sent.due,
                reason=sent.reason,
                version=sent.version,
            )
            return redirect(f"/resolutions/{row.public_id}", flash="resolutions-flash-changed")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _promise_page(request, row, change_form=form, status=422)


async def keep(request: Request) -> Response:
    """The promise is kept."""
    row = await service.resolution_by_public_id(request.path_params["resolution_id"])
    form = await read_form(request, KeepForm)
    if form.value is not None:
        try:
            sent, actor = form.value, actor_of(request)
            raws = [await one.read() for one in form.files.get("photos", []) if one.filename]
            if raws:
                await service_photos.keep_photos(actor, request.app.state.settings.data, sent.form_id, raws)
            await service.keep_resolution(actor, row.id, text=sent.text, version=sent.version, form_id=sent.form_id)
            return redirect(f"/resolutions/{row.public_id}", flash="resolutions-flash-kept")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _promise_page(request, row, keep_form=form, status=422)


async def _promise_page(
    request: Request,
    row: Resolution,
    *,
    change_form: Form[Any] | None = None,
    keep_form: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    matter = await Matter.get(id=row.matter_id)
    question = await Question.get(id=row.question_id)
    actor, scope = actor_of(request), await service.scope_of(row)
    is_open, is_void = row.state is ResolutionState.EXECUTING, row.state is ResolutionState.VOIDED
    may_change = is_open and allow(actor, "resolution.change", scope)
    owner = await Person.get(id=row.owner_id)
    line = await ActionLine.get_or_none(public_id=row.public_id)
    moves, pictures = await service_read.moves_of(row)
    photos = await MatterPhoto.filter(matter_id=matter.id, public_id__in=pictures).order_by("id")
    form_id = str(keep_form.get("form_id")) if keep_form else ""
    lang, who = request.state.prefs.lang, request.query_params.get("who", "")
    change = change_form or empty(owner=owner.public_id, due=clock.local(row.due_at).date().isoformat())
    carriers = None
    if may_change:
        now = (owner.public_id, owner.display_name)
        carriers = await service_read.owners_for(question.meeting_id, lang, who, keep=str(change.get("owner")), now=now)
    shown = PromisePage(
        public_id=row.public_id,
        text=row.text_in(request.state.prefs.lang),
        owner_id=owner.public_id,
        owner_name=(await names_of([owner.id]))[owner.id],
        proof=line.proof if line else "",
        due_at=row.due_at,
        is_kept=row.state is ResolutionState.KEPT,
        voided=question.void_reason if is_void else "",
        is_late=is_open and row.due_at < clock.now(),
        kept_at=row.kept_at,
        kept_text=row.kept_text,
        matter_number=matter.number,
        matter_title=matter.title,
        question_id=question.public_id,
        version=row.version,
        may_change=may_change,
        may_keep=is_open and allow(actor, "resolution.keep", scope),
        carriers=carriers,
        change=change,
        keep=keep_form or empty(),
        moves=moves,
        photos=photo_views(lang, photos, is_staff=False)[1],
        form_id=form_id or secrets.token_urlsafe(16),
        kept_photos=draft_views(lang, await service_photos.drafts_of(actor, form_id)) if form_id else [],
    )
    return render(request, "resolutions/promise.html", shown, status=status)


ROUTES: list[BaseRoute] = [
    page("/q/{question_id}/resolution", write, action="question.read"),
    post("/q/{question_id}/resolution", make, action="resolution.make", scope=question_scope),
    page("/resolutions/{resolution_id}", show, action="resolution.read", scope=resolution_scope),
    post("/resolutions/{resolution_id}/change", change, action="resolution.change", scope=resolution_scope),
    *routes_plan.ROUTES,
    post(
        "/resolutions/{resolution_id}/keep",
        keep,
        action="resolution.keep",
        scope=resolution_scope,
        max_body=PHOTO_BODY,
    ),
]
