"""The product's whole server with one thing changed: a room tells its phones by a loop over Starlette's `send_text`.

Settings come from the environment, as for `linyue serve`.
"""

import uvicorn

from linyue.base.frames import AsgiWire, Frame
from linyue.base.listen import PatientHttp, listening_socket
from linyue.base.settings import read_settings
from linyue.base.sockets import Line
from linyue.rounds.live_rooms import Room


async def loop(room: Room, _kind: str, built: Frame) -> None:
    """What Room.publish does in a few lines, waiting for each phone."""
    for line in tuple(room.lines):
        wire = line.wire
        if isinstance(wire, AsgiWire) and isinstance(line, Line):
            try:
                await wire.socket.send_text(built.text)
            except Exception:
                continue


if __name__ == "__main__":
    Room.publish = loop  # type: ignore[method-assign]
    settings = read_settings()
    config = uvicorn.Config(
        "linyue.app:make_app", factory=True, http=PatientHttp, ws="websockets-sansio", ws_max_size=4096,
        ws_per_message_deflate=False, access_log=False, log_config=None, timeout_graceful_shutdown=2,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening_socket(settings)])
