"""Five hundred secret votes, and somebody who has the database with its journal, the logs and every backup, but no key.

What they can do is tried out: searching for codes and choices, reading something into every value that stands beside a
voter, and pairing voters with opened ballots in every order that the files still show. No guess may be better than chance
(1 % over all of them together), before the close and after. Luck alone passes that line once in a hundred votes, a leak
each time: what was found must show itself in a second vote too. A leak made on purpose shows that they would notice.
"""

import asyncio
import base64
import json
import math
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from linyue.base import session
from linyue.base.settings import Settings
from linyue.questions import service, service_secret
from linyue.questions.model import OpenedBallot, Question
from linyue.upkeep import backup
from tests.conftest import opened
from tests.make.questions import Put
from tests.questions.boxes import Voter, make_secret, voters_of
from tests.servers import LiveServer
from tests.upkeep.test_backup import write_migrations

pytestmark = pytest.mark.anyio
VOTERS = 500
BACKUPS_AT = (150, 300, 500)
CHOICES = ("for", "against", "abstain")
SHUFFLES = 300
PAGE = 4096


@dataclass
class Loot:
    """What left the machine or was stolen. `files`: name to bytes; `rows`: the rolls' rows as of each backup."""

    question_id: int
    files: dict[str, bytes] = field(default_factory=dict)
    rows: list[dict[int, dict[str, Any]]] = field(default_factory=list)

    @property
    def newest(self) -> dict[int, dict[str, Any]]:
        """{person: row} of the last backup before the box was opened."""
        return self.rows[-1]


async def rows_of(settings: Settings, table: str, question_id: int) -> list[dict[str, Any]]:
    """Every row of a table about this question, with the place it has in the file."""
    if settings.is_sqlite:
        link = sqlite3.connect(settings.sqlite_path)
        link.row_factory = sqlite3.Row
        try:
            rows = link.execute(f"SELECT rowid, * FROM {table} WHERE question_id = ?", (question_id,))
            return [{**dict(row), "place": n} for n, row in enumerate(rows)]
        finally:
            link.close()
    link_pg = await asyncpg.connect(settings.database_url)
    try:
        wanted = f"SELECT ctid::text AS ctid, xmin::text AS xmin, * FROM {table} WHERE question_id = $1"
        return [{**dict(row), "place": n} for n, row in enumerate(await link_pg.fetch(wanted, question_id))]
    finally:
        await link_pg.close()


async def all_tables(settings: Settings) -> bytes:
    """The whole database as text, the way a dump shows it."""
    if settings.is_sqlite:
        link = sqlite3.connect(settings.sqlite_path)
        try:
            return "\n".join(link.iterdump()).encode()
        finally:
            link.close()
    link_pg = await asyncpg.connect(settings.database_url)
    try:
        names = await link_pg.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [await link_pg.fetch(f'SELECT * FROM "{name[0]}"') for name in names]
        return "\n".join(str(dict(row)) for table in tables for row in table).encode()
    finally:
        await link_pg.close()


async def steal(settings: Settings, loot: Loot, name: str, folder: Path) -> None:
    """Take everything: the files as they lie there, a dump, and the copy that a district makes every hour."""
    if settings.is_sqlite:
        for path in settings.data.glob("linyue.sqlite3*"):
            # By another process: one that closes a file it opened by hand loses the locks its driver holds on it.
            cat = await asyncio.create_subprocess_exec("cat", str(path), stdout=asyncio.subprocess.PIPE)
            loot.files[f"{name}/{path.name}"], _ = await cat.communicate()
            assert cat.returncode == 0
    loot.files[f"{name}/dump"] = await all_tables(settings)
    target = folder / f"{loot.question_id}-{name}.linyue"
    await backup.backup(settings, target, lambda *_: None)
    loot.files[f"{name}/backup"] = target.read_bytes()
    boxes = {row["entry_id"]: row for row in await rows_of(settings, "sealed_ballots", loot.question_id)}
    rolls = await rows_of(settings, "question_rolls", loot.question_id)
    loot.rows.append({row["person_id"]: row | {"box": boxes.get(row["id"])} for row in rolls})


