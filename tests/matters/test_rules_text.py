"""Words of danger and likeness of reports."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.matters.rules_text import Earlier, duplicate_score, emergency_numbers, likely_duplicates, likeness

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("5幢顶楼下雨就漏", ()),
        ("楼道起火了", ("119",)),
        ("老人昏倒在楼道，还有人打人", ("120", "110")),
        ("有煤气味，有人叫不醒", ("119", "120", "gas")),
        ("there is a gas leak", ("119", "gas")),
        ("有人从楼上往下扔酒瓶", ("110",)),
        ("堆了纸板，万一烧起来怎么办", ()),
        ("有人关在电梯里", ("119",)),
        ("教教大家万一着火怎么逃", ()),
        ("万一着火不得了，现在已经着火了", ("119",)),
        ("Somebody with a KNIFE", ("110",)),
        ("penknifes for sale", ()),
        ("", ()),
    ],
)
def test_emergency_numbers(text: str, numbers: tuple[str, ...]) -> None:
    assert emergency_numbers(text) == numbers


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
