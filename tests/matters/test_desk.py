"""The triage desk's own help: leases, answers often given, many at once with a preview, taking back."""

from datetime import timedelta

import pytest

from linyue.base.errors import NotFound, Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import (
    routes_desk,
    service_bulk,
    service_desk,
    service_handle,
    service_inbox,
    service_merge,
    service_report,
    service_sweep,
)
from linyue.matters.model import Matter, MatterEvent, MatterFollower
from linyue.matters.rules import MatterState, Rating
from linyue.matters.rules_desk import DeskRefusal
from linyue.matters.service_inbox import Queue
from linyue.matters.service_triage import Sending
from tests.conftest import MovableClock, NewClient
from tests.make.matters import (
    Neighbourhood,
    accepted,
    completed,
    item_for,
    make_matter,
    make_neighbourhood,
    send_to,
    version_of,
)


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def test_the_second_worker_is_told_until_the_lease_lapses(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    first, second = await here.actor("worker"), await here.actor("worker2")
    assert [await service_desk.look(first, matter.id) for _ in range(2)] == ["", ""]
    assert await service_desk.look(second, matter.id) == "worker"
    with pytest.raises(Refused) as told:
        await service_desk.refuse_if_held(second, matter.id, anyway=False)
    assert told.value.args_for_text == {"who": "worker"}
    await service_desk.refuse_if_held(second, matter.id, anyway=True)
    await service_desk.refuse_if_held(first, matter.id, anyway=False)
    clock.move(minutes=6)
    assert await service_desk.look(second, matter.id) == ""
    assert await service_desk.look(first, matter.id) == "worker2"


async def test_a_preview_stores_and_tells_nothing(here: Neighbourhood) -> None:
    first, gone = await make_matter(here), await make_matter(here)
    await send_to(here, gone, Way.OWN_DESK)
    worker, ids = await here.actor("worker"), [here.tree.community.id]
    before = (await MatterEvent.all().count(), await Message.all().count(), await version_of(first))
    sending = Sending(Way.CENTRE, item_code=await item_for(Way.CENTRE), note="请带材料")
    picked = [(first.number, first.version), (gone.number, gone.version)]
    lines = await service_bulk.preview(worker, picked, ids, sending)
    assert [(line.owner_role, line.reason is None) for line in lines] == [("centre_clerk", True), ("", False)]
    assert before == (await MatterEvent.all().count(), await Message.all().count(), await version_of(first))
    sent = await service_bulk.send_many(worker, picked, ids, sending)
    assert [line.reason is None for line in sent] == [True, False]
    assert sent[0].due_at == lines[0].due_at and (await Matter.get(id=first.id)).way is Way.CENTRE
    with pytest.raises(NotFound):
        await service_bulk.preview(await here.actor("far_worker"), picked, [here.tree.other_community.id], sending)


async def test_a_sending_is_taken_back_while_nobody_touched_it(here: Neighbourhood, clock: MovableClock) -> None:
    worker = await here.actor("worker")
    matter = await make_matter(here)
    names = (
        "due_at",
        "due_days",
        "due_unit",
        "is_due_provisional",
        "due_from",
        "warn_at",
        "warn_last_at",
        "overdue_at",
    )
    filed = await Matter.get(id=matter.id)
    assert filed.due_days == 1 and filed.warn_at
    await send_to(here, matter, Way.REFUSAL)
    back = await service_desk.undo(worker, matter.id)
    assert (back.state, back.way, back.closed_at) == (MatterState.REPORTED, None, None)
    stored = await Matter.get(id=matter.id)
    assert {name: getattr(stored, name) for name in names} == {name: getattr(filed, name) for name in names}
    assert await Message.filter(key="matters-told-undone").count() == 1
    await send_to(here, matter, Way.CENTRE)
    for who, minutes, reason in (("worker2", 0, DeskRefusal.UNDO_TOUCHED), ("worker", 11, DeskRefusal.UNDO_LATE)):
        clock.move(minutes=minutes)
        with pytest.raises(Refused) as told:
            await service_desk.undo(await here.actor(who), matter.id)
        assert told.value.reason is reason
    other = await make_matter(here)
    await send_to(here, other, Way.CENTRE)
    await accepted(here, other, "clerk")
    lines = await service_bulk.undo_many(worker, [(other.number, await version_of(other))], [here.tree.community.id])
    assert lines[0].reason is not None and (await Matter.get(id=other.id)).state is MatterState.ACCEPTED


async def test_what_was_late_at_the_desk_is_late_again(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    clock.move(days=9)
    await service_sweep.sweep_due()
    late = await Matter.get(id=matter.id)
    assert late.overdue_at and late.level
    await send_to(here, matter, Way.CENTRE)
    await service_desk.undo(await here.actor("worker"), matter.id)
    back = await Matter.get(id=matter.id)
    assert (back.due_at, back.level, back.overdue_at is not None) == (late.due_at, late.level, True)
    assert back.warn_at and late.warn_at and abs(back.warn_at - late.warn_at) < timedelta(minutes=1)
    assert await service_sweep.sweep_due() == 0, "it is told once"


async def test_every_merged_reporter_may_answer_and_rate(here: Neighbourhood) -> None:
    worker, neighbour = await here.actor("worker"), await here.actor("neighbour")
    older = await make_matter(here)
    newer = await make_matter(here, reporter_id=here.people["neighbour"].id)
    await service_merge.merge(worker, newer.id, newer.version, older.number)
    await send_to(here, older, Way.OWN_DESK)
    await accepted(here, older, "worker")
    await service_handle.ask(worker, older.id, await version_of(older), "哪一户？")
    await service_report.answer(neighbour, older.id, await version_of(older), "602")
    await completed(here, older, "worker")
    rated = await service_report.rate(neighbour, older.id, await version_of(older), Rating.SATISFIED)
    assert rated.state is MatterState.CLOSED


async def test_parting_leaves_each_reporter_where_they_reported(here: Neighbourhood) -> None:
    worker = await here.actor("worker")
    older = await make_matter(here)
    own = await make_matter(here)
    await service_merge.merge(worker, own.id, own.version, older.number)
    await service_merge.unmerge(worker, own.id, await version_of(own))
    assert await _reporters(older) == {here.people["resident"].id}


async def _reporters(matter: Matter) -> set[int]:
    return {row.person_id for row in await MatterFollower.filter(matter_id=matter.id, is_reporter=True)}


async def test_a_list_without_end_offers_some_pages_further(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_inbox, "PER_PAGE", 2)
    monkeypatch.setattr(service_inbox, "PAGES_AHEAD", 2)
    for _ in range(7):
        await make_matter(here)
    worker = await here.actor("worker")
    found = service_inbox.queue_of(service_inbox.Queue.ALL, worker, await service_inbox.communities_of(worker))
    open_ended = [await service_inbox.pages_of(found, n, is_open_ended=True) for n in (1, 2, 4, 9)]
    assert open_ended == [(1, 3), (2, 4), (4, 4), (1, 1)]
    assert [await service_inbox.pages_of(found, n, is_open_ended=False) for n in (1, 4, 9)] == [(1, 4), (4, 4), (4, 4)]


async def test_a_desk_has_pages_and_a_search(
    here: Neighbourhood, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_desk, "PER_PAGE", 2)
    monkeypatch.setattr(service_inbox, "PER_PAGE", 2)
    sent = [await send_to(here, await make_matter(here, title=f"第{n}件，灯不亮"), Way.CENTRE) for n in range(5)]
    clerk = new_client()
    await clerk.sign_in_as(here.people["clerk"], is_staff=True)
    pages = [(await clerk.get(f"/desk/centre?page={n}")).text for n in (1, 2, 3)]
    assert [sum(m.number in page for m in sent) for page in pages] == [2, 2, 1] and "page=2" in pages[0]
    found = (await clerk.get("/desk/centre", params={"q": "第3件"})).text
    assert sent[3].number in found and sent[2].number not in found
    assert "没有找到" in (await clerk.get("/desk/centre", params={"q": "井盖"})).text
    kinds = [await send_to(here, await make_matter(here, title=f"第{n}件，墙漏"), Way.COUNCIL) for n in range(3)]
    member = new_client()
    await member.sign_in_as(here.people["member"], is_staff=True)
    pages = [(await member.get(f"/desk/council?page={n}&others={n}")).text for n in (1, 2)]
    assert [sum(m.number in page for m in kinds) for page in pages] == [2, 1]
    assert kinds[1].number in (await member.get("/desk/council", params={"q": kinds[1].number})).text


async def test_emergencies_stand_first_at_every_desk(here: Neighbourhood) -> None:
    plain = [await make_matter(here) for _ in range(3)]
    urgent = await make_matter(here, title="楼道里有煤气味")
    assert urgent.is_urgent and urgent.due_at and plain[0].due_at and urgent.due_at >= plain[0].due_at
    worker, own = await here.actor("worker"), [here.tree.community.id]
    queue = await service_inbox.queue_of(Queue.NEW, worker, own)
    assert [m.id for m in queue] == [urgent.id, *(m.id for m in plain)]
    for matter in (*plain, urgent):
        await send_to(here, matter, Way.CENTRE)
    clerk = await here.actor("clerk")
    assert next(iter(await service_inbox.centre_desk(clerk, "new"))).id == urgent.id
    await accepted(here, plain[1], "clerk")
    await accepted(here, urgent, "clerk")
    assert [m.id for m in await service_inbox.centre_desk(clerk, "doing")] == [urgent.id, plain[1].id]
