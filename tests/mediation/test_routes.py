"""Pages of a dispute: only those who may see it do, nothing typed is lost, the whole way without script, both languages."""

import html
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base import ratelimit
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.mediation import service, service_paper
from linyue.mediation.model import Dispute, PaperParty
from linyue.mediation.rules import Side
from linyue.people.model import Person
from tests.client import Client
from tests.conftest import MovableClock, NewClient
from tests.make.matters import make_neighbourhood
from tests.make.mediation import make_quarrel
from tests.make.people import make_person

STAFF = {"worker", "worker2", "officer", "supervisor", "far_worker"}


@pytest.fixture(autouse=True)
async def no_limits(db: Settings) -> AsyncIterator[None]:
    yield
    await ratelimit.reset()


async def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return html.unescape(answer.text)


async def signed_in(new_client: NewClient, person: Person, *, is_staff: bool = False) -> Client:
    client = new_client()
    await client.sign_in_as(person, is_staff=is_staff)
    return client


async def test_the_whole_way_without_script(new_client: NewClient, clock: MovableClock) -> None:
    here = await make_neighbourhood()
    at = f"/council/{here.tree.compound.code}/disputes"
    people = here.people
    opener, other = await signed_in(new_client, people["resident"]), await signed_in(new_client, people["neighbour"])
    mediator = await signed_in(new_client, people["member"])
    home = here.tree.units[0].path
    sent = {"kind": "noise", "home": home, "other": "楼上702室", "text": "半夜拖椅子，睡不着。"}
    empty = await opener.send_form(f"{at}/new", sent | {"other": " "})
    assert empty.status_code == 422 and "半夜拖椅子，睡不着。" in empty.text
    done = await opener.send_form(f"{at}/new", sent)
    row = await Dispute.get(id=1)
    page = f"/disputes/{row.public_id}"
    assert done.headers["location"] == page
    before = await text_of(mediator, "/desk/disputes")
    assert "噪音" in before and "半夜拖椅子" not in before and "702" not in before
    assert (await mediator.get(page)).status_code == 403
    assert (await mediator.send_form(f"{page}/take", {"version": "1"})).status_code == 303
    assert "半夜拖椅子，睡不着。" in await text_of(mediator, page)
    nobody_has = await mediator.send_form(f"{page}/name", {"who": "13912345678", "version": "2"})
    assert nobody_has.status_code == 422 and "没有这个手机号的账号" in html.unescape(nobody_has.text)
    assert (await other.get(page)).status_code == 403
    who = people["neighbour"].public_id
    assert (await mediator.send_form(f"{page}/name", {"who": who, "version": "2"})).status_code == 303
    assert "您愿意调解吗" in await text_of(other, page)
    assert (await other.send_form(f"{page}/consent", {"yes": "yes", "version": "3"})).status_code == 303
    day = (district_clock.local(district_clock.now()) + timedelta(days=1)).date()
    meet = {"day": str(day), "time": "19:00", "venue": "小会议室", "version": "4"}
    assert "还没有听过对方的说法" in await text_of(mediator, page)
    unheard = await mediator.send_form(f"{page}/meet", meet)
    assert unheard.status_code == 422 and "还没有听过对方的说法" in html.unescape(unheard.text)
    view = {"side": "other", "text": "十一点前都睡了。", "version": "4"}
    wrong = await other.send_form(f"{page}/account", view | {"side": "opener"})
    assert wrong.status_code == 422 and "十一点前都睡了。" in html.unescape(wrong.text)
    assert (await other.send_form(f"{page}/account", view)).status_code == 303
    assert "十一点前都睡了。" in await text_of(opener, page)
    meet["version"] = "5"
    assert (await mediator.send_form(f"{page}/meet", meet | {"venue": ""})).status_code == 422
    assert (await mediator.send_form(f"{page}/meet", meet)).status_code == 303
    clock.move(days=3)
    text = {"text": "晚十点后不拖椅子。", "version": "6"}
    assert (await mediator.send_form(f"{page}/agreement", text)).status_code == 303
    assert "我同意，签字" in await text_of(opener, page)
    for version, client in ((7, opener), (8, other)):
        signed = await client.send_form(f"{page}/sign", {"agreement": "1", "version": str(version)})
        assert signed.status_code == 303
    assert "谈成了，已签协议" in await text_of(opener, page)
    sheet = await text_of(other, f"{page}/sheet")
    assert "晚十点后不拖椅子。" in sheet and "调解人" in sheet and "十一点前都睡了。" in sheet


