"""After the vote: the result with its arithmetic, the promise, its change, its keeping, the whole way on one page."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from linyue.base.clock import SHANGHAI
from tests.story.acts_matter import ROOF
from tests.story.acts_room import question_words
from tests.story.walk import Person


def path_of_question(person: Person) -> str:
    """The question's address, from the page that is open."""
    return "/q/" + person.page.url.split("/q/")[1].split("/")[0]


async def read_result(neighbour: Person, stranger: Person, question: str, receipt: str) -> None:
    """Verdict, bars and sums for everybody; names and codes for the roll alone."""
    await neighbour.open(question)
    await neighbour.reads_text(question_words(neighbour))
    await neighbour.sees("questions-verdict-passed")
    await expect(neighbour.page.locator("ol.sums li")).not_to_have_count(0)
    names = neighbour.page.locator("table").last
    await expect(names).to_contain_text("六楼老陈")
    await expect(names).to_contain_text(f"{receipt[:4]} {receipt[4:]}")
    await neighbour.shot("result-names")
    await stranger.open(question)
    await stranger.sees("questions-verdict-passed")
    await stranger.sees("questions-names-hidden")
    await stranger.does_not_read("六楼老陈")
    await stranger.does_not_read(f"{receipt[:4]} {receipt[4:]}")
    await stranger.shot("result-public")


async def promise(chair: Person, question: str) -> str:
    """Who does what by when; changed with a reason. Returns the promise's address."""
    due = (datetime.now(UTC).astimezone(SHANGHAI) + timedelta(days=20)).date()
    await chair.open(f"{question}/resolution")
    await chair.fill("text", "请施工队重做5幢屋顶防水，做好后淋水试一天。")
    await chair.page.locator("[name=owner]").select_option(index=1)
    await chair.fill("due", due.isoformat())
    await chair.shot("promise-write")
    await chair.press("resolutions-write-send")
    await chair.sees("resolutions-flash-made")
    path = "/resolutions/" + chair.page.url.split("/resolutions/")[1]
    await chair.fill("due", (due + timedelta(days=5)).isoformat())
    await chair.fill("reason", "施工队要等天晴。")
    await chair.press("resolutions-change-send")
    await chair.sees("resolutions-flash-changed")
    await chair.shot("promise-changed")
    return path


async def keep(chair: Person, promise_path: str) -> None:
    """It is done, and said so."""
    await chair.open(promise_path)
    await chair.fill("text", "防水已经重做，淋水试过一天，没有再漏。")
    await chair.press("resolutions-keep-send")
    await chair.sees("resolutions-flash-kept")
    await chair.shot("promise-kept")


WAY = (
    "reported",
    "triaged-council",
    "accepted",
    "on-agenda",
    "in-meeting",
    "decided-adopted",
    "promised",
    "promise-changed",
    "promise-kept",
)
"""The way of the matter, as its timeline names the steps."""


async def whole_way(anyone: Person, number: str) -> None:
    """From the complaint to the kept promise on one public page, in order."""
    await anyone.open(f"/m/{number}")
    await anyone.reads_text(ROOF)
    heads = await anyone.page.locator("ol.thread > li > h3").all_inner_texts()
    wanted = [anyone.words(f"matters-event-{step}") for step in WAY]
    assert [head for head in heads if head in wanted] == wanted, heads
    await anyone.shot("whole-way")


async def rate(resident: Person, number: str) -> None:
    """The reporter is content."""
    await resident.open(f"/m/{number}")
    await resident.press("matters-rating-satisfied")
    await resident.sees("matters-flash-rated")


async def told(person: Person, *keys: str) -> None:
    """The inbox holds a line of each kind."""
    await person.open("/inbox")
    text = await person.main_text()
    for key in keys:
        words = person.words(key, **dict.fromkeys(("title", "number", "meeting", "into", "what", "who", "day"), "§"))
        longest = max((part.strip("\u2068\u2069“”（），。 ") for part in words.split("§")), key=len)
        assert longest in text, f"nobody told {person.visitor.name}: {words}"
    await person.shot("inbox")
