"""`make lint` is part of every run, and each check is seen to notice what it is for."""

import ast
from collections.abc import Callable

import pytest

from tests import lint, lint_kinds


@pytest.mark.parametrize("check", lint.CHECKS, ids=lambda check: check.__name__)
def test_nothing_to_mend(check: Callable[[], list[str]]) -> None:
    found = check()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("file", "target", "is_fault"),
    [
        (("matters", "rules"), "linyue.base.settings", True),
        (("matters", "rules"), "linyue.base.workdays", False),
        (("matters", "rules"), "tortoise", True),
        (("matters", "rules_triage"), "secrets", True),
        (("matters", "rules_triage"), "dataclasses", False),
        (("matters", "rules"), "linyue.matters.events", True),
        (("matters", "events"), "linyue.matters.rules", False),
        (("matters", "model"), "linyue.matters.rules", False),
        (("matters", "model"), "linyue.matters.service", True),
        (("matters", "service"), "linyue.matters.routes", True),
        (("matters", "service_desk"), "linyue.matters.model", False),
        (("matters", "service"), "linyue.people.service", False),
        (("matters", "service"), "linyue.people.routes", True),
        (("matters", "routes"), "linyue.matters.jobs", True),
        (("matters", "routes_desk"), "linyue.matters.routes", False),
        (("base", "site"), "linyue.matters.routes", True),
        (("app",), "linyue.matters.routes", False),
    ],
)
def test_kinds_are_told_apart(file: tuple[str, ...], target: str, is_fault: bool) -> None:
    assert bool(lint_kinds.judge(file, target)) == is_fault


def test_imports_are_read_with_their_full_names() -> None:
    tree = ast.parse("import os\nfrom linyue.people import rules, model\nfrom linyue.people.service import x\n")
    names = [name for _line, name in lint_kinds.imported(tree)]
    assert names == ["os", "linyue.people.rules", "linyue.people.model", "linyue.people.service"]


@pytest.mark.parametrize(
    "line",
    [
        "{{ page.text | safe }}",
        '<p style="color: red">',
        '<button onclick="go()">',
        "<script>go()</script>",
        '<img src="https://elsewhere.example/x.png">',
    ],
)
def test_forbidden_things_in_templates_are_seen(line: str) -> None:
    assert any(lint.re.search(pattern, line) for pattern in lint.FORBIDDEN_IN_TEMPLATES)


@pytest.mark.parametrize(
    "line", ['<script nonce="{{ nonce }}" src="x.js">', '<svg xmlns="http://www.w3.org/2000/svg">']
)
def test_allowed_things_in_templates_pass(line: str) -> None:
    assert not any(lint.re.search(pattern, line) for pattern in lint.FORBIDDEN_IN_TEMPLATES)
