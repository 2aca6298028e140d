"""Reads the data files that stand beside the code."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def read_data(name: str) -> dict[str, Any]:
    """A data file of the sample district as plain values."""
    text = (files("linyue.demo") / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return found
