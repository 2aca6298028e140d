"""The board's counts in SQL, the same text for both databases where they agree. Each count is also a list of matters.

Whatever is put into the text is a number, a time or a word of our own enums; nothing a reader typed gets here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tortoise import connections

from linyue.base.db import is_postgres, json_text, moment_text
from linyue.base.workdays import Calendar, local_day
from linyue.boards.rules import LONGEST_DAYS, By, What, worked_until
from linyue.boards.rules_follow import TRIES_AT_MOST, Answer
from linyue.matters.rules import FINAL, MatterState, Rating, Step

DONE_STEPS = (Step.COMPLETE, Step.KEEP_PROMISE)
SOON = timedelta(days=2)
ROOT = 2
"""Slashes in the path of the district, the root of all places."""
OPEN_NOW = (*FINAL, MatterState.COMPLETED)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is looked at: an area by its path, a period [start, end), and the present."""

    path: str
    start: datetime
    end: datetime
    now: datetime


async def rows(sql: str) -> list[dict[str, Any]]:
    """Rows of a query."""
    found: list[dict[str, Any]] = await connections.get("default").execute_query_dict(sql)
    return found


def words(values: Iterable[str]) -> str:
    """Words of our enums as an SQL list."""
    return ", ".join(f"'{value!s}'" for value in values)


at = moment_text
told = json_text


def day_of(column: str) -> str:
    """The day in Shanghai of a time, as text 2026-10-31."""
    if is_postgres():
        return f"to_char({column} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    return f"date({column}, '+8 hours')"


def within(path: str) -> str:
    """The matters (m) of an area. `path` is a place's path: digits and slashes."""
    assert path.replace("/", "").isdigit() or path == "/", "not a path"
    if path.count("/") <= ROOT:  # the district is the root: everything lies in it, whatever the years behind hold
        return "TRUE"
    return f"m.place_id IN (SELECT id FROM places WHERE path LIKE '{path}%')"


_DUE = (
    "(SELECT p.due_after FROM matter_events p WHERE p.matter_id = m.id AND p.seq < (SELECT MAX(c.seq) FROM "
    f"matter_events c WHERE c.matter_id = m.id AND c.kind IN ({words(DONE_STEPS)})) ORDER BY p.seq DESC LIMIT 1)"
)
"""The due time that the end is measured by: the one in force just before it (the end itself starts the rating's)."""
_FIRST_DUE = "(SELECT f.due_after FROM matter_events f WHERE f.matter_id = m.id AND f.seq = 1)"
_FIRST_ANSWER = (
    f"(SELECT a.at FROM matter_events a WHERE a.matter_id = m.id AND a.kind = '{Step.TRIAGE.value}' "
    "ORDER BY a.seq LIMIT 1)"
)
"""Not MIN(a.at): for that SQLite walks through every such entry of every matter, from the oldest on."""


def _between(column: str, f: Frame) -> str:
    return f"{column} >= {at(f.start)} AND {column} < {at(f.end)}"


COUNTED_ONCE = (What.IN, What.OWED, What.ANSWERED)
"""Counts of reports. A report that is both residential and governmental is one, though two have a part of it in hand:
it stands once in the sum and on its community's line, and on the line of each centre or item that has a part. Whatever
counts work (done, late, rated, under way) counts each part, since each has its own owner, due time and rating."""


def _reported(f: Frame, by: By | None) -> str:
    gone = words((MatterState.MERGED, MatterState.WITHDRAWN))
    once = "" if by in (By.CENTRE, By.ITEM) else " AND m.root_id IS NULL"
    return f"FROM matters m WHERE {_between('m.reported_at', f)} AND m.state NOT IN ({gone}){once}"


def _done(f: Frame) -> str:
    ended = words((MatterState.COMPLETED, MatterState.CLOSED))
    return f"FROM matters m WHERE {_between('m.completed_at', f)} AND m.state IN ({ended})"


def _event(f: Frame, *kinds: str) -> str:
    joined = "FROM matter_events e JOIN matters m ON m.id = e.matter_id"
    return f"{joined} WHERE e.kind IN ({words(kinds)}) AND {_between('e.at', f)}"


def _rated(f: Frame, rating: Rating) -> str:
    return f"{_event(f, Step.RATE.value)} AND {told('e.data', 'rating')} = '{rating.value}'"


def _asked(f: Frame) -> str:
    return f"FROM follow_ups u JOIN matters m ON m.id = u.matter_id WHERE {_between('u.answered_at', f)}"


def _under_way() -> str:
    return f"FROM matters m WHERE m.state NOT IN ({words(OPEN_NOW)})"


