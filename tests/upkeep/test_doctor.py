"""Each invariant is found broken when it is, and the sample district is sound."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tortoise import connections

from linyue.base import clock
from linyue.base.model import AuditEntry
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from linyue.questions.model import Ballot, ChainEntry, Question, RollEntry
from linyue.upkeep.doctor import examine, report

Break = Callable[[], Awaitable[object]]


async def sql(statement: str) -> None:
    await connections.get("default").execute_script(statement)


async def result_changed() -> None:
    question = await Question.filter(state="published").first()
    assert question is not None and question.result is not None
    question.result["counts"]["for"] += 1
    await question.save()


async def chain_changed() -> None:
    entry = await ChainEntry.filter(kind="BALLOT").first()
    assert entry is not None
    await ChainEntry.filter(id=entry.id).update(body=entry.body.replace('"choice":"', '"choice":"x'))


async def one_entry_gone() -> None:
    entry = await ChainEntry.filter(kind="BALLOT").first()
    assert entry is not None
    await entry.delete()


async def owner_gone() -> None:
    await Matter.filter(id=1).update(owner_role="")


async def not_swept() -> None:
    await Matter.filter(state="accepted").update(due_at=clock.now() - timedelta(minutes=3), overdue_at=None)


async def part_astray() -> None:
    part = await Matter.exclude(root_id=None).first()
    assert part is not None
    await Matter.filter(id=part.root_id).update(part=part.part)


async def history_lost() -> None:
    event = await MatterEvent.filter(seq=2).first()
    assert event is not None
    await event.delete()


async def audit_changed() -> None:
    await AuditEntry.filter(seq=2).update(action="nothing.happened")


async def phone_open() -> None:
    await sql("UPDATE people SET phone_sealed = '13800138000' WHERE id = 1")


async def twice_counted() -> None:
    await sql("DROP INDEX ballots_one_current")
    ballot = await Ballot.filter(superseded_by=None).first()
    assert ballot is not None
    await Ballot.filter(question_id=ballot.question_id, person_id=ballot.person_id).update(superseded_by=None)
    ballot.id, ballot.revision = None, 99  # type: ignore[assignment]
    ballot.client_id, ballot.receipt_code, ballot._saved_in_db = "another-one", "00000000", False
    await ballot.save(force_create=True)


async def roll_grew() -> None:
    await RollEntry.filter(id=1).delete() if not await Ballot.filter(question_id=1).exists() else None
    await Question.filter(state="published").update(roll_count=3)


async def reopened() -> None:
    question = await Question.filter(state="published").first()
    await Question.filter(id=question.id if question else 0).update(state="open")


async def manifest_changed() -> None:
    question = await Question.filter(state="published").first()
    assert question is not None
    await Question.filter(id=question.id).update(manifest=question.manifest.replace("0", "1", 1))


async def secret_told() -> None:
    """A sealed ballot of a box that has been opened."""
    question = await Question.filter(state="published").first()
    assert question is not None
    await Question.filter(id=question.id).update(kind="secret", box="recorded")
    entry = await RollEntry.filter(question_id=question.id).first()
    assert entry is not None
    await RollEntry.filter(id=entry.id).update(sealed=b"x")


BREAKS: list[tuple[str, Break]] = [
    ("V1", twice_counted),
    ("V2", one_entry_gone),
    ("V3", result_changed),
    ("V4", reopened),
    ("V5", chain_changed),
    ("V6", manifest_changed),
    ("V7", roll_grew),
    ("V8", secret_told),
    ("M1", owner_gone),
    ("M2", history_lost),
    ("M4", not_swept),
    ("M7", part_astray),
    ("P4", audit_changed),
    ("P5", phone_open),
]


async def test_the_sample_district_is_sound(sample_db: Settings) -> None:
    findings = await examine(sample_db)
    assert not [one for one in findings if one.faults], report(findings)
    assert all(one.looked_at for one in findings if one.name not in {"P1", "M5", "M6", "V8"}), report(findings)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name,break_it", BREAKS, ids=[name for name, _ in BREAKS])
async def test_what_is_broken_is_named(sample_db: Settings, name: str, break_it: Break) -> None:
    await break_it()
    found = {one.name for one in await examine(sample_db) if one.faults}
    assert name in found, found
    assert "BAD" in report(await examine(sample_db))
