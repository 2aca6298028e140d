"""A by-election: opened for a vacant seat, neighbours stand, and the result fills the seat."""

from datetime import timedelta
from typing import Any

import pytest

from linyue.base import clock as district_clock
from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import NOBODY, Role
from linyue.base.settings import Settings
from linyue.councils import service as councils
from linyue.councils.model import Council, Seat
from linyue.councils.rules import MatterKind
from linyue.meetings import service_room
from linyue.meetings.model import AgendaItem
from linyue.meetings.rules import Channel
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_stages import StageKind
from linyue.people.model import Person
from linyue.people.service_roles import holders_of
from linyue.procedures import service, service_by_election, service_nominate
from linyue.procedures.model import ProcedureStep
from linyue.procedures.model_by_election import ByElection, Candidate
from linyue.procedures.rules import ProcedureState
from linyue.procedures.rules_by_election import (
    ByElectionRefusal,
    ballot_names,
    elected,
    pick_neighbour,
    refuse_candidate,
    refuse_nomination,
    refuse_opening,
)
from linyue.questions.rules_proxy import ProxyRefusal
from linyue.questions.rules_secret import LEAST_ROLL
from linyue.questions.rules_setup import Typed
from linyue.questions.service_proxy import end_mandate, give_mandate
from linyue.rounds import service_chair
from linyue.rounds.rules import RoundRefusal
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.councils import make_council
from tests.make.procedures import Run, cast_all, make_electorate

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


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ([(1, "甲"), (2, "乙")], ["甲", "乙"]),
        ([(1, "王阿姨"), (2, "王阿姨")], ["王阿姨（1）", "王阿姨（2）"]),
        ([(1, "a|b"), (2, "a/b")], ["a/b（1）", "a/b（2）"]),
        ([(1, "王（2）"), (2, "王"), (3, "王")], ["王（2）", "王（2）（2）", "王（3）"]),
        ([], []),
    ],
)
def test_no_two_names_on_a_ballot_are_alike(people: list[tuple[int, str]], names: list[str]) -> None:
    assert list(ballot_names(people).values()) == names and len(set(names)) == len(people)


@pytest.mark.parametrize(
    ("found", "refusal"),
    [([], R.NO_SUCH_NEIGHBOUR), ([2, 3], R.TWO_OF_ONE_NAME), ([1], R.IS_ONESELF), ([2], None)],
)
def test_whom_a_name_means(found: list[int], refusal: R | None) -> None:
    assert pick_neighbour(found, 1) is refusal


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"state": P.DONE}, R.NOT_STANDING_NOW),
        ({"stage": "list"}, R.NOT_STANDING_NOW),
        ({"nominator_on_roll": False}, R.NOT_ON_ROLL),
        ({"is_member": True}, R.SITS_ALREADY),
        ({"stands": True}, R.NOMINATED_ALREADY),
        ({"is_asked": True}, R.NOMINATED_ALREADY),
        ({"made": 3}, R.NOMINATIONS_USED),
        ({"words": " "}, R.NO_WORDS),
    ],
)
def test_who_may_be_put_forward(changed: dict[str, Any], refusal: R | None) -> None:
    asked = {"state": P.RUNNING, "stage": "nominate", "words": "他会看图纸", "nominator_on_roll": True}
    asked |= {"is_member": False, "stands": False, "is_asked": False, "made": 0, "most": 3}
    assert refuse_nomination(**(asked | changed)) is refusal  # type: ignore[arg-type]


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


