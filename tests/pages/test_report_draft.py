"""A half-written report: photos that were sent come back with its words, and one caller's words never meet the next."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser import Browsers
from tests.pages.house import House


def a_photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.sqlite_only
async def test_photos_survive_a_reload_and_a_new_caller_begins_with_nothing(house: House, browsers: Browsers) -> None:
    resident = await browsers.visitor("owner", house.server.url)
    await house.let_in(resident.context, "owner")
    page = resident.page
    await page.goto("/report")
    await page.locator("a[href*='/report/what?place=']").first.click()
    what = page.url
    await page.fill("[name=title]", "楼道灯不亮")
    await page.set_input_files("[name=photos]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
    await page.locator("form[data-draft] button[type=submit]").click()
    await expect(page.locator("img[src*='/report/photos/']")).to_have_count(1)
    await page.goto(what)
    await expect(page.locator("[name=title]")).to_have_value("楼道灯不亮")
    await page.locator("form[data-draft] button[type=submit]").click()
    await expect(page.locator("img[src*='/report/photos/']")).to_have_count(1)
    desk = await browsers.visitor("social_worker", house.server.url)
    await house.let_in(desk.context, "social_worker")
    place = what.split("place=")[1]
    await desk.page.goto(f"/desk/report/what?place={place}")
    await desk.page.fill("[name=title]", "甲说的话")
    await desk.page.reload()
    await expect(desk.page.locator("[name=title]")).to_have_value("甲说的话")
    await desk.page.locator("a[href='/desk/report?again=1']").click()
    await desk.page.goto(f"/desk/report/what?place={place}")
    await expect(desk.page.locator("[name=title]")).to_have_value("甲说的话")
    await desk.page.goto("/desk/report")
    await desk.page.goto(f"/desk/report/what?place={place}")
    await expect(desk.page.locator("[name=title]")).to_have_value("")
