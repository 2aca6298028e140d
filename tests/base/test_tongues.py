"""Chinese on an English page carries its language; nothing else of the page changes."""

import re

from linyue.base.tongues import mark_chinese
from tests.client import Client


def test_runs_of_chinese_are_marked() -> None:
    marked = mark_chinese("<p>Convener 晨光种花, 5幢2单元 at 7</p>")
    assert marked == (
        '<p>Convener <span lang="zh-Hans-CN">晨光种花</span>, 5<span lang="zh-Hans-CN">幢2单元</span> at 7</p>'
    )
    assert mark_chinese("<b>停车，一起商量。</b>") == '<b><span lang="zh-Hans-CN">停车，一起商量。</span></b>'


def test_attributes_titles_and_fields_stay_plain() -> None:
    for html in (
        '<input value="屋顶漏水">', "<title>屋顶</title>", "<option>屋顶</option>", "<textarea>屋\n顶</textarea>",
        "<script>const a = '屋';</script>", "<p>roof</p>",
    ):  # fmt: skip
        assert mark_chinese(html) == html


async def test_an_english_page_reads_the_same(client: Client) -> None:
    page = await client.get("/_kit", headers={"accept-language": "en"})
    assert '<span lang="zh-Hans-CN">' in page.text
    text = re.sub(r'</?span lang="zh-Hans-CN">|</span>', "", page.text)
    assert "&lt;span" not in text
