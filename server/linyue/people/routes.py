"""Signing in by phone and code, the privacy notice, and the one-tap accounts of a demo."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import ratelimit
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render, safe_next
from linyue.base.routing import actor_of, client_address, page, post
from linyue.base.settings import Settings
from linyue.people import (
    routes_admin,
    routes_bodies,
    routes_desk,
    routes_factor,
    routes_homes,
    routes_me,
    routes_phone,
    routes_setup,
    routes_slips,
    service_demo,
    service_sign_in,
)
from linyue.people.routes_browser import COOKIE, browser_of, let_in, set_code_cookie
from linyue.people.rules import PRIVACY_VERSION, PeopleRefusal

ASKS, TRIES = "30/minute", "120/minute"
NOTICE_PARTS = 9


class PhoneForm(FormModel):
    """The number a code goes to."""

    phone: str = Field(min_length=1, max_length=30)
    next: str = Field(default="", max_length=500)


class CodeForm(FormModel):
    """The six digits."""

    code: str = Field(min_length=1, max_length=12)
    next: str = Field(default="", max_length=500)


class WelcomeForm(FormModel):
    """The chosen name (a newcomer's only) and the notice."""

    display_name: str = Field(default="", max_length=40)
    accept: str = Field(default="", max_length=8)
    next: str = Field(default="", max_length=500)


class DemoForm(FormModel):
    """Which sample account."""

    person: str = Field(min_length=1, max_length=40)
    next: str = Field(default="", max_length=500)


@dataclass(frozen=True, slots=True)
class SignInPage:
    form: Form[PhoneForm]
    next: str
    pending: str = ""
    """The number, masked, to which this browser had a code sent that still holds; empty for none."""
    is_again: bool = False
    """Signed in, but too long ago for what comes next."""


@dataclass(frozen=True, slots=True)
class CodePage:
    form: Form[CodeForm]
    masked: str
    next: str


@dataclass(frozen=True, slots=True)
class WelcomePage:
    form: Form[WelcomeForm]
    is_new: bool
    version: str
    next: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    version: str
    parts: range


@dataclass(frozen=True, slots=True)
class DemoPage:
    groups: list[tuple[str, list[service_demo.SampleAccount]]]
    next: str


def _next_of(request: Request) -> str:
    return safe_next(request.query_params.get("next", "")[:500])


async def sign_in_page(request: Request) -> Response:
    """Ask for the number; `again=1` also of somebody who signed in long ago."""
    is_again = request.query_params.get("again") == "1"
    if actor_of(request).is_signed_in and not is_again:
        return redirect(_next_of(request))
    data = SignInPage(empty(), _next_of(request), await _pending(request), is_again)
    return render(request, "people/sign_in.html", data)


async def _pending(request: Request) -> str:
    return await service_sign_in.masked_phone_for(request.cookies.get(COOKIE, ""))


async def ask(request: Request) -> Response:
    """Send a code and go on, whether the number is known or not."""
    actor = actor_of(request)
    await ratelimit.check(ASKS, "sign-in", client_address(request))
    form = await read_form(request, PhoneForm)
    going_on = safe_next(form.get("next"))
    if form.value is not None:
        try:
            asked = await service_sign_in.ask_code(form.value.phone, actor.lang)
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            response = redirect(f"/sign-in/code?next={quote(going_on, safe='')}")
            set_code_cookie(request, response, COOKIE, asked.token, "/sign-in")
            return response
    return render(request, "people/sign_in.html", SignInPage(form, going_on, await _pending(request)), status=422)


async def code_page(request: Request) -> Response:
    """Ask for the code."""
    masked = await service_sign_in.masked_phone_for(request.cookies.get(COOKIE, ""))
    if not masked:
        return redirect(f"/sign-in?next={quote(_next_of(request), safe='')}")
    return render(request, "people/code.html", CodePage(empty(), masked, _next_of(request)))


async def check(request: Request) -> Response:
    """Take the code: into the site, or first to the notice."""
    actor = actor_of(request)
    await ratelimit.check(TRIES, "sign-in-code", client_address(request))
    form = await read_form(request, CodeForm)
    going_on = safe_next(form.get("next"))
    token = request.cookies.get(COOKIE, "")
    if form.value is not None:
        try:
            shown = await service_sign_in.check_code(token, form.value.code)
            if shown.needs_notice:
                return redirect(f"/sign-in/welcome?next={quote(going_on, safe='')}")
            done = await service_sign_in.sign_in(token, **browser_of(request))
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return let_in(request, done, going_on)
    masked = await service_sign_in.masked_phone_for(token)
    return render(request, "people/code.html", CodePage(form, masked, going_on), status=422)


async def welcome_page(request: Request) -> Response:
    """Choose a name and read the notice."""
    try:
        shown = await service_sign_in.proved(request.cookies.get(COOKIE, ""))
    except Refused:
        return redirect(f"/sign-in?next={quote(_next_of(request), safe='')}")
    form = empty()
    data = WelcomePage(form, shown.person is None, PRIVACY_VERSION, _next_of(request))
    return render(request, "people/welcome.html", data)


async def accept(request: Request) -> Response:
    """Accept the notice; a newcomer's account begins here."""
    actor = actor_of(request)
    form = await read_form(request, WelcomeForm)
    going_on = safe_next(form.get("next"))
    token = request.cookies.get(COOKIE, "")
    shown = await service_sign_in.proved(token)
    if form.value is not None:
        try:
            if form.value.accept != "on":
                raise Refused(PeopleRefusal.NOTICE_NOT_ACCEPTED, field="accept")
            name = form.value.display_name
            done = await service_sign_in.accept_and_sign_in(token, name, actor.lang, **browser_of(request))
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return let_in(request, done, going_on)
    data = WelcomePage(form, shown.person is None, PRIVACY_VERSION, going_on)
    return render(request, "people/welcome.html", data, status=422)


async def notice(request: Request) -> Response:
    """The privacy notice."""
    return render(request, "people/privacy.html", NoticePage(PRIVACY_VERSION, range(1, NOTICE_PARTS + 1)))


def demo_only(request: Request) -> None:
    """Raises NotFound unless this is a demo and the browser runs on this machine."""
    settings: Settings = request.app.state.settings
    try:
        is_here = ip_address(client_address(request)).is_loopback
    except ValueError:
        is_here = False
    if not (settings.demo and settings.is_loopback and is_here):
        raise NotFound()


async def demo_page(request: Request) -> Response:
    """Sample accounts by role."""
    demo_only(request)
    groups = await service_demo.sample_accounts(actor_of(request).lang)
    return render(request, "people/demo.html", DemoPage(groups, _next_of(request)))


async def demo_sign_in(request: Request) -> Response:
    """One tap into a sample account, the second factor taken as shown."""
    demo_only(request)
    form = await read_form(request, DemoForm)
    if form.value is None:
        raise NotFound()
    done = await service_demo.sign_in_sample(form.value.person, **browser_of(request))
    return let_in(request, done, safe_next(form.value.next))


ROUTES: list[BaseRoute] = [
    page("/sign-in", sign_in_page, action="people.sign_in"),
    post("/sign-in", ask, action="people.sign_in"),
    page("/sign-in/code", code_page, action="people.sign_in"),
    post("/sign-in/code", check, action="people.sign_in"),
    page("/sign-in/welcome", welcome_page, action="people.sign_in"),
    post("/sign-in/welcome", accept, action="people.sign_in"),
    page("/privacy", notice, action="people.notice"),
    page("/demo", demo_page, action="people.demo"),
    post("/demo/sign-in", demo_sign_in, action="people.demo"),
    *routes_factor.ROUTES,
    *routes_setup.ROUTES,
    *routes_me.ROUTES,
    *routes_phone.ROUTES,
    *routes_homes.ROUTES,
    *routes_desk.ROUTES,
    *routes_slips.ROUTES,
    *routes_admin.ROUTES,
    *routes_bodies.ROUTES,
]
