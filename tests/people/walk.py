"""Steps that a browser without script takes on several pages."""

import httpx2

from linyue.base import session
from tests.client import Client
from tests.people.conftest import Phones

SID = "sid"


async def adopt(client: Client) -> None:
    """Take the session that a sign-in put into the browser, for the form token of later posts."""
    token = client.cookies.get(SID)
    assert token
    client.session = await session.find(token)


async def walk_in(client: Client, phones: Phones, phone: str, next_page: str = "/me") -> httpx2.Response:
    """Number and code; returns the answer to the code."""
    asked = await client.send_form("/sign-in", {"phone": phone, "next": next_page})
    assert asked.status_code == 303 and asked.headers["location"].startswith("/sign-in/code")
    page = await client.get(asked.headers["location"])
    assert page.status_code == 200 and phone[-4:] in page.text and phone not in page.text
    return await client.send_form("/sign-in/code", {"code": phones.code(), "next": next_page})
