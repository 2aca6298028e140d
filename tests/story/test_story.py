"""The story of one matter from complaint to kept promise, with everybody in it at once, on a real port."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser import DESK, SCREEN
from tests.story import acts_matter as matter
from tests.story import acts_meeting as meeting
from tests.story import acts_promise as promise
from tests.story import acts_room as room
from tests.story.scaled import MadeServer
from tests.story.walk import Person, Stage

TABLET = {"width": 1024, "height": 768}
TOPICS = ["先修哪几幢的屋顶", "修屋顶的钱从哪里出"]


@dataclass
class Cast:
    """Everybody at their devices."""

    resident: Person
    neighbour: Person
    chair: Person
    screen: Person
    worker: Person
    clerk: Person
    stranger: Person
    voters: list[Person]
    """Further phones in the vote; the last has no script."""


async def enter_all(stage: Stage, lang: str, *, script: bool = True, all_on_phones: bool = False) -> Cast:
    """Open every device at once: the chair's tablet and the desks' screens too, unless all have phones."""
    tablet, desk = (None, None) if all_on_phones else (TABLET, DESK)

    async def one(name: str, size: dict[str, int] | None = None, **more: Any) -> Person:
        return await stage.enter(name, lang=lang, script=script, size=size, **more)

    behind: dict[str, Any] = {
        "extra_http_headers": {"X-Forwarded-For": "10.9.8.7"}
    }  # their wrong codes are counted apart
    voters = [await one("tenant"), await one("x-one"), await stage.enter("x-two", lang=lang, script=False)]
    return Cast(
        resident=await one("resident"),
        neighbour=await one("neighbour"),
        chair=await one("chair", tablet),
        screen=await one("screen", SCREEN),
        worker=await one("worker", desk),
        clerk=await one("clerk", desk),
        stranger=await one("stranger", **behind),
        voters=voters,
    )


async def test_the_story_behind_make_run_scaled(scaled_stage: Stage) -> None:
    """In Chinese, with two processes on one port and a worker, on PostgreSQL and Redis, as the command starts them."""
    await the_story(scaled_stage, await enter_all(scaled_stage, "zh-CN"))
    assert votes_over_sockets(scaled_stage) >= 5, "the phones with a script vote over their sockets"
    site = scaled_stage.server
    assert isinstance(site, MadeServer)
    assert len(site.processes_voted_at()) == 2, "phones came to both processes to vote"


def votes_over_sockets(stage: Stage) -> int:
    """So many ballots went over sockets."""
    return sum(json.loads(text)["type"] == "cast" for _, _, text in stage.sent)


@pytest.mark.sqlite_only
async def test_the_story_in_english(stage: Stage) -> None:
    """In English, with one process on SQLite, and everybody on a phone: the desk, the centre and the chair as well."""
    await the_story(stage, await enter_all(stage, "en", all_on_phones=True))
    assert votes_over_sockets(stage) >= 5, "the phones with a script vote over their sockets"


async def the_story(stage: Stage, cast: Cast) -> None:
    """From the report to the kept promise."""
    number = await reported_and_routed(stage, cast)
    called = await meeting_called(stage, cast, number)
    await in_groups(stage, cast, called)
    question, receipt = await voted(stage, cast, called)
    await promise.read_result(cast.neighbour, cast.stranger, question, receipt)
    assert room.split_shown(await stage.everything_heard()), "published now; had it been shown before, we had seen it"
    kept = await promise.promise(cast.chair, question)
    await promise.keep(cast.chair, kept)
    await promise.whole_way(cast.stranger, number)
    await promise.told(
        cast.resident, "matters-told-way-council", "matters-told-on-agenda", "matters-told-adopted",
        "matters-told-promised", "matters-told-promise-moved", "matters-told-promise-kept",
    )  # fmt: skip
    await promise.rate(cast.resident, number)


async def reported_and_routed(stage: Stage, cast: Cast) -> str:
    """Two matters: one to the council, one through the centre. Returns the number of the first."""
    phones = stage.district.phones
    await cast.resident.sign_in(phones["owner"])
    await cast.resident.shot("home")
    number = await matter.report_roof(cast.resident)
    slip = await matter.slip_link(cast.resident)
    await matter.track(cast.stranger, number, phones["owner"][-4:], slip)
    await matter.sign_in_staff(cast.worker, phones["worker"], "/triage")
    await matter.triage_to_council(cast.worker, number)
    card = await matter.report_card(cast.resident)
    await matter.triage_to_centre(cast.worker, card)
    await matter.sign_in_staff(cast.clerk, phones["clerk"], "/desk/centre")
    await matter.centre_works(cast.clerk, cast.resident, card)
    return number


async def meeting_called(stage: Stage, cast: Cast, number: str) -> meeting.Called:
    """Composed, announced, joined by everybody, opened by the chair."""
    phones = stage.district.phones
    await cast.chair.sign_in(phones["chair"])
    await meeting.member_takes_it(cast.chair)
    path = await meeting.compose(cast.chair, number)
    await cast.neighbour.sign_in(phones["neighbour"])
    await promise.told(cast.neighbour, "meetings-told-announced")
    called = await meeting.code_of(cast.neighbour, path)
    await meeting.to_the_day(cast.chair)
    for person, key in zip(cast.voters, ("tenant", "x_one", "x_two"), strict=True):
        await person.sign_in(phones[key])
    link = await room.take_chair(cast.chair, called)
    await cast.screen.open(link)
    await room.slide(cast.screen, "join")
    await cast.screen.shot("join")
    await room.can_do_nothing_else(cast.screen, called)
    await meeting.join(cast.stranger, called.code)
    await cast.stranger.sees("rounds-sign-in")
    await meeting.guess(cast.stranger)
    for person in (cast.resident, cast.neighbour, *cast.voters):
        await meeting.join(person, called.code)
        await room.is_here(person)
    await cast.resident.shot("room-waiting")
    await room.main_button(cast.chair, "start")
    return called


async def in_groups(stage: Stage, cast: Cast, called: meeting.Called) -> None:
    """Topics, one group, its note, a point brought back, a speaker."""
    await room.slide(cast.screen, "topics")
    for person, text in zip((cast.resident, cast.neighbour), TOPICS, strict=True):
        await room.into_room(person, called)
        await room.post_topic(person, text)
    await cast.neighbour.shot("room-topics")
    await room.main_button(cast.chair, "next_item")
    await room.form_groups(cast.chair, TOPICS)
    await room.main_button(cast.chair, "next_item")
    await room.slide(cast.screen, "groups")
    for person in (cast.resident, cast.neighbour):
        await room.sit_down(person, called)
    await cast.resident.shot("room-market")
    await cast.screen.shot("groups")
    await room.main_button(cast.chair, "next_item")
    await room.two_write_one_note(cast.resident, cast.neighbour, called)
    await room.bring_back(cast.neighbour, called)
    await room.main_button(cast.chair, "next_item")
    await room.speak(cast.resident, cast.chair, cast.screen, called, "六楼老陈")


async def voted(stage: Stage, cast: Cast, called: meeting.Called) -> tuple[str, str]:
    """Open, vote, change, close, publish; nobody sees the split before. Returns the question's address and a receipt."""
    await room.put_question(cast.chair)
    await room.main_button(cast.chair, "open_question")
    await room.slide(cast.screen, "vote")
    began = len(await stage.everything_heard())
    await room.open_ballot(cast.resident, called)
    receipt = await room.cast(cast.resident, "for", shots=True)
    question = promise.path_of_question(cast.resident)
    for person, choice in zip((cast.neighbour, *cast.voters), ("for", "against", "abstain", "for"), strict=True):
        await room.open_ballot(person, called)
        await room.cast(person, choice)
    changed = await room.change(cast.voters[0], "for")
    assert changed != receipt
    await turnout_is(cast.screen, 5)
    await turnout_is(cast.chair, 5)
    for clock in (cast.screen.page.locator(".timer"), cast.chair.page.locator(".count")):
        await expect(clock.first).to_have_text(re.compile(r"^[1-9]\D"))  # minutes left of ten
    await cast.screen.shot("vote")
    await cast.chair.shot("console-vote")
    await room.into_room(cast.resident, called)
    await cast.resident.shot("room-voted")
    await cast.chair.open(f"/run/{called.path.rsplit('/', 1)[1]}")
    await room.close(cast.chair)
    before = (await stage.everything_heard())[began:]
    assert not room.split_shown(before), "\n".join(room.split_shown(before))
    await room.publish(cast.chair)
    await room.slide(cast.screen, "result")
    await cast.screen.shot("result")
    await room.main_button(cast.chair, "next_item")
    await room.main_button(cast.chair, "end")
    await cast.chair.press("rounds-end-yes")
    await room.slide(cast.screen, "thanks")
    return question, receipt


async def turnout_is(person: Person, count: int) -> None:
    """The live count of ballots on this device."""
    if not person.has_script:
        await person.reload()
    await expect(person.page.locator("[data-live='turnout.cast']").first).to_have_text(str(count))
