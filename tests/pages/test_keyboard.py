"""With keys alone: a resident votes, a social worker sends a matter on. What has the focus shows it."""

from dataclasses import dataclass, field

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import DESK, Browsers, Visitor
from tests.pages.house import House
from tests.pages.stages import Chair, check_in
from tests.pages.steps import send
from tests.pages.visits import BUILDING

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
    """Every key printed on the desk, in one sitting. What is pressed is noted, and beside it what was printed."""
    worker = await enter(house, browsers, "social_worker", size=DESK)
    page = worker.page
    await page.goto(f"/desk/report/what?place={house.query(BUILDING)['place']}")
    await page.fill("[name=title]", "老人要办优待证、养老金、残疾证、低保和公租房")  # three suggestions
    await send(page, "main form[enctype]")
    await send(page, "main form[action$='/report']")
    await page.goto("/triage?queue=new")
    desk = Keys(page)
    number = await desk.chosen.get_attribute("href")
    await tab_to(page, ".qlist a")
    await tab_to(page, ".context button[type=submit]")
    await page.keyboard.press("Enter")
    await expect(page.locator(".flash .banner")).to_be_visible()
    await expect(page.locator(f".qlist a[href='{number}']")).to_have_count(0)
    await desk.see()
    first = str(await desk.chosen.get_attribute("href"))
    await desk.press("J")
    await expect(desk.chosen).not_to_have_attribute("href", first)
    await desk.press("K")
    await expect(desk.chosen).to_have_attribute("href", first)
    for key in ("R", "G", "C", "D", "N", "B", "X"):
        await desk.press(key)
        opened = page.locator(f"details[open] summary[data-way-key={key}]")
        await expect(opened).to_be_visible()
        assert await page.evaluate("document.activeElement.matches('select, textarea, input')"), key
        await desk.press("Escape")
        await expect(opened).to_have_count(0)
        await expect(page.locator(f"summary[data-way-key={key}]")).to_be_focused()
    await desk.press("/")
    await expect(page.locator("#f-q")).to_be_focused()
    await page.goto(first)
    await desk.press("A")
    await expect(page.locator(".flash .banner")).to_be_visible()
    for key in ("1", "2", "3"):
        await desk.go_where(key)
        await desk.press(key)
        await expect(page.locator("form.undo")).to_be_visible()
        await desk.see()
        await desk.press("Z")
        await expect(page.locator("form.undo")).to_have_count(0)
    await page.goto(first)
    await desk.press("T")
    await page.wait_for_url("**/desk/templates")
    await page.goto(first)
    await desk.go_where("M")
    await desk.press("M")
    await expect(page.locator(".flash .banner")).to_contain_text("已并入")
    assert desk.printed == desk.pressed, "a key that is printed and was not tried, or the other way round"


@dataclass
class Keys:
    """The desk's page, with the keys that were printed on it and those that were pressed."""

    page: Page
    printed: set[str] = field(default_factory=set)
    pressed: set[str] = field(default_factory=set)

    @property
    def chosen(self) -> Locator:
        return self.page.locator(".qlist a[aria-current]")

    async def see(self) -> None:
        """Note what is printed here."""
        names = {"Esc": "Escape"}
        found = await self.page.locator("kbd").all_inner_texts()
        self.printed |= {names.get(one.strip(), one.strip()) for one in found}

    async def go_where(self, key: str) -> None:
        """To the first matter of the queue that has a button with this key."""
        links = await self.page.locator(".qlist a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for link in links:
            answer = await self.page.request.get(link)
            if f'data-key="{key}"' in await answer.text():
                await self.page.goto(link)
                await self.see()
                return
        raise AssertionError(f"no matter of the sample queue has a button with {key}")

    async def press(self, key: str) -> None:
        self.pressed.add(key)
        await self.page.keyboard.press(key.lower() if len(key) == 1 else key)
