"""Taking in at a centre's window: each item of a visit is a matter with its own clock, here or with home's centre."""

from typing import Any

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor, Role
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.model_counter import Ticket
from linyue.centres.rules import ItemEntry, Way, WhyCentre, route_of
from linyue.centres.rules_counter import TicketState
from linyue.centres.rules_handling import HandlingRules
from linyue.centres.service_centres import home_centre, takes_now
from linyue.centres.service_cover import trained_for
from linyue.matters.model import Matter
from linyue.matters.rules import Doer, MatterRefusal, MatterState, Step
from linyue.matters.rules_due import due_for_way
from linyue.matters.service_centre import names_of
from linyue.matters.service_due import answer_by, item_of
from linyue.matters.service_report import TITLE_AT_MOST, NewMatter, report_matter
from linyue.matters.service_step import Change, claim, take_step, tell_followers
from linyue.people.model import Person
from linyue.places.model import Place


async def take_in(
    actor: Actor,
    ticket: Ticket,
    *,
    form_id: str,
    item_code: str,
    community_code: str,
    text: str = "",
    phone: str = "",
    name: str = "",
    backed_by: int | None = None,
) -> Matter:
    """File one item of a visit and send it on its way at once: the one-door intake needs no triage.

    `backed_by`: the colleague trained in the item who stands by a clerk that is not; where nobody at the centre is
    trained in it, the clerk's own id. It goes into the audit trail. Raises Refused: NOT_CALLED, NO_ITEM, NO_PLACE,
    BAD_PHONE, NOT_TRAINED.
    """
    item = await item_of(item_code)
    if item is None or item.is_retired or route_of(item) is not Way.CENTRE:
        raise Refused(MatterRefusal.NO_ITEM, field="item")
    community = await centres.community_chosen(community_code, ())
    if community is None:
        raise Refused(MatterRefusal.NO_PLACE, field="community")
    is_backed = await _check_training(actor, ticket.centre_id, item, backed_by)
    async with unit_of_work() as work:
        if not await Ticket.filter(id=ticket.id, state=TicketState.CALLED).update(state=TicketState.CALLED):
            raise Refused(MatterRefusal.NOT_CALLED)
        new = NewMatter(
            form_id=form_id,
            place_id=community.id,
            title=item.name.zh[:TITLE_AT_MOST],
            text=text,
            is_public=False,
            reporter_id=ticket.person_id,
            phone="" if ticket.person_id else phone,
            contact_name="" if ticket.person_id else name,
            channel="counter",
        )
        matter = await report_matter(actor, new)
        if matter.ticket_id is None:
            await Matter.filter(id=matter.id).update(ticket_id=ticket.id)
            matter = await _send(actor, matter, item, ticket.centre_id, community)
            if is_backed:
                facts = {"item": item.code, "backed_by": backed_by}
                await work.audit(actor, "matter.counter.untrained", f"matter:{matter.id}", **facts)
    return matter


async def backers(centre_id: int, actor: Actor, item_code: str) -> list[tuple[int, str]]:
    """Who can stand by a clerk that is not trained in an item: colleagues who are, else the clerk; empty if trained."""
    item = await item_of(item_code)
    if item is None or actor.person_id is None:
        return []
    found = await trained_for(centre_id, actor.person_id, item.fields)
    if found.is_trained:
        return []
    people = found.others or await Person.filter(id=actor.person_id)
    return [(one.id, one.display_name) for one in people]


async def _check_training(actor: Actor, centre_id: int, item: ItemEntry, backed_by: int | None) -> bool:
    """Whether somebody stands by; refused where nobody does and the clerk is not trained in the item."""
    able = [person_id for person_id, _name in await backers(centre_id, actor, item.code)]
    if able and backed_by not in able:
        raise Refused(MatterRefusal.NOT_TRAINED, field="backed_by")
    return bool(able)


async def _send(actor: Actor, matter: Matter, item: ItemEntry, centre_id: int, community: Place) -> Matter:
    here = await ServiceCentre.get(id=centre_id)
    home = await home_centre(community, item.code)
    rules = await centres.handling()
    takes, reasons = await _where(item, here, home, community, rules)
    matter = await claim(matter.id, None)
    due = due_for_way(Way.CENTRE, item.days, clock.now(), await centres.calendar(), rules)
    is_here = takes.id == here.id
    change = Change(
        MatterState.ASSIGNED,
        owner=(Role.CENTRE_CLERK.value, actor.person_id if is_here else None),
        due=due,
        data={"way": Way.CENTRE.value, "reasons": reasons, "centre": takes.id},
        columns={
            "way": Way.CENTRE,
            "item_code": item.code,
            "centre_id": takes.id,
            "catalogue_id": (await centres.catalogue_index()).file_id,
            "reason": reasons,
            "answer_at": await answer_by(Way.CENTRE, due.at if due else None),
        },
    )
    await take_step(actor, matter, Step.TRIAGE, change, doers=(Doer.OWNER,))
    await tell_followers(actor, matter, "matters-told-way-centre", is_urgent=True)
    if not is_here:
        return matter
    # Whoever took it in has it: no second hand-shake at the same window.
    matter = await claim(matter.id, None)
    return await take_step(actor, matter, Step.ACCEPT, Change(MatterState.ACCEPTED), doers=(Doer.OWNER,))


async def _where(
    item: ItemEntry, here: ServiceCentre, home: ServiceCentre | None, community: Place, rules: HandlingRules
) -> tuple[ServiceCentre, list[dict[str, Any]]]:
    """Here, unless home decides and has a centre of its own that takes something now (收受分离)."""
    named = {"zh": item.name.zh, "en": item.name.en}
    is_bound = rules.is_home_bound(item.fields)
    if home is not None and home.id != here.id and is_bound and await takes_now(home):
        args = {"here": names_of(here), "centre": names_of(home), "community": names_of(community)}
        why = {"key": WhyCentre.HOME_BOUND.value, "args": args}
        return home, [{"key": "matters-why-centre", "args": {"item": named, "centre": names_of(home)}}, why]
    why = {"key": WhyCentre.CAME_HERE.value, "args": {}}
    return here, [{"key": "matters-why-centre", "args": {"item": named, "centre": names_of(here)}}, why]


async def matters_of(ticket: Ticket) -> list[Matter]:
    """What was taken in during a visit."""
    return await Matter.filter(ticket_id=ticket.id).order_by("id").select_related("place")
