"""What a template says of a whole procedure: stages over days, papers, guards, ways back. And its steps as a graph.

A template with `links` is one sitting; one with `stages` is a state machine: stage -> stage -> end, with ways back.
Decides only, over checked data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linyue.meetings.rules_plan import VOTING, Line, Link, LinkPlan, NoticePlan, notice_from, plan_from
from linyue.people.rules_bodies import Body


class StageKind(StrEnum):
    """What happens in a stage."""

    COLLECT = "collect"
    PAPER = "paper"
    SITTING = "sitting"
    DISCLOSURE = "disclosure"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a stage must produce; `source` says who writes it.

    `by`: the roles that alone may give it, where the law names one; empty: whoever the policy lets give papers.
    """

    paper: str
    title: Line
    source: Line
    by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage. It begins when `needs` are there and ends when `gives` are, and its time has run.

    `round` groups stages (三上三下 has three); `roll`: who is called to a sitting.
    `back_to`: where a failed vote leads, at most `back_times` times.
    """

    stage: str
    kind: StageKind
    title: Line
    say: Line
    round: int
    days_at_least: int
    days_at_most: int
    hours_at_most: int
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    notice: NoticePlan
    back_to: str
    back_times: int
    is_advice: bool
    links: tuple[LinkPlan, ...]
    roll: Body = Body.RESIDENTS
    is_from_alarm: bool = False
    """Its longest time runs from the alarm, not from when the stage began."""
    is_after_failed: bool = False
    """Only a vote that failed leads here; otherwise it is passed over."""

    @property
    def votes(self) -> bool:
        """Whether going on depends on a vote; one that only asks how people lean stops nothing."""
        return not self.is_advice and any(one.link in VOTING for one in self.links)


@dataclass(frozen=True, slots=True)
class ProcedurePlan:
    """A whole template of several stages."""

    title: Line
    summary: Line
    system: str
    papers: tuple[Paper, ...]
    stages: tuple[StagePlan, ...]

    def stage(self, name: str) -> StagePlan:
        """A stage by its name. Raises KeyError."""
        for one in self.stages:
            if one.stage == name:
                return one
        raise KeyError(name)

    def after(self, name: str) -> StagePlan | None:
        """The stage that follows; None after the last. One that is only for a failed vote is passed over."""
        place = self.stages.index(self.stage(name))
        return next((one for one in self.stages[place + 1 :] if not one.is_after_failed), None)

    def paper(self, name: str) -> Paper:
        """A paper by its name."""
        return next(one for one in self.papers if one.paper == name)


def has_stages(data: Mapping[str, Any]) -> bool:
    """Whether a template is a procedure of several stages."""
    return "stages" in data


def procedure_from(data: Mapping[str, Any]) -> ProcedurePlan:
    """The procedure of checked data. A template of one sitting is a procedure of one stage, `meeting`."""
    stages = data.get("stages") or [_only_stage(data)]
    return ProcedurePlan(
        title=Line(**data["title"]),
        summary=Line(**data["summary"]),
        system=data["system"],
        papers=tuple(_paper(one) for one in data.get("papers", ())),
        stages=tuple(_stage(one, data) for one in stages),
    )


def _paper(data: Mapping[str, Any]) -> Paper:
    return Paper(data["paper"], Line(**data["title"]), Line(**data["from"]), frozenset(data.get("by", ())))


def _only_stage(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stage": "meeting",
        "kind": "sitting",
        "title": data["title"],
        "say": data["summary"],
        "links": data["links"],
    }


def _stage(data: Mapping[str, Any], template: Mapping[str, Any]) -> StagePlan:
    back = data.get("on_failed", {})
    kind = StageKind(data["kind"])
    sitting = plan_from(sitting_data(template, data)) if kind is StageKind.SITTING else None
    return StagePlan(
        stage=data["stage"],
        kind=kind,
        title=Line(**data["title"]),
        say=Line(**data["say"]),
        round=data.get("round", 0),
        days_at_least=data.get("days_at_least", 0),
        days_at_most=data.get("days_at_most", 0),
        hours_at_most=data.get("hours_at_most", 0),
        needs=tuple(data.get("needs", ())),
        gives=tuple(data.get("gives", ())),
        notice=notice_from(data.get("notice", template["notice"])),
        back_to=back.get("to", ""),
        back_times=back.get("times", 0),
        is_advice=data.get("advice", False),
        links=sitting.links if sitting is not None else (),
        roll=sitting.roll if sitting is not None else Body.RESIDENTS,
        is_from_alarm=data.get("hours_from") == "alarm",
        is_after_failed=data.get("after_failed", False),
    )


def sitting_data(template: Mapping[str, Any], stage: Mapping[str, Any]) -> dict[str, Any]:
    """What one sitting of a procedure keeps: a template of one sitting, with the stage's own terms."""
    left_out = ("stages", "papers")
    kept = {key: value for key, value in template.items() if key not in left_out}
    for key in ("links", "notice", "attendance", "roll", "roll_or"):
        if key in stage:
            kept[key] = stage[key]
    return kept


