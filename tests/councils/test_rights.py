"""The table of rights of councils, walked whole by form: every act, by every role, however far its thing has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

import pytest

from linyue.base import clock
from linyue.base.model import AuditEntry
from linyue.base.policy import POLICY, SIGNED_IN, Role
from linyue.base.routing import ActionRoute
from linyue.base.workdays import local_day
from linyue.councils.model import Council, CouncilRules, Seat, XApplication, XCall, XMember
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import DEFAULT, LIMITS
from linyue.councils.rules_rights import RIGHTS, Act, Part, Phase, Right, may
from linyue.councils.rules_x import ApplicationState, Way
from linyue.councils.service_rights import WAYS
from linyue.people.model import Person
from tests.access import all_routes
from tests.client import Client
from tests.conftest import NewClient
from tests.make.centres import make_centre
from tests.make.people import make_person
from tests.make.places import Tree, make_tree

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

# Act -> in which phases, by whom: the table once more by hand, and every phase its thing can be in.
WRITTEN = {
    "found": ("no_council", "administrator", "no_council council"),
    "rules": ("no_council council", "administrator", "no_council council"),
    "give_seat": ("free", "administrator", "no_council free held"),
    "appoint_x": ("council", "administrator", "no_council council"),
    "end_term": ("coming running", "administrator", "no_council coming running over"),
    "open_call": ("council", "member worker", "no_council council"),
    "close_call": ("open", "member worker", "no_council open closed"),
    "invite_x": ("council", "member worker", "no_council council"),
    "put_forward": ("unsent answered", "person", "no_council unsent waiting answered sitting"),
    "withdraw": ("waiting", "applicant", "no_council waiting answered"),
    "decide": ("waiting", "member worker", "no_council waiting answered"),
}
AUDITED = {
    "found": ("council.found",),
    "rules": ("council.rules.change",),
    "give_seat": ("council.seat.give",),
    "appoint_x": ("council.x.invite",),
    "end_term": ("council.seat.end", "council.x.end"),
    "open_call": ("council.call.open",),
    "close_call": ("council.call.close",),
    "invite_x": ("council.x.invite",),
    "put_forward": ("council.x.apply",),
    "withdraw": ("council.x.withdraw",),
    "decide": ("council.x.decline", "council.x.admit"),
}
"""What the audit trail says when an act was done; two words: the form knows two ways, and both are walked."""
PARTS = {
    Role.ADMINISTRATOR: Part.ADMINISTRATOR,
    Role.STANDING_MEMBER: Part.MEMBER,
    Role.SOCIAL_WORKER: Part.WORKER,
}
"""Every other role is to a council what anybody is who is signed in."""
PHONE = "13800130088"


def test_the_table_is_what_was_written_down_and_names_every_act() -> None:
    assert set(RIGHTS) == set(Act)
    for act, right in RIGHTS.items():
        phases, parts, reached = (words.split() for words in WRITTEN[act.value])
        assert ([one.value for one in right.phases], [one.value for one in right.parts]) == (phases, parts), act
        assert set(phases) <= set(reached), act
    assert {one for words in WRITTEN.values() for one in words[2].split()} == {phase.value for phase in Phase}
    assert {part for right in RIGHTS.values() for part in right.parts} == set(Part) - {Part.READER}


def test_every_form_of_a_council_is_an_act_of_the_table_behind_the_policy_of_its_row() -> None:
    forms = [one for one in all_routes() if isinstance(one, ActionRoute) and one.methods == {"POST"}]
    inside = [one for one in forms if one.name.startswith("linyue.councils.")]
    assert sorted(one.act for one in inside) == sorted(act.value for act in Act)
    assert [one.path for one in inside if one.action != RIGHTS[Act(one.act)].action] == []


def test_policy_and_table_agree() -> None:
    for action in {right.action for right in RIGHTS.values()}:
        named = {WAYS[part] for right in RIGHTS.values() if right.action == action for part in right.parts}
        roles = frozenset[Role]().union(*(way.roles for way in named))
        allowed = frozenset[Role]().union(*(way.roles for way in POLICY[action]))
        assert roles == allowed and (SIGNED_IN in named) is (SIGNED_IN in POLICY[action]), action


@dataclass
class World:
    """One compound, whoever may come, and ids of the things that a form names."""

    tree: Tree
    guest: Person
    """Whom the forms name: the one who is seated, or invited."""
    cast: dict[str, tuple[Client, Person | None, frozenset[Part]]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    async def put_into(self, phase: Phase, person: Person | None) -> None:
        """Make the rows anew so that the thing an act is about stands in this phase for this person."""
        now, guest = clock.now(), self.guest.id
        for rows in (XApplication, XMember, XCall, Seat, Council):
            await rows.all().delete()
        self.ids = {}
        if phase is Phase.NO_COUNCIL:
            return
        council = await Council.create(place_id=self.tree.compound.id, name_zh="示例理事会", founded_at=now)
        days = {Phase.COMING: (10, 90), Phase.OVER: (-90, -10)}.get(phase, (-30, 30))
        term = {"starts_at": now + timedelta(days=days[0]), "ends_at": now + timedelta(days=days[1])}
        of = {"council_id": council.id}
        if phase in (Phase.HELD, Phase.COMING, Phase.RUNNING, Phase.OVER, Phase.SITTING):
            holder = person.id if phase is Phase.SITTING and person else guest
            held = {"number": 1, "kind": MatterKind.RELATIONS, "person_id": holder}
            self.ids["seat"] = (await Seat.create(**of, **held, **term)).id
            self.ids["x"] = (await XMember.create(**of, person_id=guest, topic="屋顶", **term)).id
        closes = now + timedelta(days=-1 if phase is Phase.CLOSED else 9)
        call = await XCall.create(
            **of,
            topic="屋顶",
            text="要懂防水的",
            opened_by_id=guest,
            opened_at=now - timedelta(days=3),
            closes_at=closes,
        )
        self.ids["call"] = call.id
        states = {Phase.WAITING: ApplicationState.WAITING, Phase.ANSWERED: ApplicationState.DECLINED}
        if phase in states and person is not None:
            sent = {"way": Way.EXPERTISE, "topic": "屋顶", "words": "懂防水", "sent_at": now}
            made = await XApplication.create(**of, person_id=person.id, state=states[phase], **sent)
            self.ids["application"] = made.id

    def form_of(self, act: Act, done: str, newest: int) -> tuple[str, dict[str, str]]:
        """Address and fields of an act, right in every other way."""
        today, code = local_day(clock.now()), self.tree.compound.code
        desk, admin, who = f"/council/{code}", f"/admin/councils/{code}", PHONE
        soon, later = str(today + timedelta(days=9)), str(today + timedelta(days=60))
        asked = {"who": who, "topic": "电梯", "way": "expertise", "ends": later}
        term = "seat" if done == "council.seat.end" else "x"
        last = {"coming": 20, "over": -20}
        decision = "admit" if done == "council.x.admit" else "decline"
        rules = {name: str(getattr(DEFAULT, name)) for name in (*LIMITS, "share")}
        forms = {
            Act.FOUND: ("/admin/councils", {"place": code, "name_zh": "示例理事会"}),
            Act.RULES: ("/admin/councils/rules", rules | {"seen": str(newest), "supports": str(11 + newest)}),
            Act.GIVE_SEAT: (
                f"{admin}/seats",
                {"who": who, "number": "1", "kind": "relations", "starts": str(today), "ends": later},
            ),
            Act.APPOINT_X: (f"{admin}/x", asked),
            Act.END_TERM: (
                f"{admin}/end",
                {"term": f"{term}-{self.ids.get(term, 1)}", "last": str(today + timedelta(days=last.get(self.at, 0)))},
            ),
            Act.OPEN_CALL: (f"{desk}/calls/new", {"topic": "电梯", "text": "要懂的", "wanted": "1", "closes": soon}),
            Act.CLOSE_CALL: (f"{desk}/calls/{self.ids.get('call', 1)}/close", {}),
            Act.INVITE_X: (f"{desk}/x/new", asked),
            Act.PUT_FORWARD: (f"{desk}/join", {"way": "expertise", "topic": "电梯", "words": "修过"}),
            Act.WITHDRAW: (f"{desk}/join/{self.ids.get('application', 1)}/withdraw", {}),
            Act.DECIDE: (
                f"{desk}/applications/{self.ids.get('application', 1)}",
                {"decision": decision, "ends": later, "answer": "谢谢"},
            ),
        }
        return forms[act]

    at: str = ""

    async def does(self, name: str, act: Act, phase: Phase, done: str) -> bool:
        """Whether somebody's form is done, by the audit trail; the thing stands anew in the phase before."""
        client, person, parts = self.cast[name]
        of_others = act is Act.DECIDE or (act is Act.WITHDRAW and Part.APPLICANT not in parts)
        self.at = phase.value
        await self.put_into(phase, self.guest if of_others else person)
        last = await CouncilRules.all().order_by("-id").first()
        before = await AuditEntry.filter(action=done).count()
        await client.send_form(*self.form_of(act, done, last.id if last else 0))
        return await AuditEntry.filter(action=done).count() > before


