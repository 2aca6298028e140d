"""From a claim to a voice: by the social worker, by a posted code, at the desk. And the roles that go with it."""

from collections.abc import Awaitable

import pytest

from linyue.base import notify, ratelimit, session
from linyue.base.errors import Refused
from linyue.base.model import AuditEntry
from linyue.base.policy import Role, Scope, allow
from linyue.base.settings import Settings
from linyue.people import service, service_enrol, service_roles, service_sign_in, service_slips
from linyue.people.model import UnitCode
from linyue.people.rules import ClaimState, PeopleRefusal, Tenure
from tests.conftest import MovableClock
from tests.make.people import actor_for, make_person
from tests.make.places import make_tree


async def refused(work: Awaitable[object]) -> PeopleRefusal:
    with pytest.raises(Refused) as caught:
        await work
    assert isinstance(caught.value.reason, PeopleRefusal)
    return caught.value.reason


async def test_a_claim_gives_no_voice_until_it_is_confirmed(db: Settings) -> None:
    tree = await make_tree()
    worker = await make_person(role=Role.SOCIAL_WORKER, place=tree.community)
    person = await make_person("林海")
    actor = await actor_for(person)
    claim = await service_enrol.claim_home(actor, tree.units[0].id, Tenure.OWNER, legal_name="林大海")
    assert (await notify.inbox(worker.id))[0].key == "people-told-claim-came"
    assert await service.roll_of(tree.community) == [] and not (await actor_for(person)).is_confirmed
    again = service_enrol.claim_home(actor, tree.units[0].id, Tenure.OWNER)
    assert await refused(again) is PeopleRefusal.ALREADY_CLAIMED
    desk = await actor_for(worker)
    (shown,) = await service_enrol.open_claims(desk)
    assert shown.legal_name == "林大海" and shown.phone.count("*") == 4
    await service_enrol.confirm_claim(desk, claim.id)
    assert [m.person_id for m in await service.roll_of(tree.building)] == [person.id]
    assert (await actor_for(person)).homes == (tree.units[0].path,)
    assert await refused(service_enrol.refuse_claim_of(desk, claim.id, "迟了")) is PeopleRefusal.CLAIM_DECIDED
    actions = await AuditEntry.all().order_by("seq").values_list("action", flat=True)
    assert [a for a in actions if str(a).startswith("people.")][-3:] == [
        "people.home.claim",
        "people.claim.read",
        "people.claim.confirmed",
    ]


async def test_a_refused_claim_tells_why_and_may_be_made_again(db: Settings) -> None:
    tree = await make_tree()
    worker = await actor_for(await make_person(role=Role.SOCIAL_WORKER, place=tree.community))
    person = await make_person()
    claim = await service_enrol.claim_home(await actor_for(person), tree.units[0].id, Tenure.TENANT)
    await service_enrol.refuse_claim_of(worker, claim.id, "请带租房合同")
    (told,) = await notify.inbox(person.id)
    assert told.key == "people-told-claim-refused" and told.args == {"reason": "请带租房合同"}
    same = await service_enrol.claim_home(await actor_for(person), tree.units[0].id, Tenure.TENANT)
    assert same.id == claim.id and same.state is ClaimState.CLAIMED and same.reason == ""


async def test_workers_see_the_claims_of_their_own_community(db: Settings) -> None:
    tree = await make_tree()
    worker = await actor_for(await make_person(role=Role.SOCIAL_WORKER, place=tree.other_community))
    await service_enrol.claim_home(await actor_for(await make_person()), tree.units[0].id, Tenure.OWNER)
    assert await service_enrol.open_claims(worker) == []
    assert not allow(worker, "people.claim.decide", Scope(place_path=tree.units[0].path))
    assert allow(worker, "people.claim.decide", Scope(place_path=tree.other_unit.path))


async def test_minors_live_here_without_a_vote(db: Settings) -> None:
    tree = await make_tree()
    worker = await actor_for(await make_person(role=Role.SOCIAL_WORKER, place=tree.community))
    person = await make_person()
    claim = await service_enrol.claim_home(await actor_for(person), tree.units[0].id, Tenure.OWNER, is_adult=False)
    await service_enrol.confirm_claim(worker, claim.id)
    actor = await actor_for(person)
    assert actor.is_confirmed and not await service.is_on_roll(actor, tree.community.path)
    assert await service.roll_of(tree.community) == []


async def test_a_claim_is_on_one_unit(db: Settings) -> None:
    tree = await make_tree()
    actor = await actor_for(await make_person())
    assert await refused(service_enrol.claim_home(actor, tree.building.id, Tenure.OWNER)) is PeopleRefusal.NOT_A_UNIT


