"""What a meeting that belongs to no procedure came to, on the public board once its minutes are published.

Urban Residents' Committee Law (2025 revision) arts 32, 34; Villagers' Committees Law (amended 2025) arts 33, 35:
outcomes of consultation and their follow-up are made public, posted for at least fifteen days.
"""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.i18n import t
from linyue.base.pages import day_text
from linyue.base.policy import Actor
from linyue.matters.model import Matter
from linyue.meetings.model import Meeting
from linyue.minutes import service as minutes
from linyue.oversight.model import Notice
from linyue.oversight.rules import LEAST_DAYS, kind_of_system
from linyue.oversight.service import put_up
from linyue.oversight.service_procedures import LANG, board_of, fitted, titled, verdicts_of
from linyue.places.model import Place
from linyue.procedures.model import ProcedureStep
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.resolutions.model import ActionLine


def address_of(meeting: Meeting) -> str:
    """The last part of the notice's address, which is the meeting's, so that it is posted once."""
    return f"{meeting.public_id}-minutes"


async def meeting_of(notice: Notice) -> Meeting | None:
    """The meeting whose outcome a notice is; None for every other."""
    number, _, what = notice.public_id.rpartition("-")
    return await Meeting.get_or_none(public_id=number) if number and what == "minutes" else None


async def disclose(actor: Actor, meeting: Meeting) -> None:
    """Post verdicts and promises of a meeting; a sitting of a procedure is disclosed by its own stages.

    Nothing is posted where nothing was voted or promised, and nothing a second time. People stand in it nowhere.
    """
    public_id = address_of(meeting)
    if await ProcedureStep.exists(meeting_id=meeting.id) or await Notice.exists(public_id=public_id):
        return
    parts = [*await verdicts_of([meeting.id]), *await _promises(meeting)]
    if not parts:
        return
    day = day_text(LANG, clock.local(meeting.started_at or meeting.starts_at).date())
    head = t(LANG, "oversight-meeting-held", kind=meeting.plan.title.zh, day=day)
    async with unit_of_work() as work:
        await put_up(
            actor,
            work,
            await board_of(await Place.get(id=meeting.place_id)),
            kind_of_system(meeting.plan.system),
            titled(meeting.title, t(LANG, "oversight-meeting-outcome")),
            fitted([head, *parts], t(LANG, "oversight-meeting-more")),
            days=LEAST_DAYS,
            matter_id=await _matter(meeting),
            public_id=public_id,
        )


async def _promises(meeting: Meeting) -> list[str]:
    """Each line of the plan with its day; who promised it stands on the plan's page only."""
    rows = await ActionLine.filter(meeting_id=meeting.id).order_by("id")
    return [
        t(LANG, "oversight-meeting-promise", text=one.text, day=day_text(LANG, clock.local(one.due_at).date()))
        for one in rows
    ]


async def _matter(meeting: Meeting) -> int | None:
    """The one public matter that was voted on, whose timeline tells of the notice; None for none, or for several."""
    shown = Question.filter(meeting_id=meeting.id, state=QuestionState.PUBLISHED, matter_id__isnull=False)
    ids = {int(str(one)) for one in await shown.values_list("matter_id", flat=True)}
    if len(ids) != 1:
        return None
    matter = await Matter.get(id=ids.pop())
    return matter.id if matter.is_public and not matter.hidden_reason else None


minutes.plug_published(disclose)
