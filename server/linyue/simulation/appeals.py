"""Appeals of a simulated year: the reporter says that it went the wrong way; somebody else answers, mostly in time."""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.policy import Actor
from linyue.demo.steps import Hands
from linyue.demo.texts import Draft
from linyue.matters import service_appeals
from linyue.matters.model import Matter
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules_appeals import APPEALABLE, LADDER
from linyue.matters.service_triage import Sending
from linyue.simulation.district import District

REASON = "这件事不该送到那里，请再看一看该归谁。"
MOVED = "看过了，确实送错了，已改送。"
KEPT = "看过了，这件事归现在的部门办，理由已写明。"


@dataclass(frozen=True, slots=True)
class Appealed:
    """What an appeal is about, for whoever tells its story."""

    matter_id: int
    draft: Draft
    community: str
    """Code of the community."""
    subdistrict: str
    is_wrong: bool
    """Whether it went the wrong way in truth; then it is moved, else kept."""


async def appeal_story(
    district: District,
    hands: Hands,
    about: Appealed,
    rightly: Callable[[], Awaitable[Sending]],
    late: float,
    rng: random.Random,
) -> AsyncGenerator[datetime, None]:
    """From the appeal to its answer. `late`: share of answers that come after the five working days."""
    yield clock.now() + timedelta(hours=rng.randint(2, 30))
    if (await Matter.get(id=about.matter_id)).state not in APPEALABLE:
        return
    await hands.appeal(about.matter_id, about.draft, REASON)
    made = await Appeal.filter(matter_id=about.matter_id).order_by("-id").first()
    assert made is not None
    if rng.random() < late:
        yield hands.office_time(made.due_at + timedelta(hours=rng.randint(3, 60)), rng)
    else:
        yield hands.in_time(made.due_at, 0.1, 0.9, rng)
    await made.refresh_from_db()
    actor = await _somebody_else(district, about, made)
    sending = await rightly() if about.is_wrong else None
    await service_appeals.answer(actor, made.id, MOVED if sending else KEPT, sending)


async def _somebody_else(district: District, about: Appealed, made: Appeal) -> Actor:
    """Somebody at the desk that has the appeal, or at one above, who neither decided nor appealed."""
    barred = {made.decided_by_id, made.person_id}
    desks = {
        "social_worker": district.workers[about.community],
        "subdistrict_officer": [district.officers[about.subdistrict]],
        "supervisor": [district.people.by_key["supervisor"]],
    }
    for role in LADDER[LADDER.index(made.owner_role) :]:
        for person in desks[role]:
            if person.id not in barred:
                return await district.people.actor(person)
    raise AssertionError("the supervisor neither decides nor appeals")
