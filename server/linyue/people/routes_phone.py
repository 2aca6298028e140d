"""Changing one's number: a code to the old phone, then one to the new. Without the old phone, the desk helps."""

from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, client_address, page, post
from linyue.people import service, service_own, service_sign_in
from linyue.people.model import CodePurpose, Person
from linyue.people.routes_browser import set_code_cookie

OLD, NEW, PATH = "phone-old", "phone-new", "/me/phone"
ASKS, TRIES = "30/minute", "120/minute"


class NoForm(FormModel):
    """A form with nothing but a button."""


class CodeForm(FormModel):
    """The six digits."""

    code: str = Field(min_length=1, max_length=12)


class PhoneForm(FormModel):
    """The new number."""

    phone: str = Field(min_length=1, max_length=30)


@dataclass(frozen=True, slots=True)
class PhonePage:
    form: Form[FormModel]
    step: int
    """0 begin, 1 code of the old phone, 2 the new number, 3 code of the new phone."""
    masked: str
    action: str


async def begin_page(request: Request) -> Response:
    """Say what will happen."""
    return _page(request, empty(), 0, await _own_masked(request))


async def _own_masked(request: Request) -> str:
    return service.masked_phone_of(await Person.get(id=actor_of(request).person_id))


def _page(request: Request, form: Form[FormModel], step: int, masked: str) -> Response:
    action = (PATH, f"{PATH}/old", f"{PATH}/number", f"{PATH}/new")[step]
    return render(
        request, "people/phone.html", PhonePage(form, step, masked, action), status=422 if form.errors else 200
    )


async def begin(request: Request) -> Response:
    """Send a code to the old phone."""
    actor = actor_of(request)
    await ratelimit.check(ASKS, "sign-in", client_address(request))
    form: Form[FormModel] = await read_form(request, NoForm)
    person = await Person.get(id=actor.person_id)
    if form.value is None:
        return _page(request, form, 0, service.masked_phone_of(person))
    try:
        asked = await service_sign_in.ask_code(
            service.phone_of(person), actor.lang, purpose=CodePurpose.OLD_PHONE, person_id=person.id
        )
    except Refused as refusal:
        form.refuse(actor.lang, refusal)
        return _page(request, form, 0, service.masked_phone_of(person))
    response = redirect(f"{PATH}/old")
    set_code_cookie(request, response, OLD, asked.token, PATH)
    return response


async def old_page(request: Request) -> Response:
    """Ask for the code of the old phone."""
    return _page(request, empty(), 1, await _own_masked(request))


async def check_old(request: Request) -> Response:
    """Take the code of the old phone."""
    return await _check(request, OLD, CodePurpose.OLD_PHONE, 1, f"{PATH}/number")


async def _check(request: Request, cookie: str, purpose: CodePurpose, step: int, then: str) -> Response:
    actor = actor_of(request)
    await ratelimit.check(TRIES, "sign-in-code", client_address(request))
    form = await read_form(request, CodeForm)
    token = request.cookies.get(cookie, "")
    if form.value is not None:
        try:
            await service_sign_in.check_code(token, form.value.code, purpose)
            if purpose is CodePurpose.NEW_PHONE:
                await service_own.change_phone(actor, request.cookies.get(OLD, ""), token)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect(then, flash="people-phone-changed" if purpose is CodePurpose.NEW_PHONE else "")
    masked = await service_sign_in.masked_phone_for(token)
    return _page(request, form, step, masked)  # type: ignore[arg-type]


async def number_page(request: Request) -> Response:
    """Ask for the new number."""
    return _page(request, empty(), 2, "")


async def send_new(request: Request) -> Response:
    """Send a code to the new phone, once the old one has answered."""
    actor = actor_of(request)
    await ratelimit.check(ASKS, "sign-in", client_address(request))
    form = await read_form(request, PhoneForm)
    if form.value is not None:
        try:
            await service_sign_in.proved(request.cookies.get(OLD, ""), CodePurpose.OLD_PHONE)
            asked = await service_sign_in.ask_code(
                form.value.phone, actor.lang, purpose=CodePurpose.NEW_PHONE, person_id=actor.person_id
            )
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            response = redirect(f"{PATH}/new")
            set_code_cookie(request, response, NEW, asked.token, PATH)
            return response
    return _page(request, form, 2, "")  # type: ignore[arg-type]


async def new_page(request: Request) -> Response:
    """Ask for the code of the new phone."""
    return _page(request, empty(), 3, await service_sign_in.masked_phone_for(request.cookies.get(NEW, "")))


async def check_new(request: Request) -> Response:
    """Take the code of the new phone and change the number."""
    return await _check(request, NEW, CodePurpose.NEW_PHONE, 3, "/me")


ROUTES: list[BaseRoute] = [
    page(PATH, begin_page, action="people.me"),
    post(PATH, begin, action="people.me"),
    page(f"{PATH}/old", old_page, action="people.me"),
    post(f"{PATH}/old", check_old, action="people.me"),
    page(f"{PATH}/number", number_page, action="people.me"),
    post(f"{PATH}/number", send_new, action="people.me"),
    page(f"{PATH}/new", new_page, action="people.me"),
    post(f"{PATH}/new", check_new, action="people.me"),
]
