"""Enrolment, phone numbers, names and rolls: what may happen and what follows. No I/O."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PRIVACY_VERSION = "2026-11"
"""Version of the privacy notice; people accept it at the first sign-in and again when it changes (PIPL art. 14)."""
UNIT_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
UNIT_CODE_SIGNS = 8
UNIT_CODE_LIFE = timedelta(days=30)
SETUP_LINK_LIFE = timedelta(days=3)
MAX_OPEN_CLAIMS = 5


class Tenure(StrEnum):
    """How a person holds a unit."""

    OWNER = "owner"
    TENANT = "tenant"


class ClaimState(StrEnum):
    """Where the enrolment of a person in a unit stands."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


class PeopleRefusal(StrEnum):
    """Why something about accounts, roles and homes is turned down."""

    BAD_PHONE = "people-refused-bad-phone"
    PHONE_TAKEN = "people-refused-phone-taken"
    SAME_PHONE = "people-refused-same-phone"
    CODE_TOO_SOON = "people-refused-code-too-soon"
    CODE_TOO_MANY = "people-refused-code-too-many"
    CODE_DAY_FULL = "people-refused-code-day-full"
    CODE_WRONG = "people-refused-code-wrong"
    CODE_GONE = "people-refused-code-gone"
    NOTICE_NOT_ACCEPTED = "people-refused-notice-not-accepted"
    BAD_NAME = "people-refused-bad-name"
    FACTOR_WRONG = "people-refused-factor-wrong"
    FACTOR_USED = "people-refused-factor-used"
    FACTOR_BLOCKED = "people-refused-factor-blocked"
    FACTOR_NOT_SET = "people-refused-factor-not-set"
    FACTOR_SET = "people-refused-factor-set"
    NOT_A_UNIT = "people-refused-not-a-unit"
    ALREADY_CLAIMED = "people-refused-already-claimed"
    ALREADY_HOME = "people-refused-already-home"
    TOO_MANY_CLAIMS = "people-refused-too-many-claims"
    CLAIM_DECIDED = "people-refused-claim-decided"
    UNIT_CODE_WRONG = "people-refused-unit-code-wrong"
    UNIT_CODE_TRIES = "people-refused-unit-code-tries"
    NO_UNITS = "people-refused-no-units"
    ROLE_HELD = "people-refused-role-held"
    ROLE_ENDED = "people-refused-role-ended"
    LAST_ADMINISTRATOR = "people-refused-last-administrator"
    NEEDS_CENTRE = "people-refused-needs-centre"
    NO_PERSON = "people-refused-no-person"
    NO_PLACE = "people-refused-no-place"
    MANY_PLACES = "people-refused-many-places"
    NO_CENTRE = "people-refused-no-centre"
    CENTRE_NOT_NEEDED = "people-refused-centre-not-needed"
    HOLDS_OFFICE = "people-refused-holds-office"
    SET_UP_ALREADY = "people-refused-set-up-already"
    LINK_GONE = "people-refused-link-gone"
    ERASE_NOT_SURE = "people-refused-erase-not-sure"
    NO_ERASE_REASON = "people-refused-no-erase-reason"
    HAS_PHONE = "people-refused-has-phone"
    LINE_UNIT = "people-refused-line-unit"
    LINE_TENURE = "people-refused-line-tenure"
    LINE_TWICE = "people-refused-line-twice"
    LINE_NAME_DIFFERS = "people-refused-line-name-differs"


@dataclass(frozen=True, slots=True)
class RollMember:
    """One voice on a roll."""

    person_id: int
    label: str
    """The chosen name."""
    tenure: Tenure
    unit_path: str


_PHONE = re.compile(r"1[3-9]\d{9}")


def normalise_phone(text: str) -> str | None:
    """A mainland mobile number as +86 and eleven digits; None for anything else.

    Takes spaces, dashes, full-width digits, and 86, 0086 or +86 in front.
    """
    digits = re.sub(r"[\s\-()\u3000]", "", text.translate(_FULL_WIDTH))
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits[len(prefix) :]
    return f"+86{digits}" if _PHONE.fullmatch(digits) and digits.isascii() else None


_FULL_WIDTH = {ord("０") + n: ord("0") + n for n in range(10)} | {ord("＋"): ord("+"), ord("－"): ord("-")}


def mask_phone(phone: str) -> str:
    """138****0042: what may be shown of a number."""
    local = phone.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) == 11 else ""


def mask_name(name: str) -> str:
    """王**: a chosen name for someone who has not chosen one yet."""
    return f"{name.strip()[:1]}**" if name.strip() else ""


def refuse_name(name: str) -> PeopleRefusal | None:
    """Why a chosen name cannot be shown to neighbours: empty, over 20 signs, or hidden control signs."""
    clean = name.strip()
    if not clean or len(clean) > 20 or not any(sign.isalnum() for sign in clean):
        return PeopleRefusal.BAD_NAME
    return PeopleRefusal.BAD_NAME if any(not sign.isprintable() for sign in clean) else None


def normalise_unit_code(text: str) -> str:
    """A posted code as it is stored: capitals, without spaces and dashes."""
    return re.sub(r"[\s\-]", "", text.upper())


def roll_of_homes(homes: list[tuple[int, str, Tenure, str]]) -> list[RollMember]:
    """One entry a person from confirmed homes (person id, name, tenure, unit path).

    Who owns one unit here and rents another is on the roll as an owner; otherwise the first unit by path counts.
    """
    best: dict[int, RollMember] = {}
    for person_id, label, tenure, path in sorted(homes, key=lambda h: (h[0], h[2] is not Tenure.OWNER, h[3])):
        best.setdefault(person_id, RollMember(person_id, label, tenure, path))
    return sorted(best.values(), key=lambda m: (m.unit_path, m.person_id))


def refuse_claim(states: list[tuple[bool, Tenure, ClaimState]], tenure: Tenure) -> PeopleRefusal | None:
    """Why a person may not claim a unit; `states` are all own enrolments: (is this unit, tenure, state)."""
    here = [(t, s) for is_here, t, s in states if is_here]
    if (tenure, ClaimState.CLAIMED) in here:
        return PeopleRefusal.ALREADY_CLAIMED
    if (tenure, ClaimState.CONFIRMED) in here:
        return PeopleRefusal.ALREADY_HOME
    if sum(state is ClaimState.CLAIMED for _, _, state in states) >= MAX_OPEN_CLAIMS:
        return PeopleRefusal.TOO_MANY_CLAIMS
    return None


def device_words(user_agent: str) -> str:
    """A browser told in two words, for the list of sign-ins: "Android · Chrome"."""
    systems = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS")]
    systems += [("Windows", "Windows"), ("Macintosh", "macOS"), ("Linux", "Linux")]
    browsers = [("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox")]
    browsers += [("Chrome", "Chrome"), ("Safari", "Safari")]
    found = [next((name for mark, name in names if mark in user_agent), "") for names in (systems, browsers)]
    return " · ".join(part for part in found if part)


def is_live(starts_at: datetime, ends_at: datetime | None, now: datetime) -> bool:
    """Whether a role is in force: from its start up to, not including, its end."""
    return starts_at <= now and (ends_at is None or ends_at > now)
