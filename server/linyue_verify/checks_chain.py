"""Checks 2 to 8, 15 and 17: nothing changed, nothing missing, everything signed."""

import re
from typing import Any

from linyue_verify import forms
from linyue_verify.case import CHANNELS, Case, number
from linyue_verify.report import LeftOut, Unknown, Wrong, need
from linyue_verify.ways import AYES, LETTERS, WAYS

TAG = "linyue/question/v1"
ENTRY_KEYS = {"tag", "chain", "seq", "kind", "prev", "at", "data"}
HEX = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
MOMENT = re.compile(forms.TIME)
ONCE = {"OPEN", "CLOSE", "OPENED", "RESULT", "VOID"}
FIRST_VERSION: dict[str, Any] = {
    "version": 2,
    "decision": "",
    "source": "",
    "measure": "heads",
    "call": 1,
    "call_of": "",
    "way": "for_against",
    "least": 1,
    "most": 1,
    "dots": 0,
    "seats": 1,
    "budget": 0,
    "costs": {},
    "tie": "named",
}
"""What a rule of version 1 did not say."""
LIVE = {"BALLOT", "WITHDRAWN", "SEALED", "BATCH"}
MAJORITIES = {"simple", "third", "absolute", "two_thirds", "three_quarters", "all"}


def seal(case: Case) -> None:
    """2: the seal names these files and its signature fits."""
    keys(case)
    forms.check_seal(case.files, case.keys, case.manifest["question"])


def keys(case: Case) -> None:
    """Read the keys, for the checks that need them."""
    case.keys = forms.read_keys(case.files["key.txt"])


def manifest(case: Case) -> None:
    """3: what was frozen at opening is complete and makes sense."""
    found = forms.canonical(case.files["manifest.json"])
    bad = ("议题档案不完整", "the manifest is not complete")
    need(isinstance(found, dict) and found["tag"] == TAG and found["kind"] in ("named", "secret"), *bad)
    need(NAME.fullmatch(found["question"]) is not None, *bad)
    need(all(isinstance(found[key], str) for key in ("text_zh", "text_en", "opened_at")), *bad)
    choices = found["rule"]["choices"]
    need(isinstance(choices, list) and all(isinstance(one, str) for one in choices), *bad)
    keys = isinstance(found["options"], list) and all(isinstance(one["key"], str) for one in found["options"])
    need(keys and "closes_at" in found, *bad)
    _rule(found["rule"])
    found["rule"] = _ways(found["rule"])
    roll = found["roll"]
    need(isinstance(roll, list) and all(HEX.fullmatch(one) for one in roll), "名册有误", "the roll is not in its form")
    need(
        roll == sorted(set(roll)) and roll != [],
        "名册有重复或为空",
        "the roll is empty, unsorted or names somebody twice",
    )
    if "channels" in found:
        ways = found["channels"]
        fits = isinstance(ways, list) and ways != [] and all(one in CHANNELS for one in ways)
        need(fits and len(set(ways)) == len(ways), "投票方式的名单有误", "the ways of voting are not in their form")
    if found["kind"] == "secret":
        need(isinstance(found["box_key"], str), *bad)
        number(found["least_roll"])
        number(found["least_box"])
    if found["rule"]["measure"] == "area_and_heads":
        rows = found["weights"]
        fits = isinstance(rows, list) and len(rows) == len(roll) and found["kind"] == "named"
        fits = fits and all(isinstance(row, list) and len(row) == 2 and min(map(number, row)) > 0 for row in rows)
        need(fits, "面积和人数名册有误", "areas and heads are not in their form")
    case.manifest = found


