"""The first administrator's link: once, then the second factor."""

from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import render
from linyue.base.routing import actor_of, client_address, page, post
from linyue.people import service_setup
from linyue.people.routes_browser import let_in
from linyue.people.rules import PRIVACY_VERSION, PeopleRefusal, device_words


class SetupForm(FormModel):
    """Who the first administrator is."""

    display_name: str = Field(min_length=1, max_length=40)
    phone: str = Field(min_length=1, max_length=30)
    accept: str = Field(default="", max_length=8)


@dataclass(frozen=True, slots=True)
class SetupPage:
    form: Form[SetupForm]
    token: str
    version: str


async def setup_page(request: Request) -> Response:
    """Show what the link does; looking does not use it up."""
    await ratelimit.check("30/minute", "setup", client_address(request))
    token = request.path_params["token"]
    person = await service_setup.person_of_link(token)
    form = empty(display_name=person.display_name)
    return render(request, "people/setup.html", SetupPage(form, token, PRIVACY_VERSION))


async def accept(request: Request) -> Response:
    """Use the link."""
    await ratelimit.check("30/minute", "setup", client_address(request))
    token = request.path_params["token"]
    await service_setup.person_of_link(token)
    form = await read_form(request, SetupForm)
    if form.value is not None:
        try:
            if form.value.accept != "on":
                raise Refused(PeopleRefusal.NOTICE_NOT_ACCEPTED, field="accept")
            device = device_words(request.headers.get("user-agent", ""))
            done = await service_setup.accept_link(token, form.value.display_name, form.value.phone, device=device)
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
        else:
            return let_in(request, done, "/admin")
    return render(request, "people/setup.html", SetupPage(form, token, PRIVACY_VERSION), status=422)


ROUTES: list[BaseRoute] = [
    page("/setup/{token}", setup_page, action="people.setup"),
    post("/setup/{token}", accept, action="people.setup"),
]
