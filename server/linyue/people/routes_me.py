"""One's own page: name, homes, sign-ins, a copy of one's data, and leaving."""

from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit, session
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.model import Session
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.people import service, service_own, service_roles, service_sign_in
from linyue.people.model import Person
from linyue.people.rules import ClaimState, PeopleRefusal
from linyue.people.service_roles import Holder
from linyue.places import service as places


class NameForm(FormModel):
    """The chosen name."""

    display_name: str = Field(min_length=1, max_length=40)


class EraseForm(FormModel):
    """The tick under what will be gone."""

    sure: str = Field(default="", max_length=8)


@dataclass(frozen=True, slots=True)
class MePage:
    form: Form[NameForm]
    name: str
    phone: str
    homes: list[tuple[str, str, str]]
    """Address, tenure, state."""
    is_on_a_roll: bool
    roles: list[Holder]


@dataclass(frozen=True, slots=True)
class SessionsPage:
    rows: list[Session]
    here: int


@dataclass(frozen=True, slots=True)
class ErasePage:
    form: Form[EraseForm]


async def me_page(request: Request) -> Response:
    """Everything about oneself in one place."""
    return render(request, "people/me.html", await _me_page(request, None))


async def _me_page(request: Request, form: Form[NameForm] | None) -> MePage:
    actor = actor_of(request)
    person = await Person.get(id=actor.person_id)
    homes = await service.homes_of(person.id)
    addresses = await places.addresses_of([h.unit_path for h in homes], actor.lang)
    return MePage(
        form if form is not None else empty(display_name=person.display_name),
        person.display_name,
        service.masked_phone_of(person),
        [(addresses[h.unit_path], h.tenure.value, h.state.value) for h in homes],
        any(h.state is ClaimState.CONFIRMED for h in homes),
        await service_roles.roles_of(person.id),
    )


async def rename(request: Request) -> Response:
    """Choose another name."""
    actor = actor_of(request)
    form = await read_form(request, NameForm)
    if form.value is not None:
        try:
            await service_own.rename(actor, form.value.display_name)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect("/me", flash="people-me-renamed")
    return render(request, "people/me.html", await _me_page(request, form), status=422)


async def sessions_page(request: Request) -> Response:
    """Where one is signed in."""
    person_id = actor_of(request).person_id
    assert person_id is not None
    rows = await service_sign_in.open_sessions(person_id)
    return render(request, "people/sessions.html", SessionsPage(rows, request.state.session.id))


async def end_session(request: Request) -> Response:
    """Sign one device out."""
    person_id = actor_of(request).person_id
    assert person_id is not None
    await service_sign_in.end_own_session(person_id, request.path_params["id"])
    return redirect("/me/sessions", flash="people-sessions-ended")


async def end_others(request: Request) -> Response:
    """Sign out everywhere but here."""
    person_id = actor_of(request).person_id
    assert person_id is not None
    await session.end_all(person_id, but=request.state.session.id)
    return redirect("/me/sessions", flash="people-sessions-ended")


async def sign_out(request: Request) -> Response:
    """Leave this device."""
    await session.end(request.state.session.id)
    response = redirect("/", flash="people-signed-out")
    session.drop_cookie(response, request.app.state.settings)
    return response


async def export(request: Request) -> Response:
    """A copy of everything kept about oneself."""
    actor = actor_of(request)
    await ratelimit.check("5/day", "own-export", str(actor.person_id))
    body = await service_own.own_data(actor)
    headers = {"Content-Disposition": 'attachment; filename="linyue-my-data.json"'}
    return Response(body, media_type="application/json", headers=headers)


async def erase_page(request: Request) -> Response:
    """What goes, what stays, and the tick."""
    return render(request, "people/erase.html", ErasePage(empty()))


async def erase(request: Request) -> Response:
    """Forget this person."""
    actor = actor_of(request)
    form = await read_form(request, EraseForm)
    if form.value is not None:
        try:
            if form.value.sure != "on":
                raise Refused(PeopleRefusal.ERASE_NOT_SURE, field="sure")
            await service_own.erase_own(actor)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            response = redirect("/", flash="people-erase-done")
            session.drop_cookie(response, request.app.state.settings)
            return response
    return render(request, "people/erase.html", ErasePage(form), status=422)


ROUTES: list[BaseRoute] = [
    page("/me", me_page, action="people.me"),
    post("/me/name", rename, action="people.me"),
    page("/me/sessions", sessions_page, action="people.me"),
    post("/me/sessions/{id:int}/end", end_session, action="people.me"),
    post("/me/sessions/end-others", end_others, action="people.me"),
    post("/sign-out", sign_out, action="people.me"),
    page("/me/export", export, action="people.me"),
    page("/me/erase", erase_page, action="people.me"),
    post("/me/erase", erase, action="people.me"),
]
