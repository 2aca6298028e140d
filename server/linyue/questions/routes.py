"""Pages of a question: the ballot in focus mode, its receipt, the result. They translate and call the service."""

import secrets
from contextlib import suppress
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.forms import Form, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page
from linyue.meetings.acting import acting
from linyue.meetings.rules import Channel, MeetingState
from linyue.meetings.rules_rights import Act
from linyue.meetings.service_room import check_in
from linyue.questions import (
    pages,
    pages_choice,
    pages_ways,
    routes_desk,
    routes_give,
    routes_interested,
    routes_owners,
    routes_paper,
    routes_proxies,
    routes_secret,
    routes_ways,
    service,
    service_channels,
    service_secret,
    service_views,
)
from linyue.questions.forms_choice import ChoiceForm, fields_sent
from linyue.questions.model import Question
from linyue.questions.pages import BallotPage, NoticePage, ReceiptPage
from linyue.questions.pages_choice import choice_words, lines_of, way_part
from linyue.questions.pages_secret import holder_of
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_ways import BadBallot
from linyue.questions.service_appraisal import failed_twice
from linyue.questions.service_channels import takes_phones
from linyue.questions.service_views import Standing
from linyue.questions.writer_batch import Receipt


class BallotForm(ChoiceForm):
    """A ballot as the page sends it."""

    client_id: str = Field(max_length=64)
    replaces: int = Field(ge=0, le=1_000_000)
    manifest: str = Field(default="", max_length=64)
    code: str = Field(default="", max_length=8)
    sealed: str = Field(default="", max_length=600)


async def question_page(request: Request) -> Response:
    """The question as it stands: to be voted on, being counted, or its result."""
    question = await _question(request)
    lang, person_id = request.state.prefs.lang, actor_of(request).person_id
    if not service_views.is_shown(question):
        return render(request, "questions/notice.html", await _notice(request, question))
    on_roll = await service_views.is_on_roll(question.id, person_id)
    is_named = question.kind is Kind.NAMED
    names = await service_views.named_choices(question, person_id) if on_roll and is_named else None
    view = await service_views.result_view(question)
    matter = await service_views.matter_number(question)
    box = await routes_secret.codes_of(request, question)
    links = await service_views.links_of(question, actor_of(request), lang)
    shown = pages.result_page(
        lang,
        view,
        room=_room(question),
        matter=matter,
        names=names,
        mine=await _my_line(lang, question, person_id) if names is not None else "",
        box=box,
        links=links,
        stepped_back=await service_views.stepped_back(question),
        twice=await failed_twice(question),
    )
    return render(request, "questions/result.html", shown)


async def _my_line(lang: str, question: Question, person_id: int | None) -> str:
    """The reader's own ballot and code, said before a list of hundreds; empty without one."""
    mine = await service_views.my_ballot(question.id, person_id)
    if mine is None or not mine.choice:
        return ""
    code = f"{mine.code[:4]} {mine.code[4:]}"
    return t(lang, "questions-names-mine", choice=choice_words(lang, question, mine.choice), code=code)


async def ballot_page(request: Request) -> Response:
    """The ballot: three equal choices, one at a time."""
    question = await _question(request)
    person_id = actor_of(request).person_id
    is_here = question.state is QuestionState.OPEN and takes_phones(question)
    own = await service_views.standing_of(question.id, person_id)
    if not is_here or not own.is_on_roll:
        return render(request, "questions/notice.html", await _notice(request, question))
    return render(request, "questions/ballot.html", await _ballot(request, question, own, None))


async def check_page(request: Request) -> Response:
    """Ask once more before the ballot is sent. Stores nothing."""
    question = await _question(request)
    form = await read_form(request, BallotForm)
    own = await service_views.standing_of(question.id, actor_of(request).person_id)
    choice = pages_choice.read_choice(question, fields_sent(form))
    if form.value is None or isinstance(choice, BadBallot):
        fault = choice if isinstance(choice, BadBallot) else BadBallot.EMPTY
        form.errors.setdefault("choice", pages_choice.fault_words(request.state.prefs.lang, question, fault))
        return render(request, "questions/ballot.html", await _ballot(request, question, own, form), status=422)
    form.raw["choice"] = choice
    return render(request, "questions/confirm.html", await _ballot(request, question, own, form, is_sure=True))


