"""What an agenda template says of one sitting, as values: links, offices, notice, turns of speech, the vote."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linyue.people.rules_bodies import Body


class Link(StrEnum):
    """The kinds of step in a meeting. Six of them are the links of an open space, in that order (see SPACE)."""

    OPENING = "opening"
    CALL = "call"
    TOPICS = "topics"
    MARKET = "market"
    GROUPS = "groups"
    CONSENSUS = "consensus"
    REPORT = "report"
    HEAR = "hear"
    TALK = "talk"
    VOTE = "vote"
    ACTION = "action"


SPACE = (Link.CALL, Link.TOPICS, Link.MARKET, Link.GROUPS, Link.CONSENSUS, Link.ACTION)
"""The six links of an open space meeting: each at most once, in this order."""
VOTING = (Link.CONSENSUS, Link.VOTE)
"""Steps that put a question."""
FREE = (Link.REPORT, Link.HEAR, Link.TALK)
"""Steps that a council member may add to an agenda and take off again."""


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
    """How the consensus link votes, in the words that questions.rules_setup reads.

    `decision`: the body whose law says quorum and majority; empty: advice, by the figures here. `way` and the numbers
    after it: how people vote, and how many options win; 0 is the way's usual number. `item`: of Civil Code 278, said
    when an owners' decision is begun and in no template; 0: none.
    """

    choices: tuple[str, ...]
    quorum: str
    majority: str
    base: str
    open_minutes: int
    kind: str = "named"
    decision: str = ""
    way: str = "for_against"
    least: int = 1
    most: int = 0
    dots: int = 0
    seats: int = 1
    tie: str = "named"
    item: int = 0
    again: str = ""
    """The quorum of a second call, where advice lets fewer take part then; empty: as the first."""
    options: tuple[Line, ...] = ()
    """What everybody chooses among, where the template settles it; empty: the chair writes the options."""
    is_each: bool = False
    """One question about each name that is written into the agenda's item; the last option is that they fail."""


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """One step of the agenda; `question` only where there is a vote, `days` only where a meeting runs over days."""

    link: Link
    title: Line
    minutes: int
    say: Line
    question: QuestionPlan | None
    days: int = 0


@dataclass(frozen=True, slots=True)
class RolePlan:
    """An office of the meeting and how many people it needs before the start."""

    office: Office
    needed: int
    duty: Line


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """How long before the meeting it must be announced; `unit` is calendar or working days.

    `law` names the article that sets the period; None where no law does and the number is the template's own.
    """

    days: int
    unit: str
    reason: Line
    law: Line | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article the template follows: name of the law, number ("" where it is not confirmed), and what it asks here.

    `where`: "villages" or "communities" where it holds only there; "" for both, and in what a meeting keeps.
    """

    name: Line
    article: str
    point: Line
    where: str = ""


@dataclass(frozen=True, slots=True)
class SpeakingPlan:
    """Turns of speech: length, number a person on one item, the order, and whether guests may ask for one."""

    seconds: int
    turns: int
    newcomers_first: bool
    alternate: bool
    guests: bool = False


@dataclass(frozen=True, slots=True)
class AgendaPlan:
    """What one sitting follows, as a meeting keeps it from its first draft on.

    `attendance` is how much of the roll must be there before the opening ends; `is_paced`: the steps take days.
    `roll`: who is called, counted and votes; `roll_or`: what a council member may choose instead.
    """

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
    law: tuple[Article, ...] = ()
    attendance: str = "none"
    is_paced: bool = False
    roll: Body = Body.RESIDENTS
    roll_or: tuple[Body, ...] = ()

    def link(self, link: Link) -> LinkPlan | None:
        """The first link of this kind; None when there is none."""
        return next((one for one in self.links if one.link is link), None)

    def link_at(self, place: int | None, link: Link) -> LinkPlan | None:
        """The plan of an item: by its place in the plan, else the first of its kind; None when there is none."""
        if place is not None and 0 <= place < len(self.links):
            return self.links[place]
        return self.link(link)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.links)


WAY_KEYS = ("decision", "way", "least", "most", "dots", "seats", "tie", "item", "again")
"""Keys of a question that a template may leave out."""


def plan_from(data: dict[str, Any]) -> AgendaPlan:
    """The plan of checked data, as `read` gives it and a meeting stores it."""
    speaking, groups = data["speaking"], data.get("groups", NO_GROUPS)
    return AgendaPlan(
        format=data["format"],
        title=Line(**data["title"]),
        summary=Line(**data["summary"]),
        system=data["system"],
        notice=notice_from(data["notice"]),
        roles=tuple(RolePlan(Office(one["office"]), one["needed"], Line(**one["duty"])) for one in data["roles"]),
        principles=tuple(Line(**one) for one in data["principles"]),
        rules=tuple(Line(**one) for one in data["rules"]),
        speaking=SpeakingPlan(**speaking),
        most_groups=groups["at_most"],
        note_letters=groups["note_letters"],
        links=tuple(_link(one) for one in data["links"]),
        law=tuple(_article(one) for one in data.get("law", ())),
        attendance=data.get("attendance", "none"),
        is_paced=data.get("pace") == "days",
        roll=Body(data.get("roll", Body.RESIDENTS)),
        roll_or=tuple(Body(one) for one in data.get("roll_or", ())),
    )


def _article(data: dict[str, Any]) -> Article:
    return Article(Line(**data["name"]), data.get("article", ""), Line(**data["point"]), data.get("where", ""))


def at_place(data: dict[str, Any], *, is_village: bool) -> dict[str, Any]:
    """A template as it holds at a place: villages have a law of their own, so the articles of the others are left out.

    Returns new data to be frozen; what holds there says no `where` any more.
    """
    here = "villages" if is_village else "communities"
    kept = [one for one in data.get("law", ()) if one.get("where", here) == here]
    return data | {"law": [{key: value for key, value in one.items() if key != "where"} for one in kept]}


NO_GROUPS = {"at_most": 1, "note_letters": 2000}


def notice_from(data: dict[str, Any]) -> NoticePlan:
    """A notice period of checked data."""
    law = data.get("law")
    return NoticePlan(data["days"], data["unit"], Line(**data["reason"]), Line(**law) if law else None)


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
            options=tuple(Line(**one) for one in question.get("options", ())),
            is_each=question.get("each", False),
            **{name: question[name] for name in WAY_KEYS if name in question},
        ),
        days=data.get("days", 0),
    )
