"""A browser without script for in-process tests: cookies, the headers a browser sends, and the form token of its session."""

from types import TracebackType
from typing import Any, Self

import httpx2
from starlette.applications import Starlette

from linyue.base import session
from linyue.base.forms import CSRF_FIELD
from linyue.base.model import Session
from linyue.base.settings import Settings

ORIGIN = "http://127.0.0.1:8000"


class Client(httpx2.AsyncClient):
    """`get` and `post` as in httpx; `post` adds the form token. Redirects are shown, not followed, unless asked."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        super().__init__(
            transport=httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000)),
            base_url=ORIGIN,
            headers={"origin": ORIGIN, "sec-fetch-site": "same-origin", "accept-language": "zh-CN"},
        )
        self.settings = settings
        self.session: Session | None = None

    async def sign_in_as(self, person: Any, *, is_staff: bool = False) -> Session:
        """Begin a session for a person (row or id), as a finished sign-in would; `is_staff` = with the second factor."""
        person_id = person if isinstance(person, int) else int(person.id)
        row, token = await session.begin(person_id, is_staff=is_staff, has_second_factor=is_staff)
        self.cookies.set(session.cookie_name(self.settings), token, domain="127.0.0.1")
        self.session = row
        return row

    def sign_out(self) -> None:
        """Forget the session, as a closed private window does."""
        self.cookies.clear()
        self.session = None

    async def send_form(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx2.Response:
        """Post a form the way a page of ours does: with the token of the session."""
        filled = dict(data or {})
        if self.session is not None:
            filled.setdefault(CSRF_FIELD, self.session.csrf)
        return await self.post(path, data=filled, **more)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        value: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await super().__aexit__(kind, value, trace)
