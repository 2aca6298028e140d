"""The report in three steps: where, what, check the answers. Nothing is kept on the server between them but photos.

The same pages serve staff who fill it in for somebody at the desk or on the telephone, under /desk/report.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import daytime_text, redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import PHOTO_BODY, actor_of, page, post
from linyue.centres import service as centres
from linyue.matters import service_photos, service_report, service_triage, service_views
from linyue.matters.model import DraftPhoto
from linyue.matters.routes_matter import matter_of, matter_scope, photo_response, slip_link
from linyue.matters.rules import MatterRefusal
from linyue.matters.rules_text import emergency_numbers
from linyue.matters.service_report import NewMatter
from linyue.matters.service_views import PhotoView, RowView
from linyue.people import service as people
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


class ReportForm(FormModel):
    """Everything a report carries from step to step; checked only when it is filed."""

    form_id: str
    place: int
    title: str = ""
    text: str = ""
    is_private: bool = False
    phone: str = ""
    channel: str = ""
    drop: list[str] = []
    """Photos to take out again."""


@dataclass(frozen=True, slots=True)
class WherePage:
    """Step one: the place, from the district down, or one's own home at once."""

    base: str
    homes: list[tuple[str, str]]
    """Words and address of the next step."""
    here: str
    here_href: str
    """Address of the next step for the place itself; empty above a community."""
    children: list[tuple[str, str, bool]]
    """Words, address, and whether it leads straight to the next step."""
    up_href: str


