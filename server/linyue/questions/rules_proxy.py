"""May somebody vote for somebody else: by matter, with the article, and how many mandates one person may hold.

Decides only. The law's own limit stands; the district may set a lower one, never a higher.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from linyue.questions.rules_law import Decision


class ProxyMatter(StrEnum):
    """Kinds of vote that have a rule of their own on proxies."""

    DELIBERATION = "deliberation"
    RESIDENTS_ELECTION = "residents_election"
    RESIDENTS_ASSEMBLY = "residents_assembly"
    REPRESENTATIVES = "representatives"
    OWNERS_ASSEMBLY = "owners_assembly"
    OWNERS_COMMITTEE = "owners_committee"


@dataclass(frozen=True, slots=True)
class ProxyRule:
    """What is allowed. `most`: mandates one holder may have where the district says nothing, 0: none at all.

    `cap`: the most the district may allow. `is_holder_on_roll`: only another voter of the same roll may hold one.
    `is_for_candidates`: whether a candidate may hold one. `source`: where it stands.
    """

    most: int
    cap: int
    is_holder_on_roll: bool
    is_for_candidates: bool
    source: str


COMMITTEE_LAW = "城市居民委员会组织法（2025年修订）"
CIVIL_CODE = "民法典"
PROXY_RULES: Mapping[ProxyMatter, ProxyRule] = {
    # The law leaves the way of a consultation to the committee; we keep to the only limits it names for residents,
    # also where a council is asked whom it wants for a seat.
    ProxyMatter.DELIBERATION: ProxyRule(1, 3, True, False, f"{COMMITTEE_LAW} 32"),
    # Only a voter who is away, in writing, another voter of the community, three at most, no candidate.
    ProxyMatter.RESIDENTS_ELECTION: ProxyRule(3, 3, True, False, f"{COMMITTEE_LAW} 14-19"),
    # Decided by those who came (art 27); the article names no proxies, so none are offered.
    ProxyMatter.RESIDENTS_ASSEMBLY: ProxyRule(0, 0, True, False, f"{COMMITTEE_LAW} 27"),
    ProxyMatter.REPRESENTATIVES: ProxyRule(0, 0, True, False, f"{COMMITTEE_LAW} 14-19, 28-29"),
    # An owner may act through another (art 161) on a signed mandate that names matter, powers and time (art 165).
    ProxyMatter.OWNERS_ASSEMBLY: ProxyRule(3, 10, False, True, f"{CIVIL_CODE} 161, 165, 278"),
    ProxyMatter.OWNERS_COMMITTEE: ProxyRule(0, 0, False, False, "宁波市住宅小区物业管理条例 33"),
}
OF_DECISION: Mapping[Decision, ProxyMatter] = {
    Decision.DELIBERATION: ProxyMatter.DELIBERATION,
    Decision.RESIDENTS_ASSEMBLY: ProxyMatter.RESIDENTS_ASSEMBLY,
    Decision.HOUSEHOLD_DELEGATES: ProxyMatter.RESIDENTS_ASSEMBLY,
    Decision.REPRESENTATIVES: ProxyMatter.REPRESENTATIVES,
    Decision.RESIDENTS_ELECTION: ProxyMatter.RESIDENTS_ELECTION,
    Decision.RESIDENTS_ELECTION_AGAIN: ProxyMatter.RESIDENTS_ELECTION,
    Decision.VILLAGE_ASSEMBLY: ProxyMatter.RESIDENTS_ASSEMBLY,
    Decision.VILLAGE_HOUSEHOLDS: ProxyMatter.RESIDENTS_ASSEMBLY,
    Decision.VILLAGE_REPRESENTATIVES: ProxyMatter.REPRESENTATIVES,
    Decision.OWNERS_ORDINARY: ProxyMatter.OWNERS_ASSEMBLY,
    Decision.OWNERS_SPECIAL: ProxyMatter.OWNERS_ASSEMBLY,
    Decision.OWNERS_ALL: ProxyMatter.OWNERS_ASSEMBLY,
    Decision.OWNERS_COMMITTEE: ProxyMatter.OWNERS_COMMITTEE,
}


class ProxyRefusal(StrEnum):
    """Why a mandate is not taken or not used."""

    NONE_HERE = "questions-refused-proxy-none-here"
    SELF = "questions-refused-proxy-self"
    HOLDER_NOT_ON_ROLL = "questions-refused-proxy-holder"
    CANDIDATE = "questions-refused-proxy-candidate"
    TOO_MANY = "questions-refused-proxy-too-many"
    ALREADY_GIVEN = "questions-refused-proxy-given"
    HOLDS_OTHERS = "questions-refused-proxy-chain"
    NO_SCAN = "questions-refused-proxy-scan"
    NO_MANDATE = "questions-refused-proxy-no-mandate"
    USED = "questions-refused-proxy-used"
    LIMIT = "questions-refused-proxy-limit"


@dataclass(frozen=True, slots=True)
class Asked:
    """A mandate on its way. `held`: mandates the holder has already; `has_given`: the principal gave one before.

    `principal_holds`, `holder_has_given`: either would make a chain of mandates, which nobody wrote down.
    """

    is_self: bool
    is_holder_on_roll: bool
    is_candidate: bool
    held: int
    has_given: bool
    principal_holds: bool
    holder_has_given: bool
    scans: int


def most_mandates(matter: ProxyMatter, district: int | None) -> int:
    """How many mandates one person may hold: the district's number, never above what the law allows."""
    rule = PROXY_RULES[matter]
    return rule.most if district is None else max(0, min(district, rule.cap))


def refuse_limit(matter: ProxyMatter, most: int) -> ProxyRefusal | None:
    """A district's own number lies between none and what the law allows."""
    return None if 0 <= most <= PROXY_RULES[matter].cap else ProxyRefusal.LIMIT


def refuse_mandate(matter: ProxyMatter, asked: Asked, most: int) -> ProxyRefusal | None:
    """In writing, from one voter to another, within the number."""
    rule = PROXY_RULES[matter]
    if most == 0:
        return ProxyRefusal.NONE_HERE
    if asked.is_self:
        return ProxyRefusal.SELF
    if rule.is_holder_on_roll and not asked.is_holder_on_roll:
        return ProxyRefusal.HOLDER_NOT_ON_ROLL
    if asked.is_candidate and not rule.is_for_candidates:
        return ProxyRefusal.CANDIDATE
    if asked.has_given:
        return ProxyRefusal.ALREADY_GIVEN
    if asked.principal_holds or asked.holder_has_given:
        return ProxyRefusal.HOLDS_OTHERS
    if asked.held >= most:
        return ProxyRefusal.TOO_MANY
    return None if asked.scans else ProxyRefusal.NO_SCAN
