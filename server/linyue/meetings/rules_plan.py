"""What an agenda template says, as values: links, offices, notice, turns of speech, how the vote goes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Link(StrEnum):
    """The six links of an open space meeting, in their order."""

    CALL = "call"
    TOPICS = "topics"
    MARKET = "market"
    GROUPS = "groups"
    CONSENSUS = "consensus"
    ACTION = "action"


class Office(StrEnum):
    """What a person may be in one meeting."""

    CHAIR = "chair"
    RECORDER = "recorder"
    TELLER = "teller"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence people read, in both languages."""

    zh: str
    en: str

    def pick(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """How the consensus link votes, in the words that questions.rules.rule_from_template reads."""

    choices: tuple[str, ...]
    quorum: str
    majority: str
    base: str
    open_minutes: int
    kind: str = "named"


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """One link of the agenda; `question` only where there is a vote."""

    link: Link
    title: Line
    minutes: int
    say: Line
    question: QuestionPlan | None


@dataclass(frozen=True, slots=True)
class RolePlan:
    """An office of the meeting and how many people it needs before the start."""

    office: Office
    needed: int
    duty: Line


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """How long before the meeting it must be announced; `unit` is calendar or working days."""

    days: int
    unit: str
    reason: Line


@dataclass(frozen=True, slots=True)
class SpeakingPlan:
    """Turns of speech: length, number a person on one item, and the order."""

    seconds: int
    turns: int
    newcomers_first: bool
    alternate: bool


@dataclass(frozen=True, slots=True)
class AgendaPlan:
    """A whole template, as a meeting keeps it from its first draft on."""

    format: int
    title: Line
    summary: Line
    system: str
    notice: NoticePlan
    roles: tuple[RolePlan, ...]
    principles: tuple[Line, ...]
    rules: tuple[Line, ...]
    speaking: SpeakingPlan
    most_groups: int
    note_letters: int
    links: tuple[LinkPlan, ...]

    def link(self, link: Link) -> LinkPlan | None:
        return next((one for one in self.links if one.link is link), None)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.links)


def plan_from(data: dict[str, Any]) -> AgendaPlan:
    """The plan of checked data, as `read` gives it and a meeting stores it."""
    speaking, groups, notice = data["speaking"], data["groups"], data["notice"]
    return AgendaPlan(
        format=data["format"],
        title=Line(**data["title"]),
        summary=Line(**data["summary"]),
        system=data["system"],
        notice=NoticePlan(notice["days"], notice["unit"], Line(**notice["reason"])),
        roles=tuple(RolePlan(Office(one["office"]), one["needed"], Line(**one["duty"])) for one in data["roles"]),
        principles=tuple(Line(**one) for one in data["principles"]),
        rules=tuple(Line(**one) for one in data["rules"]),
        speaking=SpeakingPlan(**speaking),
        most_groups=groups["at_most"],
        note_letters=groups["note_letters"],
        links=tuple(_link(one) for one in data["links"]),
    )


def _link(data: dict[str, Any]) -> LinkPlan:
    question = data.get("question")
    return LinkPlan(
        link=Link(data["link"]),
        title=Line(**data["title"]),
        minutes=data["minutes"],
        say=Line(**data["say"]),
        question=None
        if question is None
        else QuestionPlan(
            choices=tuple(question["choices"]),
            quorum=question["quorum"],
            majority=question["majority"],
            base=question["base"],
            open_minutes=question["open_minutes"],
            kind=question.get("kind", "named"),
        ),
    )
