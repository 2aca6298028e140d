"""The ballot of somebody eighty years old: three taps in care mode on a small phone, and a voice that reads it where there is one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from linyue.base import session
from linyue.base.i18n import t
from linyue.base.settings import Settings
from linyue.questions.rules import QuestionState
from tests.browser import Browsers, Visitor
from tests.conftest import MovableClock, opened
from tests.make.rounds import make_round
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
VOICE = (Path(__file__).parent / "voice.js").read_text()
SMALLEST = 60
"""Pixels that a finger needs in care mode, in both directions."""
COUNT_TAPS = """addEventListener("click", (event) => {
  if (!event.isTrusted || event.detail === 0) return;
  sessionStorage.setItem("taps", Number(sessionStorage.getItem("taps") ?? 0) + 1);
}, true)"""
"""Counts what fingers do; a label that ticks its own field is one tap, not two."""


@dataclass(frozen=True)
class Booth:
    """An open question behind a running server, and the session of somebody on its roll."""

    server: LiveServer
    token: str
    question: str


@pytest.fixture
async def booth(settings: Settings, clock: MovableClock, make_live_server: Callable[..., LiveServer]) -> Booth:
    async with opened(settings):
        clock.move(days=-4)
        made = await make_round(question=QuestionState.OPEN)
        assert made.question is not None
        _, token = await session.begin(made.hall.neighbours[0].person_id, is_staff=False)
    return Booth(make_live_server(), token, made.question.public_id)


async def voter(
    booth: Booth, browsers: Browsers, lang: str, voice: str = "", *, mode: str = "care", script: bool = True
) -> Visitor:
    """The voter's phone, at the ballot. `voice` is the language that the phone can speak."""
    made = await browsers.visitor(f"voter-{lang}", booth.server.url, locale=lang, script=script)
    url = booth.server.url
    await made.context.add_cookies(
        [{"name": "sid", "value": booth.token, "url": url}, {"name": "mode", "value": mode, "url": url}]
    )
    await made.context.add_init_script(COUNT_TAPS)
    await made.context.add_init_script(VOICE.replace("VOICE", voice))
    await made.page.goto(f"/q/{booth.question}/ballot")
    return made


async def tap(page: Page, target: Locator) -> None:
    """One tap of a finger on something that is on the screen without scrolling, and large enough."""
    await expect(target).to_be_visible()
    box = await target.bounding_box()
    assert box is not None
    size = page.viewport_size
    assert size is not None
    assert min(box["width"], box["height"]) >= SMALLEST, f"{target}: {box}"
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    assert 0 <= y <= size["height"], f"{target} is not on the screen: {box}"
    on_top = "([one, x, y]) => one.contains(document.elementFromPoint(x, y))"
    assert await target.evaluate(f"(one, at) => ({on_top})([one, ...at])", [x, y]), f"something covers {target}"
    await page.touchscreen.tap(x, y)


def choice(page: Page, value: str) -> Locator:
    """One of the three large choices."""
    return page.locator(".opt", has=page.locator(f"#o-choice-{value}"))


async def said(page: Page) -> list[str]:
    """What the phone was asked to say since it was last forgotten."""
    found: list[str] = await page.evaluate("said()")
    await page.evaluate("forget()")
    return found


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_three_taps_from_the_ballot_to_the_receipt(booth: Booth, browsers: Browsers, lang: str) -> None:
    one = await voter(booth, browsers, lang, voice=lang)
    await expect(one.page.locator("[data-listen=main]")).to_be_visible()
    await one.fits()
    await one.check_access()
    await one.shot("ballot", full=False)
    await tap(one.page, choice(one.page, "for"))
    await one.shot("chosen", full=False)
    await tap(one.page, one.page.get_by_role("button", name=t(lang, "questions-next")))
    await one.shot("confirm", full=False)
    await tap(one.page, one.page.locator("[data-cast]"))
    await expect(one.page).to_have_url(re.compile("/receipt$"))
    await one.shot("receipt", full=False)
    assert await one.page.evaluate("sessionStorage.getItem('taps')") == "3"
    await expect(one.page.locator("h1")).to_contain_text(t(lang, "questions-choice-for"))


