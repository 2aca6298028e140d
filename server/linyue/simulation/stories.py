"""What becomes of each report, step by step, through the services that people use; and what time itself does."""

import base64
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from linyue.base import clock
from linyue.base.db import moment_text
from linyue.base.policy import Actor
from linyue.boards import service_follow, service_query
from linyue.boards.model import FollowUp
from linyue.boards.rules_follow import ASK_AFTER, Answer
from linyue.centres import service as centres
from linyue.centres.rules import Way, route_of
from linyue.demo.diary import Story
from linyue.demo.steps import Hands
from linyue.demo.texts import Draft, note
from linyue.matters import service_appeals, service_parts, service_report, service_sweep, service_triage
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL, MatterState, Rating
from linyue.matters.rules_parts import Side, side_of
from linyue.matters.service_report import NewMatter
from linyue.matters.service_triage import Sending
from linyue.people.model import Person
from linyue.simulation.appeals import Appealed, appeal_story
from linyue.simulation.district import District, account_of, names
from linyue.simulation.stream import Report
from linyue.simulation.volumes import Volumes

SWEEP_AFTER = timedelta(seconds=20)
PHONE = "1990571{:04d}"
DONE = "已经办好，结果已当面说明。"
ASK = "还差一样材料，请告诉我们什么时候方便补。"
ANSWER = "明天上午带过来。"
BOTH = "邻里能商量的，理事会来；要办手续的，窗口来。"
OFFICER = "subdistrict_officer"


@dataclass
class Tally:
    """What the run itself saw, beside what the boards say."""

    reports: int = 0
    both: int = 0
    """Reports sent two ways under one number."""
    suggested: Counter[str] = field(default_factory=Counter)
    """first, among, other or none: where the right place stood in the suggestion."""


