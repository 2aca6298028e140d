"""A by-election to a council's vacant seat: when it opens, who stands, who is elected. No tables, no clock."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from linyue.procedures.rules import ProcedureState

TEMPLATE = "by-election"
STAND_STAGES = ("vacancy", "nominate")
"""Stages of the template in which neighbours put themselves forward; after them the list stands."""
WORDS_AT_MOST = 300


class ByElectionRefusal(StrEnum):
    """Why a by-election is not opened, or nobody can stand; the value is the translation key."""

    NO_SUCH_SEAT = "procedures-election-refused-no-such-seat"
    SEAT_HELD = "procedures-election-refused-seat-held"
    RUNS_ALREADY = "procedures-election-refused-runs-already"
    NOT_STANDING_NOW = "procedures-election-refused-not-standing-now"
    NOT_ON_ROLL = "procedures-election-refused-not-on-roll"
    IS_MEMBER = "procedures-election-refused-is-member"
    STANDS_ALREADY = "procedures-election-refused-stands-already"
    NOT_STANDING = "procedures-election-refused-not-standing"
    NO_WORDS = "procedures-election-refused-no-words"


def refuse_opening(number: int, seats: int, is_held: bool, is_running: bool) -> ByElectionRefusal | None:
    """A by-election is held for one vacant seat of the council, one at a time."""
    if not 1 <= number <= seats:
        return ByElectionRefusal.NO_SUCH_SEAT
    if is_held:
        return ByElectionRefusal.SEAT_HELD
    return ByElectionRefusal.RUNS_ALREADY if is_running else None


def refuse_candidate(
    state: ProcedureState, stage: str, words: str, is_on_roll: bool, is_member: bool, stands: bool
) -> ByElectionRefusal | None:
    """Who may stand: somebody with a voice at the place and no standing seat, until the list is posted."""
    if state is not ProcedureState.RUNNING or stage not in STAND_STAGES:
        return ByElectionRefusal.NOT_STANDING_NOW
    if not is_on_roll:
        return ByElectionRefusal.NOT_ON_ROLL
    if is_member:
        return ByElectionRefusal.IS_MEMBER
    if stands:
        return ByElectionRefusal.STANDS_ALREADY
    return ByElectionRefusal.NO_WORDS if not words.strip() or len(words) > WORDS_AT_MOST else None


def elected(candidates: Mapping[int, str], chosen: Sequence[str], is_passed: bool) -> int | None:
    """The person who is elected; `candidates`: person id -> chosen name, `chosen`: names the vote picked, or none.

    A vote among names elects the one that is picked; a vote for and against elects the only candidate when it passed.
    Two candidates of one name, or two picked, elect nobody: then people decide, not the program.
    """
    if not is_passed:
        return None
    if not chosen:
        return next(iter(candidates)) if len(candidates) == 1 else None
    found = [person for person, name in candidates.items() if name in chosen]
    return found[0] if len(found) == 1 and len(chosen) == 1 else None
