"""The voting desk: search the roll, hand out paper, take an online vote back; entering votes is in routes_give."""

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
from linyue.base.routing import actor_of, page
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.pages import place_name_of
from linyue.meetings.rules_rights import Act
from linyue.meetings.service import scope_of
from linyue.meetings.service_rights import may_act
from linyue.questions import service_channels, service_interested, service_owners, service_paper_views, service_views
from linyue.questions.model import Question
from linyue.questions.pages_desk import (
    BatchLine,
    DeskListPage,
    DeskPage,
    Head,
    OpenVote,
    PersonPage,
    left_lines,
    refusal_in_words,
    way_word,
)
from linyue.questions.rules import QuestionState
from linyue.questions.rules_channels import ENTERED, Channel
from linyue.questions.rules_paper import forms_of
from linyue.questions.service_paper_views import PersonView

FOUND_AT_MOST = 20


class SureForm(FormModel):
    """One button; `sure` where it is asked twice."""

    sure: str = Field(default="", max_length=4)


async def question_of(request: Request) -> Question:
    """The question of the address, with its meeting and place. Raises NotFound."""
    return await service_views.question_by_public_id(request.path_params["public_id"])


async def desk_meeting(request: Request) -> Meeting:
    """The question's meeting."""
    meeting: Meeting = (await question_of(request)).meeting
    return meeting


async def desk_scope(request: Request) -> Scope:
    """Place and offices of the question's meeting."""
    return await scope_of(await desk_meeting(request))


async def head_of(request: Request, question: Question) -> Head:
    """What every page at the desk names."""
    may_enter = await may_act(actor_of(request), Act.ENTER_VOTE, question.meeting)
    is_open = question.state is QuestionState.OPEN
    text = question.text_in(request.state.prefs.lang)
    return Head(question.public_id, text, question.state.value, is_open, may_enter and is_open)


async def list_page(request: Request) -> Response:
    """Votes that are open in the worker's places."""
    lang = request.state.prefs.lang
    lines = [
        OpenVote(one.public_id, one.text_in(lang), one.meeting.title_in(lang), one.ballots_cast, one.roll_count)
        for one in await service_paper_views.open_for(actor_of(request))
    ]
    return render(
        request, "questions/desk_list.html", DeskListPage(lines, await _registers(request), await _shops(request))
    )


async def _registers(request: Request) -> list[tuple[str, str]]:
    """Compounds of the worker's places, whose owners' votes need areas and named voters: (code, name)."""
    lang = request.state.prefs.lang
    return [(one.code, place_name_of(one, lang)) for one in await service_owners.registers_for(actor_of(request))]


async def _shops(request: Request) -> list[tuple[str, str]]:
    """Meetings in the worker's places that ask every interested owner: (public id, title)."""
    lang, found = request.state.prefs.lang, await service_interested.meetings_for(actor_of(request))
    return [(one.public_id, one.title_in(lang)) for one in found]


async def desk_link(question: Question, actor: Actor, lang: str) -> list[tuple[str, str]]:
    """From the question's page to its desk, for those who may."""
    if question.state is not QuestionState.OPEN or not allow(
        actor, "question.desk.read", await scope_of(question.meeting)
    ):
        return []
    return [(f"/q/{question.public_id}/desk", t(lang, "questions-desk-open"))]


service_views.show_links_from(desk_link)


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
    return await person_again(request, await question_of(request), None, 200)


async def person_again(request: Request, question: Question, form: Form[Any] | None, status: int) -> Response:
    """The page of one person, with what was refused."""
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
        return await person_again(request, question, refused(request, refusal), 409)
    return redirect(here, flash=flash)


def refused(request: Request, refusal: Refused, **kept: Any) -> Form[Any]:
    """A form that says what was refused, with what is kept of it."""
    lang = request.state.prefs.lang
    form = empty(**kept)
    form.refuse(lang, refusal_in_words(lang, refusal))
    return form


_BASE = "/q/{public_id}/desk"
_ONE = f"{_BASE}/roll/{{number:int}}"
ROUTES: list[BaseRoute] = [
    page("/desk/votes", list_page, action="question.desk.list"),
    page(_BASE, desk_page, action="question.desk.read", scope=desk_scope),
    page(_ONE, person_page, action="question.desk.read", scope=desk_scope),
    *(acting(f"{_ONE}/{name}", step, act=Act.KEEP_ROLL, meeting=desk_meeting, scope=desk_scope) for name in STEPS),
]
