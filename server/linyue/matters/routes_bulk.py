"""Many reports at once: picked in the queue, looked at in a preview, sent, taken back. And answers often given."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import day_text, redirect, render
from linyue.base.routing import actor_of, page, post
from linyue.centres.rules import Way
from linyue.matters import service_desk, service_triage, service_views
from linyue.matters.model_desk import AnswerTemplate
from linyue.matters.rules import NUMBER_AT_MOST, TEXT_AT_MOST
from linyue.matters.rules_desk import AT_ONCE, DeskRefusal
from linyue.matters.service_desk import Line
from linyue.matters.service_inbox import communities_of
from linyue.matters.service_triage import Sending
from linyue.places.model import Place


class BulkForm(FormModel):
    """The picked reports, each as number:version, and where they go."""

    picked: list[str] = []
    item: str = ""
    kind: str = ""
    note: str = Field(default="", max_length=TEXT_AT_MOST)


@dataclass(frozen=True, slots=True)
class LineView:
    """One of the many in words."""

    number: str
    title: str
    what: str
    is_refused: bool
    picked: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What will happen, or what has happened."""

    step: str
    """preview, sent or undone."""
    lines: list[LineView]
    ready: int
    raw: dict[str, str]


class TemplateForm(FormModel):
    """An answer with its title; without id a new one."""

    id: RowId | None = None
    community: RowId
    title: str = Field(default="", max_length=80)
    text: str = Field(default="", max_length=TEXT_AT_MOST)


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """The answers of the desk's communities."""

    templates: list[AnswerTemplate]
    communities: list[tuple[str, str]]
    form: Form[Any]


def _picked(told: BulkForm) -> list[tuple[str, int]]:
    """Numbers and versions. Raises NOTHING_PICKED."""
    pairs = [one.rpartition(":") for one in told.picked[:AT_ONCE]]
    found = [(number, int(version)) for number, _, version in pairs if version.isdigit() and len(version) < 9]
    if not found:
        raise Refused(DeskRefusal.NOTHING_PICKED)
    return [(number[:NUMBER_AT_MOST], version) for number, version in found]


async def _sending(told: BulkForm) -> Sending:
    """An item names its way; without one a kind goes to the council."""
    if told.item:
        named = await service_triage.sending_for(told.item)
        return Sending(named.way, named.item_code, told.kind, "", told.note)
    return Sending(Way.COUNCIL, kind=told.kind, note=told.note)


def _views(lang: str, lines: list[Line]) -> list[LineView]:
    return [
        LineView(
            number=line.number,
            title=line.title,
            what=_words(lang, line),
            is_refused=line.reason is not None,
            picked=f"{line.number}:{line.version}",
        )
        for line in lines
    ]


def _words(lang: str, line: Line) -> str:
    if line.reason is not None:
        return t(lang, str(line.reason.reason.value), **line.reason.args_for_text)
    role = t(lang, f"matters-role-{line.owner_role.replace('_', '-')}")
    if line.due_at is None:
        return t(lang, "matters-bulk-over")
    return t(lang, "matters-bulk-to", role=role, day=day_text(lang, line.due_at))


async def preview(request: Request) -> Response:
    """What would happen to each, before anything does."""
    return await _bulk(request, "preview")


async def send(request: Request) -> Response:
    """Send those that can be sent."""
    return await _bulk(request, "sent")


async def undo(request: Request) -> Response:
    """Take them back."""
    return await _bulk(request, "undone")


async def _bulk(request: Request, step: str) -> Response:
    actor = actor_of(request)
    form = await read_form(request, BulkForm)
    if form.value is None:
        return redirect("/triage", flash="matters-flash-bulk-none")
    communities = await communities_of(actor)
    try:
        picked = _picked(form.value)
        if step == "undone":
            lines = await service_desk.undo_many(actor, picked, communities)
        elif step == "sent":
            lines = await service_desk.send_many(actor, picked, communities, await _sending(form.value))
        else:
            lines = await service_desk.preview(actor, picked, communities, await _sending(form.value))
    except Refused as refusal:
        is_none = refusal.reason is DeskRefusal.NOTHING_PICKED
        return redirect("/triage", flash="matters-flash-bulk-none" if is_none else "matters-flash-bulk-where")
    views = _views(actor.lang, lines)
    ready = sum(not view.is_refused for view in views)
    raw = {name: str(form.raw.get(name, "")) for name in ("item", "kind", "note")}
    return render(request, "matters/bulk.html", BulkPage(step, views, ready, raw))


async def templates_page(request: Request) -> Response:
    """The answers often given, each to be changed."""
    return await _templates(request, empty())


async def _templates(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor = actor_of(request)
    ids = await communities_of(actor)
    places = await Place.filter(id__in=ids).order_by("position", "id")
    named = [(str(place.id), service_views.name_of(actor.lang, place)) for place in places]
    shown = TemplatesPage(await service_desk.templates_of(ids), named, form)
    return render(request, "matters/templates.html", shown, status=status)


async def save_template(request: Request) -> Response:
    """Keep one."""
    actor = actor_of(request)
    form = await read_form(request, TemplateForm)
    told = form.value
    if told is not None and told.community in await communities_of(actor):
        try:
            await service_desk.save_template(actor, told.community, told.id, told.title, told.text)
            return redirect("/triage/templates", flash="matters-flash-template-saved")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _templates(request, form, status=422)


async def drop_template(request: Request) -> Response:
    """Throw one away."""
    actor = actor_of(request)
    form = await read_form(request, TemplateForm)
    told = form.value
    if told is not None and told.id is not None and told.community in await communities_of(actor):
        await service_desk.drop_template(actor, told.community, told.id)
    return redirect("/triage/templates", flash="matters-flash-template-dropped")


ROUTES: list[BaseRoute] = [
    post("/triage/bulk", preview, action="matters.bulk"),
    post("/triage/bulk/send", send, action="matters.bulk"),
    post("/triage/bulk/undo", undo, action="matters.bulk"),
    page("/triage/templates", templates_page, action="matters.templates"),
    post("/triage/templates", save_template, action="matters.templates"),
    post("/triage/templates/drop", drop_template, action="matters.templates"),
]
