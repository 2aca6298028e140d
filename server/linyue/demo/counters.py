"""What the counters and the gate of the sample district show: trained clerks, booked times, a closure, pushed tasks."""

import contextlib
import random
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.boards import service_sample
from linyue.boards.rules_follow import Answer
from linyue.boards.service import this_month
from linyue.centres import service_centres, service_cover, service_gate, service_tickets
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way, route_of
from linyue.centres.rules_gate import GateState, Ground
from linyue.centres.rules_terms import Level
from linyue.centres.service import catalogue_index
from linyue.centres.service_gate import Decision, NewTask
from linyue.demo.people import People
from linyue.places.model import Place

SATURDAY = "09:00-11:30"
BOOKED = ("owner", "neighbour", "tenant")
"""Who has booked a time at the first centre."""
TASKS: tuple[tuple[str, str, str, int, int, Decision | None], ...] = (
    ("人口变动抽样调查入户", "区统计局", "每季度一次，按名单入户。", 120, 40, Decision(
        GateState.ADMITTED, "一年一次的抽样，清单里没有，临时接。", None, None, "区统计局出经费，派两个人一起入户"
    )),
    ("给企业发放统计台账", "区商务局", "每月上门收一次表。", 90, 30, Decision(
        GateState.REFUSED, "企业台账是部门自己的事，社区清单里没有，也没有经费。", Ground.COMMITTEE_LAW
    )),
    ("开具亲属关系证明", "某银行网点", "客户办业务要用。", 20, 20, Decision(
        GateState.REFUSED, "这个证明社区不开，请客户找公安或者公证处。", Ground.CERTIFICATES
    )),
    ("上报小区充电桩数量", "街道建设办", "三天内报，以后每月更新。", 45, 2, None),
)  # fmt: skip
"""What, who wants it, why, minutes a week, days ago, and what the gate said."""


async def make_counters(people: People, today: datetime, rng: random.Random) -> None:
    """Clerks are trained, one window is open, three residents come on the next days, one centre will be closed."""
    admin = await people.actor("administrator")
    for centre in await ServiceCentre.all():  # as the hours in words say
        await service_centres.set_counters(
            admin, centre.id, centre.opens, centre.windows, centre.slot_minutes, SATURDAY
        )
    fields = [field.key for field in await service_cover.fields_taken()]
    for centre_id, clerk in people.clerks.items():
        centre = await ServiceCentre.get(id=centre_id)
        await service_cover.train(admin, centre, clerk.id, rng.sample(fields, k=rng.randint(3, len(fields))))
    first = await ServiceCentre.get(code="C01").select_related("place")
    await service_cover.sit(await people.actor("clerk"), first, 1)
    await _book(people, first)
    last = await ServiceCentre.all().order_by("-position").first()
    assert last is not None
    day = clock.local(today).date() + timedelta(days=20)
    await service_centres.close_on(admin, last.id, day, day + timedelta(days=2), "空调检修", "Repairs")


async def make_sample(people: People) -> None:
    """Last month's sample of the sub-district, a few of them called about."""
    officer = await people.actor("officer")
    place = await Place.get(code="duantang")
    month = this_month().before()
    drawn = await service_sample.draw_sample(officer, place, month, 8)
    for n, entry in enumerate((await service_sample.entries_of(drawn))[:5]):
        with contextlib.suppress(Refused):  # one the officer settled
            await service_sample.note(officer, entry, (Answer.FIXED, Answer.FIXED, Answer.PARTLY)[n % 3])


async def _book(people: People, centre: ServiceCentre) -> None:
    index = await catalogue_index()
    items = [item.code for item in index.catalogue.items if route_of(item) is Way.CENTRE]
    free = [at for _, times in await service_tickets.free_times(centre) for at in times]
    for n, key in enumerate(BOOKED):
        actor: Actor = await people.actor(key)
        await service_tickets.book(actor, centre, f"sample-visit-{n:03d}", free[n * 2], items[n : n + 1 + n % 2])


async def make_gate(people: People, today: datetime) -> None:
    """Four tasks from above: taken for a term, refused twice, one still to be decided."""
    officer, worker = await people.actor("officer"), await people.actor("social_worker")
    before = clock.offset()
    for n, (title, office, text, minutes, days, decision) in enumerate(TASKS):
        at = today - timedelta(days=days)
        clock.set_offset(at - clock.real_now())
        new = NewTask(
            f"sample-task-{n:04d}", "duantang-nandu", title, office, minutes, text, pushed_by=Level.DEPARTMENT
        )
        task = await service_gate.ask(worker, new)
        if decision is None:
            continue
        if decision.to is GateState.ADMITTED:
            ends = clock.local(today).date() + timedelta(days=50)
            decision = Decision(decision.to, decision.reason, None, ends, decision.means)
        await service_gate.decide(officer, task.id, decision)
    clock.set_offset(before)
