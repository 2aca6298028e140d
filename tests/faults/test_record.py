"""The day's record of fault tests: a group that ran again is put in anew, what people wrote stays."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.faults.__main__ import merged

FIGURE = {"name": "kills", "value": 500, "unit": "", "at_least": 500, "at_most": None, "is_met": True}


def group(title: str, at: str, **more: Any) -> dict[str, Any]:
    run = {"title": title, "at": at, "seed": 7, "scale": 1, "passed": True, "seconds": 12.0, "machine": "2 cores"}
    return run | {"figures": [FIGURE]} | more


def test_in_the_long_form_no_database_lies_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's neither: what it commits waits for the disk, as SQLite's does, and the record names the disk."""
    monkeypatch.setattr(servers, "IS_LONG", True)
    assert servers.roomy_memory() is None
    with servers.scratch_folder() as folder:
        assert folder.parent == Path(tempfile.gettempdir())
    assert servers.kind_of_disk(Path("/proc/self")) == "proc"
    assert servers.kind_of_disk(servers.ROOT) not in ("", "proc")


def test_a_group_is_put_in_anew_and_its_words_are_kept() -> None:
    first = merged(
        "",
        {"T5": group("ends", "2026-11-28T10:00:00+00:00"), "T1": group("kill", "2026-11-28T09:00:00+00:00")},
        "2026-11-28",
    )
    assert first.index("## T1") < first.index("## T5") and first.startswith("# Fault tests, 2026-11-28")
    said = first.replace("2 cores.\n\n| figure", "2 cores.\n\nIt was slow: others ran\nbeside it.\n\n| figure", 1)
    assert said != first
    again = merged(
        said, {"T1": group("kill", "2026-11-28T20:00:00+00:00", passed=False)}, "2026-11-28", "One kill hung."
    )
    assert "It was slow: others ran\nbeside it." in again and "One kill hung." in again
    assert "T20:00:00" in again and "T09:00:00" not in again and "FAILED in 12 s" in again
    assert again.count("## T1") == again.count("## T5") == 1 and again.count("| kills |") == 2
    assert merged(again, {}, "2026-11-28") == again
    assert (
        merged(again, {"T1": group("kill", "2026-11-28T20:00:00+00:00", passed=False)}, "2026-11-28", "One kill hung.")
        == again
    )
