"""The same damage for what comes in otherwise: lists of bodies, forms in parts, Open311, ballots, papers of the record.

QR codes are not among them: the product draws them and reads none.
"""

import asyncio
import json
import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image
from pydantic import ValidationError
from starlette.requests import Request

from linyue.base.errors import Refused
from linyue.base.forms import read_form, read_parts
from linyue.base.frames import is_whole, whole_text
from linyue.base.i18n import t
from linyue.base.routing import PHOTO_BODY, _check_body
from linyue.base.sheets import Fault, read_sheet, write_sheet
from linyue.base.sockets import BadFrame, read_frame
from linyue.matters.routes_report import ReportForm
from linyue.matters.service_photos import clean_photo
from linyue.open311 import rules as open311
from linyue.people import rules_bodies
from linyue.people.rules_bodies import Body, Known
from linyue.questions.rules_paper import BadPile, parse_piles, parse_sheets
from linyue.questions.rules_secret import Kind, refuse_sealed
from linyue.questions.rules_ways import BadBallot, BallotForm, Ballots, Way, filled
from linyue.questions.service_secret import sealed_bytes
from linyue.rounds.live import FRAMES
from linyue_verify import Verdict, check
from linyue_verify.checks import check_files
from tests.base.test_fuzz_imports import WORDS, spoil, told
from tests.verify.chains import CLEAN, zipped

MORE = [
    *WORDS, "[" * 4000, '{"a":' * 400, "1e999", "-0", "\\ud800", "null", "true", '"__proto__":{}', "%00", "%", "%zz", "&", "=", "a=b&" * 400,
    "--x1", "--x1--", "\r\n\r\n", "Content-Disposition: form-data; name=", 'filename="', "filename*=utf-8''%ff", "charset=utf-16", ";", "boundary=",
    "Content-Transfer-Encoding: base64", "a>b=c", "abstain", "a:9+b:1", "+a", "==", "\n\n\n", "ed25519", "CLOSE", "for",
]  # fmt: skip
LOOP = asyncio.Runner()


def said(refusal: Refused) -> None:
    """A refusal is a sentence in both languages."""
    told([Fault(0, "", str(refusal.reason.value), tuple(refusal.args_for_text.items()))])


def list_of(body: Body) -> tuple[bytes, Callable[[bytes], None]]:
    """A list that a desk brings, and what reads it."""
    columns = rules_bodies.columns_of(body)
    living = Known(1, "林友", "林小友", "+8613912345678")
    cells = {"unit_code": "guiyu-5-101", "name": "林小友", "phone": "13912345678"}

    def read(data: bytes) -> None:
        rows, faults = read_sheet(data, columns, rules_bodies.needed_of(body))
        told(faults)
        lines = [(row.line, row.cells) for row in rows]
        homes = {"guiyu-5-101": (7, (living,))}
        members, wrong = rules_bodies.read_members(body, lines, homes, {living.phone: living})
        told([Fault(one.line, one.column, one.reason.value) for one in wrong])
        assert len(members) + len(wrong) == len(lines)

    return write_sheet(list(columns), [[cells[name] for name in columns]] * 3), read


def request_of(data: bytes) -> Request:
    """A post whose first line is its content type and the rest its body, which comes in pieces."""
    kind, _, body = data.partition(b"\n")
    piece = 1 + len(data) % 700
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]

    async def receive() -> Mapping[str, Any]:
        part = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": part, "more_body": bool(pieces)}

    state = {"session": None, "actor": SimpleNamespace(lang="en")}
    app = SimpleNamespace(state=SimpleNamespace(settings=SimpleNamespace(scanner="")))
    headers = [(b"content-type", kind.strip()), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b"", "state": state}
    return Request({**scope, "app": app}, receive)  # type: ignore[arg-type]


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return out.getvalue()


