"""The council at a meeting: its two quorums, matter by matter without those who stepped back. Reads only.

A meeting is the council's when it deliberates at the place of a council. Owners' and residents' votes have quorums of
their own, by law, over other rolls; so a vote waits for the council's quorum only where the council itself votes.
"""

from dataclasses import dataclass

from linyue.base import clock
from linyue.councils import service_attendance
from linyue.councils.model import Council, Seat, XMember
from linyue.councils.rules_district import Count, DistrictRules, count_council
from linyue.councils.service_attendance import Sitting
from linyue.councils.service_rules import rules_now
from linyue.matters.model import Matter
from linyue.matters.service_recusal import recused_by_matter, recused_in
from linyue.matters.service_views import title_of
from linyue.meetings.model import AgendaItem, Attendance, Meeting, MeetingOffice
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Office
from linyue.people import service as people
from linyue.people.rules_bodies import COUNCILS
from linyue.places.model import Place

DELIBERATION = "deliberation"
SITTINGS_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class MatterCount:
    """The quorums for one matter on the agenda, with the chosen names of those who stepped back from it."""

    number: str
    title: str
    recused: tuple[str, ...]
    is_chair_out: bool
    seven: Count
    all: Count


@dataclass(frozen=True, slots=True)
class CouncilCount:
    """The council at one meeting: over the standing seats and over all of 7+X, and by matter where somebody is out.

    `is_called`: the council itself votes here; elsewhere nobody was called as its member, and nobody is missed.
    """

    code: str
    is_called: bool
    seven: Count
    all: Count
    matters: tuple[MatterCount, ...]


async def council_at(meeting: Meeting) -> Council | None:
    """The council whose meeting this is; None where it is not a council's."""
    if meeting.plan.system != DELIBERATION:
        return None
    return await Council.get_or_none(place_id=meeting.place_id).select_related("place")


async def council_count(meeting: Meeting, lang: str = "zh-CN") -> CouncilCount | None:
    """How many of the council are there; before and during the meeting as it is now, afterwards as it was then."""
    council = await council_at(meeting)
    if council is None:
        return None
    at = meeting.ended_at or clock.now()
    standing = {seat.person_id for seat in await Seat.held_at(council.id, at)}
    xs = {x.person_id for x in await XMember.of(council.id) if x.starts_at <= at < x.ends_at}
    here = await _here(meeting.id, standing | xs)
    rules = await rules_now()
    seven, whole = count_council(standing, xs, here, (), rules)
    matters = await _by_matter(meeting, standing, xs, here, rules, lang)
    return CouncilCount(council.place.code, meeting.roll in COUNCILS, seven, whole, matters)


async def _here(meeting_id: int, people: set[int]) -> set[int]:
    return {row.person_id for row in await Attendance.filter(meeting_id=meeting_id, person_id__in=people)}


async def quorums_now(meeting: Meeting, matter_id: int | None) -> tuple[Count, Count] | None:
    """Both quorums of a council that votes itself, without those who stepped back from this matter.

    None for the meeting of another body, and where no council is founded: there is nothing to count.
    """
    if meeting.roll not in COUNCILS:
        return None
    council = await council_at(meeting)
    if council is None:
        return None
    at = meeting.ended_at or clock.now()
    standing = {seat.person_id for seat in await Seat.held_at(council.id, at)}
    xs = {x.person_id for x in await XMember.of(council.id) if x.starts_at <= at < x.ends_at}
    out = await recused_in(matter_id) if matter_id is not None else ()
    return count_council(standing, xs, await _here(meeting.id, standing | xs), out, await rules_now())


async def _by_matter(
    meeting: Meeting, standing: set[int], xs: set[int], here: set[int], rules: DistrictRules, lang: str
) -> tuple[MatterCount, ...]:
    items = await AgendaItem.of(meeting.id).select_related("matter")
    matters: list[Matter] = [one.matter for one in items if one.matter is not None]
    out = await recused_by_matter(one.id for one in matters)
    names = await people.names_of({person for ids in out.values() for person in ids})
    chair = await chair_of(meeting.id)
    found = []
    for one in matters:
        ids = out.get(one.id)
        if not ids:
            continue
        seven, whole = count_council(standing, xs, here, ids, rules)
        told = tuple(names[person] for person in sorted(ids) if person in names)
        found.append(MatterCount(one.number, title_of(lang, one), told, chair in ids, seven, whole))
    return tuple(found)


async def chair_of(meeting_id: int) -> int | None:
    """Who chairs a meeting now."""
    held = await MeetingOffice.get_or_none(meeting_id=meeting_id, office=Office.CHAIR)
    return held.person_id if held is not None else None


async def chair_stepped_back(meeting_id: int, matter_id: int | None) -> bool:
    """Whether whoever chairs has stepped back from this matter."""
    return matter_id is not None and await chair_of(meeting_id) in await recused_in(matter_id)


async def sittings_of(council: Council) -> list[Sitting]:
    """A council's meetings that are over, newest first, each with those who were there."""
    place: Place = council.place
    ended = Meeting.filter(place_id=place.id, state=MeetingState.ENDED).order_by("-ended_at").limit(SITTINGS_AT_MOST)
    meetings = [one for one in await ended if one.plan.system == DELIBERATION]
    here: dict[int, set[int]] = {}
    for row in await Attendance.filter(meeting_id__in=[one.id for one in meetings]):
        here.setdefault(row.meeting_id, set()).add(row.person_id)
    return [
        Sitting(one.public_id, one.title, one.title_en, one.ended_at or one.starts_at, frozenset(here.get(one.id, ())))
        for one in meetings
    ]


service_attendance.plug_sittings(sittings_of)
