"""Checks 9 to 14 and 16: the ballots counted again, and the outcome worked out again."""

import hashlib
import re
from typing import Any

from linyue_verify import forms
from linyue_verify.case import CHANNELS, Case, Counted, code_of, number, typed
from linyue_verify.report import LeftOut, Unknown, Wrong, need

UNBOUND = {"paper", "hands"}
HEX = re.compile(r"[0-9a-f]{64}")
NO_CLOSE = ("记录里还没有截止", "the record does not hold a close yet")
NO_RESULT = ("记录里还没有结果", "the record does not hold a result yet")


def replay(case: Case) -> None:
    """9: each ballot in turn; what is left at the end counts."""
    roll, highest, codes = set(case.manifest["roll"]), dict[str, int](), set[str]()
    for seq, entry in enumerate(case.entries):
        if entry["kind"] not in ("BALLOT", "WITHDRAWN"):
            continue
        data, at = entry["data"], (f"第 {seq} 条", f"entry {seq}")
        voter, revision = data["voter"], number(data["revision"])
        need(voter in roll, f"{at[0]}：不在名册上", f"{at[1]}: not of the roll")
        mine = case.counted.get(voter)
        if entry["kind"] == "WITHDRAWN":
            if not case.is_secret:
                fits = mine is not None and mine.revision == revision
                need(fits, f"{at[0]}：撤回的票不存在", f"{at[1]}: takes back a ballot that does not count")
                case.ends[case.counted.pop(voter).seq] = "withdrawn"
            continue
        channel = data.get("channel", "online")
        need(channel in CHANNELS - UNBOUND, f"{at[0]}：渠道不对", f"{at[1]}: not a channel of single ballots")
        need(
            channel in case.offered, f"{at[0]}：没有开放这种投票方式", f"{at[1]}: a way of voting that was not offered"
        )
        need(case.takes(data["choice"]), f"{at[0]}：选项不存在", f"{at[1]}: an option that was not listed")
        if mine is None:
            fits = revision > highest.get(voter, 0)
        else:
            fits = revision == mine.revision + 1 and channel == mine.channel
            case.ends[mine.seq] = "replaced"
        need(fits, f"{at[0]}：修改次序或渠道不对", f"{at[1]}: revision or channel does not follow the earlier ballot")
        highest[voter] = revision
        case.counted[voter] = Counted(revision, data["choice"], channel, seq)
        case.ends[seq] = "counted"
        code = code_of(case.hashes[seq])
        need(code not in codes, f"{at[0]}：回执码重复", f"{at[1]}: a receipt code twice")
        codes.add(code)


def batches(case: Case) -> None:
    """10: what was issued came back, was spoiled or stayed out; what came back was counted."""
    found = case.of("BATCH")
    if not found:
        raise LeftOut
    names = [data["batch"] for data in found]
    plain = all(name != "" if isinstance(name, str) else number(name) >= 0 for name in names)
    need(plain and len(set(names)) == len(names), "批次编号重复", "a batch twice")
    bound = set(case.counted)
    for data in found:
        need(data["channel"] in UNBOUND, "批次渠道不对", "not a channel of batches")
        need(data["channel"] in case.offered, "没有开放这种投票方式", "a batch of a way that was not offered")
        if case.is_secret:
            is_quiet = data["channel"] == "paper" and not {"counts", "sheets"} & set(data)
            need(is_quiet, "无记名表决的批次说出了选择", "a batch of a secret vote tells choices")
        sums = _sum(case, _counts(case, data))
        if data["channel"] == "paper":
            keys = ("issued", "returned", "spoiled", "unreturned")
            issued, returned, spoiled, out = (number(data[key]) for key in keys)
            fits = case.is_secret or returned == sums
            need(fits, "收回的纸票和计数不符", "papers returned differ from papers counted")
            is_explained = isinstance(data.get("note"), str) and data["note"] != ""
            adds_up = issued == returned + spoiled + out or is_explained
            need(adds_up, "发出的纸票数目对不上", "papers issued do not add up, and nothing says why")
        if "sheets" in data:
            _sheets(case, data, bound)


