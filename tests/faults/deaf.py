"""A phone that says hello and never reads again."""

import asyncio
import json
import socket
from urllib.parse import urlsplit

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.rounds.model import Topic
from linyue.upkeep.hall import Hall
from linyue.upkeep.phone import Door, Seat, post
from tests.conftest import opened


async def deaf(door: Door, hall: Hall, seat: Seat) -> socket.socket:
    """A socket in the room, with the smallest buffer there is, that says hello and never reads again."""
    _, body = await post(door, f"/live/{hall.room.code}/ticket", seat.cookie, {"csrf": seat.csrf})
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(line, (door.host, door.port))
    host, key = urlsplit(door.origin).netloc, "AAAAAAAAAAAAAAAAAAAAAA=="
    head = [f"GET /live/{hall.room.code}/socket HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
    head += [
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Origin: {door.origin}",
        f"Cookie: {seat.cookie}",
    ]
    await loop.sock_sendall(line, "\r\n".join([*head, "", ""]).encode())
    assert b" 101 " in await loop.sock_recv(line, 64)
    hello = json.dumps({"type": "hello", "data": {"protocol": 1, "ticket": json.loads(body)["ticket"]}}).encode()
    # Masked with zeros: allowed, and readable in a trace.
    await loop.sock_sendall(line, bytes([0x81, 0x80 | 126]) + len(hello).to_bytes(2, "big") + bytes(4) + hello)
    return line


async def long_walls(settings: Settings, hall: Hall, count: int) -> None:
    """So much on the walls that a room's state is large: every change then fills a deaf phone's buffers."""
    async with opened(settings):
        author, now = hall.people[0], clock.now()
        posted = [
            Topic(meeting_id=hall.meeting_id, author_id=author, text="漏水" * 30, posted_at=now) for _ in range(count)
        ]
        await Topic.bulk_create(posted)


async def is_cut(line: socket.socket) -> bool:
    """Whether the server has ended this line: everything it sent is read, then the end comes or it does not."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(2):
            while await loop.sock_recv(line, 2**16):
                pass
            return True
    except TimeoutError:
        return False
    except OSError:
        return True
