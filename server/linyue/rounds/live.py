"""Sockets of the room and of the big screen: frame -> one service call -> ack or refusal in words. See PROTOCOL.md."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from linyue.base import session
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.base.routing import actor_of, client_address, socket
from linyue.base.settings import Settings
from linyue.base.sockets import POLICY, BadFrame, Line, frame, read_frame
from linyue.meetings import service_speakers
from linyue.meetings.model import Meeting
from linyue.meetings.rules import Channel
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service_codes import find_by_code, find_screen
from linyue.meetings.service_room import check_in
from linyue.people.service import load_actor
from linyue.questions import service as questions
from linyue.questions import service_secret, service_views
from linyue.questions.rules_ballot import Via
from linyue.rounds import service_tickets
from linyue.rounds.live_rooms import PROTOCOL, Member, Room, Rooms
from linyue.rounds.rules import RoundRefusal
from linyue.rounds.service_state import now_stamp, stamp

HELLO_WITHIN = 5.0
rooms = Rooms()


class FrameModel(BaseModel):
    """Base of every client frame's data: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class HelloFrame(FrameModel):
    """The first message: which protocol, and the one-use ticket."""

    protocol: Literal[1]
    ticket: str = Field(max_length=64)


class CastFrame(FrameModel):
    """A ballot: `choice` in a named vote, `sealed` (base64) in a secret one. `replaces`: its revision before, or 0."""

    question: str = Field(max_length=32)
    choice: str = Field(default="", max_length=32)
    sealed: str = Field(default="", max_length=600)
    client_id: str = Field(max_length=64)
    replaces: int = Field(ge=0, le=1_000_000)
    manifest: str | None = Field(default=None, max_length=64)


class SpeakFrame(FrameModel):
    """Ask for the floor, or leave the queue."""

    stance: Literal["for", "against", "neither"] = "neither"
    leave: bool = False


class PingFrame(FrameModel):
    """Is anybody there?"""


Answer = dict[str, Any]
Handler = Callable[[Actor, Meeting, Any], Awaitable[Answer]]


async def on_cast(actor: Actor, meeting: Meeting, sent: CastFrame) -> Answer:
    """Store a ballot; the answer is its receipt."""
    assert actor.person_id is not None
    question = await service_views.question_by_public_id(sent.question)
    if question.meeting_id != meeting.id:
        raise NotFound()
    rest = (sent.client_id, sent.replaces, Via.SOCKET, sent.manifest)
    if sent.sealed:
        box = service_secret.sealed_bytes(sent.sealed)
        receipt = await service_secret.cast_sealed(actor.person_id, question.id, box, *rest)
    else:
        receipt = await questions.cast_ballot(actor.person_id, question.id, sent.choice, *rest)
    if receipt.revision == 1:
        with suppress(Refused):  # on the frozen roll and no longer on the present one: the ballot counts all the same
            await check_in(actor, meeting.id, Channel.ONLINE)
    return {
        "client_id": receipt.client_id,
        "question": question.public_id,
        "choice": receipt.choice or None,
        "revision": receipt.revision,
        "code": receipt.code or None,
        "cast_at": stamp(receipt.cast_at),
    }


async def on_speak(actor: Actor, meeting: Meeting, sent: SpeakFrame) -> Answer:
    """Join or leave the queue of speakers."""
    if sent.leave:
        await service_speakers.leave_queue(actor, meeting.id)
    else:
        await service_speakers.ask_to_speak(actor, meeting.id, Stance(sent.stance))
    return {}


async def on_ping(_actor: Actor, _meeting: Meeting, _sent: PingFrame) -> Answer:
    """Answer with the time."""
    return {"now": now_stamp()}


FRAMES: dict[str, tuple[type[FrameModel], Handler, bool]] = {
    "cast": (CastFrame, on_cast, True),
    "speak": (SpeakFrame, on_speak, True),
    "ping": (PingFrame, on_ping, False),
}
"""Type of frame -> its data, its handler, whether it needs somebody signed in."""


