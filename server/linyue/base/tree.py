"""The tree over a chain: root, proofs that an entry is in it, proofs that it only grew (RFC 9162 section 2.1).

Pure functions. Leaves are entry hashes of `ledger.entry_hash`, in hex, and stay as they are; inner nodes are
SHA-256(0x01, left, right). A proof is a list of hashes in hex, in the order of RFC 9162.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").hexdigest()
"""Root of a tree without leaves."""


def node(left: str, right: str) -> str:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (size > 1)."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[str]) -> str:
    """Root of the tree over these leaves."""
    peaks: list[str] = []
    for size, leaf in enumerate(leaves, start=1):
        peak, rest = leaf, size
        while rest % 2 == 0:
            peak, rest = node(peaks.pop(), peak), rest // 2
        peaks.append(peak)
    if not peaks:
        return EMPTY
    top = peaks.pop()
    while peaks:
        top = node(peaks.pop(), top)
    return top


def inclusion_proof(leaves: Sequence[str], index: int) -> list[str]:
    """Proof that leaf `index` is in the tree over `leaves`. Raises IndexError when there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[str] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low = middle
    return path[::-1]


def consistency_proof(leaves: Sequence[str], first: int) -> list[str]:
    """Proof that the tree over the first `first` leaves is a prefix of the whole. Raises IndexError out of 1..len."""
    if not 1 <= first <= len(leaves):
        raise IndexError(first)
    path: list[str] = []
    low, high, size, is_whole = 0, len(leaves), first, True
    while size < high - low:
        middle = low + _split(high - low)
        if size <= middle - low:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            size, low, is_whole = size - (middle - low), middle, False
    if not is_whole:
        path.append(root(leaves[low:high]))
    return path[::-1]


def is_included(leaf: str, index: int, size: int, path: Sequence[str], expected: str) -> bool:
    """Whether the proof shows that `leaf` stands at `index` of the tree of this size and root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, top = index, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if here % 2 or here == last:
            top = node(part, top)
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            top = node(top, part)
        here, last = here >> 1, last >> 1
    return last == 0 and top == expected


def is_consistent(first: int, second: int, first_root: str, second_root: str, path: Sequence[str]) -> bool:
    """Whether the proof shows that the second tree began with the first (2.1.4.2). Sizes are part of what is proved."""
    if not 1 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    parts = list(path) if first & (first - 1) else [first_root, *path]
    if not parts:
        return False
    here, last = first - 1, second - 1
    while here % 2:
        here, last = here >> 1, last >> 1
    old = new = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if here % 2 or here == last:
            old, new = node(part, old), node(part, new)
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node(new, part)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
