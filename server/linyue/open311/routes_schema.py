"""Schemas and operations of the Open311 answers: what /openapi.json says and what every answer is held to."""

from typing import Any

from linyue.base.openapi import JSON, TEXT, XML, Answer, Operation, Param, Schema
from linyue.matters.rules import PHOTOS_AT_MOST
from linyue.open311.rules import LARGEST_PAGE, REQUESTS_AT_MOST, WORDS_AT_MOST

BOOL: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer"}
MAYBE: Schema = {"type": ["string", "null"]}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
NOTHING: Schema = {"type": "null"}


def _object(**fields: Schema) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _list(of: Schema) -> dict[str, Any]:
    return {"type": "array", "items": of}


ERRORS = _list(_object(code=COUNT, description=TEXT))
DISCOVERY = _object(
    changeset=TEXT,
    contact=TEXT,
    key_service=TEXT,
    endpoints=_list(_object(specification=TEXT, url=TEXT, changeset=TEXT, type=TEXT, formats=_list(TEXT))),
)
SERVICES = _list(
    _object(
        service_code=TEXT,
        service_name=TEXT,
        description=TEXT,
        metadata=BOOL,
        type={"enum": ["realtime"]},
        keywords=TEXT,
        group=TEXT,
    )
)
DEFINITION = _object(
    service_code=TEXT,
    attributes=_list(
        _object(
            variable=BOOL,
            code=TEXT,
            datatype={"enum": ["string", "text", "singlevaluelist"]},
            required=BOOL,
            datatype_description=TEXT,
            order=COUNT,
            description=TEXT,
            values=_list(_object(key=TEXT, name=TEXT)),
        )
    ),
)
FILED = _list(_object(service_request_id=TEXT, service_notice=TEXT, account_id=NOTHING))
HANDOVER = _object(datetime=MOMENT, step=TEXT, by=TEXT, to=TEXT, due_datetime=MAYBE_MOMENT, description=TEXT)
CLOCK = _object(
    due_datetime=MAYBE_MOMENT,
    days=COUNT,
    unit={"enum": ["working", "calendar", "hours"]},
    is_provisional=BOOL,
    is_late=BOOL,
    is_paused=BOOL,
    paused_since=MAYBE_MOMENT,
    paused_for=MAYBE,
)
PART: dict[str, Any] = {
    "side": {"enum": ["", "residential", "governmental"]},
    "state": TEXT,
    "handovers": _list(HANDOVER),
    "clock": CLOCK,
    "rating": {"enum": ["satisfied", "mostly", "unsatisfied", None]},
    "times_reopened": COUNT,
}
# A number that is both has two parts, each with its clock; the fields above them are the first one's.
EXTENDED = _object(**PART, page=TEXT, parts=_list(_object(**PART)))
REQUEST = _object(
    service_request_id=TEXT,
    status={"enum": ["open", "closed"]},
    status_notes=TEXT,
    service_name=TEXT,
    service_code=TEXT,
    description=TEXT,
    agency_responsible=TEXT,
    service_notice=NOTHING,
    requested_datetime=MOMENT,
    updated_datetime=MOMENT,
    expected_datetime=MAYBE_MOMENT,
    address=TEXT,
    address_id=TEXT,
    zipcode=NOTHING,
    lat=NOTHING,
    long=NOTHING,
    media_url=MAYBE,
)
REQUESTS = _list({**REQUEST, "properties": {**REQUEST["properties"], "extended_attributes": EXTENDED}})
UPDATES = _list(
    _object(
        update_id=TEXT,
        service_request_id=TEXT,
        status={"enum": ["open", "closed"]},
        state=TEXT,
        updated_datetime=MOMENT,
        description=TEXT,
        media_url=NOTHING,
    )
)
_WORD: Schema = {"type": "string", "maxLength": 100}
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "api_key": _WORD,
        "service_code": _WORD,
        "description": {"type": "string", "minLength": 1, "maxLength": WORDS_AT_MOST},
        "address_id": _WORD,
        "address_string": {"type": "string", "maxLength": 200},
        "first_name": {"type": "string", "maxLength": 20},
        "last_name": {"type": "string", "maxLength": 20},
        "phone": _WORD,
        "email": _WORD,
        "request_key": {"type": "string", "pattern": "^[!-~]{8,100}$"},
        "attribute[title]": {"type": "string", "maxLength": 60},
        "attribute[private]": {"enum": ["yes", "no"]},
    },
    "required": ["service_code", "description"],
    "additionalProperties": False,
}
PICTURES: Schema = {"type": "array", "items": {"type": "string", "format": "binary"}, "maxItems": PHOTOS_AT_MOST}
FORM_WITH_PICTURES = {**FORM, "properties": {**FORM["properties"], "media": PICTURES}}
FORM_EXAMPLE = {
    "service_code": "other",
    "description": "五幢楼下的路灯不亮了，晚上看不清台阶。",
    "address_id": "guiyu-5",
    "phone": "13800000042",
    "last_name": "陈",
    "request_key": "hotline-2026-11-23-0001",
}
_PAGE = (
    Param("page", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}),
    Param("page_size", {"type": "integer", "minimum": 1, "maximum": REQUESTS_AT_MOST}, 20),
)
_SPAN = (
    Param("service_request_id"),
    Param("start_date", MOMENT),
    Param("end_date", MOMENT),
)
FILTERS = (
    *_SPAN,
    Param("service_code", example="HS-001,other"),
    Param("status", example="open,closed"),
    *_PAGE,
    Param("extensions", {"enum": ["true", "false"]}, "true"),
)


def operation(
    name: str,
    is_json: bool,
    schema: Schema,
    *faults: int,
    query: tuple[Param, ...] = (),
    examples: tuple[tuple[str, str], ...] = (),
    status: int = 200,
    is_form: bool = False,
) -> Operation:
    """One operation in one of its two spellings; what XML holds is told by the JSON of the same name."""
    media, fits, error = (JSON, schema, ERRORS) if is_json else (XML, TEXT, TEXT)
    return Operation(
        name,
        (Answer(status, {media: fits}), *(Answer(code, {media: error}) for code in faults)),
        query=query,
        form=FORM if is_form else None,
        form_example=FORM_EXAMPLE if is_form else None,
        form_with_files=FORM_WITH_PICTURES if is_form else None,
        path_examples=examples,
        is_listed=is_json,
    )
