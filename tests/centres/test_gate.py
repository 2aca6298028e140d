"""The gate: what may be decided how, by whom, that terms end by themselves, and that the load counts what passed."""

from datetime import date, datetime, timedelta

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI
from linyue.boards.rules import Month
from linyue.boards.service_load import month_load
from linyue.centres import service as centres
from linyue.centres import service_gate
from linyue.centres.model_gate import PushedTask
from linyue.centres.rules import Listing, Way, route_of
from linyue.centres.rules_gate import GateRefusal, GateState, Ground, days_in, refuse_decision
from linyue.centres.rules_terms import Level
from linyue.centres.service_gate import Decision, NewTask
from tests.conftest import MovableClock, NewClient
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import make_person

TODAY = date(2026, 6, 1)
A, B, C = GateState.ALLOWED, GateState.REFUSED, GateState.ADMITTED
LAW = Ground.COMMITTEE_LAW


@pytest.mark.parametrize(
    ("to", "listed", "ground", "reason", "ends_on", "means", "expected"),
    [
        (A, True, None, "", None, "", None),
        (A, False, None, "", None, "", GateRefusal.NOT_ON_LIST),
        (A, False, LAW, "x", TODAY, "y", GateRefusal.NOT_ON_LIST),
        (B, False, LAW, "没有依据", None, "", None),
        (B, True, LAW, "没有依据", None, "", None),
        (B, False, None, "没有依据", None, "", GateRefusal.NO_GROUND),
        (B, False, Ground.LIST, "没有依据", None, "", GateRefusal.NO_GROUND),
        (B, False, LAW, " ", None, "", GateRefusal.NO_REASON),
        (C, False, None, "普查", TODAY, "区里出钱", None),
        (C, False, None, "普查", TODAY + timedelta(days=366), "区里出钱", None),
        (C, False, None, "普查", TODAY + timedelta(days=367), "区里出钱", GateRefusal.TERM_LONG),
        (C, False, None, "普查", TODAY - timedelta(days=1), "区里出钱", GateRefusal.TERM_PAST),
        (C, False, None, "普查", None, "区里出钱", GateRefusal.NO_TERM),
        (C, False, None, "普查", TODAY, " ", GateRefusal.NO_MEANS),
        (C, False, None, "", TODAY, "区里出钱", GateRefusal.NO_REASON),
    ],
)
def test_decisions(
    to: GateState, listed: bool, ground: Ground | None, reason: str, ends_on: date | None, means: str,
    expected: GateRefusal | None,
) -> None:  # fmt: skip
    said = refuse_decision(to, listed=listed, ground=ground, reason=reason, ends_on=ends_on, means=means, today=TODAY)
    assert said is expected


@pytest.mark.parametrize(
    ("begins", "ends", "days"),
    [
        (date(2026, 5, 1), None, 30),
        (date(2026, 6, 11), None, 20),
        (date(2026, 6, 11), date(2026, 6, 11), 1),
        (date(2026, 5, 1), date(2026, 6, 10), 10),
        (date(2026, 7, 1), None, 0),
        (date(2026, 5, 1), date(2026, 5, 31), 0),
    ],
)
def test_days_of_a_month(begins: date, ends: date | None, days: int) -> None:
    assert days_in(date(2026, 6, 1), date(2026, 7, 1), begins, ends) == days


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI))
    return await make_neighbourhood()


async def asked(
    here: Neighbourhood, who: str = "worker", n: int = 0, item: str = "", level: Level | None = None
) -> PushedTask:
    new = NewTask(
        f"form-{n:015d}", here.tree.community.code, "人口抽样调查", "区统计局", 70, item_code=item, pushed_by=level
    )  # fmt: skip
    return await service_gate.ask(await here.actor(who), new)


async def test_admitted_for_a_term_it_ends_by_itself_and_is_counted(here: Neighbourhood, clock: MovableClock) -> None:
    task = await asked(here)
    assert (await asked(here)).id == task.id  # a double tap asks once
    assert await Message.filter(person_id=here.people["officer"].id, key="centres-gate-told-asked").count() == 1
    before = (await month_load(here.tree.community, Month(2026, 6))).total.minutes
    decision = Decision(C, "普查", None, date(2026, 6, 7), "区统计局出两个人")
    await service_gate.decide(await here.actor("officer"), task.id, decision)
    with pytest.raises(Refused) as refused:
        await service_gate.decide(await here.actor("supervisor"), task.id, decision)
    assert refused.value.reason is GateRefusal.DECIDED
    clock.set(datetime(2026, 6, 7, 23, 59, tzinfo=SHANGHAI))
    assert await service_gate.end_terms() == 0
    clock.set(datetime(2026, 6, 8, 0, 1, tzinfo=SHANGHAI))
    assert await service_gate.end_terms() == 1 and await service_gate.end_terms() == 0
    assert (await service_gate.task_of(task.id)).state is GateState.ENDED
    assert await Message.filter(person_id=here.people["worker"].id, key="centres-gate-told-ended").count() == 1
    clock.set(datetime(2026, 7, 20, 9, 0, tzinfo=SHANGHAI))
    load = await month_load(here.tree.community, Month(2026, 6))
    assert load.pushed == 70.0 and load.total.minutes > before  # seven days of seventy minutes a week
    assert (await month_load(here.tree.other_community, Month(2026, 6))).pushed == 0
    assert (await month_load(here.tree.district, Month(2026, 7))).pushed == 0


