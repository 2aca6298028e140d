"""The pages of a secret vote without script: sealed sends, refusals in words, what a closed box says of itself, the list."""

import base64

import pytest

from linyue.questions import service, service_boxkeys, service_secret
from linyue.questions.model import OpenedBallot, RollEntry
from tests.client import Client
from tests.make.questions import Put
from tests.questions.boxes import Voter, make_secret, voters_of
from tests.questions.test_channels import posted, totals
from tests.questions.test_routes import fields

pytestmark = pytest.mark.anyio


async def box_of(put: Put, count: int) -> list[Voter]:
    """So many have voted, in two ways."""
    voters = (await voters_of(put))[:count]
    for n, one in enumerate(voters):
        await one.cast("against" if n % 2 else "for")
    return voters


async def test_choose_write_down_send_change(client: Client) -> None:
    put = await make_secret()
    base = f"/q/{put.question.public_id}"
    await client.sign_in_as(put.people[0])
    ballot = await client.get(f"{base}/ballot")
    assert "无记名投票" in ballot.text and "服务器收到后马上封好" in ballot.text
    confirm = await client.send_form(f"{base}/ballot/check", {**fields(ballot), "choice": "for"})
    again = await client.send_form(f"{base}/ballot/check", {**fields(ballot), "choice": "against"})
    sent, other = fields(confirm), fields(again)
    assert sent["code"] != other["code"] and sent["client_id"] != other["client_id"]
    assert f"{sent['code'][:4]} {sent['code'][4:]}" in confirm.text
    for _ in range(2):  # a second press of the same button is the same send
        stored = await client.send_form(f"{base}/ballot", sent)
        assert (stored.status_code, stored.headers["location"]) == (303, f"{base}/receipt")
    receipt = await client.get(f"{base}/receipt")
    assert sent["code"] not in receipt.text and "赞成" not in receipt.text
    stale = await client.send_form(f"{base}/ballot", other)
    assert stale.status_code == 409 and "封在箱里" in stale.text
    ballot = await client.get(f"{base}/ballot")
    assert "您的票已经在箱里" in ballot.text and "checked" not in ballot.text
    confirm = await client.send_form(f"{base}/ballot/check", {**fields(ballot), "choice": "abstain"})
    assert (await client.send_form(f"{base}/ballot", fields(confirm))).status_code == 303
    row = await RollEntry.get(question_id=put.question.id, person_id=put.people[0])
    assert row.box_revision == 2


async def test_what_is_not_sealed_well_is_said_in_words(client: Client) -> None:
    put = await make_secret()
    base = f"/q/{put.question.public_id}"
    await client.sign_in_as(put.people[0])
    rest = fields(await client.get(f"{base}/ballot"))
    good = await (await voters_of(put))[0].seal("for")
    bad = {
        "not base64": {"sealed": "%%%"},
        "too short": {"sealed": base64.b64encode(good[:-1]).decode()},
        "no code": {"choice": "for"},
        "no choice": {"code": "ABCD1234"},
        "unknown choice": {"choice": "perhaps", "code": "ABCD1234"},
        "odd code": {"choice": "for", "code": "<b>x</b>"},
    }
    for name, sent in bad.items():
        answer = await client.send_form(f"{base}/ballot", {**rest, **sent})
        assert answer.status_code == 409, name
        assert "还有" in answer.text or "请" in answer.text, name
    assert not await RollEntry.exclude(box_hash="").exists()
    stored = await client.send_form(f"{base}/ballot", {**rest, "sealed": base64.b64encode(good).decode()})
    assert stored.status_code == 303


async def test_a_closed_box_says_where_it_stands(client: Client) -> None:
    put = await make_secret()
    await box_of(put, 3)
    page = f"/q/{put.question.public_id}"
    await service.close_question(put.chair, put.question.id)
    assert "票箱正在打开" in (await client.get(page)).text
    service_boxkeys.destroy(put.question.public_id)
    await service_secret.finish_box(put.question.id)
    assert "钥匙找不到了" in (await client.get(page)).text
    other = await make_secret()
    await box_of(other, 3)
    await service.close_question(other.chair, other.question.id)
    await service_secret.finish_box(other.question.id)
    assert "没有开，票和钥匙都销毁了" in (await client.get(f"/q/{other.question.public_id}")).text


async def test_the_list_is_for_everybody_and_names_nobody(client: Client) -> None:
    put = await make_secret()
    voters = await box_of(put, 11)
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    page = f"/q/{put.question.public_id}"
    closed = (await client.get(page)).text
    assert not [one for one in voters if one.code[:4] + " " + one.code[4:] in closed]
    await service.publish_result(put.chair, put.question.id)
    for who in (None, put.people[0]):
        if who is not None:
            await client.sign_in_as(who)
        result = (await client.get(page)).text
        assert all(f"{one.code[:4]} {one.code[4:]}" in result for one in voters)
        assert "没有谁投了什么的名单" in result
        assert not [one for one in voters if f"邻居{one.person_id}" in result.split("<main", 1)[1]]
    codes = [str(code) for code in await OpenedBallot.all().order_by("code").values_list("code", flat=True)]
    places = [result.index(f"{code[:4]} {code[4:]}") for code in codes]
    assert places == sorted(places)


async def test_papers_stand_among_the_codes_and_the_page_says_so(client: Client) -> None:
    put = await make_secret()
    voters = await box_of(put, 6)
    await RollEntry.filter(question_id=put.question.id, person_id__in=put.people[-4:]).update(channel="paper")
    await posted(put, totals(2, 2))
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    await service.publish_result(put.chair, put.question.id)
    result = (await client.get(f"/q/{put.question.public_id}")).text
    assert "名单里有4张是纸票" in result and "看全部票码（10张）" in result
    assert all(f"{one.code[:4]} {one.code[4:]}" in result for one in voters)


async def test_one_voice_reveals_everybody_and_says_so(client: Client) -> None:
    put = await make_secret()
    for one in (await voters_of(put))[:10]:
        await one.cast("for")
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    await service.publish_result(put.chair, put.question.id)
    assert "也说出了每个投票人的选择" in (await client.get(f"/q/{put.question.public_id}")).text
