"""The supervisor's board and the matters behind its numbers."""

from dataclasses import dataclass
from math import ceil
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.pages import render
from linyue.base.policy import Role, Scope
from linyue.base.routing import actor_of, page, query_id
from linyue.boards import routes_calls, routes_load, routes_sample, routes_visits, service
from linyue.boards.routes_words import area_words, month_words, range_words, share_words
from linyue.boards.rules import By, Figures, Line, Mark, Scale, Share, What, mark_of, months_before, read_month
from linyue.matters import service_views
from linyue.matters.service_views import RowView
from linyue.mediation import service_views as mediation
from linyue.oversight import service_voices
from linyue.places.model import Place

ROLES = (Role.SUPERVISOR, Role.SUBDISTRICT_OFFICER, Role.OVERSIGHT_COMMITTEE)
PER_PAGE = 20
NARROW, WIDE = Scale(width=240), Scale(width=400)
RATES = ("response", "resolution", "satisfaction")
E = TypeVar("E", By, What)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table: its column's name, its words, and the list behind it."""

    label: str
    text: str
    href: str = ""
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `mark` is its share of what was done on time, drawn."""

    name: str
    cells: list[Cell]
    mark: Mark | None
    range: str


@dataclass(frozen=True, slots=True)
class Rate:
    """One of the three rates of 12345: in words, as a number, drawn, and how it comes about."""

    title: str
    big: str
    range: str
    formula: str
    mark: Mark | None
    href: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board of one area and month."""

    area: str
    month: str
    sentence: str
    rates: list[Rate]
    heads: list[str]
    rows: list[Row]
    total: Row
    tabs: list[tuple[str, str, bool, None]]
    now: list[tuple[str, str, str, str, str]]
    """Icon, count, words, address, kind of what waits now."""
    months: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    chosen: dict[str, str]
    wide: Scale
    narrow: Scale


@dataclass(frozen=True, slots=True)
class BehindPage:
    """The matters behind one number."""

    title: str
    about: str
    total: int
    rows: list[RowView]
    parent: str
    """Name of the board it belongs to, and its address."""
    back: str
    href: str
    current: int
    last: int


async def board_scope(request: Request) -> Scope:
    """The area asked for, else the reader's own. Raises NotFound."""
    place = await service.area_of(actor_of(request), query_id(request, "area"), ROLES)
    request.state.area = place
    return service.scope_of(place)


def _area(request: Request) -> Place:
    place: Place | None = request.state.area
    if place is None:
        raise NotFound()
    return place


def _one_of(request: Request, name: str, kind: type[E], usual: E) -> E:
    text = request.query_params.get(name, "")
    return kind(text) if text in set(kind) else usual


async def board_page(request: Request) -> Response:
    """A month of an area."""
    actor, place = actor_of(request), _area(request)
    lang, latest = actor.lang, service.this_month()
    month = read_month(request.query_params.get("month", ""), latest)
    by = _one_of(request, "by", By, By.CENTRE)
    board = await service.board_of(lang, place, month, by)
    chosen = {"month": month.key, "area": str(place.id)}
    total = Line("", t(lang, "boards-total"), board.total)
    shown = BoardPage(
        area=service_views.name_of(lang, place),
        month=month_words(lang, month),
        sentence=_sentence(lang, board.total),
        rates=[_rate(lang, name, board.total, {**chosen, "by": by.value}) for name in RATES],
        heads=[t(lang, f"boards-head-{name}") for name in HEADS],
        rows=[_row(lang, line, {**chosen, "by": by.value}) for line in board.lines],
        total=_row(lang, total, {**chosen, "by": by.value}),
        tabs=[
            (t(lang, f"boards-by-{one.value}"), "/board?" + urlencode({**chosen, "by": one.value}), one is by, None)
            for one in By
        ],
        now=[
            *(_waiting(lang, what, board.total, {**chosen, "by": by.value}) for what in service.PRESENT),
            await _late_answers(lang, place),
            await _late_disputes(lang, place),
        ],
        months=[(one.key, month_words(lang, one)) for one in months_before(latest)],
        areas=[(str(one.id), area_words(lang, one)) for one in await service.areas_for(actor, ROLES)],
        chosen={**chosen, "by": by.value},
        wide=WIDE,
        narrow=NARROW,
    )
    return render(request, "boards/board.html", shown)


HEADS = ("name", "in", "done", "on-time", "picture", "median", "overdue", "returned", "reopened", "satisfied")


def _sentence(lang: str, total: Figures) -> str:
    done, on_time = total.n(What.DONE), total.on_time
    if not total.n(What.IN) and not done:
        return t(lang, "boards-sentence-none")
    return t(lang, "boards-sentence", reported=total.n(What.IN), done=done, kept=on_time.n)


