"""The wheel carries everything and runs from any folder; the source archive builds the same."""

import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest

from linyue import __version__
from setup.local_servers import free_port
from tests.servers import ROOT, until_ready

CARRIED = {"_web/templates": "web/templates", "_web/static": "web/static", "_web/locales": "web/locales"}
CARRIED |= {"_agenda_templates": "agenda_templates"}


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    """A folder with the wheel and the source archive of this tree."""
    with TemporaryDirectory() as folder:
        for target in ("wheel", "sdist"):
            run([sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder], ROOT)
        yield Path(folder)


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """A fresh environment with the wheel, and the locked packages of this one beside it."""
    venv = built / "venv"
    run([sys.executable, "-m", "venv", "--without-pip", str(venv)], built)
    site = next(venv.glob("lib/python*/site-packages"))
    # Only packages are shared: a .pth file inside that folder, such as an editable install's, is not read from here.
    (site / "locked.pth").write_text(sysconfig.get_path("purelib"))
    wheel = next(built.glob("*.whl"))
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(venv / "bin" / "python"),
            "install",
            "-q",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        built,
    )
    return venv


def run(command: list[str], cwd: Path, **env: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={"PATH": "/usr/bin:/bin", **env}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_below(folder: str) -> set[str]:
    top = ROOT / folder
    return {str(f.relative_to(top)) for f in top.rglob("*") if f.is_file() and "__pycache__" not in f.parts}


def test_the_wheel_carries_templates_texts_and_agendas(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    for inside, outside in CARRIED.items():
        assert {f"linyue/{inside}/{name}" for name in files_below(outside)} <= names
    assert not [n for n in names if n.startswith(("tests/", "setup/", "server/"))]
    data = {n for n in files_below("server/linyue") if not n.endswith((".pyc", ".so"))}
    assert {f"linyue/{name}" for name in data} <= names


def test_the_source_archive_carries_them_too(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    for outside in CARRIED.values():
        assert {f"{outside}/{name}" for name in files_below(outside)} <= names
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "SECURITY.md", "server/linyue/cli.py"} <= names
    assert not [n for n in names if n.startswith(("web/node_modules", "var", ".venv"))]


def test_an_installed_wheel_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    linyue = str(installed / "bin" / "linyue")
    assert "serve" in run([linyue, "--help"], tmp_path)
    assert __version__ in run([linyue, "--version"], tmp_path)
    where = run(
        [
            str(installed / "bin" / "python"),
            "-c",
            "from linyue.base import settings as s; print(s.web_folder()); print(s.agenda_folder())",
        ],
        tmp_path,
    )
    assert all(line.startswith(str(installed)) for line in where.splitlines())
    run([linyue, "migrate"], tmp_path, LINYUE_DATA=str(tmp_path / "data"))
    assert (tmp_path / "data" / "linyue.sqlite3").exists()
    port = free_port()
    env = {"PATH": "/usr/bin:/bin", "LINYUE_DATA": str(tmp_path / "data"), "PORT": str(port)}
    with (tmp_path / "serve.log").open("w") as log:
        server = subprocess.Popen([linyue, "serve"], cwd=tmp_path, env=env, stdout=log, stderr=log)
    try:
        until_ready(port, server)
        page = httpx2.get(f"http://127.0.0.1:{port}/")
        style = re.search(r'href="(/static/[^"]+site\.css)"', page.text)
        assert page.status_code == 200 and style, (tmp_path / "serve.log").read_text()[-2000:]
        assert len(httpx2.get(f"http://127.0.0.1:{port}{style[1]}").content) > 10_000
    finally:
        server.terminate()
        server.wait(20)
