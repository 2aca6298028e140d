"""A quarrel between two neighbours for tests, made through the services."""

from dataclasses import dataclass

from linyue.base.policy import Actor
from linyue.mediation import service
from linyue.mediation.model import Dispute
from linyue.mediation.rules import DisputeKind
from linyue.people.model import Person
from tests.make.matters import Neighbourhood, make_neighbourhood


@dataclass
class Quarrel:
    """The resident against the neighbour; a council member who lives elsewhere mediates and has named both."""

    here: Neighbourhood
    id: int
    opener: Actor
    other: Actor
    mediator: Actor
    members: list[Person]

    async def version(self) -> int:
        """The version a page would show now."""
        return (await Dispute.get(id=self.id)).version


async def make_quarrel() -> Quarrel:
    """Waiting for the neighbour's consent."""
    here = await make_neighbourhood()
    opener, other, mediator = [await here.actor(who) for who in ("resident", "neighbour", "member")]
    row = await service.ask_for_mediator(
        opener, DisputeKind.NOISE, "楼上702室", "半夜拖椅子，睡不着。", opener.homes[0]
    )
    await service.take(mediator, row.id, 1)
    await service.name_party(mediator, row.id, here.people["neighbour"].public_id, 2)
    members = await Person.filter(display_name__startswith="理事").order_by("id")
    return Quarrel(here, row.id, opener, other, mediator, members)
