"""Founding a council, giving and ending seats, inviting enthusiasts; who a kind of matter goes to. The only writer."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.councils.events import RosterChanged
from linyue.councils.model import Council, Seat, XMember
from linyue.councils.rules import (
    CouncilRefusal,
    MatterKind,
    MemberChoice,
    Tenure,
    XTenure,
    choose_member,
    refuse_end,
    refuse_seat,
    refuse_x_member,
)
from linyue.councils.rules_district import DistrictRules, kinds_of_seat
from linyue.councils.rules_rights import Act, phase_of_place, phase_of_seat, phase_of_term
from linyue.councils.rules_x import Way, XRefusal
from linyue.councils.service_rights import stop_act
from linyue.councils.service_rules import rules_now
from linyue.people.model import Person
from linyue.people.service_roles import end_term, grant_term
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

SEAT_FIELDS = {
    CouncilRefusal.NO_SUCH_SEAT: "number",
    CouncilRefusal.SEAT_TAKEN: "number",
    CouncilRefusal.HAS_SEAT: "who",
    CouncilRefusal.IS_X_MEMBER: "who",
    CouncilRefusal.KIND_TAKEN: "kind",
    CouncilRefusal.TERM_BACKWARDS: "ends",
    CouncilRefusal.TERM_TOO_LONG: "ends",
}
X_FIELDS = {
    CouncilRefusal.TOPIC_MISSING: "topic",
    CouncilRefusal.IS_STANDING: "who",
    CouncilRefusal.TERM_BACKWARDS: "ends",
    CouncilRefusal.X_TERM_TOO_LONG: "ends",
}
"""The field of the form that a refusal is about."""


async def found_council(
    actor: Actor, place_id: int, name_zh: str, name_en: str, founded_at: datetime, is_sample: bool = False
) -> Council:
    """Set up the council of a compound, or of a community's scattered buildings."""
    async with unit_of_work() as uow:
        place = await Place.get_or_none(id=place_id)
        if place is None:
            raise NotFound
        if place.kind not in (PlaceKind.COMPOUND, PlaceKind.COMMUNITY):
            raise Refused(CouncilRefusal.PLACE_TOO_WIDE, field="place")
        stop_act(Act.FOUND, phase_of_place(has_council=await Council.exists(place_id=place_id)), "place")
        council = await Council.create(
            place_id=place_id, name_zh=name_zh, name_en=name_en, founded_at=founded_at, is_sample=is_sample
        )
        await uow.audit(actor, "council.found", f"council:{council.id}", place=place_id)
    return council


async def give_seat(
    actor: Actor,
    council_id: int,
    number: int,
    kind: MatterKind,
    person_id: int,
    starts_at: datetime,
    ends_at: datetime,
) -> Seat:
    """Give a standing seat with its kind to a person for a term; the role of a standing member comes with it.

    Where the district assigns the kinds to seats, the first of those is written down, whatever `kind` says.
    """
    async with unit_of_work() as uow:
        council = await claim(council_id)
        await _known_person(person_id)
        rules = await rules_now()
        kind = next(iter(kinds_of_seat(number, kind, rules)), kind)
        wanted = Tenure(number, kind, person_id, starts_at, ends_at)
        standing = [seat.tenure() for seat in await Seat.of(council_id)]
        xs = [x.tenure() for x in await XMember.of(council_id)]
        refusal = refuse_seat(
            wanted, standing, xs, seats=rules.seats, longest=rules.longest_term, is_assigned=bool(rules.leads)
        )
        if refusal is not None:
            most = rules.term_years if refusal is CouncilRefusal.TERM_TOO_LONG else rules.seats
            raise Refused(refusal, field=SEAT_FIELDS.get(refusal), n=number, most=most)
        stop_act(Act.GIVE_SEAT, phase_of_seat(wanted, standing), "number", n=number)
        seat = await Seat.create(
            council_id=council_id,
            number=number,
            kind=kind,
            person_id=person_id,
            starts_at=starts_at,
            ends_at=ends_at,
            grant_id=await grant_term(actor, person_id, Role.STANDING_MEMBER, council.place_id, starts_at, ends_at),
        )
        await _told(uow, actor, "council.seat.give", council_id, seat=seat.id, person=person_id)
    return seat


