"""The hands of the sample people: each function takes one step of a matter through the service that people use."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from linyue.base import clock, workdays
from linyue.base.policy import Actor, Role
from linyue.centres.rules import Way
from linyue.demo.people import People
from linyue.demo.photos import draw
from linyue.demo.texts import Draft
from linyue.matters import (
    service_appeals,
    service_handle,
    service_parts,
    service_photos,
    service_report,
    service_triage,
)
from linyue.matters.model import Matter
from linyue.matters.rules import Rating, ReturnReason
from linyue.matters.service_due import has_handled, holders
from linyue.matters.service_report import NewMatter
from linyue.matters.service_triage import Sending

OPENS, CLOSES = time(9, 0), time(17, 0)
ASKING = ("示例银行", "示例保险公司", "示例小学", "示例银行", "")
"""Invented offices that still ask for certificates communities refuse."""


@dataclass
class Hands:
    """Who acts, where pictures go, and the working calendar."""

    people: People
    data: Path
    calendar: workdays.Calendar

    def office_time(self, at: datetime, rng: random.Random) -> datetime:
        """The moment itself if offices are open then, else some minutes after they open next."""
        local = clock.local(at)
        if self.calendar.is_working(local.date()) and OPENS <= local.time() < CLOSES:
            return at
        day = local.date() + timedelta(days=int(local.time() >= OPENS))
        day = workdays.next_working_day(day, self.calendar)
        opened = datetime.combine(day, OPENS, clock.SHANGHAI)
        return (opened + timedelta(minutes=rng.randint(2, 150))).astimezone(at.tzinfo)

    def in_time(self, due_at: datetime | None, low: float, high: float, rng: random.Random) -> datetime:
        """A moment in office hours before the due time, `low` to `high` of the way there."""
        now = clock.now()
        if due_at is None or due_at <= now:
            return self.office_time(now + timedelta(hours=rng.randint(1, 20)), rng)
        wanted = self.office_time(now + (due_at - now) * rng.uniform(low, high), rng)
        return wanted if wanted < due_at else now + timedelta(minutes=rng.randint(5, 25))

    async def report(self, draft: Draft, rng: random.Random, *, is_at_desk: bool = False) -> Matter:
        """File a report; at the desk, a social worker writes it down for somebody without a phone."""
        worker = await self.worker(draft)
        actor = worker if is_at_desk or draft.reporter is None else await self.people.actor(draft.reporter)
        form_id = secrets.token_urlsafe(18)
        if draft.photo:
            await service_photos.keep_photos(actor, self.data, form_id, [draw(draft.photo, rng)])
        return await service_report.report_matter(
            actor,
            NewMatter(
                form_id=form_id,
                place_id=draft.place.id,
                title=draft.title,
                text=draft.text,
                is_public=draft.is_public,
                reporter_id=draft.reporter.id if draft.reporter else None,
                phone="" if draft.reporter else f"199057{draft.place.id % 100_000:05}",
                channel="desk" if is_at_desk else "web",
                is_sample=True,
            ),
        )

    async def worker(self, draft: Draft) -> Actor:
        """The social worker a report goes to."""
        return await self.people.actor(self.people.worker_of(draft.community, draft.subdistrict))

    async def send(self, matter_id: int, draft: Draft, way: Way | None = None) -> Matter:
        """Send a matter the way its text asks for, or another one with a word of explanation."""
        matter = await Matter.get(id=matter_id)
        if matter.owner_role == "subdistrict_officer":
            actor = await self.people.actor("officer")
        else:
            actor = await self.worker(draft)
        if way is None:
            asked_by = ASKING[matter_id % len(ASKING)] if draft.way is Way.REFUSAL else ""
            sending = Sending(draft.way, item_code=draft.item, kind=draft.kind, asked_by=asked_by)
        else:
            sending = Sending(way, note="与相关同事商量过，由社区直接办理。")
        return await service_triage.send(actor, matter_id, matter.version, sending)

    async def split(self, matter_id: int, draft: Draft, item: str) -> Matter:
        """Send a matter two ways: what neighbours settle to the council, the item to its office. Returns that part."""
        matter = await Matter.get(id=matter_id)
        sendings = (Sending(Way.COUNCIL, kind=draft.kind), await service_triage.sending_for(item))
        actor = await self.worker(draft)
        note = "车怎么停，邻里商量；私拉电线充电，社区上门查。"
        return (await service_parts.split(actor, matter_id, matter.version, sendings, note)).second

    async def appeal(self, matter_id: int, draft: Draft, reason: str) -> None:
        """The reporter thinks that it went the wrong way."""
        await service_appeals.appeal(await self.reporter(draft), matter_id, reason)

    async def owner(self, matter: Matter, draft: Draft) -> Actor:
        """Whoever has the matter in hand, or somebody at the desk that does."""
        if matter.owner_id is not None:
            return await self.people.actor(matter.owner_id)
        if matter.owner_role == "centre_clerk":
            assert matter.centre_id is not None
            return await self.people.actor(self.people.clerks[matter.centre_id])
        return await self.worker(draft)

    async def accept(self, matter_id: int, draft: Draft) -> Matter:
        matter = await Matter.get(id=matter_id)
        return await service_handle.accept(await self.owner(matter, draft), matter_id, matter.version)

    async def give_back(self, matter_id: int, draft: Draft, text: str) -> Matter:
        matter = await Matter.get(id=matter_id)
        actor = await self.owner(matter, draft)
        return await service_handle.give_back(actor, matter_id, matter.version, ReturnReason.NOT_OURS, text)

    async def ask(self, matter_id: int, draft: Draft) -> Matter:
        matter = await Matter.get(id=matter_id)
        return await service_handle.ask(await self.owner(matter, draft), matter_id, matter.version, draft.ask)

    async def answer(self, matter_id: int, draft: Draft) -> None:
        matter = await Matter.get(id=matter_id)
        await service_report.answer(await self.reporter(draft), matter_id, matter.version, draft.answer)

    async def extend(self, matter_id: int, draft: Draft, text: str, days: int) -> Matter:
        matter = await Matter.get(id=matter_id)
        assert matter.due_at is not None
        until = clock.local(matter.due_at).date() + timedelta(days=days)
        return await service_handle.extend(await self.owner(matter, draft), matter_id, matter.version, until, text)

    async def complete(self, matter_id: int, draft: Draft, text: str, rng: random.Random) -> Matter:
        """Say what was done; a mended leak is shown in a picture."""
        matter = await Matter.get(id=matter_id)
        actor = await self.owner(matter, draft)
        form_id = ""
        if draft.photo == "leak":
            form_id = secrets.token_urlsafe(18)
            await service_photos.keep_photos(actor, self.data, form_id, [draw("dry", rng)])
        return await service_handle.complete(actor, matter_id, matter.version, text, form_id)

    async def rate(self, matter_id: int, draft: Draft, rating: Rating, text: str) -> Matter:
        matter = await Matter.get(id=matter_id).select_related("community")
        actor = await self.people.actor(draft.reporter) if draft.reporter else await self.caller(matter)
        if actor is None:
            return matter
        return await service_report.rate(actor, matter_id, matter.version, rating, text)

    async def caller(self, matter: Matter) -> Actor | None:
        """Who of the desk calls a reporter without an account: somebody who did not handle it; None where all did."""
        for person_id in sorted(await holders(Role.SOCIAL_WORKER, matter)):
            if not await has_handled(person_id, matter.id):
                return await self.people.actor(person_id)
        return None

    async def withdraw(self, matter_id: int, draft: Draft, text: str) -> None:
        matter = await Matter.get(id=matter_id)
        await service_report.withdraw(await self.reporter(draft), matter_id, matter.version, text)

    async def reporter(self, draft: Draft) -> Actor:
        """Who reported it; the desk speaks for those it wrote the report down for."""
        return await self.people.actor(draft.reporter) if draft.reporter else await self.worker(draft)
