"""What the pages at the desk show, as values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linyue.base.errors import Refused
from linyue.base.forms import Form
from linyue.base.i18n import t
from linyue.base.pages import daytime_text
from linyue.questions.model import Question
from linyue.questions.pages_choice import WayPart, choice_words
from linyue.questions.rules_paper import SHEETS, Figures
from linyue.questions.service_paper_views import BatchView, Outstanding, PersonView, RollLine


@dataclass(frozen=True, slots=True)
class Head:
    """What every page at the desk names: the question and where it stands."""

    public_id: str
    text: str
    state: str
    is_open: bool
    may_act: bool


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch in the list."""

    number: int
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class OpenVote:
    """One vote that is open."""

    public_id: str
    text: str
    meeting: str
    cast: int
    entitled: int


@dataclass(frozen=True, slots=True)
class DeskListPage:
    """The votes a worker can help with, and the registers of owners behind those to come: (code, name)."""

    lines: list[OpenVote]
    registers: list[tuple[str, str]] = field(default_factory=list)
    shops: list[tuple[str, str]] = field(default_factory=list)
    """Meetings on turning a home into a shop: (public id, title)."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The hub of a question: search the roll, batches, prints. `ways`: (way, people)."""

    head: Head
    room: str
    cast: int
    entitled: int
    ways: list[tuple[str, str]]
    query: str
    found: list[RollLine]
    found_count: int
    batches: list[BatchLine]
    may_begin: list[str]
    left: list[str]
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person of the roll and what can be done for them. `actions`: names of what is offered now."""

    head: Head
    person: PersonView
    facts: list[tuple[str, str]]
    actions: list[str]
    sure: bool
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class GivePage:
    """A ballot filled in at the desk, at a door, by telephone or by a proxy; and the page that reads it back."""

    head: Head
    number: int
    name: str
    channel: str
    holder: str
    options: list[tuple[str, str]]
    chosen: str
    client_id: str
    replaces: int
    form: Form[Any] | None
    way: WayPart | None = None
    word: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GivenPage:
    """The receipt of an entered vote."""

    head: Head
    number: int
    name: str
    channel: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MandatePage:
    """The form for a written mandate."""

    head: Head
    number: int
    name: str
    most: int
    source: str
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One batch. `step`: key, wait, settle, post or done. `figures`: (name, number) once agreed."""

    head: Head
    view: BatchView
    number: int
    kind: str
    state: str
    step: str
    options: list[tuple[str, str]]
    differing: list[str]
    figures: list[tuple[str, str]]
    gap: str
    form: Form[Any] | None
    is_among: bool = False
    """People choose among options: sheets are keyed line by line instead of pile by pile."""


@dataclass(frozen=True, slots=True)
class PrintPage:
    """Something to be printed. `rows` of its table; `copies`: numbers on the roll, 0 for a sheet without one."""

    head: Head
    meeting: str
    rows: list[tuple[str, ...]]
    copies: list[int]
    options: list[tuple[str, str]]
    how: str
    is_secret: bool
    first: int
    last: int
    now: datetime


def way_word(lang: str, channel: str | None) -> str:
    """网上投票, 纸票, …"""
    return t(lang, f"questions-way-{channel or 'none'}")


def refusal_in_words(lang: str, refusal: Refused) -> Refused:
    """The same refusal with its time and its choice in the reader's language."""
    told = dict(refusal.args_for_text)
    at = told.get("at")
    if isinstance(at, datetime):
        told["at"] = daytime_text(lang, at)
    return Refused(refusal.reason, field=refusal.field, **told)


def figure_rows(lang: str, question: Question, figures: Figures, words: dict[str, str]) -> list[tuple[str, str]]:
    """Options, then sheets, as (name, number). No options any more once the papers lie in an opened box."""
    named = [key for key in figures.counts if key in words or figures.counts[key]]
    options = [(words.get(key) or choice_words(lang, question, key), str(figures.counts[key])) for key in named]
    return options + [(t(lang, f"questions-batch-{name}"), str(getattr(figures, name))) for name in SHEETS]


def line_word(lang: str, question: Question, name: str, words: dict[str, str]) -> str:
    """A differing line in words: an option, a figure or a number on the roll."""
    if name.isdigit():
        return t(lang, "questions-batch-line-number", n=int(name))
    if name in SHEETS:
        return t(lang, f"questions-batch-{name}")
    return words.get(name) or choice_words(lang, question, name)


def left_lines(lang: str, left: Outstanding) -> list[str]:
    """What is not counted yet, in sentences; empty when nothing is."""
    lines = []
    if left.batches:
        joined = ("、" if lang == "zh-CN" else ", ").join(str(number) for number in left.batches)
        lines.append(t(lang, "questions-left-batches", list=joined))
    if left.sheets:
        lines.append(t(lang, "questions-left-sheets", n=left.sheets))
    return lines
