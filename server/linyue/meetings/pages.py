"""What the pages of meetings show, as values; built from rows, with nothing decided here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linyue.base.forms import Form
from linyue.base.i18n import t
from linyue.base.policy import Actor
from linyue.base.rights import RightsTable, shown_rights
from linyue.matters.service_views import title_of
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MeetingState, refuse_drop, refuse_move
from linyue.meetings.rules_picture import Node, Picture, draw
from linyue.meetings.rules_plan import VOTING, AgendaPlan, Link, LinkPlan
from linyue.meetings.rules_rights import LIVE, RIGHTS, STEPS, Given
from linyue.meetings.service_council import CouncilCount


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
    called_off: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Meetings by what they mean to a reader: now, to come, past; and drafts for the council."""

    running: list[MeetingLine]
    coming: list[MeetingLine]
    past: list[MeetingLine]
    drafts: list[MeetingLine]
    may_draft: bool
    matter: str = ""
    """Number of a matter looking for a meeting; a new one takes it along."""


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
    roll_place_id: int
    """Whose vote it is inside the meeting's place; 0: everybody's of the meeting."""
    roll_place: str
    is_vote: bool
    may_drop: bool
    may_up: bool
    may_down: bool
    supporters: int = 0
    """Neighbours whose support brought the matter here; 0 for any other."""
    asks_names: bool = False
    """Whether its words are names, each of whom is voted on."""


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
    roll: str
    """Whose meeting it is, in words with the number of people."""
    minutes: int
    code: str
    join_address: str
    qr: str
    items: list[ItemLine]
    offices: list[OfficeLine]
    principles: list[str]
    rules: list[str]
    law: list[tuple[str, str]]
    picture: Picture
    questions: list["ResultLine"]
    papers: list[tuple[str, str]]
    is_advice: bool
    """Whether nothing that is voted here binds anybody by law."""
    council: CouncilCount | None
    acts: frozenset[str]
    """What the table of rights opens to the reader now; a control is shown for nothing else."""
    called_off: str = ""
    """Why it was called off; empty for a meeting that is held."""
    may_draft: bool = False
    """The reader may draft a meeting that was called off anew; a procedure's sitting is called from there."""
    refused: str = ""
    """Why it was not called off, and what had been typed."""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class RightsPage:
    """Who may do what in which step, as a table."""

    heads: list[str]
    rows: list[list[str]]
    others: list[tuple[str, list[list[str]]]]
    """Tables of other slices: title and rows, under the same heads."""


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
    more: int
    """How many the list leaves out, to be found by name."""
    has_door_code: bool
    """Whether there is a hall, and a code to hang up at its door."""
    others: list[tuple[str, str]]
    """(public id, name) of people of exactly the name that was looked for, without a place on the roll."""
    guests: list[str]
    """Who sits in."""
    refused: str = ""
    """Why a tick stays."""


@dataclass(frozen=True, slots=True)
class DoorSheetPage:
    """The sheet with the code for the door: `qr` is a picture's address."""

    public_id: str
    title: str
    place: str
    starts_at: datetime
    venue: str
    qr: str


def item_lines(items: list[AgendaItem], lang: str) -> list[ItemLine]:
    """The agenda in order. `matter` and `roll_place` must be loaded on each item."""
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
                matter_title=title_of(lang, matter) if matter else "",
                question=item.question_zh,
                question_en=item.question_en,
                question_kind=item.question_kind,
                roll_place_id=item.roll_place_id or 0,
                roll_place=place_name_of(item.roll_place, lang) if item.roll_place_id is not None else "",
                is_vote=item.link in VOTING,
                may_drop=refuse_drop(item.link) is None,
                may_up=refuse_move(links, n, -1) is None,
                may_down=refuse_move(links, n, 1) is None,
            )
        )
    return lines


def law_name(lang: str, name: str, article: str) -> str:
    """A law with its article; by its name alone where the number in the text in force has not been confirmed."""
    return t(lang, "meetings-law-article", name=name, article=article) if article else name


def law_lines(plan: AgendaPlan, lang: str) -> list[tuple[str, str]]:
    """The articles a plan follows: (name and number, what it asks). Where one holds only somewhere, it says so."""
    lines = []
    for one in plan.law:
        name = law_name(lang, one.name.pick(lang), one.article)
        here = t(lang, f"meetings-law-in-{one.where}", name=name) if one.where else name
        lines.append((here, one.point.pick(lang)))
    return lines


