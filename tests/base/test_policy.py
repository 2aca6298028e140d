"""The policy table: default deny, and each kind of rule against each kind of actor."""

import pytest

from linyue.base.policy import (
    ANYONE,
    ANYONE_IF_PUBLIC,
    LIVES_HERE,
    NOBODY,
    PARTY,
    POLICY,
    SIGNED_IN,
    STAFF,
    Actor,
    Grant,
    Role,
    Scope,
    Who,
    allow,
    office,
    role,
)
from linyue.base.routing import page

HERE, INSIDE, BESIDE = "/1/4/", "/1/4/17/", "/1/40/"
WORKER = Actor(person_id=7, grants=(Grant(Role.SOCIAL_WORKER, HERE),))
CLERK = Actor(person_id=8, grants=(Grant(Role.CENTRE_CLERK, "/1/", centre_id=3),))
RESIDENT = Actor(person_id=9, homes=(f"{INSIDE}20/",))


@pytest.mark.parametrize(
    ("who", "actor", "scope", "is_in"),
    [
        (ANYONE, NOBODY, None, True),
        (ANYONE_IF_PUBLIC, NOBODY, Scope(), True),
        (ANYONE_IF_PUBLIC, NOBODY, Scope(is_public=False), False),
        (SIGNED_IN, NOBODY, None, False),
        (SIGNED_IN, RESIDENT, Scope(place_path=BESIDE), True),
        (PARTY, RESIDENT, Scope(person_ids=frozenset({9})), True),
        (PARTY, RESIDENT, Scope(person_ids=frozenset({7})), False),
        (PARTY, RESIDENT, None, False),
        (PARTY, NOBODY, Scope(), False),
        (office("chair"), RESIDENT, Scope(offices={"chair": frozenset({9})}), True),
        (office("chair"), RESIDENT, Scope(offices={"recorder": frozenset({9})}), False),
        (office("chair"), RESIDENT, None, False),
        (LIVES_HERE, RESIDENT, Scope(place_path=HERE), True),
        (LIVES_HERE, RESIDENT, Scope(place_path=BESIDE), False),
        (LIVES_HERE, WORKER, Scope(place_path=HERE), False),
        (role(Role.SOCIAL_WORKER), WORKER, Scope(place_path=INSIDE), True),
        (role(Role.SOCIAL_WORKER), WORKER, Scope(place_path=HERE), True),
        (role(Role.SOCIAL_WORKER), WORKER, Scope(place_path=BESIDE), False),
        (role(Role.SOCIAL_WORKER), WORKER, Scope(place_path="/1/"), False),
        (role(Role.SOCIAL_WORKER), WORKER, Scope(), False),
        (role(Role.SOCIAL_WORKER), WORKER, None, True),
        (role(Role.SUPERVISOR), WORKER, None, False),
        (role(Role.CENTRE_CLERK), CLERK, Scope(place_path=HERE, centre_id=3), True),
        (role(Role.CENTRE_CLERK), CLERK, Scope(place_path=HERE, centre_id=4), False),
        (role(Role.CENTRE_CLERK), CLERK, Scope(place_path=HERE), False),
        (role(Role.SOCIAL_WORKER), NOBODY, Scope(place_path=INSIDE), False),
    ],
)
def test_who_is_covered(who: Who, actor: Actor, scope: Scope | None, is_in: bool) -> None:
    assert who.covers(actor, scope) is is_in


def test_unknown_actions_stop_everything() -> None:
    with pytest.raises(LookupError):
        allow(WORKER, "people.fly")
    with pytest.raises(LookupError):
        page("/fly", None, action="people.fly")  # type: ignore[arg-type]


def test_an_action_without_a_rule_admits_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICY, "test.nobody", ())
    assert not any(allow(actor, "test.nobody") for actor in (NOBODY, WORKER, CLERK, RESIDENT))


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("people.sign_in", set(Role) | {None}),
        ("people.notice", set(Role) | {None}),
        ("people.me", set(Role)),
        ("people.home.claim", set(Role)),
        ("people.claim.read", {Role.SOCIAL_WORKER}),
        ("people.claim.decide", {Role.SOCIAL_WORKER}),
        ("people.enrol", {Role.SOCIAL_WORKER}),
        ("people.phone.reset", {Role.SOCIAL_WORKER}),
        ("people.unit_code.make", {Role.SOCIAL_WORKER}),
        ("people.roll.import", {Role.ADMINISTRATOR}),
        ("people.role.list", {Role.ADMINISTRATOR}),
        ("people.role.edit", {Role.ADMINISTRATOR}),
        ("places.admin", {Role.ADMINISTRATOR}),
        ("places.import", {Role.ADMINISTRATOR}),
    ],
)
def test_people_and_places_by_role(action: str, allowed: set[Role | None]) -> None:
    here = Scope(place_path=INSIDE)
    actors: dict[Role | None, Actor] = {r: Actor(person_id=1, grants=(Grant(r, HERE),)) for r in Role}
    assert {r for r, actor in (actors | {None: NOBODY}).items() if allow(actor, action, here)} == allowed


def test_staff_is_whoever_sees_other_peoples_affairs() -> None:
    reading = ("matters.read", "people.claim.read", "people.role.list", "matters.batch", "matters.inbox")
    found = {role for action in reading for who in POLICY[action] if who.kind == "role" for role in who.roles}
    assert found == STAFF
