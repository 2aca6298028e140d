"""Pages of doubts about a result: asking, the list without persons, one doubt, the desk. They only translate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import daytime_text, redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.people.service import names_of
from linyue.questions import service_views as questions
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.records import service_challenges as service
from linyue.records import service_views
from linyue.records.model_challenges import Challenge
from linyue.records.rules import Standing, typed_code
from linyue.records.rules_challenges import ChallengeKind, ChallengeState, Finding


class AskForm(FormModel):
    """What somebody says is wrong."""

    kind: ChallengeKind
    code: str = Field(default="", max_length=20)
    text: str = Field(default="", max_length=400)


class AnswerForm(FormModel):
    """Whether the doubt is right, and why."""

    finding: Finding
    text: str = Field(default="", max_length=1000)


@dataclass(frozen=True, slots=True)
class Line:
    """A doubt as everybody may see it: no person, no words of theirs. `href` only for those who may open it."""

    number: str
    kind: str
    state: str
    finding: str
    asked_at: datetime
    due_at: datetime
    is_late: bool
    answer: str
    answered_at: datetime | None
    question: str
    href: str


@dataclass(frozen=True, slots=True)
class AskPage:
    """Doubts about one result, and the form to raise one. `until` None: not now, `closed` says why."""

    public_id: str
    text: str
    lines: list[Line]
    answered: int
    until: datetime | None
    closed: str
    is_signed_in: bool
    may_ask: bool
    own: str
    is_secret: bool
    """Then nobody is asked for a code, except by the form of a doubt."""
    said: str
    said_kind: str
    said_more: str
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class OnePage:
    """One doubt for the one who asked, its owner and those above."""

    line: Line
    public_id: str
    question_id: str
    text: str
    code: str
    found: str
    owner: str
    may_answer: bool
    may_take: bool
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Doubts to answer."""

    waiting: list[Line]
    answered: list[Line]


async def ask_page(request: Request) -> Response:
    """The doubts about a result; a receipt code is looked up at once."""
    kept = {name: request.query_params.get(name, "") for name in ("kind", "code")}
    return await _ask(request, await _question(request), empty(**{k: v[:40] for k, v in kept.items()}))


async def _ask(request: Request, question: Question, form: Form[Any], status: int = 200) -> Response:
    lang, actor, now = request.state.prefs.lang, actor_of(request), clock.now()
    lines = await lines_of(lang, question)
    until = service.can_doubt_until(question, now)
    asked = "" if question.kind == "secret" and request.method == "GET" else str(form.get("code"))
    said, kind, more = await first_help(lang, question, asked)
    channel = await service.own_vote(question, actor.person_id)
    own = ""
    if channel is not None:
        way = t(lang, f"questions-way-{channel}") if channel else ""
        own = t(lang, "records-challenges-own-voted", way=way) if channel else t(lang, "records-challenges-own-none")
    shown = AskPage(
        public_id=question.public_id,
        text=question.text_in(lang),
        lines=lines,
        answered=sum(line.state == ChallengeState.ANSWERED for line in lines),
        until=until,
        closed="" if until else t(lang, _closed_key(question)),
        is_signed_in=actor.is_signed_in,
        may_ask=actor.person_id is not None and await service.may_ask(question, actor.person_id),
        own=own,
        is_secret=question.kind == "secret",
        said=said,
        said_kind=kind,
        said_more=more,
        form=form,
    )
    return render(request, "records/doubts.html", shown, status=status)


def _closed_key(question: Question) -> str:
    if question.voided_at is not None:
        return "records-challenges-refused-voided"
    return (
        "records-challenges-refused-too-late" if question.published_at else "records-challenges-refused-not-published"
    )


async def first_help(lang: str, question: Question, code: str) -> tuple[str, str, str]:
    """What the record says of a receipt code at once: heading, kind of banner, more words; empty without a code."""
    plain = typed_code(code)
    if not plain:
        return "", "info", ""
    found = await service_views.find(question, plain)
    if found is None:
        return t(lang, "records-challenges-code-none", code=plain), "warn", t(lang, "records-challenges-code-none-more")
    more = t(lang, f"records-standing-{found.standing}")
    kind = "info" if found.standing in (Standing.REPLACED, Standing.WITHDRAWN) else "ok"
    if found.seq is None:
        return t(lang, "records-found-listed"), kind, more
    return t(lang, "records-found", n=found.seq), kind, more


async def ask(request: Request) -> Response:
    """Raise a doubt; its number is told at once."""
    question = await _question(request)
    form = await read_form(request, AskForm)
    if form.value is None:
        return await _ask(request, question, form, 422)
    sent = form.value
    try:
        row = await service.raise_challenge(actor_of(request), question.id, sent.kind, code=sent.code, text=sent.text)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _ask(request, question, form, 422)
    return redirect(f"/doubts/{row.public_id}", flash="records-challenges-flash-raised", number=row.number)


