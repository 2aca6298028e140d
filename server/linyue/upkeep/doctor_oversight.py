"""Invariants of disclosure: fifteen days, one owner and one due time for whatever is owed an answer."""

from collections.abc import Awaitable, Callable

from linyue.base.settings import Settings
from linyue.oversight.model import Notice, Voice
from linyue.oversight.rules import FINDINGS, Desk, VoiceState, earliest_end, state_of
from linyue.upkeep.doctor_votes import Answer


async def long_enough(_settings: Settings) -> Answer:
    """No notice ends before its fifteenth day is over (Urban Residents' Committee Law, 2025 revision, art 34)."""
    found = await Notice.all()
    return len(found), [f"notice {one.id}: too short" for one in found if one.ends_at < earliest_end(one.posted_at)]


async def owed_answers(_settings: Settings) -> Answer:
    """Each voice has one desk; one that is owed an answer has a due time, one that was answered has the answer."""
    found, faults = await Voice.all(), []
    for one in found:
        if one.desk not in set(Desk):
            faults.append(f"voice {one.id}: nobody owns it")
        if (state_of(one.kind, one.verdict) is VoiceState.NOTED) != (one.state is VoiceState.NOTED):
            faults.append(f"voice {one.id}: {one.state.value} does not fit a {one.kind.value}")
        if (one.due_at is None) != (one.state is VoiceState.NOTED):
            faults.append(f"voice {one.id}: {one.state.value} with due time {one.due_at}")
        is_whole = one.finding in FINDINGS[one.kind] and bool(one.answer) and one.answered_at is not None
        if (one.state is VoiceState.ANSWERED) != is_whole:
            faults.append(f"voice {one.id}: {one.state.value}, its answer says otherwise")
    return len(found), faults


Check = Callable[[Settings], Awaitable[Answer]]
OVERSIGHT: list[tuple[str, str, Check]] = [
    ("O1", "notices stay their fifteen days", long_enough),
    ("O2", "what is owed an answer has one owner and one due time", owed_answers),
]
