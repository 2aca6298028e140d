"""Many reports at once: picked in the queue, looked at in a preview, sent or put together, taken back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import Refused
from linyue.base.forms import FormModel, empty, read_form, row_id
from linyue.base.i18n import t
from linyue.base.pages import day_text, render
from linyue.base.routing import actor_of, post
from linyue.centres.rules import Way
from linyue.matters import service_bulk, service_triage
from linyue.matters.routes_templates import fill
from linyue.matters.routes_triage import show_inbox
from linyue.matters.rules import NUMBER_AT_MOST, TEXT_AT_MOST, MatterRefusal
from linyue.matters.rules_desk import AT_ONCE, DeskRefusal
from linyue.matters.service_bulk import Line
from linyue.matters.service_inbox import communities_of
from linyue.matters.service_templates import of_community, with_template
from linyue.matters.service_triage import Sending

KEPT = ("item", "kind", "note", "queue", "q", "page")
"""What the pages after the first carry along, so that one can go back and change it."""


class BulkForm(FormModel):
    """The picked reports, each as number:version, and where they go."""

    picked: list[str] = []
    item: str = ""
    kind: str = ""
    note: str = Field(default="", max_length=TEXT_AT_MOST)
    template: str = Field(default="", max_length=40)
    fill: str = ""
    edit: str = ""
    """Back to the queue with everything as it was filled in."""
    queue: str = ""
    q: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """One of the many in words."""

    number: str
    title: str
    what: str
    is_refused: bool
    is_unlike: bool
    is_staying: bool
    """The others are put together with it."""
    picked: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What will happen, or what has happened."""

    act: str
    """send or merge."""
    step: str
    """preview, sent or undone."""
    lines: list[LineView]
    ready: int
    of: int
    raw: dict[str, str]
    note: str
    """What the residents will read."""


def picked_of(told: BulkForm) -> list[tuple[str, int]]:
    """Numbers and versions. Raises NOTHING_PICKED."""
    pairs = [one.rpartition(":") for one in told.picked[:AT_ONCE]]
    found = [(number, at) for number, _, version in pairs if (at := row_id(version)) is not None]
    if not found:
        raise Refused(DeskRefusal.NOTHING_PICKED, field="picked")
    return [(number[:NUMBER_AT_MOST], version) for number, version in found]


async def _sending(told: BulkForm) -> Sending:
    """An item names its way; without one a kind goes to the council. Raises NO_ITEM, NO_KIND."""
    if told.item:
        named = await service_triage.sending_for(told.item)
        return Sending(named.way, named.item_code, told.kind, "", told.note)
    if not told.kind:
        raise Refused(MatterRefusal.NO_KIND, field="kind")
    return Sending(Way.COUNCIL, kind=told.kind, note=told.note)


def _views(lang: str, lines: list[Line], step: str) -> list[LineView]:
    return [
        LineView(
            number=line.number,
            title=line.title,
            what=_words(lang, line, step),
            is_refused=line.reason is not None,
            is_unlike=line.is_unlike,
            is_staying=line.into == line.number,
            picked=f"{line.number}:{line.version}",
        )
        for line in lines
    ]


def _words(lang: str, line: Line, step: str) -> str:
    if line.reason is not None:
        return t(lang, str(line.reason.reason.value), **line.reason.args_for_text)
    if line.into:
        key = "stays" if line.into == line.number else "goes" if step == "preview" else "went"
        return t(lang, f"matters-bulk-merge-{key}", number=line.into)
    role = t(lang, f"matters-role-{line.owner_role.replace('_', '-')}")
    if line.due_at is None:
        return t(lang, "matters-bulk-over")
    return t(lang, "matters-bulk-to", role=role, day=day_text(lang, line.due_at))


Do = Callable[[Request, BulkForm, list[tuple[str, int]], list[int]], Awaitable[list[Line]]]


async def _try_send(
    request: Request, told: BulkForm, picked: list[tuple[str, int]], communities: list[int]
) -> list[Line]:
    return await service_bulk.preview(actor_of(request), picked, communities, await _sending(told))


async def _send(request: Request, told: BulkForm, picked: list[tuple[str, int]], communities: list[int]) -> list[Line]:
    return await service_bulk.send_many(actor_of(request), picked, communities, await _sending(told))


async def _undo(request: Request, _told: BulkForm, picked: list[tuple[str, int]], communities: list[int]) -> list[Line]:
    return await service_bulk.undo_many(actor_of(request), picked, communities)


async def _try_merge(
    request: Request, _told: BulkForm, picked: list[tuple[str, int]], communities: list[int]
) -> list[Line]:
    return await service_bulk.preview_merge(actor_of(request), picked, communities)


async def _merge(
    request: Request, _told: BulkForm, picked: list[tuple[str, int]], communities: list[int]
) -> list[Line]:
    return await service_bulk.merge_many(actor_of(request), picked, communities)


async def _part(request: Request, _told: BulkForm, picked: list[tuple[str, int]], communities: list[int]) -> list[Line]:
    return await service_bulk.part_many(actor_of(request), picked, communities)


def _bulk(act: str, step: str, do: Do) -> Callable[[Request], Awaitable[Response]]:
    """A handler for one act and step. What cannot be done leads back to the queue, with every pick and word kept."""

    async def handler(request: Request) -> Response:
        actor = actor_of(request)
        form = await read_form(request, BulkForm)
        communities = await communities_of(actor)
        owners = [of_community(place_id) for place_id in communities]
        if await fill(actor.lang, form, "note", owners) or form.get("edit"):
            return await show_inbox(request, empty(), bulk=form, status=422 if form.errors else 200)
        told = form.value
        if told is None:
            return await show_inbox(request, empty(), bulk=form, status=422)
        told = told.model_copy(update={"note": await with_template(owners, told.template, told.note)})
        try:
            lines = await do(request, told, picked_of(told), communities)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
            return await show_inbox(request, empty(), bulk=form, status=422)
        views = _views(actor.lang, lines, step)
        counted = [view for view in views if not view.is_staying]
        raw = {name: str(form.raw.get(name, "")) for name in KEPT} | {"note": told.note}
        ready = sum(not view.is_refused for view in counted)
        shown = BulkPage(act, step, views, ready, len(counted), raw, told.note if act == "send" else "")
        return render(request, "matters/bulk.html", shown)

    handler.__name__ = f"{act}_{step}"
    return handler


ROUTES: list[BaseRoute] = [
    post("/triage/bulk", _bulk("send", "preview", _try_send), action="matters.bulk"),
    post("/triage/bulk/send", _bulk("send", "sent", _send), action="matters.bulk"),
    post("/triage/bulk/undo", _bulk("send", "undone", _undo), action="matters.bulk"),
    post("/triage/bulk/merge", _bulk("merge", "preview", _try_merge), action="matters.bulk"),
    post("/triage/bulk/merge/send", _bulk("merge", "sent", _merge), action="matters.bulk"),
    post("/triage/bulk/merge/undo", _bulk("merge", "undone", _part), action="matters.bulk"),
]
