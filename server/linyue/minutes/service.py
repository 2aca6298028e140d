"""Everything a person can do with minutes. The only writer of their tables.

draft_minutes(actor, meeting_id) -> Minutes                    once, after the meeting
edit_section(actor, minutes_id, section, text, seen)           a new version; `seen` is the one that was on screen
bring_up_to_date(actor, minutes_id, seen)                      facts that came later (a promise, a correction)
sign(actor, minutes_id, seen)                                  publishes when the signatures are complete
add_addendum(actor, minutes_id, text)                          the only change after publication
sweep()                                                        drafts what ended meetings lack
"""

from collections.abc import Awaitable, Callable, Mapping

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import NOBODY, Actor, Role
from linyue.meetings.model import Attendance, Meeting, MeetingOffice
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Office
from linyue.meetings.service import stop, topic_of
from linyue.minutes import rules
from linyue.minutes.events import MinutesChanged, MinutesPublished
from linyue.minutes.model import Minutes, MinutesAddendum, MinutesSignature, MinutesVersion
from linyue.minutes.rules import Capacity, MinutesRefusal, MinutesState, SignRule
from linyue.minutes.service_facts import Facts, gather
from linyue.people.service import names_of
from linyue.places.model import Place

SWEEP_AT_ONCE = 20


async def draft_minutes(actor: Actor, meeting_id: int) -> Minutes:
    """Draft the minutes of an ended meeting; the same ones when they are there already. Raises Refused(NOT_ENDED)."""
    meeting = await Meeting.get_or_none(id=meeting_id)
    if meeting is None:
        raise NotFound()
    stop(None if meeting.state is MeetingState.ENDED else MinutesRefusal.NOT_ENDED)
    try:
        async with unit_of_work() as work:
            found = await Minutes.get_or_none(meeting_id=meeting_id)
            if found is not None:
                return found
            now = clock.now()
            made = await Minutes.create(meeting_id=meeting_id, rule=SignRule().to_data(), drafted_at=now)
            await MinutesVersion.create(
                minutes_id=made.id, number=1, author_id=None, saved_at=now, facts=await gather(meeting), texts={}
            )
            await work.audit(actor, "minutes.draft", f"minutes:{made.id}", meeting=meeting_id)
            work.publish(topic_of(meeting_id), MinutesChanged(meeting_id, 1))
            writers = await MeetingOffice.filter(meeting_id=meeting_id, office__in=[Office.CHAIR, Office.RECORDER])
            await tell(
                {row.person_id for row in writers},
                "minutes-told-drafted",
                link=f"/meetings/{meeting.public_id}/minutes/desk",
                title_zh=meeting.title,
                title_en=meeting.title_en,
            )
    except IntegrityError:  # two at once: the other's draft is as good
        return await Minutes.get(meeting_id=meeting_id)
    return made


async def edit_section(actor: Actor, minutes_id: int, section: str, text: str, seen: int) -> MinutesVersion:
    """Write one section; empty text gives the drafted words back. Raises Refused(MinutesRefusal)."""
    async with unit_of_work() as work:
        minutes = await _claimed(minutes_id)
        current = await _newest(minutes)
        text = text.strip().replace("\r\n", "\n")
        stop(rules.refuse_edit(minutes.state, keys_of(current.facts), section, text), field="text")
        await _stop_if_touched(minutes, section, seen)
        if current.texts.get(section, "") == text:
            raise Refused(MinutesRefusal.NO_CHANGE, field="text")
        texts = {key: kept for key, kept in current.texts.items() if key != section}
        if text:
            texts[section] = text
        return await _next(work, actor, minutes, section, current.facts, texts)


async def bring_up_to_date(actor: Actor, minutes_id: int, seen: int) -> MinutesVersion:
    """Gather the facts anew; what people wrote stays. Refused when nothing has happened since."""
    async with unit_of_work() as work:
        minutes = await _claimed(minutes_id)
        stop(MinutesRefusal.FROZEN if minutes.state is MinutesState.PUBLISHED else None)
        if seen != minutes.version:
            await _stop_if_touched(minutes, "", seen)
        current = await _newest(minutes)
        facts = await gather(await Meeting.get(id=minutes.meeting_id))
        stop(MinutesRefusal.NO_CHANGE if facts == current.facts else None)
        return await _next(work, actor, minutes, "", facts, current.texts)


Published = Callable[[Actor, Meeting], Awaitable[None]]
_published: list[Published] = []


def plug_published(then: Published) -> None:
    """Let something follow when the minutes of a meeting are published; runs in the same transaction."""
    _published.append(then)


