"""Paper: what is printed fits on its sheet, and nothing is cut in two."""

import math
import re

import pytest

from tests.browser import Browsers, Visitor
from tests.pages.house import House
from tests.pages.visits import VISITS

SLIPS_ON_A_SHEET = 8


def test_each_printed_page_is_on_the_list() -> None:
    pages = {"meetings-public_id-notice", "m-number-done", "desk-unit-codes-sheet", "meetings-public_id-minutes"}
    assert pages <= {v.name for v in VISITS}


async def printed(house: House, browsers: Browsers, name: str, lang: str) -> tuple[Visitor, int]:
    """Open a page, print it on A4, keep the paper with the pictures; returns how many sheets it took."""
    visit = next(v for v in VISITS if v.name == name)
    address, who = house.address(visit)
    visitor = await browsers.visitor(f"{name}-{lang}", house.server.url, locale=lang)
    await house.let_in(visitor.context, who)
    await visitor.page.goto(address)
    paper = await visitor.page.pdf(format="A4", prefer_css_page_size=True)
    (visitor.folder / f"{name}-{lang}.pdf").write_bytes(paper)
    return visitor, len(re.findall(rb"/Type\s*/Page\b", paper))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_notice_and_slips_fit(house: House, browsers: Browsers, lang: str) -> None:
    assert (await printed(house, browsers, "meetings-public_id-notice", lang))[1] == 1
    assert (await printed(house, browsers, "m-number-done", lang))[1] == 1
    visitor, sheets = await printed(house, browsers, "desk-unit-codes-sheet", lang)
    slips = await visitor.page.locator(".slip").count()
    assert slips > SLIPS_ON_A_SHEET
    assert sheets <= math.ceil(slips / SLIPS_ON_A_SHEET)


@pytest.mark.sqlite_only
async def test_paper_shows_no_buttons(house: House, browsers: Browsers) -> None:
    visitor, _ = await printed(house, browsers, "meetings-public_id-notice", "zh-CN")
    await visitor.page.emulate_media(media="print")
    for part in (".top", ".tabs", ".foot", "main button", ".help"):
        assert not await visitor.page.locator(part).first.is_visible(), part
    assert await visitor.page.locator(".notice-head").is_visible()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_minutes_print_with_numbered_sheets_a_seal_and_lines_to_sign(
    house: House, browsers: Browsers, lang: str
) -> None:
    visitor, sheets = await printed(house, browsers, "meetings-public_id-minutes", lang)
    assert 2 <= sheets <= 6
    await visitor.page.emulate_media(media="print")
    for part in (".notice-head", ".seal-here", ".sign-line", ".hash", "img.qr"):
        assert await visitor.page.locator(part).first.is_visible(), part
    for part in (".top", ".tabs", ".foot", "main .btn"):
        assert not await visitor.page.locator(part).first.is_visible(), part
