"""The desk adds owners of other buildings to the roll of those whose consent a shop needs. They only translate."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, Narrowed, RowId, narrowed, read_form
from linyue.base.pages import day_text, redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.rules_rights import Act
from linyue.meetings.service import scope_of
from linyue.meetings.service_roll import called_to
from linyue.questions import service_interested as service
from linyue.questions.rules_owners import HARM_LETTERS


class HarmForm(FormModel):
    """Who is touched, and what they have shown."""

    person: RowId
    reason: str = Field(default="", max_length=HARM_LETTERS * 4)


class DropForm(FormModel):
    """Whom to take off again."""

    person: RowId


@dataclass(frozen=True, slots=True)
class InterestedPage:
    """Who was added: (person, name, what they have shown, day); owners to choose from."""

    public_id: str
    title: str
    there: list[tuple[int, str, str, str]]
    owners: Narrowed
    form: Form[Any] | None


async def interested_page(request: Request) -> Response:
    """Owners of other buildings who have shown harm."""
    return await _show(request, None, 200)


async def _show(request: Request, form: Form[Any] | None, status: int) -> Response:
    lang, meeting = request.state.prefs.lang, await _meeting(request)
    there = [
        (one.person_id, one.person.display_name, one.reason, day_text(lang, one.added_at))
        for one in await service.interested_of(meeting.id)
    ]
    known = {person for person, *_ in there}
    owners = sorted(((str(one.person_id), one.label) for one in await called_to(meeting)), key=lambda one: one[1])
    found = narrowed([one for one in owners if int(one[0]) not in known], request.query_params.get("who", ""))
    shown = InterestedPage(meeting.public_id, meeting.title_in(lang), there, found, form)
    return render(request, "questions/interested.html", shown, status=status)


async def add(request: Request) -> Response:
    """Put one more on the roll, with the reason."""
    meeting, form = await _meeting(request), await read_form(request, HarmForm)
    if form.value is None:
        return await _show(request, form, 422)
    try:
        await service.add_interested(actor_of(request), meeting.id, form.value.person, form.value.reason)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _show(request, form, 422)
    return redirect(f"/desk/interested/{meeting.public_id}", flash="questions-owners-flash")


async def drop(request: Request) -> Response:
    """Take somebody off again."""
    meeting, form = await _meeting(request), await read_form(request, DropForm)
    if form.value is None:
        return await _show(request, form, 422)
    try:
        await service.drop_interested(actor_of(request), meeting.id, form.value.person)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _show(request, form, 409)
    return redirect(f"/desk/interested/{meeting.public_id}", flash="questions-harm-dropped")


async def _meeting(request: Request) -> Meeting:
    found = await Meeting.get_or_none(public_id=request.path_params["public_id"]).select_related("place")
    if found is None or not service.asks_consent_of_all(found):
        raise NotFound()
    return found


async def _scope(request: Request) -> Scope:
    return await scope_of(await _meeting(request))


_AT = "/desk/interested/{public_id}"
ROUTES: list[BaseRoute] = [
    page(_AT, interested_page, action="question.owners", scope=_scope),
    acting(_AT, add, act=Act.KEEP_INTERESTED, meeting=_meeting, scope=_scope),
    acting(f"{_AT}/drop", drop, act=Act.KEEP_INTERESTED, meeting=_meeting, scope=_scope),
]
