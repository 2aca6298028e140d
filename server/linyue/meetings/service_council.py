"""The council at a meeting: its two quorums, matter by matter without those who stepped back. Reads only.

A meeting is the council's when it deliberates at the place of a council. Owners' and residents' votes have quorums of
their own, by law, over other rolls; so a vote waits for the council's quorum only where the council itself votes.
Who has stepped back from a matter is on no council's roll for it either; residents and owners lose no vote by it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q, RawSQL

from linyue.base import clock
from linyue.base.db import json_text
from linyue.councils import service as councils
from linyue.councils import service_attendance
from linyue.councils.model import Council, Seat, XMember
from linyue.councils.rules_district import Count, DistrictRules, count_council
from linyue.councils.rules_x import votes_on
from linyue.councils.service_attendance import Sitting
from linyue.councils.service_rules import rules_at
from linyue.matters.model import Matter
from linyue.matters.service_recusal import recused_by_matter, recused_in
from linyue.matters.service_views import title_of
from linyue.meetings.model import AgendaItem, Attendance, Meeting, MeetingOffice
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Office
from linyue.people import service as people
from linyue.people import service_bodies
from linyue.people.rules_bodies import COUNCILS, Body
from linyue.places.model import Place

DELIBERATION = "deliberation"
SITTINGS_AT_MOST = 40
"""How many of a council's meetings its page counts who came to, newest first."""


MatterOf = Callable[[int], Awaitable[int | None]]
_matters: list[MatterOf] = []


def plug_matter(of: MatterOf) -> None:
    """Let a later slice say which matter a whole meeting is about (its id); None where it has none of its own."""
    _matters.append(of)


async def matter_at(meeting_id: int, matter_id: int | None) -> int | None:
    """The matter that is decided: the item's own, else the one the whole meeting is about."""
    if matter_id is not None:
        return matter_id
    found = [await of(meeting_id) for of in _matters]
    return next((one for one in found if one is not None), None)


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
    """The council whose meeting this is; None where it is not a council's.

    Where the council itself is called, it is the one that its roll is drawn from, which may sit at a place above.
    """
    if meeting.plan.system != DELIBERATION:
        return None
    if meeting.roll not in COUNCILS:
        return await Council.get_or_none(place_id=meeting.place_id).select_related("place")
    place = await Place.get(id=meeting.place_id)
    at = await service_bodies.seat_of(meeting.roll, place)
    council = await Council.get_or_none(place_id=at).select_related("place") if at is not None else None
    return council or await councils.council_of(place)


async def council_count(meeting: Meeting, lang: str = "zh-CN") -> CouncilCount | None:
    """How many of the council are there; before and during the meeting as it is now, afterwards as it was then."""
    council = await council_at(meeting)
    if council is None:
        return None
    at = meeting.ended_at or clock.now()
    standing = {seat.person_id for seat in await Seat.held_at(council.id, at)}
    terms = await _x_terms(council.id, at)
    on_agenda = await _matters_of(meeting.id)
    xs = set().union(*(votes_on(terms, one) for one in {None, *on_agenda}))
    here = await _here(meeting.id, standing | xs)
    rules = await rules_at(at)
    seven, whole = count_council(standing, xs, here, (), rules)
    matters = await _by_matter(meeting, standing, terms, here, rules, lang)
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
    about = await matter_at(meeting.id, matter_id)
    xs = votes_on(await _x_terms(council.id, at), about)
    out = await recused_in(about) if about is not None else ()
    return count_council(standing, xs, await _here(meeting.id, standing | xs), out, await rules_at(at))


async def out_of_roll(meeting_id: int, body: Body, matter_id: int | None) -> frozenset[int]:
    """Whom a vote's roll leaves out: those who stepped back from its matter, where the council votes; ids of people.

    And X members who were taken in for another matter only. Residents and owners vote in their own right, which
    neither takes from them.
    """
    if body not in COUNCILS:
        return frozenset()
    about = await matter_at(meeting_id, matter_id)
    recused = frozenset(await recused_in(about)) if about is not None else frozenset()
    council = await council_at(await Meeting.get(id=meeting_id)) if body is Body.COUNCIL else None
    if council is None:
        return recused
    now = clock.now()
    terms = await _x_terms(council.id, now)
    standing = {seat.person_id for seat in await Seat.held_at(council.id, now)}
    return recused | ({person for person, _ in terms} - votes_on(terms, about) - standing)


async def _x_terms(council_id: int, at: datetime) -> list[tuple[int, int | None]]:
    """The X members of a moment, each with the one matter they are there for, or None."""
    return [(x.person_id, x.matter_id) for x in await XMember.of(council_id) if x.starts_at <= at < x.ends_at]