def in_parts(fields: Mapping[str, str], file: str) -> bytes:
    """A form in parts with a picture, its content type before it."""
    parts = [f'--x1\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    head = (
        f'--x1\r\nContent-Disposition: form-data; name="{file}"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    return b"multipart/form-data; boundary=x1\n" + b"".join(parts) + head.encode() + picture() + b"\r\n--x1--\r\n"


async def _page(data: bytes) -> None:
    request = request_of(data)
    try:
        await _check_body(request, PHOTO_BODY, needs_token=False)
    except Refused as refusal:
        return said(refusal)
    form = await read_form(request, ReportForm)
    assert (form.value is None) == bool(form.errors)
    for file in form.files.get("photos", [])[:4]:
        _decode(await file.read())


async def _open311(data: bytes) -> None:
    request = request_of(data)
    try:
        await _check_body(request, PHOTO_BODY, needs_token=False)
        texts, files = await read_parts(request)
        filed = open311.read_report(texts, files)
    except Refused as refusal:
        return said(refusal)
    except open311.Faulty as faulty:
        return told([Fault(0, one.field, one.reason.value, one.args) for one in faulty.faults])
    assert 0 < len(filed.title) <= open311.TITLE_AT_MOST and len(filed.text) <= open311.WORDS_AT_MOST
    for file in files.get(open311.MEDIA, ()):
        _decode(await file.read())


def _decode(raw: bytes) -> None:
    try:
        clean_photo(raw)
    except Refused as refusal:
        said(refusal)


def into_page(data: bytes) -> None:
    LOOP.run(_page(data))


def into_open311(data: bytes) -> None:
    LOOP.run(_open311(data))


KEYS = ("a", "b", "c")
FORMS = {
    way: BallotForm(way=way, least=1, most=2, dots=3, costs=dict.fromkeys(KEYS, 5), budget=10)
    for way in (Way.SINGLE, Way.SEVERAL, Way.MONEY, Way.DOTS, Way.SCORE, Way.RANKED)
}


def into_ballot(data: bytes) -> None:
    """As the socket's handler does it, as far as the database."""
    text = data.decode(errors="surrogateescape")
    try:
        kind, fields = read_frame(text)
        shape = FRAMES.get(kind, FRAMES["cast"])[0]
        sent: Any = shape.model_validate(fields)
    except (BadFrame, ValidationError):
        return
    try:
        refuse_sealed(Kind.SECRET, sealed_bytes(getattr(sent, "sealed", "")))
    except Refused as refusal:
        said(refusal)
    for form in FORMS.values():
        choice = getattr(sent, "choice", "")
        if choice in Ballots(form, KEYS):
            assert choice.isascii()


def into_socket(data: bytes) -> None:
    """Masked frames as browsers send them."""
    is_whole(data)
    text = whole_text(data)
    if text is not None:
        into_ballot(text.encode())


def masked(text: str) -> bytes:
    body, mask = text.encode(), b"\x01\x02\x03\x04"
    length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack("!H", len(body))
    return b"\x81" + length + mask + bytes(one ^ mask[at % 4] for at, one in enumerate(body))


def into_sheets(data: bytes) -> None:
    """What a counter typed of the sheets of a pile, and a form filled in without script."""
    text = data.decode(errors="replace")
    for form in FORMS.values():
        try:
            parse_sheets(text, Ballots(form, KEYS))
        except BadPile as bad:
            assert len(bad.word) <= 20 or bad.is_double
        found = filled(form, KEYS, {"choice": [text], "pick": text.split(), **{f"o_{k}": text.split() for k in KEYS}})
        assert not isinstance(found, BadBallot) or t("zh-CN", found.value, least=1, most=2, dots=3)
    lines = text.splitlines()
    try:
        parse_piles(dict(zip(("for", "against", "abstain"), lines, strict=False)))
    except BadPile as bad:
        assert bad.pile


def into_bundle(name: str) -> tuple[bytes, Callable[[bytes], None]]:
    """A whole bundle: what is not the file as it was is never proved."""
    whole = zipped(CLEAN[name]().files())

    def read(data: bytes) -> None:
        found = check(data, receipt="ABCD-EFGH").verdict
        assert found is not Verdict.PROVED
        assert data == whole or check(data).verdict is Verdict.WRONG

    return whole, read


def into_part(part: str) -> tuple[bytes, Callable[[bytes], None]]:
    """One file of a bundle, its seal left aside so that what lies behind it is reached."""
    files = CLEAN["hybrid"]().files()

    def read(data: bytes) -> None:
        found = check_files({**files, part: data}, is_sealed=False)
        assert data == files[part] or found.verdict is Verdict.WRONG

    return files[part], read


def into_given(data: bytes) -> None:
    """A checkpoint that somebody kept on paper or in a mail."""
    check(zipped(CLEAN["named"]().files()), checkpoints=[data])


CAST = json.dumps(
    {
        "type": "cast",
        "data": {"question": "q1", "choice": "a>b=c", "sealed": "AAAA", "client_id": "fuzz-0000000001", "replaces": 0},
    }
)
REPORT = {"service_code": "other", "description": "路灯不亮", "address_id": "guiyu-5", "attribute[title]": "路灯"}
PAGE = {"csrf": "x", "form_id": "a" * 22, "place": "4", "title": "灯不亮", "text": "三天了", "drop": "p1"}
KINDS: dict[str, tuple[bytes, Callable[[bytes], None]]] = {
    "households.csv": list_of(Body.HOUSEHOLDS),
    "representatives.csv": list_of(Body.REPRESENTATIVES),
    "committees.csv": list_of(Body.COMMITTEES),
    "page.multipart": (in_parts(PAGE, "photos"), into_page),
    "open311.multipart": (in_parts(REPORT, "media"), into_open311),
    "open311.form": (b"application/x-www-form-urlencoded\n" + urlencode(REPORT).encode(), into_open311),
    "ballot.json": (CAST.encode(), into_ballot),
    "ballot.frame": (masked(CAST), into_socket),
    "sheets.txt": ("3 5 17 b>a=c\n18 a+b\n19 弃权\n20 a:1+b:2".encode(), into_sheets),
    "bundle.zip": into_bundle("hybrid"),
    "secret-bundle.zip": into_bundle("secret_with_papers"),
    "manifest.json": into_part("manifest.json"),
    "chain.jsonl": into_part("chain.jsonl"),
    "checkpoint.txt": (CLEAN["named"]().files()["checkpoints.txt"].split(b"\n\n")[0], into_given),
}


@pytest.mark.parametrize("name", list(KINDS))
def test_damaged_input_is_read_or_refused_in_words(name: str) -> None:
    whole, read = KINDS[name]
    spoil(name, whole, read, MORE)
