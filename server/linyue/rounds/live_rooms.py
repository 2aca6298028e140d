"""The open rooms of this process: who is connected, what changed, and one clock a room that shows the newest state.

A room subscribes to the bus first and reads its state afterwards, so nothing falls between. Events only say "look
again": the state is read once for everybody, at most ten times a second, and put into each line's slot.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog

from linyue.base import bus
from linyue.base.bus import Event
from linyue.base.errors import NotFound
from linyue.base.sockets import NORMAL, POLICY, RESTART, Line, frame
from linyue.meetings.service import topic_of
from linyue.rounds.service_state import RoomState, now_stamp, room_state, turnout_only, version_of, your_state

log = structlog.get_logger()

PROTOCOL = 1
TICK = 0.1
HEARTBEAT = 10.0
MOST_OF_A_SESSION = 5
MOST_OF_AN_ADDRESS = 1000
SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Member:
    """Who is at the other end of a line. A screen and a watcher have no person."""

    person_id: int | None
    session_id: int | None
    address: str
    is_screen: bool = False


@dataclass(slots=True)
class Changed:
    """What has to be looked at again."""

    room: bool = False
    turnout: bool = False
    is_over: bool = False
    people: set[int] = field(default_factory=set)

    def note(self, event: Event) -> None:
        """Read one event of the bus."""
        if event.type == "BallotCast":
            self.turnout = True
            return
        self.room = self.turnout = True
        self.is_over = self.is_over or event.type == "MeetingEnded"
        one = event.data.get("person_id")
        self.people.update([one] if isinstance(one, int) else event.data.get("person_ids", []))


class Room:
    """The lines of one meeting in this process, and the task that keeps them fresh."""

    def __init__(self, meeting_id: int) -> None:
        self.meeting_id = meeting_id
        self.lines: dict[Line, Member] = {}
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._state: RoomState | None = None
        self._lock = asyncio.Lock()

    async def enter(self, line: Line, member: Member) -> None:
        """Add a line and show it everything: hello, room, turnout, and the reader's own state."""
        self.lines[line] = member
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await self._ready.wait()
        hello = {"protocol": PROTOCOL, "now": now_stamp(), "heartbeat_seconds": int(HEARTBEAT)}
        line.reply(frame("hello", 0, hello))
        async with self._lock:
            state = self._state or await room_state(self.meeting_id)
            self._state = state
        line.state("room", state.version, frame("room", state.version, state.room))
        line.state("turnout", state.version, frame("turnout", state.version, state.turnout))
        if not member.is_screen:
            await self.show_you([member.person_id])

    def leave(self, line: Line) -> None:
        """Forget a line; an empty room stops listening."""
        self.lines.pop(line, None)
        if not self.lines and self._task is not None:
            self._task.cancel()
            self._task = None

    async def show_you(self, person_ids: Iterable[int | None]) -> None:
        """Show people their own state on all their lines."""
        for person_id in set(person_ids):
            mine = [one for one, who in self.lines.items() if who.person_id == person_id and not who.is_screen]
            if mine:
                version, data = await your_state(self.meeting_id, person_id)
                text = frame("you", version, data)
                for line in mine:
                    line.state("you", version, text)

    async def _run(self) -> None:
        async with bus.subscribe(topic_of(self.meeting_id), SESSIONS) as events:
            self._ready.set()
            clock = asyncio.get_running_loop()
            beat = clock.time() + HEARTBEAT
            while True:
                started = clock.time()
                try:
                    first = await asyncio.wait_for(events.get(), max(0.0, beat - started))
                    await self._refresh(self._read(first, events))
                except TimeoutError:
                    beat = clock.time() + HEARTBEAT
                    await self._heartbeat()
                except (NotFound, OSError) as error:
                    log.warning("room.refresh_failed", meeting=self.meeting_id, error=type(error).__name__)
                await asyncio.sleep(max(0.0, TICK - (clock.time() - started)))

    def _read(self, first: Event, events: asyncio.Queue[Event]) -> Changed:
        """Everything that has arrived, as one piece of work."""
        changed = Changed()
        while True:
            if first.topic == SESSIONS:
                self._end_session(first.data.get("session_id"))
            else:
                changed.note(first)
            if events.empty():
                return changed
            first = events.get_nowait()

    def _end_session(self, session_id: Any) -> None:
        for line, member in self.lines.items():
            if member.session_id is not None and member.session_id == session_id:
                line.end(POLICY, "signed-out")

    async def _refresh(self, changed: Changed) -> None:
        if changed.room:
            await self._show_room()
        elif changed.turnout and self._state is not None:
            version, data = await turnout_only(self.meeting_id, self._state.turnout["entitled"])
            self._state = RoomState(version, self._state.room, data)
            self._show("turnout", version, data)
        await self.show_you(changed.people)
        if changed.is_over:
            for line, member in self.lines.items():
                if not member.is_screen:
                    line.end(NORMAL, "over")

    async def _show_room(self) -> None:
        async with self._lock:
            self._state = state = await room_state(self.meeting_id)
        self._show("room", state.version, state.room)
        self._show("turnout", state.version, state.turnout)

    def _show(self, kind: str, version: int, data: dict[str, Any]) -> None:
        text = frame(kind, version, data)
        for line in self.lines:
            line.state(kind, version, text)

    async def _heartbeat(self) -> None:
        """Tell the time, and look whether an event was lost on its way from another process."""
        version = await version_of(self.meeting_id)
        if self._state is None or version != self._state.version:
            await self._show_room()
        self._show("heartbeat", version, {"now": now_stamp()})


class Rooms:
    """All rooms of this process."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}

    def room(self, meeting_id: int) -> Room:
        """The room of a meeting, opened on first use."""
        return self._rooms.setdefault(meeting_id, Room(meeting_id))

    def is_full(self, member: Member) -> bool:
        """Whether this session, or this address, has as many lines as it may have."""
        everybody = [one for room in self._rooms.values() for one in room.lines.values()]
        if member.session_id is not None:
            return sum(one.session_id == member.session_id for one in everybody) >= MOST_OF_A_SESSION
        return sum(one.address == member.address for one in everybody) >= MOST_OF_AN_ADDRESS

    def leave(self, room: Room, line: Line) -> None:
        """Forget a line, and the room with its last one."""
        room.leave(line)
        if not room.lines:
            self._rooms.pop(room.meeting_id, None)

    def stop(self) -> None:
        """Ask every phone to connect again elsewhere."""
        for room in self._rooms.values():
            for line in room.lines:
                line.end(RESTART, "restart")

    @property
    def line_count(self) -> int:
        return sum(len(room.lines) for room in self._rooms.values())
