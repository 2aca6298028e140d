"""Who people are: the actor of a session, new accounts, names, homes and rolls. Other slices look people up here."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tortoise.expressions import F, Subquery

from linyue.base import clock
from linyue.base.crypto import blind_index, open_text, seal_text
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.model import Session
from linyue.base.policy import STAFF, Actor, Grant
from linyue.base.together import Together
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.rules import (
    PRIVACY_VERSION,
    ClaimState,
    PeopleRefusal,
    RollMember,
    Tenure,
    is_live,
    mask_phone,
    normalise_phone,
    refuse_name,
    roll_of_homes,
)
from linyue.places.model import Place


async def claim_person(person_id: int) -> None:
    """Hold somebody's row until the unit of work ends: what they send, and what is done about them, waits its turn."""
    await Person.filter(id=person_id).update(is_active=F("is_active"))


@dataclass(frozen=True, slots=True)
class Home:
    """A unit in which a person lives or which they own."""

    occupancy_id: int
    unit_id: int
    unit_path: str
    tenure: Tenure
    state: ClaimState


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of an account that is not blocked."""

    name: str
    grants: tuple[RoleGrant, ...]
    homes: tuple[str, ...]


async def load_actor(session: Session, lang: str) -> Actor:
    """Who a session belongs to, with the roles and homes that are in force now."""
    known = await _known.of(session.person_id)
    if known is None:
        return Actor(lang=lang)
    now = clock.now()
    live = [g for g in known.grants if is_live(g.starts_at, g.ends_at, now)]
    is_second = session.second_factor_at is not None
    active = [g for g in live if is_second or g.role not in STAFF]
    return Actor(
        person_id=session.person_id,
        session_id=str(session.id),
        name=known.name,
        grants=tuple(Grant(g.role, g.place.path, g.centre_id) for g in active),
        homes=known.homes,
        is_second_factor=is_second,
        needs_second_factor=len(active) < len(live),
        lang=lang,
    )


async def _load_known(person_ids: Sequence[int]) -> dict[int, _Known]:
    people = await Person.filter(id__in=person_ids, is_active=True).only("id", "display_name")
    ids = [person.id for person in people]
    grants: dict[int, list[RoleGrant]] = {}
    for grant in await RoleGrant.filter(person_id__in=ids, starts_at__lte=clock.now()).select_related("place"):
        grants.setdefault(grant.person_id, []).append(grant)
    homes: dict[int, set[str]] = {}
    confirmed = Occupancy.filter(person_id__in=ids, state=ClaimState.CONFIRMED)
    for person_id, path in await confirmed.values_list("person_id", "unit__path"):
        homes.setdefault(person_id, set()).add(path)
    return {
        one.id: _Known(one.display_name, tuple(grants.get(one.id, ())), tuple(sorted(homes.get(one.id, ()))))
        for one in people
    }


_known: Together[int, _Known] = Together(_load_known)
"""Accounts for all who ask at the moment: after a restart a whole hall comes in at once."""


async def add_person(
    display_name: str,
    *,
    phone: str = "",
    legal_name: str = "",
    lang: str = "zh-CN",
    has_accepted: bool = True,
    is_sample: bool = False,
    demo_role: str = "",
) -> Person:
    """Open an account: by its owner (`has_accepted` the privacy notice), at the desk, or for the sample district.

    Raises Refused: BAD_NAME, BAD_PHONE, PHONE_TAKEN. `phone` may be empty: then nobody can sign in by text message.
    """
    refusal = refuse_name(display_name)
    if refusal:
        raise Refused(refusal, field="display_name")
    number = _number(phone) if phone else ""
    public_id = secrets.token_urlsafe(12)
    now = clock.now()
    async with unit_of_work():
        if number and await Person.filter(phone_index=blind_index(number)).exists():
            raise Refused(PeopleRefusal.PHONE_TAKEN, field="phone")
        return await Person.create(
            public_id=public_id,
            display_name=display_name.strip(),
            name_sealed=seal_text(legal_name.strip(), f"people.name|{public_id}") if legal_name.strip() else "",
            phone_sealed=seal_text(number, f"people.phone|{public_id}") if number else "",
            phone_index=blind_index(number) if number else None,
            lang=lang,
            privacy_version=PRIVACY_VERSION if has_accepted else "",
            privacy_at=now if has_accepted else None,
            is_sample=is_sample,
            demo_role=demo_role,
            created_at=now,
        )


def _number(phone: str) -> str:
    number = normalise_phone(phone)
    if number is None:
        raise Refused(PeopleRefusal.BAD_PHONE, field="phone")
    return number


def phone_of(person: Person) -> str:
    """The number of an account as +86…; empty when there is none. Never show it whole: `masked_phone_of`."""
    return open_text(person.phone_sealed, f"people.phone|{person.public_id}") if person.phone_sealed else ""


def masked_phone_of(person: Person) -> str:
    """138****0042, or empty."""
    return mask_phone(phone_of(person))


def legal_name_of(person: Person) -> str:
    """The real name, for the desk only; empty when it was never given."""
    return open_text(person.name_sealed, f"people.name|{person.public_id}") if person.name_sealed else ""


async def phone_tail(person_id: int) -> str:
    """Last four digits of a person's phone, empty without one: to track a matter without signing in."""
    person = await Person.get_or_none(id=person_id)
    return phone_of(person)[-4:] if person else ""


