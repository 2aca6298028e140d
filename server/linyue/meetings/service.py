"""Preparing a meeting: draft, agenda, offices, notice. The only writer of those, each function one transaction."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.crypto import keyed_hash, token_hash
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Scope, allow
from linyue.base.together import Together
from linyue.base.workdays import published_calendar
from linyue.matters import service as matters
from linyue.meetings import rules
from linyue.meetings.events import MeetingAnnounced, MeetingMoved
from linyue.meetings.model import AgendaItem, Meeting, MeetingOffice
from linyue.meetings.rules import MeetingRefusal, MeetingState, Mode
from linyue.meetings.rules_plan import AgendaPlan, Office, at_place, plan_from
from linyue.meetings.service_notice import tell_announced
from linyue.meetings.templates import load_template
from linyue.people.model import Person
from linyue.people.rules_bodies import Body
from linyue.places import service as places
from linyue.places.model import Place

CODES = 1_000_000


def topic_of(meeting_id: int) -> str:
    """Where everything about a meeting is told."""
    return f"meeting:{meeting_id}"


async def claim(meeting_id: int) -> Meeting:
    """Take the meeting's row before reading it, so that two hands on one meeting come one after the other.

    Raises the version by one. Only inside a unit of work; raises NotFound.
    """
    if not await Meeting.filter(id=meeting_id).update(version=F("version") + 1):
        raise NotFound()
    return await Meeting.get(id=meeting_id)


def stop(refusal: StrEnum | None, *, field: str | None = None, **args: object) -> None:
    """Raise the refusal, if there is one."""
    if refusal is not None:
        raise Refused(refusal, field=field, **args)


async def scope_of(meeting: Meeting) -> Scope:
    """What the policy needs to know of a meeting: its place and who holds which office."""
    found = await _held.of((meeting.id, meeting.place_id))
    assert found is not None
    place_path, offices = found
    return Scope(place_path=place_path, offices=offices, is_public=meeting.state is not MeetingState.DRAFT)


Held = tuple[str, dict[str, frozenset[int]]]
"""The path of a meeting's place, and by office who holds it."""


async def _of_meetings(asked: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Held]:
    places = {place_id for _, place_id in asked}
    paths = dict(await Place.filter(id__in=list(places)).values_list("id", "path"))
    offices: dict[int, dict[str, set[int]]] = {}
    for held in await MeetingOffice.filter(meeting_id__in=[meeting_id for meeting_id, _ in asked]):
        offices.setdefault(held.meeting_id, {}).setdefault(held.office.value, set()).add(held.person_id)
    return {
        (meeting_id, place_id): (
            str(paths[place_id]),
            {name: frozenset(ids) for name, ids in offices.get(meeting_id, {}).items()},
        )
        for meeting_id, place_id in asked
    }


_held: Together[tuple[int, int], Held] = Together(_of_meetings)
"""(meeting, its place) -> the same for everybody in the room."""


async def draft_meeting(
    actor: Actor,
    *,
    place_id: int,
    template: str,
    title: str,
    starts_at: datetime,
    mode: Mode,
    venue: str = "",
    title_en: str = "",
    data: dict[str, Any] | None = None,
) -> Meeting:
    """A council member begins a meeting from a template and is its chair until somebody else is.

    `data`: what a sitting of a procedure keeps, as rules_stages.sitting_of gives it; None: the template's own.
    """
    now = clock.now()
    stop(rules.refuse_draft(title, venue, mode, starts_at, now), field=_field_of(title, venue, mode))
    try:
        data = load_template(template)[0] if data is None else data
    except KeyError as error:
        raise Refused(MeetingRefusal.UNKNOWN_TEMPLATE, field="template") from error
    async with unit_of_work() as uow:
        place = await Place.get_or_none(id=place_id)
        if place is None or not allow(actor, "meetings.draft", Scope(place_path=place.path)):
            raise Refused(MeetingRefusal.NOT_YOUR_PLACE, field="place_id")
        data = at_place(data, is_village=await places.is_village(place))
        plan = plan_from(data)
        assert actor.person_id is not None
        meeting = await Meeting.create(
            public_id=secrets.token_urlsafe(9),
            place_id=place.id,
            template=template,
            template_format=plan.format,
            plan_data=data,
            title=title.strip(),
            title_en=title_en.strip(),
            mode=mode,
            venue=venue.strip(),
            starts_at=starts_at,
            is_sample=place.is_sample,
            created_by_id=actor.person_id,
            created_at=now,
        )
        await AgendaItem.bulk_create(_items(meeting.id, plan))
        await MeetingOffice.create(meeting_id=meeting.id, person_id=actor.person_id, office=Office.CHAIR)
        await uow.audit(actor, "meeting.draft", f"meeting:{meeting.id}", template=template)
    return meeting


def _field_of(title: str, venue: str, mode: Mode) -> str:
    """The field a refused draft should point at."""
    if not title.strip() or len(title) > rules.TITLE_LIMIT:
        return "title"
    if (mode is not Mode.ONLINE and not venue.strip()) or len(venue) > rules.VENUE_LIMIT:
        return "venue"
    return "starts_at"


def _items(meeting_id: int, plan: AgendaPlan) -> list[AgendaItem]:
    return [
        AgendaItem(
            meeting_id=meeting_id,
            position=position,
            link=one.link,
            plan_link=position,
            title_zh=one.title.zh,
            title_en=one.title.en,
            minutes=one.minutes,
        )
        for position, one in enumerate(plan.links)
    ]


