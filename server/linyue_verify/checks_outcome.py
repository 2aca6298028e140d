"""Check 14: quorum, majority, the double count of owners and who is chosen, worked out again from the numbers."""

from collections.abc import Mapping
from typing import Any

from linyue_verify.case import Case, number
from linyue_verify.checks_count import NO_RESULT
from linyue_verify.report import LeftOut, Unknown, need
from linyue_verify.ways import AYES, choose, tally

SHARES = {"third": (1, 3), "two_thirds": (2, 3), "three_quarters": (3, 4), "all": (1, 1)}


def outcome(case: Case) -> None:
    """14: the outcome follows from the published numbers by the rule."""
    result = case.one("RESULT")
    if result is None:
        if case.kinds[-1] == "VOID":
            raise LeftOut
        raise Unknown(*NO_RESULT)
    rule = case.rule
    people = {key: number(result[key]) for key in ("entitled", "present", "cast")}
    if rule["measure"] == "area_and_heads":
        _owners(case, result)
        return
    base, quorum = people[rule["base"]], rule["quorum"]
    fits = result["base"] == rule["base"] and number(result["base_count"]) == base
    need(fits, "计算基数不对", "another base than the rule's")
    least = _quorum(quorum, people["entitled"])
    need(number(result["quorum_needed"]) == least, "所需参加人数不对", "another quorum than the rule's")
    is_valid = people[quorum["counts"]] >= least
    if rule["way"] not in AYES:
        _chosen(case, result, _needed(rule["majority"], base, 0), is_valid)
        return
    needed = _needed(rule["majority"], base, number(result["counts"]["against"]))
    need(number(result["needed"]) == needed, "所需赞成票数不对", "another majority than the rule's")
    passed = "passed" if number(result["counts"]["for"]) >= needed else "failed"
    _verdict(result, passed if is_valid else "no_quorum")


def _quorum(quorum: Mapping[str, Any], entitled: int) -> int:
    top, bottom = quorum["numerator"] * entitled, quorum["denominator"]
    if quorum["numerator"] == 0:
        return 0
    return int(top // bottom + 1 if quorum["more_than"] else -(-top // bottom))


def _needed(majority: str, base: int, against: int) -> int:
    """The least number of ayes. A choice among options asks for one vote where the majority is simple."""
    if majority == "simple":
        return against + 1
    if majority == "absolute":
        return base // 2 + 1
    top, bottom = SHARES[majority]
    return max(1, -(-top * base // bottom))


def _verdict(result: Mapping[str, Any], verdict: str) -> None:
    need(result["verdict"] == verdict, f"按规则结论应为 {verdict}", f"by the rule the outcome is {verdict}")


def _chosen(case: Case, result: Mapping[str, Any], needed: int, is_valid: bool) -> None:
    counts = {choice: number(n) for choice, n in result["counts"].items()}
    need(number(result["needed"]) == needed, "所需票数不对", "another majority than the rule's")
    again = tally(case.rule, counts)
    need(result["tally"] == again, f"重新计分得到 {again}", f"counted again: {again}")
    close = case.hashes[case.kinds.index("CLOSE")] if "CLOSE" in case.kinds else ""
    found = choose(case.rule, counts, needed, close) if is_valid else ([], [], [])
    told = [result[name] for name in ("chosen", "tied", "drawn")]
    need(told == list(found), f"按规则应选出 {found[0]}", f"by the rule the chosen are {found[0]}")
    need(not found[2] or result["seed"] == close, "抽签的种子不对", "another seed of the lot")
    verdict = "tied" if found[1] else "passed" if found[0] else "failed"
    _verdict(result, verdict if is_valid else "no_quorum")


def _owners(case: Case, result: Mapping[str, Any]) -> None:
    """By area and by heads, from the frozen weights and the ballots bound to them."""
    rule, weights = case.rule, dict(zip(case.manifest["roll"], case.manifest["weights"], strict=True))
    votes = {voter: ballot.choice for voter, ballot in case.counted.items()} | case.sheets
    enough, carried = [], []
    for side, name in enumerate(("area", "heads")):
        counts = {
            choice: sum(weights[who][side] for who, vote in votes.items() if vote == choice) for choice in case.choices
        }
        entitled, cast = sum(row[side] for row in weights.values()), sum(counts.values())
        least, needed = _quorum(rule["quorum"], entitled), _needed(rule["majority"], cast, 0)
        again = {"counts": counts, "entitled": entitled, "cast": cast, "quorum_needed": least, "needed": needed}
        what = f"{name}: {again}"
        need(result["weighed"][name] == again, f"按面积和人数重算得到 {what}", f"weighed again: {what}")
        enough.append(cast >= least)
        carried.append(counts["for"] >= needed)
    told = [number(result[name]) for name in ("base_count", "quorum_needed", "needed")]
    heads = [result["weighed"]["heads"][name] for name in ("cast", "quorum_needed", "needed")]
    need(told == heads, "人数一边的数字不符", "the figures told are not those of the heads")
    _verdict(result, "no_quorum" if not all(enough) else "passed" if all(carried) else "failed")
