"""From all ballots to the outcome, whatever the way to vote and the rule of decision. The only door to counting.

A `profile` says how many ballots had which text. Nothing is drawn, rounded or dropped silently: a tie is named or
settled by a lot whose seed is published, and every figure that decided is in the outcome.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from linyue.questions.rules import Majority, Measure, RuleSpec
from linyue.questions.rules_money import count_money
from linyue.questions.rules_owners import Weighing, square_metres
from linyue.questions.rules_pick import Counted, Profile, most, tally_picks, tally_points
from linyue.questions.rules_ranked import count_ranked
from linyue.questions.rules_tally import (
    SHARES,
    Outcome,
    Side,
    Step,
    Turnout,
    Verdict,
    base_count,
    least_for,
    need_step,
    outcome,
    quorum_needed,
    quorum_step,
)
from linyue.questions.rules_ways import PICKS, POINTS, BallotForm, Way

Counter = Callable[[BallotForm, Sequence[str], Profile, str], Counted]
_COUNTERS: Mapping[Way, Counter] = {Way.RANKED: count_ranked, Way.MONEY: count_money}


def decide(
    rule: RuleSpec,
    profile: Profile,
    turnout: Turnout,
    by_channel: Mapping[str, int] | None = None,
    *,
    seed: str = "",
    weighing: Weighing | None = None,
) -> Outcome:
    """The outcome of a closed question. `seed`: hash of the CLOSE entry; `weighing`: for owners only.

    Raises ValueError when the figures cannot all be true, or when owners' votes come without their weights.
    """
    if any(choice not in rule.ballots for choice in profile):
        raise ValueError("a ballot that cannot be")
    if rule.measure is Measure.AREA_AND_HEADS:
        if weighing is None:
            raise ValueError("owners are counted by area and by heads")
        return _weighed(rule, outcome(rule, profile, turnout, by_channel), weighing)
    if rule.is_aye_or_no:
        return outcome(rule, profile, turnout, by_channel)
    return _chosen(rule, profile, turnout, by_channel or {}, seed)


def count_way(rule: RuleSpec, profile: Profile, needed: int, seed: str) -> Counted:
    """Count a way that chooses among options. `needed`: the least a pick must have."""
    form, keys = rule.form, rule.choices
    if form.way in PICKS:
        return most(form, tally_picks(keys, profile), needed, seed)
    if form.way in POINTS:
        return most(form, tally_points(keys, profile), 1, seed)
    return _COUNTERS[form.way](form, keys, profile, seed)


def _chosen(rule: RuleSpec, profile: Profile, turnout: Turnout, by_channel: Mapping[str, int], seed: str) -> Outcome:
    if sum(profile.values()) != turnout.cast or not 0 <= turnout.cast <= turnout.present <= turnout.entitled:
        raise ValueError("counts and turnout do not add up")
    base = base_count(rule.base, turnout)
    needed = least_for(rule.majority, base)
    found = count_way(rule, profile, needed, seed)
    valid_from = quorum_needed(rule.quorum, turnout.entitled)
    is_valid = base_count(rule.quorum.counts, turnout) >= valid_from
    verdict = Verdict.TIED if found.tied else Verdict.PASSED if found.chosen else Verdict.FAILED
    steps = [quorum_step(rule.quorum, turnout, valid_from, is_valid)]
    if is_valid:
        steps += _steps(rule, turnout, needed, found)
    else:
        verdict, found = Verdict.NO_QUORUM, replace(found, chosen=(), tied=(), drawn=())
    return Outcome(
        verdict=verdict,
        counts=dict(profile),
        turnout=turnout,
        base=rule.base,
        base_count=base,
        quorum_needed=valid_from,
        needed=needed,
        steps=tuple(steps),
        by_channel=dict(by_channel),
        tally=found.tally,
        chosen=found.chosen,
        tied=found.tied,
        drawn=found.drawn,
        seed=seed if found.drawn else "",
        proof=found.proof,
    )


def _steps(rule: RuleSpec, turnout: Turnout, needed: int, found: Counted) -> list[Step]:
    numbers: dict[str, int | str] = {"seats": rule.form.seats, "most": rule.form.most, "dots": rule.form.dots}
    steps = [Step(f"way-{rule.form.way.value}", numbers)]
    if rule.majority is not Majority.SIMPLE:
        steps.append(need_step(rule, turnout, needed))
    if found.drawn:
        steps.append(Step("way-lot", {"options": "".join(found.drawn)}))
    if found.tied:
        steps.append(Step("way-tied", {"options": "".join(found.tied)}))
    if found.chosen:
        steps.append(Step("way-chosen", {"options": "".join(found.chosen)}))
    elif not found.tied:
        steps.append(Step("way-nobody", {}))
    return steps


def _weighed(rule: RuleSpec, people: Outcome, weighing: Weighing) -> Outcome:
    """The double count: enough must take part by area and by heads, and the ayes must carry both."""
    area = _side(rule, weighing.areas, weighing.entitled_area)
    heads = _side(rule, weighing.heads, weighing.entitled_heads)
    sides = {"area": area, "heads": heads}
    is_valid = all(side.cast >= side.quorum_needed for side in sides.values())
    has_majority = all(side.counts["for"] >= side.needed for side in sides.values())
    verdict = Verdict.NO_QUORUM if not is_valid else Verdict.PASSED if has_majority else Verdict.FAILED
    steps = [_part_step(rule, name, side) for name, side in sides.items()]
    if is_valid:
        steps += [_consent_step(rule, name, side) for name, side in sides.items()]
        steps.append(Step("owners-both" if has_majority else "owners-not-both", {}))
    else:
        steps.append(Step("owners-too-few", {}))
    return replace(
        people,
        verdict=verdict,
        base_count=heads.cast,
        quorum_needed=heads.quorum_needed,
        needed=heads.needed,
        steps=tuple(steps),
        weighed=sides,
    )


def _side(rule: RuleSpec, counts: Mapping[str, int], entitled: int) -> Side:
    cast = sum(counts.values())
    return Side(dict(counts), entitled, cast, quorum_needed(rule.quorum, entitled), least_for(rule.majority, cast))


def _figure(name: str, value: int) -> str:
    return square_metres(value) if name == "area" else str(value)


def _part_step(rule: RuleSpec, name: str, side: Side) -> Step:
    """Who took part: times the denominator against times the numerator, so that nothing is ever rounded."""
    top, bottom = rule.quorum.numerator, rule.quorum.denominator
    enough = side.cast >= side.quorum_needed
    figures = {"cast": side.cast, "entitled": side.entitled, "left": bottom * side.cast, "right": top * side.entitled}
    numbers: dict[str, int | str] = {key: _figure(name, value) for key, value in figures.items()}
    numbers |= {"numerator": top, "denominator": bottom, "sign": "≥" if enough else "<"}
    return Step(f"owners-part-{name}", numbers | {"enough": "yes" if enough else "no"})


def _consent_step(rule: RuleSpec, name: str, side: Side) -> Step:
    share = SHARES[rule.majority]
    ayes, enough = side.counts["for"], side.counts["for"] >= side.needed
    left, right = share.denominator * ayes, share.numerator * side.cast
    figures = {"ayes": ayes, "cast": side.cast, "left": left, "right": right}
    is_more = rule.majority is Majority.ABSOLUTE
    sign = (">" if enough else "≤") if is_more else ("≥" if enough else "<")
    numbers: dict[str, int | str] = {key: _figure(name, value) for key, value in figures.items()}
    numbers |= {"numerator": share.numerator, "denominator": share.denominator, "sign": sign}
    numbers |= {"word": "more" if is_more else "reach", "enough": "yes" if enough else "no"}
    return Step(f"owners-consent-{name}", numbers)
