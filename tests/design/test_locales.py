"""Both catalogues are whole, and the Chinese one keeps its punctuation full-width."""

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast

from tests.design.look import LOCALES

SLICES = sorted(file.stem for file in (LOCALES / "zh-CN").glob("*.ftl"))
HAN = r"[\u4e00-\u9fff]"


def messages(file: Path) -> dict[str, ast.Message]:
    """Key to message; a line the parser cannot read is a fault."""
    resource = FluentParser().parse(file.read_text(encoding="utf-8"))
    assert [entry.content for entry in resource.body if isinstance(entry, ast.Junk)] == []
    found = [entry for entry in resource.body if isinstance(entry, ast.Message)]
    keys = [entry.id.name for entry in found]
    assert len(keys) == len(set(keys)), {key for key in keys if keys.count(key) > 1}
    return {entry.id.name: entry for entry in found}


def arguments(message: ast.Message) -> set[str]:
    """Names of the arguments a sentence takes."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, ast.VariableReference):
            found.add(node.id.name)
        if isinstance(node, ast.BaseNode):
            for value in vars(node).values():
                for item in value if isinstance(value, list) else [value]:
                    walk(item)

    walk(message.value)
    return found


def plain(message: ast.Message, source: str) -> str:
    """The sentence as written in the file."""
    assert message.value is not None and message.value.span is not None
    return source[message.value.span.start : message.value.span.end]


@pytest.mark.parametrize("name", SLICES)
def test_languages_have_the_same_keys_and_arguments(name: str) -> None:
    chinese, english = messages(LOCALES / "zh-CN" / f"{name}.ftl"), messages(LOCALES / "en" / f"{name}.ftl")
    assert set(chinese) == set(english)
    differ = {key for key in chinese if not arguments(english[key]) <= arguments(chinese[key]) | {"n"}}
    assert differ == set()


@pytest.mark.parametrize("name", SLICES)
def test_keys_carry_the_name_of_their_slice(name: str) -> None:
    slice_name = name.split("_")[0]  # a slice with many texts keeps them by subject: questions.ftl, questions_paper.ftl
    assert [key for key in messages(LOCALES / "zh-CN" / f"{name}.ftl") if not key.startswith(f"{slice_name}-")] == []


def test_no_language_has_a_file_the_other_lacks() -> None:
    assert {file.name for file in (LOCALES / "en").glob("*.ftl")} == {f"{name}.ftl" for name in SLICES}


@pytest.mark.parametrize("name", SLICES)
def test_chinese_punctuation_is_full_width(name: str) -> None:
    file = LOCALES / "zh-CN" / f"{name}.ftl"
    source = file.read_text(encoding="utf-8")
    wrong = []
    for key, message in messages(file).items():
        text = re.sub(r"\{[^{}]*\}", "\ue000", plain(message, source))
        near = rf"(?:{HAN}|\ue000)"
        if re.search(rf"{near}[,;:?!]|[,;:?!]{HAN}|{HAN}[.\"'()]|[(\"']{HAN}|\.\.\.", text):
            wrong.append(key)
    assert wrong == []


@pytest.mark.parametrize("name", SLICES)
def test_no_typed_space_around_figures(name: str) -> None:
    """The style sheet sets that gap; a typed space would double it."""
    file = LOCALES / "zh-CN" / f"{name}.ftl"
    source = file.read_text(encoding="utf-8")
    gap = re.compile(rf"{HAN} \{{ ?\$|\$\w+ ?\}} {HAN}")
    assert [key for key, message in messages(file).items() if gap.search(plain(message, source))] == []