async def sign(actor: Actor, minutes_id: int, seen: int) -> Minutes:
    """Sign the version that was read; with the last signature that the rule asks for, the minutes are published."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        minutes = await _claimed(minutes_id)
        meeting = await Meeting.get(id=minutes.meeting_id)
        held = await held_offices(meeting.id)
        signed = await MinutesSignature.filter(minutes_id=minutes.id, number=minutes.version)
        people = {row.person_id for row in signed}
        capacity = await capacity_of(actor, meeting, held)
        stop(rules.refuse_sign(minutes.state, seen, minutes.version, capacity, has_signed=actor.person_id in people))
        assert capacity is not None
        await MinutesSignature.create(
            minutes_id=minutes.id,
            number=minutes.version,
            person_id=actor.person_id,
            capacity=capacity,
            signed_at=clock.now(),
        )
        await work.audit(actor, "minutes.sign", f"minutes:{minutes.id}", version=minutes.version)
        missing = rules.missing_signatures(minutes.sign_rule, held, people | {actor.person_id})
        if missing.is_complete:
            await _publish(work, actor, minutes, meeting)
        else:
            work.publish(topic_of(meeting.id), MinutesChanged(meeting.id, minutes.version))
    return await Minutes.get(id=minutes_id)


async def _publish(work: UnitOfWork, actor: Actor, minutes: Minutes, meeting: Meeting) -> None:
    await Minutes.filter(id=minutes.id).update(state=MinutesState.PUBLISHED, published_at=clock.now())
    came = await Attendance.filter(meeting_id=meeting.id).values_list("person_id", flat=True)
    await tell(
        {int(str(one)) for one in came},
        "minutes-told-published",
        link=f"/meetings/{meeting.public_id}/minutes",
        title_zh=meeting.title,
        title_en=meeting.title_en,
    )
    await work.audit(actor, "minutes.publish", f"minutes:{minutes.id}", version=minutes.version)
    for then in _published:
        await then(actor, meeting)
    work.publish(topic_of(meeting.id), MinutesPublished(meeting.id, minutes.version))


async def add_addendum(actor: Actor, minutes_id: int, text: str) -> MinutesAddendum:
    """Put something right in published minutes, with today's date, for everybody to read."""
    async with unit_of_work() as work:
        minutes = await _claimed(minutes_id)
        stop(rules.refuse_addendum(minutes.state, text), field="text")
        number = await MinutesAddendum.filter(minutes_id=minutes.id).count() + 1
        row = await MinutesAddendum.create(
            minutes_id=minutes.id, number=number, author_id=actor.person_id, text=text.strip(), added_at=clock.now()
        )
        await work.audit(actor, "minutes.addendum", f"minutes:{minutes.id}", number=number)
        work.publish(topic_of(minutes.meeting_id), MinutesPublished(minutes.meeting_id, minutes.version))
    return row


async def sweep() -> int:
    """Draft the minutes of meetings that have ended. Returns how many; may run twice without harm."""
    waiting = Meeting.filter(state=MeetingState.ENDED, minutes__id__isnull=True)
    held = waiting.filter(Q(called_off="") | Q(started_at__isnull=False))  # one that never began has nothing to tell
    found = await held.order_by("id").limit(SWEEP_AT_ONCE)
    for meeting in found:
        await draft_minutes(NOBODY, meeting.id)
    return len(found)


def keys_of(facts: Facts) -> list[str]:
    """The sections these facts make."""
    return rules.section_keys(
        [one["public_id"] for one in facts["questions"]],
        has_demands=bool(facts.get("demands")),
        has_floor=bool(facts.get("floor")),
        has_motions=bool(facts.get("motions")),
    )


async def held_offices(meeting_id: int) -> Mapping[Office, set[int]]:
    """Office -> who holds it in this meeting."""
    held: dict[Office, set[int]] = {}
    for row in await MeetingOffice.filter(meeting_id=meeting_id):
        held.setdefault(row.office, set()).add(row.person_id)
    return held


async def capacity_of(actor: Actor, meeting: Meeting, held: Mapping[Office, set[int]]) -> Capacity | None:
    """As what the actor may sign these minutes; None: not at all."""
    if actor.person_id is None:
        return None
    place = await Place.get(id=meeting.place_id)
    is_member = any(g.role is Role.STANDING_MEMBER and place.path.startswith(g.place_path) for g in actor.grants)
    return rules.capacity_of(actor.person_id, held, is_member=is_member)


async def _claimed(minutes_id: int) -> Minutes:
    # Written before it is read, so that two editors, or an editor and a signer, come one after the other.
    if not await Minutes.filter(id=minutes_id).update(version=F("version")):
        raise NotFound()
    return await Minutes.get(id=minutes_id)


async def _newest(minutes: Minutes) -> MinutesVersion:
    return await MinutesVersion.get(minutes_id=minutes.id, number=minutes.version)


async def _stop_if_touched(minutes: Minutes, section: str, seen: int) -> None:
    """Refuse when somebody changed what this writer has on screen since version `seen`."""
    for row in await MinutesVersion.of(minutes.id).filter(number__gt=seen):
        if section == "" or rules.touches(row.section, section):
            who = "" if row.author_id is None else (await names_of([row.author_id])).get(row.author_id, "")
            raise Refused(
                MinutesRefusal.CHANGED_MEANWHILE, field="text", who=who, at=row.saved_at.isoformat(), version=row.number
            )


async def _next(
    work: UnitOfWork, actor: Actor, minutes: Minutes, section: str, facts: Facts, texts: dict[str, str]
) -> MinutesVersion:
    row = await MinutesVersion.create(
        minutes_id=minutes.id,
        number=minutes.version + 1,
        section=section,
        author_id=actor.person_id,
        saved_at=clock.now(),
        facts=facts,
        texts=texts,
    )
    await Minutes.filter(id=minutes.id).update(version=row.number)
    await work.audit(actor, "minutes.edit", f"minutes:{minutes.id}", version=row.number)
    work.publish(topic_of(minutes.meeting_id), MinutesChanged(minutes.meeting_id, row.number))
    return row
