"""At the counter: one number once, one time one appointment, several items of one visit, each a matter with its own clock."""

import asyncio
import json
import secrets
from datetime import datetime, timedelta

import pytest

from linyue.base.errors import Refused
from linyue.base.model import AuditEntry
from linyue.base.policy import Actor, Role
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI, local_day
from linyue.centres import service as centres
from linyue.centres import service_centres, service_cover, service_tickets
from linyue.centres.model import ServiceCentre
from linyue.centres.model_counter import CounterSeat, Ticket
from linyue.centres.rules import Way, route_of
from linyue.centres.rules_counter import CounterRefusal, TicketKind, TicketState
from linyue.centres.rules_handling import USUAL
from linyue.matters import service_counter
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterRefusal, MatterState
from linyue.people import service_own
from tests.conftest import MovableClock, NewClient
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import actor_for, make_person

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(NINE)
    return await make_neighbourhood()


async def centre(here: Neighbourhood) -> ServiceCentre:
    return await ServiceCentre.get(id=here.centre.id).select_related("place")


async def door(here: Neighbourhood, clerk: Actor, *items: str) -> Ticket:
    return await service_tickets.take_number(
        clerk, await centre(here), secrets.token_urlsafe(16), TicketKind.DOOR, items
    )


async def item(home_bound: bool) -> str:
    index = await centres.catalogue_index()
    found = (
        i for i in index.catalogue.items if route_of(i) is Way.CENTRE and USUAL.is_home_bound(i.fields) is home_bound
    )
    return next(found).code


async def test_numbers_run_through_the_day_without_gap_or_double(here: Neighbourhood) -> None:
    clerk = await here.actor("clerk")
    tickets = await asyncio.gather(*(door(here, clerk) for _ in range(6)))
    assert sorted(one.number for one in tickets) == [1, 2, 3, 4, 5, 6]
    form_id = secrets.token_urlsafe(16)
    same = [
        await service_tickets.take_number(clerk, await centre(here), form_id, TicketKind.DOOR, ()) for _ in range(2)
    ]
    assert same[0].id == same[1].id and (await door(here, clerk)).number == 8


async def test_one_time_is_one_appointment(here: Neighbourhood) -> None:
    await service_centres.set_counters(await here.actor("clerk"), here.centre.id, "08:30-11:30", 3, 30)
    people = [await make_person(f"来{n}", home=here.tree.units[0]) for n in range(5)]
    at = NINE + timedelta(days=1, hours=1)

    async def book(n: int) -> Ticket:
        return await service_tickets.book(
            await actor_for(people[n]), await centre(here), f"form-{n}-xxxxxxxxxxxx", at, ()
        )

    told = await asyncio.gather(*(book(n) for n in range(5)), return_exceptions=True)
    got = [one for one in told if isinstance(one, Ticket)]
    assert len(got) == 2 and {one.lane for one in got} == {0, 1}  # of three windows one is kept for numbers
    refused = [one for one in told if isinstance(one, Refused)]
    assert len(refused) == 3 and all(one.reason is CounterRefusal.SLOT_TAKEN for one in refused)
    assert at not in dict(await service_tickets.free_times(await centre(here)))[at.date()]
    await service_tickets.cancel(await here.actor("clerk"), got[0])
    assert (
        at.astimezone(got[0].taken_at.tzinfo) in dict(await service_tickets.free_times(await centre(here)))[at.date()]
    )


async def test_a_time_outside_the_opening_hours_is_refused(here: Neighbourhood) -> None:
    resident = await here.actor("resident")
    for at in (
        NINE + timedelta(hours=9),
        NINE + timedelta(days=5),
        NINE - timedelta(minutes=30),
        NINE + timedelta(days=30),
    ):
        with pytest.raises(Refused) as refused:
            await service_tickets.book(resident, await centre(here), secrets.token_urlsafe(16), at, ())
        assert refused.value.reason is CounterRefusal.NO_SLOT


async def test_one_person_one_number_a_day(here: Neighbourhood) -> None:
    resident = await here.actor("resident")
    place = await centre(here)
    first = await service_tickets.take_number(resident, place, secrets.token_urlsafe(16), TicketKind.ONLINE, ())
    with pytest.raises(Refused) as refused:
        await service_tickets.take_number(resident, place, secrets.token_urlsafe(16), TicketKind.ONLINE, ())
    assert refused.value.reason is CounterRefusal.ONE_EACH
    await service_tickets.cancel(resident, first)
    again = await service_tickets.take_number(resident, place, secrets.token_urlsafe(16), TicketKind.ONLINE, ())
    assert again.number == 2


async def test_closed_means_no_number(here: Neighbourhood, clock: MovableClock) -> None:
    clerk = await here.actor("clerk")
    clock.set(NINE + timedelta(hours=9))
    with pytest.raises(Refused) as refused:
        await door(here, clerk)
    assert refused.value.reason is CounterRefusal.CLOSED_TODAY


