"""Pages of notices: the board, one notice, its sheet, posting, correcting, rating. They only translate."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import urlencode

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page, post, query_id
from linyue.matters.rules import Rating
from linyue.matters.service_views import name_of
from linyue.meetings.joining import qr_svg, site_address
from linyue.oversight import routes_voices, service, service_meetings, service_procedures, service_views
from linyue.oversight.model import Notice, NoticeCorrection, NoticeRating, Voice
from linyue.oversight.routes_voices import Line, line_of
from linyue.oversight.rules import LEAST_DAYS, MOST_DAYS, NoticeKind
from linyue.people import service as people
from linyue.places import service as places
from linyue.places.model import Place

PER_PAGE = 20


class PostForm(FormModel):
    """A notice to be posted."""

    place: RowId
    kind: NoticeKind
    title: str = Field(default="", max_length=60)
    text: str = Field(default="", max_length=4000)
    days: int = LEAST_DAYS
    matter: str = Field(default="", max_length=16)


class CorrectForm(FormModel):
    """What is right instead."""

    text: str = Field(default="", max_length=4000)
    reason: str = Field(default="", max_length=500)
    version: RowId


class RateForm(FormModel):
    """Satisfied or not."""

    rating: Rating


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice on the board."""

    title: str
    kind: str
    place: str
    posted_at: datetime
    ends_at: datetime
    voices: int
    waiting: int
    href: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board of a place, or of the whole district."""

    place: str
    code: str
    tabs: list[tuple[str, str, bool, None]]
    kind: str
    """Of the kind chosen: its key, or "" for all."""
    is_past: bool
    other: str
    """Address of the notices whose period is over, or back."""
    lines: list[NoticeLine]
    total: int
    href: str
    current: int
    last: int
    law: str
    """Whose law orders it: town or village at a place, both for the whole district."""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction as everybody reads it."""

    text: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One notice with everything that was said of it."""

    public_id: str
    number: str
    title: str
    kind: str
    text: str
    place: str
    code: str
    days: int
    posted_at: datetime
    ends_at: datetime
    is_posted: bool
    matter_number: str
    procedure: str
    """Number of the procedure whose disclosure this is; empty for one posted by hand."""
    matter_title: str
    meeting: str
    """Public id of the meeting whose outcome this is; empty for every other notice."""
    corrections: list[CorrectionView]
    voices: list[Line]
    ratings: list[tuple[str, int]]
    rated: int
    own_rating: str
    is_on_roll: bool
    may_appraise: bool
    may_correct: bool
    address: str
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class PostPage:
    """The form of a notice."""

    places: list[tuple[str, str]]
    least: int
    most: int
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class CorrectPage:
    """The form of a correction."""

    public_id: str
    title: str
    text: str
    version: int
    form: Form[Any]


async def board_page(request: Request) -> Response:
    """What is disclosed, by the law's kinds."""
    query, lang = request.query_params, actor_of(request).lang
    code = query.get("place", "")[:40]
    place = await places.place_by_code(code) if code else None
    if code and place is None:
        raise NotFound
    kind = NoticeKind(query["kind"]) if query.get("kind") in set(NoticeKind) else None
    is_past = query.get("past") == "1"
    kept = {k: v for k, v in (("place", code), ("kind", kind.value if kind else "")) if v}
    past = {"past": "1"} if is_past else {}
    rows = service_views.board(place, kind, is_past=is_past)
    total = await rows.count()
    last = max(1, ceil(total / PER_PAGE))
    current = min(query_id(request, "page") or 1, last)
    found = await rows.offset((current - 1) * PER_PAGE).limit(PER_PAGE)
    every, waiting = await service_views.voice_counts([one.id for one in found])
    base = {k: v for k, v in kept.items() if k != "kind"} | past
    tabs: list[tuple[str, str, bool, None]] = [
        (t(lang, "oversight-kind-all"), _href(base), kind is None, None),
        *((t(lang, f"oversight-kind-{k.value}"), _href(base | {"kind": k.value}), k is kind, None) for k in NoticeKind),
    ]
    shown = BoardPage(
        place=name_of(lang, place) if place else "",
        code=code,
        tabs=tabs,
        kind=kind.value if kind else "",
        is_past=is_past,
        other=_href(kept if is_past else kept | {"past": "1"}),
        lines=[
            NoticeLine(
                title=one.title,
                kind=one.kind.value,
                place=name_of(lang, one.place),
                posted_at=one.posted_at,
                ends_at=one.ends_at,
                voices=every[one.id],
                waiting=waiting[one.id],
                href=f"/notices/{one.public_id}",
            )
            for one in found
        ],
        total=total,
        href=_href(kept | past | {"page": ""}),
        current=current,
        last=last,
        law="both" if place is None or place.depth < 2 else "village" if await places.is_village(place) else "town",
    )
    return render(request, "oversight/board.html", shown)


def _href(query: dict[str, str]) -> str:
    return f"/notices?{urlencode(query)}" if query else "/notices"


async def notice_page(request: Request) -> Response:
    """One notice."""
    return await _notice(request, await _row(request), empty())


async def sheet_page(request: Request) -> Response:
    """The notice as one sheet for the board at the gate."""
    shown = await _page(request, await _row(request), empty())
    return render(request, "oversight/sheet.html", shown)


async def qr_picture(request: Request) -> Response:
    """The way from the sheet to the notice."""
    notice = await _row(request)
    return Response(qr_svg(f"{site_address(request)}/notices/{notice.public_id}"), media_type="image/svg+xml")


