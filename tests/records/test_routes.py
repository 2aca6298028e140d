"""The public record by its pages: never a choice before the result, a receipt found, proofs, the bundle."""

import json
from collections.abc import Callable

import pytest

from linyue.base import i18n, tree
from linyue.questions import service as questions
from linyue.questions import service_secret, service_void
from linyue.questions.model import ChainEntry, Question
from linyue.questions.rules import QuestionState
from linyue.records import service, service_views
from linyue_verify import Verdict, check
from tests.client import Client
from tests.make.questions import Put, make_question
from tests.questions.boxes import make_secret, voters_of

pytestmark = [pytest.mark.anyio]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


async def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.text


async def test_a_secret_code_is_never_asked_for(client: Client) -> None:
    """A code that is typed would tell the server who chose what: everybody finds their own on the list."""
    put = await make_secret(20)
    people = (await voters_of(put))[:12]
    for one in people:
        await one.cast("for")
    at = f"/q/{put.question.public_id}"
    assert "结果公布以后，这里可以打开" in await text_of(client, f"{at}/record")
    await questions.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    await questions.publish_result(put.chair, put.question.id)
    for path in (f"{at}/record", f"{at}/doubts"):
        page = await text_of(client, f"{path}?code={people[0].code}")
        assert 'name="code"' not in page and people[0].code not in page and f'href="{at}#codes"' in page
    listed = await text_of(client, at)
    assert f"{people[0].code[:4]} {people[0].code[4:]}" in listed


async def published(put: Put) -> None:
    await questions.close_question(put.chair, put.question.id)
    await questions.publish_result(put.chair, put.question.id)


async def test_a_stranger_finds_a_receipt(client: Client) -> None:
    put = await make_question(people=4)
    first = await put.cast(0, "for")
    second = await put.cast(0, "against", replaces=1)
    at = f"/q/{put.question.public_id}/record"
    assert "记录第2条" in await text_of(client, f"{at}?code={second.code[:4]}+{second.code[4:].lower()}")
    told = await text_of(client, f"{at}?code={first.code}")
    assert "记录第1条" in told and "替换" in told and f"{at}/inclusion?entry=1" in told
    assert "没有找到：ZZZZZZZZ" in await text_of(client, f"{at}?code=zzzz-zzzz")
    wrong = await text_of(client, f"{at}?code=hello!", 422)
    assert 'value="hello!"' in wrong and 'role="alert"' in wrong
    assert "八位" in await text_of(client, f"{at}?code=", 422)


async def test_everything_open_about_a_running_vote_tells_no_choice(client: Client) -> None:
    """Every answer of the record before publication: no body of an entry, no choice, no voter, no manifest."""
    put = await make_question(people=6)
    receipts = [await put.cast(who, choice) for who, choice in enumerate(["for", "against", "abstain", "for"])]
    await service.checkpoint_running()
    at = f"/q/{put.question.public_id}/record"
    rows = await ChainEntry.filter(question_id=put.question.id).order_by("seq")
    hidden = ["赞成", "反对", "弃权", '"choice"', "against", "abstain", '"voter"', '"roll"']
    hidden += [json.loads(row.body)["data"]["voter"] for row in rows if row.kind == "BALLOT"]
    for is_closed in (False, True):
        if is_closed:
            await questions.close_question(put.chair, put.question.id)
        pages = [at, *(f"{at}?code={receipt.code}" for receipt in receipts), f"{at}/consistency?from=1"]
        pages += [f"{at}/checkpoint.txt", f"{at}/checkpoint.svg", *(f"{at}/inclusion?entry={n}" for n in range(5))]
        told = "".join([await text_of(client, one) for one in pages])
        assert [word for word in hidden if word in told] == []
        assert all(row.hash[:16] in told for row in rows)
        assert (await client.get(f"{at}/bundle.zip")).status_code == 409


