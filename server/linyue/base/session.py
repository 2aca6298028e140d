"""Sign-in sessions kept in the database: opaque token in the cookie, hash in the table, ended in one place."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from copy import copy
from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from linyue.base import bus, clock
from linyue.base.crypto import token_hash
from linyue.base.db import unit_of_work
from linyue.base.model import Session
from linyue.base.policy import NOBODY, Actor
from linyue.base.prefs import read_prefs
from linyue.base.settings import Settings
from linyue.base.together import Together

RESIDENT_IDLE, RESIDENT_LONGEST = timedelta(days=14), timedelta(days=90)
STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=30), timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

LoadActor = Callable[[Session, str], Awaitable[Actor]]


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to https and this host; plain http is allowed on this machine only."""
    return "__Host-sid" if settings.is_https else "sid"


async def begin(
    person_id: int, *, is_staff: bool, device: str = "", has_second_factor: bool = False
) -> tuple[Session, str]:
    """Open a session; returns the row and the token for the cookie. A new sign-in always gets a new token.

    `is_staff` gives it the short life of a staff sign-in; staff roles work only with `has_second_factor`.
    """
    token = secrets.token_urlsafe(32)
    real = clock.real_now()
    row = await Session.create(
        token_hash=token_hash(token),
        csrf=secrets.token_urlsafe(24),
        person_id=person_id,
        device=device[:120],
        is_staff=is_staff,
        second_factor_at=real if has_second_factor else None,
        created_at=real,
        seen_at=real,
    )
    return row, token


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Put the session's token into the browser."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(RESIDENT_LONGEST.total_seconds()),
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, settings: Settings) -> None:
    """Take the token out of the browser."""
    response.delete_cookie(cookie_name(settings), path="/", secure=settings.is_https, httponly=True, samesite="lax")


async def end(session_id: int) -> None:
    """End one session; sockets that live on it are told after commit, and close."""
    async with unit_of_work() as work:
        if await Session.filter(id=session_id, ended_at__isnull=True).update(ended_at=clock.real_now()):
            work.publish("sessions", bus.Event("sessions", "SessionEnded", {"session_id": session_id}))


async def end_all(person_id: int, *, but: int | None = None) -> None:
    """End every session of a person (a lost phone, a changed role), except perhaps the present one."""
    for row in await Session.filter(person_id=person_id, ended_at__isnull=True):
        if row.id != but:
            await end(row.id)


async def find(token: str) -> Session | None:
    """The live session of a token; None when it ended, idled out or reached its longest life."""
    found = await _found.of(token_hash(token))
    if found is None:
        return None
    row = copy(found)  # two requests of one browser, answered by one read
    real = clock.real_now()
    idle, longest = (STAFF_IDLE, STAFF_LONGEST) if row.is_staff else (RESIDENT_IDLE, RESIDENT_LONGEST)
    if real - row.seen_at > idle or real - row.created_at > longest:
        return None
    if real - row.seen_at > SEEN_EVERY:
        await Session.filter(id=row.id).update(seen_at=real)
    return row


async def _of_hashes(hashes: Sequence[str]) -> dict[str, Session]:
    return {row.token_hash: row for row in await Session.filter(token_hash__in=hashes, ended_at__isnull=True)}


_found: Together[str, Session] = Together(_of_hashes)
"""Hash of a token -> its session, for all who ask at the moment: after a restart a whole hall does."""


async def seen(ids: Iterable[int]) -> None:
    """Note that these sessions are in use; for lines, which do this for many at once."""
    real = clock.real_now()
    await Session.filter(id__in=list(ids), seen_at__lt=real - SEEN_EVERY).update(seen_at=real)


class SessionMiddleware:
    """Puts `actor`, `session` and `prefs` into the state of every request and socket."""

    def __init__(self, app: ASGIApp, settings: Settings, load_actor: LoadActor) -> None:
        self.app = app
        self.cookie = cookie_name(settings)
        self.load_actor = load_actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        state = scope.setdefault("state", {})
        prefs = read_prefs(connection)
        state.update(prefs=prefs, session=None, actor=Actor(lang=prefs.lang))
        token = connection.cookies.get(self.cookie, "")
        if token and not scope["path"].startswith("/static/"):
            row = await find(token)
            if row is not None:
                state["session"] = row
                state["actor"] = await self.load_actor(row, prefs.lang)
        await self.app(scope, receive, send)


__all__ = [
    "NOBODY",
    "SessionMiddleware",
    "begin",
    "drop_cookie",
    "end",
    "end_all",
    "find",
    "seen",
    "set_cookie",
]
