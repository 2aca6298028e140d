"""The board's figures against a naive count over a random month, on both databases; who may look; the lists behind."""

import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from linyue.base.settings import Settings
from linyue.base.workdays import published_calendar, working_days_between
from linyue.boards import service
from linyue.boards.model import FollowUp
from linyue.boards.rules import By, Month, What, bounds
from linyue.boards.rules_follow import Answer
from linyue.boards.service_query import Frame, count, ids_of
from linyue.centres.rules import Way
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterState, Rating, Step
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, accepted, completed, make_matter, make_neighbourhood, send_to

NewClient = Callable[[], Client]
OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


@dataclass
class Told:
    """A matter as the naive count sees it, with its entries oldest first."""

    matter: Matter
    events: list[MatterEvent] = field(default_factory=list)
    follow: FollowUp | None = None


async def a_random_district(here: Neighbourhood, rng: random.Random, count: int = 160) -> list[Told]:
    """Matters around October with every kind of fate, written straight into the tables."""
    made = []
    for n in range(count):
        begun = datetime(2026, 9, 10, tzinfo=UTC) + timedelta(minutes=rng.randrange(60 * 24 * 55))
        community, place = rng.choice(
            [(here.tree.community, here.tree.building), (here.tree.other_community, here.tree.other_compound)]
        )
        way = rng.choice([None, *Way])
        state = rng.choice(list(MatterState)) if way else MatterState.REPORTED
        done = state in (MatterState.COMPLETED, MatterState.CLOSED) and rng.random() < 0.9
        matter = Matter(
            number=f"2026-{n:04}", slip_hash=secrets.token_hex(8), form_id=secrets.token_hex(8), title="试", text="试",
            place_id=place.id, community_id=community.id, state=state, way=way, reported_at=begun,
            centre_id=here.centre.id if way is Way.CENTRE else None,
            item_code=rng.choice(["HS-001", "HS-002", "HS-020", "HS-070", ""]) if way in (Way.CENTRE, Way.OWN_DESK) else "",
            kind=rng.choice(["facilities", "parking"]) if way is Way.COUNCIL else "",
            owner_role="social_worker",
            overdue_at=begun + timedelta(days=9) if rng.random() < 0.2 else None,
            paused_at=begun if rng.random() < 0.1 else None,
            due_at=NOW + timedelta(hours=rng.randrange(-100, 100)) if rng.random() < 0.7 else None,
        )  # fmt: skip
        told = Told(matter)
        at, due = begun, begun + timedelta(days=2)

        def entry(step: Step, told: Told, at: datetime, due: datetime | None, after: str = "", **data: object) -> None:
            seq = len(told.events) * 2 + 1  # numbers with gaps, as a meeting that moved leaves them
            told.events.append(
                MatterEvent(seq=seq, at=at, kind=step.value, state_after=after, due_after=due, data=dict(data))
            )

        entry(Step.REPORT, told, at, due)
        if way is not None or rng.random() < 0.3:
            at += timedelta(hours=rng.randrange(1, 90))
            due = at + timedelta(days=rng.randrange(1, 12))
            entry(Step.TRIAGE, told, at, due)
        if rng.random() < 0.25:
            at += timedelta(hours=rng.randrange(1, 50))
            back = {"way": "centre", "centre": here.centre.id, "item": "HS-001", "kind": ""}
            entry(Step.RETURN, told, at, at + timedelta(days=1), **back)
        if rng.random() < 0.2:
            due += timedelta(days=3)
            entry(Step.EXTEND, told, at, due)
        if done:
            at += timedelta(hours=rng.randrange(1, 400))
            matter.completed_at = at
            entry(rng.choice([Step.COMPLETE, Step.KEEP_PROMISE]), told, at, at + timedelta(days=5))
            if rng.random() < 0.6:
                at += timedelta(hours=rng.randrange(1, 60))
                after = rng.choice(["closed", "closed", "accepted", "executing"])
                entry(Step.RATE, told, at, None, after, rating=rng.choice(list(Rating)).value)
            if rng.random() < 0.6:
                told.follow = FollowUp(
                    asked_at=at, answer=rng.choice([None, *Answer]), answered_at=at + timedelta(days=rng.randrange(9))
                )
        made.append(told)
    for told in made:
        await told.matter.save()
        for event in told.events:
            event.matter_id = told.matter.id
        await MatterEvent.bulk_create(told.events)
        if told.follow is not None:
            told.follow.matter_id = told.matter.id
            await told.follow.save()
    return made


