"""What happens in the room: arriving, topics, groups, notes, speeches, votes, through the services people use."""

import asyncio
import random
import secrets
from collections.abc import Collection
from datetime import timedelta

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.demo.data import read_data
from linyue.demo.diary import Story
from linyue.demo.steps import Hands
from linyue.meetings import service_floor, service_room, service_speakers
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, ItemState
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_speakers import Stance
from linyue.people.model import Person
from linyue.questions import service as questions
from linyue.questions import service_secret
from linyue.questions.model import Question
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import Kind
from linyue.rounds import service as rounds
from linyue.rounds import service_chair, service_groups
from linyue.rounds.model import Group, Topic
from linyue.rounds.rules_space import Duty

CHOICES = ("for", "against", "abstain")
"""In the order in which the data file gives their numbers."""
PLACES = ("东窗边", "前排圆桌", "书柜旁", "门口长桌")
SEATED = 9
"""People in each group."""


class Room:
    """One meeting while it runs; the chair is the same in all of them."""

    def __init__(self, hands: Hands, meeting_id: int, rng: random.Random) -> None:
        self.people, self.meeting_id, self.rng = hands.people, meeting_id, rng
        on_roll = {person.id: person for person, _ in self.people.residents["guiyu"]}
        self.roll: list[Person] = list(on_roll.values())
        self.here: list[Person] = []

    async def arrive(self, count: int) -> None:
        """So many of the roll come in and accept the rules, the people of the demo accounts not among them."""
        self.here = self.rng.sample([p for p in self.roll if not p.demo_role], count)
        version = rules_version((await Meeting.get(id=self.meeting_id)).plan_data)
        async with unit_of_work():
            for person in self.here:
                who = await self.people.actor(person)
                await service_floor.enter(who, self.meeting_id, version, Channel.HALL)

    async def until_market(self, topics: list[str]) -> Story:
        """Start, call for topics, settle them, sit down."""
        chair = await self.people.actor("chair")
        await service_room.start(chair, self.meeting_id)
        for person, text in zip(self.here, topics, strict=False):
            yield clock.now() + timedelta(minutes=self.rng.randint(3, 5))
            await rounds.post_topic(await self.people.actor(person), self.meeting_id, text)
        yield clock.now() + timedelta(minutes=5)
        await self._next()
        yield clock.now() + timedelta(minutes=9)
        for topic, place in zip(await Topic.filter(meeting_id=self.meeting_id).order_by("id"), PLACES, strict=False):
            await service_chair.form_group(chair, self.meeting_id, topic.id, place)
        yield clock.now() + timedelta(minutes=2)
        await self._next()
        for number, group in enumerate(await Group.of(self.meeting_id)):
            yield clock.now() + timedelta(seconds=15)
            for person in self.here[number * SEATED : (number + 1) * SEATED - number]:
                await rounds.join_group(await self.people.actor(person), self.meeting_id, group.id)

    async def until_vote(self) -> Story:
        """The groups talk, write a note each and bring their points back."""
        yield clock.now() + timedelta(minutes=5)
        await self._next()
        data = read_data("meetings")
        for number, group in enumerate(await Group.of(self.meeting_id)):
            yield clock.now() + timedelta(minutes=9)
            writer = await self.people.actor(self.here[number * SEATED])
            await service_groups.hold_duty(writer, self.meeting_id, group.id, Duty.RECORDER)
            text = data["notes"][number % len(data["notes"])]
            await rounds.save_note(writer, self.meeting_id, group.id, 0, text)
            stance, point = data["points"][number % len(data["points"])]
            await rounds.bring_back(writer, self.meeting_id, group.id, point, Stance(stance))
        yield clock.now() + timedelta(minutes=5)
        await self._next()

    async def vote(self, votes: dict[str, list[int]], secret: Collection[str] = ()) -> Story:
        """Two speeches on the item, then its question from put to published, then the next item.

        `votes`: for, against, abstain by question; `secret`: the questions that are voted on in a sealed box.
        """
        chair = await self.people.actor("chair")
        item = await AgendaItem.get(meeting_id=self.meeting_id, state=ItemState.NOW)
        for person, stance in zip(self.here[40:42], (Stance.FOR, Stance.AGAINST), strict=True):
            await service_speakers.ask_to_speak(await self.people.actor(person), self.meeting_id, stance)
        for _ in range(2):
            yield clock.now() + timedelta(minutes=2)
            await service_speakers.next_speaker(chair, self.meeting_id)
        yield clock.now() + timedelta(minutes=3)
        kind = Kind.SECRET if item.question_zh in secret else Kind.NAMED
        question = await service_chair.put_question(chair, self.meeting_id, item.question_zh, item.question_en, kind)
        await service_chair.open_question(chair, self.meeting_id, question.id)
        yield clock.now() + timedelta(minutes=4)
        await self._cast(await Question.get(id=question.id), votes[item.question_zh])
        yield clock.now() + timedelta(minutes=1)
        await service_chair.close_question(chair, self.meeting_id, question.id)
        await service_secret.settle_boxes()
        yield clock.now() + timedelta(minutes=1)
        await service_chair.publish_result(chair, self.meeting_id, question.id)
        yield clock.now() + timedelta(minutes=1)
        await self._next()

    async def _cast(self, question: Question, numbers: list[int]) -> None:
        """Ballots of so many people, the witness not among them; the writer takes them in batches."""
        always = [self.people.by_key[key] for key in ("owner", "neighbour", "tenant")]
        others = [p for p in self.roll if p not in always and p != self.people.by_key["oversight"]]
        voters = iter([*always, *self.rng.sample(others, sum(numbers) - len(always))])
        await asyncio.gather(
            *(
                _send(question, next(voters).id, choice)
                for choice, number in zip(CHOICES, numbers, strict=True)
                for _ in range(number)
            )
        )

    async def questions(self) -> list[Question]:
        """The questions of this meeting, in order."""
        return await Question.of_meeting(self.meeting_id).order_by("id")

    async def close(self) -> None:
        """The chair closes the meeting."""
        await service_chair.end_meeting(await self.people.actor("chair"), self.meeting_id)

    async def _next(self) -> None:
        item = await service_room.now_item(self.meeting_id)
        assert item is not None
        await service_chair.next_item(await self.people.actor("chair"), self.meeting_id, item.position)


async def _send(question: Question, person_id: int, choice: str) -> None:
    """One ballot, sealed where the vote is secret."""
    client_id = secrets.token_hex(8)
    if question.kind is Kind.SECRET:
        code = service_secret.new_code()
        await service_secret.seal_and_cast(person_id, question, choice, code, client_id, 0)
    else:
        await questions.cast_ballot(person_id, question.id, choice, client_id, 0, Via.POST)