@pytest.mark.sqlite_only
async def test_the_ballot_holds_who_stands_by_their_own_word(db: Settings, clock: MovableClock) -> None:
    run, _council = await open_one(clock)
    one, two, other = run.neighbours[2:5]
    await service_by_election.stand(one, run.procedure, "会看图纸")
    for who, name in ((two, "桂花树下"), (other, "也叫桂花")):
        await Person.filter(id=who.person_id).update(display_name=name)
    for name, reason in (("桂花", R.NO_SUCH_NEIGHBOUR), ("桂花树下", None), ("桂花树下", R.NOMINATED_ALREADY)):
        if reason is None:
            await service_nominate.nominate(one, run.procedure, name, "管过账")
            continue
        with pytest.raises(Refused) as caught:
            await service_nominate.nominate(one, run.procedure, name, "管过账")
        assert (caught.value.reason, caught.value.field) == (reason, "name")
    await service_nominate.nominate(one, run.procedure, "也叫桂花", "有时间")
    assert set(await Message.filter(key="procedures-told-nominated").values_list("person_id", flat=True)) == {
        two.person_id,
        other.person_id,
    }
    election = await ByElection.get(procedure_id=run.procedure.id)
    assert len(await service_by_election.candidates_of(election.id)) == 1, "nobody stands before they have said yes"
    await service_nominate.decline(other, run.procedure)
    await service_by_election.stand(two, run.procedure, "我愿意")
    assert (await service_by_election.list_of(run.procedure)).splitlines()[1] == "桂花树下：我愿意", (
        "nobody types it anew"
    )
    while (await run.stage())[1].kind is not StageKind.SITTING:
        await run.step()
    meeting = await run.call()
    for who in run.neighbours:
        await service_room.check_in(who, meeting.id, Channel.HALL)
    items = await AgendaItem.of(meeting.id)
    for item in items[: next(n for n, item in enumerate(items) if item.link is Link.VOTE)]:
        await service_chair.next_item(run.chair, meeting.id, item.position)
    typed = Typed(way="single", options="谁\n也不是", seats=1)
    question = await service_chair.put_question(run.chair, meeting.id, "您选谁？", kind="named", typed=typed)
    names = [one["zh"] for one in question.options]
    assert names == [(await Person.get(id=one.person_id)).display_name, "桂花树下"]
    question = await service_chair.open_question(run.chair, meeting.id, question.id)
    principal, holder = run.neighbours[0].person_id or 0, run.neighbours[1].person_id or 0
    for candidate in (one, two):
        with pytest.raises(Refused) as caught:
            await give_mandate(run.chair, question.id, principal, candidate.person_id or 0, "ab" * 32)
        assert caught.value.reason is ProxyRefusal.CANDIDATE, "who stands carries nobody's vote"
    mandate = await give_mandate(run.chair, question.id, principal, holder, "ab" * 32)
    await end_mandate(run.chair, mandate.id)
    await cast_all(run.neighbours, question, "b")
    await service_chair.close_question(run.chair, meeting.id, question.id)
    await service_chair.publish_result(run.chair, meeting.id, question.id)
    await service_chair.end_meeting(run.chair, meeting.id)
    await run.wait()
    await run.go_on()
    assert (await run.to_end()).state is P.DONE
    seat = await Seat.get(id=(await ByElection.get(id=election.id)).seat_id)
    assert (seat.number, seat.person_id) == (3, two.person_id)


async def voted(run: Run, *shares: int) -> None:
    """Call the sitting of the stage, let so many choose each candidate in their order, and end it."""
    meeting = await run.call()
    for who in run.neighbours:
        await service_room.check_in(who, meeting.id, Channel.HALL)
    items = await AgendaItem.of(meeting.id)
    for item in items[: next(n for n, item in enumerate(items) if item.link is Link.VOTE)]:
        await service_chair.next_item(run.chair, meeting.id, item.position)
    typed = Typed(way="single", seats=1)
    question = await service_chair.put_question(run.chair, meeting.id, "您选谁？", kind="named", typed=typed)
    question = await service_chair.open_question(run.chair, meeting.id, question.id)
    left = list(run.neighbours)
    for key, share in zip("abcd", shares, strict=False):
        await cast_all(left[:share], question, key)
        left = left[share:]
    await service_chair.close_question(run.chair, meeting.id, question.id)
    await service_chair.publish_result(run.chair, meeting.id, question.id)
    await service_chair.end_meeting(run.chair, meeting.id)
    await run.wait()
    await run.go_on()


