"""Pages on which minutes are written, signed and added to. They translate and call one service function each."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import daytime_text, redirect, render
from linyue.base.policy import allow
from linyue.base.routing import actor_of, page, post
from linyue.meetings.model import Meeting
from linyue.meetings.service import scope_of
from linyue.minutes import service, service_read
from linyue.minutes.model import Minutes
from linyue.minutes.pages import EditPage, Part, WorkPage
from linyue.minutes.routes_sheet import find_meeting, find_minutes, meeting_scope, parts_of, sheet_of
from linyue.minutes.rules import TEXT_LIMIT, MinutesRefusal, MinutesState


class SectionForm(FormModel):
    """What the recorder wrote, over the version they had on screen."""

    text: str = Field(default="", max_length=TEXT_LIMIT)
    seen: int = Field(ge=1)


class SeenForm(FormModel):
    """A step with the version that was on screen."""

    seen: int = Field(ge=1)


class AddendumForm(FormModel):
    """Something put right after publication."""

    text: str = Field(default="", max_length=1000)


async def work_page(request: Request) -> Response:
    """The minutes with what is still to be done with them."""
    return await _work(request, await find_meeting(request))


async def _work(request: Request, meeting: Meeting, form: Form[Any] | None = None, status: int = 200) -> Response:
    minutes = await service_read.minutes_of(meeting.id)
    if minutes is None:
        return redirect(f"/meetings/{meeting.public_id}/minutes")
    lang, actor, scope = request.state.prefs.lang, actor_of(request), await scope_of(meeting)
    is_draft = minutes.state is MinutesState.DRAFT
    missing = await service_read.still_missing(minutes)
    words = [t(lang, f"meetings-office-{office.value}") for office in missing.offices]
    if missing.people > len(missing.offices):
        words.append(t(lang, "minutes-more-people", n=missing.people - len(missing.offices)))
    signed = {row.person_id for row in await service_read.signatures_of(minutes)}
    capacity = await service.capacity_of(actor, meeting, await service.held_offices(meeting.id))
    shown = WorkPage(
        sheet=await sheet_of(request, meeting, minutes),
        missing=words if is_draft else [],
        may_edit=allow(actor, "minutes.edit", scope),
        may_sign=is_draft and capacity is not None and actor.person_id not in signed,
        has_signed=is_draft and actor.person_id in signed,
        form=form,
    )
    return render(request, "minutes/work.html", shown, status=status)


async def draft(request: Request) -> Response:
    """Have the minutes drafted now, without waiting for the clock."""
    meeting = await find_meeting(request)
    await service.draft_minutes(actor_of(request), meeting.id)
    return redirect(f"/meetings/{meeting.public_id}/minutes/desk")


async def edit_page(request: Request) -> Response:
    """One section in the editor, with the drafted words to begin from."""
    meeting = await find_meeting(request)
    minutes = await find_minutes(meeting)
    if minutes.state is MinutesState.PUBLISHED:
        return redirect(f"/meetings/{meeting.public_id}/minutes/desk")
    part = await _part(request, minutes)
    drafted = "\n".join(part.lines) if part.is_told else ""
    form = empty(text=part.text or drafted)
    return render(request, "minutes/edit.html", EditPage(meeting.public_id, part, minutes.version, None, form))


async def edit(request: Request) -> Response:
    """Save a section. When somebody else was quicker: who, what stands now, and the writer's own words kept."""
    meeting = await find_meeting(request)
    minutes = await find_minutes(meeting)
    part = await _part(request, minutes)
    form = await read_form(request, SectionForm)
    theirs, status, seen = None, 422, form.get("seen")
    if form.value is not None:
        sent = form.value
        text = "" if part.is_told and sent.text.splitlines() == part.lines else sent.text
        try:
            await service.edit_section(actor_of(request), minutes.id, part.key, text, sent.seen)
            return redirect(f"/meetings/{meeting.public_id}/minutes/desk", flash="minutes-flash-saved")
        except Refused as refusal:
            if refusal.reason is MinutesRefusal.CHANGED_MEANWHILE:
                fresh = await find_minutes(meeting)
                part = await _part(request, fresh)
                theirs, status, seen = part.text or "\n".join(part.lines), 409, fresh.version
            form.refuse(request.state.prefs.lang, _in_words(request, refusal))
    number = int(seen) if str(seen).isdigit() else minutes.version
    return render(request, "minutes/edit.html", EditPage(meeting.public_id, part, number, theirs, form), status=status)


async def _part(request: Request, minutes: Minutes) -> Part:
    parts = await parts_of(request, await service_read.version_of(minutes))
    part = next((one for one in parts if one.key == request.path_params["section"]), None)
    if part is None:
        raise NotFound()
    return part


def _in_words(request: Request, refusal: Refused) -> Refused:
    """The same refusal with the time in the reader's words."""
    args, lang = dict(refusal.args_for_text), request.state.prefs.lang
    if "at" in args:
        args["at"] = daytime_text(lang, datetime.fromisoformat(str(args["at"])))
        args["who"] = args["who"] or t(lang, "minutes-by-itself")
    return Refused(refusal.reason, field=refusal.field, **args)


async def _step(request: Request, meeting: Meeting, step: Awaitable[object], flash: str) -> Response:
    try:
        await step
    except Refused as refusal:
        form = empty()
        words = _in_words(request, refusal)
        form.refuse(request.state.prefs.lang, Refused(words.reason, field=None, **words.args_for_text))
        return await _work(request, meeting, form, status=409)
    return redirect(f"/meetings/{meeting.public_id}/minutes/desk", flash=flash)


async def refresh(request: Request) -> Response:
    """Bring in what has happened since the draft."""
    meeting = await find_meeting(request)
    minutes = await find_minutes(meeting)
    form = await read_form(request, SeenForm)
    seen = form.value.seen if form.value is not None else 1
    step = service.bring_up_to_date(actor_of(request), minutes.id, seen)
    return await _step(request, meeting, step, "minutes-flash-refreshed")


async def sign(request: Request) -> Response:
    """Sign the version on screen."""
    meeting = await find_meeting(request)
    minutes = await find_minutes(meeting)
    form = await read_form(request, SeenForm)
    seen = form.value.seen if form.value is not None else 0
    return await _step(request, meeting, service.sign(actor_of(request), minutes.id, seen), "minutes-flash-signed")


async def add(request: Request) -> Response:
    """Add a dated correction to published minutes."""
    meeting = await find_meeting(request)
    minutes = await find_minutes(meeting)
    form = await read_form(request, AddendumForm)
    if form.value is not None:
        try:
            await service.add_addendum(actor_of(request), minutes.id, form.value.text)
            return redirect(f"/meetings/{meeting.public_id}/minutes/desk", flash="minutes-flash-added")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return await _work(request, meeting, form, status=422)


BASE = "/meetings/{public_id}/minutes"
ROUTES: list[BaseRoute] = [
    page(f"{BASE}/desk", work_page, action="minutes.work", scope=meeting_scope),
    post(f"{BASE}/draft", draft, action="minutes.work", scope=meeting_scope),
    page(f"{BASE}/edit/{{section}}", edit_page, action="minutes.edit", scope=meeting_scope),
    post(f"{BASE}/edit/{{section}}", edit, action="minutes.edit", scope=meeting_scope),
    post(f"{BASE}/refresh", refresh, action="minutes.edit", scope=meeting_scope),
    post(f"{BASE}/sign", sign, action="minutes.sign", scope=meeting_scope),
    post(f"{BASE}/addenda", add, action="minutes.edit", scope=meeting_scope),
]
