"""The description of the JSON interface: it lists every JSON route and no other, its examples run, answers fit it."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import BaseRoute

from linyue.app import all_routes
from linyue.base import ratelimit
from linyue.base.i18n import t
from linyue.base.openapi import JSON, document, operations, plain_path
from linyue.base.routing import ActionRoute
from tests.access import NAMES, values_for
from tests.client import ORIGIN, Client
from tests.faults.figures import note
from tests.faults.size import seed_of, size

NewClient = Callable[[], Client]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EACH = size(4, 5_000)
"""Calls of each kind, right and wrong ones, to each operation."""


def described() -> dict[str, Any]:
    return document(all_routes(), "0", lambda key: t("en", key))


def json_handlers() -> Iterator[tuple[str, str]]:
    """Path and method of every route whose module answers in JSON from its handler, read from the source."""
    for route in all_routes():
        if isinstance(route, ActionRoute) and speaks_json(route):
            yield plain_path(route.path), "POST" if "POST" in (route.methods or ()) else "GET"


def speaks_json(route: ActionRoute) -> bool:
    """Whether its handler calls JSONResponse, or a function of ours that does."""
    handler = dict(zip(route.endpoint.__code__.co_freevars, route.endpoint.__closure__ or (), strict=True))
    inner = handler["guarded"].cell_contents
    cells = dict(zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True))
    return calls_json(cells["handler"].cell_contents, depth=2)


def calls_json(function: Any, depth: int) -> bool:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    if "JSONResponse" in names:
        return True
    world = inspect.getmodule(function).__dict__
    inner = [world[n] for n in names if inspect.isfunction(world.get(n)) and world[n].__module__.startswith("linyue.")]
    return depth > 0 and any(calls_json(one, depth - 1) for one in inner)


def test_every_json_route_is_described_and_nothing_else() -> None:
    listed = {(path, method) for path, method, _ in operations(all_routes())}
    assert set(json_handlers()) == listed
    assert len(listed) >= 21


def test_the_document_is_sound() -> None:
    found = described()
    assert found["openapi"].startswith("3.1") and found["servers"] == [{"url": "/"}]
    ids = [op["operationId"] for path in found["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))
    for path, methods in found["paths"].items():
        for told in methods.values():
            named = [p["name"] for p in told["parameters"] if p["in"] == "path"]
            assert named == NAMES.findall(path)
            for answer in told["responses"].values():
                for content in answer.get("content", {}).values():
                    Draft202012Validator.check_schema(content["schema"])
    assert schemathesis.openapi.from_dict(found) is not None


async def test_it_is_served_and_told_in_words(client: Client) -> None:
    served = await client.get("/openapi.json")
    assert served.status_code == 200 and served.headers["content-type"] == JSON
    assert served.json()["paths"].keys() == described()["paths"].keys()
    for lang, words in (("zh-CN", "提交一件事"), ("en", "file a matter")):
        shown = await client.get("/api", headers={"accept-language": lang})
        assert shown.status_code == 200 and words in shown.text
        assert "/open311/v2/requests.json" in shown.text and "requests.xml" not in shown.text


async def real_values(route: BaseRoute) -> list[dict[str, str]]:
    assert isinstance(route, ActionRoute)
    return await values_for(route, 2)


async def test_its_examples_work(new_sample_client: NewClient) -> None:
    """Every example runs against the sample district; a path without one takes a value the sample has."""
    client = new_sample_client()
    client.headers["accept"] = JSON
    for route in all_routes():
        if not isinstance(route, ActionRoute) or route.api is None:
            continue
        told = route.api
        query = {one.name: str(one.example) for one in told.query if one.example is not None}
        seen = []
        for values in await values_for(route, 100):  # a room that has ended is none any more
            filled = {**values, **dict(told.path_examples)}
            path = NAMES.sub(lambda name, v=filled: v[name.group(1)], route.path)  # type: ignore[misc]
            if "POST" in (route.methods or ()):
                answer = await client.post(path, params=query, data=dict(told.form_example or {}))
            else:
                answer = await client.get(path, params=query)
            check_answer(told, answer)
            seen.append(answer.status_code)
            if answer.status_code == told.answers[0].status:
                break
        is_secret = "nothing-has-this-name" in path
        wanted = 404 if is_secret else 403 if told.is_for_members else told.answers[0].status
        assert seen[-1] == wanted, (path, query, answer.text)


def check_answer(told: Any, answer: Any) -> None:
    """The answer is one of those described, and fits."""
    fitting = next(one for one in told.answers if one.status == answer.status_code)
    if fitting.contents is None:
        return
    media = answer.headers["content-type"].partition(";")[0]
    assert media in fitting.contents
    if media == JSON:
        Draft202012Validator(fitting.contents[media]).validate(answer.json())


@pytest.mark.parametrize("kind", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
async def test_invented_calls_never_break_it(new_sample_client: NewClient, kind: GenerationMode) -> None:
    """Schemathesis invents calls from the document; no answer is our fault, and each is one that is described."""
    client = new_sample_client()
    client.headers["accept"] = JSON
    found = await with_real_values(described())
    sent = 0
    for case in invented(found, kind):
        await ratelimit.reset()
        asked = case.as_transport_kwargs(base_url=ORIGIN)
        asked.pop("cookies", None)
        headers = {k: v for k, v in (asked.pop("headers", None) or {}).items() if k.lower() == "content-type"}
        answer = await client.request(asked.pop("method"), asked.pop("url"), headers=headers, **asked)
        await answer.request.aread()  # a form in parts is written piece by piece
        if b"%00" in answer.request.url.query:  # turned away before any route; PostgreSQL cannot hold it
            assert (answer.status_code, answer.text) == (400, "bad address")
            continue
        case.validate_response(answer, checks=CHECKS)
        sent += 1
    assert sent >= 3 * EACH
    note("T20", f"{kind.value} calls, each answered as described and never by a fault of ours", sent)


async def with_real_values(found: dict[str, Any]) -> dict[str, Any]:
    """The document with paths that lead somewhere, half of the time."""
    for route in all_routes():
        if getattr(route, "api", None) is None:
            continue
        rows = await real_values(route)
        for told in found["paths"][plain_path(route.path)].values():  # type: ignore[attr-defined]
            for param in told["parameters"]:
                if param["in"] == "path":
                    param["schema"] = {"enum": [row[param["name"]] for row in rows]}
    return found


def invented(found: dict[str, Any], kind: GenerationMode) -> Iterator[Case]:
    """A few calls to each operation, the same on every run."""
    for result in schemathesis.openapi.from_dict(found).get_all_operations():
        operation = result.ok()
        if kind is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue
        cases: list[Case] = []

        @seed(seed_of(311))
        @hypothesis_settings(
            max_examples=EACH,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=kind))
        def collect(case: Case) -> None:
            cases.append(case)  # noqa: B023 - called in this round only

        collect()
        yield from cases
