"""The chair's console on a small laptop: one screen, and what is pressed most stands in it without scrolling."""

import pytest

from tests.browser import Browsers
from tests.pages.house import House
from tests.pages.visits import VISITS, Visit

CONSOLE = next(visit for visit in VISITS if visit.route == "/run/{public_id}" and not visit.label)
SEEN = """() => {
  const seen = (one) => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; };
  return {
    high: document.documentElement.scrollHeight,
    panes: [...document.querySelectorAll(".panes.console > .pane")].every(seen),
    main: [...document.querySelectorAll(".go-main")].every(seen),
  };
}"""


@pytest.fixture
def visits() -> list[Visit]:
    return [CONSOLE]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_the_console_is_one_screen(house: House, browsers: Browsers, visits: list[Visit], lang: str) -> None:
    address, who = house.address(CONSOLE)
    chair = await browsers.visitor("chair", house.server.url, size={"width": 1024, "height": 768}, locale=lang)
    await house.let_in(chair.context, who)
    await chair.page.goto(address)
    assert await chair.page.evaluate(SEEN) == {"high": 768, "panes": True, "main": True}