async def cast(request: Request) -> Response:
    """Store the ballot and show its receipt; say in words why not, with the choice kept."""
    question = await _question(request)
    person_id = actor_of(request).person_id
    assert person_id is not None
    form = await read_form(request, BallotForm)
    if form.value is None:
        return await _again(request, question, form, 422)
    ballot = form.value
    try:
        receipt = await _store(person_id, question, ballot)
    except Refused as refusal:
        lang = request.state.prefs.lang
        form.refuse(lang, pages.in_words(lang, question, refusal))
        return await _again(request, question, form, 503 if _is_ours(refusal) else 409)
    await service.tell_own_devices(question, person_id)
    if receipt.revision == 1:
        with suppress(Refused):  # voting is being there; a ballot of the frozen roll counts either way
            await check_in(actor_of(request), question.meeting_id, Channel.ONLINE)
    return redirect(f"/q/{question.public_id}/receipt")


async def _store(person_id: int, question: Question, ballot: BallotForm) -> Receipt:
    if question.kind is Kind.SECRET:
        sent = ballot.model_dump(include={"choice", "code", "sealed", "client_id", "replaces", "manifest"})
        return await routes_secret.cast(person_id, question, **sent)
    return await service.cast_ballot(
        person_id,
        question.id,
        ballot.choice,
        ballot.client_id,
        ballot.replaces,
        Via.POST,
        ballot.manifest or None,
    )


async def receipt_page(request: Request) -> Response:
    """The receipt of the ballot that counts."""
    question = await _question(request)
    mine = await service_views.my_ballot(question.id, actor_of(request).person_id)
    if mine is None:
        return redirect(f"/q/{question.public_id}/ballot")
    lang = request.state.prefs.lang
    shown = ReceiptPage(
        public_id=question.public_id,
        room=_room(question),
        text=question.text_in(lang),
        choice=mine.choice,
        choice_word=choice_words(lang, question, mine.choice) if mine.choice else "",
        lines=lines_of(lang, question, mine.choice),
        code=mine.code,
        send=mine.client_id,
        cast_at=mine.cast_at,
        is_open=question.state is QuestionState.OPEN,
        time_left=_time_left(request, question),
        ends_at=_ends_at(question),
        live=_live(question),
        box=await routes_secret.part_of(request, question, mine),
    )
    if question.kind is Kind.SECRET:
        return routes_secret.receipt(request, shown)
    return render(request, "questions/receipt.html", shown)


async def _again(request: Request, question: Question, form: Form[Any], status: int) -> Response:
    question = await service_views.question_by_public_id(question.public_id)
    person_id = actor_of(request).person_id
    is_here = question.state is QuestionState.OPEN and takes_phones(question)
    own = await service_views.standing_of(question.id, person_id)
    if not is_here or not own.is_on_roll:
        notice = await _notice(request, question, said=next(iter(form.errors.values()), ""))
        return render(request, "questions/notice.html", notice, status=status)
    kept = empty(**{name: form.get(name) for name in form.raw if name == "pick" or name[:2] in ("ch", "o_")})
    kept.errors = form.errors
    if "choice" not in kept.errors and kept.errors:
        kept.errors = {"choice": t(request.state.prefs.lang, "common-form-invalid")}
    return render(request, "questions/ballot.html", await _ballot(request, question, own, kept), status=status)


async def _ballot(
    request: Request, question: Question, own: Standing, form: Form[Any] | None, *, is_sure: bool = False
) -> BallotPage:
    lang, mine = request.state.prefs.lang, own.ballot
    sent = form.value if form is not None else None
    # Where the server seals, what is asked once more is a send of its own, with a code made for it.
    code = service_secret.new_code() if is_sure and question.kind is Kind.SECRET else ""
    chosen = str(form.get("choice")) if form is not None else ""
    kept = fields_sent(form) if form is not None and chosen not in question.rule_spec.ballots else None
    return BallotPage(
        public_id=question.public_id,
        room=_room(question),
        live=_live(question),
        holder=holder_of(own.voter),
        send=mine.client_id if mine else "",
        text=question.text_in(lang),
        options=pages.options_of(lang, question),
        current=mine.choice if mine else "",
        # A checked form keeps what its page was opened with, so that a second send is the same send.
        replaces=sent.replaces if sent else own.before,
        client_id=sent.client_id if sent and not code else secrets.token_hex(16),
        manifest=question.manifest_hash,
        chosen=chosen,
        current_word=choice_words(lang, question, mine.choice) if mine and mine.choice else "",
        lines=lines_of(lang, question, chosen) if is_sure else [],
        kicker=pages.kicker(lang, question),
        notes=pages.law_notes(lang, question),
        way=way_part(lang, question, chosen or (mine.choice if mine else ""), kept),
        time_left=_time_left(request, question),
        ends_at=_ends_at(question),
        form=form,
        box=await routes_secret.part_of(request, question, mine, code),
    )


