"""Routes that name their action: policy, body limit and CSRF are checked here, once, before any handler."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import Message, Receive, Send
from starlette.types import Scope as Asked
from starlette.websockets import WebSocket
from tortoise.exceptions import ValidationError

from linyue.base.crypto import same
from linyue.base.errors import BaseRefusal, NotFound, Refused
from linyue.base.forms import CSRF_FIELD, LARGEST_ID, row_id
from linyue.base.guard import SAFE_METHODS
from linyue.base.openapi import Operation
from linyue.base.pages import redirect
from linyue.base.policy import POLICY, Actor, Scope, allow
from linyue.base.ratelimit import counted_address

Handler = Callable[[Request], Awaitable[Response]]
SocketHandler = Callable[[WebSocket], Awaitable[None]]
Problem = Callable[[Request, Refused | NotFound], Response]
"""How a route says a refusal to a program; pages leave it to the application."""
ScopeLoader = Callable[[Request], Awaitable[Scope | None]]
"""What a request is about; None asks only whether the actor holds the role anywhere."""
SMALL_BODY = 128 * 1024
PHOTO_BODY = 40 * 1024 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
UTF8 = (b"utf-8", b"utf8")


class ActionRoute(Route):
    """A route that knows which policy action guards it (tests walk these)."""

    action: str
    scope_loader: ScopeLoader | None
    act: str = ""
    """Which act of a slice's own table of rights it takes; empty where the policy alone decides."""
    api: Operation | None
    """What a program gets here; None for pages and forms."""


class ActionSocket(WebSocketRoute):
    """A socket route that knows its policy action."""

    action: str


class Directory:
    """Asks only the routes that begin like the address; to try some hundreds in turn costs more than many a page.

    Their order is kept, so that the answer is what the whole list would give.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        firsts = {_first(path) for route in routes if (path := getattr(route, "path", ""))}
        open_ended = {first for first in firsts if "{" in first}
        self._others = Router([route for route in routes if _first(getattr(route, "path", "{")) in open_ended])
        self._near = {
            first: Router([route for route in routes if _first(getattr(route, "path", "{")) in {first, *open_ended}])
            for first in firsts - open_ended
        }

    def begin_like(self, path: str) -> Router:
        """The routes that can answer for this path."""
        return self._near.get(_first(path), self._others)

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        """Hand over to the routes that begin alike."""
        await self.begin_like(scope["path"])(scope, receive, send)


def _first(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def page(
    path: str,
    handler: Handler,
    *,
    action: str,
    scope: ScopeLoader | None = None,
    methods: tuple[str, ...] = ("GET",),
    max_body: int = SMALL_BODY,
    needs_token: bool = True,
    api: Operation | None = None,
    problem: Problem | None = None,
) -> BaseRoute:
    """A route whose action is in the policy table. Raises LookupError at start-up when it is not.

    The policy is asked before a body is read, so that nobody sends megabytes to a page that is not theirs.
    """
    if action not in POLICY:
        raise LookupError(f"{path}: no rule for action {action!r} in base/policy.py")

    async def guarded(request: Request) -> Response:
        if any(isinstance(value, int) and value > LARGEST_ID for value in request.path_params.values()):
            raise NotFound()
        try:
            loaded = await scope(request) if scope is not None else None
        except ValidationError as error:  # a value in the address that is longer than its column
            raise NotFound() from error
        actor = actor_of(request)
        if not allow(actor, action, loaded):
            if api is not None:
                raise Refused(BaseRefusal.FORBIDDEN)  # a program cannot sign in at a page
            return _turn_away(request, actor)
        if request.method not in SAFE_METHODS:
            await _check_body(request, max_body, needs_token=needs_token)
        try:
            return await handler(request)
        except ValidationError as error:  # a value longer than its column
            if request.method in SAFE_METHODS:
                raise NotFound() from error
            raise Refused(BaseRefusal.BAD_FORM) from error

    async def answered(request: Request) -> Response:
        try:
            return await guarded(request)
        except ClientDisconnect:
            # A line that broke, or was cut, in the middle of a body: no fault, and nobody reads this.
            return Response(status_code=400)
        except (Refused, NotFound) as error:
            if problem is None:
                raise
            return problem(request, error)

    route = ActionRoute(path, answered, methods=list(methods), name=f"{handler.__module__}.{handler.__name__}")
    route.action = action
    route.api = api
    route.scope_loader = scope
    return route


def post(
    path: str,
    handler: Handler,
    *,
    action: str,
    scope: ScopeLoader | None = None,
    max_body: int = SMALL_BODY,
    needs_token: bool = True,
    api: Operation | None = None,
    problem: Problem | None = None,
) -> BaseRoute:
    """A route for one form; `needs_token` False only for what a browser sends by itself, and for programs."""
    return page(
        path, handler, action=action, scope=scope, methods=("POST",), max_body=max_body, needs_token=needs_token,
        api=api, problem=problem,
    )  # fmt: skip


def refuse_unguarded(routes: Sequence[BaseRoute]) -> None:
    """Raises LookupError when a route names no action of the policy table: such a server does not start."""
    for route in routes:
        if not isinstance(route, ActionRoute | ActionSocket) or getattr(route, "action", "") not in POLICY:
            path = getattr(route, "path", repr(route))
            raise LookupError(f"{path}: no action guards this route; make it with page(), post() or socket()")


def socket(path: str, handler: SocketHandler, *, action: str) -> BaseRoute:
    """A socket route; the handler checks the room itself, on every message."""
    if action not in POLICY:
        raise LookupError(f"{path}: no rule for action {action!r} in base/policy.py")
    route = ActionSocket(path, handler)
    route.action = action
    return route


def actor_of(request: Request | WebSocket) -> Actor:
    """Who is asking."""
    actor: Actor = request.state.actor
    return actor


def query_id(request: Request, name: str) -> int | None:
    """A row's id in the query string; None for anything that cannot be one."""
    return row_id(request.query_params.get(name, ""))


