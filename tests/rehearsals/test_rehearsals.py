"""Rehearsals: what is watched, each template played through the services, and that the district stays untouched."""

import asyncio
import copy
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tortoise import Tortoise

from linyue.base import queue
from linyue.base.errors import Refused
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link, plan_from
from linyue.meetings.rules_stages import StageKind, has_stages, procedure_from, sitting_of
from linyue.meetings.templates import load_data, template_ids
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.questions.model import Question
from linyue.questions.rules import RuleSpec, refuse_rule
from linyue.questions.rules_decide import decide
from linyue.questions.rules_options import refuse_options
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_setup import Typed, Words, rule_of
from linyue.questions.rules_tally import Outcome, Turnout, Verdict
from linyue.questions.rules_ways import AYE_OR_NO, Ballots, Way
from linyue.rehearsals import jobs, rules, service
from linyue.rehearsals.model import Rehearsal
from linyue.rehearsals.play import play, play_through
from linyue.rehearsals.rules import Deed, Held, Press, RehearsalRefusal, RehearsalState, Trouble, Watched, Who
from linyue.rounds import rules as round_rules
from linyue.rounds.service_chair import words_of
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


def sittings_of(name: str) -> list[str]:
    """Every sitting of a template, as name#stage; "" stands for the only one of a template without stages."""
    data = load_data(name)
    if not has_stages(data):
        return [f"{name}#"]
    return [f"{name}#{one.stage}" for one in procedure_from(data).stages if one.kind is StageKind.SITTING]


SITTINGS = [one for name in template_ids() for one in sittings_of(name)]
SETS = [[], [Trouble.HECKLER], [Trouble.TIE], [Trouble.NO_QUORUM], [Trouble.DEAD_NETWORK], [*Trouble]]


def sitting(which: str) -> dict[str, Any]:
    """What one sitting keeps, of name#stage."""
    name, _, stage = which.partition("#")
    data = load_data(name)
    return copy.deepcopy(sitting_of(data, stage) if stage else data)


@pytest.mark.anyio
@pytest.mark.sqlite_only
@pytest.mark.parametrize("which", SITTINGS)
async def test_every_sitting_is_played_to_its_end(which: str, db: object, clock: MovableClock) -> None:
    lines = await play(which, sitting(which), [Trouble.HECKLER, Trouble.TIE, Trouble.DEAD_NETWORK])
    told = {line.rule: line for line in lines}
    assert Watched.STOPPED not in told, told[Watched.STOPPED].reason
    assert all(line.held is not Held.BROKEN for line in lines), lines
    assert told[Watched.ROLL].by is Who.STRANGER and (await Meeting.get()).state is MeetingState.ENDED


@pytest.mark.anyio
@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("which", "watched"),
    [
        *((f"{name}#{stage}", Watched.FEW_COUNT) for name, stage in [("hearing", "hearing"), ("urgent", "meet")]),
        ("urgent#ratify", Watched.VOTE_QUORUM),
        ("owners-special#assembly", Watched.VOTE_QUORUM),
        ("representatives#meet", Watched.OPENING),
    ],
)
async def test_too_few_people_break_no_rule(which: str, watched: Watched, db: object, clock: MovableClock) -> None:
    lines = await play(which, sitting(which), [Trouble.NO_QUORUM])
    assert all(line.held is not Held.BROKEN for line in lines), lines
    assert watched in {line.rule for line in lines}


VOTERS = 22
TIES = (Trouble.TIE, Trouble.NO_QUORUM)


def counted(words: Words, troubles: list[Trouble], way: Way) -> tuple[RuleSpec, Outcome, list[str]]:
    """A vote of the invented neighbours, counted without a database."""
    typed = Typed(options=rules.invented_options(way, words.seats, words.least), budget=60_000)
    rule, options = rule_of(words, typed if way not in AYE_OR_NO else None)
    assert refuse_rule(rule) is None and (not options or refuse_options(options, len(rule.choices)) is None)
    ballots = [rules.ballot_text(rule.form, rule.choices, one) for one in rules.choices_of(troubles, VOTERS)]
    assert all(one in Ballots(rule.form, rule.choices) for one in ballots), ballots
    few = len(ballots)
    turnout = Turnout(VOTERS, few if Trouble.NO_QUORUM in troubles else VOTERS, few)
    return rule, decide(rule, Counter(ballots), turnout, seed="a1" * 32), ballots


