"""What people do about themselves: sign in, enrol, be granted a role. The only writer of this slice."""

from linyue.base import clock
from linyue.base.model import Session
from linyue.base.policy import NOBODY, STAFF, Actor, Grant
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.rules import ClaimState


async def load_actor(session: Session, lang: str) -> Actor:
    """Who a session belongs to, with the roles and homes that are in force now."""
    person = await Person.get_or_none(id=session.person_id)
    if person is None or not person.is_active:
        return NOBODY
    now = clock.now()
    grants = await RoleGrant.filter(person_id=person.id, starts_at__lte=now).select_related("place")
    live = [g for g in grants if g.ends_at is None or g.ends_at > now]
    homes = await Occupancy.filter(person_id=person.id, state=ClaimState.CONFIRMED).select_related("unit")
    is_second = session.second_factor_at is not None
    active = [g for g in live if is_second or g.role not in STAFF]
    return Actor(
        person_id=person.id,
        session_id=str(session.id),
        name=person.display_name,
        grants=tuple(Grant(g.role, g.place.path, g.centre_id) for g in active),
        homes=tuple(o.unit.path for o in homes),
        is_second_factor=is_second,
        needs_second_factor=len(active) < len(live),
        lang=lang,
    )
