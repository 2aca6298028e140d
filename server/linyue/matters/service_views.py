"""A matter in words: chip, clock, place, timeline, reasons, in the reader's language. Reads only; decides nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeAlias

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.pages import day_text
from linyue.base.workdays import Calendar, local_day
from linyue.centres import service as centres
from linyue.matters.model import DraftPhoto, Matter, MatterEvent, MatterPhoto
from linyue.matters.rules import FINAL, NUMBER_AT_MOST, MatterState, Rating, Step, stage_of
from linyue.matters.rules_due import clock_facts
from linyue.matters.rules_parts import state_of_whole, whole_number
from linyue.places import service as places

CHIP_KIND = {
    MatterState.REPORTED: "",
    MatterState.WAITING: "warn",
    MatterState.COMPLETED: "ok",
    MatterState.CLOSED: "ok",
    MatterState.REFUSED: "out",
    MatterState.REFERRED: "out",
    MatterState.MERGED: "out",
    MatterState.WITHDRAWN: "out",
}


@dataclass(frozen=True, slots=True)
class ClockView:
    """The clock as the page shows it: words, detail, `used` of `total` boxes."""

    words: str
    detail: str = ""
    used: int = 0
    total: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """A matter as one line of a list."""

    number: str
    href: str
    title: str
    chip: str
    chip_kind: str
    meta: str
    clock: ClockView | None
    is_urgent: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """What a line of a list needs of a matter: a third of its columns, and none of the ORM's row around them."""

    id: int
    number: str
    title: str
    state: MatterState
    hidden_reason: str
    place_id: int
    due_at: datetime | None
    due_days: int
    is_due_provisional: bool
    paused_at: datetime | None
    pause_reason: str
    pause_ends_at: datetime | None
    silent_at: datetime | None
    reported_at: datetime
    is_urgent: bool
    version: int
    part: str
    root_id: int | None


LISTED_COLUMNS = tuple(field.name for field in fields(Listed))
MatterRow: TypeAlias = Matter | Listed


async def listed(found: QuerySet[Matter]) -> list[Listed]:
    """The matters of a list, to hand to `rows_of`. For a page of fifty half the time that whole rows take."""
    return [Listed(**columns) for columns in await found.values(*LISTED_COLUMNS)]


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo the reader may see."""

    src: str
    alt: str
    caption: str
    public_id: str
    matter_id: int = 0


def chip_of(lang: str, matter: MatterRow) -> tuple[str, str]:
    """The state in one or two words, and the chip's kind."""
    return t(lang, f"matters-state-{matter.state.value.replace('_', '-')}"), CHIP_KIND.get(matter.state, "info")


def clock_of(lang: str, matter: MatterRow, calendar: Calendar) -> ClockView | None:
    """What the clock says; None when nobody owes anything."""
    if matter.due_at is None or matter.state in FINAL:
        return None
    if matter.paused_at is not None:
        why = t(lang, f"matters-paused-{matter.pause_reason or 'answer'}")
        until = matter.pause_ends_at
        detail = t(lang, "matters-paused-until", why=why, day=day_text(lang, until)) if until is not None else why
        return ClockView(t(lang, "matters-clock-paused"), detail)
    facts = clock_facts(matter.due_at, matter.due_days, clock.now(), calendar)
    by = day_text(lang, matter.due_at)
    detail = t(lang, "matters-clock-by", day=by)
    if matter.is_due_provisional:
        detail = t(lang, "matters-clock-by-provisional", day=by)
    if matter.state is MatterState.ASSIGNED and (facts.is_late or matter.silent_at is not None):
        detail = t(lang, "matters-clock-silent", detail=detail)
    if facts.is_late:
        words = t(lang, "matters-clock-late", n=max(1, -facts.left))
    elif facts.unit == "hours":
        words = t(lang, "matters-clock-hours", n=facts.left)
    else:
        words = t(lang, "matters-clock-days", n=facts.left)
    return ClockView(words, detail, facts.used, facts.total, facts.is_late or facts.is_soon)


async def item_name(lang: str, matter: Matter) -> str:
    """What kind of matter it is, in words: the item or the kind of the catalogue; empty before triage."""
    try:
        index = await centres.index_of(matter.catalogue_id)
    except NotFound:
        return ""
    item, kind = index.by_code.get(matter.item_code), index.kinds.get(matter.kind)
    name = kind.name if kind else item.name if item else None
    if name is None:
        return ""
    return name.zh if lang == "zh-CN" else name.en


