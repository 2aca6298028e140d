"""Procedures for tests, run through the services the way a council runs them: papers, opinions, sittings, votes."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

from linyue.base import clock
from linyue.base.policy import Actor, Role
from linyue.base.workdays import published_calendar
from linyue.meetings import service as meetings
from linyue.meetings import service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, Mode, earliest_day
from linyue.meetings.rules_plan import VOTING, Office
from linyue.meetings.rules_stages import StageKind, StagePlan
from linyue.meetings.templates import load_data
from linyue.people.model import Occupancy, Person
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.procedures import rules, service
from linyue.procedures.model import Procedure, ProcedureStep
from linyue.procedures.rules import ProcedureState
from linyue.questions import service as questions
from linyue.questions import service_interested, service_secret
from linyue.questions.model import Question
from linyue.questions.model_owners import InterestedOwner
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import Kind
from linyue.rounds import service_chair
from tests.make.meetings import join_bodies, make_compound, make_neighbour
from tests.make.people import actor_for, make_home, make_person


@dataclass
class Run:
    """A procedure and the people around it: `chair` of the council, `neighbours` on the roll (the chair among them)."""

    procedure: Procedure
    place: Place
    chair: Actor
    neighbours: list[Actor]

    async def fresh(self) -> Procedure:
        """The procedure as it is stored now."""
        return await Procedure.get(id=self.procedure.id)

    async def stage(self) -> tuple[ProcedureStep, StagePlan]:
        """The stay that lasts and its stage."""
        step = await service.step_now(self.procedure.id)
        assert step is not None
        return step, self.procedure.plan.stage(step.stage)

    async def go_on(self) -> Procedure:
        """On, from the step that is there now."""
        step, _stage = await self.stage()
        return await service.go_on(self.chair, self.procedure.id, after=step.id)

    async def give_all(self) -> None:
        """Hand in every paper of the present stage."""
        _step, stage = await self.stage()
        for paper in stage.gives:
            by = self.procedure.plan.paper(paper).by
            who = await self.holder(Role(min(by))) if by else self.chair
            await service.give_paper(who, self.procedure.id, paper, f"{paper}：写好了。")

    async def holder(self, role: Role) -> Actor:
        """Somebody with this role at the procedure's place, who is nothing else."""
        return await actor_for(await make_person(role=role, place=self.place))

    async def wait(self) -> None:
        """Let the shortest time of the present stage run."""
        step, stage = await self.stage()
        until = rules.earliest_end(stage, (await service.facts_of(step)).counts_from, published_calendar())
        if until is not None and until > clock.now():
            clock.set_offset(clock.offset() + (until - clock.now()))

    async def call(self) -> Meeting:
        """Call, announce and start the sitting of the present stage, on the first day its notice allows."""
        _step, stage = await self.stage()
        local = clock.local(clock.now())
        day = earliest_day(local.date(), stage.notice, published_calendar())
        starts_at = local + (day - local.date()) + timedelta(hours=1)
        meeting = await service.call_sitting(
            self.chair, self.procedure.id, starts_at=starts_at, mode=Mode.BOTH, venue="议事厅"
        )
        recorder = await Person.get(id=self.neighbours[1].person_id)
        await meetings.give_office(self.chair, meeting.id, recorder.public_id, Office.RECORDER)
        await meetings.announce(self.chair, meeting.id)
        clock.set_offset(clock.offset() + (starts_at - clock.now()))
        await service_room.start(self.chair, meeting.id)
        return meeting

    async def sit(self, meeting: Meeting, choice: str = "for") -> list[Question]:
        """Everybody comes, the agenda runs, each vote is cast with `choice`, counted and published, the meeting ends."""
        for who in self.neighbours:
            await service_room.check_in(who, meeting.id, Channel.HALL)
        put = []
        items = await AgendaItem.of(meeting.id)
        for item in items:
            if item.link in VOTING:
                put.append(await self.vote(meeting, choice))
            if item is not items[-1]:
                await service_chair.next_item(self.chair, meeting.id, item.position)
        await service_chair.end_meeting(self.chair, meeting.id)
        return put

    async def vote(self, meeting: Meeting, choice: str) -> Question:
        """The vote of the item under way, from its words to its published result."""
        return await self.vote_of(meeting, self.neighbours, choice)

    async def vote_of(self, meeting: Meeting, people: list[Actor], choice: str = "for") -> Question:
        """The same, with only some of them voting."""
        where = await one_building(meeting, people)
        question = await service_chair.put_question(self.chair, meeting.id, "同意吗？", roll_place_id=where)
        question = await service_chair.open_question(self.chair, meeting.id, question.id)
        await cast_all(people, question, choice)
        await service_chair.close_question(self.chair, meeting.id, question.id)
        return await service_chair.publish_result(self.chair, meeting.id, question.id)

    async def step(self, choice: str = "for") -> Procedure:
        """Do all that the present stage asks, and go on."""
        _step, stage = await self.stage()
        if stage.kind is StageKind.COLLECT:
            await service.send_voice(self.neighbours[-1], self.procedure.id, "路灯太暗了。")
        await self.give_all()
        if stage.kind is StageKind.SITTING:
            await self.sit(await self.call(), choice)
        await self.wait()
        return await self.go_on()

    async def to_end(self, choices: list[str] | None = None) -> Procedure:
        """Every stage to the end; `choices` are those of the sittings, in order, then for."""
        left = cycle(["for"]) if choices is None else iter([*choices, *["for"] * 40])
        while (now := await self.fresh()).state is ProcedureState.RUNNING:
            _step, stage = await self.stage()
            await self.step(next(left) if stage.kind is StageKind.SITTING else "for")
        return now


