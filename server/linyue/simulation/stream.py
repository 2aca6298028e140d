"""What residents report on a day: how many, when, where, about what, by which channel. Draws lots, stores nothing."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from linyue.base.workdays import Calendar
from linyue.centres.rules import AffairKind, Catalogue, ItemEntry, Way, route_of
from linyue.demo.data import read_data
from linyue.simulation.district import Home, at_morning
from linyue.simulation.volumes import Volumes

WEEKEND = 5
TITLE_AT_MOST = 60
ASKS = ("想办{n}", "{n}怎么办", "请问{n}要带什么", "帮家里人问{n}", "{n}到哪里办")
TELLS = ("{c}有件事：{w}", "{w}，请帮忙看看", "{c}反映{w}", "又是{w}", "关于{w}的建议")
DETAILS = (
    "上个星期开始的，{w}，邻居也说过好几次。", "家里老人行动不方便，{w}，请告诉我们怎么办。",
    "想问清楚{w}，材料已经准备了一些。", "{w}这件事拖了一阵子了，麻烦看一下。", "打过一次电话，说要先登记。主要是{w}。",
)  # fmt: skip
URGENT = "刚才闻到煤气味，楼道里有人晕倒了。"


@dataclass(frozen=True, slots=True)
class Report:
    """One report to be, and where it belongs in truth."""

    at: datetime
    home: Home
    channel: str
    person: int | None
    """Number of the resident's account in the community; None for somebody without one."""
    item: str
    kind: str
    title: str
    text: str
    is_public: bool
    seed: float
    """What decides how its story goes on."""


class Stream:
    """Draws the reports of one day after the other."""

    def __init__(
        self, volumes: Volumes, scale: Fraction, homes: Sequence[Home], catalogue: Catalogue, calendar: Calendar
    ) -> None:
        self.volumes, self.homes, self.calendar = volumes, homes, calendar
        self.rng = random.Random(volumes.seed)
        self.by_code = {item.code: item for item in catalogue.items}
        self.kind_words = {kind.key.value: kind.words for kind in catalogue.kinds}
        self.ways = {
            way: [item for item in catalogue.items if route_of(item) is way] for way in Way
        }  # where an item goes once everything floats
        self.weights = [home.weight for home in homes]
        self.bank = _bank()
        days = days_of(volumes.year)
        shape = {day: self._weight(day) for day in days}
        whole = sum(shape.values())
        self.expected = {day: float(volumes.matters * scale) * shape[day] / whole for day in days}

    def _weight(self, day: date) -> float:
        is_weekend = day.weekday() >= WEEKEND
        kind = "working" if self.calendar.is_working(day) else "weekend" if is_weekend else "holiday"
        months = self.volumes.months
        seasonal = sum(self.volumes.ways[way] * months[way][day.month - 1] for way in self.volumes.ways)
        return self.volumes.days[kind] * seasonal

    def of_day(self, day: date) -> list[Report]:
        """The reports of a day in the order of time; how many is drawn too, about as many as expected."""
        expected = self.expected[day]
        count = max(0, round(self.rng.gauss(expected, expected**0.5)))
        return sorted((self._report(day) for _ in range(count)), key=lambda one: one.at)

    def _report(self, day: date) -> Report:
        rng, volumes = self.rng, self.volumes
        hour = rng.choices(range(24), weights=volumes.hours)[0]
        at = at_morning(day) + timedelta(hours=hour, seconds=rng.randrange(3600))
        home = rng.choices(self.homes, weights=self.weights)[0]
        channel = _drawn(rng, volumes.channels)
        person = rng.randrange(home.accounts_at_most) if channel == "web" else None
        weights = {way: share * volumes.months[way][day.month - 1] for way, share in volumes.ways.items()}
        way = Way(_drawn(rng, weights))
        item, kind = self._about(way, day)
        title, text = self._words(home, item, kind)
        if rng.random() < volumes.urgent:
            text = URGENT + text
        is_open = item is None or item.kind is AffairKind.RESIDENTIAL
        is_public = is_open and rng.random() >= volumes.private
        code = item.code if item else ""
        return Report(at, home, channel, person, code, kind, title, text, is_public, rng.random())

    def _about(self, way: Way, day: date) -> tuple[ItemEntry | None, str]:
        """An item, or one of the seven kinds where residents' own matters name none."""
        if way is Way.COUNCIL and self.rng.random() < self.volumes.kind_reports:
            return None, _drawn(self.rng, self.volumes.kinds)
        found = self.ways[way]
        season, month = self.volumes.item_months, day.month - 1
        weights = [
            self.volumes.items.get(one.code, 1) * (season[one.code][month] if one.code in season else 1)
            for one in found
        ]
        item = self.rng.choices(found, weights=weights)[0]
        return item, ""

    def _words(self, home: Home, item: ItemEntry | None, kind: str) -> tuple[str, str]:
        """A title and a text, from the sample district's bank or made of the catalogue's words."""
        rng = self.rng
        bank = self.bank.get(item.code if item else kind, ())
        names = {"c": home.compound.name_zh, "b": "", "s": "", "u": "", "n": rng.randint(2, 6)}
        if bank and rng.random() < 0.5:
            title, text = rng.choice(bank)
            return title.format(**names)[:TITLE_AT_MOST], text.format(**names)
        words = [w for w in (item.words if item else self.kind_words[kind]) if not w.isascii()]
        word = rng.choice(words).replace("+", "") if words else item.name.zh if item else kind
        name = item.name.zh.partition("（")[0] if item and rng.random() < 0.5 else word
        title = rng.choice(ASKS if item else TELLS).format(n=name, w=word, c=home.compound.name_zh)
        return title[:TITLE_AT_MOST], rng.choice(DETAILS).format(w=word)


def _drawn(rng: random.Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def _bank() -> dict[str, list[tuple[str, str]]]:
    """Texts of the sample district that need no building, by item or kind."""
    found: dict[str, list[tuple[str, str]]] = {}
    for way in Way:
        for one in read_data("matters")[way.value]:
            if one.get("where", "anywhere") not in ("building", "unit"):
                found.setdefault(one.get("item") or one["kind"], []).append((one["title"], one["text"]))
    return found


def days_of(year: int) -> list[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
