"""Starlette as its documentation shows it: a list of sockets and a loop over `send_text`."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from tests.bench.servers.payload import TEXT

sockets: set[WebSocket] = set()


async def handle(websocket: WebSocket) -> None:
    """One listener."""
    await websocket.accept()
    sockets.add(websocket)
    try:
        async for _ in websocket.iter_text():
            for one in tuple(sockets):
                await one.send_text(TEXT)
    finally:
        sockets.discard(websocket)


if __name__ == "__main__":
    app = Starlette(routes=[WebSocketRoute("/", handle)])
    uvicorn.run(
        app, port=int(sys.argv[1]), ws="websockets-sansio", ws_per_message_deflate=False, ws_ping_interval=None,
        log_config=None, access_log=False, lifespan="off", backlog=4096,
    )  # fmt: skip
