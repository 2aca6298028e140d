"""A line: what it sends, and what happens when the other side is already gone."""

from __future__ import annotations

import asyncio

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from linyue.base.sockets import Line


async def test_a_frame_after_the_other_side_closed_is_dropped_in_silence() -> None:
    is_gone, ended = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def show(socket: WebSocket) -> None:
        await socket.accept()
        await is_gone.wait()
        line = Line(socket)
        line.state("now", 1, "{}")
        try:
            await line.send_all()
        except Exception as error:
            ended.set_result(error)
        else:
            ended.set_result(None)

    app = Starlette(routes=[WebSocketRoute("/", show)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="websockets-sansio", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/") as phone:
            await phone.close()
        is_gone.set()
        assert await ended is None
        server.should_exit = True
        await serving
