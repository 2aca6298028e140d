"""14,000 seeded requests over every route, and 1,750 on PostgreSQL: wrong, huge, foreign, half-formed. Nothing may fail inside, and others are still served.

A failing case prints its seed and number; `LINYUE_FUZZ_SEED` replays a run, `LINYUE_FUZZ_CASES` makes it longer.
"""

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from linyue.base.forms import CSRF_FIELD
from tests import access
from tests.access import Target
from tests.client import ORIGIN, Client
from tests.conftest import NewClient

SEED = int(os.environ.get("LINYUE_FUZZ_SEED", "20261123"))
CASES = int(os.environ.get("LINYUE_FUZZ_CASES", "14000"))
PARTS = 4
WORDS = [
    "", "0", "1", "-1", "9" * 40, "1.5", "NaN", "true", "null", "None", "{}", "[]", "中文", "赞成", "for", "against", "e\u0301", "\u202egnp.exe",
    "\x00", "\ud83d\ude00", "\u200b", "a" * 5000, "%00", "%2e%2e%2f", "../../etc/passwd", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --",
    "13800000042", "+8613800000042", "2026-0387", "2026-13-40", "0000-00-00T00:00", "9999-12-31T23:59:59Z", "//evil.example", "javascript:1", "\r\nX: y",
]  # fmt: skip
HEADERS: list[dict[str, str]] = [
    {}, {}, {}, {"accept": "application/json"}, {"accept-language": "en"}, {"accept-language": "xx;q=9,*"}, {"cookie": "sid=%ff; lang=zz; flash=%7B"},
    {"cookie": "a" * 4000}, {"x-forwarded-for": "1.2.3.4, evil"}, {"content-length": "-5"}, {"range": "bytes=9-1"}, {"if-none-match": "*"},
    {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"x-csrf-token": "x"}, {"x-http-method-override": "DELETE"},
]  # fmt: skip
TYPES = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
    "",
]
METHODS = ["GET", "GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]


@dataclass
class Case:
    """One request, so that a failure can be told in a line."""

    number: int
    route: str
    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"seed {SEED} case {self.number}: {self.method} {self.path[:200]!r} {str(self.options)[:300]}"


def cases(chance: random.Random, walked: list[Target], fields: list[str], first: int, count: int) -> Iterator[Case]:
    """Seeded requests: mostly a real route with one thing wrong, sometimes everything wrong.

    Addresses are dealt like cards: none comes again before all have come, and a route's first card is its true address.
    """
    deck: list[Target] = []
    met: set[str] = set()
    for number in range(first, first + count):
        deck = deck or chance.sample(walked, len(walked))
        target = deck.pop()
        is_new = target.route.path not in met
        met.add(target.route.path)
        path = target.path if is_new or chance.random() < 0.6 else mangled(chance, target.route.path)
        method = chance.choice(target.methods) if is_new or chance.random() < 0.8 else chance.choice(METHODS)
        options: dict[str, Any] = {"headers": dict(chance.choice(HEADERS))}
        if chance.random() < 0.3:
            options["params"] = {chance.choice(fields): chance.choice(WORDS) for _ in range(chance.randint(1, 3))}
        if method not in {"GET", "HEAD"}:
            options |= body(chance, fields)
        yield Case(number, target.route.path, method, path, options)


def mangled(chance: random.Random, path: str) -> str:
    """The path with other values in it."""
    return access.NAMES.sub(lambda _: quoted(chance.choice(WORDS)), path)


def quoted(word: str) -> str:
    return (
        "".join(
            c if c.isalnum() and c.isascii() else "".join(f"%{b:02X}" for b in c.encode("utf-8", "surrogatepass"))
            for c in word[:300]
        )
        or "x"
    )


def body(chance: random.Random, fields: list[str]) -> dict[str, Any]:
    """A form with odd values, a broken one, or no form at all."""
    kind = chance.random()
    values = {
        chance.choice(fields): chance.choice(WORDS).encode("utf-8", "replace").decode()
        for _ in range(chance.randint(0, 6))
    }
    if kind < 0.6:
        return {"data": values}
    if kind < 0.75:
        name = chance.choice(["a.jpg", "../../x.png", "x.svg", "\u202egnp.exe", ""])
        content = chance.choice(
            [b"", b"\xff\xd8\xff\xe0rubbish", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"GIF89a" + b"\x00" * 64]
        )
        return {
            "data": values,
            "files": {
                chance.choice([*fields, "photos"]): (name, content, chance.choice(["image/jpeg", "text/html", ""]))
            },
        }
    return {
        "content": chance.choice(
            [b"", b"\xff\xfe", b"{", b"a=%ZZ&&&==", b"--x\r\n\r\n", b"[" * 2000, chance.randbytes(300)]
        ),
        "kind": chance.choice(TYPES),
    }


def request_for(client: Client, case: Case) -> httpx2.Request | None:
    """The request as it goes out; None when even the client cannot write it."""
    options = dict(case.options)
    headers = dict(options.pop("headers", {}))
    kind = options.pop("kind", None)
    if kind is not None:
        headers["content-type"] = kind
    if "data" in options and client.session is not None and case.number % 5:
        options["data"] = {**options["data"], CSRF_FIELD: client.session.csrf}
    try:
        return client.build_request(case.method, case.path, headers=headers, **options)
    except (httpx2.InvalidURL, UnicodeError):
        return None


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.sqlite_only
async def test_no_request_fails_inside(sample_db: object, new_sample_client: NewClient, part: int) -> None:
    await walk(new_sample_client, part, CASES // PARTS)


@pytest.mark.postgres_only
async def test_no_request_fails_inside_on_postgres(sample_db: object, new_sample_client: NewClient) -> None:
    """Half a part of its own: what SQLite takes as text or as a number, the other database may not."""
    await walk(new_sample_client, PARTS, CASES // PARTS // 2)


async def walk(new_client: NewClient, part: int, count: int) -> None:
    """One part of the cases, as one person after another, while a bystander is served."""
    chance = random.Random(f"{SEED}/{part}")
    walked = await access.targets(per_route=2)
    fields = sorted(access.form_fields())
    people = await access.accounts()
    bystander = new_client()
    client, person = bystander, people[0]
    sent = set[str]()
    for case in cases(chance, walked, fields, part * (CASES // PARTS), count):
        if case.number % 100 == 0:
            client, person = new_client(), chance.choice(people)
            await access.sign_in(client, person)
        one = client
        if case.path.startswith("/sign-out"):  # it ends a session of its own
            one = new_client()
            await access.sign_in(one, person)
        request = request_for(one, case)
        if request is None and case.route in sent:
            continue
        # Each route is sent, if need be without oddities.
        request = request or one.build_request(case.method, case.path)
        try:
            answer = await one.send(request)
        except Exception as error:
            raise AssertionError(str(case)) from error
        assert answer.status_code < 500, str(case)
        sent.add(case.route)
        if case.number % 500 == 0:
            began = time.monotonic()
            assert (await bystander.get("/healthz", headers={"origin": ORIGIN})).status_code == 200
            assert (await bystander.get("/matters")).status_code == 200
            assert time.monotonic() - began < 2, str(case)
    if count >= len(walked):
        assert sent == {target.route.path for target in walked}
