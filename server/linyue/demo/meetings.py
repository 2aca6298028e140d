"""Four meetings of the large compound: two held, one under way, one announced; told through the services people use."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from linyue.base import clock
from linyue.centres.rules import Way
from linyue.demo.data import read_data
from linyue.demo.diary import Diary, Story
from linyue.demo.matters import Reports
from linyue.demo.papers import doubt_about, minutes_of
from linyue.demo.room import Room
from linyue.demo.steps import Hands
from linyue.demo.texts import Draft, note
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Rating
from linyue.meetings import service, service_agenda
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Mode
from linyue.meetings.rules_plan import Office
from linyue.people.model import Person
from linyue.rehearsals import service as rehearsals
from linyue.rehearsals.rules import Trouble
from linyue.resolutions import service as resolutions
from linyue.resolutions import service_plan
from linyue.resolutions.model import Resolution

COMPOUND = "guiyu"
ANNOUNCED_BEFORE = 5
"""Days between notice and meeting, where the data file does not say."""
UNDER_WAY = timedelta(minutes=36)
"""How long the meeting of today has been going on."""
OFFICES = {"recorder": Office.RECORDER, "seat_7": Office.TELLER, "oversight": Office.WITNESS}


@dataclass
class Meetings:
    """What happens before, in and after the meetings."""

    hands: Hands
    reports: Reports
    rng: random.Random
    matters: dict[str, tuple[int, Draft]] = field(default_factory=dict)
    """Key of the data file -> the matter's id and its report."""

    def fill(self, diary: Diary, today: datetime) -> None:
        """Put everything into the diary."""
        for one in read_data("meetings")["meetings"]:
            for matter in one["matters"]:
                diary.add(_at(today, matter["reported"], "09:20"), self._matter(matter))
            opens = today - UNDER_WAY if one["day"] == 0 else _at(today, one["day"], one["time"])
            notice = opens - timedelta(days=one.get("announced", ANNOUNCED_BEFORE), minutes=5)
            diary.add(notice, self._meeting(one, opens, today), is_alone=True)

    async def _matter(self, one: dict[str, Any]) -> Story:
        """A matter on its way to the council's list, where it must be before the notice, holidays or not."""
        person = self._reporter(one["reporter"])
        compound = self.reports.compounds[COMPOUND]
        place = self.reports.tree["guiyu-7"] if one["key"] == "roof_7" else compound
        community = self.reports.above(compound, 2)
        draft = Draft(
            Way.COUNCIL, one["title"], one["text"], place, community, self.reports.above(compound, 1).code, person,
            kind=one["kind"], photo=one.get("photo", ""),
        )  # fmt: skip
        matter = await self.hands.report(draft, self.rng)
        self.matters[one["key"]] = (matter.id, draft)
        yield clock.now() + timedelta(hours=self.rng.randint(2, 6))
        await self.hands.send(matter.id, draft)
        yield clock.now() + timedelta(hours=self.rng.randint(20, 30))
        await self.hands.accept(matter.id, draft)

    def _reporter(self, key: str) -> Person:
        """Somebody of the data file, or the first one who lives under the roof of building 7."""
        if key != "roof_neighbour":
            return self.hands.people.by_key[key]
        return next(p for p, unit in self.hands.people.residents[COMPOUND] if unit.code == "guiyu-7-2-601")

    async def _meeting(self, one: dict[str, Any], opens: datetime, today: datetime) -> Story:
        """One meeting from the draft to what came of it; today's stops where it stands."""
        meeting = await self._announced(one, opens)
        if one["day"] == 0:
            await self._rehearsed(meeting)
        room = Room(self.hands, meeting.id, self.rng)
        yield opens - timedelta(minutes=4)
        await room.arrive(64)
        yield opens
        async for at in room.until_market(one["topics"]):
            yield at
        if one["day"] == 0:
            return
        promises = {matter["question"]["zh"]: matter for matter in one["matters"]}
        async for at in room.until_vote():
            yield at
        for _ in one["matters"]:
            secret = {zh for zh, matter in promises.items() if matter.get("secret")}
            async for at in room.vote({zh: matter["votes"] for zh, matter in promises.items()}, secret):
                yield at
        async for at in self._promised(room, promises):
            yield at
        for paper in (minutes_of, doubt_about):
            async for at in paper(self.hands, meeting.id, one["papers"][paper.__name__]):
                yield at
        async for at in self._afterwards(one, today):
            yield at

    async def _rehearsed(self, meeting: Meeting) -> None:
        """The chair has tried today's agenda; the account stands in the data, so that a district is made fast."""
        told = read_data("meetings")["rehearsal"]
        troubles = [Trouble(one) for one in told["troubles"]]
        row = await rehearsals.ask_for(await self.hands.people.actor("chair"), meeting, troubles)
        lines = [_named(("rule", "held", "by", "reason"), line) for line in told["account"]]
        steps = [_named(("press", "zh", "en", "deeds", "lines"), step) for step in told["steps"]]
        for step in steps:
            step["lines"] = [_named(("rule", "held", "by", "reason"), line) for line in step["lines"]]
        await rehearsals.keep(row.id, [*lines, *steps])

    async def _announced(self, one: dict[str, Any], opens: datetime) -> Meeting:
        """Draft, agenda, offices, notice."""
        chair = await self.hands.people.actor("chair")
        meeting = await service.draft_meeting(
            chair,
            place_id=self.reports.compounds[COMPOUND].id,
            template="open-space",
            title=one["title"],
            title_en=one["title_en"],
            starts_at=opens.replace(minute=opens.minute // 5 * 5, second=0, microsecond=0),
            mode=Mode.BOTH,
            venue=one["venue"],
        )
        for matter in one["matters"]:
            matter_id, _draft = self.matters[matter["key"]]
            await service_agenda.add_matter(chair, meeting.id, (await Matter.get(id=matter_id)).number)
            item = await AgendaItem.get(meeting_id=meeting.id, matter_id=matter_id)
            words = matter["question"]
            await service_agenda.change_item(
                chair, meeting.id, item.id, minutes=item.minutes, question_zh=words["zh"], question_en=words["en"]
            )
        for key, office in OFFICES.items():
            await service.give_office(chair, meeting.id, self.hands.people.by_key[key].public_id, office)
        return await service.announce(chair, meeting.id)

    async def _promised(self, room: Room, promises: dict[str, Any]) -> Story:
        """The last link: one person and one date for what passed, then the close."""
        chair = await self.hands.people.actor("chair")
        for question in await room.questions():
            promise = promises[question.text_zh].get("promise")
            if promise:
                owner = self.hands.people.by_key[promise["owner"]]
                due_on = clock.local(clock.now()).date() + timedelta(days=promise["days"])
                await resolutions.make_resolution(
                    chair,
                    question.id,
                    text=promise["text"],
                    text_en=promise.get("text_en", ""),
                    owner_public_id=owner.public_id,
                    due_on=due_on,
                )
        line = read_data("meetings")["plan_line"]
        await service_plan.add_line(
            chair,
            room.meeting_id,
            text=line["text"],
            owner_public_id=self.hands.people.by_key[line["owner"]].public_id,
            due_on=clock.local(clock.now()).date() + timedelta(days=line["days"]),
            proof=line["proof"],
        )
        yield clock.now() + timedelta(minutes=8)
        await room.close()

    async def _afterwards(self, one: dict[str, Any], today: datetime) -> Story:
        """Promises changed and kept; what did not pass settled another way; both rated."""
        for matter in sorted(one["matters"], key=lambda m: _later(m)["day"]):
            later = _later(matter)
            if later["day"] == 0:
                continue
            yield _at(today, later["day"], "15:40")
            matter_id, draft = self.matters[matter["key"]]
            promise = matter.get("promise", {})
            if "changed" in promise:
                await self._change(matter_id, promise["changed"])
                continue
            if "kept" in promise:
                row = await Resolution.get(matter_id=matter_id)
                keeper = await self.hands.people.actor(promise["owner"])
                await resolutions.keep_resolution(keeper, row.id, text=later["text"], version=row.version)
            else:
                await self.hands.complete(matter_id, draft, later["text"], self.rng)
            yield clock.now() + timedelta(hours=self.rng.randint(3, 6))
            rating = Rating(promise.get("rating") or later["rating"])
            if (await Matter.get(id=matter_id)).state is MatterState.COMPLETED:
                await self.hands.rate(matter_id, draft, rating, note(rating.value, self.rng))

    async def _change(self, matter_id: int, change: dict[str, Any]) -> None:
        row = await Resolution.get(matter_id=matter_id)
        owner = self.hands.people.by_key[change["owner"]]
        due_on = clock.local(row.made_at).date() + timedelta(days=change["days"])
        chair = await self.hands.people.actor("chair")
        await resolutions.change_resolution(
            chair, row.id, owner_public_id=owner.public_id, due_on=due_on, reason=change["reason"], version=row.version
        )


def _later(matter: dict[str, Any]) -> dict[str, Any]:
    """What happens after the meeting, and on which day from today; day 0: nothing."""
    promise = matter.get("promise", {})
    return promise.get("kept") or promise.get("changed") or matter.get("afterwards") or {"day": 0}


def _at(today: datetime, day: int, words: str) -> datetime:
    """A time of the day, so many days from today, in Ningbo."""
    date = clock.local(today).date() + timedelta(days=day)
    return datetime.combine(date, time.fromisoformat(words), clock.SHANGHAI).astimezone(today.tzinfo)


def _named(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))