async def one_page(request: Request) -> Response:
    """One doubt."""
    return await _one(request, await _challenge(request), empty())


async def _one(request: Request, row: Challenge, form: Form[Any], status: int = 200) -> Response:
    lang, actor = request.state.prefs.lang, actor_of(request)
    question = await Question.get(id=row.question_id).prefetch_related("meeting__place")
    scope = await service.scope_of(row)
    is_open = row.state is ChallengeState.OPEN
    is_chair = actor.person_id in await service.chairs_of(question.meeting_id)
    may_answer = is_open and not is_chair and allow(actor, "challenge.answer", scope)
    is_free = is_open and not is_chair and actor.person_id not in (row.person_id, row.owner_id)
    found, _, more = await first_help(lang, question, row.code)
    shown = OnePage(
        line=_line(lang, row, question, ""),
        public_id=row.public_id,
        question_id=question.public_id,
        text=row.text,
        code=row.code,
        found=f"{found} {more}".strip(),
        owner=(await names_of([row.owner_id])).get(row.owner_id or 0, ""),
        may_answer=may_answer,
        may_take=is_free and allow(actor, "challenge.take", scope),
        form=form,
    )
    return render(request, "records/doubt.html", shown, status=status)


async def answer(request: Request) -> Response:
    """Answer a doubt."""
    row = await _challenge(request)
    form = await read_form(request, AnswerForm)
    if form.value is not None:
        try:
            await service.answer_challenge(actor_of(request), row.id, form.value.finding, form.value.text)
            return redirect(f"/doubts/{row.public_id}", flash="records-challenges-flash-answered")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            row = await _challenge(request)
    return await _one(request, row, form, 422)


async def take(request: Request) -> Response:
    """Take a doubt over."""
    row = await _challenge(request)
    await service.take_challenge(actor_of(request), row.id)
    return redirect(f"/doubts/{row.public_id}", flash="records-challenges-flash-taken")


async def desk_page(request: Request) -> Response:
    """Doubts this person has to answer, and those of their places."""
    lang = request.state.prefs.lang
    rows = await service.desk_of(actor_of(request))
    lines = [_line(lang, row, row.question, f"/doubts/{row.public_id}") for row in rows]
    waiting = [line for line in lines if line.state == ChallengeState.OPEN]
    return render(request, "records/desk.html", DeskPage(waiting, [line for line in lines if line not in waiting]))


async def lines_of(lang: str, question: Question) -> list[Line]:
    """The doubts about a result as everybody may see them."""
    return [_line(lang, row, question, "") for row in await Challenge.of(question.id)]


def _line(lang: str, row: Challenge, question: Question, href: str) -> Line:
    return Line(
        number=row.number,
        kind=row.kind.value,
        state=row.state.value,
        finding=row.finding.value if row.finding else "",
        asked_at=row.asked_at,
        due_at=row.due_at,
        is_late=row.state is ChallengeState.OPEN and row.due_at < clock.now(),
        answer=row.answer,
        answered_at=row.answered_at,
        question=question.text_in(lang),
        href=href,
    )


async def links_of(question: Question, _actor: Actor, lang: str) -> list[tuple[str, str]]:
    """The way from a published result to the doubts about it, with their number."""
    if not questions.is_shown(question):
        return []
    n = await Challenge.of(question.id).count()
    waiting = await Challenge.of(question.id).filter(state=ChallengeState.OPEN).count()
    until = service.can_doubt_until(question, clock.now())
    key = "records-challenges-link-some" if n else "records-challenges-link-none" if until else ""
    if not key:
        return []
    words = t(lang, key, n=n, waiting=waiting, until=daytime_text(lang, until) if until else "")
    return [(f"/q/{question.public_id}/doubts", words)]


async def _question(request: Request) -> Question:
    question = await questions.question_by_public_id(request.path_params["public_id"])
    if question.state is QuestionState.DRAFT:
        raise NotFound
    return question


async def _challenge(request: Request) -> Challenge:
    return await service.challenge_by_public_id(request.path_params["challenge_id"])


async def _question_scope(request: Request) -> Scope:
    return Scope(place_path=(await _question(request)).meeting.place.path)


async def _challenge_scope(request: Request) -> Scope:
    return await service.scope_of(await _challenge(request))


questions.show_links_from(links_of)

ROUTES: list[BaseRoute] = [
    page("/q/{public_id}/doubts", ask_page, action="challenge.list", scope=_question_scope),
    post("/q/{public_id}/doubts", ask, action="challenge.ask", scope=_question_scope),
    page("/doubts/{challenge_id}", one_page, action="challenge.read", scope=_challenge_scope),
    post("/doubts/{challenge_id}/answer", answer, action="challenge.answer", scope=_challenge_scope),
    post("/doubts/{challenge_id}/take", take, action="challenge.take", scope=_challenge_scope),
    page("/desk/doubts", desk_page, action="challenge.desk"),
]
