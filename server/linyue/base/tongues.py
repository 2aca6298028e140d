"""Chinese words on an English page say so, for screen readers and fonts (WCAG 3.1.2)."""

import re

HAN = "\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e"
# Where markup may not stand, or where it is not text: left as it is.
PLAIN = r"<(title|option|textarea|script|style)\b.*?</\2>"
TEXT = re.compile(rf"({PLAIN})|(?<=>)([^<]*[{HAN}][^<]*)", re.S)
WORDS = re.compile(rf"[{HAN}](?:[{HAN}\d“”‘’…—·]*[{HAN}])?")


def mark_chinese(html: str) -> str:
    """An escaped page in which every run of Chinese in its text carries its language."""
    return TEXT.sub(lambda found: found[1] or WORDS.sub(r'<span lang="zh-Hans-CN">\g<0></span>', found[3]), html)
