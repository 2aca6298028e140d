"""The supervisor's board: the areas one sees, a month's figures, the matters behind each number. Reads only."""

from dataclasses import dataclass, replace

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.policy import Actor, Role, Scope
from linyue.boards.rules import By, Figures, Line, Month, What, bounds, lines_of, together
from linyue.boards.service_query import COUNTED_ONCE, Frame, count, count_by, days_by, ids_of
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way
from linyue.matters.model import Matter
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

AREAS = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY)
PRESENT = (What.OVERDUE, What.SILENT, What.SOON, What.PAUSED)
"""Counted as of now, whatever the period."""


def this_month() -> Month:
    """The month we are in."""
    return Month.of(clock.local(clock.now()).date())


async def area_of(actor: Actor, place_id: int | None, roles: tuple[Role, ...]) -> Place | None:
    """The place asked for, else the widest one the actor holds one of the roles for; None where there is neither.

    Raises NotFound for a place that is no area. Whether the actor may see it is the policy's business.
    """
    if place_id is not None:
        place = await Place.get_or_none(id=place_id)
        if place is None or place.kind not in AREAS:
            raise NotFound()
        return place
    paths = sorted({g.place_path for g in actor.grants if g.role in roles and g.place_path}, key=len)
    if not paths:
        return None
    ids = [int(part) for part in paths[0].strip("/").split("/")]
    return await Place.filter(id__in=ids, kind__in=AREAS).order_by("-depth").first()


async def areas_for(actor: Actor, roles: tuple[Role, ...]) -> list[Place]:
    """Every area these roles reach, in reading order: the district, then each sub-district with its communities."""
    reached = Q(id=0)
    for grant in actor.grants:
        if grant.role in roles and grant.place_path:
            reached |= Q(path__startswith=grant.place_path)
    found = await Place.filter(reached, kind__in=AREAS).order_by("position", "id")
    return _in_order(found)


def _in_order(found: list[Place]) -> list[Place]:
    """A tree as a list: each place before what lies in it, neighbours by their position."""
    rank = {place.id: n for n, place in enumerate(found)}
    return sorted(found, key=lambda place: [rank.get(i, -1) for i in place.ancestor_ids])


def scope_of(place: Place | None) -> Scope:
    """What the policy asks about an area."""
    return Scope(place_path=place.path if place else "")


@dataclass(frozen=True, slots=True)
class Board:
    """A month of an area: the whole of it, and the lines of one table."""

    month: Month
    by: By
    total: Figures
    lines: list[Line]


def frame_of(month: Month, place: Place) -> Frame:
    """What is looked at."""
    start, end = bounds(month)
    return Frame(place.path, start, end, clock.now())


async def board_of(lang: str, place: Place, month: Month, by: By) -> Board:
    """Everything the board shows of a month; its figures are the lines' sum, each report once."""
    frame = frame_of(month, place)
    counts = {what: await count_by(what, by, frame) for what in What}
    days = await days_by(by, frame, await centres.calendar())
    keys = {key for found in counts.values() for key in found} | set(days)
    figures = {
        key: Figures({what: found.get(key, 0) for what, found in counts.items()}, days.get(key, {})) for key in keys
    }
    lines = lines_of(figures, await names_of(lang, by, place), t(lang, f"boards-none-{by.value}"))
    total = together(figures.values())
    if by is not By.COMMUNITY:
        total = replace(total, counts={**total.counts, **{what: await count(what, frame) for what in COUNTED_ONCE}})
    return Board(month, by, total, lines)


async def names_of(lang: str, by: By, place: Place) -> list[tuple[str, str]]:
    """Keys and names of the lines, in an order that no figure decides."""
    match by:
        case By.CENTRE:
            named = [(str(row.id), _name(lang, row)) for row in await ServiceCentre.in_order()]
            return named + [(way.value, t(lang, f"boards-way-{way.value.replace('_', '-')}")) for way in _BESIDE]
        case By.COMMUNITY:
            found = await Place.filter(path__startswith=place.path, kind=PlaceKind.COMMUNITY).order_by("position", "id")
            if not found:
                found = await Place.filter(id__in=place.ancestor_ids, kind=PlaceKind.COMMUNITY)
            return [(str(row.id), _name(lang, row)) for row in found]
        case By.ITEM:
            try:
                catalogue = (await centres.catalogue_index()).catalogue
            except NotFound:
                return []
            kinds = [(kind.key.value, _name(lang, kind.name)) for kind in catalogue.kinds]
            return kinds + [(item.code, _name(lang, item.name)) for item in catalogue.items]


_BESIDE = (Way.OWN_DESK, Way.COUNCIL, Way.REFERRAL, Way.REFUSAL)


def _name(lang: str, thing: object) -> str:
    """A name in the reader's language; a place may have no English one."""
    chinese, english = str(getattr(thing, "name_zh")), str(getattr(thing, "name_en"))  # noqa: B009
    return chinese if lang == "zh-CN" else english or chinese


@dataclass(frozen=True, slots=True)
class Behind:
    """The matters behind a number: one page of them, how many there are, and the name of the line."""

    matters: list[Matter]
    total: int
    name: str


async def behind(
    lang: str, place: Place, month: Month, what: What, by: By, key: str, *, offset: int, limit: int
) -> Behind:
    """The matters behind one number of the board; `key` "" = of the whole area. Raises NotFound for an unknown line."""
    names = await names_of(lang, by, place)
    keys: list[str] | None = None
    others: list[str] = []
    name = ""
    if key == "none":
        others, name = [known for known, _ in names], t(lang, f"boards-none-{by.value}")
    elif key:
        name = dict(names).get(key, "")
        if not name:
            raise NotFound()
        keys = [key]
    ids, total = await ids_of(what, frame_of(month, place), by, keys, others, offset, limit)
    found = {m.id: m for m in await Matter.filter(id__in=ids).select_related("place")}
    return Behind([found[i] for i in ids if i in found], total, name)
