"""Browsers for the load generator: a few connections, each asking for the same page again once it has it."""

import asyncio
import time
from statistics import quantiles


class PagesLoad:
    """What the parent may ask for."""

    def pages(self, port: int, path: str, browsers: int, seconds: float) -> dict[str, float]:
        """Pages a second, bytes of one page, milliseconds at the 50th and 99th percent."""
        return asyncio.run(_ask(port, path, browsers, seconds))


async def _ask(port: int, path: str, browsers: int, seconds: float) -> dict[str, float]:
    waits: list[float] = []
    size = 0
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: zh-CN\r\n\r\n".encode()
    end = time.perf_counter() + seconds

    async def browser() -> None:
        nonlocal size
        reader, sink = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            begun = time.perf_counter()
            sink.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            assert head.startswith("HTTP/1.1 200"), head
            lines = head.lower().split("\r\n")
            length = int(next(line for line in lines if line.startswith("content-length:")).split(":")[1])
            await reader.readexactly(length)
            size = length
            waits.append((time.perf_counter() - begun) * 1000)
        sink.close()

    busy, begun = time.process_time(), time.perf_counter()
    await asyncio.gather(*(browser() for _ in range(browsers)))
    took = time.perf_counter() - begun
    cuts = quantiles(waits, n=100, method="inclusive")
    return {
        "rate": len(waits) / took,
        "size": float(size),
        "p50": cuts[49],
        "p99": cuts[98],
        "busy": (time.process_time() - busy) / took,
    }
