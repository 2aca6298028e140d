"""Ten thousand spoilt bundles: every one is found, and no clean one is suspected."""

import io
import random
import zipfile
from collections.abc import Callable
from functools import cache

import pytest

from linyue_verify import Verdict, check
from linyue_verify.checks import check_files
from tests.verify import chains
from tests.verify.chains import CLEAN, zipped

MUTATIONS = 10_000
Files = dict[str, bytes]


@cache
def files_of(name: str) -> Files:
    return CLEAN[name]().files()


def flip(files: Files, draw: random.Random) -> bytes:
    """One bit of the file, wherever it falls: contents, names, checksums, directory."""
    data = bytearray(zipped(files))
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def flip_inside(files: Files, draw: random.Random) -> bytes:
    """One bit of one file, zipped again with a right checksum."""
    name = draw.choice(list(files))
    raw = bytearray(files[name])
    raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
    return zipped({**files, name: bytes(raw)})


def lines_of(files: Files, name: str) -> list[bytes]:
    return files[name].splitlines(keepends=True)


def drop(files: Files, draw: random.Random) -> bytes:
    """A line of a file, or a whole file, is gone."""
    name = draw.choice(list(files))
    if draw.random() < 0.3:
        return zipped({one: raw for one, raw in files.items() if one != name})
    lines = lines_of(files, name)
    del lines[draw.randrange(len(lines))]
    return zipped({**files, name: b"".join(lines)})


def double(files: Files, draw: random.Random) -> bytes:
    """A line stands twice."""
    name = draw.choice(list(files))
    lines = lines_of(files, name)
    lines.insert(draw.randrange(len(lines) + 1), draw.choice(lines))
    return zipped({**files, name: b"".join(lines)})


def reorder(files: Files, draw: random.Random) -> bytes:
    """Two different lines change places."""
    name = draw.choice([one for one in files if len(set(lines_of(files, one))) > 1])
    lines = lines_of(files, name)
    here = draw.randrange(len(lines))
    there = draw.choice([n for n, line in enumerate(lines) if line != lines[here]])
    lines[here], lines[there] = lines[there], lines[here]
    return zipped({**files, name: b"".join(lines)})


def swap(files: Files, draw: random.Random) -> bytes:
    """A file of another bundle, or two files of this one exchanged."""
    if draw.random() < 0.5:
        one, other = draw.sample(list(files), 2)
        return zipped({**files, one: files[other], other: files[one]})
    foreign = files_of(draw.choice([name for name in CLEAN if files_of(name) is not files]))
    name = draw.choice([one for one in files if one in foreign and files[one] != foreign[one]])
    return zipped({**files, name: foreign[name]})


def fork(files: Files, draw: random.Random) -> bytes:
    """Another history from some entry on, properly chained, by somebody without the key."""
    vote = next(make() for name, make in CLEAN.items() if files_of(name) is files)
    place = draw.randrange(len(vote.steps))
    kind, data = vote.steps[place]
    if draw.random() < 0.5 and len(vote.steps) > 1:
        del vote.steps[place]
    else:
        vote.steps[place] = (kind, {**data, "nonce": f"{draw.getrandbits(64):016x}"})
    forged = {**files, "chain.jsonl": b"".join(body + b"\n" for body in vote.bodies())}
    thief = chains.Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
    way = draw.randrange(3)
    if way == 0:
        return zipped(forged)
    if way == 1:  # the seal signed by a key that is not in the bundle
        return zipped(chains.sealed(forged, key=thief))
    vote.key = thief  # everything signed anew, under the id of the true key
    text = "\n".join(vote.checkpoint(size) for size in (1, len(vote.bodies())))
    true_id, own_id = chains.key_id(chains.KEY).encode(), chains.key_id(thief).encode()
    forged["checkpoints.txt"] = text.encode().replace(own_id, true_id)
    resealed = chains.sealed(forged, key=thief)
    return zipped({**resealed, "seal.txt": resealed["seal.txt"].replace(own_id, true_id)})


def rezip(files: Files, draw: random.Random) -> bytes:
    """The right files in a zip of another form: packed, in another order, with a time, a comment, something added."""
    names, out = list(files), io.BytesIO()
    way = draw.randrange(5)
    if way == 0:
        draw.shuffle(names)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if way == 1 else zipfile.ZIP_STORED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 23, draw.randrange(24), 0, 0)), files[name])
        if way == 2:
            archive.comment = draw.randbytes(5)
        if way == 3:
            archive.writestr("more.txt", draw.randbytes(9))
    return out.getvalue()


def cut(files: Files, draw: random.Random) -> bytes:
    """The end is missing, or there is more of it."""
    data = zipped(files)
    return data[: draw.randrange(len(data))] if draw.random() < 0.6 else data + draw.randbytes(draw.randrange(1, 40))


def overwrite(files: Files, draw: random.Random) -> bytes:
    """A stretch of bytes is others'."""
    data = bytearray(zipped(files))
    start = draw.randrange(len(data))
    data[start : start + 8] = draw.randbytes(len(data[start : start + 8]))
    return bytes(data)


KINDS: tuple[Callable[[Files, random.Random], bytes], ...] = (
    flip, flip_inside, flip_inside, drop, double, reorder, swap, fork, rezip, cut, overwrite,
)  # fmt: skip


def test_clean_bundles_are_never_suspected() -> None:
    for name in CLEAN:
        assert check(zipped(files_of(name))).verdict is Verdict.PROVED, name


@pytest.mark.parametrize("part", range(4))
def test_every_spoilt_bundle_is_found(part: int) -> None:
    clean = {zipped(files_of(name)) for name in CLEAN}
    draw = random.Random(2031 + part)
    names = list(CLEAN)
    for n in range(MUTATIONS // 4):
        change = KINDS[n % len(KINDS)]
        name = draw.choice(names)
        spoilt = change(files_of(name), draw)
        assert spoilt not in clean, (n, change.__name__, name)
        assert check(spoilt).verdict is Verdict.WRONG, (part, n, change.__name__, name)


def test_the_record_is_bound_without_its_seal() -> None:
    """The seal left aside, every bit of manifest, chain, checkpoints, keys and opened list is still held by the others."""
    draw = random.Random(7)
    for n in range(600):
        files = dict(files_of(list(CLEAN)[n % len(CLEAN)]))
        name = draw.choice([one for one in files if one not in ("README.txt", "seal.txt")])
        raw = bytearray(files[name])
        raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        files[name] = bytes(raw)
        assert check_files(files, is_sealed=False).verdict is Verdict.WRONG, (n, name)
