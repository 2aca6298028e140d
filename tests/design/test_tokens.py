"""Contrast, measured from tokens.css itself, for every theme with and without care mode."""

import re

import pytest

from tests.design.look import CSS

Tokens = dict[str, str]
TEXT = [
    ("ink", "bg"), ("ink", "bg-2"), ("ink-2", "bg"), ("ink-2", "bg-2"), ("brand", "bg"), ("brand", "bg-2"),
    ("brand", "brand-tint"), ("brand-strong", "brand-tint"), ("ink", "brand-tint"), ("ink-2", "brand-tint"),
    ("on-brand", "brand"), ("on-panel", "panel"), ("on-panel-2", "panel"), ("on-panel-btn", "panel-btn"),
    ("against", "bg"), ("against", "against-tint"), ("ink", "against-tint"), ("abstain", "bg"), ("ink", "abstain-tint"),
    ("warn", "bg"), ("warn", "warn-tint"), ("ink", "warn-tint"), ("info", "bg"), ("info", "info-tint"),
    ("ink", "info-tint"), ("notice", "bg"), ("bg", "ink-2"), ("bg", "ink"),
]  # fmt: skip
EDGES = [("line", "bg"), ("line", "bg-2"), ("focus", "bg"), ("brand", "bg"), ("against", "bg"), ("abstain", "bg")]


def blocks() -> list[tuple[str, str, Tokens]]:
    """(media query or "", selector, colours) of each rule, in the order of the file."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / "tokens.css").read_text(encoding="utf-8"), flags=re.S)
    found = []
    media, depth = "", 0
    for piece in re.finditer(r"@media([^{]+)\{|@layer \w+ \{|([^{};]+)\{([^{}]*)\}|\}", text):
        if piece[1]:
            media, depth = piece[1].strip(), depth + 1
        elif piece[2] is not None and piece[3] is not None:
            found.append((media, piece[2].strip(), dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", piece[3]))))
        elif piece[0] == "}":
            media = ""
    return found


def values(selector: str, media: str = "") -> Tokens:
    """The colours that a rule sets."""
    return next(tokens for where, who, tokens in blocks() if who == selector and where == media)


def theme(name: str, *, care: bool) -> Tokens:
    """All colours of a theme as a browser works them out."""
    tokens = dict(values(":root"))
    if name != "light":
        tokens |= values(f'[data-theme="{name}"]')
    if care:
        tokens |= values('[data-mode="care"]')
        if name != "light":
            tokens |= values(f'[data-mode="care"][data-theme="{name}"]')
    return tokens


def ratio(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.2."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("care", [False, True])
@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_text_stands_out(name: str, care: bool) -> None:
    tokens = theme(name, care=care)
    least = 7.0 if name == "contrast" else 4.5
    faint = {
        f"{a} on {b}": round(ratio(tokens[a], tokens[b]), 2) for a, b in TEXT if ratio(tokens[a], tokens[b]) < least
    }
    assert faint == {}
    assert ratio(tokens["ink"], tokens["bg"]) >= 7


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_edges_of_controls_stand_out(name: str) -> None:
    tokens = theme(name, care=False)
    faint = {f"{a} on {b}": ratio(tokens[a], tokens[b]) for a, b in EDGES if ratio(tokens[a], tokens[b]) < 3}
    assert faint == {}


def test_auto_theme_repeats_the_named_ones() -> None:
    assert values('[data-theme="auto"]', "(prefers-color-scheme: dark)") == values('[data-theme="dark"]')
    more = "(prefers-contrast: more) and (prefers-color-scheme: light)"
    assert values('[data-theme="auto"]', more) == values('[data-theme="contrast"]')


def test_every_theme_sets_every_colour() -> None:
    names = set(values(":root"))
    assert set(values('[data-theme="dark"]')) == names
    assert set(values('[data-theme="contrast"]')) == names


def test_colours_live_in_tokens_only() -> None:
    for name in ("base.css", "components.css", "work.css", "desk.css"):
        assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?![^(]*\))", (CSS / name).read_text(encoding="utf-8")) == [], name
    used = {
        name for file in CSS.glob("*.css") for name in re.findall(r"var\(--([\w-]+)", file.read_text(encoding="utf-8"))
    }
    named = {
        name for file in CSS.glob("*.css") for name in re.findall(r"--([\w-]+):", file.read_text(encoding="utf-8"))
    }
    assert used - named == set()
