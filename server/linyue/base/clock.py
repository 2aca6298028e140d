"""The only place that asks the time.

The district's clock can be moved in demo mode; sign-in and limits keep real time.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_offset = timedelta()
_held: datetime | None = None


def real_now() -> datetime:
    """True time, aware, UTC: for sessions, codes, leases and rate limits."""
    return datetime.now(UTC)


def now() -> datetime:
    """The district's time, aware, UTC: for everything a resident is promised."""
    return datetime.now(UTC) + _offset if _held is None else _held


def local(moment: datetime) -> datetime:
    """The same instant on a wall clock in Ningbo."""
    return moment.astimezone(SHANGHAI)


def offset() -> timedelta:
    """How far the district's clock is ahead of true time."""
    return _offset


def set_offset(ahead: timedelta) -> None:
    """Move the district's clock of this process; the stored offset is base.model.DistrictClock."""
    global _offset
    _offset = ahead


def hold(moment: datetime | None) -> None:
    """Let the district's clock of this process stand at a moment, for a run that must repeat; None lets it go on."""
    global _held
    _held = moment.astimezone(UTC) if moment else None
