"""Pages of the versions of minutes, for those who write and sign them. They only translate."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.i18n import t
from linyue.base.pages import render
from linyue.base.routing import page
from linyue.minutes import routes_sheet, routes_work, service_read
from linyue.minutes.pages_versions import ChangesPage, VersionLine, VersionsPage, plain_lines
from linyue.minutes.routes_sheet import find_meeting, find_minutes, meeting_scope, parts_of, section_title, sheet_of
from linyue.minutes.rules import line_diff


async def versions_page(request: Request) -> Response:
    """Every version, with who made it and when."""
    meeting, lang = await find_meeting(request), request.state.prefs.lang
    minutes = await find_minutes(meeting)
    lines = []
    for row, who, signed in await service_read.versions_of(minutes):
        what = t(lang, "minutes-version-facts" if row.number > 1 else "minutes-version-drafted")
        if row.section:
            what = t(lang, "minutes-version-section", section=section_title(lang, row, row.section))
        lines.append(VersionLine(row.number, who or t(lang, "minutes-by-itself"), row.saved_at, what, signed))
    return render(request, "minutes/versions.html", VersionsPage(meeting.public_id, meeting.title_in(lang), lines))


async def version_page(request: Request) -> Response:
    """One version as it was."""
    meeting = await find_meeting(request)
    minutes = await find_minutes(meeting)
    shown = await sheet_of(request, meeting, minutes, request.path_params["number"])
    return render(request, "minutes/sheet.html", shown)


async def changes_page(request: Request) -> Response:
    """What changed in a version since the one before it, or since the one asked for."""
    meeting = await find_meeting(request)
    minutes = await find_minutes(meeting)
    after = await service_read.version_of(minutes, request.path_params["number"])
    asked = request.query_params.get("from", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else after.number - 1
    before = await service_read.version_of(minutes, max(1, min(wanted, after.number)))
    old = {part.key: part for part in await parts_of(request, before)}
    changes = []
    for part in await parts_of(request, after):
        lines = line_diff(plain_lines(old[part.key]) if part.key in old else [], plain_lines(part))
        if lines:
            changes.append((part.title, lines))
    others = [n for n in range(after.number - 1, 0, -1) if n != before.number]
    shown = ChangesPage(meeting.public_id, before.number, after.number, others, changes)
    return render(request, "minutes/changes.html", shown)


ROUTES: list[BaseRoute] = [
    *routes_sheet.ROUTES,
    page("/meetings/{public_id}/minutes/versions", versions_page, action="minutes.work", scope=meeting_scope),
    page(
        "/meetings/{public_id}/minutes/versions/{number:int}", version_page, action="minutes.work", scope=meeting_scope
    ),
    page(
        "/meetings/{public_id}/minutes/versions/{number:int}/changes",
        changes_page,
        action="minutes.work",
        scope=meeting_scope,
    ),
    *routes_work.ROUTES,
]
