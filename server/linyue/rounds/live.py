"""Sockets of the room and of the big screen: frame -> one service call -> ack or refusal in words. See PROTOCOL.md."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from linyue.base.db import is_store_away
from linyue.base.errors import NotFound, Refused
from linyue.base.logs import failure
from linyue.base.policy import Actor
from linyue.base.routing import actor_of, client_address, socket
from linyue.base.settings import Settings
from linyue.base.sockets import POLICY, BadFrame, Line, frame, read_frame
from linyue.base.together import Together
from linyue.meetings import service_speakers
from linyue.meetings.model import Meeting
from linyue.meetings.rules_rights import Act
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service_codes import find_by_code, find_screen
from linyue.meetings.service_room import check_in_voters
from linyue.people.service_lines import people_of_sessions
from linyue.questions import service as questions
from linyue.questions import service_secret, service_views
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.questions.rules_ways import CHOICE_LIMIT
from linyue.rounds import service_tickets
from linyue.rounds.live_rooms import PROTOCOL, Member, Room, Rooms
from linyue.rounds.rules import RoundRefusal
from linyue.rounds.service_state import now_stamp
from linyue.rounds.service_walls import stamp

log = structlog.get_logger()

HELLO_WITHIN = 5.0
rooms = Rooms()


Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""Words of a frame. PostgreSQL takes no zero byte into a query, and the same query asks for others too."""


class FrameModel(BaseModel):
    """Base of every client frame's data: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class HelloFrame(FrameModel):
    """The first message: which protocol, and the one-use ticket."""

    protocol: Literal[1]
    ticket: Text = Field(max_length=64)


class CastFrame(FrameModel):
    """A ballot: `choice` in a named vote, `sealed` (base64) in a secret one. `replaces`: its revision before, or 0."""

    question: Text = Field(max_length=32)
    choice: Text = Field(default="", max_length=CHOICE_LIMIT)
    sealed: str = Field(default="", max_length=600)
    client_id: Text = Field(max_length=64)
    replaces: int = Field(ge=0, le=1_000_000)
    manifest: Text | None = Field(default=None, max_length=64)


class SpeakFrame(FrameModel):
    """Ask for the floor, or leave the queue."""

    stance: Literal["for", "against", "neither"] = "neither"
    leave: bool = False


class PingFrame(FrameModel):
    """Is anybody there?"""


Answer = dict[str, Any]
Handler = Callable[[Actor, Room, Any], Awaitable[Answer]]


async def on_cast(actor: Actor, room: Room, sent: CastFrame) -> Answer:
    """Store a ballot; the answer is its receipt."""
    assert actor.person_id is not None
    question_id = room.questions.get(sent.question)
    if question_id is None:
        question_id, meeting_id = await _questions.of(sent.question) or (0, 0)
        if meeting_id != room.meeting_id:
            raise NotFound()
        room.questions[sent.question] = question_id
    rest = (sent.client_id, sent.replaces, Via.SOCKET, sent.manifest)
    if sent.sealed:
        box = service_secret.sealed_bytes(sent.sealed)
        receipt = await service_secret.cast_sealed(actor.person_id, question_id, box, *rest)
    else:
        receipt = await questions.cast_ballot(actor.person_id, question_id, sent.choice, *rest)
    return {
        "client_id": receipt.client_id,
        "question": sent.question,
        "choice": receipt.choice or None,
        "revision": receipt.revision,
        "code": receipt.code or None,
        "cast_at": stamp(receipt.cast_at),
    }


async def on_speak(actor: Actor, room: Room, sent: SpeakFrame) -> Answer:
    """Join or leave the queue of speakers."""
    if sent.leave:
        await service_speakers.leave_queue(actor, room.meeting_id)
    else:
        await service_speakers.ask_to_speak(actor, room.meeting_id, Stance(sent.stance))
    return {}


async def on_ping(_actor: Actor, _room: Room, _sent: PingFrame) -> Answer:
    """Answer with the time."""
    return {"now": now_stamp()}


FRAMES: dict[str, tuple[type[FrameModel], Handler, Act | None]] = {
    "cast": (CastFrame, on_cast, Act.CAST),
    "speak": (SpeakFrame, on_speak, Act.ASK_FLOOR),
    "ping": (PingFrame, on_ping, None),
}
"""Type of frame -> its data, its handler, its act in the table of rights (None: it does nothing for anybody).

