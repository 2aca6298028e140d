"""A hall of sixty, twenty phones, thirty papers and ten hands, from check-in to signed and published minutes, through the pages."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import expect

from linyue.base.settings import Settings
from linyue.questions import service_views
from linyue.questions.model import Question
from tests.browser import DESK, Browsers
from tests.conftest import MovableClock, opened
from tests.phones import Phone
from tests.servers import ROOT, LiveServer
from tests.story import acts_hybrid as acts
from tests.story.acts_hybrid import FIRST_BATCH, HANDS, PAPERS, PHONES, PLAN, Crowd, shares, walk_in
from tests.story.district import District
from tests.story.walk import Person, Stage
from tests.verify_js.recount import recount

TOTALS = {choice: sum(part[choice] for part in PLAN.values()) for choice in ("for", "against", "abstain")}
IN_BROWSERS = 3
"""Phones that are real browsers; the rest are real sockets."""


@pytest.fixture
async def crowd(settings: Settings, clock: MovableClock) -> Crowd:
    return await acts.gather_crowd(settings, clock)


@pytest.fixture
def stage(
    crowd: Crowd, settings: Settings, make_live_server: Callable[..., LiveServer], mode: str, browsers: Browsers
) -> Stage:
    scaled = mode == "postgres"
    server = make_live_server(processes=2 if scaled else 1, worker=scaled)
    return Stage(server, browsers, District(settings), takes_pictures=not scaled)


async def test_sixty_in_a_hall_vote_in_three_ways(stage: Stage, crowd: Crowd, settings: Settings) -> None:
    chair = await walk_in(stage, crowd.chair, "chair", size=DESK)
    recorder = await walk_in(stage, crowd.recorder, "recorder", size=DESK)
    await acts.tick_off(recorder, crowd, settings)
    await acts.put_and_open(chair, crowd)
    await acts.learn_numbers(settings, crowd)
    await phones_vote(stage, crowd)
    desk = await papers_vote(stage, crowd)
    witness = await hands_vote(stage, crowd, desk)
    await close_and_publish(chair)
    await everything_adds_up(settings, crowd)
    await anybody_checks(stage, crowd, settings.data)
    await minutes_are_signed(stage, [recorder, witness, chair], crowd)


async def phones_vote(stage: Stage, crowd: Crowd) -> None:
    """Three in browsers: in care mode, in English, without script. The others over sockets, all at once."""
    choices = shares("phones")
    old = await walk_in(stage, crowd.phones[0], "phone-care", care=True)
    english = await walk_in(stage, crowd.phones[1], "phone-english", lang="en")
    plain = await walk_in(stage, crowd.phones[2], "phone-without-script", script=False)
    for number, person in enumerate((old, english, plain)):
        crowd.codes[number] = await acts.vote_in_browser(person, crowd, choices[number])
    others = crowd.phones[IN_BROWSERS:]
    phones = [Phone(stage.server, crowd.code, one.token, one.csrf) for one in others]
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(phone.open(stack) for phone in phones))
        public_id = crowd.question.rsplit("/", 1)[1]
        for number, phone in enumerate(phones, IN_BROWSERS):
            await phone.send("cast", question=public_id, choice=choices[number], client_id=acts.client_id(), replaces=0)
            crowd.codes[number] = (await phone.until("ack"))["data"]["code"]
    assert len(set(crowd.codes.values())) == PHONES


async def papers_vote(stage: Stage, crowd: Crowd) -> Person:
    """Thirty sheets, in two batches keyed by two tellers; in the second they differ once and a third look settles it."""
    one, other = crowd.tellers
    desk = await walk_in(stage, one, "teller", size=DESK)
    second = await walk_in(stage, other, "second-teller", size=DESK)
    await acts.hand_out(desk, crowd, one)
    await acts.paper_refused(desk, crowd, crowd.phones[9])
    for what in ("roll", "ballots", "tally"):
        await print_view(desk, f"{crowd.question}/desk/print/{what}", what)
    choices = shares("papers")
    account = {"issued": str(FIRST_BATCH + 1), "spoiled": "1", "unreturned": "0"}
    figures = {**acts.piles(crowd.papers[:FIRST_BATCH], choices[:FIRST_BATCH]), **account}
    first = await acts.begin_batch(desk, crowd, "register")
    await acts.key_in(desk, first, figures, "batch-keyed")
    await desk.sees("questions-batch-waits")
    await acts.key_in(second, first, figures)
    await acts.post_in(second, first, "batch-one")
    rest = PAPERS - FIRST_BATCH
    account = {"issued": str(rest), "spoiled": "0", "unreturned": "0"}
    figures = {**acts.piles(crowd.papers[FIRST_BATCH:], choices[FIRST_BATCH:]), **account}
    batch = await acts.begin_batch(desk, crowd, "register")
    await acts.key_in(desk, batch, {**figures, "issued": str(rest + 1)})
    await acts.key_in(second, batch, figures)
    await second.sees("questions-batch-state-differs")
    await second.shot("batch-differs")
    await acts.key_in(desk, batch, {**figures, "note": "发票数点错，重点一遍是12张。"})
    await acts.post_in(desk, batch, "batch-two")
    return desk


async def hands_vote(stage: Stage, crowd: Crowd, desk: Person) -> Person:
    """Ten hands: one counts, the witness counts too. Gives the witness back."""
    witness = await walk_in(stage, crowd.witness, "witness", size=DESK)
    batch = await acts.begin_batch(desk, crowd, "hands")
    figures = {f"pile_{choice}": str(number) for choice, number in PLAN["hands"].items()}
    await acts.key_in(desk, batch, figures, "hands-keyed")
    await acts.key_in(witness, batch, figures)
    await acts.post_in(witness, batch, "hands")
    return witness


async def print_view(person: Person, path: str, name: str) -> None:
    """The page as the printer gets it."""
    await person.open(path)
    await person.page.emulate_media(media="print")
    await person.visitor.shot(f"print-{name}")
    await person.page.emulate_media(media="screen")


async def close_and_publish(chair: Person) -> None:
    """Closing shows the counts once more."""
    await chair.reload()
    await chair.go_by(chair.page.locator("button.go-main:visible"))
    await chair.sees("rounds-close-sure", cast=PHONES + PAPERS + HANDS, entitled=PHONES + PAPERS + HANDS)
    await acts.picture(chair, "console-close-sure")
    await chair.press("rounds-close-yes")
    await chair.go_by(chair.page.locator("button.go-main:visible"))
    await acts.picture(chair, "console-published")


async def everything_adds_up(settings: Settings, crowd: Crowd) -> None:
    """The published numbers are those of the hall, by way and together."""
    async with opened(settings):
        question = await Question.get(meeting_id=crowd.made.hall.meeting.id)
        assert question.result is not None
        assert question.result["counts"] == TOTALS
        assert await service_views.verify_chain(question.id) == []


async def anybody_checks(stage: Stage, crowd: Crowd, folder: Path) -> None:
    """A passer-by reads the result by way of voting, counts it again on the phone; at home both verifiers agree."""
    reader = await stage.enter("reader")
    await reader.open(crowd.question)
    text = await reader.main_text()
    for key, number in (("online", PHONES), ("paper", PAPERS), ("hands", HANDS)):
        assert reader.words(f"questions-way-{key}") in text
        assert str(number) in text
    await reader.shot("result")
    await reader.page.get_by_label(reader.words("records-verify-code")).fill(crowd.codes[7])
    await reader.control("records-verify-go").click()
    await expect(reader.page.locator("[data-verdict=proved]")).to_be_visible()
    await acts.picture(reader, "recount")
    await reader.open(f"{crowd.question}/record?code={crowd.codes[0]}")
    await acts.picture(reader, "record")
    answer = await reader.visitor.context.request.get(f"{crowd.question}/record/bundle.zip")
    bundle = folder / "record.zip"
    bundle.write_bytes(await answer.body())
    command = [sys.executable, "-m", "linyue_verify", str(bundle), "--receipt", crowd.codes[19]]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT / "server", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = recount([bundle.read_bytes()])
    assert (found.verdict, found.counts) == ("proved", TOTALS)


async def minutes_are_signed(stage: Stage, signers: list[Person], crowd: Crowd) -> None:
    """The meeting ends; its minutes are drafted, added to by the recorder, signed by all three, and open to everybody."""
    recorder, chair = signers[0], signers[-1]
    await to_the_end(chair, crowd)
    await recorder.open(f"{crowd.meeting}/minutes")
    asked = recorder.control("minutes-draft-now")
    if await asked.count():  # the server drafts by itself after the end, and may have been quicker
        await recorder.go_by(asked.first)
    await recorder.open(f"{crowd.meeting}/minutes/desk")
    await acts.picture(recorder, "minutes-work")
    await recorder.open(f"{crowd.meeting}/minutes/edit/remarks")
    await recorder.fill("text", "会场六十人，秩序良好。")
    await recorder.go_by(recorder.page.locator("main form button[type=submit]").first)
    for signer in signers:
        await signer.open(f"{crowd.meeting}/minutes/desk")
        await signer.press("minutes-sign")
    await acts.picture(chair, "minutes-signed")
    reader = await stage.enter("neighbour")
    await reader.open(f"{crowd.meeting}/minutes")
    text = await reader.main_text()
    assert "会场六十人，秩序良好。" in text
    for key, number in (("online", PHONES), ("paper", PAPERS), ("hands", HANDS)):
        assert reader.words(f"questions-way-{key}") in text
        assert str(number) in text
    await acts.picture(reader, "minutes")
    await print_view(reader, f"{crowd.meeting}/minutes", "minutes")


async def to_the_end(chair: Person, crowd: Crowd) -> None:
    """The chair presses the one button until the meeting is over."""
    ends = f"form[action='{crowd.run}/end'] button.go-main"
    for _ in range(9):
        await chair.open(crowd.run)
        button = chair.page.locator("button.go-main:visible")
        if await button.count() == 0:
            break
        is_end = await chair.page.locator(ends).count() > 0
        await chair.go_by(button)
        if is_end and await chair.page.locator("button.go-main:visible").count():
            await chair.go_by(chair.page.locator("button.go-main:visible"))
    await acts.picture(chair, "console-ended")
