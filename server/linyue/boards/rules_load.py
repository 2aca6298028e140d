"""How much government work stands on a community's desk, and what floating takes off it. Plain values in and out.

Load = governmental matters handled at the community's own desk, times the handling minutes of their items, plus the
platforms' duty minutes (log-ins and ledgers) for the weeks looked at. What it would have been with floating switched
off is worked out from the same matters by the same rule: those that went to a centre would have stayed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from linyue.boards.rules import SHARE_FROM, Z
from linyue.centres.rules import AffairKind, Listing, Way

WEEK = 7
MINUTES = 60
UNSURE = (0.5, 1.5)
"""Handling minutes that are only assumed are tried at these multiples, to see what hangs on them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Governmental matters of one community that went one way: how many, their minutes, and the squares' sum."""

    way: Way
    count: int
    minutes: int
    squares: int
    measured: int = 0
    """How many of them have minutes that were measured, not assumed."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A work platform: minutes a week in one community, whether it floats, whether government work hangs on it."""

    minutes: int
    floats: bool
    is_governmental: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """Work in minutes, with the variance that comes from how many matters happened to arrive."""

    minutes: float = 0.0
    variance: float = 0.0

    def __add__(self, other: "Work") -> "Work":
        return Work(self.minutes + other.minutes, self.variance + other.variance)

    def times(self, factor: float) -> "Work":
        """The same work, so many times as long."""
        return Work(self.minutes * factor, self.variance * factor * factor)


@dataclass(frozen=True, slots=True)
class Load:
    """What a desk carried in a period of `weeks`, and what floating took off it."""

    weeks: float
    own: Work = Work()
    """Matters handled at the own desk."""
    own_duty: float = 0.0
    """Minutes for platforms that stay."""
    gone: Work = Work()
    """Matters that went to a centre."""
    gone_duty: float = 0.0
    own_count: int = 0
    gone_count: int = 0
    measured: int = 0

    @property
    def minutes(self) -> float:
        """What the desk carried."""
        return self.own.minutes + self.own_duty

    @property
    def minutes_unfloated(self) -> float:
        """What it would have carried with floating switched off."""
        return self.minutes + self.gone.minutes + self.gone_duty

    @property
    def count(self) -> int:
        """How many matters the figures rest on."""
        return self.own_count + self.gone_count

    @property
    def is_told(self) -> bool:
        """Whether there are enough matters for a percentage."""
        return self.count >= SHARE_FROM


def stays_without_floating(way: Way) -> bool:
    """Whether the own desk would handle a governmental matter if nothing floated: its own, and what a centre took."""
    return way in (Way.OWN_DESK, Way.CENTRE)


def counts_as_work(kind: AffairKind, listing: Listing) -> bool:
    """Only government business of the list is load that can float; residents' own matters never count."""
    return kind is AffairKind.GOVERNMENTAL and listing is Listing.CORE


def weeks_of(days: int) -> float:
    """Calendar days in weeks."""
    return days / WEEK


def load_of(parts: Iterable[Part], platforms: Iterable[Platform], days: int, communities: int = 1) -> Load:
    """The load of one community, or of several that have the same platforms.

    The variance treats the matters as arriving by themselves: a Poisson number of each length, so that the squares'
    sum is the variance of the minutes' sum.
    """
    weeks = weeks_of(days)
    kept = [part for part in parts if stays_without_floating(part.way)]
    own = [part for part in kept if part.way is Way.OWN_DESK]
    gone = [part for part in kept if part.way is not Way.OWN_DESK]
    duty = [one for one in platforms if one.is_governmental]
    return Load(
        weeks=weeks,
        own=_sum(own),
        own_duty=weeks * communities * sum(one.minutes for one in duty if not one.floats),
        gone=_sum(gone),
        gone_duty=weeks * communities * sum(one.minutes for one in duty if one.floats),
        own_count=sum(part.count for part in own),
        gone_count=sum(part.count for part in gone),
        measured=sum(part.measured for part in kept),
    )


def _sum(parts: Sequence[Part]) -> Work:
    return Work(sum(part.minutes for part in parts), sum(part.squares for part in parts))


