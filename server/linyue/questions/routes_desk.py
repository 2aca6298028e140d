"""The voting desk: search the roll, hand out paper, enter votes, take an online vote back, mandates."""

import secrets
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import daytime_text, redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import PHOTO_BODY, actor_of, page, post
from linyue.matters.service_photos import keep_picture
from linyue.meetings.service import scope_of
from linyue.questions import pages, service_channels, service_paper_views, service_proxy, service_views
from linyue.questions.model import Question
from linyue.questions.pages_desk import (
    BatchLine,
    DeskPage,
    GivenPage,
    GivePage,
    Head,
    MandatePage,
    PersonPage,
    left_lines,
    refusal_in_words,
    way_word,
)
from linyue.questions.rules import QuestionState
from linyue.questions.rules_channels import ENTERED, Channel, ChannelRefusal
from linyue.questions.rules_paper import forms_of
from linyue.questions.rules_proxy import PROXY_RULES
from linyue.questions.service_paper import roll_numbers
from linyue.questions.service_paper_views import PersonView, RollLine

FOUND_AT_MOST = 20
GIVEN = (*ENTERED, Channel.PROXY)


class SureForm(FormModel):
    """One button; `sure` where it is asked twice."""

    sure: str = Field(default="", max_length=4)


class GiveForm(FormModel):
    """A vote that somebody else's device sends."""

    choice: str = Field(default="", max_length=32)
    client_id: str = Field(default="", max_length=64)
    replaces: int = Field(default=0, ge=0, le=1_000_000)


class MandateForm(FormModel):
    """Who may vote for this person."""

    holder: int = Field(ge=1)


async def question_of(request: Request) -> Question:
    """The question of the address, with its meeting and place. Raises NotFound."""
    return await service_views.question_by_public_id(request.path_params["public_id"])


async def desk_scope(request: Request) -> Scope:
    """Place and offices of the question's meeting."""
    return await scope_of((await question_of(request)).meeting)


async def head_of(request: Request, question: Question) -> Head:
    """What every page at the desk names."""
    may_act = allow(actor_of(request), "question.desk", await scope_of(question.meeting))
    is_open = question.state is QuestionState.OPEN
    text = question.text_in(request.state.prefs.lang)
    return Head(question.public_id, text, question.state.value, is_open, may_act and is_open)


async def desk_page(request: Request) -> Response:
    """The hub."""
    return await desk(request, await question_of(request), None, 200)


async def desk(request: Request, question: Question, form: Form[Any] | None, status: int) -> Response:
    """The hub, with what was refused."""
    lang = request.state.prefs.lang
    head = await head_of(request, question)
    query = request.query_params.get("q", "").strip()[:40]
    lines = await service_paper_views.roll_lines(question, lang)
    found = service_paper_views.search(lines, query)
    ways = await service_paper_views.ways_count(question.id)
    offered = service_channels.ways_of(question)
    paper = [one.value for one in forms_of(question.rule_spec.system, question.kind)]
    views = await service_paper_views.batch_views(question.id)
    left = await service_paper_views.outstanding(question.id)
    shown = DeskPage(
        head=head,
        room=f"/meetings/{question.meeting.public_id}/room",
        cast=question.ballots_cast,
        entitled=question.roll_count,
        ways=[(way_word(lang, one), str(ways[one])) for one in offered if ways.get(one)],
        query=query,
        found=found[:FOUND_AT_MOST],
        found_count=len(found),
        batches=[batch_line(view.batch) for view in views],
        may_begin=(paper if Channel.PAPER in offered else []) + (["hands"] if Channel.HANDS in offered else []),
        left=left_lines(lang, left) if head.is_open else [],
        form=form,
    )
    return render(request, "questions/desk.html", shown, status=status)


def batch_line(batch: Any) -> BatchLine:
    """A batch as the list names it."""
    kind = "hands" if batch.channel == Channel.HANDS else batch.form.value
    return BatchLine(batch.number, kind, batch.state.value)


async def person_page(request: Request) -> Response:
    """One person of the roll."""
    return await _person(request, await question_of(request), None, 200)


