"""What several tests of people need: a phone that receives, and true time in a test's hands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from linyue.base import clock, i18n
from linyue.people import sms


@pytest.fixture(autouse=True)
def strict_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing text stops the page."""
    monkeypatch.setattr(i18n, "is_strict", True)


@dataclass
class Phones:
    """Every text message that left, newest last."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    async def take(self, phone: str, text: str) -> None:
        self.sent.append((phone, text))

    def code(self, phone: str = "") -> str:
        """The code in the newest message, of one number if told."""
        text = next(text for to, text in reversed(self.sent) if to.endswith(phone))
        return "".join(sign for sign in text if sign.isdigit())[:6]


@pytest.fixture
def phones() -> Iterator[Phones]:
    made = Phones()
    sms.plug(made.take)
    yield made
    sms.plug(sms.drop)


@dataclass
class TrueTime:
    """True time, moved by hand."""

    ahead: timedelta = timedelta()

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@pytest.fixture
def true_time(monkeypatch: pytest.MonkeyPatch) -> TrueTime:
    moved = TrueTime()
    real = clock.real_now

    def now() -> datetime:
        return real() + moved.ahead

    monkeypatch.setattr(clock, "real_now", now)
    return moved
