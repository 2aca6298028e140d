"""A secret vote over a real server in a real browser: with script the device seals, without it the server does; then the
chair closes and publishes, and each voter finds their own code in the list.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.async_api import Error, Route, expect

from linyue.base import session
from linyue.base.i18n import t
from linyue.base.settings import Settings
from linyue.meetings.rules_plan import Link
from linyue.questions.model import RollEntry
from linyue.rounds import service_chair
from tests.browser import Browsers, Visitor
from tests.conftest import MovableClock, opened
from tests.make.meetings import make_meeting
from tests.make.questions import Put
from tests.questions.boxes import Voter, make_code
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
NEIGHBOURS = 20
OTHERS = 10
LOSE = "([key, ballot]) => { localStorage.clear(); sessionStorage.clear(); sessionStorage.setItem(key, JSON.stringify(ballot)); }"
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('ballot:'))"
CODES = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('ballot:')).map(([, text]) => JSON.parse(text).code)"
COUNT_SEALS = """
const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
crypto.subtle.encrypt = async (...all) => {
  const sealed = await encrypt(...all);
  window.seals = (window.seals ?? 0) + 1;
  return sealed;
};
"""


@dataclass
class Hall:
    """A running meeting behind a real server. `others` have voted; `tokens` open the phones of two more and the chair's."""

    server: LiveServer
    question: str
    meeting: str
    others: list[Voter]
    tokens: dict[str, str]


@pytest.fixture
async def hall(settings: Settings, clock: MovableClock, make_live_server: Callable[..., LiveServer]) -> Hall:
    async with opened(settings):
        clock.move(days=-4)
        made = await make_meeting(neighbours=NEIGHBOURS)
        await made.go_to(Link.CONSENSUS)
        put = await service_chair.put_question(made.chair, made.meeting.id, "选谁当楼长？", "Who?", "secret")
        put = await service_chair.open_question(made.chair, made.meeting.id, put.id)
        people = [one.person_id for one in made.neighbours]
        shown = Put(put, made.meeting, [one for one in people if one is not None], made.chair)
        others = []
        for person_id in shown.people[:OTHERS]:
            row = await RollEntry.get(question_id=put.id, person_id=person_id)
            others.append(Voter(shown, person_id, row.salt, make_code()))
            await others[-1].cast("against")
        tokens = {}
        for name, person_id in (("with", people[10]), ("without", people[11]), ("chair", made.chair.person_id)):
            _, tokens[name] = await session.begin(
                person_id, is_staff=name == "chair", has_second_factor=name == "chair"
            )
    return Hall(make_live_server(), put.public_id, made.meeting.public_id, others, tokens)


async def phone(hall: Hall, browsers: Browsers, name: str, *, script: bool = True) -> Visitor:
    made = await browsers.visitor(name, hall.server.url, script=script)
    await made.context.add_cookies([{"name": "sid", "value": hall.tokens[name], "url": hall.server.url}])
    return made


async def thinks_again(hall: Hall, browsers: Browsers) -> None:
    """A voter who takes a ballot back that was in the box already has its code all the same."""
    one = await phone(hall, browsers, "with")
    page, ballot = one.page, f"/q/{hall.question}/ballot"
    is_lost, went, may_go_on = True, asyncio.Event(), asyncio.Event()

    async def post(route: Route) -> None:
        if route.request.method == "POST" and is_lost:
            await route.fetch(max_redirects=0)
            await route.abort()
            return
        if route.request.method == "POST":
            went.set()
            await may_go_on.wait()
        await route.continue_()

    async def choose(value: str) -> None:
        await page.locator(f"#o-choice-{value}").check()
        await page.locator(".act button").click()
        await page.locator("[data-cast]").click()

    await page.add_init_script(COUNT_SEALS)
    await one.context.route(f"**{ballot}", post)
    await one.context.route_web_socket("**/socket", lambda _: None)

    # Stored, its answer lost.
    await page.goto(ballot)
    await choose("for")
    await expect(page.locator("#sure [data-cast-status]")).to_have_text(t("zh-CN", "rounds-ballot-kept"))
    [code] = await page.evaluate(CODES)
    await page.locator("#sure [data-close]").click()
    await page.locator("#cast-look a").click()
    await expect(page.locator("[data-code]")).to_have_text(f"{code[:4]} {code[4:]}")
    assert await page.evaluate(KEPT) == []

    # Stored while another choice was confirmed, which is therefore refused.
    is_lost = False
    await page.goto(ballot)
    await choose("abstain")
    await went.wait()
    [code] = await page.evaluate(CODES)
    await page.locator("#sure [data-close]").click()
    await choose("against")
    await page.wait_for_function("window.seals === 2")
    may_go_on.set()
    await expect(page.locator("#errors")).to_be_visible()
    await page.goto(f"/q/{hall.question}/receipt")
    await expect(page.locator("[data-code]")).to_have_text(f"{code[:4]} {code[4:]}")


