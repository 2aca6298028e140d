"""The table of rights of procedures, walked whole: every act by everybody in every kind of stage, and every form."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import NOBODY, POLICY, SIGNED_IN, Actor, Role, Scope, allow
from linyue.base.routing import ActionRoute
from linyue.councils import service as councils
from linyue.mediation import rules as mediation
from linyue.meetings.rules import Mode
from linyue.meetings.rules_stages import StageKind
from linyue.places.model import Place
from linyue.procedures import service, service_by_election, service_nominate
from linyue.procedures.model import Procedure, ProcedureStep, ProcedureVoice
from linyue.procedures.model_by_election import ByElection, Candidate, Nomination
from linyue.procedures.rules import ProcedureRefusal, ProcedureState
from linyue.procedures.rules_by_election import STAND_STAGES, ByElectionRefusal
from linyue.procedures.rules_rights import RIGHTS, STAGES, Act, Part, Phase, may, phase_of, refuse_act
from linyue.procedures.service_rights import WAYS, parts_of
from tests.access import all_routes
from tests.client import Client
from tests.make.councils import make_council
from tests.make.meetings import make_neighbour
from tests.make.people import actor_for, make_person
from tests.make.procedures import make_electorate

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

# Act -> phases and parts: the table once more by hand. c collect, p paper, s sitting, d disclosure, w work, B, O.
WRITTEN = {
    "begin": ("B", "council worker"),
    "open_election": ("B", "council"),
    "give_paper": ("cpsdw", "council worker party oversight owners"),
    "send_voice": ("cd", "voter"),
    "hide_voice": ("cpsdwO", "council"),
    "stand": ("cd", "voter"),
    "nominate": ("cd", "voter"),
    "decline": ("cpsdwO", "nominee"),
    "stand_down": ("cpsdwO", "candidate"),
    "call_sitting": ("s", "council"),
    "go_on": ("cpsdw", "council"),
    "withdraw": ("cpsdw", "council"),
}
LETTERS = dict(zip("BcpsdwO", Phase, strict=True))
ROLES = {
    Part.COUNCIL: Role.STANDING_MEMBER,
    Part.WORKER: Role.SOCIAL_WORKER,
    Part.PARTY: Role.PARTY_REVIEWER,
    Part.OVERSIGHT: Role.OVERSIGHT_COMMITTEE,
    Part.OWNERS: Role.OWNERS_COMMITTEE,
}
ELECTION = (Act.STAND, Act.NOMINATE, Act.DECLINE, Act.STAND_DOWN)
DENIED = {
    ProcedureRefusal.OVER,
    ProcedureRefusal.NOT_ASKING,
    ProcedureRefusal.NOT_A_SITTING,
    ProcedureRefusal.NOT_ON_ROLL,
    ByElectionRefusal.NOT_STANDING_NOW,
    ByElectionRefusal.NOT_ON_ROLL,
    ByElectionRefusal.NOT_ASKED,
}
"""Refusals that say: not in this stage, or not you. Any other answer means that the act itself is open."""


class Undo(Exception):
    """Nothing of what was tried stays."""


def test_the_table_is_what_was_written_down_and_names_every_act() -> None:
    assert set(RIGHTS) == set(Act)
    for act, right in RIGHTS.items():
        letters, parts = WRITTEN[act.value]
        assert (set(right.phases), [part.value for part in right.parts]) == (
            {LETTERS[one] for one in letters},
            parts.split(),
        ), act
    assert {part for right in RIGHTS.values() for part in right.parts} == set(Part) - {Part.READER}


def test_every_form_of_a_procedure_is_an_act_of_the_table_behind_the_policy_of_its_row() -> None:
    forms = [one for one in all_routes() if isinstance(one, ActionRoute) and one.methods == {"POST"}]
    inside = {one.path: one for one in forms if one.name.startswith("linyue.procedures.")}
    assert {one.act for one in inside.values()} == {act.value for act in Act}
    for path, one in inside.items():
        assert one.act and one.action == RIGHTS[Act(one.act)].action, path


def test_policy_and_table_agree() -> None:
    for action in {right.action for right in RIGHTS.values()}:
        named = {WAYS[part] for right in RIGHTS.values() if right.action == action for part in right.parts}
        roles = frozenset[Role]().union(*(way.roles for way in named))
        allowed = frozenset[Role]().union(*(way.roles for way in POLICY[action]))
        assert roles == allowed and (SIGNED_IN in named) is (SIGNED_IN in POLICY[action]), action


def test_where_a_procedure_stands() -> None:
    assert [phase_of(ProcedureState.RUNNING, kind) for kind in StageKind] == list(STAGES)
    over = [state for state in ProcedureState if state is not ProcedureState.RUNNING]
    assert {phase_of(state, StageKind.PAPER) for state in over} == {Phase.OVER}
    assert refuse_act(Act.GO_ON, Phase.OVER) is ProcedureRefusal.OVER
    assert refuse_act(Act.STAND, Phase.OVER) is ByElectionRefusal.NOT_STANDING_NOW


async def put_into(procedure: Procedure, phase: Phase) -> bool:
    """Move the rows of a procedure into a phase; False where its kind has no such stage."""
    stages = [one for one in procedure.plan.stages if phase is Phase.OVER or one.kind.value == phase.value]
    if not stages:
        return False
    state = ProcedureState.DONE if phase is Phase.OVER else ProcedureState.RUNNING
    named = next((one for one in stages if one.stage in STAND_STAGES), stages[0])
    await Procedure.filter(id=procedure.id).update(state=state)
    await ProcedureStep.filter(procedure_id=procedure.id).update(
        state="done" if phase is Phase.OVER else "now", stage=named.stage
    )
    return True


Call = Callable[[], Awaitable[object]]


async def calls_of(who: Actor, procedure: Procedure, phase: Phase, other: str) -> Mapping[Act, Call]:
    """Each act as its service takes it, with what it needs."""
    step = await ProcedureStep.filter(procedure_id=procedure.id).order_by("-id").first()
    assert step is not None
    stage = procedure.plan.stage(step.stage)
    voice = await ProcedureVoice.filter(step__procedure_id=procedure.id).first()
    at = clock.now() + timedelta(days=30)
    paper = next(iter(stage.gives), "none")
    number = procedure.id
    return {
        Act.GIVE_PAPER: lambda: service.give_paper(who, number, paper, "正文"),
        Act.SEND_VOICE: lambda: service.send_voice(who, number, "路灯太暗"),
        Act.HIDE_VOICE: lambda: service.hide_voice(who, number, voice.id if voice else 0, "骂人"),
        Act.CALL_SITTING: lambda: service.call_sitting(who, number, starts_at=at, mode=Mode.HALL, venue="议事厅"),
        Act.GO_ON: lambda: service.go_on(who, number, after=0),
        Act.WITHDRAW: lambda: service.withdraw(who, number, "不办了"),
        Act.STAND: lambda: service_by_election.stand(who, procedure, "我愿意"),
        Act.NOMINATE: lambda: service_nominate.nominate(who, procedure, other, "他热心"),
        Act.DECLINE: lambda: service_nominate.decline(who, procedure),
        Act.STAND_DOWN: lambda: service_by_election.stand_down(who, procedure),
    }


async def is_open(who: Actor, act: Act, scope: Scope, call: Call) -> bool:
    """Whether policy, table and service let this person do the act now; nothing of it stays."""
    if not allow(who, RIGHTS[act].action, scope):
        return False
    try:
        async with unit_of_work():
            await call()
            raise Undo
    except (Undo, NotFound):
        return True
    except Refused as refusal:
        return refusal.reason not in DENIED


async def cast_at(place: Place) -> dict[Part, Actor]:
    """One person for each part, who is nothing else."""
    found = {part: await actor_for(await make_person(role=role, place=place)) for part, role in ROLES.items()}
    return found | {Part.VOTER: await make_neighbour(place), Part.READER: NOBODY}


@pytest.mark.usefixtures("db")
async def test_every_act_by_everybody_in_every_stage() -> None:
    place, people = await make_electorate(2)
    made = await service.begin(people[0], place_id=place.id, template="major", title="大门")
    cast, scope = await cast_at(place), await service.scope_of(made)
    step = await service.step_now(made.id)
    assert step is not None
    await ProcedureVoice.create(step_id=step.id, person_id=people[1].person_id, text="意见", sent_at=clock.now())
    wrong = []
    for phase in (*STAGES, Phase.OVER):
        assert await put_into(made, phase), phase
        procedure = await Procedure.get(id=made.id)
        for part, who in cast.items():
            for act, call in (await calls_of(who, procedure, phase, "")).items():
                if act in ELECTION:
                    continue
                if (got := await is_open(who, act, scope, call)) != may(act, phase, {part}):
                    wrong.append(f"{act} in {phase} by {part}: {'open' if got else 'closed'}")
    assert wrong == [], "\n".join(wrong)
    assert parts_of(cast[Part.PARTY], scope) == {Part.PARTY} and parts_of(NOBODY, scope) == {Part.READER}


@pytest.mark.usefixtures("db")
async def test_every_act_of_a_by_election_by_everybody_in_every_stage() -> None:
    place, people = await make_electorate(3)
    chair = people[0]
    assert chair.person_id is not None
    council = await make_council(place.id, [chair.person_id])
    made = (await service_by_election.open_by_election(chair, await councils.council_by_code(place.code), 5)).procedure
    cast, scope = await cast_at(place), await service.scope_of(made)
    cast[Part.NOMINEE], cast[Part.CANDIDATE] = await make_neighbour(place), await make_neighbour(place)
    election = await ByElection.get(procedure_id=made.id)
    of = {"by_election_id": election.id, "words": "热心"}
    candidate, nominee = cast[Part.CANDIDATE].person_id, cast[Part.NOMINEE].person_id
    await Candidate.create(person_id=candidate, stood_at=clock.now(), **of)
    await Nomination.create(person_id=nominee, nominated_by_id=candidate, nominated_at=clock.now(), **of)
    assert council.id == election.council_id
    wrong = []
    for phase in (*STAGES, Phase.OVER):
        if not await put_into(made, phase):
            continue
        procedure = await Procedure.get(id=made.id)
        for part, who in cast.items():
            # Whoever was put forward or stands is a neighbour with a voice as well.
            parts = {part, Part.VOTER} if part in (Part.NOMINEE, Part.CANDIDATE) else {part}
            calls = await calls_of(who, procedure, phase, people[2].name)
            for act in (Act.STAND, Act.NOMINATE, Act.DECLINE):
                if (got := await is_open(who, act, scope, calls[act])) != may(act, phase, parts):
                    wrong.append(f"{act} in {phase} by {part}: {'open' if got else 'closed'}")
        await service_by_election.stand_down(cast[Part.CANDIDATE], procedure)
        assert await Candidate.filter(id__gt=0, withdrawn_at=None).count() == 0, phase
        await Candidate.all().update(withdrawn_at=None)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.usefixtures("db")
async def test_the_page_shows_every_table_that_the_code_reads(client: Client) -> None:
    for lang, names in (("zh-CN", ("分几步走的事", "邻里纠纷")), ("en", ("Procedures of several steps", "Disputes"))):
        await client.send_form("/settings", {"lang": lang})
        page = (await client.get("/rights")).text
        assert all(name in page for name in names), lang
        assert "-rights-" not in page.replace('href="/rights', ""), "a word that is missing"
        rows = len(RIGHTS) + len(mediation.RIGHTS)
        assert page.count("<tr") >= rows
