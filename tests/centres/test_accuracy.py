"""Suggestions do not get worse than the figures in tests/bench/ACCURACY.md."""

import pytest

from linyue.centres.rules_learn import MET_AT_LEAST, Known, grams_in_order, rarest, taught
from linyue.centres.rules_suggest import ReasonKind, suggest_items
from tests.centres.accuracy import index, measure, reports, teacher

RECORDED = {"rules": (0.59, 0.61, 0.29), "learned": (0.60, 0.61, 0.29)}
"""First right, one of three right, no suggestion: of the reports that nothing was tuned on."""


def test_the_labelled_set_is_large_and_apart() -> None:
    held, known = reports("heldout"), reports("known")
    assert len(held) >= 200 and len({one.text for one in held}) == len(held)
    assert not {one.text for one in held} & {one.text for one in known}
    targets = {target.key for target in index().targets}
    assert {target for one in (*held, *known) for target in one.targets} <= targets


@pytest.mark.parametrize("name", RECORDED)
def test_accuracy_is_what_was_recorded(name: str) -> None:
    found = measure(reports("heldout"), reports("known") if name == "learned" else ())
    first, three, silent = RECORDED[name]
    assert found.first >= first and found.three >= three and found.silent <= silent, found
    assert found.rightly_silent == 1.0


def test_decisions_teach_what_no_word_says() -> None:
    text = "阿拉屋里向的镬子间又出毛病哉"
    assert suggest_items(text, index()) == ()
    decided = [one for one in reports("known")[:40]]
    learned = teacher([*decided, *[type(decided[0])(text, ("facilities",))] * 6])
    found = suggest_items(text, index(), (), learned(text))
    assert found[0].target == "facilities"
    assert any(reason.kind is ReasonKind.LEARNED for reason in found[0].reasons)


def test_one_pair_or_few_decisions_prove_little() -> None:
    known = Known(1000, {"漏水": 4}, [("漏水", "facilities", 4)])
    assert MET_AT_LEAST == 2 and taught(known) == {}
    few = taught(Known(1000, {"漏水": 1, "水了": 1}, [("漏水", "facilities", 1), ("水了", "facilities", 1)]))
    many = taught(Known(1000, {"漏水": 50, "水了": 50}, [("漏水", "facilities", 50), ("水了", "facilities", 50)]))
    assert 0 < few["facilities"].points < many["facilities"].points


def test_a_text_costs_no_more_however_long_it_is() -> None:
    long = "".join(chr(0x4E00 + n % 3000) for n in range(20_000))
    grams = grams_in_order(long)
    assert len(grams) == 80 and len(rarest({gram: 1 for gram in grams})) == 24
    assert grams_in_order("App 坏了 ab") == ("app", "坏了")
