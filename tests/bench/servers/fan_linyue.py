"""The product's own sockets and the product's own way of publishing to a room, on its server."""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from linyue.base.frames import RoomSocket, text_frame
from linyue.base.sockets import Line
from linyue.rounds.live_rooms import Member, Room, Rooms
from tests.bench.servers.payload import TEXT

room = Room(1, Rooms())
running: set[asyncio.Task[None]] = set()


class Listener:
    """Anybody's message makes the room publish."""

    def __init__(self) -> None:
        self.line = Line(self)

    async def on_text(self, _text: str) -> None:
        await room.publish("turnout", text_frame(TEXT))

    def on_too_fast(self) -> None:
        task = asyncio.create_task(self.on_text(""))  # the generator asks more often than a person may
        running.add(task)
        task.add_done_callback(running.discard)

    def on_gone(self) -> None:
        room.lines.pop(self.line, None)


async def handle(websocket: WebSocket) -> None:
    """One listener."""
    await websocket.accept()
    listener = Listener()
    room.lines[listener.line] = Member(None, None, "")
    await listener.line.open(websocket)


if __name__ == "__main__":
    app = Starlette(routes=[WebSocketRoute("/", handle)])
    uvicorn.run(
        app, port=int(sys.argv[1]), ws=RoomSocket, ws_per_message_deflate=False, ws_ping_interval=None, ws_max_size=4096,
        log_config=None, access_log=False, lifespan="off", backlog=4096,
    )  # fmt: skip
