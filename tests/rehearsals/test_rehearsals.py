"""Rehearsals: what is watched, each template played through the services, and that the district stays untouched."""

import asyncio
import copy
import json
from typing import Any

import pytest
from tortoise import Tortoise

from linyue.base import queue
from linyue.base.errors import Refused
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_stages import StageKind, has_stages, procedure_from, sitting_of
from linyue.meetings.templates import load_data, template_ids
from linyue.rehearsals import jobs, rules, service
from linyue.rehearsals.model import Rehearsal
from linyue.rehearsals.play import play
from linyue.rehearsals.rules import Held, RehearsalRefusal, RehearsalState, Trouble, Watched, Who
from linyue.rounds import rules as round_rules
from tests.conftest import MovableClock, NewClient
from tests.make.meetings import make_meeting

ALL = list(Trouble)


def test_one_at_a_time_and_a_few_kept() -> None:
    assert rules.refuse_rehearsal(0, 0) is None
    assert rules.refuse_rehearsal(0, 1) is RehearsalRefusal.UNDER_WAY
    assert rules.refuse_rehearsal(rules.MOST_KEPT, 0) is RehearsalRefusal.TOO_MANY


@pytest.mark.parametrize(
    ("troubles", "counts"),
    [
        ([], (15, 7)),
        ([Trouble.TIE], (11, 11)),
        ([Trouble.NO_QUORUM], (2, 0)),
        ([Trouble.TIE, Trouble.NO_QUORUM], (2, 0)),
    ],
)
def test_how_the_invented_vote(troubles: list[Trouble], counts: tuple[int, int]) -> None:
    choices = rules.choices_of(troubles, 22)
    assert (choices.count("for"), choices.count("against")) == counts


def sitting(name: str) -> dict[str, Any]:
    """The last sitting of a template: the one that decides."""
    data = load_data(name)
    if not has_stages(data):
        return copy.deepcopy(data)
    stages = [one.stage for one in procedure_from(data).stages if one.kind is StageKind.SITTING]
    return sitting_of(data, stages[-1])


@pytest.mark.anyio
@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", template_ids())
async def test_every_template_is_played_to_its_end(name: str, db: object, clock: MovableClock) -> None:
    lines = await play(name, sitting(name), [Trouble.HECKLER, Trouble.TIE, Trouble.DEAD_NETWORK])
    told = {line.rule: line for line in lines}
    assert Watched.STOPPED not in told, told[Watched.STOPPED].reason
    assert all(line.held is not Held.BROKEN for line in lines), lines
    assert told[Watched.ROLL].by is Who.STRANGER and (await Meeting.get()).state is MeetingState.ENDED


@pytest.mark.anyio
async def test_an_open_space_with_each_trouble(db: object, clock: MovableClock) -> None:
    told = {line.rule: line for line in await play("open-space", sitting("open-space"), ALL)}
    tried = {Watched.NOTICE, Watched.OFFICES, Watched.ROLL, Watched.TOPICS_EACH, Watched.TURNS, Watched.LATE_BALLOT}
    assert tried <= {rule for rule, line in told.items() if line.held is Held.TRIED}
    assert told[Watched.VOTE_QUORUM].held is Held.KEPT and told[Watched.TURNS].by is Who.HECKLER


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_a_rule_that_does_not_hold_is_told_with_who_broke_it(
    db: object, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_rules, "refuse_topic", lambda *_facts: None)
    lines = await play("open-space", sitting("open-space"), [Trouble.HECKLER])
    line = next(one for one in lines if one.rule is Watched.TOPICS_EACH)
    assert (line.held, line.by) == (Held.BROKEN, Who.HECKLER)


async def rows() -> dict[str, int]:
    """How many rows each table has, but for rehearsals themselves, the trail and the jobs."""
    own = {"rehearsals", "audit_entries", "audit_head", "jobs", "outbox"}
    models = [one for one in Tortoise.apps["models"].values() if one._meta.db_table not in own]
    return {one._meta.db_table: await one.all().count() for one in models}


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_it_is_played_apart_and_leaves_the_district_as_it_was(db: object, clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    before = await rows()
    row = await service.ask_for(hall.chair, hall.meeting, [Trouble.TIE])
    with pytest.raises(Refused) as caught:
        await service.ask_for(hall.chair, hall.meeting, [])
    assert caught.value.reason is RehearsalRefusal.UNDER_WAY
    await service.play(row.id)
    played = await Rehearsal.get(id=row.id)
    assert played.state is RehearsalState.DONE and played.account
    assert {one.rule for one in rules.lines_from(played.account)} >= {Watched.TIE, Watched.ROLL, Watched.NOTES}
    assert await rows() == before, "no meeting, no ballot, no message, no person of it is here"
    await service.play(row.id)
    await service.throw_away(hall.chair, row.id)
    await service.play(row.id)
    assert not await Rehearsal.exists()


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_other_jobs_do_not_wait_for_it_and_it_is_given_up_in_time(
    db: object, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = asyncio.Event()

    async def slow(_row: Rehearsal) -> None:
        await may_end.wait()

    monkeypatch.setattr(service, "_in_its_own_process", slow)
    hall = await make_meeting(MeetingState.DRAFT)
    row = await service.ask_for(hall.chair, hall.meeting, [])
    async with asyncio.timeout(30):
        while await queue.run_due():
            pass
        assert (await Rehearsal.get(id=row.id)).state is RehearsalState.WAITING, "it is still being played"
        clock.move(seconds=service.GIVEN_UP_AFTER.total_seconds())
        while await queue.run_due():
            pass
        assert (await Rehearsal.get(id=row.id)).state is RehearsalState.BROKEN
        may_end.set()
        await asyncio.gather(*jobs._playing)


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_the_pages_are_for_who_asked(new_client: NewClient, clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    chair, other = new_client(), new_client()
    await chair.sign_in_as(hall.chair.person_id)
    await other.sign_in_as(hall.neighbours[0].person_id)
    page = f"/meetings/{hall.meeting.public_id}/rehearse"
    assert (await other.get(page)).status_code == 403
    assert "有人抢话" in (await chair.get(page)).text
    assert (await chair.send_form(page, {"troubles": "storm"})).status_code == 422
    sent = await chair.send_form(page, {"troubles": "heckler"})
    shown = sent.headers["location"]
    assert 'http-equiv="refresh"' in (await chair.get(shown)).text
    again = await chair.send_form(page, {"troubles": "tie"})
    assert again.status_code == 422 and "还没有演完" in again.text
    lines = [rules.Line(Watched.TURNS, Held.TRIED, Who.HECKLER, "meetings-refused-turns-used").to_data()]
    await service.keep((await Rehearsal.get()).id, json.loads(json.dumps(lines)))
    account = (await chair.get(shown)).text
    assert "这是演练" in account and "有人试过，没能成" in account and "refresh" not in account
    assert (await other.get(shown)).status_code == 403
    assert (await other.send_form(f"{shown}/delete", {})).status_code == 403
    assert (await chair.send_form(f"{shown}/delete", {})).status_code == 303
    assert not await Rehearsal.exists()
