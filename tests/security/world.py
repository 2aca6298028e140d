"""A small district with something in every state and somebody in every part, for attacks that need both; made by services."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.policy import NOBODY, Actor, Role, allow
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters.model import Matter
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.people import service_enrol, service_slips
from linyue.people.model import Person
from linyue.people.rules import Tenure
from linyue.places import service_import
from linyue.resolutions import service as resolutions
from linyue.rounds import service as rounds
from linyue.rounds.rules import PostKind
from tests import access
from tests.access import Target
from tests.client import Client
from tests.conftest import NewClient
from tests.make.matters import Neighbourhood, accepted, make_matter, send_to
from tests.make.meetings import Hall, make_meeting
from tests.make.people import actor_for, make_person
from tests.make.resolutions import Decided, make_decided
from tests.make.rounds import Round, make_round

UNTOLD = {
    "triage_leases",
    "sessions",
    "audit_entries",
    "audit_head",
    "socket_tickets",
    "code_gate",
    "messages",
    "sqlite_sequence",
    "leases",
}
"""Tables that change by looking, or that hold what was tried."""
STAFF = ("worker", "worker2", "far_worker", "clerk", "far_clerk", "officer", "supervisor", "administrator")


@dataclass
class World:
    """Who is there (`people`), and what: a neighbourhood with matters, two rooms, a draft, a result with its promise."""

    settings: Settings
    here: Neighbourhood
    decided: Decided
    round: Round
    other: Round
    draft: Hall
    people: dict[str, int] = field(default_factory=dict)
    """Name -> person id."""
    matters: dict[str, Matter] = field(default_factory=dict)
    draft_list: str = ""
    sheet: str = ""
    ahead: timedelta = timedelta()
    """How far the district's clock has been moved."""

    async def client(self, new_client: NewClient, who: str) -> Client:
        """A browser of this person; staff have shown the second factor; "" is nobody."""
        client = new_client()
        if who:
            await client.sign_in_as(self.people[who], is_staff=who in STAFF)
        return client

    async def actors(self) -> dict[str, Actor]:
        """Everybody as the policy sees them, nobody first."""
        rows = {row.id: row for row in await Person.filter(id__in=list(self.people.values()))}
        return {"": NOBODY} | {who: await actor_for(rows[person_id]) for who, person_id in self.people.items()}

    async def clients(self, new_client: NewClient) -> dict[str, Client]:
        """A browser for everybody, and one for nobody."""
        return {who: await self.client(new_client, who) for who in ("", *self.people)}

    def dump(self, *more: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table but those that change by looking; versions of meetings and questions too."""
        found = {}
        with closing(sqlite3.connect(self.settings.sqlite_path)) as link:
            tables = [n for (n,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in sorted(set(tables) - UNTOLD - set(more)):
                columns = [c[1] for c in link.execute(f'PRAGMA table_info("{table}")')]
                kept = [c for c in columns if not (table in {"meetings", "questions"} and c == "version")]
                chosen = ", ".join(f'"{c}"' for c in kept)
                found[table] = link.execute(f'SELECT {chosen} FROM "{table}" ORDER BY 1, 2').fetchall()
        return found


def changes(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """Tables whose rows differ."""
    return [table for table in before if before[table] != after[table]]


async def make_world(settings: Settings) -> World:
    """Everything; the clock has moved by some days, as meetings need notice."""
    decided = await make_decided()
    here = decided.here
    world = World(settings, here, decided, await make_round(Link.CALL), await make_round(Link.CALL), await make_meeting(MeetingState.DRAFT))  # fmt: skip
    await world.round.hall.enter()
    await _fill_rooms(world)
    world.people = {name: person.id for name, person in here.people.items()}
    world.people |= {
        "administrator": (await make_person("管理员", role=Role.ADMINISTRATOR, place=here.tree.district)).id,
        "chair": person_of(world.round.hall.chair),
        "recorder": person_of(world.round.hall.recorder),
        "voter": person_of(world.round.hall.neighbours[0]),
        "other_chair": person_of(world.other.hall.chair),
        "other_voter": person_of(world.other.hall.neighbours[0]),
        "draft_chair": person_of(world.draft.chair),
        "stranger": person_of(world.round.hall.stranger),
    }
    await _fill_matters(world)
    await _fill_desk(world)
    await resolutions.make_resolution(
        decided.member, decided.question.id, text="十月前修好", owner_public_id=(await Person.get(id=decided.member.person_id)).public_id,
        due_on=(clock.local(clock.now()) + timedelta(days=30)).date(),
    )  # fmt: skip
    world.ahead = clock.offset()
    return world


def person_of(actor: Any) -> int:
    """The id of somebody signed in."""
    assert actor.person_id is not None
    return int(actor.person_id)


async def _fill_rooms(world: World) -> None:
    for made in (world.round, world.other):
        neighbour, meeting_id = made.hall.neighbours[0], made.hall.meeting.id
        await rounds.post_topic(neighbour, meeting_id, "再说停车")
        await made.hall.go_to(Link.GROUPS)
        await rounds.join_group(neighbour, meeting_id, made.group.id)
        await rounds.save_note(neighbour, meeting_id, made.group.id, 0, "先修5幢")
        await rounds.report_post(neighbour, meeting_id, PostKind.TOPIC, made.topic.id, "说了名字")


async def _fill_matters(world: World) -> None:
    here = world.here
    world.matters = {
        "new": await make_matter(here, "楼道灯不亮"),
        "secret": await make_matter(here, "邻居家的事", is_public=False),
        "council": await send_to(here, await make_matter(here, "屋顶漏水"), Way.COUNCIL),
        "centre": await accepted(here, await send_to(here, await make_matter(here, "办老年卡"), Way.CENTRE), "clerk"),
        "desk": await accepted(here, await send_to(here, await make_matter(here, "居住证明"), Way.OWN_DESK), "worker"),
    }
    far = await make_person("远处的人", home=here.tree.other_unit)
    world.people["far_resident"] = far.id
    world.matters["far"] = await make_matter(here, "别处的事", place_id=here.tree.other_compound.id, reporter_id=far.id)


async def _fill_desk(world: World) -> None:
    tree, worker = world.here.tree, await world.here.actor("worker")
    newcomer = await make_person("新来的人")
    world.people["newcomer"] = newcomer.id
    await service_enrol.claim_home(await actor_for(newcomer), tree.units[0].id, Tenure.TENANT, legal_name="张三")
    far = await make_person("隔壁新人")
    await service_enrol.claim_home(await actor_for(far), tree.other_unit.id, Tenure.TENANT)
    world.sheet = await service_slips.make_unit_codes(worker, tree.building, Tenure.OWNER)
    administrator = await actor_for(await Person.get(id=world.people["administrator"]))
    world.draft_list = await service_import.keep_draft(administrator, "places", service_import.template_sheet())


async def doors(actors: dict[str, Actor], method: str = "POST") -> list[tuple[str, Target]]:
    """Each route of a method once, with real values and somebody whom the policy lets in."""
    found: dict[str, tuple[str, Target]] = {}
    for target in await access.targets(per_route=6):
        if method in target.methods and target.route.path not in found:
            who = await _allowed(target, actors)
            if who is not None:
                found[target.route.path] = (who, target)
    return list(found.values())


async def _allowed(target: Target, actors: dict[str, Actor]) -> str | None:
    """Whom the policy lets through to this address, the least powerful first."""
    for who, actor in actors.items():
        if await scope_allows(target, actor):
            return who
    return None


async def scope_allows(target: Target, actor: Actor) -> bool:
    """What the policy says about this address."""
    if target.route.scope_loader is None:
        return allow(actor, target.route.action)
    _, child = target.route.matches({"type": "http", "method": target.methods[0], "path": target.path, "root_path": ""})
    scope = {
        "type": "http",
        "method": "GET",
        "path": target.path,
        "headers": [],
        "query_string": b"",
        "state": {"actor": actor},
    }
    try:
        return allow(actor, target.route.action, await target.route.scope_loader(Request({**scope, **child})))
    except NotFound:
        return False
