"""The load on communities' desks, and what floating takes off it."""

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.pages import day_text, render
from linyue.base.policy import Role, Scope
from linyue.base.routing import actor_of, page, query_id
from linyue.boards import service, service_carried, service_load, service_load_behind
from linyue.boards.routes_words import area_words, change_range, change_words, hours_words, month_words
from linyue.boards.rules import Mark, Month, Scale, months_before, read_month
from linyue.boards.rules_load import UNSURE, Change, Load, Work, compared, hours_a_week, if_minutes_were, saving
from linyue.boards.rules_load import spread_of as spread
from linyue.boards.rules_visits import PROMISED, VisitKind
from linyue.boards.service_load import MonthLoad
from linyue.centres.rules import Way
from linyue.centres.service_centres import centres_for_choice
from linyue.centres.service_handling import LaidBaseline, baseline
from linyue.matters import service_views
from linyue.matters.service_views import RowView
from linyue.places.model import Place

ROLES = (Role.SUPERVISOR, Role.SUBDISTRICT_OFFICER, Role.OVERSIGHT_COMMITTEE, Role.SOCIAL_WORKER)
WIDTH = 400.0
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Block:
    """One comparison: what it was, what it is, drawn on one axis of hours a week."""

    title: str
    big: str
    range: str
    before: str
    now: str
    before_mark: Mark
    now_mark: Mark
    scale: Scale
    high: str


@dataclass(frozen=True, slots=True)
class LoadPage:
    """The load of one area and month."""

    area: str
    month: str
    baseline: str
    laid: str
    """Which month the district compares with, and who laid it down."""
    is_look: bool
    """The reader chose another one: a look, no figure of the district's."""
    is_same: bool
    is_over: bool
    days: int
    sentence: str
    blocks: list[Block]
    heads: list[str]
    rows: list[list[tuple[str, str]]]
    """Each cell in words, and the address of the matters behind it where it counts some."""
    total: list[tuple[str, str]]
    notes: list[str]
    carried: str
    """The share that centres carry, in words."""
    carried_range: str
    carriers: list[list[tuple[str, str]]]
    carried_total: list[tuple[str, str]]
    afloat: list[str]
    """What floats since when, and the duties that are gone."""
    visits: list[list[str]]
    """Kind, how many, hours a week, whether the promise counts it."""
    quiet: int
    """Communities of the area without matters and visits; they stand in the sum with their platforms only."""
    months: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    chosen: dict[str, str]


@dataclass(frozen=True, slots=True)
class BehindLoadPage:
    """The matters behind one count."""

    title: str
    about: str
    total: int
    rows: list[RowView]
    parent: str
    back: str
    href: str
    current: int
    last: int


async def load_scope(request: Request) -> Scope:
    """The area asked for, else the reader's own. Raises NotFound."""
    place = await service.area_of(actor_of(request), query_id(request, "area"), ROLES)
    request.state.area = place
    return service.scope_of(place)


