"""Ways to break what the doctor looks up of jobs and pictures."""

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from linyue.base import clock
from linyue.base.db import settings_in_use
from linyue.base.model import Job, Lease
from linyue.questions.model import Question
from linyue.questions.model_paper import Scan


async def job_given_up() -> None:
    await Job.create(name="matters.sweep", arg="1", due_at=clock.now(), dead_at=clock.now(), error="RuntimeError")


async def job_forgotten() -> None:
    await Lease.create(name="outbox", last_run_at=clock.now())
    await Job.create(name="matters.sweep", arg="1", due_at=clock.now() - timedelta(hours=3))


async def photo_gone() -> None:
    next((settings_in_use().data / "photos").glob("*/*.jpg")).unlink()


async def photo_changed() -> None:
    next((settings_in_use().data / "photos").glob("*/*.jpg")).write_bytes(b"another")


async def photo_of_nobody() -> None:
    path = next((settings_in_use().data / "photos").glob("*/*.jpg"))
    stray = path.parent / f"{path.parent.name}{'0' * 62}.jpg"
    stray.write_bytes(path.read_bytes())
    age(stray)


def age(path: Path) -> None:
    """As if it had been sent a week ago."""
    then = (clock.real_now() - timedelta(days=7)).timestamp()
    os.utime(path, (then, then))


async def scan_gone() -> None:
    question = await Question.first()
    assert question is not None
    await Scan.create(question_id=question.id, sha256="ab" * 32, added_at=clock.now())


PLATFORM_BREAKS: list[tuple[str, Callable[[], Awaitable[object]]]] = [
    ("P1", job_given_up),
    ("P1", job_forgotten),
    ("P7", photo_gone),
    ("P7", photo_changed),
    ("P7", photo_of_nobody),
    ("P7", scan_gone),
]
