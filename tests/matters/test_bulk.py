"""Many reports at once: what comes back to be changed keeps its picks and words; several reports of one thing."""

from typing import Any

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import routes_bulk, service_bulk, service_inbox, service_templates
from linyue.matters.model import Matter, MatterEvent, MatterFollower
from linyue.matters.rules import MatterRefusal, MatterState
from linyue.matters.rules_desk import DeskRefusal
from tests.client import Client
from tests.conftest import NewClient
from tests.make.matters import Neighbourhood, item_for, make_matter, make_neighbourhood, send_to, version_of


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def signed(new_client: NewClient, here: Neighbourhood) -> Client:
    client = new_client()
    await client.sign_in_as(here.people["worker"], is_staff=True)
    return client


def picks(matters: list[Matter]) -> list[tuple[str, int]]:
    return [(one.number, one.version) for one in matters]


async def test_several_reports_of_one_thing_become_one_and_are_parted_again(here: Neighbourhood) -> None:
    worker, ids = await here.actor("worker"), [here.tree.community.id]
    first, second, third = [
        await make_matter(here, reporter_id=here.people[who].id) for who in ("resident", "neighbour", "member")
    ]
    private = await make_matter(here, is_public=False)
    other = await make_matter(here, title="井盖松动", text="走路会响", place_id=here.tree.community.id)
    picked = picks([third, private, other, first, second])
    before = (await MatterEvent.all().count(), await Message.all().count())
    lines = await service_bulk.preview_merge(worker, picked, ids)
    assert [line.number for line in lines] == [m.number for m in (first, second, third, private, other)]
    assert [line.reason.reason if line.reason else None for line in lines] == [
        None, None, None, MatterRefusal.MERGE_PRIVACY, None
    ]  # fmt: skip
    assert [line.is_unlike for line in lines] == [False, False, False, False, True]
    assert before == (await MatterEvent.all().count(), await Message.all().count()), (
        "a preview stores and tells nothing"
    )
    done = await service_bulk.merge_many(worker, picks([second, third, first]), ids)
    assert [line.into for line in done] == [first.number] * 3
    assert await _reporters(first) == {here.people[who].id for who in ("resident", "neighbour", "member")}
    assert await Message.filter(key="matters-told-merged").count() == 2
    back = await service_bulk.part_many(worker, [(line.number, line.version) for line in done[1:]], ids)
    assert [line.reason for line in back] == [None, None]
    assert await _reporters(first) == {here.people["resident"].id}
    assert await Matter.filter(state=MatterState.REPORTED).count() == 5
    with pytest.raises(Refused) as told:
        await service_bulk.merge_many(worker, picks([first]), ids)
    assert told.value.reason is DeskRefusal.ONE_PICKED


async def _reporters(matter: Matter) -> set[int]:
    return {row.person_id for row in await MatterFollower.filter(matter_id=matter.id, is_reporter=True)}


@pytest.mark.sqlite_only
async def test_what_changed_since_it_was_picked_is_not_put_together(here: Neighbourhood) -> None:
    worker, ids = await here.actor("worker"), [here.tree.community.id]
    first, second, third = [await make_matter(here) for _ in range(3)]
    picked = picks([first, second, third])
    await send_to(here, first, Way.CENTRE)
    for lines in (
        await service_bulk.preview_merge(worker, picked, ids),
        await service_bulk.merge_many(worker, picked, ids),
    ):
        reasons = [line.reason.reason if line.reason else None for line in lines]
        assert reasons == [None, MatterRefusal.CHANGED_MEANWHILE, MatterRefusal.CHANGED_MEANWHILE]
    assert not await Matter.filter(state=MatterState.MERGED).exists()


def test_a_version_that_is_no_number_is_no_pick() -> None:
    for odd in ("2026-0001:²", "2026-0001:", "2026-0001", ":", "2026-0001:-1"):
        with pytest.raises(Refused):
            routes_bulk.picked_of(routes_bulk.BulkForm(picked=[odd]))


