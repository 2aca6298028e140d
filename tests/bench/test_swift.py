"""A kept SQL text is the one that the ORM would make; a direct connection is put back."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosqlite
import pytest
from tortoise import connections
from tortoise.expressions import F, Q, Subquery
from tortoise.queryset import QuerySet

from linyue.base.model import DistrictClock, Message
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import FINAL, MatterState
from tests.bench.swift import CACHE_KB, FORMS, Kept, direct, kept_texts

NOW = datetime(2026, 5, 1, tzinfo=UTC)
Ask = Callable[[int], Any]

KEPT: dict[str, Ask] = {
    "rows": lambda n: Matter.filter(id=n),
    "one": lambda n: Matter.get_or_none(id=n, title=f"t{n}"),
    "with relations": lambda n: Matter.get_or_none(id=n).select_related("community", "place"),
    "ordered": lambda n: MatterEvent.filter(matter_id=n, seq__gt=n).order_by("-seq").limit(n + 1),
    "among": lambda n: Matter.filter(id__in=[n, n + 1, n + 2]),
    "moments and nothing": lambda n: Matter.filter(due_at__lt=NOW + timedelta(days=n), overdue_at=None),
    "states": lambda n: Matter.filter(state=list(MatterState)[n]).exclude(id=n),
    "either": lambda n: Matter.filter(Q(id=n) | Q(title=f"t{n}"), version__gte=n),
    "columns": lambda n: Matter.filter(id=n).values_list("number", "place_id"),
    "change": lambda n: Matter.filter(id=n).update(title=f"t{n}", due_at=None, warn_at=NOW + timedelta(days=n)),
    "counted on": lambda n: Matter.filter(id=n).update(version=F("version") + n),
    "taken off": lambda n: Matter.filter(id=n).update(version=F("last_seq") - n, title=f"t{n}"),
}
NOT_KEPT: dict[str, Ask] = {
    "part of a text": lambda n: Matter.filter(title__contains=f"t{n}"),
    "of a relation": lambda n: Matter.filter(place__code=f"c{n}"),
    "none at all": lambda n: Matter.filter(id__in=[]),
    "a star": lambda n: Matter.filter(title="*", id=n),
    "two columns added": lambda n: Matter.filter(id=n).update(version=F("version") + F("last_seq")),
    "skipped": lambda n: Matter.all().offset(n),
}


def _form_of(query: Any) -> Any:
    return next(form for cls, form in FORMS if isinstance(query, cls))


def _text(query: Any) -> tuple[str, list[Any]]:
    query._choose_db_if_not_chosen(True)
    query._make_query()
    found: tuple[str, list[Any]] = query.query.get_parameterized_sql()
    return found


@pytest.mark.parametrize("name", [*KEPT, *NOT_KEPT])
async def test_a_kept_text_is_the_orms(db: Settings, name: str) -> None:
    ask, kept = {**KEPT, **NOT_KEPT}[name], Kept()
    for n in (1, 2, 1, 3):
        query = ask(n)
        query._choose_db_if_not_chosen(True)
        kept.prepare(query, _form_of(query))
        assert query.query.get_parameterized_sql() == _text(ask(n))
    assert any(kept.texts.values()) is (name in KEPT)


async def test_forms_are_told_apart(db: Settings) -> None:
    kept = Kept()
    pairs: list[tuple[Any, Any]] = [
        (Matter.filter(overdue_at=None), Matter.filter(overdue_at=NOW)),
        (Matter.filter(id=1), Matter.filter(id=1).order_by("-id")),
        (Matter.filter(id=1), Matter.filter(id=1).limit(1)),
        (Matter.filter(id=1), Matter.exclude(id=1)),
        (Matter.filter(overdue_at__isnull=True), Matter.filter(overdue_at__isnull=False)),
        (Matter.filter(Q(id=1, version=2)), Matter.filter(Q(id=1, version=2, join_type="OR"))),
        (Matter.filter(state__in=list(FINAL)), Matter.filter(state__in=list(FINAL)[:1])),
        (Matter.filter(id=1).update(version=F("version") + 1), Matter.filter(id=1).update(version=F("version") - 1)),
        (Matter.filter(id=1).update(version=F("version") + 1), Matter.filter(id=1).update(version=F("last_seq") + 1)),
        (Matter.filter(id=1).update(due_at=None), Matter.filter(id=1).update(due_at=NOW)),
    ]
    for pair in pairs:
        for query in pair:
            query._choose_db_if_not_chosen(True)
            expected = _text(query)
            kept.prepare(query, _form_of(query))
            assert query.query.get_parameterized_sql() == expected


async def test_answers_and_changes_are_the_same_and_the_orm_is_put_back(db: Settings) -> None:
    own = QuerySet.__await__
    with kept_texts() as kept:
        await DistrictClock.create(id=1, ahead_seconds=5)
        for n in (6, 7, 8):
            assert await DistrictClock.filter(id=1).update(ahead_seconds=n) == 1
            assert (await DistrictClock.get(id=1)).ahead_seconds == n
            assert await DistrictClock.filter(ahead_seconds=n).values_list("id", flat=True) == [1]
            assert await DistrictClock.get_or_none(id=n) is None
            assert await Message.filter(person_id__in=Subquery(DistrictClock.filter(id=n).values("id"))) == []
        assert kept.texts
    assert QuerySet.__await__ is own
    assert (await DistrictClock.get(id=1)).ahead_seconds == 8


@pytest.mark.sqlite_only
async def test_statements_run_where_they_are_asked_for_and_only_inside(db: Settings) -> None:
    client: Any = connections.get("default")
    async with direct():
        assert type(client._connection) is not aiosqlite.Connection
        await DistrictClock.create(id=1, ahead_seconds=5)
        keys = await client.execute_query_dict("PRAGMA foreign_keys")
        assert list(keys[0].values()) == [1], "the pragmas of every connection"
        cache = await client.execute_query_dict("PRAGMA cache_size")
        assert list(cache[0].values()) == [-CACHE_KB]
        with pytest.raises(sqlite3.OperationalError):
            await client._connection.execute("SELECT nothing FROM nowhere")
    assert (await DistrictClock.get(id=1)).ahead_seconds == 5
    assert type(client._connection) is aiosqlite.Connection
