"""Pages of meetings for everybody: list, one meeting, notice, calendar file, joining. They only translate."""

from dataclasses import replace

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import allow
from linyue.base.routing import actor_of, client_address, page, post
from linyue.meetings import routes_compose, service, service_call_off
from linyue.meetings.acting import acting
from linyue.meetings.calendar import calendar_file
from linyue.meetings.joining import join_address, qr_svg
from linyue.meetings.model import AgendaItem, Meeting, MeetingOffice
from linyue.meetings.pages import (
    JoinPage,
    ListPage,
    MeetingLine,
    MeetingPage,
    OfficeLine,
    item_lines,
    law_lines,
    meeting_line,
    papers_of,
    picture_of,
    place_name,
    results_of,
    rights_page,
    spoken,
)
from linyue.meetings.pages_compose import body_word, matter_of
from linyue.meetings.routes_offices import find_meeting, meeting_scope
from linyue.meetings.rules import MeetingRefusal, MeetingState
from linyue.meetings.rules_rights import Act, acts_open
from linyue.meetings.service_codes import find_by_code
from linyue.meetings.service_council import council_count
from linyue.meetings.service_rights import parts_of, phase_in
from linyue.meetings.service_roll import called_size
from linyue.meetings.templates import sitting_ids

SHOWN = 30


class JoinForm(FormModel):
    """The code from the screen or the notice; spaces are people's way of reading six digits."""

    code: str = Field(min_length=1, max_length=20)


class CallOffForm(FormModel):
    """Why a meeting is called off."""

    reason: str = Field(default="", max_length=1000)


async def list_page(request: Request) -> Response:
    """Every meeting that is not a draft; drafts for those who may edit them."""
    actor, lang = actor_of(request), request.state.prefs.lang
    shown = await Meeting.shown().limit(SHOWN).select_related("place")
    lines = [meeting_line(meeting, lang) for meeting in shown]
    drafts = []
    for meeting in await Meeting.filter(state=MeetingState.DRAFT).order_by("-id").select_related("place"):
        if actor.is_signed_in and allow(actor, "meetings.edit", await service.scope_of(meeting)):
            drafts.append(meeting_line(meeting, lang))
    listed = ListPage(
        running=[line for line in lines if line.state == MeetingState.RUNNING],
        coming=sorted(
            (x for x in lines if x.state == MeetingState.ANNOUNCED or _is_to_come_no_more(x)), key=lambda x: x.starts_at
        ),
        past=[line for line in lines if line.state == MeetingState.ENDED and not _is_to_come_no_more(line)],
        drafts=drafts,
        may_draft=allow(actor, "meetings.draft"),
        matter=matter_of(request.query_params.get("matter", "")),
    )
    return render(request, "meetings/list.html", listed)


def _is_to_come_no_more(line: MeetingLine) -> bool:
    """One that was called off stands where people look for it until its time has passed."""
    return bool(line.called_off) and line.starts_at > clock.now()


async def detail_page(request: Request) -> Response:
    """One meeting: when, where, how to join, agenda, results. A draft leads to its composing page."""
    meeting = await find_meeting(request)
    if meeting.state is MeetingState.DRAFT:
        return redirect(f"/meetings/{meeting.public_id}/compose")
    return render(request, "meetings/detail.html", await _page(request, meeting))


async def notice_page(request: Request) -> Response:
    """The notice, to be printed and put up."""
    meeting = await find_meeting(request)
    return render(request, "meetings/notice.html", await _page(request, meeting))


async def call_off(request: Request) -> Response:
    """Call an announced meeting off, with a reason for everybody."""
    meeting, form = await find_meeting(request), await read_form(request, CallOffForm)
    reason = form.value.reason if form.value is not None else ""
    try:
        await service_call_off.call_off(actor_of(request), meeting.id, reason)
    except Refused as refusal:
        lang = request.state.prefs.lang
        words = t(lang, refusal.reason.value, **refusal.args_for_text)
        shown = replace(await _page(request, meeting), refused=words, typed=reason)
        return render(request, "meetings/detail.html", shown, status=409)
    return redirect(f"/meetings/{meeting.public_id}", flash="meetings-flash-called-off")


async def again(request: Request) -> Response:
    """Draft a meeting that was called off for another day."""
    meeting = await find_meeting(request)
    made = await service_call_off.draft_again(actor_of(request), meeting.id)
    return redirect(f"/meetings/{made.public_id}/compose", flash="meetings-flash-drafted")


