"""A matter that is both: two parts under one number, each with one owner and one due time."""

import pytest

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.boards import service as boards
from linyue.boards.rules import By, What
from linyue.boards.service import this_month
from linyue.centres.rules import Way
from linyue.matters import (
    service_merge,
    service_moderate,
    service_parts,
    service_report,
    service_timeline,
    service_views,
)
from linyue.matters.model import Matter, MatterFollower
from linyue.matters.rules import FINAL, MatterRefusal, MatterState, Rating, ReturnReason
from linyue.matters.rules_parts import (
    PartRefusal,
    Side,
    part_number,
    refuse_split,
    refuse_way,
    state_of_whole,
    whole_number,
)
from linyue.matters.service_handle import give_back
from linyue.matters.service_parts import Halves
from linyue.matters.service_triage import Sending, send
from linyue.open311 import service_read
from linyue.open311.rules import Wanted
from linyue.upkeep.doctor_matters import MATTERS
from tests.make.matters import Neighbourhood, accepted, completed, item_for, make_matter, make_neighbourhood, version_of

S = MatterState


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def both(here: Neighbourhood, matter: Matter, way: Way = Way.CENTRE, who: str = "worker") -> Halves:
    """Split by the worker: to the council's member of facilities, and the office of the first item that goes `way`."""
    sendings = (Sending(way, item_code=await item_for(way)), Sending(Way.COUNCIL, kind="facilities"))
    return await service_parts.split(
        await here.actor(who), matter.id, await version_of(matter), sendings, "要邻里商量，也要办证。"
    )


async def healthy(settings: Settings) -> None:
    for name, _, check in MATTERS:
        assert (await check(settings))[1] == [], name


@pytest.mark.parametrize(
    ("ways", "part", "reason"),
    [
        ((Way.COUNCIL, Way.CENTRE), "", None),
        ((Way.REFUSAL, Way.COUNCIL), "", None),
        ((Way.COUNCIL, Way.COUNCIL), "", PartRefusal.ONE_OF_EACH),
        ((Way.CENTRE, Way.OWN_DESK), "", PartRefusal.ONE_OF_EACH),
        ((Way.COUNCIL, Way.CENTRE), "residential", PartRefusal.SPLIT_ALREADY),
    ],
)
def test_both_means_one_of_each(ways: tuple[Way, Way], part: str, reason: PartRefusal | None) -> None:
    assert refuse_split(ways, part) is reason


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([S.ASSIGNED, S.ACCEPTED], S.ASSIGNED),
        ([S.CLOSED, S.ACCEPTED], S.ACCEPTED),
        ([S.COMPLETED, S.WAITING], S.WAITING),
        ([S.COMPLETED, S.CLOSED], S.COMPLETED),
        ([S.CLOSED, S.CLOSED], S.CLOSED),
        ([S.CLOSED, S.REFERRED], S.CLOSED),
        ([S.WITHDRAWN, S.WITHDRAWN], S.WITHDRAWN),
        ([S.EXECUTING], S.EXECUTING),
    ],
)
def test_a_number_is_over_when_each_part_is(states: list[MatterState], whole: MatterState) -> None:
    assert state_of_whole(states) is whole
    assert (state_of_whole(states) in FINAL) is all(state in FINAL for state in states)


def test_numbers_of_parts() -> None:
    assert part_number("2026-0387", 2) == "2026-0387-2"
    assert {whole_number(one) for one in ("2026-0387", "2026-0387-2", "2026-0387-12")} == {"2026-0387"}
    assert refuse_way(Way.CENTRE, [("governmental", S.ASSIGNED)]) is PartRefusal.SAME_SIDE
    assert refuse_way(Way.CENTRE, [("governmental", S.CLOSED)]) is None
    assert refuse_way(Way.COUNCIL, [("governmental", S.ASSIGNED)]) is None


async def test_each_part_has_its_own_owner_and_time(here: Neighbourhood, db: Settings) -> None:
    matter = await make_matter(here)
    halves = await both(here, matter)
    first, second = await Matter.get(id=halves.first.id), await Matter.get(id=halves.second.id)
    assert (first.number, second.number) == (matter.number, f"{matter.number}-2")
    assert (first.part, second.part, second.root_id) == (Side.RESIDENTIAL, Side.GOVERNMENTAL, first.id)
    assert (first.owner_id, first.way) == (here.people["member"].id, Way.COUNCIL)
    assert (second.owner_role, second.centre_id, second.way) == ("centre_clerk", here.centre.id, Way.CENTRE)
    assert first.due_at and second.due_at and first.due_at != second.due_at
    told = await Message.filter(person_id=here.people["resident"].id).order_by("id").values_list("key", flat=True)
    assert list(told) == ["matters-told-received", "matters-told-split"]
    await healthy(db)


