"""Questions for tests, made through the service; the people and the meeting around them are plain rows."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.policy import Actor
from linyue.meetings.model import AgendaItem, Attendance, Meeting
from linyue.meetings.rules import Channel, ItemState, MeetingState
from linyue.meetings.rules_plan import Link
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.questions import service, service_void
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState, RuleSpec
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_options import Option
from linyue.questions.rules_owners import Weight
from linyue.questions.rules_secret import Kind
from linyue.questions.writer_batch import Receipt, Send


@dataclass(frozen=True, slots=True)
class Put:
    """A question put to some people; `people` are the ids of its roll, `chair` runs the meeting."""

    question: Question
    meeting: Meeting
    people: list[int]
    chair: Actor

    def send(self, who: int, choice: str = "for", *, replaces: int = 0, client_id: str = "") -> Send:
        """A ballot of the `who`-th person of the roll."""
        sender_id = client_id or secrets.token_hex(8)
        return Send(self.question.id, self.people[who], choice, sender_id, replaces, Via.POST)

    async def cast(self, who: int, choice: str = "for", *, replaces: int = 0, client_id: str = "") -> Receipt:
        """The same, through the service."""
        send = self.send(who, choice, replaces=replaces, client_id=client_id)
        return await service.cast_ballot(send.person_id, send.question_id, choice, send.client_id, replaces, Via.POST)


async def make_people(count: int) -> list[int]:
    """Ids of so many new accounts."""
    tag = secrets.token_hex(4)
    await Person.bulk_create(
        [Person(public_id=f"{tag}{n}", display_name=f"邻居{n}", created_at=clock.now()) for n in range(count)]
    )
    rows = await Person.filter(public_id__startswith=tag).order_by("id").values_list("id", flat=True)
    return [int(str(row)) for row in rows]


async def make_meeting(chair_id: int, state: MeetingState = MeetingState.RUNNING) -> Meeting:
    """A meeting in a community of its own."""
    tag = secrets.token_hex(4)
    place = await Place.create(kind="community", name_zh="文昌社区", name_en="Wenchang", path=f"/{tag}/", code=tag)
    place.path = f"/{place.id}/"
    await place.save()
    return await Meeting.create(
        public_id=tag,
        place_id=place.id,
        template="open-space",
        template_format=1,
        plan_data={},
        title="十月议事会",
        state=state,
        starts_at=clock.now(),
        created_by_id=chair_id,
        created_at=clock.now(),
    )


def options_for(rule: RuleSpec) -> list[Option]:
    """Words for every option of a rule that has some."""
    if rule.is_aye_or_no:
        return []
    return [Option(f"第{key.upper()}项", f"Item {key.upper()}", rule.form.costs.get(key, 0)) for key in rule.choices]


async def make_question(
    state: QuestionState = QuestionState.OPEN,
    *,
    people: int = 5,
    rule: RuleSpec | None = None,
    closes_in: timedelta | None = None,
    meeting: Meeting | None = None,
    present: int = 0,
    kind: Kind = Kind.NAMED,
    options: Sequence[Option] = (),
    weights: Sequence[Weight] = (),
    channels: Sequence[str] | None = None,
) -> Put:
    """A question in any state, with a roll of `people`; the first `present` of them attend the meeting."""
    chair_id, *ids = await make_people(people + 1)
    chair = Actor(person_id=chair_id)
    if meeting is None:
        meeting = await make_meeting(chair_id)
        await AgendaItem.create(
            meeting_id=meeting.id,
            position=1,
            link=Link.VOTE,
            title_zh="表决",
            title_en="",
            minutes=10,
            state=ItemState.NOW,
        )
    await Attendance.bulk_create(
        [
            Attendance(meeting_id=meeting.id, person_id=person, channel=Channel.HALL, at=clock.now())
            for person in ids[:present]
        ]
    )
    question = await service.draft_question(
        chair,
        meeting.id,
        text_zh="是否同意先修5幢和7幢的屋顶？",
        text_en="Repair the roofs of 5 and 7 first?",
        rule=rule or RuleSpec(),
        kind=kind,
        options=options or options_for(rule or RuleSpec()),
        channels=channels,
    )
    closes_at: datetime | None = None if closes_in is None else clock.now() + closes_in
    if state is not QuestionState.DRAFT:
        roll = [(person, f"邻居{person}") for person in ids]
        by_person = dict(zip(ids, weights, strict=True)) if weights else None
        question = await service.open_question(chair, question.id, roll, closes_at=closes_at, weights=by_person)
    if state in (QuestionState.CLOSED, QuestionState.PUBLISHED):
        question = await service.close_question(chair, question.id)
    if state is QuestionState.PUBLISHED:
        question = await service.publish_result(chair, question.id)
    if state is QuestionState.VOIDED:
        question = await service_void.void_question(chair, question.id, why="名册漏了两户", by=("a" * 64, "b" * 64))
    return Put(question, meeting, ids, chair)