async def end_seat(actor: Actor, seat_id: int, at: datetime, council_id: int | None = None) -> None:
    """End a standing member's term before its end; `council_id` where the caller's leave holds for one council only."""
    async with unit_of_work() as uow:
        seat = await Seat.get_or_none(id=seat_id)
        if seat is None or council_id not in (None, seat.council_id):
            raise NotFound
        await claim(seat.council_id)
        await seat.refresh_from_db(fields=["starts_at", "ends_at"])
        stop_act(Act.END_TERM, phase_of_term(seat.starts_at, seat.ends_at, clock.now()), "last")
        refusal = refuse_end(seat.starts_at, seat.ends_at, at)
        if refusal is not None:
            raise Refused(refusal, field="last")
        await Seat.filter(id=seat_id).update(ends_at=at)
        if seat.grant_id is not None:
            await end_term(actor, seat.grant_id, at)
        await _told(uow, actor, "council.seat.end", seat.council_id, seat=seat_id)


MatterOf = Callable[[str, int], Awaitable[int | None]]
_matters: list[MatterOf] = []


def plug_matters(of: MatterOf) -> None:
    """Let a later slice find a matter of a council (its id) by its number; None where there is none."""
    _matters.append(of)


@dataclass(frozen=True, slots=True)
class BoundTo:
    """The one matter somebody is there for, as everybody may read it: all empty where it is not public."""

    number: str = ""
    title: str = ""


TellMatters = Callable[[set[int], str], Awaitable[dict[int, BoundTo]]]
_tellers: list[TellMatters] = []


def plug_matter_words(tell: TellMatters) -> None:
    """Let a later slice name the public ones of some matters, by their ids and the reader's language."""
    _tellers.append(tell)


async def bound_to(x_members: Iterable[XMember], lang: str) -> dict[int, BoundTo]:
    """By the id of each enthusiast who is there for one matter only: which it is."""
    own = {x.id: x.matter_id for x in x_members if x.matter_id is not None}
    known: dict[int, BoundTo] = {}
    for tell in _tellers if own else ():
        known |= await tell(set(own.values()), lang)
    return {x_id: known.get(matter_id, BoundTo()) for x_id, matter_id in own.items()}


async def _matter_meant(number: str, council_id: int) -> int | None:
    if not number:
        return None
    for of in _matters:
        if (found := await of(number, council_id)) is not None:
            return found
    raise Refused(XRefusal.NO_SUCH_MATTER, field="matter")


async def invite_x_member(
    actor: Actor,
    council_id: int,
    person_id: int,
    topic: str,
    starts_at: datetime,
    ends_at: datetime,
    way: Way = Way.CALL,
    matter: str = "",
) -> XMember:
    """Invite an enthusiast for one topic by one of the three ways, for a year at most.

    `matter`: number of the one matter they decide; empty: whatever the council decides. Raises Refused.
    """
    async with unit_of_work() as uow:
        council = await claim(council_id)
        await _known_person(person_id)
        topic = topic.strip()
        standing = [seat.tenure() for seat in await Seat.of(council_id)]
        rules = await rules_now()
        refusal = refuse_x_member(XTenure(person_id, topic, starts_at, ends_at), standing, longest=rules.longest_x)
        if refusal is not None:
            raise Refused(refusal, field=X_FIELDS.get(refusal), days=rules.x_days)
        matter_id = await _matter_meant(matter.strip(), council_id)
        member = await XMember.create(
            council_id=council_id,
            matter_id=matter_id,
            person_id=person_id,
            topic=topic,
            way=way,
            starts_at=starts_at,
            ends_at=ends_at,
            grant_id=await grant_term(actor, person_id, Role.X_MEMBER, council.place_id, starts_at, ends_at),
        )
        await _told(uow, actor, "council.x.invite", council_id, x=member.id, person=person_id)
    return member


async def end_x_member(actor: Actor, x_member_id: int, at: datetime, council_id: int | None = None) -> None:
    """End an invitation before its end; `council_id` where the caller's leave holds for one council only."""
    async with unit_of_work() as uow:
        member = await XMember.get_or_none(id=x_member_id)
        if member is None or council_id not in (None, member.council_id):
            raise NotFound
        await claim(member.council_id)
        await member.refresh_from_db(fields=["starts_at", "ends_at"])
        stop_act(Act.END_TERM, phase_of_term(member.starts_at, member.ends_at, clock.now()), "last")
        refusal = refuse_end(member.starts_at, member.ends_at, at)
        if refusal is not None:
            raise Refused(refusal, field="last")
        await XMember.filter(id=x_member_id).update(ends_at=at)
        if member.grant_id is not None:
            await end_term(actor, member.grant_id, at)
        await _told(uow, actor, "council.x.end", member.council_id, x=x_member_id)


