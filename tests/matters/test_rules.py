"""Which step may follow which, by whom; ratings, returns and stages. Tables, no database."""

import pytest

from linyue.centres.rules import Way
from linyue.matters.rules import (
    FINAL,
    OPEN,
    SENDING,
    TRANSITIONS,
    Doer,
    MatterRefusal,
    MatterState,
    Rating,
    Step,
    owner_after_return,
    refuse_return,
    refuse_step,
    stage_of,
    state_after_rating,
    steps_open,
)

APPEALS = {Step.UNDO, Step.APPEAL, Step.APPEAL_KEEP, Step.APPEAL_MOVE, Step.APPEAL_LATE}
NOTED = {Step.PROCEDURE_MOVE, Step.PROCEDURE_END, Step.CHANGE_LINE}
"""What a procedure that began earlier, or a plan, tells its matter; it changes nothing there."""
DISCLOSED = {Step.DISCLOSE, Step.CORRECT_DISCLOSED, Step.SAY_DISCLOSED, Step.ANSWER_DISCLOSED}
# Written out by hand, apart from the code: step -> (states it may be taken from, who may).
ALLOWED: dict[str, tuple[str, str]] = {
    "taken": ("reported", "owner"),
    "pre-studied": ("assigned accepted waiting on_agenda", "party"),
    "triaged": ("reported", "owner officer"),
    "supported": ("reported", "neighbours"),
    "recused": ("assigned accepted waiting on_agenda in_meeting", "council"),
    "split": ("reported", "owner officer"),
    "joined": ("reported assigned accepted waiting", "desk officer"),
    "undone": ("assigned referred refused", "desk officer"),
    "appealed": ("assigned accepted waiting referred refused", "reporter desk"),
    "appeal-kept": (" ".join(MatterState), "appeal"),
    "appeal-moved": ("reported assigned accepted waiting referred refused", "appeal"),
    "appeal-late": (" ".join(MatterState), "clock"),
    "disclosed": (" ".join(MatterState), "disclosure"),
    "disclosure-corrected": (" ".join(MatterState), "disclosure"),
    "disclosure-said": (" ".join(MatterState), "disclosure"),
    "disclosure-answered": (" ".join(MatterState), "disclosure"),
    "merged": ("reported assigned accepted waiting", "desk officer"),
    "absorbed": (
        "reported assigned accepted waiting on_agenda in_meeting resolved executing completed",
        "desk officer",
    ),
    "unmerged": ("merged", "desk officer"),
    "accepted": ("assigned", "owner"),
    "returned": ("assigned accepted", "owner"),
    "moved": ("reported assigned accepted", "reporter desk owner officer"),  # once taken on, not the reporter
    "added": ("reported assigned accepted waiting on_agenda in_meeting resolved executing", "reporter desk"),
    "nudged": ("reported assigned accepted waiting on_agenda in_meeting resolved executing", "reporter"),
    "asked": ("accepted", "owner"),
    "answered": ("waiting", "reporter desk"),
    "extended": ("assigned accepted", "owner"),
    "completed": ("accepted", "owner"),
    "rated": ("completed", "reporter desk"),
    "closed": ("completed", "clock"),
    "withdrawn": ("reported assigned accepted waiting", "reporter"),
    "hidden": (" ".join(MatterState), "desk officer"),
    "shown": (" ".join(MatterState), "desk officer"),
    "marked-urgent": (
        "reported assigned accepted waiting on_agenda in_meeting resolved executing",
        "desk officer owner",
    ),
    "calmed": ("reported assigned accepted waiting on_agenda in_meeting resolved executing", "desk officer owner"),
    "overdue": ("reported assigned accepted waiting on_agenda in_meeting resolved executing", "clock"),
    "escalated": ("reported assigned accepted waiting on_agenda in_meeting resolved executing", "clock"),
    "silent": ("assigned", "clock"),
    "resumed": ("waiting", "owner clock"),
    "recalled": ("assigned accepted waiting", "officer"),
    "forwarded": ("assigned accepted", "owner"),
    "reassigned": (
        "reported assigned accepted waiting on_agenda in_meeting resolved executing completed",
        "clock",
    ),
    "due-reckoned": (
        "reported assigned accepted waiting on_agenda in_meeting resolved executing completed",
        "clock",
    ),
    "procedure-begun": (
        "assigned accepted waiting on_agenda in_meeting resolved executing completed",
        "meeting",
    ),
    "procedure-moved": (" ".join(MatterState), "meeting"),
    "procedure-ended": (" ".join(MatterState), "meeting"),
    "on-agenda": ("assigned accepted", "meeting"),
    "off-agenda": ("on_agenda in_meeting", "meeting"),  # and, once it was heard, the owner: see below
    "in-meeting": ("on_agenda", "meeting"),
    "decided": ("on_agenda in_meeting", "meeting"),
    "adopted": ("reported", "meeting"),
    "line-changed": (" ".join(MatterState), "meeting"),
    "promised": ("resolved", "meeting"),
    "promise-changed": ("executing", "meeting owner"),
    "promise-kept": ("executing", "meeting owner"),
    "reopened": ("closed", "reporter desk"),
    "decision-voided": (
        "assigned accepted waiting on_agenda in_meeting resolved executing completed closed",
        "meeting",
    ),
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", MatterState)
def test_every_step_from_every_state_by_everyone(state: MatterState, step: Step) -> None:
    states, who = ALLOWED.get(step.value, ("", ""))
    if (state, step) == (MatterState.IN_MEETING, Step.TAKE_OFF_AGENDA):
        who = "meeting owner"
    if (state, step) == (MatterState.ACCEPTED, Step.MOVE):
        who = "desk owner officer"
    is_open = state.value in states.split()
    for doer in Doer:
        refusal = refuse_step(state, step, {doer})
        if not is_open:
            assert refusal is MatterRefusal.NOT_NOW
        elif doer.value in who.split():
            assert refusal is None
        else:
            assert refusal is MatterRefusal.NOT_YOURS
    assert refuse_step(state, step, set()) in (MatterRefusal.NOT_NOW, MatterRefusal.NOT_YOURS)


def test_from_a_final_state_only_parting_and_hiding() -> None:
    for state in FINAL:
        steps = {step for at, step in TRANSITIONS if at is state}
        more = {Step.REOPEN, Step.VOID_DECISION} if state is MatterState.CLOSED else set()
        assert steps <= {Step.HIDE, Step.SHOW, Step.UNMERGE, *APPEALS, *NOTED, *DISCLOSED} | more, state
    assert set(MatterState) == FINAL | OPEN and not FINAL & OPEN


def test_every_open_state_leads_on_to_an_end() -> None:
    reach: set[MatterState] = set(FINAL)
    while True:
        more = {at for (at, _), move in TRANSITIONS.items() if move.to & reach} | reach
        if more == reach:
            break
        reach = more
    assert reach == set(MatterState)


def test_every_state_can_be_reached_from_a_report() -> None:
    reach = {MatterState.REPORTED}
    while True:
        more = set(reach)
        for (at, _), move in TRANSITIONS.items():
            if at in reach:
                more |= move.to
        if more == reach:
            break
        reach = more
    assert reach == set(MatterState)


def test_five_ways() -> None:
    assert set(SENDING) == set(Way)
    assert {way for way, state in SENDING.items() if state in FINAL} == {Way.REFERRAL, Way.REFUSAL}
    move = TRANSITIONS[(MatterState.REPORTED, Step.TRIAGE)]
    assert set(SENDING.values()) == move.to


@pytest.mark.parametrize(
    ("rating", "reopened", "promise", "expected"),
    [
        (Rating.SATISFIED, 0, False, MatterState.CLOSED),
        (Rating.MOSTLY, 0, True, MatterState.CLOSED),
        (Rating.UNSATISFIED, 0, False, MatterState.ACCEPTED),
        (Rating.UNSATISFIED, 0, True, MatterState.EXECUTING),
        (Rating.UNSATISFIED, 1, False, MatterState.CLOSED),
        (Rating.UNSATISFIED, 1, True, MatterState.CLOSED),
    ],
)
def test_unsatisfied_reopens_once(rating: Rating, reopened: int, promise: bool, expected: MatterState) -> None:
    assert state_after_rating(rating, reopened, promise) is expected


@pytest.mark.parametrize(
    ("count", "owner", "refusal"),
    [
        (1, "social_worker", None),
        (2, "subdistrict_officer", MatterRefusal.RETURNED_OFTEN),
        (3, "subdistrict_officer", MatterRefusal.RETURNED_OFTEN),
    ],
)
def test_returns_end_at_the_officer(count: int, owner: str, refusal: MatterRefusal | None) -> None:
    assert owner_after_return(count) == owner
    assert refuse_return(count) is refusal


def test_pages_show_only_what_can_be_done() -> None:
    assert steps_open(MatterState.COMPLETED, {Doer.REPORTER}) == {Step.RATE}
    assert steps_open(MatterState.CLOSED, {Doer.REPORTER, Doer.OWNER}) == {Step.REOPEN}


@pytest.mark.parametrize(
    ("state", "way", "at", "of"),
    [
        (MatterState.REPORTED, None, 1, 4),
        (MatterState.ASSIGNED, Way.CENTRE, 2, 4),
        (MatterState.ACCEPTED, Way.COUNCIL, 2, 6),
        (MatterState.IN_MEETING, Way.COUNCIL, 3, 6),
        (MatterState.EXECUTING, Way.COUNCIL, 4, 6),
        (MatterState.COMPLETED, Way.COUNCIL, 5, 6),
        (MatterState.CLOSED, Way.OWN_DESK, 4, 4),
        (MatterState.REFUSED, Way.REFUSAL, 2, 2),
    ],
)
def test_the_strip_of_steps(state: MatterState, way: Way | None, at: int, of: int) -> None:
    steps, now = stage_of(state, way)
    assert (now, len(steps)) == (at, of)
