"""The desk of the hall: turns, topics and points handed in for people without a phone, and taken back."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import PEOPLE_SHOWN, Form, FormModel, read_form, row_id
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.rules_hand_in import ACTS
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import RIGHTS, Act, phase_of
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service_rights import stop_act
from linyue.people.model import Person
from linyue.rounds import service_hand_in
from linyue.rounds.finding import acts_of, find_meeting, view_of
from linyue.rounds.pages_hand_in import HandedLine, HandInPage
from linyue.rounds.routes_record import record_scope
from linyue.rounds.service_hand_in import SpokenFor


class HandInForm(FormModel):
    """For whom and what: `stance` of a turn to speak; `text` of a topic or a point; `group` and `side` of a point."""

    person: str = Field(max_length=24)
    stance: Stance = Stance.NEITHER
    side: Stance = Stance.NEITHER
    group: str = Field(default="", max_length=12)
    text: str = Field(default="", max_length=2000)
    read: str = Field(default="", max_length=3)
    asked: str = Field(default="", max_length=3)


class BackForm(FormModel):
    """Which, and why it is taken back."""

    seen: int = 0
    reason: str = Field(default="", max_length=400)


async def desk_page(request: Request) -> Response:
    """Who is here, and what can be handed in for whom."""
    meeting = await find_meeting(request)
    return await _shown(request, meeting, None, request.query_params.get("who", ""))


async def _shown(request: Request, meeting: Meeting, form: Form[Any] | None, who: str) -> Response:
    actor, room = actor_of(request), await view_of(request, meeting)
    query = request.query_params.get("q", "").strip()[:40]
    people, more = await service_hand_in.to_speak_for(meeting, query, PEOPLE_SHOWN, actor.person_id)
    phase = phase_of(meeting.state, Link(room.link) if room.link else None)
    acts = await acts_of(request, meeting, room, is_on_roll=False)
    takes_votes = room.question is not None and room.question["state"] == "open" and Act.ENTER_VOTE in acts
    shown = HandInPage(
        room=room,
        query=query,
        people=people,
        more=more,
        chosen=await _chosen(meeting, people, who),
        kinds=[kind.value for kind, act in ACTS.items() if Act.HAND_IN in acts and phase in RIGHTS[act].phases],
        groups=[(str(one["group"]), f"{one['label']} {one['topic']}") for one in room.groups],
        vote=f"/q/{room.question['question']}/desk" if takes_votes and room.question is not None else "",
        handed=await _handed(meeting),
        form=form,
    )
    return render(request, "rounds/hand_in.html", shown, status=422 if form is not None else 200)


async def _chosen(meeting: Meeting, people: list[SpokenFor], who: str) -> SpokenFor | None:
    """The person of the address, whatever the search shows."""
    found = next((one for one in people if one.public_id == who), None)
    person = await Person.get_or_none(public_id=who) if who and found is None else None
    if person is None:
        return found
    return await service_hand_in.to_speak_for_one(meeting, person.id)


async def _handed(meeting: Meeting) -> list[HandedLine]:
    rows = await service_hand_in.handed_in(meeting.id)
    words = await service_hand_in.words_of(rows)
    return [
        HandedLine(
            row.id,
            row.kind.value,
            row.person.display_name,
            words[row.id],
            row.by.display_name,
            row.at,
            row.asked,
            row.taken_back_at is not None,
            row.taken_back_reason,
        )
        for row in rows
    ]


Step = Callable[[Request, int, int, HandInForm], Awaitable[object]]


def _handing_in(step: Step) -> Callable[[Request], Awaitable[Response]]:
    """A form that hands something in: refused, it keeps what was typed."""

    async def handler(request: Request) -> Response:
        meeting, form = await find_meeting(request), await read_form(request, HandInForm)
        sent = form.value
        if sent is None:
            return await _shown(request, meeting, form, str(form.get("person")))
        try:
            await stop_act(actor_of(request), Act.HAND_IN, meeting)
            person = await Person.get_or_none(public_id=sent.person)
            if person is None:
                raise NotFound()
            await step(request, meeting.id, person.id, sent)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            return await _shown(request, meeting, form, sent.person)
        return redirect(f"/run/{meeting.public_id}/desk", flash="rounds-flash-handed-in")

    return handler


async def _floor(request: Request, meeting_id: int, person_id: int, sent: HandInForm) -> object:
    said = {"was_read": bool(sent.read), "was_asked": bool(sent.asked)}
    return await service_hand_in.hand_in_floor(actor_of(request), meeting_id, person_id, sent.stance, **said)


async def _topic(request: Request, meeting_id: int, person_id: int, sent: HandInForm) -> object:
    said = {"was_read": bool(sent.read), "was_asked": bool(sent.asked)}
    return await service_hand_in.hand_in_topic(actor_of(request), meeting_id, person_id, sent.text, **said)


async def _point(request: Request, meeting_id: int, person_id: int, sent: HandInForm) -> object:
    said = {"was_read": bool(sent.read), "was_asked": bool(sent.asked)}
    group_id, actor = row_id(sent.group) or 0, actor_of(request)
    return await service_hand_in.hand_in_point(actor, meeting_id, person_id, group_id, sent.text, sent.side, **said)


async def take_back(request: Request) -> Response:
    """Take back what was handed in by mistake."""
    meeting, form = await find_meeting(request), await read_form(request, BackForm)
    sent = form.value or BackForm()
    try:
        await stop_act(actor_of(request), Act.HAND_IN, meeting)
        await service_hand_in.take_back(actor_of(request), meeting.id, sent.seen, sent.reason)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _shown(request, meeting, form, "")
    return redirect(f"/run/{meeting.public_id}/desk", flash="rounds-flash-handed-in-back")


_DESK = "/run/{public_id}/desk"
ROUTES: list[BaseRoute] = [
    page(_DESK, desk_page, action="rounds.hand_in", scope=record_scope),
    acting(f"{_DESK}/floor", _handing_in(_floor), act=Act.HAND_IN, scope=record_scope),
    acting(f"{_DESK}/topic", _handing_in(_topic), act=Act.HAND_IN, scope=record_scope),
    acting(f"{_DESK}/point", _handing_in(_point), act=Act.HAND_IN, scope=record_scope),
    acting(f"{_DESK}/back", take_back, act=Act.HAND_IN, scope=record_scope),
]
