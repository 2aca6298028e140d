"""Pages of voices: asking, suggesting, appraising, one voice with its answer, the desk, a council's oversight."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Actor, Role, Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.councils.service_rules import rules_now
from linyue.matters.service_views import name_of
from linyue.oversight import service, service_views, service_voices
from linyue.oversight.model import Notice, Voice
from linyue.oversight.rules import (
    FINDINGS,
    Desk,
    Finding,
    Verdict,
    VoiceKind,
    VoiceState,
    answer_days,
    first_desk,
    refuse_answer,
    refuse_pass_up,
)
from linyue.oversight.service_views import Account
from linyue.people import service as people

SHOWN = 40


class AskForm(FormModel):
    """A question or an objection."""

    kind: Literal[VoiceKind.QUESTION, VoiceKind.OBJECTION]
    text: str = Field(default="", max_length=500)


class AskPlaceForm(FormModel):
    """A question about what stands on no notice."""

    text: str = Field(default="", max_length=500)


class AppraiseForm(FormModel):
    """What an overseer finds."""

    verdict: Verdict
    text: str = Field(default="", max_length=500)


class SuggestForm(FormModel):
    """A suggestion and whom it is for."""

    desk: Desk
    text: str = Field(default="", max_length=500)


class AnswerForm(FormModel):
    """An answer; `shown` = the words of the one who asked may be read by everybody."""

    finding: Finding
    text: str = Field(default="", max_length=1000)
    shown: Literal["yes", "no"]
    version: RowId


class PassForm(FormModel):
    """Passing up."""

    version: RowId


@dataclass(frozen=True, slots=True)
class Line:
    """A voice as this reader may see it; no name of who asked. `href` only for those who may open it."""

    number: str
    kind: str
    verdict: str
    state: str
    desk: str
    text: str
    is_text_kept: bool
    """Its words are not shown to this reader."""
    asked_at: datetime
    due_at: datetime | None
    is_late: bool
    was_late: bool
    passed_at: datetime | None
    finding: str
    answer: str
    answered_at: datetime | None
    about: str
    place: str
    href: str


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form to ask or object (`step` "ask"), or to appraise (`step` "appraise")."""

    step: str
    public_id: str
    title: str
    is_posted: bool
    ends_at: datetime
    may: bool
    days: dict[str, int]
    """Working days for an answer, by what is said."""
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class VoicePage:
    """One voice for who asked, who answers and those above."""

    line: Line
    public_id: str
    notice_id: str
    findings: list[str]
    may_answer: bool
    may_pass: bool
    version: int
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class SuggestionsPage:
    """Suggestions of a council's place."""

    council: Council
    lines: list[Line]
    total: int
    waiting: int
    answered: int


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """The form of a suggestion."""

    council: Council
    may: bool
    days: dict[str, int]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class AskPlacePage:
    """The form of a question about what stands on no notice."""

    council: Council
    may: bool
    days: int
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class OversightPage:
    """How disclosure stands at a council's place, what can be said now, and what was said."""

    council: Council
    posted: list[tuple[str, str, datetime, bool]]
    """Notices on display: address of the form, title, last moment, and whether the reader appraises it."""
    account: Account
    ratings: list[tuple[str, int]]
    appraisals: list[Line]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Voices that wait, those answered last, and for an overseer the notices that nobody has appraised yet."""

    waiting: list[Line]
    done: list[Line]
    late: int
    oversees: bool
    unappraised: list[tuple[str, str, str, datetime]]
    """Of each notice: address, title, place, end of its period."""


def line_of(actor: Actor, row: Voice) -> Line:
    """A voice for one reader. `row.place` and `row.notice` are loaded."""
    is_inside = allow(actor, "oversight.voice.read", service_voices.scope_of(row))
    is_shown = row.is_text_shown or is_inside
    now = clock.now()
    return Line(
        number=row.number,
        kind=row.kind.value,
        verdict=row.verdict.value if row.verdict else "",
        state=row.state.value,
        desk=row.desk.value.replace("_", "-"),
        text=row.text if is_shown else "",
        is_text_kept=not is_shown,
        asked_at=row.asked_at,
        due_at=row.due_at,
        is_late=row.state is VoiceState.OPEN and row.due_at is not None and row.due_at < now,
        was_late=row.state is VoiceState.ANSWERED and row.overdue_at is not None,
        passed_at=row.passed_at,
        finding=row.finding.value if row.finding else "",
        answer=row.answer,
        answered_at=row.answered_at,
        about=row.notice.title if row.notice_id is not None and row.notice else "",
        place=name_of(actor.lang, row.place),
        href=service_voices.link_of(row) if is_inside else "",
    )


async def ask_page(request: Request) -> Response:
    """The form to ask about a notice or to object to it."""
    kind = request.query_params.get("kind", "")[:12]
    return await _ask(request, await _notice(request), empty(kind=kind), "ask")


async def appraise_page(request: Request) -> Response:
    """The form of an overseer."""
    return await _ask(request, await _notice(request), empty(), "appraise")


async def _ask(request: Request, notice: Notice, form: Form[Any], step: str, status: int = 200) -> Response:
    actor, rules = actor_of(request), await rules_now()
    shown = AskPage(
        step=step,
        public_id=notice.public_id,
        title=notice.title,
        is_posted=clock.now() <= notice.ends_at,
        ends_at=notice.ends_at,
        may=step == "appraise" or await people.is_on_roll(actor, notice.place.path),
        days={kind.value: answer_days(kind, first_desk(kind), rules) for kind in VoiceKind},
        form=form,
    )
    return render(request, "oversight/ask.html", shown, status=status)


async def ask(request: Request) -> Response:
    """Ask or object; the number is told at once."""
    notice, form = await _notice(request), await read_form(request, AskForm)
    if form.value is not None:
        try:
            row = await service_voices.raise_voice(actor_of(request), notice.id, form.value.kind, form.value.text)
            return redirect(service_voices.link_of(row), flash="oversight-flash-said", number=row.number)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _ask(request, notice, form, "ask", 422)


async def appraise(request: Request) -> Response:
    """An overseer's word about a notice."""
    notice, form = await _notice(request), await read_form(request, AppraiseForm)
    if form.value is not None:
        sent, kind = form.value, VoiceKind.APPRAISAL
        try:
            await service_voices.raise_voice(actor_of(request), notice.id, kind, sent.text, sent.verdict)
            return redirect(f"/notices/{notice.public_id}#said", flash="oversight-flash-appraised")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _ask(request, notice, form, "appraise", 422)


