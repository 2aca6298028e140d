"""The room, the console and the wall in every stage of a meeting, and the ballot from question to receipt."""

import pytest
from playwright.async_api import Page

from tests.browser import DESK, Browsers
from tests.pages import test_axe_matrix as matrix
from tests.pages.house import House
from tests.pages.stages import STAGES, Chair, check_in
from tests.pages.visits import Visit
from tests.servers import LiveServer

OPEN = "SELECT public_id FROM questions ORDER BY id DESC"
ANY = "SELECT public_id, join_code AS code FROM meetings WHERE started_at IS NOT NULL ORDER BY started_at DESC"


async def choose(page: Page, _server: LiveServer) -> None:
    """Choose and be asked once more."""
    await page.check("input[value=against]", force=True)
    await page.locator("form button[type=submit]").click()
    await page.locator("dialog[open]").wait_for()


async def choose_nothing(page: Page, _server: LiveServer) -> None:
    """Press on without a choice; the answer comes in words."""
    async with page.expect_navigation():
        await page.locator("form button[type=submit]").click()


async def cast(page: Page, server: LiveServer) -> None:
    """Vote, and see the receipt."""
    await choose(page, server)
    async with page.expect_navigation():
        await page.locator("[data-cast]").click()


def views(stage: str) -> list[Visit]:
    """What is looked at in a stage, in this order."""
    room = [Visit("/live/{code}", "owner", ANY, label=f"{stage}-owner")] if stage != "ended" else []
    console = [Visit("/run/{public_id}", "chair", ANY, label=stage)]
    wall = [Visit("/screen/{token}", label=stage)]
    if stage == "open":
        ballot = "/q/{public_id}/ballot"
        return [
            *room, Visit("/q/{public_id}", "", OPEN, label="open"),
            Visit(ballot, "owner", OPEN, label="fresh"),
            Visit(ballot, "owner", OPEN, label="nothing", act=choose_nothing),
            Visit(ballot, "owner", OPEN, label="sure", act=choose),
            Visit(ballot, "owner", OPEN, label="receipt", act=cast),
            Visit(ballot, "owner", OPEN, label="again"),
            Visit(ballot, "social_worker", OPEN, label="not-on-roll"),
            *console, Visit("/run/{public_id}", "chair", ANY, query="sure=close", label="sure"), *wall,
        ]  # fmt: skip
    if stage in ("closed", "published"):
        room += [Visit("/q/{public_id}", "", OPEN, label=stage)]
    return [*room, *console, *wall]


@pytest.mark.sqlite_only
async def test_every_stage_in_every_look(house: House, browsers: Browsers) -> None:
    report = matrix.Report()
    member = await browsers.visitor("owner", house.server.url)
    await house.let_in(member.context, "owner")
    await check_in(member.page, house)
    visitor = await browsers.visitor("chair", house.server.url, size=DESK)
    await house.let_in(visitor.context, "chair")
    chair = Chair(visitor, house)
    while STAGES[chair.at] != STAGES[-1]:
        stage = await chair.next()
        await member.page.goto("/settings")  # no second socket while the room is looked at
        await visitor.page.goto("/settings")
        for visit in views(stage):
            await matrix.look_at(house, browsers, visit, "zh-CN", report, widths=(360, 1280))
    assert not report.faults, f"{len(report.faults)} faults:\n" + "\n".join(report.faults)
