"""Matters between desks: forwarded home, taken back by the officer, and the whole way for the resident to read."""

from datetime import datetime

import pytest
from tortoise import connections

from linyue.base.errors import Refused
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way, route_of
from linyue.centres.rules_handling import USUAL
from linyue.matters import service_centre, service_handle
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal, MatterState, ReturnReason
from linyue.matters.service_handovers import handovers_of
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to, version_of


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI))
    return await make_neighbourhood()


async def item(home_bound: bool) -> str:
    index = await centres.catalogue_index()
    found = (
        i for i in index.catalogue.items if route_of(i) is Way.CENTRE and USUAL.is_home_bound(i.fields) is home_bound
    )
    return next(found).code


async def away(here: Neighbourhood, home_bound: bool = True) -> Matter:
    """A matter that lies at the centre next door."""
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE, item_code=await item(home_bound))
    await Matter.filter(id=matter.id).update(centre_id=(await ServiceCentre.get(code="C02")).id)
    return await Matter.get(id=matter.id).select_related("community", "place")


async def test_what_home_decides_is_forwarded_and_taken_on_anew(here: Neighbourhood) -> None:
    matter = await away(here)
    assert await service_centre.can_forward(matter)
    await accepted(here, matter, "far_clerk")
    sent = await service_centre.forward(await here.actor("far_clerk"), matter.id, await version_of(matter))
    assert (sent.state, sent.centre_id, sent.owner_id) == (MatterState.ASSIGNED, here.centre.id, None)
    assert sent.due_at == matter.due_at
    await accepted(here, matter, "clerk")
    with pytest.raises(Refused) as refused:  # home has it: there is nowhere further to go
        await service_centre.forward(await here.actor("clerk"), matter.id, await version_of(matter))
    assert refused.value.reason is MatterRefusal.NO_CENTRE


async def test_what_any_centre_may_finish_stays(here: Neighbourhood) -> None:
    matter = await away(here, home_bound=False)
    assert not await service_centre.can_forward(matter)
    with pytest.raises(Refused) as refused:
        await service_centre.forward(await here.actor("far_clerk"), matter.id, matter.version)
    assert refused.value.reason is MatterRefusal.NOT_HOME_BOUND


async def test_the_officer_takes_a_matter_back(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    with pytest.raises(Refused) as refused:
        await service_centre.recall(await here.actor("worker"), matter.id, await version_of(matter), "一直没有回音")
    assert refused.value.reason is MatterRefusal.NOT_YOURS
    officer = await here.actor("officer")
    back = await service_centre.recall(officer, matter.id, await version_of(matter), "一直没有回音")
    assert (back.state, back.owner_role, back.owner_id) == (
        MatterState.REPORTED, "subdistrict_officer", officer.person_id,
    )  # fmt: skip
    assert back.way is None and back.due_at is not None and back.returned_count == 0


async def test_everybody_reads_who_has_had_it(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    clock.move(hours=2)
    clerk = await here.actor("clerk")
    await service_handle.give_back(clerk, matter.id, await version_of(matter), ReturnReason.WRONG_ITEM, "选错了")
    clock.move(hours=1)
    await send_to(here, matter, Way.COUNCIL)
    await accepted(here, matter, "member")
    rows = await handovers_of("zh-CN", await Matter.get(id=matter.id))
    assert [row.who for row in rows] == ["社工经办", "服务中心：示例服务中心C01", "社工经办", "理事会"]
    assert rows[1].taken == "没有接手" and rows[1].why == "退回：事项选错了" and rows[1].until == rows[2].since
    assert rows[-1].until == "现在还在" and rows[-1].taken != "没有接手"


@pytest.mark.sqlite_only
async def test_counting_what_waits_reads_the_open_ones_alone(here: Neighbourhood) -> None:
    """It is counted whenever something is sent: on a database of many years that may not read what ended long ago."""
    matter = await away(here)
    assert await service_centre.waiting_at_centres() == {matter.centre_id: 1}
    plan = await connections.get("default").execute_query_dict(f"EXPLAIN QUERY PLAN {service_centre.WAITING}")
    assert "INDEX matters_open_centre" in str(plan) and len(plan) == 1
