"""An open space in browsers: topic, note by two at once, merge by consent, dots, motion, action plan."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import Page, ViewportSize, expect

from linyue.base import clock, session
from linyue.base.settings import Settings
from tests.browser import DESK, Browsers, Visitor
from tests.conftest import MovableClock, opened
from tests.make.meetings import Hall, make_meeting
from tests.servers import LiveServer

TABLET = ViewportSize(width=1024, height=768)
PHONE_OF_THE_CHAIR = ViewportSize(width=390, height=844)
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.fixture
async def hall(settings: Settings, clock: MovableClock) -> tuple[Hall, list[str]]:
    """A running open space at its call, and sessions of its chair and two neighbours."""
    async with opened(settings):
        made = await make_meeting()
        await made.enter()
        tokens = []
        for who in (made.chair, *made.neighbours[:2]):
            assert who.person_id is not None
            is_chair = who is made.chair
            _row, token = await session.begin(who.person_id, is_staff=is_chair, has_second_factor=is_chair)
            tokens.append(token)
        return made, tokens


@pytest.fixture
def server(hall: object, make_live_server: Callable[..., LiveServer]) -> LiveServer:
    return make_live_server(processes=1, worker=False)


async def let_in(browsers: Browsers, server: LiveServer, name: str, token: str, **more: object) -> Visitor:
    visitor = await browsers.visitor(name, server.url, **more)  # type: ignore[arg-type]
    cookie = session.cookie_name(server.settings)
    await visitor.context.add_cookies([{"name": cookie, "value": token, "url": server.url}])
    return visitor


async def press(page: Page, button: str) -> None:
    """A button that leads to a page."""
    async with page.expect_navigation():
        await page.locator(button).first.click()


async def main(page: Page, run: str) -> None:
    """The chair's one main button, which is always in sight; a close is asked about once more."""
    await page.goto(run)
    await in_sight(page)
    await press(page, "button.go-main")
    if await page.locator("[name=sure]").count():
        await in_sight(page)
        await press(page, "button.go-main")


async def in_sight(page: Page) -> None:
    """Nobody has to scroll for the main button, on a tablet or on a phone."""
    for size in (PHONE_OF_THE_CHAIR, TABLET):
        await page.set_viewport_size(size)
        box = await page.locator("button.go-main").first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= size["height"], (page.url, size, box)


async def test_an_open_space_from_topic_to_action_plan(
    hall: tuple[Hall, list[str]], server: LiveServer, browsers: Browsers
) -> None:
    made, tokens = hall
    chair = (await let_in(browsers, server, "chair", tokens[0], size=DESK)).page
    one, two = [(await let_in(browsers, server, f"phone-{n}", tokens[n])).page for n in (1, 2)]
    live, run = f"/live/{made.meeting.join_code}", f"/run/{made.meeting.public_id}"
    for page, text in ((one, "屋顶漏水先修哪几幢"), (two, "楼顶漏水谁来修"), (two, "路灯不亮")):
        await page.goto(f"{live}/topics/new")
        await page.fill("[name=text]", text)
        await press(page, "main form button[type=submit]")
    # One asks that theirs joins the other's; the other author is asked, and agrees.
    await one.goto(live)
    await press(one, "a[href$='/merge']")
    await one.locator("label", has_text="楼顶漏水谁来修").click()
    await press(one, "main form button[type=submit]")
    await two.goto(live)
    await press(two, "form[action*='/merges/'] button")
    await expect(two.locator("[data-region=main]")).to_contain_text("屋顶漏水先修哪几幢")
    # Dots weigh the two topics that are left. Nobody presses anything on the phone, and it follows.
    await expect(two.locator(".flash .banner")).to_have_count(1)
    await main(chair, run)
    await expect(two.locator("h1")).to_have_text("立题")
    await expect(two.locator("#news")).to_be_hidden()
    await expect(two.locator(".flash .banner")).to_have_count(0)
    await press(chair, "form[action$=put-dots] button")
    await main(chair, run)
    await one.goto(f"{live}/ballot")
    await one.select_option("[name=o_a]", "3")
    await one.locator("form button[type=submit]").last.click()
    await press(one, "[data-cast]")
    await main(chair, run)
    await main(chair, run)
    await press(chair, "form[action$=form-group] button")
    await main(chair, run)
    for page in (one, two):
        await page.goto(live)
        await press(page, "form[action$='/join'] button")
    await main(chair, run)
    # Both write the group's note at once, without saving: each sees what the other wrote.
    notes = []
    for page in (one, two):
        await page.goto(live)
        await press(page, "[data-region=main] a[href$='/note']")
        notes.append(page.locator("#f-text"))
    await notes[0].press_sequentially("先修5幢\n")
    await notes[1].press_sequentially("钱从维修资金里问\n")
    for note in notes:
        for line in ("先修5幢", "钱从维修资金里问"):
            await expect(note).to_have_value(re.compile(line))
    # The topic becomes a motion, the motion a vote.
    group = one.url.removesuffix("/note")
    await one.goto(f"{group}/motions/new")
    await one.fill("[name=text]", "8月底前先修5幢的屋顶")
    await press(one, "main form button[type=submit]")
    await main(chair, run)
    await chair.goto(run)
    await expect(chair.locator("[name=text_zh]")).to_have_value("8月底前先修5幢的屋顶")
    await in_sight(chair)
    await press(chair, "button.go-main")
    await main(chair, run)
    for page in (one, two, chair):
        await page.goto(f"{live}/ballot")
        await page.check("input[value=for]", force=True)
        await page.locator("form button[type=submit]").last.click()
        await press(page, "[data-cast]")
    await main(chair, run)
    await main(chair, run)
    await main(chair, run)
    # Who, when and what proof.
    await chair.goto(run)
    await press(chair, "a[href$='/plan']")
    await chair.select_option("[name=question]", index=1)
    await chair.fill("[name=text]", "请三家公司看5幢的屋顶")
    await chair.select_option("[name=owner]", index=1)
    await chair.fill("[name=due]", (clock.local(clock.real_now()) + timedelta(days=20)).date().isoformat())
    await chair.fill("[name=proof]", "三张报价单贴在公告栏")
    await press(chair, "main form button[type=submit]")
    await two.goto(f"/meetings/{made.meeting.public_id}/plan")
    await expect(two.locator("main")).to_contain_text("三张报价单贴在公告栏")
    await press(two, "main a[href^='/m/']")
    await expect(two.locator("main")).to_contain_text("会上提出")
    await two.goto(f"/meetings/{made.meeting.public_id}/wall")
    await expect(two.locator("main")).to_contain_text("钱从维修资金里问")
    for visitor in browsers.visitors:
        await visitor.fits()
