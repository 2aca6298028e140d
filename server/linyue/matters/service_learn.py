"""The store of what decisions taught: each is counted once, a corrected one is moved, a question is bounded."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from tortoise import connections

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.centres.rules_learn import (
    RECALLED,
    RING,
    TARGETS_EACH,
    Known,
    Taught,
    grams_in_order,
    rarest,
    taught,
)
from linyue.centres.rules_suggest import PastDecision, past_decision
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_learned import LearnedDecision, LearnedGram, LearnedMark, LearnedRecent
from linyue.matters.rules import Step

ALL = ""
"""The pair under which every decision is counted."""
ONE = 1
BATCH = 200
SETTLED = timedelta(minutes=1)
DECIDING = (Step.TRIAGE.value, Step.APPEAL_MOVE.value)
ASKED_RARE = 8
"""Pairs whose newest matters are looked at."""


async def learn_new() -> int:
    """Learn from the next decisions of the timeline; a district that was in use before learns from all it decided.

    An entry is left alone for a minute, because entries of others with lower ids may still be about to be stored. Safe
    to repeat: a decision that was counted is not counted again. Returns how many entries were looked at.
    """
    mark = await LearnedMark.get_or_none(id=ONE)
    after = mark.event_id if mark else 0
    found = MatterEvent.filter(id__gt=after, kind__in=DECIDING, at__lt=clock.now() - SETTLED)
    events = await found.order_by("id").limit(BATCH).values_list("id", "matter_id")
    for _, matter_id in events:
        await learn(int(matter_id))
    if events:
        async with unit_of_work():
            await LearnedMark.bulk_create([LearnedMark(id=ONE)], ignore_conflicts=True)
            await LearnedMark.filter(id=ONE).update(event_id=int(events[-1][0]))
    return len(events)


async def learn(matter_id: int) -> bool:
    """Count where a matter was sent, or move it if it was sent elsewhere since. Safe to repeat."""
    async with unit_of_work():
        matter = await Matter.get_or_none(id=matter_id)
        target = "" if matter is None or matter.way is None else matter.item_code or matter.kind
        before = await LearnedDecision.get_or_none(matter_id=matter_id)
        if matter is None or not target or (before is not None and before.target == target):
            return False
        grams = sorted(
            grams_in_order(f"{matter.title} {matter.text}")
        )  # one order, so that two jobs cannot wait in a ring
        if before is not None:
            await _count(grams, before.target, -1)
            await LearnedDecision.filter(matter_id=matter_id).update(target=target)
            await _count(grams, target, 1)
        else:
            await LearnedDecision.create(matter_id=matter_id, target=target)
            await _count(grams, target, 1)
            await _remember(grams, matter_id)
    return True


async def _count(grams: Iterable[str], target: str, by: int) -> None:
    connection = connections.get("default")
    for gram in (ALL, *grams):
        await connection.execute_query(*_added("learned_grams", {"gram": gram}, by))
    for gram in grams:
        await connection.execute_query(*_added("learned_pairs", {"gram": gram, "target": target}, by))


def _added(table: str, key: dict[str, str], by: int) -> tuple[str, list[object]]:
    """An atomic count in both databases: a new row, or `by` more on the old one."""
    mark = connections.get("default").capabilities.dialect == "postgres"
    names = list(key)
    marks = ", ".join(f"${n + 1}" if mark else "?" for n in range(len(names) + 1))
    columns = ", ".join(names)
    sql = (
        f"INSERT INTO {table} ({columns}, n) VALUES ({marks}) ON CONFLICT ({columns})"  # noqa: S608
        f" DO UPDATE SET n = {table}.n + excluded.n"
    )
    return sql, [*key.values(), by]


async def _remember(grams: list[str], matter_id: int) -> None:
    """Put the matter into the ring of each of its rarest pairs, over the oldest there."""
    counts = {row.gram: row.n for row in await LearnedGram.filter(gram__in=grams)}
    for gram in sorted(rarest(counts)[:ASKED_RARE]):
        slot = counts[gram] % RING
        if not await LearnedRecent.filter(gram=gram, slot=slot).update(matter_id=matter_id):
            await LearnedRecent.bulk_create(
                [LearnedRecent(gram=gram, slot=slot, matter_id=matter_id)], ignore_conflicts=True
            )


async def recall(text: str, but: int = 0) -> tuple[dict[str, Taught], list[PastDecision]]:
    """What decisions taught about a text: points by target, and the newest matters that may be alike (without `but`).

    Costs at most four short queries, however many matters there were.
    """
    grams = grams_in_order(text)
    counts = {row.gram: row.n for row in await LearnedGram.filter(gram__in=[ALL, *grams])}
    decisions = counts.pop(ALL, 0)
    asked = rarest(counts)
    if not asked:
        return {}, []
    known = Known(decisions, {gram: counts[gram] for gram in asked}, await _pairs(asked))
    return taught(known), await _recent(asked[:ASKED_RARE], but)


async def _pairs(grams: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """The most frequent targets of each pair: one short walk along the index for each."""
    connection = connections.get("default")
    is_postgres = connection.capabilities.dialect == "postgres"
    parts = [
        "SELECT * FROM (SELECT gram, target, n FROM learned_pairs WHERE gram = "  # noqa: S608
        f"{f'${n + 1}' if is_postgres else '?'} ORDER BY n DESC LIMIT {TARGETS_EACH}) AS p{n}"
        for n in range(len(grams))
    ]
    found = await connection.execute_query_dict(" UNION ALL ".join(parts), list(grams))
    return [(str(row["gram"]), str(row["target"]), int(row["n"])) for row in found]


async def _recent(grams: tuple[str, ...], but: int) -> list[PastDecision]:
    """The newest matters that share most of the rarest pairs, newest first."""
    shared = Counter(row.matter_id for row in await LearnedRecent.filter(gram__in=list(grams)) if row.matter_id != but)
    ids = sorted(shared, key=lambda i: (-shared[i], -i))[:RECALLED]
    targets = {row.matter_id: row.target for row in await LearnedDecision.filter(matter_id__in=ids)}
    rows = await Matter.filter(id__in=ids).order_by("-id").values_list("id", "title", "text")
    return [past_decision(f"{title} {text}", targets[i]) for i, title, text in rows if i in targets]
