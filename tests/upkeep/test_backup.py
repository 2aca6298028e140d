"""A copy made while ballots come in, and a district made from it on either database."""

import asyncio
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tortoise import Tortoise, connections
from tortoise.migrations.executor import MigrationExecutor

from linyue.base import clock
from linyue.base import db as database
from linyue.base.settings import Settings
from linyue.matters.service_photos import keep_picture, photo_path
from linyue.matters.service_sweep import sweep_due
from linyue.questions.model import Ballot
from linyue.questions.model_paper import Scan
from linyue.upkeep.backup import HEADER, BadBackup, backup, restore
from linyue.upkeep.doctor import CHECKS, examine, report
from linyue.upkeep.stores import NotEmpty
from tests.conftest import MODES, opened
from tests.make.questions import make_question
from tests.matters.test_photos import picture
from tests.servers import Blanks

Say = Callable[[str], None]
LOOKS = {name: check for name, _, check in CHECKS}


def quiet(_line: str) -> None:
    """Progress that nobody reads."""


async def dump() -> dict[str, list[dict[str, object]]]:
    """Every row of the open database, as the database tells it."""
    found = {}
    for model in Tortoise.apps["models"].values():
        rows = await model.all().order_by(model._meta.pk_attr).values()
        found[model._meta.db_table] = json.loads(json.dumps(rows, default=str, sort_keys=True))
    return found


@pytest.fixture
def empties(blanks: Blanks, tmp_path: Path) -> Iterator[dict[str, Settings]]:
    """An empty database of either kind, brought about by migrations, with the keys of the tests."""
    made = {mode: blanks.copy(blanks.migrated(mode), tmp_path / f"empty-{mode}") for mode in MODES}
    yield made
    for settings in made.values():
        blanks.drop(settings)


@pytest.mark.parametrize("target", MODES)
async def test_a_district_moves_whole(
    sample_db: Settings, empties: dict[str, Settings], target: str, tmp_path: Path
) -> None:
    await write_migrations()
    await sweep_due()  # what has come due since the sample was made, as a running server would have noticed
    before, file = await dump(), tmp_path / "district.backup"
    copied = await backup(sample_db, file, quiet)
    assert file.stat().st_mode & 0o777 == 0o600
    assert copied.rows == sum(len(rows) for rows in before.values()) > 1_000 and copied.photos > 0
    empty = empties[target]
    await database.disconnect()
    try:
        async with opened(empty):
            restored = await restore(empty, file, quiet)
            assert restored == copied
            assert await dump() == before
            findings = await examine(empty)
            assert not [one for one in findings if one.faults], report(findings)
            assert (await make_question(people=3)).question.id  # the next keys are free
    finally:
        await database.connect(sample_db)


async def write_migrations() -> None:
    """Blanks come from the models; a real database remembers its migrations."""
    settings = database.settings_in_use()
    executor = MigrationExecutor(connections.get("default"), database.tortoise_config(settings.tortoise_url)["apps"])
    await executor.migrate(fake=True)


async def test_ballots_come_in_while_a_copy_is_made(
    db: Settings, empties: dict[str, Settings], mode: str, tmp_path: Path
) -> None:
    await write_migrations()
    put = await make_question(people=40)
    file = tmp_path / "live.backup"
    stop = asyncio.Event()
    acked: list[str] = []

    async def vote() -> None:
        for turn in range(200):
            for who in range(40):
                if stop.is_set():
                    return
                receipt = await put.cast(who, "for" if turn % 2 else "against", replaces=turn)
                acked.append(receipt.code)
                await asyncio.sleep(0)

    voting = asyncio.create_task(vote())
    while not acked:
        await asyncio.sleep(0)
    already = set(acked)
    await backup(db, file, quiet)
    stop.set()
    await voting
    empty = empties[mode]
    await database.disconnect()
    async with opened(empty):
        await restore(empty, file, quiet)
        there = {str(code) for code in await Ballot.all().values_list("receipt_code", flat=True)}
        assert already <= there <= set(acked)
        findings = await examine(empty)
        assert not [one for one in findings if one.faults], report(findings)
    await database.connect(db)


@pytest.mark.sqlite_only
async def test_pictures_come_with_the_rows_that_name_them(
    db: Settings, empties: dict[str, Settings], tmp_path: Path
) -> None:
    await write_migrations()
    put, file = await make_question(people=3), tmp_path / "scans.backup"
    named, _ = [await keep_picture(db.data, picture(size=(size, 60))) for size in (80, 90)]
    await Scan.create(question_id=put.question.id, sha256=named, added_at=clock.now())
    assert (await backup(db, file, quiet)).photos == 1
    assert (await LOOKS["P7"](db))[1] == []  # the other may still be filed
    with zipfile.ZipFile(file) as archive:
        assert [name for name in archive.namelist() if name.startswith("photos")] == [f"photos/{named[:2]}/{named}.jpg"]
    photo_path(db.data, named).unlink()
    said: list[str] = []
    assert (await backup(db, file, said.append)).photos == 0 and f"photo {named[:12]}… is missing" in said


