"""Walking through the site as a person does: by the words on buttons, the names of fields, and what stands on the page."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pyotp
from playwright.async_api import Error, Locator, Page, Response, WebSocket, expect

from linyue.base.i18n import t
from tests.browser import Browsers, Visitor
from tests.servers import Site
from tests.story.district import District

WITHIN = 30.0
BODY_WITHIN = 2.0
LATIN = re.compile(r"[A-Za-z]{3,}")
FINGERPRINT = re.compile(r"\d+ · [0-9a-f]{4}(?: [0-9a-f]{4}){3}")
"""A checkpoint as people compare it: figures and letters in every language."""
ADDRESS = re.compile(r"(https?://)?127\.0\.0\.1:\S*|(?<![0-9A-Z])[0-9A-Z]{4} [0-9A-Z]{4}(?![0-9A-Z])")
"""Web addresses and receipts, which may stand close to Chinese signs."""
KNOWN = {"English", "JPG", "PNG", "WebP", "Esc"}
""" Words in Latin letters that stand on Chinese pages."""
CODE = re.compile(r"^SMS to (\S+): .*?(\d{6})", re.MULTILINE)
OVERTAKEN = ("Not attached to an active page", "interrupted by another navigation", "net::ERR_ABORTED")
"""What the browser says when a page without script renewed itself at the moment its reader went on."""
GOES = 5
KINDS_READ = {"document", "fetch", "xhr"}
Heard = list[tuple[float, str, str]]
"""When, where from, and the text of everything a browser was sent."""


@dataclass
class Stage:
    """Where the story plays: the server, the browsers, the people of the district."""

    server: Site
    browsers: Browsers
    district: District
    heard: Heard = field(default_factory=list)
    sent: Heard = field(default_factory=list)
    """The same for what browsers sent over sockets."""
    reads: list["asyncio.Task[None]"] = field(default_factory=list)
    used_codes: set[int] = field(default_factory=set)
    takes_pictures: bool = True

    async def enter(
        self,
        name: str,
        *,
        lang: str = "zh-CN",
        script: bool = True,
        size: dict[str, int] | None = None,
        **more: Any,
    ) -> "Person":
        """A person with a device of their own; `more` goes to the browser context."""
        visitor = await self.browsers.visitor(name, self.server.url, size=size, script=script, locale=lang, **more)
        person = Person(self, visitor, lang, has_script=script)
        visitor.page.on("response", self._read)
        visitor.page.on("websocket", person.listen)
        visitor.page.on("framenavigated", person.moved)
        return person

    def _read(self, response: Response) -> None:
        if response.request.resource_type in KINDS_READ:
            self.reads.append(asyncio.ensure_future(self._body(response)))

    async def _body(self, response: Response) -> None:
        with suppress(Exception):  # a page that was left has no body any more
            self.heard.append((time.monotonic(), response.url, await response.text()))

    async def everything_heard(self) -> Heard:
        """All bodies and frames so far; the body of a page that was left meanwhile may never come."""
        if self.reads:
            _, late = await asyncio.wait(self.reads, timeout=BODY_WITHIN)
            for one in late:
                one.cancel()
        self.reads.clear()
        return list(self.heard)

    async def code_sent_to(self, phone: str) -> str:
        """The newest code in the text messages of the server's output, waiting for it to be printed."""
        masked = f"{phone[:3]}****{phone[-4:]}"

        def newest() -> str:
            found = [m for m in CODE.finditer(self.server.log_text()) if m[1] == masked]
            fresh = [m for m in found if m.start() not in self.used_codes]
            self.used_codes.update(m.start() for m in fresh)
            return fresh[-1][2] if fresh else ""

        return await until(newest, f"a text message to {masked}")


async def until(found: Callable[[], str], what: str) -> str:
    """Poll for something that another process writes. Fails after some seconds."""
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        if value := found():
            return value
        await asyncio.sleep(0.02)
    raise AssertionError(f"never came: {what}")


