"""Ballots of every way on the pages, without script: filled in, asked once more, stored; faults in words, nothing lost."""

import json
import re

import pytest

from linyue.base.i18n import t
from linyue.questions import service
from linyue.questions.model import Ballot
from linyue.questions.pages_outcome import verdict_word
from linyue.questions.rules import RuleSpec
from linyue.questions.rules_law import Decision, rule_for
from linyue.questions.rules_options import Option
from linyue.questions.rules_owners import Weight
from linyue.questions.rules_tally import Verdict
from linyue.questions.rules_ways import BallotForm, Tie, Way
from linyue.records.rules import RecordRefusal
from tests.client import Client
from tests.make.questions import Put, make_people, make_question
from tests.questions.test_routes import fields, voter

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
WORDS = ["长椅", "雨棚", "花箱", "路灯"]
AYES = ("for", "against", "abstain")


def rule_of(way: Way) -> RuleSpec:
    forms = {
        Way.SINGLE: BallotForm(way=way),
        Way.SEVERAL: BallotForm(way=way, least=2, most=3, seats=2),
        Way.DOTS: BallotForm(way=way, dots=5, most=3),
        Way.SCORE: BallotForm(way=way, most=5),
        Way.RANKED: BallotForm(way=way),
        Way.MONEY: BallotForm(
            way=way, most=4, budget=100_000, costs={"a": 50_000, "b": 60_000, "c": 40_000, "d": 1250}, tie=Tie.LOT
        ),
    }
    return RuleSpec(choices=tuple("abcd"), form=forms[way])


async def put_of(way: Way) -> Put:
    rule = rule_of(way)
    options = [
        Option(word, f"Item {key}", rule.form.costs.get(key, 0)) for key, word in zip("abcd", WORDS, strict=True)
    ]
    return await make_question(rule=rule, options=options)


FILLED: dict[Way, tuple[dict[str, str | list[str]], str, list[str]]] = {
    Way.SINGLE: ({"choice": "b"}, "b", ["雨棚"]),
    Way.SEVERAL: ({"pick": ["c", "a"]}, "a+c", ["长椅", "花箱"]),
    Way.DOTS: ({"o_a": "3", "o_c": "2", "o_b": ""}, "a:3+c:2", ["长椅 3个点", "花箱 2个点"]),
    Way.SCORE: ({"o_a": "5", "o_b": "0"}, "a:5+b:0+c:0+d:0", ["长椅 5分", "路灯 0分"]),
    Way.RANKED: ({"o_b": "1", "o_a": "2", "o_d": "2"}, "b>a=d", ["第1 雨棚", "第2 长椅、路灯"]),
    Way.MONEY: ({"pick": ["a", "d"]}, "a+d", ["长椅", "路灯"]),
}


@pytest.mark.parametrize("way", list(FILLED))
async def test_filled_in_asked_once_more_stored_changed_and_shown(client: Client, way: Way) -> None:
    sent, text, words = FILLED[way]
    put = await put_of(way)
    base = await voter(client, put)
    ballot = await client.get(f"{base}/ballot")
    assert all(word in ballot.text for word in WORDS)
    confirm = await client.send_form(f"{base}/ballot/check", {**fields(ballot), **sent})
    assert confirm.status_code == 200
    assert [word for word in words if word not in confirm.text] == []
    assert await Ballot.all().count() == 0
    stored = await client.send_form(f"{base}/ballot", fields(confirm))
    assert stored.headers["location"] == f"{base}/receipt"
    receipt = await client.get(f"{base}/receipt")
    assert [word for word in words if word not in receipt.text] == []
    assert (await Ballot.current(put.question.id).get()).choice == text
    again = await client.get(f"{base}/ballot")
    assert len(re.findall(r" checked| selected", again.text)) >= 1, "what counts now is filled in"
    await service.close_question(put.chair, put.question.id)
    await service.publish_result(put.chair, put.question.id)
    result = await client.get(base)
    assert result.status_code == 200 and WORDS[0] in result.text
    told = json.loads((await client.get(f"{base}/result.json")).text)
    assert told["counts"][text] == 1 and told["rule"]["way"] == way.value


