"""What residents do with a matter: report, follow, answer, withdraw, rate.

Staff file for those without a phone through the same functions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.expressions import F, Q

from linyue.base import clock
from linyue.base.crypto import keyed_hash, open_text, seal_text, token_hash
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.base.workdays import Unit
from linyue.centres import service as centres
from linyue.matters import service_photos as photos
from linyue.matters.model import Matter, MatterEvent, MatterFollower, NumberSeries
from linyue.matters.rules import FINAL, Doer, MatterRefusal, MatterState, Rating, Step, state_after_rating
from linyue.matters.rules_danger import emergency_numbers
from linyue.matters.rules_due import due_in
from linyue.matters.rules_text import WITHIN, Earlier, likely_duplicates
from linyue.matters.service_appeals import lapse
from linyue.matters.service_due import has_handled, owner_ids, resumed, work_due
from linyue.matters.service_step import Change, claim, doers_of, link_of, take_step, tell_followers
from linyue.people import service as people
from linyue.people.rules import mask_phone, normalise_phone
from linyue.places import service as places
from linyue.places.model import Place

FORM_ID = re.compile(r"[A-Za-z0-9_-]{16,40}")
TITLE_AT_MOST = 60
TEXT_AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class NewMatter:
    """A filled-in report. `reporter_id` is None for somebody without an account; staff then write down a telephone."""

    form_id: str
    place_id: int
    title: str
    text: str = ""
    is_public: bool = True
    reporter_id: int | None = None
    phone: str = ""
    """Telephone of the reporter, as far as known; only keyed and sealed forms of it are stored."""
    contact_name: str = ""
    """What somebody without an account is called; sealed with the telephone."""
    channel: str = "web"
    """web, phone, desk or open311."""
    asked_code: str = ""
    """Item of the catalogue that another system named."""
    is_sample: bool = False
    pictures: tuple[photos.CleanPhoto, ...] = ()
    """Pictures that came with it from somebody without an account; those of a page wait under its form's id."""


def slip_secret(form_id: str) -> str:
    """The secret on the printed slip; the same form always gives the same one, so that a reload shows it again."""
    return keyed_hash("code", f"matters.slip|{form_id}")[:32]


def tail_hash(number: str, tail: str) -> str:
    """Keyed hash of a matter's number and the last four digits of the reporter's telephone."""
    return keyed_hash("index", f"matters.tail|{number}|{tail}")


async def report_matter(actor: Actor, new: NewMatter) -> Matter:
    """File a report under the next number of the year; the same form files one matter, however often it is sent."""
    title = " ".join(new.title.split())
    if not title or len(title) > TITLE_AT_MOST:
        raise Refused(MatterRefusal.NO_TITLE, field="title", n=TITLE_AT_MOST)
    if len(new.text) > TEXT_AT_MOST:
        raise Refused(MatterRefusal.TEXT_TOO_LONG, field="text", n=TEXT_AT_MOST)
    if not FORM_ID.fullmatch(new.form_id):
        raise Refused(MatterRefusal.FORM_USED)
    phone = normalise_phone(new.phone) if new.phone else ""
    if phone is None:
        raise Refused(MatterRefusal.BAD_PHONE, field="phone")
    tail = await people.phone_tail(new.reporter_id) if new.reporter_id else phone[-4:]
    async with unit_of_work() as work:
        place = await Place.get_or_none(id=new.place_id)
        community = await places.community_of(place) if place else None
        if place is None or community is None:
            raise Refused(MatterRefusal.NO_PLACE, field="place")
        number = await _next_number()
        earlier = await Matter.get_or_none(form_id=new.form_id)
        if earlier is not None:
            await _give_back(number)
            return _same_form(actor, earlier)
        now = clock.now()
        due = due_in((await centres.handling()).triage_days, Unit.WORKING, now, await centres.calendar())
        matter = await Matter.create(
            number=number,
            slip_hash=token_hash(slip_secret(new.form_id)),
            form_id=new.form_id,
            title=title,
            text=new.text,
            place=place,
            community=community,
            reporter_id=new.reporter_id,
            filed_by_id=actor.person_id if actor.person_id != new.reporter_id else None,
            channel=new.channel,
            tail_hash=tail_hash(number, tail) if tail else "",
            asked_code=new.asked_code,
            contact_sealed=_sealed_contact(new, phone),
            is_public=new.is_public,
            is_urgent=bool(emergency_numbers(f"{title} {new.text}")),
            is_sample=new.is_sample,
            owner_role=Role.SOCIAL_WORKER.value,
            due_at=due.at,
            due_days=due.days,
            due_unit=due.unit,
            is_due_provisional=due.is_provisional,
            due_from=due.start,
            warn_at=due.warns[0] if due.warns else None,
            warn_last_at=due.warns[-1] if due.warns else None,
            reported_at=now,
        )
        count = await photos.attach_photos(actor, matter, new.form_id) + await photos.add_photos(matter, new.pictures)
        await MatterEvent.create(
            matter_id=matter.id,
            seq=1,
            at=now,
            kind=Step.REPORT.value,
            actor_id=actor.person_id,
            actor_role="reporter" if actor.person_id == new.reporter_id else Role.SOCIAL_WORKER.value,
            state_after=MatterState.REPORTED.value,
            owner_role_after=matter.owner_role,
            due_after=due.at,
            data={"photos": count, "channel": new.channel, **await _asked(new.asked_code)},
        )
        if new.reporter_id is not None:
            await MatterFollower.create(matter_id=matter.id, person_id=new.reporter_id, is_reporter=True)
            told = {"number": number, "title": title, "days": due.days}
            await tell([new.reporter_id], "matters-told-received", link=link_of(matter), is_urgent=True, **told)
        if matter.is_urgent:
            await tell(
                await owner_ids(matter), "matters-told-urgent", link=link_of(matter), is_urgent=True, number=number
            )
        await work.audit(actor, "matter.report", f"matter:{matter.id}", channel=new.channel, photos=count)
    return matter


