"""Each page × {light, dark, care, high contrast} × {360, 768, 1280}, and in English: nothing for axe to say, nothing too wide,
nothing too small to tap, nothing hidden under a bar, no policy report, no script error, no link that leads nowhere.

A page is loaded once; then the attributes on <html> and the size of the window change, which is all that the settings do.
axe sees the whole page at once (a window as high as the page), so that a bar at the foot covers nothing while it measures;
whether bars cover what has the focus is asked by itself, in a window of a telephone's size.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import httpx2
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

from tests.browser import AXE_RULES, Browsers, Visitor, draw
from tests.pages.house import House
from tests.pages.visits import VISITS, Visit
from tests.pages.weight import Weight
from tests.servers import ARTEFACTS

MEASURE = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")
LOOKS = {
    "light": ("light", "normal"),
    "dark": ("dark", "normal"),
    "care": ("light", "care"),
    "contrast": ("contrast", "normal"),
}
LOOKS_OF = {"zh-CN": tuple(LOOKS), "en": ("light", "care")}
"""Colours do not depend on the language, but longer words need more room, most of all in care mode."""
COLOURED = ("dark", "contrast")
"""Looks that differ from light in colours and edges alone: of axe's rules, only those about colours can say something new.
Those are asked on every page in the first look and width, and in each other about elements whose colours, together with the
marks of what they stand in, have not been asked about yet, on this page or one before.
"""
TONES: set[float] = set()
"""What has been asked about colours on pages before, by this process."""
KNOW = "tones => measure.know(tones)"
WIDTHS = {360: 780, 768: 1024, 1280: 800}
WIDTHS_OF = {"zh-CN": tuple(WIDTHS), "en": (360, 1280)}
"""The layouts are the same in both languages; longer words are tightest on the phone and in the columns of a desk."""
PICTURES = ARTEFACTS / "pages"
HIGHEST = 30_000
PARTS = 8
"""So many tests share the pages of a language, so that processes can share the tests."""
AT_ONCE = 1 if "PYTEST_XDIST_WORKER" in os.environ else 2


@dataclass
class Report:
    """What was found, and which addresses the pages lead to."""

    faults: list[str] = field(default_factory=list)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Address -> a page it stands on and who was there."""


@pytest.mark.sqlite_only
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("part", range(PARTS))
async def test_every_page_in_every_look(house: House, browsers: Browsers, lang: str, part: int) -> None:
    report, todo = Report(), [v for v in VISITS if lang == "zh-CN" or not v.is_rare][part::PARTS]
    queue = list(reversed(todo))

    async def work() -> None:
        while queue:
            await look_at(house, browsers, queue.pop(), lang, report, WIDTHS_OF[lang], LOOKS_OF[lang])

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    if lang == "zh-CN":
        report.faults += await dead_links(house, report)
    assert not report.faults, f"{len(report.faults)} faults:\n" + "\n".join(report.faults)


async def look_at(
    house: House,
    browsers: Browsers,
    visit: Visit,
    lang: str,
    report: Report,
    widths: Sequence[int] = tuple(WIDTHS),
    looks: Sequence[str] = tuple(LOOKS),
) -> None:
    """One page in all looks and sizes."""
    visitor: Visitor | None = None
    found: list[str] = []
    try:
        address, who = house.address(visit)
        visitor = await browsers.visitor(visit.name, house.server.url, locale=lang, reduced_motion="reduce")
        await house.let_in(visitor.context, who)
        weight = Weight(visitor.page)
        found += await open_page(house, visitor.page, visit, address)
        found += await weight.faults()
        await visitor.page.evaluate(AXE_SCRIPT)
        await visitor.page.evaluate(MEASURE)
        if lang != "zh-CN":  # other words have the same colours
            await visitor.page.evaluate(KNOW, list(TONES))
        for link in await visitor.page.evaluate("measure.links()"):
            report.links.setdefault(link, (visit.name, who))
        found += await visitor.page.evaluate("measure.outline()")
        found += await largest_text_fits(visitor.page)
        found += await focus_is_seen(visitor.page)
        for width in widths:
            found += await in_all_looks(visitor.page, visit, width, looks, lang)
        TONES.update(await visitor.page.evaluate("measure.seen()"))
    except Exception as error:  # the other pages are still to be looked at
        found.append(f"{type(error).__name__}: {str(error)[:600]}")
    if visitor is not None:
        found += visitor.faults
        visitor.faults.clear()
        browsers.visitors.remove(visitor)
        await visitor.context.close()
    report.faults += [f"{visit.name} [{lang}] {line}" for line in dict.fromkeys(found)]


