"""What several pages of this slice do with a browser: bind a code to it, put a session into it."""

from typing import TypedDict
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from linyue.base import session
from linyue.base.pages import redirect
from linyue.people.rules import device_words
from linyue.people.service_sign_in import SignedIn

COOKIE = "sign-in"
COOKIE_LIFE = 20 * 60


class Browser(TypedDict):
    """Which browser signs in, and the session it had."""

    device: str
    replaces: int | None


def browser_of(request: Request) -> Browser:
    """The browser in two words, and the session that a new one takes the place of."""
    present = request.state.session
    device = device_words(request.headers.get("user-agent", ""))
    return {"device": device, "replaces": present.id if present is not None else None}


def set_code_cookie(request: Request, response: Response, name: str, token: str, path: str) -> None:
    """Bind a code to this browser for as long as it can be used."""
    is_https = request.app.state.settings.is_https
    response.set_cookie(name, token, max_age=COOKIE_LIFE, path=path, secure=is_https, httponly=True, samesite="lax")


def let_in(request: Request, done: SignedIn, going_on: str) -> Response:
    """Put the new session into the browser and go on; staff show their second factor first."""
    needs_factor = done.is_staff and done.row.second_factor_at is None
    response = redirect(f"/second-factor?next={quote(going_on, safe='')}" if needs_factor else going_on)
    session.set_cookie(response, request.app.state.settings, done.token)
    response.delete_cookie(COOKIE, path="/sign-in")
    return response
