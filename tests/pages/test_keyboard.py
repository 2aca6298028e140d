"""With keys alone: a resident votes, a social worker sends a matter on. What has the focus shows it."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import DESK, Browsers, Visitor
from tests.pages.house import House
from tests.pages.stages import Chair, check_in

FOCUS_SHOWS = """() => {
  const here = document.activeElement;
  const seen = here.matches(".opt input") ? here.labels[0] : here;
  const style = getComputedStyle(seen);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; every stop on the way shows its ring."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement === document.body"):
            continue
        assert await page.evaluate(FOCUS_SHOWS), await page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if await page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{page.url}: 80 times Tab and never at {selector}")


async def enter(house: House, browsers: Browsers, who: str, **more: object) -> Visitor:
    """Somebody of the sample district at a keyboard."""
    visitor = await browsers.visitor(who, house.server.url, **more)  # type: ignore[arg-type]
    await house.let_in(visitor.context, who)
    return visitor


@pytest.mark.sqlite_only
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_vote_with_keys_alone(house: House, browsers: Browsers, script: bool) -> None:
    owner = await enter(house, browsers, "owner")
    chair = Chair(await enter(house, browsers, "chair", size=DESK), house)
    await check_in(owner.page, house)
    await chair.until("open")
    await owner.context.close()
    browsers.visitors.remove(owner)
    voter = await enter(house, browsers, "owner", script=script)
    page = voter.page
    await page.goto(chair.ballot_address())
    await tab_to(page, "input[name=choice]")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("input[value=against]")).to_be_checked()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    if script:
        await expect(page.locator("dialog[open]")).to_be_visible()
        await tab_to(page, "[data-cast]")
    else:
        await page.wait_for_url("**/ballot/check")
        await tab_to(page, "main button[type=submit]")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(chair.receipt_address())
    await expect(page.locator(".receipt .code")).to_be_visible()


@pytest.mark.sqlite_only
async def test_triage_with_keys_alone(house: House, browsers: Browsers) -> None:
    worker = await enter(house, browsers, "social_worker", size=DESK)
    page = worker.page
    await page.goto("/triage?queue=new")
    number = await page.locator(".qlist a[aria-current]").get_attribute("href")
    await tab_to(page, ".qlist a")
    await tab_to(page, ".context button[type=submit]")
    await page.keyboard.press("Enter")
    await expect(page.locator(".flash .banner")).to_be_visible()
    await expect(page.locator(f".qlist a[href='{number}']")).to_have_count(0)
    # The keys that are printed on it: down and up, a way's letter, taking back, the first suggestion.
    chosen = page.locator(".qlist a[aria-current]")
    first = str(await chosen.get_attribute("href"))
    await page.keyboard.press("j")
    await expect(chosen).not_to_have_attribute("href", first)
    await page.keyboard.press("k")
    await expect(chosen).to_have_attribute("href", first)
    await page.keyboard.press("r")
    await expect(page.locator("details[open] summary[data-way-key=R]")).to_be_visible()
    await page.goto(first)
    adopt = page.locator("button:has(kbd:text-is('1'))")
    await expect(adopt).to_be_visible()
    await page.keyboard.press("1")
    await expect(page.locator("form.undo")).to_be_visible()
    await page.keyboard.press("z")
    await expect(page.locator(f".qlist a[href='{first}']")).to_have_count(1)
