"""Public and residents' pages of matters: the list, one matter, following, answering, rating."""

from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.forms import FormModel, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page, post, query_id
from linyue.councils.model import Council
from linyue.matters import (
    routes_after,
    routes_appeals,
    routes_batch,
    routes_bulk,
    routes_call,
    routes_counter,
    routes_desk,
    routes_measured,
    routes_merge_places,
    routes_place,
    routes_recusal,
    routes_refused,
    routes_report,
    routes_slip,
    routes_templates,
    routes_topics,
    routes_triage,
    routes_triage_steps,
    routes_trial,
    routes_where,
    service_council,
    service_moderate,
    service_report,
    service_study,
    service_views,
)
from linyue.matters.model import Matter, MatterFollower
from linyue.matters.routes_matter import matter_again, matter_of, matter_page, matter_scope
from linyue.matters.rules import FINAL, NUMBER_AT_MOST, TEXT_AT_MOST, MatterState, Opinion, Rating, Stage, Way
from linyue.matters.rules_parts import whole_number
from linyue.matters.service_step import link_of
from linyue.matters.service_views import RowView

PER_PAGE = 20
STAGE_FILTER: dict[Stage, Q] = {
    Stage.TRIAGE: Q(state=MatterState.REPORTED),
    Stage.COUNCIL: Q(
        way=Way.COUNCIL,
        state__in=[
            MatterState.ASSIGNED,
            MatterState.ACCEPTED,
            MatterState.WAITING,
            MatterState.ON_AGENDA,
            MatterState.IN_MEETING,
        ],
    ),
    Stage.OFFICE: Q(
        way__in=[Way.CENTRE, Way.OWN_DESK], state__in=[MatterState.ASSIGNED, MatterState.ACCEPTED, MatterState.WAITING]
    ),
    Stage.PROMISE: Q(state__in=[MatterState.RESOLVED, MatterState.EXECUTING]),
    Stage.DONE: Q(state__in=[MatterState.COMPLETED, MatterState.CLOSED, MatterState.REFERRED, MatterState.REFUSED]),
}


@dataclass(frozen=True, slots=True)
class ListPage:
    """The public list, or one's own."""

    rows: list[RowView]
    stages: list[tuple[str, str, bool, None]]
    total: int
    current: int
    last: int
    href: str
    q: str
    stage: str
    is_mine: bool
    council: Council | None
    """The council whose matters alone are shown."""


class VersionForm(FormModel):
    """A form that carries nothing but the version it was shown with."""

    version: int


class StudyForm(FormModel):
    """What the pre-study found."""

    version: int
    opinion: Opinion
    text: str = Field(default="", max_length=400)


class AnswerForm(FormModel):
    """An answer to the handler's question."""

    version: int
    text: str = Field(default="", max_length=TEXT_AT_MOST)


class RateForm(FormModel):
    """满意, 基本满意 or 不满意, with a comment."""

    version: int
    rating: Rating
    text: str = Field(default="", max_length=TEXT_AT_MOST)


class FlagForm(FormModel):
    """Why something should not be public."""

    reason: str = Field(default="", max_length=TEXT_AT_MOST)


async def list_page(request: Request) -> Response:
    """Public matters, newest first; filters are in the address. `mine=1` shows what one reported or follows."""
    actor = actor_of(request)
    query = request.query_params
    is_mine = query.get("mine") == "1" and actor.is_signed_in
    stage = query.get("stage", "all") if query.get("stage") in set(Stage) else "all"
    words = query.get("q", "").strip()[:40]
    found = await _mine(actor.person_id or 0) if is_mine else Matter.filter(is_public=True, root_id=None)
    found = found.exclude(state__in=[MatterState.MERGED, MatterState.WITHDRAWN]) if not is_mine else found
    if stage != "all":
        found = found.filter(_at_stage(Stage(stage)))
    if words:
        found = found.filter(
            Q(number=whole_number(words[:NUMBER_AT_MOST]))
            | Q(hidden_reason="") & (Q(title__icontains=words) | Q(text__icontains=words))
        )
    council = await service_council.council_of_address(query.get("council", ""))
    if council is not None:
        found = found.filter(service_council.at_council(council.place.path))
    community = query_id(request, "community")
    if community is not None:
        found = found.filter(community_id=community)
    total = await found.count()
    last = max(1, ceil(total / PER_PAGE))
    current = min(query_id(request, "page") or 1, last)
    shown_here = found.order_by("-id").offset((current - 1) * PER_PAGE).limit(PER_PAGE)
    kept = {k: v for k, v in query.items() if k in {"q", "mine", "community", "council"} and v}
    shown = ListPage(
        rows=await service_views.rows_of(actor.lang, await service_views.listed(shown_here)),
        stages=[
            (t(actor.lang, f"matters-list-{one.value}"), _href(kept, stage=one.value), one.value == stage, None)
            for one in Stage
        ],
        total=total,
        current=current,
        last=last,
        href=_href(kept, stage=stage, page=""),
        q=words,
        stage=stage,
        is_mine=is_mine,
        council=council,
    )
    return render(request, "matters/list.html", shown)


