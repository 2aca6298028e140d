"""How two texts written over one become one, line by line: a merge of three that loses no line anybody typed.

Decides only, over the texts it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from linyue.rounds.rules import RoundRefusal


@dataclass(frozen=True, slots=True)
class Merged:
    """The joined text. `is_clash`: both changed the same line, and both wordings stand one below the other."""

    text: str
    is_clash: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of the base between lines that all three have, with what each side made of it."""

    base: list[str]
    theirs: list[str]
    mine: list[str]


def tidy(text: str) -> str:
    """The text as it is kept: one kind of line end, no space at the ends of lines, no empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")


def merge_notes(base: str, theirs: str, mine: str) -> Merged:
    """Join what was stored meanwhile (`theirs`) with what somebody wrote (`mine`), both over `base`.

    Every line that one side added is in the answer; a line goes only when a side took it out and the other left it
    as it was. Two additions in one place stand one after the other, the stored one first. Only where both reworded one
    line is it a clash: both wordings are kept, and somebody has to look.
    """
    before, stored, typed = tidy(base).split("\n"), tidy(theirs).split("\n"), tidy(mine).split("\n")
    before, stored, typed = ([] if one == [""] else one for one in (before, stored, typed))
    lines: list[str] = []
    is_clash = False
    for hunk in _hunks(before, stored, typed):
        if hunk.theirs == hunk.base:
            lines += hunk.mine
        elif hunk.mine in (hunk.base, hunk.theirs):
            lines += hunk.theirs
        elif (around := _around(hunk.base, hunk.theirs)) is not None:
            lines += around[0] + hunk.mine + around[1]
        elif (around := _around(hunk.base, hunk.mine)) is not None:
            lines += around[0] + hunk.theirs + around[1]
        else:
            stays = [line for line in hunk.theirs if line not in hunk.base or line in hunk.mine]
            added = [line for line in hunk.mine if line not in hunk.theirs and line not in hunk.base]
            lines += stays + added
            is_clash = is_clash or (bool(added) and _both_reworded(hunk))
    # A line that stood twice, of which each side took out another one: both left one, so one stays.
    lines += dict.fromkeys(line for line in before if line in stored and line in typed and line not in lines)
    return Merged("\n".join(lines), is_clash)


def _around(base: Sequence[str], other: list[str]) -> tuple[list[str], list[str]] | None:
    """What a side wrote before and after lines it left as they were; None when it changed them, or there are none."""
    for start in range(len(other) - len(base) + 1):
        if base and other[start : start + len(base)] == list(base):
            return other[:start], other[start + len(base) :]
    return None


def _both_reworded(hunk: Hunk) -> bool:
    """Whether one line of the base is gone on both sides, with other words in its place on both."""
    gone = [line for line in hunk.base if line not in hunk.theirs and line not in hunk.mine]
    return bool(gone) and any(line not in hunk.base for line in hunk.theirs)


def _hunks(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[Hunk]:
    """The base cut at the lines that both sides left alone, those lines being hunks of their own."""
    in_theirs, in_mine = _kept(base, theirs), _kept(base, mine)
    found: list[Hunk] = []
    start, start_theirs, start_mine = 0, 0, 0
    for place, line in enumerate(base):
        if place not in in_theirs or place not in in_mine:
            continue
        at_theirs, at_mine = in_theirs[place], in_mine[place]
        found.append(
            Hunk(list(base[start:place]), list(theirs[start_theirs:at_theirs]), list(mine[start_mine:at_mine]))
        )
        found.append(Hunk([line], [line], [line]))
        start, start_theirs, start_mine = place + 1, at_theirs + 1, at_mine + 1
    found.append(Hunk(list(base[start:]), list(theirs[start_theirs:]), list(mine[start_mine:])))
    return found


def _kept(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Place in the base -> place in the other text, for lines that stayed."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def refuse_note(is_member: bool, text: str, limit: int) -> RoundRefusal | None:
    """A note is saved by a member, within the length the template gives."""
    if not is_member:
        return RoundRefusal.NOT_IN_GROUP
    return RoundRefusal.TEXT_LONG if len(text) > limit else None
