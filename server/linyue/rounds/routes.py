"""The room on a phone: everything works by forms and redirects; a script only keeps counts and clocks fresh."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from linyue.base.errors import BaseRefusal, NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.meetings import service_floor, service_guests, service_speakers
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.rules import Channel, Mode
from linyue.meetings.rules_rights import Act
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service_codes import find_over
from linyue.questions import service_views
from linyue.questions.pages_choice import choice_words
from linyue.questions.pages_ways import elsewhere
from linyue.rounds import (
    routes_call,
    routes_console,
    routes_door,
    routes_hand_in,
    routes_notes,
    routes_record,
    routes_screen,
    routes_space,
    service,
    service_merge,
    service_tickets,
    service_walls,
)
from linyue.rounds.answers import ROOM_STATE, ROOM_TICKET, state_answer
from linyue.rounds.entry import taking_part
from linyue.rounds.finding import EnterForm, acts_of, find_room, group_of, to_room, view_of
from linyue.rounds.pages import RoomPage, RoomView, WritePage, action_of, ahead_of
from linyue.rounds.rules import PostKind
from linyue.rounds.service_state import room_shown
from linyue.rounds.service_walls import Data
from linyue.rounds.service_you import your_state


class TextForm(FormModel):
    """One short text."""

    text: str = Field(default="", max_length=4000)


class SitForm(EnterForm):
    """The rules that were accepted, and whether it was at the door of the hall."""

    hall: str = Field(default="", max_length=4)


class PointForm(FormModel):
    """A point brought back."""

    text: str = Field(default="", max_length=4000)
    stance: Stance = Stance.NEITHER


class SpeakForm(FormModel):
    """For, against, or neither."""

    stance: Stance = Stance.NEITHER


class ReportForm(FormModel):
    """Why a post should not stand."""

    reason: str = Field(default="", max_length=400)


async def room_page(request: Request) -> Response:
    """Where we are, what one can do now, who speaks, who is here. After the end: the meeting's own page."""
    try:
        meeting = await find_room(request)
    except NotFound:
        over = await find_over(request.path_params["code"])
        if over is None:
            raise
        return redirect(f"/meetings/{over.public_id}", flash="rounds-flash-over")
    room = await view_of(request, meeting)
    _, you = await your_state(meeting.id, actor_of(request).person_id)
    lang = request.state.prefs.lang
    mine = you["ballot"]["choice"] if you["ballot"] else None
    choice = await _choice(lang, you, mine) if mine else t(lang, "questions-secret-in-the-box")
    actor = actor_of(request)
    waiting = await service_merge.waiting_for(meeting.id, actor.person_id) if room.merges else []
    acts = await acts_of(request, meeting, room, is_on_roll=you["is_on_roll"])
    shown = RoomPage(
        room=room,
        you=you,
        acts=acts,
        ahead=ahead_of(room.queue, you["speaker"]),
        action=action_of(room, you),
        choice=choice,
        own=await service_walls.own_topics(meeting.id, actor.person_id) if room.topics else [],
        asked=[one for one in room.merges if one["merge"] in waiting],
        elsewhere=_elsewhere(lang, room, you),
        console=f"/run/{meeting.public_id}" if Act.SET_SCREEN in acts else "",
        may_claim=actor.is_signed_in and not actor.homes,
    )
    return render(request, "rounds/room.html", shown)


def _elsewhere(lang: str, room: RoomView, you: Data) -> str:
    """Where somebody of the roll votes, while a vote is open that phones cannot take; else empty."""
    question = room.question
    if question is None or question["state"] != "open" or "online" in question["ways"] or not you["may_vote"]:
        return ""
    return elsewhere(lang, question["ways"])


async def _choice(lang: str, you: Data, mine: str) -> str:
    """One's ballot in words."""
    question = await service_views.question_by_public_id(you["ballot"]["question"])
    return choice_words(lang, question, mine)


async def check_in(request: Request) -> Response:
    """I am here, and I accept the rules of order that I was shown."""
    meeting = await find_room(request)
    form = await read_form(request, EnterForm)
    accepted = form.value.accepted if form.value else ""
    await service_floor.enter(actor_of(request), meeting.id, accepted)
    return to_room(meeting, "rounds-flash-here")