async def _asked(code: str) -> dict[str, object]:
    """The item that another system named, in both languages, for the desk to read in the timeline."""
    item = (await centres.catalogue_index()).by_code.get(code) if code else None
    return {"asked": {"zh": item.name.zh, "en": item.name.en}} if item else {}


def _sealed_contact(new: NewMatter, phone: str) -> str:
    """Telephone and name of somebody without an account; empty when neither is known."""
    if new.reporter_id or not (phone or new.contact_name):
        return ""
    return seal_text("\n".join(filter(None, (phone, new.contact_name))), f"matters.contact|{new.form_id}")


async def _next_number() -> str:
    """Take the next number of the year; whoever comes second waits for the row, so that no number is skipped."""
    year = clock.local(clock.now()).year
    await NumberSeries.bulk_create([NumberSeries(year=year)], ignore_conflicts=True)
    await NumberSeries.filter(year=year).update(last_number=F("last_number") + 1)
    series = await NumberSeries.get(year=year)
    return f"{year}-{series.last_number:04d}"


async def _give_back(number: str) -> None:
    await NumberSeries.filter(year=int(number[:4])).update(last_number=F("last_number") - 1)


def _same_form(actor: Actor, earlier: Matter) -> Matter:
    """A second tap gets the first one's matter; somebody else's form is not shown."""
    mine = (earlier.reporter_id, earlier.filed_by_id)
    if actor.person_id in mine if actor.is_signed_in else mine == (None, None):
        return earlier
    raise Refused(MatterRefusal.FORM_USED)


def masked_contact(matter: Matter) -> str:
    """138****0042 and perhaps a name: whom to call back, as far as it is shown; empty when nobody is known."""
    if not matter.contact_sealed:
        return ""
    lines = open_text(matter.contact_sealed, f"matters.contact|{matter.form_id}").split("\n")
    return " ".join(mask_phone(line) if normalise_phone(line) else line for line in lines)


async def alike(title: str, text: str, place: Place, *, is_staff: bool = False) -> list[Matter]:
    """Up to three matters of the last thirty days in this community that may be the same, likeliest first."""
    community = await places.community_of(place)
    return alike_of(title, text, place, await earlier_in(community, is_staff=is_staff)) if community else []


async def earlier_in(community: Place, *, is_staff: bool = False) -> list[Matter]:
    """What was reported in a community of late, newest first, with its places.

    Residents are shown public ones only; the desk, who merges, every one that still stands.
    """
    rows = Matter.filter(community_id=community.id, reported_at__gte=clock.now() - WITHIN, root_id=None)
    rows = rows.filter(Q() if is_staff else Q(is_public=True, hidden_reason=""))
    rows = rows.exclude(state__in=[MatterState.MERGED, MatterState.WITHDRAWN])
    return await rows.order_by("-reported_at", "-id").limit(300).select_related("place")


def alike_of(title: str, text: str, place: Place, rows: Sequence[Matter]) -> list[Matter]:
    """Those of `rows` that may be the same as a report, likeliest first."""
    earlier = [Earlier(m.id, m.title, m.text, _near(m.place), m.reported_at) for m in rows]
    by_id = {m.id: m for m in rows}
    return [by_id[i] for i, _ in likely_duplicates(title, text, _near(place), earlier, clock.now())]


