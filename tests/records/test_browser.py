"""A phone keeps the record's checkpoint and notices when the record is rewritten; the hall sees the same on the wall."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from linyue.base import ledger, session
from linyue.base.i18n import t
from linyue.base.settings import Settings
from linyue.meetings.service import screen_path
from linyue.questions import service as questions
from linyue.questions.model import ChainEntry
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import Via
from linyue.records import service, service_views
from tests.browser import SCREEN, Browsers
from tests.conftest import opened
from tests.make.rounds import make_round
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@dataclass(frozen=True)
class Hall:
    """A running vote with three ballots behind a server."""

    server: LiveServer
    settings: Settings
    question: str
    token: str
    screen: str
    code: str


@pytest.fixture
async def hall(settings: Settings, make_live_server: Callable[..., LiveServer]) -> Hall:
    async with opened(settings):
        made = await make_round(question=QuestionState.OPEN, neighbours=4)
        assert made.question is not None
        put = made.question
        receipts = [
            await questions.cast_ballot(who.person_id, put.id, "for", f"client-{n:04}", 0, Via.POST, put.manifest_hash)
            for n, who in enumerate(made.hall.neighbours[:3])
        ]
        await service.checkpoint_running()
        _, token = await session.begin(made.hall.neighbours[0].person_id, is_staff=False)
        screen = screen_path(made.hall.meeting)
    return Hall(make_live_server(), settings, put.public_id, token, screen, receipts[0].code)


async def rewrite(hall: Hall) -> None:
    """What an operator could do by hand: another choice in the first ballot, everything after it chained and signed anew."""
    async with opened(hall.settings):
        rows = await ChainEntry.filter(question__public_id=hall.question).order_by("seq")
        prev = ledger.NO_ENTRY
        for row in rows:
            fields = json.loads(row.body)
            fields["prev"] = prev
            if row.seq == 1:
                fields["data"]["choice"] = "against"
            row.body = ledger.canonical_json(fields)
            row.hash = prev = ledger.entry_hash(row.body)
            await row.save()
    with sqlite3.connect(hall.settings.sqlite_path, timeout=10) as link:
        link.execute("DELETE FROM checkpoints")


async def test_a_phone_notices_that_the_record_was_rewritten(hall: Hall, browsers: Browsers) -> None:
    one = await browsers.visitor("phone", hall.server.url)
    name = session.cookie_name(hall.settings)
    await one.context.add_cookies([{"name": name, "value": hall.token, "url": hall.server.url}])
    page, at = one.page, f"/q/{hall.question}"
    await page.goto(f"{at}/receipt")
    await expect(page.get_by_text(t("zh-CN", "records-device-first"))).to_be_visible()
    await page.goto(f"{at}/record?code={hall.code}")
    await expect(page.get_by_text(t("zh-CN", "records-device-same"))).to_be_visible()
    await expect(page.get_by_text(t("zh-CN", "records-found", n=1))).to_be_visible()
    await one.fits()
    await one.check_access()
    await one.shot("record")
    await rewrite(hall)
    await page.goto(f"{at}/receipt")
    await expect(page.get_by_text(t("zh-CN", "records-device-changed"))).to_be_visible()
    await page.get_by_text(t("zh-CN", "records-device-kept")).click()
    await expect(page.locator("[data-device-kept] .pre")).to_contain_text("size: 4")
    await one.check_access()
    await one.shot("rewritten")
    await page.reload()
    await expect(page.get_by_text(t("zh-CN", "records-device-changed"))).to_be_visible()


async def test_the_wall_shows_the_checkpoint_of_the_opening(hall: Hall, browsers: Browsers) -> None:
    wall = await browsers.visitor("wall", hall.server.url, size=SCREEN)
    await wall.page.goto(hall.screen)
    async with opened(hall.settings):
        question = (
            await ChainEntry.filter(question__public_id=hall.question).prefetch_related("question").first()
        ).question  # type: ignore[union-attr]
        first = await service_views.milestone(question, "open")
    assert first is not None
    await expect(wall.page.get_by_text(first.short)).to_be_visible()
    for code in ("checkpoint.svg", "qr.svg"):  # one to keep, one to come in with
        await expect(wall.page.locator(f".record-row img[src*='{code}']")).to_be_visible()
    await wall.fits()
    await wall.shot("vote", full=False)
