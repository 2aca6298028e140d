"""What the pages of a secret vote show beyond those of a named one, as values."""

from dataclasses import dataclass

from linyue.base.i18n import t
from linyue.questions.model import Question
from linyue.questions.pages_choice import choice_words
from linyue.questions.rules_secret import LEAST_BOX, LEAST_ROLL, BoxNote, Slip

PROMISES = ("nobody", "change", "once", "code", "papers", "few")
LIMITS = ("operator", "coercion", "phone", "papers", "unanimous")


@dataclass(frozen=True, slots=True)
class BoxPart:
    """The secret side of a ballot and its receipt. `key` and `label` seal; `holder` names the voter to their device.

    `code` is set only where the server seals: made for one send, shown before it, not kept.
    """

    key: str
    label: str
    holder: str
    has_voted: bool
    promises: list[str]
    limits: list[str]
    code: str = ""


@dataclass(frozen=True, slots=True)
class CodesPart:
    """What came out of a box: things to be said of it, and code with choice of every ballot."""

    public_id: str
    holder: str
    lines: list[str]
    codes: list[tuple[str, str]]


def box_part(lang: str, *, key: str, label: str, has_voted: bool, code: str = "") -> BoxPart:
    """The secret side of a ballot in the reader's language."""
    numbers = {"roll": LEAST_ROLL, "box": LEAST_BOX}
    return BoxPart(
        key=key,
        label=label,
        holder=holder_of(label),
        has_voted=has_voted,
        promises=[t(lang, f"questions-secret-promise-{name}", **numbers) for name in PROMISES],
        limits=[t(lang, f"questions-secret-limit-{name}") for name in LIMITS],
        code=code,
    )


def holder_of(commitment: str) -> str:
    """A short name for one row of the roll, by which a device tells two voters apart: the end of their commitment.

    A seal's label ends with the commitment, and does as well.
    """
    return commitment[-16:]


def codes_part(lang: str, question: Question, codes: list[Slip], on_paper: int, holder: str) -> CodesPart:
    """The opened box in the reader's language. `on_paper`: how many of its ballots came as sheets."""
    lines = []
    if len({slip.choice for slip in codes}) == 1:
        lines.append(t(lang, "questions-secret-unanimous"))
    if on_paper:
        lines.append(t(lang, "questions-secret-with-papers", n=on_paper))
    lines.append(t(lang, "questions-secret-no-names"))
    shown = [(in_fours(slip.code), choice_words(lang, question, slip.choice)) for slip in codes]
    return CodesPart(question.public_id, holder, lines, shown)


def in_fours(code: str) -> str:
    """As it is read out: ABCD 1234."""
    return f"{code[:4]} {code[4:]}"


def notice_lines(lang: str, question: Question) -> list[str]:
    """Why a closed secret vote has no result yet, or never will."""
    key = {
        BoxNote.TOO_FEW: "questions-secret-too-few",
        BoxNote.KEY_LOST: "questions-secret-key-lost",
        BoxNote.NOT_WHOLE: "questions-secret-not-whole",
    }.get(BoxNote(question.box_note), "questions-secret-opening")
    return [t(lang, key, n=LEAST_BOX)]
