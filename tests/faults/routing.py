"""A process that routes and sweeps without end, until somebody kills it: `python -m tests.faults.routing SEED`.

It does what web and worker processes do, through the same services, with the district's clock running ahead; after
each step it prints a line, so that whoever kills it knows where it is.
"""

import asyncio
import secrets
import sys
from random import Random

from linyue import process
from linyue.base import clock, crypto, site
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import NOBODY, Actor
from linyue.base.settings import read_settings
from linyue.centres import service as centres
from linyue.centres import service_centres
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way, route_of
from linyue.matters import (
    service_centre,
    service_handle,
    service_rehouse,
    service_report,
    service_sweep,
    service_triage,
)
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL, MatterState, Rating, ReturnReason
from linyue.matters.rules_clock import PauseReason
from linyue.matters.service_report import NewMatter
from linyue.matters.service_triage import Sending
from linyue.people.model import Person, RoleGrant
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from tests.make.people import actor_for


async def route(rng: Random) -> str:
    """One step of somebody, or of the clock. Returns what it was."""
    what = rng.choices(["report", "step", "sweep", "clock", "rehouse", "centre"], weights=[3, 12, 2, 1, 1, 1])[0]
    match what:
        case "report":
            place = await Place.filter(kind=PlaceKind.BUILDING).first()
            assert place is not None
            await service_report.report_matter(
                NOBODY, NewMatter(secrets.token_urlsafe(16), place.id, f"第{rng.randint(1, 999)}件", channel="phone")
            )
        case "sweep":
            await service_sweep.sweep_due()
        case "clock":
            await site.shift_clock("day" if rng.random() < 0.5 else "hour")
        case "rehouse":
            await service_rehouse.rehouse()
        case "centre":
            row = rng.choice(await ServiceCentre.all())
            await service_centres.set_centre_open(NOBODY, row.id, not row.is_open)
        case _:
            return await _step(rng)
    return what


async def _step(rng: Random) -> str:
    open_ones = await Matter.exclude(state__in=list(FINAL)).order_by("id").limit(200)
    if not open_ones:
        return "nothing"
    matter = rng.choice(open_ones)
    actor = await _owner(matter, rng)
    v = matter.version
    match matter.state:
        case MatterState.REPORTED:
            await service_triage.send(actor, matter.id, v, await _sending(rng))
        case MatterState.ASSIGNED if rng.random() < 0.5:
            await service_handle.give_back(actor, matter.id, v, ReturnReason.NOT_OURS, "不归我们")
        case MatterState.ASSIGNED:
            await service_handle.accept(actor, matter.id, v)
        case MatterState.WAITING:
            await service_handle.resume(actor, matter.id, v)
        case MatterState.ACCEPTED if rng.random() < 0.3:
            await service_handle.ask(actor, matter.id, v, "等一等", rng.choice(list(PauseReason)))
        case MatterState.ACCEPTED if rng.random() < 0.2:
            await service_centre.forward(actor, matter.id, v)
        case MatterState.ACCEPTED:
            await service_handle.complete(actor, matter.id, v, "办好了")
        case MatterState.COMPLETED:
            await service_report.rate(actor, matter.id, v, rng.choice(list(Rating)))
        case _:
            return "left"
    return matter.state.value


async def _owner(matter: Matter, rng: Random) -> Actor:
    """Somebody who may take the step: the owner, or anybody with the desk's role."""
    if matter.owner_id is not None and matter.state is not MatterState.COMPLETED:
        return await actor_for(await Person.get(id=matter.owner_id))
    role = "social_worker" if matter.state is MatterState.COMPLETED else matter.owner_role
    grants = RoleGrant.filter(role=role, ends_at=None)
    if role == "centre_clerk":
        grants = grants.filter(centre_id=matter.centre_id)
    found = await grants.select_related("person")
    return await actor_for(rng.choice(found).person) if found else NOBODY


async def _sending(rng: Random) -> Sending:
    way = rng.choice([Way.CENTRE, Way.CENTRE, Way.OWN_DESK, Way.COUNCIL, Way.REFERRAL])
    if way is Way.COUNCIL:
        return Sending(way, kind="facilities")
    index = await centres.catalogue_index()
    item = rng.choice([one for one in index.catalogue.items if route_of(one) is way])
    return Sending(way, item_code=item.code)


async def main(seed: str) -> None:
    """Go on until killed."""
    settings = read_settings()
    crypto.load_keys(settings.keys_path)
    process.load_jobs()
    await process.start(settings, is_worker=True)
    await site.read_clock()
    rng = Random(seed)
    while True:
        try:
            what = await route(rng)
        except (Refused, NotFound) as error:
            what = type(error).__name__
        sys.stdout.write(f"{what} {clock.now().isoformat()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
