"""A confirmed ballot whose answer does not come: kept for its voter and nobody else, sent again, never behind their back."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from linyue.base import session
from linyue.base.i18n import t
from linyue.base.settings import Settings
from linyue.questions.model import Ballot
from linyue.questions.rules import QuestionState
from tests.browser import Browsers, Visitor
from tests.conftest import MovableClock, opened
from tests.make.rounds import make_round
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
# Ten seconds without an answer are over at once, and nothing is sent again before the test says so.
HASTE = """
const later = window.setTimeout;
window.setTimeout = (work, pause, ...more) => later(work, pause === 10000 && !window.isPatient ? 20 : pause, ...more);
window.setInterval = () => 0;
"""
KEPT = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('ballot:')).map(([key, text]) => [key, JSON.parse(text)])"
WAKE = "window.dispatchEvent(new Event('online')); document.dispatchEvent(new Event('visibilitychange'))"


@dataclass(frozen=True)
class Home:
    """An open question behind a running server, and the sessions of two on its roll who share a phone."""

    server: LiveServer
    question: str
    question_id: int
    people: tuple[int, int]
    tokens: tuple[str, str]


@pytest.fixture
async def home(settings: Settings, clock: MovableClock, make_live_server: Callable[..., LiveServer]) -> Home:
    async with opened(settings):
        clock.move(days=-4)
        made = await make_round(question=QuestionState.OPEN)
        ids = [one.person_id for one in made.hall.neighbours[:2] if one.person_id is not None]
        tokens = [(await session.begin(one, is_staff=False))[1] for one in ids]
    people, keys = (ids[0], ids[1]), (tokens[0], tokens[1])
    return Home(make_live_server(worker=False), made.question.public_id, made.question.id, people, keys)


class Net:
    """The way to the server, as the test wants it. `casts` and `posts`: what was sent over each."""

    def __init__(self) -> None:
        self.posts: list[dict[str, str]] = []
        self.casts: list[str] = []
        self.lines: list[WebSocketRoute] = []
        self.greeted = asyncio.Event()
        self.posted = asyncio.Condition()
        self.hangs = True
        self.has_socket = False

    async def post(self, route: Route) -> None:
        """A ballot by POST: never answered while the net hangs."""
        if route.request.method == "POST":
            async with self.posted:
                self.posts.append(dict(re.findall(r"(\w+)=([^&]*)", route.request.post_data or "")))
                self.posted.notify_all()
            if self.hangs:
                return
        await route.continue_()

    async def until_posts(self, count: int) -> None:
        """Wait until so many were sent by POST."""
        async with asyncio.timeout(30), self.posted:
            await self.posted.wait_for(lambda: len(self.posts) >= count)

    def line(self, line: WebSocketRoute) -> None:
        """A room whose server is there and cannot record."""
        self.lines.append(line)
        if not self.has_socket:
            return

        def hear(text: str | bytes) -> None:
            told = json.loads(text)
            if told["type"] == "hello":
                line.send(json.dumps({"type": "hello", "version": 0, "data": {}}))
                self.greeted.set()
            elif told["type"] == "cast":
                self.casts.append(told["data"]["client_id"])
                reason = "questions-refused-cannot-record"
                data = {"about": "cast", "client_id": told["data"]["client_id"], "reason": reason}
                line.send(json.dumps({"type": "refused", "version": 0, "data": data}))

        line.on_message(hear)


async def be(one: Visitor, home: Home, who: int) -> None:
    """The phone is signed in as this one of the two."""
    await one.context.add_cookies([{"name": "sid", "value": home.tokens[who], "url": home.server.url}])


async def choose(page: Page, value: str) -> None:
    await page.locator(f"#o-choice-{value}").check()
    await page.locator(".act button").click()
    await page.locator("[data-cast]").click()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_a_ballot_that_waits_is_its_voters_own(home: Home, browsers: Browsers, lang: str) -> None:
    one, net = await browsers.visitor("family", home.server.url, locale=lang), Net()
    page, ballot = one.page, f"/q/{home.question}/ballot"
    await page.add_init_script(HASTE)
    await one.context.route(f"**{ballot}", net.post)
    await one.context.route_web_socket("**/socket", net.line)
    await be(one, home, 0)
    sheet, note = page.locator("#sure"), page.locator(".act [data-cast-status]")

    # Thought again while nobody knows whether it arrived: the page says so, and sends no more.
    await page.goto(ballot)
    await choose(page, "for")
    await expect(sheet.locator("[data-cast-status]")).to_have_text(t(lang, "rounds-ballot-kept"))
    [[key, kept]] = await page.evaluate(KEPT)
    assert re.fullmatch(rf"ballot:{home.question}:[0-9a-f]{{16}}", key) and kept["choice"] == "for"
    await page.locator("#sure [data-close]").click()
    await expect(note).to_have_text(t(lang, "questions-cast-stopped"))
    await expect(page.locator("#cast-look a")).to_be_visible()
    await one.shot("stopped")
    await one.fits()
    await one.check_access()
    sent = len(net.posts)
    await page.evaluate(WAKE)
    assert await page.evaluate(KEPT) == []
    # Offline nothing can have left the phone.
    await one.context.set_offline(True)
    await choose(page, "for")
    await expect(sheet.locator("[data-cast-status]")).to_have_text(t(lang, "rounds-ballot-kept"))
    await page.locator("#sure [data-close]").click()
    await expect(note).to_have_text(t(lang, "questions-cast-dropped"))
    await one.shot("dropped")
    await one.context.set_offline(False)
    offline = len(net.posts)

    # Another choice is another send; it is sent again with its own id, and a page that is loaded anew asks first.
    await choose(page, "against")
    await expect(sheet.locator("[data-cast-status]")).to_have_text(t(lang, "rounds-ballot-kept"))
    await page.evaluate(WAKE)
    await net.until_posts(offline + 2)
    await expect(page.locator("[data-cast][aria-busy]")).to_have_count(0)
    tries = net.posts[offline:]
    assert {one["client_id"] for one in tries} != {net.posts[sent - 1]["client_id"]}
    assert len({one["client_id"] for one in tries}) == 1 and {one["choice"] for one in tries} == {"against"}
    net.hangs = False
    before = len(net.posts)
    await page.reload()
    await expect(sheet).to_be_visible()
    await expect(sheet.locator("[data-cast-status]")).to_have_text(t(lang, "questions-cast-waiting"))
    await expect(sheet.locator("[data-choice-word]")).to_have_text(t(lang, "questions-choice-against"))
    await one.shot("waiting", full=False)
    await one.check_access()
    await page.evaluate(WAKE)
    await page.keyboard.press("Escape")
    await expect(note).to_have_text(t(lang, "questions-cast-waiting"))
    await page.locator(".act button").click()
    await expect(sheet).to_be_visible()
    assert len(net.posts) == before

    # The next of the household is asked about nothing, and nothing is ticked or left of it.
    await be(one, home, 1)
    await page.goto(ballot)
    await page.evaluate(WAKE)
    await expect(sheet).to_be_hidden()
    await expect(page.locator("input[name=choice]:checked")).to_have_count(0)
    assert await page.evaluate(KEPT) == [] and len(net.posts) == before

    # A server that cannot record just now is asked again, with words, over the socket and by POST.
    net.has_socket = True
    await page.reload()
    await net.greeted.wait()
    await choose(page, "abstain")
    await expect(sheet.locator("[data-cast-status]")).to_have_text(t(lang, "questions-cast-cannot"))
    assert len(net.casts) == 1 and len(net.posts) == before
    await one.shot("cannot", full=False)
    net.has_socket = False
    await net.lines[-1].close(code=1011)
    await page.evaluate("window.isPatient = true")
    await page.evaluate(WAKE)
    await expect(page).to_have_url(re.compile("/receipt$"))
    # Signing out forgets what waits, and the page says so first.
    await page.goto("/me")
    unsent = page.locator("[data-unsent]")
    await expect(unsent).to_be_hidden()
    await page.evaluate("sessionStorage.setItem('ballot:stopped:some-question:holder', '{}')")
    await page.reload()
    await expect(page.locator("form[action='/sign-out']")).to_be_visible()
    await expect(unsent).to_be_hidden()  # what its voter stopped is not sent any more
    await page.evaluate("sessionStorage.setItem('ballot:some-question:holder', '{}')")
    await page.reload()
    await expect(unsent).to_contain_text(t(lang, "people-unsent-text"))
    await expect(unsent.locator("a")).to_have_attribute("href", "/q/some-question/ballot")
    await one.shot("unsent")
    await page.set_viewport_size({"width": 360, "height": 2400})  # the whole page: the bar below lies over no row
    await one.check_access()
    await page.locator("form[action='/sign-out'] button").click()
    await page.wait_for_url(home.server.url + "/")
    assert await page.evaluate(KEPT) == []
    async with opened(home.server.settings):
        found = await Ballot.filter(question_id=home.question_id).values_list("person_id", "choice")
    assert found == [(home.people[1], "abstain")]