def client_address(request: Request | WebSocket) -> str:
    """The address to count tries by (behind a proxy, as the trusted proxy gives it)."""
    return counted_address(request.client.host) if request.client else "unknown"


def _turn_away(request: Request, actor: Actor) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if not actor.is_signed_in:
        where = target if request.method == "GET" else "/"
        return redirect(f"/sign-in?next={quote(where, safe='')}")
    if actor.needs_second_factor and request.method == "GET":
        return redirect(f"/second-factor?next={quote(target, safe='')}")
    raise Refused(BaseRefusal.FORBIDDEN)


async def _check_body(request: Request, max_body: int, *, needs_token: bool) -> None:
    """Bound the body, read the form, and compare the CSRF token of a signed-in browser."""
    declared = request.headers.get("content-length", "0")
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if max_body == PHOTO_BODY and kind != b"multipart/form-data":
        max_body = SMALL_BODY  # pictures come in parts; anything else is held in memory whole
    if not (declared.isascii() and declared.isdigit()) or int(declared[:20]) > max_body:
        raise Refused(BaseRefusal.TOO_LARGE)
    request._receive = _bounded(request.receive, max_body)  # chunked bodies declare nothing
    sent = request.headers.get("x-csrf-token", "")
    if kind.decode("latin-1") in FORM_TYPES:
        if options.get(b"charset", b"utf-8").lower() not in UTF8:  # other codecs make text that is no text
            raise Refused(BaseRefusal.BAD_FORM)
        try:
            form = await request.form(max_files=8, max_fields=300, max_part_size=256 * 1024)
        except (MultiPartException, HTTPException, ValueError) as error:
            raise Refused(BaseRefusal.BAD_FORM) from error
        field = form.get(CSRF_FIELD, "")
        sent = field if isinstance(field, str) and field else sent
    session = request.state.session
    if needs_token and session is not None and not same(sent, session.csrf):
        raise Refused(BaseRefusal.STALE_FORM)


def _bounded(receive: Receive, max_body: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > max_body:
            raise Refused(BaseRefusal.TOO_LARGE)
        return message

    return counted
