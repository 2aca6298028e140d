"""Bundles made by hand, entry by entry, with a key of one's own: also of votes that no service would make."""

import base64
import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

AT = "2026-11-23T08:00:00.000000Z"
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
RULE = {
    "system": "deliberation",
    "choices": ["for", "against", "abstain"],
    "majority": "simple",
    "base": "cast",
    "quorum": {"numerator": 1, "denominator": 2, "more_than": True, "counts": "cast"},
}


def canonical(value: Any) -> bytes:
    """For ASCII keys the same as section 1 of RECORD.md."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def mark(name: str) -> str:
    """A commitment standing for somebody."""
    return hashlib.sha256(name.encode()).hexdigest()


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def key_id(key: Ed25519PrivateKey) -> str:
    return hashlib.sha256(public(key)).hexdigest()[:16]


def signed(lines: str, key: Ed25519PrivateKey = KEY) -> str:
    text = f"{lines}key: {key_id(key)}\n"
    return f"{text}signature: {base64.b64encode(key.sign(text.encode())).decode()}\n"


def naive_root(leaves: Sequence[str]) -> str:
    """RFC 9162 section 2.1.1, as written."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = bytes.fromhex(naive_root(leaves[:split])) + bytes.fromhex(naive_root(leaves[split:]))
    return hashlib.sha256(b"\x01" + both).hexdigest()


@dataclass
class Vote:
    """A vote under construction. `edit` of an entry's data happens before it is hashed."""

    people: int = 4
    kind: str = "named"
    question: str = "q-1"
    rule: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(RULE)))
    steps: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    opened: list[dict[str, str]] | None = None
    origin: str = "https://linyue.example"
    key: Ed25519PrivateKey = KEY
    cuts: tuple[int, ...] = (1,)
    more: dict[str, Any] = field(default_factory=dict)
    """Further keys of the manifest."""

    @property
    def roll(self) -> list[str]:
        return sorted(mark(f"p{n}") for n in range(self.people))

    @property
    def manifest(self) -> bytes:
        value: dict[str, Any] = {
            "tag": "linyue/question/v1",
            "question": self.question,
            "kind": self.kind,
            "text_zh": "是否同意先修5幢的屋顶？",
            "text_en": "Repair the roof of 5 first?",
            "options": [{"key": choice} for choice in self.rule["choices"]],
            "rule": self.rule,
            "roll": self.roll,
            "opened_at": AT,
            "closes_at": None,
        }
        if self.kind == "secret":
            value |= {"box_key": "AAAA", "least_roll": 20, "least_box": 10}
        return canonical(value | self.more)

    def add(self, kind: str, **data: Any) -> "Vote":
        self.steps.append((kind, data))
        return self

    def ballot(self, who: int, choice: str, revision: int = 1, **more: Any) -> "Vote":
        nonce = f"{len(self.steps):016x}"
        return self.add("BALLOT", voter=mark(f"p{who}"), choice=choice, revision=revision, nonce=nonce, **more)

    def close(self, cast: int, **more: Any) -> "Vote":
        return self.add("CLOSE", entitled=self.people, present=max(cast, 3), cast=cast, why="chair", **more)

    def result(self, counts: dict[str, int], verdict: str, needed: int, quorum: int, **more: Any) -> "Vote":
        cast = sum(counts.values())
        numbers = {"entitled": self.people, "present": max(cast, 3), "cast": cast, "base": self.rule["base"]}
        base = {"cast": cast, "present": max(cast, 3), "entitled": self.people}[self.rule["base"]]
        told = {"counts": counts, "verdict": verdict, "needed": needed, "quorum_needed": quorum, "base_count": base}
        return self.add("RESULT", **numbers, **told, why="chair", **more)

    def bodies(self) -> list[bytes]:
        opening = ("OPEN", {"manifest": hashlib.sha256(b"\x00" + self.manifest).hexdigest()})
        bodies, prev = [], "0" * 64
        for seq, (kind, data) in enumerate([opening, *self.steps]):
            entry = {
                "tag": "linyue/question/v1",
                "chain": self.question,
                "seq": seq,
                "kind": kind,
                "prev": prev,
                "at": AT,
            }
            bodies.append(canonical({**entry, "data": data}))
            prev = hashlib.sha256(b"\x00" + bodies[-1]).hexdigest()
        return bodies

    def hashes(self) -> list[str]:
        return [hashlib.sha256(b"\x00" + body).hexdigest() for body in self.bodies()]

    def checkpoint(self, size: int) -> str:
        lines = f"linyue/checkpoint/v1\norigin: {self.origin}\nquestion: {self.question}\nsize: {size}\n"
        return signed(f"{lines}root: {naive_root(self.hashes()[:size])}\ntime: {AT}\n", self.key)

    def files(self) -> dict[str, bytes]:
        bodies = self.bodies()
        sizes = sorted({*self.cuts, len(bodies)})
        files = {
            "README.txt": "给人看的话。\n".encode(),
            "manifest.json": self.manifest,
            "chain.jsonl": b"".join(body + b"\n" for body in bodies),
            "checkpoints.txt": "\n".join(self.checkpoint(size) for size in sizes).encode(),
            "key.txt": f"linyue/key/v1\nkey: {key_id(self.key)}\npublic: {base64.b64encode(public(self.key)).decode()}\n".encode(),
        }
        if self.opened is not None:
            files["opened.json"] = canonical(self.opened)
        return sealed(files, self.question, self.key)

    def bundle(self) -> bytes:
        return zipped(self.files())


