"""The first page tells somebody who cannot vote yet what is missing."""

from linyue.base.policy import Role
from linyue.people import service_enrol
from linyue.people.rules import Tenure
from tests.client import Client
from tests.make.people import actor_for, make_person
from tests.make.places import make_tree


async def test_who_cannot_vote_yet_is_told_the_way(client: Client) -> None:
    tree = await make_tree()
    newcomer = await make_person()
    assert "还不能表决" not in (await client.get("/")).text
    await client.sign_in_as(newcomer)
    assert "去认领住处" in (await client.get("/")).text
    await service_enrol.claim_home(await actor_for(newcomer), tree.units[0].id, Tenure.OWNER)
    waiting = (await client.get("/")).text
    assert "住处正等社工核实" in waiting and "去认领住处" not in waiting
    for person in (
        await make_person(home=tree.units[1]),
        await make_person(role=Role.SOCIAL_WORKER, place=tree.district),
    ):
        await client.sign_in_as(person)
        assert "还不能表决" not in (await client.get("/")).text
