"""The load generator: a process of its own on a core of its own, raw epoll, bytes counted. Never part of the product.

`Load` runs in the child; the parent calls its methods over a pipe (`start_load`). Each measurement says what share of its
time the generator was busy, so that a reader sees when it, and not the server, was the limit.
"""

import multiprocessing
import os
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from linyue.base.listen import allow_many_sockets
from tests.bench.frames import handshake, masked
from tests.bench.hall_load import HallLoad
from tests.bench.opens_load import OpensLoad
from tests.bench.pages_load import PagesLoad

READY = 60.0
BUSY = 0.9
"""A generator busy for more than this part of a measurement may have been the limit."""


class Load:
    """Everything the parent may ask for."""

    def __init__(self) -> None:
        self.groups: dict[str, FanOut] = {}
        self.hall, self.browsers = HallLoad(), PagesLoad()
        self.opens = OpensLoad(self.hall)

    def ceiling(self, sockets: int = 1000, each: int = 50) -> float:
        """Messages of 304 bytes a second that this generator can take in when nobody has to send them."""
        pairs = [socket.socketpair() for _ in range(sockets)]
        poll = select.epoll()
        held = {}
        for mine, theirs in pairs:
            mine.setblocking(False)
            theirs.setblocking(False)
            poll.register(mine, select.EPOLLIN)
            held[mine.fileno()] = mine
        rates = []
        for _ in range(each):
            for _, theirs in pairs:
                theirs.send(b"x" * 304)
            begun = time.perf_counter()
            _drain(poll, held, sockets * 304, begun + READY)
            rates.append(sockets / (time.perf_counter() - begun))
        for pair in pairs:
            for one in pair:
                one.close()
        return sorted(rates)[len(rates) // 2]

    def fan_open(self, name: str, port: int, count: int, kind: str = "ws") -> float:
        """Open so many sockets; returns seconds."""
        begun = time.perf_counter()
        self.groups[name] = FanOut(port, count, kind)
        return time.perf_counter() - begun

    def fan_round(self, name: str, times: int) -> dict[str, float]:
        """So many broadcasts, one after the other: deliveries a second, bytes, and how busy the generator was."""
        return self.groups[name].measure(times)

    def fan_close(self, name: str) -> None:
        """Hang up."""
        self.groups.pop(name).close()


class FanOut:
    """Many listeners of one server; one of them asks for a broadcast."""

    def __init__(self, port: int, count: int, kind: str) -> None:
        self.poll = select.epoll()
        self.held: dict[int, socket.socket] = {}
        path = "/socket.io/?EIO=4&transport=websocket" if kind == "socketio" else "/"
        for start in range(0, count, 100):
            self._open(port, path, min(100, count - start), kind)
        self.go = masked(b'42["go"]' if kind == "socketio" else b"go")
        self.asker = next(iter(self.held.values()))
        self.frame_bytes = self._learn()

    def _open(self, port: int, path: str, count: int, kind: str) -> None:
        fresh = []
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", port), timeout=READY)
            one.sendall(handshake(path, f"127.0.0.1:{port}"))
            fresh.append(one)
        for one in fresh:
            got = b""
            while b"\r\n\r\n" not in got:
                part = one.recv(4096)
                assert part, got
                got += part
            assert b" 101 " in got.split(b"\r\n")[0], got
            if kind == "socketio":
                one.sendall(masked(b"40"))
                while b"40{" not in got:
                    got += one.recv(4096)
            one.setblocking(False)
            self.held[one.fileno()] = one
            self.poll.register(one, select.EPOLLIN)

    def _learn(self) -> int:
        """Bytes of one broadcast on one socket: asked for once, read until it is quiet, the same on every socket."""
        self.asker.send(self.go)
        got = dict.fromkeys(self.held, 0)
        until = time.perf_counter() + READY
        while time.perf_counter() < until and (min(got.values()) == 0 or self.poll.poll(0.5)):
            for fd, _ in self.poll.poll(0.5):
                got[fd] += len(self.held[fd].recv(65536))
        sizes = set(got.values())
        assert len(sizes) == 1, f"not every socket got the same: {sorted(sizes)[:5]}"
        return sizes.pop()

    def measure(self, times: int) -> dict[str, float]:
        """See Load.fan_round."""
        wanted = self.frame_bytes * len(self.held)
        busy, begun = time.process_time(), time.perf_counter()
        for _ in range(times):
            self.asker.send(self.go)
            _drain(self.poll, self.held, wanted, time.perf_counter() + READY)
        seconds = time.perf_counter() - begun
        return {
            "rate": times * len(self.held) / seconds,
            "bytes": float(times * wanted),
            "busy": (time.process_time() - busy) / seconds,
        }

    def close(self) -> None:
        """Hang up."""
        for one in self.held.values():
            one.close()
        self.poll.close()


def _drain(poll: select.epoll, held: dict[int, socket.socket], wanted: int, until: float) -> None:
    buffer = bytearray(65536)
    got = 0
    while got < wanted:
        ready = poll.poll(1.0)
        for fd, _ in ready:
            got += held[fd].recv_into(buffer)
        assert ready or time.perf_counter() < until, f"{got} of {wanted} bytes came"
    assert got == wanted, f"{got} bytes instead of {wanted}"


class Handle:
    """The parent's end: `load.call("fan_round", name, times)`."""

    def __init__(self, core: int | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, core), daemon=True)
        self._process.start()

    def call(self, name: str, *words: Any, **named: Any) -> Any:
        """Run a method of Load in the child. Raises what it raised, as text."""
        self._pipe.send((name, words, named))
        fault, found = self._pipe.recv()
        if fault:
            raise RuntimeError(f"load generator, {name}: {fault}")
        return found

    def stop(self) -> None:
        """End the child."""
        with suppress(OSError):
            self._pipe.send(None)
        self._process.join(10)
        self._process.kill()


def _serve(pipe: Connection, core: int | None) -> None:
    allow_many_sockets()
    if core is not None:
        os.sched_setaffinity(0, {core})
    load = Load()
    while True:
        while not pipe.poll(1.0):
            load.hall.idle()
        asked = pipe.recv()
        if asked is None:
            return
        name, words, named = asked
        owner: Any = next(one for one in (load.hall, load.browsers, load.opens, load) if hasattr(one, name))
        method: Callable[..., Any] = getattr(owner, name)
        try:
            pipe.send(("", method(*words, **named)))
        except Exception as error:
            pipe.send((f"{type(error).__name__}: {error}", None))
