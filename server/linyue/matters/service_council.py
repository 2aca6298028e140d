"""Livelihood problems (民生小问题): the public matters that a council's kinds cover, and how many. Reads only."""

from tortoise.expressions import Q

from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.councils.service_functions import Function, FunctionView, show_function_from
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL, MatterState, Way


def at_council(place_path: str) -> Q:
    """Matters that were sent to the council of this place."""
    return Q(way=Way.COUNCIL, place__path__startswith=place_path)


async def council_of_address(code: str) -> Council | None:
    """The council that a list is narrowed to; None without one. Raises NotFound for a place that has none."""
    return await councils.council_by_code(code[:40]) if code else None


async def _livelihood(council: Council) -> FunctionView:
    rows = Matter.filter(at_council(council.place.path), is_public=True, root_id=None)
    rows = rows.exclude(state__in=[MatterState.MERGED, MatterState.WITHDRAWN])
    waiting = await rows.exclude(state__in=FINAL).count()
    return FunctionView(await rows.count(), waiting, f"/matters?council={council.place.code}", _entry(council))


def _entry(council: Council) -> str:
    """The report's second step: the council's place is chosen, and can be changed there."""
    return f"/report/what?place={council.place_id}"


show_function_from(Function.LIVELIHOOD, _livelihood)
