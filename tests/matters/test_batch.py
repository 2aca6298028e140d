"""A sheet of reports: every fault named by line and column, all of it or nothing, XLSX as well as CSV."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from linyue.base import sheets, workbook
from linyue.base.i18n import t
from linyue.base.model import AuditEntry
from linyue.base.settings import Settings
from linyue.matters import service_batch
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules_batch import BatchFault, BatchPlace, plan_batch
from linyue.matters.service_report import masked_contact, track
from linyue.people import service as people
from tests.client import Client
from tests.make.matters import make_matter, make_neighbourhood

NewClient = Callable[[], Client]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{REL}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
HEAD = ["标题", "内容", "地点", "渠道", "电话", "称呼", "公开"]


def xlsx(rows: list[list[object]], raw: str = "", **more: bytes) -> bytes:
    """The smallest workbook that spreadsheets open: text inline, numbers as numbers. `raw` adds to the sheet's XML."""
    body = ""
    for n, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + c)}{n}"><v>{cell}</v></c>'
            if isinstance(cell, int | float)
            else f'<c r="{chr(65 + c)}{n}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for c, cell in enumerate(row)
            if cell != ""
        )
        body += f'<row r="{n}">{cells}</row>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in KINDS.items():
            archive.writestr(name, text)
        archive.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData>{body}{raw}</sheetData></worksheet>"
        )
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


# ── the workbook ──


