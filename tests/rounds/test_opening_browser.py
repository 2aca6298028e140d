"""The room's script when a vote opens: the way to the ballot at once, the page over as long as the frame says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

from linyue.base.settings import Settings
from linyue.questions.rules import QuestionState
from linyue.rounds.service_state import room_state
from linyue.rounds.service_you import your_state
from tests.browser import Browsers
from tests.conftest import MovableClock, opened
from tests.make.rounds import make_round
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
# A line without a network, and pauses before the page is fetched that are written down, not waited for.
FAKES = """
const phone = (window.phone = { line: null, pauses: [] });
Math.random = () => 0.5;
const later = window.setTimeout;
window.setTimeout = (work, pause, ...more) =>
  String(work).includes("showNew(live)") ? phone.pauses.push(pause) : later(work, pause, ...more);
const ask = window.fetch;
window.fetch = (path, init) =>
  String(path).endsWith("/ticket") ? Promise.resolve(Response.json({ ticket: "t" })) : ask(path, init);
window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  constructor() { super(); this.readyState = 1; later(() => this.dispatchEvent(new Event("open")), 0); }
  send() { this.tell({ type: "hello", version: 0, data: {} }); phone.line = this; }
  tell(frame) { this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) })); }
  close() {}
};
"""


async def test_whoever_may_vote_is_led_to_the_ballot_before_the_page_is_fetched(
    settings: Settings, clock: MovableClock, make_live_server: Callable[..., LiveServer], browsers: Browsers
) -> None:
    async with opened(settings):
        made = await make_round(question=QuestionState.DRAFT)
        assert made.question is not None
        before = (await room_state(made.hall.meeting.id)).room
        _, you = await your_state(made.hall.meeting.id, made.hall.neighbours[1].person_id)
    server = make_live_server(processes=1, worker=False)
    page = (await browsers.visitor("voter", server.url)).page
    await page.add_init_script(FAKES)
    await page.goto(f"/live/{made.hall.meeting.join_code}")
    await page.wait_for_function("phone.line")

    async def tell(kind: str, version: int, data: dict[str, Any]) -> None:
        await page.evaluate("frame => phone.line.tell(JSON.parse(frame))", json.dumps(
            {"type": kind, "version": version, "data": data}
        ))  # fmt: skip

    way = page.locator("#vote-now")
    await tell("room", 1, before)
    await tell("you", 1, you)
    assert await page.evaluate("phone.pauses.length") == 0
    opened_now = before | {"structure": "new", "question": before["question"] | {"state": "open"}}
    await tell("room", 2, opened_now | {"spread_ms": 50_000})
    assert await page.evaluate("phone.pauses") == [25_000], "half of what the frame says"
    await expect(way).to_be_hidden()
    await tell("you", 2, you | {"may_vote": True})
    await expect(way.locator("a")).to_have_attribute("href", f"/q/{made.question.public_id}/ballot")
    await expect(way).to_be_visible()
    assert await page.evaluate("phone.pauses.length") == 1, "what everybody is told hurries nobody"
    ballot = {"question": made.question.public_id, "choice": "for", "revision": 1, "code": "A"}
    await tell("you", 3, you | {"may_vote": True, "ballot": ballot})
    await expect(way).to_be_hidden()
    await tell("room", 4, before | {"structure": "newer", "position": before["position"] + 1})
    assert await page.evaluate("phone.pauses.at(-1)") == 750, "a server that does not say"
