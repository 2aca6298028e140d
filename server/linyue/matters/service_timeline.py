"""The timeline of a matter in the reader's language, from the report to what is still to come. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from linyue.base.i18n import t
from linyue.base.pages import day_text, daytime_text
from linyue.matters.model import Matter, MatterEvent, MatterPhoto
from linyue.matters.rules import DECISIONS, FINAL, MatterState, Step, Way
from linyue.matters.service_views import PhotoView, part_words, photo_views, reason_lines
from linyue.people import service as people

ICONS = {
    "reported": "report",
    "triaged": "route",
    "accepted": "hand",
    "returned": "undo",
    "asked": "topic",
    "answered": "topic",
    "extended": "clock",
    "overdue": "warn",
    "escalated": "warn",
    "silent": "warn",
    "resumed": "clock",
    "recalled": "undo",
    "forwarded": "route",
    "reassigned": "swap",
    "due-reckoned": "clock",
    "on-agenda": "calendar",
    "in-meeting": "people",
    "decided": "stamp",
    "adopted": "stamp",
    "decision-voided": "undo",
    "promised": "doc",
    "promise-changed": "swap",
    "line-changed": "swap",
    "rated": "topic",
    "reopened": "undo",
    "split": "swap",
    "undone": "undo",
    "moved": "pin",
    "added": "plus",
    "nudged": "bell",
    "joined": "merge",
    "supported": "people",
    "recused": "undo",
    "appealed": "warn",
    "appeal-kept": "topic",
    "appeal-moved": "route",
    "appeal-late": "warn",
    "disclosed": "doc",
    "disclosure-corrected": "doc",
    "disclosure-said": "topic",
    "disclosure-answered": "topic",
    "merged": "merge",
    "absorbed": "merge",
    "unmerged": "swap",
    "hidden": "eye",
    "shown": "eye",
    "marked-urgent": "warn",
    "calmed": "undo",
    "taken": "hand",
    "withdrawn": "close",
    "procedure-begun": "route",
    "procedure-moved": "next",
    "procedure-ended": "check",
}


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


async def entries_of(
    lang: str, matter: Matter, *, is_inside: bool, is_staff: bool, photos: Sequence[MatterPhoto]
) -> list[EntryView]:
    """The timeline, oldest first, with what is still to come at its end. `is_inside`: reporter or staff."""
    whole = await Matter.filter(Q(id=matter.thread_id) | Q(root_id=matter.thread_id)).order_by("id")
    rows = {one.id: one for one in whole}
    events = await MatterEvent.filter(matter_id__in=list(rows)).order_by("at", "id")
    names = await people.names_of(e.actor_id for e in events) if is_staff else {}
    carriers = await carriers_of(events)
    before, after = photo_views(lang, photos, is_staff=is_staff)
    later = {one for event in events if event.kind == Step.ADD.value for one in event.data.get("pictures", ())}
    shown = []
    due: dict[int, datetime | None] = {}
    for event in events:
        is_new_due, due[event.matter_id] = event.due_after != due.get(event.matter_id), event.due_after
        if event.kind == Step.PART.value or not (event.is_public or is_inside):
            continue
        pictures: list[PhotoView] = []
        if event.kind == Step.REPORT.value:
            pictures = [one for one in before if one.public_id not in later]
        elif event.kind == Step.ADD.value:
            pictures = [one for one in before if one.public_id in event.data.get("pictures", ())]
        elif event.kind in (Step.COMPLETE.value, Step.KEEP_PROMISE.value):
            pictures = [one for one in after if one.matter_id == event.matter_id]
        row = rows[event.matter_id]
        carried = carriers.get(event.id)
        entry = _entry(lang, row, event, names, tuple(pictures), is_staff, is_new_due, carried)
        if len(whole) > 1 and event.kind not in (Step.REPORT.value, Step.SPLIT.value):
            entry = replace(entry, title=_of_part(lang, row, entry.title))
        shown.append(entry)
    for row in whole:
        if row.state not in FINAL:
            coming = _next_entry(lang, row)
            shown.append(replace(coming, title=_of_part(lang, row, coming.title)))
    return shown


async def carriers_of(events: Sequence[MatterEvent]) -> dict[int, tuple[str, str]]:
    """Of each promise, and each change of one, who carried it before and who does since, by the names they chose.

    By the event's id; nobody before a promise is "". `events` in their order. Its own page shows the same names.
    """
    ids: dict[int, tuple[int | None, int | None]] = {}
    last: dict[int, int | None] = {}
    for event in events:
        if event.kind in (Step.PROMISE.value, Step.CHANGE_PROMISE.value):
            before = last.get(event.matter_id) if event.kind == Step.CHANGE_PROMISE.value else None
            ids[event.id], last[event.matter_id] = (before, event.owner_id_after), event.owner_id_after
        elif event.kind == Step.CHANGE_LINE.value and len(event.data.get("owners", [])) == 2:
            ids[event.id] = tuple(event.data["owners"])
    names = await people.names_of(one for pair in ids.values() for one in pair)
    return {event: (names.get(pair[0] or 0, ""), names.get(pair[1] or 0, "")) for event, pair in ids.items()}


def _of_part(lang: str, row: Matter, title: str) -> str:
    """A title of an entry with the part it is about, when the number has parts."""
    return t(lang, "matters-part-title", part=part_words(lang, row), title=title) if row.part else title


def public_entry(lang: str, matter: Matter, event: MatterEvent) -> EntryView:
    """One public entry as anybody reads it, without photos."""
    return _entry(lang, matter, event, {}, (), is_staff=False, is_new_due=event.due_after is not None)


def _entry(
    lang: str,
    matter: Matter,
    event: MatterEvent,
    names: dict[int, str],
    photos: tuple[PhotoView, ...],
    is_staff: bool,
    is_new_due: bool,
    carried: tuple[str, str] | None = None,
) -> EntryView:
    who = t(lang, f"matters-role-{event.actor_role.replace('_', '-')}") if event.actor_role else ""
    if is_staff and event.actor_id in names and event.actor_role != "reporter":
        who = t(lang, "matters-role-name", role=who, name=names[event.actor_id])
    href, link = _link(lang, event)
    return EntryView(
        title=t(lang, f"matters-event-{_title_key(event)}", **_title_args(event)),
        icon=ICONS.get(event.kind, "check"),
        when=daytime_text(lang, event.at),
        who=who,
        state="kept" if event.kind in (Step.COMPLETE.value, Step.KEEP_PROMISE.value) else "done",
        text=_text(lang, matter, event, is_staff),
        lines=_carrier_lines(lang, event, carried) or _lines(lang, event, is_new_due),
        why_title=t(lang, f"matters-why-title-{_why_title(event)}"),
        why=reason_lines(lang, event.data.get("reasons", [])),
        photos=photos,
        href=href,
        link=link,
    )


def _why_title(event: MatterEvent) -> str:
    if event.kind in (Step.TRIAGE.value, Step.APPEAL_MOVE.value, Step.SUPPORT.value):
        return str(event.data.get("way")).replace("_", "-")
    return "moved" if event.kind == Step.MOVE.value else "centre"


def _title_key(event: MatterEvent) -> str:
    data = event.data
    match event.kind:
        case Step.TRIAGE.value:
            return f"triaged-{str(data.get('way')).replace('_', '-')}"
        case Step.APPEAL_MOVE.value:
            return f"appeal-moved-{str(data.get('way')).replace('_', '-')}"
        case Step.REPORT.value if data.get("channel") == "meeting":
            return "reported-meeting"
        case Step.DECIDE.value | Step.ADOPT.value:
            return "decided-adopted" if data.get("adopted") else "decided-not-adopted"
        case Step.PRE_STUDY.value:
            return f"pre-studied-{data.get('opinion')}"
        case Step.RATE.value:
            return f"rated-{data.get('rating')}"
        case Step.ASK.value if data.get("pause", "answer") != "answer":
            return f"paused-{data['pause']}"
        case Step.OVERDUE.value if event.state_after == MatterState.ASSIGNED.value:
            return "overdue-silent"
        case Step.SAY_DISCLOSED.value:
            return f"disclosure-said-{data.get('verdict') or data.get('kind')}"
        case Step.ANSWER_DISCLOSED.value:
            return f"disclosure-answered-{data.get('kind')}"
        case Step.RECUSE.value:
            return "recused" if data.get("seat") else "recused-x"
        case Step.SUPPORT.value:
            return "supported" if data.get("by") == "neighbours" else "supported-taken"
        case Step.HIDE.value:
            return f"hidden-{data.get('what')}"
        case _:
            return event.kind


def _title_args(event: MatterEvent) -> dict[str, int]:
    """Figures in a title: how many support, which seat steps back."""
    return {name: value for name in ("n", "seat") if isinstance(value := event.data.get(name), int)}


def _text(lang: str, matter: Matter, event: MatterEvent, is_staff: bool) -> str:
    if event.kind not in (Step.REPORT.value, Step.ADD.value):
        return _in(lang, event.text, event.data.get("text_en"))
    if matter.hidden_reason and not is_staff:
        return t(lang, "matters-hidden-text", reason=matter.hidden_reason)
    return matter.text if event.kind == Step.REPORT.value else event.text


def _in(lang: str, chinese: str, english: object) -> str:
    """A name the district wrote in both languages; entries of before there were two carry only the Chinese one."""
    return english if lang == "en" and isinstance(english, str) and english else chinese


def _carrier_lines(lang: str, event: MatterEvent, carried: tuple[str, str] | None) -> tuple[str, ...]:
    """Who carries it out and by when, of a promise and its changes; empty where the name is not known."""
    if carried is None or not carried[1]:
        return ()
    if event.kind == Step.PROMISE.value and event.due_after is not None:
        return (t(lang, "matters-line-promise-by", who=carried[1], day=day_text(lang, event.due_after)),)
    data, lines = event.data, []
    if data.get("line"):
        lines.append(str(data["line"]))
    if data.get("is_new_owner") and carried[0]:
        lines.append(t(lang, "matters-line-owners", before=carried[0], after=carried[1]))
    if data.get("from") != data.get("to"):
        lines.append(_moved(lang, data))
    return tuple(lines)


def _lines(lang: str, event: MatterEvent, is_new_due: bool) -> tuple[str, ...]:
    data = event.data
    match event.kind:
        case Step.REPORT.value if data.get("asked"):
            asked = data["asked"]
            return (t(lang, "matters-line-asked", item=_in(lang, str(asked["zh"]), asked["en"])),)
        case Step.APPEAL.value:
            day = day_text(lang, datetime.fromisoformat(str(data["answer_by"])))
            return (t(lang, "matters-line-appeal", day=day),)
        case Step.APPEAL_LATE.value:
            return (t(lang, "matters-line-appeal-late", role=t(lang, f"matters-desk-of-{_dash(data)}")),)
        case Step.RECUSE.value:
            words = t(lang, f"matters-recusal-said-{data.get('reason')}")
            return (words, t(lang, "matters-recusal-led")) if data.get("led") else (words,)
        case Step.TRIAGE.value | Step.APPEAL_MOVE.value | Step.ACCEPT.value | Step.SUPPORT.value if (
            event.due_after is not None and is_new_due
        ):
            return (t(lang, "matters-line-due", day=day_text(lang, event.due_after)),)
        case Step.EXTEND.value | Step.CHANGE_PROMISE.value | Step.RECKON.value | Step.CHANGE_LINE.value:
            lines = (*((str(data["line"]),) if data.get("line") else ()), _moved(lang, data))
            return (*lines, t(lang, "matters-line-new-owner")) if data.get("is_new_owner") else lines
        case Step.PROMISE.value if event.due_after is not None:
            return (t(lang, "matters-line-promise", day=day_text(lang, event.due_after)),)
        case Step.ASK.value if data.get("is_late"):
            return (t(lang, "matters-line-clock-runs"),)
        case Step.ASK.value if data.get("until"):
            return (t(lang, "matters-line-pause", day=day_text(lang, datetime.fromisoformat(str(data["until"])))),)
        case Step.RESUME.value if event.due_after is not None and is_new_due:
            return (t(lang, "matters-line-due", day=day_text(lang, event.due_after)),)
        case Step.OVERDUE.value | Step.ESCALATE.value if data.get("level"):
            return (t(lang, f"matters-line-told-{str(data['level']).replace('_', '-')}"),)
        case Step.REASSIGN.value:
            return (t(lang, f"matters-line-{data.get('why')}"),)
        case Step.MOVE.value:
            places = {name: _in(lang, str(data[name]["zh"]), data[name]["en"]) for name in ("from", "to")}
            lines = (t(lang, "matters-line-place", before=places["from"], after=places["to"]),)
            due = event.due_after
            return (*lines, t(lang, "matters-line-due-stays", day=day_text(lang, due))) if due is not None else lines
        case Step.NUDGE.value:
            return (t(lang, "matters-line-nudged", n=data.get("n", 1)),)
        case Step.RETURN.value:
            return (t(lang, f"matters-return-{data.get('reason')}"),)
        case Step.MERGE.value:
            return (t(lang, "matters-line-merged", number=data.get("into", "")),)
        case Step.ABSORB.value:
            return (t(lang, "matters-line-absorbed", number=data.get("number", "")),)
        case Step.RATE.value | Step.REOPEN.value if data.get("reopened", event.kind == Step.REOPEN.value):
            again = t(lang, "matters-line-reopened")
            due = event.due_after
            return (again, t(lang, "matters-line-due", day=day_text(lang, due))) if due is not None else (again,)
        case Step.DECIDE.value | Step.ADOPT.value:
            numbers = data.get("numbers") or {}
            votes = (t(lang, "matters-line-votes", **_counts(numbers)),) if "for" in numbers else ()
            needed = numbers.get("needed")
            return (*votes, t(lang, "matters-line-needed", n=needed)) if votes and isinstance(needed, int) else votes
        case Step.PUT_ON_AGENDA.value:
            return (_in(lang, str(data.get("title", "")), data.get("title_en")),)
        case _:
            return ()


def _dash(data: dict[str, Any]) -> str:
    return str(data.get("role", "")).replace("_", "-")


def _counts(numbers: dict[str, Any]) -> dict[str, int]:
    return {name: int(numbers.get(name, 0)) for name in ("for", "against", "abstain")}


def _moved(lang: str, data: dict[str, Any]) -> str:
    days = [day_text(lang, datetime.fromisoformat(str(data[k]))) if data.get(k) else "" for k in ("from", "to")]
    return t(lang, "matters-line-moved", before=days[0], after=days[1])


def _link(lang: str, event: MatterEvent) -> tuple[str, str]:
    data = event.data
    if event.kind == Step.VOID_DECISION.value and data.get("question"):
        return f"/q/{data['question']}", t(lang, "matters-link-voided")
    if event.kind == Step.SUPPORT.value and data.get("topic"):
        return f"/topics/{data['topic']}", t(lang, "matters-topic-see")
    if event.kind in DECISIONS and data.get("question"):
        return f"/q/{data['question']}", t(lang, "matters-link-votes")
    if event.kind == Step.PUT_ON_AGENDA.value and data.get("meeting"):
        return f"/meetings/{data['meeting']}", t(lang, "matters-link-meeting")
    if event.kind in (Step.PROMISE.value, Step.KEEP_PROMISE.value) and data.get("resolution"):
        return f"/resolutions/{data['resolution']}", t(lang, "matters-link-resolution")
    if data.get("notice"):
        return f"/notices/{data['notice']}", t(lang, "matters-link-notice")
    if data.get("procedure"):
        return f"/procedures/{data['procedure']}", t(lang, "matters-link-procedure")
    if event.kind == Step.MERGE.value and data.get("into"):
        return f"/m/{data['into']}", t(lang, "matters-link-merged")
    return "", ""


def _next_entry(lang: str, matter: Matter) -> EntryView:
    """What comes next and who does it."""
    key = matter.state.value.replace("_", "-")
    if matter.state in (MatterState.ASSIGNED, MatterState.ACCEPTED):
        key = f"{key}-{(matter.way or Way.OWN_DESK).value.replace('_', '-')}"
    runs = matter.due_at is not None and matter.paused_at is None
    when = t(lang, "matters-clock-by", day=day_text(lang, matter.due_at)) if runs and matter.due_at else ""
    return EntryView(t(lang, f"matters-next-{key}"), "clock", when, "", state="todo")
