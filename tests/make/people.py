"""People for tests, made through the services."""

from itertools import count

from linyue.base import clock
from linyue.base.model import Session
from linyue.base.policy import Actor, Role
from linyue.people import service, service_enrol, service_roles
from linyue.people.model import Occupancy, Person
from linyue.people.rules import Tenure
from linyue.places.model import Place

_numbers = count(1)


def a_phone() -> str:
    """A number nobody else in this run has."""
    return f"139{next(_numbers):08d}"


async def make_person(
    name: str = "",
    *,
    phone: str | None = None,
    home: Place | None = None,
    tenure: Tenure = Tenure.OWNER,
    role: Role | None = None,
    place: Place | None = None,
    centre_id: int | None = None,
    **more: object,
) -> Person:
    """An account with a phone of its own (phone="" for none); confirmed in `home`, holding `role` for `place`."""
    number = next(_numbers)
    person = await service.add_person(
        name or f"邻居{number}",
        phone=f"138{number:08d}" if phone is None else phone,
        **more,  # type: ignore[arg-type]
    )
    if home is not None:
        await make_home(person, home, tenure)
    if role is not None:
        assert place is not None
        await service_roles.grant_role(None, person.id, role, place.id, centre_id)
    return person


async def make_home(person: Person, unit: Place, tenure: Tenure = Tenure.OWNER) -> Occupancy:
    """A confirmed enrolment."""
    return await service_enrol.confirm_home(None, person.id, unit, tenure, how="desk")


async def actor_for(person: Person, *, is_second_factor: bool = True) -> Actor:
    """Who this person is to the policy, as after a sign-in (with the second factor unless told)."""
    now = clock.now()
    session = Session(id=0, person_id=person.id, second_factor_at=now if is_second_factor else None)
    return await service.load_actor(session, "zh-CN")
