"""What must not come out: phones and names in logs and files, the split of a vote before its publication, a way in for demos."""

import asyncio
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from linyue.app import make_app
from linyue.base import session
from linyue.base.model import Session
from linyue.meetings.rules_plan import Link
from linyue.meetings.service import screen_path
from linyue.people.model import Person
from linyue.questions import pages as question_pages
from linyue.questions import service as questions
from linyue.questions import service_views
from linyue.questions.model import Question
from linyue.questions.rules_ballot import Via
from linyue.rounds import service_chair
from setup.local_servers import free_port
from tests.client import Client
from tests.make.people import make_person
from tests.rounds.talk import Talk
from tests.security.world import World
from tests.servers import LiveServer
from tests.zygote import Zygote

NewClient = Callable[[], Client]
PHONE, OTHER_PHONE, LEGAL, CONTACT = "13977770001", "13977770002", "金丝雀甲乙", "13977770003"
WRONG = "13977770004"


def csrf_in(page: str) -> str:
    """The form token that a page carries."""
    return page.split('name="csrf" value="')[1].split('"')[0]


class Person_:
    """Somebody at a browser without script, on the real port."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.http = httpx2.AsyncClient(base_url=server.url, headers={"origin": server.url}, follow_redirects=True)

    async def send(self, path: str, page: str = "/me", **fields: str) -> httpx2.Response:
        """Post a form with the token of a page."""
        shown = await self.http.get(page)
        token = csrf_in(shown.text) if 'name="csrf"' in shown.text else ""
        return await self.http.post(path, data={**fields, "csrf": token})

    async def sign_in(self, phone: str, name: str) -> None:
        """By the code that the console prints."""
        before = self.server.log_text().count("SMS to")
        assert (await self.http.post("/sign-in", data={"phone": phone})).status_code == 200
        await self.http.post("/sign-in/code", data={"code": "000000"})
        async with asyncio.timeout(10):
            while self.server.log_text().count("SMS to") == before:
                await asyncio.sleep(0.05)
        code = re.findall(r"SMS to .*?(\d{6})", self.server.log_text())[-1]
        await self.http.post("/sign-in/code", data={"code": code})
        await self.http.post("/sign-in/welcome", data={"display_name": name, "accept": "on"})
        assert (await self.http.get("/me")).url.path == "/me"


async def staff_cookie(world: World, who: str) -> str:
    _, token = await session.begin(world.people[who], is_staff=True, has_second_factor=True)
    return token


@pytest.mark.sqlite_only
async def test_no_phone_and_no_name_in_logs_and_files(world: World, artefacts: Path, zygote: Zygote) -> None:
    """Canaries go in by every door; afterwards the logs at their loudest and every byte on the disk are searched."""
    worker_token = await staff_cookie(world, "worker")
    settings = replace(world.settings, port=free_port(), sms="console", log_level="debug", keys=str(artefacts / "keys.json"))  # fmt: skip
    shutil.copy(world.settings.keys_path, settings.keys)
    server = LiveServer(settings, artefacts / "logs", launch=zygote.spawn)
    server.start(1, worker=False)
    tree, number = world.here.tree, world.matters["new"].number
    try:
        newcomer = Person_(server)
        await newcomer.sign_in(PHONE, "一只鸟")
        await newcomer.send("/me/homes/new", unit=str(tree.units[2].id), tenure="owner", legal_name=LEGAL)
        await newcomer.send("/me/phone")
        await newcomer.send("/track", page="/track", number=number, tail=PHONE)
        worker = Person_(server)
        worker.http.cookies.set("sid", worker_token)
        await worker.send(f"/desk/enrol/{tree.units[3].id}", tenure="owner", legal_name=LEGAL, phone=OTHER_PHONE)
        what = (await worker.http.get(f"/desk/report/what?place={tree.building.id}")).text
        form_id = re.findall(r'name="form_id" value="([^"]+)"', what)[0]
        filed = await worker.send("/desk/report", form_id=form_id, place=str(tree.building.id), title="有人来电", phone=CONTACT, channel="phone")  # fmt: skip
        assert filed.status_code == 200 and "/done" in filed.url.path
        assert (await worker.http.get("/desk/claims")).text.count(LEGAL) > 0, "the desk does see who claims"
        for path in (
            f"/m/{WRONG}",
            f"/nowhere/{WRONG}",
            f"/sign-in?next=/{WRONG}",
            f"/matters?q={WRONG}",
            f"/t/{WRONG}",
            f"/live/{WRONG}",
        ):
            await newcomer.http.get(path)
        for text in (WRONG, f"+86{WRONG}x", WRONG * 3, "😀" + WRONG):
            await Person_(server).http.post("/sign-in", data={"phone": text})
            await newcomer.send("/me/name", display_name=text)
        async with httpx2.AsyncClient(base_url=server.url) as bare:
            await bare.post(f"/sign-in?phone={WRONG}", headers={"origin": f"http://{WRONG}.example"})
            await bare.get("/sign-in", headers={"user-agent": WRONG, "cookie": f"flash={WRONG}; sid={WRONG}"})
        tokens = [*newcomer.http.cookies.values(), worker_token]
        server.stop()
        log = server.log_text()
        assert "SMS to 139****0001" in log and log.count('"route"') > 20
        found = [c for c in (PHONE, OTHER_PHONE, CONTACT, LEGAL, *(t for t in tokens if len(t) > 20)) if c in log]
        assert not found, f"in the log: {found}"
        assert WRONG not in log.replace(f"{WRONG}.example", ""), [x for x in log.splitlines() if WRONG in x][:3]
        on_disk = b"".join(p.read_bytes() for p in settings.data.rglob("*") if p.is_file())
        for canary in (PHONE, OTHER_PHONE, CONTACT, LEGAL):
            for codec in ("utf-8", "utf-16-le"):
                assert canary.encode(codec) not in on_disk, f"{canary} on the disk"
        assert not [t for t in tokens if t.encode() in on_disk and len(t) > 20], "a token on the disk"
    finally:
        server.stop()


@pytest.fixture
async def voting(world: World) -> World:
    """A vote open in the room, nobody has voted."""
    await world.round.hall.go_to(Link.CONSENSUS)
    put = await service_chair.put_question(world.round.hall.chair, world.round.hall.meeting.id, "同意吗？")
    put = await service_chair.open_question(world.round.hall.chair, world.round.hall.meeting.id, put.id)
    return replace(world, round=replace(world.round, question=put))


async def vote(world: World, choices: list[str], revision: int) -> None:
    question = world.round.question
    assert question is not None
    for person, choice in zip(world.round.hall.neighbours, choices, strict=True):
        await questions.cast_ballot(person.person_id, question.id, choice, f"leak-{person.person_id:06d}-{revision}", revision, Via.POST)  # type: ignore[arg-type]  # fmt: skip


ONLOOKERS = ("", "stranger", "chair", "recorder", "worker", "supervisor", "administrator", "other_voter")
# What differs between two looks for other reasons: tokens, times, how often something changed.
PASSING = re.compile(r'nonce="[^"]*"|(csrf|client_id)"? ?(value)?="[^"]*"|data-csrf="[^"]*"|(\d+ ?(分|min) ?)?\d+ ?秒|\d+ 分钟|\d{1,2}:\d{2}(:\d{2}[.\d]*)?|"?(version|now|etag)"?: ?"?[\w.:+-]+"?|data-version="\d+"')  # fmt: skip


async def everything_seen(world: World, clients: dict[str, Client], site: Starlette) -> dict[str, str]:
    """All that people who did not vote can get: pages, answers, frames; without what passes."""
    question, meeting = world.round.question, world.round.hall.meeting
    assert question is not None
    room, wall, run = f"/live/{meeting.join_code}", screen_path(meeting), f"/run/{meeting.public_id}"
    seen = {}
    for who in ONLOOKERS:
        client = clients[who]
        for path in ("/", room, f"{room}/state", wall, f"{wall}/state", run, f"/q/{question.public_id}", f"/q/{question.public_id}/ballot", f"/meetings/{meeting.public_id}", "/meetings", "/inbox", "/me/export", f"/q/{question.public_id}/resolution"):  # fmt: skip
            answer = await client.get(path)
            seen[f"{who}: {path}"] = PASSING.sub(
                "", f"{answer.status_code} {answer.text if path != '/me/export' else answer.status_code}"
            )
        for door in (room, wall):
            async with Talk(site, door, client) as talk:
                await talk.until("turnout")
                if door == room:
                    await talk.until("you")
                seen[f"{who}: frames of {door}"] = PASSING.sub(
                    "", "\n".join(sorted(json.dumps(x, sort_keys=True) for x in talk.seen))
                )
    return seen


async def test_two_splits_look_the_same_until_they_are_published(voting: World, visitors: NewClient) -> None:
    """Nobody who did not vote can tell 2:1 from 1:2: everything they get is the same to the letter."""
    site = make_app(voting.settings)
    clients = await voting.clients(visitors)
    await vote(voting, ["for", "for", "against"], 0)
    await everything_seen(voting, clients, site)  # what is new to a reader is old at the second look
    first = await everything_seen(voting, clients, site)
    await vote(voting, ["against", "against", "for"], 1)
    second = await everything_seen(voting, clients, site)
    differ = {key: (first[key], second[key]) for key in first if first[key] != second[key]}
    assert not differ, "\n".join(f"{key}\n  {near(*two)}" for key, two in differ.items())


def near(one: str, two: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
    return f"{one[at - 60 : at + 60]!r} / {two[at - 60 : at + 60]!r}"


async def test_nothing_of_the_result_is_told_between_close_and_publication(voting: World, visitors: NewClient) -> None:
    site, hall, question = make_app(voting.settings), voting.round.hall, voting.round.question
    assert question is not None
    await vote(voting, ["for", "for", "against"], 0)
    await service_chair.close_question(hall.chair, hall.meeting.id, question.id)
    seen = await everything_seen(voting, await voting.clients(visitors), site)
    for person in hall.neighbours:
        client = visitors()
        await client.sign_in_as(person.person_id)
        for path in (f"/q/{question.public_id}", f"/q/{question.public_id}/receipt", f"/live/{hall.meeting.join_code}"):
            seen[f"{person.person_id}: {path}"] = (await client.get(path)).text
    await service_chair.publish_result(hall.chair, hall.meeting.id, question.id)
    told = question_pages.result_page("zh-CN", await service_views.result_view(await Question.get(id=question.id).select_related("meeting__place")), room="", matter="", names=None)  # fmt: skip
    secret = {*told.verdict_lines, *(value for _, value in told.sums if len(value) > 3)} - {""}
    leaks = [f"{key}: {word}" for key, text in seen.items() for word in secret if word in text]
    assert secret and not leaks, "\n".join(leaks)
    shown = (await visitors().get(f"/q/{question.public_id}")).text
    assert all(line in shown for line in told.verdict_lines), "the words looked for are the words that are shown"


@pytest.mark.parametrize(
    ("is_demo", "address"), [(False, "127.0.0.1"), (True, "203.0.113.7"), (True, "::ffff:203.0.113.7"), (True, "")]
)
async def test_no_tap_signs_in_outside_a_demo_on_this_machine(world: World, is_demo: bool, address: str) -> None:
    person = await make_person("样例", is_sample=True, demo_role="administrator")
    app = make_app(replace(world.settings, demo=is_demo))
    before = await Session.all().count()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app, client=(address, 1)), base_url="http://127.0.0.1:8000", headers={"origin": "http://127.0.0.1:8000"}) as browser:  # fmt: skip
        for path, form in (("/demo/sign-in", {"person": person.public_id}), ("/demo/sign-in", {"person": (await Person.get(id=world.people["worker"])).public_id})):  # fmt: skip
            assert (await browser.post(path, data=form)).status_code == 404
        assert (await browser.get("/demo")).status_code == 404
        if not is_demo:
            assert (await browser.post("/demo/clock", data={"by": "day"})).status_code == 404
    assert await Session.all().count() == before


async def test_a_demo_signs_in_sample_people_only(world: World) -> None:
    app = make_app(replace(world.settings, demo=True))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app, client=("127.0.0.1", 1)), base_url="http://127.0.0.1:8000", headers={"origin": "http://127.0.0.1:8000"}) as browser:  # fmt: skip
        for person_id in world.people.values():
            real = await Person.get(id=person_id)
            assert (await browser.post("/demo/sign-in", data={"person": real.public_id})).status_code == 404


async def test_figures_hold_nobody(world: World, visitors: NewClient) -> None:
    """What a monitor reads counts; it names no address, no person, no room."""
    text: Any = (await visitors().get("/metrics")).text
    assert "linyue_jobs_waiting" in text
    assert not re.search(r"(?<![\d.])1[3-9]\d{9}(?!\d)|[\u4e00-\u9fff]|/live/\d{6}|sid=", text)
