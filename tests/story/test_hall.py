"""A full hall: fifty phones vote while one person thinks; and a phone in aeroplane mode in the middle of its ballot."""

import asyncio
import re
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import expect

from linyue.base import clock as district_clock
from linyue.base import session
from linyue.base.settings import Settings
from linyue.questions import service_views
from linyue.questions.model import Ballot, Question
from linyue.questions.rules import QuestionState
from tests.browser import Browsers
from tests.conftest import MovableClock, opened
from tests.make.rounds import Round, make_round
from tests.phones import Phone
from tests.servers import LiveServer
from tests.story.district import District
from tests.story.walk import Person, Stage

CLIENTS = 50
REVISIONS = 3
"""How often each of the fifty sends a choice."""
SMALL = {"width": 360, "height": 420}
"""A phone turned on its side, so that the page can scroll."""
SCROLLED = """new Promise((done) => {
  scrollTo(0, 60);
  requestAnimationFrame(() => requestAnimationFrame(() => done(scrollY)));
})"""
"""Scroll, and wait until the page has told its listeners."""
WATCH = """() => {
  window.changes = [];
  const note = (what) => window.changes.push(what);
  const form = document.querySelector("form");
  new MutationObserver((all) => all.forEach((one) => note("form: " + one.type + " " + one.target.nodeName)))
    .observe(form, { subtree: true, childList: true, attributes: true, characterData: true });
  document.addEventListener("focusin", () => note("focus in"));
  document.addEventListener("focusout", () => note("focus out"));
  document.addEventListener("scroll", () => note("scroll"), true);
  const values = () => [...form.elements].map((e) => e.name + "=" + e.value + e.checked).join("&");
  const before = values();
  const look = () => { if (values() !== before) note("values"); requestAnimationFrame(look); };
  look();
}"""


@dataclass(frozen=True)
class Hall:
    """A room with an open vote: who is on the roll, signed in, as tokens with their form tokens."""

    made: Round
    signed: list[tuple[str, str]]
    code: str
    question: Question


@pytest.fixture
async def hall(settings: Settings, clock: MovableClock) -> Hall:
    """One more on the roll than the fifty: the last is the person at the browser."""
    async with opened(settings):
        clock.move(days=-4)  # it is announced four days ago and runs now
        made = await make_round(question=QuestionState.OPEN, neighbours=CLIENTS + 1)
        assert abs(district_clock.offset()) < timedelta(seconds=1)
        signed = []
        for who in made.hall.neighbours:
            assert who.person_id is not None
            row, token = await session.begin(who.person_id, is_staff=False)
            signed.append((token, row.csrf))
        assert made.question is not None
        return Hall(made, signed, str(made.hall.meeting.join_code), made.question)


@pytest.fixture
def stage(
    hall: Hall, settings: Settings, make_live_server: Callable[..., LiveServer], mode: str, browsers: Browsers
) -> Stage:
    scaled = mode == "postgres"
    server = make_live_server(processes=2 if scaled else 1, worker=scaled)
    return Stage(server, browsers, District(settings))


async def at_the_ballot(stage: Stage, hall: Hall, **size: int) -> Person:
    """The last of the roll, signed in, at the open ballot, connected."""
    person = await stage.enter("voter", size=size or None)
    token = hall.signed[-1][0]
    await person.visitor.context.add_cookies([{"name": "sid", "value": token, "url": stage.server.url}])
    await person.open(f"/live/{hall.code}/ballot")
    await person.is_connected()
    return person


async def vote_often(stage: Stage, hall: Hall) -> list[str]:
    """Fifty phones, each changing its mind twice. Returns their last receipts."""
    phones = [Phone(stage.server, hall.code, token, csrf) for token, csrf in hall.signed[:CLIENTS]]
    async with AsyncExitStack() as stack:
        for some in range(0, CLIENTS, 10):
            await asyncio.gather(*(phone.open(stack) for phone in phones[some : some + 10]))
        return await asyncio.gather(*(_vote(phone, hall.question.public_id, n) for n, phone in enumerate(phones)))