def _ways(found: dict[str, Any]) -> dict[str, Any]:
    """The rule with its way to vote: options and numbers. Version 1 has none of it and means for and against."""
    bad = ("投票方式不完整", "the way to vote is not complete")
    if "version" not in found:
        found = {key: found[key] for key in ("system", "choices", "majority", "base", "quorum")} | FIRST_VERSION
    rule = found
    choices, way = rule["choices"], rule["way"]
    need(type(rule["version"]) is int and rule["version"] == 2 and way in WAYS, *bad)
    need(all(isinstance(rule[name], str) for name in ("decision", "source", "call_of")), *bad)
    need(rule["measure"] in ("heads", "area_and_heads") and number(rule["call"]) in (1, 2), *bad)
    numbers = [number(rule[name]) for name in ("least", "most", "dots", "seats", "budget")]
    need(rule["tie"] in ("named", "lot") and isinstance(rule["costs"], dict), *bad)
    costs = [number(cost) for cost in rule["costs"].values()]
    need(len(set(choices)) == len(choices), *bad)
    if way in AYES:
        need({"for", "against"} <= set(choices), *bad)
        return rule
    need(rule["measure"] == "heads", *bad)
    need(2 <= len(choices) <= len(LETTERS) and choices == list(LETTERS[: len(choices)]), *bad)
    if way == "money":
        need(set(rule["costs"]) == set(choices) and rule["tie"] == "lot", *bad)
        need(all(0 < cost <= numbers[-1] for cost in costs), *bad)
    return rule


def _rule(rule: dict[str, object]) -> None:
    bad = ("表决规则不完整", "the rule is not complete")
    need(isinstance(rule["system"], str) and rule["majority"] in MAJORITIES, *bad)
    need(rule["base"] in ("cast", "present", "entitled"), *bad)
    quorum = rule["quorum"]
    need(isinstance(quorum, dict), *bad)
    assert isinstance(quorum, dict)
    top, bottom = number(quorum["numerator"]), number(quorum["denominator"])
    need(bottom > 0 and top <= bottom and isinstance(quorum["more_than"], bool), *bad)
    need(quorum["counts"] in ("cast", "present"), *bad)


def links(case: Case) -> None:
    """4: numbers without a gap, each entry tied to the one before."""
    raw = case.files["chain.jsonl"]
    need(raw.endswith(b"\n"), "记录被截断", "the record is cut off")
    lines = raw[:-1].split(b"\n")
    need(len(lines) <= forms.ENTRIES_LIMIT, "记录太长", "the record is too long")
    before = "0" * 64
    for place, line in enumerate(lines):
        need(len(line) <= forms.ENTRY_LIMIT, f"第 {place} 条太长", f"entry {place} is too long")
        entry = forms.canonical(line)
        shape = isinstance(entry, dict) and set(entry) == ENTRY_KEYS and isinstance(entry["data"], dict)
        need(shape and isinstance(entry["kind"], str), f"第 {place} 条不完整", f"entry {place} is not complete")
        need(entry["tag"] == TAG, f"第 {place} 条不是表决记录", f"entry {place} is not of a vote")
        at = isinstance(entry["at"], str) and MOMENT.fullmatch(entry["at"]) is not None
        need(at, f"第 {place} 条时间格式不对", f"entry {place} has no time in its form")
        is_own = entry["chain"] == case.manifest["question"]
        need(is_own, f"第 {place} 条属于别的议题", f"entry {place} is of another question")
        is_next = type(entry["seq"]) is int and entry["seq"] == place
        need(is_next, f"第 {place} 条编号不对", f"entry {place} carries another number")
        need(entry["prev"] == before, f"第 {place} 条与前一条断开", f"entry {place} is not tied to the one before it")
        before = forms.leaf(line)
        case.entries.append(entry)
        case.hashes.append(before)


def opened_belongs(case: Case) -> None:
    """Part of 1: the opened list is there exactly when the record says that there is one."""
    expected = case.one("OPENED") is not None
    need(("opened.json" in case.files) == expected, "开箱名单缺少或多余", "the opened list is missing or out of place")


def opening(case: Case) -> None:
    """5: the record begins with this manifest."""
    need(case.kinds[0] == "OPEN", "记录没有从开放开始", "the record does not begin with the opening")
    fits = case.entries[0]["data"]["manifest"] == forms.leaf(case.files["manifest.json"])
    need(fits, "开放时固定的是另一份议题", "another manifest was frozen at opening")