async def cast_all(server: LiveServer, put: Put, voters: list[Voter], steals: Callable[[int], Any]) -> None:
    """Everybody votes by POST, one in two sealed on the device; ten at once, in an order of chance."""
    chance = random.Random(20261127 + put.question.id)
    for one in voters:
        one.choice = chance.choice(CHOICES)
    order = chance.sample(voters, len(voters))
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as http:

        async def cast(one: Voter, n: int) -> None:
            row, token = await session.begin(one.person_id, is_staff=False)
            body = {"csrf": row.csrf, "client_id": chance.randbytes(8).hex(), "replaces": "0"}
            if n % 2:
                body |= {"choice": one.choice, "code": one.code}
            else:
                body |= {"sealed": base64.b64encode(await one.seal(one.choice)).decode()}
            headers = {"cookie": f"sid={token}", "origin": server.url}
            answer = await http.post(f"/q/{put.question.public_id}/ballot", data=body, headers=headers)
            assert answer.status_code == 303, answer.text[-500:]

        for start in range(0, len(order), 10):
            await asyncio.gather(*(cast(one, start + n) for n, one in enumerate(order[start : start + 10])))
            await steals(min(start + 10, len(order)))


def chance_of(truth: Sequence[str], guess: Callable[[Sequence[str]], int]) -> float:
    """How likely so many hits are by luck: the same guess over shuffled truths, read off a normal curve."""
    luck = random.Random(7)
    hits, shuffled = guess(truth), list(truth)
    by_luck = []
    for _ in range(SHUFFLES):
        luck.shuffle(shuffled)
        by_luck.append(guess(shuffled))
    mean = sum(by_luck) / SHUFFLES
    spread = math.sqrt(sum((one - mean) ** 2 for one in by_luck) / SHUFFLES) or 1.0
    return 0.5 * math.erfc((hits - mean - 0.5) / spread / math.sqrt(2))


