"""One visit at a window: what it is about, what was taken in, and the form for the next item."""

import secrets
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.centres import service as centres
from linyue.centres import service_tickets
from linyue.centres.model_counter import Ticket
from linyue.centres.rules import Way, route_of
from linyue.centres.rules_counter import TicketState, label_of
from linyue.matters import service_counter, service_views
from linyue.matters.rules import TEXT_AT_MOST
from linyue.matters.service_views import RowView
from linyue.people import service as people


class TakeForm(FormModel):
    """One item taken in."""

    form_id: str = Field(min_length=16, max_length=40)
    item: str = Field(min_length=1, max_length=20)
    community: str = Field(min_length=1, max_length=60)
    text: str = Field(default="", max_length=TEXT_AT_MOST)
    phone: str = Field(default="", max_length=20)
    name: str = Field(default="", max_length=40)
    backed_by: RowId | None = None


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit."""

    ticket: Ticket
    label: str
    is_called: bool
    wanted: list[str]
    rows: list[RowView]
    items: list[tuple[str, str]]
    communities: list[tuple[str, str]]
    community: str
    backers: list[tuple[int, str]]
    """Colleagues of whom one must stand by, once the clerk was told that they are not trained in the item."""
    form: Form[Any]
    form_id: str


async def ticket_scope(request: Request) -> Scope:
    """The centre a ticket belongs to. Raises NotFound."""
    request.state.ticket = await service_tickets.ticket_of(str(request.path_params["public_id"]))
    return Scope(centre_id=request.state.ticket.centre_id)


async def visit_page(request: Request) -> Response:
    """What this visitor came for."""
    return await _show(request, empty())


async def _show(request: Request, form: Form[Any]) -> Response:
    ticket: Ticket = request.state.ticket
    lang = actor_of(request).lang
    index = await centres.catalogue_index()
    named = {i.code: i.name.zh if lang == "zh-CN" else i.name.en for i in index.catalogue.items}
    taken = await service_counter.matters_of(ticket)
    left = [code for code in ticket.items if code not in {m.item_code for m in taken}]
    homes = await people.homes_of(ticket.person_id) if ticket.person_id else []
    community = await centres.community_chosen("", tuple(home.unit_path for home in homes))
    if left and not form.raw:
        form.raw["item"] = left[0]
    view = VisitPage(
        ticket=ticket,
        label=label_of(ticket.kind, ticket.number),
        is_called=ticket.state is TicketState.CALLED,
        wanted=[named[code] for code in left if code in named],
        rows=await service_views.rows_of(lang, taken, href="/desk/m/", is_staff=True),
        items=[
            (i.code, named[i.code]) for i in index.catalogue.items if route_of(i) is Way.CENTRE and not i.is_retired
        ],
        communities=await centres.communities_for_choice(lang),
        community=community.code if community else "",
        form=form,
        backers=await service_counter.backers(ticket.centre_id, actor_of(request), str(form.get("item")))
        if "backed_by" in form.errors or form.get("backed_by")
        else [],
        form_id=secrets.token_urlsafe(16),
    )
    return render(request, "matters/counter.html", view, status=422 if form.errors else 200)


async def take_in(request: Request) -> Response:
    """File one item."""
    ticket: Ticket = request.state.ticket
    form = await read_form(request, TakeForm)
    if form.value is not None:
        sent = form.value
        try:
            matter = await service_counter.take_in(
                actor_of(request), ticket, form_id=sent.form_id, item_code=sent.item, community_code=sent.community,
                text=sent.text, phone=sent.phone, name=sent.name, backed_by=sent.backed_by,
            )  # fmt: skip
            return redirect(
                f"/desk/counter/{ticket.public_id}", flash="matters-flash-counter-taken", number=matter.number
            )
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _show(request, form)


ROUTES: list[BaseRoute] = [
    page("/desk/counter/{public_id}", visit_page, action="centres.counter", scope=ticket_scope),
    post("/desk/counter/{public_id}/take", take_in, action="centres.counter", scope=ticket_scope),
]
