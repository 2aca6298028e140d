"""A hall where some vote by phone, some on paper and some by hand: who is there, and what each does at door, desk and booth."""

import re
import secrets
from dataclasses import dataclass, field

import httpx2
from playwright.async_api import expect

from linyue.base import session
from linyue.base.policy import Actor
from linyue.base.settings import Settings
from linyue.meetings import service as meetings
from linyue.meetings.rules_plan import Link, Office
from linyue.people.model import Person as PersonRow
from linyue.questions.model import Question, RollEntry
from tests.conftest import MovableClock, opened
from tests.make.rounds import Round, make_round
from tests.servers import Site
from tests.story.walk import Person, Stage

PHONES, PAPERS, HANDS = 20, 30, 10
PLAN = {
    "phones": {"for": 13, "against": 4, "abstain": 3},
    "papers": {"for": 17, "against": 9, "abstain": 4},
    "hands": {"for": 6, "against": 3, "abstain": 1},
}
"""What each part of the hall votes."""
TEXT = "是否同意先修5幢和7幢的屋顶？"
TEXT_EN = "Repair the roofs of buildings 5 and 7 first?"
FIRST_BATCH = 18
"""Sheets in the first of the two batches."""


@dataclass
class Device:
    """Somebody's session, as a browser with cookies holds it, and their number on the frozen roll."""

    who: Actor
    token: str
    csrf: str
    number: int = 0

    @property
    def id(self) -> int:
        assert self.who.person_id is not None
        return self.who.person_id


@dataclass
class Crowd:
    """Sixty on the roll: chair and recorder with phones, tellers and witness among the rest."""

    made: Round
    chair: Device
    recorder: Device
    phones: list[Device]
    papers: list[Device]
    hands: list[Device]
    question: str = ""
    codes: dict[int, str] = field(default_factory=dict)

    @property
    def everybody(self) -> list[Device]:
        return [*self.phones, *self.papers, *self.hands]

    @property
    def tellers(self) -> tuple[Device, Device]:
        return self.phones[2], self.phones[3]

    @property
    def witness(self) -> Device:
        return self.phones[4]

    @property
    def meeting(self) -> str:
        return f"/meetings/{self.made.hall.meeting.public_id}"

    @property
    def code(self) -> str:
        return str(self.made.hall.meeting.join_code)

    @property
    def run(self) -> str:
        return f"/run/{self.made.hall.meeting.public_id}"


async def gather_crowd(settings: Settings, clock: MovableClock) -> Crowd:
    """The meeting runs and has come to its vote; two tellers and a witness are named; nobody has been ticked off yet."""
    async with opened(settings):
        clock.move(days=-4)  # it is announced four days ago and runs now
        made = await make_round(Link.CONSENSUS, neighbours=PHONES + PAPERS + HANDS - 2)
        hall = made.hall
        devices = [await _device(who) for who in (hall.chair, hall.recorder, *hall.neighbours)]
        phones, papers = devices[:PHONES], devices[PHONES : PHONES + PAPERS]
        crowd = Crowd(made, devices[0], devices[1], phones, papers, devices[PHONES + PAPERS :])
        for one, office in ((phones[2], Office.TELLER), (phones[3], Office.TELLER), (phones[4], Office.WITNESS)):
            row = await PersonRow.get(id=one.id)
            await meetings.give_office(hall.chair, hall.meeting.id, row.public_id, office)
    return crowd


async def _device(who: Actor) -> Device:
    assert who.person_id is not None
    row, token = await session.begin(who.person_id, is_staff=False)
    return Device(who, token, row.csrf)


async def learn_numbers(settings: Settings, crowd: Crowd) -> None:
    """The question as it was put, and everybody's number on its printed roll."""
    async with opened(settings):
        question = await Question.get(meeting_id=crowd.made.hall.meeting.id)
        crowd.question = f"/q/{question.public_id}"
        ids = await RollEntry.filter(question_id=question.id).order_by("id").values_list("person_id", flat=True)
    numbers = {int(str(person)): number for number, person in enumerate(ids, 1)}
    for one in crowd.everybody:
        one.number = numbers[one.id]


async def walk_in(stage: Stage, device: Device, name: str, *, care: bool = False, **more: object) -> Person:
    """This person's device in the browser, signed in."""
    person = await stage.enter(name, **more)  # type: ignore[arg-type]
    url = stage.server.url
    cookies = [{"name": "sid", "value": device.token, "url": url}]
    if care:
        cookies.append({"name": "mode", "value": "care", "url": url})
    await person.visitor.context.add_cookies(cookies)  # type: ignore[arg-type]
    return person


async def send(server: Site, device: Device, path: str, **fields: str) -> httpx2.Response:
    """A form of ours posted by this device. It must lead on."""
    headers = {"origin": server.url, "cookie": f"sid={device.token}", "accept-language": "zh-CN"}
    async with httpx2.AsyncClient(headers=headers, timeout=20) as client:
        answer = await client.post(server.url + path, data={"csrf": device.csrf, **fields})
    assert answer.status_code == 303, (path, answer.status_code, re.findall(r'class="err[^>]*>(.{0,200})', answer.text))
    return answer


