"""Sample accounts for a demo on this machine: the list by role, and the sign-in that asks nothing."""

from collections import defaultdict
from dataclasses import dataclass

from linyue.base.errors import NotFound
from linyue.base.policy import Role
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.rules import PRIVACY_VERSION, ClaimState
from linyue.people.service_sign_in import SignedIn, begin_session
from linyue.places.service import addresses_of

ORDER = [role.value for role in Role]


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """One line of the list."""

    public_id: str
    name: str
    place: str


async def sample_accounts(lang: str) -> list[tuple[str, list[SampleAccount]]]:
    """Sample people who stand on the list, by the heading in `demo_role`, residents first."""
    people = await Person.filter(is_sample=True, is_active=True).exclude(demo_role="").order_by("id")
    ids = [person.id for person in people]
    places: dict[int, str] = {}
    homes = await Occupancy.filter(person_id__in=ids, state=ClaimState.CONFIRMED).order_by("id").select_related("unit")
    addresses = await addresses_of([home.unit.path for home in homes], lang)
    for home in homes:
        places.setdefault(home.person_id, addresses[home.unit.path])
    for grant in await RoleGrant.filter(person_id__in=ids, ends_at__isnull=True).select_related("place"):
        if grant.role is not Role.RESIDENT:
            places[grant.person_id] = _name(grant.place, lang)
    groups: dict[str, list[SampleAccount]] = defaultdict(list)
    for person in people:
        account = SampleAccount(person.public_id, person.display_name, places.get(person.id, ""))
        groups[person.demo_role].append(account)
    return sorted(groups.items(), key=lambda g: ORDER.index(g[0]) if g[0] in ORDER else len(ORDER))


def _name(place: object, lang: str) -> str:
    zh, en = getattr(place, "name_zh", ""), getattr(place, "name_en", "")
    return str(zh if lang == "zh-CN" else en or zh)


async def sign_in_sample(public_id: str, *, device: str = "", replaces: int | None = None) -> SignedIn:
    """Sign in as a listed sample person, the second factor taken as shown. Raises NotFound for anybody else."""
    person = await Person.filter(public_id=public_id, is_sample=True, is_active=True).exclude(demo_role="").first()
    if person is None:
        raise NotFound()
    await Person.filter(id=person.id, privacy_version="").update(privacy_version=PRIVACY_VERSION)
    return await begin_session(person.id, device=device, replaces=replaces, has_second_factor=True)
