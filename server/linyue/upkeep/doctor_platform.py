"""Invariants of the platform: the audit trail, the outbox, sealed telephone numbers, photos, two people's changes."""

import asyncio
import hashlib
import re
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from starlette.routing import Route, WebSocketRoute

from linyue.app import all_routes
from linyue.base import audit, clock
from linyue.base.db import is_postgres
from linyue.base.model import AuditEntry, Job, Lease
from linyue.base.policy import POLICY
from linyue.base.settings import Settings
from linyue.matters.service_photos import FILE_LIFE, named_pictures, photo_path
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.upkeep.backup import tables
from linyue.upkeep.doctor_check import Answer, Check
from linyue.upkeep.doctor_votes import rows, texts

PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
SEALED = (
    ("people", "phone_sealed"),
    ("people", "name_sealed"),
    ("people", "totp_sealed"),
    ("sign_in_codes", "phone_sealed"),
    ("matters", "contact_sealed"),
)
NEVER_A_PHONE = (
    ("audit_entries", "data", "seq"),
    ("jobs", "arg", "id"),
    ("messages", "args", "id"),
    ("question_chain", "body", "id"),
)
LATE = timedelta(hours=1)
"""How long a due job may wait before somebody should look: retries and a restart take minutes."""
SWEPT_WITHIN = timedelta(hours=2)
"""The sweep of files runs every hour while a server runs."""
PLACED = (("matters", "place_id"), ("matters", "community_id"), ("meetings", "place_id"), ("role_grants", "place_id"))


async def audit_holds(_settings: Settings) -> Answer:
    """Each entry follows from the one before."""
    broken = await audit.first_broken()
    faults = [] if broken is None else [f"entry {broken} does not follow from the one before"]
    return await AuditEntry.all().count(), faults


async def outbox_moves(_settings: Settings) -> Answer:
    """No job was given up on, and none waits that has been due for long; before the first start all of them may."""
    dead = await Job.exclude(dead_at=None).values_list("id", "name", "error")
    now = clock.now()
    waiting = await Job.filter(done_at=None, dead_at=None, due_at__lt=now).values_list("id", "name", "due_at")
    is_served = await Lease.exclude(last_run_at=None).exists()
    late = [one for one in waiting if is_served and one[2] < now - LATE]
    return len(waiting) + len(dead), [
        *(f"job {one[0]} ({one[1]}) was given up on: {one[2]}" for one in dead),
        *(
            f"job {number} ({name}) has been due since {due:%Y-%m-%d %H:%M} UTC and is not done: does a server run?"
            for number, name, due in late
        ),
    ]


async def phones_sealed(_settings: Settings) -> Answer:
    """A telephone number at rest is sealed and found by its blind index only."""
    # What is sealed names its key before a point; a number written as it is has none.
    faults = []
    for table, column in SEALED:
        found = await rows(
            f"SELECT COUNT(*) AS n FROM {table} WHERE {column} <> '' AND {column} NOT LIKE '%.%'"  # noqa: S608 - names below
        )
        if found[0]["n"]:
            faults.append(f"{table}: {found[0]['n']} rows with an open {column.removesuffix('_sealed')}")
    for table, column, key in NEVER_A_PHONE:
        open_ones = 0
        async for said in texts(table, column, key):
            open_ones += PHONE.search(said) is not None
        if open_ones:
            faults.append(f"{table}: {open_ones} rows with a telephone number in {column}")
    return await Person.all().count(), faults


async def photos_there(settings: Settings) -> Answer:
    """Every picture a row names is on disk and is the picture whose hash was stored; no file is left that none names.

    A file that none names yet, or no more, has its time: it is being filed, or the next sweep takes it.
    """
    old = await asyncio.to_thread(_left_over, settings.data)
    wanted = await named_pictures()
    return len(wanted), [*await asyncio.to_thread(_photo_faults, settings, wanted), *_strange(old, wanted)]


def _left_over(data: Path) -> set[str]:
    """Hashes of files that the sweep would have removed by now if no row named them."""
    before = (clock.real_now() - FILE_LIFE - SWEPT_WITHIN).timestamp()
    return {path.stem for path in (data / "photos").glob("*/*.jpg") if path.stat().st_mtime < before}


