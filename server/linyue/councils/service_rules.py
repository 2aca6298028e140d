"""What the district lays down for its councils: reading the newest row, changing it, its history. The only writer."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.councils.model import CouncilRules, Seat
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import DEFAULT, LIMITS, DistrictRefusal, DistrictRules, refuse_rules
from linyue.places.model import Place

NOTE_AT_MOST = 200


async def newest() -> CouncilRules | None:
    """The row in force; None while the district has changed nothing."""
    return await CouncilRules.all().order_by("-id").first()


async def rules_now() -> DistrictRules:
    """The rules in force."""
    row = await newest()
    return rules_of(row) if row is not None else DEFAULT


async def rules_at(at: datetime) -> DistrictRules:
    """The rules that were in force at a moment: what is over is counted by the rules of its day."""
    row = await CouncilRules.filter(changed_at__lte=at).order_by("-id").first()
    return rules_of(row) if row is not None else DEFAULT


def rules_of(row: CouncilRules) -> DistrictRules:
    """A row as the rules see it."""
    return DistrictRules(
        **{name: int(getattr(row, name)) for name in LIMITS},
        share=row.share,
        leads=MappingProxyType({MatterKind(kind): int(number) for kind, number in row.leads.items()}),
    )


def changes_between(before: DistrictRules, after: DistrictRules) -> Mapping[str, tuple[object, object]]:
    """What differs: name -> (before, after); the assignment of kinds as one."""
    names = (*LIMITS, "share", "leads")
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


async def change_rules(actor: Actor, wanted: DistrictRules, note: str, seen: int) -> CouncilRules:
    """The administrator lays down other rules from now on; `seen` is the row they were shown, 0 for none yet.

    Terms that run are not touched. Raises Refused where a number is out of range, a kind would have no seat, somebody
    sits where no seat would be, nothing differs, or somebody else was quicker.
    """
    refusal = refuse_rules(wanted)
    if refusal is not None:
        reason, name = refusal
        least, most = LIMITS.get(name, (1, wanted.seats))
        raise Refused(reason, field=name, least=least, most=most)
    async with unit_of_work() as work:
        await Place.filter(depth=0).update(depth=F("depth"))  # one change at a time
        row = await newest()
        if seen != (row.id if row else 0):
            raise Refused(DistrictRefusal.RULES_CHANGED)
        now = clock.now()
        changed = changes_between(rules_of(row) if row else DEFAULT, wanted)
        if not changed:
            raise Refused(DistrictRefusal.RULES_SAME)
        held = await Seat.filter(number__gt=wanted.seats, ends_at__gt=now).order_by("-number").first()
        if held is not None:
            raise Refused(DistrictRefusal.SEATS_HELD, field="seats", n=held.number)
        made = await CouncilRules.create(
            **{name: getattr(wanted, name) for name in LIMITS},
            share=wanted.share,
            leads={kind.value: number for kind, number in wanted.leads.items()},
            note=note.strip()[:NOTE_AT_MOST],
            follows_id=seen,
            changed_by_id=actor.person_id,
            changed_at=now,
        )
        told = {name: f"{_plain(one)} > {_plain(other)}" for name, (one, other) in changed.items()}
        await work.audit(actor, "council.rules.change", f"council_rules:{made.id}", **told)
    return made


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{kind.value}={number}" for kind, number in value.items()) or "-"
    return str(value)


async def history() -> list[CouncilRules]:
    """Every row, newest first, with who laid it down."""
    return await CouncilRules.all().order_by("-id").limit(50).select_related("changed_by")
