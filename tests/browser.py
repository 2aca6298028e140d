"""Chromium for the tests: pages on a real port, where any policy report, script error or failed request of ours fails the test."""

import os
import re
import subprocess
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, async_playwright, expect
from playwright.async_api import Error as BrowserError

from setup.environment import packaged_chromium, system_chromium

ALWAYS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PACKAGED_ONLY = ["--headless=shell", "--no-zygote", "--in-process-gpu"]
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 800}
SCREEN = {"width": 1920, "height": 1080}
PATIENCE = 30
"""Seconds until something that should be on a page is missed: a bound for busy machines, never a wait."""
expect.set_options(timeout=PATIENCE * 1000)
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class Chromium:
    """Which browser to start, and how."""

    path: Path
    args: list[str]
    env: dict[str, str]


def find_chromium() -> Chromium:
    """The system's Chromium, else the unpacked one. Never skips: without a browser the tests fail and say what to install."""
    found = system_chromium()
    if found:
        return Chromium(found, ALWAYS, {})
    packaged = packaged_chromium()
    if not packaged.exists():
        raise AssertionError(
            "no browser for the tests: install the package chromium, or run `make test` once to unpack one"
        )
    env: dict[str, str] = {}
    listing = subprocess.run(["ldd", str(packaged)], check=False, capture_output=True, text=True).stdout
    if "not found" in listing:
        env["LD_LIBRARY_PATH"] = str(packaged.parent / "lib")
    if not Path("/etc/fonts/fonts.conf").exists():
        env["FONTCONFIG_PATH"] = str(packaged.parent)
    return Chromium(packaged, ALWAYS + PACKAGED_ONLY, env)


async def draw(page: Page, path: Path, *, full: bool = False) -> None:
    """A picture for people to look at. It asserts nothing: one that Chromium does not manage to draw is named, not a failure.

    On a busy machine Chromium's compositor now and then never hands out a frame of a window as high as a long page; asked
    again it does. Whether the page itself still answers is seen by whatever is asked of it next.
    """
    for patience in (PATIENCE, PATIENCE * 2):
        try:
            await page.screenshot(path=path, full_page=full, timeout=patience * 1000)
            return
        except BrowserError as error:
            reason = str(error).splitlines()[0]
    warnings.warn(f"no picture {path.name}: {reason}", stacklevel=2)


@dataclass
class Visitor:
    """One person at one device: a browser context whose faults are collected."""

    name: str
    context: BrowserContext
    page: Page
    folder: Path
    faults: list[str] = field(default_factory=list)
    _shots: int = 0

    def watch(self, page: Page) -> None:
        """Collect what must not happen on a page of ours."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: script error: {error}"))
        page.on(
            "response",
            lambda r: self.faults.append(f"{r.status} {r.request.method} {r.url}") if r.status >= 500 else None,
        )

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        # A refused form is an answer in words (422), and a cut network is what some tests are about.
        if message.type == "error" and not re.search(r"status of 4\d\d|net::ERR_|WebSocket connection to", text):
            self.faults.append(f"{self.page.url}: console: {text}")

    async def shot(self, label: str, *, full: bool = True) -> Path:
        """A picture for people to look at."""
        self._shots += 1
        path = self.folder / f"{self.name}-{self._shots:02d}-{label}.png"
        await draw(self.page, path, full=full)
        return path

    async def check_access(self, page: Page | None = None) -> None:
        """axe finds nothing to say about this page."""
        where = page or self.page
        result = await Axe().run(where, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        found = [
            f"{where.url}: {v['id']} ({v['impact']}): " + "; ".join(str(n["target"]) for n in v["nodes"][:4])
            for v in result.response["violations"]
        ]
        assert not found, "\n".join(found)

    async def fits(self) -> None:
        """Nothing makes the page scroll sideways."""
        over = await self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{self.page.url} is {over} px too wide at {self.page.viewport_size}"


@dataclass
class Browsers:
    """Makes visitors and, at the end of the test, lists everything that went wrong on their pages."""

    browser: Browser
    folder: Path
    visitors: list[Visitor] = field(default_factory=list)

    async def visitor(
        self, name: str, url: str, *, size: dict[str, int] | None = None, script: bool = True, **more: Any
    ) -> Visitor:
        """A new person with an empty cookie jar, on a phone unless `size` says otherwise, speaking Chinese unless `locale` does."""
        options: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **more}
        chosen = size or PHONE
        viewport = ViewportSize(width=chosen["width"], height=chosen["height"])
        context = await self.browser.new_context(
            base_url=url,
            viewport=viewport,
            java_script_enabled=script,
            has_touch=size is None,
            **options,
        )
        context.set_default_timeout(PATIENCE * 1000)
        visitor = Visitor(name, context, await context.new_page(), self.folder)
        visitor.watch(visitor.page)
        context.on("page", visitor.watch)
        self.visitors.append(visitor)
        return visitor

    def faults(self) -> list[str]:
        return [f"{v.name}: {fault}" for v in self.visitors for fault in v.faults]


@pytest.fixture
async def browsers(artefacts: Path) -> AsyncIterator[Browsers]:
    """Chromium. A policy report shows in the console, so it fails the test like any other fault."""
    chromium = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.path, args=chromium.args, env={**os.environ, **chromium.env}
        )
        made = Browsers(browser, artefacts)
        yield made
        for number, visitor in enumerate(made.visitors):
            if visitor.page and not visitor.page.is_closed():
                await draw(visitor.page, artefacts / f"last-{number}-{visitor.name}.png")
        await browser.close()
    assert not made.faults(), "\n".join(made.faults())
