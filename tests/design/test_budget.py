"""What a phone has to load stays small."""

import gzip
import re

from tests.design.look import CSS, JS, TEMPLATES, WEB


def packed(names: list[str]) -> int:
    """Bytes of these static files, each packed on its own as a server sends them."""
    return sum(len(gzip.compress((WEB / "static" / name).read_bytes(), 9)) for name in names)


def test_css_of_a_page_is_at_most_15_kb() -> None:
    shared = {"css/tokens.css", "css/base.css", "css/components.css", "css/work.css", "css/print.css"}
    for file in CSS.glob("*.css"):
        assert packed(sorted(shared | {f"css/{file.name}"})) <= 15_000, file.name


def test_scripts_of_a_page_stay_small() -> None:
    """What every phone loads with the page. Modules that a page asks for later, on a device that can use them or after
    a tap (photos, drafts, reading aloud, counting a whole vote of any kind again), come on top: at most 26 kB of them,
    so that with its styles and its text a page stays under the 60 kB of tests/pages/weight.py even then.
    """
    for file in sorted(TEMPLATES.rglob("*.html")):
        own = set(re.findall(r"static\(['\"](js/[\w./-]+\.js)", file.read_text(encoding="utf-8")))
        at_once = with_imports(own | {"js/ui.js"}, AT_ONCE)
        assert packed(sorted(at_once)) <= 11_500, file.name
        assert packed(sorted(with_imports(at_once, AT_ONCE_OR_LATER) - at_once)) <= 26_000, file.name


AT_ONCE = r"from\s*\"\./([\w.-]+\.js)\""
AT_ONCE_OR_LATER = r"(?:from|import\()\s*\"\./([\w.-]+\.js)\""


def with_imports(names: set[str], pattern: str) -> set[str]:
    """These modules and all that they import in the way of the pattern."""
    todo, seen = list(names), set(names)
    while todo:
        name = todo.pop()
        for other in re.findall(pattern, (WEB / "static" / name).read_text(encoding="utf-8")):
            if f"js/{other}" not in seen:
                seen.add(f"js/{other}")
                todo.append(f"js/{other}")
    return seen


def test_nothing_is_loaded_from_elsewhere() -> None:
    outside = re.compile(r"@import|url\(\s*['\"]?(?!#)|https?://(?!www\.w3\.org/)")
    for file in [*CSS.glob("*.css"), *JS.rglob("*.js"), *(WEB / "static" / "img").glob("*.svg")]:
        assert outside.findall(file.read_text(encoding="utf-8")) == [], file.name
