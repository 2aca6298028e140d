"""Figures in words, in the reader's language. Serves no address itself."""

from babel.dates import format_date

from linyue.base.i18n import t
from linyue.boards.rules import Month, Share
from linyue.boards.rules_load import Change
from linyue.matters import service_views
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


def month_words(lang: str, month: Month) -> str:
    """2026年10月 / October 2026."""
    pattern, locale = ("y年M月", "zh_Hans_CN") if lang == "zh-CN" else ("LLLL y", "en_GB")
    return format_date(month.first, pattern, locale=locale)


def area_words(lang: str, place: Place) -> str:
    """A name in the list of areas; a community carries a mark, since it stands below its sub-district."""
    name = service_views.name_of(lang, place)
    return t(lang, "boards-area-within", name=name) if place.kind is PlaceKind.COMMUNITY else name


def share_words(lang: str, share: Share) -> str:
    """95%, or so many of so many where there are too few cases, or a dash for none."""
    if share.percent is not None:
        return t(lang, "boards-percent", n=share.percent)
    return t(lang, "boards-few", n=share.n, total=share.of) if share.of else t(lang, "boards-nothing")


def range_words(lang: str, share: Share) -> str:
    """93 to 96 %, or empty where no percentage is told."""
    low, high = share.percents
    return t(lang, "boards-range", low=low, high=high) if share.is_told else ""


def hours_words(lang: str, hours: float) -> str:
    """Hours a week, to one decimal."""
    return t(lang, "boards-hours", n=f"{hours:.1f}")


def change_words(lang: str, change: Change) -> str:
    """少了31% / 31 % less; a change that rounds to nothing is 0 %."""
    n = round(100 * change.value)
    key = "same" if n == 0 else "more" if n > 0 else "less"
    return t(lang, f"boards-change-{key}", n=abs(n))


def change_range(lang: str, change: Change, *, is_short: bool = False) -> str:
    """From which to which change, signs in figures."""
    low, high = (f"{round(100 * one):+d}" if round(100 * one) else "0" for one in (change.low, change.high))
    return t(lang, "boards-change-range-short" if is_short else "boards-change-range", low=low, high=high)