async def _notice(request: Request, notice: Notice, form: Form[Any], status: int = 200) -> Response:
    return render(request, "oversight/notice.html", await _page(request, notice, form), status=status)


async def _page(request: Request, notice: Notice, form: Form[Any]) -> NoticePage:
    actor = actor_of(request)
    ratings = await service_views.ratings_of(NoticeRating.filter(notice_id=notice.id))
    own = await service_views.own_rating(notice.id, actor.person_id)
    scope = service.scope_of_place(notice.place)
    matter = notice.matter if notice.matter_id is not None else None
    procedure = await service_procedures.procedure_of(notice)
    meeting = await service_meetings.meeting_of(notice)
    return NoticePage(
        public_id=notice.public_id,
        number=notice.number,
        title=notice.title,
        kind=notice.kind.value,
        text=notice.text,
        place=name_of(actor.lang, notice.place),
        code=notice.place.code,
        days=notice.days,
        posted_at=notice.posted_at,
        ends_at=notice.ends_at,
        is_posted=clock.now() <= notice.ends_at,
        matter_number=matter.number if matter else "",
        procedure=procedure.number if procedure is not None else "",
        meeting=meeting.public_id if meeting is not None else "",
        matter_title=matter.title if matter and matter.is_public and not matter.hidden_reason else "",
        corrections=[
            CorrectionView(one.text, one.reason, one.at)
            for one in await NoticeCorrection.filter(notice_id=notice.id).order_by("id")
        ],
        voices=[line_of(actor, one) for one in await Voice.of(notice.id).select_related("place", "notice")],
        ratings=[(one.value, n) for one, n in ratings.items()],
        rated=sum(ratings.values()),
        own_rating=own.value if own else "",
        is_on_roll=await people.is_on_roll(actor, notice.place.path),
        may_appraise=allow(actor, "oversight.appraise", scope) and actor.person_id != notice.author_id,
        may_correct=allow(actor, "oversight.post", scope),
        address=f"{site_address(request)}/notices/{notice.public_id}",
        form=form,
    )


async def rate(request: Request) -> Response:
    """Rate a notice."""
    notice = await _row(request)
    form = await read_form(request, RateForm)
    if form.value is not None:
        try:
            await service.rate_notice(actor_of(request), notice.id, form.value.rating)
            return redirect(f"/notices/{notice.public_id}", flash="oversight-flash-rated")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _notice(request, notice, form, 422)


async def post_page(request: Request) -> Response:
    """The form of a notice; `place` in the address is chosen already."""
    start: dict[str, Any] = {"days": str(LEAST_DAYS), "matter": request.query_params.get("matter", "")[:16]}
    place = await places.place_by_code(request.query_params.get("place", "")[:40])
    return await _post(request, empty(**start | ({"place": str(place.id)} if place else {})))


async def _post(request: Request, form: Form[Any], status: int = 200) -> Response:
    actor = actor_of(request)
    found = [(str(one.id), name_of(actor.lang, one)) for one in await service.places_to_post(actor)]
    return render(request, "oversight/post.html", PostPage(found, LEAST_DAYS, MOST_DAYS, form), status=status)


async def post_it(request: Request) -> Response:
    """Post a notice."""
    form = await read_form(request, PostForm)
    if form.value is not None:
        sent = form.value
        try:
            notice = await service.post_notice(
                actor_of(request),
                sent.place,
                sent.kind,
                sent.title,
                sent.text,
                days=sent.days,
                matter_number=sent.matter,
            )
            return redirect(f"/notices/{notice.public_id}", flash="oversight-flash-posted")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _post(request, form, 422)


async def correct_page(request: Request) -> Response:
    """The form of a correction."""
    return await _correct(request, await _row(request), empty())


async def _correct(request: Request, notice: Notice, form: Form[Any], status: int = 200) -> Response:
    shown = CorrectPage(notice.public_id, notice.title, notice.text, notice.version, form)
    return render(request, "oversight/correct.html", shown, status=status)


async def correct_it(request: Request) -> Response:
    """Correct a notice."""
    notice = await _row(request)
    form = await read_form(request, CorrectForm)
    if form.value is not None:
        try:
            sent = form.value
            await service.correct_notice(actor_of(request), notice.id, sent.text, sent.reason, sent.version)
            return redirect(f"/notices/{notice.public_id}", flash="oversight-flash-corrected")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
            notice = await _row(request)
    return await _correct(request, notice, form, 422)


async def _row(request: Request) -> Notice:
    return await service.notice_by_public_id(request.path_params["public_id"])


async def _scope(request: Request) -> Scope:
    place: Place = (await _row(request)).place
    return service.scope_of_place(place)


AT = "/notices/{public_id}"
ROUTES: list[BaseRoute] = [
    page("/notices", board_page, action="oversight.read"),
    page("/notices/new", post_page, action="oversight.post"),
    post("/notices/new", post_it, action="oversight.post"),
    page(AT, notice_page, action="oversight.read"),
    page(f"{AT}/sheet", sheet_page, action="oversight.read"),
    page(f"{AT}/qr.svg", qr_picture, action="oversight.read"),
    page(f"{AT}/correct", correct_page, action="oversight.post", scope=_scope),
    post(f"{AT}/correct", correct_it, action="oversight.post", scope=_scope),
    post(f"{AT}/rate", rate, action="oversight.rate", scope=_scope),
    *routes_voices.ROUTES,
]
