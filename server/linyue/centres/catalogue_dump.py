"""Writes a catalogue as the text that `catalogue.parse` reads back as the very same values."""

from itertools import groupby
from typing import Any

import yaml

from linyue.centres.rules import Catalogue, DaysCount, ItemEntry, Named, PlatformEntry

FORMAT = 2
WIDE = 100_000
"""Lines are never folded: one entry, one line."""


_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]
    """Writes a value again where it comes again: the reader takes no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def dump(catalogue: Catalogue) -> str:
    """The catalogue as YAML, with every field said."""
    groups = groupby(catalogue.items, key=lambda item: (item.listing, item.handled_by, item.kind))
    plain = {
        "format": FORMAT,
        "version": catalogue.version,
        "effective_from": catalogue.effective_from,
        "title": _named(catalogue.title),
        "fields": [{"key": f.key, **_named(f.name), "pinyin": f.pinyin} for f in catalogue.fields],
        "kinds": [{"key": k.key.value, **_named(k.name), "words": list(k.words)} for k in catalogue.kinds],
        "platforms": [_platform(entry) for entry in catalogue.platforms],
        "papers": dict(catalogue.papers),
        "groups": [
            {
                "list": listing.value,
                "handled_by": handled_by.value,
                "kind": kind.value,
                "items": [_item(item) for item in items],
            }
            for (listing, handled_by, kind), items in groups
        ],
    }
    return str(yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDE))


def _named(name: Named) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _platform(entry: PlatformEntry) -> dict[str, Any]:
    return {
        "code": entry.code,
        **_named(entry.name),
        "floats": entry.floats,
        **({"floats_from": entry.floats_from} if entry.floats_from else {}),
        "logins": entry.logins,
        "ledgers": entry.ledgers,
        "duty": entry.duty,
        "duty_measured": entry.is_duty_measured,
    }


def _item(item: ItemEntry) -> dict[str, Any]:
    days: dict[str, Any] = {"count": item.days.count, "unit": item.days.unit.value, "from": item.days.source.value}
    if item.days.counts is not DaysCount.DURATION:
        days["counts"] = item.days.counts.value
    told: dict[str, Any] = {
        "code": item.code,
        **_named(item.name),
        "fields": list(item.fields),
        "platform": item.platform,
        "floats_from": item.floats_from,
        "matter_kind": item.matter_kind.value if item.matter_kind else None,
        "scale": item.scale.value if item.scale else None,
        "legal_route": item.legal_route.value if item.legal_route else None,
        "method": item.method.value if item.method else None,
        "decides": item.decides.value,
        "assists": [level.value for level in item.assists],
        "may_not_push": [level.value for level in item.may_not_push],
        "goes_to": _named(item.goes_to) if item.goes_to else None,
        "days": days,
        "papers": list(item.papers) or None,
        "basis": list(item.basis),
        "note": _named(item.note) if item.note else None,
        "words": list(item.words),
        "minutes": item.minutes,
        "minutes_measured": item.is_measured,
        "certainty": item.certainty.value,
        "retired": item.is_retired or None,
        "successor": item.successor,
    }
    return {name: value for name, value in told.items() if value is not None}
