"""One sum over everything a year left behind that its seed decides: two runs of one seed agree in it."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

from linyue.boards.model import FollowUp, Visit
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_appeals import Appeal

AT_ONCE = 2000


async def digest() -> str:
    """SHA-256 over matters, timelines, visits and answers; ids of accounts and secrets are no part of it."""
    total = hashlib.sha256()
    async for row in _rows():
        total.update(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
    return total.hexdigest()


async def _rows() -> AsyncIterator[Any]:
    matter = (
        "number", "title", "text", "place__code", "channel", "is_public", "is_urgent", "state", "way", "item_code",
        "kind", "owner_role", "due_at", "overdue_at", "reported_at", "completed_at", "closed_at", "rating",
        "returned_count", "reopened_count",
    )  # fmt: skip
    event = (
        "matter__number", "seq", "at", "kind", "actor_role", "state_after", "owner_role_after", "due_after", "text",
        "data",
    )  # fmt: skip
    parts = (
        (Matter, matter),
        (MatterEvent, event),
        (Appeal, ("matter__number", "decided_seq", "at", "owner_role", "due_at", "late_at", "answered_at", "outcome")),
        (Visit, ("place__code", "kind", "starts_at", "minutes")),
        (FollowUp, ("matter__number", "asked_at", "is_call", "answer", "answered_at")),
    )
    for model, columns in parts:
        last = 0
        while True:
            found = await model.filter(id__gt=last).order_by("id").limit(AT_ONCE).values_list("id", *columns)
            for row in found:
                last = int(row[0])
                yield row[1:]
            if len(found) < AT_ONCE:
                break
