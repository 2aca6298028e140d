"""A by-election: opened for a vacant seat, neighbours stand, and the result fills the seat."""

from datetime import timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY, Role
from linyue.base.settings import Settings
from linyue.councils import service as councils
from linyue.councils.model import Council, Seat
from linyue.councils.rules import MatterKind
from linyue.people.model import Person
from linyue.people.service_roles import holders_of
from linyue.procedures import service, service_by_election
from linyue.procedures.model_by_election import ByElection, Candidate
from linyue.procedures.rules import ProcedureState
from linyue.procedures.rules_by_election import ByElectionRefusal, elected, refuse_candidate, refuse_opening
from linyue.questions.rules_secret import LEAST_ROLL
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.councils import make_council
from tests.make.procedures import Run, make_electorate

R, P = ByElectionRefusal, ProcedureState


@pytest.mark.parametrize(
    ("number", "seats", "held", "running", "refusal"),
    [
        (3, 7, False, False, None),
        (0, 7, False, False, R.NO_SUCH_SEAT),
        (8, 7, False, False, R.NO_SUCH_SEAT),
        (3, 7, True, False, R.SEAT_HELD),
        (3, 7, False, True, R.RUNS_ALREADY),
    ],
)
def test_when_it_opens(number: int, seats: int, held: bool, running: bool, refusal: R | None) -> None:
    assert refuse_opening(number, seats, held, running) is refusal


@pytest.mark.parametrize(
    ("state", "stage", "words", "on_roll", "member", "stands", "refusal"),
    [
        (P.RUNNING, "nominate", "我来", True, False, False, None),
        (P.RUNNING, "vacancy", "我来", True, False, False, None),
        (P.RUNNING, "list", "我来", True, False, False, R.NOT_STANDING_NOW),
        (P.WITHDRAWN, "nominate", "我来", True, False, False, R.NOT_STANDING_NOW),
        (P.RUNNING, "nominate", "我来", False, False, False, R.NOT_ON_ROLL),
        (P.RUNNING, "nominate", "我来", True, True, False, R.IS_MEMBER),
        (P.RUNNING, "nominate", "我来", True, False, True, R.STANDS_ALREADY),
        (P.RUNNING, "nominate", " ", True, False, False, R.NO_WORDS),
        (P.RUNNING, "nominate", "字" * 301, True, False, False, R.NO_WORDS),
    ],
)
def test_who_stands(
    state: P, stage: str, words: str, on_roll: bool, member: bool, stands: bool, refusal: R | None
) -> None:
    assert refuse_candidate(state, stage, words, on_roll, member, stands) is refusal


@pytest.mark.parametrize(
    ("candidates", "chosen", "passed", "person"),
    [
        ({1: "甲"}, [], True, 1),
        ({1: "甲"}, [], False, None),
        ({1: "甲", 2: "乙"}, [], True, None),
        ({1: "甲", 2: "乙"}, ["乙"], True, 2),
        ({1: "甲", 2: "乙"}, ["丙"], True, None),
        ({1: "甲", 2: "甲"}, ["甲"], True, None),
        ({1: "甲", 2: "乙"}, ["甲", "乙"], True, None),
        ({}, [], True, None),
    ],
)
def test_who_is_elected(candidates: dict[int, str], chosen: list[str], passed: bool, person: int | None) -> None:
    assert elected(candidates, chosen, passed) == person


async def open_one(clock: MovableClock) -> tuple[Run, Council]:
    """A council of one in a compound of its own, whose third seat is vacant and up for election."""
    place, people = await make_electorate(LEAST_ROLL)
    assert people[0].person_id is not None
    await make_council(place.id, [people[0].person_id], days=1800)
    council = await councils.council_by_code(place.code)
    election = await service_by_election.open_by_election(people[0], council, 3)
    return Run(election.procedure, place, people[0], people), council


async def test_the_result_fills_the_seat(db: Settings, clock: MovableClock) -> None:
    run, council = await open_one(clock)
    candidate = run.neighbours[2]
    with pytest.raises(Refused) as twice:
        await service_by_election.open_by_election(run.chair, council, 3)
    assert twice.value.reason is R.RUNS_ALREADY
    with pytest.raises(Refused) as held:
        await service_by_election.open_by_election(run.chair, council, 1)
    assert held.value.reason is R.SEAT_HELD
    await service_by_election.stand(candidate, run.procedure, "会看图纸")
    await service_by_election.stand(run.neighbours[3], run.procedure, "有时间")
    await service_by_election.stand_down(run.neighbours[3], run.procedure)
    assert (await run.to_end()).state is P.DONE
    election = await ByElection.get(procedure_id=run.procedure.id)
    seat = await Seat.get(id=election.seat_id)
    assert (seat.number, seat.person_id, seat.kind) == (3, candidate.person_id, election.kind)
    assert seat.starts_at <= district_clock.now() < seat.ends_at
    assert seat.ends_at - seat.starts_at <= timedelta(days=5 * 366)
    assert candidate.person_id in await holders_of(Role.STANDING_MEMBER, run.place.path)


async def test_a_lost_vote_and_a_seat_filled_meanwhile_seat_nobody(db: Settings, clock: MovableClock) -> None:
    run, council = await open_one(clock)
    await service_by_election.stand(run.neighbours[2], run.procedure, "会看图纸")
    assert run.neighbours[1].person_id is not None
    now = district_clock.now()
    await councils.give_seat(
        NOBODY, council.id, 3, MatterKind.MONEY, run.neighbours[1].person_id, now, now + timedelta(days=900)
    )
    assert (await run.to_end()).state is P.DONE
    assert (await ByElection.get(procedure_id=run.procedure.id)).seat_id is None
    assert await Seat.filter(number=3).count() == 1


async def test_in_the_browser(db: Settings, clock: MovableClock, client: Client) -> None:
    run, council = await open_one(clock)
    at = f"/council/{council.place.code}/seats/3"
    other = f"/council/{council.place.code}/seats/4"
    assert f'href="{at}"' in (await client.get(f"/council/{council.place.code}")).text
    neighbour = await Person.get(id=run.neighbours[1].person_id)
    await client.sign_in_as(neighbour)
    assert "我要参选" in (await client.get(at)).text
    assert (await client.send_form(f"{other}/open", {})).status_code == 403
    wrong = await client.send_form(f"{at}/stand", {"words": " "})
    assert wrong.status_code == 422 and 'id="f-words-error"' in wrong.text
    assert (await client.send_form(f"{at}/stand", {"words": "我来管账"})).status_code == 303
    page = (await client.get(at)).text
    assert "我来管账" in page and "我不参选了" in page and "我要参选" not in page
    assert (await client.send_form(f"{at}/stand-down", {})).status_code == 303
    assert await Candidate.filter(withdrawn_at=None).count() == 0
    await client.sign_in_as(await Person.get(id=run.chair.person_id))
    assert "开始补选" in (await client.get(other)).text
    assert (await client.send_form(f"{other}/open", {})).status_code == 303
    assert await ByElection.filter(number=4).count() == 1
    assert (await client.get(f"/council/{council.place.code}/seats/9")).status_code == 404
    assert await service.step_now((await ByElection.get(number=4)).procedure_id) is not None
