"""What a meeting gives back when it is over: matters it did not decide go to the council again. The one way for it."""

from linyue.base.policy import Actor
from linyue.matters import service as matters
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.meetings.model import AgendaItem, Meeting

HEARD = (MatterState.ON_AGENDA, MatterState.IN_MEETING)
"""States in which a matter waits for a meeting or stands in it."""


async def give_back(actor: Actor, meeting: Meeting, reason: str = "") -> None:
    """Each undecided matter of a meeting's agenda is the council's again, to be offered to the next. In a transaction.

    A matter that another meeting has taken on since is left there. With a `reason` its followers are told.
    """
    heard = await AgendaItem.of(meeting.id).filter(matter_id__isnull=False).values_list("matter_id", flat=True)
    undecided = Matter.filter(id__in=list(heard), state__in=HEARD, meeting_public_id__in=["", meeting.public_id])
    for matter in await undecided:
        await matters.take_off_agenda(actor, matter.id, reason)