async def load_page(request: Request) -> Response:
    """A month of an area beside its baseline."""
    actor = actor_of(request)
    place: Place | None = request.state.area
    if place is None:
        raise NotFound()
    lang, latest = actor.lang, service.this_month()
    month = read_month(request.query_params.get("month", ""), latest)
    first = await service_load.first_month(place) or latest
    laid = await baseline()
    usual = Month.of(date.fromisoformat(f"{laid.month}-01")) if laid else first
    asked = read_month(request.query_params.get("base", ""), latest)
    base_month = asked if asked.key == request.query_params.get("base") else usual
    now = await service_load.month_load(place, month)
    base = now if base_month == month else await service_load.month_load(place, base_month)
    communities = await service_load.communities_in(place)
    busy = [one for one in communities if now.by_community[one.id].count or one.id in now.visits]
    shown = LoadPage(
        area=service_views.name_of(lang, place),
        month=month_words(lang, month),
        baseline=month_words(lang, base_month),
        laid=_laid(lang, laid, usual),
        is_look=base_month != usual,
        is_same=base_month == month,
        is_over=now.is_over,
        days=now.days,
        sentence=_sentence(lang, now.total, len(communities)),
        blocks=_blocks(lang, now, base),
        heads=[t(lang, f"boards-load-head-{name}") for name in HEADS],
        rows=[
            _linked(_row(lang, service_views.name_of(lang, one), now.by_community[one.id], now, one.id), one, month)
            for one in busy
        ],
        total=_linked(_row(lang, t(lang, "boards-total"), now.total, now, None), place, month),
        notes=_notes(lang, now),
        **await _carried(lang, place, now),
        afloat=await _afloat(lang, month),
        visits=_visits(lang, now),
        quiet=len(communities) - len(busy),
        months=[(one.key, month_words(lang, one)) for one in _months(latest, first, usual)],
        areas=[(str(one.id), area_words(lang, one)) for one in await service.areas_for(actor, ROLES)],
        chosen={"month": month.key, "base": base_month.key, "area": str(place.id)},
    )
    return render(request, "boards/load.html", shown)


def _laid(lang: str, laid: LaidBaseline | None, usual: Month) -> str:
    if laid is None:
        return t(lang, "boards-base-unlaid", month=month_words(lang, usual))
    who = laid.who or t(lang, "boards-base-nobody")
    return t(lang, "boards-base-laid", month=month_words(lang, usual), who=who, day=day_text(lang, laid.at))


LINKED = {"own": Way.OWN_DESK, "gone": Way.CENTRE}
"""Columns of the table that count matters, and which way these went."""


def _linked(row: list[str], place: Place, month: Month) -> list[tuple[str, str]]:
    """The cells with the addresses behind their counts."""
    return [
        (text, _behind(LINKED[head], place, month) if head in LINKED and text != "0" else "")
        for head, text in zip(HEADS, row, strict=True)
    ]


def _behind(way: Way, place: Place, month: Month) -> str:
    return "/board/load/matters?" + urlencode({"month": month.key, "area": place.id, "way": way.value})


async def behind_load_page(request: Request) -> Response:
    """The government matters that the own desk, or a centre in its place, handled in a month."""
    actor = actor_of(request)
    place: Place | None = request.state.area
    if place is None:
        raise NotFound()
    lang, query = actor.lang, request.query_params
    month = read_month(query.get("month", ""), service.this_month())
    way = Way.CENTRE if query.get("way") == Way.CENTRE.value else Way.OWN_DESK
    current = query_id(request, "page") or 1
    found = await service_load_behind.behind_load(place, month, way, offset=(current - 1) * PER_PAGE, limit=PER_PAGE)
    last = max(1, ceil(found.total / PER_PAGE))
    shown = BehindLoadPage(
        title=t(lang, f"boards-load-behind-{way.value.replace('_', '-')}"),
        about=t(lang, "boards-dot").join((service_views.name_of(lang, place), month_words(lang, month))),
        total=found.total,
        rows=await service_views.rows_of(lang, found.matters),
        parent=t(lang, "boards-load-title"),
        back="/board/load?" + urlencode({"month": month.key, "area": place.id}),
        href=_behind(way, place, month) + "&page=",
        current=min(current, last),
        last=last,
    )
    return render(request, "boards/behind.html", shown)


