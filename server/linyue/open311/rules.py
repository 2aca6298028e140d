"""What other systems may send and ask for, read from plain values; every fault names its field.

Source of names and limits: Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2). A matter's number is its
service_request_id, an item of the catalogue is a service, a place's code is its address_id.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from linyue.base.workdays import SHANGHAI
from linyue.matters.rules import FINAL, PHOTOS_AT_MOST, MatterRefusal, MatterState

OTHER = "other"
"""Service code of what no item of the catalogue is named for."""
CLOSED = FINAL | {MatterState.COMPLETED}
SPAN = timedelta(days=90)
REQUESTS_AT_MOST = 1000
IDS_AT_MOST = 100
WORDS_AT_MOST = 2000
TITLE_AT_MOST = 60
NAME_AT_MOST = 40
REQUEST_KEY = re.compile(r"[!-~]{8,100}")
YEARS = range(2000, 2200)
LARGEST_PAGE = 10_000


class Open311Refusal(StrEnum):
    """Why a call is turned down; the value is the translation key."""

    MISSING = "open311-refused-missing"
    UNKNOWN_FIELD = "open311-refused-unknown-field"
    TWICE = "open311-refused-twice"
    TOO_LONG = "open311-refused-too-long"
    NO_SERVICE = "open311-refused-no-service"
    NO_PLACE = "open311-refused-no-place"
    PLACE_UNKNOWN = "open311-refused-place-unknown"
    PLACE_UNCLEAR = "open311-refused-place-unclear"
    NO_MAP = "open311-refused-no-map"
    NO_MEDIA = "open311-refused-no-media"
    BAD_KEY = "open311-refused-bad-key"
    BAD_REQUEST_KEY = "open311-refused-bad-request-key"
    BAD_PHONE = "open311-refused-bad-phone"
    BAD_DATE = "open311-refused-bad-date"
    BAD_SPAN = "open311-refused-bad-span"
    BAD_STATUS = "open311-refused-bad-status"
    BAD_NUMBER = "open311-refused-bad-number"
    TOO_MANY_IDS = "open311-refused-too-many-ids"
    NOT_A_FORM = "open311-refused-not-a-form"
    NOT_A_FILE = "open311-refused-not-a-file"
    NO_FILE_HERE = "open311-refused-no-file-here"
    NOT_FOUND = "open311-refused-not-found"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a call; no `field` means the whole of it."""

    field: str
    reason: StrEnum
    args: tuple[tuple[str, object], ...] = ()
    status: int = 400


class Faulty(Exception):
    """A call with faults; all of them are told at once."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{f.field}: {f.reason.value}" for f in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Told:
    """A request as it was sent, trimmed and within limits; places and services are not looked up yet."""

    service_code: str
    title: str
    text: str
    address_id: str
    address_string: str
    phone: str
    name: str
    request_key: str
    is_public: bool


# Fields of the specification. What is taken and not kept is said on /api; media_url, lat and long have their own words.
TAKEN = frozenset({
    "service_code", "description", "address_id", "address_string", "first_name", "last_name", "phone", "api_key",
    "request_key", "attribute[title]", "attribute[private]",
})  # fmt: skip
NOT_KEPT = frozenset({"jurisdiction_id", "email", "device_id", "account_id"})
ELSEWHERE = frozenset({"media_url", "lat", "long", "media"})


def read_report(form: Mapping[str, Sequence[str]], files: Mapping[str, Sequence[object]] | None = None) -> Told:
    """The fields of a posted request; `files` by the field they came in. Raises Faulty."""
    faults = files_at_fault(form, files or {})
    faults += [Fault(name, Open311Refusal.UNKNOWN_FIELD) for name in form if name not in TAKEN | NOT_KEPT | ELSEWHERE]
    faults += [Fault(name, Open311Refusal.TWICE) for name, values in form.items() if len(values) > 1]
    value = {name: clean(values[-1]) for name, values in form.items() if values}
    words = value.get("description", "")
    name = " ".join(f"{value.get('last_name', '')} {value.get('first_name', '')}".split())
    title = " ".join(value.get("attribute[title]", "").split())
    for field in ("service_code", "description"):
        if not value.get(field):
            faults.append(Fault(field, Open311Refusal.MISSING))
    for field, text, most in (
        ("description", words, WORDS_AT_MOST),
        ("attribute[title]", title, TITLE_AT_MOST),
        ("first_name", name, NAME_AT_MOST),
    ):
        if len(text) > most:
            faults.append(Fault(field, Open311Refusal.TOO_LONG, (("n", most),)))
    if value.get("media_url"):
        faults.append(Fault("media_url", Open311Refusal.NO_MEDIA))
    if not (value.get("address_id") or value.get("address_string")):
        on_a_map = bool(value.get("lat") or value.get("long"))
        faults.append(Fault("address_id", Open311Refusal.NO_MAP if on_a_map else Open311Refusal.NO_PLACE))
    key = value.get("request_key", "")
    if key and not REQUEST_KEY.fullmatch(key):
        faults.append(Fault("request_key", Open311Refusal.BAD_REQUEST_KEY))
    if value.get("attribute[private]", "no") not in ("yes", "no", ""):
        faults.append(Fault("attribute[private]", Open311Refusal.BAD_STATUS, (("words", "yes, no"),)))
    if faults:
        raise Faulty(*faults)
    return Told(
        service_code=value["service_code"],
        title=title or title_from(words),
        text=words,
        address_id=value.get("address_id", ""),
        address_string=value.get("address_string", ""),
        phone=value.get("phone", ""),
        name=name,
        request_key=key,
        is_public=value.get("attribute[private]", "no") != "yes",
    )


MEDIA = "media"
"""The field whose parts are pictures; the specification's media_url is only an address."""


