"""What a check found, and how findings add up to one verdict."""

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How a check, or the whole bundle, came out."""

    PROVED = "proved"
    WRONG = "wrong"
    UNKNOWN = "not provable here"


class Wrong(Exception):
    """The bundle cannot be true. `zh` and `en` say what does not fit."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Unknown(Exception):
    """The bundle neither proves this nor contradicts it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class LeftOut(Exception):
    """The check does not apply to this vote."""


def need(holds: bool, zh: str, en: str) -> None:
    """Raise Wrong unless it holds."""
    if not holds:
        raise Wrong(zh, en)


@dataclass(frozen=True, slots=True)
class Finding:
    """The end of one check: its number, and a sentence in both languages."""

    number: int
    verdict: Verdict
    zh: str
    en: str


@dataclass(slots=True)
class Report:
    """All findings, and what they are about. `facts` is empty when the bundle could not be read that far."""

    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    is_secret: bool = False
    is_void: bool = False

    @property
    def verdict(self) -> Verdict:
        """Wrong if anything is wrong, else not provable here if anything is, else proved."""
        found = {finding.verdict for finding in self.findings}
        if Verdict.WRONG in found or not found:
            return Verdict.WRONG
        return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.PROVED
