"""The six functions of a council (六小) with their counts. Each later slice tells of the one it carries. Reads only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from linyue.councils.model import Council


class Function(StrEnum):
    """What a neighbours' council is there for, in the order of the founding text."""

    DISPUTES = "disputes"
    LIVELIHOOD = "livelihood"
    POLICY = "policy"
    INFORMATION = "information"
    SUGGESTIONS = "suggestions"
    OVERSIGHT = "oversight"


@dataclass(frozen=True, slots=True)
class FunctionView:
    """One function: how much there is, how much of it waits, where the list is and where a neighbour begins.

    `desk_entry`: where those begin whom the policy lets do `desk_action`; empty where nobody has more to do.
    """

    total: int
    waiting: int
    href: str
    entry: str
    desk_action: str = ""
    desk_entry: str = ""


Tell = Callable[[Council], Awaitable[FunctionView]]
_tellers: dict[Function, Tell] = {}


def show_function_from(function: Function, tell: Tell) -> None:
    """Let the slice that carries a function say how it stands with a council. `council.place` is loaded."""
    _tellers[function] = tell


async def functions_of(council: Council) -> list[tuple[Function, FunctionView]]:
    """The six functions in their order; those that no slice carries are left out."""
    return [(one, await _tellers[one](council)) for one in Function if one in _tellers]