@pytest.mark.parametrize("troubles", SETS, ids=lambda one: "+".join(one) or "none")
@pytest.mark.parametrize("which", SITTINGS)
def test_no_trouble_is_told_as_a_broken_rule(which: str, troubles: list[Trouble]) -> None:
    plan = plan_from(sitting(which))
    for link in plan.links:
        if link.question is not None:
            words = replace(words_of(link.question, plan.roll), decision="")
            rule, result, _ = counted(words, troubles, Way(words.way))
            told = rules.judge(troubles, rule, result)
            assert told is None or told[1], (link.title, result.verdict)
            # One candidate in an election's second vote needs a third, which half and half is more than.
            watched = {Trouble.NO_QUORUM} if words.majority == "third" and rule.is_aye_or_no else set(TIES)
            assert (told is None) == (not set(troubles) & watched)


@pytest.mark.parametrize("troubles", SETS, ids=lambda one: "+".join(one) or "none")
@pytest.mark.parametrize("way", [one for one in Way if one not in AYE_OR_NO])
def test_every_way_to_vote_is_played_with_options(way: Way, troubles: list[Trouble]) -> None:
    for seats, least, tie in [(1, 1, "named"), (2, 2, "named"), (1, 1, "lot")]:
        words = Words(way=way.value, seats=seats, least=least, quorum="half", tie=tie)
        rule, result, ballots = counted(words, troubles, way)
        assert len(ballots) == (2 if Trouble.NO_QUORUM in troubles else VOTERS)
        told = rules.judge(troubles, rule, result)
        assert told is None or told[1], (result.verdict, result.tally)


@pytest.mark.parametrize(
    ("troubles", "quorum", "verdict"),
    [
        ([Trouble.NO_QUORUM], "half", Verdict.PASSED),
        ([Trouble.NO_QUORUM], "none", Verdict.NO_QUORUM),
        ([Trouble.TIE], "half", Verdict.PASSED),
    ],
)
def test_a_count_that_is_wrong_is_told_as_broken(troubles: list[Trouble], quorum: str, verdict: Verdict) -> None:
    rule, result, _ = counted(Words(quorum=quorum), troubles, Way.FOR_AGAINST)
    told = rules.judge(troubles, rule, replace(result, verdict=verdict))
    assert told is not None and not told[1]


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_it_plays_the_agenda_as_composed_with_its_smaller_roll_and_its_options(
    db: object, clock: MovableClock
) -> None:
    plan = sitting("hearing#hearing")
    plan["links"][-1]["question"] |= {"way": "dots", "dots": 3}
    base = [{"plan_link": n, "link": one["link"], "scale": ""} for n, one in enumerate(plan["links"])]
    words = {"title_zh": "题", "title_en": "", "minutes": 5, "question_zh": "", "question_en": "", "question_kind": ""}
    agenda = [words | one for one in base]
    agenda.insert(2, words | {"plan_link": None, "link": "talk", "scale": "", "title_zh": "加议一件"})
    agenda[-1] |= {"scale": "stairwell", "question_zh": "先做哪一件？", "question_kind": "secret"}
    lines = await play("hearing", plan, [Trouble.TIE, Trouble.DEAD_NETWORK], agenda)
    assert all(line.held is not Held.BROKEN for line in lines), lines
    assert {Watched.ONE_BALLOT, Watched.LATE_BALLOT} <= {line.rule for line in lines}, (
        "sealed ballots are sent twice too"
    )
    assert "加议一件" in [one.title_zh for one in await AgendaItem.all()]
    question = await Question.get()
    assert question.text_zh == "先做哪一件？" and question.kind is Kind.SECRET
    assert (await Place.get(id=question.roll_place_id)).kind is PlaceKind.STAIRWELL and question.ballots_cast == VOTERS
    assert question.rule_spec.form.way is Way.DOTS


