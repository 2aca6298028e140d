"""python-socketio as its documentation shows it: a room and `emit`."""

import sys

import socketio
import uvicorn

from tests.bench.servers.payload import GO, TEXT

server = socketio.AsyncServer(async_mode="asgi", ping_interval=3600, cors_allowed_origins="*")


@server.event
async def connect(sid: str, _environ: object) -> None:
    """One listener."""
    await server.enter_room(sid, "room")


@server.on(GO)
async def on_go(_sid: str, _data: object = None) -> None:
    """Anybody's message goes to the room."""
    await server.emit("turnout", TEXT, room="room")


if __name__ == "__main__":
    uvicorn.run(
        socketio.ASGIApp(server), port=int(sys.argv[1]), ws="websockets-sansio", ws_per_message_deflate=False,
        ws_ping_interval=None, log_config=None, access_log=False, lifespan="off", backlog=4096,
    )  # fmt: skip
