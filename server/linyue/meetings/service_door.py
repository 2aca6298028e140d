"""At the door of the hall: a wrong tick taken back. The only writer of that; ticking is service_room.check_in.

Meetings come before questions, which say through `plug_voted` whether somebody has cast a ballot here.
"""

from collections.abc import Awaitable, Callable

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound
from linyue.base.policy import Actor
from linyue.meetings.events import PersonCheckedIn
from linyue.meetings.model import Attendance
from linyue.meetings.rules import MeetingRefusal
from linyue.meetings.rules_rights import Act, refuse_act
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_room import now_item

HasVoted = Callable[[int, int], Awaitable[bool]]
_voted: list[HasVoted] = []


def plug_voted(has_voted: HasVoted) -> None:
    """Let a later slice say whether a person's ballot is in a vote of a meeting: (meeting id, person id) -> bool."""
    _voted.append(has_voted)


async def untick(actor: Actor, meeting_id: int, person_id: int) -> None:
    """Take back that somebody is there: the wrong name was ticked. Raises Refused(HAS_VOTED), NotFound.

    Whoever has cast a ballot took part, whatever the door thinks; the audit trail keeps who took the tick back.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        item = await now_item(meeting_id)
        stop(refuse_act(Act.TICK_ROLL, meeting.state, item.link if item else None))
        for has_voted in _voted:
            stop(MeetingRefusal.HAS_VOTED if await has_voted(meeting_id, person_id) else None)
        if not await Attendance.filter(meeting_id=meeting_id, person_id=person_id).delete():
            raise NotFound()
        await uow.audit(actor, "meeting.untick", f"meeting:{meeting_id}", person=person_id)
        uow.publish(topic_of(meeting_id), PersonCheckedIn(meeting_id, meeting.version, person_id))
