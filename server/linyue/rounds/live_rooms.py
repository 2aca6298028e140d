"""The open rooms of this process: who is connected, what changed, and one clock a room that shows the newest state.

A room subscribes to the bus first and reads its state afterwards, so nothing falls between. Events only say "look
again": the state is read once for everybody, at most ten times a second, and its frame is built once. Ballots alone
need no look: the writer tells totals (service_state.with_ballots).
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from linyue.base import bus, session
from linyue.base.bus import Event
from linyue.base.errors import NotFound
from linyue.base.frames import Frame, write_to_all
from linyue.base.logs import failure
from linyue.base.sockets import NORMAL, POLICY, RESTART, Line, frame
from linyue.base.together import Together
from linyue.meetings.service import topic_of
from linyue.people.service_lines import people_of_sessions
from linyue.rounds import service_state
from linyue.rounds.events import TallyShown
from linyue.rounds.rules_spread import spread_ms
from linyue.rounds.service_state import RoomState, now_stamp, room_state, with_ballots, with_turnout
from linyue.rounds.service_you import NOBODY, your_states

log = structlog.get_logger()

PROTOCOL = 1
TICK = 0.1
SLOWEST_TICK = 0.5
"""Writing to a hall takes at most half of the time between two ticks, so that ballots get their turn."""
HEARTBEAT = 10.0
RECHECK = 4.0
SEEN_EVERY = 60.0
MOST_OF_A_SESSION = 5
MOST_OF_AN_ADDRESS = 1000
FILLS_WITHIN = 10.0
"""Seconds after which the phones that came back to a process are its hall; until then those present are."""
AT_A_TIME = 500
"""Lines written to before others get their turn: some four milliseconds."""
SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Member:
    """Who is at the other end of a line. A screen and a watcher have no person."""

    person_id: int | None
    session_id: int | None
    address: str
    is_screen: bool = False


Counts = dict[str, tuple[int, int]]
"""By a question's public id its version and how many ballots are cast."""


@dataclass(slots=True)
class Changed:
    """What has to be looked at again. `ballots`: by question the highest (version, cast) that was stored.

    `told`: by question the highest that another process has shown to its phones already. `is_missed`: reading it has
    failed before, and no event need come for trying again.
    """

    room: bool = False
    turnout: bool = False
    is_over: bool = False
    is_resync: bool = False
    is_missed: bool = False
    people: set[int] = field(default_factory=set)
    ballots: Counts = field(default_factory=dict)
    told: Counts = field(default_factory=dict)

    def note(self, event: Event) -> None:
        """Read one event of the bus. LookupError, TypeError, ValueError: it does not say what it should."""
        if event.type in ("BallotCast", "TallyShown"):
            count = (int(event.data["version"]), int(event.data["cast"]))
            public_id, known = event.data["public_id"], self.told if event.type == "TallyShown" else self.ballots
            known[public_id] = max(count, known.get(public_id, count))
            return
        if event.type == "OwnBallotStored":
            self.people.add(int(event.data["person_id"]))
            return
        self.turnout = True
        self.room = self.room or event.type not in ("PersonCheckedIn", "PeopleCheckedIn")
        self.is_over = self.is_over or event.type == "MeetingEnded"
        self.is_resync = self.is_resync or event.type == "Resync"
        one = event.data.get("person_id")
        self.people.update(map(int, [one] if isinstance(one, int) else event.data.get("person_ids", [])))

    def is_anything(self, shown: RoomState | None) -> bool:
        """Whether a room that shows this state has something to do."""
        if self.turnout or self.people or shown is None:
            return True
        return bool(_newer(self.ballots, shown) or _newer(self.told, shown))

    def show_now(self, shown: RoomState) -> tuple[Counts, Counts]:
        """The counts to show at once, and those that wait for the next tick.

        What another process shows is shown as it is. Anything newer waits: shown along with it and not told back, it
        would reach the other's phones a whole tick later; told back, the two would hurry each other on for ever.
        """
        told = _newer(self.told, shown)
        if not told:
            return self.ballots, {}
        return told, {one: count for one, count in self.ballots.items() if count > told.get(one, (-1, 0))}


def _newer(counts: Counts, shown: RoomState) -> Counts:
    known = shown.versions.questions
    return {public_id: count for public_id, count in counts.items() if count[0] > known.get(public_id, -1)}


def _open_vote(state: RoomState) -> str | None:
    question = state.room["question"]
    return question["question"] if question is not None and question["state"] == "open" else None


