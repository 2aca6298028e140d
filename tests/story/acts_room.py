"""In the meeting: topics, groups, notes, the chair's one button, the big screen, the vote."""

import re

from playwright.async_api import expect

from tests.story.acts_meeting import QUESTION, QUESTION_EN, Called
from tests.story.walk import Heard, Person

SPLIT = re.compile(r"(赞成|反对|弃权|For|Against|Abstain)[\s：:=]{0,4}\d|\"(for|against|abstain|counts)\"\s*:\s*[\d{]")
"""How a tally would look in a page, without its tags, or in a frame: a choice with a number behind it."""
TAGS = re.compile(r"<[^>]*>|\s+")


async def take_chair(chair: Person, called: Called) -> str:
    """The console, and the big screen's link."""
    await chair.open(called.path)
    await chair.press("meetings-to-console")
    await chair.shot("console-before")
    link = await chair.control("rounds-screen-open").first.get_attribute("href")
    assert link is not None
    return link


async def main_button(chair: Person, step: str) -> None:
    """The one filled button, which says what the next step is."""
    button = chair.page.locator("button.go-main:visible")
    await expect(button).to_have_count(1)
    await expect(button).to_contain_text(chair.words(f"rounds-step-{step}"))
    await chair.go_by(button)


async def slide(screen: Person, name: str) -> None:
    """The big screen has come to this slide."""
    if not screen.has_script:
        await screen.reload()
    await expect(screen.page.locator("[data-slide]")).to_have_attribute("data-slide", name)


async def into_room(person: Person, called: Called) -> None:
    """Back to the room as it is now."""
    await person.open(f"/live/{called.code}")


async def is_here(person: Person) -> None:
    """Who joined by the code comes in by accepting the rules, which counts as being there."""
    await person.press("rounds-enter-accept")
    await person.sees("rounds-here")


async def post_topic(person: Person, text: str) -> None:
    """A line on the wall."""
    await person.press("rounds-post")
    await person.fill("text", text)
    await person.press("rounds-write-topic-send")
    await person.reads_text(text)
    if person.has_script:  # what was taken is no draft any more
        await person.page.wait_for_function("() => !Object.keys(localStorage).some(key => key.endsWith('/topics'))")


async def form_groups(chair: Person, texts: list[str]) -> None:
    """The second topic is joined to the first, which becomes a group."""
    cards = chair.page.locator("li.card")
    first, second = (cards.filter(has=chair.page.locator("p.lead").filter(has_text=text)) for text in texts)
    await second.locator("[name=into]").select_option(label=texts[0])
    await chair.press("rounds-merge", second)
    await chair.fill("place", "东窗边", first)
    await chair.shot("console-topics")
    await chair.press("rounds-form-group", first)
    await chair.reads_text("东窗边")


async def sit_down(person: Person, called: Called) -> None:
    """Join the only group."""
    await into_room(person, called)
    await person.go_by(person.page.locator("form[action$='/join'] button:visible").first)
    await person.sees("rounds-flash-joined")


async def two_write_one_note(first: Person, second: Person, called: Called) -> None:
    """Both write a line before either has saved: nobody's line is lost, with a script or without."""
    lines = [(first, "先请人看一次，下个月动工。"), (second, "钱先从维修资金里问。")]
    for person, _ in lines:
        await into_room(person, called)
        await person.press("rounds-note-write")
    for person, line in lines:
        await person.page.locator("[name=text]").press("Control+End")
        await person.page.keyboard.insert_text("\n" + line)
    for person, _ in lines:
        await person.press("rounds-note-save")
    await into_room(second, called)
    await second.press("rounds-note-write")
    for _, line in lines:
        await expect(second.page.locator("[name=text]")).to_have_value(re.compile(line))
    await second.shot("note-together")


async def bring_back(person: Person, called: Called) -> None:
    """One point for everybody."""
    await into_room(person, called)
    await person.press("rounds-bring-back")
    await person.page.locator("[name=stance][value=for]").check()
    await person.fill("text", "再拖一个雨季，楼下也要重新刷墙。")
    await person.press("rounds-write-point-send")
    await person.sees("rounds-flash-brought")


async def speak(person: Person, chair: Person, screen: Person, called: Called, name: str) -> None:
    """Ask for the floor, be called, be seen on the big screen, be thanked."""
    await into_room(person, called)
    await person.press("rounds-speak")
    await person.press("rounds-speak-for")
    await person.sees("rounds-flash-queued")
    await chair.reload()
    await chair.press("rounds-next-speaker")
    if not screen.has_script:
        await screen.reload()
    await screen.reads_text(name)
    await chair.press("rounds-end-speech")


async def put_question(chair: Person) -> None:
    """The words prepared with the agenda, put on the table."""
    await expect(chair.page.locator("[name=text_zh]")).to_have_value(QUESTION)
    await chair.shot("console-question")
    await main_button(chair, "put_question")


def question_words(person: Person) -> str:
    """The question in this person's language."""
    return QUESTION if person.lang == "zh-CN" else QUESTION_EN


async def open_ballot(person: Person, called: Called) -> None:
    """From the room to the ballot, which is connected where there is a script."""
    await into_room(person, called)
    await person.press("rounds-vote")
    await person.is_connected()
    await person.reads_text(question_words(person))


async def cast(person: Person, choice: str, *, shots: bool = False) -> str:
    """Choose, confirm, get a receipt. Returns its code."""
    option = person.page.locator(f"#o-choice-{choice}")
    await option.check()
    if shots:
        await person.shot("ballot-chosen")
    await person.control("questions-next").first.click()
    await person.sees("questions-you-choose")
    if shots:
        await person.shot("ballot-confirm")
    await person.control("questions-cast").first.click()
    await person.reads_text(person.words("questions-you-voted", choice=person.words(f"questions-choice-{choice}")))
    if shots:
        await person.shot("ballot-receipt")
    shown = await person.page.locator(".receipt .code").inner_text()
    return re.sub(r"\W", "", shown)


async def change(person: Person, choice: str) -> str:
    """Change the vote from the receipt."""
    await person.press("questions-change")
    await person.is_connected()
    return await cast(person, choice)


async def close(chair: Person) -> None:
    """Closing asks once more, with the counts."""
    await main_button(chair, "close_question")
    await chair.shot("console-close-sure")
    await chair.press("rounds-close-yes")
    await chair.shot("console-closed")


async def publish(chair: Person) -> None:
    """Only now anybody sees the split."""
    await main_button(chair, "publish_result")
    await chair.shot("console-published")


def split_shown(heard: Heard) -> list[str]:
    """Places where somebody could have read how the votes are split."""
    found = []
    for _, url, text in heard:
        plain = TAGS.sub(" ", text)
        hit = SPLIT.search(plain)
        if hit is not None:
            found.append(f"{url}: …{plain[max(0, hit.start() - 80) : hit.end() + 40]}…")
    return found


async def can_do_nothing_else(screen: Person, called: Called) -> None:
    """The big screen's link shows, and lets nobody press or open anything."""
    await expect(screen.page.locator("form, button, a[href]")).to_have_count(0)
    answer = await screen.visitor.context.request.get(f"/run/{called.path.rsplit('/', 1)[1]}", max_redirects=0)
    assert (answer.status, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
