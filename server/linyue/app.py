"""The whole server: settings in, ASGI application out. Knows every slice; decides nothing about the field."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linyue import home, process
from linyue.base import crypto, logs, site
from linyue.base.assets import Assets
from linyue.base.errors import BaseRefusal, NotFound, Refused
from linyue.base.guard import GuardMiddleware
from linyue.base.i18n import args_in
from linyue.base.pages import ErrorPage, render, static_version
from linyue.base.routing import Directory, refuse_unguarded
from linyue.base.session import SessionMiddleware
from linyue.base.settings import Settings, read_settings, web_folder
from linyue.demo import neighbours
from linyue.meetings.rules import MeetingRefusal
from linyue.people.service import load_actor

log = structlog.get_logger()


def all_routes() -> list[BaseRoute]:
    """Every page and socket, in the order of a matter's life."""
    return [*home.ROUTES, *site.ROUTES, *process.slice_routes()]


def make_app(settings: Settings | None = None) -> Starlette:
    """A server for these settings. Nothing is opened before its lifespan starts."""
    chosen = settings or read_settings()
    routes = all_routes()
    refuse_unguarded(routes)
    crypto.load_keys(chosen.keys_path)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        neighbours.start(chosen)
        await process.start(chosen, is_worker=False)
        yield
        await process.stop()

    app = Starlette(
        routes=[*routes, Mount(f"/static/{static_version()}", Assets(web_folder() / "static"))],
        middleware=[
            Middleware(logs.RequestLog),
            Middleware(GuardMiddleware, settings=chosen),
            Middleware(Failures),
            Middleware(DemoClock, is_on=chosen.demo),
            Middleware(SessionMiddleware, settings=chosen, load_actor=load_actor),
        ],
        exception_handlers={
            Refused: refused,
            NotFound: not_found,
            HTTPException: http_problem,
        },
        lifespan=lifespan,
    )
    whole, nearest = app.router.app, Directory(app.routes)

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        await (whole if scope["type"] == "lifespan" else nearest)(scope, receive, send)

    app.router.middleware_stack = ask
    app.state.settings = chosen
    return app


class Failures:
    """Answers for what went wrong inside, behind the guard, so that an error page has the headers of any other."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = scope["type"] != "http"

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if has_begun:
                log.error("answer.failed", route=getattr(scope.get("route"), "path", "-"), **logs.failure(error))
            else:
                response = await failed(Request(scope), error)
                await response(scope, receive, send)
            raise


class DemoClock:
    """In demo mode every process adopts the stored clock before it answers."""

    def __init__(self, app: ASGIApp, is_on: bool) -> None:
        self.app = app
        self.is_on = is_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.is_on and scope["type"] in {"http", "websocket"} and not scope["path"].startswith("/static/"):
            await site.read_clock()
        await self.app(scope, receive, send)


STATUS = {
    BaseRefusal.TOO_MANY: 429,
    MeetingRefusal.TOO_MANY_CODES: 429,
    BaseRefusal.FORBIDDEN: 403,
    BaseRefusal.STALE_FORM: 403,
    BaseRefusal.TOO_LARGE: 413,
    BaseRefusal.BAD_FORM: 400,
}


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


async def refused(request: Request, error: Exception) -> Response:
    """A refusal nobody caught: said in words, never a 500."""
    assert isinstance(error, Refused)
    status = STATUS.get(error.reason, 409)
    if _wants_json(request):
        return JSONResponse({"refused": str(error.reason.value)}, status_code=status)
    args = args_in(request.state.prefs.lang, error.args_for_text)
    page = ErrorPage(status, str(error.reason.value), args)
    return render(request, "error.html", page, status=status)


async def not_found(request: Request, _error: Exception) -> Response:
    """No such page, matter or meeting."""
    if _wants_json(request):
        return JSONResponse({"refused": "common-error-not-found"}, status_code=404)
    return render(request, "error.html", ErrorPage(404, "common-error-not-found", {}), status=404)


async def http_problem(request: Request, error: Exception) -> Response:
    """What the framework turned down: wrong method, unknown path, body over the limit."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await not_found(request, error)
    key = "common-error-method" if error.status_code == 405 else "common-error-request"
    response = render(request, "error.html", ErrorPage(error.status_code, key, {}), status=error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def failed(request: Request, error: Exception) -> Response:
    """Our own fault: logged with a number the reader can tell us; nothing inside is shown.

    The route is logged, not the address, which may hold the secret of a link; where it went wrong, not the words of
    the error, which may hold what somebody typed.
    """
    number = logs.error_number()
    route = getattr(request.scope.get("route"), "path", "-")
    log.error("request.failed", number=number, route=route, **logs.failure(error))
    try:
        return render(request, "error.html", ErrorPage(500, "common-error-failed", {"number": number}), status=500)
    except Exception:
        return PlainTextResponse(f"Error {number}", status_code=500)
