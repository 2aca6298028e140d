"""What every process of a district opens and closes, whether it serves pages or works: database, bus, queue, slices."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from types import ModuleType

import structlog
from starlette.routing import BaseRoute

from linyue.base import bus, db, queue, ratelimit, site
from linyue.base.db import SLICES
from linyue.base.settings import NO_PHONE, Settings
from linyue.meetings.templates import open_own

log = structlog.get_logger()


def _parts(*names: str) -> list[ModuleType]:
    """The modules of these names that slices have, in the order of a matter's life."""
    found = []
    for slice_name in SLICES:
        for part in names:
            try:
                found.append(import_module(f"linyue.{slice_name}.{part}"))
            except ModuleNotFoundError as error:
                if error.name != f"linyue.{slice_name}.{part}":
                    raise
    return found


def slice_routes() -> list[BaseRoute]:
    """Pages and sockets of every slice. Loading them also registers jobs and timers."""
    load_jobs()
    return [route for module in _parts("routes", "live") for route in getattr(module, "ROUTES", [])]


def load_jobs() -> None:
    """Make every slice's jobs and timers known to the queue."""
    _parts("jobs", "sms")


async def start(settings: Settings, *, is_worker: bool) -> None:
    """Open database, bus, queue; the same for serve and worker processes."""
    if settings.lacks_phone:
        log.warning("settings.help_phone", note=NO_PHONE)
    open_own(settings.agendas)
    await db.connect(settings)
    await db.check_durability()
    ratelimit.start(settings.redis_url)
    await bus.start(settings.redis_url)
    before = site.read_clock if settings.demo else None
    await queue.start(settings.redis_url, is_worker=is_worker, before=before)
    for hook in _hooks("start"):
        await hook(settings)


async def stop() -> None:
    """Close in the reverse order."""
    for hook in reversed(_hooks("stop")):
        await hook()
    await queue.stop()
    await bus.stop()
    await db.disconnect()


def _hooks(name: str) -> list[Callable[..., Awaitable[None]]]:
    """`start(settings)` and `stop()` of slices that keep something open (ballot writer, boxes, room clocks, texts)."""
    return [getattr(module, name) for module in _parts("writer", "jobs", "live", "sms") if hasattr(module, name)]