@pytest.mark.sqlite_only
async def test_picks_and_words_are_kept_when_something_is_missing(
    new_client: NewClient, here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [await make_matter(here, title=f"第{n}件，灯不亮") for n in range(3)]
    monkeypatch.setattr(service_inbox, "PER_PAGE", 2)
    monkeypatch.setattr("linyue.matters.routes_triage.PER_PAGE", 2)
    own = service_templates.of_community(here.tree.community.id)
    await service_templates.save_template(await here.actor("worker"), own, None, "带材料", "请带材料。")
    (answer,) = await service_templates.templates_of([own])
    worker = await signed(new_client, here)
    kept = [f"{m.number}:{m.version}" for m in (made[0], made[2])]
    told: dict[str, Any] = {"picked": kept, "note": "大家好", "queue": "new", "q": "", "page": "1"}

    def is_kept(page: str, note: str = "大家好") -> bool:
        lines = [line for line in page.split("<input") if 'name="picked"' in line]
        ticked = [line for line in lines if " checked" in line.partition(">")[0]]
        return len(ticked) == 2 and all(any(one in line for line in ticked) for one in kept) and f"{note}</text" in page

    for changes, words in (
        ({"kind": "", "item": ""}, "请选归哪一类"),
        ({"kind": "", "item": "HS-999"}, "请选一个事项"),
        ({"kind": "", "item": "", "edit": "1"}, "也选了，不在这一页"),
    ):
        for address in ("/triage/bulk", "/triage/bulk/send"):
            back = await worker.send_form(address, told | changes)
            assert back.status_code == (200 if "edit" in changes else 422)
            assert words in back.text and is_kept(back.text), (address, changes)
    none = await worker.send_form("/triage/bulk", {"note": "写好的话", "kind": "facilities"})
    assert none.status_code == 422 and "还没有勾选" in none.text and "写好的话</textarea>" in none.text
    filled = await worker.send_form("/triage/bulk", told | {"template": answer.key, "fill": "1"})
    assert filled.status_code == 200 and is_kept(filled.text, "请带材料。\n大家好")
    seen = await worker.send_form("/triage/bulk", told | {"template": answer.key, "item": await item_for(Way.CENTRE)})
    assert "2件可以送出" in seen.text and "请带材料。\n大家好</p>" in seen.text
    one = await worker.send_form("/triage/bulk/merge", told | {"picked": kept[:1]})
    assert one.status_code == 422 and "要勾选两件以上" in one.text
    assert await Matter.filter(state=MatterState.REPORTED).count() == 3


@pytest.mark.sqlite_only
async def test_putting_together_from_the_inbox_with_a_look_before_and_a_way_back(
    new_client: NewClient, here: Neighbourhood
) -> None:
    made = [await make_matter(here) for _ in range(3)]
    worker = await signed(new_client, here)
    inbox = (await worker.get(f"/triage?m={made[2].number}")).text
    assert "这3件并成一件" in inbox and inbox.count('name="into"') == 2
    shut = await make_matter(here, title="井盖松了", text="走路会响")
    await send_to(here, shut, Way.REFUSAL)
    later = await make_matter(here, title="井盖松了", text="走路会响")
    shown = (await worker.get(f"/triage?m={later.number}")).text
    assert f"可能是同一件：{shut.number}" in shown, "it is there to be read"
    assert f'name="into" value="{shut.number}"' not in shown, "what has ended takes in nothing"
    told = {"picked": [f"{m.number}:{m.version}" for m in made]}
    seen = await worker.send_form("/triage/bulk/merge", told)
    assert "把2件并进去" in seen.text and await Matter.filter(state=MatterState.REPORTED).count() == 4
    done = await worker.send_form("/triage/bulk/merge/send", told)
    assert "并好了2件" in done.text and await Matter.filter(state=MatterState.MERGED).count() == 2
    back = {"picked": [f"{m.number}:{await version_of(m)}" for m in made[1:]]}
    assert all(one in done.text for one in back["picked"])
    assert "分开了2件" in (await worker.send_form("/triage/bulk/merge/undo", back)).text
    assert await Matter.filter(state=MatterState.REPORTED).count() == 4
