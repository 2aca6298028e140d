"""The sample district served on a real port, and the way in for everybody who visits a page."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext

from linyue.base import clock, session
from linyue.base.crypto import token_hash
from linyue.base.policy import Actor, Grant, Role
from linyue.base.settings import Settings
from linyue.demo.data import read_data
from linyue.matters.model import Matter
from linyue.matters.service_report import slip_secret
from linyue.meetings import service as meetings
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState, Mode
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.service_roll import roll_with_labels
from linyue.meetings.templates import load_data
from linyue.people.model import Person, SetupLink
from linyue.people.rules import SETUP_LINK_LIFE
from linyue.places.model import Place
from linyue.procedures import service as procedures
from linyue.questions import service as questions
from linyue.questions import service_channels, service_paper
from linyue.questions.model_paper import Batch
from linyue.questions.rules import RuleSpec
from linyue.questions.rules_channels import Channel as Way
from linyue.questions.rules_paper import BatchForm, listed
from linyue.questions.rules_secret import Kind
from setup.local_servers import free_port
from tests.pages.visits import Visit
from tests.servers import LiveServer
from tests.zygote import Zygote

SETUP_TOKEN = "first-administrators-link-of-the-page-tests"
NAMES = re.compile(r"{([a-z_]+)(?::[a-z]+)?}")


@dataclass
class House:
    """A server with the sample district, the secrets of its links, and a session for everybody."""

    server: LiveServer
    secrets: dict[str, str]
    """Route -> the secret in its address, for links that no query finds."""
    tokens: dict[str, str]
    """Who -> session token; filled before the server starts."""
    found: dict[str, dict[str, str]]
    """Query -> the row whose person got a session then. The district's clock may have put another first since."""

    def address(self, visit: Visit) -> tuple[str, str]:
        """The address of a visit with real values, and who goes there."""
        values = {"id": "", "token": "", "secret": "", "draft": "none", "upload": "none"}
        who = visit.who
        if visit.route in self.secrets:
            values |= dict.fromkeys(("token", "secret"), self.secrets[visit.route])
        if visit.values:
            row = self.query(visit.values)
            assert row, f"{visit.name}: the sample district has nothing for {visit.values}"
            values |= row
            if who == "@":
                row = row if f"@{row['person_id']}" in self.tokens else self.found[visit.values]
                values |= row
                who = f"@{row['person_id']}"
        path = NAMES.sub(lambda name: values[name.group(1)], visit.route)
        query = NAMES.sub(lambda name: values[name.group(1)], visit.query)
        return path + (f"?{query}" if query else ""), who

    def query(self, sql: str) -> dict[str, str]:
        """The first row of a query; empty when there is none."""
        return query(self.server.settings, sql)

    async def let_in(self, context: BrowserContext, who: str) -> None:
        """Put the session of somebody into a browser."""
        if who:
            name = session.cookie_name(self.server.settings)
            await context.add_cookies([{"name": name, "value": self.tokens[who], "url": self.server.url}])


def query(settings: Settings, sql: str) -> dict[str, str]:
    """The first row of a query, read beside the running server."""
    with closing(sqlite3.connect(settings.sqlite_path)) as link:
        link.row_factory = sqlite3.Row
        row = link.execute(sql).fetchone()
    return {name: str(row[name]) for name in row.keys()} if row else {}  # noqa: SIM118  (a Row is no dict)


