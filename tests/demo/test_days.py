"""The sample district can be made on any day: at night, on a Monday, in the middle of a long holiday."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.demo.procedure import TITLE
from linyue.demo.sample import ensure_sample
from linyue.matters.model_appeals import Appeal
from linyue.procedures.model import Procedure
from linyue.procedures.service import step_now

pytestmark = pytest.mark.sqlite_only

MONDAY_NIGHT = datetime(2026, 11, 29, 16, 5, tzinfo=UTC)
"""A Monday in Ningbo, five past midnight."""
MONDAY_MORNING = datetime(2026, 11, 30, 1, 12, tzinfo=UTC)
GOLDEN_WEEK = datetime(2026, 10, 4, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("today", [MONDAY_NIGHT, MONDAY_MORNING, GOLDEN_WEEK])
async def test_it_is_made_whatever_the_day(db: Settings, today: datetime) -> None:
    assert await ensure_sample(db, say=lambda _line: None, today=today)
    assert clock.offset() == timedelta()
    step = await step_now((await Procedure.get(title=TITLE[0])).id)
    assert step is not None and step.stage == "discuss"
    assert await Appeal.filter(answered_at__isnull=True).exists()
