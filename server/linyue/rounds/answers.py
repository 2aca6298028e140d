"""What the routes of a room answer in JSON: its states for a client without a socket, tickets, kept notes."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from linyue.base.openapi import TEXT, Answer, Operation, found_as
from linyue.meetings.model import Meeting
from linyue.rounds.service_state import now_stamp, room_shown, version_of
from linyue.rounds.service_you import your_state

_PART = {"type": "object"}
_STATE = {
    "type": "object",
    "properties": {"version": {"type": "integer"}, "now": TEXT, "room": _PART, "turnout": {}, "you": {}},
    "required": ["version", "now", "room", "turnout"],
}
_TICKET = {
    "type": "object",
    "properties": {"ticket": TEXT, "seconds": {"type": "integer"}},
    "required": ["ticket", "seconds"],
}
_NOTE = {
    "type": "object",
    "properties": {"version": {"type": "integer"}, "text": TEXT, "base": TEXT, "is_clash": {"type": "boolean"}},
    "required": ["version", "text", "base", "is_clash"],
}
ROOM_STATE = Operation("room-state", (*found_as(_STATE, 404), Answer(304)))
ROOM_TICKET = Operation("room-ticket", found_as(_TICKET, 403, 404, 409, 429))
NOTE_SAVED = Operation("note-saved", found_as(_NOTE, 403, 404, 409, 429), is_for_members=True)
SCREEN_STATE = Operation("screen-state", (*found_as(_STATE, 404), Answer(304)))
SCREEN_TICKET = Operation("screen-ticket", found_as(_TICKET, 403, 404, 409, 429))


async def state_answer(
    request: Request, meeting: Meeting, person_id: int | None, *, is_screen: bool = False
) -> Response:
    """`version`, `now`, `room`, `turnout` and, but for a screen, `you`. The ETag is the version and the person."""
    etag = f'"{await version_of(meeting.id)}-{person_id or 0}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    state = await room_shown(meeting.id)
    answer = {"version": state.version, "now": now_stamp(), "room": state.room, "turnout": state.turnout}
    if not is_screen:
        _, answer["you"] = await your_state(meeting.id, person_id)
    return JSONResponse(answer, headers={"ETag": etag})
