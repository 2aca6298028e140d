"""The rules of decision, in three systems that are never mixed: what each body needs, and where the law says so.

Sources: 城市居民委员会组织法 (revised 2025-10-28) arts 14-20, 27-29, 32; 村民委员会组织法 (amended 2025-10-28);
民法典 arts 278, 279, 1259; 宁波市住宅小区物业管理条例 arts 18, 33. "以上" includes the number, "过半数" does not; an
abstention is taking part and not consent, so it stays in every base. No article lowers a quorum for a second call, so a
second call needs what the first needed. The council and an open space advise: their rules are the template's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from linyue.people.rules_bodies import Body
from linyue.places.rules import PlaceKind
from linyue.questions.rules import (
    CONSULTATION,
    NO_QUORUM,
    Base,
    Majority,
    Measure,
    QuestionRefusal,
    Quorum,
    RuleSpec,
    System,
)
from linyue.questions.rules_ways import AYE_OR_NO, PICKS, BallotForm, Way


class Decision(StrEnum):
    """Who decides, and by which rule."""

    DELIBERATION = "deliberation"
    RESIDENTS_ASSEMBLY = "residents_assembly"
    HOUSEHOLD_DELEGATES = "household_delegates"
    REPRESENTATIVES = "representatives"
    RESIDENTS_ELECTION = "residents_election"
    RESIDENTS_ELECTION_AGAIN = "residents_election_again"
    VILLAGE_ASSEMBLY = "village_assembly"
    VILLAGE_HOUSEHOLDS = "village_households"
    VILLAGE_REPRESENTATIVES = "village_representatives"
    OWNERS_ORDINARY = "owners_ordinary"
    OWNERS_SPECIAL = "owners_special"
    OWNERS_ALL = "owners_all"
    OWNERS_COMMITTEE = "owners_committee"


@dataclass(frozen=True, slots=True)
class Rule:
    """What the law asks of one body. `ways`: how its members may vote; `binds`: whether its decision binds anybody."""

    system: System
    quorum: Quorum
    majority: Majority
    base: Base
    source: str
    ways: frozenset[Way] = AYE_OR_NO
    measure: Measure = Measure.HEADS
    binds: bool = True
    bodies: tuple[Body, ...] = ()
    """Whose roll it is, the first unless another is said; none: whoever is asked for advice."""


MORE_THAN_HALF_PRESENT = Quorum(1, 2, is_more_than=True, counts=Base.PRESENT)
MORE_THAN_HALF_CAST = Quorum(1, 2, is_more_than=True, counts=Base.CAST)
TWO_THIRDS_PRESENT = Quorum(2, 3, is_more_than=False, counts=Base.PRESENT)
TWO_THIRDS_CAST = Quorum(2, 3, is_more_than=False, counts=Base.CAST)
RESIDENTS = "城市居民委员会组织法（2025年修订）"
VILLAGERS = "村民委员会组织法（2025年修正）"
CIVIL_CODE = "民法典"
NINGBO = "宁波市住宅小区物业管理条例"
ELECTION_WAYS = AYE_OR_NO | PICKS


def _residents(quorum: Quorum, source: str, body: Body) -> Rule:
    """More than half of those who came: whoever came and did not vote is in the base."""
    system, most = System.RESIDENTS_LAW, Majority.ABSOLUTE
    return Rule(system, quorum, most, Base.PRESENT, source, ELECTION_WAYS, bodies=(body,))


def _election(majority: Majority, source: str) -> Rule:
    """More than half of the voters (or of the household delegates) must vote; blank ballots stay in the base."""
    bodies = (Body.RESIDENTS, Body.HOUSEHOLDS)
    system, quorum = System.RESIDENTS_LAW, MORE_THAN_HALF_CAST
    return Rule(system, quorum, majority, Base.CAST, source, ELECTION_WAYS, bodies=bodies)


def _owners(majority: Majority, source: str) -> Rule:
    """Two thirds of the area and of the heads take part; the share is of those who take part, twice."""
    weighed = Measure.AREA_AND_HEADS
    bodies = (Body.OWNERS,)
    return Rule(System.OWNERS_LAW, TWO_THIRDS_CAST, majority, Base.CAST, source, measure=weighed, bodies=bodies)


DECISIONS: Mapping[Decision, Rule] = {
    Decision.DELIBERATION: Rule(
        System.DELIBERATION, NO_QUORUM, Majority.SIMPLE, Base.CAST, CONSULTATION, frozenset(Way), binds=False
    ),
    Decision.RESIDENTS_ASSEMBLY: _residents(MORE_THAN_HALF_PRESENT, f"{RESIDENTS} 27", Body.RESIDENTS),
    Decision.HOUSEHOLD_DELEGATES: _residents(MORE_THAN_HALF_PRESENT, f"{RESIDENTS} 27", Body.HOUSEHOLDS),
    Decision.REPRESENTATIVES: _residents(TWO_THIRDS_PRESENT, f"{RESIDENTS} 28, 29", Body.REPRESENTATIVES),
    Decision.RESIDENTS_ELECTION: _election(Majority.ABSOLUTE, f"{RESIDENTS} 14-19"),
    # Voted again after nobody had more than half: the most votes, and a third of all ballots at least.
    Decision.RESIDENTS_ELECTION_AGAIN: _election(Majority.THIRD, f"{RESIDENTS} 14-19"),
    Decision.VILLAGE_ASSEMBLY: _residents(MORE_THAN_HALF_PRESENT, VILLAGERS, Body.RESIDENTS),
    Decision.VILLAGE_HOUSEHOLDS: _residents(TWO_THIRDS_PRESENT, VILLAGERS, Body.HOUSEHOLDS),
    Decision.VILLAGE_REPRESENTATIVES: _residents(TWO_THIRDS_PRESENT, VILLAGERS, Body.REPRESENTATIVES),
    Decision.OWNERS_ORDINARY: _owners(Majority.ABSOLUTE, f"{CIVIL_CODE} 278, 1259"),
    Decision.OWNERS_SPECIAL: _owners(Majority.THREE_QUARTERS, f"{CIVIL_CODE} 278, 1259"),
    # A home turned into a shop: the roll is the interested owners, and every one of them must consent.
    Decision.OWNERS_ALL: Rule(
        System.OWNERS_LAW, NO_QUORUM, Majority.ALL, Base.ENTITLED, f"{CIVIL_CODE} 279", bodies=(Body.OWNERS,)
    ),
    # More than half must attend; more than half of all members must agree; nobody may stand in for a member.
    Decision.OWNERS_COMMITTEE: Rule(
        System.OWNERS_LAW,
        MORE_THAN_HALF_PRESENT,
        Majority.ABSOLUTE,
        Base.ENTITLED,
        f"{NINGBO} 33",
        bodies=(Body.OWNERS_COMMITTEE,),
    ),
}

ITEMS_278: Mapping[int, Decision] = {
    1: Decision.OWNERS_ORDINARY,  # rules of procedure of the owners' assembly
    2: Decision.OWNERS_ORDINARY,  # the covenant
    3: Decision.OWNERS_ORDINARY,  # the owners' committee
    4: Decision.OWNERS_ORDINARY,  # the property service
    5: Decision.OWNERS_ORDINARY,  # using the maintenance fund
    6: Decision.OWNERS_SPECIAL,  # raising the maintenance fund
    7: Decision.OWNERS_SPECIAL,  # rebuilding
    8: Decision.OWNERS_SPECIAL,  # another use of common parts, or business with them
    9: Decision.OWNERS_ORDINARY,  # other major matters of common property
}
"""Items of Civil Code 278 (1)-(9) to the rule they are decided by: the law's choice, not the chair's."""


class ItemRefusal(StrEnum):
    """Why an owners' decision is not begun by the template that was chosen."""

    NO_ITEM = "questions-item-refused-none"
    IS_ORDINARY = "questions-item-refused-ordinary"
    IS_SPECIAL = "questions-item-refused-special"


