"""How long a phone waits before it comes in again."""

from random import Random

import pytest

from linyue.upkeep.phone import RESTART, first_try


@pytest.mark.parametrize(
    ("present", "close", "least", "most"),
    [
        (0, 0, 0.25, 0.75),  # alone: back at once
        (300, 0, 0.25, 1.45),
        (5000, 0, 0.25, 4.25),  # a whole hall whose server died
        (0, 1011, 0.25, 0.75),
        (0, RESTART, 0.25, 4.25),
        (5000, 1013, 2.0, 6.0),  # told to wait
    ],
)
def test_the_first_try_is_spread_by_the_hall(present: int, close: int, least: float, most: float) -> None:
    seen = [first_try(Random(seed), present, close) for seed in range(200)]
    assert least <= min(seen) < least + 0.1 * (most - least) and most - 0.1 * (most - least) < max(seen) <= most
