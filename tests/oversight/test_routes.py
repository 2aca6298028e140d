"""Pages of notices and voices: from the board to an answer, who sees what, nothing typed is lost, both languages."""

import html
import re
from datetime import timedelta

import pytest

from linyue.base import clock, ratelimit
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.base.workdays import local_day
from linyue.centres.model_cards import PolicyCard
from linyue.centres.rules import Way
from linyue.centres.service_cards import CardWords, write_card
from linyue.councils.service_functions import Function
from linyue.matters.model import Matter
from linyue.mediation.model import Dispute
from linyue.oversight import service
from linyue.oversight.model import Notice, Voice
from linyue.oversight.rules import NoticeKind
from tests.client import Client
from tests.conftest import NewClient
from tests.make.matters import make_matter, make_neighbourhood, send_to
from tests.make.mediation import make_quarrel
from tests.make.oversight import Watched, make_watched

STAFF = {"worker", "officer", "supervisor", "overseer", "far_worker"}


@pytest.fixture(autouse=True)
async def no_limits(db: Settings):
    yield
    await ratelimit.reset()


async def as_(new_client: NewClient, made: Watched, who: str) -> Client:
    client = new_client()
    await client.sign_in_as(made.here.people[who], is_staff=who in STAFF)
    return client


async def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return html.unescape(answer.text)


async def test_a_worker_posts_and_a_short_period_is_named_with_everything_kept(new_client: NewClient) -> None:
    made = await make_watched()
    worker = await as_(new_client, made, "worker")
    assert "不少于15天" in await text_of(worker, f"/notices/new?place={made.here.tree.compound.code}")
    sent = {"place": str(made.here.tree.compound.id), "kind": "facilities", "title": "屋面修补", "text": "材料费两千。", "days": "14", "matter": ""}  # fmt: skip
    short = await worker.send_form("/notices/new", sent)
    assert short.status_code == 422 and "公示不能少于15天" in short.text and "材料费两千。" in short.text
    assert (await worker.send_form("/notices/new", sent | {"days": "很久"})).status_code == 422
    done = await worker.send_form("/notices/new", sent | {"days": "15"})
    row = await Notice.all().order_by("-id").first()
    assert row is not None and done.headers["location"] == f"/notices/{row.public_id}"
    nobody = new_client()
    board = await text_of(nobody, f"/notices?place={made.here.tree.compound.code}&kind=facilities")
    assert "屋面修补" in board and "一季度公共收益" not in board
    assert "/notices/new" not in board
    assert (await nobody.get("/notices?place=nowhere")).status_code == 404


async def test_a_question_is_answered_in_public_without_who_asked(new_client: NewClient) -> None:
    made = await make_watched()
    resident, worker, nobody = (
        await as_(new_client, made, "resident"),
        await as_(new_client, made, "worker"),
        new_client(),
    )
    at = f"/notices/{made.notice.public_id}"
    page = await text_of(nobody, at)
    assert "我有异议" in page and "登录以后可以评价" in page
    assert (await nobody.get(f"{at}/ask")).status_code == 303
    empty = await resident.send_form(f"{at}/ask", {"kind": "question", "text": " "})
    assert empty.status_code == 422 and "请写内容" in empty.text
    sent = await resident.send_form(f"{at}/ask", {"kind": "question", "text": "三千元花在哪里"})
    row = await Voice.get(notice_id=made.notice.id)
    assert sent.headers["location"] == f"/voices/{row.public_id}"
    assert row.number in await text_of(resident, f"/voices/{row.public_id}")
    assert "三千元花在哪里" in await text_of(worker, "/desk/answers")
    assert "三千元花在哪里" not in await text_of(nobody, at)
    assert (await (await as_(new_client, made, "neighbour")).get(f"/voices/{row.public_id}")).status_code == 403
    assert (await (await as_(new_client, made, "far_worker")).get(f"/voices/{row.public_id}")).status_code == 403
    answer = {"finding": "explained", "text": "买了十二盏灯。", "shown": "yes", "version": "1"}
    refused = await worker.send_form(f"/voices/{row.public_id}/answer", answer | {"text": ""})
    assert refused.status_code == 422 and "请写答复" in refused.text
    assert (await worker.send_form(f"/voices/{row.public_id}/answer", answer)).status_code == 303
    shown = await text_of(nobody, at)
    assert "买了十二盏灯。" in shown and "三千元花在哪里" in shown and "六楼老陈" not in shown
    stale = await worker.send_form(f"/voices/{row.public_id}/answer", answer)
    assert stale.status_code == 422 and "请看过最新的" in html.unescape(stale.text)