async def test_the_bundle_after_the_result(client: Client) -> None:
    put = await make_question(people=4)
    await put.cast(0)
    await published(put)
    at = f"/q/{put.question.public_id}/record"
    assert f"{at}/bundle.zip" in await text_of(client, at)
    answer = await client.get(f"{at}/bundle.zip")
    assert answer.headers["content-type"] == "application/zip" and "attachment" in answer.headers["content-disposition"]
    assert check(answer.content).verdict is Verdict.PROVED
    kept = (await client.get(f"{at}/checkpoint.txt?size=1")).content
    assert check(answer.content, checkpoints=[kept]).verdict is Verdict.PROVED


async def test_a_vote_voided_before_its_result_keeps_its_choices(client: Client) -> None:
    put = await make_question(people=3)
    await put.cast(0)
    await service_void.void_question(put.chair, put.question.id, why="名册漏了两户", by=("a" * 64, "b" * 64))
    at = f"/q/{put.question.public_id}/record"
    assert "作废" in await text_of(client, at) and (await client.get(f"{at}/bundle.zip")).status_code == 409


async def test_proofs_as_json(client: Client) -> None:
    put = await make_question(people=6)
    for who in range(5):
        await put.cast(who)
    await service.checkpoint_running()
    at = f"/q/{put.question.public_id}/record"
    first = await service_views.checkpoint_at(put.question, 1)
    told = (await client.get(f"{at}/consistency?from=1")).json()
    assert tree.is_consistent(1, told["size"], first.root, told["root"], told["proof"]) and told["size"] == 6
    one = (await client.get(f"{at}/inclusion?entry=3")).json()
    assert tree.is_included(one["leaf"], 3, one["size"], one["proof"], one["root"])
    assert (await client.get(f"{at}/consistency?from=7")).json()["proof"] is None
    for bad in (
        "inclusion",
        "inclusion?entry=x",
        "inclusion?entry=6",
        "inclusion?entry=-1",
        "consistency",
        "checkpoint.txt?size=99",
    ):
        assert (await client.get(f"{at}/{bad}")).status_code == 404, bad


async def test_pages_of_a_long_record(client: Client) -> None:
    put = await make_question(people=60)
    for who in range(55):
        await put.cast(who)
    at = f"/q/{put.question.public_id}/record"
    assert "page=2" in await text_of(client, at)
    assert "?page=1" in await text_of(client, f"{at}?page=2")
    assert (await client.get(f"{at}?page=4")).status_code == 404


async def test_no_record_before_opening(client: Client) -> None:
    put = await make_question(QuestionState.DRAFT)
    assert (await client.get(f"/q/{put.question.public_id}/record")).status_code == 404


async def test_the_key_is_public(client: Client) -> None:
    put = await make_question(people=2)
    block = await text_of(client, "/record-key.txt")
    number = block.split("key: ")[1][:16]
    assert f"key: {number}\n" in await text_of(client, f"/q/{put.question.public_id}/record/checkpoint.txt")
    assert number[:4] in await text_of(client, "/record-key")


async def test_the_question_and_the_receipt_lead_to_the_record(new_client: Callable[[], Client]) -> None:
    put = await make_question(people=3)
    await put.cast(0)
    voter, stranger = new_client(), new_client()
    await voter.sign_in_as(put.people[0])
    address = f"/q/{put.question.public_id}/record"
    receipt = await text_of(voter, f"/q/{put.question.public_id}/receipt")
    assert address in receipt and f'data-device="{put.question.public_id}"' in receipt
    assert address in await text_of(stranger, f"/q/{put.question.public_id}")
    await published(put)
    assert address in await text_of(stranger, f"/q/{put.question.public_id}")
    assert (await Question.get(id=put.question.id)).state is QuestionState.PUBLISHED


async def test_a_scanned_checkpoint_is_compared(client: Client) -> None:
    put = await make_question(people=3)
    await put.cast(0)
    await service.checkpoint_running()
    at = f"/q/{put.question.public_id}/record"
    for size in (1, 2):
        point = await service_views.checkpoint_at(put.question, size)
        assert point.link == f"http://127.0.0.1:8000{at}?at={size}-{point.root[:16]}"
        assert "一致" in await text_of(client, f"{at}?at={size}-{point.root[:16]}")
    for other in (f"1-{'0' * 16}", "7-00", "x", "1", "-", "9" * 39):
        assert "改写过" in await text_of(client, f"{at}?at={other}")