async def test_a_called_number_is_called_once(here: Neighbourhood) -> None:
    clerk = await here.actor("clerk")
    place = await centre(here)
    others = [
        await make_person(f"clerk{n}", role=Role.CENTRE_CLERK, place=here.tree.subdistrict, centre_id=here.centre.id)
        for n in (2, 3)
    ]
    clerks = [clerk, *[await actor_for(one) for one in others]]
    for window, one in enumerate(clerks, start=1):
        await service_cover.sit(one, place, window)
    for _ in range(4):
        await door(here, clerk)
    called = await asyncio.gather(*(service_tickets.call_next(one, place.id) for one in clerks))
    assert {one.number for one in called if one} == {1, 2, 3}
    with pytest.raises(Refused) as refused:  # somebody is still at the window
        await service_tickets.call_next(clerk, place.id)
    assert refused.value.reason is CounterRefusal.BUSY
    mine = next(one for one in called if one and one.clerk_id == clerk.person_id)
    await service_tickets.miss(clerk, mine)
    for step in (service_tickets.miss, service_tickets.finish, service_tickets.cancel):
        with pytest.raises(Refused):
            await step(clerk, mine)
    last = await service_tickets.call_next(clerk, place.id)
    assert last is not None and last.number == 4
    await service_tickets.finish(clerk, last)
    assert await service_tickets.call_next(clerk, place.id) is None
    assert (await Ticket.get(id=mine.id)).state is TicketState.NO_SHOW


async def test_a_window_has_one_clerk_and_a_clerk_one_window(here: Neighbourhood) -> None:
    clerk, place = await here.actor("clerk"), await centre(here)
    with pytest.raises(Refused):
        await service_tickets.call_next(clerk, place.id)
    second = await actor_for(
        await make_person("clerk2", role=Role.CENTRE_CLERK, place=here.tree.subdistrict, centre_id=place.id)
    )
    await service_cover.sit(clerk, place, 1)
    with pytest.raises(Refused) as refused:
        await service_cover.sit(second, place, 1)
    assert refused.value.reason is CounterRefusal.WINDOW_TAKEN
    await service_cover.sit(clerk, place, 2)
    assert [(s.window, s.person_id) for s in await CounterSeat.all()] == [(2, clerk.person_id)]
    with pytest.raises(Refused):
        await service_cover.sit(second, place, place.windows + 1)


async def test_cover_is_known_for_each_window_and_gaps_are_named(here: Neighbourhood) -> None:
    clerk, place = await here.actor("clerk"), await centre(here)
    assert clerk.person_id is not None
    every = [field.key for field in await service_cover.fields_taken()]
    await service_cover.train(clerk, place, clerk.person_id, [*every[:2], "no-such-field"])
    assert (await service_cover.cover_facts(place)).cover.gaps == tuple(every)  # nobody sits anywhere yet
    await service_cover.sit(clerk, place, 1)
    cover = (await service_cover.cover_facts(place)).cover
    assert cover.by_window[1] == set(every[:2]) and cover.gaps == tuple(every[2:])
    await service_cover.leave(clerk)
    assert (await service_cover.cover_facts(place)).cover.gaps == tuple(every)


async def test_one_visit_holds_several_items_each_with_its_clock(here: Neighbourhood, clock: MovableClock) -> None:
    clerk, place = await here.actor("far_clerk"), await ServiceCentre.get(code="C02").select_related("place")
    bound, free = await item(True), await item(False)
    await service_cover.sit(clerk, place, 1)
    ticket = await service_tickets.take_number(clerk, place, secrets.token_urlsafe(16), TicketKind.DOOR, [bound, free])
    community = here.tree.community.code
    with pytest.raises(Refused) as refused:
        await service_counter.take_in(
            clerk, ticket, form_id=secrets.token_urlsafe(16), item_code=free, community_code=community
        )
    assert refused.value.reason is MatterRefusal.NOT_CALLED
    called = await service_tickets.call_next(clerk, place.id)
    assert called is not None
    form_id = secrets.token_urlsafe(16)
    for _ in range(2):  # a double tap files one
        await service_counter.take_in(
            clerk, called, form_id=form_id, item_code=free, community_code=community, phone="13800130042"
        )
    await service_counter.take_in(
        clerk, called, form_id=secrets.token_urlsafe(16), item_code=bound, community_code=community
    )
    taken, forwarded = await Matter.filter(ticket_id=ticket.id).order_by("id")
    assert (taken.centre_id, taken.owner_id, taken.state) == (place.id, clerk.person_id, MatterState.ACCEPTED)
    # 收受分离: handed in here, decided at home, with the hand-over to be read.
    assert (forwarded.centre_id, forwarded.owner_id, forwarded.state) == (here.centre.id, None, MatterState.ASSIGNED)
    assert [reason["key"] for reason in forwarded.reason][-1] == "centres-why-home-bound"
    today = local_day(clock.now())
    await service_centres.close_on(clerk, here.centre.id, today, today, "停电")
    stays = await service_counter.take_in(
        clerk, called, form_id=secrets.token_urlsafe(16), item_code=bound, community_code=community
    )
    assert stays.centre_id == place.id, "home is shut today: nothing is passed on to a closed door"
    for one in (taken, forwarded):
        assert one.due_at is not None and one.channel == "counter" and not one.is_public
        assert (await MatterEvent.filter(matter_id=one.id).order_by("-seq").first()).due_after == one.due_at  # type: ignore[union-attr]


