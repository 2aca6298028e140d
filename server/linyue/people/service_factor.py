"""The second factor of staff: a code from an authenticator app. Set up once, asked at sign-in and before risky work."""

from dataclasses import dataclass
from datetime import timedelta

import pyotp
from tortoise.expressions import F

from linyue.base import clock
from linyue.base.crypto import open_text, same, seal_text
from linyue.base.db import unit_of_work
from linyue.base.errors import BaseRefusal, NotFound, Refused
from linyue.base.model import Session
from linyue.base.policy import Actor, Scope, allow
from linyue.base.session import end_all
from linyue.people.model import Person
from linyue.people.rules import PeopleRefusal
from linyue.people.service_roles import roles_of
from linyue.people.service_sign_in import SignedIn, begin_session

STEP_SECONDS = 30
TRIES = 5
BLOCKED_FOR = timedelta(minutes=15)
FRESH_FOR = timedelta(minutes=15)
SIGNED_IN_FOR = timedelta(hours=12)
"""A phone that was left signed in for weeks, and is in other hands today, opens no vote."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the secret to type, or the address in the picture to scan."""

    secret: str
    uri: str


async def begin_enrolment(person_id: int) -> Enrolment:
    """The secret of a factor not yet confirmed; made at the first look. Raises Refused: FACTOR_SET."""
    async with unit_of_work():
        person = await Person.get(id=person_id)
        if person.totp_confirmed_at is not None:
            raise Refused(PeopleRefusal.FACTOR_SET)
        if not person.totp_sealed:
            sealed = seal_text(pyotp.random_base32(), _place(person))
            await Person.filter(id=person_id, totp_sealed="").update(totp_sealed=sealed)
            person = await Person.get(id=person_id)
    secret = open_text(person.totp_sealed, _place(person))
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=person.display_name, issuer_name="Linyue"))


def _place(person: Person) -> str:
    return f"people.totp|{person.public_id}"


async def has_factor(person_id: int) -> bool:
    """Whether a person has set up the second factor."""
    return await Person.filter(id=person_id, totp_confirmed_at__isnull=False).exists()


async def confirm_enrolment(present: Session, code: str) -> SignedIn:
    """Show the first code of a new factor; the session becomes one with a second factor, under a new token.

    Raises Refused: FACTOR_SET, FACTOR_NOT_SET, FACTOR_WRONG, FACTOR_USED, FACTOR_BLOCKED.
    """
    person = await Person.get(id=present.person_id)
    if person.totp_confirmed_at is not None:
        raise Refused(PeopleRefusal.FACTOR_SET)
    await _take(person, code)
    async with unit_of_work() as work:
        await Person.filter(id=person.id).update(totp_confirmed_at=clock.real_now())
        await work.audit(Actor(person_id=person.id), "people.factor.set", f"person:{person.id}")
        return await begin_session(person.id, device=present.device, replaces=present.id, has_second_factor=True)


async def check_factor(present: Session, code: str) -> SignedIn:
    """Show the second factor, at sign-in or again before risky work; the session gets a new token.

    Raises Refused: FACTOR_NOT_SET, FACTOR_WRONG, FACTOR_USED, FACTOR_BLOCKED.
    """
    person = await Person.get(id=present.person_id)
    if person.totp_confirmed_at is None:
        raise Refused(PeopleRefusal.FACTOR_NOT_SET, field="code")
    await _take(person, code)
    return await begin_session(person.id, device=present.device, replaces=present.id, has_second_factor=True)


async def _take(person: Person, code: str) -> None:
    """Accept one code of the present, last or next half minute, each only once; five wrong ones block for a while."""
    if not person.totp_sealed:
        raise Refused(PeopleRefusal.FACTOR_NOT_SET, field="code")
    real = clock.real_now()
    me = Person.filter(id=person.id)
    await me.filter(totp_blocked_until__lte=real).update(totp_blocked_until=None, totp_tries=0)
    if not await me.filter(totp_blocked_until__isnull=True, totp_tries__lt=TRIES).update(
        totp_tries=F("totp_tries") + 1
    ):
        stuck = me.filter(totp_blocked_until__isnull=True, totp_tries__gte=TRIES)
        await stuck.update(totp_blocked_until=real + BLOCKED_FOR)
        raise Refused(PeopleRefusal.FACTOR_BLOCKED, field="code")
    step = _matching_step(open_text(person.totp_sealed, _place(person)), code.strip())
    if step is None:
        await me.filter(totp_tries__gte=TRIES).update(totp_blocked_until=real + BLOCKED_FOR)
        raise Refused(PeopleRefusal.FACTOR_WRONG, field="code")
    if not await me.filter(totp_step__lt=step).update(totp_step=step, totp_tries=0):
        raise Refused(PeopleRefusal.FACTOR_USED, field="code")


def _matching_step(secret: str, code: str) -> int | None:
    now = int(clock.real_now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = [step for step in (now - 1, now, now + 1) if same(totp.generate_otp(step), code)]
    return found[-1] if found else None


def needs_step_up(present: Session | None, within: timedelta = FRESH_FOR) -> bool:
    """Whether the second factor must be shown again before risky work (an export, an edit of a roll).

    The caller then sends the browser to /second-factor?next=….
    """
    if present is None or present.second_factor_at is None:
        return True
    return clock.real_now() - present.second_factor_at > within


def needs_sign_in_again(present: Session | None, within: timedelta = SIGNED_IN_FOR) -> bool:
    """Whether a sign-in is too old to take a meeting's chair with it.

    The caller then sends the browser to /sign-in?again=1&next=….
    """
    return present is None or clock.real_now() - present.created_at > within


async def confirm_for_sample(present: Session) -> SignedIn:
    """Demo mode: a sample account passes without an app. Raises NotFound for a real person."""
    if not await Person.filter(id=present.person_id, is_sample=True).exists():
        raise NotFound()
    return await begin_session(present.person_id, device=present.device, replaces=present.id, has_second_factor=True)


async def drop_factor(actor: Actor, person_id: int) -> None:
    """An administrator has checked who someone is, and lets them set up a new app; their sign-ins end.

    Raises Refused: FORBIDDEN when the person also holds a role outside the administrator's places.
    """
    for held in await roles_of(person_id):
        if not allow(actor, "people.role.edit", Scope(place_path=held.place.path)):
            raise Refused(BaseRefusal.FORBIDDEN)
    async with unit_of_work() as work:
        await Person.filter(id=person_id).update(
            totp_sealed="", totp_confirmed_at=None, totp_step=0, totp_tries=0, totp_blocked_until=None
        )
        await work.audit(actor, "people.factor.drop", f"person:{person_id}")
        await end_all(person_id)
