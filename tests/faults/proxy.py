"""A bad line between phones and server: delays, drops, resets in the middle of a frame, half-open lines, repeated bytes, a trickle.

One seed draws the same fate for the same line. Each connection gets a fate of its own when it opens.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Self

CHUNK = 4096
FATES = ("clean", "delay", "drop", "reset", "half_open", "deaf", "repeat", "trickle")


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one connection, in which direction ("up": to the server), and after how many bytes."""

    kind: str
    direction: str
    after: int
    delay: float


class BadLine:
    """`async with BadLine(host, port, seed) as line:` listens on `line.port` and passes everything on, badly."""

    def __init__(
        self,
        host: str,
        port: int,
        seed: object,
        *,
        fates: tuple[str, ...] = FATES,
        longest: float = 2.0,
        at: str = "127.0.0.1",
    ) -> None:
        self.at = at
        self.target, self.chance, self.fates, self.longest = (host, port), Random(f"line:{seed}"), fates, longest
        self.port = 0
        self.drawn: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.at, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut_all(self) -> None:
        """Everybody loses the line at once, as when a lift or a tunnel swallows the hall."""
        for task in tuple(self._tasks):
            task.cancel()

    def draw(self) -> Fate:
        """The next connection's fate."""
        kind = self.chance.choice(self.fates)
        self.drawn[kind] += 1
        return Fate(
            kind,
            self.chance.choice(("up", "down")),
            self.chance.randrange(1, 3000),
            self.chance.uniform(0.05, self.longest),
        )

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far: asyncio.StreamWriter | None = None
        try:
            far_reader, far = await asyncio.open_connection(*self.target)
            fate = self.draw()
            pipes = [
                asyncio.create_task(self._pipe(reader, far, fate if fate.direction == "up" else None)),
                asyncio.create_task(self._pipe(far_reader, writer, fate if fate.direction == "down" else None)),
            ]
            try:
                done, _ = await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
                if any(pipe.result() == "half_open" for pipe in done):
                    await asyncio.wait(pipes)  # one side thinks that all is well
            finally:
                for pipe in pipes:
                    pipe.cancel()
                await asyncio.gather(*pipes, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            for end in (writer, far):
                if end is not None:
                    end.transport.abort()

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fate: Fate | None) -> str:
        passed = 0
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                turn = fate is not None and passed + len(data) > fate.after
                passed += len(data)
                if fate is None or not (turn or fate.kind in ("delay", "trickle")):
                    writer.write(data)
                elif fate.kind == "delay":
                    await asyncio.sleep(fate.delay)
                    writer.write(data)
                elif fate.kind == "trickle" and turn:
                    for byte in data:
                        writer.write(bytes([byte]))
                        await asyncio.sleep(1.0)
                elif fate.kind == "drop":
                    continue  # these bytes never arrive; whatever follows is torn
                elif fate.kind == "reset":
                    writer.write(data[: len(data) // 2])  # half a frame, then nothing
                    return "reset"
                elif fate.kind in ("half_open", "deaf"):
                    return await self._swallow(reader, fate.kind)
                elif fate.kind == "repeat":
                    writer.write(data + data)
                    fate = None
                else:
                    writer.write(data)
                await writer.drain()
        return "ended"

    async def _swallow(self, reader: asyncio.StreamReader, kind: str) -> str:
        """Take what comes and pass nothing on; a deaf line stops even taking."""
        if kind == "deaf":
            await asyncio.Event().wait()
        while await reader.read(CHUNK):
            pass
        return "half_open"
