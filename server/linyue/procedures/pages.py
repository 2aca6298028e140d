"""What the pages of procedures show, as values; built from rows and the plan, with nothing decided here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linyue.base import clock
from linyue.base.forms import Form
from linyue.base.i18n import t
from linyue.base.pages import day_text
from linyue.base.workdays import published_calendar
from linyue.meetings.model import Meeting
from linyue.meetings.pages import guard_of, results_of
from linyue.meetings.pages_compose import body_word
from linyue.meetings.rules_picture import Node, Picture, Way, draw
from linyue.meetings.rules_plan import AgendaPlan
from linyue.meetings.rules_stages import Edge, Paper, ProcedurePlan, StageKind, StagePlan, edges
from linyue.procedures import rules
from linyue.procedures.model import Procedure, ProcedurePaper, ProcedureStep, ProcedureVoice
from linyue.procedures.rules import AlarmClock, Facts, StepState
from linyue.procedures.service import facts_of


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure in a list. `stage` is where it stands, empty once it has ended."""

    number: str
    title: str
    kind: str
    place: str
    stage: str
    state: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class ListPage:
    """Procedures under way and ended."""

    running: list[ProcedureLine]
    ended: list[ProcedureLine]
    may_begin: bool


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of meeting to read about or to choose."""

    name: str
    title: str
    summary: str
    is_procedure: bool
    where: str
    """villages or communities where only these may begin it; empty for both."""


@dataclass(frozen=True, slots=True)
class KindsPage:
    """Every kind of meeting this district knows."""

    kinds: list[KindLine]
    may_begin: bool


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage in a table: what happens, what it waits for, how long, where a failed vote leads."""

    title: str
    say: str
    waits: list[str]
    back: str


@dataclass(frozen=True, slots=True)
class KindPage:
    """One kind: its law, its stages as a drawing and as a table, who holds which office, its rules of order."""

    name: str
    title: str
    summary: str
    system: str
    is_procedure: bool
    law: list[tuple[str, str]]
    picture: Picture
    heads: list[str]
    rows: list[list[str]]
    roles: list[tuple[str, str]]
    rules: list[str]
    may_begin: bool


@dataclass(frozen=True, slots=True)
class NewPage:
    """The form that begins a procedure."""

    form: Form[Any] | None
    templates: list[tuple[str, str, str]]
    places: list[tuple[int, str]]
    chosen: str
    items: list[tuple[int, str]]
    """What owners decide by Civil Code 278: (item, words)."""
    matters: list[tuple[str, str]]
    """Matters it may come from, as (number, words)."""
    matter: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper; `text` is empty while it is missing."""

    paper: str
    title: str
    source: str
    text: str
    given_at: datetime | None
    is_yours: bool = True
    """Whether the reader may give it; else `source` says who does."""


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """What somebody sent in; hidden ones show their reason instead."""

    id: int
    name: str
    text: str
    sent_at: datetime
    hidden: str


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One stay in the thread, with what came of it; `state` is a thread's: done, kept, next or todo."""

    title: str
    state: str
    icon: str
    when: str
    lines: list[str]
    link: str
    href: str


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """One procedure for everybody, with the buttons of those who run it."""

    number: str
    title: str
    place: str
    matter: tuple[str, str]
    """Number and title of the matter it came from; empty where there is none, or it is not public."""
    kind: str
    template: str
    summary: str
    system: str
    state: str
    ended_reason: str
    stage_title: str
    stage_say: str
    stage_kind: str
    step_id: int
    waits: list[tuple[str, bool]]
    is_late: bool
    due_at: datetime | None
    alarm_at: datetime | None
    """When the alarm of an urgent matter was raised; None for every other kind."""
    clocks: list[tuple[str, AlarmClock]]
    """The clocks that run from the alarm, each with its stage's title."""
    may_go: bool
    back: str
    """Where going on leads after a vote that failed; empty else."""
    papers: list[PaperLine]
    wanted: list[PaperLine]
    voices: list[VoiceLine]
    thread: list[StepEntry]
    picture: Picture
    law: list[tuple[str, str]]
    meeting: str
    day: str
    acts: frozenset[str]
    """What the table of rights opens to the reader in this stage, as far as roles go."""
    may_say: bool
    notice: str
    """The page of the present stage's disclosure on the public board; empty where there is none."""
    form: Form[Any] | None
    version: int