async def sit_in(request: Request) -> Response:
    """I sit in: not on the roll, and the rules of order that I was shown are mine too."""
    meeting, form = await find_room(request), await read_form(request, SitForm)
    sent = form.value or SitForm()
    channel = Channel.HALL if sent.hall == "yes" and meeting.mode is not Mode.ONLINE else None
    await service_guests.sit_in(actor_of(request), meeting.id, sent.accepted, channel)
    return to_room(meeting, "rounds-flash-sitting-in")


async def order_page(request: Request) -> Response:
    """A point of order: which rule is broken."""
    meeting = await find_room(request)
    shown = WritePage(await view_of(request, meeting), None, None, "order", f"/live/{meeting.join_code}/order")
    return render(request, "rounds/write.html", shown)


async def raise_point(request: Request) -> Response:
    """Raise a point of order."""
    meeting, form = await find_room(request), await read_form(request, TextForm)
    try:
        await service_floor.raise_point(actor_of(request), meeting.id, form.value.text if form.value else "")
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        shown = WritePage(await view_of(request, meeting), form, None, "order", request.url.path)
        return render(request, "rounds/write.html", shown, status=422)
    return to_room(meeting, "rounds-flash-order")


async def topic_page(request: Request) -> Response:
    """One line, on a page of its own."""
    meeting = await find_room(request)
    shown = WritePage(await view_of(request, meeting), None, None, "topic", f"/live/{meeting.join_code}/topics")
    return render(request, "rounds/write.html", shown)


async def post_topic(request: Request) -> Response:
    """Put a topic on the wall."""
    meeting, form = await find_room(request), await read_form(request, TextForm)
    try:
        await service.post_topic(actor_of(request), meeting.id, form.value.text if form.value else "")
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        room = await view_of(request, meeting)
        shown = WritePage(room, form, None, "topic", f"/live/{meeting.join_code}/topics")
        return render(request, "rounds/write.html", shown, status=422)
    return to_room(meeting, "rounds-flash-posted")


async def join_group(request: Request) -> Response:
    """Sit down with a group."""
    meeting = await find_room(request)
    await service.join_group(actor_of(request), meeting.id, request.path_params["group_id"])
    return to_room(meeting, "rounds-flash-joined")


async def leave_group(request: Request) -> Response:
    """Get up and walk about."""
    meeting = await find_room(request)
    await service.leave_group(actor_of(request), meeting.id)
    return to_room(meeting, "rounds-flash-left")


async def point_page(request: Request) -> Response:
    """One point to bring back."""
    meeting = await find_room(request)
    return render(request, "rounds/write.html", await _point(request, meeting, None))


async def _point(request: Request, meeting: Meeting, form: Form[PointForm] | None) -> WritePage:
    room = await view_of(request, meeting)
    group = group_of(room, request)
    return WritePage(room, form, group, "point", f"/live/{meeting.join_code}/groups/{group['group']}/points")


async def bring_back(request: Request) -> Response:
    """Bring a point back to everybody."""
    meeting, form = await find_room(request), await read_form(request, PointForm)
    sent = form.value or PointForm()
    try:
        group_id = request.path_params["group_id"]
        await service.bring_back(actor_of(request), meeting.id, group_id, sent.text, sent.stance)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return render(request, "rounds/write.html", await _point(request, meeting, form), status=422)
    return to_room(meeting, "rounds-flash-brought")


async def speak_page(request: Request) -> Response:
    """Say for or against first, then why."""
    meeting = await find_room(request)
    shown = WritePage(await view_of(request, meeting), None, None, "speak", f"/live/{meeting.join_code}/speak")
    return render(request, "rounds/speak.html", shown)


async def speak(request: Request) -> Response:
    """Join the queue of speakers."""
    meeting, form = await find_room(request), await read_form(request, SpeakForm)
    if form.value is None:
        raise Refused(BaseRefusal.BAD_FORM)
    await service_speakers.ask_to_speak(actor_of(request), meeting.id, form.value.stance)
    return to_room(meeting, "rounds-flash-queued")


async def unspeak(request: Request) -> Response:
    """Leave the queue of speakers."""
    meeting = await find_room(request)
    await service_speakers.leave_queue(actor_of(request), meeting.id)
    return to_room(meeting, "rounds-flash-unqueued")


