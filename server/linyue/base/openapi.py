"""What a program may ask this server for: each JSON route carries its operation, and the document is made from them.

An operation stands beside its route (`page(…, api=Operation(…))`), so route and document cannot drift apart.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
NAMES = re.compile(r"{([a-z_]+)(?::([a-z]+))?}")
JSON, XML, FORM = "application/json", "text/xml", "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TEXT: Schema = {"type": "string"}
REFUSED: Schema = {"type": "object", "properties": {"refused": TEXT}, "required": ["refused"]}
"""How the site says no to a program that accepts application/json: the translation key of the sentence."""


@dataclass(frozen=True, slots=True)
class Param:
    """One value in the query; those in the path are read off the path itself."""

    name: str
    schema: Schema = field(default_factory=lambda: TEXT)
    example: object = None
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its schema by media type; none = an answer without a body, or one nobody reads by program."""

    status: int
    contents: Mapping[str, Schema] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask for. `name` ends two translation keys: open311-api-<name> and open311-api-<name>-more."""

    name: str
    answers: tuple[Answer, ...]
    query: tuple[Param, ...] = ()
    form: Schema | None = None
    """Schema of the posted form's fields."""
    form_example: Mapping[str, str] | None = None
    form_with_files: Schema | None = None
    """Schema of the same form in parts, where it may carry files."""
    path_examples: tuple[tuple[str, str], ...] = ()
    """Values of the path that the sample district knows."""
    is_listed: bool = True
    """Second spellings of an address (XML) are in the document, but not on the page in words."""
    is_for_members: bool = False
    """Needs a browser's session; without one each call is refused with 403."""


def found_as(schema: Schema, *refusals: int) -> tuple[Answer, ...]:
    """200 with this schema, and refusals in the site's own words."""
    return (Answer(200, {JSON: schema}), *(Answer(code, {JSON: REFUSED}) for code in refusals))


def operations(routes: Iterable[Any]) -> list[tuple[str, str, Operation]]:
    """Path, method and operation of every route that has one, in the order of the routes."""
    found = []
    for route in routes:
        told = getattr(route, "api", None)
        if told is not None:
            method = "POST" if "POST" in route.methods else "GET"
            found.append((plain_path(route.path), method, told))
    return found


def plain_path(path: str) -> str:
    """/m/{id:int} as the document writes it: /m/{id}."""
    return NAMES.sub(r"{\1}", path)


def document(routes: Iterable[Any], version: str, words: Callable[[str], str]) -> dict[str, Any]:
    """The OpenAPI 3.1 document. `words` gives the text of a translation key."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method, told in operations(routes):
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, told, words)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": words("open311-api-title"),
            "version": version,
            "description": words("open311-api-lead"),
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
    }


def _operation(path: str, method: str, told: Operation, words: Callable[[str], str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": f"{method.lower()}{re.sub('[^a-z0-9]+', '-', path.lower()).rstrip('-')}",
        "summary": words(f"open311-api-{told.name}"),
        "description": words(f"open311-api-{told.name}-more"),
        "security": [],
        "parameters": [*_path_params(path, told), *(_query_param(one) for one in told.query)],
        "responses": {str(answer.status): _answer(answer, words) for answer in told.answers},
    }
    if told.form is not None:
        content: dict[str, Any] = {"schema": told.form}
        if told.form_example is not None:
            content["example"] = dict(told.form_example)
        contents = {FORM: content}
        if told.form_with_files is not None:
            contents[MULTIPART] = {**content, "schema": told.form_with_files}
        made["requestBody"] = {"required": True, "content": contents}
    return made


def _path_params(path: str, told: Operation) -> list[dict[str, Any]]:
    examples = dict(told.path_examples)
    found = []
    for name, _ in NAMES.findall(path):
        param: dict[str, Any] = {"name": name, "in": "path", "required": True, "schema": TEXT}
        if name in examples:
            param["example"] = examples[name]
        found.append(param)
    return found


def _query_param(one: Param) -> dict[str, Any]:
    param = {"name": one.name, "in": "query", "required": one.is_required, "schema": one.schema}
    return param if one.example is None else {**param, "example": one.example}


def _answer(answer: Answer, words: Callable[[str], str]) -> dict[str, Any]:
    made: dict[str, Any] = {"description": words(f"open311-api-answer-{answer.status}")}
    if answer.contents is not None:
        made["content"] = {media: {"schema": schema} for media, schema in answer.contents.items()}
    return made
