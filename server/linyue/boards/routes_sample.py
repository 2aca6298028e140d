"""The supervisor's sample: drawn by lot from a month's closed matters, called about, noted."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import day_text, redirect, render
from linyue.base.policy import Role, Scope
from linyue.base.routing import actor_of, page, post, query_id
from linyue.boards import service, service_sample
from linyue.boards.model_sample import SampleDraw, SampleEntry
from linyue.boards.routes_words import area_words, month_words
from linyue.boards.rules import months_before, read_month
from linyue.boards.rules_follow import Answer
from linyue.boards.rules_sample import SIZE, SIZE_AT_MOST
from linyue.matters import service_views
from linyue.places.model import Place

ROLES = (Role.SUPERVISOR, Role.SUBDISTRICT_OFFICER)


class DrawForm(FormModel):
    """How many."""

    size: int = Field(default=SIZE, ge=1, le=SIZE_AT_MOST)


class NoteForm(FormModel):
    """What was said."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A month's sample of an area, or the form to draw it."""

    area: str
    month: str
    months: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    chosen: dict[str, str]
    drawn: SampleDraw | None
    rows: list[tuple[str, str, str, str]]
    """Address, number and title, what was said, and its chip's kind."""
    result: str
    range: str
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class CallPage:
    """One matter to call about."""

    entry: SampleEntry
    title: str
    done: str
    phone: str
    back: str
    form: Form[Any]


async def sample_scope(request: Request) -> Scope:
    """The area asked for, else the reader's own. Raises NotFound."""
    place = await service.area_of(actor_of(request), query_id(request, "area"), ROLES)
    request.state.area = place
    return service.scope_of(place)


async def sample_page(request: Request) -> Response:
    """Draw, or see what was drawn."""
    return await _show(request, empty(size=str(SIZE)))


async def _show(request: Request, form: Form[Any]) -> Response:
    actor = actor_of(request)
    place: Place | None = request.state.area
    if place is None:
        raise NotFound
    lang, latest = actor.lang, service.this_month().before()
    month = read_month(request.query_params.get("month", ""), latest)
    drawn = await service_sample.draw_of(place, month)
    entries = await service_sample.entries_of(drawn) if drawn else []
    share = service_sample.share_of(entries)
    low, high = share.percents
    view = SamplePage(
        area=service_views.name_of(lang, place),
        month=month_words(lang, month),
        months=[(one.key, month_words(lang, one)) for one in months_before(latest)],
        areas=[(str(one.id), area_words(lang, one)) for one in await service.areas_for(actor, ROLES)],
        chosen={"month": month.key, "area": str(place.id)},
        drawn=drawn,
        rows=[_row(lang, entry) for entry in entries],
        result=t(lang, "boards-sample-result", n=share.n, total=share.of, all=len(entries)) if entries else "",
        range=t(lang, "boards-could-be", low=low, high=high)
        if share.is_told
        else t(lang, "boards-too-few", n=share.of),
        form=form,
    )
    return render(request, "boards/sample.html", view, status=422 if form.errors else 200)


def _row(lang: str, entry: SampleEntry) -> tuple[str, str, str, str]:
    said = t(lang, f"boards-answer-{entry.answer.value}") if entry.answer else t(lang, "boards-sample-to-call")
    kind = {Answer.FIXED: "ok", Answer.PARTLY: "warn", Answer.NOT: "err"}.get(entry.answer, "") if entry.answer else ""
    return f"/board/sample/{entry.id}", f"{entry.matter.number} {entry.matter.title}", said, kind


async def draw(request: Request) -> Response:
    """Draw by lot."""
    place: Place = request.state.area
    form = await read_form(request, DrawForm)
    if form.value is not None:
        month = read_month(request.query_params.get("month", ""), service.this_month().before())
        try:
            await service_sample.draw_sample(actor_of(request), place, month, form.value.size)
            return redirect(f"/board/sample?month={month.key}&area={place.id}", flash="boards-sample-flash-drawn")
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _show(request, form)


async def entry_scope(request: Request) -> Scope:
    """The area a draw is of. Raises NotFound."""
    request.state.entry = await service_sample.entry_of(int(request.path_params["id"]))
    return service.scope_of(request.state.entry.draw.place)


async def call_page(request: Request) -> Response:
    """One matter, its telephone, three answers."""
    return await _call(request, empty())


async def _call(request: Request, form: Form[Any]) -> Response:
    actor = actor_of(request)
    entry: SampleEntry = request.state.entry
    matter = entry.matter
    view = CallPage(
        entry=entry,
        title=f"{matter.number} {matter.title}",
        done=day_text(actor.lang, matter.completed_at) if matter.completed_at else "",
        phone=await service_sample.telephone(actor, matter) if entry.answer is None else "",
        back=f"/board/sample?month={entry.draw.month}&area={entry.draw.place_id}",
        form=form,
    )
    return render(request, "boards/sample_call.html", view, status=422 if form.errors else 200)


async def note(request: Request) -> Response:
    """Write the answer down."""
    entry: SampleEntry = request.state.entry
    form = await read_form(request, NoteForm)
    if form.value is not None:
        try:
            await service_sample.note(actor_of(request), entry, form.value.answer)
            back = f"/board/sample?month={entry.draw.month}&area={entry.draw.place_id}"
            return redirect(back, flash="boards-flash-answered")
        except Refused as refusal:
            form.refuse(actor_of(request).lang, refusal)
    return await _call(request, form)


ROUTES: list[BaseRoute] = [
    page("/board/sample", sample_page, action="boards.sample", scope=sample_scope),
    post("/board/sample", draw, action="boards.sample", scope=sample_scope),
    page("/board/sample/{id:int}", call_page, action="boards.sample", scope=entry_scope),
    post("/board/sample/{id:int}", note, action="boards.sample", scope=entry_scope),
]