class Stories:
    """Tells the stories of a district's reports."""

    def __init__(
        self, district: District, hands: Hands, volumes: Volumes, begin: Callable[[datetime, Story], None]
    ) -> None:
        self.district, self.hands, self.volumes, self.begin = district, hands, volumes, begin
        self.tally = Tally()
        self.fresh = names()
        self.ids = random.Random(volumes.seed + 1)

    async def story(self, report: Report) -> Story:
        """One matter from its report to its end."""
        rng = random.Random(report.seed)
        volumes = self.volumes
        person, matter = await self._report(report)
        self.tally.reports += 1
        told = _Told(report, person, _draft(report, person))
        if person is not None and rng.random() < volumes.withdrawn:
            yield clock.now() + timedelta(hours=rng.randint(1, 5))
            await self._withdraw(matter.id, told, rng)
            return
        yield self._by(matter.due_at, rng, 0.05, 0.6)
        if rng.random() < volumes.both:
            first, second, other = await self._split(matter.id, told, rng)
            self.begin(clock.now(), self._on(second, other, random.Random(rng.random())))
            async for at in self._on(first, told, rng):
                yield at
            return
        is_wrong = rng.random() < volumes.wrong_first
        matter = await self._send(matter.id, told, rng, is_wrong=is_wrong)
        share = volumes.appealed.get("wrong" if is_wrong else "right", 0)
        if report.channel != "open311" and rng.random() < share:
            async for at in self._appealed(matter.id, told, rng, is_wrong=is_wrong):
                yield at
            matter, is_wrong = await Matter.get(id=matter.id), False
        while is_wrong and matter.state not in FINAL:
            yield self._by(matter.due_at, rng, 0.05, 0.4)
            matter = await self.hands.give_back(matter.id, told.draft, note("returned", rng))
            is_wrong = matter.returned_count == 1 and rng.random() < volumes.wrong_twice
            yield self._by(matter.due_at, rng, 0.05, 0.6)
            matter = await self._send(matter.id, told, rng, is_wrong=is_wrong)
        async for at in self._on(matter, told, rng):
            yield at

    async def _on(self, matter: Matter, told: "_Told", rng: random.Random) -> Story:
        """What becomes of a matter, or of one part of a number, once it is where it belongs."""
        if matter.state in FINAL:
            return
        async for at in self._handled(matter, told, rng):
            yield at
        async for at in self._answered(matter.id, told, rng):
            yield at

    def _by(self, due_at: datetime | None, rng: random.Random, low: float, high: float) -> datetime:
        return self.hands.in_time(due_at, low, high, rng)

    async def _report(self, report: Report) -> tuple[Person | None, Matter]:
        """File it: by the resident, at the desk, on the telephone, or from another system without anybody."""
        person = None
        actor = Actor(name="open311")
        phone = PHONE.format(self.ids.randrange(10_000))
        if report.person is not None:
            person = await account_of(report.home, report.person, self.fresh)
            actor, phone = await self.district.people.actor(person), ""
        elif report.channel in ("phone", "desk"):
            actor = await self._worker(report.home.spot.code)
        new = NewMatter(
            form_id=base64.urlsafe_b64encode(self.ids.randbytes(18)).decode(),
            place_id=report.home.compound.id if report.is_public else report.home.place.id,
            title=report.title, text=report.text, is_public=report.is_public,
            reporter_id=person.id if person else None, phone=phone, channel=report.channel, is_sample=True,
        )  # fmt: skip
        return person, await service_report.report_matter(actor, new)

    async def _worker(self, code: str) -> Actor:
        found = self.district.workers[code]
        return await self.district.people.actor(self.ids.choice(found))

    async def _withdraw(self, matter_id: int, told: "_Told", rng: random.Random) -> None:
        if (await Matter.get(id=matter_id)).state is MatterState.REPORTED:
            await self.hands.withdraw(matter_id, told.draft, note("withdrawn", rng))

    async def _send(self, matter_id: int, told: "_Told", rng: random.Random, *, is_wrong: bool) -> Matter:
        """Look at the suggestion, then decide as a person would; now and then wrongly."""
        matter = await Matter.get(id=matter_id)
        code = told.report.home.spot.code
        is_officer = matter.owner_role == OFFICER
        officer = self.district.officers[told.report.home.spot.subdistrict]
        actor = await self.district.people.actor(officer) if is_officer else await self._worker(code)
        found = await service_triage.suggest(matter)
        targets = [one.target for one in found]
        if not matter.returned_count:
            self.tally.suggested[_place_of(told.truth, targets)] += 1
        sending = await self._wrongly(rng) if is_wrong else await self._rightly(told)
        return await service_triage.send(actor, matter_id, matter.version, sending)

    async def _split(self, matter_id: int, told: "_Told", rng: random.Random) -> tuple[Matter, Matter, "_Told"]:
        """It is both: the part it belongs to in truth, the other one, and what that one is about."""
        matter = await Matter.get(id=matter_id)
        mine = await self._rightly(told)
        if side_of(mine.way) is Side.RESIDENTIAL:
            other = await self._wrongly(rng)
        else:
            other = Sending(Way.COUNCIL, kind=_drawn(rng, self.volumes.kinds))
        actor = await self._worker(told.report.home.spot.code)
        halves = await service_parts.split(actor, matter_id, matter.version, (mine, other), BOTH)
        report = replace(told.report, item=other.item_code, kind=other.kind)
        second = replace(told, report=report, draft=_draft(report, told.person))
        self.tally.both += 1
        pair = (halves.first, halves.second)
        first, rest = pair if side_of(mine.way) is Side.RESIDENTIAL else pair[::-1]
        return first, rest, second

    def _appealed(self, matter_id: int, told: "_Told", rng: random.Random, *, is_wrong: bool) -> Story:
        spot = told.report.home.spot
        about = Appealed(matter_id, told.draft, spot.code, spot.subdistrict, is_wrong)
        late = self.volumes.appeal_late
        return appeal_story(self.district, self.hands, about, lambda: self._rightly(told), late, rng)

    async def _rightly(self, told: "_Told") -> Sending:
        item = (await centres.catalogue_index()).by_code.get(told.report.item)
        if item is None:
            return Sending(Way.COUNCIL, kind=told.report.kind)
        return Sending(route_of(item), item_code=item.code)

    async def _wrongly(self, rng: random.Random) -> Sending:
        """Some other item that the desk or a centre handles."""
        catalogue = (await centres.catalogue_index()).catalogue
        others = [item for item in catalogue.items if route_of(item) in (Way.OWN_DESK, Way.CENTRE)]
        item = rng.choice(others)
        return Sending(route_of(item), item_code=item.code)

    async def _handled(self, matter: Matter, told: "_Told", rng: random.Random) -> Story:
        """From the acceptance to the rating."""
        hands, volumes = self.hands, self.volumes
        yield self._by(matter.due_at, rng, 0.02, 0.3)
        matter = await hands.accept(matter.id, told.draft)
        if rng.random() < volumes.asked_back:
            yield self._by(matter.due_at, rng, 0.02, 0.1)
            await hands.ask(matter.id, told.draft)
            yield hands.office_time(clock.now() + timedelta(hours=rng.randint(3, 60)), rng)
            await hands.answer(matter.id, told.draft)
            matter = await Matter.get(id=matter.id)
        if rng.random() < volumes.extended and matter.due_at and matter.due_at > clock.now() + timedelta(days=1):
            yield self._by(matter.due_at, rng, 0.3, 0.6)
            matter = await hands.extend(matter.id, told.draft, note("extended", rng), rng.randint(2, 10))
        assert matter.way is not None
        if rng.random() < volumes.late.get(matter.way.value, 0) and matter.due_at is not None:
            yield hands.office_time(matter.due_at + timedelta(hours=rng.randint(10, 90)), rng)
        else:
            yield self._by(matter.due_at, rng, 0.1, 0.8)
        await hands.complete(matter.id, told.draft, DONE, rng)
        async for at in self._rated(matter.id, told, rng):
            yield at

    async def _rated(self, matter_id: int, told: "_Told", rng: random.Random) -> Story:
        """The reporter says how it went; not satisfied opens it once more. Without a word, time closes it."""
        if rng.random() >= self.volumes.rated or (told.person is None and told.report.channel == "open311"):
            return
        yield clock.now() + timedelta(hours=rng.randint(4, 70))
        if (await Matter.get(id=matter_id)).state is not MatterState.COMPLETED:
            return
        rating = Rating(_drawn(rng, self.volumes.ratings))
        matter = await self.hands.rate(matter_id, told.draft, rating, note(rating.value, rng))
        if matter.state in FINAL or matter.state is MatterState.COMPLETED:
            return
        yield self._by(matter.due_at, rng, 0.1, 0.6)
        await self.hands.complete(matter_id, told.draft, note("again", rng), rng)
        yield clock.now() + timedelta(hours=rng.randint(4, 50))
        if (await Matter.get(id=matter_id)).state is MatterState.COMPLETED:
            better = Rating.MOSTLY if rng.random() < 0.7 else Rating.UNSATISFIED
            await self.hands.rate(matter_id, told.draft, better, "")

    async def _answered(self, matter_id: int, told: "_Told", rng: random.Random) -> Story:
        """A week after the end somebody asks whether it is really fixed; some answer."""
        if rng.random() >= self.volumes.answers:
            return
        yield clock.now() + ASK_AFTER + timedelta(hours=rng.randint(26, 100))
        matter = await Matter.get(id=matter_id).select_related("community")
        asked = await FollowUp.get_or_none(matter_id=matter_id)
        if asked is None or asked.answer is not None:
            return
        said = Answer(_drawn(rng, self.volumes.answered))
        actor = await self.hands.caller(matter) if asked.is_call else await self.hands.reporter(told.draft)
        if actor is None:
            return
        await service_follow.answer(actor, matter, said, is_noted=asked.is_call)


