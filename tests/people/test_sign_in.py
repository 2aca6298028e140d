"""Codes, caps and sessions as the services keep them. True time only: a moved district clock changes nothing."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from linyue.base import session
from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import rules, service_own, service_sign_in
from linyue.people.model import CodePurpose, Person, SignInCode
from linyue.people.rules import PeopleRefusal
from tests.conftest import MovableClock
from tests.make.people import a_phone, actor_for, make_home, make_person
from tests.make.places import make_tree
from tests.people.conftest import Phones, TrueTime


async def refused(work: Awaitable[object]) -> PeopleRefusal:
    with pytest.raises(Refused) as caught:
        await work
    assert isinstance(caught.value.reason, PeopleRefusal)
    return caught.value.reason


async def test_a_known_number_signs_in(db: Settings, phones: Phones) -> None:
    person = await make_person(phone="13800130042")
    asked = await service_sign_in.ask_code("138 0013 0042", "zh-CN")
    assert asked.masked == "138****0042"
    (row,) = await SignInCode.all()
    assert phones.code() not in f"{row.code_hash}{row.phone_sealed}{row.request_hash}"
    shown = await service_sign_in.check_code(asked.token, phones.code())
    assert shown.person is not None and shown.person.id == person.id and not shown.needs_notice
    done = await service_sign_in.sign_in(asked.token, device="Android")
    found = await session.find(done.token)
    assert found is not None and found.person_id == person.id
    assert await refused(service_sign_in.sign_in(asked.token)) is PeopleRefusal.CODE_GONE


async def test_an_unknown_number_accepts_the_notice_first(db: Settings, phones: Phones) -> None:
    asked = await service_sign_in.ask_code("13900130042", "en")
    shown = await service_sign_in.check_code(asked.token, phones.code())
    assert shown.person is None and await Person.all().count() == 0
    assert await refused(service_sign_in.sign_in(asked.token)) is PeopleRefusal.NOTICE_NOT_ACCEPTED
    assert await refused(service_sign_in.accept_and_sign_in(asked.token, " ", "en")) is PeopleRefusal.BAD_NAME
    done = await service_sign_in.accept_and_sign_in(asked.token, "Lin", "en")
    person = await Person.get(id=done.row.person_id)
    assert (person.display_name, person.privacy_version) == ("Lin", rules.PRIVACY_VERSION)


async def test_a_new_notice_asks_again(db: Settings, phones: Phones) -> None:
    person = await make_person(phone="13800130042")
    await Person.filter(id=person.id).update(privacy_version="2020-01")
    asked = await service_sign_in.ask_code("13800130042", "zh-CN")
    assert (await service_sign_in.check_code(asked.token, phones.code())).needs_notice
    await service_sign_in.accept_and_sign_in(asked.token, "", "zh-CN")
    assert (await Person.get(id=person.id)).privacy_version == rules.PRIVACY_VERSION


async def test_five_tries_then_void(db: Settings, phones: Phones) -> None:
    asked = await service_sign_in.ask_code(a_phone(), "zh-CN")
    right = phones.code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(4):
        assert await refused(service_sign_in.check_code(asked.token, wrong)) is PeopleRefusal.CODE_WRONG
    assert await refused(service_sign_in.check_code(asked.token, wrong)) is PeopleRefusal.CODE_GONE
    assert await refused(service_sign_in.check_code(asked.token, right)) is PeopleRefusal.CODE_GONE


async def test_many_guesses_at_once_are_still_five(db: Settings, phones: Phones) -> None:
    asked = await service_sign_in.ask_code(a_phone(), "zh-CN")
    right = phones.code()
    guesses = [f"{n:06d}" for n in range(40) if f"{n:06d}" != right]
    await asyncio.gather(*(refused(service_sign_in.check_code(asked.token, guess)) for guess in guesses))
    (row,) = await SignInCode.all()
    assert row.tries == 5 and row.is_void


async def test_a_code_belongs_to_the_browser_that_asked(db: Settings, phones: Phones, true_time: TrueTime) -> None:
    phone = a_phone()
    first = await service_sign_in.ask_code(phone, "zh-CN")
    old = phones.code()
    assert await refused(service_sign_in.check_code("another-browser", old)) is PeopleRefusal.CODE_GONE
    true_time.move(seconds=61)
    second = await service_sign_in.ask_code(phone, "zh-CN")
    assert await refused(service_sign_in.check_code(first.token, old)) is PeopleRefusal.CODE_GONE
    assert (await service_sign_in.check_code(second.token, phones.code())).person is None
    assert await refused(service_sign_in.check_code(second.token, phones.code())) is PeopleRefusal.CODE_GONE


async def test_a_code_lives_five_true_minutes(
    db: Settings, phones: Phones, true_time: TrueTime, clock: MovableClock
) -> None:
    asked = await service_sign_in.ask_code(a_phone(), "zh-CN")
    clock.move(days=400)
    true_time.move(minutes=4, seconds=59)
    shown = await service_sign_in.check_code(asked.token, phones.code())
    assert shown.person is None
    true_time.move(minutes=16)
    assert await refused(service_sign_in.proved(asked.token)) is PeopleRefusal.CODE_GONE
    late = await service_sign_in.ask_code(a_phone(), "zh-CN")
    true_time.move(minutes=5, seconds=1)
    assert await refused(service_sign_in.check_code(late.token, phones.code())) is PeopleRefusal.CODE_GONE


async def test_caps_of_one_number(db: Settings, phones: Phones, true_time: TrueTime) -> None:
    phone = a_phone()
    await service_sign_in.ask_code(phone, "zh-CN")
    assert await refused(service_sign_in.ask_code(phone, "zh-CN")) is PeopleRefusal.CODE_TOO_SOON
    for _ in range(60):
        true_time.move(minutes=13)
        try:
            await service_sign_in.ask_code(phone, "zh-CN")
        except Refused as refusal:
            assert refusal.reason is PeopleRefusal.CODE_TOO_MANY
    assert len(phones.sent) <= 10
    assert await refused(service_sign_in.ask_code("+1 4155550100", "zh-CN")) is PeopleRefusal.BAD_PHONE


async def test_strangers_cannot_spend_the_budget_of_the_roll(db: Settings, phones: Phones) -> None:
    tree = await make_tree()
    neighbour = "13700130042"
    await make_person(phone=neighbour, home=tree.units[0])
    asked = [await service_sign_in.ask_code(a_phone(), "zh-CN") for _ in range(80)]
    assert len(phones.sent) == 60 and all(one.token and one.masked for one in asked)
    await service_sign_in.ask_code(neighbour, "zh-CN")
    assert phones.sent[-1][0] == f"+86{neighbour}"


async def test_caps_hold_when_many_ask_at_once(db: Settings, phones: Phones) -> None:
    phone = a_phone()
    answers = await asyncio.gather(
        *(service_sign_in.ask_code(phone, "zh-CN") for _ in range(20)), return_exceptions=True
    )
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1 and len(phones.sent) == 1


async def test_nothing_is_logged(db: Settings, phones: Phones, capfd: pytest.CaptureFixture[str]) -> None:
    await service_sign_in.ask_code("13800130042", "zh-CN")
    out, err = capfd.readouterr()
    assert phones.code() not in out + err and "13800130042" not in out + err


async def test_sessions_end_by_idling_and_by_age(db: Settings, true_time: TrueTime) -> None:
    tree = await make_tree()
    resident, clerk = await make_person(), await make_person(role=Role.SUPERVISOR, place=tree.district)
    one = await service_sign_in.begin_session(resident.id)
    two = await service_sign_in.begin_session(clerk.id, has_second_factor=True)
    assert not one.is_staff and two.is_staff
    true_time.move(minutes=31)
    assert await session.find(two.token) is None and await session.find(one.token) is not None
    true_time.move(days=13)
    assert await session.find(one.token) is not None
    true_time.move(days=14, minutes=2)
    assert await session.find(one.token) is None
    long = await service_sign_in.begin_session(resident.id)
    for _ in range(89):
        true_time.move(days=1)
        assert await session.find(long.token) is not None
    true_time.move(days=1, minutes=1)
    assert await session.find(long.token) is None


async def test_changing_the_number_needs_both_phones(db: Settings, phones: Phones, true_time: TrueTime) -> None:
    person = await make_person(phone="13800130042")
    here = await service_sign_in.begin_session(person.id)
    elsewhere = await service_sign_in.begin_session(person.id)
    actor = await actor_for(person)
    actor = type(actor)(person_id=person.id, session_id=str(here.row.id))
    old = await service_sign_in.ask_code("13800130042", "zh-CN", purpose=CodePurpose.OLD_PHONE, person_id=person.id)
    await service_sign_in.check_code(old.token, phones.code(), CodePurpose.OLD_PHONE)
    new = await service_sign_in.ask_code("13900130043", "zh-CN", purpose=CodePurpose.NEW_PHONE, person_id=person.id)
    assert await refused(service_own.change_phone(actor, old.token, new.token)) is PeopleRefusal.CODE_GONE
    await service_sign_in.check_code(new.token, phones.code(), CodePurpose.NEW_PHONE)
    assert await refused(service_sign_in.sign_in(new.token)) is PeopleRefusal.CODE_GONE
    await service_own.change_phone(actor, old.token, new.token)
    assert await session.find(elsewhere.token) is None and await session.find(here.token) is not None
    assert phones.sent[-1][0] == "+8613800130042"


async def test_old_codes_are_forgotten(db: Settings, phones: Phones, true_time: TrueTime) -> None:
    await service_sign_in.ask_code(a_phone(), "zh-CN")
    true_time.move(minutes=30)
    await service_sign_in.forget_old_codes()
    assert (await SignInCode.get()).phone_sealed == ""
    true_time.move(**{"seconds": timedelta(days=3).total_seconds()})
    await service_sign_in.forget_old_codes()
    assert await SignInCode.all().count() == 0


async def test_the_budget_grows_with_the_roll(db: Settings) -> None:
    tree = await make_tree()
    assert await service_sign_in._people_on_rolls() == 0
    owner = await make_person(home=tree.units[0])
    await make_home(owner, tree.units[1])
    await make_person(home=tree.units[2])
    assert await service_sign_in._people_on_rolls() == 2
