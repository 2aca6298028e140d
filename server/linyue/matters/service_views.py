"""A matter in words: chip, clock, place, timeline, reasons, in the reader's language. Reads only; decides nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.pages import day_text, daytime_text
from linyue.base.workdays import Calendar
from linyue.centres import service as centres
from linyue.matters.model import Matter, MatterEvent, MatterPhoto
from linyue.matters.rules import FINAL, MatterState, Step, Way, stage_of
from linyue.matters.rules_due import clock_facts
from linyue.people import service as people
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
ICONS = {
    "reported": "report",
    "triaged": "route",
    "accepted": "hand",
    "returned": "undo",
    "asked": "topic",
    "answered": "topic",
    "extended": "clock",
    "overdue": "warn",
    "on-agenda": "calendar",
    "in-meeting": "people",
    "decided": "stamp",
    "promised": "doc",
    "promise-changed": "swap",
    "rated": "topic",
    "merged": "merge",
    "absorbed": "merge",
    "unmerged": "swap",
    "hidden": "eye",
    "shown": "eye",
    "taken": "hand",
    "withdrawn": "close",
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


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo the reader may see."""

    src: str
    alt: str
    caption: str
    public_id: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry of the timeline."""

    title: str
    icon: str
    when: str
    who: str
    state: str = "done"
    text: str = ""
    lines: tuple[str, ...] = ()
    why_title: str = ""
    why: tuple[str, ...] = ()
    photos: tuple[PhotoView, ...] = ()
    href: str = ""
    link: str = ""


def chip_of(lang: str, matter: Matter) -> tuple[str, str]:
    """The state in one or two words, and the chip's kind."""
    return t(lang, f"matters-state-{matter.state.value.replace('_', '-')}"), CHIP_KIND.get(matter.state, "info")


def clock_of(lang: str, matter: Matter, calendar: Calendar) -> ClockView | None:
    """What the clock says; None when nobody owes anything."""
    if matter.due_at is None or matter.state in FINAL:
        return None
    if matter.paused_at is not None:
        return ClockView(t(lang, "matters-clock-paused"), t(lang, "matters-clock-paused-why"))
    facts = clock_facts(matter.due_at, matter.due_days, clock.now(), calendar)
    by = day_text(lang, matter.due_at)
    detail = t(lang, "matters-clock-by", day=by)
    if matter.is_due_provisional:
        detail = t(lang, "matters-clock-by-provisional", day=by)
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
        index = await centres.catalogue_index()
    except NotFound:
        return ""
    item, kind = index.by_code.get(matter.item_code), index.kinds.get(matter.kind)
    name = kind.name if kind else item.name if item else None
    if name is None:
        return ""
    return name.zh if lang == "zh-CN" else name.en


def verdict_of(lang: str, matter: Matter) -> tuple[str, tuple[str, ...], str] | None:
    """The green or grey panel on top: title, lines, kind; None while the matter is on its way."""
    match matter.state:
        case MatterState.COMPLETED | MatterState.CLOSED:
            day = day_text(lang, matter.completed_at or matter.closed_at or clock.now())
            kept = bool(matter.resolution_public_id)
            title = t(lang, "matters-verdict-kept" if kept else "matters-verdict-done")
            return title, (t(lang, "matters-verdict-day", day=day),), "ok"
        case MatterState.REFERRED | MatterState.REFUSED:
            title = t(lang, f"matters-verdict-{matter.state.value}")
            return title, reason_lines(lang, matter.reason), "wait"
        case MatterState.WITHDRAWN:
            return t(lang, "matters-verdict-withdrawn"), (), "wait"
        case _:
            return None


def title_of(lang: str, matter: Matter) -> str:
    """The title, or that it is hidden."""
    return t(lang, "matters-hidden-title") if matter.hidden_reason else matter.title


def strip_of(lang: str, matter: Matter) -> tuple[list[str], int]:
    """The strip of steps in words, and where the matter is on it."""
    steps, at = stage_of(matter.state, matter.way)
    return [t(lang, f"matters-stage-{step}") for step in steps], at


def public_path(path: str) -> str:
    """A place's path cut at the building: doors are nobody else's business."""
    return "/" + "/".join(path.strip("/").split("/")[:5]) + "/"


async def rows_of(lang: str, matters: Sequence[Matter], *, href: str = "/m/", is_staff: bool = False) -> list[RowView]:
    """Lines of a list. `matter.place` must be loaded; `href` ends where the number goes."""
    calendar = await centres.calendar()
    paths = {m.id: m.place.path if is_staff else public_path(m.place.path) for m in matters}
    addresses = await places.addresses_of(paths.values(), lang)
    rows = []
    for matter in matters:
        chip, kind = chip_of(lang, matter)
        rows.append(
            RowView(
                matter.number,
                f"{href}{matter.number}",
                matter.title if is_staff else title_of(lang, matter),
                chip,
                kind,
                t(lang, "matters-row-meta", place=addresses[paths[matter.id]], number=matter.number),
                clock_of(lang, matter, calendar),
                matter.is_urgent,
            )
        )
    return rows


def search(words: str) -> Q:
    """What a search for some words means: the number, or words in title or text."""
    return Q(number=words) | Q(title__icontains=words) | Q(text__icontains=words)


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
        views.append(PhotoView(f"/photos/{photo.public_id}", caption, caption, photo.public_id))
    return views