async def suggestions_page(request: Request) -> Response:
    """Suggestions to the community or the street, with their answers."""
    actor, council = actor_of(request), await _council(request)
    rows = service_views.suggestions(council.place)
    shown = SuggestionsPage(
        council=council,
        lines=[line_of(actor, row) for row in await rows.limit(SHOWN)],
        total=await rows.count(),
        waiting=await rows.filter(state=VoiceState.OPEN).count(),
        answered=await rows.filter(state=VoiceState.ANSWERED).count(),
    )
    return render(request, "oversight/suggestions.html", shown)


async def suggest_page(request: Request) -> Response:
    """The form of a suggestion."""
    return await _suggest(request, empty(desk=Desk.COMMUNITY.value))


async def _suggest(request: Request, form: Form[Any], status: int = 200) -> Response:
    council = await _council(request)
    rules = await rules_now()
    days = {desk.value: answer_days(VoiceKind.SUGGESTION, desk, rules) for desk in Desk}
    may = await people.is_on_roll(actor_of(request), council.place.path)
    return render(request, "oversight/suggest.html", SuggestPage(council, may, days, form), status=status)


async def suggest(request: Request) -> Response:
    """Suggest something."""
    council, form = await _council(request), await read_form(request, SuggestForm)
    if form.value is not None:
        try:
            row = await service_voices.suggest(
                actor_of(request), council.place_id, form.value.desk, form.value.text
            )  # fmt: skip
            return redirect(service_voices.link_of(row), flash="oversight-flash-said", number=row.number)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _suggest(request, form, 422)


async def oversight_page(request: Request) -> Response:
    """A council's oversight: figures, appraisals, questions and objections with what came of them."""
    actor, council = actor_of(request), await _council(request)
    account = await service_views.account_of(council.place)
    rows = service_views.of_disclosure(council.place).order_by("-id").select_related("place", "notice")
    shown = OversightPage(
        council=council,
        posted=[
            _to_say(actor, one) for one in await service_views.board(council.place, None, is_past=False).limit(SHOWN)
        ],
        account=account,
        ratings=[(one.value, n) for one, n in account.ratings.items()],
        appraisals=[line_of(actor, row) for row in await rows.filter(kind=VoiceKind.APPRAISAL).limit(SHOWN)],
        lines=[line_of(actor, row) for row in await rows.exclude(kind=VoiceKind.APPRAISAL).limit(SHOWN)],
    )
    return render(request, "oversight/oversight.html", shown)


def _to_say(actor: Actor, notice: Notice) -> tuple[str, str, datetime, bool]:
    is_mine = actor.person_id == notice.author_id
    appraises = allow(actor, "oversight.appraise", service.scope_of_place(notice.place)) and not is_mine
    step = "appraise" if appraises else "ask"
    return f"/notices/{notice.public_id}/{step}", notice.title, notice.ends_at, appraises


async def ask_place_page(request: Request) -> Response:
    """The form of a question about what stands on no notice."""
    return await _ask_place(request, empty())


async def _ask_place(request: Request, form: Form[Any], status: int = 200) -> Response:
    council = await _council(request)
    may = await people.is_on_roll(actor_of(request), council.place.path)
    days = (await rules_now()).question_days
    return render(request, "oversight/ask_place.html", AskPlacePage(council, may, days, form), status=status)


