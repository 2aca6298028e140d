"""Pages of policy cards: all of them with a search, one of them, writing and changing. They only translate."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.centres import service_cards as service
from linyue.centres.service_cards import CardView, CardWords

QUERY_AT_MOST = 40


class CardForm(FormModel):
    """A card to be written or changed; version 0 = a new one."""

    title: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=300)
    source: str = Field(default="", max_length=120)
    items: str = Field(default="", max_length=200)
    review_on: date
    version: int = 0


class RetireForm(FormModel):
    """Taking a card down."""

    version: RowId


@dataclass(frozen=True, slots=True)
class CardsPage:
    """All cards, or what a search found."""

    query: str
    cards: list[CardView]


@dataclass(frozen=True, slots=True)
class CardPage:
    """One card."""

    view: CardView


@dataclass(frozen=True, slots=True)
class EditPage:
    """The form of a card; `id` 0 = a new one."""

    id: int
    version: int
    form: Form[Any]


async def cards_page(request: Request) -> Response:
    """Every card, with a search."""
    query = request.query_params.get("q", "").strip()[:QUERY_AT_MOST]
    return render(request, "centres/cards.html", CardsPage(query, await service.find_cards(query)))


async def card_page(request: Request) -> Response:
    """One card."""
    card = await service.card_by_id(request.path_params["id"])
    return render(request, "centres/card.html", CardPage((await service.views_of([card]))[0]))


async def new_page(request: Request) -> Response:
    """The form of a new card; `item` in the address is linked already."""
    return _edit(request, 0, 0, empty(items=request.query_params.get("item", "")[:12]))


async def edit_page(request: Request) -> Response:
    """The form of a card that is shown."""
    card = await service.card_by_id(request.path_params["id"])
    view = (await service.views_of([card]))[0]
    codes = " ".join(code for code, _ in view.items)
    form = empty(title=card.title, text=card.text, source=card.source, items=codes, review_on=str(card.review_on))
    return _edit(request, card.id, card.version, form)


def _edit(request: Request, card_id: int, version: int, form: Form[Any], status: int = 200) -> Response:
    return render(request, "centres/card_edit.html", EditPage(card_id, version, form), status=status)


def _words(sent: CardForm) -> CardWords:
    return CardWords(sent.title, sent.text, sent.source, sent.items, sent.review_on)


async def write(request: Request) -> Response:
    """Write a card."""
    form = await read_form(request, CardForm)
    if form.value is not None:
        try:
            card = await service.write_card(actor_of(request), _words(form.value))
            return redirect(f"/cards/{card.id}", flash="centres-cards-flash-written")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return _edit(request, 0, 0, form, 422)


async def change(request: Request) -> Response:
    """Change a card."""
    card = await service.card_by_id(request.path_params["id"])
    form = await read_form(request, CardForm)
    if form.value is not None:
        try:
            await service.change_card(actor_of(request), card.id, _words(form.value), form.value.version)
            return redirect(f"/cards/{card.id}", flash="centres-cards-flash-changed")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            card = await service.card_by_id(card.id)
    return _edit(request, card.id, card.version, form, 422)


async def retire(request: Request) -> Response:
    """Take a card down."""
    form = await read_form(request, RetireForm)
    if form.value is not None:
        await service.retire_card(actor_of(request), request.path_params["id"], form.value.version)
    return redirect("/cards", flash="centres-cards-flash-retired")


ROUTES: list[BaseRoute] = [
    page("/cards", cards_page, action="centres.services.read"),
    page("/cards/new", new_page, action="centres.card.write"),
    post("/cards/new", write, action="centres.card.write"),
    page("/cards/{id:int}", card_page, action="centres.services.read"),
    page("/cards/{id:int}/edit", edit_page, action="centres.card.write"),
    post("/cards/{id:int}/edit", change, action="centres.card.write"),
    post("/cards/{id:int}/retire", retire, action="centres.card.write"),
]
