"""Two verifiers, written apart from one description, say the same of every bundle: clean, spoilt, unfinished, and lying with a true signature."""

import copy
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from linyue_verify import Verdict, check
from tests.verify.chains import CLEAN, Vote, canonical, mark, zipped
from tests.verify.test_checks import LIES
from tests.verify.test_mutations import KINDS, MUTATIONS, files_of
from tests.verify_js.recount import recount

SAME = {Verdict.PROVED: "proved", Verdict.WRONG: "wrong", Verdict.UNKNOWN: "not_here"}
EDITS = 1500
"""Random edits of true records, each with every signature made anew."""
GONE = "(gone)"
VALUES: tuple[Any, ...] = (
    0, 1, 2, 3, 7, 12, 13, -1, 2**53 - 1, True, False, None, "", " ", "for", "against", "abstain", "paper", "hands", "online",
    "desk", [], {}, [1], {"for": 1}, "0" * 64, mark("p0"), mark("p1"), [mark("p0")], [[mark("p0"), "for"]],
)  # fmt: skip


def spoilt(part: int) -> Iterator[bytes]:
    """The spoilt bundles that the first verifier is tried on, by the same draws."""
    draw = random.Random(2031 + part)
    names = list(CLEAN)
    for n in range(MUTATIONS // 4):
        change = KINDS[n % len(KINDS)]
        yield change(files_of(draw.choice(names)), draw)


@pytest.mark.parametrize("part", range(4))
def test_every_spoilt_bundle_is_found_by_both(part: int) -> None:
    bundles = list(spoilt(part))
    for n, (bundle, found) in enumerate(zip(bundles, recount(bundles), strict=True)):
        assert found.verdict == SAME[check(bundle).verdict] == "wrong", (part, n, found.words[-1])


def test_clean_ones_are_proved_line_by_line() -> None:
    names = list(CLEAN)
    for name, found in zip(names, recount(CLEAN[one]().bundle() for one in names), strict=True):
        report = check(CLEAN[name]().bundle())
        assert found.verdict == "proved", (name, found)
        assert found.checks == [(one.number, SAME[one.verdict]) for one in report.findings], name


def test_lies_with_a_true_signature_are_found_in_the_same_line() -> None:
    votes = []
    for make, change, _ in LIES.values():
        vote = make()
        change(vote)
        votes.append(vote)
    for (name, (_, _, number)), vote, found in zip(
        LIES.items(), votes, recount(one.bundle() for one in votes), strict=True
    ):
        assert found.verdict == SAME[check(vote.bundle()).verdict], name
        assert (number, "wrong") in found.checks, (name, found)


class Edited(Vote):
    """A vote whose frozen question and entries can be changed before they are hashed and signed."""

    asked: dict[str, Any] | None = None
    framed: tuple[int, dict[str, Any]] | None = None

    @property
    def manifest(self) -> bytes:
        if self.asked is None:
            return super().manifest
        value = {**json.loads(super().manifest), **self.asked}
        return canonical({key: part for key, part in value.items() if part != GONE})

    def bodies(self) -> list[bytes]:
        bodies = super().bodies()
        if self.framed is None:
            return bodies
        place, changes = self.framed
        prev = "0" * 64
        for n, body in enumerate(bodies):
            entry = {**json.loads(body), "prev": prev}
            if n == place % len(bodies):
                entry = {key: part for key, part in {**entry, **changes}.items() if part != GONE}
            bodies[n] = canonical(entry)
            prev = hashlib.sha256(b"\x00" + bodies[n]).hexdigest()
        return bodies


def edited(draw: random.Random) -> Vote:
    """A true record with one to three of its entries changed at random and everything signed anew by the true key."""
    vote = copy.deepcopy(draw.choice(list(CLEAN.values()))())
    vote.__class__ = Edited
    for _ in range(draw.randint(1, 3)):
        draw.choice(WAYS)(vote, draw)
    return vote


def change_value(vote: Vote, draw: random.Random) -> None:
    """A value of an entry is another, or is gone; now and then one level deeper."""
    if not vote.steps:
        return
    data: Any = draw.choice(vote.steps)[1]
    inner = [value for value in data.values() if isinstance(value, dict) and value]
    if inner and draw.random() < 0.4:
        data = draw.choice(inner)
    key = draw.choice(sorted(data))
    if draw.random() < 0.15:
        del data[key]
    elif isinstance(data[key], int) and draw.random() < 0.6:
        data[key] = int(data[key]) + draw.choice([-2, -1, 1, 2])
    else:
        data[key] = copy.deepcopy(draw.choice(VALUES))


def move_entry(vote: Vote, draw: random.Random) -> None:
    """An entry stands elsewhere, twice, or not at all."""
    if not vote.steps:
        return
    place = draw.randrange(len(vote.steps))
    way = draw.randrange(3)
    step = copy.deepcopy(vote.steps[place])
    if way != 1:
        del vote.steps[place]
    if way != 2:
        vote.steps.insert(draw.randrange(len(vote.steps) + 1), step)


def borrow_entry(vote: Vote, draw: random.Random) -> None:
    """An entry of another record stands in this one."""
    other = draw.choice(list(CLEAN.values()))()
    vote.steps.insert(draw.randrange(len(vote.steps) + 1), copy.deepcopy(draw.choice(other.steps)))


def change_rule(vote: Vote, draw: random.Random) -> None:
    """The frozen rule is another."""
    rule: dict[str, Any] = vote.rule if draw.random() < 0.6 else vote.rule["quorum"]
    key = draw.choice(sorted(rule))
    words = ["cast", "present", "entitled", "simple", "absolute", "two_thirds", "three_quarters"]
    rule[key] = draw.choice([*words, *VALUES])


def change_question(vote: Vote, draw: random.Random) -> None:
    """The frozen question says something else, or less."""
    assert isinstance(vote, Edited)
    keys = [
        "tag",
        "kind",
        "text_zh",
        "text_en",
        "options",
        "roll",
        "opened_at",
        "closes_at",
        "channels",
        "box_key",
        "least_roll",
        "least_box",
        "more",
    ]
    vote.asked = {
        draw.choice(keys): draw.choice(
            [*VALUES, GONE, "secret", "named", vote.roll[1:], vote.roll[::-1], [{"key": "for"}], ["online"], ["paper"]]
        )
    }


def change_frame(vote: Vote, draw: random.Random) -> None:
    """What stands around the data of an entry is another."""
    assert isinstance(vote, Edited)
    keys = ["tag", "chain", "seq", "kind", "prev", "at", "data", "more"]
    vote.framed = (draw.randrange(99), {draw.choice(keys): draw.choice([*VALUES, GONE, "VOID", "RESULT", "q-1"])})


def change_cuts(vote: Vote, draw: random.Random) -> None:
    """Checkpoints of other sizes, or of another site."""
    if draw.random() < 0.3:
        vote.origin = draw.choice(["", " ", "x", "https://other.example"])
    vote.cuts = tuple(draw.randrange(1, 9) for _ in range(draw.randrange(3)))


def change_list(vote: Vote, draw: random.Random) -> None:
    """The opened list is another."""
    if vote.opened:
        row: dict[str, Any] = draw.choice(vote.opened)
        row[draw.choice(["choice", "code"])] = draw.choice(["for", "against", "maybe", "00000001", 1, None])


def fewer_people(vote: Vote, draw: random.Random) -> None:
    vote.people = max(1, vote.people + draw.choice([-5, -1, 1]))


WAYS: tuple[Callable[[Vote, random.Random], None], ...] = (
    change_value, change_value, change_value, change_value, move_entry, borrow_entry, change_rule, change_list, fewer_people, change_question,
    change_frame, change_cuts,
)  # fmt: skip


def test_random_records_signed_anew_get_one_verdict() -> None:
    draw = random.Random(2032)
    bundles: list[bytes] = []
    while len(bundles) < EDITS:
        try:
            bundles.append(edited(draw).bundle())
        except (KeyError, TypeError, AttributeError, IndexError):
            continue  # such a rule or list cannot even be written
    verdicts = set()
    for n, (bundle, found) in enumerate(zip(bundles, recount(bundles), strict=True)):
        report = check(bundle)
        lines = {one.number: SAME[one.verdict] for one in report.findings}
        assert found.verdict == SAME[report.verdict], (n, lines, found)
        verdicts.add(found.verdict)
    assert verdicts == {"proved", "wrong", "not_here"}


def test_without_signatures_a_device_proves_nothing() -> None:
    votes = [make().bundle() for make in CLEAN.values()]
    assert {found.verdict for found in recount(votes, unsigned=True)} == {"not_here"}
    assert {found.verdict for found in recount([zipped(files_of("named"))[:-1]], unsigned=True)} == {"wrong"}
