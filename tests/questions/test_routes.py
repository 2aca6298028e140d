"""The ballot without script: choose, confirm, receipt, change; every refusal in words; the result and who may see what."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from linyue.questions import service, service_views, writer
from linyue.questions.model import Ballot
from linyue.questions.rules import QuestionState, rule_from_template
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.writer_batch import Answer, Declined, Send
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.questions import Put, make_people, make_question

pytestmark = pytest.mark.anyio


def fields(response: httpx2.Response) -> dict[str, str]:
    """Hidden fields of the page's form."""
    page = response.text.split("<main", 1)[1]
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        if name not in ("csrf", "next", "lang")
    }


async def voter(client: Client, put: Put, who: int = 0) -> str:
    await client.sign_in_as(put.people[who])
    return f"/q/{put.question.public_id}"


async def test_choose_confirm_receipt_change(client: Client) -> None:
    put = await make_question(closes_in=timedelta(minutes=10))
    base = await voter(client, put)
    ballot = await client.get(f"{base}/ballot")
    assert ballot.status_code == 200
    assert [ballot.text.count(word) for word in ("赞成", "反对", "弃权")] == [1, 1, 1]
    assert "checked" not in ballot.text

    confirm = await client.send_form(f"{base}/ballot/check", {**fields(ballot), "choice": "for"})
    assert confirm.status_code == 200
    assert "您选择" in confirm.text
    assert await Ballot.all().count() == 0

    stored = await client.send_form(f"{base}/ballot", fields(confirm))
    assert (stored.status_code, stored.headers["location"]) == (303, f"{base}/receipt")
    receipt = await client.get(f"{base}/receipt")
    mine = await service_views.my_ballot(put.question.id, put.people[0])
    assert mine is not None
    assert f"{mine.code[:4]} {mine.code[4:]}" in receipt.text
    assert "您投了赞成" in receipt.text

    again = await client.get(f"{base}/ballot")
    assert "您现在的票：赞成" in again.text
    confirm = await client.send_form(f"{base}/ballot/check", {**fields(again), "choice": "against"})
    await client.send_form(f"{base}/ballot", fields(confirm))
    assert "您投了反对" in (await client.get(f"{base}/receipt")).text
    assert await Ballot.current(put.question.id).values_list("choice", flat=True) == ["against"]


async def test_a_double_tap_stores_one_ballot(client: Client) -> None:
    put = await make_question()
    base = await voter(client, put)
    sent = {**fields(await client.get(f"{base}/ballot")), "choice": "for"}
    answers = [await client.send_form(f"{base}/ballot", sent) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert await Ballot.all().count() == 1


async def test_no_choice_is_asked_for_in_words(client: Client) -> None:
    put = await make_question()
    base = await voter(client, put)
    answer = await client.send_form(f"{base}/ballot/check", fields(await client.get(f"{base}/ballot")))
    assert answer.status_code == 422
    assert "请先选一项" in answer.text


async def test_an_old_page_never_overwrites_and_keeps_the_choice(client: Client) -> None:
    put = await make_question()
    base = await voter(client, put)
    old = {**fields(await client.get(f"{base}/ballot")), "choice": "against"}
    await put.cast(0, "for")
    answer = await client.send_form(f"{base}/ballot", old)
    assert answer.status_code == 409
    assert "您在别处已经投了赞成" in answer.text
    assert re.search(r'value="against" checked', answer.text)
    fresh = fields(answer)
    assert fresh["client_id"] != old["client_id"]
    assert (await client.send_form(f"{base}/ballot", {**fresh, "choice": "against"})).status_code == 303


async def test_a_ballot_for_another_text_is_refused(client: Client) -> None:
    put = await make_question()
    base = await voter(client, put)
    sent = {**fields(await client.get(f"{base}/ballot")), "choice": "for", "manifest": "0" * 64}
    assert (await client.send_form(f"{base}/ballot", sent)).status_code == 409
    assert await Ballot.all().count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"replaces": "x"},
        {"replaces": "-1"},
        {"extra": "1"},
        {"client_id": "y" * 80},
        {"client_id": "短"},
        {"choice": "z" * 40},
    ],
)
async def test_a_bent_form_is_never_an_error_of_ours(client: Client, change: dict[str, str]) -> None:
    put = await make_question()
    base = await voter(client, put)
    sent = {**fields(await client.get(f"{base}/ballot")), "choice": "for", **change}
    for path in (f"{base}/ballot", f"{base}/ballot/check"):
        assert (await client.send_form(path, sent)).status_code in (200, 409, 422)
    assert await Ballot.all().count() == 0


