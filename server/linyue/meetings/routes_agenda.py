"""The agenda of a draft on a phone: matters in and out, items, their order, the words and the voters of a question."""

from typing import Literal

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import FormModel, RowId, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of
from linyue.meetings import service_agenda
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.pages_compose import compose_of, with_form, with_typed
from linyue.meetings.routes_offices import NoForm, find_meeting, meeting_scope
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import Act


class MatterForm(FormModel):
    """A matter by its number."""

    number: str = Field(max_length=16)


class RemoveForm(MatterForm):
    """A matter that leaves the agenda, and why; needed where neighbours brought it there."""

    reason: str = Field(default="", max_length=200)


class ItemForm(FormModel):
    """An item's minutes, the words of its question and whether it is named or secret."""

    minutes: int = Field(ge=1, le=240)
    question_zh: str = Field(default="", max_length=200)
    question_en: str = Field(default="", max_length=400)
    kind: Literal["", "named", "secret"] = ""
    roll_place: RowId | None = None

    @field_validator("roll_place", mode="before")
    @classmethod
    def _all(cls, value: object) -> object:
        return None if value in ("", "0") else value


class NewItemForm(FormModel):
    """A report, a hearing of parties or a discussion, behind another item."""

    link: Link
    new_title: str = Field(default="", max_length=400)
    new_title_en: str = Field(default="", max_length=160)
    minutes: int = Field(ge=1, le=240)
    after: int = 0


class MoveForm(FormModel):
    """One place up or down."""

    step: int


async def add_matter(request: Request) -> Response:
    """Put a matter on the agenda."""
    meeting, form = await find_meeting(request), await read_form(request, MatterForm)
    if form.value is not None:
        await service_agenda.add_matter(actor_of(request), meeting.id, form.value.number)
    return back(meeting)


async def remove_matter(request: Request) -> Response:
    """Take a matter off the agenda."""
    meeting, form = await find_meeting(request), await read_form(request, RemoveForm)
    if form.value is not None:
        try:
            await service_agenda.remove_matter(actor_of(request), meeting.id, form.value.number, form.value.reason)
            return back(meeting)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    kept = empty(**form.raw)
    kept.errors = form.errors
    shown = with_form(await compose_of(meeting, actor_of(request), None), kept)
    return render(request, "meetings/compose.html", shown, status=422)


async def move_item(request: Request) -> Response:
    """Move an item one place."""
    meeting, form = await find_meeting(request), await read_form(request, MoveForm)
    if form.value is not None:
        await service_agenda.move_item(actor_of(request), meeting.id, request.path_params["item_id"], form.value.step)
    return back(meeting)


async def change_item(request: Request) -> Response:
    """Set minutes and the words of a question."""
    meeting, form = await find_meeting(request), await read_form(request, ItemForm)
    if form.value is None:
        page_data = await compose_of(meeting, actor_of(request), None)
        kept = empty(**form.raw)
        kept.errors = form.errors
        shown = with_typed(with_form(page_data, kept), request.path_params["item_id"], kept)
        return render(request, "meetings/compose.html", shown, status=422)
    sent = form.value
    await service_agenda.change_item(
        actor_of(request),
        meeting.id,
        request.path_params["item_id"],
        minutes=sent.minutes,
        question_zh=sent.question_zh,
        question_en=sent.question_en,
        kind=sent.kind,
        roll_place_id=sent.roll_place,
    )
    return back(meeting)


async def add_item(request: Request) -> Response:
    """Put one more item on the agenda."""
    meeting, form = await find_meeting(request), await read_form(request, NewItemForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_agenda.add_item(
                actor_of(request),
                meeting.id,
                link=sent.link,
                title=sent.new_title,
                title_en=sent.new_title_en,
                minutes=sent.minutes,
                after=sent.after,
            )
            return back(meeting)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    kept = empty(**form.raw)
    kept.errors = form.errors
    shown = with_form(await compose_of(meeting, actor_of(request), None), kept)
    return render(request, "meetings/compose.html", shown, status=422)


async def drop_item(request: Request) -> Response:
    """Take an item off the agenda."""
    meeting = await find_meeting(request)
    await read_form(request, NoForm)
    await service_agenda.drop_item(actor_of(request), meeting.id, request.path_params["item_id"])
    return back(meeting)


def back(meeting: Meeting) -> Response:
    """To the draft again, after something was stored."""
    return redirect(f"/meetings/{meeting.public_id}/compose", flash="meetings-flash-saved")


_BASE = "/meetings/{public_id}"
ROUTES: list[BaseRoute] = [
    acting(f"{_BASE}/matters", add_matter, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope),
    acting(f"{_BASE}/matters/remove", remove_matter, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope),
    acting(f"{_BASE}/items", add_item, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope),
    acting(
        f"{_BASE}/items/{{item_id:int}}/drop", drop_item, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope
    ),
    acting(
        f"{_BASE}/items/{{item_id:int}}/move", move_item, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope
    ),
    acting(f"{_BASE}/items/{{item_id:int}}", change_item, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope),
]