ORDER = ("README.txt", "manifest.json", "chain.jsonl", "opened.json", "checkpoints.txt", "key.txt")


def sealed(files: dict[str, bytes], question: str = "q-1", key: Ed25519PrivateKey = KEY) -> dict[str, bytes]:
    """The files in their order, with a seal by this key."""
    ordered = {name: files[name] for name in ORDER if name in files}
    lines = "".join(f"file: {n} {len(raw)} {hashlib.sha256(raw).hexdigest()}\n" for n, raw in ordered.items())
    seal = signed(f"linyue/bundle/v1\nquestion: {question}\n{lines}", key)
    return {**ordered, "seal.txt": seal.encode()}


def zipped(files: dict[str, bytes]) -> bytes:
    """Section 6 of RECORD.md, byte by byte."""
    body, directory = b"", b""
    for name, raw in files.items():
        shared = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, zlib.crc32(raw), len(raw), len(raw), len(name), 0)
        directory += b"PK\x01\x02\x14\x00" + shared + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + shared + name.encode() + raw
    n = len(files)
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, n, n, len(directory), len(body), 0)


def named() -> Vote:
    """Four people, three votes, one change of mind."""
    vote = Vote(cuts=(1, 3)).ballot(0, "for").ballot(1, "against").ballot(1, "for", 2).ballot(2, "abstain")
    return vote.close(3).result({"for": 2, "against": 0, "abstain": 1}, "passed", 1, 3)


def hybrid() -> Vote:
    """Online, proxy, telephone, paper bound to the roll, paper by number, hands, and one vote taken back."""
    vote = Vote(people=16, cuts=(1, 4))
    vote.ballot(0, "for").ballot(1, "for").ballot(2, "against", channel="proxy", mandate=mark("m"), by=mark("w"))
    vote.ballot(3, "abstain", channel="telephone", by=mark("w")).add("WITHDRAWN", voter=mark("p1"), revision=1)
    vote.ballot(4, "for").add("WITHDRAWN", voter=mark("p4"), revision=1).ballot(4, "against", 2)
    paper = {"channel": "paper", "tellers": [mark("t1"), mark("t2")], "scans": [mark("scan")]}
    vote.add(
        "BATCH",
        batch=1,
        counts={"for": 2, "against": 1, "abstain": 0},
        issued=5,
        returned=3,
        spoiled=1,
        unreturned=1,
        note="",
        **paper,
    )
    sheets = sorted([[mark("p5"), "for"], [mark("p1"), "against"]])
    vote.add(
        "BATCH",
        batch=2,
        counts={"for": 1, "against": 1},
        issued=4,
        returned=2,
        spoiled=0,
        unreturned=1,
        note="一张被风吹走",
        sheets=sheets,
        **paper,
    )
    vote.add(
        "BATCH",
        batch=3,
        channel="hands",
        counts={"for": 3, "against": 0, "abstain": 1},
        counter=mark("t1"),
        witness=mark("t2"),
        note="",
    )
    ways = {"online": 2, "proxy": 1, "telephone": 1, "paper": 5, "hands": 4}
    vote.close(13, by_channel=ways)
    return vote.result({"for": 7, "against": 4, "abstain": 2}, "passed", 5, 9, by_channel=ways)