def naive(told: Told, what: What, start: datetime, end: datetime) -> int:
    """How often one matter counts, the slow way."""
    m, events = told.matter, told.events
    ended = m.state in (MatterState.COMPLETED, MatterState.CLOSED)
    reported = start <= m.reported_at < end and m.state not in (MatterState.MERGED, MatterState.WITHDRAWN)
    answers = [e.at for e in events if e.kind == "triaged"]
    first_due = events[0].due_after
    assert first_due is not None
    done = ended and m.completed_at is not None and start <= m.completed_at < end
    waiting = m.state.value not in ("completed", "closed", "referred", "refused", "merged", "withdrawn")
    rated = [e for e in events if e.kind == "rated" and start <= e.at < end]
    answered = (
        told.follow is not None and told.follow.answered_at is not None and start <= told.follow.answered_at < end
    )
    match what:
        case What.IN:
            return reported
        case What.OWED:
            return reported and (bool(answers) or first_due < NOW)
        case What.ANSWERED:
            return reported and bool(answers) and min(answers) <= first_due
        case What.DONE:
            return done
        case What.LATE:
            if not done:
                return 0
            at = max(n for n, e in enumerate(events) if e.kind in ("completed", "promise-kept"))
            due = events[at - 1].due_after
            return m.completed_at is not None and due is not None and m.completed_at > due
        case What.RETURNED:
            return sum(e.kind == "returned" and start <= e.at < end for e in events)
        case What.REOPENED:
            return sum(e.state_after in ("accepted", "executing") for e in rated)
        case What.RATED:
            return len(rated)
        case What.SATISFIED | What.MOSTLY | What.UNSATISFIED:
            return sum(e.data["rating"] == what.value for e in rated)
        case What.ASKED:
            return answered and told.follow is not None and told.follow.answer is not None
        case What.FIXED:
            return answered and told.follow is not None and told.follow.answer is Answer.FIXED
        case What.UNREACHED:
            follow = told.follow
            tried = follow is not None and follow.tried_at is not None and start <= follow.tried_at < end
            return tried and follow is not None and follow.tries >= 3 and follow.answer is None
        case What.OVERDUE:
            return waiting and m.overdue_at is not None
        case What.SOON:
            calm = m.overdue_at is None and m.paused_at is None
            return waiting and calm and m.due_at is not None and m.due_at <= NOW + timedelta(days=2)
        case What.PAUSED:
            return waiting and m.paused_at is not None
        case What.SILENT:
            return waiting and m.silent_at is not None


def line(told: Told, what: What, by: By) -> str:
    m = told.matter
    back = next((e.data for e in told.events if e.kind == "returned"), {}) if what is What.RETURNED else None
    centre, way = (back["centre"], back["way"]) if back else (m.centre_id, m.way)
    kind, item = (back["kind"], back["item"]) if back else (m.kind, m.item_code)
    match by:
        case By.COMMUNITY:
            return str(m.community_id)
        case By.CENTRE:
            return str(centre) if centre is not None else str(way or "")
        case By.ITEM:
            return str(kind or item)


