"""Single entries of a draft, each table in its own form: changed, added, taken out, and refused in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.base.workdays import local_day
from linyue.centres import service_versions
from linyue.centres.catalogue_tables import entry_cells, read_tables
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.pages_catalogue import address_of
from linyue.centres.rules import Catalogue, Field, KindEntry, Named
from linyue.centres.rules_check import entry_troubles
from linyue.centres.rules_entries import TABLES, entries_of, put_entry, users_of, without_entry
from linyue.centres.rules_versions import Diff, VersionRefusal, differences
from linyue.councils.rules import MatterKind
from tests.client import Client
from tests.make.catalogue import SAMPLE
from tests.make.centres import load_sample_catalogue
from tests.make.people import actor_for, make_person
from tests.make.places import make_tree

DRAFTS = "/admin/catalogue/drafts"
PAPER = SAMPLE.papers[0][0]


def test_a_paper_with_another_name_keeps_its_items() -> None:
    users = users_of(SAMPLE, "papers", PAPER)
    made = put_entry(SAMPLE, "papers", PAPER, ("新名字", "New name"))
    assert users and users_of(made, "papers", "新名字") == users and not users_of(made, "papers", PAPER)
    assert len(made.papers) == len(SAMPLE.papers)
    assert [one.key for one in differences(SAMPLE, made) if one.diff is Diff.GONE] == [PAPER]


def test_what_nobody_names_can_be_taken_out() -> None:
    added = put_entry(SAMPLE, "fields", "", Field("pets", Named("宠物", "Pets"), "chongwu"))
    assert users_of(added, "fields", "pets") == [] and users_of(SAMPLE, "fields", SAMPLE.fields[0].key)
    assert without_entry(added, "fields", "pets") == SAMPLE


@pytest.mark.parametrize(
    ("table", "entry", "column", "key"),
    [
        ("fields", Field("Pets!", Named("宠物", "Pets"), "chongwu"), "key", "centres-fault-key"),
        ("fields", Field("pets", Named("宠物", "Pets"), "宠物"), "pinyin", "centres-fault-pinyin"),
        ("fields", Field("pets", Named("宠物", ""), "chongwu"), "name_en", "centres-fault-missing"),
        ("kinds", KindEntry(MatterKind.MONEY, Named("钱", "Money"), ("钱",)), "words", "centres-fault-words"),
        ("kinds", KindEntry(MatterKind.MONEY, Named("", "Money"), ("钱", "费")), "name_zh", "centres-fault-missing"),
        ("kinds", KindEntry(MatterKind.MONEY, Named("钱", "Money"), ("钱", "+")), "words", "centres-fault-plus"),
        ("papers", ("甲；乙", "A; B"), "name_zh", "centres-fault-parts"),
        ("papers", ("长" * 81, "Long"), "name_zh", "centres-fault-long"),
    ],
)
def test_an_entry_by_itself_is_looked_at(table: str, entry: object, column: str, key: str) -> None:
    assert (column, key) in [(one.column, one.key) for one in entry_troubles(table, entry, SAMPLE)]


def test_a_sheet_that_leaves_columns_out_keeps_what_stands() -> None:
    """A kind's names stay when a sheet brings its words alone, and no kind is left without a name."""
    rows = [[kind.key.value, "；".join(kind.words)] for kind in SAMPLE.kinds]
    made, faults = read_tables({"kinds": [["key", "words"], *rows]}, SAMPLE)
    assert not faults and made == SAMPLE
    _, faults = read_tables({"kinds": [["key", "words"], ["money", "钱"], *rows[:-1]]}, SAMPLE)
    assert "centres-fault-words" in [fault.key for fault in faults], "one word is too few"


@pytest.fixture
async def begun(db: Settings, client: Client) -> str:
    """Where a draft just begun is."""
    tree = await make_tree()
    await load_sample_catalogue()
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.district), is_staff=True)
    day = local_day(clock.now()) + timedelta(days=400)
    answer = await client.send_form(DRAFTS, {"name": "改材料", "effective_from": day.isoformat()})
    return answer.headers["location"]


def cells(table: str, key: str) -> dict[str, str]:
    return entry_cells(table, entries_of(SAMPLE, table)[key], "zh-CN")


async def kept(here: str) -> Catalogue:
    return await service_versions.draft_catalogue(await CatalogueDraft.get(id=int(here.rpartition("/")[2])))