@dataclass
class _Told:
    """A report, who made it, and the same as the hands of the sample district want it."""

    report: Report
    person: Person | None
    draft: Draft

    @property
    def truth(self) -> str:
        return self.report.item or self.report.kind


def _draft(report: Report, person: Person | None) -> Draft:
    home = report.home
    return Draft(
        Way.OWN_DESK, report.title, report.text, home.compound, home.place, home.spot.subdistrict, person,
        item=report.item, kind=report.kind, ask=ASK, answer=ANSWER, done=DONE, is_public=report.is_public,
    )  # fmt: skip


def _place_of(truth: str, targets: list[str]) -> str:
    if not targets:
        return "none"
    return "first" if targets[0] == truth else "among" if truth in targets else "other"


def _drawn(rng: random.Random, weights: dict[str, Any]) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


_NEXT = """
SELECT MIN(due_at) AS at FROM matters WHERE due_at > {now} AND due_at < {day}
UNION ALL SELECT MIN(warn_at) FROM matters WHERE warn_at > {now} AND warn_at < {day}
UNION ALL SELECT MIN(answer_at) FROM matters WHERE answer_at > {now} AND answer_at < {day}
UNION ALL SELECT MIN(pause_ends_at) FROM matters WHERE pause_ends_at > {now} AND pause_ends_at < {day}
UNION ALL SELECT MIN(due_at) FROM matter_appeals
  WHERE due_at > {now} AND due_at < {day} AND answered_at IS NULL AND late_at IS NULL
"""
"""The next moments of a day at which a clock asks for something."""


async def _next_wake(wake: datetime) -> datetime:
    """When the sweeper has something to do before `wake`, else that."""
    sql = _NEXT.format(now=moment_text(clock.now()), day=moment_text(wake))
    found = [row["at"] for row in await service_query.rows(sql) if row["at"] is not None]
    return min([wake, *(one if isinstance(one, datetime) else datetime.fromisoformat(one) for one in found)])


async def sweeping() -> Story:
    """The clock's own steps, within a minute of each due time."""
    while True:
        while await service_sweep.sweep_due() or await service_appeals.sweep_appeals():
            pass
        now = clock.now()
        day = clock.local(now).date() + timedelta(days=1)
        wake = datetime(day.year, day.month, day.day, tzinfo=clock.SHANGHAI)
        wake = await _next_wake(wake)
        yield max(wake, now) + SWEEP_AFTER


async def asking() -> Story:
    """The question after seven days, each morning."""
    while True:
        while await service_follow.ask_all():
            pass
        yield clock.now() + timedelta(days=1)
