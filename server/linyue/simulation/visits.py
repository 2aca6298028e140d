"""The visit log of a year: so much before anything floats, and afterwards a share of the time that floating frees.

How much it frees is what the load board says of the month before, community by community; nothing here names a gain.
"""

import base64
import random
from datetime import datetime, time, timedelta

from linyue.base import clock
from linyue.base.workdays import Calendar
from linyue.boards import service_load, service_visits
from linyue.boards.rules import Month
from linyue.boards.rules_visits import VisitKind
from linyue.boards.service_visits import NewVisit
from linyue.demo.diary import Story
from linyue.simulation.district import District, Home
from linyue.simulation.volumes import Volumes

DAYS_A_WEEK = 5
EVENING = time(18)
MORNING = 9


class Visits:
    """Notes the visits of every desk, each working evening."""

    def __init__(self, district: District, volumes: Volumes, calendar: Calendar) -> None:
        self.district, self.volumes, self.calendar = district, volumes, calendar
        self.rng = random.Random(volumes.seed + 2)
        self.saved_up = {home.place.id: 0.0 for home in district.homes}
        self.gained: dict[int, float] = {}
        """Minutes a week that floating took off each community's desk in the month before."""
        self.month = Month(volumes.year, 1)

    async def story(self) -> Story:
        """Evening by evening."""
        while True:
            day = clock.local(clock.now()).date()
            if Month.of(day) != self.month:
                await self._look_back()
                self.month = Month.of(day)
            if self.calendar.is_working(day):
                for home in self.district.homes:
                    await self._of_day(home)
            yield datetime.combine(day + timedelta(days=1), EVENING, clock.SHANGHAI)

    async def _look_back(self) -> None:
        found = await service_load.month_load(self.district.place, self.month)
        self.gained = {
            place_id: (load.minutes_unfloated - load.minutes) / load.weeks if load.weeks else 0.0
            for place_id, load in found.by_community.items()
        }

    async def _of_day(self, home: Home) -> None:
        """Visits as long as there is time saved up for one, one after the other from the morning on."""
        plan = self.volumes.visits
        share = plan["of_time_gained"] * self.gained.get(home.place.id, 0.0)
        self.saved_up[home.place.id] += (plan["minutes_a_week"] + share) / DAYS_A_WEEK
        for worker in self.district.workers[home.spot.code]:
            start = timedelta(hours=MORNING, minutes=self.rng.randrange(0, 60, 15))
            for _ in range(2):
                minutes = self.rng.choice(plan["lengths"])
                if self.saved_up[home.place.id] < minutes:
                    break
                self.saved_up[home.place.id] -= minutes
                await self._note(home, worker.id, start, minutes)
                start += timedelta(minutes=minutes + 30)

    async def _note(self, home: Home, worker_id: int, start: timedelta, minutes: int) -> None:
        day = clock.local(clock.now()).date()
        begins = datetime.combine(day, time()) + start
        new = NewVisit(
            base64.urlsafe_b64encode(self.rng.randbytes(18)).decode(),
            self.rng.choice((home.place.id, home.compound.id)),
            self.rng.choice(list(VisitKind)),
            day,
            begins.time(),
            (begins + timedelta(minutes=minutes)).time(),
        )
        await service_visits.note_visit(await self.district.people.actor(worker_id), new)
