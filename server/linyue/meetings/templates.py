"""Finds the agenda templates of this installation: those that come with it, and the district's own beside them.

Reads files; what they mean is agenda_files' business.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from linyue.base.settings import agenda_folder
from linyue.meetings.agenda_files import BadTemplate, Fault, read
from linyue.meetings.rules_plan import AgendaPlan, plan_from
from linyue.meetings.rules_stages import has_stages

_own: list[Path] = []
"""The district's own folder; empty where it has none."""


def use_folder(folder: str) -> None:
    """From now on the templates in this folder are the district's own (LINYUE_AGENDAS); "" for none."""
    _own[:] = [Path(folder)] if folder else []
    load_data.cache_clear()
    load_template.cache_clear()


def open_own(folder: str) -> None:
    """Use the district's own folder, when the process starts. Raises BadTemplate: better no start than half a list."""
    use_folder(folder)
    if folder and (faults := check_folder()):
        raise BadTemplate(faults)


@cache
def load_schema() -> dict[str, Any]:
    """The grammar of templates."""
    schema: dict[str, Any] = json.loads((agenda_folder() / "schema.json").read_text(encoding="utf-8"))
    return schema


def _files(folder: Path | None = None) -> dict[str, Path]:
    """Every template's file by its id; of an id in both folders, which check_folder refuses, the shipped one."""
    places = [folder] if folder is not None else [*_own, agenda_folder()]
    return {path.stem: path for place in places for path in place.glob("*.yaml")}


def template_ids(folder: Path | None = None) -> list[str]:
    """Ids of every template, in order; of one folder, or of this installation."""
    return sorted(_files(folder))


@cache
def load_data(name: str) -> dict[str, Any]:
    """One template as checked data to store. Raises KeyError (unknown id) or BadTemplate."""
    path = _files()[name]
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
    """What `linyue check-agendas` prints: every fault of every template; an empty list means all is well.

    `folder`: only this one; None: what comes with Linyue and the district's own, where no id may repeat.
    """
    places = [folder] if folder is not None else [agenda_folder(), *_own]
    faults: list[Fault] = []
    seen: set[str] = set()
    for place in places:
        files = _files(place)
        faults += [Fault(files[name].name, 1, "", "another template has this id") for name in sorted(seen & set(files))]
        faults += [fault for name in sorted(files) for fault in _faults_in(files[name])]
        faults += [] if files else [Fault(str(place), 1, "", "no templates here")]
        seen |= set(files)
    return faults


def _faults_in(path: Path) -> list[Fault]:
    try:
        read(path.read_text(encoding="utf-8"), load_schema(), file=path.name)
    except UnicodeDecodeError:
        return [Fault(path.name, 1, "", "not UTF-8 text")]
    except BadTemplate as error:
        return error.faults
    return []
