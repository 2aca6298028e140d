"""A by-election to a council's vacant seat: when it opens, who stands, whom the vote names, who is elected.

No tables, no clock.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from linyue.procedures.rules import ProcedureState

TEMPLATE = "by-election"
STAND_STAGES = ("vacancy", "nominate")
"""Stages of the template in which neighbours put themselves forward; after them the list stands."""
WORDS_AT_MOST = 300
MOST_CANDIDATES = 16
"""As many as one vote has options."""


class NominationState(StrEnum):
    """What became of a nomination; only whoever was put forward answers it."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


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
    LIST_FULL = "procedures-election-refused-list-full"
    NO_SUCH_NEIGHBOUR = "procedures-election-refused-no-such-neighbour"
    TWO_OF_ONE_NAME = "procedures-election-refused-two-of-one-name"
    IS_ONESELF = "procedures-election-refused-is-oneself"
    SITS_ALREADY = "procedures-election-refused-sits-already"
    NOMINATED_ALREADY = "procedures-election-refused-nominated-already"
    NOMINATIONS_USED = "procedures-election-refused-nominations-used"
    NOT_ASKED = "procedures-election-refused-not-asked"


def refuse_opening(number: int, seats: int, is_held: bool, is_running: bool) -> ByElectionRefusal | None:
    """A by-election is held for one vacant seat of the council, one at a time."""
    if not 1 <= number <= seats:
        return ByElectionRefusal.NO_SUCH_SEAT
    if is_held:
        return ByElectionRefusal.SEAT_HELD
    return ByElectionRefusal.RUNS_ALREADY if is_running else None


def refuse_candidate(
    state: ProcedureState,
    stage: str,
    words: str,
    is_on_roll: bool,
    is_member: bool,
    stands: bool,
    standing: int = 0,
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
    if standing >= MOST_CANDIDATES:
        return ByElectionRefusal.LIST_FULL
    return _refuse_words(words)


def _refuse_words(words: str) -> ByElectionRefusal | None:
    return ByElectionRefusal.NO_WORDS if not words.strip() or len(words) > WORDS_AT_MOST else None


def pick_neighbour(found: Sequence[int], nominator: int) -> ByElectionRefusal | None:
    """Whom a chosen name means: exactly one neighbour with a voice here, and not whoever writes it."""
    if not found:
        return ByElectionRefusal.NO_SUCH_NEIGHBOUR
    if len(found) > 1:
        return ByElectionRefusal.TWO_OF_ONE_NAME
    return ByElectionRefusal.IS_ONESELF if found[0] == nominator else None


def refuse_nomination(
    state: ProcedureState,
    stage: str,
    words: str,
    *,
    nominator_on_roll: bool,
    is_member: bool,
    stands: bool,
    is_asked: bool,
    made: int,
    most: int,
) -> ByElectionRefusal | None:
    """Who may put somebody forward, and whom: while candidates are called for, a neighbour who holds no seat.

    `is_member`, `stands`, `is_asked`: of whoever is put forward; `made`: nominations of this neighbour so far, of
    `most` that the district allows in one by-election.
    """
    if state is not ProcedureState.RUNNING or stage not in STAND_STAGES:
        return ByElectionRefusal.NOT_STANDING_NOW
    if not nominator_on_roll:
        return ByElectionRefusal.NOT_ON_ROLL
    if is_member:
        return ByElectionRefusal.SITS_ALREADY
    if stands or is_asked:
        return ByElectionRefusal.NOMINATED_ALREADY
    if made >= most:
        return ByElectionRefusal.NOMINATIONS_USED
    return _refuse_words(words)


def ballot_names(candidates: Sequence[tuple[int, str]]) -> dict[int, str]:
    """How each candidate stands on the ballot: by chosen name, with a number where two have the same one.

    (person id, chosen name) in the order of the list. No two names are alike, whatever people are called.
    """
    plain = [(person, name.replace("|", "/")) for person, name in candidates]  # an option's line has a sign of its own
    seen = Counter(name for _, name in plain)
    names: dict[int, str] = {}
    for number, (person, name) in enumerate(plain, start=1):
        label = f"{name}（{number}）" if seen[name] > 1 else name
        names[person] = label if label not in names.values() else f"{label}（{number}）"
    return names


def elected(candidates: Mapping[int, str], chosen: Sequence[str], is_passed: bool) -> int | None:
    """The person who is elected; `candidates`: person id -> name on the ballot, `chosen`: names the vote picked.

    A vote among names elects the one that is picked; a vote for and against elects the only candidate when it passed.
    Two candidates of one name, or two picked, elect nobody: then people decide, not the program.
    """
    if not is_passed:
        return None
    if not chosen:
        return next(iter(candidates)) if len(candidates) == 1 else None
    found = [person for person, name in candidates.items() if name in chosen]
    return found[0] if len(found) == 1 and len(chosen) == 1 else None