@pytest.mark.sqlite_only
async def test_each_table_is_listed_and_each_entry_has_a_form(client: Client, begun: str) -> None:
    for table in TABLES:
        listed = await client.get(f"{begun}/entries/{table}")
        key = next(iter(entries_of(SAMPLE, table)))
        assert listed.status_code == 200 and f"/entries/{table}/{address_of(table, key)}" in listed.text
        assert ("/new" in listed.text) is (table != "kinds")
        form = await client.get(f"{begun}/entries/{table}/{address_of(table, key)}")
        assert form.status_code == 200 and cells(table, key)["name_zh"] in form.text
    assert (await client.get(f"{begun}/entries/kinds/new")).status_code == 404
    assert (await client.get(f"{begun}/entries/rooms")).status_code == 404


@pytest.mark.sqlite_only
async def test_a_paper_is_renamed_added_and_taken_out(client: Client, begun: str) -> None:
    one = f"{begun}/entries/papers/{address_of('papers', PAPER)}"
    renamed = {"name_zh": "新身份证/户口簿", "name_en": "New card", "revision": "1"}
    assert (await client.send_form(one, renamed)).status_code == 303
    assert users_of(await kept(begun), "papers", "新身份证/户口簿") == users_of(SAMPLE, "papers", PAPER)
    stale = await client.send_form(
        f"{begun}/entries/papers/new", {"name_zh": "月票", "name_en": "Pass", "revision": "1"}
    )
    assert stale.status_code == 422 and "月票" in stale.text, "somebody changed the draft meanwhile; nothing is lost"
    new = {"name_zh": "月票", "name_en": "Pass", "revision": "2"}
    assert (await client.send_form(f"{begun}/entries/papers/new", new)).status_code == 303
    twice = await client.send_form(f"{begun}/entries/papers/new", new | {"revision": "3"})
    assert twice.status_code == 422 and 'id="f-name_zh-error"' in twice.text
    pass_at = f"{begun}/entries/papers/{address_of('papers', '月票')}"
    assert f"/papers/{address_of('papers', '月票')}/remove" in (await client.get(pass_at)).text
    used = f"{begun}/entries/papers/{address_of('papers', '新身份证/户口簿')}"
    assert "/remove" not in (await client.get(used)).text
    refused = await client.send_form(f"{used}/remove", {"revision": "3"})
    assert refused.status_code == 422 and "不能删" in refused.text
    assert (await client.send_form(f"{pass_at}/remove", {"revision": "3"})).status_code == 303
    assert "月票" not in entries_of(await kept(begun), "papers")
    item = f"{begun}/entries/items/HS-008/remove"
    assert (await client.send_form(item, {"revision": "4"})).status_code == 422, "an item is retired, never taken out"


@pytest.mark.sqlite_only
async def test_a_kind_a_field_and_a_platform_are_changed(client: Client, begun: str) -> None:
    kind = cells("kinds", "money") | {"words": "维修资金；停车费；账目", "revision": "1"}
    assert (await client.send_form(f"{begun}/entries/kinds/money", kind)).status_code == 303
    bad = await client.send_form(f"{begun}/entries/kinds/money", kind | {"words": "钱", "revision": "2"})
    assert bad.status_code == 422 and 'id="f-words-error"' in bad.text
    other = await client.send_form(f"{begun}/entries/kinds/money", kind | {"key": "safety", "revision": "2"})
    assert other.status_code == 422
    field = {"key": "pets", "name_zh": "宠物", "name_en": "Pets", "pinyin": "chongwu", "revision": "2"}
    assert (await client.send_form(f"{begun}/entries/fields/new", field)).status_code == 303
    platform = cells("platforms", "P31") | {"code": "P99", "name_zh": "新平台", "name_en": "New", "revision": "3"}
    assert (await client.send_form(f"{begun}/entries/platforms/new", platform)).status_code == 303
    made = await kept(begun)
    assert entries_of(made, "kinds")["money"].words == ("维修资金", "停车费", "账目")
    assert "pets" in entries_of(made, "fields") and "P99" in entries_of(made, "platforms")
    page = (await client.get(begun)).text
    assert "P99" in page and "宠物" in page and "/entries/kinds/money" in page


@pytest.mark.sqlite_only
async def test_a_draft_that_no_page_could_show_is_not_kept(db: Settings) -> None:
    tree = await make_tree()
    await load_sample_catalogue()
    actor = await actor_for(await make_person(role=Role.ADMINISTRATOR, place=tree.district))
    draft = await service_versions.start_draft(actor, "空", local_day(clock.now()) + timedelta(days=400))
    broken = replace(SAMPLE, fields=())
    with pytest.raises(Refused) as caught:
        await service_versions.save_draft(actor, draft.id, 1, broken, "fields")
    assert caught.value.reason is VersionRefusal.UNREADABLE
    await service_versions.draft_catalogue(await CatalogueDraft.get(id=draft.id))