async def test_on_paper_and_dissuaded_without_script(new_client: NewClient, clock: MovableClock) -> None:
    made = await make_quarrel()
    row, here = await Dispute.get(id=made.id), made.here
    page = f"/disputes/{row.public_id}"
    await Dispute.filter(id=row.id).update(version=3)
    mediator = await signed_in(new_client, here.people["member"])
    sent = {"name": "702室李阿姨", "version": "3"}
    assert (await mediator.send_form(f"{page}/name-on-paper", sent | {"name": " "})).status_code == 422
    assert (await mediator.send_form(f"{page}/name-on-paper", sent)).status_code == 303
    party = str((await PaperParty.get(dispute_id=row.id)).id)
    said = {"party": party, "yes": "yes", "text": "今天当面说愿意", "version": "4"}
    assert "702室李阿姨" in await text_of(mediator, page)
    assert (await mediator.send_form(f"{page}/enter-consent", said | {"text": ""})).status_code == 422
    assert (await mediator.send_form(f"{page}/enter-consent", said)).status_code == 303
    assert "今天当面说愿意" in await text_of(mediator, page)
    nobody = {"party": party, "agreement": "1", "version": "5", "text": "当面签的"}
    assert (await mediator.send_form(f"{page}/enter-signature", nobody)).status_code == 422
    firm = await make_person("小区物业", role=Role.PROPERTY_FIRM, place=here.tree.compound)
    guard = await signed_in(new_client, firm)
    listed = await text_of(guard, "/desk/disputes")
    assert f"{page}/dissuade" in listed and "半夜拖椅子" not in listed and "我来调解" not in listed
    form = await text_of(guard, f"{page}/dissuade")
    assert "半夜拖椅子" not in form and "六楼老陈" not in form
    assert (await guard.get(page)).status_code == 403
    assert (await guard.send_form(f"{page}/take", {"version": "5"})).status_code == 403
    day = str(district_clock.local(district_clock.now()).date())
    note = {"day": day, "side": "other", "text": "十一点上门劝过。", "version": "5"}
    refused = await guard.send_form(f"{page}/dissuade", note | {"version": "4"})
    assert refused.status_code == 422 and "十一点上门劝过。" in refused.text and "半夜拖椅子" not in refused.text
    done = await guard.send_form(f"{page}/dissuade", note)
    assert done.headers["location"] == "/desk/disputes"
    written = await text_of(mediator, page)
    assert "十一点上门劝过。" in written and "小区物业（物业服务人）" in written.replace("\n", "")


async def test_what_is_entered_on_paper_says_by_whom(new_client: NewClient) -> None:
    made = await make_quarrel()
    member, desk = made.here.people["member"], await made.here.actor("worker")
    version = made.version
    party = await service_paper.name_on_paper(made.mediator, made.id, "702室李阿姨", await version())
    await service.consent(made.other, made.id, await version(), yes=True)
    await service_paper.enter_consent(desk, made.id, party.id, await version(), "电话里说愿意", yes=True)
    await service.give_account(made.other, made.id, Side.OTHER, "十点前就睡了", await version())
    past = district_clock.now() - timedelta(hours=1)
    await Dispute.filter(id=made.id).update(meets_at=past)
    await service.write_agreement(made.mediator, made.id, "晚十点后不拖椅子。", await version())
    mediator, page = await signed_in(new_client, member), f"/disputes/{(await Dispute.get(id=made.id)).public_id}"
    sent = {"party": str(party.id), "agreement": "1", "version": str(await version()), "text": " "}
    wordless = await mediator.send_form(f"{page}/enter-signature", sent)
    assert wordless.status_code == 422 and 'href="#f-text"' in wordless.text and 'id="f-text"' in wordless.text
    done = await mediator.send_form(f"{page}/enter-signature", sent | {"text": "周五在楼下当面签的"})
    assert done.status_code == 303
    await service_paper.enter_consent(desk, made.id, party.id, await version(), "又说不谈了", yes=False)
    by_desk, by_mediator = made.here.people["worker"].display_name, member.display_name
    for path in (page, f"{page}/sheet"):
        shown = await text_of(mediator, path)
        assert shown.count(f"纸上的，由{by_desk}记下") == 2 and shown.count(f"纸上的，由{by_mediator}记下") == 1, path
        assert "周五在楼下当面签的" in shown and "又说不谈了" in shown, path
    await mediator.send_form("/settings", {"lang": "en"})
    for path in (page, f"{page}/sheet"):
        shown = await text_of(mediator, path)
        assert shown.count("On paper, entered by") == 3 and shown.count("纸上的，由") == 0, path


