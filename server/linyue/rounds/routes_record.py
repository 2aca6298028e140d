"""Lines for the minutes, kept while the meeting runs: by the recorder from the room, by the chair from the console."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page
from linyue.meetings import service_floor
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.rules_floor import NOTE_LETTERS, EntryKind
from linyue.meetings.rules_rights import Act
from linyue.meetings.service import scope_of
from linyue.meetings.service_rights import stop_act
from linyue.rounds.finding import find_meeting, view_of
from linyue.rounds.pages import RoomView
from linyue.rounds.pages_record import KeptLine


class RecordForm(FormModel):
    """A line for the minutes; or which line is struck, and why. `back`: the chair wrote it on the console."""

    note: str = Field(default="", max_length=2000)
    seen: int = 0
    reason: str = Field(default="", max_length=400)
    back: str = Field(default="", max_length=8)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Lines for the minutes, for the chair and the recorder."""

    room: RoomView
    kept: list[KeptLine]
    limit: int
    form: Form[Any] | None


async def record_scope(request: Request) -> Scope:
    """Who holds which office in the meeting of the address."""
    return await scope_of(await find_meeting(request))


async def kept_lines(meeting_id: int) -> list[KeptLine]:
    """What was noted for the minutes so far, struck lines among them."""
    return [
        KeptLine(
            row.id,
            row.item.title_zh,
            row.text,
            row.author.display_name,
            row.raised_at,
            row.struck_at is not None,
            row.struck_reason,
        )
        for row in await service_floor.entries_of(meeting_id, EntryKind.NOTE)
    ]


async def record_page(request: Request) -> Response:
    """What was noted, and the next line."""
    return await _shown(request, await find_meeting(request), None, 200)


async def _shown(request: Request, meeting: Meeting, form: Form[Any] | None, status: int) -> Response:
    room = await view_of(request, meeting)
    shown = RecordPage(room, await kept_lines(meeting.id), NOTE_LETTERS, form)
    return render(request, "rounds/record.html", shown, status=status)


async def keep(request: Request) -> Response:
    """Write a line for the minutes."""
    meeting, form = await find_meeting(request), await read_form(request, RecordForm)
    sent = form.value or RecordForm()
    try:
        await stop_act(actor_of(request), Act.KEEP_NOTE, meeting)
        await service_floor.note(actor_of(request), meeting.id, sent.note)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _shown(request, meeting, form, 422)
    return _back(meeting, sent, "rounds-flash-note-kept")


async def strike(request: Request) -> Response:
    """Strike a line; it stays readable."""
    meeting, form = await find_meeting(request), await read_form(request, RecordForm)
    sent = form.value or RecordForm()
    try:
        await stop_act(actor_of(request), Act.KEEP_NOTE, meeting)
        await service_floor.strike_note(actor_of(request), meeting.id, sent.seen, sent.reason)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _shown(request, meeting, form, 422)
    return _back(meeting, sent, "rounds-flash-note-struck")


def _back(meeting: Meeting, sent: RecordForm, flash: str) -> Response:
    where = f"/run/{meeting.public_id}" if sent.back == "console" else f"/run/{meeting.public_id}/record"
    return redirect(where, flash=flash)


ROUTES: list[BaseRoute] = [
    page("/run/{public_id}/record", record_page, action="rounds.record", scope=record_scope),
    acting("/run/{public_id}/record", keep, act=Act.KEEP_NOTE, scope=record_scope),
    acting("/run/{public_id}/record/strike", strike, act=Act.KEEP_NOTE, scope=record_scope),
]
