"""The other end of a WebSocket for the load generator: as little work a frame as Python allows."""

import base64
import secrets
import struct

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def handshake(path: str, host: str, headers: str = "") -> bytes:
    """A client's request to open a socket; `headers` are whole lines."""
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{headers}\r\n"
    ).encode()


def masked(body: bytes, opcode: int = TEXT) -> bytes:
    """A client's frame, masked with zeros: the server has the same work, the generator none."""
    head = bytes([0x80 | opcode])
    size = len(body)
    head += bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack("!H", size)
    return head + b"\0\0\0\0" + body


def split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames of a server in `data` as (opcode, body), and what is left over."""
    found = []
    at, end = 0, len(data)
    while end - at >= 2:
        size, head = data[at + 1] & 127, 2
        if size == 126:
            if end - at < 4:
                break
            size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
        elif size == 127:
            if end - at < 10:
                break
            size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
        if end - at < head + size:
            break
        found.append((data[at] & 15, data[at + head : at + head + size]))
        at += head + size
    return found, data[at:]