def secret(people: int = 24, boxes: int = 12, duds: int = 1) -> Vote:
    """A box with one ballot sealed twice and one dud."""
    vote = Vote(people=people, kind="secret", cuts=(1, 2))
    salted = [mark(f"box{n}") for n in range(boxes + 1)]
    vote.add("SEALED", boxes=sorted(salted[:10])).add("SEALED", boxes=sorted(salted[10:]))
    final = sorted(salted[1:])
    vote.close(boxes, boxes=boxes, box_set=hashlib.sha256("\n".join(final).encode()).hexdigest())
    rows = [{"choice": "for" if n % 3 else "against", "code": f"{n:08d}"} for n in range(boxes - duds)]
    vote.opened = rows
    listed = hashlib.sha256(canonical(rows)).hexdigest()
    vote.add("OPENED", opened=len(rows), duds=duds, list=listed, note="")
    ayes = sum(row["choice"] == "for" for row in rows)
    counts = {"for": ayes, "against": len(rows) - ayes, "abstain": 0}
    quorum = people // 2 + 1
    verdict = "no_quorum" if len(rows) < quorum else "passed" if ayes > len(rows) - ayes else "failed"
    return vote.result(counts, verdict, counts["against"] + 1, quorum)


def whole_box() -> Vote:
    """Every sealed ballot is in the box at close: the set can be recomputed."""
    vote = secret()
    salted = sorted(mark(f"box{n}") for n in range(13))
    data = vote.steps[2][1]
    data |= {"boxes": 13, "cast": 13, "present": 13, "box_set": hashlib.sha256("\n".join(salted).encode()).hexdigest()}
    vote.steps[3][1]["duds"] = 2
    entry = vote.steps[4][1]
    entry["by_channel"] = {}  # no division of a secret vote
    return vote


def secret_with_papers() -> Vote:
    """Seven in the box and five sheets: opened together, one list."""
    vote = secret(boxes=7, duds=0)
    sheets = {"issued": 6, "returned": 5, "spoiled": 1, "unreturned": 0, "note": "", "scans": []}
    vote.steps.insert(2, ("BATCH", {"batch": 1, "channel": "paper", "tellers": [mark("t1"), mark("t2")], **sheets}))
    assert vote.opened is not None
    vote.opened += [{"choice": "for", "code": f"{n:08d}"} for n in range(20, 25)]
    vote.steps[3][1].update(cast=12, present=12)
    vote.steps[4][1].update(opened=12, list=hashlib.sha256(canonical(vote.opened)).hexdigest())
    counts = {"for": 9, "against": 3, "abstain": 0}
    told = {"counts": counts, "cast": 12, "present": 12, "base_count": 12, "needed": 4, "verdict": "no_quorum"}
    vote.steps[5][1].update(told)
    return vote


def voided() -> Vote:
    """Voided while it was open."""
    vote = Vote().ballot(0, "for")
    return vote.add("VOID", why="名册漏了两户", by=[mark("v1"), mark("v2")])


def voided_after() -> Vote:
    """Voided after its result."""
    return named().add("VOID", why="名册漏了两户", by=[mark("v1"), mark("v2")])


LAW = {
    "version": 2,
    "decision": "deliberation",
    "source": "",
    "measure": "heads",
    "call": 1,
    "call_of": "",
    "way": "for_against",
    "least": 1,
    "most": 1,
    "dots": 0,
    "seats": 1,
    "budget": 0,
    "costs": {},
    "tie": "named",
}


def way(name: str, options: int, people: int = 5, **form: Any) -> Vote:
    """A vote among so many options, without a quorum."""
    none = {"numerator": 0, "denominator": 1, "more_than": False, "counts": "cast"}
    choices = list("abcdefghijklmnop"[:options])
    return Vote(people=people, rule={**RULE, **LAW, "choices": choices, "way": name, "quorum": none, **form})


def told(vote: Vote, tally: dict[str, int], chosen: list[str], **more: Any) -> Vote:
    """Close it with what its ballots say; nobody changed their mind."""
    counts = {"abstain": 0}
    for kind, data in vote.steps:
        if kind == "BALLOT":
            counts[data["choice"]] = counts.get(data["choice"], 0) + 1
    told = {"tally": tally, "chosen": chosen, "tied": [], "drawn": [], **more}
    verdict = "tied" if told["tied"] else "passed" if chosen else "failed"
    if not any(kind == "CLOSE" for kind, _ in vote.steps):
        vote.close(sum(counts.values()))
    return vote.result(counts, verdict, told.pop("needed", 1), 0, **told)