async def change_details(
    actor: Actor, meeting_id: int, *, title: str, title_en: str, starts_at: datetime, mode: Mode, venue: str
) -> None:
    """Change the title, time or place of a draft."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        stop(rules.refuse_draft(title, venue, mode, starts_at, clock.now()), field=_field_of(title, venue, mode))
        await Meeting.filter(id=meeting_id).update(
            title=title.strip(), title_en=title_en.strip(), starts_at=starts_at, mode=mode, venue=venue.strip()
        )
        for item in await AgendaItem.of(meeting_id):
            if item.matter_id is not None and starts_at != meeting.starts_at:
                await matters.meeting_moved(item.matter_id, starts_at)
        await uow.audit(actor, "meeting.change", f"meeting:{meeting_id}")


async def choose_roll(actor: Actor, meeting_id: int, body: Body) -> None:
    """Call another body to a draft, where its template lets the council choose: an assembly by heads or by homes."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_edit(meeting.state))
        before, others = meeting.roll, meeting.plan.roll_or
        stop(None if body in (before, *others) else MeetingRefusal.NO_SUCH_ROLL, field="roll")
        rest = [one.value for one in (before, *others) if one is not body]
        data = meeting.plan_data | {"roll": body.value, "roll_or": rest}
        await Meeting.filter(id=meeting_id).update(plan_data=data)
        await uow.audit(actor, "meeting.roll", f"meeting:{meeting_id}", body=body.value)


async def announce(actor: Actor, meeting_id: int) -> Meeting:
    """Put the notice out: the code works from now on, and everybody on the roll is told. Refused when too late."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        now, notice = clock.now(), meeting.plan.notice
        refusal = rules.refuse_announce(meeting.state, meeting.starts_at, notice, published_calendar(), now)
        earliest = rules.earliest_day(clock.local(now).date(), notice, published_calendar())
        stop(refusal, field="starts_at", days=notice.days, unit=notice.unit, earliest=earliest.isoformat())
        code = await _free_code()
        await Meeting.filter(id=meeting_id, state=MeetingState.DRAFT).update(
            state=MeetingState.ANNOUNCED,
            announced_at=now,
            join_code=code,
            screen_token_hash=token_hash(_screen_token(meeting.public_id, meeting.screen_series)),
        )
        announced = await Meeting.get(id=meeting_id)
        await tell_announced(announced)
        await uow.enqueue("meetings.unstarted", meeting_id, due_at=meeting.starts_at + rules.UNSTARTED_AFTER)
        await uow.audit(actor, "meeting.announce", f"meeting:{meeting_id}")
        uow.publish(topic_of(meeting_id), MeetingAnnounced(meeting_id, meeting.version))
        return announced


async def _free_code() -> str:
    """Six digits that no coming or running meeting has; the index has the last word."""
    open_ones = await Meeting.exclude(state=MeetingState.ENDED)
    taken = {meeting.join_code for meeting in open_ones}
    while (code := f"{secrets.randbelow(CODES):06d}") in taken:
        pass
    return code


def _screen_token(public_id: str, series: int) -> str:
    """The big screen's own link. Made from a key, so it can be shown again and never needs to be stored."""
    return keyed_hash("code", f"screen|{public_id}|{series}")[:40]


def screen_path(meeting: Meeting) -> str:
    """Address of the big screen."""
    return f"/screen/{_screen_token(meeting.public_id, meeting.screen_series)}"


async def renew_screen_link(actor: Actor, meeting_id: int) -> None:
    """Make the old link of the big screen worthless and give it a new one."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_running(meeting.state) if meeting.state is MeetingState.ENDED else None)
        series = meeting.screen_series + 1
        await Meeting.filter(id=meeting_id).update(
            screen_series=series, screen_token_hash=token_hash(_screen_token(meeting.public_id, series))
        )
        await uow.audit(actor, "meeting.renew_screen", f"meeting:{meeting_id}")
        _told(uow, meeting)


def _told(uow: UnitOfWork, meeting: Meeting) -> None:
    uow.publish(topic_of(meeting.id), MeetingMoved(meeting.id, meeting.version))


async def give_office(actor: Actor, meeting_id: int, person_public_id: str, office: Office) -> None:
    """Make somebody chair, recorder, teller or witness; a new chair takes over from the old one."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        person = await Person.get_or_none(public_id=person_public_id, is_active=True)
        if person is None:
            raise Refused(MeetingRefusal.UNKNOWN_PERSON, field="person")
        held = await offices_of(meeting_id)
        stop(rules.refuse_office(office, meeting.state, person.id, held), field="office")
        if office is Office.CHAIR:
            await MeetingOffice.filter(meeting_id=meeting_id, office=Office.CHAIR).delete()
        await MeetingOffice.create(meeting_id=meeting_id, person_id=person.id, office=office)
        await uow.audit(actor, "meeting.office", f"meeting:{meeting_id}", office=office.value)
        _told(uow, meeting)


async def take_office(actor: Actor, meeting_id: int, person_public_id: str, office: Office) -> None:
    """Somebody lays an office down. The chair is only handed over, never empty."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(MeetingRefusal.ENDED if meeting.state is MeetingState.ENDED else None)
        stop(MeetingRefusal.OFFICE_EMPTY if office is Office.CHAIR else None, field="office")
        await MeetingOffice.filter(meeting_id=meeting_id, person__public_id=person_public_id, office=office).delete()
        await uow.audit(actor, "meeting.office_end", f"meeting:{meeting_id}", office=office.value)
        _told(uow, meeting)


async def offices_of(meeting_id: int) -> Mapping[int, set[Office]]:
    """Person id -> offices held."""
    held: dict[int, set[Office]] = {}
    for row in await MeetingOffice.filter(meeting_id=meeting_id):
        held.setdefault(row.person_id, set()).add(row.office)
    return held


async def office_counts(meeting_id: int) -> Mapping[Office, int]:
    """How many hold each office."""
    return Counter(row.office for row in await MeetingOffice.filter(meeting_id=meeting_id))
