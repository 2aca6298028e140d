"""The room's script on a phone that slept, after each way a line ends, and when a vote begins: at once, or within bounds."""

from collections.abc import Callable

import pytest
from playwright.async_api import Page

from linyue.base.settings import Settings
from linyue.meetings.rules import MeetingState
from tests.browser import Browsers
from tests.conftest import MovableClock, opened
from tests.make.meetings import make_meeting
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
# Lines without a network, a clock that can jump, a page that can be hidden, and pauses that are written down, not waited for.
FAKES = """
const phone = (window.phone = { lines: [], pauses: [], ahead: 0, version: 0, hidden: false, chance: 0.5 });
const now = Date.now;
Date.now = () => now() + phone.ahead;
Math.random = () => phone.chance;
Object.defineProperty(document, "hidden", { get: () => phone.hidden });
const later = window.setTimeout;
window.setTimeout = (work, pause, ...more) =>
  String(work).includes("connect()") ? phone.pauses.push([pause, work]) : later(work, pause, ...more);
window.setInterval = () => 0;
const ask = window.fetch;
window.fetch = (path, init) =>
  String(path).endsWith("/ticket") ? Promise.resolve(Response.json({ ticket: "t" })) : ask(path, init);
window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  constructor() { super(); this.readyState = 1; this.isClosed = false; phone.lines.push(this); later(() => this.dispatchEvent(new Event("open")), 0); }
  send() { this.dispatchEvent(new MessageEvent("message", { data: '{"type":"hello","version":0,"data":{}}' })); this.isReady = true; }
  close() { this.isClosed = true; }
  end(code, reason = "") { this.dispatchEvent(Object.assign(new Event("close"), { code, reason })); }
};
"""


# The room tells how many are there; versions rise with it.
TURNOUT = """present => phone.lines.at(-1).dispatchEvent(new MessageEvent("message", { data: JSON.stringify(
  { type: "turnout", version: ++phone.version, data: { present, hall: present, online: 0, council: null, ballots: null } }) }))"""


async def lines(page: Page, count: int) -> None:
    """Wait until so many lines were opened and the last one has said hello."""
    await page.wait_for_function("n => phone.lines.length === n && phone.lines.at(-1).isReady", arg=count)


async def ended(page: Page, code: int, chance: float) -> float:
    """End the line; gives the pause that was chosen, in milliseconds, and connects again."""
    before = int(await page.evaluate("phone.lines.length"))
    pause = await page.evaluate(
        "([code, chance]) => { phone.chance = chance; phone.lines.at(-1).end(code);"
        " const [pause, work] = phone.pauses.pop(); work(); return pause }",
        [code, chance],
    )
    await lines(page, before + 1)
    return float(pause)


async def test_a_phone_that_slept_is_back_at_once_and_a_lost_line_after_a_pause(
    settings: Settings, clock: MovableClock, make_live_server: Callable[..., LiveServer], browsers: Browsers
) -> None:
    async with opened(settings):
        made = await make_meeting()
    server = make_live_server(processes=1, worker=False)
    visitor = await browsers.visitor("sleeper", server.url)
    page = visitor.page
    await page.add_init_script(FAKES)
    await page.goto(f"/live/{made.meeting.join_code}")
    await lines(page, 1)
    wake = "() => { phone.hidden = false; document.dispatchEvent(new Event('visibilitychange')) }"

    # Looked away for a moment: the line is still heard, and stays.
    await page.evaluate("phone.hidden = true; phone.ahead += 20000")
    await page.evaluate(wake)
    assert await page.evaluate("phone.lines.length") == 1
    # Slept: the line says nothing of it, but has been silent for too long.
    await page.evaluate("phone.hidden = true; phone.ahead += 26000")
    await page.evaluate(wake)
    await lines(page, 2)
    assert await page.evaluate("phone.lines[0].isClosed")
    # Cut off asleep: nobody looks, so nothing is tried until somebody does.
    await page.evaluate("phone.hidden = true; phone.lines.at(-1).end(1006)")
    assert await page.evaluate("phone.pauses.length") == 0
    await page.evaluate(wake)
    await lines(page, 3)
    # A restart spreads the hall over four seconds; whoever is told to wait waits for seconds; nobody for more than 45.
    assert [await ended(page, 1012, chance) for chance in (0, 0.999999)] == pytest.approx([250, 4250], abs=1)
    assert [await ended(page, 1013, chance) for chance in (0, 0.999999)] == pytest.approx([2000, 6000], abs=1)
    # A server that dies says nothing, and a hall loses it as one: the more people, the wider; a few come back at once.
    for present, most in ((5000, 4250), (300, 1450), (0, 750)):
        await page.evaluate(TURNOUT, present)
        assert [await ended(page, 1006, chance) for chance in (0, 0.999999)] == pytest.approx([250, most], abs=1)
    pauses = await page.evaluate(
        "() => { phone.chance = 0.999999; window.fetch = () => Promise.reject(new TypeError('away'));"
        " phone.lines.at(-1).end(1006); return phone.pauses.length }"
    )
    assert pauses == 1
    seen = []
    for _ in range(9):  # no ticket is to be had: twice as long each time, up to the bound
        pause = await page.evaluate("() => { const [pause, work] = phone.pauses.pop(); work(); return pause }")
        seen.append(float(pause))
        await page.wait_for_function("phone.pauses.length === 1")
    assert seen == sorted(seen) and seen[0] < 1000 and seen[-1] == pytest.approx(45000, abs=1)


FOLLOWS = """
phone.follows = [];
const soonest = window.setTimeout;
window.setTimeout = (work, pause, ...more) => {
  if (String(work).startsWith("function follow")) phone.follows.push(pause);
  return soonest(work, pause, ...more);
};
phone.hear = (type, version, data) =>
  phone.lines.at(-1).dispatchEvent(new MessageEvent("message", { data: JSON.stringify({ type, version, data }) }));
"""
ROOM = {
    "state": "running",
    "position": 0,
    "items": [],
    "timer": {"ends_at": None, "left": None},
    "queue": {"waiting": []},
    "groups": [],
    "merges": [],
    "question": {"question": "q", "state": "open", "ways": ["online"]},
    "structure": "another",
}


async def test_a_hall_that_hears_of_its_own_state_when_a_vote_begins_asks_for_its_pages_spread(
    settings: Settings, clock: MovableClock, make_live_server: Callable[..., LiveServer], browsers: Browsers
) -> None:
    async with opened(settings):
        made = await make_meeting(MeetingState.RUNNING)
    server = make_live_server(processes=1, worker=False)
    visitor = await browsers.visitor("voter", server.url)
    page = visitor.page
    await page.add_init_script(FAKES + FOLLOWS)
    await page.goto(f"/live/{made.meeting.join_code}")
    await lines(page, 1)
    hear = "([type, version, data]) => phone.hear(type, version, data)"
    async with page.expect_response(lambda answer: answer.url.endswith(f"/live/{made.meeting.join_code}")) as fetched:
        await page.evaluate(hear, ["room", 2, ROOM])
        await page.evaluate(hear, ["you", 2, {"is_present": True, "ballot": None}])
        assert await page.evaluate("phone.follows") == [750], (
            "half of a second and a half; nothing sooner for the own state"
        )
    await (await fetched.value).finished()
    # Alone it is a matter of one person's phones, and quick; what the page says already is no reason to ask again.
    await page.wait_for_function(
        "() => { phone.hear('you', 3, { is_present: true, ballot: null }); return phone.follows.length > 1 }"
    )
    assert await page.evaluate("phone.follows") == [750, 100]
