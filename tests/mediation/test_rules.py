"""Steps of a dispute, consent, signatures and days: tables without a database."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from linyue.base.workdays import SHANGHAI, Calendar
from linyue.mediation import rules
from linyue.mediation.rules import DisputeState, Doer, MediationRefusal, PartyFacts, Side, Step

R, S, D = MediationRefusal, DisputeState, Doer
NOW = datetime(2026, 11, 2, 10, tzinfo=SHANGHAI)
OPENER, OTHER = PartyFacts(Side.OPENER, True), PartyFacts(Side.OTHER, True)
SILENT, UNWILLING = PartyFacts(Side.OTHER, None), PartyFacts(Side.OTHER, False)

# Step -> who, from which states; everything else is refused.
ALLOWED = {
    Step.TAKE: ({D.CANDIDATE, D.DESK}, {S.FILED}),
    Step.NAME: ({D.MEDIATOR}, {S.CONSENT}),
    Step.NAME_ON_PAPER: ({D.MEDIATOR}, {S.CONSENT}),
    Step.AGREE: ({D.PARTY}, {S.CONSENT}),
    Step.ENTER_CONSENT: ({D.MEDIATOR, D.DESK}, {S.CONSENT, S.READY}),
    Step.HEAR: ({D.PARTY, D.MEDIATOR}, {S.CONSENT, S.READY}),
    Step.DECLINE: ({D.PARTY}, {S.CONSENT, S.READY}),
    Step.CALL: ({D.MEDIATOR}, {S.READY}),
    Step.WRITE: ({D.MEDIATOR}, {S.READY}),
    Step.SIGN: ({D.PARTY}, {S.READY}),
    Step.ENTER_SIGNATURE: ({D.MEDIATOR, D.DESK}, {S.READY}),
    Step.FORGET_ON_PAPER: ({D.DESK}, {S.SETTLED, S.FAILED, S.DECLINED, S.WITHDRAWN}),
    Step.DISSUADE: ({D.MEDIATOR, D.DESK, D.CANDIDATE, D.DISSUADER}, set(S) - {S.WITHDRAWN}),
    Step.FAIL: ({D.MEDIATOR}, {S.CONSENT, S.READY}),
    Step.WITHDRAW: ({D.OPENER}, {S.FILED, S.CONSENT, S.READY}),
}


def test_who_takes_which_step_from_which_state() -> None:
    assert set(ALLOWED) == set(rules.RIGHTS), "a step that nobody wrote down"
    for step, state, doer in product(ALLOWED, S, D):
        who, states = ALLOWED[step]
        wanted = R.NOT_YOURS if doer not in who else None if state in states else R.NOT_NOW
        assert rules.refuse_step(state, step, {doer}) is wanted, (step, state, doer)
        assert (step in rules.steps_open(state, {doer})) is (wanted is None)
    assert rules.steps_open(S.READY, ()) == frozenset()


# People's Mediation Law arts 3, 17, 23: voluntary on both sides, and either may stop.
@pytest.mark.parametrize(
    ("parties", "state"),
    [
        ([OPENER], S.CONSENT),
        ([OPENER, SILENT], S.CONSENT),
        ([OPENER, OTHER], S.READY),
        ([OPENER, OTHER, SILENT], S.CONSENT),
        ([OPENER, UNWILLING], S.DECLINED),
        ([OPENER, OTHER, UNWILLING], S.DECLINED),
        ([PartyFacts(Side.OPENER, False), OTHER], S.DECLINED),
    ],
)
def test_both_sides_consent_or_it_ends(parties: list[PartyFacts], state: S) -> None:
    assert rules.state_after_consent(parties) is state
    assert rules.all_consent(parties) is (state is S.READY)


def test_each_side_is_heard_by_itself_once_it_takes_part() -> None:
    both = [OPENER, OTHER]
    assert rules.refuse_account(both, Side.OTHER, Side.OTHER, "九点半就停了") is None
    assert rules.refuse_account(both, None, Side.OTHER, "电话里说九点半就停了") is None
    assert rules.refuse_account(both, Side.OTHER, Side.OPENER, "他听错了") == (R.NOT_YOUR_SIDE, "side")
    for parties in ([OPENER], [OPENER, SILENT], [OPENER, UNWILLING]):
        assert rules.refuse_account(parties, None, Side.OTHER, "听说的") == (R.SIDE_SILENT, "side")
    assert rules.refuse_account(both, None, Side.OTHER, " ") == (R.NO_TEXT, "text")
    assert rules.refuse_account(both, None, Side.OTHER, "字" * 1001) == (R.TEXT_LONG, "text")
    assert (rules.refuse_name("702室李阿姨"), rules.refuse_name(" ")) == (None, R.NO_NAME)
    assert rules.refuse_name("字" * 81) is R.NO_NAME


def test_no_meeting_and_no_agreement_without_both_consents() -> None:
    ahead, behind = NOW + timedelta(days=1), NOW - timedelta(hours=2)
    for parties in ([OPENER], [OPENER, SILENT], [OPENER, UNWILLING], [OTHER]):
        assert rules.refuse_meeting(parties, Side, ahead, "小会议室", NOW) == (R.NO_CONSENT, "")
        assert rules.refuse_agreement(parties, behind, "晚十点后不拖椅子", NOW) == (R.NO_CONSENT, "")
    both = [OPENER, OTHER]
    assert rules.refuse_meeting(both, {Side.OPENER}, ahead, "小会议室", NOW) == (R.NOT_HEARD, "")
    assert rules.refuse_meeting(both, Side, ahead, "小会议室", NOW) is None
    assert rules.refuse_meeting(both, Side, behind, "小会议室", NOW) == (R.IN_THE_PAST, "day")
    assert rules.refuse_meeting(both, Side, ahead, " ", NOW) == (R.NO_VENUE, "venue")
    assert rules.refuse_agreement(both, None, "约定", NOW) == (R.NOT_MET, "")
    assert rules.refuse_agreement(both, ahead, "约定", NOW) == (R.NOT_MET, "")
    assert rules.refuse_agreement(both, behind, " ", NOW) == (R.NO_TEXT, "text")
    assert rules.refuse_agreement(both, behind, "字" * 3001, NOW) == (R.TEXT_LONG, "text")
    assert rules.refuse_agreement(both, behind, "约定", NOW) is None


def test_only_the_newest_text_is_signed_and_all_sign_it() -> None:
    party = PartyFacts(Side.OPENER, True, 1)
    assert rules.refuse_signature(party, 1, 2) is R.OLD_VERSION
    assert rules.refuse_signature(party, 2, 2) is None
    assert rules.refuse_signature(party, 1, 1) is R.SIGNED_ALREADY
    assert rules.refuse_signature(party, 0, 0) is R.OLD_VERSION
    one, two = PartyFacts(Side.OPENER, True, 2), PartyFacts(Side.OTHER, True, 2)
    assert rules.is_settled([one, two], 2)
    assert not rules.is_settled([one, PartyFacts(Side.OTHER, True, 1)], 2)
    assert not rules.is_settled([one], 2)
    assert not rules.is_settled([one, PartyFacts(Side.OTHER, None, 2)], 2)
    assert not rules.is_settled([OPENER, OTHER], 0)


@pytest.mark.parametrize(
    ("day", "refused"),
    [(date(2026, 11, 2), None), (date(2026, 11, 3), R.DAY_WRONG), (date(2025, 11, 2), None), (date(2025, 11, 1), R.DAY_WRONG)],
)  # fmt: skip
def test_a_dissuasion_bears_a_day_of_the_last_year(day: date, refused: R | None) -> None:
    assert rules.refuse_day(day, date(2026, 11, 2)) is refused


def test_the_days_of_the_law() -> None:
    plain = Calendar()
    assert rules.take_due(NOW, 3, plain) == datetime(2026, 11, 5, 23, 59, 59, tzinfo=SHANGHAI)
    assert rules.settle_due(NOW, 30, plain) == datetime(2026, 12, 2, 23, 59, 59, tzinfo=SHANGHAI)
    assert rules.confirm_until(NOW, plain) == datetime(2026, 12, 2, 23, 59, 59, tzinfo=SHANGHAI)
