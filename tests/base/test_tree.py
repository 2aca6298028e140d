"""The tree over a chain against a naive one, and proofs that must not hold."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linyue.base import ledger, tree

SIZES = st.integers(1, 70)


def leaves_of(size: int, salt: str = "") -> list[str]:
    return [ledger.entry_hash(f"{salt}{place}") for place in range(size)]


def naive_root(leaves: list[str]) -> str:
    """RFC 9162 section 2.1.1, as written."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = bytes.fromhex(naive_root(leaves[:split])) + bytes.fromhex(naive_root(leaves[split:]))
    return hashlib.sha256(b"\x01" + both).hexdigest()


def naive_inclusion(index: int, leaves: list[str]) -> list[str]:
    """RFC 9162 section 2.1.3.1, as written."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_inclusion(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_inclusion(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(size: int, leaves: list[str], is_whole: bool = True) -> list[str]:
    """RFC 9162 section 2.1.4.1, as written."""
    if size == len(leaves):
        return [] if is_whole else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if size <= split:
        return [*naive_consistency(size, leaves[:split], is_whole), naive_root(leaves[split:])]
    return [*naive_consistency(size - split, leaves[split:], False), naive_root(leaves[:split])]


def test_no_leaf_and_one_leaf() -> None:
    assert tree.root([]) == hashlib.sha256(b"").hexdigest()
    assert tree.root(["ab" * 32]) == "ab" * 32


@given(SIZES, st.data())
def test_as_the_naive_tree(size: int, data: st.DataObject) -> None:
    leaves, index = leaves_of(size), data.draw(st.integers(0, size - 1))
    assert tree.root(leaves) == naive_root(leaves)
    assert tree.inclusion_proof(leaves, index) == naive_inclusion(index, leaves)
    assert tree.consistency_proof(leaves, index + 1) == naive_consistency(index + 1, leaves)


@given(SIZES, st.data())
def test_inclusion_holds_for_that_place_only(size: int, data: st.DataObject) -> None:
    leaves, index = leaves_of(size), data.draw(st.integers(0, size - 1))
    path, top = tree.inclusion_proof(leaves, index), tree.root(leaves)
    assert tree.is_included(leaves[index], index, size, path, top)
    other = data.draw(st.integers(0, size + 3))
    assert other == index or not tree.is_included(leaves[index], other, size, path, top)
    assert not tree.is_included(leaves[index], index, size, [*path, top], top)
    assert not path or not tree.is_included(leaves[index], index, size, path[:-1], top)
    assert not tree.is_included(ledger.entry_hash("foreign"), index, size, path, top)


@given(SIZES, st.data())
def test_consistency_holds_for_these_sizes_only(second: int, data: st.DataObject) -> None:
    leaves, first = leaves_of(second), data.draw(st.integers(1, second))
    path, old, new = tree.consistency_proof(leaves, first), tree.root(leaves[:first]), tree.root(leaves)
    assert tree.is_consistent(first, second, old, new, path)
    # A wrong first size: refused, always. The sizes are signed beside the roots.
    other = data.draw(st.integers(0, second + 3))
    assert other == first or not tree.is_consistent(other, second, old, new, path)
    rewritten = [ledger.entry_hash("foreign"), *leaves[1:]]
    assert not tree.is_consistent(first, second, old, tree.root(rewritten), path)
    assert not tree.is_consistent(first, second, old, new, [*path, old])
    assert not path or not tree.is_consistent(first, second, old, new, path[:-1])


def shape(first: int, second: int) -> list[bool]:
    """Which side each hash of a consistency proof is taken from: what a proof can tell about its sizes at all."""
    here, last, sides = first - 1, second - 1, []
    while here % 2:
        here, last = here >> 1, last >> 1
    while last:
        if here % 2 or here == last:
            sides.append(True)
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            sides.append(False)
        here, last = here >> 1, last >> 1
    return sides


@given(SIZES, st.integers(1, 90), st.data())
def test_a_wrong_second_size_is_refused(second: int, other: int, data: st.DataObject) -> None:
    """Unless both sizes give the very same shape of proof, in which case only the signed size tells them apart."""
    leaves, first = leaves_of(second), data.draw(st.integers(1, second))
    path, old, new = tree.consistency_proof(leaves, first), tree.root(leaves[:first]), tree.root(leaves)
    if other != second and (other < first or shape(first, other) != shape(first, second) or other == first):
        assert not tree.is_consistent(first, other, old, new, path)


def test_a_longer_second_size_with_the_same_proof_is_refused() -> None:
    # Seen in other libraries: the loop ends when the path does, whatever is left of the second size.
    leaves = leaves_of(6)
    path, old, new = tree.consistency_proof(leaves, 3), tree.root(leaves[:3]), tree.root(leaves)
    assert tree.is_consistent(3, 6, old, new, path)
    for other in (0, 2, 3, 4, 9, 12, 100, 2**40):
        assert not tree.is_consistent(3, other, old, new, path)


@pytest.mark.parametrize("place", [-1, 5])
def test_no_proof_of_what_is_not_there(place: int) -> None:
    with pytest.raises(IndexError):
        tree.inclusion_proof(leaves_of(5), place)
    with pytest.raises(IndexError):
        tree.consistency_proof(leaves_of(5), place + 1 if place > 0 else 0)
