"""The period of a notice, who may say what, who answers and by when: tables without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linyue.base.workdays import SHANGHAI, Calendar, published_calendar
from linyue.councils.rules_district import DEFAULT, DistrictRules
from linyue.oversight import rules
from linyue.oversight.rules import Desk, Finding, OversightRefusal, Standing, Verdict, VoiceKind, VoiceState

R, K = OversightRefusal, VoiceKind
PLAIN = Calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# Urban Residents' Committee Law (2025 revision) art 34 and, for villages, the Villagers' Committee Law art 35:
# fifteen days at least. Civil Code arts 201 and 203: the first day is not counted, the last ends at 24:00.
@pytest.mark.parametrize(
    ("days", "refused"),
    [(0, R.TOO_SHORT), (-3, R.TOO_SHORT), (1, R.TOO_SHORT), (14, R.TOO_SHORT), (15, None), (16, None), (30, None), (365, None), (366, R.TOO_LONG)],
)  # fmt: skip
def test_a_notice_stays_fifteen_days_at_least(days: int, refused: R | None) -> None:
    assert rules.refuse_days(days) is refused
    assert rules.refuse_notice("标题", "内容", days) == ((refused, "days") if refused else None)
    if refused:
        with pytest.raises(ValueError, match="no period"):
            rules.ends_at(at("2026-11-02 10:00"), days, PLAIN)


@pytest.mark.parametrize(
    ("posted", "days", "ends"),
    [
        ("2026-11-02 00:00", 15, "2026-11-17 23:59:59"),  # Monday; a Tuesday fifteen days on
        ("2026-11-02 23:59", 15, "2026-11-17 23:59:59"),  # the day of posting is not counted, however late
        ("2026-11-06 10:00", 15, "2026-11-23 23:59:59"),  # the fifteenth day is a Saturday: it moves on
        ("2026-11-02 10:00", 30, "2026-12-02 23:59:59"),
    ],
)
def test_the_last_day_ends_at_midnight(posted: str, days: int, ends: str) -> None:
    assert rules.ends_at(at(posted), days, PLAIN) == at(ends)


@given(
    st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 12, 31)),  # noqa: DTZ001
    st.integers(min_value=15, max_value=365),
)
def test_no_period_is_ever_shorter_than_the_law_wants(moment: datetime, days: int) -> None:
    """Counted on the fingers, day after day, as the oracle: at least fifteen whole days lie behind the day of posting."""
    posted = moment.replace(tzinfo=UTC)
    ends = rules.ends_at(posted, days, published_calendar())
    assert ends >= rules.earliest_end(posted)
    day, last, whole = posted.astimezone(SHANGHAI).date(), ends.astimezone(SHANGHAI).date(), 0
    while day < last:
        day += timedelta(days=1)
        whole += 1
    assert whole >= max(15, days)
    assert isinstance(last, date) and ends.astimezone(SHANGHAI).strftime("%H:%M:%S") == "23:59:59"


LIVES, OVERSEES = Standing(on_roll=True), Standing(is_overseer=True)


@pytest.mark.parametrize(
    ("kind", "who", "text", "verdict", "refused"),
    [
        (K.QUESTION, LIVES, "为什么", None, None),
        (K.QUESTION, Standing(), "为什么", None, (R.NOT_ON_ROLL, "")),
        (K.QUESTION, Standing(on_roll=True, is_posted=False), "为什么", None, None),
        (K.OBJECTION, Standing(on_roll=True, is_posted=False), "不对", None, (R.PERIOD_OVER, "")),
        (K.OBJECTION, LIVES, "不对", None, None),
        (K.OBJECTION, LIVES, " ", None, (R.NO_TEXT, "text")),
        (K.QUESTION, LIVES, "字" * 501, None, (R.TEXT_LONG, "text")),
        (K.QUESTION, Standing(on_roll=True, waiting=3), "再问", None, (R.WAITING, "text")),
        (K.SUGGESTION, LIVES, "装个雨棚", None, None),
        (K.SUGGESTION, Standing(is_overseer=True), "装个雨棚", None, (R.NOT_ON_ROLL, "")),
        (K.APPRAISAL, LIVES, "缺发票", Verdict.LACKING, (R.NOT_OVERSEER, "")),
        (K.APPRAISAL, Standing(is_overseer=True, is_author=True), "好", Verdict.SOUND, (R.OWN_NOTICE, "")),
        (K.APPRAISAL, OVERSEES, "", Verdict.SOUND, None),
        (K.APPRAISAL, OVERSEES, "", Verdict.LACKING, (R.NO_TEXT, "text")),
        (K.APPRAISAL, OVERSEES, "缺发票", Verdict.WRONG, None),
    ],
)
def test_who_may_say_what(kind: K, who: Standing, text: str, verdict: Verdict | None, refused: object) -> None:
    assert rules.refuse_voice(kind, who, text, verdict) == refused


def test_ratings_are_for_those_who_live_there_while_it_is_posted() -> None:
    assert rules.refuse_rating(LIVES) is None
    assert rules.refuse_rating(Standing()) is R.NOT_ON_ROLL
    assert rules.refuse_rating(Standing(on_roll=True, is_posted=False)) is R.PERIOD_OVER


@pytest.mark.parametrize(
    ("kind", "wanted", "desk", "due"),
    [
        (K.QUESTION, Desk.COMMUNITY, Desk.COMMUNITY, "2026-11-09"),
        (K.OBJECTION, Desk.COMMUNITY, Desk.STREET, "2026-11-09"),
        (K.APPRAISAL, Desk.COMMUNITY, Desk.COMMUNITY, "2026-11-09"),
        (K.SUGGESTION, Desk.COMMUNITY, Desk.COMMUNITY, "2026-11-09"),
        (K.SUGGESTION, Desk.STREET, Desk.STREET, "2026-11-23"),
    ],
)
def test_each_voice_has_one_desk_and_one_due_time(kind: K, wanted: Desk, desk: Desk, due: str) -> None:
    assert rules.first_desk(kind, wanted) is desk
    assert rules.answer_due(kind, desk, DEFAULT, at("2026-11-02 10:00"), PLAIN) == at(f"{due} 23:59:59")


def test_each_voice_has_the_days_that_the_district_gives_it() -> None:
    laid = DistrictRules(question_days=1, objection_days=2, appraisal_days=3, suggestion_days=4, street_days=6)
    voices = [(kind, rules.first_desk(kind)) for kind in K] + [(K.SUGGESTION, Desk.STREET)]
    assert {(kind, desk): rules.answer_days(kind, desk, laid) for kind, desk in voices} == {
        (K.QUESTION, Desk.COMMUNITY): 1,
        (K.OBJECTION, Desk.STREET): 2,
        (K.APPRAISAL, Desk.COMMUNITY): 3,
        (K.SUGGESTION, Desk.COMMUNITY): 4,
        (K.SUGGESTION, Desk.STREET): 6,
    }


def test_an_answer_is_owed_to_all_but_a_sound_appraisal() -> None:
    owed = {(k, v): rules.state_of(k, v) for k in K for v in (None, *Verdict)}
    assert {pair for pair, state in owed.items() if state is VoiceState.NOTED} == {(K.APPRAISAL, Verdict.SOUND)}


def test_what_is_passed_up_goes_on_by_the_same_clock_and_nobody_is_late_on_receipt() -> None:
    due, calendar = at("2026-11-09 23:59:59"), PLAIN
    assert rules.due_passed_up(due, at("2026-11-04 10:00"), calendar) == due
    assert rules.due_passed_up(due, at("2026-11-09 10:00"), calendar) == at("2026-11-10 23:59:59")
    assert rules.due_passed_up(due, at("2026-11-13 10:00"), calendar) == at("2026-11-16 23:59:59")
    assert rules.refuse_pass_up(VoiceState.OPEN, Desk.COMMUNITY, is_owner=True) is None
    assert rules.refuse_pass_up(VoiceState.OPEN, Desk.STREET, is_owner=True) is R.NOT_UPWARD
    assert rules.refuse_pass_up(VoiceState.OPEN, Desk.COMMUNITY, is_owner=False) is R.NOT_OWNER
    assert rules.refuse_pass_up(VoiceState.ANSWERED, Desk.COMMUNITY, is_owner=True) is R.ANSWERED


@pytest.mark.parametrize(
    ("state", "kind", "finding", "text", "is_owner", "is_asker", "refused"),
    [
        (VoiceState.OPEN, K.QUESTION, Finding.EXPLAINED, "因为", True, False, None),
        (VoiceState.OPEN, K.QUESTION, Finding.RIGHT, "因为", True, False, (R.WRONG_FINDING, "finding")),
        (VoiceState.OPEN, K.OBJECTION, Finding.RIGHT, "确实", True, False, None),
        (VoiceState.OPEN, K.OBJECTION, Finding.RIGHT, " ", True, False, (R.NO_ANSWER, "text")),
        (VoiceState.OPEN, K.OBJECTION, Finding.RIGHT, "确实", False, False, (R.NOT_OWNER, "")),
        (VoiceState.OPEN, K.OBJECTION, Finding.RIGHT, "确实", True, True, (R.OWN_VOICE, "")),
        (VoiceState.ANSWERED, K.SUGGESTION, Finding.ADOPTED, "好", True, False, (R.ANSWERED, "")),
        (VoiceState.OPEN, K.SUGGESTION, Finding.ADOPTED, "字" * 1001, True, False, (R.TEXT_LONG, "text")),
    ],
)
def test_who_may_answer(
    state: VoiceState, kind: K, finding: Finding, text: str, is_owner: bool, is_asker: bool, refused: object
) -> None:
    assert rules.refuse_answer(state, kind, finding, text, is_owner=is_owner, is_asker=is_asker) == refused


def test_a_correction_says_what_and_why() -> None:
    assert rules.refuse_correction("支出三千五百元", "漏记一张发票") is None
    assert rules.refuse_correction(" ", "漏记") == (R.NO_TEXT, "text")
    assert rules.refuse_correction("三千五", " ") == (R.NO_REASON, "reason")
    assert rules.refuse_correction("字" * 4001, "漏记") == (R.TEXT_LONG, "text")