def refuse_item(decision: str, item: int) -> ItemRefusal | None:
    """An owners' decision names its item of Civil Code 278, and the item says which of the two rules holds.

    `decision`: of the template, "" for advice; `item`: 0 for none.
    """
    wanted = ITEMS_278.get(item)
    if wanted is None:
        return ItemRefusal.NO_ITEM if item or decision in ITEMS_278.values() else None
    if decision == wanted:
        return None
    return ItemRefusal.IS_SPECIAL if wanted is Decision.OWNERS_SPECIAL else ItemRefusal.IS_ORDINARY


_BY_BODY: Mapping[tuple[str, Body], Decision] = {
    (Decision.RESIDENTS_ASSEMBLY, Body.HOUSEHOLDS): Decision.HOUSEHOLD_DELEGATES,
    (Decision.HOUSEHOLD_DELEGATES, Body.RESIDENTS): Decision.RESIDENTS_ASSEMBLY,
    (Decision.VILLAGE_ASSEMBLY, Body.HOUSEHOLDS): Decision.VILLAGE_HOUSEHOLDS,
    (Decision.VILLAGE_HOUSEHOLDS, Body.RESIDENTS): Decision.VILLAGE_ASSEMBLY,
}


def decision_for(decision: str, body: Body) -> str:
    """The rule an assembly follows: in one of its two modes, by the roll that was chosen (arts 26, 27)."""
    return _BY_BODY.get((decision, body), decision)