def source(what: What, f: Frame, by: By | None = None) -> str:
    """FROM and WHERE of what is counted: matters as m, the entry of the timeline as e where one is counted.

    `by` None: the sum, in which each report stands once.
    """
    reopened = words((MatterState.ACCEPTED, MatterState.EXECUTING))
    found = {
        What.IN: lambda: _reported(f, by),
        What.OWED: lambda: f"{_reported(f, by)} AND ({_FIRST_ANSWER} IS NOT NULL OR {_FIRST_DUE} < {at(f.now)})",
        What.ANSWERED: lambda: f"{_reported(f, by)} AND {_FIRST_ANSWER} <= {_FIRST_DUE}",
        What.DONE: lambda: _done(f),
        What.LATE: lambda: f"{_done(f)} AND m.completed_at > {_DUE}",
        What.RETURNED: lambda: _event(f, Step.RETURN.value),
        What.REOPENED: lambda: f"{_event(f, Step.RATE.value, Step.REOPEN.value)} AND e.state_after IN ({reopened})",
        What.RATED: lambda: _event(f, Step.RATE.value),
        What.SATISFIED: lambda: _rated(f, Rating.SATISFIED),
        What.MOSTLY: lambda: _rated(f, Rating.MOSTLY),
        What.UNSATISFIED: lambda: _rated(f, Rating.UNSATISFIED),
        What.ASKED: lambda: f"{_asked(f)} AND u.answer IS NOT NULL",
        What.FIXED: lambda: f"{_asked(f)} AND u.answer = '{Answer.FIXED.value}'",
        What.UNREACHED: lambda: (
            f"FROM follow_ups u JOIN matters m ON m.id = u.matter_id WHERE {_between('u.tried_at', f)} "
            f"AND u.tries >= {TRIES_AT_MOST} AND u.answer IS NULL"
        ),
        What.OVERDUE: lambda: f"{_under_way()} AND m.overdue_at IS NOT NULL",
        What.SOON: lambda: (
            f"{_under_way()} AND m.overdue_at IS NULL AND m.paused_at IS NULL AND m.due_at <= {at(f.now + SOON)}"
        ),
        # Whoever is silent has a due time: asked so, the index of open matters answers.
        What.SILENT: lambda: f"{_under_way()} AND m.silent_at IS NOT NULL AND m.due_at IS NOT NULL",
        What.PAUSED: lambda: f"{_under_way()} AND m.paused_at IS NOT NULL",
    }[what]()
    return f"{found} AND {within(f.path)}"


def key_of(by: By, what: What) -> str:
    """What a matter's line is called, as text. A return is laid to the one that gave it back."""
    if what is What.RETURNED:
        centre, way = told("e.data", "centre"), told("e.data", "way")
        item, kind = told("e.data", "item"), told("e.data", "kind")
    else:
        centre, way, item, kind = "m.centre_id", "m.way", "m.item_code", "m.kind"
    match by:
        case By.COMMUNITY:
            return "CAST(m.community_id AS TEXT)"
        case By.CENTRE:
            return f"COALESCE(CAST({centre} AS TEXT), {way}, '')"
        case By.ITEM:
            return f"COALESCE(NULLIF({kind}, ''), {item}, '')"


async def count_by(what: What, by: By, f: Frame) -> dict[str, int]:
    """How many, for each line."""
    found = await rows(f"SELECT {key_of(by, what)} AS key, COUNT(*) AS n {source(what, f, by)} GROUP BY 1")
    return {str(row["key"]): int(row["n"]) for row in found}


async def count(what: What, f: Frame) -> int:
    """How many in all."""
    found = await rows(f"SELECT COUNT(*) AS n {source(what, f)}")
    return int(found[0]["n"])


async def days_by(by: By, f: Frame, calendar: Calendar) -> dict[str, dict[int, int]]:
    """Working days from the report to the end of what was done, for each line as {days: how often}."""
    first = local_day(f.start) - timedelta(days=LONGEST_DAYS)
    table = _days_table(worked_until(first, local_day(f.end), calendar))
    sql = (
        f"WITH days (day, n) AS ({table}), done AS (SELECT {key_of(by, What.DONE)} AS key, "
        f"{day_of('m.reported_at')} AS begun, {day_of('m.completed_at')} AS ended {source(What.DONE, f)}) "
        "SELECT d.key AS key, b.n - COALESCE(a.n, 0) AS days, COUNT(*) AS n FROM done d "
        "JOIN days b ON b.day = d.ended LEFT JOIN days a ON a.day = d.begun GROUP BY 1, 2"
    )
    found: dict[str, dict[int, int]] = {}
    for row in await rows(sql):
        found.setdefault(str(row["key"]), {})[int(row["days"])] = int(row["n"])
    return found


def _days_table(days: Sequence[tuple[date, int]]) -> str:
    return "VALUES " + ", ".join(f"('{day.isoformat()}', {count})" for day, count in days)


async def ids_of(
    what: What, f: Frame, by: By, keys: Sequence[str] | None, others: Sequence[str], offset: int, limit: int
) -> tuple[list[int], int]:
    """The matters behind a number, newest first, and how many there are in all.

    `keys` None: of every line. `others`: every line but these, for what has no name any more.
    """
    where = source(what, f, by if keys is not None or others else None)
    if keys is not None:
        where += f" AND {key_of(by, what)} IN ({_literals(keys)})" if keys else " AND FALSE"
    if others:
        where += f" AND {key_of(by, what)} NOT IN ({_literals(others)})"
    total = await rows(f"SELECT COUNT(DISTINCT m.id) AS n {where}")
    found = await rows(f"SELECT DISTINCT m.id AS id {where} ORDER BY 1 DESC LIMIT {int(limit)} OFFSET {int(offset)}")
    return [int(row["id"]) for row in found], int(total[0]["n"])


def _literals(keys: Sequence[str]) -> str:
    """Keys of lines, which are ids, ways, kinds and codes of the catalogue."""
    return ", ".join("'" + key.replace("'", "''").replace("\x00", "") + "'" for key in keys)
