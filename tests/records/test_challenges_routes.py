"""Pages of doubts and of voiding: who sees what, first help at once, everything kept on a refusal, both languages."""

import html

import pytest

from linyue.base import ratelimit
from linyue.base.policy import Actor
from linyue.questions import writer
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.records.model_challenges import Challenge
from tests.client import Client
from tests.conftest import NewClient
from tests.make.doubts import Doubted, make_doubted, person_of
from tests.make.questions import make_question

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ballot_box(db: object):
    yield
    await ratelimit.reset()
    await writer.stop()


async def as_(new_client: NewClient, actor: Actor) -> Client:
    client = new_client()
    await client.sign_in_as(await person_of(actor), is_staff=True)
    return client


async def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, path
    return html.unescape(answer.text)


async def raised(made: Doubted, client: Client) -> Challenge:
    sent = await client.send_form(f"{made.address}/doubts", {"kind": "totals", "text": "少了我们楼三票", "code": ""})
    row = await Challenge.filter(question_id=made.question_id).order_by("-id").first()
    assert row is not None and sent.headers["location"] == f"/doubts/{row.public_id}"
    return row


async def test_a_code_is_looked_up_at_once_for_anybody(new_client: NewClient) -> None:
    made = await make_doubted()
    nobody, code = new_client(), await made.code()
    assert "找到了：记录第" in await text_of(nobody, f"{made.address}/doubts?code={code[:4]}+{code[4:].lower()}")
    assert "记录里没有ZZZZ0000这个码" in await text_of(nobody, f"{made.address}/doubts?code=zzzz-0000")
    page = await text_of(nobody, f"{made.address}/doubts")
    assert "登录以后可以提出疑问" in page and "还没有人提出疑问" in page
    voter = await as_(new_client, made.voter)
    assert "您已经投过票：网上投票" in await text_of(voter, f"{made.address}/doubts")
    absent = await as_(new_client, made.absent)
    assert "您没有投票" in await text_of(absent, f"{made.address}/doubts")


async def test_from_a_doubt_to_its_answer_without_naming_who_asked(new_client: NewClient) -> None:
    made = await make_doubted()
    voter, overseer, nobody = await as_(new_client, made.voter), await as_(new_client, made.overseer), new_client()
    row = await raised(made, voter)
    assert row.number in await text_of(voter, f"/doubts/{row.public_id}")
    assert (await nobody.get(f"/doubts/{row.public_id}")).status_code == 303
    stranger = await as_(new_client, made.absent)
    assert (await stranger.get(f"/doubts/{row.public_id}")).status_code == 403
    assert row.number in await text_of(overseer, "/desk/doubts")
    assert "少了我们楼三票" in await text_of(overseer, f"/doubts/{row.public_id}")
    empty = await overseer.send_form(f"/doubts/{row.public_id}/answer", {"finding": "right", "text": " "})
    assert empty.status_code == 422 and "请写明怎么核对的" in empty.text
    sent = await overseer.send_form(
        f"/doubts/{row.public_id}/answer", {"finding": "unfounded", "text": "数了两遍，对得上。"}
    )
    assert sent.status_code == 303
    for path in ("doubts", "record"):
        public = await text_of(nobody, f"{made.address}/{path}")
        assert "数了两遍，对得上。" in public and row.number in public
        assert "少了我们楼三票" not in public
        assert (await person_of(made.voter)).display_name not in public
    assert "对结果的疑问：1条" in await text_of(nobody, made.address)


async def test_what_was_typed_stays_when_a_doubt_is_refused(new_client: NewClient) -> None:
    made = await make_doubted()
    voter = await as_(new_client, made.voter)
    for fields, said in (
        ({"kind": "receipt", "code": "12", "text": "找不到"}, "请填八位投票码"),
        ({"kind": "totals", "code": "", "text": ""}, "请写清楚哪个数不对"),
        ({"kind": "", "code": "", "text": "怪"}, ""),
    ):
        answer = await voter.send_form(f"{made.address}/doubts", fields)
        assert answer.status_code == 422 and said in answer.text
        assert all(value in answer.text for value in fields.values())


async def test_another_takes_it_and_the_chair_cannot(new_client: NewClient) -> None:
    made = await make_doubted()
    row = await raised(made, await as_(new_client, made.voter))
    chair, worker = await as_(new_client, made.chair), await as_(new_client, made.worker)
    assert (await chair.get(f"/doubts/{row.public_id}")).status_code == 403
    refused = await worker.send_form(f"/doubts/{row.public_id}/answer", {"finding": "right", "text": "对"})
    assert refused.status_code == 403
    assert (await worker.send_form(f"/doubts/{row.public_id}/take")).status_code == 303
    assert "发出答复" in await text_of(worker, f"/doubts/{row.public_id}")


async def test_two_people_void_and_the_page_says_so_in_words(new_client: NewClient) -> None:
    made = await make_doubted()
    chair, overseer = await as_(new_client, made.chair), await as_(new_client, made.overseer)
    assert "提出作废" in await text_of(chair, made.address)
    none = await chair.send_form(f"{made.address}/void", {"reason": ""})
    assert none.status_code == 422 and "请写明为什么要作废" in none.text
    assert (await chair.send_form(f"{made.address}/void", {"reason": "名册漏了两户"})).status_code == 303
    assert (await chair.send_form(f"{made.address}/void/confirm")).status_code == 403
    voter = await as_(new_client, made.voter)
    assert (await voter.get(f"{made.address}/void")).status_code == 403
    assert "名册漏了两户" in await text_of(overseer, f"{made.address}/void")
    assert (await overseer.send_form(f"{made.address}/void/confirm")).headers["location"] == made.address
    again = await overseer.send_form(f"{made.address}/void/confirm")
    assert again.status_code == 409 and "没有等待确认的作废提议" in html.unescape(again.text)
    for lang, word in (("zh-CN", "已作废，不算数"), ("en", "Voided: it does not count")):
        for client in (new_client(), voter):
            client.cookies.set("lang", lang)
            shown = await text_of(client, made.address)
            assert word in shown and "名册漏了两户" in shown
            assert "questions-verdict" not in shown
    for path in ("record", "doubts", "ballot", "receipt"):
        await text_of(voter, f"{made.address}/{path}")
    for path in ("void", "again"):
        await text_of(chair, f"{made.address}/{path}")


async def test_every_page_reads_in_both_languages(new_client: NewClient) -> None:
    made = await make_doubted()
    voter, overseer = await as_(new_client, made.voter), await as_(new_client, made.overseer)
    row = await raised(made, voter)
    for lang in ("zh-CN", "en"):
        overseer.cookies.set("lang", lang)
        for path in (f"{made.address}/doubts", f"/doubts/{row.public_id}", "/desk/doubts", f"{made.address}/void"):
            await text_of(overseer, path)
    chair = await as_(new_client, made.chair)
    assert "没有作废" in await text_of(chair, f"{made.address}/again", 409)
    draft = await make_question(QuestionState.DRAFT)
    for path in ("doubts", "record"):
        assert (await overseer.get(f"/q/{draft.question.public_id}/{path}")).status_code == 404
    assert (await overseer.get("/doubts/nothing")).status_code == 404


async def test_a_vote_voided_before_its_result_says_why(new_client: NewClient) -> None:
    put = await make_question(QuestionState.VOIDED)
    client = new_client()
    await client.sign_in_as(put.people[0])
    for lang in ("zh-CN", "en"):
        client.cookies.set("lang", lang)
        for path in ("", "/ballot", "/doubts"):
            await text_of(client, f"/q/{put.question.public_id}{path}")
    assert (await Question.get(id=put.question.id)).published_at is None
