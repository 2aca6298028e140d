"""Random walks over the services: after every try, each matter has one owner, one due time unless it is over, and a
history that replays to its present state.
"""

import random
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import (
    service,
    service_after,
    service_handle,
    service_merge,
    service_moderate,
    service_move,
    service_parts,
    service_report,
    service_sweep,
    service_triage,
)
from linyue.matters.model import Matter, MatterEvent, NumberSeries
from linyue.matters.rules import FINAL, TRANSITIONS, MatterState, Rating, ReturnReason, Step
from linyue.matters.service_triage import Sending
from tests.conftest import MovableClock
from tests.faults.size import seed_of, size
from tests.make.matters import Neighbourhood, item_for, make_matter, make_neighbourhood

STEPS = 120
Try = Callable[[Actor, Matter, random.Random], Awaitable[object]]


async def check(matter: Matter) -> None:
    """M1 and M2: one owner, one due time unless it is over; the history is legal and leads here."""
    events = await MatterEvent.filter(matter_id=matter.id).order_by("seq")
    assert [e.seq for e in events] == list(range(1, len(events) + 1)), "no entry is missing or doubled"
    assert events[-1].seq == matter.last_seq
    assert matter.owner_role, matter.number
    assert (matter.due_at is None) is (matter.state in FINAL), matter.number
    if matter.state not in FINAL and matter.due_at is not None and matter.paused_at is None:
        assert matter.due_at > district_clock.now() or matter.overdue_at is not None, "swept"
    state = MatterState.REPORTED
    for event in events[1:]:
        move = TRANSITIONS[(state, Step(event.kind))]
        after = MatterState(event.state_after)
        assert after in move.to or (len(move.to) == 1 and after is state), (state, event.kind, after)
        state = after
    last = events[-1]
    assert (state, last.owner_role_after, last.owner_id_after, last.due_after) == (
        matter.state,
        matter.owner_role,
        matter.owner_id,
        matter.due_at,
    )
    assert (matter.merged_into_id is None) is (matter.state is not MatterState.MERGED)