@pytest.mark.sqlite_only
async def test_a_photo_damaged_on_the_disk_is_left_out_in_words_and_the_copy_restores(
    db: Settings, empties: dict[str, Settings], mode: str, tmp_path: Path
) -> None:
    await write_migrations()
    put, file = await make_question(people=3), tmp_path / "flipped.backup"
    good, bad = [await keep_picture(db.data, picture(size=(size, 60))) for size in (80, 90)]
    for named in (good, bad):
        await Scan.create(question_id=put.question.id, sha256=named, added_at=clock.now())
    lying = photo_path(db.data, bad)
    flipped(lying, lying, 100)
    said: list[str] = []
    copied = await backup(db, file, said.append)
    assert copied.photos == 1 and f"photo {bad[:12]}… is damaged and left out" in said
    empty = empties[mode]
    await database.disconnect()
    try:
        async with opened(empty):
            assert await restore(empty, file, quiet) == copied
            assert photo_path(empty.data, good).exists() and not photo_path(empty.data, bad).exists()
            assert any(bad[:8] in fault for fault in (await LOOKS["P7"](empty))[1])
    finally:
        await database.connect(db)


@pytest.mark.sqlite_only
async def test_damage_anywhere_in_the_file_is_named_and_leaves_nothing_behind(
    db: Settings, empties: dict[str, Settings], mode: str, tmp_path: Path
) -> None:
    await write_migrations()
    put, file = await make_question(people=3), tmp_path / "whole.backup"
    for size in (80, 90):
        named = await keep_picture(db.data, picture(size=(size, 60)))
        await Scan.create(question_id=put.question.id, sha256=named, added_at=clock.now())
    copied = await backup(db, file, quiet)
    photo, empty = f"photos/{named[:2]}/{named}.jpg", empties[mode]
    with zipfile.ZipFile(file) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
        places = {one.filename: one.header_offset for one in archive.infolist() if one.compress_size > 200}
    bad = {one: flipped(file, tmp_path / f"{n}.backup", at + 150) for n, (one, at) in enumerate(places.items())}
    bad["other photo"] = packed(tmp_path / "other.backup", parts | {photo: b"not the picture"})
    bad["1 of 2 photos"] = packed(tmp_path / "fewer.backup", {k: v for k, v in parts.items() if k != photo})
    people = "tables/people.jsonl"
    bad[f"{people} "] = packed(tmp_path / "no-table.backup", {k: v for k, v in parts.items() if k != people})
    await database.disconnect()
    try:
        async with opened(empty):
            for said, damaged in bad.items():
                with pytest.raises(BadBackup, match=re.escape(photo if said == "other photo" else said)):
                    await restore(empty, damaged, quiet)
                assert not (empty.data / "photos").exists()
            assert await restore(empty, file, quiet) == copied  # nothing of the tries is in the way
            assert (await LOOKS["P7"](empty))[1] == []
    finally:
        await database.connect(db)


def flipped(file: Path, target: Path, at: int) -> Path:
    """A copy of a file with one byte turned round."""
    body = bytearray(file.read_bytes())
    body[at] ^= 0xFF
    target.write_bytes(body)
    return target


def packed(target: Path, parts: dict[str, bytes]) -> Path:
    """A zip file of these parts."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target


async def test_only_an_empty_database_is_filled(db: Settings, tmp_path: Path) -> None:
    await write_migrations()
    await make_question(people=3)
    file = tmp_path / "one.backup"
    await backup(db, file, quiet)
    with pytest.raises(NotEmpty):
        await restore(db, file, quiet)


@pytest.mark.sqlite_only
async def test_a_damaged_copy_is_refused_before_a_row_is_written(db: Settings, tmp_path: Path) -> None:
    await write_migrations()
    await make_question(people=3)
    file = tmp_path / "good.backup"
    await backup(db, file, quiet)
    for name, change in {
        "other-rows": lambda parts: parts | {"tables/people.jsonl": parts["tables/people.jsonl"] + b"[1]\n"},
        "no-header": lambda parts: {k: v for k, v in parts.items() if k != HEADER},
        "newer": lambda parts: parts | {HEADER: parts[HEADER].replace(b'"0001_', b'"9001_')},
        "column": lambda parts: parts | {HEADER: parts[HEADER].replace(b'"display_name"', b'"x) --"')},
        "format": lambda parts: parts | {HEADER: parts[HEADER].replace(b'"format": 1', b'"format": 9')},
    }.items():
        with zipfile.ZipFile(file) as archive:
            bad = packed(tmp_path / f"{name}.backup", change({one: archive.read(one) for one in archive.namelist()}))
        with pytest.raises(BadBackup):
            await restore(replace(db, data=tmp_path / "nowhere"), bad, quiet)
    junk = tmp_path / "junk.backup"
    junk.write_bytes(b"no zip")
    with pytest.raises(BadBackup):
        await restore(replace(db, data=tmp_path / "nowhere"), junk, quiet)
    assert clock.now() and not (tmp_path / "nowhere").exists()
