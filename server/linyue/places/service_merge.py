"""Two communities become one: the tree of places. What hangs on them is other slices' business, all in one go."""

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal
from linyue.places.service import forget_names


async def merge_communities(actor: Actor, code: str, into_code: str) -> tuple[Place, Place]:
    """Put everything that lies in one community into another; the first stays as a merged place. Returns both.

    Raises Refused: NOT_TWO_COMMUNITIES.
    """
    async with unit_of_work() as work:
        gone = await Place.get_or_none(code=code.strip(), kind=PlaceKind.COMMUNITY)
        stays = await Place.get_or_none(code=into_code.strip(), kind=PlaceKind.COMMUNITY)
        if gone is None or stays is None or gone.id == stays.id:
            raise Refused(PlaceRefusal.NOT_TWO_COMMUNITIES, field="code" if gone is None else "into")
        before = gone.path
        if not await Place.filter(id=gone.id, kind=PlaceKind.COMMUNITY).update(
            kind=PlaceKind.MERGED, parent_id=stays.id, path=f"{stays.path}{gone.id}/", depth=stays.depth + 1
        ):
            raise Refused(PlaceRefusal.NOT_TWO_COMMUNITIES, field="code")
        await Place.filter(parent_id=gone.id).update(parent_id=stays.id)
        for place in await Place.filter(path__startswith=before).exclude(id=gone.id):
            await Place.filter(id=place.id).update(path=stays.path + place.path.removeprefix(before))
        await work.audit(actor, "places.merge", f"place:{gone.id}", into=stays.id)
    forget_names()
    return await Place.get(id=gone.id), await Place.get(id=stays.id)
