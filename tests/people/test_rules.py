"""Numbers, names, rolls, caps: tables, no database."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.people.rules import (
    ClaimState,
    PeopleRefusal,
    Tenure,
    device_words,
    mask_phone,
    normalise_phone,
    normalise_unit_code,
    refuse_claim,
    refuse_name,
    roll_of_homes,
)
from linyue.people.rules_roll_import import read_lines
from linyue.people.rules_sign_in import day_budget, leaves, refuse_send, strangers_budget

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13800130042", "+8613800130042"),
        ("138 0013-0042", "+8613800130042"),
        ("+86 13800130042", "+8613800130042"),
        ("008613800130042", "+8613800130042"),
        ("１３８００１３００４２", "+8613800130042"),
        ("12800130042", None),
        ("1380013004", None),
        ("138001300422", None),
        ("+1 4155550100", None),
        ("+8521380013004", None),
        ("", None),
        ("١٣٨٠٠١٣٠٠٤٢", None),
    ],
)
def test_mainland_numbers_only(text: str, number: str | None) -> None:
    assert normalise_phone(text) == number


def test_masks_show_no_more_than_needed() -> None:
    assert mask_phone("+8613800130042") == "138****0042"
    assert mask_phone("") == ""
    assert normalise_unit_code(" abcd-2345 ") == "ABCD2345"


@pytest.mark.parametrize(
    ("name", "is_good"),
    [
        ("林海", True),
        ("L. O'Neil", True),
        ("", False),
        ("   ", False),
        ("。。。", False),
        ("a" * 21, False),
        ("坏\u202e名", False),
    ],
)
def test_names(name: str, is_good: bool) -> None:
    assert (refuse_name(name) is None) is is_good


def test_an_owner_counts_once_and_as_owner() -> None:
    homes = [
        (7, "林海", Tenure.TENANT, "/1/2/3/"),
        (7, "林海", Tenure.OWNER, "/1/2/9/"),
        (8, "周晴", Tenure.TENANT, "/1/2/4/"),
    ]
    assert [(m.person_id, m.tenure, m.unit_path) for m in roll_of_homes(homes)] == [
        (8, Tenure.TENANT, "/1/2/4/"),
        (7, Tenure.OWNER, "/1/2/9/"),
    ]


@pytest.mark.parametrize(
    ("states", "refusal"),
    [
        ([], None),
        ([(True, Tenure.OWNER, ClaimState.REFUSED)], None),
        ([(True, Tenure.TENANT, ClaimState.CONFIRMED)], None),
        ([(True, Tenure.OWNER, ClaimState.CLAIMED)], PeopleRefusal.ALREADY_CLAIMED),
        ([(True, Tenure.OWNER, ClaimState.CONFIRMED)], PeopleRefusal.ALREADY_HOME),
        ([(False, Tenure.OWNER, ClaimState.CLAIMED)] * 5, PeopleRefusal.TOO_MANY_CLAIMS),
    ],
)
def test_claims(states: list[tuple[bool, Tenure, ClaimState]], refusal: PeopleRefusal | None) -> None:
    assert refuse_claim(states, Tenure.OWNER) is refusal


def ago(**by: float) -> datetime:
    return NOW - timedelta(**by)


@pytest.mark.parametrize(
    ("asked", "sent_today", "refusal"),
    [
        ([], 0, None),
        ([ago(seconds=59)], 0, PeopleRefusal.CODE_TOO_SOON),
        ([ago(seconds=60)], 0, None),
        ([ago(minutes=m) for m in (2, 4, 6, 8)], 0, None),
        ([ago(minutes=m) for m in (2, 4, 6, 8, 10)], 0, PeopleRefusal.CODE_TOO_MANY),
        ([ago(hours=h) for h in range(2, 11)], 0, None),
        ([ago(hours=h) for h in range(2, 12)], 0, PeopleRefusal.CODE_TOO_MANY),
        ([], 299, None),
        ([], 300, PeopleRefusal.CODE_DAY_FULL),
    ],
)
def test_caps(asked: list[datetime], sent_today: int, refusal: PeopleRefusal | None) -> None:
    assert refuse_send(asked, sent_today, 300, NOW) is refusal


def test_budgets() -> None:
    assert (day_budget(0), day_budget(100), day_budget(1000)) == (300, 300, 3000)
    assert (strangers_budget(300), strangers_budget(3000)) == (60, 600)
    assert leaves(True, 10_000, 300) and leaves(False, 59, 300) and not leaves(False, 60, 300)


def test_devices_in_two_words() -> None:
    phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36"
    assert device_words(phone) == "Android · Chrome"
    assert device_words("curl/8") == ""


def cells(**changes: str) -> dict[str, str]:
    return {"unit_code": "u1", "tenure": "业主", "name": "张三", "phone": "", "display_name": ""} | changes


@pytest.mark.parametrize(
    ("row", "column", "key"),
    [
        (cells(unit_code="nowhere"), "unit_code", PeopleRefusal.LINE_UNIT),
        (cells(tenure="guest"), "tenure", PeopleRefusal.LINE_TENURE),
        (cells(phone="123"), "phone", PeopleRefusal.BAD_PHONE),
        (cells(name=""), "name", PeopleRefusal.BAD_NAME),
        (cells(display_name="x" * 30), "display_name", PeopleRefusal.BAD_NAME),
    ],
)
def test_a_wrong_line_of_a_roll_names_its_column(row: dict[str, str], column: str, key: PeopleRefusal) -> None:
    lines, faults = read_lines([(2, row)], {"u1"})
    assert lines == [] and [(f.line, f.column, f.key) for f in faults] == [(2, column, key)]


def test_lines_that_contradict_each_other() -> None:
    one = cells(phone="13800130042")
    lines, faults = read_lines([(2, one), (3, one), (4, one | {"name": "李四", "unit_code": "u2"})], {"u1", "u2"})
    assert len(lines) == 1 and lines[0].display_name == "张**"
    assert [(f.line, f.key) for f in faults] == [(3, PeopleRefusal.LINE_TWICE), (4, PeopleRefusal.LINE_NAME_DIFFERS)]