async def verdict_of(lang: str, matter: Matter) -> tuple[str, tuple[str, ...], str] | None:
    """The green or grey panel on top: title, lines, kind; None while the matter is on its way."""
    match matter.state:
        case MatterState.COMPLETED | MatterState.CLOSED if matter.completed_at is not None:
            day = t(lang, "matters-verdict-day", day=day_text(lang, matter.completed_at))
            if await _ended_unsatisfied(matter):
                lines = (t(lang, "matters-verdict-unsatisfied"), await _promise_line(lang, matter) or day)
                return t(lang, "matters-state-closed"), lines, "wait"
            if not matter.resolution_public_id:
                words = "" if matter.hidden_reason else matter.result_text
                return t(lang, "matters-verdict-done"), tuple(filter(None, (words, day))), "ok"
            return t(lang, "matters-verdict-kept"), (await _promise_line(lang, matter) or day,), "ok"
        case MatterState.REFERRED | MatterState.REFUSED:
            title = t(lang, f"matters-verdict-{matter.state.value}")
            return title, reason_lines(lang, matter.reason), "wait"
        case MatterState.WITHDRAWN:
            return t(lang, "matters-verdict-withdrawn"), (), "wait"
        case _:
            return None


async def _ended_unsatisfied(matter: Matter) -> bool:
    """The rating that closed it was 不满意; one that only opened it again says nothing about its end."""
    if matter.state is not MatterState.CLOSED or matter.rating is not Rating.UNSATISFIED:
        return False
    last = await MatterEvent.filter(matter_id=matter.id, kind=Step.RATE.value).order_by("-seq").first()
    return last is not None and not last.data.get("reopened")


async def _promise_line(lang: str, matter: Matter) -> str:
    """Which day was promised, which day it was done, and the difference in days."""
    kept = await MatterEvent.filter(matter_id=matter.id, kind=Step.KEEP_PROMISE.value).order_by("-seq").first()
    if kept is None or not kept.data.get("promised"):
        return ""
    promised = datetime.fromisoformat(str(kept.data["promised"]))
    days = (local_day(promised) - local_day(kept.at)).days
    key = "matters-verdict-early" if days > 0 else "matters-verdict-late" if days < 0 else "matters-verdict-on-time"
    return t(lang, key, promised=day_text(lang, promised), done=day_text(lang, kept.at), n=abs(days))


def days_used(lang: str, parts: Sequence[Matter]) -> str:
    """Days from the report to the end of the last part, or until now; sending somebody elsewhere is no work done."""
    over = [m for m in parts if m.state in (*FINAL, MatterState.COMPLETED)]
    ends = [end for m in over if (end := m.completed_at or m.closed_at)]
    is_over = bool(ends) and len(over) == len(parts)
    days = (local_day(max(ends) if is_over else clock.now()) - local_day(parts[0].reported_at)).days
    if not is_over:
        return t(lang, "matters-days-so-far", n=days) if days > 0 else t(lang, "matters-days-today")
    if all(m.state in (MatterState.WITHDRAWN, MatterState.MERGED) for m in parts):
        return ""
    is_told = all(m.state in (MatterState.REFERRED, MatterState.REFUSED) for m in parts)
    key = "matters-days-told" if is_told else "matters-days-used"
    return t(lang, key, n=days) if days > 0 else t(lang, "matters-days-told-same" if is_told else "matters-days-same")


def title_of(lang: str, matter: MatterRow) -> str:
    """The title, or that it is hidden."""
    return t(lang, "matters-hidden-title") if matter.hidden_reason else matter.title


def strip_of(lang: str, matter: Matter) -> tuple[list[str], int]:
    """The strip of steps in words, and where the matter is on it."""
    steps, at = stage_of(matter.state, matter.way)
    return [t(lang, f"matters-stage-{step}") for step in steps], at


def public_path(path: str) -> str:
    """A place's path cut at the building: doors are nobody else's business."""
    return "/" + "/".join(path.strip("/").split("/")[:5]) + "/"


async def rows_of(
    lang: str, matters: Sequence[MatterRow], *, href: str = "/m/", is_staff: bool = False
) -> list[RowView]:
    """Lines of a list; `href` ends where the number goes."""
    calendar = await centres.shown_calendar()
    here = await places.known_places({m.place_id for m in matters})
    paths = {m.id: here[m.place_id].path if is_staff else public_path(here[m.place_id].path) for m in matters}
    addresses = await places.addresses_of(paths.values(), lang)
    seconds = {} if is_staff else await second_parts(matters)
    rows = []
    for matter in matters:
        whole = [matter, *seconds.get(matter.id, [])]
        chip, kind = whole_chip(lang, whole)
        number = number_words(lang, matter) if is_staff else whole_number(matter.number)
        rows.append(
            RowView(
                matter.number,
                f"{href}{matter.number if is_staff else whole_number(matter.number)}",
                matter.title if is_staff else title_of(lang, matter),
                chip,
                kind,
                t(lang, "matters-row-meta", place=addresses[paths[matter.id]], number=number),
                clock_of(lang, _most_pressing(whole), calendar),
                matter.is_urgent,
                matter.version,
            )
        )
    return rows


