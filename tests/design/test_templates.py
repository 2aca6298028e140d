"""Rules for every template: no styles or handlers in markup, nothing trusted blindly, only icons that exist."""

import re
from html.parser import HTMLParser

import pytest

from linyue.base import i18n
from tests.design.look import LOCALES, TEMPLATES, WEB, render, render_text, templates

ALL = list(templates())
NAMES = [name for name, _ in ALL]
SOURCE = dict(ALL)
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (WEB / "static/img/icons.svg").read_text(encoding="utf-8")))
MACROS = re.findall(r"\{%-? macro ([a-z]\w*)\(", SOURCE["_ui.html"])


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "is_strict", True)


@pytest.mark.parametrize("name", NAMES)
def test_no_styles_handlers_or_blind_trust(name: str) -> None:
    text = SOURCE[name]
    assert re.findall(r"\sstyle\s*=|<style", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert re.findall(r"\|\s*safe\b|Markup\(|autoescape", text) == []
    assert re.findall(r"javascript:", text) == []


@pytest.mark.parametrize("name", NAMES)
def test_scripts_are_modules_with_a_nonce(name: str) -> None:
    for tag in re.findall(r"<script[^>]*>", SOURCE[name]):
        assert 'type="module"' in tag and 'nonce="{{ nonce }}"' in tag and "static(" in tag


@pytest.mark.parametrize("name", NAMES)
def test_every_post_form_carries_its_token(name: str) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", SOURCE[name], flags=re.S | re.I):
        assert "csrf_field()" in form


@pytest.mark.parametrize("name", NAMES)
def test_icons_exist(name: str) -> None:
    used = set(re.findall(r"\b_?icon\(\"([\w-]+)\"", SOURCE[name])) | set(
        re.findall(r"\bicon=\"([\w-]+)\"", SOURCE[name])
    )
    used |= set(re.findall(r"icons\.svg'\) \}\}#([\w-]+)\"", SOURCE[name]))
    assert used - SYMBOLS == set()


@pytest.mark.parametrize("name", NAMES)
def test_texts_exist(name: str) -> None:
    keys = set(re.findall(r"\bt\(\s*[\"']([a-z][\w-]*[a-z0-9])[\"']\s*[,)]", SOURCE[name]))
    assert {key for key in keys for lang in ("zh-CN", "en") if not i18n.has(lang, key)} == set()


def test_a_state_of_a_page_is_never_styled_alone() -> None:
    """`triage chosen` is a page with a matter chosen; a bare `.chosen li` would dress everything on it as a choice."""
    heads = [h for text in SOURCE.values() for h in re.findall(r"block (?:main|body)_class %\}(.*?)\{% endblock", text)]
    states = {
        word for head in heads for some in re.findall(r"\{% if [^%]*%\} ([\w -]+)", head) for word in some.split()
    }
    assert "chosen" in states
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in (WEB / "static/css").glob("*.css"))
    assert [one for one in sorted(states) if re.search(rf"(?m)(?:^|[,{{}}])\s*\.{one}[\s,{{:.]", sheets)] == []


def test_words_for_people_are_not_in_templates() -> None:
    for name, text in ALL:
        found = set(re.findall(r"[\u4e00-\u9fff]+", text)) - {"邻", "中文"}
        assert found == set(), name


def test_icons_are_drawn_alike() -> None:
    text = (WEB / "static/img/icons.svg").read_text(encoding="utf-8")
    assert len(SYMBOLS) >= 42
    assert set(re.findall(r'viewBox="([^"]+)"', text)) == {"0 0 24 24"}
    assert "fill" not in text and "style" not in text


def test_gallery_shows_and_comment_names_every_part() -> None:
    comment = (TEMPLATES / "_ui.html").read_text(encoding="utf-8").split("#}")[0]
    inner = {"vote_icon"}
    for macro in set(MACROS) - inner:
        assert re.search(rf"\b{macro}\(", comment), f"{macro} is not in the comment"
    shown = SOURCE["kit.html"] + SOURCE["base.html"] + SOURCE["_ui.html"].split("macro icon", 1)[1]
    for macro in set(MACROS) - inner:
        assert re.search(rf"ui\.{macro}\(|[{{ ]{macro}\(", shown), f"{macro} is not in the gallery"


class Page(HTMLParser):
    """Ids, labels and what points to them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pointed: set[str] = set()
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, bool]] = []
        self.heads = 0
        self.in_label = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {key: value or "" for key, value in attrs}
        if "id" in have:
            self.ids.append(have["id"])
        for key in ("aria-describedby", "aria-labelledby"):
            self.pointed |= set(have.get(key, "").split())
        if tag == "label":
            self.in_label += 1
            self.labelled.add(have.get("for", ""))
        if tag in {"input", "select", "textarea"} and have.get("type") != "hidden":
            self.fields.append((have.get("id", ""), bool(self.in_label)))
        self.heads += tag == "h1"

    def handle_endtag(self, tag: str) -> None:
        self.in_label -= tag == "label"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_gallery_is_well_joined(lang: str) -> None:
    page = Page(render("kit.html", lang=lang))
    assert page.heads == 1
    twice = {one for one in page.ids if page.ids.count(one) > 1 and one not in {"hatch", "dots"}}
    assert twice == set()
    assert page.pointed - set(page.ids) == set()
    assert [one for one, inside in page.fields if not inside and one not in page.labelled] == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_sample_data_is_marked(lang: str) -> None:
    word = i18n.t(lang, "common-sample")
    assert word in render("kit.html", lang=lang).split("<main")[0]


@pytest.mark.parametrize("base", ["base", "base_desk", "base_focus"])
def test_sample_data_is_marked_on_paper_too(base: str) -> None:
    rest = "{% block title %}x{% endblock %}{% block content %}<h1>x</h1>{% endblock %}"
    paper = render_text(f'{{% extends "{base}.html" %}}{rest}').split("<main")[1]  # the header is not printed
    assert f'<p class="print-only sample-mark">{i18n.t("zh-CN", "common-sample")}</p>' in paper


def test_both_catalogues_are_there() -> None:
    assert {folder.name for folder in LOCALES.iterdir() if folder.is_dir()} == {"zh-CN", "en"}


def test_staff_nav_shows_what_the_policy_allows() -> None:
    page = render_text(
        '{% extends "base_desk.html" %}{% block title %}x{% endblock %}{% block content %}<h1>x</h1>{% endblock %}',
        path="/triage",
    )
    nav = page.split('class="side"')[1].split("</nav>")[0]
    seen = set(re.findall(r'href="(/desk/report|/triage|/desk/people|/admin|/desk/centre)"', nav))
    assert seen == {"/desk/report", "/triage", "/desk/people"}
    assert re.findall(r'href="([^"]+)" aria-current', nav) == ["/triage"]


@pytest.mark.parametrize(("total", "boxes"), [(0, 0), (1, 0), (2, 2), (20, 20), (21, 0)])
def test_a_clock_shows_a_box_for_each_day_or_none(total: int, boxes: int) -> None:
    shown = (
        f'{{% import "_ui.html" as ui with context %}}{{{{ ui.clock({{"words": "x", "used": 0, "total": {total}}}) }}}}'
    )
    assert render_text(shown).count("<rect") == boxes
