"""Pages of appeals against where a matter was sent: the reporter's form, the desk's list, the answer."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import day_text, daytime_text, redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page, post
from linyue.centres import service as centres
from linyue.centres.rules import Way, route_of
from linyue.councils.rules import MatterKind
from linyue.matters import service, service_appeals, service_timeline, service_triage, service_views
from linyue.matters.model import Matter, MatterPhoto
from linyue.matters.model_appeals import Appeal
from linyue.matters.routes_matter import matter_of, matter_scope
from linyue.matters.rules import TEXT_AT_MOST
from linyue.matters.rules_appeals import APPEAL_DAYS, LADDER, refuse_answer
from linyue.matters.service_step import link_of
from linyue.matters.service_timeline import EntryView
from linyue.matters.service_triage import Sending
from linyue.matters.service_views import RowView

SHOWN = 100


class AppealForm(FormModel):
    """Why it went the wrong way."""

    reason: str = Field(default="", max_length=TEXT_AT_MOST)


class AnswerForm(FormModel):
    """The answer: it stays, or where it goes instead."""

    outcome: str = ""
    words: str = Field(default="", max_length=TEXT_AT_MOST)
    way: str = ""
    item: str = ""
    kind: str = ""
    department: str = Field(default="", max_length=80)


@dataclass(frozen=True, slots=True)
class AppealPage:
    """The reporter's form: what was decided and why."""

    number: str
    row_number: str
    title: str
    part: str
    where: str
    why: tuple[str, ...]
    days: int
    may: bool
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class AppealsPage:
    """Open appeals of this desk, and those answered lately."""

    open: list[RowView]
    answered: list[RowView]


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One appeal with the matter it is about."""

    id: int
    number: str
    title: str
    text: str
    part: str
    reason: str
    who: str
    asked: str
    due: str
    is_late: bool
    where: str
    why: tuple[str, ...]
    entries: list[EntryView]
    refusal: str
    """Why this reader cannot answer; empty when they can."""
    outcome: str
    answer: str
    ways: list[tuple[str, str]]
    items: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    form: Form[Any]


async def appeal_page(request: Request) -> Response:
    """Say why it went the wrong way."""
    return await _ask(request, empty())


async def _ask(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor, matter = actor_of(request), matter_of(request)
    shown = AppealPage(
        number=service_views.number_words(actor.lang, matter),
        row_number=matter.number,
        title=service_views.title_of(actor.lang, matter),
        part=service_views.part_words(actor.lang, matter),
        where=_where(actor.lang, matter),
        why=service_views.reason_lines(actor.lang, matter.reason),
        days=APPEAL_DAYS,
        may=await service_appeals.may_appeal(matter),
        form=form,
    )
    return render(request, "matters/appeal.html", shown, status=status)


def _where(lang: str, matter: Matter) -> str:
    return t(lang, f"matters-way-{matter.way.value.replace('_', '-')}") if matter.way else ""


async def appeal(request: Request) -> Response:
    """File it."""
    actor, matter = actor_of(request), matter_of(request)
    await ratelimit.check("20/hour", "matters.appeal", str(actor.person_id))
    form = await read_form(request, AppealForm)
    if form.value is not None:
        try:
            await service_appeals.appeal(actor, matter.id, form.value.reason)
            return redirect(link_of(matter), flash="matters-flash-appealed")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _ask(request, form, status=422)


async def appeals_page(request: Request) -> Response:
    """What waits for an answer at this desk."""
    actor = actor_of(request)
    paths = {g.place_path for g in actor.grants if g.role.value in LADDER}
    found = Appeal.all().select_related("matter", "matter__place", "matter__community")
    waiting = [a for a in await found.filter(answered_at=None).order_by("due_at") if _within(a, paths)]
    done = [a for a in await found.exclude(answered_at=None).order_by("-answered_at").limit(SHOWN) if _within(a, paths)]
    shown = AppealsPage([_row(actor.lang, a) for a in waiting[:SHOWN]], [_row(actor.lang, a) for a in done[:20]])
    return render(request, "matters/appeals.html", shown)


def _within(made: Appeal, paths: set[str]) -> bool:
    return any(made.matter.community.path.startswith(path) for path in paths)


def _row(lang: str, made: Appeal) -> RowView:
    if made.outcome is not None:
        chip, kind = t(lang, f"matters-appeal-{made.outcome.value}"), "ok"
    else:
        chip, kind = t(lang, f"matters-desk-of-{made.owner_role.replace('_', '-')}"), "warn" if made.late_at else "info"
    key = "matters-appeal-late-since" if made.late_at and made.outcome is None else "matters-appeal-due"
    meta = t(lang, key, number=service_views.number_words(lang, made.matter), day=day_text(lang, made.due_at))
    return RowView(str(made.id), f"/triage/appeals/{made.id}", made.matter.title, chip, kind, meta, None)


async def appeal_scope(request: Request) -> Scope:
    """The matter that the appeal is about. Raises NotFound."""
    found = await Appeal.get_or_none(id=int(request.path_params["id"])).select_related("matter")
    if found is None:
        raise NotFound()
    matter = await Matter.get(id=found.matter_id).select_related("community", "place")
    request.state.appeal, request.state.matter = found, matter
    return await service.scope_of(matter)


async def answer_page(request: Request) -> Response:
    """One appeal, with what was decided and why."""
    return await _answer(request, empty())


async def _answer(request: Request, form: Form[Any], status: int = 200) -> Response:
    if status != 200:
        await appeal_scope(request)
    actor, matter, made = actor_of(request), matter_of(request), request.state.appeal
    lang = actor.lang
    barred = [i for i in (made.decided_by_id, made.person_id) if i is not None]
    roles = service_appeals.roles_over(actor, matter)
    refusal = refuse_answer(made.owner_role, roles, actor.person_id or 0, barred, made.answered_at is not None)
    photos = await MatterPhoto.filter(matter_id=matter.thread_id).order_by("id")
    try:
        items = (await centres.catalogue_index()).catalogue.items
    except NotFound:
        items = ()
    shown = AnswerPage(
        id=made.id,
        number=service_views.number_words(lang, matter),
        title=matter.title,
        text=matter.text,
        part=service_views.part_words(lang, matter),
        reason=made.reason,
        who=t(lang, "matters-role-reporter") if made.person_id else t(lang, "matters-appeal-by-desk"),
        asked=daytime_text(lang, made.at),
        due=day_text(lang, made.due_at),
        is_late=made.late_at is not None,
        where=_where(lang, matter),
        why=service_views.reason_lines(lang, matter.reason),
        entries=await service_timeline.entries_of(lang, matter, is_inside=True, is_staff=True, photos=photos),
        refusal=t(lang, refusal.value) if refusal else "",
        outcome=t(lang, f"matters-appeal-{made.outcome.value}") if made.outcome else "",
        answer=made.answer,
        ways=[(way.value, t(lang, f"matters-way-{way.value.replace('_', '-')}")) for way in Way],
        items=[(i.code, f"{service_views.name_of(lang, i.name)} · {_way_of(lang, route_of(i))}") for i in items],
        kinds=[(kind.value, t(lang, f"councils-kind-{kind.value}")) for kind in MatterKind],
        form=form,
    )
    return render(request, "matters/appeal_answer.html", shown, status=status)


def _way_of(lang: str, way: Way) -> str:
    return t(lang, f"matters-way-{way.value.replace('_', '-')}")


async def answer(request: Request) -> Response:
    """Answer it: kept, or sent elsewhere."""
    actor, made = actor_of(request), request.state.appeal
    form = await read_form(request, AnswerForm)
    if form.value is not None:
        try:
            await service_appeals.answer(actor, made.id, form.value.words, await _sending(form.value))
            return redirect("/triage/appeals", flash="matters-flash-appeal-answered")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _answer(request, form, status=422)


async def _sending(told: AnswerForm) -> Sending | None:
    """Where it goes instead; None when it stays. An item names its way by itself."""
    service_appeals.check_outcome(told.outcome, told.item, told.way)
    if told.outcome == "kept":
        return None
    if told.item:
        named = await service_triage.sending_for(told.item)
        return Sending(named.way, named.item_code, told.kind, told.department, told.words)
    return Sending(Way(told.way), "", told.kind, told.department, told.words)


ROUTES: list[BaseRoute] = [
    page("/m/{number}/appeal", appeal_page, action="matters.appeal", scope=matter_scope),
    post("/m/{number}/appeal", appeal, action="matters.appeal", scope=matter_scope),
    page("/triage/appeals", appeals_page, action="matters.appeals"),
    page("/triage/appeals/{id:int}", answer_page, action="matters.appeal_answer", scope=appeal_scope),
    post("/triage/appeals/{id:int}", answer, action="matters.appeal_answer", scope=appeal_scope),
]