def body_of(decision: Decision) -> Body:
    """Whose roll a body's law means; residents where advice is asked."""
    bodies = DECISIONS[decision].bodies
    return bodies[0] if bodies else Body.RESIDENTS


def refuse_body(rule: RuleSpec, body: Body) -> QuestionRefusal | None:
    """What a law gives to one body is decided by no other roll."""
    bodies = DECISIONS[Decision(rule.decision)].bodies
    return QuestionRefusal.NOT_BY_LAW if bodies and body not in bodies else None


def refuse_scale(rule: RuleSpec, kind: PlaceKind) -> QuestionRefusal | None:
    """A home becomes a shop with the consent of the owners of its one building: no wider roll, and no narrower one.

    Interpretation of 2020, art 11. Owners elsewhere who have shown harm come to that roll one by one.
    """
    if rule.decision == Decision.OWNERS_ALL and kind is not PlaceKind.BUILDING:
        return QuestionRefusal.ONE_BUILDING
    return None


def rule_for(
    decision: Decision, choices: tuple[str, ...], form: BallotForm, *, call: int = 1, call_of: str = "", item: int = 0
) -> RuleSpec:
    """The rule of a body, as its law says it. `item`: of Civil Code 278, named in the source; 0: none."""
    law = DECISIONS[decision]
    return RuleSpec(
        system=law.system,
        choices=choices,
        majority=law.majority,
        base=law.base,
        quorum=law.quorum,
        form=form,
        decision=decision.value,
        source=law.source.replace(" 278,", f" 278({item}),") if item else law.source,
        measure=law.measure,
        call=call,
        call_of=call_of,
    )


def refuse_law(rule: RuleSpec) -> QuestionRefusal | None:
    """A vote that the law orders keeps the law's figures; only advice may have a quorum and a majority of its own."""
    if rule.decision not in DECISIONS:
        return QuestionRefusal.BAD_RULE
    decision = Decision(rule.decision)
    law = DECISIONS[decision]
    if rule.form.way not in law.ways or rule.system is not law.system or rule.measure is not law.measure:
        return QuestionRefusal.NOT_BY_LAW
    if decision is Decision.DELIBERATION:
        return None
    same = rule_for(decision, rule.choices, rule.form, call=rule.call, call_of=rule.call_of)
    return None if replace(rule, source=same.source) == same else QuestionRefusal.NOT_BY_LAW


def second_call(first: RuleSpec, call_of: str, quorum: Quorum) -> RuleSpec:
    """The first vote's rule for its second call. `quorum`: of the template in use now, which only advice takes on."""
    keeps = first.quorum if first.system is not System.DELIBERATION else quorum
    return replace(first, quorum=keeps, call=2, call_of=call_of)


def binds(rule: RuleSpec) -> bool:
    """Whether the law gives this body power to bind anybody."""
    return DECISIONS[Decision(rule.decision)].binds


def refuse_second_call(
    verdict: str, of: RuleSpec, rule: RuleSpec, *, is_same_meeting: bool = False
) -> QuestionRefusal | None:
    """Called again only after too few took part, and by the same rule: no article lowers a quorum the second time.

    Who decides by law is called by a notice in its time, so the second call is another meeting; advice may be asked
    again in the same one.
    """
    if is_same_meeting and rule.system is not System.DELIBERATION:
        return QuestionRefusal.SAME_MEETING
    if verdict != "no_quorum":
        return QuestionRefusal.NO_SECOND_CALL
    same = (of.decision, of.form, of.choices, of.majority, of.base, of.measure)
    is_same = same == (rule.decision, rule.form, rule.choices, rule.majority, rule.base, rule.measure)
    # Advice may lower its own quorum: its template says so.
    free = rule.system is System.DELIBERATION
    return None if is_same and (free or of.quorum == rule.quorum) else QuestionRefusal.NO_SECOND_CALL
