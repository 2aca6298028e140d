"""A published result in a real neighbourhood, with everybody who may doubt, answer and void it."""

from dataclasses import dataclass

from linyue.base.policy import Actor, Role
from linyue.people.model import Person
from linyue.questions.model import Ballot
from tests.make.minutes import Held, make_held
from tests.make.people import actor_for, make_person


@dataclass(frozen=True, slots=True)
class Doubted:
    """`voter` voted, `absent` is on the roll and did not; two of the oversight committee, one worker, one officer."""

    held: Held
    overseer: Actor
    second: Actor
    worker: Actor
    officer: Actor

    @property
    def voter(self) -> Actor:
        return self.held.hall.neighbours[0]

    @property
    def absent(self) -> Actor:
        return self.held.hall.neighbours[2]

    @property
    def chair(self) -> Actor:
        return self.held.chair

    @property
    def question_id(self) -> int:
        return self.held.question.id

    @property
    def address(self) -> str:
        return f"/q/{self.held.question.public_id}"

    async def code(self) -> str:
        """The voter's receipt code."""
        return (await Ballot.get(question_id=self.question_id, person_id=self.voter.person_id)).receipt_code


async def make_doubted() -> Doubted:
    """The roles are held for the compound of the meeting."""
    held = await make_held()
    roles = (Role.OVERSIGHT_COMMITTEE, Role.OVERSIGHT_COMMITTEE, Role.SOCIAL_WORKER, Role.SUBDISTRICT_OFFICER)
    people = [await make_person(role=role, place=held.hall.place) for role in roles]
    overseer, second, worker, officer = [await actor_for(person) for person in people]
    return Doubted(held, overseer, second, worker, officer)


async def person_of(actor: Actor) -> Person:
    """The account behind an actor."""
    return await Person.get(id=actor.person_id)
