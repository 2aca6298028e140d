"""Votes that a worker enters for somebody: at the desk, at the door, by telephone, by a proxy; and written mandates."""

import secrets
from functools import partial
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import PHOTO_BODY, actor_of, page
from linyue.matters.service_photos import keep_picture
from linyue.meetings.acting import acting
from linyue.meetings.rules_rights import Act
from linyue.questions import (
    pages,
    pages_choice,
    service_channels,
    service_paper_views,
    service_proxy,
    service_views,
)
from linyue.questions.forms_choice import ChoiceForm, fields_sent
from linyue.questions.model import Question
from linyue.questions.pages_desk import GivenPage, GivePage, MandatePage, refusal_in_words
from linyue.questions.routes_desk import SureForm, desk_meeting, desk_scope, head_of, person_again, question_of, refused
from linyue.questions.rules_channels import ENTERED, Channel
from linyue.questions.rules_proxy import PROXY_RULES
from linyue.questions.rules_ways import BadBallot
from linyue.questions.service_paper import roll_numbers
from linyue.questions.service_paper_views import PersonView, RollLine

GIVEN = (*ENTERED, Channel.PROXY)


class GiveForm(ChoiceForm):
    """A vote that somebody else's device sends."""

    client_id: str = Field(default="", max_length=64)
    replaces: int = Field(default=0, ge=0, le=1_000_000)


class MandateForm(FormModel):
    """Who may vote for this person."""

    holder: int = Field(ge=1)


async def _person(question: Question, request: Request) -> PersonView:
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
    chosen = str(kept.get("choice", ""))
    is_whole = chosen in question.rule_spec.ballots
    fields = fields_sent(form) if form is not None and not is_whole else None
    shown = GivePage(
        head=await head_of(request, question),
        number=line.number,
        name=line.label,
        channel=request.path_params["channel"],
        holder=person.holder,
        options=pages.options_of(lang, question),
        chosen=chosen,
        client_id=(sent.client_id if sent else "") or secrets.token_hex(16),
        replaces=sent.replaces if sent else person.revision,
        form=form if form is not None and form.errors else None,
        way=pages_choice.way_part(lang, question, chosen if is_whole else "", fields),
        word=pages_choice.choice_words(lang, question, chosen) if is_whole else "",
        lines=pages_choice.lines_of(lang, question, chosen) if is_whole else [],
    )
    return render(request, f"questions/{template}.html", shown, status=status)


async def give_page(request: Request) -> Response:
    """The ballot, on the worker's device."""
    question = await question_of(request)
    return await _give(request, question, await _person(question, request), None, "desk_give")


async def give_check(request: Request) -> Response:
    """Read it back before it is recorded. Stores nothing."""
    question, form = await question_of(request), await read_form(request, GiveForm)
    person = await _person(question, request)
    choice = pages_choice.read_choice(question, fields_sent(form))
    if form.value is None or isinstance(choice, BadBallot):
        fault = choice if isinstance(choice, BadBallot) else BadBallot.EMPTY
        form.errors.setdefault("choice", pages_choice.fault_words(request.state.prefs.lang, question, fault))
        return await _give(request, question, person, form, "desk_give", 422)
    form.raw["choice"] = choice
    return await _give(request, question, person, form, "desk_sure")


async def give(request: Request) -> Response:
    """Record the vote; say in words why not."""
    question, form = await question_of(request), await read_form(request, GiveForm)
    person, channel = await _person(question, request), request.path_params["channel"]
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
        person = await _person(question, request)
        fresh = refused(request, refusal, choice=sent.choice)
        return await _give(request, question, person, fresh, "desk_give", 409)
    return redirect(f"/q/{question.public_id}/desk/roll/{person.line.number}/given/{channel}")


async def given_page(request: Request) -> Response:
    """Recorded: the receipt's code, and the device goes back."""
    question = await question_of(request)
    person = await _person(question, request)
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
        return await person_again(request, question, refused(request, refusal), 409)
    return redirect(f"/q/{question.public_id}/desk/roll/{number}", flash="questions-desk-flash-mandate-end")


_acting = partial(acting, meeting=desk_meeting, scope=desk_scope)
_ONE = "/q/{public_id}/desk/roll/{number:int}"
ROUTES: list[BaseRoute] = [
    page(f"{_ONE}/mandate", mandate_page, action="question.desk", scope=desk_scope),
    _acting(f"{_ONE}/mandate", mandate, act=Act.KEEP_MANDATE, max_body=PHOTO_BODY),
    _acting(f"{_ONE}/mandate/end", mandate_end, act=Act.KEEP_MANDATE),
    page(f"{_ONE}/vote/{{channel}}", give_page, action="question.desk", scope=desk_scope),
    _acting(f"{_ONE}/vote/{{channel}}/check", give_check, act=Act.ENTER_VOTE),
    _acting(f"{_ONE}/vote/{{channel}}", give, act=Act.ENTER_VOTE),
    page(f"{_ONE}/given/{{channel}}", given_page, action="question.desk", scope=desk_scope),
]