@pytest.fixture
async def world(new_client: NewClient) -> World:
    tree = await make_tree()
    made = World(tree, await make_person(phone=PHONE, home=tree.units[0]))
    centre = await make_centre(tree.subdistrict, communities=(tree.community,))

    async def comes(name: str, person: Person | None, *parts: Part) -> None:
        client = new_client()
        if person is not None:
            await client.sign_in_as(person, is_staff=True)
        made.cast[name] = client, person, frozenset(parts)

    for role in Role:
        place = tree.compound if role is Role.STANDING_MEMBER else tree.district
        parts = (PARTS[role], Part.PERSON) if role in PARTS else (Part.PERSON,)
        at = centre.id if role is Role.CENTRE_CLERK else None
        await comes(role.value, await make_person(role=role, place=place, centre_id=at), *parts)
    await comes("neighbour", await make_person(home=tree.units[1]), Part.PERSON)
    await comes("applicant", await make_person(home=tree.units[2]), Part.PERSON, Part.APPLICANT)
    await comes("nobody", None, Part.READER)
    return made


async def test_every_act_by_everybody_in_every_phase(world: World) -> None:
    wrong = []
    for act in Act:
        phases, parts, reached = (words.split() for words in WRITTEN[act.value])
        for phase, done in ((Phase(one), done) for one in reached for done in AUDITED[act.value]):
            for name, (_, _, own) in world.cast.items():
                expected = phase.value in phases and any(part.value in parts for part in own)
                assert may(act, phase, own) is expected, (act, phase, name)
                if await world.does(name, act, phase, done) is not expected:
                    wrong.append(f"{done} in {phase} by {name}: {'closed' if expected else 'open'}")
    assert wrong == [], "\n".join(wrong)


async def test_each_row_decides_for_its_form(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may is refused as soon as the row names no phase, or nobody: the code reads the table."""
    table = cast("dict[Act, Right]", RIGHTS)
    for act, right in dict(table).items():
        name = next(one for one, (_, _, own) in world.cast.items() if right.parts[0] in own)
        for done in AUDITED[act.value]:
            assert await world.does(name, act, right.phases[0], done), act
            for changed in (replace(right, phases=()), replace(right, parts=())):
                with monkeypatch.context() as patched:
                    patched.setitem(table, act, changed)
                    assert not await world.does(name, act, right.phases[0], done), (act, changed)


async def test_the_page_says_the_table_in_both_languages(client: Client) -> None:
    titles: Mapping[str, str] = {"zh-CN": "议事会的席位", "en": "Seats of a council"}
    for lang, title in titles.items():
        await client.send_form("/settings", {"lang": lang})
        assert title in (await client.get("/rights")).text
