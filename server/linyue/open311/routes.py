"""The addresses of Open311 GeoReport v2, each as .json and .xml. Nobody is signed in here, whatever cookie comes."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from linyue.base import clock, ratelimit
from linyue.base.errors import BaseRefusal, NotFound, Refused
from linyue.base.forms import read_parts
from linyue.base.i18n import t
from linyue.base.openapi import FORM, JSON, MULTIPART, XML
from linyue.base.routing import PHOTO_BODY, client_address, page, post
from linyue.matters.rules import MatterRefusal
from linyue.open311 import routes_api, routes_schema, service, service_read
from linyue.open311.routes_schema import operation
from linyue.open311.rules import MEDIA, Fault, Faulty, Open311Refusal, read_query, read_report
from linyue.open311.rules_xml import to_xml

READS = "240/minute"
CHANGESET = "2026-11-23T00:00:00+08:00"
"""When what these addresses answer last changed."""
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
STATUS: dict[Any, int] = {
    BaseRefusal.TOO_LARGE: 413,
    BaseRefusal.TOO_MANY: 429,
    MatterRefusal.TOO_MANY_REPORTS: 429,
}


def _is_json(request: Request) -> bool:
    return request.url.path.endswith(".json")


def _lang(request: Request) -> str:
    """Of the browser or program; not of an account."""
    lang: str = request.state.prefs.lang
    return lang


def _origin(request: Request) -> str:
    """Where this server stands, in front of every address it tells."""
    settings = request.app.state.settings
    return str(settings.origin or request.base_url).rstrip("/")


def answer(request: Request, root: str, value: Any, status: int = 200) -> Response:
    """One structure, in the form that the address ends in."""
    if _is_json(request):
        return JSONResponse(value, status_code=status)
    return Response(to_xml(root, value), status_code=status, media_type=XML)


def problem(request: Request, error: Refused | NotFound) -> Response:
    """A refusal as the specification's list of errors."""
    if isinstance(error, NotFound):
        return _errors(request, Fault("", Open311Refusal.NOT_FOUND, status=404))
    text = t(_lang(request), str(error.reason.value), **error.args_for_text)
    code = STATUS.get(error.reason, 400)
    return answer(request, "errors", [{"code": code, "description": text}], code)


def _errors(request: Request, *faults: Fault) -> Response:
    told = []
    for fault in faults:
        words = t(_lang(request), str(fault.reason.value), **dict(fault.args))
        told.append({"code": fault.status, "description": f"{fault.field}: {words}" if fault.field else words})
    return answer(request, "errors", told, max(fault.status for fault in faults))


async def _reads(request: Request) -> None:
    await ratelimit.check(READS, "open311.read", client_address(request))


async def discovery(request: Request) -> Response:
    """Where what is, and whom to ask."""
    await _reads(request)
    settings = request.app.state.settings
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{_origin(request)}/open311/v2",
        "changeset": CHANGESET,
        "type": "test" if settings.demo else "production",
        "formats": [JSON, XML],
    }
    key = t(_lang(request), "open311-key-needed" if settings.open311_keys else "open311-key-free")
    told = {
        "changeset": CHANGESET,
        "contact": settings.help_phone,
        "key_service": key,
        "endpoints": [endpoint],
    }
    return answer(request, "discovery", told)


async def services(request: Request) -> Response:
    """Every service, with its group and keywords."""
    await _reads(request)
    return answer(request, "services", await service.services(_lang(request)))


async def definition(request: Request) -> Response:
    """What may be sent for one service."""
    await _reads(request)
    told = await service.definition(_lang(request), request.path_params["code"])
    return answer(request, "service_definition", told)


async def file_request(request: Request) -> Response:
    """File a matter."""
    try:
        form, files = await _form(request)
        settings, key = request.app.state.settings, form.get("api_key", [""])[-1].strip()
        await service.check_key(settings, key, client_address(request))
        told = read_report(form, files)
        raws = [await one.read() for one in files.get(MEDIA, ())]
        pictures = await service.read_pictures(settings, key, client_address(request), raws)
        filed = await service.file_request(_lang(request), told, pictures)
    except Faulty as faulty:
        return _errors(request, *faulty.faults)
    return answer(request, "service_requests", [filed], 201)


async def _form(request: Request) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[UploadFile]]]:
    """The posted fields and files, form-encoded or in parts, so that XML is never read. Raises Faulty."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, MULTIPART):
        raise Faulty(Fault("", Open311Refusal.NOT_A_FORM))
    return await read_parts(request)


def _query(request: Request) -> Mapping[str, Sequence[str]]:
    return {name: request.query_params.getlist(name) for name in request.query_params}


async def requests(request: Request) -> Response:
    """Public requests by the specification's filters."""
    await _reads(request)
    try:
        wanted = read_query(_query(request), clock.now())
    except Faulty as faulty:
        return _errors(request, *faulty.faults)
    return answer(request, "service_requests", await service_read.search(_lang(request), wanted, _origin(request)))


async def one_request(request: Request) -> Response:
    """One public request with hand-over, clock and rating."""
    await _reads(request)
    found = await service_read.one(_lang(request), request.path_params["number"], _origin(request))
    return answer(request, "service_requests", [found])


async def updates(request: Request) -> Response:
    """What happened to public requests."""
    await _reads(request)
    try:
        wanted = read_query(_query(request), clock.now())
    except Faulty as faulty:
        return _errors(request, *faulty.faults)
    return answer(request, "service_request_updates", await service_read.updates(_lang(request), wanted))


def _spellings(is_json: bool) -> list[BaseRoute]:
    base, end = "/open311/v2", ".json" if is_json else ".xml"

    def read(path: str, handler: Any, name: str, schema: Any, *faults: int, **more: Any) -> BaseRoute:
        told = operation(name, is_json, schema, *faults, 429, **more)
        return page(f"{base}{path}{end}", handler, action="open311.read", api=told, problem=problem)

    schemas = routes_schema
    filed = operation("report", is_json, schemas.FILED, 400, 403, 413, 429, status=201, is_form=True)
    changes = tuple(p for p in schemas.FILTERS if p.name not in ("service_code", "status", "extensions"))
    return [
        read("/discovery", discovery, "discovery", schemas.DISCOVERY),
        read("/services", services, "services", schemas.SERVICES, 404),
        read("/services/{code}", definition, "definition", schemas.DEFINITION, 404, examples=(("code", "HS-001"),)),
        read("/requests", requests, "requests", schemas.REQUESTS, 400, query=schemas.FILTERS),
        post(
            f"{base}/requests{end}", file_request, action="open311.report", needs_token=False, api=filed,
            problem=problem, max_body=PHOTO_BODY,
        ),
        read("/requests/{number}", one_request, "request", schemas.REQUESTS, 404, examples=(("number", "2026-0001"),)),
        read("/servicerequestupdates", updates, "updates", schemas.UPDATES, 400, query=changes),
    ]  # fmt: skip


ROUTES: list[BaseRoute] = [
    *_spellings(True),
    *_spellings(False),
    *routes_api.ROUTES,
]
