"""Renew server/requirements/*.txt from pyproject.toml: `make lock`, or `make lock ARGS=--upgrade` for newer versions.

The files carry versions and hashes only: no address of any package index.
"""

import os
import subprocess
import sys
from pathlib import Path

LOCKS = Path("server/requirements")
COMPILE = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
COMPILE += ["--no-emit-index-url", "--no-annotate", "--no-header"]
PARTS = {
    "base": ["pyproject.toml"],
    "servers": ["pyproject.toml", "--group", "servers"],
    "build": ["--group", "build"],
    "bench": ["pyproject.toml", "--group", "bench"],
    "node": ["--group", "node"],
}


def main() -> None:
    """The development lock is resolved first and is the constraint of all others, so that they agree."""
    os.chdir(Path(__file__).resolve().parents[2])
    whole = LOCKS / "dev.txt"
    extra = os.environ.get("ARGS", "").split()
    subprocess.run([*COMPILE, *extra, "pyproject.toml", "--group", "dev", "-o", str(whole)], check=True)
    for name, source in PARTS.items():
        target = LOCKS / f"{name}.txt"
        target.unlink(missing_ok=True)
        subprocess.run([*COMPILE, *source, "-c", str(whole), "-o", str(target)], check=True)


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError:
        sys.exit("uv is needed to renew the locks: pip install uv")