async def second_parts(matters: Iterable[MatterRow]) -> dict[int, list[Matter]]:
    """The other open or ended parts of these numbers, by the first part's id."""
    ids = [m.id for m in matters if m.part and m.root_id is None]
    found: dict[int, list[Matter]] = {}
    for part in await Matter.filter(root_id__in=ids).exclude(state=MatterState.MERGED) if ids else ():
        found.setdefault(part.root_id or 0, []).append(part)
    return found


def whole_chip(lang: str, parts: Sequence[MatterRow]) -> tuple[str, str]:
    """The state of a number in words: of one row its own, of two how many of them are done."""
    if len(parts) == 1:
        return chip_of(lang, parts[0])
    state = state_of_whole([m.state for m in parts])
    over = sum(m.state in (*FINAL, MatterState.COMPLETED) for m in parts)
    if over == len(parts):
        return t(lang, f"matters-state-{state.value.replace('_', '-')}"), CHIP_KIND.get(state, "info")
    return t(lang, "matters-parts-chip", done=over, n=len(parts)), "info"


def _most_pressing(parts: Sequence[MatterRow]) -> MatterRow:
    """The open part that is due first."""
    return min(parts, key=lambda m: (m.state in FINAL, m.due_at is None, m.due_at or m.reported_at))


def part_words(lang: str, matter: MatterRow) -> str:
    """What a part is called; empty for a matter that has none."""
    return t(lang, f"matters-part-{matter.part}") if matter.part else ""


def number_words(lang: str, matter: MatterRow) -> str:
    """The number as desks read it, with the part they have in hand."""
    whole = whole_number(matter.number)
    return t(lang, "matters-number-part", number=whole, part=part_words(lang, matter)) if matter.part else whole


def search(words: str) -> Q:
    """What a search for some words means: the number, or words in title or text."""
    return Q(number=words[:NUMBER_AT_MOST]) | Q(title__icontains=words) | Q(text__icontains=words)


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words that a suggestion went by."""
    hits = sorted({w for w in words if w}, key=len, reverse=True)
    if not hits:
        return [(text, False)]
    pieces = re.split("(" + "|".join(re.escape(w) for w in hits) + ")", text)
    return [(piece, piece in hits) for piece in pieces if piece]


def name_of(lang: str, thing: Any) -> str:
    """The name of a place or centre in the reader's language."""
    return str(thing.name_zh if lang == "zh-CN" else (thing.name_en or thing.name_zh))


async def address_of(lang: str, path: str) -> str:
    """A place in words."""
    return (await places.addresses_of([path], lang))[path]


def reason_lines(lang: str, reasons: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Stored reasons as sentences; arguments with two languages are taken in the reader's."""
    side = "zh" if lang == "zh-CN" else "en"
    lines = []
    for reason in reasons:
        args = {k: v.get(side, "") if isinstance(v, dict) else v for k, v in reason.get("args", {}).items()}
        lines.append(t(lang, str(reason["key"]), **args))
    return tuple(lines)


def photo_views(lang: str, photos: Sequence[MatterPhoto], *, is_staff: bool) -> tuple[list[PhotoView], list[PhotoView]]:
    """Photos before and after, without the hidden ones unless staff looks."""
    shown = [p for p in photos if is_staff or not p.hidden_reason]
    before = [p for p in shown if not p.is_after]
    after = [p for p in shown if p.is_after]
    return _numbered(lang, before, "matters-photo-before"), _numbered(lang, after, "matters-photo-after")


def _numbered(lang: str, photos: Sequence[MatterPhoto], key: str) -> list[PhotoView]:
    views = []
    for n, photo in enumerate(photos, start=1):
        caption = t(lang, key, n=n)
        if photo.hidden_reason:
            caption = t(lang, "matters-photo-hidden", caption=caption)
        views.append(PhotoView(f"/photos/{photo.public_id}", caption, caption, photo.public_id, photo.matter_id))
    return views


def draft_views(lang: str, drafts: Sequence[DraftPhoto]) -> list[PhotoView]:
    """Photos that wait for their form, for who sent them."""
    words = [t(lang, "matters-photo-before", n=n) for n in range(1, len(drafts) + 1)]
    return [
        PhotoView(f"/report/photos/{one.public_id}", word, word, one.public_id)
        for one, word in zip(drafts, words, strict=True)
    ]
