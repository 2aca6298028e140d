"""Options as somebody types them: words in two languages, and for money what each costs."""

import pytest

from linyue.questions.rules_options import Option, read_options


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("修长椅 | Mend the bench 1200元", Option("修长椅", "Mend the bench", 120_000)),
        ("修长椅：1200元", Option("修长椅", "", 120_000)),
        ("修长椅300.5 元", Option("修长椅", "", 30_050)),
        ("2号楼的灯 | Lamp, block 2, 80.05yuan", Option("2号楼的灯", "Lamp, block 2", 8_005)),
        ("修长椅", Option("修长椅", "", 0)),
    ],
)
def test_a_line_is_read_with_its_cost(line: str, option: Option) -> None:
    assert read_options(line, with_costs=True) == [option]


def test_without_costs_a_number_belongs_to_the_words() -> None:
    assert read_options("修长椅 300元\n\n 种树 ") == [Option("修长椅 300元"), Option("种树")]
