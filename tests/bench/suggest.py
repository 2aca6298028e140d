"""Suggestions: how often the first one is right, and how long one takes after 10,000 and after 1,000,000 matters.

The store is filled as learning would leave it: counts of every pair, rings of the newest matters, one row a decision.
Rows of matters exist for what the rings point at; nothing else of a matter is read by a suggestion.
"""

import asyncio
import random
import sqlite3
import time
from collections import Counter, defaultdict, deque
from datetime import UTC, datetime
from pathlib import Path

from tortoise.backends.base.executor import EXECUTOR_CACHE

from linyue.base import crypto, db, schema
from linyue.base.settings import Settings
from linyue.centres.rules_learn import RING, grams_in_order
from linyue.matters import service_triage
from linyue.matters.model import Matter
from linyue.matters.service_learn import ASKED_RARE
from tests.bench.figures import Figure, Found, Goal
from tests.bench.run import Run
from tests.centres.accuracy import measure as accuracy
from tests.centres.accuracy import reports
from tests.make.matters import make_matter, make_neighbourhood

FEW, MANY = 10_000, 1_000_000
QUICK = 2_000, 20_000
GROWTH = 2.0


def measure(run: Run) -> Found:
    """Accuracy on reports that nothing was tuned on; milliseconds a suggestion, in turn on both stores."""
    held, known = reports("heldout"), reports("known")
    found = Found([])
    for name, decided in (("rules alone", ()), (f"after {sum(bool(one.targets) for one in known)} decisions", known)):
        told = accuracy(held, decided)
        for what, share in (("first", told.first), ("one of three", told.three), ("none given", told.silent)):
            found.figures.append(Figure(f"suggestion {what}, {name}", "%", [round(100 * share, 1)]))
    few, many = QUICK if run.quick else (FEW, MANY)
    figures = [Figure(f"a suggestion after {n:,} matters", "ms") for n in (few, many)]
    stores = [_store(run, n) for n in (few, many)]
    for _ in range(run.rounds):
        for figure, store in zip(figures, stores, strict=True):
            waits = asyncio.run(_ask(store, [one.text for one in held]))
            figure.rates.append(sorted(waits)[len(waits) // 2])
            figure.waits += waits
    found.figures += figures
    growth = figures[1].rate / figures[0].rate
    found.goals.append(Goal(f"a suggestion at {many:,} against {few:,} matters", growth, GROWTH, is_limit=True))
    return found


def _store(run: Run, decisions: int) -> Settings:
    settings = Settings(
        data=run.folder_for(f"suggest-{decisions}"), keys=str(run.folder / "keys.json"), sms="none", log_level="warning"
    )
    asyncio.run(_prepare(settings))
    _fill(settings.sqlite_path, decisions)
    return settings


async def _prepare(settings: Settings) -> None:
    EXECUTOR_CACHE.clear()
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.make_schema()
        await make_matter(await make_neighbourhood())
    finally:
        await db.disconnect()


def _fill(path: Path, decisions: int) -> None:
    """What learning from so many reports leaves behind. Each report is two halves of two labelled ones."""
    dice = random.Random(decisions)
    sources = [one for name in ("known", "heldout") for one in reports(name) if one.targets]
    grams: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    rings: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=RING))
    texts: dict[int, str] = {}
    for number in range(10, decisions + 10):
        left, right = dice.choice(sources), dice.choice(sources)
        text = left.text[: len(left.text) // 2 + 4] + right.text[len(right.text) // 2 :]
        said = grams_in_order(text)
        grams.update(said)
        pairs.update((gram, left.targets[0]) for gram in said)
        for gram in dice.sample(said, min(ASKED_RARE, len(said))):
            rings[gram].append(number)
        texts[number] = text
        if len(texts) > 400_000:  # what no ring can point at any more
            kept = {i for ring in rings.values() for i in ring}
            texts = {i: t for i, t in texts.items() if i in kept}
    kept = {i for ring in rings.values() for i in ring}
    with sqlite3.connect(path) as link:
        link.execute("PRAGMA synchronous=OFF")
        link.execute("INSERT INTO learned_grams (gram, n) VALUES ('', ?)", (decisions,))
        link.executemany("INSERT INTO learned_grams (gram, n) VALUES (?, ?)", grams.items())
        link.executemany(
            "INSERT INTO learned_pairs (gram, target, n) VALUES (?, ?, ?)", ((*pair, n) for pair, n in pairs.items())
        )
        rows = ((gram, slot, i) for gram, ring in rings.items() for slot, i in enumerate(ring))
        link.executemany("INSERT INTO learned_recent (gram, slot, matter_id) VALUES (?, ?, ?)", rows)
        all_rows = ((number, dice.choice(sources).targets[0]) for number in range(10, decisions + 10))
        link.executemany("INSERT INTO learned_decisions (matter_id, target) VALUES (?, ?)", all_rows)
        _copy_matters(link, {i: texts[i] for i in kept if i in texts})


def _copy_matters(link: sqlite3.Connection, texts: dict[int, str]) -> None:
    """Matters like the first one, with these ids and words."""
    names = [row[1] for row in link.execute("PRAGMA table_info(matters)")]
    first = dict(zip(names, link.execute(f"SELECT {', '.join(names)} FROM matters").fetchone(), strict=True))
    first["reported_at"] = str(datetime.now(UTC))
    marks = ", ".join("?" for _ in names)
    rows = (
        tuple({**first, "id": i, "number": f"x-{i}", "form_id": f"f{i}", "slip_hash": f"s{i}", "text": text}[name]
              for name in names)
        for i, text in texts.items()
    )  # fmt: skip
    link.executemany(f"INSERT INTO matters ({', '.join(names)}) VALUES ({marks})", rows)


async def _ask(settings: Settings, texts: list[str]) -> list[float]:
    """Milliseconds for each text."""
    EXECUTOR_CACHE.clear()
    await db.connect(settings)
    try:
        assert await Matter.exists()
        await service_triage.suggest_for_text(texts[0])  # the catalogue is read once
        waits = []
        for text in texts:
            begun = time.perf_counter()
            await service_triage.suggest_for_text(text)
            waits.append((time.perf_counter() - begun) * 1000)
        return waits
    finally:
        await db.disconnect()