async def test_nobody_decides_what_they_asked_for(here: Neighbourhood) -> None:
    task = await asked(here, "officer")
    with pytest.raises(Refused) as refused:
        await service_gate.decide(await here.actor("officer"), task.id, Decision(B, "没有依据", LAW))
    assert refused.value.reason is GateRefusal.OWN_REQUEST
    await service_gate.decide(await here.actor("supervisor"), task.id, Decision(B, "没有依据", LAW))


async def test_the_list_decides_what_is_allowed(here: Neighbourhood) -> None:
    index = await centres.catalogue_index()
    own = next(i for i in index.catalogue.items if route_of(i) is Way.OWN_DESK)
    floated = next(i for i in index.catalogue.items if route_of(i) is Way.CENTRE)
    refused_one = next(i for i in index.catalogue.items if i.listing is Listing.REFUSED)
    officer = await here.actor("officer")
    for n, item in enumerate((floated, refused_one)):
        task = await asked(here, n=n + 1, item=item.code)
        with pytest.raises(Refused) as refused:
            await service_gate.decide(officer, task.id, Decision(A))
        assert refused.value.reason is GateRefusal.NOT_ON_LIST
    task = await asked(here, n=9, item=own.code)
    allowed = await service_gate.decide(officer, task.id, Decision(A))
    assert allowed.state is A and allowed.ends_on is None and allowed.ground is Ground.LIST
    with pytest.raises(Refused):
        await asked(here, n=10, item="no-such-item")


async def test_a_residential_item_is_not_pushed_down_by_a_level_the_list_forbids(
    here: Neighbourhood, new_client: NewClient
) -> None:
    index = await centres.catalogue_index()
    item = next(i for i in index.catalogue.items if route_of(i) is Way.COUNCIL)
    assert item.may_not_push == (Level.STREET, Level.DEPARTMENT)
    officer = await here.actor("officer")
    for n, level in enumerate((Level.STREET, Level.DEPARTMENT, None)):
        task = await asked(here, n=n + 20, item=item.code, level=level)
        with pytest.raises(Refused) as refused:
            await service_gate.decide(officer, task.id, Decision(A))
        assert refused.value.reason is GateRefusal.MAY_NOT_PUSH, level
        assert (await service_gate.decide(officer, task.id, Decision(B, "居民自己的事", LAW))).state is B
    task = await asked(here, n=30, item=item.code, level=Level.COMMUNITY)
    assert (await service_gate.decide(officer, task.id, Decision(A))).state is A
    client = new_client()
    await client.sign_in_as(here.people["officer"], is_staff=True)
    task = await asked(here, n=31, item=item.code, level=Level.STREET)
    page = await client.get(f"/gate/{task.id}")
    assert "街道不能交给社区" in page.text and "社区清单里有这一项" not in page.text
    told = await client.send_form(f"/gate/{task.id}/decide", {"to": "allowed"})
    assert told.status_code == 422 and "第四十二条至第四十四条" in told.text and 'id="f-to-error"' in told.text


async def test_the_pages(here: Neighbourhood, new_client: NewClient) -> None:
    nobody, worker, officer, far = (new_client() for _ in range(4))
    await worker.sign_in_as(here.people["worker"], is_staff=True)
    await officer.sign_in_as(here.people["officer"], is_staff=True)
    other = await make_person("别的街道", role=Role.SOCIAL_WORKER, place=here.tree.other_community)
    await far.sign_in_as(other, is_staff=True)
    assert (await nobody.get("/gate/new")).status_code in (303, 401, 403)
    sent = {
        "form_id": "f" * 20, "community": here.tree.community.code, "title": "填一张表", "office": "某局",
        "minutes_week": "30", "pushed_by": "department",
    }  # fmt: skip
    bad = await worker.send_form("/gate/new", sent | {"minutes_week": "many", "title": ""})
    assert bad.status_code == 422 and "某局" in bad.text
    unsaid = await worker.send_form("/gate/new", {k: v for k, v in sent.items() if k != "pushed_by"})
    assert unsaid.status_code == 422 and 'id="f-pushed_by-error"' in unsaid.text
    told = await worker.send_form("/gate/new", sent)
    address = told.headers["location"]
    assert "填一张表" in (await nobody.get("/gate")).text and "某局" in (await nobody.get(address)).text
    assert (await far.send_form(f"{address}/decide", {"to": "refused"})).status_code == 403
    half = await officer.send_form(f"{address}/decide", {"to": "refused", "reason": "没有依据"})
    assert half.status_code == 422 and "没有依据" in half.text
    done = await officer.send_form(
        f"{address}/decide", {"to": "refused", "reason": "没有依据", "ground": "committee-law"}
    )
    assert done.status_code == 303
    assert "城市居民委员会组织法" in (await nobody.get(address)).text
    assert (await nobody.get("/gate?state=refused")).text.count("填一张表") == 1
    assert (await nobody.get("/gate?state=none&page=x")).status_code == 200
