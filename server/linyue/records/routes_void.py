"""The page on which two people void a question, and put its words again. It only translates."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import daytime_text, redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.meetings.rules import MeetingState
from linyue.meetings.service import scope_of
from linyue.questions import service_views as questions
from linyue.questions.model import Question
from linyue.questions.rules import VOID_REASON_LIMIT, QuestionState
from linyue.records import service_void
from linyue.records.rules_void import VoidingState, VoidRefusal
from linyue.records.service_challenges import chairs_of


class ReasonForm(FormModel):
    """Why a question should be voided."""

    reason: str = Field(default="", max_length=VOID_REASON_LIMIT)


class AgainForm(FormModel):
    """In which meeting the words are put again."""

    meeting: str = Field(default="", max_length=24)


@dataclass(frozen=True, slots=True)
class VoidPage:
    """Where a voiding stands, with the one step that the reader can take."""

    public_id: str
    text: str
    is_open_to: bool
    reason: str
    proposer: str
    proposed_at: datetime | None
    voided_lines: list[str]
    may_propose: bool
    may_confirm: bool
    may_withdraw: bool
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class AgainPage:
    """Where the words of a voided question can be put again."""

    public_id: str
    text: str
    meetings: list[tuple[str, str]]
    done: str
    form: Form[Any]


async def void_page(request: Request) -> Response:
    """The proposal, its reason, and what may be done with it."""
    return await _void(request, await _question(request), empty())


async def _void(request: Request, question: Question, form: Form[Any], status: int = 200) -> Response:
    lang, actor = request.state.prefs.lang, actor_of(request)
    row = await service_void.proposal_of(question.id)
    scope = await scope_of(question.meeting)
    waits = row is not None and row.state is VoidingState.PROPOSED
    is_void = question.state is QuestionState.VOIDED
    is_mine = row is not None and row.proposed_by_id == actor.person_id
    is_chair = actor.person_id in await chairs_of(question.meeting_id)
    lines: list[str] = []
    if is_void and question.voided_at is not None:
        lines = [
            t(lang, "records-void-since", at=daytime_text(lang, question.voided_at)),
            t(lang, "records-void-why", reason=question.void_reason),
            t(lang, "records-void-means"),
        ]
    shown = VoidPage(
        public_id=question.public_id,
        text=question.text_in(lang),
        is_open_to=question.state not in (QuestionState.DRAFT, QuestionState.VOIDED),
        reason=row.reason if row is not None and waits else "",
        proposer=row.proposed_by.display_name if row is not None and waits else "",
        proposed_at=row.proposed_at if row is not None and waits else None,
        voided_lines=lines,
        may_propose=not waits and not is_void and question.state is not QuestionState.DRAFT,
        may_confirm=waits and not is_mine and not is_chair and allow(actor, "question.void.confirm", scope),
        may_withdraw=waits and is_mine,
        form=form,
    )
    return render(request, "records/void.html", shown, status=status)


async def propose(request: Request) -> Response:
    """Propose to void the question."""
    question = await _question(request)
    form = await read_form(request, ReasonForm)
    if form.value is not None:
        try:
            await service_void.propose(actor_of(request), question.id, form.value.reason)
            return redirect(f"/q/{question.public_id}/void", flash="records-void-flash-proposed")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _void(request, question, form, 422)


async def confirm(request: Request) -> Response:
    """The second person confirms."""
    question = await _question(request)
    step = service_void.confirm(actor_of(request), question.id)
    return await _step(request, question, step, "records-void-flash-done", f"/q/{question.public_id}")


async def decline(request: Request) -> Response:
    """The second person does not agree."""
    question = await _question(request)
    step = service_void.decline(actor_of(request), question.id)
    return await _step(request, question, step, "records-void-flash-withdrawn", f"/q/{question.public_id}/void")


async def withdraw(request: Request) -> Response:
    """The first person takes it back."""
    question = await _question(request)
    step = service_void.withdraw(actor_of(request), question.id)
    return await _step(request, question, step, "records-void-flash-withdrawn", f"/q/{question.public_id}/void")


async def _step(request: Request, question: Question, step: Awaitable[object], flash: str, onward: str) -> Response:
    try:
        await step
    except Refused as refusal:
        form = empty()
        form.refuse(request.state.prefs.lang, refusal)
        return await _void(request, await _question(request), form, 409)
    return redirect(onward, flash=flash)


async def again_page(request: Request) -> Response:
    """Where the words can be put again; there is nothing to repeat while the vote stands."""
    question, form = await _question(request), empty()
    if question.state is not QuestionState.VOIDED:
        form.refuse(request.state.prefs.lang, Refused(VoidRefusal.NOT_VOIDED))
    return await _again(request, question, form, 409 if form.errors else 200)


async def _again(request: Request, question: Question, form: Form[Any], status: int = 200) -> Response:
    lang = request.state.prefs.lang
    row = await service_void.proposal_of(question.id)
    options = []
    is_void = question.state is QuestionState.VOIDED
    for meeting in await service_void.meetings_for(actor_of(request), question) if is_void else []:
        key = "records-void-again-now" if meeting.state is MeetingState.RUNNING else "records-void-again-draft"
        at = daytime_text(lang, meeting.starts_at)
        options.append((meeting.public_id, t(lang, key, title=meeting.title_in(lang), at=at)))
    done = row.again if row is not None and row.state is VoidingState.CONFIRMED else ""
    shown = AgainPage(question.public_id, question.text_in(lang), options, done, form)
    return render(request, "records/again.html", shown, status=status)


async def again(request: Request) -> Response:
    """Put the same words as a new question."""
    question = await _question(request)
    form = await read_form(request, AgainForm)
    if form.value is not None:
        try:
            link = await service_void.put_again(actor_of(request), question.id, form.value.meeting)
            return redirect(link, flash="records-void-again-flash")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _again(request, question, form, 422)


async def links_of(question: Question, actor: Actor, lang: str) -> list[tuple[str, str]]:
    """The way to voiding, and to a new vote after one, for those who may."""
    scope = await scope_of(question.meeting)
    base = f"/q/{question.public_id}"
    if question.state is QuestionState.VOIDED:
        may = actor.is_signed_in and allow(actor, "question.again", scope)
        return [(f"{base}/again", t(lang, "records-void-again-title"))] if may else []
    if question.state is QuestionState.DRAFT or not actor.is_signed_in or not allow(actor, "question.void", scope):
        return []
    row = await service_void.proposal_of(question.id)
    return [(f"{base}/void", t(lang, "records-void-page-waiting" if row is not None else "records-void-page-link"))]


async def _question(request: Request) -> Question:
    return await questions.question_by_public_id(request.path_params["public_id"])


async def _scope(request: Request) -> Scope:
    return await scope_of((await _question(request)).meeting)


questions.show_links_from(links_of)

ROUTES: list[BaseRoute] = [
    page("/q/{public_id}/void", void_page, action="question.void", scope=_scope),
    post("/q/{public_id}/void", propose, action="question.void", scope=_scope),
    post("/q/{public_id}/void/confirm", confirm, action="question.void.confirm", scope=_scope),
    post("/q/{public_id}/void/decline", decline, action="question.void.confirm", scope=_scope),
    post("/q/{public_id}/void/withdraw", withdraw, action="question.void", scope=_scope),
    page("/q/{public_id}/again", again_page, action="question.again", scope=_scope),
    post("/q/{public_id}/again", again, action="question.again", scope=_scope),
]
