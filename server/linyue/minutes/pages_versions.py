"""What the pages of versions show: the list, and one version beside another as lines."""

from dataclasses import dataclass
from datetime import datetime

from linyue.minutes.pages import Part


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list."""

    number: int
    who: str
    at: datetime
    what: str
    signed: int


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """Every version, the newest first."""

    meeting: str
    title: str
    versions: list[VersionLine]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed from one version to another, section by section: (title, [(same | gone | new, line)])."""

    meeting: str
    before: int
    after: int
    others: list[int]
    changes: list[tuple[str, list[tuple[str, str]]]]


def plain_lines(part: Part) -> list[str]:
    """A section as lines, for comparing two versions."""
    lines = [f"{name} {value}" for name, value in part.pairs] + part.shown_lines + [text for text, _ in part.links]
    if part.question is not None:
        asked = part.question
        lines.append(asked.verdict)
        lines += [f"{word} {number} {share}".strip() for _, word, number, share in asked.rows]
        lines += [f"{sentence} {total}".strip() for sentence, total in asked.sums]
        lines += [f"{name} {value}" for name, value in (*asked.turnout, *asked.record)]
    return lines + part.text.splitlines()