async def _person(request: Request, question: Question, form: Form[Any] | None, status: int) -> Response:
    lang = request.state.prefs.lang
    person = await service_paper_views.person_view(question, request.path_params["number"], lang)
    head = await head_of(request, question)
    facts = [
        (t(lang, "questions-desk-home"), person.line.home),
        (t(lang, "questions-desk-way-now"), way_word(lang, person.line.channel)),
        (t(lang, "questions-desk-voted-at"), daytime_text(lang, person.at) if person.at else ""),
        (t(lang, "questions-desk-mandate-of"), person.holder),
    ]
    sure = request.query_params.get("sure") == "withdraw" and person.line.channel == Channel.ONLINE
    shown = PersonPage(
        head=head,
        person=person,
        facts=[(name, text) for name, text in facts if text],
        actions=_actions(question, person) if head.may_act else [],
        sure=sure and head.may_act,
        form=form,
    )
    return render(request, "questions/desk_person.html", shown, status=status)


def _actions(question: Question, person: PersonView) -> list[str]:
    """What can be done for this person now."""
    ways, held = service_channels.ways_of(question), person.line.channel
    if held == Channel.ONLINE:
        return ["withdraw"]
    if held == Channel.PAPER:
        return [] if person.is_counted else ["paper-back"]
    if person.mandate is not None:
        return ["vote-proxy"] + ([] if held else ["mandate-end"])
    free = [f"vote-{one}" for one in ENTERED if one in ways and held in (None, one)]
    if held is not None:
        return free
    more = [("paper-out", Channel.PAPER), ("mandate", Channel.PROXY)]
    return free + [name for name, channel in more if channel in ways]


STEPS = {
    "paper-out": (service_channels.hand_out, "questions-desk-flash-paper"),
    "paper-back": (service_channels.take_back_sheet, "questions-desk-flash-paper-back"),
    "withdraw": (service_channels.withdraw, "questions-desk-flash-withdrawn"),
}


async def step(request: Request) -> Response:
    """A step for one person that needs nothing but the button: paper out, paper back, online vote taken back."""
    question, form = await question_of(request), await read_form(request, SureForm)
    number, name = request.path_params["number"], request.url.path.rsplit("/", 1)[-1]
    person_id = await service_paper_views.person_of(question.id, number)
    here = f"/q/{question.public_id}/desk/roll/{number}"
    if name == "withdraw" and (form.value is None or form.value.sure != "yes"):
        return redirect(f"{here}?sure=withdraw")
    act, flash = STEPS[name]
    try:
        await act(actor_of(request), question.id, person_id)
    except Refused as refusal:
        return await _person(request, question, _refused(request, refusal), 409)
    return redirect(here, flash=flash)


def _refused(request: Request, refusal: Refused, **kept: Any) -> Form[Any]:
    lang = request.state.prefs.lang
    form = empty(**kept)
    form.refuse(lang, refusal_in_words(lang, refusal))
    return form


async def _line(question: Question, request: Request) -> PersonView:
    person = await service_paper_views.person_view(question, request.path_params["number"], request.state.prefs.lang)
    if request.path_params["channel"] not in GIVEN:
        raise NotFound()
    return person


async def _give(
    request: Request, question: Question, person: PersonView, form: Form[Any] | None, template: str, status: int = 200
) -> Response:
    lang, sent = request.state.prefs.lang, form.value if form is not None else None
    kept = form.raw if form is not None else {}
    line: RollLine = person.line
    shown = GivePage(
        head=await head_of(request, question),
        number=line.number,
        name=line.label,
        channel=request.path_params["channel"],
        holder=person.holder,
        options=pages.options_of(lang, question),
        chosen=str(kept.get("choice", "")),
        client_id=(sent.client_id if sent else "") or secrets.token_hex(16),
        replaces=sent.replaces if sent else person.revision,
        form=form if form is not None and form.errors else None,
    )
    return render(request, f"questions/{template}.html", shown, status=status)


async def give_page(request: Request) -> Response:
    """The ballot, on the worker's device."""
    question = await question_of(request)
    return await _give(request, question, await _line(question, request), None, "desk_give")


async def give_check(request: Request) -> Response:
    """Read it back before it is recorded. Stores nothing."""
    question, form = await question_of(request), await read_form(request, GiveForm)
    person = await _line(question, request)
    if form.value is None or form.value.choice not in question.rule_spec.choices:
        form.errors.setdefault("choice", t(request.state.prefs.lang, ChannelRefusal.NO_CHOICE.value))
        return await _give(request, question, person, form, "desk_give", 422)
    return await _give(request, question, person, form, "desk_sure")


