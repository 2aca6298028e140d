"""Bytes to values: canonical JSON, the zip in its one form, checkpoints, keys and the seal."""

import base64
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linyue_verify.report import Wrong, need

LARGEST = 2**53 - 1
MIB = 1 << 20
LIMITS = {"README.txt": MIB >> 4, "manifest.json": 8 * MIB}
BUNDLE_LIMIT, ENTRY_LIMIT, ENTRIES_LIMIT, CHECKPOINTS_LIMIT, KEYS_LIMIT = 64 * MIB, MIB, 200_000, 20_000, 16
FILES = ("README.txt", "manifest.json", "chain.jsonl", "opened.json", "checkpoints.txt", "key.txt", "seal.txt")

TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
CHECKPOINT = re.compile(
    (
        r"(linyue/checkpoint/v1\norigin: ([^\n]{1,300})\nquestion: ([A-Za-z0-9_-]{1,32})\nsize: ([1-9][0-9]{0,8})\n"
        rf"root: ([0-9a-f]{{64}})\ntime: ({TIME})\nkey: ([0-9a-f]{{16}})\n)signature: ([A-Za-z0-9+/]{{86}}==)\n"
    ).encode()
)
KEY = re.compile(rb"linyue/key/v1\nkey: ([0-9a-f]{16})\npublic: ([A-Za-z0-9+/]{43}=)\n")
SEAL = re.compile(
    rb"(linyue/bundle/v1\nquestion: ([A-Za-z0-9_-]{1,32})\n((?:file: [A-Za-z.]+ [0-9]+ [0-9a-f]{64}\n)+)"
    rb"key: ([0-9a-f]{16})\n)signature: ([A-Za-z0-9+/]{86}==)\n"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of how long the record was and what it held."""

    signed: bytes
    origin: str
    question: str
    size: int
    root: str
    time: str
    key: str
    signature: bytes

    @property
    def short(self) -> str:
        """For people: the size and the first letters of the root."""
        return f"{self.size} · {' '.join(self.root[i : i + 4] for i in range(0, 16, 4))}"


def _refuse_number(text: str) -> NoReturn:
    raise Wrong(f"记录里有不允许的数字：{text[:20]}", f"a number that may not be there: {text[:20]}")


def canonical(raw: bytes) -> Any:
    """The value of a canonical JSON text; Wrong when the same value would be written otherwise."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_float=_refuse_number, parse_constant=_refuse_number)
        again = _written(value).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Wrong("不是规定格式的 JSON 文本", "not a canonical JSON text") from error
    need(again == raw, "不是规定格式的 JSON 文本", "not a canonical JSON text")
    return value


def _written(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        _refuse_number(str(value))
    return json.dumps(value, ensure_ascii=False)


def leaf(raw: bytes) -> str:
    """Hash of one entry."""
    return hashlib.sha256(b"\x00" + raw).hexdigest()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The one zip of these files in this order: stored, no times, no extras."""
    body, directory = bytearray(), bytearray()
    for name, content in files.items():
        size, plain = len(content), name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(content), size, size, len(plain), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + plain
        body += b"PK\x03\x04" + common + plain + content
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a bundle. Wrong for any zip that `zipped` would not have written, or with other files."""
    need(len(data) <= BUNDLE_LIMIT, "文件太大", "the file is too large")
    files: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == b"PK\x03\x04" and len(files) <= len(FILES) and place + 30 <= len(data):
        size, length = struct.unpack_from("<IH", data, place + 22)
        start = place + 30 + length
        files[data[place + 30 : start].decode("latin-1")] = data[start : start + size]
        place = start + size
    names = tuple(files)
    expected = {FILES, tuple(name for name in FILES if name != "opened.json")}
    need(names in expected, "包里的文件不对", "not the files of a bundle")
    need(zipped(files) == data, "不是规定格式的压缩包", "the zip is not in its one form")
    for name, content in files.items():
        need(len(content) <= LIMITS.get(name, BUNDLE_LIMIT), f"{name} 太大", f"{name} is too large")
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Wrong(f"{name} 不是 UTF-8", f"{name} is not UTF-8") from error
    return files


def _from_base64(text: bytes) -> bytes:
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw) == text, "base64 写法不规范", "base64 not in its one form")
    return raw


