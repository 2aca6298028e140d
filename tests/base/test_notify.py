"""Lines of the inbox in the reader's words."""

from linyue.base.i18n import args_in


def test_a_line_of_the_inbox_takes_the_readers_words_of_each_pair() -> None:
    both = {"title_zh": "会", "title_en": "Meeting", "number": "7"}
    assert args_in("en", both)["title"] == "Meeting"
    assert args_in("zh-CN", both)["title"] == "会"
    assert args_in("en", {"title_zh": "会", "title_en": ""})["title"] == "会"
    assert args_in("en", {"title": "old"}) == {"title": "old"}
