"""The report in three steps: where, what, check the answers. Nothing is kept on the server between them but photos.

The same pages serve staff who fill it in for somebody at the desk or on the telephone, under /desk/report.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, RowId, empty, read_form, row_id
from linyue.base.i18n import t
from linyue.base.pages import day_text, daytime_text, redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import PHOTO_BODY, actor_of, page, post
from linyue.centres import service as centres
from linyue.matters import service_merge, service_photos, service_report, service_triage, service_views
from linyue.matters.model import DraftPhoto
from linyue.matters.routes_matter import matter_of, matter_scope, photo_response, slip_link
from linyue.matters.routes_where import base_of
from linyue.matters.rules import NUMBER_AT_MOST, MatterRefusal
from linyue.matters.rules_danger import emergency_numbers
from linyue.matters.rules_text import lines_of
from linyue.matters.service_report import NewMatter
from linyue.matters.service_step import DESK_ROLES
from linyue.matters.service_views import PhotoView, RowView
from linyue.people import service as people
from linyue.places import service as places
from linyue.places.model import Place


class ReportForm(FormModel):
    """Everything a report carries from step to step; checked only when it is filed."""

    form_id: str = Field(max_length=40)
    place: RowId
    title: str = ""
    text: str = ""
    is_private: bool = False
    phone: str = ""
    channel: str = ""
    is_told: bool = False
    """The page that says whom to call first was shown."""
    drop: list[str] = []
    """Photos to take out again."""
    into: str = Field(default="", max_length=NUMBER_AT_MOST)
    """At the desk: the number of the matter that the caller means too."""


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
    triage_days: int
    """Working days in which the community's desk passes it on."""
    guess: str
    alike: list[RowView]
    numbers: tuple[str, ...]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class UrgentPage:
    """Before anything else: whom to call. What was written goes on from here."""

    base: str
    numbers: tuple[str, ...]
    raw: dict[str, str]


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


async def _place(wanted: str) -> Place:
    place = await Place.get_or_none(id=row_id(wanted))
    if place is None or await places.community_of(place) is None:
        raise NotFound()
    return place


async def what_page(request: Request) -> Response:
    """Step two, fresh."""
    wanted = request.query_params.get("place", "")
    place = await _place(wanted)
    form: Form[Any] = empty(form_id=secrets.token_urlsafe(16), place=str(place.id))
    return await _what(request, place, form)


async def _what(request: Request, place: Place, form: Form[Any], status: int = 200) -> Response:
    drafts = await service_photos.drafts_of(actor_of(request), str(form.get("form_id")))
    shown = WhatPage(
        base=base_of(request),
        is_desk=base_of(request) == "/desk/report",
        place=await service_views.address_of(actor_of(request).lang, place.path),
        place_id=place.id,
        form=form,
        photos=service_views.draft_views(actor_of(request).lang, drafts),
    )
    return render(request, "matters/what.html", shown, status=status)


async def change(request: Request) -> Response:
    """Back from step three to step two, with everything as it was."""
    form = await read_form(request, ReportForm)
    raw = form.raw.get("place", "")
    place = await _place(raw)
    form.errors.clear()
    return await _what(request, place, form)


async def check(request: Request) -> Response:
    """Step three: keep the photos, show everything once more."""
    actor = actor_of(request)
    form = await read_form(request, ReportForm)
    raw = form.raw.get("place", "")
    place = await _place(raw)
    if form.value is not None:
        try:
            await _keep(request, form)
            if not form.value.title or len(form.value.title) > service_report.TITLE_AT_MOST:
                raise Refused(MatterRefusal.NO_TITLE, field="title", n=service_report.TITLE_AT_MOST)
            if len(lines_of(form.value.text)) > service_report.TEXT_AT_MOST:
                raise Refused(MatterRefusal.TEXT_TOO_LONG, field="text", n=service_report.TEXT_AT_MOST)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    if form.value is None:
        return await _what(request, place, form, status=422)
    numbers = emergency_numbers(f"{form.value.title} {form.value.text}")
    if numbers and not form.value.is_told:
        raw = {k: str(v) for k, v in form.raw.items() if k not in ("drop", "into")}
        return render(request, "matters/urgent.html", UrgentPage(base_of(request), numbers, raw))
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
    is_desk = base_of(request) == "/desk/report"
    # The desk of this community, which merges later, is shown private ones too.
    sees_all = is_desk and any(g.role in DESK_ROLES and community.path.startswith(g.place_path) for g in actor.grants)
    alike = await service_report.alike(title, text, place, is_staff=sees_all)
    shown = CheckPage(
        base=base_of(request),
        is_desk=is_desk,
        place=await service_views.address_of(actor.lang, place.path),
        raw={k: str(v) for k, v in form.raw.items() if k not in ("drop", "into")},
        photos=service_views.draft_views(actor.lang, await service_photos.drafts_of(actor, str(form.get("form_id")))),
        receiver=service_views.name_of(actor.lang, community),
        triage_days=(await centres.handling()).triage_days,
        guess=await _guess(actor.lang, f"{title} {text}", community),
        alike=await service_views.rows_of(actor.lang, alike, is_staff=sees_all),
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
        assigned = await centres.centre_for(community, item_code=found[0].item_code or "")
        if assigned is None:
            return ""
        return t(lang, "matters-guess-centre", centre=service_views.name_of(lang, assigned.centre))
    return t(lang, f"matters-guess-{way.replace('_', '-')}")


async def file(request: Request) -> Response:
    """File it. A second tap gets the same matter."""
    actor = actor_of(request)
    form = await read_form(request, ReportForm)
    raw = form.raw.get("place", "")
    place = await _place(raw)
    if form.value is not None:
        try:
            new = await _new(request, form.value)
            if form.value.into and base_of(request) == "/desk/report":
                there = await service_merge.join_caller(actor, new, form.value.into)
                return redirect(f"/m/{there.number}", flash="matters-flash-caller-joined")
            matter = await service_report.report_matter(actor, new)
            return redirect(f"/m/{matter.number}/done")
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
    return await _check(request, place, form, status=422)


async def _new(request: Request, value: ReportForm) -> NewMatter:
    actor = actor_of(request)
    await ratelimit.check("200/hour" if base_of(request) == "/desk/report" else "20/hour", "matters.report",
                          str(actor.person_id), reason=MatterRefusal.TOO_MANY_REPORTS)  # fmt: skip
    reporter_id, channel = actor.person_id, "web"
    if base_of(request) == "/desk/report":
        known = await people.find_by_phone(value.phone) if value.phone else None
        reporter_id = known.id if known else None
        channel = value.channel if value.channel in ("phone", "desk") else "desk"
    return NewMatter(
        form_id=value.form_id,
        place_id=value.place,
        title=value.title,
        text=lines_of(value.text),
        is_public=not value.is_private,
        reporter_id=reporter_id,
        phone=value.phone if base_of(request) == "/desk/report" else "",
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
        due=day_text(actor.lang, matter.due_at) if matter.due_at else "",
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
