"""Pages that belong to no slice: settings, inbox, gallery, health, the demo clock."""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute
from tortoise import connections

from linyue.base import bus, clock, notify, queue, ratelimit
from linyue.base.db import moment_text
from linyue.base.errors import BaseRefusal, NotFound, Refused
from linyue.base.forms import FormModel, read_form
from linyue.base.i18n import args_in, t
from linyue.base.model import DistrictClock, Job
from linyue.base.openapi import JSON, TEXT, Answer, Operation, found_as
from linyue.base.pages import redirect, render, safe_next
from linyue.base.prefs import write_prefs
from linyue.base.routing import actor_of, client_address, page, post

log = structlog.get_logger()
REPORT_TYPES = frozenset({"application/csp-report", "application/reports+json", "application/json"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inbox in the reader's words."""

    text: str
    link: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Where to go on to when the choice is made."""

    next: str


class SettingsForm(FormModel):
    """How pages are shown; every value is optional."""

    lang: str = ""
    theme: str = ""
    mode: str = ""
    size: str = ""
    next: str = "/settings"


class ClockForm(FormModel):
    """One step of the demo clock."""

    by: str = "hour"
    next: str = "/"


async def kit(request: Request) -> Response:
    """Gallery of all components."""
    return render(request, "kit.html")


async def settings_page(request: Request) -> Response:
    """Text size, theme, care mode, language."""
    return render(request, "settings.html", SettingsPage(safe_next(request.query_params.get("next", ""), "/settings")))


async def save_settings(request: Request) -> Response:
    """Keep the chosen preferences in this browser."""
    form = await read_form(request, SettingsForm)
    if form.value is None:
        raise Refused(BaseRefusal.BAD_FORM)
    value = form.value
    response = redirect(safe_next(value.next, "/settings"))
    secure = request.app.state.settings.is_https
    write_prefs(response, secure=secure, lang=value.lang, theme=value.theme, mode=value.mode, size=value.size)
    return response


async def inbox_page(request: Request) -> Response:
    """Everything this person was told."""
    person_id = actor_of(request).person_id
    assert person_id is not None
    lang = request.state.prefs.lang
    lines = [
        Line(t(lang, m.key, **args_in(lang, m.args)), m.link or "/inbox", m.created_at, m.read_at is None)
        for m in await notify.inbox(person_id)
    ]
    response = render(request, "inbox.html", InboxPage(lines))
    await notify.mark_read(person_id)
    return response


async def healthz(_request: Request) -> Response:
    """The process runs."""
    return PlainTextResponse("ok")


async def readyz(_request: Request) -> Response:
    """The process can serve: the database answers."""
    try:
        await connections.get("default").execute_query("SELECT 1")
    except Exception as error:
        log.error("readyz.database", error=repr(error)[:200])
        return JSONResponse({"database": "unreachable"}, status_code=503)
    return JSONResponse({"database": "ok"})


async def metrics(request: Request) -> Response:
    """Figures for a monitor on this machine or behind the proxy; no personal data."""
    if request.client and not hmac.compare_digest(request.client.host[:4], "127."):
        raise NotFound()
    waiting = await Job.filter(done_at__isnull=True, dead_at__isnull=True).count()
    dead = await Job.filter(dead_at__isnull=False).count()
    lines = generate_latest(REGISTRY).decode()
    lines += f"# TYPE linyue_jobs_waiting gauge\nlinyue_jobs_waiting {waiting}\n"
    lines += f"# TYPE linyue_jobs_dead gauge\nlinyue_jobs_dead {dead}\n"
    return Response(lines, media_type=CONTENT_TYPE_LATEST)


async def csp_report(request: Request) -> Response:
    """A browser tells that a page broke its own rules; logged without addresses: they may hold a secret."""
    await ratelimit.check("30/minute", "csp", client_address(request))
    if request.headers.get("content-type", "").partition(";")[0] not in REPORT_TYPES:
        raise Refused(BaseRefusal.BAD_FORM)
    log.warning("csp.report", rule=_broken_rule(await request.body()))
    return Response(status_code=204)


def _broken_rule(body: bytes) -> str:
    """Which directive a report is about; "?" when it does not say."""
    try:
        told = json.loads(body)
        rule = str(told["csp-report"].get("effective-directive") or told["csp-report"]["violated-directive"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "?"
    return rule[:40] if rule[:40].replace("-", "").isalpha() else "?"


async def read_clock() -> None:
    """Take over the stored offset of the district's clock (every process does, before each request in demo mode)."""
    row = await DistrictClock.get_or_none(id=1)
    clock.set_offset(timedelta(seconds=row.ahead_seconds if row else 0))


async def move_clock(request: Request) -> Response:
    """Demo mode: move the district's clock by an hour, a day, or to the next deadline; `reset` puts it right."""
    if not request.app.state.settings.demo:
        raise NotFound()
    form = await read_form(request, ClockForm)
    if form.value is None:
        raise Refused(BaseRefusal.BAD_FORM)
    await shift_clock(form.value.by)
    return redirect(safe_next(form.value.next), flash="common-clock-moved")


def _moment(value: object) -> datetime | None:
    """A time from a raw query: text on SQLite, a datetime on PostgreSQL."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


_NEXT_DUE = """
SELECT MIN(due_at) AS due FROM matters WHERE overdue_at IS NULL AND paused_at IS NULL AND due_at > {now}
"""
"""Without what is late already or stands still: the bar would stay where it is."""


async def shift_clock(by: str) -> None:
    """Store a new offset, adopt it here, wake timers and jobs everywhere."""
    ahead = int(clock.offset().total_seconds())
    if by == "reset":
        ahead = 0
    elif by == "deadline":
        job = (
            await Job.filter(done_at__isnull=True, dead_at__isnull=True, due_at__gt=clock.now())
            .order_by("due_at")
            .first()
        )
        look = _NEXT_DUE.replace("{now}", moment_text(clock.now()))
        rows = await connections.get("default").execute_query_dict(look)
        moments = [m for m in (job.due_at if job else None, _moment(rows[0]["due"])) if m and m > clock.now()]
        if moments:
            ahead += int((min(moments) - clock.now()).total_seconds()) + 1
    else:
        ahead += 86400 if by == "day" else 3600
    await DistrictClock.update_or_create(id=1, defaults={"ahead_seconds": ahead})
    clock.set_offset(timedelta(seconds=ahead))
    await queue.run_timers(force=True)
    queue.nudge()
    await bus.publish("clock", bus.Event("clock", "ClockMoved", {"ahead_seconds": ahead}))


_DATABASE = {"type": "object", "properties": {"database": TEXT}, "required": ["database"]}
READY = Operation("ready", (*found_as(_DATABASE), Answer(503, {JSON: _DATABASE})))
ROUTES: list[BaseRoute] = [
    page("/_kit", kit, action="site.read"),
    page("/settings", settings_page, action="site.settings"),
    post("/settings", save_settings, action="site.settings"),
    page("/inbox", inbox_page, action="inbox.read"),
    page("/healthz", healthz, action="site.health"),
    page("/readyz", readyz, action="site.health", api=READY),
    page("/metrics", metrics, action="site.health"),
    post("/csp-report", csp_report, action="site.health", max_body=16 * 1024, needs_token=False),
    post("/demo/clock", move_clock, action="demo.clock"),
]