def shares(part: str) -> list[str]:
    """The choices of one part of the hall, one a person."""
    return [choice for choice, number in PLAN[part].items() for _ in range(number)]


async def tick_off(door: Person, crowd: Crowd, settings: Settings) -> None:
    """At the door: one is found by name and ticked in the browser, everybody else in the hall the same way without one."""
    async with opened(settings):
        rows = {one.id: one for one in await PersonRow.filter(id__in=[device.id for device in crowd.everybody])}
    here = [*crowd.papers, *crowd.hands]
    first = rows[here[0].id]
    await door.open(f"{crowd.meeting}/door?q={first.display_name}")
    await door.control("meetings-door-tick").first.click()  # the list changes in its place, without a new page
    row = door.page.locator("#door-roll li").filter(has=door.page.get_by_text(first.display_name, exact=True))
    await expect(row.locator(".mark.on")).to_be_visible()
    for device in here[1:]:
        await send(door.stage.server, crowd.recorder, f"{crowd.meeting}/door", person=rows[device.id].public_id)
    await door.open(f"{crowd.meeting}/door")
    shown = await door.page.locator("main .mark.on").count()
    assert shown >= len(here), shown
    await expect(door.page.locator("main .lead")).to_contain_text(str(len(crowd.everybody)))
    await door.shot("door")


async def put_and_open(chair: Person, crowd: Crowd) -> None:
    """The chair puts the question and opens the vote."""
    await chair.open(crowd.run)
    await chair.fill("text_zh", TEXT)
    await chair.page.locator("#more-of-it > summary").click()
    await chair.fill("text_en", TEXT_EN)
    await chair.go_by(chair.page.locator("button.go-main:visible"))
    await chair.go_by(chair.page.locator("button.go-main:visible"))
    await chair.shot("console-open")


async def vote_in_browser(person: Person, crowd: Crowd, choice: str) -> str:
    """Three taps. Returns the code of the receipt."""
    await person.open(f"{crowd.question}/ballot")
    await person.is_connected()
    await person.shot("ballot")
    await person.page.locator(f"#o-choice-{choice}").check()
    await person.control("questions-next").first.click()
    await person.sees("questions-you-choose")
    await person.control("questions-cast").first.click()
    await person.reads_text(person.words("questions-you-voted", choice=person.words(f"questions-choice-{choice}")))
    await person.shot("receipt")
    return re.sub(r"\W", "", await person.page.locator(".receipt .code").inner_text())


async def picture(person: Person, label: str) -> None:
    """A picture of a page that names homes, which in these tests carry made-up names in Latin letters."""
    await person.visitor.fits()
    if person.stage.takes_pictures:
        await person.visitor.shot(label)


async def hand_out(desk: Person, crowd: Crowd, teller: Device) -> None:
    """Sheets for thirty: the first in the browser, found by the number on the roll."""
    first = crowd.papers[0]
    await desk.open(f"{crowd.question}/desk")
    await desk.shot("desk")
    await desk.page.locator("#f-q").fill(str(first.number))
    await desk.press("questions-desk-find-go")
    await picture(desk, "desk-found")
    await desk.open(f"{crowd.question}/desk/roll/{first.number}")
    await desk.press("questions-desk-paper-out")
    await picture(desk, "desk-person")
    for device in crowd.papers[1:]:
        await send(desk.stage.server, teller, f"{crowd.question}/desk/roll/{device.number}/paper-out")


async def paper_refused(desk: Person, crowd: Crowd, voted: Device) -> None:
    """Somebody who voted by phone gets no sheet; the page says when they voted."""
    await desk.open(f"{crowd.question}/desk/roll/{voted.number}")
    await desk.sees("questions-way-online")
    await expect(desk.control("questions-desk-paper-out")).to_have_count(0)
    await picture(desk, "desk-voted-by-phone")


async def begin_batch(desk: Person, crowd: Crowd, kind: str) -> str:
    """A new batch. Returns its address."""
    await desk.open(f"{crowd.question}/desk")
    new = desk.page.locator(f"form[action='{crowd.question}/desk/batches']")
    await desk.press(f"questions-batch-new-{kind}", new)
    return desk.page.url.removeprefix(desk.stage.server.url)


async def key_in(person: Person, address: str, figures: dict[str, str], label: str = "") -> None:
    """One teller's own entry."""
    await person.open(address)
    for name, value in figures.items():
        await person.fill(name, value)
    if label:
        await person.shot(label)
    await person.press("questions-batch-key")


async def post_in(person: Person, address: str, label: str) -> None:
    """An agreed batch counts from now on."""
    await person.open(address)
    await person.shot(f"{label}-agreed")
    await person.press("questions-batch-post")
    await person.sees("questions-batch-state-posted")
    await person.shot(f"{label}-posted")


def piles(devices: list[Device], choices: list[str]) -> dict[str, str]:
    """Numbers of the roll by pile, as a teller types them from the stubs."""
    found: dict[str, list[str]] = {"for": [], "against": [], "abstain": []}
    for device, choice in zip(devices, choices, strict=True):
        found[choice].append(str(device.number))
    return {f"pile_{choice}": " ".join(numbers) for choice, numbers in found.items()}


def client_id() -> str:
    return secrets.token_hex(8)