async def _matters_of(meeting_id: int) -> set[int]:
    """Every matter on a meeting's agenda, and the one that the whole of it is about."""
    items = await AgendaItem.of(meeting_id).filter(matter_id__isnull=False)
    whole = await matter_at(meeting_id, None)
    return {one.matter_id for one in items if one.matter_id is not None} | ({whole} if whole is not None else set())


async def stepped_back(meeting: Meeting, body: Body, matter_id: int | None, at: datetime | None) -> list[str]:
    """Chosen names of the members whom the council's roll for a matter leaves out; none for any other body.

    `at`: when the roll was frozen; None: not yet.
    """
    about = await matter_at(meeting.id, matter_id) if body in COUNCILS else None
    council = await council_at(meeting) if about is not None else None
    if about is None or council is None:
        return []
    when = at or clock.now()
    members = {seat.person_id for seat in await Seat.held_at(council.id, when)}
    if body is Body.COUNCIL:
        members |= votes_on(await _x_terms(council.id, when), about)
    out = [one for one in await recused_in(about, at) if one in members]
    names = await people.names_of(set(out))
    return [names[one] for one in out if one in names]


async def _by_matter(
    meeting: Meeting,
    standing: set[int],
    terms: list[tuple[int, int | None]],
    here: set[int],
    rules: DistrictRules,
    lang: str,
) -> tuple[MatterCount, ...]:
    items = await AgendaItem.of(meeting.id).select_related("matter")
    matters: list[Matter] = [one.matter for one in items if one.matter is not None]
    whole_id = await matter_at(meeting.id, None)
    if whole_id is not None and all(one.id != whole_id for one in matters):
        matters.append(await Matter.get(id=whole_id))
    out = await recused_by_matter(one.id for one in matters)
    names = await people.names_of({person for ids in out.values() for person in ids})
    chair = await chair_of(meeting.id)
    found = []
    for one in matters:
        ids = out.get(one.id)
        if not ids:
            continue
        seven, whole = count_council(standing, votes_on(terms, one.id), here, ids, rules)
        told = tuple(names[person] for person in sorted(ids) if person in names)
        # Only a procedure may be about a report that is not public: its meeting is read by everybody.
        number, title = (one.number, title_of(lang, one)) if one.is_public else ("", "")
        found.append(MatterCount(number, title, told, chair in ids, seven, whole))
    return tuple(found)


async def chair_of(meeting_id: int) -> int | None:
    """Who chairs a meeting now."""
    held = await MeetingOffice.get_or_none(meeting_id=meeting_id, office=Office.CHAIR)
    return held.person_id if held is not None else None


async def chair_stepped_back(meeting_id: int, matter_id: int | None) -> bool:
    """Whether whoever chairs has stepped back from this matter."""
    about = await matter_at(meeting_id, matter_id)
    return about is not None and await chair_of(meeting_id) in await recused_in(about)


async def sittings_of(council: Council) -> list[Sitting]:
    """A council's meetings that are over, newest first, each with those who were there.

    Those held at its place, and those at a place below to which it was called because no nearer council is there. The
    database picks them by two words of their plans; no plan is read.
    """
    place: Place = council.place
    nearer = [one.place.path for one in await councils.councils_in(place.path) if one.id != council.id]
    system, roll = (RawSQL(json_text('"meetings"."plan_data"', name)) for name in ("system", "roll"))
    called = [body.value for body in COUNCILS]
    ended = Meeting.annotate(system=system, called=roll).filter(
        Q(place_id=place.id) | Q(called__in=called),
        place__path__startswith=place.path,
        state=MeetingState.ENDED,
        called_off="",
        system=DELIBERATION,
    )
    for path in nearer:
        ended = ended.exclude(place__path__startswith=path)
    columns = ("id", "public_id", "title", "title_en", "ended_at", "starts_at")
    shown = await ended.order_by("-ended_at", "-id").limit(SITTINGS_AT_MOST).values(*columns)
    ids = [one["id"] for one in shown]
    here: dict[int, set[int]] = {}
    for meeting_id, person_id in await Attendance.filter(meeting_id__in=ids).values_list("meeting_id", "person_id"):
        here.setdefault(int(str(meeting_id)), set()).add(int(str(person_id)))
    return [
        Sitting(
            one["public_id"],
            one["title"],
            one["title_en"],
            one["ended_at"] or one["starts_at"],
            frozenset(here.get(one["id"], ())),
        )
        for one in shown
    ]


service_attendance.plug_sittings(sittings_of)
