"""The same answer as XML: one structure of plain values, written twice. Nothing here reads XML."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as Tree

from linyue.open311.rules import is_sign

# What one entry of a list is called inside its element.
ONE_OF = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "attributes": "attribute",
    "values": "value",
    "handovers": "handover",
    "parts": "part",
}

Plain = Mapping[str, "Plain"] | Sequence["Plain"] | str | int | bool | None


def to_xml(root: str, value: Plain) -> bytes:
    """The whole document in UTF-8, with its declaration."""
    element = Tree.Element(root)
    _fill(element, value)
    written: bytes = Tree.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: Tree.Element, value: Plain) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, str | int):
        element.text = "".join(sign if sign in "\t\n" or is_sign(sign) else " " for sign in str(value))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(Tree.SubElement(element, name), inner)
    else:
        for inner in value:
            _fill(Tree.SubElement(element, ONE_OF[element.tag]), inner)
