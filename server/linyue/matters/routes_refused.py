"""The certificates that communities refuse, in public: whom to ask instead, and which offices still ask for them."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.matters.rules_text import OFFICE_AT_MOST
from linyue.matters.service_refused import Asked, merge_offices, offices_of, refused_certificates, spellings
from linyue.places import service as places


class OfficesForm(FormModel):
    """The spelling that goes, and the one it is counted under."""

    wrong: str = Field(max_length=OFFICE_AT_MOST)
    right: str = Field(max_length=OFFICE_AT_MOST)


@dataclass(frozen=True, slots=True)
class CertificatesPage:
    asked: list[Asked]
    offices: list[tuple[str, int]]
    count: int
    spellings: list[tuple[str, str]]
    """Names on record, for an administrator to put two together; else empty."""
    form: Form[Any]


async def district_scope(_request: Request) -> Scope:
    """The whole district."""
    district = await places.the_district()
    return Scope(place_path=district.path if district else "")


async def certificates_page(request: Request) -> Response:
    """Every refused certificate, with its counts."""
    return await _show(request, empty())


async def _show(request: Request, form: Form[Any]) -> Response:
    asked = await refused_certificates()
    may_merge = allow(actor_of(request), "matters.offices", await district_scope(request))
    names = [(name, name) for name in await spellings()] if may_merge else []
    shown = CertificatesPage(asked, offices_of(asked), sum(one.count for one in asked), names, form)
    return render(request, "matters/certificates.html", shown, status=422 if form.errors else 200)


async def merge(request: Request) -> Response:
    """Two spellings of one office become one."""
    form = await read_form(request, OfficesForm)
    if form.value is not None:
        try:
            moved = await merge_offices(actor_of(request), form.value.wrong, form.value.right)
            return redirect("/certificates", flash="matters-flash-offices", n=moved)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _show(request, form)


ROUTES: list[BaseRoute] = [
    page("/certificates", certificates_page, action="centres.services.read"),
    post("/certificates/offices", merge, action="matters.offices", scope=district_scope),
]
