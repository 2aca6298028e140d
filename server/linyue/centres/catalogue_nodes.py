"""Reads a YAML file node by node, so that every fault names file, line and field. Knows nothing of catalogues."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

import yaml

STR = "tag:yaml.org,2002:str"
INT = "tag:yaml.org,2002:int"
BOOL = "tag:yaml.org,2002:bool"
NULL = "tag:yaml.org,2002:null"
DATE = "tag:yaml.org,2002:timestamp"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where there is one: ten times as fast on a whole catalogue."""

Member = TypeVar("Member", bound=StrEnum)


class CatalogueFault(ValueError):
    """A fault in a catalogue file: `file`, `line` (from 1), `field` (dotted path) and what is wrong."""

    def __init__(self, file: str, line: int, field: str, text: str) -> None:
        super().__init__(f"{file}:{line}: {field}: {text}")
        self.file, self.line, self.field, self.text = file, line, field, text


class Spot:
    """One node of the file with its path; every read checks the kind of value and says where it failed."""

    def __init__(self, node: yaml.Node, file: str, path: str) -> None:
        self.node, self.file, self.path = node, file, path

    def fault(self, text: str) -> CatalogueFault:
        """A fault at this spot, to be raised."""
        return CatalogueFault(self.file, self.node.start_mark.line + 1, self.path or "file", text)

    def mapping(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Spot"]:
        """The keys of a mapping: all required ones, optional ones, no others, none twice."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fault("must be a mapping")
        required, known = list(required), {*required, *optional}
        found: dict[str, Spot] = {}
        for key_node, value in self.node.value:
            key = Spot(key_node, self.file, self._under(str(key_node.value)))
            if key_node.value not in known:
                raise key.fault("unknown field")
            if key_node.value in found:
                raise key.fault("given twice")
            found[key_node.value] = Spot(value, self.file, key.path)
        for name in required:
            if name not in found:
                raise CatalogueFault(self.file, self.node.start_mark.line + 1, self._under(name), "missing")
        return found

    def pairs(self) -> list[tuple["Spot", "Spot"]]:
        """Keys and values of a mapping whose keys are free text."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fault("must be a mapping")
        spots = []
        for key, value in self.node.value:
            path = self._under(str(key.value))
            spots.append((Spot(key, self.file, path), Spot(value, self.file, path)))
        return spots

    def items(self) -> list["Spot"]:
        """The entries of a list, which must not be empty."""
        if not isinstance(self.node, yaml.SequenceNode) or not self.node.value:
            raise self.fault("must be a list with entries")
        return [Spot(node, self.file, f"{self.path}[{n}]") for n, node in enumerate(self.node.value)]

    def text(self) -> str:
        """A text that is not empty and not taken for a number or a yes/no."""
        if self._scalar(STR) is None or not self.node.value.strip():
            raise self.fault("must be text (put it in quotes)")
        return str(self.node.value)

    def whole(self, lowest: int = 0) -> int:
        """A whole number not below `lowest`."""
        if self._scalar(INT) is None or int(self.node.value) < lowest:
            raise self.fault(f"must be a whole number, {lowest} or more")
        return int(self.node.value)

    def whole_or_none(self) -> int | None:
        """A whole number, or null."""
        return None if self._scalar(NULL) is not None else self.whole()

    def flag(self) -> bool:
        """true or false."""
        if self._scalar(BOOL) is None or self.node.value not in ("true", "false"):
            raise self.fault("must be true or false")
        return bool(self.node.value == "true")

    def day(self) -> date:
        """A date, 2026-01-01."""
        if self._scalar(DATE) is None:
            raise self.fault("must be a date such as 2026-01-01")
        try:
            return date.fromisoformat(self.node.value)
        except ValueError:
            raise self.fault("must be a date such as 2026-01-01") from None

    def one_of(self, members: type[Member]) -> Member:
        """A member of an enumeration by its value."""
        try:
            return members(self.text())
        except ValueError:
            raise self.fault(f"must be one of {', '.join(members)}") from None

    def members(self, members: type[Member]) -> tuple[Member, ...]:
        """Members of an enumeration, each once; the list may be empty."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fault("must be a list")
        found = [Spot(n, self.file, f"{self.path}[{k}]").one_of(members) for k, n in enumerate(self.node.value)]
        if len(set(found)) != len(found):
            raise self.fault("names one twice")
        return tuple(found)

    def _scalar(self, tag: str) -> str | None:
        if isinstance(self.node, yaml.ScalarNode) and self.node.tag == tag:
            return str(self.node.value)
        return None

    def _under(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def read(text: str, file: str) -> Spot:
    """The root of a YAML text. Raises CatalogueFault for broken YAML, an alias or an empty file."""
    try:
        for token in yaml.scan(text, Loader=LOADER):
            if isinstance(token, yaml.AliasToken):
                raise CatalogueFault(file, token.start_mark.line + 1, "file", "aliases are not allowed")
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise CatalogueFault(file, line, "file", fault.problem or "not valid YAML") from None
    except yaml.YAMLError:
        raise CatalogueFault(file, 1, "file", "holds characters that YAML does not allow") from None
    if node is None:
        raise CatalogueFault(file, 1, "file", "is empty")
    return Spot(node, file, "")
