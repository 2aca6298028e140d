"""Matters for tests, made through the services."""

import secrets
from dataclasses import dataclass, field

from linyue.base.policy import Actor, Role
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way, route_of
from linyue.councils.model import Council
from linyue.matters import service_handle, service_report, service_triage
from linyue.matters.model import Matter
from linyue.matters.service_report import NewMatter
from linyue.matters.service_triage import Sending
from linyue.people.model import Person
from linyue.places.model import Place
from tests.make.centres import load_sample_catalogue, make_centre
from tests.make.councils import make_council
from tests.make.people import actor_for, make_person
from tests.make.places import Tree, make_tree


@dataclass
class Neighbourhood:
    """One community with everybody a matter meets, and a stranger from the next community."""

    tree: Tree
    centre: ServiceCentre
    council: Council
    people: dict[str, Person] = field(default_factory=dict)

    async def actor(self, who: str) -> Actor:
        """resident, neighbour, worker, worker2, far_worker, clerk, far_clerk, member (of facilities), officer, supervisor."""
        return await actor_for(self.people[who])


async def make_neighbourhood() -> Neighbourhood:
    """The sample catalogue, a tree of places, one centre, a council of seven and one person for each part."""
    await load_sample_catalogue()
    tree = await make_tree()
    centre = await make_centre(tree.subdistrict, "C01", (tree.community, tree.other_community))
    far_centre = await make_centre(tree.subdistrict, "C02")
    members = [
        await make_person(f"理事{n}", home=tree.units[n % 4], role=Role.STANDING_MEMBER, place=tree.compound)
        for n in range(7)
    ]
    council = await make_council(tree.compound.id, [m.id for m in members])
    made = Neighbourhood(tree, centre, council)

    async def staff(name: str, role: Role, place: Place, centre_id: int | None = None) -> None:
        made.people[name] = await make_person(name, role=role, place=place, centre_id=centre_id)

    made.people["resident"] = await make_person("六楼老陈", home=tree.units[0])
    made.people["neighbour"] = await make_person("三楼小林", home=tree.units[1])
    made.people["member"] = members[2]
    await staff("worker", Role.SOCIAL_WORKER, tree.community)
    await staff("worker2", Role.SOCIAL_WORKER, tree.community)
    await staff("far_worker", Role.SOCIAL_WORKER, tree.other_community)
    await staff("clerk", Role.CENTRE_CLERK, tree.subdistrict, centre.id)
    await staff("far_clerk", Role.CENTRE_CLERK, tree.subdistrict, far_centre.id)
    await staff("officer", Role.SUBDISTRICT_OFFICER, tree.subdistrict)
    await staff("supervisor", Role.SUPERVISOR, tree.district)
    return made


async def make_matter(here: Neighbourhood, title: str = "5幢顶楼下雨就漏", **changes: object) -> Matter:
    """A report by the resident, about the first building."""
    resident = here.people["resident"]
    facts: dict[str, object] = {
        "form_id": secrets.token_urlsafe(16),
        "place_id": here.tree.building.id,
        "title": title,
        "text": "一下雨就漏，去年补过一次。",
        "reporter_id": resident.id,
    }
    new = NewMatter(**facts | changes)  # type: ignore[arg-type]
    return await service_report.report_matter(await actor_for(resident), new)


async def send_to(here: Neighbourhood, matter: Matter, way: Way, **more: object) -> Matter:
    """Triage by the worker: with an item of the sample catalogue that goes this way, unless told."""
    usual: dict[Way, dict[str, object]] = {
        Way.COUNCIL: {"kind": "facilities"},
        Way.CENTRE: {"item_code": await item_for(Way.CENTRE)},
        Way.OWN_DESK: {"item_code": await item_for(Way.OWN_DESK)},
        Way.REFERRAL: {"item_code": await item_for(Way.REFERRAL)},
        Way.REFUSAL: {"item_code": await item_for(Way.REFUSAL)},
    }
    sending = Sending(way, **(more or usual[way]))  # type: ignore[arg-type]
    return await service_triage.send(await here.actor("worker"), matter.id, await version_of(matter), sending)


async def item_for(way: Way) -> str:
    """The code of the first item that goes this way."""
    index = await centres.catalogue_index()
    return next(item.code for item in index.catalogue.items if route_of(item) is way)


async def version_of(matter: Matter) -> int:
    """The version a page would show now."""
    return (await Matter.get(id=matter.id)).version


async def accepted(here: Neighbourhood, matter: Matter, who: str) -> Matter:
    """Taken on by its handler."""
    return await service_handle.accept(await here.actor(who), matter.id, await version_of(matter))


async def completed(here: Neighbourhood, matter: Matter, who: str) -> Matter:
    """Done by its handler."""
    actor = await here.actor(who)
    return await service_handle.complete(actor, matter.id, await version_of(matter), "已经修好，请看照片。")