async def _carried(lang: str, place: Place, now: MonthLoad) -> dict[str, Any]:
    """The block of what centres carry: the shares in words, and a line for each centre."""
    found = await service_carried.carried_in(place, now.month, now.total)
    names = dict(await centres_for_choice(lang))
    whole = sum(one.minutes for one in found.carriers)

    def line(name: str, count: int, minutes: int) -> list[tuple[str, str]]:
        share = t(lang, "boards-percent", n=round(100 * minutes / whole)) if whole else t(lang, "boards-nothing")
        return [(text, "") for text in (name, str(count), t(lang, "boards-minutes", n=minutes), share)]

    told, minutes = now.total.is_told, found.minutes
    words = {"n": found.share.n, "of": found.share.of}
    if told and minutes is not None:
        low, high = found.share.range
        span = {"low": round(100 * minutes.low), "high": round(100 * minutes.high)}
        counts = {"percent": found.share.percent or 0, "least": round(100 * low), "most": round(100 * high)}
        carried = t(lang, "boards-carried", minutes=round(100 * minutes.value), **words)
        carried_range = t(lang, "boards-carried-range", **span, **counts)
    else:
        carried, carried_range = t(lang, "boards-carried-few", **words), ""
    own = t(lang, "boards-carried-own")
    return {
        "carried": carried,
        "carried_range": carried_range,
        "carriers": [
            line(names.get(one.centre_id, own) if one.centre_id else own, one.count, one.minutes)
            for one in found.carriers
        ],
        "carried_total": line(t(lang, "boards-total"), sum(one.count for one in found.carriers), whole),
    }


async def _afloat(lang: str, month: Month) -> list[str]:
    """What floats since when, and which duties are gone with it, from the catalogue in force."""
    found = await service_carried.afloat_in(month)
    if found is None or not found.days:
        return [t(lang, "boards-afloat-none")]
    lines = [
        t(
            lang,
            "boards-afloat-since",
            day=day_text(lang, day),
            items=found.items.get(day, 0),
            platforms=found.platforms.get(day, 0),
        )
        for day in found.days
    ]
    items, platforms = sum(found.items.values()), sum(found.platforms.values())
    lines.insert(
        0, t(lang, "boards-afloat", items=items, platforms=platforms, logins=found.logins, ledgers=found.ledgers)
    )
    return lines


def _visits(lang: str, now: MonthLoad) -> list[list[str]]:
    """A line for each kind of the visit log."""
    lines = []
    for kind in VisitKind:
        one = now.visit_kinds.get(kind, service_load.Visited(0, 0.0))
        hours = hours_words(lang, hours_a_week(one.minutes, now.weeks))
        counts = t(lang, "boards-visits-counted" if kind in PROMISED else "boards-visits-beside")
        lines.append([t(lang, f"boards-visit-{kind.value}"), str(one.count), hours, counts])
    return lines


def _months(latest: Month, *further: Month) -> list[Month]:
    found = months_before(latest)
    return [*found, *sorted(set(further) - set(found), key=lambda one: one.first, reverse=True)]


HEADS = ("community", "own", "gone", "handling", "duty", "now", "unfloated", "saving", "range", "visits")


def _sentence(lang: str, load: Load, communities: int) -> str:
    change = saving(load)
    if change is None:
        return t(lang, "boards-load-nothing")
    now = hours_words(lang, hours_a_week(load.minutes, load.weeks))
    whole = hours_words(lang, hours_a_week(load.minutes_unfloated, load.weeks))
    return t(lang, "boards-load-sentence", n=communities, now=now, whole=whole)


def _blocks(lang: str, now: MonthLoad, base: MonthLoad) -> list[Block]:
    total = now.total
    whole = Work(total.minutes_unfloated, total.own.variance + total.gone.variance)
    own = Work(total.minutes, total.own.variance)
    was = Work(base.total.minutes, base.total.own.variance)
    told = total.is_told
    blocks = [
        _block(lang, "floating", saving(total) if told else None, (whole, now.weeks), (own, now.weeks), total.count)
    ]
    if now.month == base.month:
        return blocks
    is_known = told and base.total.is_told
    change = compared(own, now.weeks, was, base.weeks) if is_known else None
    few = min(total.count, base.total.count)
    blocks.append(_block(lang, "baseline", change, (was, base.weeks), (own, now.weeks), few))
    visited = compared(now.visits_total, now.weeks, base.visits_total, base.weeks)
    blocks.append(
        _block(
            lang, "visits", visited, (base.visits_total, base.weeks), (now.visits_total, now.weeks), now.visits_count
        )
    )
    return blocks


