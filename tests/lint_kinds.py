"""What may know what inside a slice. The kind of a file is the first word of its name: rules_tally.py is a rules file.

routes | live | jobs  >  service  >  writer  >  model  >  events  >  rules | plan
A rules, plan or events file is plain values: nothing that waits, asks the time, draws lots or reads a setting.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "server" / "linyue"
EDGE = {"routes", "live", "jobs"}
PLAIN = {"rules", "plan", "events"}
RANK = {"rules": 0, "plan": 0, "events": 0, "model": 1, "writer": 2, "service": 3, "routes": 4, "live": 4, "jobs": 4}
FROM_OTHER_SLICES = {"service", "rules", "events", "model"}
ASSEMBLERS = {"app", "worker", "cli", "demo", "simulation", "__main__"}
IMPURE = {"asyncio", "os", "random", "secrets", "socket", "subprocess", "threading", "time"}
PURE_BASE = {"linyue.base.ledger", "linyue.base.workdays"}


def problems() -> list[str]:
    """One line a fault: file, line, what is wrong."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text())
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        place = str(file.relative_to(ROOT))
        for line, target in imported(tree):
            fault = judge(parts, target)
            if fault:
                found.append(f"{place}:{line}: {fault}")
        if len(parts) == 2 and parts[0] != "base" and kind_of(parts[1]) in PLAIN:
            found += [
                f"{place}:{n.lineno}: a rule does not wait"
                for n in ast.walk(tree)
                if isinstance(n, ast.AsyncFunctionDef | ast.Await)
            ]
    return found


def kind_of(stem: str) -> str:
    """`service_desk` is a service."""
    return stem.split("_")[0]


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full module name of each import; `from linyue.people import rules` counts as linyue.people.rules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.count(".") == 1 and node.module.startswith("linyue."):
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module


def judge(parts: tuple[str, ...], target: str) -> str | None:
    """What is wrong with the file `parts` importing `target`; None when nothing is."""
    slice_name, kind = parts[0], kind_of(parts[-1])
    in_slice = len(parts) == 2 and slice_name not in {"base", "migrations"}
    names = target.split(".")
    to_slice = len(names) >= 3 and names[0] == "linyue" and names[1] not in {"base", "migrations"}
    to_kind = kind_of(names[2]) if to_slice else ""
    own_kind = in_slice and to_slice and names[1] == slice_name and to_kind == kind
    if to_slice and to_kind in EDGE and slice_name not in ASSEMBLERS and not own_kind:
        return f"{target} belongs to the edge: nobody but the app may import it"
    if not in_slice:
        return None
    if kind in PLAIN:
        return _judge_pure(slice_name, kind, names, target)
    if to_slice and names[1] != slice_name and to_kind in RANK and to_kind not in FROM_OTHER_SLICES:
        return f"{target}: from another slice take service, rules, events or model"
    if to_slice and names[1] == slice_name and kind in RANK and to_kind in RANK and RANK[to_kind] > RANK[kind]:
        return f"{kind} does not know {to_kind} ({target})"
    return None


def _judge_pure(slice_name: str, kind: str, names: list[str], target: str) -> str | None:
    if names[0] != "linyue":
        if names[0] in IMPURE or names[0] not in sys.stdlib_module_names:
            return f"{kind} takes plain values only, not {target}"
        return None
    if target in PURE_BASE or ".".join(names[:3]) in PURE_BASE:
        return None
    if len(names) >= 3 and names[1] != "base" and kind_of(names[2]) in PLAIN:
        return None if kind_of(names[2]) != "events" or kind == "events" else f"{kind} does not know {target}"
    return f"{kind} takes plain values only, not {target}"
