"""Pages of matters, without a script: report, track, triage, handle, rate; who may not."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from starlette.applications import Starlette

from linyue.base.model import AuditEntry
from linyue.base.settings import Settings
from linyue.centres.model import CatalogueFile, Item, Platform
from linyue.centres.rules import Way
from linyue.matters import service_photos, service_triage
from linyue.matters.model import DraftPhoto, Matter, MatterFollower, MatterPhoto
from linyue.matters.rules import MatterState
from linyue.matters.service_report import slip_secret
from linyue.people import service as people
from tests.client import ORIGIN, Client
from tests.make.matters import Neighbourhood, accepted, completed, make_matter, make_neighbourhood, send_to, version_of
from tests.make.people import make_person

NewClient = Callable[[], Client]


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def signed(new_client: NewClient, here: Neighbourhood, who: str) -> Client:
    client = new_client()
    is_staff = who not in ("resident", "neighbour", "member")
    await client.sign_in_as(here.people[who], is_staff=is_staff)
    return client


def a_photo(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def hidden(html: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', html)
    assert found, name
    return found.group(1)


async def test_a_report_from_the_first_step_to_the_slip(new_client: NewClient, here: Neighbourhood) -> None:
    client = await signed(new_client, here, "resident")
    where = await client.get("/report")
    assert where.status_code == 200 and f"/report/what?place={here.tree.building.id}" in where.text
    compound, community = here.tree.compound, here.tree.community
    by_name = await client.get("/report", params={"q": compound.name_zh[:2]})
    assert f'href="/report?at={compound.id}"' in by_name.text and community.name_zh in by_name.text
    assert "没找到" in (await client.get("/report", params={"q": "没有这个小区"})).text
    what = await client.get(f"/report/what?place={here.tree.building.id}")
    form_id = hidden(what.text, "form_id")
    told = {"form_id": form_id, "place": str(here.tree.building.id), "title": "5幢顶楼下雨就漏", "text": "屋顶漏水"}
    check = await client.send_form("/report/check", told, files={"photos": ("a.jpg", a_photo(), "image/jpeg")})
    assert check.status_code == 200, check.text
    assert here.tree.community.name_zh in check.text and "/report/photos/" in check.text
    photo = re.search(r'src="(/report/photos/[^"]+)"', check.text)
    assert photo and (await client.get(photo.group(1))).headers["content-type"] == "image/jpeg"
    again = await client.send_form("/report/what", told)
    assert again.status_code == 200 and "屋顶漏水" in again.text and "/report/photos/" in again.text
    for _ in range(2):
        filed = await client.send_form("/report", told)
        assert filed.status_code == 303
    matter = await Matter.get(form_id=form_id)
    assert await Matter.all().count() == 1
    assert filed.headers["location"] == f"/m/{matter.number}/done"
    assert await MatterPhoto.filter(matter_id=matter.id).count() == 1 and await DraftPhoto.all().count() == 0
    done = await client.get(filed.headers["location"])
    assert matter.number in done.text and slip_secret(form_id) in done.text
    assert (await client.get(f"/m/{matter.number}/slip.svg")).text.startswith("<?xml")
    stranger = new_client()
    slip = await stranger.get(f"/t/{slip_secret(form_id)}")
    assert slip.status_code == 200 and matter.title in slip.text
    assert (await stranger.get("/t/" + "0" * 32)).status_code == 404


async def test_a_form_with_faults_keeps_every_word(
    new_client: NewClient, here: Neighbourhood, app: Starlette, db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await signed(new_client, here, "resident")
    told = {"form_id": "a" * 22, "place": str(here.tree.building.id), "title": "", "text": "写了很多字"}
    answer = await client.send_form("/report/check", told, files={"photos": ("a.svg", b"<svg/>", "image/svg+xml")})
    assert answer.status_code == 422
    assert "写了很多字" in answer.text and "只收JPG" in answer.text
    # More than a day's photos, and files that the operator's scanner does not let through.
    monkeypatch.setattr(service_photos, "settings_in_use", lambda: replace(db, photos_a_day=2))
    told |= {"title": "屋顶漏水", "form_id": "b" * 22}
    for count, status in ((1, 200), (2, 422)):
        files = [("photos", ("a.jpg", a_photo(), "image/jpeg"))] * count
        answer = await client.send_form("/report/check", told, files=files)
        assert answer.status_code == status
    assert "写了很多字" in answer.text and "传满了" in answer.text and await DraftPhoto.all().count() == 1
    app.state.settings = replace(db, scanner="false")
    answer = await client.send_form("/report/check", told, files=files[:1])
    assert answer.status_code == 422 and "写了很多字" in answer.text and "没通过安全检查" in answer.text
    worker = await signed(new_client, here, "worker")
    refused = await worker.send_form("/desk/batch", files={"file": ("a.csv", b"x", "text/csv")})
    assert refused.status_code == 422 and "没通过安全检查" in refused.text
    app.state.settings = replace(db, scanner="true")
    told |= {"form_id": "c" * 22}
    assert (await client.send_form("/report/check", told, files=files[:1])).status_code == 200


async def test_of_several_photos_the_good_ones_stay_and_a_long_text_is_not_cut(
    new_client: NewClient, here: Neighbourhood
) -> None:
    client = await signed(new_client, here, "resident")
    told = {"form_id": "p" * 22, "place": str(here.tree.building.id), "title": "屋顶漏水", "text": "一行\r\n" * 800}
    files = [
        ("photos", (f"{n}.jpg", raw, "image/jpeg")) for n, raw in enumerate((a_photo(), b"GIF89a", a_photo("blue")))
    ]
    answer = await client.send_form("/report/check", told, files=files)
    assert answer.status_code == 422 and "第2张" in answer.text.replace("\u2068", "").replace("\u2069", "")
    assert len(set(re.findall(r"/report/photos/[\w-]+", answer.text))) == 2
    long = await client.send_form("/report/check", told)
    assert long.status_code == 422 and long.text.count("一行") == 800 and "2,000" in long.text
    assert (await client.send_form("/report", told)).status_code == 422 and not await Matter.exists()
    told["text"] = "一行\r\n" * 660
    assert (await client.send_form("/report", told)).status_code == 303
    assert len((await Matter.get()).text) == len("一行\n" * 660) - 1


async def test_duplicates_are_shown_before_filing_but_never_private_ones(
    new_client: NewClient, here: Neighbourhood
) -> None:
    public = await make_matter(here)
    private = await make_matter(here, is_public=False)
    client = await signed(new_client, here, "neighbour")
    told = {"form_id": "b" * 22, "place": str(here.tree.building.id), "title": "顶楼下雨漏水", "text": "一下雨就漏"}
    check = await client.send_form("/report/check", told)
    assert public.number in check.text and private.number not in check.text
    followed = await client.send_form(f"/m/{public.number}/follow")
    assert followed.status_code == 303
    assert "已关注" in (await client.get(f"/m/{public.number}")).text


async def test_danger_is_told_to_call_first(new_client: NewClient, here: Neighbourhood) -> None:
    client = await signed(new_client, here, "resident")
    told = {"form_id": "c" * 22, "place": str(here.tree.building.id), "title": "楼道起火了"}
    check = await client.send_form("/report/check", told)
    assert "tel:119" in check.text


async def test_tracking_needs_number_and_tail_and_is_limited(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here, is_public=False)
    client = new_client()
    person = here.people["resident"]
    tail = people.phone_of(person)[-4:]
    found = await client.send_form("/track", {"number": matter.number, "tail": tail})
    assert found.status_code == 303
    assert matter.title in (await client.get(found.headers["location"])).text
    wrong = f"{(int(tail) + 1) % 10000:04d}"
    for _ in range(9):
        missed = await client.send_form("/track", {"number": matter.number, "tail": wrong})
        assert missed.status_code == 422
    last = await client.send_form("/track", {"number": matter.number, "tail": tail})
    assert last.status_code == 422 and "试得太多" in last.text


async def test_private_matters_are_for_reporter_and_staff(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here, is_public=False, title="家里的私事")
    assert (await new_client().get(f"/m/{matter.number}")).status_code == 303
    for who, status in (
        ("neighbour", 403),
        ("far_worker", 403),
        ("far_clerk", 403),
        ("member", 403),
        ("resident", 200),
        ("worker", 200),
    ):
        client = await signed(new_client, here, who)
        assert (await client.get(f"/m/{matter.number}")).status_code == status, who
        assert matter.title not in (await client.get("/matters")).text, who


async def test_triage_shows_three_panes_and_sends_on(new_client: NewClient, here: Neighbourhood) -> None:
    first, second = await make_matter(here, title="高龄津贴怎么领"), await make_matter(here, title="屋顶漏水")
    client = await signed(new_client, here, "worker")
    page = await client.get("/triage")
    assert page.status_code == 200 and "高龄津贴" in page.text and "屋顶漏水" in page.text
    assert "采纳" in page.text
    suggestion = page.text.partition('class="suggest"')[2].partition("</ol>")[0]
    assert here.centre.name_zh in suggestion and f"{here.tree.community.name_zh}归这个服务中心" in suggestion.translate(
        {0x2068: None, 0x2069: None}
    )
    told = {
        "version": str(await version_of(first)), "way": "council", "kind": "facilities", "queue": "new",
        "next": second.number, "note": "一起商量",
    }  # fmt: skip
    desk = (await client.get(f"/triage?m={first.number}")).text
    assert re.search(r'for="f-own_desk-note">想告诉居民的话</label><p class="hint"[^>]*>没选事项就要写', desk)
    silent = await client.send_form(f"/m/{first.number}/triage", {"version": told["version"], "way": "own_desk"})
    assert silent.status_code == 422 and "没有选事项，请在“想告诉居民的话”里写一句" in silent.text
    sent = await client.send_form(f"/m/{first.number}/triage", told)
    assert sent.status_code == 303 and second.number in sent.headers["location"]
    assert (await Matter.get(id=first.id)).way is Way.COUNCIL
    assert "一起商量" in (await new_client().get(f"/m/{first.number}")).text


async def test_the_second_worker_is_told_and_keeps_the_text(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    one, two = await signed(new_client, here, "worker"), await signed(new_client, here, "worker2")
    version = str(matter.version)
    told = {"version": version, "way": "council", "kind": "facilities"}
    assert (await one.send_form(f"/m/{matter.number}/triage", told)).status_code == 303
    mine = {"version": version, "way": "own_desk", "note": "我写了半天的话"}
    late = await two.send_form(f"/m/{matter.number}/triage", mine)
    assert late.status_code == 422
    assert "worker刚处理过这件事" in late.text and "我写了半天的话" in late.text


async def test_another_communitys_worker_may_not(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    client = await signed(new_client, here, "far_worker")
    told = {"version": "1", "way": "council", "kind": "facilities"}
    assert (await client.send_form(f"/m/{matter.number}/triage", told)).status_code == 403
    assert (await client.get(f"/triage?m={matter.number}")).status_code == 404
    for step in ("merge", "note", "hide", "take", "accept", "return", "complete"):
        assert (await client.send_form(f"/m/{matter.number}/{step}", {"version": "1"})).status_code == 403, step
    assert matter.title not in (await client.get("/triage?queue=all")).text


async def test_the_clerk_accepts_asks_and_completes_and_the_resident_rates(
    new_client: NewClient, here: Neighbourhood
) -> None:
    matter = await make_matter(here, title="高龄津贴怎么领")
    await send_to(here, matter, Way.CENTRE)
    clerk, resident = await signed(new_client, here, "clerk"), await signed(new_client, here, "resident")
    assert matter.title in (await clerk.get("/desk/centre")).text
    far = await signed(new_client, here, "far_clerk")
    assert matter.title not in (await far.get("/desk/centre?tab=all")).text
    assert (await far.get(f"/desk/m/{matter.number}")).status_code == 403

    async def step(client: Client, name: str, **told: str) -> None:
        answer = await client.send_form(
            f"/m/{matter.number}/{name}", {"version": str(await version_of(matter)), **told}
        )
        assert answer.status_code == 303, (name, answer.text)

    await step(clerk, "accept")
    await step(clerk, "ask", text="老人几岁了？")
    shown = await resident.get(f"/m/{matter.number}")
    assert "老人几岁了" in shown.text and "今天报的" in shown.text
    first = await resident.get("/")
    assert (
        "等您回答" in first.text
        and "时间暂停" in first.text
        and "最晚" not in first.text
        and re.search(r"\d条新消息", first.text)
    )
    assert "等您回答" not in (await clerk.get("/")).text
    assert "老人几岁了" not in (await new_client().get(f"/m/{matter.number}")).text
    await step(resident, "answer", text="八十二岁")
    work = await clerk.get(f"/desk/m/{matter.number}")
    assert "八十二岁" in work.text
    assert work.text.index("/complete") < work.text.index("八十二岁"), "on a phone the next step comes before the story"
    form_id = hidden(work.text, "form_id")
    without_words = {"version": str(await version_of(matter)), "text": "", "form_id": form_id}
    photos = {"photos": ("b.jpg", a_photo("blue"), "image/jpeg")}
    refused = await clerk.send_form(f"/m/{matter.number}/complete", without_words, files=photos)
    assert refused.status_code == 422 and hidden(refused.text, "form_id") == form_id and "已收下的照片" in refused.text
    done = await clerk.send_form(f"/m/{matter.number}/complete", without_words | {"text": "已经办好"})
    assert done.status_code == 303, done.text
    assert await MatterPhoto.filter(matter_id=matter.id, is_after=True).count() == 1
    page = await resident.get(f"/m/{matter.number}")
    assert "不满意" in page.text and page.text.index("已经办好") < page.text.index("不满意")
    assert "当天办完" in page.text
    await step(resident, "rate", rating="unsatisfied", text="还没领到")
    assert (await Matter.get(id=matter.id)).state is MatterState.ACCEPTED
    again = (await resident.get(f"/m/{matter.number}")).text
    assert re.search(r"重新办一次，原来的经办人负责。</p>\s*<p>约定最晚\d+月\d+日", again), "the new due time"
    assert (await clerk.get("/desk/centre?tab=doing")).status_code == 200
    await step(clerk, "complete", text="补发了", form_id="f" * 22)
    last = (await resident.get(f"/m/{matter.number}")).text
    assert "这次评完就办结" in last and "会重新办一次，只有" not in last
    await step(resident, "rate", rating="unsatisfied", text="")
    ended = (await resident.get(f"/m/{matter.number}")).text
    assert "居民评了不满意" in ended and "请再反映一次" in ended
    assert (await clerk.get("/desk/centre?tab=done")).status_code == 200


async def test_returning_needs_words_and_keeps_them(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    clerk = await signed(new_client, here, "clerk")
    version = str(await version_of(matter))
    told, desk = {"version": version, "reason": "not-ours", "text": ""}, f"/desk/m/{matter.number}"
    bad = await clerk.send_form(f"/m/{matter.number}/return", told, headers={"referer": f"{ORIGIN}{desk}"})
    assert bad.status_code == 422 and f'name="next" value="{desk}"' in bad.text, "where the other language leads"
    bad = await clerk.send_form(f"/m/{matter.number}/return", told, headers={"referer": "https://evil.example/desk"})
    assert 'name="next" value="/"' in bad.text
    assert f'value="{desk}?x=1"' in (await clerk.get(f"{desk}?x=1")).text
    good = await clerk.send_form(
        f"/m/{matter.number}/return", {"version": version, "reason": "not-ours", "text": "归教育局"}
    )
    assert good.headers["location"] == "/desk/centre"
    worker = await signed(new_client, here, "worker")
    assert matter.title in (await worker.get("/triage?queue=returned")).text


async def test_council_members_see_their_kind_first(new_client: NewClient, here: Neighbourhood) -> None:
    mine, other = await make_matter(here, title="路灯不亮"), await make_matter(here, title="乱停车")
    await send_to(here, mine, Way.COUNCIL)
    await send_to(here, other, Way.COUNCIL, kind="parking")
    client = await signed(new_client, here, "member")
    page = await client.get("/desk/council")
    assert page.text.index("路灯不亮") < page.text.index("其他理事") < page.text.index("乱停车")
    accepted_form = {"version": str(await version_of(mine))}
    assert (await client.send_form(f"/m/{mine.number}/accept", accepted_form)).status_code == 303
    assert "排进一次会" in (await client.get(f"/desk/m/{mine.number}")).text, "the way to a meeting"
    public = (await new_client().get(f"/m/{mine.number}")).text
    assert "看谁回避了" not in public and "一格一天：用了0格" in public and "没有离开" in public
    assert "我要回避" in (await client.get(f"/m/{mine.number}")).text
    assert (await client.send_form(f"/m/{other.number}/accept", {"version": "2"})).status_code == 403


async def test_filing_for_somebody_at_the_desk(new_client: NewClient, here: Neighbourhood) -> None:
    client = await signed(new_client, here, "worker")
    assert (await client.get("/desk/report")).status_code == 200
    told = {
        "form_id": "d" * 22, "place": str(here.tree.building.id), "title": "路灯不亮", "phone": "139 0000 4321",
        "channel": "phone",
    }  # fmt: skip
    private = await make_matter(here, title="路灯不亮了", is_public=False)
    check = await client.send_form("/desk/report/check", told)
    assert check.status_code == 200 and private.number in check.text, "the desk is shown private ones too"
    filed = await client.send_form("/desk/report", told)
    assert filed.status_code == 303
    matter = await Matter.get(form_id="d" * 22)
    assert (matter.reporter_id, matter.filed_by_id, matter.channel) == (None, here.people["worker"].id, "phone")
    assert "4321" not in matter.contact_sealed
    assert "139****4321" in (await client.get(f"/triage?m={matter.number}")).text
    assert (await client.get(f"/m/{matter.number}/done")).status_code == 200
    rung = await client.send_form(f"/m/{matter.number}/call", {})
    assert rung.status_code == 200 and "tel:+8613900004321" in rung.text
    assert await AuditEntry.filter(action="matter.contact.read", object=f"matter:{matter.id}").count() == 1
    for who in ("clerk", "member", "far_worker", "resident", "officer"):
        other = await signed(new_client, here, who)
        assert (await other.send_form(f"/m/{matter.number}/call", {})).status_code in (403, 409, 422), who
    assert await AuditEntry.filter(action="matter.contact.read").count() == 1
    found = await new_client().send_form("/track", {"number": matter.number, "tail": "4321"})
    assert found.status_code == 303
    for who in ("clerk", "member", "far_worker", "resident", "officer"):
        other = await signed(new_client, here, who)
        taken = await other.send_form(f"/m/{matter.number}/forget-contact", {"reason": "书面申请"})
        assert taken.status_code in (403, 409, 422), who
    assert "本人要求删去号码和姓名" in rung.text
    assert (await client.send_form(f"/m/{matter.number}/forget-contact", {"reason": " "})).status_code == 422
    await Matter.filter(id=matter.id).update(contact_sealed=matter.contact_sealed[:-8] + "AAAAAAA=")
    assert "读不出来" in (await client.get(f"/triage?m={matter.number}")).text
    for _ in range(2):  # a double tap takes it out once
        gone = await client.send_form(f"/m/{matter.number}/forget-contact", {"reason": "书面申请，存社区"})
        assert gone.status_code == 303
    after = await Matter.get(id=matter.id)
    assert (after.contact_sealed, after.tail_hash, after.title) == ("", "", "路灯不亮")
    (entry,) = await AuditEntry.filter(action="matter.contact.forget", object=f"matter:{matter.id}")
    assert json.loads(entry.data)["reason"] == "书面申请，存社区"
    assert (await new_client().send_form("/track", {"number": matter.number, "tail": "4321"})).status_code != 303
    bad = await client.send_form("/desk/report", {**told, "form_id": "e" * 22, "phone": "12"})
    assert bad.status_code == 422
    assert (await client.send_form("/desk/report", {**told, "form_id": "f" * 22})).status_code == 303
    other = await Matter.get(form_id="f" * 22)
    await client.send_form(f"/m/{other.number}/forget-contact", {"reason": "+8613900004321的申请，存社区"})
    (entry,) = await AuditEntry.filter(action="matter.contact.forget", object=f"matter:{other.id}")
    assert json.loads(entry.data)["reason"] == "***的申请，存社区", "the trail keeps no number"


async def test_a_caller_joins_what_is_there_instead_of_a_second_matter(
    new_client: NewClient, here: Neighbourhood
) -> None:
    there = await make_matter(here, title="路灯不亮", text="三天了")
    desk = await signed(new_client, here, "worker")
    told = {
        "form_id": "j" * 22, "place": str(here.tree.building.id), "title": "路灯不亮", "text": "黑得很",
        "phone": "13800005555", "channel": "phone",
    }  # fmt: skip
    check = await desk.send_form("/desk/report/check", told)
    assert f'name="into" value="{there.number}"' in check.text and "让来电的人一起关注" in check.text
    lost = await desk.send_form("/desk/report", told | {"into": "2020-9999"})
    assert lost.status_code == 422 and "黑得很" in lost.text
    for _ in range(2):  # a double tap joins once
        done = await desk.send_form("/desk/report", told | {"into": there.number})
        assert done.status_code == 303 and done.headers["location"].startswith(f"/m/{there.number}")
    joined = await Matter.get(form_id="j" * 22)
    assert (joined.state, joined.merged_into_id, bool(joined.contact_sealed)) == (MatterState.MERGED, there.id, True)
    known = await make_person("有账号的", phone="13800006666")
    again = told | {"form_id": "k" * 22, "phone": "13800006666", "into": there.number}
    assert (await desk.send_form("/desk/report", again)).status_code == 303
    assert not await Matter.filter(form_id="k" * 22).exists(), "who has an account follows, and nothing is filed"
    assert await MatterFollower.filter(matter_id=there.id, person_id=known.id).exists()
    resident = await signed(new_client, here, "resident")
    mine = {k: v for k, v in told.items() if k not in ("phone", "channel")} | {"form_id": "l" * 22}
    page = await resident.send_form("/report/check", mine)
    assert 'name="into"' not in page.text


async def test_callback_by_the_desk(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.OWN_DESK)
    await accepted(here, matter, "worker")
    await completed(here, matter, "worker")
    told = {"version": str(await version_of(matter)), "rating": "satisfied"}
    handler = await signed(new_client, here, "worker")
    page = (await handler.get(f"/triage?queue=callback&m={matter.number}")).text
    assert "请同事来记评价" in page and f"/m/{matter.number}/rate" not in page
    refused = await handler.send_form(f"/m/{matter.number}/rate", told)
    assert refused.status_code == 422 and "这件事是您办的" in refused.text
    client = await signed(new_client, here, "worker2")
    assert "回访" in (await client.get(f"/triage?queue=callback&m={matter.number}")).text
    told = {"version": str(await version_of(matter)), "rating": "satisfied"}
    assert (await client.send_form(f"/m/{matter.number}/rate", told)).status_code == 303


async def test_hiding_keeps_the_original(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here, text="楼上王某某电话是多少")
    neighbour = await signed(new_client, here, "neighbour")
    flagged = await neighbour.send_form(f"/m/{matter.number}/flag", {"reason": "写了别人的名字"})
    assert flagged.status_code == 303
    worker = await signed(new_client, here, "worker")
    assert "写了别人的名字" in (await worker.get(f"/triage?m={matter.number}")).text
    told = {"version": str(await version_of(matter)), "reason": "含他人姓名"}
    assert (await worker.send_form(f"/m/{matter.number}/hide", told)).status_code == 303
    shown = await new_client().get(f"/m/{matter.number}")
    assert "王某某" not in shown.text and "含他人姓名" in shown.text and matter.title not in shown.text
    assert (await Matter.get(id=matter.id)).text == "楼上王某某电话是多少"
    shown_again = {"version": str(await version_of(matter))}
    assert (await worker.send_form(f"/m/{matter.number}/show", shown_again)).status_code == 303
    assert "王某某" in (await new_client().get(f"/m/{matter.number}")).text


async def test_photos_are_served_as_pictures_only_to_those_who_may(new_client: NewClient, here: Neighbourhood) -> None:
    client = await signed(new_client, here, "resident")
    told = {"form_id": "f" * 22, "place": str(here.tree.building.id), "title": "漏水", "is_private": "true"}
    await client.send_form("/report/check", told, files={"photos": ("a.jpg", a_photo(), "image/jpeg")})
    draft = await DraftPhoto.get(form_id="f" * 22)
    neighbour = await signed(new_client, here, "neighbour")
    assert (await neighbour.get(f"/report/photos/{draft.public_id}")).status_code == 404
    await client.send_form("/report", told)
    mine = await client.get(f"/photos/{draft.public_id}")
    assert mine.status_code == 200
    assert mine.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in mine.headers["content-security-policy"]
    assert (await neighbour.get(f"/photos/{draft.public_id}")).status_code == 403


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_every_page_in_both_languages(new_client: NewClient, here: Neighbourhood, lang: str) -> None:
    matter = await make_matter(here)
    worker = await signed(new_client, here, "worker")
    worker.cookies.set("lang", lang, domain="127.0.0.1")
    for path in ("/matters", "/matters?mine=1&stage=council&q=漏", f"/m/{matter.number}", "/track", "/report", "/triage",
                 "/triage?queue=all", "/desk/report", f"/desk/m/{matter.number}"):  # fmt: skip
        answer = await worker.get(path)
        assert answer.status_code == 200, path
        assert "matters-" not in re.sub(r'(href|src|for|id)="[^"]*"', "", answer.text), path


async def test_triage_works_without_suggestions_and_without_a_catalogue(
    new_client: NewClient, here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await make_matter(here)
    client = await signed(new_client, here, "worker")

    async def nothing(_matter: Matter) -> tuple[()]:
        return ()

    monkeypatch.setattr(service_triage, "suggest", nothing)
    page = await client.get("/triage")
    assert "没有把握" in page.text and page.text.count('name="way"') == 5
    await Item.all().delete()
    await Platform.all().delete()
    await CatalogueFile.all().delete()
    assert (await client.get("/triage")).text.count('name="way"') == 5
    told = {"version": str(first.version), "way": "council", "kind": "facilities"}
    assert (await client.send_form(f"/m/{first.number}/triage", told)).status_code == 303
    second = await make_matter(here)
    told = {"version": str(second.version), "way": "own_desk", "note": "我们自己办"}
    assert (await client.send_form(f"/m/{second.number}/triage", told)).status_code == 303