class Talk:
    """One conversation over one line: first hello with a ticket, then frames, each with fresh rights."""

    def __init__(self, ws: WebSocket, line: Line, meeting: Meeting, member: Member) -> None:
        self.ws = ws
        self.line = line
        self.meeting = meeting
        self.member = member
        self.room: Room | None = None

    async def on_text(self, text: str) -> None:
        """One message from the other side."""
        if self.line.is_too_fast():
            self._refuse("frame", RoundRefusal.TOO_FAST.value)
            self.line.end(POLICY, "too-fast")
            return
        try:
            kind, data = read_frame(text)
            if self.room is None:
                await self._hello(kind, data)
            else:
                await self._handle(kind, data)
        except (BadFrame, ValidationError):
            self._refuse("frame", RoundRefusal.BAD_FRAME.value)
            if self.room is None:
                self.line.end(POLICY, "bad-frame")

    async def _hello(self, kind: str, data: dict[str, Any]) -> None:
        if kind != "hello":
            raise BadFrame
        sent = HelloFrame.model_validate(data)
        where = "screen" if self.member.is_screen else "room"
        spent = await service_tickets.spend_ticket(sent.ticket, f"{where}:{self.meeting.id}", self.member.session_id)
        if not spent:
            self.line.end(POLICY, "bad-ticket")
        elif rooms.is_full(self.member):
            self.line.end(POLICY, "too-many-sockets")
        else:
            self.room = rooms.room(self.meeting.id)
            await self.room.enter(self.line, self.member)

    async def _handle(self, kind: str, data: dict[str, Any]) -> None:
        found = FRAMES.get(kind)
        if found is None or (self.member.is_screen and kind != "ping"):
            raise BadFrame
        model, handler, needs_person = found
        sent = model.model_validate(data)
        about: Answer = {"about": kind}
        if isinstance(sent, CastFrame):
            about["client_id"] = sent.client_id
        actor = await self._actor()
        if actor is None:
            return
        if needs_person and actor.person_id is None:
            self._refuse(kind, RoundRefusal.SIGN_IN.value, about)
            return
        try:
            answer = await handler(actor, self.meeting, sent)
        except Refused as refusal:
            self._refuse(kind, str(refusal.reason.value), about | _newest(refusal))
            return
        except NotFound:
            self._refuse(kind, "common-error-not-found", about)
            return
        self.line.reply(frame("ack", 0, about | answer))
        if needs_person and self.room is not None:
            await self.room.show_you([actor.person_id])

    async def _actor(self) -> Actor | None:
        """Who this is now. A session that has ended since closes the line."""
        if self.member.session_id is None:
            return Actor()
        settings: Settings = self.ws.app.state.settings
        row = await session.find(self.ws.cookies.get(session.cookie_name(settings), ""))
        if row is None or row.id != self.member.session_id:
            self.line.end(POLICY, "signed-out")
            return None
        actor = await load_actor(row, actor_of(self.ws).lang)
        if actor.person_id is None:
            self.line.end(POLICY, "signed-out")
            return None
        return actor

    def _refuse(self, kind: str, reason: str, more: Answer | None = None) -> None:
        self.line.reply(frame("refused", 0, {"about": kind, "reason": reason} | (more or {})))


def _newest(refusal: Refused) -> Answer:
    """The ballot that counts, when a late one was turned down."""
    args = refusal.args_for_text
    if "revision" not in args:
        return {}
    return {"newest": {key: args[key] for key in ("choice", "revision", "code") if key in args}}


async def _serve(ws: WebSocket, meeting: Meeting, *, is_screen: bool) -> None:
    own = ws.state.session
    person = None if is_screen else actor_of(ws).person_id
    member = Member(person, own.id if own is not None else None, client_address(ws), is_screen)
    await ws.accept()
    line = Line(ws)
    talk = Talk(ws, line, meeting, member)
    impatient = asyncio.get_running_loop().call_later(
        HELLO_WITHIN, lambda: line.end(POLICY, "no-hello") if talk.room is None else None
    )
    try:
        await line.run(talk.on_text)
    finally:
        impatient.cancel()
        if talk.room is not None:
            rooms.leave(talk.room, line)


async def room_socket(ws: WebSocket) -> None:
    """The room of a code."""
    try:
        meeting = await find_by_code(ws.path_params["code"], client_address(ws))
    except Refused:
        await ws.send_denial_response(PlainTextResponse("no such room", status_code=404))
        return
    await _serve(ws, meeting, is_screen=False)


async def screen_socket(ws: WebSocket) -> None:
    """The big screen of a link."""
    try:
        meeting = await find_screen(ws.path_params["token"])
    except NotFound:
        await ws.send_denial_response(PlainTextResponse("no such screen", status_code=404))
        return
    await _serve(ws, meeting, is_screen=True)


async def stop() -> None:
    """The server is going down: phones connect again, to another process or to the next one."""
    rooms.stop()


assert PROTOCOL == 1

ROUTES: list[BaseRoute] = [
    socket("/live/{code}/socket", room_socket, action="rounds.watch"),
    socket("/screen/{token}/socket", screen_socket, action="rounds.screen"),
]
