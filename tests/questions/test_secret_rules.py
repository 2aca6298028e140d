"""What may be secret, what a sealed ballot holds, what becomes of a box: plain values only."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linyue.base import ledger
from linyue.questions import rules_secret
from linyue.questions.rules import CHOICES
from linyue.questions.rules_secret import BoxNote, Kind, SecretRefusal, Slip

codes = st.text(rules_secret.CODE_LETTERS, min_size=8, max_size=8)
slips = st.builds(Slip, codes, st.sampled_from(CHOICES))


@given(slips)
def test_what_is_written_is_read(slip: Slip) -> None:
    text = rules_secret.written(slip)
    assert len(text) == rules_secret.PADDED
    assert rules_secret.read_slip(text, CHOICES) == slip
    canonical = ledger.canonical_json({"code": slip.code, "choice": slip.choice})
    assert text.decode().rstrip() == canonical


@given(st.binary(max_size=200))
def test_anything_else_is_no_ballot(text: bytes) -> None:
    assert rules_secret.read_slip(text, CHOICES) is None


@given(slips, st.integers(0, rules_secret.PADDED - 1), st.integers(1, 255))
def test_one_bit_more_or_less_is_no_ballot(slip: Slip, place: int, flip: int) -> None:
    text = bytearray(rules_secret.written(slip))
    text[place] ^= flip
    found = rules_secret.read_slip(bytes(text), CHOICES)
    assert found is None or rules_secret.written(found) == bytes(text)


@given(st.lists(slips, max_size=40))
def test_the_list_is_canonical(found: list[Slip]) -> None:
    ordered = rules_secret.what_becomes(found * 10, 0).slips
    text = rules_secret.list_text(ordered)
    assert text == ledger.canonical_json(json.loads(text))
    assert rules_secret.list_hash(ordered) == hashlib.sha256(text.encode()).hexdigest()
    assert [(one.code, one.choice) for one in ordered] == sorted((one.code, one.choice) for one in found * 10)


@pytest.mark.parametrize(
    ("read", "duds", "note", "kept", "told"),
    [
        (10, 0, BoxNote.NONE, 10, 0),
        (10, 5, BoxNote.NONE, 10, 5),
        (9, 0, BoxNote.TOO_FEW, 0, 9),
        (9, 5, BoxNote.TOO_FEW, 0, 14),
        (1, 0, BoxNote.TOO_FEW, 0, 1),
        (0, 0, BoxNote.NONE, 0, 0),
        (0, 4, BoxNote.NONE, 0, 4),
    ],
)
def test_what_becomes_of_a_box(read: int, duds: int, note: BoxNote, kept: int, told: int) -> None:
    found = [Slip(f"{n:08d}", "for") for n in range(read)]
    opening = rules_secret.what_becomes(found, duds)
    assert (opening.note, len(opening.slips), opening.duds) == (note, kept, told)


def test_papers_become_ballots_like_the_others() -> None:
    made = rules_secret.papers({"for": 2, "against": 0, "abstain": 1}, ["AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "DDDDDDDD"])
    assert made == [Slip("AAAAAAAA", "abstain"), Slip("BBBBBBBB", "for"), Slip("CCCCCCCC", "for")]
    assert rules_secret.papers({}, []) == []


def test_who_may_vote_in_secret() -> None:
    assert rules_secret.refuse_kind(Kind.SECRET, "deliberation") is None
    assert rules_secret.refuse_kind(Kind.SECRET, "owners") is SecretRefusal.WEIGHTED
    assert rules_secret.refuse_kind(Kind.NAMED, "owners") is None
    assert rules_secret.refuse_roll(Kind.SECRET, 19) is SecretRefusal.ROLL_SMALL
    assert rules_secret.refuse_roll(Kind.SECRET, 20) is None
    assert rules_secret.refuse_roll(Kind.NAMED, 1) is None