def _sheets(case: Case, data: dict[str, Any], bound: set[str]) -> None:
    """Sheets bound to marks on the roll: each person once, and together what the batch counts."""
    roll, counts = set(case.manifest["roll"]), dict.fromkeys(case.listed, 0)
    need(isinstance(data["sheets"], list), "纸票名单格式不对", "the sheets are not in their form")
    for sheet in data["sheets"]:
        fits = isinstance(sheet, list) and len(sheet) == 2 and sheet[0] in roll and case.takes(sheet[1])
        need(fits, "纸票不在名册上或选项不存在", "a sheet of somebody not on the roll, or for no option")
        need(sheet[0] not in bound, "同一人投了两次", "somebody voted twice")
        bound.add(sheet[0])
        counts[sheet[1]] = counts.get(sheet[1], 0) + 1
        case.sheets[sheet[0]] = sheet[1]
    named = set(counts) | set(data["counts"])
    same = all(data["counts"].get(choice, 0) == counts.get(choice, 0) for choice in named)
    need(same, "纸票名单与计数不符", "the sheets are not what the batch counts")


def _counts(case: Case, data: dict[str, Any]) -> Any:
    """Figures by option; those of a secret vote's papers come out with the box."""
    return {} if case.is_secret else data["counts"]


def _papers(case: Case) -> int:
    """Valid sheets of all batches of a secret vote."""
    return sum(number(data["returned"]) for data in case.of("BATCH"))


def _sum(case: Case, counts: Any) -> int:
    need(isinstance(counts, dict) and all(map(case.takes, counts)), "选项不存在", "an option that was not listed")
    return sum(number(value) for value in counts.values())


def box(case: Case) -> None:
    """11: the sealed box of a secret vote, and the list that was opened."""
    if not case.is_secret:
        raise LeftOut
    sealed: list[str] = []
    needs_phones = bool(case.of("SEALED"))
    need(not needs_phones or "online" in case.offered, "没有开放网上投票", "sealed on devices, which was not offered")
    for data in case.of("SEALED"):
        boxes = data["boxes"]
        fits = isinstance(boxes, list) and boxes == sorted(boxes) and all(HEX.fullmatch(one) for one in boxes)
        need(fits, "封存批次格式不对", "a batch of boxes is not in its form")
        sealed += boxes
    need(len(set(sealed)) == len(sealed), "同一个封存出现两次", "a box twice")
    end, opened = case.one("CLOSE"), case.one("OPENED")
    if end is None:
        if case.kinds[-1] == "VOID":
            raise LeftOut
        raise Unknown(*NO_CLOSE)
    held = number(end["boxes"])
    fits = held <= len(sealed) and held <= len(case.manifest["roll"])
    need(fits, "票箱里的比封存的多", "more in the box than was sealed")
    whole = hashlib.sha256("\n".join(sorted(sealed)).encode()).hexdigest()
    is_set = isinstance(end["box_set"], str) and HEX.fullmatch(end["box_set"]) is not None
    need(
        is_set and (held != len(sealed) or end["box_set"] == whole),
        "票箱内容与封存不符",
        "not the boxes that were sealed",
    )
    held += _papers(case)
    if opened is not None:
        _opened(case, opened, held)
    elif held and case.kinds[-1] != "VOID":
        raise Unknown("票箱还没有开", "the box has not been opened")


def _opened(case: Case, opened: dict[str, Any], held: int) -> None:
    count = number(opened["opened"])
    adds_up = count + number(opened["duds"]) == held
    need(adds_up, "开出的和封存的、纸票的数目不符", "opened and duds are not what the box and the papers held")
    raw = case.files["opened.json"]
    fits = hashlib.sha256(raw).hexdigest() == opened["list"]
    need(fits, "开箱名单不是记录的那份", "the opened list is not the one recorded")
    rows = forms.canonical(raw)
    shape = isinstance(rows, list) and all(
        isinstance(row, dict) and set(row) == {"choice", "code"} and isinstance(row["code"], str) for row in rows
    )
    need(shape and len(rows) == count, "开箱名单行数或格式不对", "the opened list has other rows")
    ordered = sorted(rows, key=lambda row: (row["code"].encode("utf-16-be"), row["choice"].encode("utf-16-be")))
    need(rows == ordered, "开箱名单没有排序", "the opened list is not sorted")
    need(all(case.takes(row["choice"]) for row in rows), "选项不存在", "an option that was not listed")
    is_enough = count == 0 or count >= case.manifest["least_box"]
    is_enough = is_enough and len(case.manifest["roll"]) >= case.manifest["least_roll"]
    need(is_enough, "票太少，不该开箱", "too few to be opened")
    case.rows = rows


