"""May minutes be edited, signed, published, added to; which sections there are; what changed between two versions.

Decides only, over values it is given. No law prescribes the form of a deliberation's minutes; the Residents' Committee
Law (2025 revision, art 32) asks that consultation be organised in the open, so who must sign stands here as data.
"""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linyue.meetings.rules_plan import Office

TEXT_LIMIT = 4000
ADDENDUM_LIMIT = 1000
QUESTION = "question:"


class MinutesState(StrEnum):
    """Where minutes stand; published minutes are frozen."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Section(StrEnum):
    """The parts of the minutes in their order; each question has one of its own, named `question:<public id>`."""

    HEAD = "head"
    STEPS = "steps"
    TALK = "talk"
    SPEAKERS = "speakers"
    FLOOR = "floor"
    MOTIONS = "motions"
    DEMANDS = "demands"
    PROMISES = "promises"
    REMARKS = "remarks"


TOLD = frozenset({Section.STEPS, Section.TALK, Section.SPEAKERS})
"""Sections whose drafted words the recorder may replace; everywhere else text stands below the facts."""


class Capacity(StrEnum):
    """As what somebody signs."""

    CHAIR = "chair"
    RECORDER = "recorder"
    WITNESS = "witness"
    MEMBER = "member"


class MinutesRefusal(StrEnum):
    """Why a step with minutes is not taken."""

    NOT_ENDED = "minutes-refused-not-ended"
    FROZEN = "minutes-refused-frozen"
    NOT_FROZEN = "minutes-refused-not-frozen"
    NO_SECTION = "minutes-refused-no-section"
    TEXT_LONG = "minutes-refused-text-long"
    NO_CHANGE = "minutes-refused-no-change"
    NO_TEXT = "minutes-refused-no-text"
    CHANGED_MEANWHILE = "minutes-refused-changed-meanwhile"
    NOT_A_SIGNER = "minutes-refused-not-a-signer"
    SIGNED = "minutes-refused-signed"
    OTHER_VERSION = "minutes-refused-other-version"


@dataclass(frozen=True, slots=True)
class SignRule:
    """Whose signatures publish minutes.

    `always`: an office whose holder must sign, where somebody holds it; `if_held`: one holder of the office must sign,
    where it is held; `least`: so many different people in all. Standing members of the council may fill the number.
    """

    always: tuple[Office, ...] = (Office.CHAIR, Office.RECORDER)
    if_held: tuple[Office, ...] = (Office.WITNESS,)
    least: int = 2

    def to_data(self) -> dict[str, Any]:
        """Plain values, kept with the minutes they were drafted under."""
        return {"always": list(self.always), "if_held": list(self.if_held), "least": self.least}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "SignRule":
        """The rule as stored."""
        return cls(
            tuple(Office(one) for one in data["always"]),
            tuple(Office(one) for one in data["if_held"]),
            int(data["least"]),
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still needed: signatures of these offices, and so many more people."""

    offices: tuple[Office, ...]
    people: int

    @property
    def is_complete(self) -> bool:
        return not self.offices and not self.people


def missing_signatures(rule: SignRule, held: Mapping[Office, Collection[int]], signed: Collection[int]) -> Missing:
    """What the rule still asks for. `held`: people by office; `signed`: people who signed this very version."""
    offices = tuple(
        office for office in (*rule.always, *rule.if_held) if held.get(office) and not set(held[office]) & set(signed)
    )
    return Missing(offices, max(0, rule.least - len(set(signed))))


def capacity_of(person_id: int, held: Mapping[Office, Collection[int]], *, is_member: bool) -> Capacity | None:
    """As what this person signs: the first office of theirs that signs, else as a standing member; None: not at all."""
    for office in (Office.CHAIR, Office.RECORDER, Office.WITNESS):
        if person_id in held.get(office, ()):
            return Capacity(office.value)
    return Capacity.MEMBER if is_member else None


def refuse_edit(state: MinutesState, known: Collection[str], section: str, text: str) -> MinutesRefusal | None:
    """A section of unpublished minutes, in words that fit."""
    if state is MinutesState.PUBLISHED:
        return MinutesRefusal.FROZEN
    if section not in known:
        return MinutesRefusal.NO_SECTION
    return MinutesRefusal.TEXT_LONG if len(text) > TEXT_LIMIT else None


def refuse_sign(
    state: MinutesState, seen: int, current: int, capacity: Capacity | None, *, has_signed: bool
) -> MinutesRefusal | None:
    """A signature is for the version that was read, by somebody who may give one, once."""
    if state is MinutesState.PUBLISHED:
        return MinutesRefusal.FROZEN
    if capacity is None:
        return MinutesRefusal.NOT_A_SIGNER
    if seen != current:
        return MinutesRefusal.OTHER_VERSION
    return MinutesRefusal.SIGNED if has_signed else None


def refuse_addendum(state: MinutesState, text: str) -> MinutesRefusal | None:
    """Published minutes are put right by a dated addendum and in no other way."""
    if state is not MinutesState.PUBLISHED:
        return MinutesRefusal.NOT_FROZEN
    if not text.strip():
        return MinutesRefusal.NO_TEXT
    return MinutesRefusal.TEXT_LONG if len(text) > ADDENDUM_LIMIT else None


def touches(changed: str, section: str) -> bool:
    """Whether a change of `changed` (empty: the facts) can be about what the writer of `section` has seen."""
    return changed in ("", section)


def section_keys(
    questions: Sequence[str], *, has_demands: bool, has_floor: bool = False, has_motions: bool = False
) -> list[str]:
    """Every section of minutes with these questions (public ids), in reading order."""
    keys: list[str] = [Section.HEAD, Section.STEPS, Section.TALK, Section.SPEAKERS]
    keys += [Section.FLOOR] if has_floor else []
    keys += [Section.MOTIONS] if has_motions else []
    keys += [f"{QUESTION}{public_id}" for public_id in questions]
    keys += [Section.DEMANDS] if has_demands else []
    return [str(key) for key in (*keys, Section.PROMISES, Section.REMARKS)]


def line_diff(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    """Lines with what became of them: same, gone or new; nothing at all where both are alike."""
    if list(before) == list(after):
        return []
    words = {"  ": "same", "- ": "gone", "+ ": "new"}
    return [(words[line[:2]], line[2:]) for line in difflib.ndiff(before, after) if line[:2] in words]