@pytest.mark.parametrize(
    ("way", "sent", "key"),
    [
        (Way.SINGLE, {}, "questions-refused-no-choice"),
        (Way.SEVERAL, {"pick": ["a"]}, "questions-ways-refused-too-few"),
        (Way.SEVERAL, {"pick": ["a", "b", "c", "d"]}, "questions-ways-refused-too-many"),
        (Way.DOTS, {"o_a": "3", "o_b": "3"}, "questions-ways-refused-dots-over"),
        (Way.DOTS, {"o_a": "4"}, "questions-ways-refused-dots-one"),
        (Way.SCORE, {"o_a": "9"}, "questions-ways-refused-score"),
        (Way.RANKED, {"o_a": "x"}, "questions-ways-refused-number"),
    ],
)
async def test_a_fault_is_said_in_words_and_what_was_filled_in_stays(
    client: Client, way: Way, sent: dict[str, str | list[str]], key: str
) -> None:
    put = await put_of(way)
    base = await voter(client, put)
    form = put.question.rule_spec.form
    answer = await client.send_form(f"{base}/ballot/check", {**fields(await client.get(f"{base}/ballot")), **sent})
    assert answer.status_code == 422
    assert t("zh-CN", key, least=form.least, most=form.most, dots=form.dots) in answer.text
    ticked = len(re.findall(r'name="pick"[^>]* checked', answer.text))
    assert ticked == len(sent.get("pick", []))
    for name in ("o_a", "o_b"):
        value = sent.get(name, "")
        if isinstance(value, str) and value.isdigit() and int(value) <= form.most:
            assert re.search(rf'name="{name}".*?value="{value}" selected', answer.text, re.S)


async def test_owners_see_both_counts_and_only_the_roll_gets_the_record(client: Client) -> None:
    rule = rule_for(Decision.OWNERS_SPECIAL, AYES, BallotForm())
    put = await make_question(
        people=4, rule=rule, weights=[Weight(8973, 1), Weight(12_000, 2), Weight(5000, 1), Weight(100, 1)]
    )
    base = await voter(client, put)
    ballot = await client.get(f"{base}/ballot")
    assert "民法典 278" in ballot.text
    for who in range(3):
        await put.cast(who, "for")
    await service.close_question(put.chair, put.question.id)
    await service.publish_result(put.chair, put.question.id)
    result = (await client.get(base)).text
    assert "259.73" in result and "260.73" in result and "对全体业主有约束力" in result
    assert (await client.get(f"{base}/record/bundle.zip")).status_code == 200
    stranger, *_ = await make_people(1)
    await client.sign_in_as(stranger)
    refused = await client.get(f"{base}/record/bundle.zip")
    assert refused.status_code == 409 and t("zh-CN", RecordRefusal.ROLL_ONLY.value) in refused.text


async def test_every_way_and_every_body_is_explained(client: Client) -> None:
    page = await client.get("/ways")
    assert page.status_code == 200
    for way in Way:
        assert t("zh-CN", f"questions-way-to-vote-{way.value.replace('_', '-')}") in page.text
    for decision in Decision:
        assert t("zh-CN", f"questions-decision-{decision.value.replace('_', '-')}") in page.text


@pytest.mark.parametrize(
    ("verdict", "way", "word"),
    [
        (Verdict.PASSED, Way.FOR_AGAINST, "通过"),
        (Verdict.PASSED, Way.SINGLE, "有结果了"),
        (Verdict.PASSED, Way.RANKED, "选出来了"),
        (Verdict.PASSED, Way.DOTS, "大家最支持的"),
        (Verdict.FAILED, Way.SINGLE, "没有选出"),
    ],
)
def test_a_verdict_has_the_word_of_its_way(verdict: Verdict, way: Way, word: str) -> None:
    assert verdict_word("zh-CN", verdict, way) == word
