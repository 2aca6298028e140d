"""What may be committed: no registry's address, no path of somebody's machine, only the agreed top level, free licences."""

import json
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.servers import ROOT

TOP = {"pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "SECURITY.md"}
TOP_FOLDERS = {"server", "web", "agenda_templates", "tests", "docker"}
MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9_./~-])/(?:root|home/[a-z]|Users/[a-z]|work|opt/(?:wheels|pypi)|tmp/[a-z])\b")
REGISTRY = re.compile(
    r"(?:registry|mirrors?|index|files|pypi|npm)\.[a-z0-9-]*\.?(?:org|com|cn|net|io)\b|pythonhosted|npmjs|tsinghua",
    re.I,
)
COPYLEFT = re.compile(r"\b(?:A|L)?GPL\b|GNU (?:Affero|Lesser|General)", re.I)


def committed() -> list[Path]:
    """Every file git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def text_of(file: Path) -> str:
    try:
        return file.read_text()
    except UnicodeDecodeError:
        return ""


def test_the_top_level_is_the_agreed_one() -> None:
    names = {file.relative_to(ROOT).parts[0] for file in committed()}
    assert {n for n in names if not n.startswith(".")} <= TOP | TOP_FOLDERS


def test_no_address_of_a_registry_is_committed() -> None:
    me = Path(__file__)
    found = [
        f"{f.relative_to(ROOT)}: {m.group()}" for f in committed() if f != me for m in REGISTRY.finditer(text_of(f))
    ]
    assert not found, "\n".join(found)


def test_locks_hold_versions_and_hashes_only() -> None:
    for lock in sorted((ROOT / "server" / "requirements").glob("*.txt")):
        for number, line in enumerate(lock.read_text().splitlines(), 1):
            assert re.match(r"[a-z0-9.\[\]-]+==\S+|    --hash=sha256:[0-9a-f]{64}", line), (
                f"{lock.name}:{number}: {line}"
            )
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in entry for entry in packages.values())
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_no_path_of_a_machine_is_committed() -> None:
    me = Path(__file__)
    found = [
        f"{f.relative_to(ROOT)}: {m.group()}" for f in committed() if f != me for m in MACHINE_PATH.finditer(text_of(f))
    ]
    assert not found, "\n".join(found)


def locked(name: str) -> list[Requirement]:
    """What a lock installs on this machine."""
    lines = (ROOT / "server" / "requirements" / name).read_text().splitlines()
    wanted = [
        Requirement(line.removesuffix("\\").strip()) for line in lines if "==" in line and not line.startswith(" ")
    ]
    return [r for r in wanted if r.marker is None or r.marker.evaluate()]


@pytest.mark.parametrize("requirement", locked("base.txt"), ids=lambda r: r.name)
def test_nothing_that_runs_is_under_a_copyleft_licence(requirement: Requirement) -> None:
    meta = distribution(requirement.name).metadata
    said = [meta.get("License-Expression", ""), meta.get("License", "")[:200]]
    said += [c for c in meta.get_all("Classifier") or [] if c.startswith("License")]
    assert any(text.strip() for text in said), f"{requirement.name} names no licence"
    assert not any(COPYLEFT.search(text) for text in said), f"{requirement.name}: {said}"


def test_the_installed_packages_are_the_locked_ones() -> None:
    for requirement in locked("dev.txt"):
        assert distribution(requirement.name).version in requirement.specifier, requirement.name
