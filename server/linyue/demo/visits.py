"""Where the sample community's social worker has been: some hours on each of the last working days."""

import random
import secrets
from datetime import datetime, time, timedelta

from linyue.base import clock, workdays
from linyue.boards import service_visits
from linyue.boards.rules_visits import VisitKind
from linyue.boards.service_visits import NewVisit
from linyue.centres import service as centres
from linyue.demo.diary import move_to
from linyue.demo.people import People

DAYS = 70
SEED = 7
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
        if not calendar.is_working(day) or rng.random() > MORE[0] + (MORE[1] - MORE[0]) * (DAYS - back) / DAYS:
            continue
        move_to(datetime.combine(day, time(18), clock.SHANGHAI))
        hour, length = rng.randint(9, 15), rng.choice([30, 45, 60, 90, 120])
        end = (datetime.combine(day, time(hour)) + timedelta(minutes=length)).time()
        new = NewVisit(
            secrets.token_urlsafe(18), rng.choice(places).id, rng.choice(list(VisitKind)), day, time(hour), end
        )
        await service_visits.note_visit(worker, new)
    move_to(today)