def files_at_fault(texts: Collection[str], files: Mapping[str, Sequence[object]]) -> list[Fault]:
    """What is wrong with the parts of a form before one of them is opened."""
    faults = [Fault(name, Open311Refusal.NO_FILE_HERE) for name in files if name != MEDIA]
    if MEDIA in texts:
        faults.append(Fault(MEDIA, Open311Refusal.NOT_A_FILE))
    if len(files.get(MEDIA, ())) > PHOTOS_AT_MOST:
        faults.append(Fault(MEDIA, MatterRefusal.PHOTO_TOO_MANY, (("n", PHOTOS_AT_MOST),)))
    return faults


def clean(text: str) -> str:
    """Trimmed, without signs that neither a database nor XML can hold."""
    return "".join(sign for sign in text if sign in "\t\n\r" or is_sign(sign)).strip()


def is_sign(sign: str) -> bool:
    """Whether XML 1.0 can hold it (section 2.2), leaving out line ends and tabs."""
    return "\x20" <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd" or "\U00010000" <= sign <= "\U0010ffff"


def title_from(words: str) -> str:
    """A heading for a description: its first line, cut where it is too long."""
    first = " ".join(words.split("\n", 1)[0].split())
    return first if len(first) <= TITLE_AT_MOST else f"{first[: TITLE_AT_MOST - 1]}…"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for. Numbers, when given, stand alone: the specification lets them override the rest."""

    numbers: tuple[str, ...]
    services: tuple[str, ...]
    since: datetime
    until: datetime
    is_closed: bool | None
    page: int
    page_size: int
    is_long: bool
    """With the extensions: hand-over, clock, rating."""


QUERY = frozenset({
    "service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size", "extensions",
    "jurisdiction_id", "api_key", "account_id",
})  # fmt: skip


def read_query(query: Mapping[str, Sequence[str]], now: datetime, size: int = REQUESTS_AT_MOST) -> Wanted:
    """The filters of a list. Without dates: the last 90 days; a span is never longer. Raises Faulty."""
    faults = [Fault(name, Open311Refusal.UNKNOWN_FIELD) for name in query if name not in QUERY]
    faults += [Fault(name, Open311Refusal.TWICE) for name, values in query.items() if len(values) > 1]
    value = {name: clean(values[-1]) for name, values in query.items() if values}
    numbers, services = _list(value, "service_request_id"), _list(value, "service_code")
    for field, many in (("service_request_id", numbers), ("service_code", services)):
        if len(many) > IDS_AT_MOST:
            faults.append(Fault(field, Open311Refusal.TOO_MANY_IDS, (("n", IDS_AT_MOST),)))
    since, until = _moment(value, "start_date", faults), _moment(value, "end_date", faults)
    if until is None:
        until = now if since is None else since + SPAN
    if since is None:
        since = until - SPAN
    if not timedelta() <= until - since <= SPAN:
        faults.append(Fault("start_date", Open311Refusal.BAD_SPAN, (("n", SPAN.days),)))
    asked = set(_list(value, "status"))
    if asked - {"open", "closed"}:
        faults.append(Fault("status", Open311Refusal.BAD_STATUS, (("words", "open, closed"),)))
    wants_long = value.get("extensions", "") or "false"
    if wants_long not in ("true", "false"):
        faults.append(Fault("extensions", Open311Refusal.BAD_STATUS, (("words", "true, false"),)))
    current = _count(value, "page", 1, LARGEST_PAGE, faults)
    page_size = _count(value, "page_size", size, REQUESTS_AT_MOST, faults)
    if faults:
        raise Faulty(*faults)
    is_closed = asked == {"closed"} if len(asked) == 1 else None
    return Wanted(numbers, services, since, until, is_closed, current, page_size, wants_long == "true")


def _list(value: Mapping[str, str], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in value.get(field, "").split(",") if part.strip()))


def _moment(value: Mapping[str, str], field: str, faults: list[Fault]) -> datetime | None:
    """A moment as 2026-11-01T08:00:00+08:00, with Z, or a day alone; without a zone it is the district's time."""
    text = value.get(field, "")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)  # a plus arrives as a blank
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        faults.append(Fault(field, Open311Refusal.BAD_DATE))
        return None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _count(value: Mapping[str, str], field: str, default: int, most: int, faults: list[Fault]) -> int:
    text = value.get(field, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        faults.append(Fault(field, Open311Refusal.BAD_NUMBER, (("n", most),)))
        return default
    return int(text)
