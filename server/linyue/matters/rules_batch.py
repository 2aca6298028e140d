"""A sheet of reports: what each line means, and what is wrong with it. Plain values; places come in with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linyue.matters.rules import TEXT_AT_MOST

COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("标题", "事项", "什么事"),
    "text": ("内容", "详细内容", "说明"),
    "place": ("地点", "地点编码", "哪里"),
    "channel": ("渠道", "来源"),
    "phone": ("电话", "反映人电话", "联系电话"),
    "name": ("称呼", "反映人"),
    "public": ("公开", "是否公开"),
}
NEEDED = ("title", "place")
ROWS_AT_MOST = 200
"""One sheet is one transaction; more would keep everybody else waiting."""
TITLE_AT_MOST, NAME_AT_MOST = 60, 40
CHANNELS: dict[str, str] = {
    "": "desk", "desk": "desk", "窗口": "desk", "当面": "desk", "社区窗口": "desk", "walk-in": "desk",
    "phone": "phone", "电话": "phone", "来电": "phone", "telephone": "phone",
    "visit": "visit", "走访": "visit", "上门": "visit", "入户": "visit",
    "paper": "paper", "纸质": "paper", "意见箱": "paper", "信": "paper", "letter": "paper",
}  # fmt: skip
"""Words for a channel, as people write them."""
YES, NO = {"", "1", "yes", "true", "是", "y", "公开"}, {"0", "no", "false", "否", "n", "不公开"}


class BatchFault(StrEnum):
    """What is wrong with a line; the value is the translation key."""

    NO_TITLE = "matters-batch-no-title"
    LONG_TITLE = "matters-batch-long-title"
    LONG_TEXT = "matters-batch-long-text"
    NO_PLACE = "matters-batch-no-place"
    UNKNOWN_PLACE = "matters-batch-unknown-place"
    SEVERAL_PLACES = "matters-batch-several-places"
    NOT_YOUR_PLACE = "matters-batch-not-your-place"
    WIDE_PLACE = "matters-batch-wide-place"
    BAD_CHANNEL = "matters-batch-bad-channel"
    BAD_PHONE = "matters-batch-bad-phone"
    LONG_NAME = "matters-batch-long-name"
    BAD_PUBLIC = "matters-batch-bad-public"
    TWICE = "matters-batch-twice"
    TOO_MANY = "matters-batch-too-many"


@dataclass(frozen=True, slots=True)
class BatchPlace:
    """A place that a sheet can name by its code or name; `is_mine`: this reader may report there."""

    id: int
    code: str
    name: str
    is_mine: bool
    is_narrow: bool
    """Within a community."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One report of a sheet."""

    line: int
    title: str
    text: str
    place_id: int
    channel: str
    phone: str
    name: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line, the column to mend, and what the sentence needs."""

    line: int
    column: str
    key: BatchFault
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What taking a sheet in would do; nothing may be done while there are faults."""

    lines: list[BatchLine]
    faults: list[LineFault]


def plan_batch(
    rows: Sequence[tuple[int, Mapping[str, str]]],
    by_code: Mapping[str, BatchPlace],
    by_name: Mapping[str, Sequence[BatchPlace]],
    phones: Mapping[str, str | None],
) -> BatchPlan:
    """Every line as a report, with every fault of every line, in the order of the sheet.

    `phones`: each telephone of the sheet as it would be stored, None for one that is none.
    """
    if len(rows) > ROWS_AT_MOST:
        return BatchPlan([], [LineFault(0, "", BatchFault.TOO_MANY, (("n", str(ROWS_AT_MOST)),))])
    lines: list[BatchLine] = []
    faults: list[LineFault] = []
    seen: dict[tuple[int, str, str], int] = {}
    for number, cells in rows:
        found, wrong = _line(number, cells, by_code, by_name, phones)
        if found is not None:
            key = (found.place_id, found.title, found.phone)
            if key in seen:
                wrong = [LineFault(number, "title", BatchFault.TWICE, (("n", str(seen[key])),))]
            else:
                seen[key] = number
                lines.append(found)
        faults += wrong
    return BatchPlan(lines, faults)


def _line(
    line: int,
    cells: Mapping[str, str],
    by_code: Mapping[str, BatchPlace],
    by_name: Mapping[str, Sequence[BatchPlace]],
    phones: Mapping[str, str | None],
) -> tuple[BatchLine | None, list[LineFault]]:
    wrong: list[LineFault] = []

    def say(column: str, key: BatchFault, **args: str) -> None:
        wrong.append(LineFault(line, column, key, tuple(args.items())))

    title, text = " ".join(cells["title"].split()), cells.get("text", "")
    if not title:
        say("title", BatchFault.NO_TITLE)
    elif len(title) > TITLE_AT_MOST:
        say("title", BatchFault.LONG_TITLE, n=str(TITLE_AT_MOST))
    if len(text) > TEXT_AT_MOST:
        say("text", BatchFault.LONG_TEXT, n=str(TEXT_AT_MOST))
    place, fault = _place(cells["place"], by_code, by_name)
    if fault is not None:
        say("place", fault, place=cells["place"])
    channel = CHANNELS.get(cells.get("channel", "").lower())
    if channel is None:
        say("channel", BatchFault.BAD_CHANNEL)
    phone = cells.get("phone", "")
    if phone and phones.get(phone) is None:
        say("phone", BatchFault.BAD_PHONE)
    name = cells.get("name", "")
    if len(name) > NAME_AT_MOST:
        say("name", BatchFault.LONG_NAME, n=str(NAME_AT_MOST))
    public = cells.get("public", "").lower()
    if public not in YES | NO:
        say("public", BatchFault.BAD_PUBLIC)
    if wrong or place is None or channel is None:
        return None, wrong
    return BatchLine(line, title, text, place.id, channel, phones.get(phone) or "", name, public in YES), []


def _place(
    words: str, by_code: Mapping[str, BatchPlace], by_name: Mapping[str, Sequence[BatchPlace]]
) -> tuple[BatchPlace | None, BatchFault | None]:
    """The place of a code, else of a name: one's own places first, so that two buildings 3 elsewhere do not matter."""
    if not words:
        return None, BatchFault.NO_PLACE
    found = [by_code[words]] if words in by_code else list(by_name.get(words, ()))
    if not found:
        return None, BatchFault.UNKNOWN_PLACE
    mine = [place for place in found if place.is_mine]
    if not mine:
        return None, BatchFault.NOT_YOUR_PLACE
    if len(mine) > 1:
        return None, BatchFault.SEVERAL_PLACES
    return (mine[0], None) if mine[0].is_narrow else (None, BatchFault.WIDE_PLACE)