async def _vote(phone: Phone, question: str, number: int) -> str:
    code = ""
    for revision in range(REVISIONS):
        choice = ("for", "against", "abstain")[(number + revision) % 3]
        await phone.send("cast", question=question, choice=choice, client_id=secrets.token_hex(8), replaces=revision)
        code = (await phone.until("ack"))["data"]["code"]
    return code


async def test_fifty_votes_change_nothing_in_a_form_that_is_being_filled(stage: Stage, hall: Hall) -> None:
    person = await at_the_ballot(stage, hall, **SMALL)
    await person.page.locator("#o-choice-against").check()
    await person.page.locator("#o-choice-against").focus()
    await person.page.evaluate(SCROLLED)
    await person.page.evaluate(WATCH)
    codes = await vote_often(stage, hall)
    assert len(set(codes)) == CLIENTS
    await heard_turnout(stage, CLIENTS)
    assert await person.page.evaluate("window.changes") == []
    assert await person.page.evaluate("document.activeElement.id") == "o-choice-against"
    await person.shot("ballot-after-fifty")
    await person.control("questions-next").first.click()
    await person.control("questions-cast").first.click()
    await person.reads_text(person.words("questions-you-voted", choice=person.words("questions-choice-against")))
    await counted_once(stage, hall, CLIENTS + 1, "against")


async def heard_turnout(stage: Stage, cast: int) -> None:
    """The page's own socket has told it of so many ballots, so it had every reason to change something."""
    for _ in range(1000):
        if any(re.search(rf'"cast":\s*{cast}\b', text) for _, _, text in stage.heard):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the page was never told of the votes")


async def counted_once(stage: Stage, hall: Hall, total: int, choice: str) -> None:
    """So many people have one ballot that counts; the person at the browser has stored exactly one, with this choice."""
    voter = hall.made.hall.neighbours[-1].person_id
    async with opened(stage.district.settings):
        assert await Ballot.current(hall.question.id).count() == total
        mine = await Ballot.filter(question_id=hall.question.id, person_id=voter)
        assert [one.choice for one in mine] == [choice]
        assert await service_views.verify_chain(hall.question.id) == []


@pytest.mark.sqlite_only
async def test_where_no_socket_gets_through_the_script_votes_by_post_and_follows_by_asking(
    stage: Stage, hall: Hall
) -> None:
    """A network that lets pages through and cuts sockets: mobile proxies, some firms."""
    person = await stage.enter("voter")
    await person.visitor.context.route_web_socket("**/socket", lambda line: line.close(code=1011))
    await person.visitor.context.add_cookies([{"name": "sid", "value": hall.signed[-1][0], "url": stage.server.url}])
    await person.open(f"/live/{hall.code}/ballot")
    await person.page.locator("#o-choice-for").check()
    await person.control("questions-next").first.click()
    await person.control("questions-cast").first.click()
    await person.reads_text(person.words("questions-you-voted", choice=person.words("questions-choice-for")))
    await counted_once(stage, hall, 1, "for")
    await person.open(f"/live/{hall.code}")
    async with AsyncExitStack() as stack:
        phone = Phone(stage.server, hall.code, *hall.signed[0])
        await phone.open(stack)
        await _vote(phone, hall.question.public_id, 0)
    await expect(person.page.locator('[data-live="turnout.cast"]').first).to_contain_text("2", timeout=30_000)


async def test_aeroplane_mode_in_mid_ballot_keeps_the_choice_and_stores_one_vote(stage: Stage, hall: Hall) -> None:
    person = await at_the_ballot(stage, hall)
    await person.page.locator("#o-choice-for").check()
    await person.control("questions-next").first.click()
    await person.visitor.context.set_offline(True)
    await person.control("questions-cast").first.click()
    await person.sees("rounds-ballot-kept")
    await expect(person.page.locator("#o-choice-for")).to_be_checked()
    await person.shot("ballot-offline")
    await person.visitor.context.set_offline(False)
    await person.reads_text(person.words("questions-you-voted", choice=person.words("questions-choice-for")))
    await person.shot("ballot-back")
    await counted_once(stage, hall, 1, "for")
