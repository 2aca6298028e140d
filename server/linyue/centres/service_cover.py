"""Windows of a centre: who sits where, what they are trained in, and which items nobody there can take."""

from collections.abc import Iterable
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.centres import service
from linyue.centres.model import ServiceCentre
from linyue.centres.model_counter import CounterSeat, Training
from linyue.centres.rules import Field, Way, route_of
from linyue.centres.rules_counter import CounterRefusal, Cover, cover_of
from linyue.people.model import Person
from linyue.people.service_roles import holders_at_centre


async def sit(actor: Actor, centre: ServiceCentre, window: int) -> None:
    """Open a window. Raises Refused: NO_WINDOW, WINDOW_TAKEN."""
    assert actor.person_id is not None
    if not 1 <= window <= centre.windows:
        raise Refused(CounterRefusal.NO_WINDOW, field="window")
    try:
        async with unit_of_work() as work:
            await CounterSeat.filter(person_id=actor.person_id).delete()
            await CounterSeat.create(
                centre_id=centre.id, window=window, person_id=actor.person_id, since=clock.now()
            )  # fmt: skip
            await work.audit(actor, "centres.window.open", f"centre:{centre.id}", window=window)
    except IntegrityError:
        raise Refused(CounterRefusal.WINDOW_TAKEN, field="window") from None


async def leave(actor: Actor) -> None:
    """Close one's window."""
    async with unit_of_work() as work:
        await CounterSeat.filter(person_id=actor.person_id).delete()
        await work.audit(actor, "centres.window.close", f"person:{actor.person_id}")


async def fields_taken() -> list[Field]:
    """The subject fields whose items centres take."""
    try:
        index = await service.catalogue_index()
    except NotFound:
        return []
    wanted = {
        key
        for item in index.catalogue.items
        if route_of(item) is Way.CENTRE and not item.is_retired
        for key in item.fields
    }
    return [field for field in index.catalogue.fields if field.key in wanted]


async def train(actor: Actor, centre: ServiceCentre, person_id: int, fields: Iterable[str]) -> None:
    """Say what a clerk of this centre is trained in. Raises NotFound for somebody who is none."""
    if person_id not in await holders_at_centre(Role.CENTRE_CLERK, centre.id):
        raise NotFound
    known = {field.key for field in await fields_taken()} & set(fields)
    async with unit_of_work() as work:
        await Training.filter(person_id=person_id).delete()
        await Training.bulk_create(
            [Training(person_id=person_id, field=key, since=clock.now()) for key in sorted(known)]
        )
        await work.audit(actor, "centres.training.set", f"person:{person_id}", fields=len(known))


@dataclass(frozen=True, slots=True)
class Trained:
    """Whether somebody is trained in an item, and who else at the centre is."""

    is_trained: bool
    """Also where the centre keeps no record of training at all."""
    others: list[Person]


async def trained_for(centre_id: int, person_id: int, fields: Iterable[str]) -> Trained:
    """Who of a centre's clerks is trained in one of an item's subject fields."""
    ids = await holders_at_centre(Role.CENTRE_CLERK, centre_id)
    known = await Training.filter(person_id__in=ids) if ids else []
    wanted = set(fields)
    able = {row.person_id for row in known if row.field in wanted}
    others = able - {person_id}
    people = await Person.filter(id__in=others).order_by("id") if others else []
    return Trained(not known or person_id in able, people)


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """The fields, the clerks with what they know, the seats, and what follows."""

    fields: list[Field]
    clerks: list[tuple[Person, frozenset[str]]]
    seats: dict[int, int]
    cover: Cover


async def cover_facts(centre: ServiceCentre) -> CoverFacts:
    """Cover of a centre now: by its staffed windows."""
    ids = await holders_at_centre(Role.CENTRE_CLERK, centre.id)
    people = {row.id: row for row in await Person.filter(id__in=ids)} if ids else {}
    known: dict[int, set[str]] = {person_id: set() for person_id in ids}
    for row in await Training.filter(person_id__in=ids) if ids else []:
        known[row.person_id].add(row.field)
    seats = {
        row.window: row.person_id for row in await CounterSeat.filter(centre_id=centre.id) if row.person_id in known
    }
    fields = await fields_taken()
    frozen = {person_id: frozenset(keys) for person_id, keys in known.items()}
    cover = cover_of([field.key for field in fields], seats, frozen)
    return CoverFacts(fields, [(people[i], frozen[i]) for i in ids], seats, cover)