async def council_of(place: Place) -> Council | None:
    """The council a place belongs to: the nearest one on its way up to the district."""
    found = await Council.filter(place_id__in=place.ancestor_ids).select_related("place")
    return max(found, key=lambda council: council.place.depth, default=None)


async def member_for_kind(council_id: int, kind: MatterKind, without: Collection[int] = ()) -> MemberChoice | None:
    """The member who takes a kind of matter now, or who acts for a vacant seat; None if no seat is held.

    `without`: people who stepped back from the matter.
    """
    now, rules = clock.now(), await rules_now()
    held = [seat.tenure() for seat in await Seat.held_at(council_id, now)]
    return choose_member(kind, held, now, seats=rules.seats, leads=rules.leads, without=without)


@dataclass(frozen=True)
class Roster:
    """A council with who sits in it now: seats by number (None = vacant) and invited enthusiasts.

    `leads`: number -> the kinds that seat leads, none for some where the district has more seats than kinds.
    """

    council: Council
    seats: tuple[tuple[int, MatterKind, Seat | None], ...]
    x_members: tuple[XMember, ...]
    leads: Mapping[int, tuple[MatterKind, ...]]
    rules: DistrictRules


async def roster_of(place_code: str) -> Roster:
    """Who sits in the council of a place now. Raises NotFound."""
    council = await council_by_code(place_code)
    now, rules = clock.now(), await rules_now()
    held = {seat.number: seat for seat in await Seat.held_at(council.id, now)}
    taken = {seat.kind for seat in held.values()}
    free_kinds = [kind for kind in MatterKind if kind not in taken]
    seats, leads = [], {}
    for number in range(1, rules.seats + 1):
        seat = held.get(number)
        written = seat.kind if seat else next(iter(free_kinds), None)
        if seat is None and not rules.leads and free_kinds:
            free_kinds.pop(0)
        leads[number] = kinds_of_seat(number, written, rules)
        seats.append((number, next(iter(leads[number]), written or MatterKind.RELATIONS), seat))
    x_members = [x for x in await XMember.of(council.id) if x.starts_at <= now < x.ends_at]
    return Roster(council, tuple(seats), tuple(x_members), leads, rules)


async def council_by_code(place_code: str) -> Council:
    """The council of a place, with the place. Raises NotFound."""
    council = await Council.get_or_none(place__code=place_code).select_related("place")
    if council is None:
        raise NotFound
    return council


async def coming_terms(council_id: int) -> tuple[list[Seat], list[XMember]]:
    """The terms that run now or begin later."""
    now = clock.now()
    seats = [seat for seat in await Seat.of(council_id) if seat.ends_at > now]
    return seats, [x for x in await XMember.of(council_id) if x.ends_at > now]


async def councils_in(path: str) -> list[Council]:
    """Every council inside a place, in reading order of their compounds."""
    found = Council.filter(place__path__startswith=path).select_related("place")
    return await found.order_by("place__position", "place_id")


async def seats_now(council_id: int) -> list[Seat]:
    """The terms that run now, in the order of seats."""
    return await Seat.held_at(council_id, clock.now())


async def is_member(council_id: int, person_id: int) -> bool:
    """Whether a person holds a standing seat now."""
    return any(seat.person_id == person_id for seat in await Seat.held_at(council_id, clock.now()))


async def claim(council_id: int) -> Council:
    """Hold the council's row, so that two changes of one roster come one after the other. Raises NotFound."""
    if not await Council.filter(id=council_id).update(version=F("version") + 1):
        raise NotFound
    return await Council.get(id=council_id)


async def _known_person(person_id: int) -> None:
    if not await Person.exists(id=person_id, is_active=True):
        raise NotFound


async def _told(uow: UnitOfWork, actor: Actor, action: str, council_id: int, **data: int) -> None:
    await uow.audit(actor, action, f"council:{council_id}", **data)
    uow.publish(f"council:{council_id}", RosterChanged(council_id))