def picture_of(plan: ProcedurePlan, lang: str, states: dict[str, str] | None = None) -> Picture:
    """The stages drawn; `states` says for a running one which are done and which is now."""
    nodes = [
        Node(
            one.stage,
            one.title.pick(lang),
            t(lang, "procedures-then").join(waits_of(one, plan, lang)[:2]),
            (states or {}).get(one.stage, "next"),
        )
        for one in plan.stages
    ]
    ways = [
        Way(one.start, str(one.to), t(lang, _way_word(plan, one), n=one.times))
        for one in edges(plan.stages)
        if one.is_back or (one.to and _is_over(plan, one))
    ]
    return draw(nodes, ways)


def _way_word(plan: ProcedurePlan, edge: Edge) -> str:
    """The words at a way at the side: back, or on to a stage that is for a failed vote, or past that one."""
    if not edge.is_back:
        return "procedures-passed-way"
    return "procedures-on-way" if plan.stage(str(edge.to)).is_after_failed else "procedures-back-way"


def _is_over(plan: ProcedurePlan, edge: Edge) -> bool:
    """Whether a way on leads past a stage that is only for a failed vote."""
    names = [one.stage for one in plan.stages]
    return names.index(str(edge.to)) != names.index(edge.start) + 1


def picture_of_links(plan: AgendaPlan, lang: str) -> Picture:
    """The links of a template of one sitting, drawn."""
    rows = link_rows(plan, lang)
    return draw([Node(str(n), one.title, one.waits[0]) for n, one in enumerate(rows)])


def link_rows(plan: AgendaPlan, lang: str) -> list[StageRow]:
    """Every link for a table: the same as the drawing, in words."""
    return [StageRow(one.title.pick(lang), one.say.pick(lang), [guard_of(plan, one, lang)], "") for one in plan.links]


def waits_of(stage: StagePlan, plan: ProcedurePlan, lang: str) -> list[str]:
    """What a stage waits for, in words."""
    found = [t(lang, "procedures-wait-paper", title=plan.paper(one).title.pick(lang)) for one in stage.gives]
    if stage.kind is StageKind.SITTING:
        found.append(t(lang, "procedures-wait-vote") if stage.votes else t(lang, "procedures-wait-sitting"))
    if stage.days_at_least:
        found.append(t(lang, "procedures-wait-days", n=stage.days_at_least))
    if stage.hours_at_most:
        found.append(t(lang, "procedures-within-hours", n=stage.hours_at_most))
    elif stage.days_at_most:
        found.append(t(lang, "procedures-within-days", n=stage.days_at_most))
    return found


def stage_rows(plan: ProcedurePlan, lang: str) -> list[StageRow]:
    """Every stage for a table: the same as the drawing, in words."""
    rows = []
    for one in plan.stages:
        waits = waits_of(one, plan, lang)
        if one.kind is StageKind.SITTING:
            called = t(lang, "meetings-roll-called", who=body_word(one.roll, lang))
            waits = [called, t(lang, f"meetings-notice-{one.notice.unit}", n=one.notice.days), *waits]
        rows.append(StageRow(one.title.pick(lang), one.say.pick(lang), waits, back_of(one, plan, lang)))
    return rows


def back_of(stage: StagePlan, plan: ProcedurePlan, lang: str) -> str:
    """What follows a vote of this stage that fails; empty where nothing is voted."""
    if stage.back_to:
        word = "procedures-on" if plan.stage(stage.back_to).is_after_failed else "procedures-back"
        return t(lang, word, to=plan.stage(stage.back_to).title.pick(lang), n=stage.back_times)
    return t(lang, "procedures-back-none") if stage.votes and len(plan.stages) > 1 else ""


def heads_of(lang: str) -> list[str]:
    """The heads of the table of steps."""
    return [t(lang, f"procedures-kind-{one}") for one in ("step", "what", "waits", "back")]


def table_of(rows: list[StageRow], lang: str) -> list[list[str]]:
    """The steps as rows of a table."""
    join = t(lang, "procedures-then").join
    return [[f"{n}. {one.title}", one.say, join(one.waits), one.back or "—"] for n, one in enumerate(rows, start=1)]


