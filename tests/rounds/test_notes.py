"""Notes that several people write at once: the merge as a pure function, against what anybody typed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linyue.rounds.rules_notes import Merged, merge_notes, tidy

LINES = st.lists(st.sampled_from(["先修5幢", "钱从哪来", "问物业", "", "下月动工", "报价三家"]), max_size=6)
"""Few different lines, so that they repeat, move and meet."""
calmly = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "merged"),
    [
        ("", "甲", "乙", Merged("甲\n乙")),
        ("甲", "甲", "甲\n乙", Merged("甲\n乙")),
        ("甲", "甲\n乙", "甲", Merged("甲\n乙")),
        ("甲\n乙", "丙\n甲\n乙", "甲\n乙\n丁", Merged("丙\n甲\n乙\n丁")),
        ("甲\n乙", "甲", "甲\n乙\n丙", Merged("甲\n丙", False)),
        ("甲\n乙", "甲一\n乙", "甲\n乙一", Merged("甲一\n乙一")),
        ("甲\n乙\n丙", "甲一\n乙\n丙", "甲\n乙\n丙一", Merged("甲一\n乙\n丙一")),
        ("甲", "甲一", "甲二", Merged("甲一\n甲二", True)),
        ("甲", "甲\n乙", "甲一", Merged("甲一\n乙")),
        ("甲", "甲一", "丙\n甲\n乙", Merged("丙\n甲一\n乙")),
        ("甲", "甲一", "甲一", Merged("甲一")),
        ("甲", "", "甲一", Merged("甲一")),
        ("甲", "甲\n乙", "甲\n乙\n丙", Merged("甲\n乙\n丙")),
        ("甲\r\n乙 ", "甲\n乙", "甲\r\n乙\r\n丙\r\n", Merged("甲\n乙\n丙")),
    ],
)
def test_what_becomes_of_two_texts(base: str, theirs: str, mine: str, merged: Merged) -> None:
    assert merge_notes(base, theirs, mine) == merged


@calmly
@given(base=LINES, theirs=LINES, mine=LINES)
def test_no_typed_line_is_ever_lost(base: list[str], theirs: list[str], mine: list[str]) -> None:
    """Every line that one side has and the base has not is there; and so is what neither side took out."""
    texts = [tidy("\n".join(one)) for one in (base, theirs, mine)]
    before, stored, typed = (set(text.split("\n")) - {""} for text in texts)
    merged = set(merge_notes(*texts).text.split("\n")) - {""}
    assert (stored - before) | (typed - before) <= merged
    assert before & stored & typed <= merged
    assert merged <= stored | typed


@calmly
@given(base=LINES, one=LINES, other=LINES)
def test_who_saves_first_changes_the_order_and_nothing_else(base: list[str], one: list[str], other: list[str]) -> None:
    texts = [tidy("\n".join(lines)) for lines in (base, one, other)]
    there, back = merge_notes(*texts), merge_notes(texts[0], texts[2], texts[1])
    added = (set(texts[1].split("\n")) | set(texts[2].split("\n"))) - set(texts[0].split("\n")) - {""}
    assert added & set(there.text.split("\n")) == added & set(back.text.split("\n"))


@calmly
@given(base=LINES, mine=LINES)
def test_alone_one_gets_what_one_wrote_and_twice_changes_nothing(base: list[str], mine: list[str]) -> None:
    before, typed = tidy("\n".join(base)), tidy("\n".join(mine))
    assert merge_notes(before, before, typed) == Merged(typed)
    assert merge_notes(before, typed, typed) == Merged(typed)
    assert merge_notes(before, typed, before) == Merged(typed)
