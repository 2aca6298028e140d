"""The second factor: set up once, each code once, five wrong ones block."""

from collections.abc import Awaitable

import pyotp
import pytest

from linyue.base import session
from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import service_factor, service_sign_in
from linyue.people.model import Person
from linyue.people.rules import PeopleRefusal
from linyue.people.service_sign_in import SignedIn
from tests.make.people import actor_for, make_person
from tests.make.places import make_tree
from tests.people.conftest import TrueTime


async def refused(work: Awaitable[object]) -> PeopleRefusal:
    with pytest.raises(Refused) as caught:
        await work
    assert isinstance(caught.value.reason, PeopleRefusal)
    return caught.value.reason


async def staff_with_app(true_time: TrueTime) -> tuple[Person, SignedIn, pyotp.TOTP]:
    tree = await make_tree()
    person = await make_person(role=Role.SOCIAL_WORKER, place=tree.community)
    begun = await service_sign_in.begin_session(person.id)
    app = pyotp.TOTP((await service_factor.begin_enrolment(person.id)).secret)
    done = await service_factor.confirm_enrolment(begun.row, code_now(app))
    true_time.move(minutes=1)
    return person, done, app


def code_now(app: pyotp.TOTP) -> str:
    return app.at(service_factor.clock.real_now())


async def test_setting_up_gives_a_new_session_with_roles(db: Settings, true_time: TrueTime) -> None:
    tree = await make_tree()
    person = await make_person(role=Role.SOCIAL_WORKER, place=tree.community)
    begun = await service_sign_in.begin_session(person.id)
    enrolment = await service_factor.begin_enrolment(person.id)
    assert enrolment == await service_factor.begin_enrolment(person.id)
    assert enrolment.secret not in (await Person.get(id=person.id)).totp_sealed
    done = await service_factor.confirm_enrolment(begun.row, code_now(pyotp.TOTP(enrolment.secret)))
    assert await session.find(begun.token) is None
    fresh = await session.find(done.token)
    assert fresh is not None and fresh.second_factor_at is not None and fresh.is_staff
    assert await refused(service_factor.begin_enrolment(person.id)) is PeopleRefusal.FACTOR_SET


async def test_a_code_is_taken_once(db: Settings, true_time: TrueTime) -> None:
    _, begun, app = await staff_with_app(true_time)
    code = code_now(app)
    done = await service_factor.check_factor(begun.row, code)
    assert await refused(service_factor.check_factor(done.row, code)) is PeopleRefusal.FACTOR_USED
    true_time.move(seconds=30)
    assert (await service_factor.check_factor(done.row, code_now(app))).row.second_factor_at is not None


async def test_five_wrong_codes_block_for_a_while(db: Settings, true_time: TrueTime) -> None:
    _, begun, app = await staff_with_app(true_time)
    good = {app.at(service_factor.clock.real_now(), counter_offset=n) for n in (-1, 0, 1)}
    wrong = next(f"{n:06d}" for n in range(10) if f"{n:06d}" not in good)
    for _ in range(5):
        assert await refused(service_factor.check_factor(begun.row, wrong)) is PeopleRefusal.FACTOR_WRONG
    assert await refused(service_factor.check_factor(begun.row, code_now(app))) is PeopleRefusal.FACTOR_BLOCKED
    true_time.move(minutes=15, seconds=1)
    assert (await service_factor.check_factor(begun.row, code_now(app))).is_staff


async def test_step_up_is_asked_after_a_quarter_of_an_hour(db: Settings, true_time: TrueTime) -> None:
    person, begun, _ = await staff_with_app(true_time)
    assert not service_factor.needs_step_up(begun.row)
    true_time.move(minutes=15)
    assert service_factor.needs_step_up(begun.row) and service_factor.needs_step_up(None)
    plain = await service_sign_in.begin_session(person.id)
    assert service_factor.needs_step_up(plain.row)


async def test_an_administrator_resets_an_app_inside_their_places_only(db: Settings, true_time: TrueTime) -> None:
    person, begun, _ = await staff_with_app(true_time)
    tree = await make_tree()
    stranger = await make_person(role=Role.ADMINISTRATOR, place=tree.community)
    with pytest.raises(Refused):
        await service_factor.drop_factor(await actor_for(stranger), person.id)
    grant = (await service_factor.roles_of(person.id))[0]
    admin = await make_person(role=Role.ADMINISTRATOR, place=grant.place)
    await service_factor.drop_factor(await actor_for(admin), person.id)
    assert not await service_factor.has_factor(person.id) and await session.find(begun.token) is None