async def test_a_secret_vote_from_ballot_to_list(hall: Hall, browsers: Browsers) -> None:
    ballot = f"/q/{hall.question}/ballot"
    device = await phone(hall, browsers, "with")
    sent: list[str] = []
    device.page.on("request", lambda request: sent.append(request.post_data or ""))
    device.page.on("websocket", lambda ws: ws.on("framesent", lambda text: sent.append(str(text))))
    await device.page.goto(ballot)
    await expect(device.page.locator("[data-seal=device]")).to_be_visible()
    await expect(device.page.locator("[data-seal=server]")).to_be_hidden()
    await device.page.locator("summary").first.click()
    await device.shot("ballot")
    await device.check_access()
    await device.page.locator("#o-choice-for").check()
    await device.page.get_by_role("button", name="下一步").click()
    await device.shot("sure")
    await device.page.locator("[data-cast]").click()
    await device.page.wait_for_url("**/receipt")
    code = (await device.page.locator("[data-code]").inner_text()).strip()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4}", code)
    await device.shot("receipt")
    await device.check_access()
    told = "\n".join(sent)
    assert "sealed" in told
    assert code.replace(" ", "") not in told and '"for"' not in told and "choice=for" not in told

    # The answer was lost and the page left: the receipt takes the code from the very send that is in the box.
    send_id = re.findall(r'client_id(?:":"|=)([0-9a-f]{32})', told)[-1]
    holder = await device.page.locator("[data-box=receipt]").get_attribute("data-holder")
    key = f"ballot:{hall.question}:{holder}"
    for name, mine, found in (("0" * 32, key, False), (send_id, key[:-1], False), (send_id, key, True)):
        pending = {"client_id": name, "code": code.replace(" ", ""), "choice": "", "sealed": "x"}
        await device.page.evaluate(LOSE, [mine, pending])
        await device.page.reload()
        await expect(device.page.locator("[data-code-here]")).to_be_visible(visible=found)
        assert await device.page.evaluate(KEPT) == [key][: name != send_id]  # nobody else's stays
    await expect(device.page.locator("[data-code]")).to_have_text(code)

    plain = await phone(hall, browsers, "without", script=False)
    await plain.page.goto(ballot)
    await expect(plain.page.locator("[data-seal=server]")).to_be_visible()
    await plain.page.locator("#o-choice-abstain").check()
    await plain.page.get_by_role("button", name="下一步").click()
    own = (await plain.page.locator(".receipt .code").inner_text()).strip()
    await plain.shot("confirm")
    await plain.page.get_by_role("button", name="确认，投出这一票").click()
    await plain.page.wait_for_url("**/receipt")
    assert own not in await plain.page.content()
    await plain.shot("receipt")

    await thinks_again(hall, browsers)

    # A change of mind on the first phone: the last one counts, with a new code.
    pending = {"client_id": "0" * 32, "code": "22223333", "choice": "", "sealed": "x", "tried": True}
    await device.page.evaluate(LOSE, [key, pending])
    await device.page.goto(ballot)
    await expect(device.page.locator("[data-choice-word]")).to_have_text("封好的一票")
    await device.shot("sealed-waiting", full=False)
    await device.page.locator("#sure [data-close]").click()
    await device.page.locator("#o-choice-against").check()
    await device.page.get_by_role("button", name="下一步").click()
    await device.page.locator("[data-cast]").click()
    await device.page.wait_for_url("**/receipt")
    changed = (await device.page.locator("[data-code]").inner_text()).strip()
    assert changed != code

    chair = await phone(hall, browsers, "chair")
    await chair.page.goto(f"/run/{hall.meeting}")
    await chair.page.locator("button.go-main").click()
    await chair.page.locator("button.go-main").click()  # once more: closing is final
    await chair.shot("closed")
    async with chair.page.expect_navigation(wait_until="load"):  # published, before anybody looks
        await chair.page.locator("button.go-main").click()

    with suppress(Error):  # the receipt may be going there by itself at this very moment
        await device.page.goto(f"/q/{hall.question}")
    await device.page.goto(f"/q/{hall.question}")
    await expect(device.page.locator("[data-code-found]")).to_contain_text(changed)
    await expect(device.page.locator("[data-code-found]")).to_contain_text("反对")
    await device.page.locator("#codes summary").click()
    await device.shot("result")
    await device.check_access()
    await device.fits()
    rows = await device.page.locator("#codes tbody tr").all_inner_texts()
    assert len(rows) == OTHERS + 2
    assert [row.split()[0] for row in rows] == sorted(row.split()[0] for row in rows)
    anybody = await browsers.visitor("anybody", hall.server.url, script=False)
    await anybody.page.goto(f"/q/{hall.question}")
    await anybody.page.locator("#codes summary").click()
    await expect(anybody.page.locator("#codes tbody tr", has_text=own)).to_contain_text("弃权")
    assert code not in await anybody.page.content()
    for one in hall.others:
        row = anybody.page.locator("#codes tbody tr", has_text=f"{one.code[:4]} {one.code[4:]}")
        await expect(row).to_contain_text("反对")
    log = hall.server.log_text()
    assert not [c for c in (code, changed, own) if c in log or c.replace(" ", "") in log]
