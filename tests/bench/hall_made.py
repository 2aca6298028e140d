"""A hall of thousands for measuring: residents, sessions, a running meeting and an open question, made in bulk."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from tortoise.backends.base.executor import EXECUTOR_CACHE

from linyue import process
from linyue.base import clock, crypto, db, schema, session
from linyue.base.crypto import token_hash
from linyue.base.model import Session
from linyue.base.settings import Settings
from linyue.meetings.model import Attendance
from linyue.meetings.rules import Channel, MeetingState
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_plan import Link
from linyue.people.model import Occupancy, Person
from linyue.people.rules import ClaimState, Tenure
from linyue.places.rules import PlaceKind
from linyue.rounds import service_chair
from tests.make.meetings import make_meeting
from tests.make.places import make_place, make_unit


@dataclass(frozen=True, slots=True)
class MadeHall:
    """What phones need: the room's code, the question, and (token, form token) of each resident and of the chair."""

    meeting_id: int
    question_id: int
    code: str
    question: str
    sessions: list[tuple[str, str]]
    console: str
    chair: tuple[str, str]


async def make_hall(settings: Settings, people: int, *, are_present: bool = True, is_open: bool = True) -> MadeHall:
    """Residents on the roll, signed in; `are_present`: checked in too, so that a ballot raises one version only.

    `is_open`: so is the vote; else the chair has put the question, and opens it by the console.
    """
    process.load_jobs()  # a meeting that is announced leaves work for later
    EXECUTOR_CACHE.clear()  # the ORM keeps built SQL by connection name, whatever the database behind it
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.make_schema()
        hall = await make_meeting(MeetingState.RUNNING, 1)
        now, real, tag = clock.now(), clock.real_now(), secrets.token_hex(4)
        unit = await make_unit(await make_place(PlaceKind.BUILDING, hall.place))
        residents = [Person(public_id=f"{tag}{n}", display_name=f"邻居{n}", created_at=now) for n in range(people)]
        await Person.bulk_create(residents, batch_size=500)
        ids = [int(str(one)) for one in await Person.filter(public_id__startswith=tag).values_list("id", flat=True)]
        homes = {"unit_id": unit.id, "tenure": Tenure.OWNER, "state": ClaimState.CONFIRMED, "claimed_at": now}
        await Occupancy.bulk_create([Occupancy(person_id=one, **homes) for one in ids], batch_size=500)
        if are_present:
            there = {"meeting_id": hall.meeting.id, "channel": Channel.ONLINE, "at": now}
            there["accepted"] = rules_version(hall.meeting.plan_data)
            await Attendance.bulk_create([Attendance(person_id=one, **there) for one in ids], batch_size=500)
        tokens = [(secrets.token_urlsafe(32), secrets.token_urlsafe(24)) for _ in ids]
        await Session.bulk_create(
            [
                Session(token_hash=token_hash(token), csrf=csrf, person_id=person, created_at=real, seen_at=real)
                for person, (token, csrf) in zip(ids, tokens, strict=True)
            ],
            batch_size=500,
        )
        await hall.go_to(Link.CONSENSUS)
        question = await service_chair.put_question(hall.chair, hall.meeting.id, "是否同意先修5幢和7幢的屋顶？")
        if is_open:
            question = await service_chair.open_question(hall.chair, hall.meeting.id, question.id)
        assert hall.chair.person_id is not None
        row, token = await session.begin(hall.chair.person_id, is_staff=True, has_second_factor=True)
        code, console = str((await hall.fresh()).join_code), f"/run/{hall.meeting.public_id}"
        return MadeHall(hall.meeting.id, question.id, code, question.public_id, tokens, console, (token, row.csrf))
    finally:
        clock.set_offset(timedelta())  # making a meeting waits for its day
        await db.disconnect()