def ranked() -> Vote:
    """a before b before c, for two of three."""
    vote = way("ranked", 3).ballot(0, "a>b>c").ballot(1, "b>c").ballot(2, "a>b=c").ballot(3, "abstain")
    return told(vote, {"a": 2, "b": 1, "c": 0}, ["a"])


def circle() -> Vote:
    """Everybody is beaten by somebody, all by two to one: a tie of three, named."""
    vote = way("ranked", 3).ballot(0, "a>b>c").ballot(1, "b>c>a").ballot(2, "c>a>b")
    return told(vote, {"a": 0, "b": 0, "c": 0}, [], tied=["a", "b", "c"])


def money() -> Vote:
    """b is paid by equal shares, a with what is left; c can no longer be paid."""
    vote = way("money", 3, most=3, budget=1000, costs={"a": 500, "b": 400, "c": 400}, tie="lot")
    vote.ballot(0, "a+b").ballot(1, "a+b").ballot(2, "c").ballot(3, "abstain")
    return told(vote, {"a": 2, "b": 2, "c": 1}, ["b", "a"])


def lot() -> Vote:
    """Dots that are level: the lot is drawn with the hash of the close."""
    vote = way("dots", 2, dots=3, most=3, tie="lot").ballot(0, "a:2+b:1").ballot(1, "b:1").ballot(2, "abstain").close(3)
    seed = vote.hashes()[-1]
    drawn = sorted("ab", key=lambda key: hashlib.sha256(f"linyue/lot/v1\n{seed}\n{key}".encode()).hexdigest())
    return told(vote, {"a": 2, "b": 2}, drawn[:1], drawn=drawn, seed=seed)


def several() -> Vote:
    """Two seats; more than half of those who voted are needed."""
    vote = way("several", 3, least=1, most=2, seats=2, majority="absolute")
    vote.ballot(0, "a+b").ballot(1, "a").ballot(2, "a+c").ballot(3, "b")
    return told(vote, {"a": 3, "b": 2, "c": 1}, ["a"], needed=3)


def owners() -> Vote:
    """Three of four owners, one of them with much area; one by paper. Both counts carry."""
    quorum = {"numerator": 2, "denominator": 3, "more_than": False, "counts": "cast"}
    law = {"measure": "area_and_heads", "system": "owners_law", "decision": "owners_ordinary", "majority": "absolute"}
    vote = Vote(people=4, rule={**RULE, **LAW, **law, "quorum": quorum})
    weights = {f"p{n}": [area, heads] for n, (area, heads) in enumerate([(8973, 1), (20_000, 2), (6000, 1), (9000, 1)])}
    by_mark = {mark(name): row for name, row in weights.items()}
    vote.more = {"head_rule": "title-owners-v1", "weights": [by_mark[one] for one in vote.roll]}
    vote.ballot(0, "for").ballot(1, "for").add(
        "BATCH",
        batch=1,
        channel="paper",
        counts={"for": 0, "against": 1, "abstain": 0},
        issued=1,
        returned=1,
        spoiled=0,
        unreturned=0,
        note="",
        sheets=[[mark("p2"), "against"]],
    )
    area = {"counts": {"for": 28_973, "against": 6000, "abstain": 0}, "entitled": 43_973, "cast": 34_973}
    heads = {"counts": {"for": 3, "against": 1, "abstain": 0}, "entitled": 5, "cast": 4}
    weighed = {
        "area": {**area, "quorum_needed": 29_316, "needed": 17_487},
        "heads": {**heads, "quorum_needed": 4, "needed": 3},
    }
    ways = {"online": 2, "paper": 1}
    vote.close(3, by_channel=ways)
    counts = {"for": 2, "against": 1, "abstain": 0}
    vote.result(counts, "passed", 3, 4, by_channel=ways, weighed=weighed)
    vote.steps[-1][1]["base_count"] = 4
    return vote


def offered() -> Vote:
    """The hybrid vote, with the ways that were offered named."""
    vote = hybrid()
    vote.more["channels"] = ["online", "proxy", "paper", "hands", "telephone"]
    return vote


CLEAN: dict[str, Callable[[], Vote]] = {
    "ranked": ranked,
    "circle": circle,
    "money": money,
    "lot": lot,
    "several": several,
    "owners": owners,
    "named": named,
    "hybrid": hybrid,
    "offered": offered,
    "secret": secret,
    "secret_with_papers": secret_with_papers,
    "whole box": whole_box,
    "voided": voided,
    "voided after": voided_after,
}
