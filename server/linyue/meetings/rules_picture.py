"""The picture of a state machine: boxes below each other, arrows on, arrows back at the side. Geometry only, in units
of the drawing (360 wide, so that a phone shows about one pixel a unit); words come in and are only broken into lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 360
BOX = 300
LEFT = 2
LINE = 26
PAD = 12
GAP = 30
LANE = 12
LETTERS = 30
"""Half-width letters that fit into a line of a box; a Han character takes two."""


@dataclass(frozen=True, slots=True)
class Node:
    """A step: what it is called, what must be true to leave it, and where it stands: done, now, next or out."""

    key: str
    title: str
    note: str = ""
    state: str = "next"


@dataclass(frozen=True, slots=True)
class Way:
    """A way back from one step to an earlier one (or to itself), with its words."""

    start: str
    to: str
    words: str


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn step. `lines` are (text, y) with text in the title's or the note's size."""

    x: int
    y: int
    width: int
    height: int
    state: str
    title: tuple[tuple[str, int], ...]
    note: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A drawn way: an SVG path, and its words with their place."""

    path: str
    is_back: bool
    words: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a template needs to write the drawing."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(nodes: Sequence[Node], ways: Sequence[Way] = ()) -> Picture:
    """The picture of these steps in their order; ways back run in lanes of their own at the right side."""
    boxes: list[Box] = []
    y = 2
    for node in nodes:
        title, note = broken(node.title), broken(node.note) if node.note else []
        height = 2 * PAD + LINE * (len(title) + len(note))
        base = y + PAD + LINE - 8
        boxes.append(
            Box(
                x=LEFT,
                y=y,
                width=BOX,
                height=height,
                state=node.state,
                title=tuple((line, base + LINE * n) for n, line in enumerate(title)),
                note=tuple((line, base + LINE * (n + len(title))) for n, line in enumerate(note)),
            )
        )
        y += height + GAP
    at = {node.key: box for node, box in zip(nodes, boxes, strict=True)}
    arrows = [_on(one, two) for one, two in pairwise(boxes)]
    arrows += [_back(at[way.start], at[way.to], way.words, lane) for lane, way in enumerate(ways)]
    return Picture(WIDTH, y - GAP + 4, tuple(boxes), tuple(arrows))


def _on(one: Box, two: Box) -> Arrow:
    x, top, foot = LEFT + 40, one.y + one.height, two.y
    return Arrow(f"M{x} {top}V{foot - 2}M{x - 6} {foot - 9}L{x} {foot - 2}L{x + 6} {foot - 9}", is_back=False)


def _back(start: Box, to: Box, words: str, lane: int) -> Arrow:
    """Out of the lower part of one box, up a lane, into the upper part of the other; never two in one lane."""
    edge = LEFT + BOX
    x = min(edge + 14 + LANE * lane, WIDTH - 6)
    leave, enter = start.y + start.height - 14, to.y + 14
    path = f"M{edge} {leave}H{x}V{enter}H{edge + 3}M{edge + 10} {enter - 6}L{edge + 3} {enter}L{edge + 10} {enter + 6}"
    return Arrow(path, is_back=True, words=words, x=edge, y=start.y + start.height + 20)


def broken(text: str, letters: int = LETTERS) -> list[str]:
    """A text in lines that fit a box: between words where there are any, else between characters."""
    lines: list[str] = []
    line = ""
    for part in _parts(text):
        if line and width_of(line + part.rstrip()) > letters:
            lines.append(line.strip())
            line = ""
        line += part
    lines.append(line.strip())
    return [one for one in lines if one] or [""]


def _parts(text: str) -> list[str]:
    """Words with the space behind them; Han characters one by one, with the mark that follows."""
    parts: list[str] = []
    word = ""
    for char in text:
        if _is_wide(char):
            if word:
                parts.append(word)
                word = ""
            if char in "，。、：；！？）”" and parts:
                parts[-1] += char
            else:
                parts.append(char)
            continue
        word += char
        if char == " ":
            parts.append(word)
            word = ""
    return [*parts, word] if word else parts


def width_of(text: str) -> int:
    """Half-width letters a text takes."""
    return sum(2 if _is_wide(char) else 1 for char in text)


def _is_wide(char: str) -> bool:
    return ord(char) > 0x2E7F