async def test_whoever_lives_there_rates_and_overseers_see_and_appraise(new_client: NewClient) -> None:
    made = await make_watched()
    at = f"/notices/{made.notice.public_id}"
    resident, overseer = await as_(new_client, made, "resident"), await as_(new_client, made, "overseer")
    assert (await resident.send_form(f"{at}/rate", {"rating": "unsatisfied"})).status_code == 303
    outside = await overseer.send_form(f"{at}/rate", {"rating": "satisfied"})
    assert outside.status_code == 422 and "登记过住处" in outside.text
    assert (await resident.get(f"{at}/appraise")).status_code == 403
    wanting = await overseer.send_form(f"{at}/appraise", {"verdict": "lacking", "text": ""})
    assert wanting.status_code == 422
    assert (await overseer.send_form(f"{at}/appraise", {"verdict": "lacking", "text": "缺发票"})).status_code == 303
    assert "缺发票" in await text_of(new_client(), at)
    code = made.here.tree.compound.code
    page = await text_of(new_client(), f"/council/{code}/oversight")
    assert "监督评议：需要补充" in page and re.search(r"不满意</th><td[^>]*>1<", page)
    assert "缺发票" in await text_of(overseer, "/desk/answers")


async def test_an_overseer_hears_of_each_notice_and_sees_what_nobody_has_appraised(new_client: NewClient) -> None:
    made = await make_watched()
    hers = Message.filter(person_id=made.overseer.person_id, key="oversight-told-notice")
    assert [one.link for one in await hers] == [f"/notices/{made.notice.public_id}"]
    overseer, worker = await as_(new_client, made, "overseer"), await as_(new_client, made, "worker")
    waiting = "还没评议的"
    page = await text_of(overseer, "/desk/answers")
    assert waiting in page and made.notice.title in page
    assert waiting not in await text_of(worker, "/desk/answers")
    sent = {"verdict": "sound", "text": ""}
    assert (await overseer.send_form(f"/notices/{made.notice.public_id}/appraise", sent)).status_code == 303
    page = await text_of(overseer, "/desk/answers")
    assert "正在公示的都评议过了" in page


async def test_a_suggestion_is_passed_up_and_answered(new_client: NewClient) -> None:
    made = await make_watched()
    at = f"/council/{made.here.tree.compound.code}/suggestions"
    resident, worker, officer = [await as_(new_client, made, who) for who in ("resident", "worker", "officer")]
    assert "登记过住处" in await text_of(worker, f"{at}/new")
    assert (await resident.send_form(f"{at}/new", {"desk": "social_worker", "text": "公交站装雨棚"})).status_code == 303
    row = await Voice.get(kind="suggestion")
    assert (await officer.send_form(f"/voices/{row.public_id}/pass", {"version": "1"})).status_code == 422
    assert (await worker.send_form(f"/voices/{row.public_id}/pass", {"version": "1"})).status_code == 303
    assert "转给街道" in await text_of(resident, f"/voices/{row.public_id}")
    answer = {"finding": "adopted", "text": "已与公交公司商定。", "shown": "no", "version": "2"}
    assert (await officer.send_form(f"/voices/{row.public_id}/answer", answer)).status_code == 303
    page = await text_of(new_client(), at)
    assert "采纳" in page and "公交站装雨棚" not in page and "原话涉及别人的隐私" in page


async def test_a_correction_and_the_sheet(new_client: NewClient) -> None:
    made = await make_watched()
    at = f"/notices/{made.notice.public_id}"
    worker, resident = await as_(new_client, made, "worker"), await as_(new_client, made, "resident")
    assert (await resident.get(f"{at}/correct")).status_code == 403
    sent = {"text": "支出三千五。", "reason": "漏了发票", "version": "1"}
    assert (await worker.send_form(f"{at}/correct", sent | {"reason": ""})).status_code == 422
    assert (await worker.send_form(f"{at}/correct", sent)).status_code == 303
    sheet = await text_of(new_client(), f"{at}/sheet")
    assert "支出三千五。" in sheet and "支出三千元" in sheet and "qr.svg" in sheet
    assert (await new_client().get(f"{at}/qr.svg")).headers["content-type"] == "image/svg+xml"


