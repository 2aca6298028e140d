"""One kind of meeting on a phone, from its choice to a published result and the next stage, by what a council member sees."""

from datetime import timedelta

import pytest
from playwright.async_api import Page

from linyue.base import clock
from tests.browser import Browsers
from tests.pages.house import House
from tests.pages.visits import Visit

MEETING = "SELECT m.public_id FROM meetings m JOIN procedure_steps s ON s.meeting_id = m.id ORDER BY s.id DESC"
QUESTION = "SELECT public_id FROM questions ORDER BY id DESC"


@pytest.fixture
def visits() -> list[Visit]:
    """The council member who does everything."""
    return [Visit("/procedures/new", "chair")]


async def press(page: Page, button: str) -> None:
    """A button that leads to a page without refusals."""
    async with page.expect_navigation():
        await page.locator(button).first.click()
    assert await page.locator(".errors").count() == 0, await page.locator("main").inner_text()


async def cast(page: Page, question: str) -> None:
    """Vote for, and be asked once more."""
    await page.goto(f"/q/{question}/ballot")
    await page.check("input[value=for]", force=True)
    await page.locator("form button[type=submit]").click()
    async with page.expect_navigation():
        await page.locator("[data-cast]").click()


@pytest.mark.sqlite_only
async def test_an_urgent_meeting_on_a_phone(house: House, browsers: Browsers, visits: list[Visit]) -> None:
    _address, who = house.address(visits[0])
    chair = await browsers.visitor("chair", house.server.url, size={"width": 360, "height": 780})
    await house.let_in(chair.context, who)
    page = chair.page
    await page.goto("/kinds/urgent")
    await press(page, "a.btn.main")
    await page.select_option("[name=place_id]", label="桂语新苑")
    await page.fill("[name=title]", "三号楼外墙掉砖")
    await press(page, "form[action$=new] button")
    at = page.url.split("?")[0]
    await page.fill("#paper-alarm", "三号楼东墙掉了两块砖，下面有人走。")
    await press(page, "form[action$=alarm] button")
    await press(page, "form[action$=go-on] button")
    soon = clock.local(clock.now() + timedelta(minutes=20))
    await page.fill("[name=day]", soon.date().isoformat())
    await page.fill("[name=time]", soon.strftime("%H:%M"))
    await page.fill("[name=venue]", "三号楼下")
    await chair.fits()
    await press(page, "form[action$=sitting] button")
    await page.locator("#add summary").click()
    await page.fill("[name=new_title]", "住户说一说")
    await press(page, "#add form button")
    assert "住户说一说" in await page.locator("#agenda").inner_text()
    await chair.fits()
    await page.select_option("[name=person]", index=3)
    await page.select_option("[name=office]", "recorder")
    await press(page, "form[action$='/offices'] button")
    await press(page, "form[action$=announce] button")
    run, put = f"/run/{house.query(MEETING)['public_id']}", ""
    for _ in range(14):
        await page.goto(run)
        if not await page.locator("button.go-main").count():
            break
        if await page.locator("[name=text_zh]").count():
            await page.fill("[name=text_zh]", "先围起来，请人今天来看？")
        if await page.locator("form[action$=close-question]").count() and not put:
            put = house.query(QUESTION)["public_id"]
            await cast(page, put)
            await page.goto(run)
        await press(page, "button.go-main")
        if await page.locator("[name=sure]").count():
            await press(page, "button.go-main")
    await page.goto(f"/q/{put}")
    assert "通过" in await page.locator("main").inner_text()
    await page.goto(at)
    await press(page, "form[action$=go-on] button")
    assert "动手" in await page.locator("#now").inner_text()
