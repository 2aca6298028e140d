"""Checkpoints and bundles through the real services; the verifier reads what they make."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from linyue.base import clock, ledger, signing, tree
from linyue.base.errors import Refused
from linyue.base.queue import run_timers
from linyue.people.model import Person
from linyue.questions import service as questions
from linyue.questions import service_void
from linyue.questions.model import Ballot, ChainEntry, Question, RollEntry
from linyue.questions.rules import QuestionState, rule_from_template
from linyue.records import jobs, service, service_views
from linyue.records.model import Checkpoint
from linyue.records.rules import RecordRefusal, Standing
from linyue_verify import Verdict, check
from tests.make.questions import Put, make_question

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def voted(people: int = 5) -> Put:
    """A vote with a change of mind, published."""
    put = await make_question(people=people, rule=rule_from_template(quorum="third"), present=2)
    for who, choice in enumerate(["for", "against", "for"]):
        await put.cast(who, choice)
    await put.cast(1, "for", replaces=1)
    await questions.close_question(put.chair, put.question.id)
    await questions.publish_result(put.chair, put.question.id)
    return put


async def again(put: Put) -> Question:
    return await Question.get(id=put.question.id)


async def test_opening_close_and_result_make_checkpoints() -> None:
    put = await voted()
    points = await Checkpoint.filter(question_id=put.question.id).order_by("size")
    assert [(point.why, point.size) for point in points] == [("open", 1), ("close", 6), ("result", 7)]
    hashes = await ChainEntry.filter(question_id=put.question.id).order_by("seq").values_list("hash", flat=True)
    assert [point.root for point in points] == [tree.root([str(h) for h in hashes][: p.size]) for p in points]
    assert points[0].text.startswith(
        f"linyue/checkpoint/v1\norigin: http://127.0.0.1:8000\nquestion: {put.question.public_id}\n"
    )


async def test_the_timer_signs_what_grew_and_nothing_else() -> None:
    put = await make_question(people=4)
    assert await service.checkpoint_running() == 0
    await put.cast(0)
    await put.cast(1)
    assert await service.checkpoint_running() == 1
    assert await service.checkpoint_running() == 0
    points = await Checkpoint.filter(question_id=put.question.id).order_by("size")
    assert [(point.why, point.size) for point in points] == [("open", 1), ("minute", 3)]
    await put.cast(2)
    assert jobs.checkpoints
    await run_timers(force=True)
    assert (await service_views.checkpoint_at(await again(put))).size == 4


async def test_the_verifier_proves_a_clean_bundle() -> None:
    put = await voted()
    receipt = await put_receipt(put, 1)
    content = await service.export_bundle(await again(put))
    report = check(content, receipt=receipt)
    assert [(one.number, one.verdict) for one in report.findings if one.verdict is not Verdict.PROVED] == []
    assert report.verdict is Verdict.PROVED and report.counts == {"for": 3, "against": 0, "abstain": 0}
    assert {one.number for one in report.findings} == {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 16}
    assert check(content, receipt="0000 0000").verdict is Verdict.WRONG


async def put_receipt(put: Put, who: int) -> str:
    return (await Ballot.current(put.question.id).get(person_id=put.people[who])).receipt_code


async def test_the_same_record_gives_the_same_bytes() -> None:
    put = await voted()
    assert await service.export_bundle(await again(put)) == await service.export_bundle(await again(put))
    assert zipfile.ZipFile(BytesIO(await service.export_bundle(await again(put)))).testzip() is None


async def test_no_bundle_before_the_result() -> None:
    for state in (QuestionState.OPEN, QuestionState.CLOSED, QuestionState.VOIDED):
        put = await make_question(state, people=3)
        with pytest.raises(Refused) as refused:
            await service.export_bundle(await again(put))
        assert refused.value.reason is RecordRefusal.NOT_PUBLISHED


async def test_a_published_vote_that_was_voided_is_exported_with_its_reason() -> None:
    put = await voted()
    await service_void.void_question(put.chair, put.question.id, why="名册漏了两户", by=("a" * 64, "b" * 64))
    report = check(await service.export_bundle(await again(put)))
    assert report.verdict is Verdict.PROVED and report.is_void and 15 in {one.number for one in report.findings}


async def test_a_record_from_before_checkpoints_gets_one() -> None:
    put = await voted()
    await Checkpoint.filter(question_id=put.question.id).delete()
    await service.ensure_checkpoint(await again(put))
    await service.ensure_checkpoint(await again(put))
    assert await Checkpoint.filter(question_id=put.question.id).count() == 1
    assert check(await service.export_bundle(await again(put))).verdict is Verdict.PROVED


async def test_bundles_hold_no_personal_data() -> None:
    put = await voted()
    secrets: set[str] = set()
    for row in await RollEntry.filter(question_id=put.question.id).prefetch_related("person"):
        secrets |= {row.salt, row.label, row.person.display_name, row.person.public_id}
    for person in await Person.all():
        secrets |= {person.display_name, person.phone_sealed or "", person.phone_index or ""}
    content = (await service.export_bundle(await again(put))).decode("utf-8", errors="replace")
    assert [secret for secret in secrets if secret and secret in content] == []
    assert re.search(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])", content) is None
    assert "person" not in content.replace("persons", "") or "each person of the roll is only a mark" in content


async def test_receipts_are_found_with_what_became_of_them() -> None:
    put = await make_question(people=4)
    first = await put.cast(0, "for")
    second = await put.cast(0, "against", replaces=1)
    typed = f"{second.code[:4].lower()}-{second.code[4:]}"
    question = await again(put)
    assert await service_views.find(question, first.code) == service_views.Found(Standing.REPLACED, 1)
    assert await service_views.find(question, typed) == service_views.Found(Standing.COUNTED, 2)
    assert await service_views.find(question, "ZZZZZZZZ") is None and await service_views.find(question, "x") is None


async def test_proofs_fit_the_signed_checkpoints() -> None:
    put = await make_question(people=8)
    for who in range(7):
        await put.cast(who)
        await service.checkpoint_running()
    question = await again(put)
    newest = await service_views.checkpoint_at(question)
    for point in await service_views.checkpoints(question):
        checkpoint, path = await service_views.consistency(question, point.size)
        assert path is not None
        assert tree.is_consistent(point.size, checkpoint.size, point.root, checkpoint.root, path)
    for seq in range(newest.size):
        found = await service_views.inclusion(question, seq)
        assert tree.is_included(found.leaf, seq, newest.size, found.path, newest.root)
    assert (await service_views.consistency(question, newest.size + 1))[1] is None


async def test_a_rewritten_record_breaks_the_proof_a_device_asks_for() -> None:
    put = await make_question(people=3)
    await put.cast(0)
    await service.checkpoint_running()
    kept = await service_views.checkpoint_at(await again(put))
    row = await ChainEntry.get(question_id=put.question.id, seq=1)
    body = row.body.replace('"choice":"for"', '"choice":"against"')
    await ChainEntry.filter(id=row.id).update(body=body, hash=ledger.entry_hash(body))
    await Checkpoint.filter(question_id=put.question.id, size=2).delete()
    await service.make_checkpoint(await again(put), "minute", clock.now() + timedelta(minutes=1))
    checkpoint, path = await service_views.consistency(await again(put), kept.size)
    assert path is not None and not tree.is_consistent(kept.size, checkpoint.size, kept.root, checkpoint.root, path)


async def test_the_key_of_the_checkpoint_is_the_public_one() -> None:
    put = await make_question(people=2)
    point = await Checkpoint.get(question_id=put.question.id)
    assert point.public_key == signing.public_key() and f"key: {signing.key_id(point.public_key)}\n" in point.text
    assert json.loads((await ChainEntry.get(question_id=put.question.id, seq=0)).body)["kind"] == "OPEN"