async def test_the_number_closes_when_both_parts_have(here: Neighbourhood, db: Settings) -> None:
    halves = await both(here, await make_matter(here))
    resident = await here.actor("resident")
    for part, who in ((halves.second, "clerk"), (halves.first, "member")):
        row = await service_views.rows_of("zh-CN", [await Matter.get(id=halves.first.id).select_related("place")])
        assert row[0].chip.startswith("两头在办")
        assert (await service_read.one("zh-CN", halves.first.number, ""))["status"] == "open"
        await accepted(here, part, who)
        await completed(here, part, who)
        await service_report.rate(resident, part.id, await version_of(part), Rating.SATISFIED)
    row = await service_views.rows_of("zh-CN", [await Matter.get(id=halves.first.id).select_related("place")])
    assert (row[0].chip, row[0].clock) == ("已办结", None)
    assert (await service_read.one("zh-CN", halves.first.number, ""))["status"] == "closed"
    with pytest.raises(NotFound):
        await service_read.one("zh-CN", halves.second.number, "")
    wanted = Wanted((halves.first.number, halves.second.number), (), clock.now(), clock.now(), None, 1, 9, False)
    assert len(await service_read.search("zh-CN", wanted, "")) == 1
    lines = await service_timeline.entries_of("zh-CN", halves.first, is_inside=True, is_staff=False, photos=[])
    titles = [line.title for line in lines]
    assert titles[:2] == ["居民提出", "分流：两样都有，分两头办"]
    assert "政府办理这一头：办好了" in titles and "邻里商量这一头：评价：满意" in titles
    assert "分出一头" not in titles
    await healthy(db)


async def test_followers_stand_with_the_number_and_hear_of_both_parts(here: Neighbourhood) -> None:
    halves = await both(here, await make_matter(here))
    neighbour = await here.actor("neighbour")
    await service_report.follow(neighbour, halves.second.thread_id)
    await accepted(here, halves.second, "clerk")
    told = await Message.filter(person_id=neighbour.person_id).first()
    assert told is not None and told.link == f"/m/{halves.first.number}"
    assert await MatterFollower.filter(matter_id=halves.second.id).count() == 0


async def test_a_returned_part_is_not_sent_to_the_other_ones_side(here: Neighbourhood, db: Settings) -> None:
    earlier = await make_matter(here)
    halves = await both(here, await make_matter(here))
    clerk, worker = await here.actor("clerk"), await here.actor("worker")
    await give_back(clerk, halves.second.id, await version_of(halves.second), ReturnReason.NOT_OURS, "不归我们")
    with pytest.raises(Refused) as told:
        await send(worker, halves.second.id, await version_of(halves.second), Sending(Way.COUNCIL, kind="facilities"))
    assert told.value.reason is PartRefusal.SAME_SIDE
    with pytest.raises(Refused) as told:
        await service_merge.merge(worker, halves.first.id, await version_of(halves.first), earlier.number)
    assert told.value.reason is PartRefusal.PARTS_FIRST
    joined = await service_parts.join(worker, halves.second.id, await version_of(halves.second), "其实是一件事")
    assert (joined.part, joined.state) == ("", S.ASSIGNED)
    assert (await Matter.get(id=halves.second.id)).state is S.MERGED
    with pytest.raises(Refused):
        await service_merge.unmerge(worker, halves.second.id, await version_of(halves.second))
    await healthy(db)


async def test_a_number_can_be_split_again_after_it_was_joined(here: Neighbourhood, db: Settings) -> None:
    matter = await make_matter(here)
    halves = await both(here, matter)
    worker = await here.actor("worker")
    await service_parts.join(worker, halves.second.id, await version_of(halves.second), "一件事")
    member = await here.actor("member")
    await give_back(member, matter.id, await version_of(matter), ReturnReason.NOT_OURS, "还有一半归政府")
    again = await both(here, matter)
    assert again.second.number == f"{matter.number}-3"
    await healthy(db)


async def test_withdrawing_takes_both_parts_back_or_none(here: Neighbourhood, db: Settings) -> None:
    resident = await here.actor("resident")
    halves = await both(here, await make_matter(here))
    await service_report.withdraw(resident, halves.first.id, await version_of(halves.first))
    assert {m.state for m in await Matter.all()} == {S.WITHDRAWN}
    halves = await both(here, await make_matter(here))
    await accepted(here, halves.second, "clerk")
    await completed(here, halves.second, "clerk")
    with pytest.raises(Refused) as told:
        await service_report.withdraw(resident, halves.first.id, await version_of(halves.first))
    assert told.value.reason is MatterRefusal.NOT_NOW
    assert (await Matter.get(id=halves.first.id)).state is S.ASSIGNED
    await healthy(db)


async def test_hiding_covers_both_parts(here: Neighbourhood) -> None:
    halves = await both(here, await make_matter(here))
    worker = await here.actor("worker")
    await service_moderate.hide(worker, halves.first.id, await version_of(halves.first), "有姓名")
    assert (await Matter.get(id=halves.second.id)).hidden_reason == "有姓名"
    with pytest.raises(Refused):
        await service_moderate.hide(worker, halves.second.id, await version_of(halves.second), "有姓名")


async def test_boards_count_a_report_once_and_each_parts_work(here: Neighbourhood) -> None:
    await make_matter(here)
    halves = await both(here, await make_matter(here))
    await accepted(here, halves.second, "clerk")
    await completed(here, halves.second, "clerk")
    for by in By:
        board = await boards.board_of("zh-CN", here.tree.district, this_month(), by)
        assert (board.total.n(What.IN), board.total.n(What.DONE)) == (2, 1)
        seen = await boards.behind("zh-CN", here.tree.district, this_month(), What.IN, by, "", offset=0, limit=9)
        assert seen.total == 2
    by_centre = await boards.board_of("zh-CN", here.tree.district, this_month(), By.CENTRE)
    line = next(one for one in by_centre.lines if one.key == str(here.centre.id))
    assert (line.figures.n(What.IN), line.figures.n(What.DONE)) == (1, 1)