def tries(here: Neighbourhood, items: dict[Way, str]) -> list[Try]:
    """Everything anybody could try, legal or not."""
    soon = timedelta(days=4)
    tree = here.tree
    spots = [tree.building.id, tree.other_building.id, tree.community.id, tree.other_unit.id, tree.other_community.id]

    async def send(who: Actor, matter: Matter, dice: random.Random) -> object:
        way = dice.choice(list(Way))
        sending = Sending(way, kind="facilities") if way is Way.COUNCIL else Sending(way, items[way])
        return await service_triage.send(who, matter.id, matter.version, sending)

    async def split(who: Actor, matter: Matter, dice: random.Random) -> object:
        office = dice.choice([way for way in Way if way is not Way.COUNCIL])
        both = (Sending(Way.COUNCIL, kind="facilities"), Sending(office, items[office]))
        return await service_parts.split(who, matter.id, matter.version, both)

    async def merge(who: Actor, matter: Matter, dice: random.Random) -> object:
        other = dice.choice(await Matter.all().order_by("id"))
        if dice.random() < 0.8:
            return None
        return await service_merge.merge(who, matter.id, matter.version, other.number)

    async def decide(who: Actor, matter: Matter, dice: random.Random) -> object:
        question = secrets.token_hex(4)
        is_adopted = dice.random() < 0.7
        return await service.apply_decision(
            who, matter.id, is_adopted=is_adopted, question_public_id=question, title="先修"
        )

    async def promise(who: Actor, matter: Matter, dice: random.Random) -> object:
        return await service.record_promise(
            who, matter.id, resolution_public_id="r", text="修", owner_id=here.people["neighbour"].id,
            due_at=district_clock.now() + soon,
        )  # fmt: skip

    async def change(who: Actor, matter: Matter, dice: random.Random) -> object:
        return await service.promise_changed(
            who, matter.id, what=("修", ""), owner_id=here.people["member"].id,
            due_at=district_clock.now() + soon, reason="晚",
        )  # fmt: skip

    return [
        send, send, send, split, merge,
        lambda w, m, d: service_parts.join(w, m.id, m.version, "一件事") if d.random() < 0.3 else _nothing(),
        decide, decide, promise, promise, change,
        lambda w, m, d: service_triage.take(w, m.id, m.version),
        lambda w, m, d: service_merge.unmerge(w, m.id, m.version),
        lambda w, m, d: service_handle.accept(w, m.id, m.version),
        lambda w, m, d: service_handle.accept(w, m.id, m.version),
        lambda w, m, d: service_handle.give_back(w, m.id, m.version, d.choice(list(ReturnReason)), "不归我们"),
        lambda w, m, d: service_handle.ask(w, m.id, m.version, "哪一户？"),
        lambda w, m, d: service_report.answer(w, m.id, m.version, "602"),
        lambda w, m, d: service_handle.extend(
            w, m.id, m.version, (district_clock.now() + timedelta(days=d.randrange(20))).date(), "等配件"
        ),
        lambda w, m, d: service_handle.complete(w, m.id, m.version, "好了"),
        lambda w, m, d: service_handle.complete(w, m.id, m.version, "好了"),
        lambda w, m, d: service_report.rate(w, m.id, m.version, d.choice(list(Rating))),
        lambda w, m, d: service_report.withdraw(w, m.id, m.version) if d.random() < 0.2 else _nothing(),
        lambda w, m, d: service_moderate.hide(w, m.id, m.version, "不妥"),
        lambda w, m, d: service_moderate.show(w, m.id, m.version),
        lambda w, m, d: service_move.move(w, m.id, m.version, d.choice(spots), "写错") if d.random() < 0.4 else _nothing(),
        lambda w, m, d: service_after.add(w, m.id, "还有一处") if d.random() < 0.3 else _nothing(),
        lambda w, m, d: service_after.nudge(w, m.id),
        lambda w, m, d: service.put_on_agenda(w, m.id, meeting_public_id="m", meeting_title="会"),
        lambda w, m, d: service.take_off_agenda(w, m.id) if d.random() < 0.3 else _nothing(),
        lambda w, m, d: service.meeting_started(w, m.id),
        lambda w, m, d: service.promise_kept(w, m.id, text="好了"),
    ]  # fmt: skip


async def somebody(step: Try, actors: list[Actor], matter: Matter, dice: random.Random) -> bool:
    """Whether one of them could take the step."""
    for actor in actors:
        try:
            await step(actor, matter, dice)
        except Refused:
            continue
        return True
    return False


async def _nothing() -> None:
    """No step this time."""


@pytest.mark.parametrize("seed", [7, 16, 387, *range(seed_of(1000), seed_of(1000) + size(0, 100))])
async def test_whatever_is_tried_every_matter_stays_whole(db: Settings, clock: MovableClock, seed: int) -> None:
    clock.set(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    here = await make_neighbourhood()
    dice = random.Random(seed)
    names = list(here.people)
    items = {way: await item_for(way) for way in Way if way is not Way.COUNCIL}
    everything = tries(here, items)
    actors = {name: await here.actor(name) for name in names}
    for _ in range(6):
        await make_matter(here)
    for _ in range(STEPS):
        if dice.random() < 0.15:
            clock.move(hours=dice.choice([1, 30, 120]))
        if dice.random() < 0.05:
            await make_matter(here)
        matter = dice.choice(await Matter.all().order_by("id"))
        for step in dice.sample(everything, 8):
            if await somebody(step, [actors[n] for n in dice.sample(names, len(names))], matter, dice):
                break
        await service_sweep.sweep_due()
        await check(await Matter.get(id=matter.id))
    for one in await Matter.all():
        await check(one)
    seen = {e.kind for e in await MatterEvent.all()}
    assert len(seen) > 9, "the walk got somewhere"
    count = await Matter.filter(root_id=None).count()
    merged = await Matter.filter(state=MatterState.MERGED).count()
    linked = await Matter.filter(merged_into_id__isnull=False).count()
    assert merged == linked
    assert sum(s.last_number for s in await NumberSeries.all()) == count, "numbers have no gaps"
