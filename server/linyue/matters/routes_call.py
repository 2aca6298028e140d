"""Ringing the reporter of a matter: a post that shows the number once, so that no address and no cache holds it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.forms import FormModel, read_form
from linyue.base.pages import render
from linyue.base.routing import actor_of, post
from linyue.matters import service_contact
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.rules import MatterState


class CallForm(FormModel):
    """Nothing but the press of the button."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """Whom to ring."""

    number: str
    title: str
    phone: str
    name: str
    back: str


async def call(request: Request) -> Response:
    """Show the number to whoever has the matter in hand."""
    actor, matter = actor_of(request), matter_of(request)
    await read_form(request, CallForm)
    phone, name = await service_contact.number_to_ring(actor, matter)
    back = f"/triage?m={matter.number}" if matter.state is MatterState.REPORTED else f"/desk/m/{matter.number}"
    return render(request, "matters/call.html", CallPage(matter.number, matter.title, phone, name, back))


ROUTES: list[BaseRoute] = [post("/m/{number}/call", call, action="matters.call", scope=matter_scope)]
