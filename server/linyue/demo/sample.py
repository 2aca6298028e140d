"""Makes the sample district once: the order of everything, and the clock put right at the end."""

import random
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.model import AuditEntry, Job, Message
from linyue.base.policy import NOBODY
from linyue.base.settings import Settings
from linyue.centres import service as centres
from linyue.demo import catalogue, council, people, places, procedure
from linyue.demo.bodies import make_bodies
from linyue.demo.counters import make_counters, make_gate, make_sample
from linyue.demo.data import read_data
from linyue.demo.diary import Diary, move_to
from linyue.demo.matters import Reports, Stories
from linyue.demo.mediation import make_disputes
from linyue.demo.meetings import Meetings
from linyue.demo.oversight import make_notices
from linyue.demo.photos import draw
from linyue.demo.steps import Hands
from linyue.demo.visits import ask_and_answer, note_visits
from linyue.matters import service_photos
from linyue.matters.service_templates import owners_of, save_template
from linyue.people import service_slips
from linyue.people.rules import Tenure
from linyue.places.model import Place

DAYS = 90
SEED = 330203
DONE = "demo.made"


class HalfMade(Exception):
    """An earlier run was stopped half way; the text says what to do."""


async def ensure_sample(settings: Settings, say: Callable[[str], None] = print, today: datetime | None = None) -> bool:
    """Make the sample district unless it is there, or another district is. Returns whether it was made.

    Keys are loaded and the database is open. The clock of this process is put back. Its last 90 days end at `today`,
    or now: what happens in them depends on days off. Raises HalfMade.
    """
    if await AuditEntry.filter(action=DONE).exists():
        return False
    code = read_data("places")["district"]["code"]
    if await Place.exists():
        if await Place.exists(code=code, is_sample=True):
            raise HalfMade("the sample district is half made; remove the database and start again")
        return False
    began = time.monotonic()
    before = clock.offset()
    try:
        await _make(settings, say, today or clock.real_now())
    finally:
        clock.set_offset(before)
    say(f"sample district: ready after {time.monotonic() - began:.0f} s")
    return True


async def _make(settings: Settings, say: Callable[[str], None], today: datetime) -> None:
    rng = random.Random(SEED)
    move_to(today - timedelta(days=DAYS + 20))
    say("sample district: places, people, centres, catalogue …")
    async with unit_of_work():
        tree = await places.make_places()
        first = await people.make_administrator(tree[read_data("places")["district"]["code"]])
        actor = await people.People(by_key={"administrator": first}).actor("administrator")
        await centres.load_calendar()
        centre_ids = await places.make_centres(actor, tree)
        everybody = await people.make_people(tree, centre_ids, first, rng)
        began = clock.local(clock.now()).date() + timedelta(days=1)
        await catalogue.make_past(actor, await everybody.actor("supervisor"), began)
        councils = await council.make_councils(actor, tree, everybody)
        await make_bodies(await everybody.actor("social_worker"), tree, everybody)
    say(f"sample district: {len(tree)} places, {len(councils)} councils")
    hands = Hands(everybody, settings.data, await centres.calendar())
    reports = Reports(tree, everybody)
    diary = Diary()
    Stories(hands, reports).fill(diary, today, DAYS, rng)
    Meetings(hands, reports, rng).fill(diary, today)
    procedure.fill(diary, everybody, tree, today)
    for weeks in range(DAYS // 7, -1, -1):
        await diary.run(today - timedelta(days=weeks * 7))
        say(f"sample district: {DAYS - weeks * 7} of {DAYS} days …")
    await diary.close()
    await catalogue.make_changes(await everybody.actor("administrator"), clock.local(today).date())
    await note_visits(everybody, today)
    await ask_and_answer(everybody, today)
    await make_gate(everybody, today)
    await council.make_council_life(everybody, today)
    await make_sample(everybody)
    await make_counters(everybody, today, random.Random(SEED))
    await make_notices(everybody, tree, today)
    await make_disputes(everybody, today)
    await _loose_ends(settings, everybody, tree)
    await _settle()


async def _loose_ends(settings: Settings, everybody: people.People, tree: dict[str, Place]) -> None:
    """Things in mid-air: a picture of a form not filed yet, answers kept at desks, posted codes for building 3."""
    owner = await everybody.actor("owner")
    picture = draw("leak", random.Random(SEED))
    await service_photos.keep_photos(owner, settings.data, secrets.token_urlsafe(18), [picture])
    for who, answers in read_data("matters")["answers"].items():
        desk = await everybody.actor(who)
        for one in answers:
            await save_template(desk, (await owners_of(desk))[0], None, one["title"], one["text"])
    worker = await everybody.actor("social_worker")
    await service_slips.make_unit_codes(worker, tree["guiyu-3"], Tenure.TENANT)


async def _settle() -> None:
    """Text messages of three months are not sent now; what is older than three days has been read."""
    real = clock.real_now()
    async with unit_of_work() as work:
        await Job.filter(name="base.send_sms", done_at__isnull=True).update(done_at=real)
        await Message.filter(created_at__lt=real - timedelta(days=3)).update(read_at=real)
        await work.audit(NOBODY, DONE, "district", days=DAYS)
