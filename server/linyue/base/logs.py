"""Structured logs without personal data: one line a request, keys from an allow-list, never bodies, codes or phones."""

import logging
import os
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
FORBIDDEN_KEYS = frozenset({"phone", "code", "token", "choice", "otp", "password", "name_text"})


def _redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in FORBIDDEN_KEYS & event.keys():
        event[key] = "[removed]"
    return event


def _say_who(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # Asked for each line: a process may be a fork of the one that was set up.
    event["pid"] = os.getpid()
    return event


class _StandardError:
    """Whatever standard error is when a line is written: it may have been changed since the set-up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def set_up(level: str) -> None:
    """Send JSON lines to standard error."""
    out = cast(TextIO, _StandardError())
    logging.basicConfig(stream=out, level=getattr(logging, level.upper(), logging.INFO), format="%(message)s")
    for noisy in ("uvicorn.access", "tortoise", "arq", "aiosqlite"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(NoAddresses())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _say_who,
            _redact,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(file=out),
        cache_logger_on_first_use=True,
    )


def error_number() -> str:
    """A short number to find one failure by."""
    return secrets.token_hex(4)


def failure(error: BaseException) -> dict[str, Any]:
    """What is logged of a fault: its kind and the last steps to it, without its words, which may be somebody's data."""
    steps = traceback.extract_tb(error.__traceback__)[-6:]
    where = [f"{step.filename.rpartition('/site-packages/')[2]}:{step.lineno} {step.name}" for step in steps]
    return {"error": type(error).__name__, "where": where}


BELOW = ('%s - "WebSocket', "Exception in ASGI", "Invalid UTF-8", "connection open", "connection closed")


class NoAddresses(logging.Filter):
    """Drops lines of the server beneath that our own say better: sockets with the caller's address and the secret of
    their link, failures with the words of the error, bytes that anybody may send.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(BELOW)


class RequestLog:
    """One line for each request: route, status, milliseconds. The path holds no personal data by design."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/static/", "/healthz")):
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            route = scope.get("route")
            log.info(
                "request",
                method=scope["method"],
                route=getattr(route, "path", "-"),
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