async def ask_place(request: Request) -> Response:
    """Ask about what stands on no notice."""
    council, form = await _council(request), await read_form(request, AskPlaceForm)
    if form.value is not None:
        try:
            row = await service_voices.ask_place(actor_of(request), council.place_id, form.value.text)
            return redirect(service_voices.link_of(row), flash="oversight-flash-said", number=row.number)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _ask_place(request, form, 422)


async def voice_page(request: Request) -> Response:
    """One voice."""
    return await _one(request, await _voice(request), empty())


async def _one(request: Request, row: Voice, form: Form[Any], status: int = 200) -> Response:
    actor = actor_of(request)
    is_owner, is_asker = service_voices.owns(actor, row), actor.person_id == row.person_id
    finding = FINDINGS[row.kind][0]
    refused = refuse_answer(row.state, row.kind, finding, "x", is_owner=is_owner, is_asker=is_asker)
    shown = VoicePage(
        line=line_of(actor, row),
        public_id=row.public_id,
        notice_id=row.notice.public_id if row.notice_id is not None and row.notice else "",
        findings=[one.value for one in FINDINGS[row.kind]],
        may_answer=refused is None,
        may_pass=not is_asker and refuse_pass_up(row.state, row.desk, is_owner=is_owner) is None,
        version=row.version,
        form=form,
    )
    return render(request, "oversight/voice.html", shown, status=status)


async def answer(request: Request) -> Response:
    """Answer a voice."""
    row, form = await _voice(request), await read_form(request, AnswerForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_voices.answer_voice(
                actor_of(request), row.id, sent.finding, sent.text, show_text=sent.shown == "yes", version=sent.version
            )
            return redirect(service_voices.link_of(row), flash="oversight-flash-answered")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            row = await _voice(request)
    return await _one(request, row, form, 422)


async def pass_up(request: Request) -> Response:
    """Pass a voice up to the street."""
    row, form = await _voice(request), await read_form(request, PassForm)
    if form.value is not None:
        try:
            await service_voices.pass_up(actor_of(request), row.id, form.value.version)
            return redirect(service_voices.link_of(row), flash="oversight-flash-passed")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            row = await _voice(request)
    return await _one(request, row, form, 422)


async def desk_page(request: Request) -> Response:
    """What waits for an answer at the reader's desks and places."""
    actor = actor_of(request)
    lines = [line_of(actor, row) for row in await service_voices.desk_of(actor)]
    waiting = [line for line in lines if line.state == VoiceState.OPEN]
    done = [line for line in lines if line.state != VoiceState.OPEN]
    shown = DeskPage(
        waiting=waiting,
        done=done,
        late=sum(line.is_late for line in waiting),
        oversees=actor.has(Role.OVERSIGHT_COMMITTEE),
        unappraised=[
            (f"/notices/{one.public_id}", one.title, name_of(actor.lang, one.place), one.ends_at)
            for one in await service_views.not_appraised(actor)
        ],
    )
    return render(request, "oversight/desk.html", shown)


async def _notice(request: Request) -> Notice:
    return await service.notice_by_public_id(request.path_params["public_id"])


async def _voice(request: Request) -> Voice:
    return await service_voices.voice_by_public_id(request.path_params["public_id"])


async def _council(request: Request) -> Council:
    return await councils.council_by_code(request.path_params["code"])


async def _notice_scope(request: Request) -> Scope:
    return service.scope_of_place((await _notice(request)).place)


async def _voice_scope(request: Request) -> Scope:
    return service_voices.scope_of(await _voice(request))


async def _council_scope(request: Request) -> Scope:
    return service.scope_of_place((await _council(request)).place)


NOTICE, VOICE, COUNCIL = "/notices/{public_id}", "/voices/{public_id}", "/council/{code}"
ROUTES: list[BaseRoute] = [
    page(f"{NOTICE}/ask", ask_page, action="oversight.say", scope=_notice_scope),
    post(f"{NOTICE}/ask", ask, action="oversight.say", scope=_notice_scope),
    page(f"{NOTICE}/appraise", appraise_page, action="oversight.appraise", scope=_notice_scope),
    post(f"{NOTICE}/appraise", appraise, action="oversight.appraise", scope=_notice_scope),
    page(VOICE, voice_page, action="oversight.voice.read", scope=_voice_scope),
    post(f"{VOICE}/answer", answer, action="oversight.voice.answer", scope=_voice_scope),
    post(f"{VOICE}/pass", pass_up, action="oversight.voice.answer", scope=_voice_scope),
    page(f"{COUNCIL}/suggestions", suggestions_page, action="oversight.read"),
    page(f"{COUNCIL}/suggestions/new", suggest_page, action="oversight.say", scope=_council_scope),
    post(f"{COUNCIL}/suggestions/new", suggest, action="oversight.say", scope=_council_scope),
    page(f"{COUNCIL}/ask", ask_place_page, action="oversight.say", scope=_council_scope),
    post(f"{COUNCIL}/ask", ask_place, action="oversight.say", scope=_council_scope),
    page(f"{COUNCIL}/oversight", oversight_page, action="oversight.read"),
    page("/desk/answers", desk_page, action="oversight.desk"),
]
