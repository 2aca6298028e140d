"""Signing in by phone and code: asking for a code, proving it, accepting the notice, beginning and ending sessions.

Everything here runs on true time. Known and unknown numbers get the same answers.
"""

import secrets
from dataclasses import dataclass

from tortoise.expressions import F
from tortoise.functions import Count

from linyue.base import clock, session
from linyue.base.crypto import blind_index, keyed_hash, open_text, same, seal_text, token_hash
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.model import Session
from linyue.base.policy import STAFF
from linyue.people import sms
from linyue.people.model import CodeGate, CodePurpose, Occupancy, Person, RoleGrant, SignInCode
from linyue.people.rules import PRIVACY_VERSION, ClaimState, PeopleRefusal, is_live, mask_phone, normalise_phone
from linyue.people.rules_sign_in import (
    A_DAY,
    CODE_LIFE,
    CODE_TRIES,
    PROVED_LIFE,
    day_budget,
    leaves,
    refuse_send,
)
from linyue.people.service import add_person


@dataclass(frozen=True, slots=True)
class Asked:
    """A code was asked for: the browser's half of the secret, and the number as it may be shown."""

    token: str
    masked: str


@dataclass(frozen=True, slots=True)
class Proved:
    """A browser that has shown the code: the number is its own."""

    code_id: int
    phone: str
    person: Person | None

    @property
    def needs_notice(self) -> bool:
        """Whether the present privacy notice is still to be accepted."""
        return self.person is None or self.person.privacy_version != PRIVACY_VERSION


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session and its token for the cookie."""

    row: Session
    token: str
    is_staff: bool


async def ask_code(
    phone: str, lang: str, *, purpose: CodePurpose = CodePurpose.SIGN_IN, person_id: int | None = None
) -> Asked:
    """Send a new code to a phone; the old one is void. Known and unknown numbers get the same answer.

    Raises Refused: BAD_PHONE, CODE_TOO_SOON, CODE_TOO_MANY, CODE_DAY_FULL.
    """
    number = normalise_phone(phone)
    if number is None:
        raise Refused(PeopleRefusal.BAD_PHONE, field="phone")
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06d}"
    request = token_hash(token)
    index, real = blind_index(number), clock.real_now()
    async with unit_of_work():
        await _wait_in_line()
        today = SignInCode.filter(sent_at__gt=real - A_DAY)
        asked = [row.sent_at for row in await today.filter(phone_index=index)]
        budget = day_budget(await _people_on_rolls())
        refusal = refuse_send(asked, await today.filter(is_sent=True).count(), budget, real)
        if refusal:
            raise Refused(refusal, field="phone")
        is_known = await _is_known(index)
        is_sent = leaves(is_known, await today.filter(is_sent=True, is_known=False).count(), budget)
        await SignInCode.filter(phone_index=index, used_at__isnull=True).update(is_void=True, phone_sealed="")
        await SignInCode.create(
            purpose=purpose,
            person_id=person_id,
            phone_index=index,
            phone_sealed=seal_text(number, f"people.code|{request}"),
            request_hash=request,
            code_hash=keyed_hash("code", f"{request}|{code}"),
            sent_at=real,
            expires_at=real + CODE_LIFE,
            is_known=is_known,
            is_sent=is_sent,
        )
    if is_sent:
        await sms.send(number, t(lang, "people-sms-code", code=code))
    return Asked(token, mask_phone(number))


async def _wait_in_line() -> None:
    """Take the one row that orders all who ask, so that counting and sending are one step on both databases."""
    await CodeGate.bulk_create([CodeGate(id=1)], ignore_conflicts=True)
    await CodeGate.filter(id=1).update(taken=F("taken") + 1)


async def _is_known(index: str) -> bool:
    """Whether the number's owner is on some roll or holds a role; both questions are always asked."""
    home = await Occupancy.filter(person__phone_index=index, state=ClaimState.CONFIRMED).exists()
    grant = await RoleGrant.filter(person__phone_index=index, ends_at__isnull=True).exists()
    return home or grant


async def _people_on_rolls() -> int:
    confirmed = Occupancy.filter(state=ClaimState.CONFIRMED).annotate(people=Count("person_id", distinct=True))
    (number,) = await confirmed.values_list("people", flat=True)
    return int(str(number))


async def masked_phone_for(token: str) -> str:
    """The number a code went to, masked, for the browser that asked; empty when there is no such request."""
    row = await SignInCode.get_or_none(request_hash=token_hash(token)) if token else None
    return mask_phone(_phone_in(row)) if row is not None and row.phone_sealed else ""


def _phone_in(row: SignInCode) -> str:
    return open_text(row.phone_sealed, f"people.code|{row.request_hash}") if row.phone_sealed else ""


