"""The page on which a member of the council steps back from a matter, and where everybody sees who did."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.matters import service_recusal, service_views
from linyue.matters.model_topics import MatterRecusal
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.rules_recusal import RecusalReason
from linyue.matters.service_step import link_of


class RecuseForm(FormModel):
    """Why somebody steps back."""

    version: int
    reason: RecusalReason


@dataclass(frozen=True, slots=True)
class RecusalPage:
    """Who stepped back, and the form for a member who may."""

    number: str
    row_number: str
    href: str
    title: str
    version: int
    recused: list[tuple[str, str]]
    reasons: list[tuple[str, str]]
    may_recuse: bool
    form: Form[Any]


async def recusal_page(request: Request) -> Response:
    """Who stepped back from a matter."""
    return await _page(request, empty())


async def _page(request: Request, form: Form[Any]) -> Response:
    actor, matter = actor_of(request), matter_of(request)
    lang = actor.lang
    rows = await MatterRecusal.filter(matter_id=matter.id).order_by("id").select_related("person")
    shown = RecusalPage(
        number=service_views.number_words(lang, matter),
        row_number=matter.number,
        href=link_of(matter),
        title=service_views.title_of(lang, matter),
        version=matter.version,
        recused=[(row.person.display_name, t(lang, f"matters-recusal-said-{row.reason.value}")) for row in rows],
        reasons=[(one.value, t(lang, f"matters-recusal-{one.value}")) for one in RecusalReason],
        may_recuse=await service_recusal.may_recuse(actor, matter),
        form=form,
    )
    return render(request, "matters/recusal.html", shown, status=422 if form.errors else 200)


async def recuse(request: Request) -> Response:
    """Step back."""
    matter, form = matter_of(request), await read_form(request, RecuseForm)
    if form.value is not None:
        try:
            await service_recusal.recuse(actor_of(request), matter.id, form.value.version, form.value.reason)
            return redirect(link_of(matter), flash="matters-flash-recused")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _page(request, form)


ROUTES: list[BaseRoute] = [
    page("/m/{number}/recusal", recusal_page, action="matters.read", scope=matter_scope),
    post("/m/{number}/recusal", recuse, action="matters.recuse", scope=matter_scope),
]
