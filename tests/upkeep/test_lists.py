"""The catalogue and the calendar as files at the console: out, in again, looked at, refused by line and column."""

import argparse
from datetime import date, timedelta
from pathlib import Path

import pytest

from linyue.base import clock
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.base.workdays import FIXED_STATUTORY, local_day
from linyue.centres import service, service_versions
from linyue.centres.model import CalendarDay, CatalogueFile
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.rules_versions import refuse_approval
from linyue.upkeep import lists
from tests.make.catalogue import SAMPLE
from tests.make.centres import load_sample_catalogue
from tests.make.people import actor_for, make_person
from tests.make.places import make_tree

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


def read(file: Path) -> str:
    return file.read_text("utf-8-sig")


def write(file: Path, content: str | bytes) -> None:
    file.write_bytes(content.encode() if isinstance(content, str) else content)


def words(add: object, *args: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add(parser)  # type: ignore[operator]
    return parser.parse_args(list(args))


async def taken(*args: str) -> list[str]:
    said: list[str] = []
    await lists.import_list(words(lists.add_import_words, *args), said.append)
    return said


async def given(*args: str) -> None:
    await lists.export_list(words(lists.add_export_words, *args), lambda _line: None)


@pytest.fixture
async def csv(db: Settings, tmp_path: Path) -> Path:
    """The items of a district's catalogue as a file."""
    await make_tree()
    await load_sample_catalogue()
    await given("catalogue", str(tmp_path / "items.csv"))
    return tmp_path / "items.csv"


async def test_out_and_in_again_changes_nothing(csv: Path, tmp_path: Path) -> None:
    for name, more in (("c.xlsx", ()), ("c.csv", ("--table", "papers")), ("en.xlsx", ("--lang", "en"))):
        await given("catalogue", str(tmp_path / name), *more)
        assert await taken("catalogue", str(tmp_path / name)) == ["import: nothing would change"]
    for args in (("catalogue", "c.pdf"), ("catalogue", str(tmp_path / "c.xlsx"), "--version", "9")):
        with pytest.raises(lists.CannotTake):
            await given(*args)


async def test_a_change_is_looked_at_then_kept_as_a_draft_that_others_approve(csv: Path) -> None:
    item = SAMPLE.items[0]
    text = read(csv)
    write(csv, text.replace(item.name.zh, "低保申请", 1))
    said = await taken("catalogue", str(csv))
    assert any(item.code in line for line in said) and any(f"{item.name.zh} → 低保申请" in line for line in said)
    assert "nothing is kept" in said[-1] and not await CatalogueDraft.exists()
    day = (local_day(clock.now()) + timedelta(days=400)).isoformat()
    with pytest.raises(lists.CannotTake, match="--from"):
        await taken("catalogue", str(csv), "--draft", "改名")
    with pytest.raises(lists.CannotTake):
        await taken("catalogue", str(csv), "--draft", "改名", "--from", "2020-01-01")
    assert not await CatalogueDraft.exists()
    await taken("catalogue", str(csv), "--draft", "改名", "--from", day)
    draft = await CatalogueDraft.get()
    made = await service_versions.draft_catalogue(draft)
    assert made.items[0].name.zh == "低保申请" and draft.made_by_id is None and draft.revision == 2
    assert await CatalogueFile.all().count() == 1, "nothing holds before somebody approves it"
    somebody = await actor_for(await make_person(role=Role.SUPERVISOR, place=(await make_tree()).district))
    assert refuse_approval(somebody.person_id, await service_versions.hands_of(draft.id)) is None


async def test_each_fault_has_its_line_and_column(csv: Path) -> None:
    lines = read(csv).splitlines()
    lines[3] = lines[3].replace("工作日", "什么日", 1)
    write(csv, "\n".join(lines))
    with pytest.raises(lists.CannotTake) as caught:
        await taken("catalogue", str(csv), "--lang", "en")
    text = str(caught.value)
    assert "1 fault, nothing is taken in" in text and "line 4" in text and "Unit of days" in text
    for data in (b"PK\x03\x04 no zip", b"", b"\xff\xfe\x00"):
        write(csv, data)
        with pytest.raises(lists.CannotTake, match="fault"):
            await taken("catalogue", str(csv))
    with pytest.raises(lists.CannotTake, match="No such file"):
        await taken("catalogue", str(csv.parent / "nothing.csv"))


async def test_a_year_goes_out_and_comes_in(db: Settings, tmp_path: Path) -> None:
    year = local_day(clock.now()).year + 1
    file = tmp_path / "year.csv"
    rows = [f"{year}-{month}-{day},休息,节日" for month, day in FIXED_STATUTORY]
    write(file, "\n".join(["日期,怎么算,原因", *rows, f"{year}-07-01,休息,示例"]))
    with pytest.raises(lists.CannotTake, match="--year"):
        await taken("calendar", str(file))
    said = await taken("calendar", str(file), "--year", str(year))
    assert "nothing is kept" in said[-1] and not await CalendarDay.exists()
    await taken("calendar", str(file), "--year", str(year), "--take", "--published")
    assert not (await service.calendar()).is_provisional(date(year, 7, 1))
    await given("calendar", str(tmp_path / "out.xlsx"), "--year", str(year))
    assert "0 of" in (await taken("calendar", str(tmp_path / "out.xlsx"), "--year", str(year)))[-1]
    write(file, "日期,怎么算,原因\n什么,休息,节日")
    with pytest.raises(lists.CannotTake, match="line 2"):
        await taken("calendar", str(file), "--year", str(year))