Where there is an act, somebody has to be signed in; the service it calls asks the table, together with the roll.
"""


async def _who(session_ids: Sequence[int]) -> dict[int, int]:
    return await people_of_sessions(session_ids, is_in_use=True)


async def _here(voters: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bool]:
    for meeting_id in {meeting for meeting, _ in voters}:
        await check_in_voters(meeting_id, [person for meeting, person in voters if meeting == meeting_id])
    return {}


_rights: Together[int, int] = Together(_who)
"""Session -> person, read afresh for every message, for all messages of the moment in one query."""
_presence: Together[tuple[int, int], bool] = Together(_here)
_questions: Together[str, tuple[int, int]] = Together(service_views.places_in_store)
"""A hall votes for the first time at once: one read for all of them."""


class Talk:
    """One conversation over one line: first hello with a ticket, then frames, each with fresh rights."""

    __slots__ = ("_impatient", "line", "meeting_id", "member", "room")

    def __init__(self, meeting_id: int, member: Member) -> None:
        self.meeting_id = meeting_id
        self.member = member
        self.room: Room | None = None
        self.line = Line(self)
        loop = asyncio.get_running_loop()
        self._impatient: asyncio.TimerHandle | None = loop.call_later(HELLO_WITHIN, self._waited)

    def _waited(self) -> None:
        self._impatient = None
        if self.room is None:
            self.line.end(POLICY, "no-hello")

    def on_too_fast(self) -> None:
        """More messages than a person can send."""
        self._refuse("frame", RoundRefusal.TOO_FAST.value)
        self.line.end(POLICY, "too-fast")

    def on_gone(self) -> None:
        """The other side is gone."""
        self._stop_waiting()
        if self.room is not None:
            rooms.leave(self.room, self.line, self.member)

    def _stop_waiting(self) -> None:
        if self._impatient is not None:
            self._impatient.cancel()
            self._impatient = None

    async def on_text(self, text: str) -> None:
        """One message from the other side."""
        try:
            kind, data = read_frame(text)
            if self.room is None:
                await self._hello(kind, data)
            else:
                await self._handle(kind, data, self.room)
        except (BadFrame, ValidationError):
            self._refuse("frame", RoundRefusal.BAD_FRAME.value)
            if self.room is None:
                self.line.end(POLICY, "bad-frame")

    async def _hello(self, kind: str, data: dict[str, Any]) -> None:
        if kind != "hello":
            raise BadFrame
        sent = HelloFrame.model_validate(data)
        self._stop_waiting()  # what takes long from here on is our database
        where = "screen" if self.member.is_screen else "room"
        spent = await service_tickets.spend_ticket(sent.ticket, f"{where}:{self.meeting_id}", self.member.session_id)
        if self.line.is_over:
            return
        if not spent:
            self.line.end(POLICY, "bad-ticket")
            return
        self.room = rooms.join(self.meeting_id, self.line, self.member)
        if self.room is None:
            self.line.end(POLICY, "too-many-sockets")
            return
        await self.room.enter(self.line, self.member)

    async def _handle(self, kind: str, data: dict[str, Any], room: Room) -> None:
        found = FRAMES.get(kind)
        if found is None or (self.member.is_screen and kind != "ping"):
            raise BadFrame
        model, handler, act = found
        sent = model.model_validate(data)
        about: Answer = {"about": kind}
        if isinstance(sent, CastFrame):
            about["client_id"] = sent.client_id
        try:
            actor = await self._actor()
            if actor is None:
                return
            if act is not None and actor.person_id is None:
                self._refuse(kind, RoundRefusal.SIGN_IN.value, about)
                return
            answer = await handler(actor, room, sent)
        except Refused as refusal:
            self._refuse(kind, str(refusal.reason.value), about | _newest(refusal))
            return
        except NotFound:
            self._refuse(kind, "common-error-not-found", about)
            return
        except Exception as error:
            # A ballot that was not stored stays with its phone, whosever the fault is: the writer says the same.
            if not is_store_away(error) and act is not Act.CAST:
                raise
            _log_fault(kind, error)
            reason = BallotRefusal.CANNOT_RECORD.value if act is Act.CAST else RoundRefusal.NOT_NOW.value
            self._refuse(kind, reason, about)
            return
        self.line.reply(frame("ack", 0, about | answer))
        if actor.person_id is None or act is None:
            return
        try:
            if answer.get("revision") == 1:
                await _presence.of((room.meeting_id, actor.person_id))
            # The ack of a ballot is what "you" would say of it; other phones of the same person have not had it.
            await room.show_you([actor.person_id], but=self.line if kind == "cast" else None)
        except Exception as error:  # what was asked for is done and answered
            _log_fault("you", error)

    async def _actor(self) -> Actor | None:
        """Who this is now. A session that has ended since, or an account that was blocked, closes the line."""
        session_id = self.member.session_id
        if session_id is None:
            return Actor()
        person_id = await _rights.of(session_id)
        if person_id is None or (not self.member.is_screen and person_id != self.member.person_id):
            self.line.end(POLICY, "signed-out")
            return None
        rooms.heard(session_id)
        return Actor(person_id=person_id, session_id=str(session_id))

    def _refuse(self, kind: str, reason: str, more: Answer | None = None) -> None:
        self.line.reply(frame("refused", 0, {"about": kind, "reason": reason} | (more or {})))


def _log_fault(about: str, error: Exception) -> None:
    log.error("room.store_away" if is_store_away(error) else "room.failed", about=about, **failure(error))


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
    await Talk(meeting.id, member).line.open(ws)


async def room_socket(ws: WebSocket) -> None:
    """The room of a code."""
    try:
        meeting = await find_by_code(ws.path_params["code"], actor_of(ws).person_id, client_address(ws))
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


async def start(_settings: Settings) -> None:
    """Look after the lines of this process."""
    rooms.start()


async def stop() -> None:
    """The server is going down: phones connect again, to another process or to the next one."""
    rooms.stop()


assert PROTOCOL == 1

ROUTES: list[BaseRoute] = [
    socket("/live/{code}/socket", room_socket, action="rounds.watch"),
    socket("/screen/{token}/socket", screen_socket, action="rounds.screen"),
]
