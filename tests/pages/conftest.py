"""Fixtures of the page tests."""

import pytest

from tests.pages.house import house
from tests.pages.visits import VISITS, Visit

__all__ = ["house"]


@pytest.fixture
def visits() -> list[Visit]:
    """Whose sessions the house needs; a module may say otherwise."""
    return VISITS
