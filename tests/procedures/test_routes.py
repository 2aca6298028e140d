"""A procedure by forms alone, in both languages: kinds, beginning, papers, opinions, the sitting, on; refusals in words."""

from collections.abc import Callable

import pytest

from linyue.base import i18n
from linyue.meetings.templates import template_ids
from linyue.procedures.model import Procedure, ProcedurePaper, ProcedureVoice
from linyue.procedures.service import step_now
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.procedures import make_procedure

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_every_kind_has_its_page(new_client: Callable[[], Client], lang: str) -> None:
    reader = new_client()
    await reader.send_form("/settings", {"lang": lang})
    listed = (await reader.get("/kinds")).text
    for name in template_ids():
        assert f"/kinds/{name}" in listed
        answer = await reader.get(f"/kinds/{name}")
        assert answer.status_code == 200 and '<svg class="machine"' in answer.text
    assert (await reader.get("/kinds/nothing")).status_code == 404


async def test_a_procedure_by_forms(new_client: Callable[[], Client], clock: MovableClock) -> None:
    made = await make_procedure("daily")
    chair, neighbour, reader = new_client(), new_client(), new_client()
    await chair.sign_in_as(made.chair.person_id)
    await neighbour.sign_in_as(made.neighbours[1].person_id)
    assert (await reader.get("/procedures/new")).status_code == 303
    assert (await neighbour.get("/procedures/new")).status_code == 403
    wrong = await chair.send_form("/procedures/new", {"template": "daily", "place_id": made.place.id, "title": ""})
    assert wrong.status_code == 422 and "请写叫什么" in wrong.text
    sent = {"template": "daily", "place_id": made.place.id, "title": "路灯"}
    begun = await chair.send_form("/procedures/new", sent)
    assert begun.status_code == 303
    at = begun.headers["location"].split("?")[0]
    assert at.startswith("/procedures/YS")
    assert (await neighbour.send_form(f"{at}/voices", {"text": "太暗了"})).status_code == 303
    empty = await neighbour.send_form(f"{at}/voices", {"text": ""})
    assert empty.status_code == 422 and "请写内容" in empty.text
    assert (await neighbour.send_form(f"{at}/papers/issues", {"text": "我来写"})).status_code == 403
    assert (await chair.send_form(f"{at}/papers/issues", {"text": "三盏路灯不亮。"})).status_code == 303
    text = (await reader.get(at)).text
    assert "太暗了" in text and "三盏路灯不亮" in text and "/go-on" not in text
    seen = (await Procedure.get(number=at.rsplit("/", 1)[1])).id
    early = await chair.send_form(f"{at}/go-on", {"seen": await _step(seen)})
    assert early.status_code == 409 and "时间还没到" in early.text
    clock.move(days=13)  # past any holiday: a last day off moves on
    assert (await chair.send_form(f"{at}/go-on", {"seen": await _step(seen)})).status_code == 303
    unplaced = {"day": "2030-01-01", "time": "19:00", "mode": "hall", "venue": ""}
    refused = await chair.send_form(f"{at}/sitting", unplaced)
    assert refused.status_code == 422 and "请写地点" in refused.text
    called = await chair.send_form(f"{at}/sitting", unplaced | {"venue": "议事厅"})
    assert called.status_code == 303 and called.headers["location"].endswith("/compose")
    voice = await ProcedureVoice.get(text="太暗了")
    assert (await chair.send_form(f"{at}/voices/{voice.id}/hide", {"reason": "重复"})).status_code == 303
    assert "已隐藏：重复" in (await reader.get(at)).text
    assert (await chair.send_form(f"{at}/withdraw", {"reason": "路灯修好了"})).status_code == 303
    text = (await reader.get(at)).text
    assert "撤回了" in text and "路灯修好了" in text
    assert at in (await reader.get("/procedures")).text


async def test_a_form_sent_twice_is_there_once(new_client: Callable[[], Client]) -> None:
    made = await make_procedure("daily")
    chair, neighbour = new_client(), new_client()
    await chair.sign_in_as(made.chair.person_id)
    await neighbour.sign_in_as(made.neighbours[1].person_id)
    sent = {"template": "daily", "place_id": made.place.id, "title": "路灯"}
    at = {(await chair.send_form("/procedures/new", sent)).headers["location"].split("?")[0] for _ in range(2)}
    assert len(at) == 1, "the second form leads to the procedure of the first"
    other = (await chair.send_form("/procedures/new", sent | {"title": "路灯二"})).headers["location"].split("?")[0]
    assert other not in at
    address = at.pop()
    for text in ("太暗了", "太暗了 ", "还是太暗"):
        assert (await neighbour.send_form(f"{address}/voices", {"text": text})).status_code == 303
    for text in ("三盏路灯不亮。", "三盏路灯不亮。", "四盏路灯不亮。", "三盏路灯不亮。"):
        assert (await chair.send_form(f"{address}/papers/issues", {"text": text})).status_code == 303
    step = await _step((await Procedure.get(number=address.rsplit("/", 1)[1])).id)
    assert await ProcedureVoice.filter(step_id=step).order_by("id").values_list("text", flat=True) == [
        "太暗了",
        "还是太暗",
    ]
    papers = await ProcedurePaper.filter(step_id=step).order_by("id").values_list("text", flat=True)
    assert papers == ["三盏路灯不亮。", "四盏路灯不亮。", "三盏路灯不亮。"], "a text that comes back is a newer one"


async def _step(procedure_id: int) -> int:
    step = await step_now(procedure_id)
    assert step is not None
    return step.id
