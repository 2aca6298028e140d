"""Some three hundred matters over ninety days, each told step by step through the services people use."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.centres.rules import Way
from linyue.demo.data import read_data
from linyue.demo.diary import Diary, Story
from linyue.demo.people import People
from linyue.demo.steps import Hands
from linyue.demo.texts import Draft, draft_of, note, pick
from linyue.matters import service_merge, service_moderate, service_sweep
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL, MatterState, Rating
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

COUNT = 300
ENDINGS = {
    "done": 46, "unrated": 12, "mostly": 10, "reopened": 5, "returned": 5, "returned_twice": 2, "extended": 6,
    "withdrawn": 4, "merged": 5, "slow": 3, "silent": 4, "late": 3, "hidden": 1,
}  # fmt: skip
"""What becomes of a matter, and how often in about a hundred."""
WAYS = {Way.COUNCIL: 42, Way.CENTRE: 25, Way.OWN_DESK: 22, Way.REFERRAL: 5, Way.REFUSAL: 6}
LEFT_LYING = ("slow", "silent")
LEFT_WITHIN = timedelta(days=30)
"""Only younger matters are left lying; older ones have been settled in the end."""
UNFINISHED = (
    (16, "with_officer"), (20, "waiting"), (8, "waiting"), (12, "silent"), (7, "silent"), (6, "waiting"), (6, "slow"),
    (10, "unrated"),
)  # fmt: skip
"""Days ago, and where it has come to a halt: whatever the calendar, each of these can be looked at."""
OF_NOTE: tuple[tuple[str, Way, str, float, str], ...] = (
    ("owner", Way.COUNCIL, "楼道灯坏了", 30, "done"),
    ("owner", Way.CENTRE, "老年人优待证", 2, "silent"),
    ("neighbour", Way.COUNCIL, "楼上卫生间漏水", 5, "waiting"),
    ("tenant", Way.CENTRE, "租客居住登记", 6, "unrated"),
    ("volunteer", Way.COUNCIL, "外墙瓷砖松动", 1.2, "silent"),
    ("tenant", Way.COUNCIL, "门厅里停满电瓶车", 4, "both"),
    ("recorder", Way.COUNCIL, "下水道堵了", 4, "appealed"),
    ("recorder", Way.COUNCIL, "下水道堵了", 0.19, "untouched"),
    ("tenant", Way.CENTRE, "想办居住证", 0.16, "untouched"),
    ("committee", Way.OWN_DESK, "绿地里种菜", 0.12, "untouched"),
    ("x_member", Way.REFERRAL, "身份证到期", 0.08, "untouched"),
    ("neighbour", Way.REFUSAL, "亲属关系证明", 0.04, "untouched"),
)
"""Who, which way, words of the title, days ago, what became of it: something for each demo account and each way."""
FLYING_WIRES = "HS-145"
"""The item of the governmental part of the report that is both."""
AT_DESK = 12
"""Every so many-th report is written down at the desk."""


class Reports:
    """Makes reports up: where, by whom, about what."""

    def __init__(self, tree: dict[str, Place], people: People) -> None:
        self.tree, self.people = tree, people
        self.compounds = {p.code: p for p in tree.values() if p.kind is PlaceKind.COMPOUND}
        self.by_path = {p.path: p for p in tree.values()}

    def above(self, place: Place, depth: int) -> Place:
        """The place at a depth of the tree that holds this one: 1 sub-district, 2 community, 3 compound, 4 building."""
        parts = place.path.strip("/").split("/")[: depth + 1]
        return self.by_path[f"/{'/'.join(parts)}/"]

    def draft(self, rng: random.Random) -> Draft:
        """One report, most of them from the large compound."""
        way = rng.choices(list(WAYS), weights=list(WAYS.values()))[0]
        where = rng.choices(["guiyu", "taying", "liuting", ""], weights=[52, 12, 12, 24])[0]
        one = pick(way, rng, is_far=not where)
        if not where:
            return self._far(way, one, rng)
        person, unit = rng.choice(self.people.residents[where])
        return self._near(way, one, person, unit, rng)

    def near(self, way: Way, title: str, person: Person, unit: Place, rng: random.Random) -> Draft:
        """The report of a certain person from the template whose title contains these words."""
        one = next(one for one in read_data("matters")[way.value] if title in one["title"])
        return self._near(way, one, person, unit, rng)

    def _near(self, way: Way, one: dict[str, str], person: Person, unit: Place, rng: random.Random) -> Draft:
        compound, building = self.above(unit, 3), self.above(unit, 4)
        place = {"unit": unit, "building": building, "compound": compound}.get(one.get("where", ""), unit)
        names = {
            "b": building.name_zh, "s": self.above(unit, 5).name_zh, "u": unit.name_zh, "c": compound.name_zh,
        }  # fmt: skip
        community = self.above(unit, 2)
        return draft_of(way, one, place, community, self.above(unit, 1).code, person, names, rng)

    def _far(self, way: Way, one: dict[str, str], rng: random.Random) -> Draft:
        community = rng.choice([p for p in self.tree.values() if p.kind is PlaceKind.COMMUNITY])
        subdistrict = self.above(community, 1).code
        names = {"c": community.name_zh, "b": "", "s": "", "u": ""}
        person = rng.choice(self.people.far[subdistrict])
        return draft_of(way, one, community, community, subdistrict, person, names, rng)


class Stories:
    """What becomes of the reports."""

    def __init__(self, hands: Hands, reports: Reports) -> None:
        self.hands, self.reports = hands, reports

    def fill(self, diary: Diary, today: datetime, days: int, rng: random.Random) -> None:
        """Put everything into the diary: the sweeper first, so that time's own steps come when they would."""
        start = today - timedelta(days=days)
        diary.add(start, sweeping())
        for number in range(COUNT):
            own = random.Random(rng.random())
            at = _daytime(start + timedelta(days=days) * (number + own.random()) / COUNT, own)
            ending = own.choices(list(ENDINGS), weights=list(ENDINGS.values()))[0]
            if ending in LEFT_LYING and at < today - LEFT_WITHIN:
                ending = "done"
            diary.add(at, self.story(self.reports.draft(own), ending, own, number % AT_DESK == 5))
        for number, (days, ending) in enumerate(UNFINISHED):
            own = random.Random(rng.random())
            draft = self._asked_back((Way.COUNCIL, Way.CENTRE, Way.OWN_DESK)[number % 3], own)
            diary.add(_daytime(today - timedelta(days=days), own), self.story(draft, ending, own, False))
        self._of_note(diary, today, rng)

    def _of_note(self, diary: Diary, today: datetime, rng: random.Random) -> None:
        """The reports of the demo accounts."""
        homes = {person.id: (person, unit) for person, unit in self.hands.people.residents["guiyu"]}
        for key, way, title, days, ending in OF_NOTE:
            own = random.Random(rng.random())
            person, unit = homes[self.hands.people.by_key[key].id]
            draft = self.reports.near(way, title, person, unit, own)
            diary.add(today - timedelta(days=days), self.story(draft, ending, own, False))

    def _asked_back(self, way: Way, rng: random.Random) -> Draft:
        while (draft := self.reports.draft(rng)).way is not way or not draft.ask or draft.subdistrict != "duantang":
            pass
        return draft

    async def story(self, draft: Draft, ending: str, rng: random.Random, is_at_desk: bool) -> Story:
        """One matter from its report to its end."""
        hands = self.hands
        matter = await hands.report(draft, rng, is_at_desk=is_at_desk)
        if ending == "untouched":
            return
        if ending == "withdrawn":
            yield clock.now() + timedelta(hours=rng.randint(1, 5))
            if (await Matter.get(id=matter.id)).state is MatterState.REPORTED:
                await hands.withdraw(matter.id, draft, note("withdrawn", rng))
            return
        if ending == "merged" and draft.kind:
            async for at in self._twin(matter, draft, rng):
                yield at
        if ending == "both":
            yield clock.now() + timedelta(hours=rng.randint(8, 10))  # on duty: there is one to look at on any day off
            part = await hands.split(matter.id, draft, FLYING_WIRES)
            yield clock.now() + timedelta(hours=2)
            await hands.accept(part.id, draft)
            return
        if ending == "appealed":  # in hours: there is one to look at also after days off
            yield clock.now() + timedelta(hours=rng.randint(2, 5))
            await hands.send(matter.id, draft)
            yield clock.now() + timedelta(hours=rng.randint(20, 40))
            await hands.appeal(matter.id, draft, "这是公共的水管，应该由社区出面找物业，不是我一家去商量。")
            return
        yield hands.in_time(matter.due_at, 0.05, 0.6, rng)
        matter = await hands.send(matter.id, draft)
        if matter.state in FINAL or ending == "silent":
            return
        if ending in ("returned", "returned_twice", "with_officer"):
            async for at in self._returned(matter, draft, ending, rng):
                yield at
            matter = await Matter.get(id=matter.id)
        if ending == "with_officer":
            return
        async for at in self._handled(matter, draft, ending, rng):
            yield at

    async def _twin(self, matter: Matter, draft: Draft, rng: random.Random) -> Story:
        """A neighbour reports the same; the desk puts the two together."""
        yield clock.now() + timedelta(minutes=rng.randint(20, 150))
        near = [
            p for rows in self.hands.people.residents.values() for p, unit in rows if unit.path[:8] in draft.place.path
        ]
        second = replace(draft, reporter=rng.choice(near or self.hands.people.far[draft.subdistrict]), photo="")
        other = await self.hands.report(replace(second, text=f"同一件事，我们家也受影响。{draft.text}"), rng)
        yield self.hands.in_time(matter.due_at, 0.02, 0.1, rng)
        first = await Matter.get(id=matter.id)
        if first.state not in FINAL:
            worker = await self.hands.worker(draft)
            version = (await Matter.get(id=other.id)).version
            await service_merge.merge(worker, other.id, version, first.number)

    async def _returned(self, matter: Matter, draft: Draft, ending: str, rng: random.Random) -> Story:
        """The receiver gives it back; the second time the sub-district's officer settles whose it is."""
        is_twice = ending != "returned" and draft.subdistrict == "duantang"
        for turn in range(2 if is_twice else 1):
            yield self.hands.in_time(matter.due_at, 0.1, 0.5, rng)
            matter = await self.hands.give_back(matter.id, draft, note("returned", rng))
            if ending == "with_officer" and turn:
                return
            yield self.hands.in_time(matter.due_at, 0.1, 0.6, rng)
            matter = await self.hands.send(matter.id, draft, Way.OWN_DESK)

    async def _handled(self, matter: Matter, draft: Draft, ending: str, rng: random.Random) -> Story:
        """From the acceptance to the end."""
        hands = self.hands
        yield hands.in_time(matter.answer_at or matter.due_at, 0.05, 0.6, rng)
        matter = await hands.accept(matter.id, draft)
        if draft.ask and (ending == "waiting" or rng.random() < 0.7):
            yield hands.in_time(matter.due_at, 0.02, 0.1, rng)
            await hands.ask(matter.id, draft)
            if ending == "waiting":
                return
            yield _daytime(clock.now() + timedelta(hours=rng.randint(3, 30)), rng)
            await hands.answer(matter.id, draft)
        if ending == "hidden":
            await self._hide(matter.id, draft)
        if ending == "slow":
            return
        matter = await Matter.get(id=matter.id)
        if ending == "extended" and matter.due_at is not None and matter.due_at > clock.now() + timedelta(days=1):
            yield hands.in_time(matter.due_at, 0.3, 0.6, rng)
            matter = await hands.extend(matter.id, draft, note("extended", rng), rng.randint(3, 8))
        if ending == "late" and matter.due_at is not None:
            yield hands.office_time(matter.due_at + timedelta(hours=rng.randint(10, 60)), rng)
        else:
            yield hands.in_time(matter.due_at, 0.15, 0.7, rng)
        await hands.complete(matter.id, draft, draft.done, rng)
        if ending == "unrated":
            return
        async for at in self._rated(matter.id, draft, ending, rng):
            yield at

    async def _rated(self, matter_id: int, draft: Draft, ending: str, rng: random.Random) -> Story:
        """The reporter says how it went; not satisfied opens it once more."""
        hands = self.hands
        yield _daytime(clock.now() + timedelta(hours=rng.randint(4, 70)), rng)
        if (await Matter.get(id=matter_id)).state is not MatterState.COMPLETED:
            return
        if ending == "reopened":
            matter = await hands.rate(matter_id, draft, Rating.UNSATISFIED, note("unsatisfied", rng))
            if matter.state is MatterState.COMPLETED:  # everybody at that desk handled it, so nobody notes a rating
                return
            yield hands.in_time(matter.due_at, 0.1, 0.5, rng)
            await hands.complete(matter_id, draft, note("again", rng), rng)
            yield _daytime(clock.now() + timedelta(hours=rng.randint(4, 50)), rng)
        rating = Rating.MOSTLY if ending == "mostly" else Rating.SATISFIED
        if (await Matter.get(id=matter_id)).state is MatterState.COMPLETED:
            await hands.rate(matter_id, draft, rating, note(rating.value, rng))

    async def _hide(self, matter_id: int, draft: Draft) -> None:
        """Somebody's name stood in the text: a neighbour says so, the desk hides it."""
        people = self.hands.people
        await service_moderate.flag(await people.actor("volunteer"), matter_id, "里面写了邻居的姓名和电话")
        version = (await Matter.get(id=matter_id)).version
        await service_moderate.hide(
            await self.hands.worker(draft), matter_id, version, "含有他人的姓名和电话，已请报事人改写"
        )


async def sweeping() -> Story:
    """The clock's own steps, every midnight of ninety days."""
    while True:
        await service_sweep.sweep_due()
        day = clock.local(clock.now()).date() + timedelta(days=1)
        yield datetime(day.year, day.month, day.day, 0, 1, tzinfo=clock.SHANGHAI)


def _daytime(at: datetime, rng: random.Random) -> datetime:
    """The moment itself when people are up, else later the same morning."""
    local = clock.local(at)
    return local.replace(hour=rng.randint(7, 9), minute=rng.randint(0, 59)) if local.hour < 7 else at