async def find_by_phone(phone: str) -> Person | None:
    """The account of a phone number, written in any usual way."""
    number = normalise_phone(phone)
    return await Person.get_or_none(phone_index=blind_index(number)) if number else None


async def person_by_public_id(public_id: str) -> Person | None:
    """The account behind a public id."""
    return await Person.get_or_none(public_id=public_id)


async def names_of(person_ids: Iterable[int | None]) -> dict[int, str]:
    """Chosen names by id, in one query; ids that are None or unknown are left out."""
    wanted = {i for i in person_ids if i is not None}
    if not wanted:
        return {}
    rows = await Person.filter(id__in=wanted).values_list("id", "display_name")
    return {int(i): str(name) for i, name in rows}


async def homes_of(person_id: int) -> list[Home]:
    """Units of a person in every state but ended, the confirmed ones first."""
    rows = await Occupancy.filter(person_id=person_id).exclude(state=ClaimState.ENDED).select_related("unit")
    homes = [Home(o.id, o.unit_id, o.unit.path, o.tenure, o.state) for o in rows]
    return sorted(homes, key=lambda h: (h.state is not ClaimState.CONFIRMED, h.unit_path, h.tenure))


async def roll_of(place: Place | str) -> list[RollMember]:
    """Confirmed adults of a stairwell, building, compound or community (a place or its path), one entry a person."""
    path = place if isinstance(place, str) else place.path
    rows = await (
        Occupancy.filter(
            state=ClaimState.CONFIRMED,
            unit__path__startswith=path,
            is_adult=True,
            person__is_active=True,
        )
        .order_by("id")
        .values_list("person_id", "person__display_name", "tenure", "unit__path")
    )
    return roll_of_homes([(int(i), str(n), Tenure(t), str(p)) for i, n, t, p in rows])


async def roll_size(place: Place) -> int:
    """How many `roll_of` gives, counted where they are stored: a compound has thousands."""
    homes = Occupancy.filter(state=ClaimState.CONFIRMED, unit__path__startswith=place.path, is_adult=True)
    return await Person.filter(is_active=True, id__in=Subquery(homes.values("person_id"))).count()


async def is_on_roll(actor: Actor, place_path: str) -> bool:
    """Whether someone has a voice at a place now. A question that is open uses its frozen roll instead."""
    if actor.person_id is None or not place_path:
        return False
    homes = Occupancy.filter(person_id=actor.person_id, state=ClaimState.CONFIRMED, is_adult=True)
    return await homes.filter(unit__path__startswith=place_path, person__is_active=True).exists()


async def on_roll_of(person_ids: Iterable[int], place_path: str) -> set[int]:
    """Those of these people who have a voice at a place now, in one query."""
    homes = Occupancy.filter(person_id__in=list(person_ids), state=ClaimState.CONFIRMED, is_adult=True)
    rows = homes.filter(unit__path__startswith=place_path, person__is_active=True).distinct()
    return {int(str(row)) for row in await rows.values_list("person_id", flat=True)}
