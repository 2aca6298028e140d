"""The listening socket. On PostgreSQL any number of processes share the port; on SQLite one process serves a folder."""

import asyncio
import fcntl
import gc
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from linyue.base.settings import Settings

MOST_HEAD = 64 * 1024
HEAD_WITHIN = 30.0
BODY_LOOKED_AT = 20.0
"""Seconds between two looks at a body that is still coming."""
BODY_LEAST = 8 * 1024
"""Bytes that have to come from one look to the next: a tenth of the slowest mobile line, far more than a trickle."""
COLLECT_AFTER = 50_000
"""Objects made and not yet let go."""


class AlreadyServed(Exception):
    """Another process serves this data folder, or something else holds the port; the text says which."""


def listening_socket(settings: Settings) -> socket.socket:
    """A bound socket for the server. Raises AlreadyServed when the port is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if not settings.is_sqlite:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise AlreadyServed(f"port {settings.port} on {settings.host}: {error.strerror}; set another PORT") from error
    listener.set_inheritable(False)
    return listener


def allow_many_sockets() -> int:
    """Lift this process's limit of open files as far as its user may: a hall has thousands. Returns the limit."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def collect_seldom() -> None:
    """Look for lost objects less often, and never among what is loaded at the start: a page leaves hardly any behind.

    Measured on a list of fifty matters: a seventh of the work of a page was the collector's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


def hold_folder(settings: Settings) -> int | None:
    """Claim a SQLite data folder for this process until it ends, however it ends; None on PostgreSQL.

    The room, the ballot writer and the limits of one process would not know of another's. Raises AlreadyServed.
    """
    if not settings.is_sqlite:
        return None
    settings.data.mkdir(parents=True, exist_ok=True)
    path: Path = settings.data / "serve.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise AlreadyServed(
            f"{settings.data}: another linyue serve uses this folder; SQLite allows one, PostgreSQL any number"
        ) from error
    return handle


class PatientHttp(HttpToolsProtocol):
    """The server's HTTP with an end to its patience: a head has a size and a time, a body a least speed."""

    _head = 0
    _body = 0
    _is_in_head = True
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there, who has this long to say what they want."""
        super().connection_made(transport)
        self._wait(HEAD_WITHIN, transport.close)

    def data_received(self, data: bytes) -> None:
        """Bytes; a head that does not end by its limit ends the connection."""
        self._head += len(data)
        self._body += len(data)
        super().data_received(data)
        if self._is_in_head and self._head > MOST_HEAD and not self.transport.is_closing():
            self.send_400_response("Request head too large.")

    def on_message_begin(self) -> None:
        """A request begins, the first one or a later one of the same connection."""
        self._head, self._is_in_head = 0, True
        if self._late is None:
            self._wait(HEAD_WITHIN, self.transport.close)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is complete; a body may follow."""
        self._is_in_head, self._body = False, 0
        self._wait(BODY_LOOKED_AT, self._look)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._stop_waiting()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Wait on for a body that comes; one that only drips is cut off, unless it is us who read slowly."""
        self._late = None
        if self.transport.get_protocol() is not self:  # a socket by now
            return
        is_ours = self.flow is not None and self.flow.read_paused
        if is_ours or self._body >= BODY_LEAST:
            self._body = 0
            self._wait(BODY_LOOKED_AT, self._look)
        else:
            self.transport.close()

    def _wait(self, seconds: float, then: Callable[[], object]) -> None:
        self._stop_waiting()
        self._late = self.loop.call_later(seconds, then)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