class Room:
    """The lines of one meeting in this process, and the task that keeps them fresh."""

    def __init__(self, meeting_id: int, rooms: "Rooms") -> None:
        self.meeting_id = meeting_id
        self.lines: dict[Line, Member] = {}
        self.questions: dict[str, int] = {}
        """Ids of this meeting's questions by public id, as far as they were asked for; they never change."""
        self._rooms = rooms
        self._of_person: dict[int, list[Line]] = {}
        self._coming = 0
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._state: RoomState | None = None
        self._shown: dict[str, Frame] = {}
        self._telling: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._waiting: Counts = {}
        self._pace = TICK
        self._told_at = 0.0
        self._own = Together(self._own_frames)
        self._showing: asyncio.Task[None] | None = None
        self._is_own_stale = False
        self._is_own_doubtful = False
        self._missed = Changed()
        """What could not be read when it was to be shown."""
        self._full_at = 0.0

    async def enter(self, line: Line, member: Member) -> None:
        """Add a line and show it everything: hello, room, turnout, and the reader's own state."""
        self._coming += 1
        try:
            if self._task is None:
                self._full_at = asyncio.get_running_loop().time() + FILLS_WITHIN
                self._task = asyncio.create_task(self._run())
            await self._ready.wait()
            async with self._lock:
                if self._state is None:
                    self._hold(await room_state(self.meeting_id))
        finally:
            self._coming -= 1
        if line.is_over:
            self.close_if_empty()
            return
        # No waiting between here and the last frame: what is published next finds the line, and is newer.
        self.lines[line] = member
        hello = {"protocol": PROTOCOL, "now": now_stamp(), "heartbeat_seconds": int(HEARTBEAT)}
        line.reply(frame("hello", 0, hello))
        for kind in ("room", "turnout"):
            line.state(kind, self._shown[kind])
        if member.is_screen:
            return
        if member.person_id is None:
            assert self._state is not None
            line.state("you", frame("you", self._state.version, NOBODY))
            return
        self._of_person.setdefault(member.person_id, []).append(line)
        own = await self._own.of(member.person_id)
        if own is not None:
            line.state("you", own)

    def leave(self, line: Line) -> None:
        """Forget a line; an empty room stops listening."""
        member = self.lines.pop(line, None)
        if member is not None and member.person_id is not None and not member.is_screen:
            theirs = self._of_person.get(member.person_id, [])
            if line in theirs:
                theirs.remove(line)
            if not theirs:
                self._of_person.pop(member.person_id, None)
        self.close_if_empty()

    def close_if_empty(self) -> None:
        """End the task of a room in which nobody is and into which nobody is coming."""
        if not self.lines and not self._coming:
            for task in (self._task, self._showing):
                if task is not None:
                    task.cancel()
            self._task = self._showing = None
            self._rooms.forget(self)

    async def show_you(self, person_ids: Iterable[int], *, but: Line | None = None) -> None:
        """Show people their own state on all their lines, except perhaps on one that knows already."""
        here = [one for one in set(person_ids) if any(line is not but for line in self._of_person.get(one, ()))]
        if here:
            for person_id, own in zip(here, await asyncio.gather(*map(self._own.of, here)), strict=True):
                for line in self._of_person.get(person_id, ()):
                    if line is not but and own is not None:
                        line.state("you", own)

    def _show_everybody(self) -> None:
        """Show all people their own state: a vote opened or closed, or what concerns somebody may have been missed.

        Beside the room's clock and for half of the time at most, as with frames for everybody: ballots go first.
        """
        self._is_own_stale = True
        if self._showing is None or self._showing.done():
            self._showing = asyncio.create_task(self._show_own())

    async def _show_own(self) -> None:
        clock, is_missed = asyncio.get_running_loop(), False
        while self._is_own_stale:
            self._is_own_stale = is_missed = False
            people = list(self._of_person)
            for start in range(0, len(people), AT_A_TIME):
                began = clock.time()
                is_missed |= not await self._safely(self.show_you(people[start : start + AT_A_TIME]))
                await asyncio.sleep(clock.time() - began)
        self._is_own_stale = is_missed  # for the next heartbeat

    async def _own_frames(self, person_ids: Sequence[int]) -> dict[int, Frame]:
        found = await your_states(self.meeting_id, person_ids)
        return {person_id: frame("you", version, data) for person_id, (version, data) in found.items()}

    async def _run(self) -> None:
        async with bus.subscribe(topic_of(self.meeting_id), SESSIONS) as events:
            self._ready.set()
            clock = asyncio.get_running_loop()
            beat, due = clock.time() + HEARTBEAT, clock.time()
            while True:
                changed, until = self._missed, due
                changed.ballots, self._waiting, self._missed = self._waiting, {}, Changed()
                if not changed.ballots:
                    try:
                        first = await asyncio.wait_for(events.get(), max(0.0, beat - clock.time()))
                    except TimeoutError:
                        beat = clock.time() + HEARTBEAT
                        await self._safely(self._heartbeat(events))
                        if not changed.is_missed:
                            continue
                    else:
                        until = self._read(first, changed, due)
                await self._gather(changed, events, until)
                if changed.is_anything(self._state):
                    # A fixed clock, not a pause after each look: what comes first after a quiet time shows at once,
                    # and what another process shows, so that its clock becomes ours.
                    now, pace = clock.time(), self._pace
                    due = now + pace if now < due else max(due, now - pace) + pace
                    if not await self._safely(self._refresh(changed)):
                        # Counts are totals and come again; everything else is said once.
                        changed.told, changed.is_missed, self._missed = {}, True, changed

    async def _safely(self, look: Awaitable[None]) -> bool:
        """Whether it was done. What fails is tried again with the next event or heartbeat."""
        try:
            await look
            return True
        except (NotFound, OSError) as error:
            log.warning("room.refresh_failed", meeting=self.meeting_id, error=type(error).__name__)
        except Exception as error:  # the store is away
            log.error("room.refresh_failed", meeting=self.meeting_id, **failure(error))
        return False

    async def _gather(self, changed: Changed, events: asyncio.Queue[Event], due: float) -> None:
        """Everything that arrives until the clock's next tick, or until another process shows something newer."""
        clock = asyncio.get_running_loop()
        while True:
            try:
                event = events.get_nowait() if not events.empty() else await self._next(events, due - clock.time())
            except TimeoutError:
                return
            due = self._read(event, changed, due)

    def _read(self, event: Event, changed: Changed, due: float) -> float:
        """Note one event. Gives when to show what has changed: now, if another process shows something newer."""
        if event.topic == SESSIONS:
            self._rooms.end_session(event.data.get("session_id"))
            return due
        try:
            changed.note(event)
        except (LookupError, TypeError, ValueError) as error:  # of a process of another version, during an update
            log.warning("room.event_unknown", meeting=self.meeting_id, type=event.type, error=type(error).__name__)
            changed.note(Event(event.topic, "Resync", {}))
        return 0.0 if event.type == "TallyShown" and changed.is_anything(self._state) else due

    async def _next(self, events: asyncio.Queue[Event], within: float) -> Event:
        if within <= 0:
            raise TimeoutError
        return await asyncio.wait_for(events.get(), within)

    async def _refresh(self, changed: Changed) -> None:
        before = self._state
        is_new = before is not None and {*changed.ballots, *changed.told} - set(before.versions.questions)
        if changed.room or is_new or before is None:
            await self._show_room()
        elif changed.turnout:
            await self._show_turnout(await with_turnout(before))
        else:
            after, (now, self._waiting) = before, changed.show_now(before)
            for public_id, (version, cast) in now.items():
                after = with_ballots(after, public_id, version, cast)
            if after is not before:
                if now is changed.ballots:
                    self._tell_others(after)
                await self._show_turnout(after)
        if changed.is_resync:
            self._show_everybody()
        if not await self._safely(self.show_you(changed.people)):
            self._is_own_stale = True
        if changed.is_over:
            for line, member in tuple(self.lines.items()):
                if not member.is_screen:
                    line.end(NORMAL, "over")

    def _tell_others(self, state: RoomState) -> None:
        """Let the rooms of other processes show what this one shows; never waits for Redis, nor asks it twice."""
        ballots = state.turnout["ballots"]
        if self._telling is None or self._telling.done():
            public_id = ballots["question"]
            event = TallyShown(public_id, state.versions.questions[public_id], ballots["cast"])
            self._telling = asyncio.create_task(bus.tell_others(topic_of(self.meeting_id), event))

    def _hold(self, state: RoomState) -> None:
        self._state, phones = state, len(self.lines)
        if asyncio.get_running_loop().time() < self._full_at:
            phones = max(phones, state.turnout["present"])  # what the first of a hall gets is kept for all who follow
        self._shown["room"] = frame("room", state.version, state.room | {"spread_ms": spread_ms(phones)})
        self._shown["turnout"] = frame("turnout", state.version, state.turnout)

    async def _show_room(self, *, only_news: bool = False) -> None:
        """Read everything and show it; `only_news`: what says the same as before is not sent to a whole hall again."""
        before = self._state
        async with self._lock:
            after = await room_state(self.meeting_id)
            self._hold(after)
        if not (only_news and before is not None and before.room == after.room):
            await self.publish("room", self._shown["room"])
        if not (only_news and before is not None and before.turnout == after.turnout):
            await self.publish("turnout", self._shown["turnout"])
        if before is not None and _open_vote(before) != _open_vote(after):
            self._show_everybody()

    async def _show_turnout(self, state: RoomState) -> None:
        self._state = state
        self._shown["turnout"] = frame("turnout", state.version, state.turnout)
        await self.publish("turnout", self._shown["turnout"])

    async def publish(self, kind: str, built: Frame) -> None:
        """Write one frame to every line. Waits for nobody, but lets others have their turn in a full hall."""
        clock, lines = asyncio.get_running_loop(), list(self.lines)
        self._told_at = clock.time()
        for start in range(0, len(lines), AT_A_TIME):
            if start:
                await asyncio.sleep(0)
            write_to_all(lines[start : start + AT_A_TIME], kind, built)
        self._pace = min(max(TICK, 2 * (clock.time() - self._told_at)), SLOWEST_TICK)

    async def _heartbeat(self, events: asyncio.Queue[Event]) -> None:
        """Look whether an event was lost on its way from another process; tell the time when nothing else was told."""
        before, found = self._state, await service_state.versions_of(self.meeting_id)
        # Of ballots alone nobody's own state changes unheard; while events wait, what is missing may be on its way.
        # Noted first and kept: whatever is shown takes over the version, and a later look could not tell by it.
        self._is_own_doubtful |= before is not None and found.meeting != before.versions.meeting
        if before is None or found.total != before.room_version:
            await self._show_room(only_news=True)
        if self._is_own_stale or (self._is_own_doubtful and events.empty()):
            self._is_own_doubtful = False
            self._show_everybody()
        if asyncio.get_running_loop().time() - self._told_at >= HEARTBEAT / 2:
            await self.publish("heartbeat", frame("heartbeat", found.total, {"now": now_stamp()}))


