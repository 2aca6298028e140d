"""Likeness of reports."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.matters.rules_text import Earlier, duplicate_score, likely_duplicates, likeness

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def earlier(title: str, text: str = "", near: str = "/1/2/3/4/5/", days: int = 1, number: int = 1) -> Earlier:
    return Earlier(number, title, text, near, NOW - timedelta(days=days))


@pytest.mark.parametrize(
    ("title", "one", "is_alike"),
    [
        ("5幢顶楼下雨漏水", earlier("5幢顶楼下雨就漏"), True),
        ("下雨顶楼漏", earlier("5幢顶楼下雨就漏"), True),
        ("高龄津贴怎么领", earlier("5幢顶楼下雨就漏"), False),
        ("5幢顶楼下雨就漏", earlier("5幢顶楼下雨就漏", days=31), False),
        ("5幢顶楼下雨就漏", earlier("5幢顶楼下雨就漏", near="/1/2/3/4/9/"), True),
        ("下雨顶楼漏", earlier("5幢顶楼下雨就漏", near="/1/2/3/4/9/"), False),
        ("Roof leaks above my flat, Building 6", earlier("6幢屋顶漏水"), True),
        ("6幢屋顶漏水", earlier("Roof leaks above my flat, Building 6"), True),
        ("Roof leaks above my flat, Building 6", earlier("6幢屋顶漏水", near="/1/2/3/4/9/"), False),
        ("Roof leaks above my flat, Building 6", earlier("楼上漏水到我家"), False),
        ("The lift is broken again", earlier("电梯又坏了"), True),
        ("The lift is broken again", earlier("高龄津贴怎么领"), False),
        ("Noise from upstairs at night", earlier("楼上半夜声音很大"), True),
        ("Somebody parks in the fire lane", earlier("消防通道被停车占了"), True),
    ],
)
def test_duplicates(title: str, one: Earlier, is_alike: bool) -> None:
    assert (duplicate_score(title, "", "/1/2/3/4/5/", one, NOW) > 0) is is_alike


def test_three_at_most_likeliest_first() -> None:
    many = [earlier("下雨就漏" + "水" * n, number=n) for n in range(6)]
    found = likely_duplicates("下雨就漏", "", "/1/2/3/4/5/", many, NOW)
    assert [i for i, _ in found][:1] == [0] and len(found) == 3
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_likeness_is_symmetric_and_bounded() -> None:
    assert likeness("漏水", "漏水") == 1.0 and likeness("", "漏") == 0.0 and likeness("漏", "漏") == 1.0
    assert likeness("abcd", "bcde") == likeness("bcde", "abcd")
