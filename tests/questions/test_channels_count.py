"""The count over all ways against an oracle that follows each person by itself: 10,000 elections as values, 200 as services."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from linyue.base import clock
from linyue.base.db import settings_in_use
from linyue.base.policy import Actor
from linyue.meetings.model import Attendance, Meeting
from linyue.meetings.rules import Channel as Presence
from linyue.questions import service, service_channels, service_paper, service_proxy, service_views
from linyue.questions.rules import RuleSpec
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_channels import BatchCount, Cast, Channel, NamedBallot, combine
from linyue.questions.rules_paper import BatchForm, Figures, counted, listed
from linyue.upkeep.doctor import examine, report
from tests.make.questions import make_meeting, make_people

OPTIONS = ("for", "against", "abstain")
ROLL = 5
BOUND = ("online", "proxy", "door", "telephone", "desk")


@dataclass
class Voter:
    """One person as they really are. `way`: how they vote, None: not at all; `choice` None: took a sheet, kept it."""

    is_here: bool
    way: str | None = None
    choice: str | None = None


@dataclass
class Election:
    """A whole vote. `is_register`: sheets are bound to the roll."""

    voters: list[Voter]
    is_register: bool
    is_secret: bool = False
    expected: dict[str, int] = field(default_factory=dict)


def drawn(lots: random.Random, most: int, *, may_be_secret: bool = True) -> Election:
    """A random hybrid vote. Hands are for those in the hall only."""
    is_secret = may_be_secret and lots.random() < 0.3
    voters = []
    for _ in range(lots.randint(1, most)):
        voter = Voter(is_here=lots.random() < 0.5)
        ways = ["online", "paper", None] if is_secret else [*BOUND, "paper", "paper", None]
        ways += ["hands", "hands"] if voter.is_here and not is_secret else []
        voter.way = lots.choice(ways)
        kept = voter.way == "paper" and lots.random() < 0.2
        voter.choice = None if voter.way is None or kept else lots.choice(OPTIONS)
        voters.append(voter)
    return Election(voters, is_register=not is_secret and lots.random() < 0.5, is_secret=is_secret)


def oracle(vote: Election) -> tuple[dict[str, int], dict[str, int], int, int]:
    """Counts, votes by way, present and cast, by following each person."""
    voted = [voter for voter in vote.voters if voter.choice is not None]
    counts = {option: sum(voter.choice == option for voter in voted) for option in OPTIONS}
    ways = dict(Counter(str(voter.way) for voter in voted))
    known = {n for n, v in enumerate(vote.voters) if v.is_here or (v.choice and v.way in BOUND)}
    if vote.is_register:
        known |= {n for n, v in enumerate(vote.voters) if v.choice and v.way == "paper"}
    else:  # of sheets without names only the number is known: count those first who are known to be there
        takers = sorted((n for n, v in enumerate(vote.voters) if v.way == "paper"), key=lambda n: n not in known)
        known |= set(takers[: ways.get("paper", 0)])
    return counts, ways, len(known), len(voted)


def handed_in(vote: Election) -> Cast:
    """The same vote as the count gets it."""
    people = dict(enumerate(vote.voters))

    def tally(way: str) -> dict[str, int]:
        return {option: sum(v.way == way and v.choice == option for v in vote.voters) for option in OPTIONS}

    sheets = (
        frozenset(n for n, v in people.items() if v.way == "paper" and v.choice) if vote.is_register else frozenset()
    )
    batches = [BatchCount("paper", tally("paper"), sheets)] if sum(tally("paper").values()) else []
    batches += [BatchCount("hands", tally("hands"))] if sum(tally("hands").values()) else []
    by_name = [(n, v) for n, v in people.items() if v.choice and v.way in BOUND]
    return Cast(
        rows={n: v.way for n, v in people.items()},
        attending={n for n, v in people.items() if v.is_here} | {10_000},  # somebody who is not on the roll
        ballots=[] if vote.is_secret else [NamedBallot(n, str(v.choice), str(v.way)) for n, v in by_name],
        opened=sorted(str(v.choice) for _, v in by_name) if vote.is_secret else [],
        batches=batches,
        is_secret=vote.is_secret,
    )


@pytest.mark.parametrize(
    ("cast", "counts", "present", "ways"),
    [
        (Cast({1: None, 2: None}, {1}), (0, 0, 0), 1, {}),
        (Cast({1: "online", 2: None}, {2}, [NamedBallot(1, "for", "online")]), (1, 0, 0), 2, {"online": 1}),
        (  # two sheets without names, one taker in the room: one must have come from outside
            Cast({1: "paper", 2: "paper", 3: None}, {1, 3}, batches=[BatchCount("paper", {"for": 1, "against": 1})]),
            (1, 1, 0),
            3,
            {"paper": 2},
        ),
        (  # one sheet came back of two: it may have been the one in the room
            Cast({1: "paper", 2: "paper"}, {1}, batches=[BatchCount("paper", {"for": 1})]),
            (1, 0, 0),
            1,
            {"paper": 1},
        ),
        (  # the same with names: it was the one outside
            Cast({1: "paper", 2: "paper"}, {1}, batches=[BatchCount("paper", {"for": 1}, frozenset({2}))]),
            (1, 0, 0),
            2,
            {"paper": 1},
        ),
        (  # whoever sealed a ballot took part, even if it could not be read
            Cast({1: "online", 2: "online", 3: None}, set(), opened=["against"], is_secret=True),
            (0, 1, 0),
            2,
            {"online": 1},
        ),
    ],
)
def test_the_count_line_by_line(cast: Cast, counts: tuple[int, int, int], present: int, ways: dict[str, int]) -> None:
    found = combine(OPTIONS, cast)
    assert tuple(found.counts.values()) == counts
    assert (found.turnout.present, found.turnout.cast, found.by_channel) == (present, sum(counts), ways)


@pytest.mark.parametrize(
    "cast",
    [
        Cast({1: "online"}, set(), [NamedBallot(1, "for", "online"), NamedBallot(1, "for", "desk")]),
        Cast({1: "paper"}, set(), batches=[BatchCount("paper", {"for": 2})]),
        Cast({1: "paper"}, set(), batches=[BatchCount("paper", {"for": 1}), BatchCount("paper", {"for": 1})]),
        Cast({1: "paper"}, set(), batches=[BatchCount("paper", {"perhaps": 1})]),
        Cast(
            {1: "online"},
            set(),
            [NamedBallot(1, "for", "online")],
            batches=[BatchCount("paper", {"for": 1}, frozenset({1}))],
        ),
        Cast({1: "hands"}, {1}, batches=[BatchCount("hands", {"for": 2})]),
    ],
)
def test_figures_that_cannot_be_true_are_never_counted(cast: Cast) -> None:
    with pytest.raises(ValueError):
        combine(OPTIONS, cast)


def test_ten_thousand_hybrid_elections() -> None:
    lots = random.Random(20261123)
    for _ in range(10_000):
        vote = drawn(lots, 40)
        found = combine(OPTIONS, handed_in(vote))
        counts, ways, present, cast = oracle(vote)
        assert (found.counts, found.by_channel) == (counts, ways)
        assert (found.turnout.entitled, found.turnout.present, found.turnout.cast) == (len(vote.voters), present, cast)
        assert found.turnout.cast <= found.turnout.present <= found.turnout.entitled


@dataclass
class Hall:
    """One meeting and its people, used again by every vote."""

    meeting: Meeting
    people: list[int]
    tellers: list[Actor]


async def run_through_services(hall: Hall, vote: Election, lots: random.Random) -> dict[str, object]:
    """Hold the vote through the services; gives the stored result."""
    people, worker = hall.people[: len(vote.voters)], hall.tellers[0]
    await Attendance.filter(meeting_id=hall.meeting.id).delete()
    here = [person for person, voter in zip(people, vote.voters, strict=True) if voter.is_here]
    rows = [
        Attendance(meeting_id=hall.meeting.id, person_id=one, channel=Presence.HALL, at=clock.now()) for one in here
    ]
    await Attendance.bulk_create(rows)
    question = await service.draft_question(worker, hall.meeting.id, text_zh="修屋顶？", rule=RuleSpec())
    await service.open_question(worker, question.id, [(person, f"邻居{person}") for person in people])
    by_way: dict[str, list[tuple[int, Voter]]] = {}
    for person, voter in zip(people, vote.voters, strict=True):
        by_way.setdefault(str(voter.way), []).append((person, voter))
    order = list(by_way)
    lots.shuffle(order)
    for way in sorted(order, key=lambda way: way == "hands"):  # hands are counted last
        await STEPS.get(way, _entered)(hall, question.id, way, by_way[way], vote, people)
    closed = await service.close_question(worker, question.id)
    if lots.random() < 0.2:
        assert await service_views.verify_chain(question.id) == []
    assert closed.result is not None
    return closed.result


async def _none(*_: object) -> None:
    """They do not vote."""


async def _online(
    hall: Hall, question: int, way: str, who: list[tuple[int, Voter]], vote: Election, _: list[int]
) -> None:
    def cast(person: int, voter: Voter, replaces: int) -> object:
        send = f"{question}-{person}-{replaces}"
        return service.cast_ballot(person, question, str(voter.choice), send.ljust(8, "x"), replaces, Via.POST)

    await asyncio.gather(*(cast(person, voter, 0) for person, voter in who))  # type: ignore[call-overload]
    changed = who[::3]  # some take it back at the desk and vote once more
    for person, voter in changed:
        await service_channels.withdraw(hall.tellers[0], question, person)
        await cast(person, voter, 1)  # type: ignore[misc]


async def _entered(
    hall: Hall, question: int, way: str, who: list[tuple[int, Voter]], vote: Election, _: list[int]
) -> None:
    for person, voter in who:
        if way == "proxy":
            holder = hall.people[-1] if person != hall.people[-1] else hall.people[-2]
            await service_proxy.give_mandate(hall.tellers[0], question, person, holder, "ab" * 32)
        send = f"entered-{question}-{person}"
        args = (person, Channel(way), str(voter.choice), send, 0)
        await service_channels.enter_vote(hall.tellers[0], question, *args)


async def _paper(
    hall: Hall, question: int, way: str, who: list[tuple[int, Voter]], vote: Election, people: list[int]
) -> None:
    for person, _ in who:
        await service_channels.hand_out(hall.tellers[0], question, person)
    back = {people.index(person) + 1: str(voter.choice) for person, voter in who if voter.choice}
    kept = len(who) - len(back)
    sums = {option: sum(choice == option for choice in back.values()) for option in OPTIONS}
    is_register = vote.is_register
    figures = listed(back, OPTIONS, len(who), 0, kept) if is_register else counted(sums, len(who), 0, kept)
    await _batch(hall, question, Channel.PAPER, figures, BatchForm.REGISTER if is_register else BatchForm.COUNTING)


async def _hands(
    hall: Hall, question: int, way: str, who: list[tuple[int, Voter]], vote: Election, _: list[int]
) -> None:
    sums = {option: sum(voter.choice == option for _, voter in who) for option in OPTIONS}
    await _batch(hall, question, Channel.HANDS, counted(sums, len(who), 0, 0), BatchForm.COUNTING)


async def _batch(hall: Hall, question: int, channel: Channel, figures: Figures, form: BatchForm) -> None:
    batch = await service_paper.open_batch(hall.tellers[0], question, channel, form)
    for teller in hall.tellers[:2]:
        await service_paper.key_batch(teller, batch.id, figures)
    await service_paper.post_batch(hall.tellers[0], batch.id)


STEPS = {"None": _none, "online": _online, "paper": _paper, "hands": _hands}


@pytest.mark.anyio
@pytest.mark.usefixtures("db")
async def test_two_hundred_hybrid_elections_through_the_services() -> None:
    chair, *tellers = await make_people(3)
    hall = Hall(await make_meeting(chair), await make_people(ROLL), [Actor(person_id=one) for one in tellers])
    lots = random.Random(278)
    for _ in range(200):
        vote = drawn(lots, ROLL, may_be_secret=False)
        for voter in vote.voters:  # one holder has one mandate at most
            if voter.way == "proxy" and sum(one.way == "proxy" for one in vote.voters) > 1:
                voter.way = "door"
        while len(vote.voters) < ROLL:
            vote.voters.append(Voter(is_here=lots.random() < 0.5))
        result = await run_through_services(hall, vote, lots)
        counts, ways, present, cast = oracle(vote)
        assert (result["counts"], result["by_channel"]) == (counts, ways)
        assert (result["entitled"], result["present"], result["cast"]) == (ROLL, present, cast)
    findings = [one for one in await examine(settings_in_use()) if one.name != "P7"]  # the scans are invented
    assert not [one for one in findings if one.faults], report(findings)
