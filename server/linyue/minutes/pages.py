"""What minutes say, in the reader's language: facts into sentences; texts stay as they were written."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from linyue.base.forms import Form
from linyue.base.i18n import t
from linyue.base.pages import day_text, daytime_text, time_text
from linyue.councils.rules_district import Count
from linyue.minutes.rules import QUESTION, TOLD, Section
from linyue.questions.pages import Row, bar_rows, step_words
from linyue.questions.pages_choice import options_in
from linyue.questions.pages_outcome import option_rows, verdict_word
from linyue.questions.rules import QuestionState, RuleSpec
from linyue.questions.rules_tally import Outcome
from linyue.rounds.rules import label_in

Facts = dict[str, Any]
Names = dict[int, str]


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One question as the minutes print it. `record`: lines that tie the sheet to the record."""

    public_id: str
    verdict: str
    rows: list[Row]
    sums: list[tuple[str, str]]
    turnout: list[tuple[str, str]]
    record: list[tuple[str, str]]
    is_among: bool = False
    """People chose among options: a row ends with whether it was chosen, not with a share."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section, ready to read. `is_told`: its text stands instead of the drafted lines, not below them."""

    key: str
    title: str
    pairs: list[tuple[str, str]]
    lines: list[str]
    links: list[tuple[str, str]]
    question: QuestionPart | None
    text: str
    is_told: bool

    @property
    def shown_lines(self) -> list[str]:
        """The drafted lines, unless the recorder's words stand in their place."""
        return [] if self.is_told and self.text else self.lines

    @property
    def is_empty(self) -> bool:
        return not (self.pairs or self.lines or self.links or self.question or self.text)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as printed."""

    office: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The minutes as a sheet. `missing`: what is still to be signed, empty once published."""

    meeting: str
    place: str
    title: str
    number: int
    is_published: bool
    published_at: datetime | None
    parts: list[Part]
    signed: list[Signed]
    lines_to_sign: list[str]
    addenda: list[tuple[int, datetime, str, str]]
    may_work: bool
    address: str


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """There is nothing to read yet. `may_draft`: the reader may have the minutes drafted now."""

    meeting: str
    words: str
    may_draft: bool


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The minutes in the hands of those who write and sign them."""

    sheet: SheetPage
    missing: list[str]
    may_edit: bool
    may_sign: bool
    has_signed: bool
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class EditPage:
    """One section in the editor. `theirs`: what stands now, when somebody else was quicker."""

    meeting: str
    part: Part
    seen: int
    theirs: str | None
    form: Form[Any]


@dataclass(slots=True)
class Reader:
    """Puts the facts of one version into words."""

    lang: str
    facts: Facts
    texts: dict[str, str]
    names: Names = field(default_factory=dict)

    def part(self, key: str) -> Part:
        """One section. Raises KeyError for a question that is not in the facts."""
        pairs: list[tuple[str, str]] = []
        lines: list[str] = []
        links: list[tuple[str, str]] = []
        question: QuestionPart | None = None
        if key.startswith(QUESTION):
            one = next(q for q in self.facts["questions"] if f"{QUESTION}{q['public_id']}" == key)
            title, question = self.both(one, "text"), self._question(one)
        else:
            title = t(self.lang, f"minutes-section-{key}")
        if key == Section.HEAD:
            pairs = self._head()
        elif key == Section.STEPS:
            lines = self._steps()
        elif key == Section.TALK:
            lines = self._talk() + self._handed_in("topic", "point")
        elif key == Section.SPEAKERS:
            lines = self._speakers() + self._handed_in("floor")
        elif key == Section.FLOOR:
            lines = [self._floor(one) for one in self.facts.get("floor", [])]
        elif key == Section.MOTIONS:
            lines = [self._motion(one) for one in self.facts.get("motions", [])]
        elif key == Section.DEMANDS:
            lines = [self._batch(one) for one in self.facts.get("demands", [])]
        elif key == Section.PROMISES:
            links, lines = self._promises(), [self._plan(one) for one in self.facts.get("plan", [])]
        return Part(key, title, pairs, lines, links, question, self.texts.get(key, ""), key in TOLD)

    def both(self, facts: Facts, name: str) -> str:
        """A name the district wrote in both languages."""
        return str((facts.get(f"{name}_en") if self.lang == "en" else "") or facts.get(f"{name}_zh") or "")

    def who(self, person_id: int) -> str:
        return self.names.get(person_id, t(self.lang, "minutes-somebody"))

    def _head(self) -> list[tuple[str, str]]:
        head = self.facts["head"]
        began, ended = head["started_at"] or head["starts_at"], head["ended_at"]
        when = daytime_text(self.lang, datetime.fromisoformat(began))
        if ended:
            when = t(self.lang, "minutes-from-to", begin=when, end=time_text(datetime.fromisoformat(ended)))
        came = head["came"]
        ways = [t(self.lang, f"minutes-came-{way}", n=n) for way, n in came.items()]
        present = t(self.lang, "minutes-present", n=sum(came.values()), entitled=head["entitled"])
        where = t(self.lang, "minutes-comma").join(x for x in (self.both(head, "place"), head["venue"]) if x)
        pairs = [
            (t(self.lang, "minutes-when"), when),
            (t(self.lang, "minutes-where"), where),
            (t(self.lang, "minutes-kind"), self.both(head, "kind") or t(self.lang, f"meetings-mode-{head['mode']}")),
            (t(self.lang, "minutes-came"), t(self.lang, "minutes-comma").join([present, *ways])),
        ]
        if head.get("sitting_in"):
            guests = t(self.lang, "minutes-comma").join(self.who(one["person"]) for one in head["sitting_in"])
            pairs.append((t(self.lang, "minutes-sitting-in"), guests))
        if head.get("council"):
            pairs += self._council(head["council"])
        if head.get("order"):
            words = {"version": head["order"], "n": head["accepted"]}
            pairs.append((t(self.lang, "minutes-order"), t(self.lang, "minutes-order-accepted", **words)))
        for office in ("chair", "recorder", "teller", "witness"):
            held = [self.who(one["person"]) for one in head["offices"] if one["office"] == office]
            if held:
                pairs.append((t(self.lang, f"meetings-office-{office}"), t(self.lang, "minutes-comma").join(held)))
        return pairs

    def _council(self, council: Facts) -> list[tuple[str, str]]:
        """The two quorums, then again for each matter from which somebody had stepped back."""
        found = []
        for one in (council, *council["matters"]):
            label = t(self.lang, "minutes-council")
            if one.get("matter"):
                label = t(self.lang, "minutes-council-matter", number=one["matter"])
            found += [(label, self._quorum(f"councils-count-{name}", one[name])) for name in ("seven", "all")]
        return found

    def _quorum(self, key: str, count: Facts) -> str:
        one = Count(**count)
        words = t(self.lang, "councils-count-there" if one.is_there else "councils-count-missed")
        told = t(self.lang, key, came=one.present, of=one.entitled, needed=one.needed)
        return t(self.lang, "minutes-comma").join([told, words])

    def _steps(self) -> list[str]:
        lines = []
        for step in self.facts["steps"]:
            title = self.both(step, "title")
            if step["matter"]:
                title = t(
                    self.lang, "minutes-step-matter", title=title, matter=step["matter_title"], number=step["matter"]
                )
            if step["began"] and step["ended"]:
                ends = [time_text(datetime.fromisoformat(step[name])) for name in ("began", "ended")]
                title = t(self.lang, "minutes-step-time", begin=ends[0], end=ends[1], title=title)
            lines.append(title)
        return lines

    def _talk(self) -> list[str]:
        lines = []
        for group in self.facts["groups"]:
            head = {"label": label_in(group["label"], self.lang), "topic": group["topic"], "n": group["people"]}
            lines.append(t(self.lang, "minutes-group", who=self.who(group["convener"]), **head))
            lines += group["note"].splitlines()
            lines += [t(self.lang, f"minutes-point-{point['stance']}", text=point["text"]) for point in group["points"]]
        for one in self.facts.get("merges", []):
            words = {"topic": one["topic"], "into": one["into"]}
            lines.append(t(self.lang, f"minutes-merge-{one['state']}", **words))
        if self.facts["topics"]:
            lines.append(t(self.lang, "minutes-topics", text=t(self.lang, "minutes-comma").join(self.facts["topics"])))
        return lines

    def _speakers(self) -> list[str]:
        return [
            t(
                self.lang,
                f"minutes-speaker-{one['stance']}",
                who=self.who(one["person"]),
                item=self.both(one, "item"),
                minutes=one["seconds"] // 60,
                seconds=one["seconds"] % 60,
            )
            for one in self.facts["speakers"]
        ]

    def _handed_in(self, *kinds: str) -> list[str]:
        """What the desk handed in for somebody; facts of before know nothing of it."""
        return [
            t(
                self.lang,
                f"minutes-handed-in-{one['kind']}",
                who=self.who(one["person"]),
                by=self.who(one["by"]),
                text=one["text"],
            )
            for one in self.facts.get("handed_in", [])
            if one["kind"] in kinds
        ]

    def _floor(self, one: Facts) -> str:
        """A note, or a point of order with its ruling."""
        if one["kind"] == "note":
            said = {"item": self.both(one, "item"), "text": one["text"]}
            if struck := str(one.get("struck", "")):  # facts of before know no striking
                return t(self.lang, "minutes-floor-struck", reason=struck, **said)
            return t(self.lang, "minutes-floor-note", **said)
        verdict = "waits" if one["is_upheld"] is None else "upheld" if one["is_upheld"] else "not-upheld"
        verdict = verdict if one["text"] else "own"
        words = {"who": self.who(one["person"]), "text": one["text"], "ruling": one["ruling"]}
        return t(self.lang, f"minutes-floor-{verdict}", item=self.both(one, "item"), **words)

    def _motion(self, one: Facts) -> str:
        words = {"who": self.who(one["person"]), "group": one["group"], "text": self.both(one, "text")}
        return t(self.lang, f"minutes-motion-{one['state']}", **words)

    def _plan(self, one: Facts) -> str:
        """A line of the plan that is no promise of its own: those stand with their link."""
        due = day_text(self.lang, datetime.fromisoformat(one["due"]))
        words = {"text": one["text"], "who": self.who(one["person"]), "due": due, "proof": one["proof"]}
        return t(self.lang, "minutes-plan-kept" if one["is_kept"] else "minutes-plan", **words)

    def _batch(self, batch: Facts) -> str:
        numbers = {name: str(batch[name]) for name in ("batch", "issued", "returned", "spoiled", "unreturned", "note")}
        key = "minutes-batch-hands" if batch["channel"] == "hands" else "minutes-batch"
        return t(self.lang, key, **numbers)

    def _promises(self) -> list[tuple[str, str]]:
        found = []
        for question in self.facts["questions"]:
            promise = question["promise"]
            if promise is None or question["state"] == QuestionState.VOIDED:
                continue
            due = day_text(self.lang, date.fromisoformat(promise["due"])) if promise["due"] else ""
            what = self.both(promise, "what")
            key = "minutes-promise" if due else "minutes-promise-open"
            found.append((t(self.lang, key, who=promise["who"], what=what, due=due), promise["link"]))
        return found

    def _question(self, one: Facts) -> QuestionPart:
        lang, result = self.lang, one["result"]
        outcome = Outcome.from_data(result) if result else None
        rule, words = RuleSpec.from_data(one["rule"]), options_in(lang, one.get("options", []))
        rows: list[Row] = []
        if outcome is not None:
            rows = option_rows(lang, outcome, words) if outcome.tally else bar_rows(lang, outcome)
        if one["state"] == QuestionState.VOIDED:
            verdict = t(lang, "minutes-verdict-voided", reason=one["void_reason"])
        elif outcome is None:
            verdict = t(lang, "minutes-verdict-none")
        else:
            verdict = verdict_word(lang, outcome.verdict, rule.form.way)
        turnout = [(t(lang, "questions-turnout-entitled"), t(lang, "questions-people", n=one["entitled"]))]
        if outcome is not None:
            for name, n in (("present", outcome.turnout.present), ("cast", outcome.turnout.cast)):
                turnout.append((t(lang, f"questions-turnout-{name}"), t(lang, "questions-people", n=n)))
        for channel, n in one["by_channel"].items():
            turnout.append((t(lang, f"questions-way-{channel}"), t(lang, "questions-people", n=n)))
        point = one.get("checkpoint")
        record = [(t(lang, "minutes-record-entries"), str(one["chain_entries"]))]
        if point:
            at = daytime_text(lang, datetime.fromisoformat(point["at"]))
            record.append((t(lang, "minutes-checkpoint", n=point["size"], at=at), grouped(point["root"])))
        else:
            record.append((t(lang, "minutes-record-head"), grouped(one["chain_head"])))
        return QuestionPart(
            one["public_id"],
            verdict,
            rows,
            [step_words(lang, step, words) for step in outcome.steps] if outcome else [],
            turnout,
            record,
            is_among=outcome is not None and bool(outcome.tally),
        )


def grouped(hash_hex: str) -> str:
    """A hash in groups of eight, so that two people can compare it aloud."""
    return " ".join(hash_hex[n : n + 8] for n in range(0, len(hash_hex), 8))


def people_in(facts: Facts) -> set[int]:
    """Everybody these facts name."""
    more = [one for name in ("floor", "motions", "plan") for one in facts.get(name, [])]
    head = facts["head"]
    found = {one["person"] for one in (*head["offices"], *head.get("sitting_in", []), *facts["speakers"], *more)}
    desk = {one[name] for one in facts.get("handed_in", []) for name in ("person", "by")}
    return found | desk | {group["convener"] for group in facts["groups"]}
