"""A hall of invented residents around an open question, for `linyue simulate` and fault tests; never for real people.

The notice period is skipped, so nothing made here may be shown as a meeting that was called.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from linyue.base import clock
from linyue.base.crypto import token_hash
from linyue.base.model import Session
from linyue.base.policy import Actor
from linyue.meetings import service as meetings
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import ItemState, MeetingState, Mode
from linyue.meetings.rules_plan import Link
from linyue.people.model import Person
from linyue.people.rules import PRIVACY_VERSION
from linyue.questions import service as questions
from linyue.questions.rules import RuleSpec
from linyue.rounds import service_chair
from linyue.upkeep.phone import Room, Seat

CODES = 1_000_000
NOTICE = timedelta(days=3)
"""As if the meeting had been announced in time."""


@dataclass(frozen=True, slots=True)
class Hall:
    """A running meeting with an open question; one seat for each resident on its roll, in the order of `people`."""

    meeting_id: int
    question_id: int
    room: Room
    people: list[int]
    seats: list[Seat]


async def make_hall(chair: Actor, place_id: int, residents: int, cookie: str, title: str = "模拟表决") -> Hall:
    """Make residents with sessions, a running meeting of this chair, and a question that is open to them all.

    `cookie`: the name of the session's cookie at the site the phones will visit.
    """
    meeting = await meetings.draft_meeting(
        chair,
        place_id=place_id,
        template="open-space",
        title=title,
        title_en="Simulated vote",
        starts_at=clock.now() + timedelta(minutes=5),
        mode=Mode.ONLINE,
    )
    people = await _make_people(residents)
    seats = await _sign_in(people, cookie)
    code = await _free_code()
    now = clock.now()
    await Meeting.filter(id=meeting.id).update(
        state=MeetingState.RUNNING,
        join_code=code,
        announced_at=now - NOTICE,
        started_at=now,
        is_sample=False,
    )
    await AgendaItem.filter(meeting_id=meeting.id, link=Link.CONSENSUS).update(state=ItemState.NOW, started_at=now)
    question = await questions.draft_question(
        chair, meeting.id, text_zh="模拟表决：是否同意？", text_en="A simulated vote: do you agree?", rule=RuleSpec()
    )
    await questions.open_question(chair, question.id, [(person, f"住户{n}") for n, person in enumerate(people)])
    return Hall(meeting.id, question.id, Room(code, question.public_id), people, seats)


async def end_hall(chair: Actor, hall: Hall) -> None:
    """Close the question and the meeting, whose other items are skipped; the result is out."""
    await service_chair.close_question(chair, hall.meeting_id, hall.question_id)
    items = await AgendaItem.of(hall.meeting_id)
    await AgendaItem.filter(meeting_id=hall.meeting_id).update(state=ItemState.DONE, ended_at=clock.now())
    await AgendaItem.filter(id=items[-1].id).update(state=ItemState.NOW, ended_at=None)
    await service_chair.end_meeting(chair, hall.meeting_id)


async def _make_people(count: int) -> list[int]:
    """Ids of so many new sample accounts that nobody can sign in to."""
    tag, now = secrets.token_hex(5), clock.now()
    rows = [
        Person(
            public_id=f"{tag}{n}",
            display_name=f"住户{n}",
            is_sample=True,
            privacy_version=PRIVACY_VERSION,
            privacy_at=now,
            created_at=now,
        )
        for n in range(count)
    ]
    await Person.bulk_create(rows, batch_size=500)
    made = await Person.filter(public_id__startswith=tag).order_by("id").values_list("id", flat=True)
    return [int(str(one)) for one in made]


async def _sign_in(people: list[int], cookie: str) -> list[Seat]:
    real = clock.real_now()
    tokens = [secrets.token_urlsafe(32) for _ in people]
    forms = [secrets.token_urlsafe(24) for _ in people]
    rows = [
        Session(token_hash=token_hash(token), csrf=form, person_id=person, created_at=real, seen_at=real)
        for token, form, person in zip(tokens, forms, people, strict=True)
    ]
    await Session.bulk_create(rows, batch_size=500)
    return [Seat(f"{cookie}={token}", form) for token, form in zip(tokens, forms, strict=True)]


async def _free_code() -> str:
    while True:
        code = f"{secrets.randbelow(CODES):06d}"
        if not await Meeting.filter(join_code=code).exists():
            return code