async def _page(request: Request, meeting: Meeting) -> MeetingPage:
    lang, actor = request.state.prefs.lang, actor_of(request)
    plan, scope = meeting.plan, await service.scope_of(meeting)
    offices = await MeetingOffice.filter(meeting_id=meeting.id).order_by("id").select_related("person")
    is_open = meeting.state in (MeetingState.ANNOUNCED, MeetingState.RUNNING)
    address = join_address(request, meeting)
    items = await AgendaItem.of(meeting.id).select_related("matter", "roll_place")
    return MeetingPage(
        public_id=meeting.public_id,
        title=meeting.title_in(lang),
        place=place_name(meeting, lang),
        template_title=plan.title.pick(lang),
        summary=plan.summary.pick(lang),
        state=meeting.state.value,
        mode=meeting.mode.value,
        starts_at=meeting.starts_at,
        announced_at=meeting.announced_at,
        ended_at=meeting.ended_at,
        venue=meeting.venue,
        roll=t(lang, "meetings-roll-line", who=body_word(plan.roll, lang), n=await called_size(meeting)),
        minutes=sum(item.minutes for item in items),
        code=(meeting.join_code or "") if is_open else "",
        join_address=address,
        qr=f"/meetings/{meeting.public_id}/qr.svg" if is_open else "",
        items=item_lines(items, lang),
        offices=[OfficeLine(one.office.value, one.person.display_name, one.person.public_id) for one in offices],
        principles=spoken(plan.principles, lang),
        rules=spoken(plan.rules, lang),
        law=law_lines(plan, lang),
        picture=picture_of(meeting, items, lang),
        questions=await results_of(meeting.id, lang),
        papers=await papers_of(meeting, actor, lang),
        is_advice=all(one.question is None or not one.question.decision for one in plan.links),
        council=await council_count(meeting, lang),
        acts=acts_open(await phase_in(meeting), parts_of(actor, scope, is_on_roll=False)),
        called_off=meeting.called_off,
        may_draft=bool(meeting.called_off)
        and meeting.template in sitting_ids()
        and allow(actor, "meetings.draft", scope),
    )


async def rights(request: Request) -> Response:
    """Who may do what in which step."""
    return render(request, "meetings/rights.html", rights_page(request.state.prefs.lang))


async def qr_picture(request: Request) -> Response:
    """The way into the meeting, to be photographed."""
    meeting = await find_meeting(request)
    if meeting.join_code is None:
        raise NotFound()
    return Response(qr_svg(join_address(request, meeting)), media_type="image/svg+xml")


async def calendar(request: Request) -> Response:
    """The meeting for a phone's calendar."""
    meeting = await find_meeting(request)
    if meeting.state is MeetingState.DRAFT:
        raise NotFound()
    minutes = sum(item.minutes for item in await AgendaItem.of(meeting.id))
    body = calendar_file(meeting, minutes, request.state.prefs.lang, join_address(request, meeting))
    name = f'attachment; filename="meeting-{meeting.public_id}.ics"'
    return Response(body, media_type="text/calendar", headers={"Content-Disposition": name})


async def room(request: Request) -> Response:
    """To the room while there is one, else to the meeting."""
    meeting = await find_meeting(request)
    if meeting.state in (MeetingState.ANNOUNCED, MeetingState.RUNNING):
        return redirect(f"/live/{meeting.join_code}")
    return redirect(f"/meetings/{meeting.public_id}")


async def join_page(request: Request) -> Response:
    """Six digits and one button."""
    code = "".join(c for c in request.query_params.get("code", "") if c.isdigit())[:6]
    return render(request, "meetings/join.html", JoinPage(empty(code=code)))


async def join(request: Request) -> Response:
    """To the room, where its roll enters by accepting the rules. Wrong codes are counted."""
    form = await read_form(request, JoinForm)
    if form.value is None:
        return render(request, "meetings/join.html", JoinPage(form), status=422)
    try:
        meeting = await find_by_code(form.value.code, actor_of(request).person_id, client_address(request))
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        status = 429 if refusal.reason is MeetingRefusal.TOO_MANY_CODES else 422
        return render(request, "meetings/join.html", JoinPage(form), status=status)
    return redirect(f"/live/{meeting.join_code}")


ROUTES: list[BaseRoute] = [
    page("/meetings", list_page, action="meetings.list"),
    *routes_compose.ROUTES_FIRST,
    page("/rights", rights, action="meetings.list"),
    page("/join", join_page, action="meetings.join"),
    post("/join", join, action="meetings.join"),
    page("/meetings/{public_id}", detail_page, action="meetings.read", scope=meeting_scope),
    page("/meetings/{public_id}/notice", notice_page, action="meetings.read", scope=meeting_scope),
    acting("/meetings/{public_id}/call-off", call_off, act=Act.CALL_OFF, meeting=find_meeting, scope=meeting_scope),
    post("/meetings/{public_id}/again", again, action="meetings.draft", scope=meeting_scope),
    page("/meetings/{public_id}/qr.svg", qr_picture, action="meetings.read", scope=meeting_scope),
    page("/meetings/{public_id}/calendar.ics", calendar, action="meetings.read", scope=meeting_scope),
    page("/meetings/{public_id}/room", room, action="meetings.read", scope=meeting_scope),
    *routes_compose.ROUTES,
]
