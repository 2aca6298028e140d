"""Topics that enough neighbours support come onto the council's next agenda by themselves, both ways round.

Whoever composes the next meeting finds them there; one that finds its last supporter while a draft lies there joins it.
"""

from contextlib import suppress

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.councils.model import Council
from linyue.matters.model import Matter
from linyue.matters.service_topics import Sitting, plug_agenda, topics_to_bring
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MOST_MATTERS, MeetingState
from linyue.meetings.rules_plan import VOTING
from linyue.meetings.service_agenda import add_matter
from linyue.meetings.service_council import council_at
from linyue.meetings.templates import sitting_ids


async def begin_agenda(actor: Actor, meeting_id: int, number: str) -> None:
    """Put on a new draft what it is begun for and what neighbours support; what cannot be stays with the council.

    Each is a transaction of its own: a matter that somebody else took meanwhile keeps none of the others off.
    """
    meeting = await Meeting.get(id=meeting_id)
    council = await council_at(meeting)
    supported = await topics_to_bring(council.id) if council is not None and _takes_topics(meeting) else []
    for one in dict.fromkeys([number, *(matter.number for matter in supported)]):
        if one:
            with suppress(Refused):
                await add_matter(actor, meeting_id, one)


def _takes_topics(meeting: Meeting) -> bool:
    """Whether the meeting decides things of its own choosing: a sitting of a procedure has its one matter."""
    return meeting.template in sitting_ids() and any(one.link in VOTING for one in meeting.plan.links)


async def bring(actor: Actor, matter: Matter) -> None:
    """Put a matter that has just found enough support on the council's next draft, if one lies there."""
    drafts = Meeting.filter(place_id=matter.place_id, state=MeetingState.DRAFT, starts_at__gt=clock.now()).order_by(
        "starts_at", "id"
    )
    for meeting in await drafts:
        full = await AgendaItem.filter(meeting_id=meeting.id, matter_id__isnull=False).count() >= MOST_MATTERS
        if not full and _takes_topics(meeting) and await _is_councils(meeting):
            await add_matter(actor, meeting.id, matter.number)
            return


async def _is_councils(meeting: Meeting) -> bool:
    council: Council | None = await council_at(meeting)
    return council is not None


async def find(public_id: str) -> Sitting | None:
    """The meeting of an agenda, for the page of a topic."""
    one = await Meeting.get_or_none(public_id=public_id)
    if one is None:
        return None
    href = "" if one.state is MeetingState.DRAFT else f"/meetings/{one.public_id}"
    return Sitting(one.title, one.title_en, one.starts_at, href)


plug_agenda(bring, find)