async def test_a_name_is_taken_out_at_the_desk_without_script(new_client: NewClient) -> None:
    made = await make_quarrel()
    party = await service_paper.name_on_paper(made.mediator, made.id, "702室李阿姨", await made.version())
    desk = await signed_in(new_client, made.here.people["worker"], is_staff=True)
    mediator = await signed_in(new_client, made.here.people["member"])
    page = f"/disputes/{(await Dispute.get(id=made.id)).public_id}"
    assert "删去姓名" not in await text_of(desk, page), "it still runs"
    await service.fail(made.mediator, made.id, "702室李阿姨不来", await made.version())
    assert "删去姓名" not in await text_of(mediator, page)
    assert "本人要求删去姓名" in await text_of(desk, page)
    sent = {"party": str(party.id), "text": "书面申请，存社区", "version": str(await made.version())}
    refused = await mediator.send_form(f"{page}/forget-name", sent)
    assert refused.status_code == 422
    empty = await desk.send_form(f"{page}/forget-name", sent | {"text": " "})
    assert empty.status_code == 422 and 'aria-invalid="true"' in empty.text
    assert (await desk.send_form(f"{page}/forget-name", sent)).status_code == 303
    for path in (page, f"{page}/sheet"):
        shown = await text_of(mediator, path)
        assert "702室李阿姨" not in shown and "姓名已删去" in shown, path
    assert "书面申请，存社区" in await text_of(desk, page) and 'id="forget"' not in await text_of(desk, page)


async def test_figures_are_for_everybody_words_for_nobody_else(new_client: NewClient) -> None:
    made = await make_quarrel()
    row, here = await Dispute.get(id=made.id), made.here
    at, page = f"/council/{here.tree.compound.code}/disputes", f"/disputes/{row.public_id}"
    nobody = new_client()
    public = await text_of(nobody, at)
    assert "等双方同意" in public and "半夜拖椅子" not in public and "六楼老陈" not in public
    assert (await nobody.get(page)).status_code == 303
    for who in ("officer", "supervisor", "far_worker", "clerk"):
        client = await signed_in(new_client, here.people[who], is_staff=True)
        assert (await client.get(page)).status_code == 403, who
    desk = await signed_in(new_client, here.people["worker"], is_staff=True)
    assert "半夜拖椅子" in await text_of(desk, page)
    day = str(district_clock.local(district_clock.now()).date())
    note = {"day": day, "side": "other", "text": "当面劝过。", "version": str(row.version)}
    assert (await desk.send_form(f"{page}/dissuade", note)).status_code == 303
    assert "当面劝过。" in await text_of(desk, page)
    to_come = str(district_clock.local(district_clock.now() + timedelta(days=2)).date())
    early = note | {"day": to_come, "text": "电话里劝过。"}
    refused = await desk.send_form(f"{page}/dissuade", early)
    assert refused.status_code == 422 and refused.text.count("电话里劝过。") == 1 and to_come in refused.text
    late = await desk.send_form(f"{page}/fail", {"text": "结束", "version": str(row.version)})
    assert late.status_code == 422 and "由别人来做" in html.unescape(late.text)


async def test_pages_in_english(new_client: NewClient) -> None:
    made = await make_quarrel()
    row = await Dispute.get(id=made.id)
    other = await signed_in(new_client, made.here.people["neighbour"])
    await other.send_form("/settings", {"lang": "en"})
    page = await text_of(other, f"/disputes/{row.public_id}")
    assert "Are you willing?" in page
    assert (
        await other.send_form(f"/disputes/{row.public_id}/consent", {"yes": "no", "version": str(row.version)})
    ).status_code == 303
    assert "One side is not willing" in await text_of(other, f"/disputes/{row.public_id}")