async def test_a_posted_code_works_once(db: Settings) -> None:
    tree = await make_tree()
    worker = await actor_for(await make_person(role=Role.SOCIAL_WORKER, place=tree.community))
    sheet = await service_slips.make_unit_codes(worker, tree.building, Tenure.OWNER)
    slips = await service_slips.slips_of(sheet)
    assert [s.unit.id for s in slips] == [u.id for u in tree.units[:2]]
    stored = await UnitCode.filter(sheet=sheet)
    assert all(slips[0].code.replace(" ", "") not in f"{row.code_hash}{row.code_sealed}" for row in stored)
    one, two = await make_person(), await make_person()
    unit = await service_slips.use_unit_code(await actor_for(one), slips[0].code.lower(), "a")
    assert unit.id == tree.units[0].id
    again = service_slips.use_unit_code(await actor_for(two), slips[0].code, "a")
    assert await refused(again) is PeopleRefusal.UNIT_CODE_WRONG
    assert [m.person_id for m in await service.roll_of(tree.community)] == [one.id]
    await service_slips.put_away(worker, sheet)
    assert await service_slips.slips_of(sheet) == []
    await service_slips.use_unit_code(await actor_for(two), slips[1].code, "a")
    assert len(await service.roll_of(tree.community)) == 2


async def test_codes_lapse_by_time_and_by_a_new_sheet(db: Settings, clock: MovableClock) -> None:
    tree = await make_tree()
    worker = await actor_for(await make_person(role=Role.SOCIAL_WORKER, place=tree.community))
    actor = await actor_for(await make_person())
    old = await service_slips.slips_of(await service_slips.make_unit_codes(worker, tree.building, Tenure.TENANT))
    new = await service_slips.slips_of(await service_slips.make_unit_codes(worker, tree.building, Tenure.TENANT))
    assert await refused(service_slips.use_unit_code(actor, old[0].code, "a")) is PeopleRefusal.UNIT_CODE_WRONG
    clock.move(days=31)
    assert await refused(service_slips.use_unit_code(actor, new[0].code, "a")) is PeopleRefusal.UNIT_CODE_WRONG


async def test_guessing_codes_is_limited(db: Settings) -> None:
    await ratelimit.reset()
    actor = await actor_for(await make_person())
    seen = [await refused(service_slips.use_unit_code(actor, "AAAA2222", "b")) for _ in range(6)]
    assert seen == [PeopleRefusal.UNIT_CODE_WRONG] * 5 + [PeopleRefusal.UNIT_CODE_TRIES]


async def test_someone_without_a_phone_is_enrolled_at_the_desk(db: Settings) -> None:
    tree = await make_tree()
    worker = await actor_for(await make_person(role=Role.SOCIAL_WORKER, place=tree.community))
    person = await service_enrol.enrol_at_desk(worker, tree.units[0], Tenure.OWNER, legal_name="王秀英")
    assert person.display_name == "王**" and person.phone_index is None
    assert service.legal_name_of(person) == "王秀英" and "王秀英" not in person.name_sealed
    assert [m.person_id for m in await service.roll_of(tree.building)] == [person.id]
    twice = service_enrol.enrol_at_desk(worker, tree.units[0], Tenure.OWNER, legal_name="王秀英")
    assert await refused(twice) is PeopleRefusal.ALREADY_HOME


async def test_a_changed_role_ends_sign_ins(db: Settings) -> None:
    tree = await make_tree()
    admin = await make_person(role=Role.ADMINISTRATOR, place=tree.district)
    person = await make_person()
    before = await service_sign_in.begin_session(person.id)
    grant = await service_roles.grant_role(await actor_for(admin), person.id, Role.SUPERVISOR, tree.district.id)
    assert await session.find(before.token) is None
    during = await service_sign_in.begin_session(person.id, has_second_factor=True)
    assert during.is_staff
    again = service_roles.grant_role(None, person.id, Role.SUPERVISOR, tree.district.id)
    assert await refused(again) is PeopleRefusal.ROLE_HELD
    await service_roles.end_role(await actor_for(admin), grant.id)
    assert await session.find(during.token) is None
    assert (await actor_for(person)).grants == ()
    assert await refused(service_roles.end_role(None, grant.id)) is PeopleRefusal.ROLE_ENDED


async def test_the_last_administrator_stays(db: Settings) -> None:
    tree = await make_tree()
    admin = await make_person(role=Role.ADMINISTRATOR, place=tree.district)
    (held,) = await service_roles.roles_of(admin.id)
    assert await refused(service_roles.end_role(None, held.grant_id)) is PeopleRefusal.LAST_ADMINISTRATOR


async def test_appointing_by_phone_inside_ones_own_places(db: Settings) -> None:
    tree = await make_tree()
    admin = await actor_for(await make_person(role=Role.ADMINISTRATOR, place=tree.community))
    grant = await service_roles.appoint(admin, "13912345678", "陈社工", Role.SOCIAL_WORKER, tree.community.code)
    new = await service.find_by_phone("13912345678")
    assert new is not None and new.id == grant.person_id and new.privacy_version == ""
    outside = service_roles.appoint(admin, "13912345678", "", Role.SOCIAL_WORKER, tree.other_community.code)
    assert await refused(outside) is PeopleRefusal.NO_PLACE
    nobody = service_roles.appoint(admin, "nobody", "", Role.VOLUNTEER, tree.community.code)
    assert await refused(nobody) is PeopleRefusal.NO_PERSON
    clerk = service_roles.appoint(admin, "13912345678", "", Role.CENTRE_CLERK, tree.community.code)
    assert await refused(clerk) is PeopleRefusal.NEEDS_CENTRE
