"""What the pages of meetings show, as values; built from rows, with nothing decided here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linyue.base.forms import Form
from linyue.base.policy import Actor
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules_plan import AgendaPlan, Link


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a list."""

    public_id: str
    title: str
    place: str
    starts_at: datetime
    state: str
    mode: str
    code: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """Meetings by what they mean to a reader: now, to come, past; and drafts for the council."""

    running: list[MeetingLine]
    coming: list[MeetingLine]
    past: list[MeetingLine]
    drafts: list[MeetingLine]
    may_draft: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of the agenda as read by people. `state` is waiting, now or done."""

    id: int
    position: int
    link: str
    title: str
    minutes: int
    state: str
    matter_number: str
    matter_title: str
    question: str
    question_en: str
    question_kind: str
    may_up: bool
    may_down: bool


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """Somebody's office. `person` is their public id."""

    office: str
    name: str
    person: str


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting for everybody, and its notice."""

    public_id: str
    title: str
    place: str
    template_title: str
    summary: str
    state: str
    mode: str
    starts_at: datetime
    announced_at: datetime | None
    ended_at: datetime | None
    venue: str
    minutes: int
    code: str
    join_address: str
    qr: str
    items: list[ItemLine]
    offices: list[OfficeLine]
    principles: list[str]
    rules: list[str]
    questions: list[tuple[str, str, str]]
    papers: list[tuple[str, str]]
    may_run: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class NewPage:
    """The form that begins a meeting."""

    form: Form[Any] | None
    templates: list[tuple[str, str, str]]
    places: list[tuple[int, str]]
    earliest: str


@dataclass(frozen=True, slots=True)
class ComposePage:
    """A draft in the hands of a council member."""

    public_id: str
    title: str
    title_en: str
    place: str
    starts_at: datetime
    day: str
    time: str
    mode: str
    venue: str
    minutes: int
    notice_days: int
    notice_unit: str
    notice_reason: str
    earliest: datetime
    items: list[ItemLine]
    offices: list[OfficeLine]
    needed: list[str]
    candidates: list[tuple[str, str]]
    matters: list[tuple[str, str]]
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class JoinPage:
    """Six digits."""

    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class CheckInPage:
    """The roll at the door: (person's public id, name, is here, channel)."""

    public_id: str
    title: str
    query: str
    rows: list[tuple[str, str, bool, str]]
    present: int
    entitled: int


def item_lines(items: list[AgendaItem], lang: str) -> list[ItemLine]:
    """The agenda in order. `matter` must be loaded on each item."""
    links = [item.link for item in items]
    lines = []
    for n, item in enumerate(items):
        matter = item.matter if item.matter_id is not None else None
        lines.append(
            ItemLine(
                id=item.id,
                position=item.position,
                link=item.link.value,
                title=item.title_in(lang),
                minutes=item.minutes,
                state=item.state.value,
                matter_number=matter.number if matter else "",
                matter_title=matter.title if matter else "",
                question=item.question_zh,
                question_en=item.question_en,
                question_kind=item.question_kind,
                may_up=n > 0 and links[n - 1] is item.link,
                may_down=n + 1 < len(links) and links[n + 1] is item.link,
            )
        )
    return lines


def spoken(lines: tuple[Any, ...], lang: str) -> list[str]:
    """Sentences of a plan in the reader's language."""
    return [line.pick(lang) for line in lines]


def place_name(meeting: Meeting, lang: str) -> str:
    """The name of the meeting's place; `place` must be loaded."""
    place = meeting.place
    return str(place.name_en or place.name_zh) if lang == "en" else str(place.name_zh)


def meeting_line(meeting: Meeting, lang: str) -> MeetingLine:
    """A meeting for a list; `place` must be loaded."""
    return MeetingLine(
        public_id=meeting.public_id,
        title=meeting.title_in(lang),
        place=place_name(meeting, lang),
        starts_at=meeting.starts_at,
        state=meeting.state.value,
        mode=meeting.mode.value,
        code=meeting.join_code or "",
    )


def link_title(plan: AgendaPlan, link: Link, lang: str) -> str:
    """What a link is called here."""
    found = plan.link(link)
    return found.title.pick(lang) if found else ""


ResultLoader = Callable[[int, str], Awaitable[list[tuple[str, str, str]]]]
_result_loaders: list[ResultLoader] = []


def show_results_from(loader: ResultLoader) -> None:
    """Let a later slice list a meeting's questions as (address, text, state); called once at import."""
    if loader not in _result_loaders:
        _result_loaders.append(loader)


PaperLoader = Callable[[Meeting, Actor, str], Awaitable[list[tuple[str, str]]]]
_paper_loaders: list[PaperLoader] = []


def show_papers_from(loader: PaperLoader) -> None:
    """Let a later slice list a meeting's papers for this reader as (address, text); called once at import."""
    if loader not in _paper_loaders:
        _paper_loaders.append(loader)


async def papers_of(meeting: Meeting, actor: Actor, lang: str) -> list[tuple[str, str]]:
    """The papers of a meeting, from whoever keeps them."""
    return [line for loader in _paper_loaders for line in await loader(meeting, actor, lang)]


async def results_of(meeting_id: int, lang: str) -> list[tuple[str, str, str]]:
    """The questions of a meeting, from whoever keeps them."""
    return [line for loader in _result_loaders for line in await loader(meeting_id, lang)]