async def test_three_taps_without_script(booth: Booth, browsers: Browsers) -> None:
    one = await voter(booth, browsers, "zh-CN", script=False)
    await tap(one.page, choice(one.page, "against"))
    await tap(one.page, one.page.get_by_role("button", name=t("zh-CN", "questions-next")))
    await one.page.wait_for_url(re.compile("/check$"))
    await one.shot("confirm-without-script", full=False)
    await tap(one.page, one.page.get_by_role("button", name=t("zh-CN", "questions-cast")))
    await expect(one.page).to_have_url(re.compile("/receipt$"))
    await expect(one.page.locator("[data-listen]")).to_be_hidden()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_the_button_reads_question_choices_and_choice(booth: Booth, browsers: Browsers, lang: str) -> None:
    one = await voter(booth, browsers, lang, voice=lang.replace("-", "_"))
    page = one.page
    await expect(page.locator("[data-listen=main]")).to_be_visible()
    question = (await page.locator("h1").inner_text()).strip()
    comma = t(lang, "questions-say-comma")
    words = [t(lang, f"questions-choice-{value}") for value in ("for", "against", "abstain")]
    await choice(page, "for").tap()
    assert await said(page) == []  # nobody asked for a voice yet
    await page.locator("[data-listen=main]").tap()
    heard = plain(await said(page))
    assert heard == plain(
        [
            f"{lang}: " + t(lang, "questions-say-question", text=question),
            f"{lang}: "
            + t(lang, "questions-say-options", options=comma.join(words))
            + " "
            + t(lang, "questions-say-chosen", choice=words[0]),
        ]
    )
    await choice(page, "against").tap()
    assert plain(await said(page)) == plain([f"{lang}: " + t(lang, "questions-say-chosen", choice=words[1])])
    await page.get_by_role("button", name=t(lang, "questions-next")).tap()
    await page.wait_for_function("said().length")
    assert plain(await said(page)) == plain([f"{lang}: " + t(lang, "questions-say-confirm", choice=words[1])])
    await page.locator("[data-cast]").tap()
    await page.wait_for_url(re.compile("/receipt$"))
    await page.locator("[data-listen=main]").tap()
    code = re.sub(r"\W", "", await page.locator(".receipt .code").inner_text())
    assert len(code) == 8
    heard = plain(await said(page))
    assert heard[1] == plain([f"{lang}: " + t(lang, "questions-say-code", code=comma.join(code))])[0]
    assert words[1] in heard[0]


async def test_nothing_is_said_or_offered_without_a_voice_for_the_language(booth: Booth, browsers: Browsers) -> None:
    one = await voter(booth, browsers, "zh-CN", voice="zh-HK")
    await one.page.evaluate("giveVoice('en-US')")
    for hidden in ("[data-listen=main]", "input[data-aloud]"):
        await expect(one.page.locator(hidden)).to_be_hidden()
    await one.page.evaluate("giveVoice('zh_CN')")  # this device's voice comes late
    for shown in ("[data-listen=main]", "input[data-aloud]"):
        await expect(one.page.locator(shown)).to_be_visible()
    assert await said(one.page) == []


async def test_ballots_read_themselves_only_where_that_was_asked_for(booth: Booth, browsers: Browsers) -> None:
    one = await voter(booth, browsers, "zh-CN", voice="zh-CN")
    page = one.page
    switch = page.locator("label[for=f-aloud]")
    await expect(switch).to_be_visible()
    assert await said(page) == []
    await page.reload()
    await expect(switch).to_be_visible()
    await page.locator("h1").tap()
    assert await said(page) == []  # not asked for: opening and tapping stay silent
    await switch.tap()
    assert len(await said(page)) == 2
    await one.shot("read-by-itself")
    await page.reload()
    await expect(switch).to_be_visible()
    await page.locator("h1").tap()  # the first tap, which the browser may want before it speaks
    await page.wait_for_function("said().length >= 2")
    await page.locator("label[for=f-aloud]").tap()
    await page.evaluate("forget()")
    await page.reload()
    await expect(switch).to_be_visible()
    await page.locator("h1").tap()
    assert await said(page) == []


async def test_outside_care_mode_the_button_is_there_and_the_switch_is_not(booth: Booth, browsers: Browsers) -> None:
    one = await voter(booth, browsers, "zh-CN", voice="zh-CN", mode="normal")
    await expect(one.page.locator("[data-listen=main]")).to_be_visible()
    await expect(one.page.locator("[data-aloud]")).to_have_count(0)


def plain(texts: list[str]) -> list[str]:
    """Without the invisible marks that Fluent sets around what it fills in."""
    return [re.sub("[\u2068\u2069]", "", text).replace("  ", " ") for text in texts]
