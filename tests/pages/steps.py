"""What is pressed on a page to see the page behind its form."""

import re
from itertools import count
from urllib.parse import urlsplit

from playwright.async_api import Page

from linyue.base import clock
from tests.servers import LiveServer

CODE = re.compile(r"SMS to .*?(\d{6})")
_numbers = count(13900000100)


async def send(page: Page, form: str = "main form") -> None:
    """Press the main button of a form and wait for the page behind it."""
    async with page.expect_navigation():
        await page.locator(f"{form} button[type=submit]").first.click()


async def without_browser_checks(page: Page) -> None:
    """Let the server answer: the browser's own checks would stop a wrong form."""
    await page.evaluate("for (const form of document.forms) form.noValidate = true")


async def sign_in_with_half_a_number(page: Page, _server: LiveServer) -> None:
    await page.fill("#f-phone", "1390")
    await without_browser_checks(page)
    await send(page)


async def ask_for_a_code(page: Page, _server: LiveServer) -> None:
    """Sign in as far as the code."""
    await page.goto("/sign-in")
    await page.fill("#f-phone", str(next(_numbers)))  # one number gets one code a minute
    await send(page)


async def prove_a_new_number(page: Page, server: LiveServer) -> None:
    """Sign in as far as the welcome of a newcomer; the code stands in the server's console."""
    await ask_for_a_code(page, server)
    await page.fill("#f-code", CODE.findall(server.log_text())[-1])
    await send(page)


async def track_wrongly(page: Page, _server: LiveServer) -> None:
    await page.fill("#f-number", "2026-9999")
    await page.fill("#f-tail", "0000")
    await send(page)


async def join_wrongly(page: Page, _server: LiveServer) -> None:
    await page.fill("#f-code", "000000")
    await send(page)


async def report_nothing(page: Page, _server: LiveServer) -> None:
    await without_browser_checks(page)
    await send(page, "main form[enctype]")


async def report_a_leak(page: Page, _server: LiveServer) -> None:
    await page.fill("[name=title]", "5幢屋顶漏水，下雨就滴到楼道")
    await page.fill("[name=text]", "昨天半夜开始漏，楼道电线旁边都是水，怕触电。")
    await send(page, "main form[enctype]")


async def upload_places(page: Page, _server: LiveServer) -> None:
    """The template goes in as it came out."""
    await _upload(page, "/admin/places")


async def upload_roll(page: Page, _server: LiveServer) -> None:
    await _upload(page, "/admin/rolls")


async def upload_list(page: Page, _server: LiveServer) -> None:
    """The template of household delegates, whose home is not one of these."""
    await page.goto("/desk/bodies")
    await page.locator("main a[href$='/households']").first.click()
    await _upload(page, urlsplit(page.url).path)


async def upload_batch(page: Page, _server: LiveServer) -> None:
    await _upload(page, "/desk/batch")


async def upload_catalogue(page: Page, _server: LiveServer) -> None:
    """A draft's own items go in again with other minutes."""
    await page.goto("/admin/catalogue")
    await page.locator("a[href*='/drafts/']", has_text="独生子女").first.click()
    here = page.url
    items = await (await page.request.get(f"{here}/files/items.csv")).body()
    await page.goto(f"{here}/import")
    changed = items.replace(b",40,", b",45,", 3)
    await page.set_input_files("#f-file", {"name": "items.csv", "mimeType": "text/csv", "buffer": changed})
    await send(page, "main form[enctype]")


async def upload_year(page: Page, _server: LiveServer) -> None:
    """The arrangement of the next year, as the State Council might publish it."""
    year = clock.local(clock.now()).year + 1
    off = ["01-01", "01-02", "05-01", "05-02", "05-03", "10-01", "10-02", "10-03", "10-04"]
    lines = [f"{year}-{day},休息,{'元旦' if day < '02' else '劳动节' if day < '06' else '国庆节'}" for day in off]
    await page.goto(f"/admin/calendar/{year}/import")
    text = "\n".join(["日期,怎么算,原因", *lines]).encode()
    await page.set_input_files("#f-file", {"name": "year.csv", "mimeType": "text/csv", "buffer": text})
    await send(page, "main form[enctype]")


async def _upload(page: Page, address: str) -> None:
    template = await page.request.get(f"{address}/template.csv")
    await page.goto(address)
    await page.set_input_files("#f-file", {"name": "rows.csv", "mimeType": "text/csv", "buffer": await template.body()})
    await send(page)


async def choose_at_the_desk(page: Page, _server: LiveServer) -> None:
    """Choose, and be asked to read it back."""
    await page.check("input[value=against]", force=True)
    await send(page)