class Rooms:
    """All rooms of this process, and how many lines each session and each address has."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}
        self._of_session: dict[int, list[Line]] = {}
        self._of_address: Counter[str] = Counter()
        self._heard: set[int] = set()
        self._watch: asyncio.Task[None] | None = None

    def join(self, meeting_id: int, line: Line, member: Member) -> Room | None:
        """The room of a meeting, opened on first use. None when this session, or this address, has all it may have.

        A hall shares one address, so the limit of an address is high and asks about those who are not signed in.
        """
        if member.session_id is None:
            if self._of_address[member.address] >= MOST_OF_AN_ADDRESS:
                return None
            self._of_address[member.address] += 1
        else:
            theirs = self._of_session.setdefault(member.session_id, [])
            if len(theirs) >= MOST_OF_A_SESSION:
                return None
            theirs.append(line)
        return self._rooms.setdefault(meeting_id, Room(meeting_id, self))

    def leave(self, room: Room, line: Line, member: Member) -> None:
        """Forget a line that has joined."""
        if member.session_id is None:
            self._of_address[member.address] -= 1
            if not self._of_address[member.address]:
                del self._of_address[member.address]
        else:
            theirs = self._of_session[member.session_id]
            theirs.remove(line)
            if not theirs:
                del self._of_session[member.session_id]
        room.leave(line)

    def forget(self, room: Room) -> None:
        """A room is empty."""
        if self._rooms.get(room.meeting_id) is room:
            del self._rooms[room.meeting_id]

    def end_session(self, session_id: object) -> None:
        """Close the lines of a session that has ended."""
        for line in tuple(self._of_session.get(session_id, ())) if isinstance(session_id, int) else ():
            line.end(POLICY, "signed-out")

    def heard(self, session_id: int) -> None:
        """Somebody acted over a line: their session is in use."""
        self._heard.add(session_id)

    async def recheck(self) -> None:
        """Close lines whose session has ended or whose account is blocked, even when nobody told this process."""
        ids = list(self._of_session)
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            alive = await people_of_sessions(part, is_in_use=False)
            for session_id in part:
                if session_id not in alive:
                    self.end_session(session_id)

    def look(self) -> None:
        """End the lines of those who have read nothing for too long, in rooms where nothing is shown as well."""
        for room in tuple(self._rooms.values()):
            for line in tuple(room.lines):
                if line.ready is None:
                    line.look()

    async def watch(self) -> None:
        """Look again every four seconds, so that nobody who was signed out listens for longer than five."""
        clock = asyncio.get_running_loop()
        noted = clock.time()
        while True:
            await asyncio.sleep(RECHECK)
            try:
                self.look()
                await self.recheck()
                if clock.time() - noted > SEEN_EVERY:
                    heard, self._heard, noted = self._heard, set(), clock.time()
                    await session.seen(heard)
            except Exception as error:  # the store is away: the next look comes
                log.error("rooms.recheck_failed", **failure(error))

    def start(self) -> None:
        """Begin to look after the lines of this process."""
        self._watch = asyncio.create_task(self.watch())

    def stop(self) -> None:
        """Ask every phone to connect again elsewhere."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        for room in tuple(self._rooms.values()):
            for line in tuple(room.lines):
                line.end(RESTART, "restart")

    @property
    def line_count(self) -> int:
        return sum(len(room.lines) for room in self._rooms.values())
