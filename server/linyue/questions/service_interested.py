"""Owners of other buildings whose consent a shop needs, because they have shown harm: added with a reason at the desk.

add_interested(actor, meeting_id, person_id, reason) -> None    Refused(HarmRefusal)
drop_interested(actor, meeting_id, person_id) -> None           before the vote is opened
interested_roll(place, meeting_id) -> Roll                      those and the building's owners, to be frozen
Source: Civil Code art 279; judicial interpretation of 2020, art 11.
"""

from collections.abc import Sequence

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.service_roll import on_roll_of
from linyue.people.rules_bodies import Body
from linyue.people.service_own import plug_eraser
from linyue.places.model import Place
from linyue.questions.model import Question
from linyue.questions.model_owners import InterestedOwner
from linyue.questions.rules import QuestionState
from linyue.questions.rules_law import Decision
from linyue.questions.rules_owners import HarmRefusal, interested, refuse_harm
from linyue.questions.service_owners import Roll, titles_inside


def asks_consent_of_all(meeting: Meeting) -> bool:
    """Whether a meeting votes on turning a home into a shop."""
    return any(one.question is not None and one.question.decision == Decision.OWNERS_ALL for one in meeting.plan.links)


async def meetings_for(actor: Actor) -> list[Meeting]:
    """Such meetings to come or under way in the places where somebody is a social worker, newest first."""
    paths = [grant.place_path for grant in actor.grants if grant.role is Role.SOCIAL_WORKER]
    going = [MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.RUNNING]
    rows = await Meeting.filter(state__in=going).order_by("-id").select_related("place")
    mine = [one for one in rows if any(one.place.path.startswith(path) for path in paths)]
    return [one for one in mine if asks_consent_of_all(one)]


async def interested_of(meeting_id: int) -> Sequence[InterestedOwner]:
    """Those who were added to a meeting's roll, with their names, in order."""
    return await InterestedOwner.filter(meeting_id=meeting_id).order_by("id").select_related("person")


async def _is_opened(meeting_id: int) -> bool:
    states = (QuestionState.DRAFT, QuestionState.VOIDED)
    return await Question.of_meeting(meeting_id).exclude(state__in=states).exists()


async def add_interested(actor: Actor, meeting_id: int, person_id: int, reason: str) -> None:
    """Put an owner elsewhere, who has shown harm, on the roll of the vote to come."""
    async with unit_of_work() as work:
        meeting = await Meeting.get_or_none(id=meeting_id)
        if meeting is None or not asks_consent_of_all(meeting):
            raise NotFound
        place = await Place.get(id=meeting.place_id)
        refusal = refuse_harm(
            reason,
            is_owner=bool(await on_roll_of([person_id], place, Body.OWNERS)),
            is_there=await InterestedOwner.exists(meeting_id=meeting_id, person_id=person_id),
            is_opened=await _is_opened(meeting_id),
        )
        if refusal is not None:
            is_about_reason = refusal in (HarmRefusal.NO_HARM, HarmRefusal.HARM_LONG)
            raise Refused(refusal, field="reason" if is_about_reason else "person")
        await InterestedOwner.create(
            meeting_id=meeting_id,
            person_id=person_id,
            reason=reason.strip(),
            added_by_id=actor.person_id,
            added_at=clock.now(),
        )
        await work.audit(actor, "question.interested", f"meeting:{meeting_id}", person=person_id)


async def drop_interested(actor: Actor, meeting_id: int, person_id: int) -> None:
    """Take somebody off again, before the vote is opened."""
    async with unit_of_work() as work:
        if await _is_opened(meeting_id):
            raise Refused(HarmRefusal.OPENED)
        if not await InterestedOwner.filter(meeting_id=meeting_id, person_id=person_id).delete():
            raise NotFound
        await work.audit(actor, "question.interested_dropped", f"meeting:{meeting_id}", person=person_id)


async def interested_roll(place: Place, meeting_id: int) -> Roll:
    """Every owner of the building, co-owners each, and those elsewhere who have shown harm; with chosen names."""
    units, titles, names = await titles_inside(place)
    also = {one.person_id: one.person.display_name for one in await interested_of(meeting_id)}
    found = interested(titles.values(), [titles[unit.id].unit for unit in units], also)
    return [(person, {**names, **also}[person]) for person in sorted(found)]


async def forget_person(person_id: int) -> None:
    """Somebody erased their data: what they had shown goes with them; frozen rolls stay whole."""
    await InterestedOwner.filter(person_id=person_id).delete()
    await InterestedOwner.filter(added_by_id=person_id).update(added_by_id=None)


plug_eraser(forget_person)