def sitting_of(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a sitting of this stage keeps. Raises KeyError for a stage that is not there."""
    for stage in template["stages"]:
        if stage["stage"] == name:
            return sitting_data(template, stage)
    raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one stage to another (None: the end). `is_back` only after a failed vote."""

    start: str
    to: str | None
    is_back: bool = False
    times: int = 0


def edges(stages: Sequence[StagePlan]) -> list[Edge]:
    """Every way through the stages: on when a stage is done, back (or out) when its vote fails."""
    found = []
    for place, here in enumerate(stages):
        following = next((one for one in stages[place + 1 :] if not one.is_after_failed), None)
        found.append(Edge(here.stage, following.stage if following else None))
        if here.back_to:
            found.append(Edge(here.stage, here.back_to, is_back=True, times=here.back_times))
    return found


Path = tuple[str | int, ...]


def faults_of_stages(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What a JSON Schema cannot say: names once, papers known and made before they are needed, ways back lead back.

    Forward, a failed vote leads only to a stage that nothing else leads to.
    """
    papers: list[str] = []
    for number, one in enumerate(data.get("papers", ())):
        if one["paper"] in papers:
            yield ("papers", number, "paper"), f"{one['paper']} is named twice"
        papers.append(one["paper"])
    seen: list[str] = []
    led_to: list[str] = []
    later = [one["stage"] if one.get("after_failed") else "" for one in data.get("stages", ())]
    made: set[str] = set()
    for number, stage in enumerate(data.get("stages", ())):
        at: Path = ("stages", number)
        if stage["stage"] in seen:
            yield (*at, "stage"), f"{stage['stage']} is named twice"
        yield from _faults_of_kind(at, stage)
        for place, name in enumerate(stage.get("needs", ())):
            if name not in made:
                yield (*at, "needs", place), f"{name} is given by no earlier stage"
        for place, name in enumerate(stage.get("gives", ())):
            if name not in papers:
                yield (*at, "gives", place), f"{name} is not among the papers"
            made.add(name)
        back = stage.get("on_failed")
        if back and back["to"] not in [*seen, stage["stage"], *later[number + 1 :]]:
            yield (*at, "on_failed", "to"), f"{back['to']} is no earlier stage, and none that is after_failed"
        if stage.get("after_failed"):
            if stage["stage"] not in led_to:
                yield (*at, "after_failed"), "no on_failed of an earlier stage leads here"
            if stage.get("gives"):
                yield (*at, "gives"), "a stage that may be passed over gives no paper"
        led_to += [back["to"]] if back else []
        if stage.get("hours_from") and not stage.get("hours_at_most"):
            yield (*at, "hours_from"), "needs hours_at_most"
        if stage.get("days_at_most") and stage.get("days_at_least", 0) > stage["days_at_most"]:
            yield (*at, "days_at_most"), "must not be below days_at_least"
        seen.append(stage["stage"])
    for number, name in enumerate(papers):
        if name not in made:
            yield ("papers", number, "paper"), f"no stage gives {name}"


def _faults_of_kind(at: Path, stage: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    is_sitting = stage["kind"] == StageKind.SITTING
    if is_sitting and "links" not in stage:
        yield at, "a sitting needs links"
    for key in ("links", "notice", "attendance", "advice", "after_failed", "on_failed", "roll", "roll_or"):
        if key in stage and not is_sitting:
            yield (*at, key), "only a sitting may have this"
    if "on_failed" in stage and not any(one["link"] in VOTING for one in stage.get("links", ())):
        yield (*at, "on_failed"), "only a sitting that votes may have this"
    if stage["kind"] in (StageKind.PAPER, StageKind.WORK) and not stage.get("gives"):
        yield at, "must give a paper"
    if stage["kind"] in (StageKind.COLLECT, StageKind.DISCLOSURE) and not stage.get("days_at_least"):
        yield at, "days_at_least is missing"


def kinds_in(plan: ProcedurePlan) -> set[Link]:
    """Every kind of step that the sittings of a procedure have."""
    return {link.link for stage in plan.stages for link in stage.links}
