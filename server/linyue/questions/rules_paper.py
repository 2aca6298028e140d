"""Paper and hands: two independent entries that must agree, and an account of every sheet.

Decides only, over figures as they were keyed.
"""

import re
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from linyue.questions.rules import System
from linyue.questions.rules_ways import Way

NOTE_LIMIT = 200
MOST = 100_000
SHEETS = ("issued", "returned", "spoiled", "unreturned")


class BatchForm(StrEnum):
    """How sheets are counted: each bound to a number of the roll, or totals only."""

    REGISTER = "register"
    COUNTING = "counting"


class BatchState(StrEnum):
    """Where a batch stands. Posted or set aside is the end."""

    KEYING = "keying"
    DIFFERS = "differs"
    AGREED = "agreed"
    POSTED = "posted"
    DROPPED = "dropped"


class PaperRefusal(StrEnum):
    """Why a batch is not taken further."""

    BATCH_DONE = "questions-refused-batch-done"
    SAME_TELLER = "questions-refused-same-teller"
    KEYED_ALREADY = "questions-refused-keyed-already"
    NOT_AGREED = "questions-refused-not-agreed"
    NO_NOTE = "questions-refused-no-note"
    NOTE_LONG = "questions-refused-note-long"
    BAD_FIGURE = "questions-refused-bad-figure"
    SUM_RETURNED = "questions-refused-sum-returned"
    SHEETS_NOTE = "questions-refused-sheets-note"
    MORE_THAN_ROLL = "questions-refused-more-than-roll"
    HANDS_MORE = "questions-refused-hands-more"
    HANDS_ONCE = "questions-refused-hands-once"
    BAD_LINE = "questions-refused-bad-line"
    DOUBLE_LINE = "questions-refused-double-line"
    BAD_SHEET = "questions-ways-refused-sheet"
    BAD_PILE = "questions-refused-bad-pile"
    NO_NUMBER = "questions-refused-no-number"
    FORM_NOT_ALLOWED = "questions-refused-form-not-allowed"
    POSTED_BEFORE = "questions-refused-posted-before"
    NOTHING_KEYED = "questions-refused-nothing-keyed"


def forms_of(system: System, kind: str, way: Way = Way.FOR_AGAINST) -> tuple[BatchForm, ...]:
    """The forms a question's paper may have; the first is the usual one.

    A named vote is bound to the roll sheet by sheet. A secret one must not be. Totals for a named vote only where the
    vote binds nobody.
    """
    if kind == "secret":
        return (BatchForm.COUNTING,)
    is_free = system is System.DELIBERATION and way is not Way.ROLL_CALL
    return (BatchForm.REGISTER, BatchForm.COUNTING) if is_free else (BatchForm.REGISTER,)


