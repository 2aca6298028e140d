"""A week after the end: asked once, answered once, opened again once; those without an account are called."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from linyue.base.model import AuditEntry, Message
from linyue.base.settings import Settings
from linyue.base.workdays import SHANGHAI
from linyue.boards.jobs import follow_up
from linyue.boards.model import FollowUp
from linyue.boards.rules_follow import Answer
from linyue.centres.rules import Way
from linyue.matters import service_merge, service_report
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterState
from linyue.matters.service_sweep import sweep_due
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import (
    Neighbourhood,
    accepted,
    completed,
    make_matter,
    make_neighbourhood,
    send_to,
    version_of,
)

NewClient = Callable[[], Client]
ASKED = "boards-told-fixed"


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def done(here: Neighbourhood, matter: Matter) -> Matter:
    return await completed(here, await accepted(here, await send_to(here, matter, Way.OWN_DESK), "worker"), "worker")


async def resident(new_client: NewClient, here: Neighbourhood) -> Client:
    client = new_client()
    await client.sign_in_as(here.people["resident"])
    return client


async def test_asked_once_after_a_week(here: Neighbourhood, clock: MovableClock) -> None:
    await done(here, await make_matter(here))
    clock.move(days=6, hours=23)
    await follow_up()
    assert not await FollowUp.exists()
    clock.move(hours=2)
    for _ in range(3):
        await follow_up()
    assert await FollowUp.all().count() == 1
    assert await Message.filter(key=ASKED).count() == 1
    message = await Message.get(key=ASKED)
    assert message.person_id == here.people["resident"].id and message.link.endswith("/fixed")


async def test_what_ended_long_ago_is_left_in_peace(here: Neighbourhood, clock: MovableClock) -> None:
    await done(here, await make_matter(here))
    clock.move(days=31)
    await follow_up()
    assert not await FollowUp.exists()


async def test_a_no_opens_it_again_once(here: Neighbourhood, clock: MovableClock, new_client: NewClient) -> None:
    matter = await done(here, await make_matter(here))
    clock.move(days=15)
    await sweep_due()
    assert (await Matter.get(id=matter.id)).state is MatterState.CLOSED
    await follow_up()
    client = await resident(new_client, here)
    shown = await client.get(f"/m/{matter.number}/fixed")
    assert shown.status_code == 200 and shown.text.count('name="answer"') == 3 and "/reopen" not in shown.text
    wrong = await client.send_form(f"/m/{matter.number}/fixed", {"answer": "perhaps"})
    assert wrong.status_code == 422
    assert (await client.send_form(f"/m/{matter.number}/fixed", {"answer": "not"})).status_code == 303
    again = await client.send_form(f"/m/{matter.number}/fixed", {"answer": "fixed"})
    assert again.status_code == 422 and "已经回答过" in again.text
    assert "/reopen" in (await client.get(f"/m/{matter.number}/fixed")).text
    empty = await client.send_form(
        f"/m/{matter.number}/fixed/reopen", {"version": await version_of(matter), "text": ""}
    )
    assert empty.status_code == 422
    told = {"version": await version_of(matter), "text": "下雨还是漏。"}
    assert (await client.send_form(f"/m/{matter.number}/fixed/reopen", told)).status_code == 303
    now = await Matter.get(id=matter.id)
    assert (now.state, now.reopened_count, now.completed_at) == (MatterState.ACCEPTED, 1, None)
    assert now.due_at is not None and now.due_at > clock.now() and now.owner_id == here.people["worker"].id
    assert (await MatterEvent.filter(matter_id=matter.id).order_by("-seq").first()).kind == "reopened"  # type: ignore[union-attr]
    assert "重新办理" in (await client.get(f"/m/{matter.number}")).text
    told["version"] = now.version
    assert (await client.send_form(f"/m/{matter.number}/fixed/reopen", told)).status_code == 422
    await completed(here, now, "worker")
    clock.move(days=8)
    await follow_up()
    assert await FollowUp.all().count() == 1, "asked once for each matter"


@pytest.mark.parametrize("answer", ["fixed", "partly"])
async def test_while_unrated_a_partly_is_a_rating_that_reopens(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient, answer: str
) -> None:
    matter = await done(here, await make_matter(here))
    clock.move(days=7, hours=1)
    await follow_up()
    client = await resident(new_client, here)
    await client.send_form(f"/m/{matter.number}/fixed", {"answer": answer})
    told = {"version": await version_of(matter), "text": "只修了一半。"}
    answered = await client.send_form(f"/m/{matter.number}/fixed/reopen", told)
    if answer == "fixed":
        assert answered.status_code == 422
    else:
        assert answered.status_code == 303 and (await Matter.get(id=matter.id)).state is MatterState.ACCEPTED


@pytest.mark.parametrize("older", ["account", "telephone"])
@pytest.mark.parametrize("is_parted", [False, True])
async def test_a_telephone_and_an_account_in_one_matter_are_both_asked(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient, older: str, is_parted: bool
) -> None:
    worker = await here.actor("worker")
    new = service_report.NewMatter(
        form_id="form-of-the-desk-000001", place_id=here.tree.building.id, title="路灯不亮", text="三天了", reporter_id=None,
        phone="13800000001",
    )  # fmt: skip
    if older == "telephone":
        called, account = await service_report.report_matter(worker, new), await make_matter(here)
        first, second = called, account
    else:
        account, called = await make_matter(here), await service_report.report_matter(worker, new)
        first, second = account, called
    await service_merge.merge(worker, second.id, second.version, first.number)
    if is_parted:
        await service_merge.unmerge(worker, second.id, await version_of(second))
        await done(here, second)
    await done(here, first)
    clock.move(days=7, hours=1)
    for _ in range(2):
        await follow_up()
    assert {f.matter_id: f.is_call for f in await FollowUp.all()} == {called.id: True, account.id: False}
    message = await Message.get(key=ASKED)
    assert (message.person_id, message.link) == (here.people["resident"].id, f"/m/{account.number}/fixed")
    desk = new_client()
    await desk.sign_in_as(here.people["worker2"], is_staff=True)
    assert called.number in (await desk.get("/desk/calls")).text
    page = (await desk.get(f"/desk/calls/{called.number}")).text
    assert "13800000001" in page and "已经修好" in page
    assert (await desk.send_form(f"/desk/calls/{called.number}", {"answer": "fixed"})).status_code == 303
    client = await resident(new_client, here)
    assert (await client.send_form(f"/m/{account.number}/fixed", {"answer": "not"})).status_code == 303
    again = {"version": await version_of(account if is_parted else first), "text": "还是漏。"}
    assert (await client.send_form(f"/m/{account.number}/fixed/reopen", again)).status_code == 303
    opened = await Matter.get(id=account.id if is_parted else first.id)
    assert opened.state is MatterState.ACCEPTED


async def test_only_the_reporter_answers(here: Neighbourhood, clock: MovableClock, new_client: NewClient) -> None:
    matter = await done(here, await make_matter(here))
    clock.move(days=7, hours=1)
    client = await resident(new_client, here)
    assert (await client.get(f"/m/{matter.number}/fixed")).status_code == 404  # not asked yet
    await follow_up()
    for who in ("neighbour", "worker", "supervisor"):
        other = new_client()
        await other.sign_in_as(here.people[who], is_staff=who != "neighbour")
        assert (await other.get(f"/m/{matter.number}/fixed")).status_code == 403
        assert (await other.send_form(f"/m/{matter.number}/fixed", {"answer": "fixed"})).status_code == 403


async def test_who_has_no_account_is_called(here: Neighbourhood, clock: MovableClock, new_client: NewClient) -> None:
    worker = await here.actor("worker")
    new = service_report.NewMatter(
        form_id="form-of-the-desk-000001", place_id=here.tree.building.id, title="路灯不亮", text="三天了", reporter_id=None,
        phone="13800000001",
    )  # fmt: skip
    matter = await done(here, await service_report.report_matter(worker, new))
    nameless = replace(new, form_id="form-of-the-desk-000002", phone="", contact_name="陈阿婆")
    met = await done(here, await service_report.report_matter(worker, nameless))
    clock.move(days=7, hours=1)
    await follow_up()
    follow = await FollowUp.get(matter_id=matter.id)
    assert follow.is_call and not await Message.filter(key=ASKED).exists()
    handler = new_client()
    await handler.sign_in_as(here.people["worker"], is_staff=True)
    own = await handler.get(f"/desk/calls/{matter.number}")
    assert "请同事打这个电话" in own.text and "13800000001" not in own.text and 'name="answer"' not in own.text
    refused = await handler.send_form(f"/desk/calls/{matter.number}", {"answer": "fixed"})
    assert refused.status_code == 422 and (await FollowUp.get(matter_id=matter.id)).answer is None
    client = new_client()
    await client.sign_in_as(here.people["worker2"], is_staff=True)
    assert matter.number in (await client.get("/desk/calls")).text
    page = await client.get(f"/desk/calls/{matter.number}")
    assert page.status_code == 200 and "13800000001" in page.text
    assert await AuditEntry.filter(action="matter.contact.read").exists()
    without = await client.get(f"/desk/calls/{met.number}")
    assert without.status_code == 200 and "陈阿婆" in without.text and "tel:陈" not in without.text
    far = new_client()
    await far.sign_in_as(here.people["far_worker"], is_staff=True)
    assert matter.number not in (await far.get("/desk/calls")).text
    assert (await far.get(f"/desk/calls/{matter.number}")).status_code == 403
    assert (await client.send_form(f"/desk/calls/{matter.number}", {"answer": "not"})).status_code == 303
    follow = await FollowUp.get(matter_id=matter.id)
    assert (follow.answer, follow.noted_by_id) == (Answer.NOT, here.people["worker2"].id)
    told = {"version": await version_of(matter), "text": "居民说还是不亮。"}
    assert (await client.send_form(f"/desk/calls/{matter.number}/reopen", told)).status_code == 303
    assert (await Matter.get(id=matter.id)).state is MatterState.ACCEPTED
    assert matter.number not in (await client.get("/desk/calls")).text
    assert clock.now() - follow.asked_at < timedelta(hours=1)


async def test_nobody_answered_is_noted_once_a_day_and_three_times_at_most(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient
) -> None:
    new = service_report.NewMatter(
        form_id="form-of-the-desk-000003", place_id=here.tree.building.id, title="路灯不亮", text="三天了",
        reporter_id=None, phone="13800000001",
    )  # fmt: skip
    matter = await done(here, await service_report.report_matter(await here.actor("worker"), new))
    clock.move(days=7, hours=1)
    await follow_up()
    client = new_client()
    await client.sign_in_as(here.people["worker2"], is_staff=True)
    address = f"/desk/calls/{matter.number}"
    for tries in (1, 2, 3):
        assert matter.number in (await client.get("/desk/calls")).text
        asked = (await client.get(address)).text
        assert f'action="{address}/not-reached"' in asked and "138 0000 0001" in asked
        assert (await client.send_form(f"{address}/not-reached")).status_code == 303
        follow = await FollowUp.get(matter_id=matter.id)
        assert follow.tries == tries and follow.tried_at is not None
        assert (await client.send_form(f"{address}/not-reached")).status_code == 422, "once a day"
        assert f"打过{tries}次没人接" in (await client.get(address)).text
        listed = (await client.get("/desk/calls")).text
        assert (
            f'href="{address}"' not in listed and ("今天有1位没人接" in listed) is (tries < 3) and "抽出" not in listed
        )
        clock.move(days=1)
        await client.sign_in_as(here.people["worker2"], is_staff=True)
    listed = (await client.get("/desk/calls")).text
    assert f'href="{address}"' not in listed and "另有1位打了三次都没人接" in listed
    supervisor = new_client()
    await supervisor.sign_in_as(here.people["supervisor"], is_staff=True)
    month = follow.tried_at.astimezone(SHANGHAI).strftime("%Y-%m")
    assert "另有1位打了三次电话没打通" in (await supervisor.get(f"/board?month={month}")).text
    online = await done(here, await make_matter(here))
    clock.move(days=7, hours=1)
    await follow_up()
    await client.sign_in_as(here.people["worker2"], is_staff=True)
    assert (await client.send_form(f"/desk/calls/{online.number}/not-reached")).status_code == 404, "nobody telephones"
    handler = new_client()
    await handler.sign_in_as(here.people["worker"], is_staff=True)
    assert (await handler.send_form(f"{address}/not-reached")).status_code == 422
    assert (await client.send_form(address, {"answer": "fixed"})).status_code == 303, "they called back"
