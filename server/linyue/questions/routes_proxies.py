"""The administrator's page of mandates: how many others one person may vote for, within what the law allows."""

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
from linyue.places import service as places
from linyue.questions import service_proxy
from linyue.questions.rules_proxy import PROXY_RULES, ProxyMatter

Number = Field(ge=0, le=99)


class LimitsForm(FormModel):
    """A number for each kind of vote in which the law knows mandates."""

    deliberation: int = Number
    residents_election: int = Number
    owners_assembly: int = Number


SETTABLE = tuple(ProxyMatter(name) for name in LimitsForm.model_fields)


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """`lines`: (kind of vote, mandates now, most by law, where that stands); most 0: the law knows none."""

    lines: list[tuple[str, int, int, str]]
    form: Form[Any]


async def district_scope(_request: Request) -> Scope:
    """The whole district."""
    district = await places.the_district()
    return Scope(place_path=district.path if district else "")


async def limits_page(request: Request) -> Response:
    """How many others one person may vote for."""
    return await _page(request, empty())


async def save(request: Request) -> Response:
    """Change the numbers, all or none."""
    form = await read_form(request, LimitsForm)
    if form.value is None:
        return await _page(request, form)
    numbers = {matter: int(getattr(form.value, matter.value)) for matter in SETTABLE}
    try:
        changed = await service_proxy.set_limits(actor_of(request), numbers)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return await _page(request, form)
    return redirect("/admin/proxies", flash=f"questions-proxies-{'saved' if changed else 'same'}")


async def _page(request: Request, form: Form[Any]) -> Response:
    now = await service_proxy.limits()
    lines = [(matter.value, now[matter], rule.cap, rule.source) for matter, rule in PROXY_RULES.items()]
    return render(request, "questions/proxies.html", LimitsPage(lines, form), status=422 if form.errors else 200)


ROUTES: list[BaseRoute] = [
    page("/admin/proxies", limits_page, action="question.proxy.edit", scope=district_scope),
    post("/admin/proxies", save, action="question.proxy.edit", scope=district_scope),
]