@dataclass
class Person:
    """One person at one device. Words are looked up by their key in the person's language."""

    stage: Stage
    visitor: Visitor
    lang: str
    has_script: bool = True
    visits: int = 0
    greeted: int = 0
    """On which visit a socket was let in last."""

    def moved(self, _frame: object) -> None:
        """Count the pages that were shown."""
        self.visits += 1

    def listen(self, socket: WebSocket) -> None:
        """Write down what goes over a socket."""
        visit = self.visits

        def keep(told: Heard, frame: str | bytes) -> None:
            text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
            told.append((time.monotonic(), socket.url, text))

        def hear(frame: str | bytes) -> None:
            keep(self.stage.heard, frame)
            if json.loads(frame)["type"] == "hello":
                self.greeted = visit

        socket.on("framereceived", hear)
        socket.on("framesent", lambda frame: keep(self.stage.sent, frame))

    @property
    def page(self) -> Page:
        return self.visitor.page

    def words(self, key: str, **args: object) -> str:
        """A text of the site in this person's language."""
        return t(self.lang, key, **args)

    async def open(self, path: str, status: int = 200) -> None:
        """Go to an address by hand."""
        response = await self._go(lambda: self.page.goto(path))
        assert response.status == status, f"{path}: {response.status}, not {status}"

    async def reload(self) -> None:
        """The same page, anew."""
        await self._go(self.page.reload)

    async def _go(self, go: Callable[[], Awaitable[Response | None]]) -> Response:
        # Without a script a live page renews itself; when that comes first, a person simply goes again.
        for _ in range(1 if self.has_script else GOES):
            try:
                response = await go()
            except Error as error:
                if self.has_script or not any(words in str(error) for words in OVERTAKEN):
                    raise
            else:
                if response is not None:
                    return response
        raise AssertionError(f"{self.visitor.name} never came from {self.page.url} to the next page")

    def control(self, key: str, inside: Locator | None = None, **args: object) -> Locator:
        """The button or link with these words on it."""
        where = inside or self.page.locator("body")
        found = where.locator("button, a, summary, [role=button]")
        return found.filter(has_text=self.words(key, **args)).locator("visible=true")

    async def press(self, key: str, inside: Locator | None = None, **args: object) -> None:
        """Press the button or link with these words and come to the next page."""
        await self.go_by(self.control(key, inside, **args).first)

    async def go_by(self, control: Locator) -> None:
        """Press something that leads to another page, and wait until it is there."""
        await expect(control).to_be_visible()
        async with self.page.expect_navigation(wait_until="load"):
            await control.click()

    async def unfold(self, key: str, inside: Locator | None = None, **args: object) -> Locator:
        """Open a folded part and give it back."""
        where = inside or self.page.locator("body")
        summary = where.locator("summary").filter(has_text=self.words(key, **args)).first
        part = summary.locator("xpath=..")
        if await part.get_attribute("open") is None:
            await summary.click()
        return part

    async def fill(self, name: str, value: str, inside: Locator | None = None) -> None:
        """Write into the field with this name."""
        await (inside or self.page.locator("body")).locator(f"[name={name}]:visible").first.fill(value)

    async def sees(self, key: str, **args: object) -> None:
        """These words are on the page, now or in a moment."""
        await self.reads_text(self.words(key, **args))

    async def reads_text(self, text: str) -> None:
        """This text is on the page, now or in a moment."""
        plain = re.sub(r"[\u2068\u2069]", "", text)
        await expect(self.page.locator("body")).to_contain_text(plain, timeout=WITHIN * 1000, use_inner_text=True)

    async def is_connected(self) -> None:
        """Where there is a script: the socket of the page that is shown has been let in."""
        if self.has_script:
            await until(lambda: "yes" if self.greeted == self.visits else "", "the socket's hello")

    async def does_not_read(self, text: str) -> None:
        """This text is not on the page."""
        await expect(self.page.locator("body")).not_to_contain_text(text, use_inner_text=True)

    async def shot(self, label: str) -> None:
        """A picture of the whole page, which neither scrolls sideways nor speaks another language than its reader."""
        await self.visitor.fits()
        text = await self.page.locator("body").inner_text()
        if self.lang == "zh-CN":
            foreign = set(LATIN.findall(ADDRESS.sub("", FINGERPRINT.sub("", text)))) - KNOWN
            assert not foreign, f"{self.page.url}: {foreign}"
        if self.stage.takes_pictures:
            await self.visitor.shot(label)

    async def sign_in(self, phone: str, *, next_path: str = "/") -> None:
        """Telephone, code from the text message, and the privacy notice where it is asked."""
        await self.open(f"/sign-in?next={next_path}")
        await self.fill("phone", phone)
        await self.press("people-sign-in-send")
        await self.fill("code", await self.stage.code_sent_to(phone))
        await self.press("common-continue")

    async def show_second_factor(self) -> None:
        """Set up the authenticator app from the secret on the page, and show its first code."""
        secret = (await self.page.locator("p.code").inner_text()).replace(" ", "")
        await self.fill("code", pyotp.TOTP(secret).now())
        await self.press("common-continue")

    async def follow_demo_clock(self, by: str) -> None:
        """Move the district's clock with the bar of the demo: hour, day or deadline."""
        bar = self.page.locator("details.demo")
        if await bar.get_attribute("open") is None:
            await bar.locator("summary").click()
        await self.press(f"common-demo-{by}", bar)

    async def main_text(self) -> str:
        """What stands in the main part, as a person reads it."""
        return await self.page.locator("main").inner_text()
