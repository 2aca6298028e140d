"""What stands before every handler: host, origin, headers, size, methods."""

import re

import pytest
from starlette.datastructures import Headers

from linyue.base.guard import known_host, same_site
from linyue.base.settings import Settings
from tests.client import Client

PLAIN = Settings(port=8000)
PUBLIC = Settings(host="0.0.0.0", origin="https://linyue.example")


@pytest.mark.parametrize(
    ("settings", "headers", "is_socket", "is_same"),
    [
        (PLAIN, {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}, False, True),
        (PLAIN, {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:9000"}, False, False),
        (PLAIN, {"host": "127.0.0.1:8000", "origin": "null"}, False, False),
        (PLAIN, {"host": "127.0.0.1:8000", "sec-fetch-site": "same-origin"}, False, True),
        (PLAIN, {"host": "127.0.0.1:8000", "sec-fetch-site": "same-site"}, False, False),
        (PLAIN, {"host": "127.0.0.1:8000", "sec-fetch-site": "none"}, False, False),
        (PLAIN, {"host": "127.0.0.1:8000"}, False, False),
        (PLAIN, {"host": "127.0.0.1:8000", "sec-fetch-site": "same-origin"}, True, False),
        (PLAIN, {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}, True, True),
        (PLAIN, {"host": "127.0.0.1:8000", "origin": "https://evil.example"}, True, False),
        (PUBLIC, {"host": "linyue.example", "origin": "https://linyue.example"}, False, True),
        (PUBLIC, {"host": "linyue.example", "origin": "http://linyue.example"}, False, False),
        (PUBLIC, {"host": "linyue.example", "origin": "https://linyue.example.evil.example"}, True, False),
    ],
)
def test_changes_come_from_our_own_pages(
    settings: Settings, headers: dict[str, str], is_socket: bool, is_same: bool
) -> None:
    assert same_site(Headers(headers), settings, is_socket=is_socket) is is_same


@pytest.mark.parametrize(
    ("settings", "host", "is_known"),
    [
        (PLAIN, "127.0.0.1:8000", True),
        (PLAIN, "localhost", True),
        (PLAIN, "[::1]:8000", True),
        (PLAIN, "evil.example", False),
        (PLAIN, "", False),
        (PUBLIC, "linyue.example", True),
        (PUBLIC, "127.0.0.1", False),
    ],
)
def test_only_our_names_are_answered(settings: Settings, host: str, is_known: bool) -> None:
    assert known_host(Headers({"host": host}), settings) is is_known


@pytest.mark.sqlite_only
async def test_every_answer_has_the_headers(client: Client) -> None:
    nonces = set()
    for path in ("/sign-in", "/nowhere", "/me", "/healthz"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store" and headers["cross-origin-opener-policy"] == "same-origin"
        found = re.search(r"nonce-([\w-]+)", policy)
        assert found
        nonces.add(found[1])
    assert len(nonces) == 4


@pytest.mark.sqlite_only
async def test_foreign_hosts_large_bodies_and_zero_bytes(client: Client) -> None:
    assert (await client.get("/sign-in", headers={"host": "evil.example"})).status_code == 421
    assert (await client.post("/sign-in", data={"phone": "1" * 200_000})).status_code == 413
    assert (await client.get("/services/%00")).status_code == 400
    assert (await client.get("/sign-in?next=%00")).status_code == 400
    assert (await client.post("/me/erase")).status_code == 303
    assert (await client.put("/sign-in")).status_code == 405

    async def endless() -> object:
        for _ in range(40):
            yield b"x" * 8192

    answer = await client.post(
        "/sign-in", content=endless(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
