"""Periods, shares with their ranges, medians, and how 12345 counts. Plain values in and out; no tables, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import sqrt

from linyue.base.workdays import SHANGHAI, Calendar

SHARE_FROM = 10
"""Fewer cases than this are told as numbers only: one case more or less would move a percentage too far."""
Z = 1.96
"""Normal quantile of a range that holds the true share in 95 of 100 months."""
MONTHS_BACK = 24
LONGEST_DAYS = 800
"""Calendar days before a period that durations are counted over; whatever began earlier counts from there."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in Shanghai."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after().first - timedelta(days=1)

    @property
    def key(self) -> str:
        """As it stands in an address: 2026-10."""
        return f"{self.year:04}-{self.month:02}"

    def after(self) -> "Month":
        """The next one."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def before(self) -> "Month":
        """The one before."""
        return Month.of(self.first - timedelta(days=1))


def read_month(text: str, latest: Month) -> Month:
    """The month of an address such as 2026-10, `latest` for anything that is none or lies too far back or ahead."""
    year, _, month = text.partition("-")
    if not (text.isascii() and year.isdigit() and month.isdigit() and len(year) == len("2026") and len(month) < 3):
        return latest
    if not 1 <= int(month) <= 12:
        return latest
    wanted = Month(int(year), int(month))
    return wanted if wanted in months_before(latest) else latest


def months_before(latest: Month, count: int = MONTHS_BACK) -> list[Month]:
    """The months one can look at, newest first."""
    found = [latest]
    while len(found) <= count:
        found.append(found[-1].before())
    return found


def moment(day: date) -> datetime:
    """The beginning of a day in Shanghai, as aware UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def bounds(month: Month) -> tuple[datetime, datetime]:
    """First moment of a month and of the next one, as aware UTC."""
    return moment(month.first), moment(month.after().first)


def worked_until(first: date, last: date, calendar: Calendar) -> list[tuple[date, int]]:
    """Each day from `first` to `last` with how many days were worked up to and with it."""
    found, count = [], 0
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        count += calendar.is_working(day)
        found.append((day, count))
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    n: int
    of: int

    @property
    def is_told(self) -> bool:
        """Whether there are enough cases for a percentage."""
        return self.of >= SHARE_FROM

    @property
    def percent(self) -> int | None:
        """Whole percent, half up; None where there are too few cases."""
        return (200 * self.n + self.of) // (2 * self.of) if self.is_told else None

    @property
    def value(self) -> float:
        """The share as a number from 0 to 1; 0 of nothing."""
        return self.n / self.of if self.of else 0.0

    @property
    def range(self) -> tuple[float, float]:
        """Where the true share lies, by Wilson's score interval at 95 % (E. B. Wilson, JASA 1927)."""
        if not self.of:
            return 0.0, 1.0
        base = 1 + Z * Z / self.of
        middle = (self.value + Z * Z / (2 * self.of)) / base
        half = Z / base * sqrt(self.value * (1 - self.value) / self.of + Z * Z / (4 * self.of * self.of))
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def percents(self) -> tuple[int, int]:
        """The range in whole percent."""
        low, high = self.range
        return round(100 * low), round(100 * high)


def median(histogram: Mapping[int, int]) -> float | None:
    """The median of values given as {value: how often}; the mean of the middle two; None of nothing."""
    total = sum(histogram.values())
    if not total:
        return None
    low, high = _at(histogram, (total - 1) // 2), _at(histogram, total // 2)
    return (low + high) / 2


def _at(histogram: Mapping[int, int], place: int) -> int:
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen > place:
            return value
    raise AssertionError("a place behind the last value")


class What(StrEnum):
    """What is counted; each is also a list of matters one can open. The value is the end of its translation key."""

    IN = "in"
    OWED = "owed"
    ANSWERED = "answered"
    DONE = "done"
    LATE = "late"
    RETURNED = "returned"
    REOPENED = "reopened"
    RATED = "rated"
    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    UNSATISFIED = "unsatisfied"
    ASKED = "asked"
    FIXED = "fixed"
    UNREACHED = "unreached"
    """Called three times, and nobody answered."""
    OVERDUE = "overdue"
    SOON = "soon"
    PAUSED = "paused"
    SILENT = "silent"
    """Passed on and not taken on in time: no word, which is something else than late."""


class By(StrEnum):
    """What the table is parted by."""

    CENTRE = "centre"
    COMMUNITY = "community"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one line of the board, and the working days of what was done as {days: how often}."""

    counts: Mapping[What, int]
    days: Mapping[int, int]

    def n(self, what: What) -> int:
        """One count."""
        return self.counts.get(what, 0)

    @property
    def on_time(self) -> Share:
        """Done no later than promised, of what was done."""
        return Share(self.n(What.DONE) - self.n(What.LATE), self.n(What.DONE))

    @property
    def response(self) -> Share:
        """响应率: sent to the one who handles it by the end of the first due time, of what had to be."""
        return Share(self.n(What.ANSWERED), self.n(What.OWED))

    @property
    def resolution(self) -> Share:
        """解决率: said to be really fixed, of those who answered when asked a week after the end."""
        return Share(self.n(What.FIXED), self.n(What.ASKED))

    @property
    def satisfaction(self) -> Share:
        """满意率: satisfied or mostly satisfied, of the ratings given."""
        return Share(self.n(What.SATISFIED) + self.n(What.MOSTLY), self.n(What.RATED))

    @property
    def median_days(self) -> float | None:
        """Median working days from the report to the end."""
        return median(self.days)


NONE = Figures({}, {})


def together(parts: Iterable[Figures]) -> Figures:
    """The figures of several lines as one; every case stands in exactly one line."""
    counts: dict[What, int] = {}
    days: dict[int, int] = {}
    for part in parts:
        for what, n in part.counts.items():
            counts[what] = counts.get(what, 0) + n
        for day, n in part.days.items():
            days[day] = days.get(day, 0) + n
    return Figures(counts, days)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: its key in addresses, its name in the reader's language, its figures."""

    key: str
    name: str
    figures: Figures


def lines_of(figures: Mapping[str, Figures], names: Sequence[tuple[str, str]], unnamed: str) -> list[Line]:
    """The table in the order of `names` (key, name), which never depends on a figure: nobody is ranked.

    What has no name any more comes last under `unnamed`, together.
    """
    known = {key for key, _ in names}
    found = [Line(key, name, figures[key]) for key, name in names if key in figures]
    rest = [key for key in figures if key not in known]
    if rest:
        found.append(Line("none", unnamed, together(figures[key] for key in rest)))
    return found


@dataclass(frozen=True, slots=True)
class Scale:
    """A horizontal axis in percent, drawn `width` wide between two margins."""

    low: int = 0
    high: int = 100
    width: float = 240.0
    margin: float = 8.0

    def x(self, percent: float) -> float:
        """Where a value stands, held inside the axis."""
        inside = min(max(percent, self.low), self.high)
        return round(self.margin + (inside - self.low) / (self.high - self.low) * (self.width - 2 * self.margin), 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot with its range on a scale; positions in the picture's own units."""

    at: float
    low: float
    high: float


def mark_of(share: Share, scale: Scale) -> Mark | None:
    """How a share is drawn; None where there are too few cases."""
    if not share.is_told:
        return None
    low, high = share.range
    return Mark(scale.x(100 * share.value), scale.x(100 * low), scale.x(100 * high))