def close(case: Case) -> None:
    """12: the figures told at close."""
    end = case.one("CLOSE")
    if end is None:
        if case.kinds[-1] == "VOID":
            raise LeftOut
        raise Unknown(*NO_CLOSE)
    cast = _turnout(case, end)
    bound = number(end["boxes"]) + _papers(case) if case.is_secret else len(case.counted)
    by_channel = _channels(case, end)
    has_unbound = not case.is_secret and (bool(case.of("BATCH")) or bool(UNBOUND & set(by_channel)))
    fits = cast >= bound and (has_unbound or cast == bound)
    need(fits, "截止时的投票人数与记录不符", "the number cast at close is not that of the record")


def _turnout(case: Case, data: dict[str, Any]) -> int:
    entitled, present, cast = (number(data[key]) for key in ("entitled", "present", "cast"))
    need(entitled == len(case.manifest["roll"]), "应到人数与名册不符", "entitled is not the length of the roll")
    need(cast <= present <= entitled, "人数关系不成立", "more cast than present, or more present than entitled")
    return cast


def _channels(case: Case, data: dict[str, Any]) -> dict[str, int]:
    found = data.get("by_channel", {})
    need(isinstance(found, dict) and set(found) <= CHANNELS, "渠道不认识", "an unknown channel")
    by_channel = {channel: number(value) for channel, value in found.items()}
    need(not (case.is_secret and by_channel), "无记名表决分了渠道", "a secret vote is divided by channel")
    if "by_channel" in data and not case.is_secret:
        for channel in CHANNELS - UNBOUND:
            own = sum(ballot.channel == channel for ballot in case.counted.values())
            fits = by_channel.get(channel, 0) == own
            need(fits, f"渠道 {channel} 人数不符", f"another number for the channel {channel}")
    return by_channel


def recount(case: Case) -> None:
    """13: all ballots of all channels, counted again."""
    result = case.one("RESULT")
    if result is None:
        if case.kinds[-1] == "VOID":
            raise LeftOut
        raise Unknown(*NO_RESULT)
    by_batch = {channel: 0 for channel in UNBOUND}
    totals = {choice: 0 for choice in case.listed}
    for data in case.of("BATCH"):
        by_batch[data["channel"]] += _sum(case, _counts(case, data))
        for choice, count in _counts(case, data).items():
            totals[choice] = totals.get(choice, 0) + count
    told = result["counts"]
    fits = isinstance(told, dict) and set(case.listed) <= set(told) and all(map(case.takes, told))
    need(fits, "公布的选项不对", "the result names other options")
    numbers = {choice: number(value) for choice, value in told.items()}
    for chosen in [ballot.choice for ballot in case.counted.values()] + [row["choice"] for row in case.rows]:
        totals[chosen] = totals.get(chosen, 0) + 1
    named = set(numbers) | set(totals)
    fits = all(numbers.get(choice, 0) == totals.get(choice, 0) for choice in named)
    need(fits, f"重新清点得到 {totals}，公布的是 {numbers}", f"counted again: {totals}; published: {numbers}")
    cast = _turnout(case, result)
    need(cast == sum(numbers.values()), "投票人数与票数不符", "the number cast is not the sum of the counts")
    by_channel = _channels(case, result)
    if "by_channel" in result and not case.is_secret:
        fits = sum(by_channel.values()) == cast
        fits = fits and all(by_channel.get(channel, 0) == count for channel, count in by_batch.items())
        need(fits, "各渠道人数加起来不对", "the channels do not add up")
    case.totals = numbers


def receipt(case: Case) -> None:
    """16: the asker's receipt is in the record."""
    code = typed(case.receipt)
    for seq, entry in enumerate(case.entries):
        if entry["kind"] == "BALLOT" and code_of(case.hashes[seq]) == code:
            case.told[16] = _TOLD[case.ends.get(seq, "counted")](seq)
            return
    if any(typed(row["code"]) == code for row in case.rows):
        case.told[16] = ("您的编码在开箱名单里，计入票数。", "Your code is on the opened list and counts.")
        return
    raise Wrong(f"回执 {code} 不在这份记录里", f"the receipt {code} is not in this record")


_TOLD = {
    "counted": lambda n: (
        f"您的回执在记录第 {n} 条，计入票数。",
        f"Your receipt is in the record, at entry {n}, and counts.",
    ),
    "replaced": lambda n: (
        f"您的回执在记录第 {n} 条，已被您后来的票替换。",
        f"Your receipt is in the record, at entry {n}; you replaced that ballot later.",
    ),
    "withdrawn": lambda n: (
        f"您的回执在记录第 {n} 条，这张票已撤回。",
        f"Your receipt is in the record, at entry {n}; that ballot was taken back.",
    ),
}
