"""A resident counts a published vote again, on the page of the result."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import Route, expect

from linyue.base import session
from linyue.base.i18n import t
from linyue.base.settings import Settings
from linyue.questions import service as questions
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import Via
from linyue.rounds import service_chair
from tests.browser import Browsers, Visitor
from tests.conftest import MovableClock, opened
from tests.make.rounds import make_round
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
CHOICES = ("for", "for", "for", "against", "abstain")
WITHOUT_SIGNATURES = "Object.defineProperty(crypto, 'subtle', { value: undefined })"
"""An old web view, or a page that came without TLS."""


@dataclass(frozen=True)
class Result:
    """A published vote behind a running server; the first voter changed their mind once."""

    server: LiveServer
    question: str
    token: str
    codes: list[str]
    replaced: str


@pytest.fixture
async def result(settings: Settings, clock: MovableClock, make_live_server: Callable[..., LiveServer]) -> Result:
    async with opened(settings):
        clock.move(days=-4)
        made = await make_round(question=QuestionState.OPEN, neighbours=len(CHOICES))
        assert made.question is not None
        put, hall = made.question, made.hall
        first = hall.neighbours[0]
        old = await questions.cast_ballot(
            first.person_id, put.id, "against", "client-first", 0, Via.POST, put.manifest_hash
        )
        codes = []
        for number, (who, choice) in enumerate(zip(hall.neighbours, CHOICES, strict=True)):
            revision = 1 if number == 0 else 0
            one = await questions.cast_ballot(
                who.person_id, put.id, choice, f"client-no-{number}", revision, Via.POST, put.manifest_hash
            )
            codes.append(one.code)
        await service_chair.close_question(hall.chair, hall.meeting.id, put.id)
        await service_chair.publish_result(hall.chair, hall.meeting.id, put.id)
        _, token = await session.begin(first.person_id, is_staff=False)
    return Result(make_live_server(), put.public_id, token, codes, old.code)


async def reader(result: Result, browsers: Browsers, lang: str = "zh-CN", *, script: bool = True) -> Visitor:
    """Somebody with a phone, at the result; not signed in."""
    one = await browsers.visitor(f"reader-{lang}", result.server.url, locale=lang, script=script)
    await one.page.goto(f"/q/{result.question}")
    return one


async def count(one: Visitor, lang: str, code: str = "") -> None:
    """Press the button and wait for the end."""
    page = one.page
    if code:
        await page.get_by_label(t(lang, "records-verify-code")).fill(code)
    await page.get_by_role("button", name=t(lang, "records-verify-go")).click()
    await expect(page.locator("[data-verdict]:visible")).to_have_count(1)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_the_phone_counts_again_and_finds_the_receipt(result: Result, browsers: Browsers, lang: str) -> None:
    one = await reader(result, browsers, lang)
    await count(one, lang, f"{result.codes[0][:4]} {result.codes[0][4:].lower()}")
    section = one.page.locator("#recount")
    await expect(section).to_contain_text(t(lang, "records-verify-verdict-proved"))
    await expect(section).to_contain_text(t(lang, "records-verify-check-13"))
    await expect(section).to_contain_text(t(lang, "records-verify-code-counts", n=2))
    await expect(section.locator("[data-check]:visible")).to_have_count(13)
    await one.fits()
    await one.check_access()
    await section.scroll_into_view_if_needed()
    await one.shot("recount")
    await count(one, lang, result.replaced)
    await expect(section).to_contain_text(t(lang, "records-verify-code-replaced", n=1))
    await count(one, lang, "00000000")
    await expect(section).to_contain_text(t(lang, "records-verify-code-absent"))
    await expect(section).to_contain_text(t(lang, "records-verify-verdict-wrong"))


async def test_a_checkpoint_kept_on_the_device_is_compared(result: Result, browsers: Browsers) -> None:
    one = await reader(result, browsers)
    place = f"checkpoint:{result.question}"
    await one.page.goto(f"/q/{result.question}/record")
    await one.page.wait_for_function("place => localStorage.getItem(place)", arg=place)
    await one.page.goto(f"/q/{result.question}")
    await count(one, "zh-CN")
    line = one.page.locator("[data-check='17']")
    await expect(line).to_contain_text(t("zh-CN", "records-verify-proved"))
    await one.page.evaluate(
        "p => localStorage.setItem(p, localStorage.getItem(p).replace('size: 9', 'size: 8'))", place
    )
    await count(one, "zh-CN")
    await expect(line).to_contain_text(t("zh-CN", "records-verify-wrong"))
    await expect(one.page.locator("[data-verdict=wrong]")).to_be_visible()


async def test_a_changed_record_is_called_wrong(result: Result, browsers: Browsers) -> None:
    one = await reader(result, browsers)

    async def change(route: Route) -> None:
        body = bytearray(await (await route.fetch()).body())
        place = body.index(b'"choice":"for"') + 10
        body[place : place + 3] = b"rof"
        await route.fulfill(body=bytes(body))

    await one.context.route("**/bundle.zip", change)
    await count(one, "zh-CN")
    await expect(one.page.locator("#recount")).to_contain_text(t("zh-CN", "records-verify-verdict-wrong-text"))
    await one.shot("wrong")


async def test_a_device_without_signatures_says_so(result: Result, browsers: Browsers) -> None:
    one = await browsers.visitor("old", result.server.url)
    await one.context.add_init_script(WITHOUT_SIGNATURES)
    await one.page.goto(f"/q/{result.question}")
    await count(one, "zh-CN")
    await expect(one.page.locator("#recount")).to_contain_text(t("zh-CN", "records-verify-unsigned"))
    await expect(one.page.locator("[data-verdict=not-here]")).to_be_visible()
    await one.shot("unsigned")


async def test_without_network_it_says_so_and_counts_later(result: Result, browsers: Browsers) -> None:
    one = await reader(result, browsers)
    await one.page.get_by_label(t("zh-CN", "records-verify-code")).focus()
    await one.context.route("**/bundle.zip", lambda route: route.abort())
    await one.page.get_by_role("button", name=t("zh-CN", "records-verify-go")).click()
    await expect(one.page.locator("#recount")).to_contain_text(t("zh-CN", "records-verify-failed"))
    await one.context.unroute("**/bundle.zip")
    await count(one, "zh-CN")
    await expect(one.page.locator("[data-verdict=proved]")).to_be_visible()


async def test_without_script_the_record_can_be_taken_home(result: Result, browsers: Browsers) -> None:
    one = await reader(result, browsers, script=False)
    await expect(one.page.get_by_role("button", name=t("zh-CN", "records-verify-go"))).to_have_count(0)
    link = one.page.get_by_role("link", name=t("zh-CN", "records-verify-download"))
    answer = await one.context.request.get(str(await link.get_attribute("href")))
    assert answer.status == 200
    assert (await answer.body())[:4] == b"PK\x03\x04"