def read_into(values: Sequence[int], truth: Sequence[str]) -> float:
    """Whether a value beside the voter says something of the choice: split in three by size and by remainder."""
    cuts = sorted(values)
    by_size = [(value > cuts[len(cuts) // 3]) + (value > cuts[2 * len(cuts) // 3]) for value in values]
    return 2 * min(_depends(by_size, truth), _depends([value % 3 for value in values], truth))


def _depends(kinds: Sequence[int], truth: Sequence[str]) -> float:
    """Pearson's test of independence of a table of at most 3 x 3: its tail is exact arithmetic at even freedoms."""
    cells, rows, columns = Counter(zip(kinds, truth, strict=True)), Counter(kinds), Counter(truth)
    expected = {(kind, choice): rows[kind] * columns[choice] / len(truth) for kind in rows for choice in columns}
    half = sum((cells[cell] - wanted) ** 2 / wanted for cell, wanted in expected.items()) / 2
    pairs = (len(rows) - 1) * (len(columns) - 1) // 2
    return math.exp(-half) * sum(half**n / math.factorial(n) for n in range(pairs)) if pairs else 1.0


def pair(ordered: Sequence[str], choices: Sequence[str]) -> float:
    """Voters in some order beside opened ballots in some order: the truth of the voters against the choices."""
    return chance_of(ordered, lambda truth: sum(a == b for a, b in zip(truth, choices, strict=True)))


def values_of(row: Mapping[str, Any], log: Mapping[int, int]) -> dict[str, int]:
    """Every value that stands beside a voter, as a number."""
    sealed = bytes(row["box"]["sealed"])
    at = re.sub(r"\D", "", str(row["boxed_at"]))
    return {
        "id": row["id"],
        "place": row["place"],
        "place in the box": row["box"]["place"],
        "id in the box": row["box"]["id"],
        "hash": int(row["box_hash"], 16),
        "sealed": int.from_bytes(sealed, "big"),
        "sealed end": sealed[-1],
        "sealed sum": sum(sealed),
        "length": len(sealed),
        "send": int(row["box_send"], 16),
        "time": int(at),
        "parts of a second": int(at[14:20] or 0),
        "milliseconds in the log": log[row["person_id"]],
    }


def log_of(server: LiveServer, rows: Mapping[int, Mapping[str, Any]]) -> dict[int, int]:
    """The log's line of each voter: the n-th ballot in time is the n-th POST; its duration in tenths of milliseconds."""
    posts = [json.loads(line) for line in server.log_text().splitlines() if line.startswith('{"method": "POST"')]
    times = [round(line["ms"] * 10) for line in posts if line["route"] == "/q/{public_id}/ballot"]
    return dict(zip(sorted(rows, key=lambda person: str(rows[person]["boxed_at"])), times, strict=False))


async def test_nobody_can_tell_who_chose_what(
    settings: Settings, make_live_server: Callable[..., LiveServer], tmp_path: Path
) -> None:
    async with opened(settings):
        await write_migrations()
        tried = await vote_and_steal(settings, make_live_server, tmp_path)
        if found := [name for name, p in tried.items() if p <= 0.01 / len(tried)]:
            again = await vote_and_steal(settings, make_live_server, tmp_path)
            found = [name for name in found if again[name] <= 0.01 / len(found)]
        assert not found, f"better than chance in two votes: {found}"


async def vote_and_steal(
    settings: Settings, make_live_server: Callable[..., LiveServer], tmp_path: Path
) -> dict[str, float]:
    """One vote of everybody, and how likely each guess of the thief's is by luck: {guess: probability}."""
    put = await make_secret(VOTERS)
    voters = await voters_of(put)
    server = make_live_server(log_level="debug")
    loot = Loot(put.question.id)

    async def steals(cast: int) -> None:
        if cast in BACKUPS_AT:
            await steal(settings, loot, f"at-{cast}", tmp_path)

    await cast_all(server, put, voters, steals)
    truth = {one.person_id: one.choice for one in voters}
    people = sorted(truth)
    codes = [one.code.encode() for one in voters]
    loot.files["log"] = server.log_text().encode()
    for name, data in loot.files.items():
        assert not [code for code in codes if code in data], f"a code in {name} before the close"
        assert b"PRIVATE KEY" not in data, f"a key in {name}"
    log = log_of(server, loot.newest)
    beside = {person: values_of(loot.newest[person], log) for person in people}
    names = list(beside[people[0]])
    tried = {
        f"before: {name}": read_into([beside[p][name] for p in people], [truth[p] for p in people]) for name in names
    }

    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    question = await service.publish_result(put.chair, put.question.id)
    assert question.result is not None and question.result["counts"] == dict(Counter(truth.values()))
    await steal(settings, loot, "after", tmp_path)
    server.stop()
    loot.files["log"] = server.log_text().encode()
    assert not [code for code in codes if code in loot.files["log"]], "a code in the log"
    assert not await rows_of(settings, "sealed_ballots", put.question.id)
    assert not [name for name in loot.files if "pem" in name] and not list(settings.box_keys_path.glob("*"))
    last = {name: data for name, data in loot.files.items() if name.startswith("after/linyue")}
    before = loot.rows[-2]
    for name, data in last.items():
        left = [p for p in people if bytes(before[p]["box"]["sealed"]) in data]
        assert not left, f"{len(left)} sealed ballots still lie in {name}"
        assert_apart(name, data, codes, before)

    rows = await rows_of(settings, "opened_ballots", put.question.id)
    orders: dict[str, list[str]] = {
        "file": [row["choice"] for row in rows],
        "id": [row["choice"] for row in sorted(rows, key=lambda row: row["id"])],
        "code": [row["choice"] for row in sorted(rows, key=lambda row: row["code"])],
        "backwards": [row["choice"] for row in reversed(rows)],
    }
    for name in names:
        ordered = [truth[p] for p in sorted(people, key=lambda p: (beside[p][name], p))]
        tried |= {f"after: {name} beside {way}": pair(ordered, choices) for way, choices in orders.items()}

    # The same thief, had the list been stored as it was cast.
    cast_order = [truth[p] for p in sorted(people, key=lambda p: beside[p]["time"])]
    assert pair(cast_order, cast_order) < 1e-9
    assert read_into([CHOICES.index(truth[p]) for p in people], [truth[p] for p in people]) < 1e-9
    assert await OpenedBallot.filter(question_id=put.question.id).count() == VOTERS
    assert (await Question.get(id=put.question.id)).duds == 0
    return tried


def assert_apart(name: str, data: bytes, codes: list[bytes], rows: Mapping[int, Mapping[str, Any]]) -> None:
    """No page of the file or its journal holds a code and something of a voter."""
    of_voters = [str(row[key]).encode() for row in rows.values() for key in ("salt", "box_hash", "box_send")]
    header, size = (32, PAGE + 24) if name.endswith("-wal") else (0, PAGE)
    for start in range(header, len(data), size):
        page = data[start : start + size]
        if any(code in page for code in codes):
            assert not any(one in page for one in of_voters if one), (
                f"{name}: a code and a voter in one page at {start}"
            )
