"""The audit trail: who did what to what, each entry chained to the one before, written with the change itself."""

import hashlib
import json
from typing import Any

from tortoise.expressions import F

from linyue.base import clock, db
from linyue.base.model import AuditEntry, AuditHead


def _digest(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def _body(entry: AuditEntry) -> str:
    facts = [
        entry.seq,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.session,
        entry.action,
    ]
    return json.dumps([*facts, entry.object, entry.data], ensure_ascii=False)


async def write_audits(notes: list[tuple[Any, str, str, dict[str, Any]]]) -> None:
    """Append entries inside the caller's transaction; the head row orders concurrent writers."""
    await AuditHead.bulk_create([AuditHead(id=1, seq=0, hash="")], ignore_conflicts=True)
    await AuditHead.filter(id=1).update(seq=F("seq"))  # takes the row before it is read
    head = await AuditHead.get(id=1)
    seq, previous = head.seq, head.hash
    entries = []
    for actor, action, obj, data in notes:
        seq += 1
        entry = AuditEntry(
            seq=seq,
            at=clock.real_now(),
            actor_id=getattr(actor, "person_id", None),
            session=str(getattr(actor, "session_id", "") or "")[:16],
            action=action,
            object=obj,
            data=json.dumps(data, sort_keys=True, ensure_ascii=False, default=str),
        )
        entry.hash = previous = _digest(previous, _body(entry))
        entries.append(entry)
    await AuditEntry.bulk_create(entries)
    await AuditHead.filter(id=1).update(seq=seq, hash=previous)


async def first_broken() -> int | None:
    """Number of the first audit entry that does not follow from the one before; None when the chain is whole."""
    previous, expected = "", 0
    async for entry in AuditEntry.all().order_by("seq"):
        expected += 1
        if entry.seq != expected or entry.hash != _digest(previous, _body(entry)):
            return expected
        previous = entry.hash
    return None


db.plug(write_audits=write_audits)
