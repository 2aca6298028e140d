"""The only way out: calls to addresses an operator named, never into the machine's own network.

A name is looked up once, every address it has must be public, and the call goes to that very address, so that a name
cannot answer differently the second time. Redirects are not followed. Hosts in LINYUE_EGRESS_ALLOW may be private.
Blocking functions: run them in a thread.
"""

import http.client
import json
import smtplib
import socket
import ssl
from collections.abc import Collection
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import urlsplit

TIMEOUT = 10.0


class NotSent(Exception):
    """The call was not made or not accepted; the text says why, without what was to be sent."""


def pinned(host: str, port: int, may_call: Collection[str]) -> str:
    """The address to call for a host. Raises NotSent for one that is not public, unless the host is allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent("the host has no address") from error
    addresses = [str(entry[4][0]) for entry in found]
    if host.lower() not in may_call and not all(_is_public(address) for address in addresses):
        raise NotSent("the host is in a private network; name it in LINYUE_EGRESS_ALLOW if that is meant")
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (mapped is None or mapped.is_global)


class _Plain(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT)


class _Encrypted(_Plain):
    default_port = 443

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def post_text(url: str, text: str, may_call: Collection[str]) -> None:
    """POST plain text to an address. Raises NotSent for anything but an answer of 200 to 299."""
    _post(url, text.encode(), {"Content-Type": "text/plain; charset=utf-8"}, may_call)


def post_json(url: str, body: object, may_call: Collection[str], token: str = "") -> None:
    """POST a JSON value to an address, with a bearer token where there is one. Raises NotSent likewise."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    _post(url, json.dumps(body, ensure_ascii=False).encode(), headers, may_call)


def _post(url: str, body: bytes, headers: dict[str, str], may_call: Collection[str]) -> None:
    parts = urlsplit(url)
    if parts.hostname is None or parts.scheme not in {"https", "http"} or parts.username is not None:
        raise NotSent("not an address that can be called")
    if parts.scheme == "http" and parts.hostname.lower() not in may_call:
        raise NotSent("plain http only to a host that is allowed")
    kind = _Encrypted if parts.scheme == "https" else _Plain
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        link = kind(parts.hostname, port, pinned(parts.hostname, port, may_call))
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            link.request("POST", path, body, headers)
            status = link.getresponse().status
        finally:
            link.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"no answer ({type(error).__name__})") from error
    if not 200 <= status < 300:
        raise NotSent(f"answered {status}")


class _Mail(smtplib.SMTP):
    def __init__(self, address: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self.address = address

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self.address, port), timeout)


def send_mail(server: str, sender: str, to: str, subject: str, text: str, may_call: Collection[str]) -> None:
    """Hand one mail to a mail server (host:port, port 25 without). Raises NotSent."""
    parts = urlsplit(f"//{server}")
    if parts.hostname is None:
        raise NotSent("not a mail server")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender or to, to, subject
    mail.set_content(text)
    try:
        port = parts.port or 25
        with _Mail(pinned(parts.hostname, port, may_call)) as link:
            link.connect(parts.hostname, port)
            link._host = parts.hostname  # type: ignore[attr-defined] # what the certificate must say
            link.ehlo()
            if link.has_extn("starttls"):
                link.starttls(context=ssl.create_default_context())
            link.send_message(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(f"the mail server did not take it ({type(error).__name__})") from error
