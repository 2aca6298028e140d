"""Ways to a matter without an account: number and telephone, the slip's secret link, its QR picture; and photos."""

from io import BytesIO

import segno
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, client_address, page, post
from linyue.matters import service, service_report
from linyue.matters.model import Matter, MatterPhoto
from linyue.matters.routes_matter import matter_of, matter_page, matter_scope, photo_response, slip_link
from linyue.matters.rules import NUMBER_AT_MOST, MatterRefusal


class TrackForm(FormModel):
    """A matter's number and the end of the reporter's telephone number."""

    number: str = Field(default="", max_length=NUMBER_AT_MOST)
    tail: str = Field(default="", max_length=8)


async def track_page(request: Request) -> Response:
    """Ask for a number and the end of the telephone number."""
    return render(request, "matters/track.html", empty(number=request.query_params.get("number", "")))


async def track(request: Request) -> Response:
    """Show a matter to whoever knows its number and the last four digits of the telephone."""
    form = await read_form(request, TrackForm)
    if form.value is not None:
        try:
            too_many = MatterRefusal.TOO_MANY_TRIES
            await ratelimit.check("30/hour", "matters.track", client_address(request), reason=too_many)
            await ratelimit.check("10/hour", "matters.track", form.value.number, reason=too_many)
            matter = await service_report.track(form.value.number, form.value.tail)
            return redirect(f"/t/{service_report.slip_secret(matter.form_id)}")
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return render(request, "matters/track.html", form, status=422)


async def slip_page(request: Request) -> Response:
    """A matter behind the secret link of its slip: everything the reporter may see, nothing to press."""
    await ratelimit.check("120/hour", "matters.slip", client_address(request))
    found = await service_report.by_slip(str(request.path_params["secret"]))
    matter = await Matter.get(id=found.id).select_related("community", "place")
    response = render(request, "matters/matter.html", await matter_page(request, matter, is_slip=True))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def slip_picture(request: Request) -> Response:
    """The secret link as a QR picture, for those who may print the slip."""
    out = BytesIO()
    segno.make(slip_link(request, matter_of(request)), error="m").save(out, kind="svg", scale=6, border=4, light="#fff")
    return Response(out.getvalue(), media_type="image/svg+xml", headers={"Content-Security-Policy": "sandbox"})


async def photo_scope(request: Request) -> Scope:
    """The matter that a photo belongs to; a hidden photo is for the desk alone."""
    found = await MatterPhoto.get_or_none(public_id=str(request.path_params["photo"])).select_related("matter")
    if found is None:
        raise NotFound()
    request.state.photo = found
    scope = await service.scope_of(found.matter)
    if found.hidden_reason:
        return Scope(place_path=scope.place_path, is_public=False)
    return scope


async def photo(request: Request) -> Response:
    """One picture, as a picture and nothing else."""
    return photo_response(request, request.state.photo.sha256)


ROUTES: list[BaseRoute] = [
    page("/m/{number}/slip.svg", slip_picture, action="matters.slip", scope=matter_scope),
    page("/track", track_page, action="matters.track"),
    post("/track", track, action="matters.track"),
    page("/t/{secret}", slip_page, action="matters.track"),
    page("/photos/{photo}", photo, action="matters.read", scope=photo_scope),
]