@dataclass(frozen=True, slots=True)
class WhatPage:
    """Step two: words and photos."""

    base: str
    is_desk: bool
    place: str
    place_id: int
    form: Form[Any]
    photos: list[PhotoView]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Step three: what was written, who will receive it, what neighbours reported already."""

    base: str
    is_desk: bool
    place: str
    raw: dict[str, str]
    photos: list[PhotoView]
    receiver: str
    guess: str
    alike: list[RowView]
    numbers: tuple[str, ...]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class DonePage:
    """The number, who has it now, and the slip to print."""

    number: str
    title: str
    place: str
    due: str
    filed: str
    link: str
    numbers: tuple[str, ...]
    has_tail: bool
    is_desk: bool


def _base(request: Request) -> str:
    return "/desk/report" if request.url.path.startswith("/desk/") else "/report"


async def where_page(request: Request) -> Response:
    """Step one: choose the place."""
    actor, base = actor_of(request), _base(request)
    wanted = request.query_params.get("at", "")
    here = await Place.get_or_none(id=int(wanted)) if wanted.isdigit() else await _start(request)
    if here is None:
        raise NotFound()
    children = [c for c in await places.children_of(here.id) if c.kind is not PlaceKind.UNIT]
    is_place = here.kind not in (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)
    address = service_views.name_of(actor.lang, here)
    shown = WherePage(
        base=base,
        homes=await _homes(request) if base == "/report" and not wanted else [],
        here=address,
        here_href=f"{base}/what?place={here.id}" if is_place else "",
        children=[
            (service_views.name_of(actor.lang, c), _onward(base, c), c.kind is PlaceKind.BUILDING) for c in children
        ],
        up_href=f"{base}?at={here.parent_id}" if here.parent_id else "",
    )
    return render(request, "matters/where.html", shown)


def _onward(base: str, place: Place) -> str:
    """A building is the end of the way; other places are opened first."""
    return f"{base}/what?place={place.id}" if place.kind is PlaceKind.BUILDING else f"{base}?at={place.id}"


async def _start(request: Request) -> Place | None:
    """Where looking begins: a worker's community, a resident's compound, else the district."""
    actor = actor_of(request)
    if _base(request) == "/desk/report":
        paths = [g.place_path for g in actor.grants if g.role.value in ("social_worker", "grid_worker")]
        ids = [int(part) for path in paths[:1] for part in path.strip("/").split("/")]
        if ids:
            return await Place.get_or_none(id=ids[-1])
    return await places.the_district()


async def _homes(request: Request) -> list[tuple[str, str]]:
    """The homes of the reader: the flat, the building, the compound, each one tap."""
    actor = actor_of(request)
    found: list[tuple[str, str]] = []
    for home in (await people.homes_of(actor.person_id or 0))[:2]:
        unit = await Place.get(id=home.unit_id)
        trail = [p for p in await places.trail_of(unit) if p.depth >= 3]
        addresses = await places.addresses_of([p.path for p in trail], actor.lang)
        for place in reversed(trail):
            if place.kind is PlaceKind.STAIRWELL:
                continue
            words = t(actor.lang, f"matters-where-{place.kind.value}", place=addresses[place.path])
            pair = (words, f"/report/what?place={place.id}")
            if pair not in found:
                found.append(pair)
    return found


async def _place(place_id: int) -> Place:
    place = await Place.get_or_none(id=place_id)
    if place is None or await places.community_of(place) is None:
        raise NotFound()
    return place


async def what_page(request: Request) -> Response:
    """Step two, fresh."""
    wanted = request.query_params.get("place", "")
    place = await _place(int(wanted) if wanted.isdigit() else 0)
    form: Form[Any] = empty(form_id=secrets.token_urlsafe(16), place=str(place.id))
    return await _what(request, place, form)


async def _what(request: Request, place: Place, form: Form[Any], status: int = 200) -> Response:
    drafts = await service_photos.drafts_of(actor_of(request), str(form.get("form_id")))
    shown = WhatPage(
        base=_base(request),
        is_desk=_base(request) == "/desk/report",
        place=await service_views.address_of(actor_of(request).lang, place.path),
        place_id=place.id,
        form=form,
        photos=_draft_views(actor_of(request).lang, drafts),
    )
    return render(request, "matters/what.html", shown, status=status)


def _draft_views(lang: str, drafts: list[DraftPhoto]) -> list[PhotoView]:
    words = [t(lang, "matters-photo-before", n=n) for n in range(1, len(drafts) + 1)]
    return [
        PhotoView(f"/report/photos/{one.public_id}", word, word, one.public_id)
        for one, word in zip(drafts, words, strict=True)
    ]


async def change(request: Request) -> Response:
    """Back from step three to step two, with everything as it was."""
    form = await read_form(request, ReportForm)
    raw = form.raw.get("place", "")
    place = await _place(int(raw) if str(raw).isdigit() else 0)
    form.errors.clear()
    return await _what(request, place, form)


async def check(request: Request) -> Response:
    """Step three: keep the photos, show everything once more."""
    actor = actor_of(request)
    form = await read_form(request, ReportForm)
    raw = form.raw.get("place", "")
    place = await _place(int(raw) if str(raw).isdigit() else 0)
    if form.value is not None:
        try:
            await _keep(request, form)
            if not form.value.title or len(form.value.title) > service_report.TITLE_AT_MOST:
                raise Refused(MatterRefusal.NO_TITLE, field="title", n=service_report.TITLE_AT_MOST)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    if form.value is None:
        return await _what(request, place, form, status=422)
    return await _check(request, place, form)


async def _keep(request: Request, form: Form[ReportForm]) -> None:
    assert form.value is not None
    actor = actor_of(request)
    if form.value.drop:
        await service_photos.drop_drafts(actor, form.value.form_id, form.value.drop)
    uploads = form.files.get("photos", [])
    if uploads:
        await ratelimit.check("60/hour", "matters.photos", str(actor.person_id))
        raws = [await upload.read() for upload in uploads]
        await service_photos.keep_photos(actor, request.app.state.settings.data, form.value.form_id, raws)


async def _check(request: Request, place: Place, form: Form[ReportForm], status: int = 200) -> Response:
    actor = actor_of(request)
    title, text = str(form.get("title")), str(form.get("text"))
    community = await places.community_of(place)
    assert community is not None
    shown = CheckPage(
        base=_base(request),
        is_desk=_base(request) == "/desk/report",
        place=await service_views.address_of(actor.lang, place.path),
        raw={k: str(v) for k, v in form.raw.items() if k != "drop"},
        photos=_draft_views(actor.lang, await service_photos.drafts_of(actor, str(form.get("form_id")))),
        receiver=service_views.name_of(actor.lang, community),
        guess=await _guess(actor.lang, f"{title} {text}", community),
        alike=await service_views.rows_of(actor.lang, await service_report.alike(title, text, place)),
        numbers=emergency_numbers(f"{title} {text}"),
        form=form,
    )
    return render(request, "matters/check.html", shown, status=status)


async def _guess(lang: str, text: str, community: Place) -> str:
    """Who will most likely have it in the end, in a sentence; empty when that is not clear."""
    found = await service_triage.suggest_for_text(text)
    if not found:
        return ""
    way = found[0].way.value
    if way == "centre":
        assigned = await centres.centre_for(community)
        if assigned is None:
            return ""
        return t(lang, "matters-guess-centre", centre=service_views.name_of(lang, assigned.centre))
    return t(lang, f"matters-guess-{way.replace('_', '-')}")


async def file(request: Request) -> Response:
    """File it. A second tap gets the same matter."""
    actor = actor_of(request)
    form = await read_form(request, ReportForm)
    raw = form.raw.get("place", "")
    place = await _place(int(raw) if str(raw).isdigit() else 0)
    if form.value is not None:
        try:
            matter = await service_report.report_matter(actor, await _new(request, form.value))
            return redirect(f"/m/{matter.number}/done")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _check(request, place, form, status=422)


async def _new(request: Request, value: ReportForm) -> NewMatter:
    actor = actor_of(request)
    await ratelimit.check("200/hour" if _base(request) == "/desk/report" else "20/hour", "matters.report",
                          str(actor.person_id), reason=MatterRefusal.TOO_MANY_REPORTS)  # fmt: skip
    reporter_id, channel = actor.person_id, "web"
    if _base(request) == "/desk/report":
        known = await people.find_by_phone(value.phone) if value.phone else None
        reporter_id = known.id if known else None
        channel = value.channel if value.channel in ("phone", "desk") else "desk"
    return NewMatter(
        form_id=value.form_id,
        place_id=value.place,
        title=value.title,
        text=value.text,
        is_public=not value.is_private,
        reporter_id=reporter_id,
        phone=value.phone if _base(request) == "/desk/report" else "",
        channel=channel,
    )


async def done_scope(request: Request) -> Scope:
    """The matter, with who filed it for somebody as a party."""
    scope = await matter_scope(request)
    matter = matter_of(request)
    people_ids = scope.person_ids | ({matter.filed_by_id} if matter.filed_by_id else set())
    return Scope(place_path=scope.place_path, person_ids=frozenset(people_ids), is_public=scope.is_public)


async def done_page(request: Request) -> Response:
    """The number, what happens next, and the slip."""
    actor, matter = actor_of(request), matter_of(request)
    shown = DonePage(
        number=matter.number,
        title=matter.title,
        place=await service_views.address_of(actor.lang, matter.place.path),
        due=daytime_text(actor.lang, matter.due_at) if matter.due_at else "",
        filed=daytime_text(actor.lang, matter.reported_at),
        link=slip_link(request, matter),
        numbers=emergency_numbers(f"{matter.title} {matter.text}"),
        has_tail=bool(matter.tail_hash),
        is_desk=actor.person_id == matter.filed_by_id,
    )
    return render(request, "matters/done.html", shown)


async def draft_photo(request: Request) -> Response:
    """A photo of a form that is not filed yet, for who sent it."""
    found = await DraftPhoto.get_or_none(
        public_id=str(request.path_params["photo"]), person_id=actor_of(request).person_id
    )
    if found is None:
        raise NotFound()
    return photo_response(request, found.sha256)


async def old_address(request: Request) -> Response:
    """/matters/new leads to the form."""
    return redirect("/desk/report" if request.query_params.get("for") == "other" else "/report")


def _forms(base: str, action: str) -> list[BaseRoute]:
    return [
        page(base, where_page, action=action),
        page(f"{base}/what", what_page, action=action),
        post(f"{base}/what", change, action=action),
        post(f"{base}/check", check, action=action, max_body=PHOTO_BODY),
        post(base, file, action=action),
    ]


ROUTES: list[BaseRoute] = [
    *_forms("/report", "matters.report"),
    *_forms("/desk/report", "matters.report_for"),
    page("/report/photos/{photo}", draft_photo, action="matters.report"),
    page("/m/{number}/done", done_page, action="matters.slip", scope=done_scope),
    page("/matters/new", old_address, action="matters.list"),
]
