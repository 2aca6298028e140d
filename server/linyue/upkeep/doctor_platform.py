"""Invariants of the platform: the audit trail, the outbox, sealed telephone numbers, photos on disk."""

import hashlib
from collections.abc import Awaitable, Callable

from linyue.base import audit, clock
from linyue.base.model import AuditEntry, Job
from linyue.base.settings import Settings
from linyue.matters.model import DraftPhoto, MatterPhoto
from linyue.matters.service_photos import photo_path
from linyue.people.model import Person
from linyue.upkeep.doctor_votes import Answer


async def audit_holds(_settings: Settings) -> Answer:
    """Each entry follows from the one before."""
    broken = await audit.first_broken()
    faults = [] if broken is None else [f"entry {broken} does not follow from the one before"]
    return await AuditEntry.all().count(), faults


async def outbox_moves(_settings: Settings) -> Answer:
    """No job was given up on."""
    dead = await Job.exclude(dead_at=None).values_list("id", "name", "error")
    waiting = await Job.filter(done_at=None, dead_at=None, due_at__lt=clock.now()).count()
    return waiting + len(dead), [f"job {one[0]} ({one[1]}) was given up on: {one[2]}" for one in dead]


async def phones_sealed(_settings: Settings) -> Answer:
    """A telephone number at rest is sealed and found by its blind index only."""
    # What is sealed names its key before a point; a number written as it is has none.
    plain = await Person.exclude(phone_sealed="").exclude(phone_sealed__contains=".").count()
    return await Person.all().count(), [f"{plain} people have an open telephone number"] if plain else []


async def photos_there(settings: Settings) -> Answer:
    """Every picture is on disk and is the picture whose hash was stored."""
    wanted = {str(h) for h in await MatterPhoto.all().values_list("sha256", flat=True)}
    wanted |= {str(h) for h in await DraftPhoto.all().values_list("sha256", flat=True)}
    faults = []
    for digest in sorted(wanted):
        path = photo_path(settings.data, digest)
        if not path.exists():
            faults.append(f"photo {digest[:12]}… is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"photo {digest[:12]}… has been changed")
    return len(wanted), faults


Check = Callable[[Settings], Awaitable[Answer]]
PLATFORM: list[tuple[str, str, Check]] = [
    ("P1", "no job was given up on", outbox_moves),
    ("P4", "the audit trail holds", audit_holds),
    ("P5", "telephone numbers are sealed", phones_sealed),
    ("P7", "photos are on disk, unchanged", photos_there),
]
