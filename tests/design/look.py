"""What the design tests share: the files of web/ and a way to render a template without a server."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from linyue.base import pages
from linyue.base.policy import Actor, Grant, Role
from linyue.base.prefs import Prefs

WEB = Path(__file__).resolve().parents[2] / "web"
CSS = WEB / "static" / "css"
JS = WEB / "static" / "js"
TEMPLATES = WEB / "templates"
LOCALES = WEB / "locales"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def templates() -> Iterator[tuple[str, str]]:
    """Name and source of every template, comments left out."""
    for file in sorted(TEMPLATES.rglob("*.html")):
        yield str(file.relative_to(TEMPLATES)), re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.S)


def render(name: str, page: object = None, *, lang: str = "zh-CN", theme: str = "light", path: str = "/_kit") -> str:
    """The HTML of a template for a social worker in demo mode."""
    return pages.environment().get_template(name).render(_context(page, lang, theme, path))


def render_text(source: str, *, path: str = "/_kit") -> str:
    """The same for a template given as text."""
    return pages.environment().from_string(source).render(_context(None, "zh-CN", "light", path))


def _context(page: object, lang: str, theme: str, path: str) -> dict[str, object]:
    return {
        "prefs": Prefs(lang=lang, theme=theme),
        "actor": Actor(person_id=1, name="小周", grants=(Grant(Role.SOCIAL_WORKER, "/1/"),)),
        "nonce": "n",
        "csrf": "c",
        "path": path,
        "comes_back": path,
        "query": "",
        "flash": [],
        "unread": 0,
        "site": pages.Site("示例区", "0000-8123 4567", "96777", True, 60, NOW),
        "page": page,
    }