def _near(place: Place) -> str:
    """Path of the building a place is in; of the place itself above that."""
    depth = {"unit": 5, "stairwell": 5, "building": 5}.get(place.kind.value)
    parts = place.path.strip("/").split("/")
    return "/" + "/".join(parts[:depth] if depth else parts) + "/"


async def follow(actor: Actor, matter_id: int) -> None:
    """Be told of every step from now on."""
    assert actor.person_id is not None
    async with unit_of_work():
        await MatterFollower.bulk_create(
            [MatterFollower(matter_id=matter_id, person_id=actor.person_id)], ignore_conflicts=True
        )


async def unfollow(actor: Actor, matter_id: int) -> None:
    """Not be told any more; who reported it stays its reporter."""
    async with unit_of_work():
        await MatterFollower.filter(matter_id=matter_id, person_id=actor.person_id, is_reporter=False).delete()


async def answer(actor: Actor, matter_id: int, version: int, text: str) -> None:
    """Answer what the handler asked; the clock goes on, pushed back by the days it stood."""
    if not text.strip():
        raise Refused(MatterRefusal.NO_REASON, field="text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        columns = resumed(matter, clock.now(), await centres.calendar())
        await take_step(
            actor, matter, Step.ANSWER, Change(MatterState.ACCEPTED, text=text, is_public=False, columns=columns)
        )
        await tell(
            await owner_ids(matter) - {actor.person_id or 0}, "matters-told-answered", link=link_of(matter),
            number=matter.number, title=matter.title,
        )  # fmt: skip


async def withdraw(actor: Actor, matter_id: int, version: int, reason: str = "") -> None:
    """Take one's own report back before it is on an agenda: every part of it that is still open.

    Not somebody else's that one's own was merged into. Whoever has it and whoever follows it is told.
    """
    told: set[int] = set()
    async with unit_of_work():
        asked = await Matter.get(id=matter_id)
        still = {m.id for m in await asked.family() if m.state not in FINAL} | {matter_id}
        for i in sorted(still):  # always the first part first, so that two who claim both cannot wait in a ring
            one = await claim(i, version if i == matter_id else None)
            if actor.person_id != one.reporter_id:
                raise Refused(MatterRefusal.NOT_YOURS)
            await take_step(actor, one, Step.WITHDRAW, Change(MatterState.WITHDRAWN, text=reason))
            await lapse(one.id)
            told |= await owner_ids(one)
        await tell(told, "matters-told-withdrawn", link=link_of(one), number=one.number, title=one.title)
        await tell_followers(actor, one, "matters-told-withdrawn", but_not=told)


async def rate(actor: Actor, matter_id: int, version: int, rating: Rating, text: str = "") -> Matter:
    """Say whether it was done well; 不满意 opens it again once, with a new due time and the same owner.

    A social worker may write down what the reporter said on the telephone, unless they handled it themselves.
    Raises Refused: OWN_WORK.
    """
    async with unit_of_work():
        matter = await claim(matter_id, version)
        if Doer.REPORTER not in doers_of(actor, matter) and await has_handled(actor.person_id, matter_id):
            raise Refused(MatterRefusal.OWN_WORK)
        to = state_after_rating(rating, matter.reopened_count, bool(matter.resolution_public_id))
        is_reopened = to is not MatterState.CLOSED
        columns: dict[str, object] = {"rating": rating, "rating_text": text[:TEXT_AT_MOST]}
        due = None
        if is_reopened:
            columns.update(reopened_count=matter.reopened_count + 1, completed_at=None)
            due = await work_due(matter)
        await take_step(
            actor, matter, Step.RATE,
            Change(to, due=due, text=text, data={"rating": rating.value, "reopened": is_reopened}, columns=columns),
        )  # fmt: skip
        await tell(
            await owner_ids(matter), "matters-told-reopened" if is_reopened else "matters-told-rated",
            link=link_of(matter), is_urgent=is_reopened, number=matter.number, title=matter.title,
        )  # fmt: skip
    return matter


async def track(number: str, tail: str) -> Matter:
    """Find a matter by its number and the last four digits of the reporter's telephone.

    Raises Refused, which never tells which of the two was wrong.
    """
    matter = await Matter.get_or_none(number=number.strip())
    if matter is None or not matter.tail_hash or matter.tail_hash != tail_hash(matter.number, tail.strip()):
        raise Refused(MatterRefusal.WRONG_TAIL, field="number")
    return matter


async def by_slip(secret: str) -> Matter:
    """Find a matter by the secret on its slip. Raises NotFound."""
    matter = await Matter.get_or_none(slip_hash=token_hash(secret))
    if matter is None:
        raise NotFound()
    return matter
