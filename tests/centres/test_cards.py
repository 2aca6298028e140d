"""Policy cards: what one must say, who writes them, where they are found."""

import html
from datetime import date, timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base.errors import Refused
from linyue.base.settings import Settings
from linyue.centres import service_cards
from linyue.centres.model_cards import PolicyCard
from linyue.centres.rules_cards import CardRefusal, codes_in, refuse_card
from linyue.centres.service_cards import CardWords
from tests.conftest import MovableClock, NewClient
from tests.make.matters import make_neighbourhood

R = CardRefusal
TODAY, KNOWN = date(2026, 11, 2), {"HS-008", "HS-038", *(f"HS-{n}" for n in range(100, 110))}


@pytest.mark.parametrize(
    ("title", "text", "source", "codes", "review_on", "refused"),
    [
        ("高龄津贴", "八十岁起可以领", "办法第三条", ["HS-008"], date(2027, 5, 1), None),
        (" ", "八十岁起可以领", "办法", ["HS-008"], date(2027, 5, 1), (R.NO_TITLE, "title", "")),
        ("高龄津贴", "", "办法", ["HS-008"], date(2027, 5, 1), (R.NO_TEXT, "text", "")),
        ("高龄津贴", "字" * 301, "办法", ["HS-008"], date(2027, 5, 1), (R.TOO_LONG, "text", "300")),
        ("高龄津贴", "可以领", " ", ["HS-008"], date(2027, 5, 1), (R.NO_SOURCE, "source", "")),
        ("高龄津贴", "可以领", "办法", [], date(2027, 5, 1), (R.NO_ITEM, "items", "")),
        ("高龄津贴", "可以领", "办法", ["HS-999"], date(2027, 5, 1), (R.UNKNOWN_ITEM, "items", "HS-999")),
        ("高龄津贴", "可以领", "办法", [f"HS-{n}" for n in range(100, 109)], date(2027, 5, 1), (R.MANY_ITEMS, "items", "8")),
        ("高龄津贴", "可以领", "办法", ["HS-008"], TODAY, (R.REVIEW_DAY, "review_on", "")),
        ("高龄津贴", "可以领", "办法", ["HS-008"], TODAY + timedelta(days=366), None),
        ("高龄津贴", "可以领", "办法", ["HS-008"], TODAY + timedelta(days=367), (R.REVIEW_DAY, "review_on", "")),
    ],
)  # fmt: skip
def test_what_a_card_must_say(
    title: str, text: str, source: str, codes: list[str], review_on: date, refused: object
) -> None:
    assert refuse_card(title, text, source, codes, KNOWN, review_on, TODAY) == refused


def test_codes_are_read_as_people_type_them() -> None:
    assert codes_in("hs-008，HS-038、hs-008\nHS-101") == ["HS-008", "HS-038", "HS-101"]


async def test_a_card_is_found_at_its_item_until_it_is_retired(
    new_client: NewClient, db: Settings, clock: MovableClock
) -> None:
    here = await make_neighbourhood()
    worker, today = await here.actor("worker"), district_clock.local(district_clock.now()).date()
    words = CardWords("高龄津贴怎么领", "到年龄就能领。", "办法", "HS-008", today + timedelta(days=30))
    card = await service_cards.write_card(worker, words)
    client = new_client()
    item = html.unescape((await client.get("/services/HS-008")).text)
    assert "高龄津贴怎么领" in item and f"/cards/{card.id}" in item
    assert "高龄津贴怎么领" not in (await client.get("/services/HS-038")).text
    assert "高龄津贴怎么领" in (await client.get("/cards?q=津贴")).text
    assert "高龄津贴怎么领" not in (await client.get("/cards?q=公园")).text
    assert "1张卡片" in (await client.get(f"/council/{here.tree.compound.code}")).text
    clock.move(days=31)
    assert "可能过时" in (await client.get(f"/cards/{card.id}")).text
    with pytest.raises(Refused) as refused:
        await service_cards.change_card(worker, card.id, words, 1)
    assert refused.value.reason is R.REVIEW_DAY
    await service_cards.retire_card(worker, card.id, 1)
    assert (await client.get(f"/cards/{card.id}")).status_code == 404
    assert await PolicyCard.filter(id=card.id).count() == 1


async def test_authorised_people_write_in_the_browser(new_client: NewClient) -> None:
    here = await make_neighbourhood()
    resident, worker = new_client(), new_client()
    await resident.sign_in_as(here.people["resident"])
    await worker.sign_in_as(here.people["worker"], is_staff=True)
    assert (await resident.get("/cards/new")).status_code == 403
    day = str(district_clock.local(district_clock.now()).date() + timedelta(days=90))
    sent = {
        "title": "居住证",
        "text": "住满半年可以办。",
        "source": "条例",
        "items": "HS-777",
        "review_on": day,
        "version": "0",
    }
    wrong = await worker.send_form("/cards/new", sent)
    assert wrong.status_code == 422 and "没有HS-777这个事项" in html.unescape(wrong.text) and "住满半年" in wrong.text
    assert (await worker.send_form("/cards/new", sent | {"items": "hs-038"})).status_code == 303
    card = await PolicyCard.get(title="居住证")
    changed = sent | {"items": "HS-038 HS-008", "version": "1"}
    assert (await worker.send_form(f"/cards/{card.id}/edit", changed)).status_code == 303
    assert (await worker.send_form(f"/cards/{card.id}/edit", changed)).status_code == 422
    assert (await worker.send_form(f"/cards/{card.id}/retire", {"version": "2"})).status_code == 303
