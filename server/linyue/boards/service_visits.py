"""The visit log: noting, changing and removing one's own visits of the last days. No name, no door, no reason."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.base.workdays import SHANGHAI
from linyue.boards.model import Visit
from linyue.boards.rules import moment
from linyue.boards.rules_visits import (
    LONGEST,
    VisitKind,
    VisitRefusal,
    earliest_day,
    is_editable,
    minutes_of,
    refuse_visit,
)
from linyue.matters.service_merge_places import plug_mover
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

KINDS = (PlaceKind.COMMUNITY, PlaceKind.COMPOUND)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """What a worker notes: a compound or the whole community, a day with hours in Ningbo, and the kind."""

    form_id: str
    place_id: int
    kind: VisitKind
    day: date
    start: time
    end: time

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Begin and end, aware."""
        return datetime.combine(self.day, self.start, SHANGHAI), datetime.combine(self.day, self.end, SHANGHAI)


async def places_for(actor: Actor) -> list[Place]:
    """Where this worker can have been: the communities of their role and the compounds in them."""
    paths = [g.place_path for g in actor.grants if g.role is Role.SOCIAL_WORKER]
    found: dict[int, Place] = {}
    for path in paths:
        for place in await Place.filter(path__startswith=path, kind__in=KINDS).order_by("depth", "position", "id"):
            found[place.id] = place
    return list(found.values())


async def note_visit(actor: Actor, new: NewVisit) -> Visit:
    """Note a visit; the same form sent twice notes one."""
    async with unit_of_work() as work:
        known = await Visit.get_or_none(form_id=new.form_id, worker_id=actor.person_id)
        if known is not None:
            return known
        place, community = await _where(actor, new.place_id)
        start, end = await _checked(actor, new)
        visit = await Visit.create(
            form_id=new.form_id,
            worker_id=actor.person_id,
            place_id=place.id,
            community_id=community.id,
            kind=new.kind,
            starts_at=start,
            ends_at=end,
            minutes=minutes_of(start, end),
            noted_at=clock.now(),
        )
        await work.audit(actor, "visit.note", f"visit:{visit.id}", kind=new.kind.value, minutes=visit.minutes)
    return visit


async def change_visit(actor: Actor, visit_id: int, new: NewVisit) -> Visit:
    """Mend one's own visit of the last days."""
    async with unit_of_work() as work:
        visit = await own_visit(actor, visit_id)
        place, community = await _where(actor, new.place_id)
        start, end = await _checked(actor, new, but=visit.id)
        before = visit.minutes
        visit.place_id, visit.community_id, visit.kind = place.id, community.id, new.kind
        visit.starts_at, visit.ends_at, visit.minutes = start, end, minutes_of(start, end)
        await visit.save()
        await work.audit(actor, "visit.change", f"visit:{visit.id}", before=before, minutes=visit.minutes)
    return visit


async def remove_visit(actor: Actor, visit_id: int) -> None:
    """Take one's own visit of the last days off the log."""
    async with unit_of_work() as work:
        visit = await own_visit(actor, visit_id)
        await work.audit(actor, "visit.remove", f"visit:{visit.id}", kind=visit.kind.value, minutes=visit.minutes)
        await visit.delete()


async def own_visit(actor: Actor, visit_id: int) -> Visit:
    """One's own visit that may still be changed. Raises NotFound for another's, Refused for an old one."""
    visit = await Visit.get_or_none(id=visit_id, worker_id=actor.person_id)
    if visit is None:
        raise NotFound()
    if not is_editable(visit.starts_at, clock.now()):
        raise Refused(VisitRefusal.TOO_OLD, field="day")
    return visit


async def recent_visits(actor: Actor) -> list[Visit]:
    """One's own visits that can still be changed, newest first."""
    since = moment(earliest_day(clock.now()))
    found = Visit.filter(worker_id=actor.person_id, starts_at__gte=since)
    return await found.order_by("-starts_at").select_related("place")


async def month_minutes(actor: Actor) -> int:
    """Minutes that this worker noted this month."""
    first = clock.local(clock.now()).date().replace(day=1)
    found = await Visit.filter(worker_id=actor.person_id, starts_at__gte=moment(first)).values_list(
        "minutes", flat=True
    )
    return sum(int(one) for one in found)  # type: ignore[call-overload]


async def _where(actor: Actor, place_id: int) -> tuple[Place, Place]:
    known = {place.id: place for place in await places_for(actor)}
    place = known.get(place_id)
    if place is None:
        raise Refused(VisitRefusal.NO_PLACE, field="place")
    community = place if place.kind is PlaceKind.COMMUNITY else await place.above(PlaceKind.COMMUNITY)
    if community is None:
        raise Refused(VisitRefusal.NO_PLACE, field="place")
    return place, community


async def _checked(actor: Actor, new: NewVisit, *, but: int = 0) -> tuple[datetime, datetime]:
    start, end = new.span
    near = Visit.filter(
        worker_id=actor.person_id, starts_at__gte=start - LONGEST, starts_at__lte=end + timedelta(days=1)
    )
    others = await near.exclude(id=but).values_list("starts_at", "ends_at")
    refusal = refuse_visit(start, end, clock.now(), [(begin, until) for begin, until in others])
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1])
    return start, end


async def move_visits(gone_id: int, stays_id: int) -> None:
    """Two communities become one: the hours of the one count for the other."""
    await Visit.filter(community_id=gone_id, place_id=gone_id).update(place_id=stays_id)
    await Visit.filter(community_id=gone_id).update(community_id=stays_id)


plug_mover(move_visits)
