"""What a district lays down for handling: the usual days where the catalogue gives no time, and what home decides.

No tables, no clock. A limit that the catalogue gives an item goes before any of these. The figures that hold while a
district has changed nothing: five working days follow the usual hotline practice, one is for sorting and for telling a
resident where to go, three for a council's answer, fifteen let a council meet once.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linyue.centres.rules import Way

DAYS = {
    "triage_days": (1, 10),
    "centre_days": (1, 60),
    "own_desk_days": (1, 60),
    "answer_days": (1, 15),
    "council_days": (1, 60),
    "tell_days": (1, 10),
    "rating_days": (1, 30),
    "silent_days": (1, 10),
    "escalate_days": (1, 10),
    "pause_answer_days": (1, 30),
    "pause_papers_days": (1, 30),
    "pause_access_days": (1, 30),
    "pause_appraisal_days": (1, 120),
    "pause_weather_days": (1, 15),
    "extend_days": (1, 90),
    "nudge_days": (1, 15),
}
"""Least and most of each number, in working days."""
CALENDAR_DAYS = frozenset({"extend_days", "nudge_days"})
"""Those that count every day."""
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
USUALLY_HOME_BOUND = frozenset({"civil_affairs", "disability", "veterans", "housing"})
"""Subject fields whose matters the home sub-district decides, wherever they are handed in: relief and allowances go by
the household's registration (Interim Measures for Social Assistance, arts 11 and 13)."""


class HandlingRefusal(StrEnum):
    """Why a district cannot lay this down; the value is the translation key."""

    OUT_OF_RANGE = "centres-refused-days-out-of-range"
    NO_MONTH = "centres-refused-baseline"
    FUTURE_MONTH = "centres-refused-baseline-future"
    NO_FIELD = "centres-refused-no-such-field"
    SAME = "centres-refused-handling-same"
    CHANGED = "centres-refused-handling-changed"


@dataclass(frozen=True)
class HandlingRules:
    """The rules in force; every number is working days, but for those of CALENDAR_DAYS."""

    triage_days: int = 1
    """The community's desk sorts a report, or what came back to it."""
    centre_days: int = 5
    own_desk_days: int = 5
    answer_days: int = 3
    """A council says whether it takes a matter on."""
    council_days: int = 15
    """It then has this long for the work."""
    tell_days: int = 1
    """A referral or a refusal owes the resident an answer."""
    rating_days: int = 5
    """Whoever reported it may rate it; then it closes by itself."""
    silent_days: int = 2
    """A centre or desk takes a matter on; after that it is called silent, which is not yet late."""
    escalate_days: int = 2
    """After the due time: then the supervisor is told."""
    pause_answer_days: int = 10
    """After so many days a pause for this reason ends by itself, so that nothing sleeps for ever."""
    pause_papers_days: int = 10
    pause_access_days: int = 10
    pause_appraisal_days: int = 30
    pause_weather_days: int = 5
    extend_days: int = 30
    """Calendar days that all extensions of one handling may add together."""
    nudge_days: int = 3
    """Calendar days between a report and its reporter's first asking how it goes, and between two of them."""
    baseline: str = ""
    """The month such as 2026-05 that the load board compares with; empty: the first one with a matter."""
    home_bound: frozenset[str] = USUALLY_HOME_BOUND
    """Subject fields of the catalogue."""

    @property
    def usual(self) -> Mapping[Way, int]:
        """Days by way, where the item gives none."""
        return {
            Way.COUNCIL: self.council_days,
            Way.CENTRE: self.centre_days,
            Way.OWN_DESK: self.own_desk_days,
            Way.REFERRAL: self.tell_days,
            Way.REFUSAL: self.tell_days,
        }

    def pause_days(self, reason: str) -> int:
        """How long a clock may stand still for a reason, by the reason's value."""
        days: int = getattr(self, f"pause_{reason}_days")
        return days

    def is_home_bound(self, fields: Collection[str]) -> bool:
        """Whether an item with these subject fields is passed on to the home sub-district's centre (收受分离)."""
        return bool(self.home_bound & set(fields))


USUAL = HandlingRules()


def refuse_handling(
    wanted: HandlingRules, known: Collection[str], this_month: str
) -> tuple[HandlingRefusal, str] | None:
    """Why these rules cannot hold, and the field that is wrong; None when they can.

    `known`: the catalogue's fields. `this_month`: as 2026-05; a later one has nothing to compare with.
    """
    for name, (least, most) in DAYS.items():
        if not least <= getattr(wanted, name) <= most:
            return HandlingRefusal.OUT_OF_RANGE, name
    if wanted.baseline and not MONTH.fullmatch(wanted.baseline):
        return HandlingRefusal.NO_MONTH, "baseline"
    if wanted.baseline > this_month:
        return HandlingRefusal.FUTURE_MONTH, "baseline"
    return None if wanted.home_bound <= set(known) else (HandlingRefusal.NO_FIELD, "home_bound")
