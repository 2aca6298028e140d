"""What a reporter does after filing: says more, sends pictures, asks how it goes; the clock is touched by none of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import Actor, Role
from linyue.base.settings import Settings
from linyue.base.workdays import local_day
from linyue.centres import service_handling
from linyue.centres.rules import Way
from linyue.centres.rules_handling import USUAL
from linyue.matters import service_after, service_handle, service_merge, service_moderate, service_report
from linyue.matters.model import Matter, MatterEvent, MatterPhoto
from linyue.matters.rules import MatterRefusal, MatterState, Step
from linyue.matters.rules_after import ADDITIONS_AT_MOST, AfterRefusal, nudge_from
from linyue.matters.rules_clock import PauseReason
from linyue.matters.service_timeline import entries_of
from linyue.people.model import RoleGrant
from linyue.upkeep.doctor_matters import MATTERS
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
from tests.matters.test_routes import a_photo, signed

NewClient = Callable[[], Client]
NUDGE_DAYS = USUAL.nudge_days


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def told(here: Neighbourhood, who: str, key: str) -> list[dict[str, str]]:
    return [one.args for one in await Message.filter(person_id=here.people[who].id, key=key)]


async def whole(db: Settings) -> None:
    for number, _what, examine in MATTERS:
        assert not (await examine(db))[1], number


async def test_more_words_stand_in_the_history_and_whoever_has_it_is_told(here: Neighbourhood, db: Settings) -> None:
    matter = await accepted(here, await send_to(here, await make_matter(here), Way.CENTRE), "clerk")
    before = await Matter.get(id=matter.id)
    assert await service_after.add(await here.actor("resident"), matter.id, " 隔壁也漏了 ") == ()
    after = await Matter.get(id=matter.id)
    assert (after.state, after.owner_id, after.due_at, after.text) == (
        before.state,
        before.owner_id,
        before.due_at,
        before.text,
    )
    event = await MatterEvent.get(matter_id=matter.id, kind=Step.ADD.value)
    assert (event.text, event.actor_role, event.is_public) == ("隔壁也漏了", "reporter", True)
    assert len(await told(here, "clerk", "matters-told-added")) == 1
    assert not await told(here, "worker", "matters-told-added")
    # The desk writes down what was said on the telephone; a neighbour adds nothing to somebody else's report.
    await service_after.add(await here.actor("worker"), matter.id, "电话里说还有一处")
    with pytest.raises(Refused) as other:
        await service_after.add(await here.actor("neighbour"), matter.id, "我也有")
    assert other.value.reason is MatterRefusal.NOT_YOURS
    with pytest.raises(Refused) as nothing:
        await service_after.add(await here.actor("resident"), matter.id, "  ")
    assert nothing.value.reason is AfterRefusal.NOTHING_ADDED
    await whole(db)


async def test_sent_twice_it_is_there_once(here: Neighbourhood) -> None:
    """An answer that was lost, or a button pressed twice: the same form."""
    matter = await accepted(here, await send_to(here, await make_matter(here), Way.CENTRE), "clerk")
    form = "one-form-of-the-page"
    for _ in range(2):
        assert await service_after.add(await here.actor("resident"), matter.id, "闻到煤气味", form)
    assert await MatterEvent.filter(matter_id=matter.id, kind=Step.ADD.value).count() == 1
    assert len(await told(here, "clerk", "matters-told-urgent")) == 1
    await service_after.add(await here.actor("resident"), matter.id, "味道更重了", "another-form-of-the-page")
    assert await MatterEvent.filter(matter_id=matter.id, kind=Step.ADD.value).count() == 2


async def test_what_is_hidden_hides_what_was_added(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await service_after.add(await here.actor("resident"), matter.id, "骂人的话")
    await service_moderate.hide(await here.actor("worker"), matter.id, await version_of(matter), "不妥")
    row = await Matter.get(id=matter.id)
    seen = await entries_of("zh-CN", row, is_inside=False, is_staff=False, photos=[])
    staff = await entries_of("zh-CN", row, is_inside=True, is_staff=True, photos=[])
    assert "骂人的话" not in str(seen) and "骂人的话" in str(staff)


async def test_words_of_danger_make_it_urgent(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    assert await service_after.add(await here.actor("resident"), matter.id, "现在楼道起火了") == ("119",)
    assert (await Matter.get(id=matter.id)).is_urgent
    assert len(await told(here, "worker", "matters-told-urgent")) == 1


async def test_not_without_end_and_not_after_the_end(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    resident = await here.actor("resident")
    for n in range(ADDITIONS_AT_MOST):
        await service_after.add(resident, matter.id, f"第{n}次")
    with pytest.raises(Refused) as often:
        await service_after.add(resident, matter.id, "还有")
    assert often.value.reason is AfterRefusal.ADDED_OFTEN
    await accepted(here, await send_to(here, matter, Way.OWN_DESK), "worker")
    await completed(here, matter, "worker")
    for step in (service_after.add(resident, matter.id, "晚了"), service_after.nudge(resident, matter.id)):
        with pytest.raises(Refused) as over:
            await step
        assert over.value.reason in (MatterRefusal.NOT_NOW, AfterRefusal.ADDED_OFTEN, AfterRefusal.NUDGE_EARLY)


async def test_asking_how_it_goes_once_in_some_days(here: Neighbourhood, db: Settings, clock: MovableClock) -> None:
    matter = await accepted(here, await send_to(here, await make_matter(here), Way.CENTRE), "clerk")
    resident = await here.actor("resident")
    with pytest.raises(Refused) as early:
        await service_after.nudge(resident, matter.id)
    assert early.value.reason is AfterRefusal.NUDGE_EARLY and early.value.args_for_text["days"] == NUDGE_DAYS
    assert not await MatterEvent.exists(kind=Step.NUDGE.value)
    before = await Matter.get(id=matter.id)
    clock.move(days=NUDGE_DAYS)
    await service_after.nudge(resident, matter.id)
    after = await Matter.get(id=matter.id)
    assert (after.due_at, after.state, after.owner_id) == (before.due_at, before.state, before.owner_id)
    assert after.version == before.version, "no open form goes stale"
    assert len(await told(here, "clerk", "matters-told-nudged")) == 1
    with pytest.raises(Refused):
        await service_after.nudge(resident, matter.id)
    clock.move(days=NUDGE_DAYS)
    await service_after.nudge(resident, matter.id)
    events = await MatterEvent.filter(kind=Step.NUDGE.value).order_by("id")
    assert [one.data["n"] for one in events] == [1, 2] and all(one.is_public for one in events)
    with pytest.raises(Refused) as other:
        clock.move(days=NUDGE_DAYS)
        await service_after.nudge(await here.actor("neighbour"), matter.id)
    assert other.value.reason is MatterRefusal.NOT_YOURS
    assert {one.number for one in await Matter.all()} == {matter.number}


async def test_whoever_was_merged_in_asks_for_all_and_an_empty_desk_is_passed_over(
    here: Neighbourhood, clock: MovableClock
) -> None:
    matter = await make_matter(here)
    theirs = await make_matter(here, reporter_id=here.people["neighbour"].id)
    await service_merge.merge(await here.actor("worker"), theirs.id, theirs.version, matter.number)
    clock.move(days=NUDGE_DAYS)
    await RoleGrant.filter(role=Role.SOCIAL_WORKER).delete()
    await service_after.nudge(await here.actor("neighbour"), matter.id)
    assert len(await told(here, "officer", "matters-told-nudged")) == 1
    with pytest.raises(Refused) as mine:
        await service_after.nudge(await here.actor("resident"), matter.id)
    assert mine.value.reason is AfterRefusal.NUDGE_EARLY


async def test_while_it_waits_for_the_reporter_they_answer_first(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await accepted(here, await send_to(here, await make_matter(here), Way.OWN_DESK), "worker")
    worker = await here.actor("worker")
    clock.move(days=NUDGE_DAYS)
    for pause, refusal in ((PauseReason.ANSWER, AfterRefusal.NUDGE_ANSWER), (PauseReason.WEATHER, None)):
        asked = await service_handle.ask(worker, matter.id, await version_of(matter), "哪一户？", pause)
        assert asked.state is MatterState.WAITING
        if refusal is not None:
            with pytest.raises(Refused) as error:
                await service_after.nudge(await here.actor("resident"), matter.id)
            assert error.value.reason is refusal
            await service_handle.resume(worker, matter.id, await version_of(matter))
        else:
            await service_after.nudge(await here.actor("resident"), matter.id)


@pytest.mark.sqlite_only
async def test_the_district_says_how_often_one_may_ask(
    new_client: NewClient, here: Neighbourhood, clock: MovableClock
) -> None:
    matter, resident = await make_matter(here), await here.actor("resident")
    await service_handling.change_handling(Actor(), replace(USUAL, nudge_days=5), "", 0)
    client = await signed(new_client, here, "resident")
    clock.move(days=4)
    with pytest.raises(Refused) as early:
        await service_after.nudge(resident, matter.id)
    assert early.value.args_for_text["days"] == 5
    clock.move(days=1)
    assert "5天可以催一次" in (await client.get(f"/m/{matter.number}")).text
    await service_after.nudge(resident, matter.id)


def test_the_day_counts_not_the_hour(clock: MovableClock) -> None:
    at = clock.now()
    since = nudge_from(at - timedelta(days=9), [at], NUDGE_DAYS)
    assert (local_day(since) - local_day(at)).days == NUDGE_DAYS and since <= at + timedelta(days=NUDGE_DAYS)


async def test_everybody_who_follows_hears_of_a_withdrawal(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await service_report.follow(await here.actor("neighbour"), matter.id)
    await service_report.withdraw(await here.actor("resident"), matter.id, matter.version)
    assert len(await told(here, "neighbour", "matters-told-withdrawn")) == 1
    assert len(await told(here, "worker", "matters-told-withdrawn")) == 1


async def test_the_page_adds_words_and_pictures_and_asks(
    new_client: NewClient, here: Neighbourhood, clock: MovableClock
) -> None:
    matter = await make_matter(here)
    client = await signed(new_client, here, "resident")
    href = f"/m/{matter.number}"
    page = await client.get(href)
    assert f'action="{href}/add"' in page.text and f'action="{href}/nudge"' not in page.text
    form = {"form_id": "n" * 22, "text": "又多了一处"}
    files = [("photos", ("a.jpg", a_photo(), "image/jpeg")), ("photos", ("b.gif", b"GIF89a", "image/gif"))]
    bad = await client.send_form(f"{href}/add", form, files=files)
    assert bad.status_code == 422 and "又多了一处" in bad.text and "第2张" in bad.text and 'value="nnnn' in bad.text
    sent = await client.send_form(f"{href}/add", form)
    assert sent.status_code == 303
    photo = await MatterPhoto.get()
    event = await MatterEvent.get(kind=Step.ADD.value)
    assert event.data["pictures"] == [photo.public_id]
    shown = (await client.get(href)).text
    assert shown.index("又多了一处") < shown.index(f"/photos/{photo.public_id}")
    early = await client.send_form(f"{href}/nudge", {})
    assert early.status_code == 422 and "起可以催" in early.text
    clock.move(days=NUDGE_DAYS)
    client = await signed(new_client, here, "resident")
    assert f'action="{href}/nudge"' in (await client.get(href)).text
    assert (await client.send_form(f"{href}/nudge", {})).status_code == 303
    assert "第1次催" in (await client.get(href)).text
    neighbour = await signed(new_client, here, "neighbour")
    refused = await neighbour.send_form(f"{href}/add", form)
    assert refused.status_code == 403
