"""The listening socket. On PostgreSQL any number of processes share the port; on SQLite one process serves a folder."""

import fcntl
import os
import socket
from pathlib import Path

from linyue.base.settings import Settings


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