async def one_building(meeting: Meeting, people: list[Actor]) -> int | None:
    """Where the owners of one building must consent: the first's, and everybody else has shown harm. Else None."""
    if not service_interested.asks_consent_of_all(meeting):
        return None
    home = await Occupancy.filter(person_id=people[0].person_id).order_by("id").first().prefetch_related("unit")
    assert home is not None
    at = await Place.get(id__in=home.unit.ancestor_ids, kind=PlaceKind.BUILDING)
    for one in people[1:]:
        if not await InterestedOwner.exists(meeting_id=meeting.id, person_id=one.person_id):
            await service_interested.add_interested(people[0], meeting.id, one.person_id or 0, "油烟口正对着卧室窗。")
    return at.id


async def cast_all(people: list[Actor], question: Question, choice: str) -> None:
    """Everybody votes for the same, named or sealed; among options, for is the first and against the last."""
    rule = question.rule_spec
    if not rule.is_aye_or_no:
        choice = {"for": rule.choices[0], "against": rule.choices[-1]}.get(choice, choice)
    for who in people:
        assert who.person_id is not None
        client = secrets.token_hex(8)
        if question.kind is Kind.SECRET:
            code = service_secret.new_code()
            await service_secret.seal_and_cast(who.person_id, question, choice, code, client, 0)
        else:
            await questions.cast_ballot(who.person_id, question.id, choice, client, 0, Via.POST)


async def own_the_rest(place: Place, owner: Actor) -> None:
    """Every unit that nobody owns is this person's: one owner of several units."""
    person = await Person.get(id=owner.person_id)
    for unit in await Place.inside(place.path, PlaceKind.UNIT):
        if not await Occupancy.filter(unit_id=unit.id).exists():
            await make_home(person, unit)


async def make_electorate(neighbours: int) -> tuple[Place, list[Actor]]:
    """A compound and so many people of it, the first of the council; each owns a home and is of every body."""
    place = await make_compound()
    chair = await make_neighbour(place, "", Role.STANDING_MEMBER)
    others = [await make_neighbour(place, "", Role.X_MEMBER) for _ in range(neighbours - 1)]
    await join_bodies(place, [chair, *others])
    await own_the_rest(place, chair)
    return place, [chair, *others]


ITEMS = {"owners-ordinary": 5, "owners-special": 8}
"""An item of Civil Code 278 for each template that needs one."""


async def fit_place(place: Place, template: str) -> None:
    """A kind that only villages have is begun in a village."""
    if load_data(template).get("where") == "villages":
        await Place.filter(id__in=place.ancestor_ids, kind=PlaceKind.COMMUNITY).update(name_zh="高桥村")


async def make_procedure(template: str, neighbours: int = 3) -> Run:
    """A procedure in its first stage, in a compound of its own.

    Every neighbour owns their home and is of every body that may vote, so that each roll holds the same people.
    """
    place, people = await make_electorate(neighbours)
    chair = people[0]
    await fit_place(place, template)
    made = await service.begin(
        chair,
        place_id=place.id,
        template=template,
        title="小区大门改造",
        title_en="A new gate",
        item=ITEMS.get(template, 0),
    )
    return Run(made, place, chair, people)