def _at_stage(stage: Stage) -> Q:
    """Numbers of which a part is at this stage; done is a number whose parts are all done."""
    seconds = Matter.filter(root_id__isnull=False).exclude(state=MatterState.MERGED)
    if stage is Stage.DONE:
        going = Subquery(seconds.filter(~STAGE_FILTER[Stage.DONE]).values("root_id"))
        return STAGE_FILTER[Stage.DONE] & ~Q(id__in=going)
    return STAGE_FILTER[stage] | Q(id__in=Subquery(seconds.filter(STAGE_FILTER[stage]).values("root_id")))


async def _mine(person_id: int) -> QuerySet[Matter]:
    ids = await MatterFollower.filter(person_id=person_id).values_list("matter_id", flat=True)
    return Matter.filter(id__in=list(ids))


def _href(kept: dict[str, str], **more: str) -> str:
    return f"/matters?{urlencode({**kept, **more})}"


async def detail_page(request: Request) -> Response:
    """One matter, from report to kept promise; a second part is on its number's page."""
    if matter_of(request).root_id is not None:
        return redirect(f"/m/{whole_number(matter_of(request).number)}")
    return render(request, "matters/matter.html", await matter_page(request, matter_of(request)))


async def old_address(request: Request) -> Response:
    """/matters/2026-0387 leads to /m/2026-0387."""
    return redirect(f"/m/{request.path_params['number']}")


async def follow(request: Request) -> Response:
    """Be told of every step."""
    matter = matter_of(request)
    await service_report.follow(actor_of(request), matter.thread_id)
    return redirect(link_of(matter), flash="matters-flash-following")


async def unfollow(request: Request) -> Response:
    """Not be told any more."""
    matter = matter_of(request)
    await service_report.unfollow(actor_of(request), matter.thread_id)
    return redirect(link_of(matter))


async def answer(request: Request) -> Response:
    """The reporter answers, or the desk writes down what was said on the telephone."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, AnswerForm)
    if form.value is not None:
        try:
            await service_report.answer(actor, matter.id, form.value.version, form.value.text)
            return redirect(link_of(matter), flash="matters-flash-answered")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await matter_again(request, form)


async def withdraw(request: Request) -> Response:
    """The reporter takes the report back."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, AnswerForm)
    if form.value is not None:
        try:
            await service_report.withdraw(actor, matter.id, form.value.version, form.value.text)
            return redirect(link_of(matter), flash="matters-flash-withdrawn")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await matter_again(request, form)


async def pre_study(request: Request) -> Response:
    """The Party organisation writes down what it found before residents decide."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, StudyForm)
    if form.value is not None:
        told = form.value
        try:
            await service_study.record_pre_study(actor, matter.id, told.version, told.opinion, told.text)
            return redirect(link_of(matter), flash="matters-flash-pre-studied")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await matter_again(request, form)


async def rate(request: Request) -> Response:
    """The reporter says whether it was done well."""
    actor, matter = actor_of(request), matter_of(request)
    form = await read_form(request, RateForm)
    if form.value is not None:
        try:
            told = form.value
            rated = await service_report.rate(actor, matter.id, told.version, told.rating, told.text)
            flash = "matters-flash-rated" if rated.state in FINAL else "matters-flash-reopened"
            if rated.state in FINAL and told.rating is Rating.UNSATISFIED:
                flash = "matters-flash-rated-last"
            return redirect(link_of(matter), flash=flash)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await matter_again(request, form)


async def flag(request: Request) -> Response:
    """A neighbour finds that something should not be public."""
    actor, matter = actor_of(request), matter_of(request)
    await ratelimit.check("20/hour", "matters.flag", str(actor.person_id))
    form = await read_form(request, FlagForm)
    if form.value is not None:
        try:
            await service_moderate.flag(actor, matter.id, form.value.reason)
            return redirect(link_of(matter), flash="matters-flash-flagged")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await matter_again(request, form)


ROUTES: list[BaseRoute] = [
    page("/matters", list_page, action="matters.list"),
    page("/m/{number}", detail_page, action="matters.read", scope=matter_scope),
    post("/m/{number}/follow", follow, action="matters.follow", scope=matter_scope),
    post("/m/{number}/unfollow", unfollow, action="matters.follow", scope=matter_scope),
    post("/m/{number}/flag", flag, action="matters.follow", scope=matter_scope),
    post("/m/{number}/answer", answer, action="matters.answer", scope=matter_scope),
    post("/m/{number}/withdraw", withdraw, action="matters.withdraw", scope=matter_scope),
    post("/m/{number}/pre-study", pre_study, action="matters.pre_study", scope=matter_scope),
    post("/m/{number}/rate", rate, action="matters.rate", scope=matter_scope),
    *routes_call.ROUTES,
    *routes_slip.ROUTES,
    *routes_report.ROUTES,
    *routes_batch.ROUTES,
    *routes_appeals.ROUTES,
    *routes_bulk.ROUTES,
    *routes_templates.ROUTES,
    *routes_triage.ROUTES,
    *routes_triage_steps.ROUTES,
    *routes_where.ROUTES,
    *routes_desk.ROUTES,
    *routes_trial.ROUTES,
    *routes_measured.ROUTES,
    *routes_refused.ROUTES,
    *routes_merge_places.ROUTES,
    *routes_counter.ROUTES,
    *routes_recusal.ROUTES,
    *routes_place.ROUTES,
    *routes_after.ROUTES,
    *routes_topics.ROUTES,
    page("/matters/{number:str}", old_address, action="matters.list"),
]