@pytest.mark.sqlite_only
async def test_where_nobody_has_more_than_half_the_second_vote_takes_the_most_and_a_third(
    db: Settings, clock: MovableClock
) -> None:
    run, _council = await open_one(clock)
    first, second, third = run.neighbours[2:5]
    for who in (first, second, third):
        await service_by_election.stand(who, run.procedure, "会看图纸")
    while (await run.stage())[1].stage != "elect":
        await run.step()
    await voted(run, 8, 7, 5)
    assert (await run.stage())[1].stage == "again"
    await voted(run, 6, 8, 6)
    assert (await run.stage())[1].stage == "shown"
    assert (await run.to_end()).state is P.DONE
    seat = await Seat.get(id=(await ByElection.get(procedure_id=run.procedure.id)).seat_id)
    assert (seat.number, seat.person_id) == (3, second.person_id)


@pytest.mark.sqlite_only
async def test_where_the_second_vote_falls_short_of_a_third_neighbours_are_asked_to_stand_again(
    db: Settings, clock: MovableClock, client: Client
) -> None:
    run, _council = await open_one(clock)
    for who in run.neighbours[2:6]:
        await service_by_election.stand(who, run.procedure, "会看图纸")
    page = (await client.get(f"/procedures/{run.procedure.number}")).text
    assert "再投一次" in (await client.get("/kinds/by-election")).text and page.count("再投一次") <= 2
    while (await run.stage())[1].stage != "elect":
        await run.step()
    await voted(run, 8, 6, 4, 2)
    await voted(run, 6, 5, 5, 4)
    stages = [step.stage for step in await ProcedureStep.of(run.procedure.id)]
    assert stages == ["vacancy", "nominate", "list", "elect", "again", "nominate"]


@pytest.mark.sqlite_only
async def test_nobody_stands_and_nothing_is_put_to_the_vote(db: Settings, clock: MovableClock) -> None:
    run, _council = await open_one(clock)
    with pytest.raises(Refused) as caught:
        await run.to_end()
    assert caught.value.reason is RoundRefusal.NO_CANDIDATES


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
    first = (await client.get("/")).text
    assert "正在补选" in first and "补选3号席理事" in first and f'href="{at}"' in first
    assert (await client.send_form(f"{other}/open", {})).status_code == 403
    wrong = await client.send_form(f"{at}/stand", {"words": " "})
    assert wrong.status_code == 422 and 'id="f-words-error"' in wrong.text
    assert (await client.send_form(f"{at}/stand", {"words": "我来管账"})).status_code == 303
    page = (await client.get(at)).text
    assert "我来管账" in page and "我不参选了" in page and "我要参选" not in page
    other_name = (await Person.get(id=run.neighbours[2].person_id)).display_name
    bad = await client.send_form(f"{at}/nominate", {"name": "没有这个人", "why": "好人"})
    assert (
        bad.status_code == 422 and 'id="f-name-error"' in bad.text and "没有这个人" in bad.text and "好人" in bad.text
    )
    assert (await client.send_form(f"{at}/nominate", {"name": other_name, "why": "热心"})).status_code == 303
    assert "等他答复" in (await client.get(at)).text
    await client.sign_in_as(await Person.get(id=run.neighbours[2].person_id))
    page = (await client.get(at)).text
    assert f"{neighbour.display_name}推荐您当常任理事" in page and "热心" in page and "我愿意参选" in page
    assert (await client.send_form(f"{at}/decline", {})).status_code == 303
    assert (await client.send_form(f"{at}/decline", {})).status_code == 409
    await client.sign_in_as(neighbour)
    assert "没有答应" in (await client.get(at)).text
    assert (await client.send_form(f"{at}/stand-down", {})).status_code == 303
    assert await Candidate.filter(withdrawn_at=None).count() == 0
    await client.sign_in_as(await Person.get(id=run.chair.person_id))
    assert "开始补选" in (await client.get(other)).text
    assert (await client.send_form(f"{other}/open", {})).status_code == 303
    assert await ByElection.filter(number=4).count() == 1
    assert (await client.get(f"/council/{council.place.code}/seats/9")).status_code == 404
    assert await service.step_now((await ByElection.get(number=4)).procedure_id) is not None