def order(case: Case) -> None:
    """6: every kind of entry where it may stand."""
    kinds = case.kinds
    for kind in kinds:
        need(kind in ONCE | LIVE, f"不认识的条目：{kind[:20]}", f"unknown kind of entry: {kind[:20]}")
    for kind in ONCE:
        need(kinds.count(kind) <= 1, f"{kind} 出现多次", f"{kind} more than once")
    place = {kind: kinds.index(kind) if kind in kinds else len(kinds) for kind in ONCE}
    for seq, kind in enumerate(kinds):
        late = ("截止以后又有记录", f"entry {seq} ({kind}) stands where it may not")
        if kind in ("BALLOT", "WITHDRAWN", "SEALED"):
            need(seq < place["CLOSE"] and seq < place["RESULT"], *late)
        if kind == "BATCH":
            need(seq < place["RESULT"], *late)
        if kind in ("OPENED", "RESULT"):
            need(seq > place["CLOSE"], *late)
        if kind == "OPENED":
            need(seq < place["RESULT"], *late)
        if kind == "VOID":
            need(seq == len(kinds) - 1 and seq > 0, *late)
    foreign = {"BALLOT"} if case.is_secret else {"SEALED", "OPENED"}
    need(not foreign & set(kinds), "记录里有不属于这种表决的条目", "an entry that this kind of vote does not have")


def signatures(case: Case) -> None:
    """7: every checkpoint is of this question and signed."""
    case.checkpoints = forms.read_checkpoints(case.files["checkpoints.txt"])
    for point in case.checkpoints:
        _signed(case, point)
        same = point.origin == case.checkpoints[0].origin
        need(same, "检查点来自不同的网站", "checkpoints of different sites")


def _signed(case: Case, point: forms.Checkpoint) -> None:
    is_own = point.question == case.manifest["question"]
    need(is_own, "检查点属于别的议题", "a checkpoint of another question")
    forms.check_signature(case.keys, point.key, point.signature, point.signed)


def roots(case: Case) -> None:
    """8: every checkpoint is a prefix of the record, the last one all of it."""
    need(bool(case.checkpoints), "没有可读的检查点", "there is no readable checkpoint")
    sizes = [point.size for point in case.checkpoints]
    need(sizes == sorted(sizes), "检查点顺序不对", "checkpoints out of order")
    _prefixes(case, case.checkpoints)
    covers = sizes[-1] == len(case.hashes)
    need(covers, "最后一个检查点没有涵盖全部记录", "the last checkpoint does not cover the whole record")


def _prefixes(case: Case, points: list[forms.Checkpoint]) -> None:
    known = forms.prefix_roots(case.hashes, {point.size for point in points})
    for point in points:
        need(
            point.size in known,
            f"检查点有 {point.size} 条，记录没有这么长",
            f"a checkpoint of {point.size} entries; the record is shorter",
        )
        need(
            known[point.size] == point.root,
            f"前 {point.size} 条与检查点不符，记录被改写过",
            f"the first {point.size} entries are not those of the checkpoint: the record was rewritten",
        )


def void(case: Case) -> None:
    """15: two people voided the question and said why."""
    data = case.one("VOID")
    if data is None:
        raise LeftOut
    two = data["by"]
    fits = isinstance(two, list) and len(two) == 2 and two[0] != two[1] and all(HEX.fullmatch(one) for one in two)
    need(fits, "作废没有由两人作出", "the voiding is not by two people")
    need(isinstance(data["why"], str) and data["why"] != "", "作废没有写明理由", "the voiding has no reason")


def given(case: Case) -> None:
    """17: the asker's own checkpoints still fit."""
    points: list[forms.Checkpoint] = []
    for text in case.given:
        try:
            points += forms.read_checkpoints(forms.tidied(text), "checkpoint")
        except Wrong as wrong:
            raise Unknown("您给的检查点读不出来", "the checkpoint you gave cannot be read") from wrong
    for point in points:
        _signed(case, point)
        same = not case.checkpoints or point.origin == case.checkpoints[0].origin
        need(same, "检查点来自另一个网站", "the checkpoint is of another site")
    _prefixes(case, points)
