"""What must hold in a district's database at every moment, looked up and said in words. Reads only.

    examine(settings) -> [Finding]      one for each invariant, with how much was looked at and what is wrong

I: votes. M: matters. O: oversight, mediation. C: councils. P: the platform. S: procedures, rolls. A fault names a row.
"""

from dataclasses import dataclass

import structlog

from linyue.base.settings import Settings
from linyue.upkeep.doctor_check import Check
from linyue.upkeep.doctor_councils import COUNCILS
from linyue.upkeep.doctor_matters import MATTERS
from linyue.upkeep.doctor_oversight import OVERSIGHT
from linyue.upkeep.doctor_platform import PLATFORM
from linyue.upkeep.doctor_procedures import PROCEDURES
from linyue.upkeep.doctor_results import RESULTS
from linyue.upkeep.doctor_secret import SECRET
from linyue.upkeep.doctor_votes import VOTES

log = structlog.get_logger()
SHOWN_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: its name, its sentence, how many rows were looked at, and what breaks it."""

    name: str
    sentence: str
    looked_at: int
    faults: list[str]


CHECKS: list[tuple[str, str, Check]] = [
    *sorted([*VOTES, *RESULTS, *SECRET], key=lambda check: int(check[0][1:])),
    *MATTERS,
    *OVERSIGHT,
    *COUNCILS,
    *PLATFORM,
    *PROCEDURES,
]


async def examine(settings: Settings) -> list[Finding]:
    """Every invariant, in order. The database must be open; nothing is changed.

    A check that fails on what it finds is a fault of its invariant: the others are looked up all the same.
    """
    return [await _looked_up(settings, name, sentence, check) for name, sentence, check in CHECKS]


async def _looked_up(settings: Settings, name: str, sentence: str, check: Check) -> Finding:
    try:
        return Finding(name, sentence, *await check(settings))
    except Exception as error:  # rows that no version of Linyue writes can trip a check anywhere
        log.debug("doctor.check_failed", invariant=name, exc_info=True)
        said = f"{type(error).__name__}: {error}".strip(": ")
        return Finding(name, sentence, 0, [f"could not be looked up: the rows are not in their form ({said})"])


def report(findings: list[Finding]) -> str:
    """The findings as lines of text; faults below their invariant, a long list cut with its length."""
    lines = []
    for one in findings:
        mark = "ok " if not one.faults else "BAD"
        lines.append(f"{mark} {one.name:4} {one.sentence} ({one.looked_at} looked at)")
        lines += [f"         {fault}" for fault in one.faults[:SHOWN_AT_MOST]]
        if len(one.faults) > SHOWN_AT_MOST:
            lines.append(f"         … and {len(one.faults) - SHOWN_AT_MOST} more")
    bad = sum(1 for one in findings if one.faults)
    lines.append(f"doctor: {len(findings)} invariants, {bad} broken" if bad else f"doctor: all {len(findings)} hold")
    return "\n".join(lines)