async def give(request: Request) -> Response:
    """Record the vote; say in words why not."""
    question, form = await question_of(request), await read_form(request, GiveForm)
    person, channel = await _line(question, request), request.path_params["channel"]
    if form.value is None:
        return await _give(request, question, person, form, "desk_give", 422)
    sent = form.value
    try:
        await service_channels.enter_vote(
            actor_of(request),
            question.id,
            person.line.person_id,
            Channel(channel),
            sent.choice,
            sent.client_id or secrets.token_hex(16),
            sent.replaces,
        )
    except Refused as refusal:
        person = await _line(question, request)
        fresh = _refused(request, refusal, choice=sent.choice)
        return await _give(request, question, person, fresh, "desk_give", 409)
    return redirect(f"/q/{question.public_id}/desk/roll/{person.line.number}/given/{channel}")


async def given_page(request: Request) -> Response:
    """Recorded: the receipt's code, and the device goes back."""
    question = await question_of(request)
    person = await _line(question, request)
    mine = await service_views.my_ballot(question.id, person.line.person_id)
    if mine is None or person.line.channel != request.path_params["channel"]:
        return redirect(f"/q/{question.public_id}/desk/roll/{person.line.number}")
    head = await head_of(request, question)
    channel = request.path_params["channel"]
    shown = GivenPage(head, person.line.number, person.line.label, channel, mine.code, mine.cast_at)
    return render(request, "questions/desk_given.html", shown)


async def mandate_page(request: Request) -> Response:
    """The form for a mandate."""
    return await _mandate(request, await question_of(request), None, 200)


async def _mandate(request: Request, question: Question, form: Form[Any] | None, status: int) -> Response:
    lang = request.state.prefs.lang
    person = await service_paper_views.person_view(question, request.path_params["number"], lang)
    rule = PROXY_RULES[service_proxy.matter_of(question)]
    most = await service_proxy.most_for(question)
    head = await head_of(request, question)
    shown = MandatePage(head, person.line.number, person.line.label, most, rule.source, form)
    return render(request, "questions/desk_mandate.html", shown, status=status)


async def mandate(request: Request) -> Response:
    """Record a written mandate with its picture."""
    question, form = await question_of(request), await read_form(request, MandateForm)
    if form.value is None:
        return await _mandate(request, question, form, 422)
    number = request.path_params["number"]
    principal = await service_paper_views.person_of(question.id, number)
    holder = (await roll_numbers(question.id)).get(form.value.holder, 0)
    try:
        scan = await scan_of(request, form)
        await service_proxy.give_mandate(actor_of(request), question.id, principal, holder, scan)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal_in_words(request.state.prefs.lang, refusal))
        return await _mandate(request, question, form, 422)
    return redirect(f"/q/{question.public_id}/desk/roll/{number}", flash="questions-desk-flash-mandate")


async def scan_of(request: Request, form: Form[Any]) -> str:
    """Keep the form's picture and give its hash; "" without one. Raises Refused for a file that is no picture."""
    files = form.files.get("photos", [])
    return await keep_picture(request.app.state.settings.data, await files[0].read()) if files else ""


async def mandate_end(request: Request) -> Response:
    """Take a mandate back before it is used."""
    question = await question_of(request)
    await read_form(request, SureForm)
    number = request.path_params["number"]
    person = await service_paper_views.person_view(question, number, request.state.prefs.lang)
    try:
        if person.mandate is not None:
            await service_proxy.end_mandate(actor_of(request), person.mandate.id)
    except Refused as refusal:
        return await _person(request, question, _refused(request, refusal), 409)
    return redirect(f"/q/{question.public_id}/desk/roll/{number}", flash="questions-desk-flash-mandate-end")


_BASE = "/q/{public_id}/desk"
_ONE = f"{_BASE}/roll/{{number:int}}"
ROUTES: list[BaseRoute] = [
    page(_BASE, desk_page, action="question.desk.read", scope=desk_scope),
    page(_ONE, person_page, action="question.desk.read", scope=desk_scope),
    page(f"{_ONE}/mandate", mandate_page, action="question.desk", scope=desk_scope),
    post(f"{_ONE}/mandate", mandate, action="question.desk", scope=desk_scope, max_body=PHOTO_BODY),
    post(f"{_ONE}/mandate/end", mandate_end, action="question.desk", scope=desk_scope),
    page(f"{_ONE}/vote/{{channel}}", give_page, action="question.desk", scope=desk_scope),
    post(f"{_ONE}/vote/{{channel}}/check", give_check, action="question.desk", scope=desk_scope),
    post(f"{_ONE}/vote/{{channel}}", give, action="question.desk", scope=desk_scope),
    page(f"{_ONE}/given/{{channel}}", given_page, action="question.desk", scope=desk_scope),
    *(post(f"{_ONE}/{name}", step, action="question.desk", scope=desk_scope) for name in STEPS),
]