def test_a_workbook_reads_like_its_csv() -> None:
    data = xlsx(
        [HEAD, ["灯不亮", "第一行\n第二行", "guiyu-5", "电话", 13912345678, "", "是"], [], ["门坏了", "", "guiyu-6"]]
    )
    text, faults = workbook.sheet_of(data)
    assert not faults
    rows, faults = sheets.read_sheet(text, {"title": ("标题",), "place": ("地点",), "phone": ("电话",)}, ("title",))
    assert not faults
    assert [(row.line, row.cells["title"], row.cells["phone"]) for row in rows] == [
        (2, "灯不亮", "13912345678"),
        (4, "门坏了", ""),
    ]
    assert workbook.sheet_of("标题,地点\n".encode()) == ("标题,地点\n".encode(), [])


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"PK\x03\x04 not a zip", "common-workbook-broken"),
        (xlsx([HEAD])[:-40], "common-workbook-broken"),
        (xlsx([HEAD], raw='<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "places-sheet-too-many"),
        (xlsx([HEAD], raw='<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>'), "common-workbook-formula"),
        (xlsx([HEAD], raw='<row r="2"><c r="XFD2"><v>1</v></c></row>'), "common-workbook-far"),
        (xlsx([HEAD], bomb=b"0" * (41 * 1024 * 1024)), "common-workbook-too-much"),
        (xlsx([HEAD], **{"odd.xml": "<a/>".encode("utf-16")}), "common-workbook-broken"),
        (xlsx([HEAD], raw="<row><c t='s'><v>999</v></c></row><broken"), "common-workbook-broken"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, key: str) -> None:
    text, faults = workbook.sheet_of(data)
    assert (text, [fault.key for fault in faults]) == (b"", [key])


def test_a_mangled_workbook_never_raises() -> None:
    whole = xlsx([HEAD, ["灯不亮", "", "guiyu-5"]])
    for n in range(0, len(whole), 7):
        workbook.sheet_of(whole[:n] + bytes([whole[n] ^ 0xFF]) + whole[n + 1 :])


# ── the rules ──

HERE = BatchPlace(1, "guiyu-5", "5幢", is_mine=True, is_narrow=True)
FAR = BatchPlace(2, "far", "远方", is_mine=False, is_narrow=True)
WIDE = BatchPlace(3, "street", "街道", is_mine=True, is_narrow=False)
TWIN = BatchPlace(4, "taying-5", "5幢", is_mine=True, is_narrow=True)
GOOD = {"title": "灯不亮", "place": "guiyu-5"}


@pytest.mark.parametrize(
    ("change", "column", "fault"),
    [
        ({"title": " "}, "title", BatchFault.NO_TITLE),
        ({"title": "长" * 61}, "title", BatchFault.LONG_TITLE),
        ({"text": "长" * 2001}, "text", BatchFault.LONG_TEXT),
        ({"place": ""}, "place", BatchFault.NO_PLACE),
        ({"place": "无"}, "place", BatchFault.UNKNOWN_PLACE),
        ({"place": "far"}, "place", BatchFault.NOT_YOUR_PLACE),
        ({"place": "street"}, "place", BatchFault.WIDE_PLACE),
        ({"place": "5幢"}, "place", BatchFault.SEVERAL_PLACES),
        ({"channel": "鸽子"}, "channel", BatchFault.BAD_CHANNEL),
        ({"phone": "123"}, "phone", BatchFault.BAD_PHONE),
        ({"name": "长" * 41}, "name", BatchFault.LONG_NAME),
        ({"public": "也许"}, "public", BatchFault.BAD_PUBLIC),
    ],
)
def test_each_fault_names_its_line_and_column(change: dict[str, str], column: str, fault: BatchFault) -> None:
    by_code = {p.code: p for p in (HERE, FAR, WIDE, TWIN)}
    by_name = {"5幢": [HERE, TWIN], "远方": [FAR], "街道": [WIDE]}
    plan = plan_batch([(7, GOOD), (9, {**GOOD, **change})], by_code, by_name, {"": None, "123": None})
    assert [(f.line, f.column, f.key) for f in plan.faults] == [(9, column, fault)]
    assert [line.line for line in plan.lines] == [7]


def test_a_word_that_is_far_too_long_is_quoted_as_far_as_it_goes() -> None:
    plan = plan_batch([(2, {**GOOD, "place": "无" * 3000})], {}, {}, {"": None})
    (fault,) = plan.faults
    for lang, begins in (("zh-CN", "找不到“无无"), ("en", "")):
        said = t(lang, fault.key.value, **dict(fault.args))
        assert said != fault.key.value and said.startswith(begins) and 900 < len(said) < 1000


def test_the_same_line_twice_and_too_many_lines() -> None:
    plan = plan_batch([(2, GOOD), (3, GOOD)], {"guiyu-5": HERE}, {}, {"": None})
    assert [(f.line, f.key, f.args) for f in plan.faults] == [(3, BatchFault.TWICE, (("n", "2"),))]
    many = plan_batch([(n, {**GOOD, "title": f"灯{n}"}) for n in range(201)], {"guiyu-5": HERE}, {}, {"": None})
    assert [f.key for f in many.faults] == [BatchFault.TOO_MANY]


# ── the pages ──


async def _upload(client: Client, data: bytes) -> str:
    answer = await client.send_form("/desk/batch", {}, files={"file": ("reports.xlsx", data)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_sheet_becomes_matters_all_at_once(db: Settings, new_client: NewClient) -> None:
    here = await make_neighbourhood()
    code = here.tree.building.code
    client = new_client()
    await client.sign_in_as(here.people["worker"], is_staff=True)
    wrong = [HEAD, ["灯不亮", "", code, "电话", 13900001234, "陈阿姨", "否"], ["", "", "无此地", "鸽子", 12, "", ""]]
    found = await client.get(await _upload(client, xlsx(wrong)))
    assert found.status_code == 422
    text = re.sub(r"<[^>]+>", " ", found.text)
    for words in ("没有写标题", "找不到“无此地”", "渠道请填", "不是11位手机号", "还没有录入"):
        assert words in text, words
    assert not await Matter.exists()
    known = people.phone_of(here.people["neighbour"])
    good = [
        HEAD,
        ["灯不亮", "二楼", code, "电话", 13900001234, "陈阿姨", "否"],
        ["门坏了", "", code, "", known, "", ""],
    ]
    earlier = await make_matter(here, title="楼道的灯不亮", text="二楼", is_public=False)
    await make_matter(here, title="高龄津贴怎么领", text="要带什么")
    address = await _upload(client, xlsx(good))
    found = await client.get(address)
    alike = found.text.partition("可能已经有人反映过")[2].partition("</table>")[0]
    assert f"m={earlier.number}" in alike and alike.count("/triage?queue=all") == 1
    await Matter.all().delete()
    await MatterEvent.all().delete()
    assert found.status_code == 200 and "139****1234" in found.text and "13900001234" not in found.text
    assert (await client.send_form(address)).status_code == 303
    assert (await client.send_form(address)).status_code != 303, "the draft is gone"
    first, second = await Matter.all().order_by("id")
    assert (first.channel, first.is_public, second.channel, second.is_public) == ("phone", False, "desk", True)
    assert (first.reporter_id, second.reporter_id) == (None, here.people["neighbour"].id)
    assert "陈阿姨" in masked_contact(first) and (await track(first.number, "1234")).id == first.id
    assert first.filed_by_id == here.people["worker"].id and await MatterEvent.all().count() == 2
    assert await AuditEntry.filter(action="matter.batch").count() == 1


async def test_nothing_is_half_filed(db: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await make_neighbourhood()
    actor = await here.actor("worker")
    code = here.tree.building.code
    draft = await service_batch.keep_sheet(actor, xlsx([HEAD, *[[f"灯{n}", "", code] for n in range(5)]]))
    made, whole = 0, service_batch.report_matter

    async def breaks(*words: object) -> Matter:
        nonlocal made
        made += 1
        if made == 4:
            raise RuntimeError("power cut")
        return await whole(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(service_batch, "report_matter", breaks)
    with pytest.raises(RuntimeError):
        await service_batch.take_in(actor, draft)
    assert made == 4 and not await Matter.exists()
    monkeypatch.undo()
    assert len(await service_batch.take_in(actor, draft)) == 5


@pytest.mark.sqlite_only
async def test_who_may_and_what_a_bad_file_says(db: Settings, new_client: NewClient) -> None:
    here = await make_neighbourhood()
    far = await here.actor("far_worker")
    draft = await service_batch.keep_sheet(far, xlsx([HEAD, ["灯不亮", "", here.tree.building.code]]))
    assert [f.key for f in (await service_batch.preview_batch(far, draft)).faults] == [BatchFault.NOT_YOUR_PLACE]
    client = new_client()
    await client.sign_in_as(here.people["worker"], is_staff=True)
    assert (await client.send_form("/desk/batch", {}, files={"file": ("x.xlsx", b"")})).status_code == 422
    broken = await client.get(await _upload(client, b"PK\x03\x04 nothing"))
    assert broken.status_code == 422 and "请重新另存为XLSX" in broken.text
    formula = xlsx([HEAD], raw='<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>')
    told = await client.get(await _upload(client, formula))
    assert told.status_code == 422 and "B2" in told.text and "这一格是公式" in told.text
    template = await client.get("/desk/batch/template.csv")
    assert template.status_code == 200 and "标题" in template.text
    for who in ("resident", "clerk"):
        other = new_client()
        await other.sign_in_as(here.people[who], is_staff=who == "clerk")
        assert (await other.get("/desk/batch")).status_code == 403
