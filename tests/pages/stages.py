"""Takes the meeting under way through its stages, as its chair does: by the one main button of the console."""

from dataclasses import dataclass

from playwright.async_api import Page, expect

from tests.browser import Visitor
from tests.pages.house import House

RUNNING = "SELECT public_id, join_code AS code FROM meetings WHERE state = 'running'"
STAGES = ("market", "groups", "consensus", "draft", "open", "closed", "published", "actions", "ended")
"""What the sample meeting is in, and what follows; the last five but two are states of its question."""


@dataclass
class Chair:
    """The chair at the console, and where the meeting stands."""

    visitor: Visitor
    house: House
    at: int = 0

    async def until(self, stage: str) -> None:
        """Press the main button until the meeting is there."""
        while STAGES[self.at] != stage:
            await self.next()

    async def next(self) -> str:
        """One stage further; returns its name."""
        page = self.visitor.page
        meeting = self.house.query(RUNNING)
        await page.goto(f"/run/{meeting['public_id']}")
        await self._press(page)
        if STAGES[self.at + 1] == "closed":  # asked once more, with the counts
            await expect(page.locator("[name=sure]")).to_be_attached()
            await self._press(page)
        self.at += 1
        return STAGES[self.at]

    async def _press(self, page: Page) -> None:
        async with page.expect_navigation():
            await page.locator("button.go-main").click()
        await expect(page.locator(".errors")).to_have_count(0)

    def ballot_address(self) -> str:
        return f"/q/{self._question()}/ballot"

    def receipt_address(self) -> str:
        return f"{self.house.server.url}/q/{self._question()}/receipt"

    def _question(self) -> str:
        return self.house.query("SELECT public_id FROM questions ORDER BY id DESC")["public_id"]


async def check_in(page: Page, house: House) -> None:
    """I am here."""
    await page.goto(f"/live/{house.query(RUNNING)['code']}")
    async with page.expect_navigation():
        await page.locator("form[action$=check-in] button").first.click()