def picture_of(meeting: Meeting, items: list[AgendaItem], lang: str) -> Picture:
    """The meeting as a state machine: announced, each item with what it waits for, published."""
    plan, state = meeting.plan, meeting.state
    was_announced = state is not MeetingState.DRAFT
    notice = t(lang, f"meetings-notice-{plan.notice.unit}", n=plan.notice.days)
    first = Node("announce", t(lang, "meetings-announce"), notice, "done" if was_announced else "now")
    nodes = [first] + [_node(plan, item, lang) for item in items]
    end = "done" if state is MeetingState.ENDED else "next"
    return draw([*nodes, Node("end", t(lang, "meetings-picture-end"), t(lang, "meetings-picture-end-note"), end)])


def _node(plan: AgendaPlan, item: AgendaItem, lang: str) -> Node:
    state = {"waiting": "next", "now": "now", "done": "done"}[item.state.value]
    link = plan.link_at(item.plan_link, item.link)
    is_as_planned = link is not None and (link.link is Link.OPENING or item.link in VOTING or plan.is_paced)
    note = guard_of(plan, link, lang, item.question_kind) if link is not None and is_as_planned else ""
    return Node(str(item.id), item.title_in(lang), note or t(lang, "meetings-minutes", n=item.minutes), state)


def guard_of(plan: AgendaPlan, link: LinkPlan, lang: str, kind: str = "") -> str:
    """What a step waits for before the next one begins; `kind`: named or secret where somebody chose."""
    if link.link is Link.OPENING:
        return t(lang, f"meetings-picture-attend-{plan.attendance}")
    if link.question is not None:
        is_secret = (kind or link.question.kind) == "secret"
        return t(lang, f"meetings-picture-vote-{'secret' if is_secret else 'named'}")
    return t(lang, "meetings-days", n=link.days) if plan.is_paced else t(lang, "meetings-minutes", n=link.minutes)


def rights_page(lang: str) -> RightsPage:
    """The table of rights in words."""
    join = t(lang, "meetings-rights-join").join
    whole = {STEPS: "meetings-rights-steps", LIVE: "meetings-rights-live"}
    rows = []
    for act, right in RIGHTS.items():
        who = join(t(lang, f"meetings-rights-part-{one.value}") for one in right.parts)
        phases = join(t(lang, f"meetings-rights-phase-{one.value}") for one in right.phases)
        when = t(lang, whole[right.phases]) if right.phases in whole else phases
        if right.given is not Given.ALWAYS:
            when = join((when, t(lang, f"meetings-rights-given-{right.given.value}")))
        rows.append([t(lang, f"meetings-rights-act-{act.value}"), who, when])
    heads = [t(lang, f"meetings-rights-{one}") for one in ("act", "who", "when")]
    return RightsPage(heads, rows, [_table(one, lang) for one in shown_rights()])


def _table(table: RightsTable, lang: str) -> tuple[str, list[list[str]]]:
    """Another slice's table of rights in its own words."""
    name, join, rows = f"{table.name}-rights", t(lang, "meetings-rights-join").join, []
    for one in table.rows:
        is_whole = set(table.whole) <= set(one.phases)
        rest = [phase for phase in one.phases if not is_whole or phase not in table.whole]
        when = ([t(lang, f"{name}-all")] if is_whole else []) + [t(lang, f"{name}-phase-{phase}") for phase in rest]
        when += [t(lang, f"{name}-given-{one.given}")] if one.given else []
        who = join(t(lang, f"{name}-part-{part}") for part in one.parts)
        rows.append([t(lang, f"{name}-act-{one.act}"), who, join(when)])
    return t(lang, f"{name}-title"), rows


def spoken(lines: tuple[Any, ...], lang: str) -> list[str]:
    """Sentences of a plan in the reader's language."""
    return [line.pick(lang) for line in lines]


def place_name(meeting: Meeting, lang: str) -> str:
    """The name of the meeting's place; `place` must be loaded."""
    return place_name_of(meeting.place, lang)


def place_name_of(place: Any, lang: str) -> str:
    """The name of a place in the reader's language."""
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
        called_off=meeting.called_off,
    )


def link_title(plan: AgendaPlan, link: Link, lang: str) -> str:
    """What a link is called here."""
    found = plan.link(link)
    return found.title.pick(lang) if found else ""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A question of a meeting in a list: address, text, what became of it in a word, how that is coloured."""

    href: str
    text: str
    word: str
    kind: str


ResultLoader = Callable[[int, str], Awaitable[list[ResultLine]]]
_result_loaders: list[ResultLoader] = []


def show_results_from(loader: ResultLoader) -> None:
    """Let a later slice list a meeting's questions; called once at import."""
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


async def results_of(meeting_id: int, lang: str) -> list[ResultLine]:
    """The questions of a meeting, from whoever keeps them."""
    return [line for loader in _result_loaders for line in await loader(meeting_id, lang)]
