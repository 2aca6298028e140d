"""Votes whose options are not the chair's to write: a later slice says what a meeting votes on. Reads only."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from linyue.base.errors import Refused
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules_plan import VOTING
from linyue.questions.rules_setup import Typed
from linyue.questions.rules_ways import Way
from linyue.rounds.rules import RoundRefusal


@dataclass(frozen=True, slots=True)
class Given:
    """What is voted on: the words offered to the chair, and the options, in their order.

    One option is asked for and against; none: nothing can be voted on yet.
    """

    text_zh: str
    text_en: str
    options: Sequence[str] = field(default_factory=tuple)

    @property
    def typed(self) -> Typed:
        """The way to vote and its options, as a chair would type them."""
        if len(self.options) < 2:
            return Typed()
        return Typed(way=Way.SINGLE.value, options="\n".join(self.options), seats=1)


Load = Callable[[Meeting], Awaitable[Given | None]]
_loads: list[Load] = []


def plug_given(load: Load) -> None:
    """Let a later slice say what a meeting votes on; None from it for meetings it knows nothing of."""
    _loads.append(load)


async def given_for(meeting: Meeting, item: AgendaItem | None) -> Given | None:
    """What the item under way votes on, where that is settled before the meeting."""
    if item is None or item.link not in VOTING:
        return None
    for load in _loads:
        found = await load(meeting)
        if found is not None:
            return found
    return None


def typed_for(given: Given | None, typed: Typed | None) -> Typed | None:
    """What counts of what the chair typed: nothing where the options are given. Raises Refused(NO_CANDIDATES)."""
    if given is None:
        return typed
    if not given.options:
        raise Refused(RoundRefusal.NO_CANDIDATES)
    return given.typed
