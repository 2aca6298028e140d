"""Reads agenda templates: text in, a plan or a list of faults out. Touches no database and keeps no state."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from linyue.meetings.rules_plan import SPACE, AgendaPlan, Link, plan_from
from linyue.meetings.rules_stages import faults_of_stages

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a template. `line` counts from 1; `key` is the way there: links[4].minutes."""

    file: str
    line: int
    key: str
    problem: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file else f"line {self.line}"
        return f"{where}: {self.key or 'file'}: {self.problem}"


class BadTemplate(Exception):
    """A template that cannot be used; `faults` in the order of their lines, never empty."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def parse(text: str, schema: dict[str, Any], *, file: str = "") -> AgendaPlan:
    """The plan in the text of a template of one sitting. Raises BadTemplate with every fault, by file, line and key."""
    return plan_from(read(text, schema, file=file))


def read(text: str, schema: dict[str, Any], *, file: str = "") -> dict[str, Any]:
    """The template as plain JSON data, checked. Raises BadTemplate."""
    try:
        node = _Composer(text).get_single_node()
        data = yaml.safe_load(text) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadTemplate([Fault(file, line, "", f"not readable: {error.problem or error.context}")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadTemplate([Fault(file, 1, "", f"not readable: {error}")]) from error
    if node is None:
        raise BadTemplate([Fault(file, 1, "", "the file is empty")])
    lines = dict(_lines(node, ()))
    faults = [Fault(file, lines.get(path, 1), _key(path), text) for path, text in _doubles(node, ())]
    errors = Draft202012Validator(schema).iter_errors(data)
    faults += [
        Fault(file, _line_of(lines, path), _key(path), text) for error in errors for path, text in _faults_of(error)
    ]
    if not faults and isinstance(data, dict):
        faults = [Fault(file, _line_of(lines, path), _key(path), text) for path, text in _beyond_schema(data)]
    if faults:
        raise BadTemplate(sorted(faults, key=lambda fault: (fault.line, fault.key)))
    assert isinstance(data, dict)
    return data


class _Composer(yaml.SafeLoader):
    """Builds the tree with line marks; anchors, aliases and tags are refused, a template is plain data."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(problem="anchors and aliases are not allowed", problem_mark=event.start_mark)
        if getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem="tags are not allowed", problem_mark=event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def _lines(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    """The line of every key and value in the tree."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            way = (*path, str(key.value))
            yield from _lines(value, way)
            yield way, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*path, number))


def _doubles(node: yaml.Node, path: Path) -> Iterator[tuple[Path, str]]:
    """Keys given twice in one place: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield (*path, str(key.value)), "given twice"
            seen.add(str(key.value))
            yield from _doubles(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _doubles(value, (*path, number))


def _faults_of(error: ValidationError) -> Iterator[tuple[Path, str]]:
    """A schema error in plain words, at the key it is about."""
    path: Path = tuple(error.absolute_path)
    wanted: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "additionalProperties":
            known = error.schema["properties"] if isinstance(error.schema, dict) else {}
            for key in instance:
                if key not in known:
                    yield (*path, str(key)), f"unknown key; known here: {', '.join(known)}"
        case "required":
            for key in wanted:
                if key not in instance:
                    yield path, f"{key} is missing"
        case "type":
            yield path, f"must be a {wanted}; got {error.instance!r}"
        case "enum":
            yield path, f"must be one of {', '.join(map(str, wanted))}; got {error.instance!r}"
        case "const":
            yield path, f"must be {wanted}; got {error.instance!r}"
        case "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems":
            yield path, f"{_LIMITS[str(error.validator)]} {wanted}"
        case "not":
            yield path, "only the links consensus and vote may have a question"
        case "oneOf":
            yield path, "exactly one of links (one sitting) and stages (several) must be there"
        case "pattern":
            yield path, f"small letters, digits and hyphens only; got {error.instance!r}"
        case _:
            yield path, error.message


_LIMITS = {
    "minimum": "must not be below",
    "maximum": "must not be above",
    "minLength": "too short, letters at least",
    "maxLength": "too long, letters at most",
    "minItems": "too few, at least",
    "maxItems": "too many, at most",
}


def _beyond_schema(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """What a JSON Schema cannot say: the order of links, offices named once, one chair, stages that hang together."""
    if "links" in data:
        yield from _faults_of_links(("links",), data, data["links"])
    for number, stage in enumerate(data.get("stages", ())):
        yield from _faults_of_links(("stages", number, "links"), data, stage.get("links", ()))
    yield from faults_of_stages(data)
    if "papers" in data and "stages" not in data:
        yield ("papers",), "only a template with stages has papers"
    yield from _faults_of_law(data)
    offices = [one["office"] for one in data["roles"]]
    for number, office in enumerate(offices):
        if office in offices[:number]:
            yield ("roles", number, "office"), f"{office} is named twice"
    if not any(one["office"] == "chair" and one["needed"] == 1 for one in data["roles"]):
        yield ("roles",), "exactly one chair is needed"


def _faults_of_law(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every article holds somewhere the kind is offered, and everywhere it is offered some article holds."""
    offered = [data["where"]] if "where" in data else ["communities", "villages"]
    for number, one in enumerate(data["law"]):
        if one.get("where", offered[0]) not in offered:
            yield ("law", number, "where"), f"the kind is offered in {data['where']} only"
    for here in offered:
        if all(one.get("where", here) != here for one in data["law"]):
            yield ("law",), f"no article for {here}, where the kind is offered"


def _faults_of_links(at: Path, data: dict[str, Any], links: list[dict[str, Any]]) -> Iterator[tuple[Path, str]]:
    """The links of an open space keep their order; an opening comes first; a meeting over days says how many."""
    last = -1
    for number, one in enumerate(links):
        link = Link(one["link"])
        if link is Link.OPENING and number:
            yield (*at, number, "link"), "opening must come first"
        if link in SPACE:
            here = SPACE.index(link)
            if here <= last:
                yield (*at, number, "link"), f"{link} must stand before {SPACE[last]}, and only once"
            last = here
        if data.get("pace") == "days" and "days" not in one:
            yield (*at, number), "days is missing: the pace is days"
        if data.get("pace") != "days" and "days" in one:
            yield (*at, number, "days"), "only with pace: days"
        question = one.get("question", {})
        if "options" in question and question.get("way") != "single":
            yield (*at, number, "question", "options"), "only with way: single"
        if "each" in question and "options" not in question:
            yield (*at, number, "question", "each"), "needs options"
        if "again" in question and "decision" in question:
            yield (*at, number, "question", "again"), "only advice: no article lowers a quorum the second time"
        if link is Link.GROUPS and "groups" not in data:
            yield (*at, number, "link"), "groups (how many, how long a note) is missing in the template"


def _line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a key, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _key(path: Path) -> str:
    """links[4].minutes"""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
