"""A year of the working calendar as a file: every fault by line and column, due times after it, the pages."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linyue.base import queue
from linyue.base.errors import Refused
from linyue.base.model import AuditEntry
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.base.workbook import write_workbook
from linyue.base.workdays import FIXED_STATUTORY, published_calendar
from linyue.centres import service, service_calendar_file
from linyue.centres.model import CalendarDay
from linyue.centres.rules import CentreRefusal
from linyue.centres.rules_calendar import DayFault, plan_year
from linyue.matters.model import Matter
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, make_matter, make_neighbourhood
from tests.make.people import make_person

pytestmark = pytest.mark.anyio
YEAR = 2027
HEAD = "日期,怎么算,原因,原因的英文\n"
STATUTORY = [f"{YEAR}-{month:02}-{day:02},休息,节日," for month, day in FIXED_STATUTORY]
WHOLE = HEAD + "\n".join([*STATUTORY, f"{YEAR}-01-04,休息,元旦,New Year", f"{YEAR}-01-09,上班,调休,Exchanged"])
NOW = datetime(2026, 12, 31, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"day": "2027-10-1", "worked": "休息", "name_zh": "国庆"}, []),
        ({"day": "2027/10/01", "worked": "OFF".lower(), "name_zh": "国庆"}, []),
        ({"day": "2026-12-31", "worked": "休", "name_zh": "元旦"}, []),
        ({"day": "十月一日", "worked": "休息", "name_zh": "国庆"}, [("day", DayFault.BAD_DAY)]),
        ({"day": "2027-02-30", "worked": "休息", "name_zh": "国庆"}, [("day", DayFault.BAD_DAY)]),
        ({"day": "2028-10-01", "worked": "休息", "name_zh": "国庆"}, [("day", DayFault.OTHER_YEAR)]),
        ({"day": "2027-10-01", "worked": "也许", "name_zh": "国庆"}, [("worked", DayFault.BAD_WORKED)]),
        ({"day": "2027-10-01", "worked": "", "name_zh": ""}, [("worked", DayFault.BAD_WORKED), ("name_zh", DayFault.NO_NAME)]),
        ({"day": "2027-10-01", "worked": "休息", "name_zh": "长" * 41}, [("name_zh", DayFault.LONG_NAME)]),
        ({"day": "2026-12-29", "worked": "休息", "name_zh": "过了"}, [("day", DayFault.PAST)]),
        ({"day": "2026-12-29", "worked": "上班", "name_zh": "照旧"}, []),
    ],
)  # fmt: skip
def test_a_line_is_read_or_its_fault_named(cells: dict[str, str], faults: list[tuple[str, DayFault]]) -> None:
    plan = plan_year([(7, cells)], YEAR, published_calendar(), date(2026, 12, 30))
    assert [(one.line, one.column, one.key) for one in plan.faults] == [(7, column, key) for column, key in faults]


def test_a_day_twice_and_what_is_missing() -> None:
    one = {"day": "2027-10-01", "worked": "休息", "name_zh": "国庆"}
    plan = plan_year([(2, one), (3, one)], YEAR, published_calendar(), date(2026, 12, 30))
    assert [(f.line, f.key) for f in plan.faults] == [(3, DayFault.TWICE)]
    assert date(2027, 5, 1) in plan.missing and date(2027, 10, 1) not in plan.missing


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(NOW)
    made = await make_neighbourhood()
    made.people["administrator"] = await make_person(role=Role.ADMINISTRATOR, place=made.tree.district)
    return made


async def test_due_times_follow_a_published_year(here: Neighbourhood) -> None:
    actor = await here.actor("administrator")
    matter = await make_matter(here)
    before = await Matter.get(id=matter.id)
    assert before.due_at is not None and before.is_due_provisional
    assert (await service.calendar()).is_provisional(date(YEAR, 6, 1))
    changed = await service_calendar_file.take_file(actor, WHOLE.encode(), YEAR, is_published=True)
    assert changed == 2, "the fourth is off, the ninth worked; the statutory days were counted so before"
    await queue.run_due()
    after = await Matter.get(id=matter.id)
    assert after.due_at is not None and after.due_at - before.due_at >= timedelta(days=1)
    assert not after.is_due_provisional and not (await service.calendar()).is_provisional(date(YEAR, 6, 1))
    assert await AuditEntry.filter(action="centres.calendar.import").count() == 1


async def test_a_part_of_a_year_stays_provisional_and_faults_take_nothing(here: Neighbourhood) -> None:
    actor = await here.actor("administrator")
    part = HEAD + f"{YEAR}-01-04,休息,台风,\n{YEAR}-01-05,上班,照常,"
    for text, published, reason in (
        (part, True, CentreRefusal.YEAR_NOT_WHOLE),
        (part + f"\n{YEAR}-01-06,随便,x,", False, CentreRefusal.YEAR_FAULTY),
        (HEAD, False, CentreRefusal.YEAR_FAULTY),
    ):
        with pytest.raises(Refused) as caught:
            await service_calendar_file.take_file(actor, text.encode(), YEAR, is_published=published)
        assert caught.value.reason is reason
        assert not await CalendarDay.filter(day__gte=date(YEAR, 1, 1)).exists()
    assert await service_calendar_file.take_file(actor, part.encode(), YEAR, is_published=False) == 1
    assert (await service.calendar()).is_provisional(date(YEAR, 6, 1))
    assert not (await service.calendar()).is_working(date(YEAR, 1, 4))


@pytest.mark.sqlite_only
async def test_what_goes_out_comes_in_again(here: Neighbourhood) -> None:
    for lang in ("zh-CN", "en"):
        for is_csv in (True, False):
            data = await service_calendar_file.year_file(2026, lang, is_csv=is_csv)
            plan, faults = await service_calendar_file.plan_file(data, 2026)
            assert not faults and len(plan.days) > 30 and not plan.missing
            assert not any(one.is_changed for one in plan.days)


@pytest.mark.sqlite_only
async def test_over_the_pages(here: Neighbourhood, client: Client) -> None:
    await client.sign_in_as(here.people["administrator"], is_staff=True)
    assert f"/admin/calendar/{YEAR}/import" in (await client.get(f"/admin/calendar?year={YEAR}")).text
    address = f"/admin/calendar/{YEAR}/import"
    assert (await client.get(address)).status_code == 200
    assert (await client.get("/admin/calendar/2031/import")).status_code == 404

    async def sent(data: bytes) -> str:
        answer = await client.send_form(address, {}, files={"file": ("year.xlsx", data)})
        return answer.headers.get("location", "") or answer.text

    assert (await client.send_form(address, {}, files={"file": ("x.csv", b"")})).status_code == 422
    assert "少了这一列" in await sent("日期,原因\n2027-01-01,元旦".encode())
    faulty = (await client.get(await sent((HEAD + f"{YEAR}-13-01,休息,x,").encode()))).text
    assert "看不懂“2027-13-01”" in faulty and "日期" in faulty
    rows = [line.split(",") for line in WHOLE.splitlines()]
    at = await sent(write_workbook({"2027": (rows[0], rows[1:])}))
    look = (await client.get(at)).text
    assert "其中2天和现在算的不一样" in look and 'name="published"' in look
    assert (
        (await client.send_form(at, {"published": "on"})).headers["location"].startswith(f"/admin/calendar?year={YEAR}")
    )
    shown = (await client.get(f"/admin/calendar?year={YEAR}")).text
    assert "还没公布" not in shown and "调休" in shown
    got = await client.get(f"/admin/calendar/{YEAR}/files/days.csv")
    assert f"{YEAR}-01-09,上班,调休" in got.text
    assert (await client.get(f"/admin/calendar/{YEAR}/files/days.pdf")).status_code == 404
