"""The administrator's page on which two communities become one."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.centres import service as centres
from linyue.matters import service_merge_places
from linyue.places import service as places


class MergeForm(FormModel):
    """The community that goes, and the one it goes into."""

    code: str = Field(min_length=1, max_length=60)
    into: str = Field(min_length=1, max_length=60)


@dataclass(frozen=True, slots=True)
class MergePage:
    communities: list[tuple[str, str]]
    form: Form[Any]


async def district_scope(_request: Request) -> Scope:
    """The whole district."""
    district = await places.the_district()
    return Scope(place_path=district.path if district else "")


async def merge_page(request: Request) -> Response:
    """Choose the two."""
    return await _show(request, empty())


async def _show(request: Request, form: Form[Any]) -> Response:
    shown = MergePage(await centres.communities_for_choice(actor_of(request).lang), form)
    return render(request, "matters/merge_places.html", shown, status=422 if form.errors else 200)


async def merge(request: Request) -> Response:
    """Do it: everything goes along, at once or not at all."""
    form = await read_form(request, MergeForm)
    if form.value is not None:
        try:
            moved = await service_merge_places.merge_community(actor_of(request), form.value.code, form.value.into)
            return redirect("/admin/places", flash="places-flash-merged", n=moved)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _show(request, form)


ROUTES: list[BaseRoute] = [
    page("/admin/places/merge", merge_page, action="places.import", scope=district_scope),
    post("/admin/places/merge", merge, action="places.import", scope=district_scope),
]