@pytest.mark.anyio
async def test_an_open_space_with_each_trouble(db: object, clock: MovableClock) -> None:
    told = {line.rule: line for line in await play("open-space", sitting("open-space#"), ALL)}
    tried = {Watched.NOTICE, Watched.OFFICES, Watched.ROLL, Watched.TOPICS_EACH, Watched.TURNS, Watched.LATE_BALLOT}
    assert tried <= {rule for rule, line in told.items() if line.held is Held.TRIED}
    assert told[Watched.VOTE_QUORUM].held is Held.KEPT and told[Watched.TURNS].by is Who.HECKLER


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_the_chair_s_presses_are_told_in_order_each_with_what_followed(db: object, clock: MovableClock) -> None:
    lines, steps = await play_through("open-space", sitting("open-space#"), [*Trouble])
    pressed = [one.press for one in steps]
    assert pressed[:2] == [Press.ANNOUNCE, Press.START] and pressed[-1] is Press.END
    vote = pressed.index(Press.PUT_QUESTION)
    assert pressed[vote : vote + 4] == [
        Press.PUT_QUESTION, Press.OPEN_QUESTION, Press.CLOSE_QUESTION, Press.PUBLISH_RESULT,
    ]  # fmt: skip
    opened = steps[vote + 1]
    assert {Deed.VOTE_FEW} <= set(opened.deeds) and Watched.NO_LEAVING in [one.rule for one in opened.lines]
    assert {one.rule for step in steps for one in step.lines} == {one.rule for one in lines}
    assert steps[vote].zh and steps[1].deeds[0] is Deed.FEW_COME
    told = [*(one.to_data() for one in lines), *(one.to_data() for one in steps)]
    again = json.loads(json.dumps(told))
    assert (rules.lines_from(again), rules.steps_from(again)) == (lines, steps)


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_a_rule_that_does_not_hold_is_told_with_who_broke_it(
    db: object, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_rules, "refuse_topic", lambda *_facts: None)
    lines = await play("open-space", sitting("open-space#"), [Trouble.HECKLER])
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
    item = await AgendaItem.of(hall.meeting.id).filter(link=Link.CONSENSUS).get()
    await AgendaItem.filter(id=item.id).update(title_zh="第二幢的事", roll_place_id=hall.meeting.place_id)
    before = await rows()
    row = await service.ask_for(hall.chair, hall.meeting, [Trouble.TIE])
    kept = row.plan_data[service.AGENDA]
    assert ("第二幢的事", "compound") in [(one["title_zh"], one["scale"]) for one in kept]
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
    sent = await chair.send_form(page, {"troubles": "heckler", "presses": "me"})
    shown, _, walk = sent.headers["location"].partition("?")
    assert walk == "step=0" and 'http-equiv="refresh"' in (await chair.get(f"{shown}?{walk}")).text
    assert 'http-equiv="refresh"' in (await chair.get(shown)).text
    again = await chair.send_form(page, {"troubles": "tie"})
    assert again.status_code == 422 and "还没有演完" in again.text
    lines = [rules.Line(Watched.TURNS, Held.TRIED, Who.HECKLER, "meetings-refused-turns-used").to_data()]
    await service.keep((await Rehearsal.get()).id, json.loads(json.dumps(lines)))
    account = (await chair.get(shown)).text
    assert "这是演练" in account and "有人试过，没能成" in account and "refresh" not in account
    assert "?step=0" not in account, "an account of before has no presses"
    steps = [
        rules.Step(Press.ANNOUNCE, "", "", [], []),
        rules.Step(Press.START, "开场", "Opening", [Deed.COME], rules.lines_from(lines)),
    ]
    await Rehearsal.all().update(account=[*lines, *(one.to_data() for one in steps)])
    assert f"{shown}?step=0" in (await chair.get(shown)).text
    begin = (await chair.get(f"{shown}?step=0")).text
    assert "由您来主持" in begin and ">公布会议<" in begin and f'href="{shown}?step=1"' in begin
    assert "请接着按" in (await chair.get(f"{shown}?step=1")).text
    last = (await chair.get(f"{shown}?step=2")).text
    assert "您按了“开会”" in last and "邻居们陆续签到进场" in last and f'href="{shown}"' in last and "开场" in last
    assert "演练小结" in (await chair.get(f"{shown}?step=9")).text, "beyond the last press is the account"
    assert (await other.get(f"{shown}?step=1")).status_code == 403
    assert (await other.get(shown)).status_code == 403
    assert (await other.send_form(f"{shown}/delete", {})).status_code == 403
    assert (await chair.send_form(f"{shown}/delete", {})).status_code == 303
    assert not await Rehearsal.exists()
