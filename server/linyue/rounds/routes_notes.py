"""A group's note: read, written by several people at once, merged line by line; without a script by one form."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from linyue.base.errors import BaseRefusal, Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.pages import render
from linyue.base.routing import actor_of, page
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.rules_rights import Act
from linyue.people.model import Person
from linyue.rounds import service
from linyue.rounds.answers import NOTE_SAVED
from linyue.rounds.entry import taking_part
from linyue.rounds.finding import acts_of, find_room, group_of, to_room, view_of
from linyue.rounds.model import GroupNote
from linyue.rounds.pages import NotePage
from linyue.rounds.rules import RoundRefusal
from linyue.rounds.rules_notes import tidy


class NoteForm(FormModel):
    """A note over the version that was seen."""

    text: str = Field(default="", max_length=20_000)
    seen: int = Field(ge=0)


class SyncForm(NoteForm):
    """The same from a page that goes on writing. `base`: what it last knew to be stored, its own lines included."""

    base: str = Field(default="", max_length=20_000)


async def note_page(request: Request) -> Response:
    """The group's note, to read or to write."""
    meeting = await find_room(request)
    return render(request, "rounds/note.html", await _note(request, meeting, None))


async def _note(
    request: Request,
    meeting: Meeting,
    form: Form[NoteForm] | None,
    *,
    seen: int | None = None,
    clash: Refused | None = None,
) -> NotePage:
    """`seen`: the version a refused text was written over, so that what others saved meanwhile stays to be merged."""
    room = await view_of(request, meeting)
    acts = await acts_of(request, meeting, room, is_on_roll=True)  # only who sits in the group is asked for more
    group = group_of(room, request)
    last = await GroupNote.newest(group["group"]).first()
    author = await Person.get_or_none(id=last.author_id) if last else None
    stored = "" if last is None or last.hidden_at else last.text
    mine = str(form.get("text")) if form is not None else stored
    if form is not None and clash is not None:
        form.raw["text"] = clash.args_for_text["merged"]
    newest = last.version if last else 0
    return NotePage(
        room=room,
        group=group,
        text=str(form.get("text")) if form is not None else stored,
        version=newest if seen is None else seen,
        author=author.display_name if author else "",
        may_write=Act.WRITE_NOTE in acts and await service.is_member(group["group"], actor_of(request).person_id),
        limit=meeting.plan.note_letters,
        theirs=stored,
        mine=mine,
        is_conflict=clash is not None,
        hidden=last.hidden_reason if last and last.hidden_at else "",
        note_id=last.id if last else 0,
        form=form,
    )


async def save_note(request: Request) -> Response:
    """Save the note, together with what others saved meanwhile; where both reworded one line, show both texts."""
    meeting, form = await find_room(request), await read_form(request, NoteForm)
    group_id = request.path_params["group_id"]
    if form.value is None:
        return render(request, "rounds/note.html", await _note(request, meeting, form), status=422)
    sent = form.value
    try:
        note = await service.save_note(actor_of(request), meeting.id, group_id, sent.seen, sent.text)
    except Refused as refusal:
        is_clash = refusal.reason is RoundRefusal.NOTE_CHANGED
        form.refuse(request.state.prefs.lang, refusal)
        seen, clash = (None, refusal) if is_clash else (sent.seen, None)
        shown = await _note(request, meeting, form, seen=seen, clash=clash)
        return render(request, "rounds/note.html", shown, status=409 if is_clash else 422)
    return to_room(meeting, "rounds-flash-noted" if note.text == tidy(sent.text) else "rounds-flash-noted-together")


async def sync_note(request: Request) -> Response:
    """The same for a page that goes on writing: the joined text and its version come back, nothing is shown anew."""
    meeting, form = await find_room(request), await read_form(request, SyncForm)
    if form.value is None:
        raise Refused(BaseRefusal.BAD_FORM)
    sent, group_id = form.value, request.path_params["group_id"]
    try:
        note = await service.save_note(actor_of(request), meeting.id, group_id, sent.seen, sent.text, sent.base)
    except Refused as refusal:
        if refusal.reason is not RoundRefusal.NOTE_CHANGED:
            raise
        both = refusal.args_for_text
        told = {"version": both["version"], "text": both["merged"], "base": both["stored"], "is_clash": True}
        return JSONResponse(told)
    return JSONResponse({"version": note.version, "text": note.text, "base": note.text, "is_clash": False})


_NOTE = "/live/{code}/groups/{group_id:int}/note"
ROUTES: list[BaseRoute] = [
    page(_NOTE, note_page, action="rounds.watch"),
    acting(_NOTE, taking_part(save_note), act=Act.WRITE_NOTE),
    acting(f"{_NOTE}/sync", sync_note, act=Act.WRITE_NOTE, api=NOTE_SAVED),
]
