"""Both catalogues are complete, say the same things with the same arguments, and hold every text that pages and refusals ask for."""

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from linyue.base.db import SLICES
from linyue.base.prefs import LANGS
from tests.servers import ROOT

LOCALES = ROOT / "web" / "locales"
PACKAGE = ROOT / "server" / "linyue"
FILES = sorted({file.name for lang in LANGS for file in (LOCALES / lang).glob("*.ftl")})
IN_TEMPLATE = re.compile(r"""\bt\(\s*["']([a-z0-9-]+)["']\s*[,)]""")
IN_PYTHON = re.compile(r"""(?:flash=|\btell\([^"']*|\bt\([a-z_.]+,\s*)["']([a-z]+-[a-z0-9-]+)["']""")


class Variables(Visitor):
    """Names of the arguments a text takes."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


@cache
def texts(lang: str, name: str) -> dict[str, frozenset[str]]:
    """Key to the arguments of its text. A line that does not parse fails here."""
    file = LOCALES / lang / name
    if not file.exists():
        return {}
    found = {}
    for entry in FluentParser().parse(file.read_text()).body:
        assert not isinstance(entry, ast.Junk), f"{lang}/{name}: {entry.content[:80]!r}"
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, f"{lang}/{name}: {entry.id.name} stands twice"
            assert entry.value is not None, f"{lang}/{name}: {entry.id.name} has no text"
            seen = Variables()
            seen.visit(entry)
            found[entry.id.name] = frozenset(seen.names)
    return found


@cache
def all_keys(lang: str) -> frozenset[str]:
    return frozenset(key for name in FILES for key in texts(lang, name))


@pytest.mark.parametrize("name", FILES)
def test_the_languages_have_the_same_keys_and_arguments(name: str) -> None:
    chinese, english = texts("zh-CN", name), texts("en", name)
    assert sorted(chinese) == sorted(english)
    assert {k: v for k, v in chinese.items() if english[k] != v} == {}


@pytest.mark.parametrize("name", FILES)
def test_a_key_begins_with_its_slice(name: str) -> None:
    stem = name.removesuffix(".ftl")
    assert stem in {"common", "home"} or stem.split("_")[0] in SLICES
    assert [k for k in texts("zh-CN", name) if not k.startswith(stem.split("_")[0] + "-")] == []


@pytest.mark.parametrize("name", FILES)
def test_chinese_texts_are_chinese(name: str) -> None:
    """Half-width punctuation between Han characters is a slip of the keyboard."""
    text = (LOCALES / "zh-CN" / name).read_text()
    assert re.findall(r"[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]", text) == []


def asked_for() -> Iterator[tuple[str, str]]:
    """Key and the file that asks for it."""
    for file in sorted((ROOT / "web" / "templates").rglob("*.html")):
        for key in IN_TEMPLATE.findall(file.read_text()):
            yield key, str(file.relative_to(ROOT))
    for file in sorted(PACKAGE.rglob("*.py")):
        for key in IN_PYTHON.findall(file.read_text()):
            yield key, str(file.relative_to(ROOT))


def test_every_text_that_is_asked_for_exists() -> None:
    missing = {f"{key} ({file})" for key, file in asked_for() for lang in LANGS if key not in all_keys(lang)}
    assert not missing, "\n".join(sorted(missing))


def refusals() -> list[StrEnum]:
    """Every way in which the server turns something down."""
    found: list[StrEnum] = []
    for file in sorted(PACKAGE.rglob("*.py")):
        if "Refusal(StrEnum)" in file.read_text():
            module = import_module(".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts))
            kinds = [v for n, v in vars(module).items() if n.endswith("Refusal") and v.__module__ == module.__name__]
            found += [member for kind in kinds for member in kind]
    return found


@pytest.mark.parametrize("reason", refusals(), ids=lambda reason: f"{type(reason).__name__}.{reason.name}")
def test_every_refusal_has_words(reason: StrEnum) -> None:
    for lang in LANGS:
        assert reason.value in all_keys(lang), f"{lang}: {reason.value}"


@pytest.mark.parametrize("lang", LANGS)
def test_a_key_stands_in_one_file(lang: str) -> None:
    """Files are read one after another: the same key in two would say one thing here and another there."""
    counted = Counter(key for name in FILES for key in texts(lang, name))
    assert [key for key, n in counted.items() if n > 1] == []