def _strange(old: Collection[str], wanted: Collection[str]) -> list[str]:
    return [f"photo {digest[:12]}… is on disk and belongs to nothing" for digest in sorted(set(old) - set(wanted))]


def _photo_faults(settings: Settings, wanted: Collection[str]) -> list[str]:
    faults = []
    for digest in sorted(wanted):
        path = photo_path(settings.data, digest)
        if not path.exists():
            faults.append(f"photo {digest[:12]}… is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"photo {digest[:12]}… has been changed")
    return faults


async def routes_are_guarded(_settings: Settings) -> Answer:
    """Every address of this version names an action of the policy table; one that does not would stop start-up."""
    faults = []
    routes = [route for route in all_routes() if isinstance(route, Route | WebSocketRoute)]
    for route in routes:
        action = getattr(route, "action", None)
        if action not in POLICY:
            faults.append(f"{route.path}: no rule says who may")
    return len(routes), faults


async def objects_have_a_place(_settings: Settings) -> Answer:
    """What an address names is looked up with the place it belongs to, so everything must hang in the tree."""
    faults = []
    for table, column in PLACED:
        for row in await rows(
            f"SELECT COUNT(*) AS n FROM {table} t LEFT JOIN places p ON p.id = t.{column}"  # noqa: S608 - names above
            f" WHERE t.{column} IS NOT NULL AND p.id IS NULL"
        ):
            if row["n"]:
                faults.append(f"{table}: {row['n']} rows of a place that is not there")
    for row in await rows(
        "SELECT c.id FROM places c LEFT JOIN places p ON p.id = c.parent_id"
        " WHERE c.parent_id IS NOT NULL AND (p.id IS NULL OR c.path NOT LIKE p.path || '%')"
    ):
        faults.append(f"place {row['id']}: not below its parent, so its officials would not be asked")
    return await Place.all().count(), faults


async def copies_are_whole(_settings: Settings) -> Answer:
    """A backup takes every table there is; a table it did not know would be missing after a restore."""
    query = (
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        if is_postgres()
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    there = {str(row["name"]) for row in await rows(query)} - {"tortoise_migrations"}
    known = {table.name for table in tables()}
    return len(there), [
        *(f"table {name} is in no backup" for name in sorted(there - known)),
        *(f"table {name} is missing" for name in sorted(known - there)),
    ]


async def catalogue_by_two(_settings: Settings) -> Answer:
    """A version of the catalogue that people made was approved, by somebody who had no hand in it."""
    found = await rows(
        "SELECT v.version, d.id, d.state, d.decided_by_id, d.made_by_id, h.id AS hand FROM catalogue_drafts d"
        " LEFT JOIN catalogue_files v ON v.id = d.published_id"
        " LEFT JOIN catalogue_hands h ON h.draft_id = d.id AND h.person_id = d.decided_by_id"
        " WHERE d.state = 'approved' OR d.published_id IS NOT NULL ORDER BY d.id"
    )
    faults = []
    for row in found:
        name = f"catalogue version {row['version']}, change {row['id']}"
        if row["state"] != "approved" or row["version"] is None:
            faults.append(
                f"{name}: {row['state']}, and yet published" if row["version"] else f"{name}: approved, not there"
            )
        elif row["decided_by_id"] is None:
            faults.append(f"{name}: nobody approved it")
        elif row["decided_by_id"] == row["made_by_id"] or row["hand"] is not None:
            faults.append(f"{name}: approved by somebody who had a hand in it")
    return len(found), faults


PLATFORM: list[tuple[str, str, Check]] = [
    ("P1", "no job was given up on or left waiting", outbox_moves),
    ("P2", "every address has a rule", routes_are_guarded),
    ("P3", "everything hangs in the tree of places", objects_have_a_place),
    ("P4", "the audit trail holds", audit_holds),
    ("P5", "telephone numbers are sealed", phones_sealed),
    ("P6", "a backup takes every table", copies_are_whole),
    ("P7", "photos are on disk, unchanged", photos_there),
    ("P8", "the catalogue is changed by two people", catalogue_by_two),
]