@dataclass(frozen=True, slots=True)
class Figures:
    """One entry of a batch. `lines`: number on the roll to choice, for the register form only.

    Once the box of a secret vote is opened, `counts` is empty: the sheets lie with the opened ballots.
    """

    issued: int
    returned: int
    spoiled: int
    unreturned: int
    counts: Mapping[str, int]
    lines: Mapping[int, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Plain values as stored."""
        return {
            **{name: getattr(self, name) for name in SHEETS},
            "counts": dict(self.counts),
            "lines": {str(number): choice for number, choice in self.lines.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Figures":
        """The entry as stored."""
        return cls(
            issued=int(data["issued"]),
            returned=int(data["returned"]),
            spoiled=int(data["spoiled"]),
            unreturned=int(data["unreturned"]),
            counts=dict(data["counts"]),
            lines={int(number): choice for number, choice in data["lines"].items()},
        )

    @property
    def in_box(self) -> int:
        """Valid sheets that are counted with the opened ballots of a secret vote."""
        return self.returned - sum(self.counts.values())

    def without_counts(self) -> "Figures":
        """The account of the sheets alone."""
        return replace(self, counts={}, lines={})

    @property
    def adds_up(self) -> bool:
        """Every sheet handed out came back valid, came back spoiled, or did not come back."""
        return self.issued == self.returned + self.spoiled + self.unreturned


def counted(counts: Mapping[str, int], issued: int, spoiled: int, unreturned: int) -> Figures:
    """An entry of the counting form: valid sheets are the sum of the options."""
    return Figures(issued, sum(counts.values()), spoiled, unreturned, dict(counts))


def listed(lines: Mapping[int, str], options: Sequence[str], issued: int, spoiled: int, unreturned: int) -> Figures:
    """An entry of the register form: one line a valid sheet; a spoiled sheet may have been replaced by another."""
    found = [*options, *sorted(set(lines.values()) - set(options))]
    counts = {option: sum(choice == option for choice in lines.values()) for option in found}
    return Figures(issued, sum(counts.values()), spoiled, unreturned, counts, dict(lines))


def refuse_figures(figures: Figures, options: Collection[str], ballots: Container[str] = ()) -> PaperRefusal | None:
    """Figures are whole numbers of sheets, every option is named, and the options sum up to the valid sheets.

    `ballots`: texts that may be counted besides `options`, where people choose among options.
    """
    numbers = [*(getattr(figures, name) for name in SHEETS), *figures.counts.values()]
    others = set(figures.counts) - set(options)
    is_named = set(options) <= set(figures.counts) and all(choice in ballots for choice in others)
    if any(not 0 <= number <= MOST for number in numbers) or not is_named:
        return PaperRefusal.BAD_FIGURE
    if sum(figures.counts.values()) != figures.returned:
        return PaperRefusal.SUM_RETURNED
    if any(choice not in options and choice not in ballots for choice in figures.lines.values()):
        return PaperRefusal.BAD_LINE
    return None


def differences(one: Figures, other: Figures) -> list[str]:
    """Names of the lines that differ, never their figures: "issued", an option, or a number of the roll."""
    lines = [str(n) for n in sorted({*one.lines, *other.lines}) if one.lines.get(n) != other.lines.get(n)]
    sheets = [name for name in SHEETS if getattr(one, name) != getattr(other, name)]
    named = [*one.counts, *(key for key in other.counts if key not in one.counts)]
    options = [key for key in named if one.counts.get(key, 0) != other.counts.get(key, 0)]
    return [*sheets, *options, *lines]


def refuse_entry(state: BatchState, keyed_by: Sequence[int], teller_id: int, note: str) -> PaperRefusal | None:
    """The first two entries come from two people; a third settles a difference and says why."""
    if len(note) > NOTE_LIMIT:
        return PaperRefusal.NOTE_LONG
    if state is BatchState.DIFFERS:
        return None if note.strip() else PaperRefusal.NO_NOTE
    if state is not BatchState.KEYING:
        return (
            PaperRefusal.BATCH_DONE if state in (BatchState.POSTED, BatchState.DROPPED) else PaperRefusal.KEYED_ALREADY
        )
    return PaperRefusal.SAME_TELLER if teller_id in keyed_by else None


def refuse_post(state: BatchState, figures: Figures, people: int, before: int, note: str) -> PaperRefusal | None:
    """`people`: rows of the roll that vote this way; `before`: their ballots in batches posted earlier."""
    if state is not BatchState.AGREED:
        return PaperRefusal.NOT_AGREED if state in (BatchState.KEYING, BatchState.DIFFERS) else PaperRefusal.BATCH_DONE
    if before + figures.returned > people:
        return PaperRefusal.MORE_THAN_ROLL
    return None if figures.adds_up or note.strip() else PaperRefusal.SHEETS_NOTE


class BadPile(ValueError):
    """A pile that cannot be read: the pile's name, and the word or the number that is wrong."""

    def __init__(self, pile: str, word: str, *, is_double: bool = False) -> None:
        super().__init__(word)
        self.pile = pile
        self.word = word
        self.is_double = is_double


def parse_sheets(text: str, ballots: Container[str]) -> dict[str, list[int]]:
    """Sheets among options, a line for each different ballot: its numbers first, then what stands on it.

    "3 5 17 b>a=d" becomes {"b>a=d": [3, 5, 17]}; what the numbers are, numbers of the roll or how many sheets, is the
    caller's. Full-width signs and capitals are read as plain ones, "弃权" and "-" as an abstention. Raises BadPile.
    """
    found: dict[str, list[int]] = {}
    for line in text.translate(_SIGNS).lower().splitlines():
        words = [word for word in re.split(r"[\s,，、;；]+", line.strip()) if word]
        if not words:
            continue
        ballot = _ABSTAINS.get(words[-1], words[-1])
        bad = next((word for word in words[:-1] if not (word.isascii() and word.isdigit() and len(word) < 8)), "")
        if bad or len(words) < 2 or ballot not in ballots:
            raise BadPile("sheets", (bad or words[-1])[:20])
        if ballot in found:
            raise BadPile("sheets", ballot, is_double=True)
        found[ballot] = [int(word) for word in words[:-1]]
    return found


_SIGNS = str.maketrans("＋＞＝：", "+>=:")
_ABSTAINS = {"弃权": "abstain", "-": "abstain"}


def parse_piles(piles: Mapping[str, str]) -> dict[int, str]:
    """Sheets sorted into piles and keyed by their numbers: {"for": "3, 5 17"} becomes {3: "for", 5: "for", …}.

    Raises BadPile for a word that is no number and for a number that lies in two places.
    """
    found: dict[int, str] = {}
    for pile, text in piles.items():
        for word in re.split(r"[\s,，、;；]+", text.strip()):
            if not word:
                continue
            if not (word.isascii() and word.isdigit() and len(word) < 8):
                raise BadPile(pile, word[:20])
            if int(word) in found:
                raise BadPile(pile, word, is_double=True)
            found[int(word)] = pile
    return found
