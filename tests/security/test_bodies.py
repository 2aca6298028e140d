"""Bodies that are no form, sent to every door: refused in words, nothing read for strangers, nothing done."""

from collections.abc import Callable
from typing import Any

import pytest

from linyue.base import ratelimit
from linyue.base.forms import CSRF_FIELD
from tests.client import Client
from tests.security.world import World, changes, doors

NewClient = Callable[[], Client]
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


async def chunks(size: int) -> Any:
    """A body that declares no length."""
    for _ in range(size // 65536):
        yield b"a=" + b"x" * 65534


def part(name: str, value: str, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()


def hostile_bodies() -> list[tuple[str, str, Any]]:
    """Label, content type, body: none of them is a form."""
    return [
        ("too many fields", URLENCODED, "&".join(f"a{n}=1" for n in range(2000))),
        ("too many parts", MULTIPART, b"".join(part(f"a{n}", "1") for n in range(400)) + b"--x--\r\n"),
        ("too many files", MULTIPART, b"".join(part("photos", "1", '; filename="a"') for _ in range(20)) + b"--x--\r\n"),
        ("a large part", MULTIPART, part("text", "x" * 300_000) + b"--x--\r\n"),
        ("a chunked flood", URLENCODED, chunks(45 * 2**20)),
        ("no boundary", "multipart/form-data", b"--x\r\n"),
        ("long boundary", f"multipart/form-data; boundary={'b' * 5000}", b"--x\r\n"),
        ("endless head", MULTIPART, b"--x\r\nX: " + b"a" * 20_000),
        ("many heads", MULTIPART, b"--x\r\n" + b"X: a\r\n" * 2000 + b"\r\n1\r\n--x--\r\n"),
        ("another codec", "multipart/form-data; boundary=x; charset=utf-7", part("text", "+2AA-") + b"--x--\r\n"),
    ]  # fmt: skip


def is_for_programs(path: str) -> bool:
    """Posts of programs carry no token: there nobody is signed in, whatever cookie comes along."""
    return path.startswith("/open311/v2/")


async def test_no_hostile_body_is_taken_anywhere(world: World, visitors: NewClient) -> None:
    found, clients = await doors(await world.actors()), await world.clients(visitors)
    assert len(found) > 100
    problems = []
    before = world.dump()
    for number, (label, kind, body) in enumerate(hostile_bodies()):
        for who, target in found[number % 2 :: 2] if label != "a chunked flood" else found[::12]:
            sent = chunks(45 * 2**20) if label == "a chunked flood" else body
            token = clients[who].session.csrf if clients[who].session else ""  # type: ignore[union-attr]
            headers = {"content-type": kind, "x-csrf-token": token}
            answer = await clients[who].post(target.path, content=sent, headers=headers)
            if not 400 <= answer.status_code < 500:
                problems.append(f"{label}: {target.path}: {answer.status_code}")
        await ratelimit.reset()
    assert not problems, "\n".join(problems)
    assert changes(before, world.dump()) == []


@pytest.mark.parametrize("body", [part("text", "x")[:30], b"\r\n" * 30_000 + part("text", "x"), b"", b"\x00\xff" * 500])
async def test_half_a_form_is_no_fault(world: World, visitors: NewClient, body: bytes) -> None:
    """With the token in the head it may be a button; nothing fails inside."""
    clients = await world.clients(visitors)
    for who, target in await doors(await world.actors()):
        token = clients[who].session.csrf if clients[who].session else ""  # type: ignore[union-attr]
        answer = await clients[who].post(
            target.path, content=body, headers={"content-type": MULTIPART, "x-csrf-token": token}
        )
        assert answer.status_code < 500, (target.path, answer.status_code)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "application/xml", "image/svg+xml", "x" * 300])
async def test_what_is_no_form_changes_nothing(world: World, visitors: NewClient, kind: str) -> None:
    """A page elsewhere can send these without asking first; without the token in the head nothing comes of them."""
    found, clients = await doors(await world.actors()), await world.clients(visitors)
    before = world.dump()
    for who, target in found:
        if who:
            body = f'{{"{CSRF_FIELD}": "{clients[who].session.csrf}"}}'  # type: ignore[union-attr]
            answer = await clients[who].post(target.path, content=body, headers={"content-type": kind})
            fitting = {"/csp-report": {204, 400}}.get(target.path, {403})
            if is_for_programs(target.path):
                fitting = {400}
            assert answer.status_code in fitting, (target.path, answer.status_code)
    assert changes(before, world.dump()) == []


async def test_no_form_goes_without_its_token(world: World, visitors: NewClient) -> None:
    found, clients = await doors(await world.actors()), await world.clients(visitors)
    before, stranger = world.dump(), clients["far_resident"].session
    assert stranger is not None
    for who, target in found:
        if who and target.path != "/csp-report" and not is_for_programs(target.path):
            for token in ("", stranger.csrf, "é"):
                answer = await clients[who].post(
                    target.path, data={CSRF_FIELD: token.encode("utf-8", "replace").decode()}
                )
                assert answer.status_code == 403, (target.path, token)
    assert changes(before, world.dump()) == []


async def test_a_body_is_read_only_behind_the_door(world: World, visitors: NewClient) -> None:
    """Forty megabytes of somebody who may not post are not read."""
    read = 0

    async def megabytes() -> Any:
        nonlocal read
        for _ in range(600):
            read += 65536
            yield b"x" * 65536

    nobody, stranger = visitors(), await world.client(visitors, "far_worker")
    for client, path in ((nobody, "/report/check"), (stranger, f"/m/{world.matters['desk'].number}/complete")):
        read = 0
        answer = await client.post(path, content=megabytes(), headers={"content-type": MULTIPART})
        assert answer.status_code in {303, 403} and read <= 2 * 65536, (path, read)
