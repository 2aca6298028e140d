"""Canonical text, hashes and links of an append-only record."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linyue.base import ledger
from linyue.base.ledger import Entry, NotCanonical

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_text_reads_back_as_the_same_value(value: ledger.Json) -> None:
    assert json.loads(ledger.canonical_json(value)) == value


def test_key_order_does_not_change_the_text() -> None:
    assert ledger.canonical_json({"b": 1, "a": [True, None, "赞成"]}) == '{"a":[true,null,"赞成"],"b":1}'
    assert ledger.canonical_json({"a": 1, "b": 2}) == ledger.canonical_json({"b": 2, "a": 1})


def test_keys_are_ordered_by_utf16_units() -> None:
    # RFC 8785 section 3.2.3: U+1F600 (a surrogate pair, D83D…) sorts before U+FB33.
    assert list(json.loads(ledger.canonical_json({"\ufb33": 1, "\U0001f600": 2}))) == ["\U0001f600", "\ufb33"]


@pytest.mark.parametrize("value", [0.5, 2**53, {1: "x"}, {"x": object()}, "\ud800", b"x", float("nan")])
def test_what_others_would_write_differently_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        ledger.canonical_json(value)  # type: ignore[arg-type]


def test_hash_is_a_leaf_hash() -> None:
    # SHA-256 of the single byte 00: the leaf hash of empty data in RFC 9162.
    assert ledger.entry_hash("") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_commitment_needs_the_salt() -> None:
    one = ledger.commitment("00" * 16, "person:7")
    assert one == ledger.commitment("00" * 16, "person:7")
    assert one != ledger.commitment("01" * 16, "person:7")
    assert one != ledger.commitment("00" * 16, "person:8")


def make_chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    prev = ledger.NO_ENTRY
    for seq in range(length):
        body = ledger.chain_body("linyue/test/v1", "q", seq, "BALLOT", prev, "2026-11-01T00:00:00Z", {"n": seq})
        prev = ledger.entry_hash(body)
        entries.append(Entry(seq, body, prev))
    return entries


def test_a_whole_chain_has_no_faults() -> None:
    assert ledger.chain_faults(make_chain(5)) == []
    assert ledger.chain_faults([]) == []


@pytest.mark.parametrize("damage", ["flip", "drop", "swap", "rehash", "foreign", "cut"])
def test_every_change_is_found(damage: str) -> None:
    entries = make_chain(5)
    other = make_chain(6)
    match damage:
        case "flip":
            entries[2] = Entry(2, entries[2].body.replace('"n":2', '"n":3'), entries[2].hash)
        case "rehash":
            body = entries[2].body.replace('"n":2', '"n":3')
            entries[2] = Entry(2, body, ledger.entry_hash(body))
        case "drop":
            del entries[2]
        case "swap":
            entries[1], entries[2] = entries[2], entries[1]
        case "foreign":
            body = entries[4].body.replace('"chain":"q"', '"chain":"r"')
            entries[4] = Entry(4, body, ledger.entry_hash(body))
        case "cut":
            entries = other[1:]
    assert ledger.chain_faults(entries)
