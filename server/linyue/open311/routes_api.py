"""The interface for programs: /openapi.json, made from the routes themselves, and the same in words at /api."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from linyue import __version__
from linyue.base.i18n import t
from linyue.base.openapi import JSON, Answer, Operation, document, operations
from linyue.base.pages import render
from linyue.base.routing import page


@dataclass(frozen=True, slots=True)
class CallView:
    """One thing to ask for, in words."""

    method: str
    path: str
    name: str
    text: str
    fields: tuple[str, ...]
    """Names of what may be sent along."""
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApiPage:
    """All of them, in the order of the document."""

    calls: tuple[CallView, ...]


async def api_page(request: Request) -> Response:
    """What programs may ask for, in words."""
    lang = request.state.prefs.lang
    listed = [found for found in operations(request.app.routes) if found[2].is_listed]
    return render(request, "open311/api.html", ApiPage(tuple(_view(lang, *found) for found in listed)))


def _view(lang: str, path: str, method: str, told: Operation) -> CallView:
    fields = [one.name for one in told.query] + list((told.form_with_files or told.form or {}).get("properties", {}))
    return CallView(
        method=method,
        path=path,
        name=t(lang, f"open311-api-{told.name}"),
        text=t(lang, f"open311-api-{told.name}-more"),
        fields=tuple(fields),
        answers=tuple(f"{one.status} {t(lang, f'open311-api-answer-{one.status}')}" for one in told.answers),
    )


async def openapi(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    words = partial(t, request.state.prefs.lang)
    return JSONResponse(document(request.app.routes, __version__, words))


ITSELF = Operation("openapi", (Answer(200, {JSON: {"type": "object", "required": ["openapi", "paths"]}}),))
ROUTES: list[BaseRoute] = [
    page("/openapi.json", openapi, action="open311.read", api=ITSELF),
    page("/api", api_page, action="open311.read"),
]
