"""Reads the volumes of a year and refuses a file that does not say that they are assumed."""

from dataclasses import dataclass, fields
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any, get_origin, get_type_hints

import yaml

from linyue.centres.rules import Way

MONTHS, HOURS = 12, 24


class BadVolumes(Exception):
    """A file of volumes that cannot be used; the text names the key."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """Every volume of a year; what each means stands beside it in year.yaml."""

    year: int
    seed: int
    population: int
    matters: int
    floats_from_month: int
    people: dict[str, float]
    days: dict[str, float]
    hours: list[float]
    channels: dict[str, float]
    ways: dict[str, float]
    months: dict[str, list[float]]
    items: dict[str, float]
    item_months: dict[str, list[float]]
    kinds: dict[str, float]
    kind_reports: float
    urgent: float
    private: float
    wrong_first: float
    wrong_twice: float
    late: dict[str, float]
    extended: float
    asked_back: float
    withdrawn: float
    both: float
    appealed: dict[str, float]
    appeal_late: float
    rated: float
    ratings: dict[str, float]
    answers: float
    answered: dict[str, float]
    visits: dict[str, Any]


def read_volumes(path: Path | None = None) -> Volumes:
    """The volumes of a file, else the ones that come with the software. Raises BadVolumes naming what is wrong."""
    file = path or files("linyue.simulation") / "year.yaml"
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadVolumes(f"{file}: cannot be read ({type(error).__name__})") from error
    if not isinstance(found, dict) or found.pop("format", None) != 1:
        raise BadVolumes(f"{file}: format: use 1")
    if found.pop("assumed", None) is not True:
        raise BadVolumes(f"{file}: assumed: must be true, since no such volume has been measured")
    types = get_type_hints(Volumes)
    known = {one.name for one in fields(Volumes)}
    for name in sorted(known ^ set(found)):
        raise BadVolumes(f"{file}: {name}: " + ("missing" if name in known else "unknown"))
    for name, kind in types.items():
        wanted = get_origin(kind) or kind
        if not isinstance(found[name], (int, float) if wanted is float else wanted):
            raise BadVolumes(f"{file}: {name}: use a {wanted.__name__}")
    volumes = Volumes(**found)
    _check(volumes, str(file))
    return volumes


def _check(volumes: Volumes, file: str) -> None:
    if len(volumes.hours) != HOURS:
        raise BadVolumes(f"{file}: hours: name {HOURS}")
    for name, months in {**volumes.months, **volumes.item_months}.items():
        if len(months) != MONTHS:
            raise BadVolumes(f"{file}: {name}: name {MONTHS} months")
    ways = {way.value for way in Way}
    for way in sorted(ways ^ set(volumes.ways)) or sorted(ways ^ set(volumes.months)):
        raise BadVolumes(f"{file}: ways, months: {way}")
    if not 1 <= volumes.floats_from_month <= MONTHS:
        raise BadVolumes(f"{file}: floats_from_month: use 1 to {MONTHS}")


def read_scale(text: str) -> Fraction:
    """1/20 or 1. Raises ValueError for anything that is no share of a district."""
    try:
        scale = Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(text) from error
    if not 0 < scale <= 1:
        raise ValueError(text)
    return scale
