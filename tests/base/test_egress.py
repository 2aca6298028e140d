"""The only way out: real receivers on this machine, and everything that must not be called."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from linyue.base import egress
from linyue.base.egress import NotSent
from linyue.base.settings import BadSetting, read_settings
from linyue.people import sms


class Receiver(HTTPServer):
    """Keeps what it is sent; answers as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[str, str]] = []
        self.headers: list[Message] = []
        self.status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/witness?site=1"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.got.append((self.path, body))
        self.server.headers.append(self.headers)
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("location", "http://127.0.0.1:9/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_named_receiver_gets_the_text(receiver: Receiver) -> None:
    egress.post_text(receiver.url, "检查点\n", {"127.0.0.1"})
    assert receiver.got == [("/witness?site=1", "检查点\n")]


def test_a_value_goes_with_its_token(receiver: Receiver) -> None:
    egress.post_json(receiver.url, {"phone": "+8613800000000", "text": "验证码"}, {"127.0.0.1"}, "t0ken")
    (path, body), headers = receiver.got[0], receiver.headers[0]
    assert json.loads(body) == {"phone": "+8613800000000", "text": "验证码"} and path == "/witness?site=1"
    assert (headers["content-type"], headers["authorization"]) == ("application/json", "Bearer t0ken")


async def test_text_messages_leave_by_the_address_of_the_settings(receiver: Receiver) -> None:
    env = {"LINYUE_SMS": "http", "LINYUE_SMS_URL": receiver.url, "LINYUE_SMS_TOKEN": "t0ken"}
    gateway = sms.gateway_of(read_settings(env | {"LINYUE_EGRESS_ALLOW": "127.0.0.1"}))
    await gateway("+8613800000000", "验证码 123456")
    receiver.status = 503
    await gateway("+8613800000001", "验证码 654321")  # a provider that is down harms nobody
    async with asyncio.timeout(20):
        while len(receiver.got) < 2:
            await asyncio.sleep(0.02)
    assert sorted(json.loads(body)["phone"][-1] for _, body in receiver.got) == ["0", "1"]
    assert {headers["authorization"] for headers in receiver.headers} == {"Bearer t0ken"}


def test_this_machine_is_not_called_by_itself(receiver: Receiver) -> None:
    """A loopback sentinel sees no connection, however its address is written."""
    port = receiver.server_port
    for host in (
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ):
        for scheme in ("http", "https"):
            with pytest.raises(NotSent):
                egress.post_text(f"{scheme}://{host}:{port}/", "x", ())
    with pytest.raises(NotSent):
        egress.post_text(f"https://user@127.0.0.1:{port}/", "x", {"127.0.0.1"})
    assert receiver.got == []


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1", "::1", "fe80::1", "fc00::1",
     "::ffff:10.0.0.1", "224.0.0.1", "ff02::1", "2002:7f00:1::"],
)  # fmt: skip
def test_private_addresses_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]
    )
    with pytest.raises(NotSent, match="private"):
        egress.pinned("witness.example", 443, ())
    assert egress.pinned("witness.example", 443, {"witness.example"}) == "93.184.216.34"


def test_the_call_goes_to_the_address_that_was_looked_at(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently the second time gains nothing: it is asked once."""
    asked: list[str] = []
    true = socket.getaddrinfo

    def once(host: str, *more: object, **named: object) -> object:
        asked.append(host)
        if host == "witness.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.server_port))]
        return true(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    egress.post_text(f"http://witness.example:{receiver.server_port}/", "x", {"witness.example"})
    assert asked.count("witness.example") == 1 and len(receiver.got) == 1


def test_redirects_and_errors_are_not_followed(receiver: Receiver) -> None:
    for status in (302, 404, 500):
        receiver.status = status
        with pytest.raises(NotSent, match=str(status)):
            egress.post_text(receiver.url, "x", {"127.0.0.1"})
    assert len(receiver.got) == 3


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for call in (
        lambda: egress.post_text(f"http://127.0.0.1:{port}/", "x", {"127.0.0.1"}),
        lambda: egress.send_mail(f"127.0.0.1:{port}", "", "w@example.org", "s", "x", {"127.0.0.1"}),
    ):
        with pytest.raises(NotSent):
            call()


class Mailbox(threading.Thread):
    """A mail server of twenty lines: takes one mail and keeps it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lines: list[str] = []
        self.start()

    def run(self) -> None:
        link, _ = self.listener.accept()
        with link, link.makefile("rwb") as file:

            def say(text: str) -> None:
                file.write(f"{text}\r\n".encode())
                file.flush()

            say("220 mailbox")
            is_data = False
            for raw in file:
                line = raw.decode().rstrip("\r\n")
                self.lines.append(line)
                if is_data:
                    is_data = line != "."
                    if not is_data:
                        say("250 kept")
                elif line.upper() == "DATA":
                    is_data = True
                    say("354 go on")
                elif line.upper() == "QUIT":
                    say("221 bye")
                    break
                else:
                    say("250 mailbox")
        self.listener.close()


def test_mail_goes_to_the_named_server() -> None:
    mailbox = Mailbox()
    egress.send_mail(
        f"127.0.0.1:{mailbox.port}",
        "site@example.org",
        "witness@example.org",
        "会 1",
        "linyue/checkpoint/v1\n",
        {"127.0.0.1"},
    )
    mailbox.join(10)
    assert "rcpt TO:<witness@example.org>" in mailbox.lines and "linyue/checkpoint/v1" in mailbox.lines
    with pytest.raises(NotSent, match="private"):
        egress.send_mail(f"127.0.0.1:{mailbox.port}", "", "w@example.org", "s", "x", ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"LINYUE_WITNESS_URL": "ftp://x"},
        {"LINYUE_WITNESS_URL": "http://witness.example/"},
        {"LINYUE_WITNESS_MAIL": "w@example.org"},
    ],
)
def test_settings_that_cannot_work_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        read_settings(wrong)
    read_settings({"LINYUE_WITNESS_URL": "http://127.0.0.1:9/", "LINYUE_EGRESS_ALLOW": "127.0.0.1"})
