"""The limit of one core in Python: plain sockets and a loop over `send()`, no protocol after the handshake.

It checks nothing, keeps nothing and would lose bytes of a slow reader: a floor to compare with, not a server.
"""

import base64
import hashlib
import select
import socket
import struct
import sys

from tests.bench.servers.payload import TEXT

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def main(port: int) -> None:
    """Serve until killed."""
    body = TEXT.encode()
    frame = struct.pack("!BBH", 0x81, 126, len(body)) + body
    door = socket.create_server(("127.0.0.1", port), backlog=4096)
    door.setblocking(False)
    poll = select.epoll()
    poll.register(door, select.EPOLLIN)
    held: dict[int, socket.socket] = {}
    is_open: set[int] = set()
    while True:
        for fd, _ in poll.poll():
            if fd == door.fileno():
                one, _ = door.accept()
                one.setblocking(False)
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                held[one.fileno()] = one
                poll.register(one, select.EPOLLIN)
                continue
            data = held[fd].recv(4096)
            if not data:
                poll.unregister(fd)
                is_open.discard(fd)
                held.pop(fd).close()
            elif fd not in is_open:
                key = next(line for line in data.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
                accept = base64.b64encode(hashlib.sha1(key.split(b":")[1].strip() + GUID).digest())
                held[fd].send(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
                )
                is_open.add(fd)
            else:
                for one in held.values():
                    one.send(frame)


if __name__ == "__main__":
    main(int(sys.argv[1]))
