"""Finds the agenda templates of this installation. Reads files; what they mean is agenda_files' business."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from linyue.base.settings import agenda_folder
from linyue.meetings.agenda_files import BadTemplate, Fault, read
from linyue.meetings.rules_plan import AgendaPlan, plan_from
from linyue.meetings.rules_stages import has_stages


@cache
def load_schema() -> dict[str, Any]:
    """The grammar of templates."""
    schema: dict[str, Any] = json.loads((agenda_folder() / "schema.json").read_text(encoding="utf-8"))
    return schema


def template_ids(folder: Path | None = None) -> list[str]:
    """Ids of every template, in order."""
    return sorted(path.stem for path in (folder or agenda_folder()).glob("*.yaml"))


@cache
def load_data(name: str) -> dict[str, Any]:
    """One template as checked data to store. Raises KeyError (unknown id) or BadTemplate."""
    if name not in template_ids():
        raise KeyError(name)
    path = agenda_folder() / f"{name}.yaml"
    return read(path.read_text(encoding="utf-8"), load_schema(), file=path.name)


@cache
def load_template(name: str) -> tuple[dict[str, Any], AgendaPlan]:
    """A template of one sitting, to store and as a plan. Raises KeyError (unknown, or a procedure) or BadTemplate."""
    data = load_data(name)
    if has_stages(data):
        raise KeyError(name)
    return data, plan_from(data)


def sitting_ids() -> list[str]:
    """Ids of the templates of one sitting."""
    return [name for name in template_ids() if not has_stages(load_data(name))]


def procedure_ids() -> list[str]:
    """Ids of the templates that run over several stages."""
    return [name for name in template_ids() if has_stages(load_data(name))]


def check_folder(folder: Path | None = None) -> list[Fault]:
    """What `linyue check-agendas` prints: every fault of every template; an empty list means all is well."""
    place = folder or agenda_folder()
    faults: list[Fault] = []
    for name in template_ids(place):
        path = place / f"{name}.yaml"
        try:
            read(path.read_text(encoding="utf-8"), load_schema(), file=path.name)
        except UnicodeDecodeError:
            faults.append(Fault(path.name, 1, "", "not UTF-8 text"))
        except BadTemplate as error:
            faults += error.faults
    return faults or ([] if template_ids(place) else [Fault(str(place), 1, "", "no templates here")])