def _rate(lang: str, name: str, total: Figures, chosen: dict[str, str]) -> Rate:
    share: Share = getattr(total, name)
    missed = {"response": What.OWED, "resolution": What.ASKED, "satisfaction": What.RATED}[name]
    ratings = {one.value: total.n(one) for one in (What.SATISFIED, What.MOSTLY, What.UNSATISFIED)}
    formula = t(lang, f"boards-{name}-formula", n=share.n, total=share.of, **ratings)
    if name == "resolution" and total.n(What.UNREACHED):
        formula = t(lang, "boards-unreached", formula=formula, n=total.n(What.UNREACHED))
    few = t(lang, "boards-too-few", n=share.of) if share.of else t(lang, "boards-no-cases")
    words = t(lang, "boards-could-be", low=share.percents[0], high=share.percents[1]) if share.is_told else few
    href = _behind(missed, chosen) if share.of else ""
    return Rate(t(lang, f"boards-{name}"), share_words(lang, share), words, formula, mark_of(share, WIDE), href)


def _behind(what: What, chosen: dict[str, str], key: str = "") -> str:
    return "/board/matters?" + urlencode({**chosen, "what": what.value} | ({"key": key} if key else {}))


def _row(lang: str, line: Line, chosen: dict[str, str]) -> Row:
    figures = line.figures

    def counted(what: What, head: str, *, is_strong: bool = False) -> Cell:
        n = figures.n(what)
        return Cell(t(lang, f"boards-head-{head}"), str(n), _behind(what, chosen, line.key) if n else "", is_strong)

    days = figures.median_days
    median = t(lang, "boards-nothing") if days is None else t(lang, "boards-days", n=f"{days:g}")
    happy = Cell(t(lang, "boards-head-satisfied"), share_words(lang, figures.satisfaction))
    if figures.n(What.RATED):
        happy = Cell(happy.label, happy.text, _behind(What.RATED, chosen, line.key))
    late = figures.n(What.LATE)
    on_time = Cell(
        t(lang, "boards-head-on-time"),
        share_words(lang, figures.on_time),
        _behind(What.LATE, chosen, line.key) if late else "",
        is_strong=True,
    )
    cells = [
        counted(What.IN, "in"),
        counted(What.DONE, "done"),
        on_time,
        Cell(t(lang, "boards-head-median"), median),
        counted(What.OVERDUE, "overdue"),
        counted(What.RETURNED, "returned"),
        counted(What.REOPENED, "reopened"),
        happy,
    ]
    return Row(line.name, cells, mark_of(figures.on_time, NARROW), range_words(lang, figures.on_time))


def _waiting(lang: str, what: What, total: Figures, chosen: dict[str, str]) -> tuple[str, str, str, str, str]:
    icon = {What.OVERDUE: "warn", What.SOON: "clock", What.PAUSED: "pause", What.SILENT: "bell"}[what]
    n = total.n(what)
    return icon, t(lang, "boards-cases", n=n), t(lang, f"boards-now-{what.value}"), _behind(what, chosen), what.value


async def _late_answers(lang: str, place: Place) -> tuple[str, str, str, str, str]:
    """Answers to questions, objections, suggestions and appraisals that are late now."""
    n = await service_voices.late_in(place.path).count()
    return "topic", t(lang, "boards-cases", n=n), t(lang, "boards-now-answers"), "/desk/answers", "overdue"


async def _late_disputes(lang: str, place: Place) -> tuple[str, str, str, str, str]:
    """Disputes whose month is over: a number, nothing to open, for what is said there is not the board's business."""
    n = await mediation.late_in(place.path).count()
    return "hand", t(lang, "boards-cases", n=n), t(lang, "boards-now-disputes"), "", "overdue"


async def behind_page(request: Request) -> Response:
    """The matters behind one number, newest first."""
    actor, place = actor_of(request), _area(request)
    lang, query = actor.lang, request.query_params
    month = read_month(query.get("month", ""), service.this_month())
    what, by = _one_of(request, "what", What, What.IN), _one_of(request, "by", By, By.CENTRE)
    key, current = query.get("key", ""), query_id(request, "page") or 1
    found = await service.behind(
        lang, place, month, what, by, key, offset=(current - 1) * PER_PAGE, limit=PER_PAGE
    )  # fmt: skip
    chosen = {"month": month.key, "area": str(place.id), "by": by.value}
    when = "" if what in service.PRESENT else month_words(lang, month)
    about = [service_views.name_of(lang, place), found.name, when]
    shown = BehindPage(
        title=t(lang, f"boards-what-{what.value}"),
        about=t(lang, "boards-dot").join(part for part in about if part),
        total=found.total,
        rows=await service_views.rows_of(lang, found.matters),
        parent=t(lang, "boards-title"),
        back="/board?" + urlencode(chosen),
        href=_behind(what, chosen, key) + "&page=",
        current=min(current, max(1, ceil(found.total / PER_PAGE))),
        last=max(1, ceil(found.total / PER_PAGE)),
    )
    return render(request, "boards/behind.html", shown)


ROUTES: list[BaseRoute] = [
    page("/board", board_page, action="boards.read", scope=board_scope),
    page("/board/matters", behind_page, action="boards.read", scope=board_scope),
    *routes_load.ROUTES,
    *routes_visits.ROUTES,
    *routes_calls.ROUTES,
    *routes_sample.ROUTES,
]