def _block(
    lang: str, name: str, change: Change | None, before: tuple[Work, float], now: tuple[Work, float], count: int
) -> Block:
    lines = [(hours_a_week(work.minutes, weeks), spread(work, weeks)) for work, weeks in (before, now)]
    high = max(1, ceil(max(value + wide for value, wide in lines)))
    scale = Scale(0, high, WIDTH)
    no_base = not before[0].minutes
    missing = t(lang, "boards-load-no-base") if no_base else t(lang, "boards-load-too-few", n=count)
    marks = [Mark(scale.x(value), scale.x(value - wide), scale.x(value + wide)) for value, wide in lines]
    return Block(
        title=t(lang, f"boards-load-{name}"),
        big=change_words(lang, change) if change else t(lang, "boards-nothing"),
        range=change_range(lang, change) if change else missing,
        before=t(lang, f"boards-load-{name}-before", hours=hours_words(lang, lines[0][0])),
        now=t(lang, f"boards-load-{name}-now", hours=hours_words(lang, lines[1][0])),
        before_mark=marks[0],
        now_mark=marks[1],
        scale=scale,
        high=t(lang, "boards-hours", n=high),
    )


def _row(lang: str, name: str, load: Load, month: MonthLoad, community_id: int | None) -> list[str]:
    visits = month.visits_total if community_id is None else month.visits.get(community_id, Work())
    change = saving(load)
    told = change is not None and (load.is_told or change.value == 0)
    few = t(lang, "boards-load-few", n=load.count)
    return [
        name,
        str(load.own_count),
        str(load.gone_count),
        hours_words(lang, hours_a_week(load.own.minutes, load.weeks)),
        hours_words(lang, hours_a_week(load.own_duty, load.weeks)),
        hours_words(lang, hours_a_week(load.minutes, load.weeks)),
        hours_words(lang, hours_a_week(load.minutes_unfloated, load.weeks)),
        change_words(lang, change) if change and told else t(lang, "boards-nothing"),
        change_range(lang, change, is_short=True) if change and told else few,
        hours_words(lang, hours_a_week(visits.minutes, month.weeks)),
    ]


def _notes(lang: str, now: MonthLoad) -> list[str]:
    total = now.total
    notes = [t(lang, "boards-load-sample", n=total.count, own=total.own_count, gone=total.gone_count)]
    if total.gone_count or total.gone_duty:
        gone = (hours_words(lang, hours_a_week(one, total.weeks)) for one in (total.gone.minutes, total.gone_duty))
        matters, platforms = gone
        notes.append(t(lang, "boards-load-gone", matters=matters, platforms=platforms))
    if total.measured:
        notes.append(t(lang, "boards-load-measured", n=total.measured))
    assumed = total.count - total.measured
    if assumed:
        notes.append(t(lang, "boards-load-assumed", n=assumed))
    unsure = [if_minutes_were(total, factor) for factor in UNSURE]
    if all(unsure):
        half, more = (change_words(lang, one) for one in unsure if one)
        notes.append(t(lang, "boards-load-unsure", half=half, more=more))
    if now.pushed:
        notes.append(t(lang, "centres-gate-load", hours=hours_words(lang, hours_a_week(now.pushed, now.weeks))))
    if now.unnamed:
        notes.append(t(lang, "boards-load-unnamed", n=now.unnamed))
    if now.merged:
        notes.append(t(lang, "boards-load-merged", n=now.merged))
    if not now.has_catalogue:
        notes.append(t(lang, "boards-load-no-catalogue"))
    return notes


ROUTES: list[BaseRoute] = [
    page("/board/load", load_page, action="boards.load", scope=load_scope),
    page("/board/load/matters", behind_load_page, action="boards.load", scope=load_scope),
]
