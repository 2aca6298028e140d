"""Rendering: one environment, one set of helpers for every template; a page dataclass goes in, HTML comes out."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from linyue.base import clock, i18n
from linyue.base.forms import CSRF_FIELD
from linyue.base.policy import allow
from linyue.base.settings import Settings, web_folder
from linyue.base.tongues import mark_chinese

FLASH = "flash"
MEASURED = re.compile(r"(\d+[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows of its district."""

    district_name: str
    help_phone: str
    gas_phone: str
    is_demo: bool
    clock_ahead_minutes: int
    now: datetime


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong, as a translation key with its arguments."""

    status: int
    key: str
    args: dict[str, object]


@lru_cache(maxsize=1)
def static_version() -> str:
    """Fingerprint of all static files; it is in every address, so that a new release is never mixed with an old one."""
    digest = hashlib.sha256()
    folder = web_folder() / "static"
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(file.relative_to(folder)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def static(path: str) -> str:
    """Address of a static file, for example static("css/base.css")."""
    return f"/static/{static_version()}/{path}"


def _lang(context: Context) -> str:
    return str(context["prefs"].lang)


@pass_context
def _t(context: Context, key: str, **args: Any) -> str:
    return i18n.t(_lang(context), key, **args)


def day_text(lang: str, moment: datetime | date) -> str:
    """11月30日 周一 / Mon 30 Nov, with the year when it is not this one."""
    day = clock.local(moment).date() if isinstance(moment, datetime) else moment
    return _day_text(lang, day, day.year == clock.local(clock.now()).year)


@lru_cache(maxsize=4096)
def _day_text(lang: str, value: date, this_year: bool) -> str:
    if lang == "zh-CN":
        return format_date(value, "M月d日 EEE" if this_year else "y年M月d日", locale="zh_Hans_CN")
    return format_date(value, "EEE d MMM" if this_year else "d MMM y", locale="en_GB")


def daytime_text(lang: str, moment: datetime) -> str:
    """The day and the time of day in Ningbo."""
    return f"{day_text(lang, moment)} {time_text(moment)}"


def phone_text(phone: str) -> str:
    """139 0574 0042: a mainland mobile number as it is read aloud and dialled by hand; any other as it is."""
    local = phone.removeprefix("+86")
    return f"{local[:3]} {local[3:7]} {local[7:]}" if len(local) == 11 and local.isdigit() else phone


def time_text(moment: datetime) -> str:
    """19:00, in Ningbo."""
    return format_datetime(clock.local(moment), "HH:mm", locale="en_GB")


@pass_context
def _day(context: Context, moment: datetime | date) -> str:
    return day_text(_lang(context), moment)


@pass_context
def _daytime(context: Context, moment: datetime) -> str:
    return daytime_text(_lang(context), moment)


def _time(moment: datetime) -> str:
    return time_text(moment)


@pass_context
def _name(context: Context, thing: Any) -> str:
    """The name of a place, item or centre in the reader's language."""
    return str(thing.name_zh if _lang(context) == "zh-CN" else (thing.name_en or thing.name_zh))


def _whole(text: str) -> Markup:
    """A line in which no figure is parted from its measure word: 5幢 stays together."""
    parts = MEASURED.split(text)
    return Markup("").join(Markup('<span class="nb">{}</span>').format(p) if n % 2 else p for n, p in enumerate(parts))


@pass_context
def _full_day(context: Context, moment: datetime) -> str:
    """2026年11月30日 / 30 Nov 2026: for terms that last years."""
    value = clock.local(moment)
    if _lang(context) == "zh-CN":
        return format_date(value, "y年M月d日", locale="zh_Hans_CN")
    return format_date(value, "d MMM y", locale="en_GB")


@pass_context
def _may(context: Context, action: str) -> bool:
    """Whether the reader may do `action` anywhere: for showing a link, never for guarding a page."""
    return allow(context["actor"], action)


_remembered: dict[tuple[str, str, object], Markup] = {}
REMEMBERED_AT_MOST = 5_000


