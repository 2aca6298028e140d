"""M1 to M6 after every simulated day, over what that day touched; over everything at the end of a month.

The day's part replays each new entry of the timelines over the table of steps; the month's part is the doctor's.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent, NumberSeries
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules import FINAL, RETURNS_AT_MOST, SECOND_RETURN_OWNER, TRANSITIONS, MatterState, Step
from linyue.upkeep.doctor_matters import MATTERS, SWEPT_WITHIN

AT_ONCE = 500


class Broken(Exception):
    """An invariant does not hold; the text says which, where and when."""


@dataclass
class _Last:
    """The newest entry of a matter that has been looked at."""

    seq: int
    state: str
    owner: str
    returns: int


@dataclass
class Checks:
    """Looks at each entry of every timeline once. Raises Broken."""

    settings: Settings
    seen: int = 0
    """Id of the last entry looked at."""
    days: int = 0
    entries: int = 0
    whole: int = 0
    _last: dict[int, _Last] = field(default_factory=dict)

    async def after_day(self, reports: int) -> None:
        """What the day touched, and the counts that hold for all."""
        found = await MatterEvent.filter(id__gt=self.seen).order_by("id")
        touched: set[int] = set()
        for event in found:
            self._follow(event)
            touched.add(event.matter_id)
            self.seen = event.id
        self.entries += len(found)
        ids = sorted(touched)
        for n in range(0, len(ids), AT_ONCE):
            for matter in await Matter.filter(id__in=ids[n : n + AT_ONCE]):
                self._stands(matter)
        await self._counts(reports)
        self.days += 1

    def _follow(self, event: MatterEvent) -> None:
        """M2, M3, M6: the entry is the next one, its step is in the table, its owner is one."""
        name = f"matter {event.matter_id} entry {event.seq}"
        last = self._last.get(event.matter_id)
        if event.seq != (last.seq + 1 if last else 1):
            raise Broken(f"M2: {name}: does not follow entry {last.seq if last else 0}")
        if not event.owner_role_after:
            raise Broken(f"M3: {name}: nobody owns it afterwards")
        returns = last.returns if last else 0
        if last is not None:
            move = TRANSITIONS.get((MatterState(last.state), Step(event.kind)))
            if move is None or MatterState(event.state_after) not in move.to:
                raise Broken(f"M2: {name}: {event.kind} from {last.state} to {event.state_after} is not in the table")
        elif event.kind not in (Step.REPORT.value, Step.PART.value):
            raise Broken(f"M2: {name}: begins with {event.kind}")
        if event.kind == Step.RETURN.value:
            returns += 1
            if returns >= RETURNS_AT_MOST and event.owner_role_after != SECOND_RETURN_OWNER:
                raise Broken(f"M6: {name}: returned {returns} times and not with the officer")
        if event.kind == Step.OVERDUE.value:
            due = datetime.fromisoformat(str(event.data["due"]))
            if not timedelta() <= event.at - due <= SWEPT_WITHIN:
                raise Broken(f"M4: {name}: due {due}, noticed {event.at}")
        owner = f"{event.owner_role_after}:{event.owner_id_after}"
        self._last[event.matter_id] = _Last(event.seq, event.state_after, owner, returns)

    def _stands(self, matter: Matter) -> None:
        """M1, M2, M6: the row says what its history says; open, it has one owner and a due time to come or overdue."""
        name, last = f"matter {matter.number}", self._last[matter.id]
        owner = f"{matter.owner_role}:{matter.owner_id}"
        if (matter.state.value, owner, matter.last_seq) != (last.state, last.owner, last.seq):
            raise Broken(f"M2: {name}: its history ends with {last}, the row says {matter.state.value}, {owner}")
        if matter.state in FINAL:
            if matter.due_at is not None:
                raise Broken(f"M1: {name}: over, yet with a due time")
        elif matter.due_at is None:
            raise Broken(f"M1: {name}: open and without a due time")
        elif matter.due_at < clock.now() - SWEPT_WITHIN and matter.overdue_at is None and matter.paused_at is None:
            raise Broken(f"M4: {name}: due {matter.due_at} and nobody noticed")
        if matter.returned_count > RETURNS_AT_MOST or matter.returned_count != last.returns:
            raise Broken(f"M6: {name}: returned {matter.returned_count} times")

    async def _counts(self, reports: int) -> None:
        """M4 for what nobody touched, M5 for all."""
        missed = Matter.filter(due_at__lt=clock.now() - SWEPT_WITHIN, overdue_at=None, paused_at=None)
        late = await missed.exclude(state__in=FINAL).first()
        if late is not None:
            raise Broken(f"M4: matter {late.number}: due {late.due_at} and nobody noticed")
        count = await Matter.filter(root_id=None).count()
        numbered = sum([series.last_number for series in await NumberSeries.all()])
        if not count == numbered == reports:
            raise Broken(f"M5: {count} matters, {numbered} numbers given out, {reports} reports made")

        waiting = Appeal.filter(answered_at=None, late_at=None, due_at__lt=clock.now() - SWEPT_WITHIN)
        unseen = await waiting.first()
        if unseen is not None:
            raise Broken(f"M4: appeal {unseen.id}: due {unseen.due_at} and nobody noticed")

    async def after_month(self) -> None:
        """The doctor's invariants of matters over everything."""
        for name, sentence, check in MATTERS:
            _looked_at, faults = await check(self.settings)
            if faults:
                raise Broken(f"{name}: {sentence}: {faults[0]}")
        self.whole += 1
