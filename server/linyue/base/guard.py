"""What every request passes before a handler: known host, same site, nonce and headers. HTTP and sockets alike."""

import re
import secrets
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from linyue.base.settings import Settings

log = structlog.get_logger()
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FROM_ANYWHERE = ("/csp-report", "/open311/v2/")
"""Addresses that take a post from any site: whoever sends it is nobody there, signed in or not."""
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?")
"""A host and perhaps a port; the header goes into the content policy, so nothing else may be in it."""


def same_site(headers: Headers, settings: Settings, *, is_socket: bool) -> bool:
    """Whether a request that may change something comes from our own pages.

    An Origin decides when there is one; without it Sec-Fetch-Site must say same-origin. A browser's socket always has
    an Origin, so a socket without one is refused. `none` is a typed address and never an unsafe method of a page.
    """
    origin = headers.get("origin")
    if origin is not None:
        return origin in _own_origins(headers, settings)
    return not is_socket and headers.get("sec-fetch-site") == "same-origin"


def _own_origins(headers: Headers, settings: Settings) -> set[str]:
    if settings.origin:
        return {settings.origin.rstrip("/")}
    return {f"http://{headers.get('host', '')}"}  # loopback only: the host was checked against the allow-list


def known_host(headers: Headers, settings: Settings) -> bool:
    """Whether the Host header names this server."""
    found = HOST.fullmatch(headers.get("host", ""))
    return found is not None and found[1] in settings.allowed_hosts


def content_policy(nonce: str, settings: Settings, host: str) -> str:
    """The Content-Security-Policy of a page; old WebKit does not count wss as 'self', so it is named."""
    socket_origin = settings.origin.replace("https://", "wss://").rstrip("/") if settings.origin else f"ws://{host}"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' blob:",
            f"connect-src 'self' {socket_origin}",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "report-uri /csp-report",
        )
    )


class GuardMiddleware:
    """Refuses foreign hosts and cross-site changes; adds the security headers to every response."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if known_host(headers, self.settings) and same_site(headers, self.settings, is_socket=True):
            await self.app(scope, receive, send)
            return
        socket = WebSocket(scope, receive, send)
        await socket.send_denial_response(PlainTextResponse("cross-site", status_code=403))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        is_ours = known_host(headers, self.settings)
        policy = content_policy(nonce, self.settings, headers["host"] if is_ours else "localhost")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), policy, scope["path"])
            await send(message)

        if not is_ours:
            await PlainTextResponse("unknown host", status_code=421)(scope, receive, send_with_headers)
            return
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:  # PostgreSQL cannot hold it
            await PlainTextResponse("bad address", status_code=400)(scope, receive, send_with_headers)
            return
        may_change = scope["method"] not in SAFE_METHODS and not scope["path"].startswith(FROM_ANYWHERE)
        if may_change and not same_site(headers, self.settings, is_socket=False):
            log.warning("guard.cross_site", origin=urlsplit(headers.get("origin", "")).netloc)
            await PlainTextResponse("cross-site request refused", status_code=403)(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

    def _add_headers(self, headers: MutableHeaders, policy: str, path: str) -> None:
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if self.settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
            for place, (name, value) in enumerate(headers.raw):
                if name == b"set-cookie" and b"; secure" not in value.lower():
                    headers.raw[place] = (name, value + b"; Secure")
        if not path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
