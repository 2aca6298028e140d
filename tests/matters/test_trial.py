"""A draft of the catalogue tried on past matters, approved over its pages, and what its files do."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.base.workdays import Unit
from linyue.centres import service_versions
from linyue.centres.catalogue_dump import dump
from linyue.centres.catalogue_tables import COLUMNS
from linyue.centres.model import CatalogueFile
from linyue.centres.model_counter import Ticket
from linyue.centres.rules import Days, DaysFrom, HandledBy, Listing, Named, Way
from linyue.centres.rules_versions import floated
from linyue.centres.service_tables import csv_of, workbook_of
from linyue.matters import service_triage, service_trial
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.matters.rules_measured import MEASURED_FROM, Measured, Source, figure_of, measured, minutes_in_all
from linyue.matters.rules_trial import Past, TrialWhy, tried, why_moved
from linyue.matters.service_measured import measured_items
from linyue.matters.service_triage import Sending
from tests.conftest import MovableClock, NewClient
from tests.make.catalogue import SAMPLE, changed, item
from tests.make.matters import Neighbourhood, item_for, make_matter, make_neighbourhood, version_of
from tests.make.people import make_person

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
DRAFTS = "/admin/catalogue/drafts"

OWN = replace(item("HS-049"), handled_by=HandledBy.COMMUNITY)


@pytest.mark.parametrize(
    ("old", "new", "same", "why"),
    [
        (item("HS-049"), item("HS-049"), item("HS-049"), None),
        (item("HS-049"), replace(item("HS-049"), minutes=5), None, None),
        (item("HS-049"), OWN, OWN, TrialWhy.SUNK),
        (OWN, item("HS-049"), item("HS-049"), TrialWhy.FLOATED),
        (item("HS-049"), None, None, TrialWhy.GONE),
        (item("HS-049"), item("HS-050"), replace(item("HS-049"), is_retired=True), TrialWhy.RETIRED),
        (item("REF-01"), replace(item("REF-01"), goes_to=Named("别处", "elsewhere")), None, TrialWhy.ADDRESS),
        (item("REF-01"), replace(item("REF-01"), listing=Listing.REFUSED), None, TrialWhy.LISTING),
    ],
)
def test_why_a_matter_would_go_elsewhere(old, new, same, why) -> None:  # type: ignore[no-untyped-def]
    assert why_moved(old, new, same) is why


def test_a_trial_counts_what_it_names() -> None:
    before = {one.code: one for one in SAMPLE.items}
    after = before | {"HS-049": OWN, "HS-008": replace(item("HS-008"), days=Days(3, Unit.CALENDAR, DaysFrom.POLICY))}
    past = [Past(f"2026-{n}", code, Way.CENTRE) for n, code in enumerate(("HS-049", "HS-008", "HS-016", "GONE"))]
    found = tried(past, before, after)
    assert found.of == 3 and [m.number for m in found.moved] == ["2026-0"]
    assert [(m.number, m.days, m.days_after, m.unit_after) for m in found.retimed] == [("2026-1", 10, 3, "calendar")]


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(NOW - timedelta(days=1))
    made = await make_neighbourhood()
    made.people["administrator"] = await make_person(role=Role.ADMINISTRATOR, place=made.tree.district)
    clock.set(NOW)
    return made


async def test_the_last_matters_are_tried_and_nothing_moves(here: Neighbourhood) -> None:
    worker, maker = await here.actor("worker"), await here.actor("administrator")
    for code in ("HS-049", "HS-049", "HS-016"):
        matter = await make_matter(here)
        await service_triage.send(worker, matter.id, matter.version, Sending(Way.CENTRE, code))
    draft = await service_versions.start_draft(maker, "收回", DAY)
    await service_versions.save_draft(maker, draft.id, 1, floated(SAMPLE, "P29", False, None), "P29")
    found = await service_trial.try_draft(maker, draft.id, 2, 100)
    assert (found.of, len(found.moved), {m.why for m in found.moved}) == (3, 2, {TrialWhy.SUNK})
    assert len((await service_trial.try_draft(maker, draft.id, 2, 1)).moved) == 0
    kept = await service_versions.find_draft(draft.id)
    assert (kept.tried_revision, kept.trial["of"], kept.trial["moved_count"]) == (2, 1, 0)


async def test_what_floats_later_within_the_draft_is_tried_too(here: Neighbourhood) -> None:
    maker = await here.actor("administrator")
    ashore = floated(SAMPLE, "P29", False, None)
    code = next(one.code for one in SAMPLE.items if one.platform == "P29")
    matter = await make_matter(here)
    draft = await service_versions.start_draft(maker, "收回", DAY)
    await service_versions.save_draft(maker, draft.id, 1, ashore, "P29")
    await CatalogueFile.filter(id=draft.base_id).update(text=dump(replace(ashore, version=SAMPLE.version)))
    await Matter.filter(id=matter.id).update(way=Way.OWN_DESK, item_code=code)
    later = floated(ashore, "P29", True, DAY + timedelta(days=60))
    await service_versions.save_draft(maker, draft.id, 2, later, "P29")
    found = await service_trial.try_draft(maker, draft.id, 3, 100)
    assert (found.of, [m.why for m in found.moved]) == (1, [TrialWhy.FLOATED])


async def test_a_change_from_the_form_to_the_approval(here: Neighbourhood, new_client: NewClient) -> None:
    """By pages alone: begun, changed, tried, handed in, approved by the supervisor, and the maker cannot."""
    worker = await here.actor("worker")
    matter = await make_matter(here)
    await service_triage.send(worker, matter.id, matter.version, Sending(Way.CENTRE, "HS-008"))
    client, boss = new_client(), new_client()
    await client.sign_in_as(here.people["administrator"], is_staff=True)
    await boss.sign_in_as(here.people["supervisor"], is_staff=True)
    assert "第1版" in (await client.get("/admin/catalogue")).text
    early = await client.send_form(DRAFTS, {"name": "停办高龄津贴", "effective_from": "2026-11-24"})
    assert early.status_code == 422 and "最早从明天起" in early.text and "停办高龄津贴" in early.text
    begun = await client.send_form(DRAFTS, {"name": "停办高龄津贴", "effective_from": "2026-12-01"})
    here_is = begun.headers["location"]
    form_page = await client.get(f"{here_is}/entries/items/HS-008")
    cells = dict(re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', form_page.text))
    cells |= {
        name: words.strip()
        for name, words in re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>([^<]*)<', form_page.text)
    }
    for name, options in re.findall(r'<select[^>]*name="([a-z_]+)"[^>]*>(.*?)</select>', form_page.text, re.S):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*selected', options)
        cells[name] = chosen.group(1) if chosen else ""
    cells = {name: text for name, text in cells.items() if name in (*COLUMNS["items"], "revision")}
    assert cells.keys() == {*COLUMNS["items"], "revision"}
    bad = await client.send_form(f"{here_is}/entries/items/HS-008", cells | {"minutes": "很久", "papers": "月票"})
    assert bad.status_code == 422 and 'id="f-minutes-error"' in bad.text and "很久" in bad.text
    saved = await client.send_form(f"{here_is}/entries/items/HS-008", cells | {"retired": "是", "successor": "HS-007"})
    assert saved.status_code == 303, re.findall(r'id="f-[a-z_]*-error"[^<]*<[^<]*', saved.text)
    page = (await client.get(here_is)).text
    assert "停办" in page and "还没试" in page
    not_yet = await client.send_form(f"{here_is}/step/hand-in", {"revision": "2"})
    assert not_yet.status_code == 422 and "请先用近来的事项试一次" in not_yet.text
    assert (await client.send_form(f"{here_is}/trial", {"revision": "2", "last": "100"})).status_code == 303
    trial = (await client.get(f"{here_is}/trial")).text
    assert (
        matter.number in trial
        and "1件里有1件会去别处" in trial
        and "事项停办，由别的接替" in trial
        and "HS-007" in trial
    )
    assert (await client.send_form(f"{here_is}/step/hand-in", {"revision": "2"})).status_code == 303
    own = await client.send_form(f"{here_is}/approve", {"revision": "2"})
    assert own.status_code == 422 and "自己改的不能自己批" in own.text and await CatalogueFile.all().count() == 1
    assert "批准" in (await boss.get(here_is)).text
    no_reason = await boss.send_form(f"{here_is}/send-back", {"revision": "2", "reason": " "})
    assert no_reason.status_code == 422
    done = await boss.send_form(f"{here_is}/approve", {"revision": "2"})
    assert done.headers["location"] == "/admin/catalogue/v/2"
    assert "高龄津贴" in (await boss.get("/admin/catalogue/v/2")).text
    for path in (DRAFTS, f"{here_is}/rename"):
        assert (await boss.send_form(path, {"name": "x", "effective_from": "2027-01-01"})).status_code == 403


async def test_a_file_is_looked_at_then_taken(here: Neighbourhood, new_client: NewClient) -> None:
    client = new_client()
    await client.sign_in_as(here.people["administrator"], is_staff=True)
    begun = await client.send_form(DRAFTS, {"name": "文件", "effective_from": "2026-12-01"})
    here_is = begun.headers["location"]
    none = await client.send_form(f"{here_is}/import", {}, files={})
    assert none.status_code == 422 and "请选一个文件" in none.text
    broken = await client.send_form(f"{here_is}/import", {}, files={"file": ("a.xlsx", b"PK\x03\x04broken")})
    assert broken.status_code == 422 and "文件打不开" in broken.text
    wrong = csv_of(SAMPLE, "items", "zh-CN").replace("服务中心".encode(), "服务站".encode(), 1)
    sent = await client.send_form(f"{here_is}/import", {}, files={"file": ("a.csv", wrong)})
    page = await client.get(sent.headers["location"])
    assert page.status_code == 200 and "服务站" in page.text and "谁受理" in page.text
    refused = await client.send_form(sent.headers["location"], {"revision": "1"})
    assert refused.status_code == 422 and "一行也没有收进来" in refused.text
    good = workbook_of(changed(replace(item("HS-008"), minutes=77)), "zh-CN")
    sent = await client.send_form(f"{here_is}/import", {}, files={"file": ("a.xlsx", good)})
    assert "HS-008" in (await client.get(sent.headers["location"])).text
    assert (await client.send_form(sent.headers["location"], {"revision": "1"})).status_code == 303
    draft = await service_versions.find_draft(int(here_is.rsplit("/", 1)[1]))
    made = await service_versions.draft_catalogue(draft)
    assert [one.minutes for one in made.items if one.code == "HS-008"] == [77] and draft.revision == 2
    for path in (f"{here_is}/files/catalogue.xlsx", "/admin/catalogue/v/1/files/items.csv"):
        answer = await client.get(path)
        assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"], path
    assert (await client.get("/admin/catalogue/v/1/files/moon.csv")).status_code == 404
    assert (await client.get("/admin/catalogue/v/9")).status_code == 404


# ── desk time measured at windows and at own desks ──


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], None),
        ([0.5, 500], None),
        ([5, 7, 9], Measured(7, 3)),
        ([5, 6], Measured(6, 2)),
        ([1, 1, 0.2], Measured(1, 2)),
        ([20] * 9 + [241], Measured(20, 9)),
    ],
)
def test_the_median_stay_at_a_window(minutes: list[float], expected: Measured | None) -> None:
    assert measured(timedelta(minutes=one) for one in minutes) == expected
    assert MEASURED_FROM == 10 and not Measured(20, 9).is_enough and Measured(20, 10).is_enough


@pytest.mark.parametrize(
    ("before", "told", "is_again", "in_all"),
    [
        (None, 12, False, 12),
        (None, None, False, None),
        (12, 8, True, 20),
        (12, None, True, None),
        (None, 8, True, None),
    ],
)
def test_what_a_matter_took_in_all(before: int | None, told: int | None, is_again: bool, in_all: int | None) -> None:
    assert minutes_in_all(before, told, is_again=is_again) == in_all


def test_the_own_desk_speaks_for_an_item_where_it_was_measured_often_enough() -> None:
    often, seldom, window = Measured(20, 10, Source.DESK), Measured(20, 9, Source.DESK), Measured(9, 30)
    assert (figure_of(window, often), figure_of(window, seldom), figure_of(None, seldom)) == (often, window, seldom)
    assert figure_of(Measured(9, 3), seldom) == seldom and figure_of(None, None) is None


async def test_measured_minutes_go_into_a_draft_and_count_from_its_day(
    here: Neighbourhood, new_client: NewClient, clock: MovableClock
) -> None:
    place = here.centre
    for n in range(12):
        codes = ["HS-008"] if n < 10 else ["HS-008", "HS-016"]  # a visit with two items says nothing of either
        ticket = await Ticket.create(
            public_id=f"p{n}", form_id=f"f{n}", centre_id=place.id, day=NOW.date(), number=n + 1, kind="door", state="done",
            taken_at=NOW, called_at=NOW, ended_at=NOW + timedelta(minutes=7 + 2 * (n % 5) + 60 * (n >= 10)),
        )  # fmt: skip
        for code in codes:
            matter = await make_matter(here)
            await Matter.filter(id=matter.id).update(ticket_id=ticket.id, item_code=code)
    client, boss, desk = new_client(), new_client(), new_client()
    await desk.sign_in_as(here.people["worker"], is_staff=True)
    own = await item_for(Way.OWN_DESK)
    for n in range(10):
        matter = await make_matter(here)
        columns = {"completed_at": NOW, "desk_minutes": 30} if n < 9 else {}  # nine before, one by the page
        await Matter.filter(id=matter.id).update(
            way=Way.OWN_DESK, item_code=own, state=MatterState.ACCEPTED, owner_id=here.people["worker"].id, **columns
        )
    page = await desk.get(f"/desk/m/{matter.number}")
    assert 'name="minutes"' in page.text
    done = {"version": str(await version_of(matter)), "text": "办好了", "form_id": "f", "minutes": "241"}
    refused = await desk.send_form(f"/m/{matter.number}/complete", done)
    assert refused.status_code == 422 and "办好了" in refused.text and 'id="f-minutes"' in refused.text
    assert (await desk.send_form(f"/m/{matter.number}/complete", done | {"minutes": "40"})).status_code == 303
    assert await measured_items() == {"HS-008": Measured(11, 10), own: Measured(30, 10, Source.DESK)}
    await client.sign_in_as(here.people["administrator"], is_staff=True)
    await boss.sign_in_as(here.people["supervisor"], is_staff=True)
    begun = await client.send_form(DRAFTS, {"name": "实测", "effective_from": "2026-12-01"})
    here_is = begun.headers["location"]
    shown = await client.get(f"{here_is}/measured")
    words = shown.text.translate({0x2068: None, 0x2069: None})
    assert "窗口计时11分钟" in words and "社区经办人填30分钟" in words and "写进这份草稿" in words
    assert "写进这份草稿" not in (await boss.get(f"{here_is}/measured")).text
    assert (await boss.send_form(f"{here_is}/measured", {"revision": "1", "code": "HS-008"})).status_code == 403
    assert (await client.send_form(f"{here_is}/measured", {"revision": "1"})).status_code == 422
    both = {"revision": "1", "code": ["HS-008", own]}
    assert (await client.send_form(f"{here_is}/measured", both)).status_code == 303
    draft = await service_versions.find_draft(int(here_is.rsplit("/", 1)[1]))
    item_now = next(one for one in (await service_versions.draft_catalogue(draft)).items if one.code == "HS-008")
    assert (item_now.minutes, item_now.is_measured) == (11, True)
    assert "写进这份草稿" not in (await client.get(f"{here_is}/measured")).text