def waits_now(stage: StagePlan, plan: ProcedurePlan, facts: Facts, lang: str) -> list[tuple[str, bool]]:
    """What the present stage still waits for: (words, whether it is there)."""
    found = [
        (t(lang, "procedures-wait-paper", title=plan.paper(one).title.pick(lang)), one in facts.papers)
        for one in stage.gives
    ]
    if stage.kind is StageKind.SITTING:
        state = facts.sitting.value if facts.sitting is not None else "none"
        found.append((t(lang, f"procedures-sitting-{state}"), state == "ended"))
        if stage.votes:
            is_shown = bool(facts.verdicts) and not facts.unpublished
            found.append((t(lang, "procedures-wait-vote"), is_shown))
    earliest = rules.earliest_end(stage, facts.counts_from, published_calendar())
    if earliest is not None:
        day = day_text(lang, clock.local(earliest).date())
        found.append((t(lang, "procedures-wait-until", n=stage.days_at_least, day=day), clock.now() >= earliest))
    return found


async def thread_of(procedure: Procedure, lang: str) -> list[StepEntry]:
    """Every stay so far with what came of it, then the stages that are still to come."""
    plan = procedure.plan
    entries, here = [], ""
    for step in await ProcedureStep.of(procedure.id).select_related("meeting"):
        stage = plan.stage(step.stage)
        is_now = step.state is StepState.NOW
        here = step.stage if is_now else here
        lines = [] if is_now else [t(lang, f"procedures-step-{step.state.value}")]
        meeting: Meeting | None = step.meeting
        if meeting is not None:
            voted = await results_of(meeting.id, lang)
            lines += [t(lang, "procedures-voted", question=one.text, word=one.word) for one in voted]
        entries.append(
            StepEntry(
                title=stage.title.pick(lang),
                state="kept" if is_now else "done",
                icon="next" if is_now else "check" if step.state is StepState.DONE else "undo",
                when=day_text(lang, clock.local(step.began_at).date()),
                lines=lines,
                link=t(lang, "procedures-see-meeting") if meeting is not None else "",
                href=f"/meetings/{meeting.public_id}" if meeting is not None else "",
            )
        )
    if here:
        names = [one.stage for one in plan.stages]
        for one in plan.stages[names.index(here) + 1 :]:
            if one.is_after_failed:
                continue
            entries.append(StepEntry(one.title.pick(lang), "todo", "clock", "", [], "", ""))
    return entries


async def states_of(procedure: Procedure) -> dict[str, str]:
    """Stage -> done, now: the newest stay decides."""
    return {
        step.stage: "now" if step.state is StepState.NOW else "done" if step.state is StepState.DONE else "out"
        for step in await ProcedureStep.of(procedure.id)
    }


async def papers_of(procedure: Procedure, lang: str) -> list[PaperLine]:
    """The newest text of each paper given so far, in the order of the template."""
    newest: dict[str, ProcedurePaper] = {}
    for row in await ProcedurePaper.filter(step__procedure_id=procedure.id).order_by("id"):
        newest[row.paper] = row
    return [
        paper_line(one, lang, newest[one.paper].text, newest[one.paper].given_at)
        for one in procedure.plan.papers
        if one.paper in newest
    ]


def paper_line(
    paper: Paper, lang: str, text: str = "", given_at: datetime | None = None, *, is_yours: bool = True
) -> PaperLine:
    """A paper for a page."""
    return PaperLine(paper.paper, paper.title.pick(lang), paper.source.pick(lang), text, given_at, is_yours)


async def voices_of(procedure: Procedure) -> list[VoiceLine]:
    """What residents sent in, oldest first."""
    rows = ProcedureVoice.filter(step__procedure_id=procedure.id).order_by("id").select_related("person")
    return [
        VoiceLine(row.id, row.person.display_name, "" if row.hidden_at else row.text, row.sent_at, row.hidden_reason)
        for row in await rows
    ]


async def line_of(procedure: Procedure, lang: str) -> ProcedureLine:
    """A procedure for a list; `place` must be loaded."""
    step = await ProcedureStep.get_or_none(procedure_id=procedure.id, state=StepState.NOW)
    plan, place = procedure.plan, procedure.place
    return ProcedureLine(
        number=procedure.number,
        title=procedure.title_in(lang),
        kind=plan.title.pick(lang),
        place=place.name_en if lang == "en" and place.name_en else place.name_zh,
        stage=plan.stage(step.stage).title.pick(lang) if step is not None else "",
        state=procedure.state.value,
        begun_at=procedure.begun_at,
    )


async def present(procedure: Procedure, lang: str) -> tuple[ProcedureStep, StagePlan, Facts] | None:
    """The stay that lasts, its stage and facts; None once the procedure has ended."""
    step = await ProcedureStep.get_or_none(procedure_id=procedure.id, state=StepState.NOW).select_related("meeting")
    if step is None:
        return None
    return step, procedure.plan.stage(step.stage), await facts_of(step)
