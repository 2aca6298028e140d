"""Who must sign, what may be edited, what changed: as tables."""

import pytest

from linyue.meetings.rules_plan import Office
from linyue.minutes.rules import (
    ADDENDUM_LIMIT,
    TEXT_LIMIT,
    Capacity,
    MinutesRefusal,
    MinutesState,
    Missing,
    SignRule,
    capacity_of,
    line_diff,
    missing_signatures,
    refuse_addendum,
    refuse_edit,
    refuse_sign,
    section_keys,
    touches,
)

CHAIR, RECORDER, WITNESS, TELLER = Office.CHAIR, Office.RECORDER, Office.WITNESS, Office.TELLER
DRAFT, PUBLISHED = MinutesState.DRAFT, MinutesState.PUBLISHED
BOTH = {CHAIR: {1}, RECORDER: {2}}


@pytest.mark.parametrize(
    ("held", "signed", "missing"),
    [
        (BOTH, set(), Missing((CHAIR, RECORDER), 2)),
        (BOTH, {1}, Missing((RECORDER,), 1)),
        (BOTH, {1, 9}, Missing((RECORDER,), 0)),
        (BOTH, {1, 2}, Missing((), 0)),
        (BOTH | {WITNESS: {3, 4}}, {1, 2}, Missing((WITNESS,), 0)),
        (BOTH | {WITNESS: {3, 4}}, {1, 2, 4}, Missing((), 0)),
        (BOTH | {TELLER: {5}}, {1, 2}, Missing((), 0)),
        ({CHAIR: {1}, RECORDER: {1}}, {1}, Missing((), 1)),
        ({CHAIR: {1}, RECORDER: {1}}, {1, 9}, Missing((), 0)),
        ({CHAIR: {1}}, {1}, Missing((), 1)),
        ({CHAIR: {1}}, {1, 9}, Missing((), 0)),
        ({CHAIR: {1}, RECORDER: {2, 6}}, {1, 6}, Missing((), 0)),
    ],
)
def test_whose_signatures_are_missing(held: dict[Office, set[int]], signed: set[int], missing: Missing) -> None:
    assert missing_signatures(SignRule(), held, signed) == missing
    assert missing.is_complete is (not missing.offices and not missing.people)


def test_a_rule_keeps_its_values_when_stored() -> None:
    rule = SignRule((CHAIR,), (TELLER,), 3)
    assert SignRule.from_data(rule.to_data()) == rule


@pytest.mark.parametrize(
    ("person", "held", "is_member", "capacity"),
    [
        (1, BOTH, False, Capacity.CHAIR),
        (2, BOTH, True, Capacity.RECORDER),
        (1, {CHAIR: {1}, RECORDER: {1}}, False, Capacity.CHAIR),
        (3, BOTH | {WITNESS: {3}}, False, Capacity.WITNESS),
        (3, BOTH | {TELLER: {3}}, False, None),
        (9, BOTH, True, Capacity.MEMBER),
        (9, BOTH, False, None),
    ],
)
def test_as_what_somebody_signs(
    person: int, held: dict[Office, set[int]], is_member: bool, capacity: Capacity | None
) -> None:
    assert capacity_of(person, held, is_member=is_member) is capacity


@pytest.mark.parametrize(
    ("state", "section", "text", "refusal"),
    [
        (DRAFT, "head", "好", None),
        (DRAFT, "head", "", None),
        (DRAFT, "head", "字" * TEXT_LIMIT, None),
        (DRAFT, "head", "字" * (TEXT_LIMIT + 1), MinutesRefusal.TEXT_LONG),
        (DRAFT, "nowhere", "好", MinutesRefusal.NO_SECTION),
        (PUBLISHED, "head", "好", MinutesRefusal.FROZEN),
    ],
)
def test_what_may_be_edited(state: MinutesState, section: str, text: str, refusal: MinutesRefusal | None) -> None:
    assert refuse_edit(state, ["head", "steps"], section, text) is refusal


@pytest.mark.parametrize(
    ("state", "seen", "capacity", "has_signed", "refusal"),
    [
        (DRAFT, 3, Capacity.CHAIR, False, None),
        (DRAFT, 2, Capacity.CHAIR, False, MinutesRefusal.OTHER_VERSION),
        (DRAFT, 3, None, False, MinutesRefusal.NOT_A_SIGNER),
        (DRAFT, 3, Capacity.MEMBER, True, MinutesRefusal.SIGNED),
        (PUBLISHED, 3, Capacity.CHAIR, False, MinutesRefusal.FROZEN),
    ],
)
def test_a_signature_is_for_the_version_read(
    state: MinutesState, seen: int, capacity: Capacity | None, has_signed: bool, refusal: MinutesRefusal | None
) -> None:
    assert refuse_sign(state, seen, 3, capacity, has_signed=has_signed) is refusal


@pytest.mark.parametrize(
    ("state", "text", "refusal"),
    [
        (PUBLISHED, "应到60人", None),
        (PUBLISHED, " ", MinutesRefusal.NO_TEXT),
        (PUBLISHED, "字" * (ADDENDUM_LIMIT + 1), MinutesRefusal.TEXT_LONG),
        (DRAFT, "应到60人", MinutesRefusal.NOT_FROZEN),
    ],
)
def test_only_published_minutes_are_added_to(state: MinutesState, text: str, refusal: MinutesRefusal | None) -> None:
    assert refuse_addendum(state, text) is refusal


def test_sections_come_in_reading_order() -> None:
    assert section_keys(["a", "b"], has_demands=True) == [
        *("head", "steps", "talk", "speakers", "question:a", "question:b", "demands", "promises", "remarks")
    ]
    assert "demands" not in section_keys([], has_demands=False)


def test_a_change_of_the_facts_touches_every_section() -> None:
    assert [touches(changed, "talk") for changed in ("", "talk", "head")] == [True, True, False]


def test_lines_say_what_became_of_them() -> None:
    assert line_diff(["甲", "乙"], ["甲", "乙"]) == []
    assert line_diff(["甲", "乙"], ["甲", "丙"]) == [("same", "甲"), ("gone", "乙"), ("new", "丙")]
    assert line_diff([], ["甲"]) == [("new", "甲")]