async def check_code(token: str, text: str, purpose: CodePurpose = CodePurpose.SIGN_IN) -> Proved:
    """Prove a code in the browser that asked for it. Five tries, then it is void; once right, it is used.

    Raises Refused: CODE_GONE (void, lapsed, used, of another browser), CODE_WRONG with `left` tries.
    """
    request, real = token_hash(token), clock.real_now()
    open_rows = SignInCode.filter(request_hash=request, purpose=purpose, used_at__isnull=True, is_void=False)
    async with unit_of_work():  # ends before any refusal: a wrong try must stay counted
        counted = await open_rows.filter(expires_at__gt=real, tries__lt=CODE_TRIES).update(tries=F("tries") + 1)
        row = await SignInCode.get_or_none(request_hash=request) if counted else None
        is_right = row is not None and same(row.code_hash, keyed_hash("code", f"{request}|{text.strip()}"))
        used = await open_rows.update(used_at=real) if is_right else 0
        if row is not None and not is_right and row.tries >= CODE_TRIES:
            await open_rows.update(is_void=True, phone_sealed="")
    if row is None or (is_right and not used):
        raise Refused(PeopleRefusal.CODE_GONE, field="code")
    if not is_right:
        left = CODE_TRIES - row.tries
        if left <= 0:
            raise Refused(PeopleRefusal.CODE_GONE, field="code")
        raise Refused(PeopleRefusal.CODE_WRONG, field="code", left=left)
    return await proved(token, purpose)


async def proved(token: str, purpose: CodePurpose = CodePurpose.SIGN_IN) -> Proved:
    """The number a browser has proved and not used yet. Raises Refused: CODE_GONE."""
    row = await SignInCode.get_or_none(request_hash=token_hash(token), purpose=purpose) if token else None
    if row is None or row.used_at is None or row.spent_at is not None or row.is_void or not row.phone_sealed:
        raise Refused(PeopleRefusal.CODE_GONE)
    if clock.real_now() - row.used_at > PROVED_LIFE:
        raise Refused(PeopleRefusal.CODE_GONE)
    person = await Person.get_or_none(phone_index=row.phone_index)
    if person is not None and not person.is_active:
        raise Refused(PeopleRefusal.CODE_GONE)
    return Proved(row.id, _phone_in(row), person)


async def spend(shown: Proved) -> None:
    """Use up a proved code inside the caller's unit of work. Raises Refused: CODE_GONE."""
    real = clock.real_now()
    if not await SignInCode.filter(id=shown.code_id, spent_at__isnull=True).update(spent_at=real, phone_sealed=""):
        raise Refused(PeopleRefusal.CODE_GONE)


async def sign_in(token: str, *, device: str = "", replaces: int | None = None) -> SignedIn:
    """Begin a session for a proved number whose owner has accepted the present notice.

    `replaces` is the session this browser had; it ends. Raises Refused: CODE_GONE, NOTICE_NOT_ACCEPTED.
    """
    shown = await proved(token)
    if shown.person is None or shown.needs_notice:
        raise Refused(PeopleRefusal.NOTICE_NOT_ACCEPTED)
    async with unit_of_work():
        await spend(shown)
        return await begin_session(shown.person.id, device=device, replaces=replaces)


async def accept_and_sign_in(
    token: str, display_name: str, lang: str, *, device: str = "", replaces: int | None = None
) -> SignedIn:
    """Accept the privacy notice with a chosen name: the first time this opens the account, later it renews the consent.

    Raises Refused: CODE_GONE, BAD_NAME.
    """
    shown = await proved(token)
    async with unit_of_work() as work:
        await spend(shown)
        person = shown.person
        if person is None:
            person = await add_person(display_name, phone=shown.phone, lang=lang)
        else:
            await Person.filter(id=person.id).update(privacy_version=PRIVACY_VERSION, privacy_at=clock.now())
        await work.audit(None, "people.notice.accept", f"person:{person.id}", version=PRIVACY_VERSION)
        return await begin_session(person.id, device=device, replaces=replaces)


async def begin_session(
    person_id: int, *, device: str = "", replaces: int | None = None, has_second_factor: bool = False
) -> SignedIn:
    """Open a session with a new token; the browser's old one ends. Staff get the short life of a staff sign-in."""
    now = clock.now()
    grants = await RoleGrant.filter(person_id=person_id)
    is_staff = any(g.role in STAFF and is_live(g.starts_at, g.ends_at, now) for g in grants)
    async with unit_of_work() as work:
        if replaces is not None:
            await session.end(replaces)
        await work.audit(None, "people.sign_in", f"person:{person_id}", second_factor=has_second_factor)
        row, token = await session.begin(
            person_id, is_staff=is_staff, device=device, has_second_factor=has_second_factor
        )
    return SignedIn(row, token, is_staff)


async def open_sessions(person_id: int) -> list[Session]:
    """Where a person is signed in, the latest use first."""
    return await Session.filter(person_id=person_id, ended_at__isnull=True).order_by("-seen_at").limit(50)


async def end_own_session(person_id: int, session_id: int) -> None:
    """End one of one's own sessions; another's is left alone."""
    if await Session.filter(id=session_id, person_id=person_id).exists():
        await session.end(session_id)


async def forget_old_codes() -> None:
    """Numbers of lapsed codes go after their life, the rows after two days."""
    real = clock.real_now()
    await SignInCode.filter(sent_at__lt=real - 2 * A_DAY).delete()
    lapsed = SignInCode.filter(expires_at__lt=real - PROVED_LIFE).exclude(phone_sealed="")
    await lapsed.update(phone_sealed="")