@pass_context
def _remember(context: Context, name: str, macro: Callable[[Any], Markup], view: object) -> Markup:
    """What a macro makes of a frozen view, made once for a language: rows of a list are the same on every page.

    The macro may use its view and `t`, nothing else of the page.
    """
    key = (name, _lang(context), view)
    found = _remembered.get(key)
    if found is None:
        if len(_remembered) >= REMEMBERED_AT_MOST:
            _remembered.clear()
        found = _remembered[key] = macro(view)
    return found


@pass_context
def _csrf_field(context: Context) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, context["csrf"])


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one Jinja environment: autoescape on, undefined names are errors."""
    env = Environment(
        loader=FileSystemLoader(web_folder() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.update(t=_t, may=_may, remember=_remember, static=static, csrf_field=_csrf_field, local_name=_name)
    env.filters.update(phone=phone_text)
    env.filters.update(day=_day, full_day=_full_day, whole=_whole, daytime=_daytime, time=_time, local_name=_name)
    return env


def context_of(request: Request) -> dict[str, Any]:
    """What every template sees besides `page`."""
    state = request.state
    settings: Settings = request.app.state.settings
    session = state.session
    return {
        "prefs": state.prefs,
        "actor": state.actor,
        "nonce": state.nonce,
        "csrf": session.csrf if session is not None else "",
        "path": request.url.path,
        "query": request.url.query,
        "comes_back": _comes_back(request),
        "flash": _read_flash(request),
        "unread": getattr(state, "unread", 0),
        "site": Site(
            settings.district_en if state.prefs.lang == "en" else settings.district,
            settings.help_phone,
            settings.gas_phone,
            settings.demo,
            round(clock.offset().total_seconds() / 60),
            clock.now(),
        ),
    }


def render(request: Request, template: str, page: object = None, *, status: int = 200) -> Response:
    """A whole page from a template and its page dataclass."""
    html = environment().get_template(template).render(**context_of(request), page=page)
    if request.state.prefs.lang == "en":
        html = mark_chinese(html)
    response = HTMLResponse(html, status_code=status)
    if FLASH in request.cookies:
        response.delete_cookie(FLASH, path="/", httponly=True, samesite="lax")
    return response


def redirect(path: str, *, flash: str = "", **args: object) -> Response:
    """Send the browser on after a POST (303); `flash` is a translation key shown once on the next page."""
    response = RedirectResponse(path, status_code=303)
    if flash:
        body = quote(json.dumps({"key": flash, "args": args}, default=str))
        response.set_cookie(FLASH, body, max_age=60, path="/", httponly=True, samesite="lax")
    return response


NOT_PASSED_ON = ("code",)
"""Of an address, what no link repeats: a receipt's code would tell who chose what."""


def _comes_back(request: Request) -> str:
    """Where the reader comes back to after changing the language or the clock: an answer to a POST is no such place."""
    if request.method not in ("GET", "HEAD"):
        came_from = urlsplit(request.headers.get("referer", ""))
        return safe_next(came_from.path) if came_from.netloc == request.headers.get("host") else "/"
    if request.url.path == "/settings":  # it leads back itself, and would name itself within itself
        return safe_next(request.query_params.get("next", "/"))
    asked = request.query_params.multi_items()
    kept = urlencode([(n, v) for n, v in asked if n not in NOT_PASSED_ON and (n != "next" or safe_next(v) == v)])
    return request.url.path + (f"?{kept}" if kept else "")


def _read_flash(request: Request) -> list[str]:
    raw = request.cookies.get(FLASH)
    if not raw:
        return []
    try:
        told = json.loads(unquote(raw))
        key = str(told["key"])
        args = {str(k): v for k, v in told["args"].items() if isinstance(v, str | int)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    lang = request.state.prefs.lang
    return [i18n.t(lang, key, **args)] if i18n.has(lang, key) else []


def safe_next(target: str, default: str = "/") -> str:
    """A path on this site to go on to; anything else becomes the default."""
    is_ours = target.startswith("/") and not target.startswith("//")
    return target if is_ours and target.isprintable() and "\\" not in target else default
