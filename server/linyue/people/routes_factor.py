"""The second factor of staff: setting up the app, and showing its code."""

import io
from dataclasses import dataclass
from urllib.parse import quote

import segno
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.model import Session
from linyue.base.pages import redirect, render, safe_next
from linyue.base.routing import actor_of, client_address, page, post
from linyue.people import service_factor
from linyue.people.model import Person
from linyue.people.routes_browser import let_in

TRIES = "60/minute"


class FactorForm(FormModel):
    """Six digits of the app; empty only for a sample account of a demo."""

    code: str = Field(default="", max_length=12)
    next: str = Field(default="", max_length=500)


@dataclass(frozen=True, slots=True)
class FactorPage:
    form: Form[FactorForm]
    next: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class EnrolPage:
    form: Form[FactorForm]
    next: str
    secret: str
    """In groups of four, to type by hand."""


def _next_of(request: Request) -> str:
    return safe_next(request.query_params.get("next", "")[:500])


async def _is_sample(request: Request) -> bool:
    """A demo's sample person, who has no app."""
    if not request.app.state.settings.demo:
        return False
    return await Person.filter(id=actor_of(request).person_id, is_sample=True, totp_confirmed_at__isnull=True).exists()


async def factor_page(request: Request) -> Response:
    """Ask for the app's code; who has no app yet sets it up first."""
    person_id = actor_of(request).person_id
    assert person_id is not None
    is_sample = await _is_sample(request)
    if not is_sample and not await service_factor.has_factor(person_id):
        return redirect(f"/second-factor/enrol?next={quote(_next_of(request), safe='')}")
    return render(request, "people/factor.html", FactorPage(empty(), _next_of(request), is_sample))


async def check(request: Request) -> Response:
    """Take the app's code."""
    await ratelimit.check(TRIES, "second-factor", client_address(request))
    form = await read_form(request, FactorForm)
    going_on = safe_next(form.get("next"))
    is_sample = await _is_sample(request)
    present: Session = request.state.session
    if form.value is not None:
        try:
            if is_sample and not form.value.code:
                done = await service_factor.confirm_for_sample(present)
            else:
                done = await service_factor.check_factor(present, form.value.code)
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
        else:
            return let_in(request, done, going_on)
    return render(request, "people/factor.html", FactorPage(form, going_on, is_sample), status=422)


async def enrol_page(request: Request) -> Response:
    """Show the picture to scan and the secret to type."""
    person_id = actor_of(request).person_id
    assert person_id is not None
    if await service_factor.has_factor(person_id):
        return redirect(f"/second-factor?next={quote(_next_of(request), safe='')}")
    return render(request, "people/factor_enrol.html", await _enrol_page(person_id, empty(), _next_of(request)))


async def _enrol_page(person_id: int, form: Form[FactorForm], going_on: str) -> EnrolPage:
    secret = (await service_factor.begin_enrolment(person_id)).secret
    return EnrolPage(form, going_on, " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)))


async def confirm(request: Request) -> Response:
    """Take the first code of a new app."""
    await ratelimit.check(TRIES, "second-factor", client_address(request))
    form = await read_form(request, FactorForm)
    going_on = safe_next(form.get("next"))
    present: Session = request.state.session
    if form.value is not None:
        try:
            done = await service_factor.confirm_enrolment(present, form.value.code)
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
        else:
            return let_in(request, done, going_on)
    if await service_factor.has_factor(present.person_id):
        return redirect("/second-factor")
    data = await _enrol_page(present.person_id, form, going_on)
    return render(request, "people/factor_enrol.html", data, status=422)


async def picture(request: Request) -> Response:
    """The QR picture of a factor that is not confirmed yet."""
    person_id = actor_of(request).person_id
    assert person_id is not None
    enrolment = await service_factor.begin_enrolment(person_id)
    out = io.BytesIO()
    segno.make(enrolment.uri, error="m").save(out, kind="svg", scale=6, border=4, light="#fff", xmldecl=False)
    return Response(out.getvalue(), media_type="image/svg+xml")


ROUTES: list[BaseRoute] = [
    page("/second-factor", factor_page, action="people.second_factor"),
    post("/second-factor", check, action="people.second_factor"),
    page("/second-factor/enrol", enrol_page, action="people.second_factor"),
    post("/second-factor/enrol", confirm, action="people.second_factor"),
    page("/second-factor/qr.svg", picture, action="people.second_factor"),
]
