"""The verifier on records made by hand: clean ones, lies an operator with the key could tell, and what is not provable."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from linyue_verify import Verdict, check
from linyue_verify.checks import check_files
from tests.verify import chains
from tests.verify.chains import (
    CLEAN,
    Vote,
    canonical,
    hybrid,
    mark,
    named,
    secret,
    secret_with_papers,
    voided,
    whole_box,
)

PROVED, WRONG, UNKNOWN = Verdict


def verdicts(vote: Vote, **asked: Any) -> dict[int, Verdict]:
    return {one.number: one.verdict for one in check(vote.bundle(), **asked).findings}


def wrong(vote: Vote, **asked: Any) -> set[int]:
    """Numbers of the checks that found something; the seal and every checkpoint are rightly signed."""
    return {number for number, verdict in verdicts(vote, **asked).items() if verdict is WRONG}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_record_is_proved(name: str) -> None:
    report = check(CLEAN[name]().bundle())
    assert [(one.number, one.en) for one in report.findings if one.verdict is not PROVED] == []
    assert report.verdict is PROVED


def test_which_checks_apply() -> None:
    assert set(verdicts(named())) == {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14}
    assert set(verdicts(hybrid())) == {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14}
    assert set(verdicts(secret())) == {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14}
    assert set(verdicts(secret_with_papers())) == set(range(1, 15))
    assert set(verdicts(voided())) == {1, 2, 3, 4, 5, 6, 7, 8, 9, 15}


def test_an_unfinished_record_is_not_provable() -> None:
    assert check(Vote().ballot(0, "for").bundle()).verdict is UNKNOWN
    closed = Vote().ballot(0, "for").close(1)
    assert verdicts(closed)[13] is UNKNOWN and verdicts(closed)[12] is PROVED
    box = secret()
    del box.steps[3:]
    box.opened = None
    assert verdicts(box)[11] is UNKNOWN


def entry(vote: Vote, kind: str) -> dict[str, Any]:
    return next(data for name, data in vote.steps if name == kind)


def last(vote: Vote, kind: str) -> dict[str, Any]:
    return [data for name, data in vote.steps if name == kind][-1]


def counts_shifted(vote: Vote) -> None:
    entry(vote, "RESULT")["counts"] |= {"for": 1, "abstain": 2}


def two_more(vote: Vote) -> None:
    entry(vote, "RESULT").update(cast=5, counts={"for": 4, "against": 0, "abstain": 1}, base_count=5, present=5)


def stranger(vote: Vote) -> None:
    entry(vote, "BALLOT")["voter"] = mark("nobody")


def twice(vote: Vote) -> None:
    vote.steps[1][1]["voter"] = vote.steps[0][1]["voter"]


LIES: dict[str, tuple[Callable[[], Vote], Callable[[Vote], Any], int]] = {
    "counts moved": (named, counts_shifted, 13),
    "votes invented": (named, two_more, 13),
    "verdict turned": (named, lambda v: entry(v, "RESULT").update(verdict="failed"), 14),
    "needed raised": (named, lambda v: entry(v, "RESULT").update(needed=3), 14),
    "quorum forgotten": (named, lambda v: entry(v, "RESULT").update(quorum_needed=0), 14),
    "base changed": (named, lambda v: entry(v, "RESULT").update(base="present"), 14),
    "cast at close": (named, lambda v: entry(v, "CLOSE").update(cast=2), 12),
    "entitled at close": (named, lambda v: entry(v, "CLOSE").update(entitled=9), 12),
    "a true for a one": (named, lambda v: entry(v, "RESULT").update(needed=True), 14),
    "a stranger votes": (named, stranger, 9),
    "somebody twice": (named, twice, 9),
    "an unlisted option": (named, lambda v: entry(v, "BALLOT").update(choice="maybe"), 9),
    "revision skipped": (named, lambda v: v.steps[2][1].update(revision=3), 9),
    "a ballot dropped": (named, lambda v: v.steps.pop(0), 13),
    "a ballot after close": (named, lambda v: v.steps.insert(5, v.steps[3]), 6),
    "closed twice": (named, lambda v: v.steps.insert(5, v.steps[4]), 6),
    "result before close": (named, lambda v: v.steps.reverse(), 6),
    "an unknown entry": (named, lambda v: v.add("NOTE", text="x"), 6),
    "a box in a named vote": (named, lambda v: v.steps.insert(0, ("SEALED", {"boxes": []})), 6),
    "a ballot in a secret vote": (secret, lambda v: v.steps.insert(0, named().steps[0]), 6),
    "papers do not add up": (hybrid, lambda v: entry(v, "BATCH").update(issued=9), 10),
    "papers counted twice": (hybrid, lambda v: entry(v, "BATCH").update(returned=4), 10),
    "a batch twice": (hybrid, lambda v: last(v, "BATCH").update(batch=1), 10),
    "a sheet of somebody who voted": (hybrid, lambda v: v.steps[9][1]["sheets"][0].__setitem__(0, mark("p0")), 10),
    "a sheet for the other side": (hybrid, lambda v: v.steps[9][1]["sheets"][0].__setitem__(1, "abstain"), 10),
    "hands invented": (hybrid, lambda v: last(v, "BATCH")["counts"].update({"for": 9}), 13),
    "a way with other numbers": (hybrid, lambda v: entry(v, "RESULT")["by_channel"].update({"proxy": 2, "online": 1}), 13),
    "way at close": (hybrid, lambda v: entry(v, "CLOSE")["by_channel"].update({"proxy": 2}), 12),
    "a withdrawal of nothing": (hybrid, lambda v: entry(v, "WITHDRAWN").update(revision=2), 9),
    "another way on a change": (named, lambda v: v.steps[2][1].update(channel="door"), 9),
    "more boxes than sealed": (secret, lambda v: entry(v, "CLOSE").update(boxes=14, cast=14, present=14), 11),
    "duds hidden": (secret, lambda v: entry(v, "OPENED").update(duds=0), 11),
    "another set": (whole_box, lambda v: entry(v, "CLOSE").update(box_set="0" * 64), 11),
    "a box sealed twice": (secret, lambda v: v.steps[1][1].update(boxes=[v.steps[0][1]["boxes"][0]]), 11),
    "a roll too small": (lambda: secret(people=19), lambda v: None, 11),
    "papers that tell choices": (secret_with_papers, lambda v: entry(v, "BATCH").update(counts={"for": 5}), 10),
    "papers left out of the box": (secret_with_papers, lambda v: entry(v, "BATCH").update(returned=4, spoiled=2), 11),
    "hands in a secret vote": (secret_with_papers, lambda v: entry(v, "BATCH").update(channel="hands"), 10),
    "papers not cast": (secret_with_papers, lambda v: entry(v, "CLOSE").update(cast=7), 12),
    "a secret vote divided": (secret, lambda v: entry(v, "RESULT").update(by_channel={"online": 11}), 13),
    "phones that were not offered": (named, lambda v: v.more.update(channels=["paper", "desk"]), 9),
    "hands that were not offered": (hybrid, lambda v: v.more.update(channels=["online", "proxy", "paper", "door", "telephone", "desk"]), 10),
    "a box that was not offered": (secret, lambda v: v.more.update(channels=["paper"]), 11),
    "an unknown way offered": (named, lambda v: v.more.update(channels=["online", "pigeon"]), 3),
    "a way offered twice": (named, lambda v: v.more.update(channels=["online", "online"]), 3),
    "no way offered": (named, lambda v: v.more.update(channels=[]), 3),
    "one alone voids": (voided, lambda v: entry(v, "VOID").update(by=[mark("a"), mark("a")]), 15),
    "void without reason": (voided, lambda v: entry(v, "VOID").update(why=""), 15),
    "life after voiding": (voided, lambda v: v.ballot(2, "for"), 6),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_with_a_true_signature_is_found(name: str) -> None:
    make, change, number = LIES[name]
    vote = make()
    change(vote)
    assert number in wrong(vote)


def test_the_opened_list_is_bound() -> None:
    vote = secret()
    assert vote.opened is not None
    vote.opened[0]["choice"] = "for"
    assert 11 in wrong(vote)
    entry(vote, "OPENED")["list"] = hashlib.sha256(canonical(vote.opened)).hexdigest()
    assert wrong(vote) == {13}
    vote = secret()
    vote.opened = None
    assert 1 in wrong(vote)
    vote = named()
    vote.opened = []
    assert 1 in wrong(vote)


def test_too_few_are_not_opened() -> None:
    vote = secret(boxes=9, duds=0)
    assert 11 in wrong(vote)


def test_a_rewritten_record_contradicts_the_checkpoint_somebody_kept() -> None:
    """Key, seal, arithmetic: all in order. Only what a neighbour kept tells."""
    told = named()
    kept = told.checkpoint(4).encode()
    assert wrong(told, checkpoints=[kept]) == set()
    other = named()
    entry(other, "BALLOT")["choice"] = "against"
    entry(other, "RESULT").update(counts={"for": 1, "against": 1, "abstain": 1}, verdict="failed", needed=2)
    assert wrong(other) == set() and wrong(other, checkpoints=[kept]) == {17}
    short = Vote().ballot(0, "for").close(1)
    assert wrong(short, checkpoints=[kept]) == {17}
    assert wrong(told, checkpoints=[told.checkpoint(4).replace("\n", "\r\n").encode() + b"\r\n "]) == set()
    assert verdicts(told, checkpoints=[b"something else"])[17] is UNKNOWN


def test_a_checkpoint_of_another_key_or_site_does_not_count() -> None:
    other = named()
    other.key = chains.Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    assert wrong(named(), checkpoints=[other.checkpoint(2).encode()]) == {17}
    elsewhere = named()
    elsewhere.origin = "https://elsewhere.example"
    assert wrong(named(), checkpoints=[elsewhere.checkpoint(2).encode()]) == {17}


def test_the_last_checkpoint_covers_everything() -> None:
    vote = named()
    files = vote.files()
    files["checkpoints.txt"] = vote.checkpoint(4).encode()
    assert {one.number for one in check(chains.zipped(chains.sealed(files))).findings if one.verdict is WRONG} == {8}


@pytest.mark.parametrize(("who", "said"), [(0, "counts"), (1, "replaced")])
def test_receipts(who: int, said: str) -> None:
    vote = named()
    number = int(vote.hashes()[1 + who][:10], 16)
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = "".join(letters[number >> shift & 31] for shift in range(35, -5, -5))
    found = next(
        one for one in check(vote.bundle(), receipt=f"{code[:4]} {code[4:].lower()}").findings if one.number == 16
    )
    assert found.verdict is PROVED and said in found.en


def test_receipts_of_votes_taken_back_and_of_the_box() -> None:
    vote = hybrid()
    codes = [step for step in vote.steps if step[0] == "BALLOT"]
    assert len(codes) == 6
    assert verdicts(secret(), receipt="0000 0003")[16] is PROVED
    assert verdicts(secret(), receipt="ZZZZZZZZ")[16] is WRONG


@pytest.mark.parametrize(
    "text",
    [b'{"a":1.0}', b'{"a":1e3}', b'{"a":1,"a":1}', b'{ "a":1}', b'{"b":1,"a":1}', b'{"a":9007199254740992}', b'{"a":-0}',
     b'{"a":NaN}', b'{"a":"\\u0041"}', b'{"a":"\\ud800"}', b"[" * 5000, b"\xff", b""],
)  # fmt: skip
def test_only_canonical_text_is_read(text: bytes) -> None:
    files = named().files()
    files["manifest.json"] = text
    assert check(chains.zipped(chains.sealed(files))).verdict is WRONG


def test_any_bytes_give_a_verdict() -> None:
    for data in (
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06" + b"\0" * 18,
        b"x" * 1000,
        named().bundle()[:-1],
        b"PK\x03\x04" * 100,
    ):
        assert check(data).verdict is WRONG


def test_checks_without_the_seal() -> None:
    files = named().files()
    assert check_files(files, is_sealed=False).verdict is PROVED
    assert 2 not in {one.number for one in check_files(files, is_sealed=False).findings}


def test_the_verifier_reads_nothing_of_the_server() -> None:
    code = (
        "import sys, linyue_verify.command; print([m for m in sys.modules if m == 'linyue' or m.startswith('linyue.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": "server"}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