def added(loads: Iterable[Load]) -> Load:
    """Loads one after the other (parts of a month) or beside each other over the same weeks are added by `beside`."""
    return _added(list(loads), is_beside=False)


def beside(loads: Iterable[Load]) -> Load:
    """Loads of several communities in the same weeks, together."""
    return _added(list(loads), is_beside=True)


def _added(loads: Sequence[Load], *, is_beside: bool) -> Load:
    weeks = [one.weeks for one in loads] or [0.0]
    return Load(
        weeks=max(weeks) if is_beside else sum(weeks),
        own=sum((one.own for one in loads), Work()),
        own_duty=sum(one.own_duty for one in loads),
        gone=sum((one.gone for one in loads), Work()),
        gone_duty=sum(one.gone_duty for one in loads),
        own_count=sum(one.own_count for one in loads),
        gone_count=sum(one.gone_count for one in loads),
        measured=sum(one.measured for one in loads),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A relative change with its 95 % range; -0.25 = a quarter less."""

    value: float
    low: float
    high: float


def saving(load: Load) -> Change | None:
    """What floating takes off: how the load differs from that with floating switched off; None where both are 0.

    Without floating both are the same sum, so the change is nothing, with no range. The range is the delta method's,
    for minutes of own matters and of gone ones that vary independently.
    """
    whole = load.minutes_unfloated
    if whole <= 0:
        return None
    gone = load.gone.minutes + load.gone_duty
    value = -gone / whole
    stays = load.minutes
    spread = Z * sqrt(stays * stays * load.gone.variance + gone * gone * load.own.variance) / (whole * whole)
    return Change(value, max(-1.0, value - spread), min(0.0, value + spread))


def carried(own: Work, gone: Work) -> Change | None:
    """Share of the handling minutes that centres carry, 0 to 1, with the delta method's range; None of nothing.

    Platforms' duty is no part of it: it vanishes and is carried by nobody.
    """
    whole = own.minutes + gone.minutes
    if whole <= 0:
        return None
    value = gone.minutes / whole
    spread = (
        Z
        * sqrt(own.minutes * own.minutes * gone.variance + gone.minutes * gone.minutes * own.variance)
        / (whole * whole)
    )
    return Change(value, max(0.0, value - spread), min(1.0, value + spread))


def compared(now: Work, now_weeks: float, base: Work, base_weeks: float) -> Change | None:
    """How work a week differs from that of the baseline month; None where one of them is nothing to compare with."""
    if base.minutes <= 0 or not base_weeks or not now_weeks:
        return None
    ratio = (now.minutes / now_weeks) / (base.minutes / base_weeks)
    relative = base.variance / (base.minutes * base.minutes)
    if now.minutes > 0:
        relative += now.variance / (now.minutes * now.minutes)
    spread = Z * ratio * sqrt(relative)
    return Change(ratio - 1, max(-1.0, ratio - 1 - spread), ratio - 1 + spread)


def if_minutes_were(load: Load, factor: float) -> Change | None:
    """The saving if every handling minute of the catalogue were `factor` times as long; duty stays as it is."""
    scaled = Load(
        load.weeks, load.own.times(factor), load.own_duty, load.gone.times(factor), load.gone_duty,
        load.own_count, load.gone_count,
    )  # fmt: skip
    return saving(scaled)


def segments(first: date, after: date, versions: Sequence[tuple[int, date]]) -> list[tuple[int, date, date]]:
    """The catalogue in force over [first, after): (version's id, from, to), oldest first.

    `versions` are (id, in force from), oldest first. Days before the first one have no catalogue and no figures.
    """
    found = []
    for n, (version, begins) in enumerate(versions):
        ends = versions[n + 1][1] if n + 1 < len(versions) else after
        low, high = max(first, begins), min(after, ends)
        if low < high:
            found.append((version, low, high))
    return found


def hours_a_week(minutes: float, weeks: float) -> float:
    """Minutes of a period as hours a week, to one decimal."""
    return round(minutes / MINUTES / weeks, 1) if weeks else 0.0


def spread_of(work: Work, weeks: float) -> float:
    """Half the 95 % range of work, in hours a week."""
    return Z * sqrt(work.variance) / MINUTES / weeks if weeks else 0.0
