"""Marking a matter as urgent and taking a false alarm back: who may, who is told, where it then stands."""

from collections.abc import Callable

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import service_inbox, service_timeline
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal
from linyue.matters.service_inbox import Queue
from linyue.matters.service_urgent import set_urgent
from tests.client import Client
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to, version_of
from tests.matters.test_parts import both

pytestmark = pytest.mark.anyio


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def mark(here: Neighbourhood, who: str, matter: Matter, is_urgent: bool, text: str = "墙皮要掉下来了") -> Matter:
    return await set_urgent(await here.actor(who), matter.id, await version_of(matter), text, is_urgent=is_urgent)


async def queue(here: Neighbourhood) -> list[int]:
    found = service_inbox.queue_of(Queue.NEW, await here.actor("worker"), [here.tree.community.id])
    return [matter.id for matter in await found]


async def test_it_heads_the_queue_until_it_is_a_false_alarm(here: Neighbourhood) -> None:
    first, second = await make_matter(here), await make_matter(here)
    await mark(here, "officer", second, True)
    assert await queue(here) == [second.id, first.id]
    told = await Message.filter(person_id=here.people["worker"].id, key="matters-told-marked-urgent")
    assert [row.args["number"] for row in told] == [second.number]
    await mark(here, "worker", second, False, "只是水渍")
    assert await queue(here) == [first.id, second.id]
    fresh = await Matter.get(id=second.id).select_related("place", "community")
    entries = await service_timeline.entries_of("zh-CN", fresh, is_inside=False, is_staff=False, photos=[])
    assert [(e.title, e.text) for e in entries[1:3]] == [("标为紧急", "墙皮要掉下来了"), ("取消紧急", "只是水渍")]


async def test_words_of_danger_that_were_none_are_taken_back(here: Neighbourhood) -> None:
    gas = await make_matter(here, title="楼道里有煤气味")
    assert gas.is_urgent
    calm = await mark(here, "worker", gas, False, "邻居炒辣椒")
    assert not calm.is_urgent and not (await Matter.get(id=gas.id)).is_urgent


async def test_only_who_works_on_it_once_and_with_a_reason(here: Neighbourhood) -> None:
    matter = await send_to(here, await make_matter(here), Way.CENTRE)
    for who in ("resident", "neighbour", "member", "far_worker", "far_clerk", "supervisor"):
        with pytest.raises(Refused) as refused:
            await mark(here, who, matter, True)
        assert refused.value.reason is MatterRefusal.NOT_YOURS, who
    with pytest.raises(Refused) as refused:
        await mark(here, "clerk", matter, True, " ")
    assert refused.value.reason is MatterRefusal.NO_REASON
    await mark(here, "clerk", matter, True)
    with pytest.raises(Refused) as refused:
        await mark(here, "worker", matter, True)
    assert refused.value.reason is MatterRefusal.NOT_NOW


async def test_both_parts_of_a_number_are_urgent(here: Neighbourhood) -> None:
    halves = await both(here, await make_matter(here))
    await accepted(here, halves.first, "member")
    await mark(here, "member", halves.first, True)
    assert (await Matter.get(id=halves.second.id)).is_urgent
    assert await Message.filter(person_id=here.people["clerk"].id, key="matters-told-marked-urgent").count() == 1


@pytest.mark.sqlite_only
async def test_one_press_on_the_work_page(new_client: Callable[[], Client], here: Neighbourhood) -> None:
    matter = await make_matter(here)
    worker = new_client()
    await worker.sign_in_as(here.people["worker"].id, is_staff=True)
    for address in (f"/desk/m/{matter.number}", f"/triage?m={matter.number}"):
        assert f'action="/m/{matter.number}/urgent"' in (await worker.get(address)).text
    facts = {"version": str(await version_of(matter)), "urgent": "1", "text": ""}
    bare = await worker.send_form(f"/m/{matter.number}/urgent", facts)
    assert bare.status_code == 422 and "请写几个字" in bare.text
    done = await worker.send_form(f"/m/{matter.number}/urgent", facts | {"text": "线头露在外面"})
    assert done.status_code == 303
    assert "两样都有" in bare.text and done.headers["location"].startswith(f"/triage?m={matter.number}"), "at the queue"
    shown = (await worker.get(f"/desk/m/{matter.number}")).text
    assert "取消紧急" in shown and "线头露在外面" in shown
    resident = new_client()
    await resident.sign_in_as(here.people["resident"].id)
    assert f"/m/{matter.number}/urgent" not in (await resident.get(f"/m/{matter.number}")).text
