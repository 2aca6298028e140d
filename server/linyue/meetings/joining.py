"""The way into a meeting as an address and as a QR code."""

from io import BytesIO

import segno
from starlette.requests import Request

from linyue.meetings.model import Meeting


def site_address(request: Request) -> str:
    """Address of this site as people type it."""
    origin: str = request.app.state.settings.origin.rstrip("/")
    return origin or f"http://{request.headers.get('host', '')}"


def join_address(request: Request, meeting: Meeting) -> str:
    """Where a QR code leads."""
    site = site_address(request)
    return f"{site}/live/{meeting.join_code}" if meeting.join_code else site


def door_address(request: Request, meeting: Meeting) -> str:
    """Where the code at the door leads: whoever scans it is in the hall. The code only hangs there."""
    return f"{join_address(request, meeting)}/door"


def qr_svg(text: str) -> bytes:
    """A QR code as a picture: level M, a margin of four modules."""
    picture = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(picture, kind="svg", border=4, dark="#15211D", light="#FFFFFF", svgclass=None, lineclass=None, scale=4)
    return picture.getvalue()
