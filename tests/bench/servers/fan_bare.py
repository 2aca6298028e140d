"""Bare `websockets`: its own server and its `broadcast()`."""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.bench.servers.payload import TEXT

listeners: set[ServerConnection] = set()


async def handle(connection: ServerConnection) -> None:
    """One listener."""
    listeners.add(connection)
    try:
        async for _ in connection:
            broadcast(listeners, TEXT)
    finally:
        listeners.discard(connection)


async def main(port: int) -> None:
    """Serve until killed."""
    async with serve(handle, "127.0.0.1", port, compression=None, ping_interval=None, backlog=4096):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