def _kind(request: Request) -> PostKind:
    try:
        return PostKind(request.path_params["kind"])
    except ValueError as error:
        raise NotFound() from error


async def report_page(request: Request) -> Response:
    """Why should this not stand?"""
    meeting, kind = await find_room(request), _kind(request)
    await service.find_post(meeting.id, kind, request.path_params["post_id"])
    shown = WritePage(await view_of(request, meeting), empty(), None, "report", request.url.path)
    return render(request, "rounds/write.html", shown)


async def report(request: Request) -> Response:
    """Report a post to the chair."""
    meeting, kind = await find_room(request), _kind(request)
    form = await read_form(request, ReportForm)
    reason = form.value.reason if form.value else ""
    try:
        await service.report_post(actor_of(request), meeting.id, kind, request.path_params["post_id"], reason)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        shown = WritePage(await view_of(request, meeting), form, None, "report", request.url.path)
        return render(request, "rounds/write.html", shown, status=422)
    return to_room(meeting, "rounds-flash-reported")


async def ballot(request: Request) -> Response:
    """To the ballot of the question that is open, or back to the room."""
    meeting = await find_room(request)
    question = (await room_shown(meeting.id)).room["question"]
    if question is None or question["state"] == "draft":
        return to_room(meeting)
    end = "/ballot" if question["state"] == "open" else ""
    return redirect(f"/q/{question['question']}{end}")


async def ticket(request: Request) -> Response:
    """A one-use right to open the room's socket."""
    meeting = await find_room(request)
    session = request.state.session
    made = await service_tickets.give_ticket(f"room:{meeting.id}", session.id if session else None)
    return JSONResponse({"ticket": made, "seconds": service_tickets.SECONDS})


async def state(request: Request) -> Response:
    """The same states the socket sends, for clients that have none; 304 while nothing has changed."""
    meeting, person_id = await find_room(request), actor_of(request).person_id
    return await state_answer(request, meeting, person_id)


_ROOM = "/live/{code}"
_GROUP = f"{_ROOM}/groups/{{group_id:int}}"
ROUTES: list[BaseRoute] = [
    page(_ROOM, room_page, action="rounds.watch"),
    page(f"{_ROOM}/ballot", ballot, action="rounds.watch"),
    page(f"{_ROOM}/state", state, action="rounds.watch", api=ROOM_STATE),
    post(f"{_ROOM}/ticket", ticket, action="rounds.watch", api=ROOM_TICKET),
    acting(f"{_ROOM}/check-in", check_in, act=Act.ENTER),
    acting(f"{_ROOM}/sit-in", sit_in, act=Act.SIT_IN),
    page(f"{_ROOM}/topics/new", topic_page, action="rounds.take_part"),
    acting(f"{_ROOM}/topics", taking_part(post_topic), act=Act.POST_TOPIC),
    acting(f"{_GROUP}/join", taking_part(join_group), act=Act.JOIN_GROUP),
    acting(f"{_ROOM}/leave", leave_group, act=Act.LEAVE_GROUP),
    page(f"{_GROUP}/points/new", point_page, action="rounds.take_part"),
    acting(f"{_GROUP}/points", taking_part(bring_back), act=Act.WRITE_NOTE),
    page(f"{_ROOM}/order", order_page, action="rounds.take_part"),
    acting(f"{_ROOM}/order", taking_part(raise_point), act=Act.RAISE_POINT),
    page(f"{_ROOM}/speak", speak_page, action="rounds.take_part"),
    acting(f"{_ROOM}/speak", taking_part(speak), act=Act.ASK_FLOOR),
    acting(f"{_ROOM}/unspeak", unspeak, act=Act.LEAVE_QUEUE),
    page(f"{_ROOM}/report/{{kind}}/{{post_id:int}}", report_page, action="rounds.take_part"),
    acting(f"{_ROOM}/report/{{kind}}/{{post_id:int}}", report, act=Act.REPORT_POST),
    *routes_door.ROUTES,
    *routes_notes.ROUTES,
    *routes_record.ROUTES,
    *routes_hand_in.ROUTES,
    *routes_space.ROUTES,
    *routes_console.ROUTES,
    *routes_call.ROUTES,
    *routes_screen.ROUTES,
]