async def test_when_nothing_can_be_recorded_the_choice_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put = await make_question()
    base = await voter(client, put)

    async def broken(_send: Send) -> Answer:
        return Declined(BallotRefusal.CANNOT_RECORD)

    monkeypatch.setattr(writer, "cast", broken)
    sent = {**fields(await client.get(f"{base}/ballot")), "choice": "for"}
    answer = await client.send_form(f"{base}/ballot", sent)
    assert answer.status_code == 503
    assert "系统现在记不下票" in answer.text
    assert re.search(r'value="for" checked', answer.text)


async def test_who_is_not_on_the_roll_may_watch(client: Client) -> None:
    put = await make_question()
    (stranger,) = await make_people(1)
    await client.sign_in_as(stranger)
    base = f"/q/{put.question.public_id}"
    page = await client.get(f"{base}/ballot")
    assert (page.status_code, "您不在这次表决的名册上" in page.text) == (200, True)
    answer = await client.send_form(f"{base}/ballot", {"choice": "for", "client_id": "0123456789", "replaces": "0"})
    assert (answer.status_code, await Ballot.all().count()) == (409, 0)


async def test_who_is_not_signed_in_is_sent_to_the_door(client: Client) -> None:
    put = await make_question()
    answer = await client.get(f"/q/{put.question.public_id}/ballot")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    assert (await client.get(f"/q/{put.question.public_id}")).status_code == 200
    assert (await client.get("/q/nothing")).status_code == 404


async def test_after_the_close_the_page_says_so_and_hides_the_split(client: Client) -> None:
    put = await make_question(people=3)
    base = await voter(client, put)
    sent = {**fields(await client.get(f"{base}/ballot")), "choice": "for"}
    await put.cast(1, "against")
    await service.close_question(put.chair, put.question.id)
    late = await client.send_form(f"{base}/ballot", sent)
    assert (late.status_code, "已经截止" in late.text) == (409, True)
    for path in (base, f"{base}/ballot"):
        text = (await client.get(path)).text
        assert "投票已截止，结果待公布" in text
        assert "反对" not in text


async def test_the_result_in_words_and_names_for_the_roll_only(new_client: Callable[[], Client]) -> None:
    rule = rule_from_template(majority="two_thirds", base="present", quorum="half")
    put = await make_question(people=6, rule=rule, present=5)
    for who, choice in enumerate(["for", "for", "for", "for", "against"]):
        await put.cast(who, choice)
    await service.close_question(put.chair, put.question.id)
    await service.publish_result(put.chair, put.question.id)
    member, stranger, nobody = new_client(), new_client(), new_client()
    base = await voter(member, put)
    (other,) = await make_people(1)
    await stranger.sign_in_as(other)
    seen = (await member.get(base)).text
    assert "通过" in seen
    assert "5 × 2 ÷ 3 = 3.3，至少4" in seen
    assert "6 ÷ 2 = 3，5 &gt; 3" in seen
    rows = [seen.index(f">{word}<") for word in ("赞成", "反对", "弃权")]
    assert rows == sorted(rows)  # as on the ballot, whatever order a database keeps keys in
    label = f"邻居{put.people[4]}"
    mine = await service_views.my_ballot(put.question.id, put.people[0])
    assert mine is not None
    assert label in seen
    code = f"{mine.code[:4]} {mine.code[4:]}"
    own = seen.index(f"您投了赞成，投票码{code}")
    assert own < seen.index("看全部名单（6人）") < seen.index(label)  # one's own line before everybody's
    for outsider in (stranger, nobody):
        text = (await outsider.get(base)).text
        assert "通过" in text
        assert label not in text
        assert mine.code[:4] not in text
    nobody.cookies.set("lang", "en")
    assert "Passed" in (await nobody.get(base)).text


@pytest.mark.parametrize("state", list(QuestionState))
@pytest.mark.parametrize("majority", ["simple", "absolute", "two_thirds", "three_quarters"])
async def test_every_state_and_rule_renders_in_both_languages(
    client: Client, state: QuestionState, majority: str
) -> None:
    for quorum in ("none", "half"):
        put = await make_question(state, rule=rule_from_template(majority=majority, quorum=quorum, base="entitled"))
        base = await voter(client, put)
        for lang in ("zh-CN", "en"):
            client.cookies.set("lang", lang)
            for path in (base, f"{base}/ballot"):
                assert (await client.get(path)).status_code == 200


async def test_time_left_is_told(client: Client, clock: MovableClock) -> None:
    put = await make_question(closes_in=timedelta(minutes=6, seconds=20))
    base = await voter(client, put)
    assert "6分" in (await client.get(f"{base}/ballot")).text
    clock.move(minutes=7)
    sent = {**fields(await client.get(f"{base}/ballot")), "choice": "for"}
    answer = await client.send_form(f"{base}/ballot", sent)
    assert (answer.status_code, "投票时间到了" in answer.text) == (409, True)
