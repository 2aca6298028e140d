"""Before the meeting: the council member's list, the agenda, the notice, the way in by code."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from linyue.base.clock import SHANGHAI
from linyue.meetings.service_codes import ONE_ADDRESS
from tests.story.acts_matter import ROOF
from tests.story.walk import Person

TITLE, TITLE_EN = "屋顶漏水怎么修", "Mending the leaking roof"
QUESTION, QUESTION_EN = "是否同意先修5幢的屋顶？", "Repair the roof of building 5 first?"
TRIES = int(ONE_ADDRESS.split("/")[0])
"""Wrong codes that one address may send."""


@dataclass(frozen=True)
class Called:
    """A meeting that was announced."""

    path: str
    """Its page."""
    code: str


async def member_takes_it(chair: Person) -> None:
    """The matter stands in the list of the member whose kind it is, who takes it on."""
    await chair.open("/desk/council")
    await chair.shot("council-list")
    await chair.go_by(chair.page.get_by_role("link").filter(has_text=ROOF).first)
    await chair.press("matters-do-accept")
    await chair.sees("matters-flash-accept")


async def compose(chair: Person, number: str) -> str:
    """A meeting from the open-space template with the matter on it; refused while the notice is too short. Its path."""
    begins = datetime.now(UTC).astimezone(SHANGHAI) + timedelta(days=3, minutes=40)
    await chair.open("/meetings/new")
    await chair.page.locator("[name=place_id]").select_option(label=_place(chair))
    await chair.fill("title", TITLE)
    await chair.fill("title_en", TITLE_EN)
    await chair.fill("day", (begins - timedelta(days=2)).date().isoformat())
    await chair.fill("time", begins.strftime("%H:%M"))
    await chair.fill("venue", "邻舍家议事厅")
    await chair.shot("meeting-new")
    await chair.press("meetings-begin")
    path = chair.page.url.split("/compose")[0]
    await chair.page.locator("[name=number]").select_option(value=number)
    await chair.press("meetings-matter-add")
    await chair.reads_text(ROOF)
    item = chair.page.locator("li.card").filter(has=chair.page.locator("[name=question_zh]"))
    await chair.fill("question_zh", QUESTION, item)
    await chair.fill("question_en", QUESTION_EN, item)
    await chair.press("meetings-save", item)
    await chair.page.locator("[name=person]").select_option(label=await _label_of(chair, "爱写字的小苏"))
    await chair.page.locator("[name=office]").select_option(value="recorder")
    await chair.press("meetings-office-give")
    await chair.shot("meeting-compose")
    await chair.press("meetings-announce-now")
    await chair.reads_text(
        _begin_of(chair.words("meetings-refused-notice-short", days=3, unit="calendar", earliest="§"))
    )
    await chair.shot("meeting-too-short")
    details = await chair.unfold("meetings-details-change")
    await chair.fill("day", begins.date().isoformat(), details)
    await chair.press("meetings-save", details)
    await chair.press("meetings-announce-now")
    await chair.sees("meetings-flash-announced")
    await chair.shot("meeting-announced")
    return path


def _place(chair: Person) -> str:
    return "桂语新苑" if chair.lang == "zh-CN" else "Guiyu Garden"


async def _label_of(chair: Person, name: str) -> str:
    """How the list of the roll writes this person."""
    labels = await chair.page.locator("[name=person] option").all_inner_texts()
    return next(label for label in labels if name in label)


def _begin_of(sentence: str) -> str:
    """A sentence up to its first unknown part."""
    return sentence.split("§")[0].strip("\u2068\u2069 ")


async def code_of(person: Person, path: str) -> Called:
    """The six digits on the meeting's page."""
    await person.open(path)
    shown = await person.page.locator("#join .code").inner_text()
    return Called(path, re.sub(r"\D", "", shown))


async def to_the_day(person: Person) -> None:
    """The district's clock goes on three days and an hour, with the bar that the demo shows."""
    await person.open("/")
    for by in ("day", "day", "day", "hour"):
        await person.follow_demo_clock(by)


async def guess(stranger: Person) -> None:
    """Wrong codes are answered in words, and after some tries not at all."""
    await stranger.open("/join")
    await stranger.fill("code", "000000")
    await stranger.press("meetings-join-go")
    await stranger.sees("meetings-refused-no-such-code")
    site = stranger.stage.server.url
    for _ in range(TRIES - 1):
        answer = await stranger.visitor.context.request.post("/join", form={"code": "000000"}, headers={"origin": site})
        assert answer.status == 422
    await stranger.fill("code", "000000")
    await stranger.press("meetings-join-go")
    await stranger.sees("meetings-refused-too-many-codes")
    await stranger.shot("join-limited")


async def join(person: Person, code: str) -> None:
    """Into the room by the six digits, as they are read from the wall."""
    await person.open("/join")
    await person.fill("code", f"{code[:3]} {code[3:]}")
    await person.press("meetings-join-go")
    await expect(person.page).to_have_url(re.compile(f"/live/{code}$"))
