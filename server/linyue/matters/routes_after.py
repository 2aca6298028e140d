"""What a reporter sends between the report and its end: more words and pictures, and how it goes."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import FormModel, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect
from linyue.base.routing import PHOTO_BODY, actor_of, post
from linyue.matters import service_after, service_photos
from linyue.matters.routes_matter import matter_again, matter_of, matter_scope
from linyue.matters.rules_text import lines_of
from linyue.matters.service_step import link_of


class AddForm(FormModel):
    """More words; pictures come as files, or wait under the form's id when one of them was refused."""

    form_id: str = Field(pattern=r"^[A-Za-z0-9_-]{16,40}$")
    text: str = ""


class NoForm(FormModel):
    """A button."""


async def add(request: Request) -> Response:
    """Say more."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, AddForm)
    if form.value is not None:
        told = form.value
        try:
            raws = [await one.read() for one in form.files.get("photos", [])]
            if raws:
                await ratelimit.check("60/hour", "matters.photos", str(actor.person_id))
                await service_photos.keep_photos(actor, request.app.state.settings.data, told.form_id, raws)
            numbers = await service_after.add(actor, matter.id, lines_of(told.text), told.form_id)
            if numbers:
                words = [n for n in numbers if n != "gas"] or [request.app.state.settings.gas_phone or "119"]
                said = t(actor.lang, "common-comma").join(words)
                return redirect(link_of(matter), flash="matters-flash-added-danger", numbers=said)
            return redirect(link_of(matter), flash="matters-flash-added")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await matter_again(request, form)


async def nudge(request: Request) -> Response:
    """Ask how it goes."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, NoForm)
    if form.value is not None:
        try:
            await service_after.nudge(actor, matter.id)
            return redirect(link_of(matter), flash="matters-flash-nudged")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await matter_again(request, form)


ROUTES: list[BaseRoute] = [
    post("/m/{number}/add", add, action="matters.say_more", scope=matter_scope, max_body=PHOTO_BODY),
    post("/m/{number}/nudge", nudge, action="matters.nudge", scope=matter_scope),
]
