"""The process ends at every step of opening a box: the box is sealed or opened, never both, never neither, and it goes on."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import pytest

from linyue.base import faults
from linyue.base.errors import Refused
from linyue.base.settings import Settings
from linyue.questions import jobs, service, service_boxkeys, service_secret, service_views
from linyue.questions.model import ChainEntry, OpenedBallot, Question, RollEntry, SealedBallot
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.rules_secret import BoxState
from tests.make.questions import Put
from tests.questions.boxes import make_secret, voters_of
from tests.servers import environment_of
from tests.zygote import Zygote

pytestmark = pytest.mark.anyio
VOTERS = 12
SEALED = ("box.read", "box.written")
OPENED = ("box.committed", "box.opened", "box.key-destroyed", "box.record-written", "box.recorded")
KEY_GONE = OPENED[2:]


class Opening(Protocol):
    """Let a process of its own close and open; returns how it ended."""

    async def __call__(
        self, put: Put, step: str, *, demo: bool = True, env: Mapping[str, str] = MappingProxyType({})
    ) -> int: ...


@pytest.fixture
def open_until(db: Settings, zygote: Zygote, tmp_path: Path) -> Opening:
    """A process that ends at a step."""

    async def opened(put: Put, step: str, *, demo: bool = True, env: Mapping[str, str] = MappingProxyType({})) -> int:
        own = environment_of(replace(db, demo=demo, failpoint=step)) | env
        words = [str(put.question.id)]
        process = zygote.spawn_module("tests.questions.opening_process", words, own, tmp_path / "opening.log")
        return await asyncio.to_thread(process.wait, 60)

    return opened


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("demo", "allowed"), [(False, "1"), (True, "")])
async def test_a_named_step_ends_nothing_outside_a_fault_test(open_until: Opening, demo: bool, allowed: str) -> None:
    put = await make_secret()
    for one in (await voters_of(put))[:VOTERS]:
        await one.cast("for")
    assert await open_until(put, SEALED[0], demo=demo, env={faults.ALLOWED: allowed}) == 0
    assert (await Question.get(id=put.question.id)).result is not None


@pytest.mark.parametrize("step", [*SEALED, *OPENED])
async def test_a_crash_leaves_one_box(db: Settings, open_until: Opening, step: str) -> None:
    put = await make_secret()
    voters = (await voters_of(put))[:VOTERS]
    for n, one in enumerate(voters):
        await one.cast(("for", "against", "abstain")[n % 3])
    assert await open_until(put, step) == 70
    sealed = await SealedBallot.filter(question_id=put.question.id).count()
    opened = await OpenedBallot.filter(question_id=put.question.id).count()
    assert (sealed, opened) == ((VOTERS, 0) if step in SEALED else (0, VOTERS))
    assert service_boxkeys.exists(put.question.public_id) == (step not in KEY_GONE)
    assert await open_until(put, step) in (0, 70)  # and once more at the same step
    await jobs.start(db)
    question = await Question.get(id=put.question.id)
    assert question.box is BoxState.RECORDED and question.result is not None
    assert question.result["counts"] == {"for": 4, "against": 4, "abstain": 4}
    assert not service_boxkeys.exists(question.public_id)
    rows = await OpenedBallot.of(question.id)
    assert [(row.code, row.choice) for row in rows] == sorted((one.code, one.choice) for one in voters)
    assert await ChainEntry.filter(question_id=question.id, kind="OPENED").count() == 1
    assert await service_views.verify_chain(question.id) == []


async def test_at_a_start_an_opened_box_loses_its_key_first(
    db: Settings, open_until: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, sealed = await make_secret(), await make_secret()
    for put in (opened, sealed):
        for one in (await voters_of(put))[:10]:
            await one.cast("for")
    await open_until(sealed, "box.read")
    await open_until(opened, "box.committed")
    order: list[str] = []
    destroy, unseal = service_boxkeys.destroy, service_boxkeys.unseal
    monkeypatch.setattr(service_boxkeys, "destroy", lambda name: (order.append(f"destroy {name}"), destroy(name))[1])
    monkeypatch.setattr(
        service_boxkeys, "unseal", lambda name, *rest: (order.append(f"unseal {name}"), unseal(name, *rest))[1]
    )
    await jobs.start(db)
    names = opened.question.public_id, sealed.question.public_id
    assert order == [f"destroy {names[0]}", f"unseal {names[1]}", f"destroy {names[1]}"]


@pytest.mark.usefixtures("db")
async def test_many_open_one_box_once() -> None:
    put = await make_secret()
    for one in (await voters_of(put))[:VOTERS]:
        await one.cast("for")
    await service.close_question(put.chair, put.question.id)
    await asyncio.gather(*(service_secret.finish_box(put.question.id) for _ in range(5)))
    assert await OpenedBallot.filter(question_id=put.question.id).count() == VOTERS
    assert await ChainEntry.filter(question_id=put.question.id, kind="OPENED").count() == 1
    assert await service_views.verify_chain(put.question.id) == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("first", range(0, 20, 5))
async def test_acknowledged_is_in_the_box_and_nothing_else(first: int) -> None:
    """Twenty cast and change at once while the chair closes: what was acknowledged last is what comes out."""
    put = await make_secret()
    voters = await voters_of(put)
    sealed = {one.person_id: await one.seal("for") for one in voters}
    late: list[BallotRefusal] = []
    acked: set[int] = set()

    async def cast(place: int) -> None:
        one = voters[place]
        try:
            await one.send(sealed[one.person_id])
            acked.add(one.person_id)
        except Refused as refused:
            late.append(BallotRefusal(refused.reason))

    early = [asyncio.create_task(cast(place)) for place in range(first)]
    close = asyncio.create_task(service.close_question(put.chair, put.question.id))
    rest = [asyncio.create_task(cast(place)) for place in range(first, 20)]
    await asyncio.gather(*early, close, *rest)
    assert set(late) <= {BallotRefusal.NOT_OPEN}
    boxes = await RollEntry.filter(question_id=put.question.id).exclude(box_hash="").values_list("person_id", flat=True)
    assert set(boxes) == acked
    told = json.loads((await ChainEntry.get(question_id=put.question.id, kind="CLOSE")).body)["data"]
    assert (told["boxes"], told["cast"]) == (len(acked), len(acked))
    await service_secret.finish_box(put.question.id)
    assert await service_views.verify_chain(put.question.id) == []


@pytest.mark.usefixtures("db")
async def test_one_person_many_sends_at_once() -> None:
    """Sixty sends of one person, half of them one send again: one ballot, and each receipt is of a box that was there."""
    put = await make_secret()
    one = (await voters_of(put))[0]
    same = await one.seal("for")
    sends = [one.send(same, client_id="send-0001") for _ in range(30)]
    sends += [one.send(await one.seal("against"), client_id=secrets.token_hex(8)) for _ in range(30)]
    answers = await asyncio.gather(*sends, return_exceptions=True)
    receipts = {answer.hash for answer in answers if not isinstance(answer, BaseException)}
    assert len(receipts) == 1
    row = await RollEntry.get(question_id=put.question.id, person_id=one.person_id)
    assert ({row.box_hash}, row.box_revision) == (receipts, 1)
    question = await Question.get(id=put.question.id)
    assert (question.ballots_cast, question.state) == (1, QuestionState.OPEN)
