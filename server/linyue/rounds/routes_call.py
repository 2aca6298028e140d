"""The roll call on the recorder's or the chair's device: whose turn it is, what was said, who is called again."""

import secrets
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.rules_rights import Act
from linyue.meetings.service import scope_of
from linyue.meetings.service_rights import may_act
from linyue.questions import service_call, service_views
from linyue.questions.model import Question
from linyue.questions.pages_desk import Head, refusal_in_words
from linyue.questions.rules import QuestionState
from linyue.questions.rules_call import CallRefusal, Said, next_name
from linyue.questions.rules_ways import Way
from linyue.questions.service_call import CalledLine
from linyue.rounds.finding import view_of
from linyue.rounds.pages import RoomView


class AnswerForm(FormModel):
    """What was said. `replaces`: the revision that was seen, 0 for none."""

    choice: Literal["for", "against", "abstain"]
    client_id: str = Field(default="", max_length=64)
    replaces: int = Field(default=0, ge=0, le=1_000_000)


class NoForm(FormModel):
    """A button."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """The call. `now`: whose name is being called; `last`: who answered last, to be read back and mended."""

    head: Head
    room: RoomView
    now: CalledLine | None
    last: CalledLine | None
    next_label: str
    is_second: bool
    """Names are called a second time now."""
    lines: list[tuple[str, str, str]]
    """(number, name, what has become of it in words)."""
    done: int
    total: int
    choices: list[tuple[str, str]]
    send: str
    may_call: bool
    may_enter: bool
    form: Form[Any] | None


async def call_page(request: Request) -> Response:
    """The list, the name that is being called, and what can be done."""
    return await _show(request, await _question(request), None, 200)


async def call_meeting(request: Request) -> Meeting:
    """The meeting of the question of the address."""
    meeting: Meeting = (await service_views.question_by_public_id(request.path_params["public_id"])).meeting
    return meeting


async def call_scope(request: Request) -> Scope:
    """Its place and offices."""
    return await scope_of(await call_meeting(request))


async def _question(request: Request) -> Question:
    question = await service_views.question_by_public_id(request.path_params["public_id"])
    if question.rule_spec.form.way is not Way.ROLL_CALL or question.state is QuestionState.DRAFT:
        raise Refused(CallRefusal.NO_ROLL_CALL)
    return question


async def _show(request: Request, question: Question, form: Form[Any] | None, status: int) -> Response:
    lang, actor = request.state.prefs.lang, actor_of(request)
    meeting = await Meeting.get(id=question.meeting_id).select_related("place")
    last = await service_call.last_answered(question.id)
    is_open = question.state is QuestionState.OPEN
    may_call = is_open and await may_act(actor, Act.CALL_NAMES, question.meeting)
    may_enter = is_open and await may_act(actor, Act.ENTER_CALLED, question.meeting)
    found = await service_call.roll_of_call(question)
    following = next_name([one.name for one in found])
    ahead = next((one for one in found if one.name.number == following), None)
    now = next((one for one in found if one.name.said is Said.CALLED), None)
    shown = CallPage(
        head=Head(question.public_id, question.text_in(lang), question.state.value, is_open, may_call or may_enter),
        room=await view_of(request, meeting),
        now=now,
        last=next((one for one in found if one.person_id == last), None),
        next_label=ahead.label if ahead is not None and now is None else "",
        is_second=now.name.times > 1 if now is not None else ahead is not None and ahead.name.times > 0,
        lines=[(str(one.name.number), one.label, said_word(lang, one)) for one in found],
        done=sum(one.name.said in (Said.ANSWERED, Said.ELSEWHERE) for one in found),
        total=len(found),
        choices=[(one, t(lang, f"questions-choice-{one}")) for one in question.rule_spec.choices],
        send=secrets.token_hex(16),
        may_call=may_call,
        may_enter=may_enter,
        form=form,
    )
    return render(request, "rounds/call.html", shown, status=status)


def said_word(lang: str, line: CalledLine) -> str:
    """What has become of a name, in words."""
    if line.name.said is Said.ANSWERED:
        return t(lang, f"questions-choice-{line.choice}")
    if line.name.said is Said.ABSENT and line.name.times > 1:
        return t(lang, "questions-call-absent-twice")
    return t(lang, f"questions-call-{line.name.said.value}")


async def _taken(request: Request, question: Question, step: Awaitable[object]) -> Response:
    """Take a step; a refusal is said on the list, which is what has to be looked at."""
    try:
        await step
    except Refused as refusal:
        lang = request.state.prefs.lang
        form = empty()
        form.refuse(lang, refusal_in_words(lang, refusal))
        return await _show(request, question, form, 409)
    return redirect(f"/q/{question.public_id}/call")


async def call_next(request: Request) -> Response:
    """Call the next name."""
    question = await _question(request)
    await read_form(request, NoForm)
    return await _taken(request, question, service_call.call_next(actor_of(request), question.id))


async def absent(request: Request) -> Response:
    """Nobody answered."""
    question = await _question(request)
    await read_form(request, NoForm)
    number = request.path_params["number"]
    return await _taken(request, question, service_call.mark_absent(actor_of(request), question.id, number))


async def answer(request: Request) -> Response:
    """Enter what was said."""
    question, form = await _question(request), await read_form(request, AnswerForm)
    if form.value is None:
        return await _show(request, question, form, 422)
    sent, number = form.value, request.path_params["number"]
    send = sent.client_id or secrets.token_hex(16)
    step = service_call.enter_answer(actor_of(request), question.id, number, sent.choice, send, sent.replaces)
    return await _taken(request, question, step)


async def call_link(question: Question, actor: Actor, lang: str) -> list[tuple[str, str]]:
    """From the question's page to its call, for those who call or enter."""
    if not service_call.is_called(question) or not allow(actor, "question.desk.read", await scope_of(question.meeting)):
        return []
    return [(f"/q/{question.public_id}/call", t(lang, "questions-call-open"))]


service_views.show_links_from(call_link)

_acting = partial(acting, meeting=call_meeting, scope=call_scope)
_CALL = "/q/{public_id}/call"
ROUTES: list[BaseRoute] = [
    page(_CALL, call_page, action="question.desk.read", scope=call_scope),
    _acting(f"{_CALL}/next", call_next, act=Act.CALL_NAMES),
    _acting(f"{_CALL}/{{number:int}}/absent", absent, act=Act.CALL_NAMES),
    _acting(f"{_CALL}/{{number:int}}/answer", answer, act=Act.ENTER_CALLED),
]
