"""The sheet of minutes that everybody reads and prints, and what its pages share. They only translate."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.pages import render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page
from linyue.meetings.joining import qr_svg, site_address
from linyue.meetings.model import Meeting
from linyue.meetings.pages import place_name
from linyue.meetings.rules import MeetingState
from linyue.meetings.service import scope_of
from linyue.minutes import service_read
from linyue.minutes.model import Minutes, MinutesVersion
from linyue.minutes.pages import Part, Reader, SheetPage, Signed, WaitingPage, people_in
from linyue.minutes.rules import QUESTION, MinutesState, Section
from linyue.minutes.service import keys_of
from linyue.people.service import names_of
from linyue.questions.service_views import question_by_public_id


async def find_meeting(request: Request) -> Meeting:
    """The meeting of the address, with its place. Raises NotFound."""
    meeting = await Meeting.get_or_none(public_id=request.path_params["public_id"]).select_related("place")
    if meeting is None:
        raise NotFound()
    return meeting


async def meeting_scope(request: Request) -> Scope:
    """The meeting's place and offices."""
    return await scope_of(await find_meeting(request))


async def find_minutes(meeting: Meeting) -> Minutes:
    """Its minutes. Raises NotFound while there are none."""
    minutes = await service_read.minutes_of(meeting.id)
    if minutes is None:
        raise NotFound()
    return minutes


async def parts_of(request: Request, row: MinutesVersion) -> list[Part]:
    """A version in the reader's words."""
    names = await names_of(people_in(row.facts))
    reader = Reader(request.state.prefs.lang, row.facts, row.texts, names)
    return [reader.part(key) for key in keys_of(row.facts)]


async def sheet_of(request: Request, meeting: Meeting, minutes: Minutes, number: int | None = None) -> SheetPage:
    """Minutes as a sheet of paper."""
    lang = request.state.prefs.lang
    row = await service_read.version_of(minutes, number)
    signed = await service_read.signatures_of(minutes, row.number)
    is_published = minutes.state is MinutesState.PUBLISHED and row.number == minutes.version
    return SheetPage(
        meeting=meeting.public_id,
        place=place_name(meeting, lang),
        title=meeting.title_in(lang),
        number=row.number,
        is_published=is_published,
        published_at=minutes.published_at if is_published else None,
        parts=await parts_of(request, row),
        signed=[Signed(s.capacity.value, s.person.display_name, s.signed_at) for s in signed],
        lines_to_sign=[office.value for office in await service_read.offices_to_sign(minutes)],
        addenda=[
            (one.number, one.added_at, one.author.display_name, one.text)
            for one in (await service_read.addenda_of(minutes) if is_published else [])
        ],
        may_work=allow(actor_of(request), "minutes.work", await scope_of(meeting)),
        address=f"{site_address(request)}/meetings/{meeting.public_id}/minutes",
    )


async def sheet_page(request: Request) -> Response:
    """The minutes: published for everybody, the draft for those who write and sign it."""
    meeting = await find_meeting(request)
    minutes = await service_read.minutes_of(meeting.id)
    may_work = allow(actor_of(request), "minutes.work", await scope_of(meeting))
    if minutes is None or (minutes.state is MinutesState.DRAFT and not may_work):
        words = "minutes-not-yet" if meeting.state is MeetingState.ENDED else "minutes-not-ended"
        is_over = meeting.state is MeetingState.ENDED
        shown = WaitingPage(meeting.public_id, t(request.state.prefs.lang, words), may_work and is_over)
        return render(request, "minutes/waiting.html", shown)
    return render(request, "minutes/sheet.html", await sheet_of(request, meeting, minutes))


def section_title(lang: str, row: MinutesVersion, key: str) -> str:
    """What a section is called."""
    if key.startswith(QUESTION):
        return Reader(lang, row.facts, {}).part(key).title
    return t(lang, f"minutes-section-{Section(key).value}")


async def qr_picture(request: Request) -> Response:
    """The way from the sheet to the record of a question."""
    meeting = await find_meeting(request)
    question = await question_by_public_id(request.path_params["question_id"])
    if question.meeting_id != meeting.id:
        raise NotFound()
    return Response(qr_svg(f"{site_address(request)}/q/{question.public_id}/record"), media_type="image/svg+xml")


ROUTES: list[BaseRoute] = [
    page("/meetings/{public_id}/minutes", sheet_page, action="minutes.read", scope=meeting_scope),
    page("/meetings/{public_id}/minutes/qr/{question_id}.svg", qr_picture, action="minutes.read", scope=meeting_scope),
]
