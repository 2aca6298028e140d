"""Sessions: a random token in the browser, its hash in the table, ended in one place."""

import pytest

from linyue.base import bus, session
from linyue.base.crypto import token_hash
from linyue.base.db import unit_of_work
from linyue.base.model import Session
from linyue.base.settings import Settings
from tests.client import Client
from tests.make.people import make_person


async def test_the_table_holds_no_token(db: Settings) -> None:
    person = await make_person()
    row, token = await session.begin(person.id, is_staff=False, device="Android · Chrome")
    assert len(token) >= 43 and row.token_hash == token_hash(token) and token not in row.csrf
    assert await session.find(token) is not None and await session.find(row.token_hash) is None
    again, other = await session.begin(person.id, is_staff=False)
    assert other != token and again.csrf != row.csrf


async def test_ending_is_told_after_commit(db: Settings) -> None:
    person = await make_person()
    row, token = await session.begin(person.id, is_staff=False)
    async with bus.subscribe("sessions") as told:
        with pytest.raises(ZeroDivisionError):
            async with unit_of_work():
                await session.end(row.id)
                raise ZeroDivisionError
        assert told.empty() and await session.find(token) is not None
        await session.end(row.id)
        assert told.get_nowait().data == {"session_id": row.id}
        await session.end(row.id)
        assert told.empty() and await session.find(token) is None


async def test_inside_a_transaction_it_is_found_and_outside_it_is_not(db: Settings) -> None:
    person, tokens = await make_person(), list[str]()
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            tokens.append((await session.begin(person.id, is_staff=False))[1])
            assert await session.find(tokens[0]) is not None
            raise ZeroDivisionError
    assert await session.find(tokens[0]) is None


async def test_all_but_this_one(db: Settings) -> None:
    person, other = await make_person(), await make_person()
    rows = [(await session.begin(person.id, is_staff=False))[0] for _ in range(3)]
    await session.begin(other.id, is_staff=False)
    await session.end_all(person.id, but=rows[0].id)
    assert await Session.filter(ended_at__isnull=True).count() == 2


async def test_the_cookie_is_for_the_server_only(client: Client) -> None:
    person = await make_person()
    await client.sign_in_as(person)
    out = await client.send_form("/sign-out")
    cookie = out.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
    secure = Settings(origin="https://linyue.example")
    assert session.cookie_name(secure) == "__Host-sid" and session.cookie_name(Settings()) == "sid"