async def _notice(request: Request, question: Question, said: str = "") -> NoticePage:
    lang, actor = request.state.prefs.lang, actor_of(request)
    on_roll = await service_views.is_on_roll(question.id, actor.person_id)
    voted = await service_views.my_ballot(question.id, actor.person_id) is not None
    lines = [said] if said else []
    if question.state is QuestionState.OPEN:
        lines.append(t(lang, "questions-notice-may-vote" if on_roll else "questions-refused-not-on-roll"))
        if on_roll and not takes_phones(question):
            lines = [*([said] if said else []), pages_ways.elsewhere(lang, service_channels.ways_of(question))]
    elif question.state is QuestionState.CLOSED:
        lines += pages.closed_lines(lang, question)
    elif question.state is QuestionState.VOIDED:
        lines += pages.void_lines(lang, question)
    elif question.state is QuestionState.DRAFT:
        lines.append(t(lang, "questions-notice-not-yet"))
    action = None
    if question.state is QuestionState.OPEN and on_roll and takes_phones(question):
        action = (f"/q/{question.public_id}/ballot", t(lang, "questions-go-vote"))
    elif voted:
        action = (f"/q/{question.public_id}/receipt", t(lang, "questions-go-receipt"))
    elif service_views.is_shown(question):
        action = (f"/q/{question.public_id}", t(lang, "questions-go-result"))
    facts = [
        (t(lang, "questions-turnout-entitled"), t(lang, "questions-people", n=question.roll_count)),
        (t(lang, "questions-turnout-cast"), t(lang, "questions-people", n=question.ballots_cast)),
    ]
    return NoticePage(
        public_id=question.public_id,
        room=_room(question),
        text=question.text_in(lang),
        title=pages.notice_title(lang, question),
        lines=lines,
        facts=[] if question.state is QuestionState.DRAFT else facts,
        action=action,
        is_secret=question.kind is Kind.SECRET,
        links=await service_views.links_of(question, actor, lang),
    )


async def _question(request: Request) -> Question:
    return await service_views.question_by_public_id(request.path_params["public_id"])


async def _scope(request: Request) -> Scope:
    question = await _question(request)
    return Scope(place_path=question.meeting.place.path)


def _room(question: Question) -> str:
    return f"/meetings/{question.meeting.public_id}/room"


def _live(question: Question) -> str:
    is_running = question.meeting.state is MeetingState.RUNNING
    return f"/live/{question.meeting.join_code}" if is_running and question.meeting.join_code else ""


def _time_left(request: Request, question: Question) -> str:
    if question.state is not QuestionState.OPEN:
        return ""
    return pages.time_left(request.state.prefs.lang, question.closes_at, clock.now())


def _ends_at(question: Question) -> str:
    is_running = question.state is QuestionState.OPEN and question.closes_at is not None
    return question.closes_at.isoformat() if is_running and question.closes_at else ""


def _is_ours(refusal: Refused) -> bool:
    return refusal.reason is BallotRefusal.CANNOT_RECORD


ROUTES: list[BaseRoute] = [
    page("/q/{public_id}", question_page, action="question.read", scope=_scope),
    page("/q/{public_id}/ballot", ballot_page, action="question.vote", scope=_scope),
    acting("/q/{public_id}/ballot/check", check_page, act=Act.CAST, scope=_scope),
    acting("/q/{public_id}/ballot", cast, act=Act.CAST, scope=_scope),
    page("/q/{public_id}/receipt", receipt_page, action="question.vote", scope=_scope),
    *routes_ways.ROUTES,
    *routes_interested.ROUTES,
    *routes_owners.ROUTES,
    *routes_paper.ROUTES,
    *routes_proxies.ROUTES,
    *routes_desk.ROUTES,
    *routes_give.ROUTES,
]