async def entries_of(
    lang: str, matter: Matter, *, is_inside: bool, is_staff: bool, photos: Sequence[MatterPhoto]
) -> list[EntryView]:
    """The timeline, oldest first, with what is still to come at its end. `is_inside`: reporter or staff."""
    events = await MatterEvent.filter(matter_id=matter.id).order_by("seq")
    names = await people.names_of(e.actor_id for e in events) if is_staff else {}
    before, after = photo_views(lang, photos, is_staff=is_staff)
    shown = []
    for event in events:
        if not (event.is_public or is_inside):
            continue
        pictures: list[PhotoView] = []
        if event.kind == Step.REPORT.value:
            pictures = before
        elif event.kind in (Step.COMPLETE.value, Step.KEEP_PROMISE.value):
            pictures = after
        shown.append(_entry(lang, matter, event, names, tuple(pictures), is_staff))
    if matter.state not in FINAL:
        shown.append(_next_entry(lang, matter))
    return shown


def _entry(
    lang: str, matter: Matter, event: MatterEvent, names: dict[int, str], photos: tuple[PhotoView, ...], is_staff: bool
) -> EntryView:
    who = t(lang, f"matters-role-{event.actor_role.replace('_', '-')}") if event.actor_role else ""
    if is_staff and event.actor_id in names and event.actor_role != "reporter":
        who = t(lang, "matters-role-name", role=who, name=names[event.actor_id])
    href, link = _link(lang, event)
    is_way = event.kind == Step.TRIAGE.value
    return EntryView(
        title=t(lang, f"matters-event-{_title_key(event)}"),
        icon=ICONS.get(event.kind, "check"),
        when=daytime_text(lang, event.at),
        who=who,
        state="kept" if event.kind in (Step.COMPLETE.value, Step.KEEP_PROMISE.value) else "done",
        text=_text(lang, matter, event, is_staff),
        lines=_lines(lang, event),
        why_title=t(lang, f"matters-why-title-{str(event.data.get('way')).replace('_', '-')}") if is_way else "",
        why=reason_lines(lang, event.data.get("reasons", [])) if is_way else (),
        photos=photos,
        href=href,
        link=link,
    )


def _title_key(event: MatterEvent) -> str:
    data = event.data
    match event.kind:
        case Step.TRIAGE.value:
            return f"triaged-{str(data.get('way')).replace('_', '-')}"
        case Step.DECIDE.value:
            return "decided-adopted" if data.get("adopted") else "decided-not-adopted"
        case Step.RATE.value:
            return f"rated-{data.get('rating')}"
        case Step.HIDE.value:
            return f"hidden-{data.get('what')}"
        case _:
            return event.kind


def _text(lang: str, matter: Matter, event: MatterEvent, is_staff: bool) -> str:
    if event.kind != Step.REPORT.value:
        return event.text
    if matter.hidden_reason and not is_staff:
        return t(lang, "matters-hidden-text", reason=matter.hidden_reason)
    return matter.text


def _lines(lang: str, event: MatterEvent) -> tuple[str, ...]:
    data = event.data
    match event.kind:
        case Step.TRIAGE.value | Step.ACCEPT.value if event.due_after is not None:
            return (t(lang, "matters-line-due", day=day_text(lang, event.due_after)),)
        case Step.EXTEND.value | Step.CHANGE_PROMISE.value:
            lines = (_moved(lang, data),)
            return (*lines, t(lang, "matters-line-new-owner")) if data.get("is_new_owner") else lines
        case Step.PROMISE.value if event.due_after is not None:
            return (t(lang, "matters-line-promise", day=day_text(lang, event.due_after)),)
        case Step.RETURN.value:
            return (t(lang, f"matters-return-{data.get('reason')}"),)
        case Step.MERGE.value:
            return (t(lang, "matters-line-merged", number=data.get("into", "")),)
        case Step.ABSORB.value:
            return (t(lang, "matters-line-absorbed", number=data.get("number", "")),)
        case Step.RATE.value if data.get("reopened"):
            return (t(lang, "matters-line-reopened"),)
        case Step.DECIDE.value:
            numbers = data.get("numbers") or {}
            return (t(lang, "matters-line-votes", **_counts(numbers)),) if "for" in numbers else ()
        case Step.PUT_ON_AGENDA.value:
            return (str(data.get("title", "")),)
        case _:
            return ()


def _counts(numbers: dict[str, Any]) -> dict[str, int]:
    return {name: int(numbers.get(name, 0)) for name in ("for", "against", "abstain")}


def _moved(lang: str, data: dict[str, Any]) -> str:
    days = [day_text(lang, datetime.fromisoformat(str(data[k]))) if data.get(k) else "" for k in ("from", "to")]
    return t(lang, "matters-line-moved", before=days[0], after=days[1])


def _link(lang: str, event: MatterEvent) -> tuple[str, str]:
    data = event.data
    if event.kind == Step.DECIDE.value and data.get("question"):
        return f"/q/{data['question']}", t(lang, "matters-link-votes")
    if event.kind == Step.PUT_ON_AGENDA.value and data.get("meeting"):
        return f"/meetings/{data['meeting']}", t(lang, "matters-link-meeting")
    if event.kind == Step.PROMISE.value and data.get("resolution"):
        return f"/resolutions/{data['resolution']}", t(lang, "matters-link-resolution")
    if event.kind == Step.MERGE.value and data.get("into"):
        return f"/m/{data['into']}", t(lang, "matters-link-merged")
    return "", ""


def _next_entry(lang: str, matter: Matter) -> EntryView:
    """What comes next and who does it."""
    key = matter.state.value.replace("_", "-")
    if matter.state in (MatterState.ASSIGNED, MatterState.ACCEPTED):
        key = f"{key}-{(matter.way or Way.OWN_DESK).value.replace('_', '-')}"
    when = t(lang, "matters-clock-by", day=day_text(lang, matter.due_at)) if matter.due_at else ""
    return EntryView(t(lang, f"matters-next-{key}"), "clock", when, "", state="todo")
