"""What a meeting gives back when it is over: matters it did not decide go to the council again. The one way for it."""

from linyue.base.db import unit_of_work
from linyue.base.policy import NOBODY, Actor
from linyue.matters import service as matters
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import OVER

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


async def stranded() -> list[Matter]:
    """Matters that wait for a meeting that is over, in order: earlier versions let some meetings give nothing back."""
    over = {str(one) for one in await Meeting.filter(state__in=OVER).values_list("public_id", flat=True)}
    heard = await Matter.filter(state__in=HEARD).exclude(meeting_public_id="").order_by("id")
    return [one for one in heard if one.meeting_public_id in over]


async def give_back_stranded() -> list[str]:
    """Each stranded matter is the council's again, with its days counted from now; their numbers. Safe to repeat."""
    async with unit_of_work():
        found = await stranded()
        for matter in found:
            await matters.take_off_agenda(NOBODY, matter.id)
    return [one.number for one in found]
