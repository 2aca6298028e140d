"""The state machine as a table: what keeps a stage, and where each outcome leads."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.base.workdays import published_calendar
from linyue.meetings.rules import MeetingState as M
from linyue.meetings.rules_stages import procedure_from
from linyue.meetings.templates import load_data, procedure_ids
from linyue.procedures import rules
from linyue.procedures.rules import Facts, Move, Outcome, ProcedureState, StepState
from linyue.procedures.rules import ProcedureRefusal as No

NOW = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # Tuesday noon in Ningbo
CALENDAR = published_calendar()
MAJOR = procedure_from(load_data("major"))
FORUM, BALLOT, DRAFT, COLLECT = (MAJOR.stage(one) for one in ("forum", "ballot", "up-two", "up-one"))
LAST = MAJOR.stages[-1]


@pytest.mark.parametrize(
    ("stage", "facts", "expected"),
    [
        (FORUM, Facts(NOW), No.NO_SITTING),
        (FORUM, Facts(NOW, sitting=M.DRAFT), No.SITTING_NOT_OVER),
        (FORUM, Facts(NOW, sitting=M.RUNNING), No.SITTING_NOT_OVER),
        (FORUM, Facts(NOW, sitting=M.ENDED, unpublished=1), No.NOT_PUBLISHED),
        (FORUM, Facts(NOW, sitting=M.ENDED, verdicts=(True,)), None),
        (FORUM, Facts(NOW, sitting=M.ENDED), None),
        (DRAFT, Facts(NOW), No.PAPER_MISSING),
        (DRAFT, Facts(NOW, papers=frozenset({"draft"})), No.PAPER_MISSING),
        (DRAFT, Facts(NOW, papers=frozenset({"draft", "legal-view"})), None),
        (
            COLLECT,
            Facts(NOW - timedelta(days=7)),
            No.TOO_SOON,
        ),  # the day of beginning is left out, the last runs to 24:00
        (COLLECT, Facts(NOW - timedelta(days=8)), None),
    ],
)
def test_what_keeps_a_stage(stage: rules.StagePlan, facts: Facts, expected: No | None) -> None:
    assert rules.refuse_go_on(stage, facts, CALENDAR, NOW) == expected


@pytest.mark.parametrize(
    ("stage", "verdicts", "expected"),
    [
        (FORUM, (True,), Outcome.PASSED),
        (FORUM, (True, False), Outcome.FAILED),
        (FORUM, (), Outcome.UNDECIDED),
        (FORUM, (None,), Outcome.UNDECIDED),
        (FORUM, (True, None), Outcome.UNDECIDED),
        (FORUM, (None, False), Outcome.FAILED),
        (DRAFT, (), Outcome.PASSED),
        (procedure_from(load_data("hearing")).stage("hearing"), (False,), Outcome.PASSED),  # only how people lean
    ],
)
def test_what_a_stage_came_to(stage: rules.StagePlan, verdicts: tuple[bool | None, ...], expected: Outcome) -> None:
    assert rules.outcome_of(stage, Facts(NOW, sitting=M.ENDED, verdicts=verdicts)) is expected


@pytest.mark.parametrize(
    ("stage", "outcome", "failed", "to", "state", "step"),
    [
        (COLLECT, Outcome.PASSED, 0, "down-one", ProcedureState.RUNNING, StepState.DONE),
        (FORUM, Outcome.PASSED, 1, "up-three", ProcedureState.RUNNING, StepState.DONE),
        (FORUM, Outcome.FAILED, 0, "up-two", ProcedureState.RUNNING, StepState.FAILED),
        (FORUM, Outcome.FAILED, 1, "up-two", ProcedureState.RUNNING, StepState.FAILED),
        (FORUM, Outcome.FAILED, 2, None, ProcedureState.FAILED, StepState.FAILED),
        (FORUM, Outcome.UNDECIDED, 0, "forum", ProcedureState.RUNNING, StepState.CALLED_OFF),
        (BALLOT, Outcome.FAILED, 1, None, ProcedureState.FAILED, StepState.FAILED),
        (LAST, Outcome.PASSED, 0, None, ProcedureState.DONE, StepState.DONE),
    ],
)
def test_where_it_goes(
    stage: rules.StagePlan, outcome: Outcome, failed: int, to: str | None, state: ProcedureState, step: StepState
) -> None:
    assert rules.move_on(MAJOR, stage, outcome, failed) == Move(to, state, step)


def test_periods_roll_over_a_holiday_and_hours_run_through() -> None:
    before_spring = datetime(2026, 2, 10, 4, 0, tzinfo=UTC)
    until = rules.earliest_end(COLLECT, before_spring, CALENDAR)
    assert until is not None and until - before_spring > timedelta(days=8)
    meet = procedure_from(load_data("urgent")).stage("meet")
    assert rules.due_at(meet, NOW, CALENDAR) == NOW + timedelta(hours=2)
    assert rules.due_at(BALLOT, NOW, CALENDAR) is None


HOUR = timedelta(hours=1)


def test_the_hours_of_an_urgent_matter_run_from_its_alarm() -> None:
    plan = procedure_from(load_data("urgent"))
    meet, act, tell = (plan.stage(one) for one in ("meet", "act", "tell"))
    assert rules.due_at(meet, NOW, CALENDAR, NOW - HOUR) == NOW + HOUR, "an hour was gone when the procedure was begun"
    assert rules.due_at(act, NOW, CALENDAR, NOW - 30 * HOUR) == NOW - 6 * HOUR, "late from the first moment"
    assert rules.due_at(tell, NOW, CALENDAR, NOW - 30 * HOUR) == rules.due_at(tell, NOW, CALENDAR), "days of its own"
    clocks = rules.alarm_clocks(plan, NOW - 3 * HOUR, {"alarm": NOW - 2 * HOUR}, CALENDAR, NOW)
    assert [(one.stage, one.due_at, one.is_late) for one in clocks] == [
        ("alarm", NOW - HOUR, False), ("meet", NOW - HOUR, True), ("act", NOW + 21 * HOUR, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "reported", "alarm", "refusal"),
    [
        (None, None, NOW, None),
        (None, NOW - 5 * HOUR, NOW - 5 * HOUR, None),
        (NOW - HOUR, None, NOW - HOUR, None),
        (NOW - HOUR, NOW - 5 * HOUR, NOW - HOUR, None),  # reported in calm, urgent later
        (NOW + HOUR, None, None, No.ALARM_TO_COME),
        (datetime(1, 1, 1, tzinfo=UTC), None, None, No.ALARM_LONG_GONE),
        (NOW - 6 * HOUR, NOW - 5 * HOUR, None, No.ALARM_BEFORE),
    ],
)
def test_when_an_alarm_was_raised(
    said: datetime | None, reported: datetime | None, alarm: datetime | None, refusal: No | None
) -> None:
    assert rules.refuse_alarm(said, reported, NOW) is refusal
    assert refusal is not None or rules.alarm_of(said, reported, NOW) == alarm


@pytest.mark.parametrize(
    ("text", "sent", "expected"),
    [
        ("路灯太暗", 0, None),
        ("不同意", 4, None),
        ("不同意", 5, No.VOICES_USED),
        (" ", 0, No.NO_TEXT),
        ("长" * 301, 0, No.TEXT_LONG),
    ],
)
def test_residents_are_heard_a_few_times_each(text: str, sent: int, expected: No | None) -> None:
    assert rules.refuse_voice(text, sent) == expected


def test_what_the_law_gives_to_one_body_is_written_in_the_templates() -> None:
    named = {
        f"{name}.{one.paper}": "+".join(sorted(one.by))
        for name in procedure_ids()
        for one in procedure_from(load_data(name)).papers
        if one.by
    }
    party, owners = "party_reviewer", "owners_committee"
    assert named == {
        "village-covenant.party-view": party, "village-major.party-view": party,
        "village-representatives.party-view": party, "village-assembly.party-view": party,
        "village-households.party-view": party, "village-four-deliberations.proposal": party,
        "village-major.appraisal": "oversight_committee",
        "covenant.party-view": party, "major.party-view": party, "representatives.party-view": party,
        "four-deliberations.proposal": party, "major.appraisal": "oversight_committee",
        "owners-ordinary.told": owners, "owners-special.told": owners,
    }  # fmt: skip