async def open_page(house: House, page: Page, visit: Visit, address: str) -> list[str]:
    """Go there, as the visit says."""
    found = []
    if not ("{draft}" in visit.route or "{upload}" in visit.route):  # the act leads there
        answer = await page.goto(address)
        if (
            answer is None
            or answer.status != visit.status
            or (visit.act is None and not unquote(page.url).endswith(address))
        ):
            found.append(f"{answer and answer.status} at {page.url} instead of {visit.status} at {address}")
    if visit.act is not None:
        await visit.act(page, house.server)
    return found


async def largest_text_fits(page: Page) -> list[str]:
    """The smallest telephone with the largest letters; staff pages and the wall are not made for it."""
    if await page.evaluate("document.body.matches('.desk') || document.querySelector('.screen') !== null"):
        return []
    await page.set_viewport_size({"width": 320, "height": 640})
    found = [f"320 px, largest text: {line}" for line in await page.evaluate("measure.largest(), measure.fits()")]
    await page.evaluate("measure.usual()")
    return found


async def focus_is_seen(page: Page) -> list[str]:
    """On a telephone, no bar covers what has the focus."""
    found = []
    await page.set_viewport_size({"width": 360, "height": 780})
    for look in ("light", "care"):
        found += [
            f"{look}: {line}"
            for line in await page.evaluate(f"measure.dress(...{json.dumps(LOOKS[look])}), measure.hiddenFocus()")
        ]
    return found


async def in_all_looks(page: Page, visit: Visit, width: int, looks: Sequence[str], lang: str) -> list[str]:
    """Everything about one width; the window is made as high as the page.

    In English the words are others, not their marks: axe reads each page once, and sizes are measured in every look.
    """
    found, height = [], WIDTHS[width]
    await page.set_viewport_size({"width": width, "height": height})
    high = await page.evaluate(f"measure.highest({json.dumps(list(LOOKS.values()))})")
    await page.set_viewport_size({"width": width, "height": max(height, min(high, HIGHEST))})
    for look in looks:
        is_first = (look, width) == ("light", 360)
        is_asked = lang == "zh-CN" or is_first
        asked = [None if look in COLOURED or not is_asked else AXE_RULES, is_asked]
        lines = await page.evaluate(f"measure.all(...{json.dumps([*LOOKS[look], *asked])})")
        found += [f"{look} {width}: {line}" for line in lines]
        if is_first:
            await page.evaluate(KNOW, list(TONES))
        if lang == "zh-CN" and await is_wanted(page, visit, look, width):
            PICTURES.mkdir(parents=True, exist_ok=True)
            await draw(page, PICTURES / f"{visit.name}-{width}-{look}.png")
    return found


async def is_wanted(page: Page, visit: Visit, look: str, width: int) -> bool:
    """Pictures for people: each page on a phone, the main ones in care mode too, staff pages on a desk."""
    if width == 360:
        return look == "light" or (look == "care" and not visit.is_rare)
    if width == 1280 and look == "light":
        return bool(await page.evaluate("document.body.matches('.desk') || !!document.querySelector('.screen')"))
    return False


async def dead_links(house: House, report: Report) -> list[str]:
    """Links that lead to no page."""
    faults = []
    cookie = "sid"
    async with httpx2.AsyncClient(timeout=20) as client:
        for link, (where, who) in report.links.items():
            if where.endswith(("404", "403", "check", "empty")) or link.endswith("#main"):  # back to themselves
                continue
            client.cookies.clear()
            headers = {"connection": "close"} | ({"cookie": f"{cookie}={house.tokens[who]}"} if who else {})
            answer = await client.get(link.split("#")[0], headers=headers)
            if answer.status_code >= 400:
                faults.append(f"{where} ({who or 'nobody'}) leads to {link}: {answer.status_code}")
    return faults


NAMELESS = """<!doctype html><html lang="en" data-theme="light" data-mode="normal"><head><title>A page</title>
<style>html:not([data-mode=care]) button { display: none } button { min-width: 80px; min-height: 80px }</style></head>
<body><main><h1>A page</h1><button></button></main></body></html>"""


@pytest.mark.sqlite_only
async def test_what_shows_in_one_look_only_is_asked_about_there(browsers: Browsers, house: House) -> None:
    """The rules are asked anew when other elements show, although the page says the same."""
    visitor = await browsers.visitor("nameless", house.server.url)
    await visitor.page.set_content(NAMELESS)
    await visitor.page.evaluate(AXE_SCRIPT)
    await visitor.page.evaluate(MEASURE)
    said = {}
    for name in ("light", "contrast", "care", "dark"):
        lines = await visitor.page.evaluate(f"measure.all(...{json.dumps([*LOOKS[name], AXE_RULES, True])})")
        said[name] = [line for line in lines if line.startswith("axe button-name")]
    assert [name for name, lines in said.items() if lines] == ["care"]
