"""What the checks of one bundle learn and hand on to later ones."""

from dataclasses import dataclass, field
from typing import Any

from linyue_verify.forms import Checkpoint
from linyue_verify.report import need
from linyue_verify.ways import AYES, is_ballot

CHANNELS = {"online", "proxy", "paper", "hands", "door", "telephone", "desk"}
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Counted:
    """A voter's ballot that counts so far."""

    revision: int
    choice: str
    channel: str
    seq: int


@dataclass(slots=True)
class Case:
    """The files, what was read from them, and what the asker holds."""

    files: dict[str, bytes]
    receipt: str = ""
    given: list[bytes] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    counted: dict[str, Counted] = field(default_factory=dict)
    ends: dict[int, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    """Choice of each paper sheet that is bound to a mark on the roll."""
    told: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Sentences of proved checks that say more than the usual one."""

    @property
    def is_secret(self) -> bool:
        return bool(self.manifest["kind"] == "secret")

    @property
    def offered(self) -> set[str]:
        """Ways of voting that were offered; all of them where the manifest names none."""
        return set(self.manifest.get("channels", CHANNELS))

    @property
    def kinds(self) -> list[str]:
        """Kind of each entry."""
        return [entry["kind"] for entry in self.entries]

    @property
    def choices(self) -> list[str]:
        choices: list[str] = self.manifest["rule"]["choices"]
        return choices

    @property
    def rule(self) -> dict[str, Any]:
        rule: dict[str, Any] = self.manifest["rule"]
        return rule

    @property
    def listed(self) -> list[str]:
        """Ballots that every result names, voted or not."""
        return self.choices if self.rule["way"] in AYES else ["abstain"]

    def takes(self, choice: Any) -> bool:
        """Whether this is the text of a ballot."""
        return is_ballot(self.rule, choice)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Data of every entry of a kind, in order."""
        return [entry["data"] for entry in self.entries if entry["kind"] == kind]

    def one(self, kind: str) -> dict[str, Any] | None:
        """Data of the only entry of a kind, if there is one."""
        return next(iter(self.of(kind)), None)

    def facts(self) -> dict[str, str]:
        """What the bundle is about, for people."""
        last = self.checkpoints[-1] if self.checkpoints else None
        result = self.one("RESULT") or {}
        return {
            "text_zh": str(self.manifest["text_zh"]),
            "text_en": str(self.manifest["text_en"]),
            "question": str(self.manifest["question"]),
            "entries": str(len(self.entries)),
            "origin": last.origin if last else "",
            "checkpoint": last.short if last else "",
            "key": last.key if last else "",
            "outcome": str(result.get("verdict", "")),
        }


def number(value: Any, what: str = "number") -> int:
    """An integer of at least 0; Wrong for anything else."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    need(is_number, f"{what} 不是数目", f"{what} is not a number of things")
    return int(value)


def code_of(digest: str) -> str:
    """The receipt code of an entry's hash: 40 bits, five a letter."""
    bits = int(digest[:10], 16)
    return "".join(LETTERS[bits >> shift & 31] for shift in range(35, -5, -5))


def typed(code: str) -> str:
    """A code as somebody typed it, in the letters codes are made of."""
    plain = code.upper().replace(" ", "").replace("-", "")
    return plain.translate(str.maketrans("OIL", "011"))