async def test_the_council_shows_all_six_functions_with_entry_list_and_count(new_client: NewClient) -> None:
    quarrel = await make_quarrel()
    here, code = quarrel.here, quarrel.here.tree.compound.code
    made = await make_watched(here=here)
    resident, worker = await as_(new_client, made, "resident"), await as_(new_client, made, "worker")
    for n in range(2):
        await send_to(here, await make_matter(here, f"路灯{n}号不亮"), Way.COUNCIL)
    for n in range(3):
        words = CardWords(
            f"津贴怎么领{n}", "到年龄就能领。", "办法", "HS-008", local_day(clock.now()) + timedelta(days=30)
        )
        await write_card(await here.actor("worker"), words)
    for n in range(4):
        await service.post_notice(
            await here.actor("worker"), here.tree.compound.id, NoticeKind.OTHER, f"公示{n}", "内容", days=15
        )
    for text in ("装雨棚", "修长椅"):
        form = {"desk": "social_worker", "text": text}
        assert (await resident.send_form(f"/council/{code}/suggestions/new", form)).status_code == 303
    await made.asked()
    assert (await resident.send_form(f"/council/{code}/ask", {"text": ""})).status_code == 422
    asked = await resident.send_form(f"/council/{code}/ask", {"text": "车位租金收了多少"})
    assert asked.status_code == 303 and (await Voice.get(notice_id=None, kind="question")).due_at is not None
    page = await text_of(new_client(), f"/council/{code}")
    six = {
        "disputes": (await Dispute.all().count(), "件", f"/council/{code}/disputes", f"/council/{code}/disputes/new"),
        "livelihood": (
            await Matter.filter(way=Way.COUNCIL).count(),
            "件",
            f"/matters?council={code}",
            f"/report/what?place={here.tree.compound.id}",
        ),
        "policy": (await PolicyCard.filter(is_retired=False).count(), "张卡片", "/cards", "/services"),
        "information": (await Notice.all().count(), "公示", f"/notices?place={code}", f"/council/{code}/ask"),
        "suggestions": (
            await Voice.filter(kind="suggestion").count(),
            "条",
            f"/council/{code}/suggestions",
            f"/council/{code}/suggestions/new",
        ),
        "oversight": (
            await Voice.exclude(kind="suggestion").count(),
            "条意见",
            f"/council/{code}/oversight",
            f"/council/{code}/oversight#say",
        ),
    }
    assert [one[0] for one in six.values()] == [1, 2, 3, 5, 2, 2] and set(six) == set(Function)
    for name, (total, unit, listed, entry) in six.items():
        part = page.split(f'id="six-{name}"')[1].split("</li>")[0]
        count = f"{unit}{total}条" if unit == "公示" else f"{total}{unit}"
        assert count in part and f'href="{listed}"' in part and f'href="{entry}"' in part, name
        for href in (listed, entry.partition("#")[0]):
            assert (await resident.get(href)).status_code == 200, href
    say = (await text_of(resident, f"/council/{code}/oversight")).split('id="say"')[1].split("</section>")[0]
    assert f'href="/notices/{made.notice.public_id}/ask"' in say and "车位租金" not in say
    for_desk = await text_of(worker, f"/council/{code}")
    assert f'href="/notices/new?place={code}"' in for_desk and 'href="/cards/new"' in for_desk
    assert 'href="/cards/new"' not in page
    client = new_client()
    await client.post("/settings", data={"lang": "en"})
    english = await text_of(client, f"/council/{code}")
    assert "Six functions" in english and "5 on display" in english


async def test_a_councils_matters_are_a_list_of_their_own(new_client: NewClient) -> None:
    here = await make_neighbourhood()
    matter = await make_matter(here)
    client, code = new_client(), here.tree.compound.code
    assert matter.title not in await text_of(client, f"/matters?council={code}")
    await send_to(here, matter, Way.COUNCIL)
    page = await text_of(client, f"/matters?council={code}")
    assert matter.title in page
    assert "只看示例理事会管的事" in page, page[page.find("只看") :][:80]
    assert matter.title in await text_of(client, "/matters")
    assert (await client.get("/matters?council=nowhere")).status_code == 404
