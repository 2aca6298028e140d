"""The only place that asks the time.

The district's clock can be moved in demo mode; sign-in and limits keep real time.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_offset = timedelta()


def real_now() -> datetime:
    """True time, aware, UTC: for sessions, codes, leases and rate limits."""
    return datetime.now(UTC)


def now() -> datetime:
    """The district's time, aware, UTC: for everything a resident is promised."""
    return datetime.now(UTC) + _offset


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
