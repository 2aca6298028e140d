"""Where the sample community's social worker has been, and what neighbours say a week after the end."""

import random
import secrets
from datetime import datetime, time, timedelta

from linyue.base import clock, workdays
from linyue.base.policy import Actor
from linyue.boards import service_follow, service_visits
from linyue.boards.model import FollowUp
from linyue.boards.rules_follow import Answer
from linyue.boards.rules_visits import VisitKind
from linyue.boards.service_visits import NewVisit
from linyue.centres import service as centres
from linyue.centres.rules import Way
from linyue.demo.diary import move_to
from linyue.demo.people import People
from linyue.matters import service_handle, service_report, service_sweep, service_triage
from linyue.matters.service_report import NewMatter
from linyue.matters.service_triage import Sending

DAYS = 70
SEED = 7
LATELY = 7
"""Days back on which every working day has a visit: they can still be changed."""
MORE = 0.35, 0.75
"""Share of working days with a visit, at the beginning and now."""


async def note_visits(everybody: People, today: datetime) -> None:
    """Note them through the service, evening by evening, up to yesterday; the clock ends where it was."""
    rng = random.Random(SEED)
    calendar: workdays.Calendar = await centres.calendar()
    worker = await everybody.actor("social_worker")
    places = await service_visits.places_for(worker)
    for back in range(DAYS, 0, -1):
        day = clock.local(today - timedelta(days=back)).date()
        share = MORE[0] + (MORE[1] - MORE[0]) * (DAYS - back) / DAYS
        is_out = back <= LATELY or rng.random() < share
        if not calendar.is_working(day) or not is_out:
            continue
        move_to(datetime.combine(day, time(18), clock.SHANGHAI))
        hour, length = rng.randint(9, 15), rng.choice([30, 45, 60, 90, 120])
        end = (datetime.combine(day, time(hour)) + timedelta(minutes=length)).time()
        new = NewVisit(
            secrets.token_urlsafe(18), rng.choice(places).id, rng.choice(list(VisitKind)), day, time(hour), end
        )
        await service_visits.note_visit(worker, new)
    move_to(today)


ANSWERS = [Answer.FIXED] * 8 + [Answer.PARTLY, Answer.NOT]
ASKED_WEEKS = (5, 4, 3, 2, 1, 0)
DESK_DAYS = 18
DESK_PHONE = "19905740001"


async def ask_and_answer(everybody: People, today: datetime) -> None:
    """Ask week by week, as the timer does; most answer within two days, and some calls are still to be made."""
    rng = random.Random(SEED)
    worker = await everybody.actor("social_worker")
    await _told_at_the_desk(worker, today)
    for weeks in ASKED_WEEKS:
        move_to(today - timedelta(days=7 * weeks))
        while await service_follow.ask_all():
            pass
        if weeks == 0:
            break
        move_to(today - timedelta(days=7 * weeks - 2))
        for one in await FollowUp.filter(answer__isnull=True, is_call=False).select_related("matter"):
            if rng.random() < 0.4:
                actor = Actor(person_id=one.matter.reporter_id, name="neighbour")
                await service_follow.answer(actor, one.matter, rng.choice(ANSWERS))
    move_to(today)


async def _told_at_the_desk(worker: Actor, today: datetime) -> None:
    """Somebody without an account came to the desk; it was done within the day and waits for a call."""
    place = (await service_visits.places_for(worker))[-1]
    move_to(today - timedelta(days=DESK_DAYS))
    new = NewMatter(
        form_id=secrets.token_urlsafe(18), place_id=place.id, title="活动室的灯管一直闪",
        text="下棋看不清，想换一根灯管。",
        phone=DESK_PHONE, reporter_id=None, channel="desk", is_sample=True,
    )  # fmt: skip
    matter = await service_report.report_matter(worker, new)
    sending = Sending(Way.OWN_DESK, note="社区自己去换。")
    matter = await service_triage.send(worker, matter.id, matter.version, sending)
    matter = await service_handle.accept(worker, matter.id, matter.version)
    await service_handle.complete(worker, matter.id, matter.version, "换好了，顺手把开关也修了。")
    move_to(today - timedelta(days=1))
    await service_sweep.mark_due(matter.id)
