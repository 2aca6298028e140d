"""Who came to the council's meetings, by term. The slice of the meetings says which there were and who was there."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linyue.councils.model import Council, Seat, XMember
from linyue.councils.rules_district import Count, count_council
from linyue.councils.service_rules import rules_at


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting of a council that is over: `here` are all people who were there, members or not."""

    public_id: str
    title_zh: str
    title_en: str
    at: datetime
    here: frozenset[int]

    def title_in(self, lang: str) -> str:
        """The title in the reader's language, Chinese where there is no other."""
        return self.title_en if lang == "en" and self.title_en else self.title_zh


@dataclass(frozen=True, slots=True)
class Attended:
    """To how many of the meetings of a term somebody came."""

    came: int
    of: int


@dataclass(frozen=True, slots=True)
class SittingCount:
    """One meeting with its two quorums, as the council was at the time."""

    sitting: Sitting
    seven: Count
    all: Count


Load = Callable[[Council], Awaitable[list[Sitting]]]
_loads: list[Load] = []


def plug_sittings(load: Load) -> None:
    """Let the slice of the meetings say which meetings a council has had, newest first."""
    _loads.append(load)


async def sittings_of(council: Council) -> list[Sitting]:
    """The meetings of a council that are over, newest first."""
    return [one for load in _loads for one in await load(council)]


def attended(person_id: int, starts_at: datetime, ends_at: datetime, sittings: Iterable[Sitting]) -> Attended:
    """How often somebody came while their term ran."""
    during = [one for one in sittings if starts_at <= one.at < ends_at]
    return Attended(sum(person_id in one.here for one in during), len(during))


async def counted(sittings: Sequence[Sitting], seats: Sequence[Seat], xs: Sequence[XMember]) -> list[SittingCount]:
    """Each meeting with the quorum over the seats and over 7+X of those who were members then, by its day's rules.

    Who joined for one matter alone is no member of it: they are counted where that matter is decided.
    """
    found = []
    for one in sittings:
        standing = {seat.person_id for seat in seats if seat.starts_at <= one.at < seat.ends_at}
        enthusiasts = {x.person_id for x in xs if x.starts_at <= one.at < x.ends_at and x.matter_id is None}
        rules = await rules_at(one.at)
        found.append(SittingCount(one, *count_council(standing, enthusiasts, one.here, (), rules)))
    return found