async def sessions_for(settings: Settings, visits: list[Visit]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """A session for each visitor, and the rows found for those who are named by one.

    Staff have shown the second factor unless the name ends with "!".
    """
    tokens: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    accounts = {one["key"]: one["name"] for one in read_data("people")["accounts"]}
    ids = {p.display_name: p.id for p in await Person.filter(display_name__in=list(accounts.values()))}
    for visit in visits:
        if visit.who in ("", *tokens):
            continue
        who, person_id = visit.who, ids.get(accounts.get(visit.who.rstrip("!"), ""), 0)
        if who == "@":
            found[visit.values] = query(settings, visit.values)
            person_id = int(found[visit.values]["person_id"])
            who = f"@{person_id}"
        assert person_id, f"no sample account stands under {who}"
        is_full = not who.endswith("!")
        _row, tokens[who] = await session.begin(person_id, is_staff=is_full, has_second_factor=is_full)
    return tokens, found


async def secrets_of_links() -> dict[str, str]:
    """What stands in addresses that only their holders know."""
    meeting = await Meeting.filter(state=MeetingState.RUNNING).first()
    matter = await Matter.filter(state="accepted").exclude(part="governmental").order_by("-id").first()
    administrator = await Person.get(demo_role="administrator")
    assert meeting is not None and matter is not None
    await SetupLink.create(
        token_hash=token_hash(SETUP_TOKEN), person_id=administrator.id, expires_at=clock.real_now() + SETUP_LINK_LIFE
    )
    await draft_a_meeting()
    return {
        "/screen/{token}": meetings.screen_path(meeting).removeprefix("/screen/"),
        "/setup/{token}": SETUP_TOKEN,
        "/t/{secret}": slip_secret(matter.form_id),
    }


async def draft_a_meeting() -> None:
    """A meeting that nobody has announced yet: there is none in the sample district."""
    compound = await Place.get(code="guiyu")
    chair = await Person.get(display_name="热心老周")
    actor = Actor(person_id=chair.id, grants=(Grant(Role.STANDING_MEMBER, compound.path),))
    drafts = [
        await meetings.draft_meeting(
            actor, place_id=compound.id, template="open-space", title=zh, title_en=en,
            starts_at=clock.now() + timedelta(days=9), mode=Mode.BOTH, venue="邻舍家议事厅",
        )
        for zh, en in (("选楼道长", "Choosing a stairwell warden"), ("楼道里放什么", "What may stand in the stairwell"))
    ]  # fmt: skip
    await meetings.draft_meeting(
        actor, place_id=compound.id, template="home-to-shop", title="5幢201开早餐店", title_en="A breakfast shop in 5, 201",
        starts_at=clock.now() + timedelta(days=9), mode=Mode.BOTH, venue="邻舍家议事厅",
        data=sitting_of(load_data("home-to-shop"), "consent"),
    )  # fmt: skip
    await vote_in_secret(actor, drafts[0], compound)
    await vote_at_the_desk(actor, drafts[1], compound)
    begun = await procedures.begin(
        actor, place_id=compound.id, template="major", title="小区大门改造", title_en="A new gate for the compound"
    )
    await procedures.send_voice(Actor(person_id=chair.id), begun.id, "大门太窄，消防车进不来。")


async def vote_in_secret(chair: Actor, meeting: Meeting, place: Place) -> None:
    """An open vote whose ballots are sealed."""
    question = await questions.draft_question(
        chair,
        meeting.id,
        text_zh="请不请老顾当楼道长？",
        text_en="Shall Old Gu be the stairwell's warden?",
        rule=RuleSpec(),
        kind=Kind.SECRET,
    )
    await questions.open_question(chair, question.id, await roll_with_labels(place))


async def vote_at_the_desk(chair: Actor, meeting: Meeting, place: Place) -> None:
    """An open vote with a vote given at the desk, a counted sheet, and a batch that one teller has keyed."""
    question = await questions.draft_question(
        chair,
        meeting.id,
        text_zh="楼道里能不能放鞋柜？",
        text_en="May shoe cabinets stand in the stairwell?",
        rule=RuleSpec(),
    )
    await questions.open_question(chair, question.id, await roll_with_labels(place))
    numbers = await service_paper.roll_numbers(question.id)
    others = [Actor(person_id=numbers[n]) for n in (7, 8)]
    await service_channels.enter_vote(others[0], question.id, numbers[3], Way.DESK, "for", "given-at-the-desk", 0)
    for sheet in (1, 2):
        await service_channels.hand_out(others[0], question.id, numbers[sheet])
        batch = await service_paper.open_batch(others[0], question.id, Way.PAPER, BatchForm.REGISTER)
        figures = listed({sheet: "against"}, RuleSpec().choices, 2, 0, 0)
        for teller in others[: 3 - sheet]:
            await service_paper.key_batch(teller, batch.id, figures)
    await service_paper.post_batch(others[0], (await Batch.get(question_id=question.id, number=1)).id, "一张晚些交")


@pytest.fixture
async def house(sample_db: Settings, artefacts: Path, visits: list[Visit], zygote: Zygote) -> AsyncIterator[House]:
    """The sample district on a real port; `visits` says for whom a session is needed."""
    (tokens, found), secrets = await sessions_for(sample_db, visits), await secrets_of_links()
    settings = replace(sample_db, port=free_port(), sms="console")
    server = LiveServer(settings, artefacts / "logs", launch=zygote.spawn)
    server.start(1, worker=False)
    yield House(server, secrets, tokens, found)
    server.stop()
