"""What may be read of minutes: one version in the reader's words, its signatures, all versions, what changed."""

from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.policy import Actor, allow
from linyue.meetings.model import Meeting
from linyue.meetings.pages import show_papers_from
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Office
from linyue.meetings.service import scope_of
from linyue.minutes.model import Minutes, MinutesAddendum, MinutesSignature, MinutesVersion
from linyue.minutes.rules import MinutesState, Missing, missing_signatures
from linyue.minutes.service import held_offices
from linyue.people.service import names_of
from linyue.questions.model import Question
from linyue.questions.service_views import show_links_from


async def minutes_of(meeting_id: int) -> Minutes | None:
    """The minutes of a meeting, if they are drafted."""
    return await Minutes.get_or_none(meeting_id=meeting_id)


async def version_of(minutes: Minutes, number: int | None = None) -> MinutesVersion:
    """One version, the newest unless told. Raises NotFound."""
    row = await MinutesVersion.get_or_none(minutes_id=minutes.id, number=number or minutes.version)
    if row is None:
        raise NotFound()
    return row


async def signatures_of(minutes: Minutes, number: int | None = None) -> list[MinutesSignature]:
    """Who signed a version, in the order of signing."""
    mine = MinutesSignature.filter(minutes_id=minutes.id, number=number or minutes.version)
    return await mine.order_by("signed_at", "id").select_related("person")


async def still_missing(minutes: Minutes) -> Missing:
    """Which signatures the newest version still needs."""
    signed = {row.person_id for row in await signatures_of(minutes)}
    return missing_signatures(minutes.sign_rule, await held_offices(minutes.meeting_id), signed)


async def offices_to_sign(minutes: Minutes) -> list[Office]:
    """The offices whose holders sign, for the lines at the foot of the sheet."""
    held, rule = await held_offices(minutes.meeting_id), minutes.sign_rule
    return [office for office in (*rule.always, *rule.if_held) if held.get(office)]


async def addenda_of(minutes: Minutes) -> list[MinutesAddendum]:
    """What was put right after publication, in order."""
    return await MinutesAddendum.filter(minutes_id=minutes.id).order_by("number").select_related("author")


async def versions_of(minutes: Minutes) -> list[tuple[MinutesVersion, str, int]]:
    """Every version, the newest first, with who made it ("" for the draft) and how many signed it."""
    rows = await MinutesVersion.of(minutes.id)
    names = await names_of([row.author_id for row in rows])
    signed: dict[int, int] = {}
    for row in await MinutesSignature.filter(minutes_id=minutes.id):
        signed[row.number] = signed.get(row.number, 0) + 1
    return [(row, names.get(row.author_id or 0, ""), signed.get(row.number, 0)) for row in rows]


async def papers_of(meeting: Meeting, actor: Actor, lang: str) -> list[tuple[str, str]]:
    """The way to the minutes from the page of their meeting, for readers and for those who write them."""
    if meeting.state is not MeetingState.ENDED or (meeting.called_off and meeting.started_at is None):
        return []  # one that was called off before it began has no minutes
    base = f"/meetings/{meeting.public_id}/minutes"
    row = await Minutes.get_or_none(meeting_id=meeting.id)
    found = [(base, t(lang, "minutes-link"))] if row is not None and row.state is MinutesState.PUBLISHED else []
    if allow(actor, "minutes.work", await scope_of(meeting)):
        if row is not None:
            found.append((f"{base}/desk", t(lang, "minutes-work-link")))
        else:  # the draft is made by a job, seconds after the end
            found.append((f"/meetings/{meeting.public_id}", t(lang, "minutes-coming")))
    return found


async def links_of(question: Question, _actor: Actor, lang: str) -> list[tuple[str, str]]:
    """The way to the published minutes from a question's page."""
    row = await Minutes.get_or_none(meeting_id=question.meeting_id, state=MinutesState.PUBLISHED)
    if row is None:
        return []
    meeting = await Meeting.get(id=question.meeting_id)
    return [(f"/meetings/{meeting.public_id}/minutes", t(lang, "minutes-link"))]


show_papers_from(papers_of)
show_links_from(links_of)
