"""What the district lays down for handling: reading the newest row, changing it, its history. The only writer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.base.workdays import local_day
from linyue.centres.model_handling import HandlingRow
from linyue.centres.rules_handling import DAYS, USUAL, HandlingRefusal, HandlingRules, refuse_handling
from linyue.centres.service_index import catalogue_index
from linyue.places.model import Place

NOTE_AT_MOST = 200


async def newest() -> HandlingRow | None:
    """The row in force; None while the district has changed nothing."""
    return await HandlingRow.all().order_by("-id").first()


async def handling() -> HandlingRules:
    """The rules in force."""
    row = await newest()
    return rules_of(row) if row is not None else USUAL


def rules_of(row: HandlingRow) -> HandlingRules:
    """A row as the rules see it."""
    days = {name: int(getattr(row, name)) for name in DAYS}
    return HandlingRules(**days, baseline=row.baseline, home_bound=frozenset(filter(None, row.home_bound.split(","))))


def changes_between(before: HandlingRules, after: HandlingRules) -> Mapping[str, tuple[object, object]]:
    """What differs: name -> (before, after)."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in (*DAYS, "baseline", "home_bound")}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


async def fields_known(rules: HandlingRules) -> dict[str, tuple[str, str]]:
    """Subject fields that can be ticked, with Chinese and English names: the catalogue's, and those in force."""
    try:
        named = {key: (one.name.zh, one.name.en) for key, one in (await catalogue_index()).fields.items()}
    except NotFound:
        named = {}
    return named | {key: (key, key) for key in sorted(rules.home_bound - set(named))}


async def change_handling(actor: Actor, wanted: HandlingRules, note: str, seen: int) -> HandlingRow:
    """The administrator lays down other rules from now on; `seen` is the row they were shown, 0 for none yet.

    Due times that run are not touched. Raises Refused where a number is out of range, the baseline month is still
    to come, a field is unknown, nothing differs, or somebody else was quicker.
    """
    async with unit_of_work() as work:
        await Place.filter(depth=0).update(depth=F("depth"))  # one change at a time
        row = await newest()
        if seen != (row.id if row else 0):
            raise Refused(HandlingRefusal.CHANGED)
        before, this_month = rules_of(row) if row else USUAL, f"{local_day(clock.now()):%Y-%m}"
        refusal = refuse_handling(wanted, await fields_known(before), this_month)
        if refusal is not None:
            least, most = DAYS.get(refusal[1], (0, 0))
            raise Refused(refusal[0], field=refusal[1], least=least, most=most, month=this_month)
        changed = changes_between(before, wanted)
        if not changed:
            raise Refused(HandlingRefusal.SAME)
        made = await HandlingRow.create(
            **{name: getattr(wanted, name) for name in DAYS},
            baseline=wanted.baseline,
            home_bound=",".join(sorted(wanted.home_bound)),
            note=note.strip()[:NOTE_AT_MOST],
            follows_id=seen,
            changed_by_id=actor.person_id,
            changed_at=clock.now(),
        )
        told = {name: f"{_plain(one)} > {_plain(other)}"[:200] for name, (one, other) in changed.items()}
        await work.audit(actor, "centres.handling.change", f"handling_rules:{made.id}", **told)
    return made


@dataclass(frozen=True, slots=True)
class LaidBaseline:
    """The month that the load board compares with, who laid it down (empty where that is not known) and when."""

    month: str
    who: str
    at: datetime


async def baseline() -> LaidBaseline | None:
    """The baseline month in force with the change that made it one; None while none is laid down."""
    rows = await HandlingRow.all().order_by("-id").select_related("changed_by")
    if not rows or not rows[0].baseline:
        return None
    made = rows[0]
    for row in rows[1:]:
        if row.baseline != made.baseline:
            break
        made = row
    return LaidBaseline(made.baseline, made.changed_by.display_name if made.changed_by else "", made.changed_at)


def _plain(value: object) -> str:
    return " ".join(sorted(value)) or "-" if isinstance(value, frozenset) else str(value) or "-"


async def history() -> list[HandlingRow]:
    """Every row, newest first, with who laid it down."""
    return await HandlingRow.all().order_by("-id").limit(50).select_related("changed_by")