async def test_erasing_leaves_the_number_without_the_person(here: Neighbourhood) -> None:
    resident = await here.actor("resident")
    ticket = await service_tickets.take_number(
        resident, await centre(here), secrets.token_urlsafe(16), TicketKind.ONLINE, ()
    )
    assert "tickets.person" in await service_own.own_data(resident)
    await service_own.erase_own(resident)
    assert (await Ticket.get(id=ticket.id)).person_id is None


async def test_the_pages_of_a_visit(here: Neighbourhood, new_client: NewClient) -> None:
    resident, clerk = new_client(), new_client()
    await resident.sign_in_as(here.people["resident"])
    await clerk.sign_in_as(here.people["clerk"], is_staff=True)
    come = await resident.get(f"/centres/C01/visit?item={await item(False)}")
    assert come.status_code == 200
    slip = await resident.send_form("/centres/C01/number", {"item1": await item(False), "form_id": "f" * 20})
    address = slip.headers["location"]
    shown = await resident.get(address)
    assert "A001" in shown.text
    assert (await resident.get(f"{address}/slip.svg")).headers["content-type"].startswith("image/svg")
    again = await resident.send_form("/centres/C01/number", {"form_id": "g" * 20})
    assert again.status_code == 422
    assert (await resident.get("/desk/counter")).status_code == 403
    assert (await clerk.get("/desk/counter")).status_code == 200
    assert (await clerk.send_form("/desk/counter/call")).status_code == 422  # no window yet
    await clerk.send_form("/desk/counter/sit", {"window": "1"})
    called = await clerk.send_form("/desk/counter/call")
    visit = await clerk.get(called.headers["location"])
    assert visit.status_code == 200 and "A001" in visit.text
    bad = await clerk.send_form(
        f"{called.headers['location']}/take", {"form_id": "h" * 20, "item": "nope", "community": "x"}
    )
    assert bad.status_code == 422
    sent = {"form_id": "h" * 20, "item": await item(False), "community": here.tree.community.code}
    assert (await clerk.send_form(f"{called.headers['location']}/take", sent)).status_code == 303
    assert (await clerk.send_form(f"{called.headers['location']}/finish")).status_code == 303
    assert (await clerk.get("/desk/counter/cover")).status_code == 200
    assert await Matter.filter(channel="counter").count() == 1


async def test_an_untrained_clerk_takes_in_only_with_a_named_colleague(
    here: Neighbourhood, new_client: NewClient
) -> None:
    clerk, place = await here.actor("clerk"), await centre(here)
    colleague = await make_person("老窗口", role=Role.CENTRE_CLERK, place=here.tree.subdistrict, centre_id=place.id)
    code = await item(False)
    wanted = (await centres.catalogue_index()).item(code)
    others = [field.key for field in await service_cover.fields_taken() if field.key not in wanted.fields]
    assert clerk.person_id is not None
    await service_cover.train(clerk, place, clerk.person_id, others[:1])
    await service_cover.sit(clerk, place, 1)
    await service_tickets.take_number(clerk, place, secrets.token_urlsafe(16), TicketKind.DOOR, [code])
    called = await service_tickets.call_next(clerk, place.id)
    assert called is not None
    client = new_client()
    await client.sign_in_as(here.people["clerk"], is_staff=True)
    address = f"/desk/counter/{called.public_id}"
    assert 'name="backed_by"' not in (await client.get(address)).text
    sent = {"form_id": secrets.token_urlsafe(16), "item": code, "community": here.tree.community.code}
    alone = await client.send_form(f"{address}/take", sent)
    assert alone.status_code == 422 and "您还没有学过" in alone.text and f'value="{clerk.person_id}"' in alone.text
    await service_cover.train(clerk, place, colleague.id, wanted.fields)
    refused = await client.send_form(f"{address}/take", sent | {"backed_by": str(clerk.person_id)})
    assert refused.status_code == 422 and "老窗口" in refused.text, "oneself only where nobody knows it"
    assert await Matter.filter(ticket_id=called.id).count() == 0
    assert (await client.send_form(f"{address}/take", sent | {"backed_by": str(colleague.id)})).status_code == 303
    entry = await AuditEntry.get(action="matter.counter.untrained")
    assert json.loads(entry.data)["backed_by"] == colleague.id
    await service_cover.train(clerk, place, clerk.person_id, wanted.fields)
    more = sent | {"form_id": secrets.token_urlsafe(16)}
    assert (await client.send_form(f"{address}/take", more)).status_code == 303
    assert await AuditEntry.filter(action="matter.counter.untrained").count() == 1