def _blocks(pattern: re.Pattern[bytes], data: bytes, limit: int, name: str) -> list[re.Match[bytes]]:
    found: list[re.Match[bytes]] = []
    place = 0
    while True:
        match = pattern.match(data, place)
        need(match is not None and len(found) < limit, f"{name} 格式不对", f"{name}: not in its form")
        assert match is not None
        found.append(match)
        place = match.end()
        if place == len(data):
            return found
        need(data[place : place + 1] == b"\n", f"{name} 格式不对", f"{name}: not in its form")
        place += 1


def read_checkpoints(data: bytes, name: str = "checkpoints.txt") -> list[Checkpoint]:
    """The checkpoints of a file, an empty line between two."""
    found = []
    for match in _blocks(CHECKPOINT, data, CHECKPOINTS_LIMIT, name):
        signed, origin, question, size, root, time, key, signature = match.groups()
        words = (origin.decode(), question.decode(), int(size), root.decode(), time.decode(), key.decode())
        found.append(Checkpoint(signed, *words, _from_base64(signature)))
    return found


def tidied(text: bytes) -> bytes:
    """A checkpoint that went through a mail or a scanner: line ends and edges put right."""
    lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip().split(b"\n")
    return re.sub(rb"\n\n+", b"\n\n", b"\n".join(line.strip() for line in lines)) + b"\n"


def read_keys(data: bytes) -> dict[str, bytes]:
    """Public keys by key id."""
    keys: dict[str, bytes] = {}
    for match in _blocks(KEY, data, KEYS_LIMIT, "key.txt"):
        kid, raw = match[1].decode(), _from_base64(match[2])
        need(hashlib.sha256(raw).hexdigest()[:16] == kid, "钥匙编号不符", "a key id does not fit its key")
        need(kid not in keys, "钥匙重复", "a key twice")
        keys[kid] = raw
    return keys


def check_signature(keys: Mapping[str, bytes], kid: str, signature: bytes, signed: bytes) -> None:
    """Wrong unless this key signed these bytes."""
    need(kid in keys, "签名用的钥匙不在包里", "signed by a key that is not in the bundle")
    try:
        Ed25519PublicKey.from_public_bytes(keys[kid]).verify(signature, signed)
    except (InvalidSignature, ValueError) as error:
        raise Wrong("签名不符", "the signature does not fit") from error


def check_seal(files: Mapping[str, bytes], keys: Mapping[str, bytes], question: str) -> None:
    """Wrong unless the seal names exactly these files and is signed."""
    match = SEAL.fullmatch(files["seal.txt"])
    need(match is not None, "seal.txt 格式不对", "seal.txt: not in its form")
    assert match is not None
    signed, about, lines, kid, signature = match.groups()
    need(about.decode() == question, "封签属于别的议题", "the seal is of another question")
    expected = b"".join(
        f"file: {name} {len(content)} {hashlib.sha256(content).hexdigest()}\n".encode()
        for name, content in files.items()
        if name != "seal.txt"
    )
    need(lines == expected, "有文件和封签不符", "a file is not the one that was sealed")
    check_signature(keys, kid.decode(), _from_base64(signature), signed)


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node of the tree (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def prefix_roots(hashes: Iterable[str], sizes: set[int]) -> dict[int, str]:
    """Root of the first n hashes for each wanted n, in one pass over perfect subtrees."""
    roots: dict[int, str] = {}
    peaks: list[bytes] = []
    for size, digest in enumerate(hashes, start=1):
        peak, rest = bytes.fromhex(digest), size
        while rest % 2 == 0:
            peak, rest = node(peaks.pop(), peak), rest // 2
        peaks.append(peak)
        if size in sizes:
            root = peaks[-1]
            for left in reversed(peaks[:-1]):
                root = node(left, root)
            roots[size] = root.hex()
    return roots