@pytest.mark.parametrize("seed", [3, 11])
async def test_figures_are_those_of_a_naive_count(
    here: Neighbourhood, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    clock.set(NOW)
    everything = await a_random_district(here, random.Random(seed))
    start, end = bounds(OCTOBER)
    calendar = published_calendar()
    for place, inside in (
        (here.tree.district, everything),
        (here.tree.community, _in(everything, here.tree.community.id)),
    ):
        for by in By:
            board = await service.board_of("zh-CN", place, OCTOBER, by)
            found = {one.key: one.figures for one in board.lines}
            for what in What:
                expected = Counter[str]()
                for told in inside:
                    if n := int(naive(told, what, start, end)):
                        expected[line(told, what, by)] += n
                assert board.total.n(what) == sum(expected.values()), (what, by)
                named = {key: n for key, n in expected.items() if key in found}
                assert named == {key: f.n(what) for key, f in found.items() if key != "none" and f.n(what)}, (what, by)
                rest = sum(expected.values()) - sum(named.values())
                assert rest == (found["none"].n(what) if "none" in found else 0), (what, by)
            days: dict[str, list[int]] = defaultdict(list)
            for told in inside:
                if naive(told, What.DONE, start, end) and told.matter.completed_at:
                    used = working_days_between(told.matter.reported_at, told.matter.completed_at, calendar)
                    days[line(told, What.DONE, by)].append(used)
            for key, used_days in days.items():
                if key in found:
                    assert found[key].median_days == median(used_days)
            assert board.total.median_days == median([d for all_days in days.values() for d in all_days])


def _in(everything: Iterable[Told], community_id: int) -> list[Told]:
    return [told for told in everything if told.matter.community_id == community_id]


async def test_every_number_is_a_list_of_as_many_matters(here: Neighbourhood, clock: MovableClock) -> None:
    clock.set(NOW)
    everything = await a_random_district(here, random.Random(5))
    start, end = bounds(OCTOBER)
    frame = Frame(here.tree.district.path, start, end, NOW)
    for what in What:
        ids, total = await ids_of(what, frame, By.CENTRE, None, [], 0, 1000)
        expected = {told.matter.id for told in everything if naive(told, what, start, end)}
        assert set(ids) == expected and total == len(expected), what
        assert await count(what, frame) >= total
    ids, total = await ids_of(What.IN, frame, By.CENTRE, [str(here.centre.id)], [], 0, 3)
    assert len(ids) == 3 <= total


async def test_the_page_shows_the_month_and_leads_to_the_matters(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await completed(
        here, await accepted(here, await send_to(here, await make_matter(here), Way.OWN_DESK), "worker"), "worker"
    )
    client = new_client()
    await client.sign_in_as(here.people["supervisor"], is_staff=True)
    board = await client.get("/board")
    assert board.status_code == 200 and "收到1件，办成1件，其中1件按时" in board.text
    assert "1件里1件" in board.text and "100%" not in board.text.replace("<span>100%</span>", "")
    behind = await client.get("/board/matters?what=done&by=centre&key=own_desk")
    assert behind.status_code == 200 and matter.number in behind.text
    assert (await client.get("/board/matters?what=done&by=item&key=' OR 1=1 --")).status_code == 404
    assert (await client.get("/board?month=nonsense&by=nonsense")).status_code == 200
    for by in By:
        assert (await client.get(f"/board?by={by.value}")).status_code == 200


async def test_only_overseers_look_and_only_at_their_area(new_client: NewClient, here: Neighbourhood) -> None:
    seen = {}
    for who in ("resident", "worker", "clerk", "member", "officer", "supervisor"):
        client = new_client()
        await client.sign_in_as(here.people[who], is_staff=who not in ("resident", "member"))
        seen[who] = [
            (await client.get(f"/board?area={place.id}")).status_code
            for place in (here.tree.community, here.tree.district)
        ]
    assert seen["supervisor"] == [200, 200] and seen["officer"] == [200, 403]
    assert all(seen[who] == [403, 403] for who in ("resident", "worker", "clerk", "member"))
    assert (await new_client().get("/board")).status_code == 303


def test_october_begins_in_shanghai() -> None:
    assert bounds(OCTOBER)[0] == datetime(2026, 9, 30, 16, tzinfo=UTC) and OCTOBER.last == date(2026, 10, 31)
