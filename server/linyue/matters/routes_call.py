"""Ringing the reporter of a matter: a post that shows the number once, so that no address and no cache holds it.

And taking number and name out, when whoever left them asks for it.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, post
from linyue.matters import service_contact
from linyue.matters.model import Matter
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.rules import MatterState


class CallForm(FormModel):
    """Nothing but the press of the button."""


class ForgetForm(FormModel):
    """Where the signed request lies."""

    reason: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class CallPage:
    """Whom to ring."""

    number: str
    title: str
    phone: str
    name: str
    back: str
    may_forget: bool
    form: Form[Any]


async def call(request: Request) -> Response:
    """Show the number to whoever has the matter in hand."""
    await read_form(request, CallForm)
    return await _call(request, empty())


async def _call(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor, matter = actor_of(request), matter_of(request)
    phone, name = await service_contact.number_to_ring(actor, matter)
    may_forget = service_contact.may_forget(actor, matter)
    shown = CallPage(matter.number, matter.title, phone, name, _back(matter), may_forget, form)
    return render(request, "matters/call.html", shown, status=status)


def _back(matter: Matter) -> str:
    return f"/triage?m={matter.number}" if matter.state is MatterState.REPORTED else f"/desk/m/{matter.number}"


async def forget(request: Request) -> Response:
    """Take out number and name of somebody without an account."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, ForgetForm)
    if form.value is not None:
        try:
            await service_contact.forget_contact(actor, matter, form.value.reason)
            return redirect(_back(matter), flash="matters-forget-done")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _call(request, form, 422)


ROUTES: list[BaseRoute] = [
    post("/m/{number}/call", call, action="matters.call", scope=matter_scope),
    post("/m/{number}/forget-contact", forget, action="matters.forget_contact", scope=matter_scope),
]
