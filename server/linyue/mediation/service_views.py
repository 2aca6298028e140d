"""What pages show of disputes: figures for everybody, the rest for those who may. Reads only."""

from collections import Counter
from dataclasses import dataclass

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.policy import Actor, Role, Scope
from linyue.base.rights import RightsRow, RightsTable, show_rights
from linyue.councils.model import Council
from linyue.councils.service_functions import Function, FunctionView, show_function_from
from linyue.mediation.model import Dispute, DisputeParty
from linyue.mediation.rules import FINAL, RIGHTS, DisputeKind, DisputeState, Step
from linyue.mediation.service import COUNCIL, DISSUADERS
from linyue.places.model import Place


async def dispute_by_public_id(public_id: str) -> Dispute:
    """The dispute of an address, with its place and mediator. Raises NotFound."""
    row = await Dispute.get_or_none(public_id=public_id).select_related("place", "mediator")
    if row is None:
        raise NotFound
    return row


async def scope_of(row: Dispute) -> Scope:
    """What the policy needs to know of a dispute: its parties and its mediator. `row.place` is loaded."""
    people = await DisputeParty.filter(dispute_id=row.id).values_list("person_id", flat=True)
    return Scope(
        place_path=row.place.path,
        person_ids=frozenset(int(str(one)) for one in people),
        offices={"mediator": frozenset({row.mediator_id} if row.mediator_id is not None else ())},
        is_public=False,
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """How many disputes there were at a place, by state and by kind; never what they were about."""

    states: dict[DisputeState, int]
    kinds: dict[DisputeKind, int]
    total: int


async def figures_of(place: Place) -> Figures:
    """Counts for everybody."""
    rows = await at(place).values_list("state", "kind")
    states, kinds = Counter(str(state) for state, _ in rows), Counter(str(kind) for _, kind in rows)
    return Figures({s: states[s.value] for s in DisputeState}, {k: kinds[k.value] for k in DisputeKind}, len(rows))


def at(place: Place) -> QuerySet[Dispute]:
    """Disputes of a place and everything inside it."""
    return Dispute.filter(place__path__startswith=place.path)


async def own(person_id: int) -> list[Dispute]:
    """Disputes in which this person is a party, the newest first."""
    ids = await DisputeParty.filter(person_id=person_id).values_list("dispute_id", flat=True)
    return await Dispute.filter(id__in=list(ids)).order_by("-id").select_related("place")


async def to_take(actor: Actor) -> list[Dispute]:
    """Disputes of this person's council or community that nobody has taken on, without their own ones."""
    reached = _reached(actor, (*COUNCIL, Role.SOCIAL_WORKER))
    mine = await DisputeParty.filter(person_id=actor.person_id or 0).values_list("dispute_id", flat=True)
    rows = Dispute.filter(reached, state=DisputeState.FILED).exclude(id__in=list(mine))
    return await rows.order_by("due_at", "id").limit(100).select_related("place")


async def to_dissuade(actor: Actor) -> list[Dispute]:
    """Disputes of places this person works or serves for, to which they may add a record; without their own ones."""
    reached = _reached(actor, (*COUNCIL, *DISSUADERS))
    mine = await DisputeParty.filter(person_id=actor.person_id or 0).values_list("dispute_id", flat=True)
    rows = Dispute.filter(reached, state__in=RIGHTS[Step.DISSUADE].states).exclude(id__in=list(mine))
    found = await rows.order_by("-id").limit(100).select_related("place")
    return sorted((row for row in found if row.mediator_id != actor.person_id), key=lambda row: row.state in FINAL)


async def mediated(actor: Actor) -> list[Dispute]:
    """Disputes this person mediates, those that run first."""
    rows = await Dispute.filter(mediator_id=actor.person_id or 0).order_by("-id").limit(100).select_related("place")
    return sorted(rows, key=lambda row: row.state in FINAL)


async def of_desk(actor: Actor) -> list[Dispute]:
    """Every other dispute of the communities whose desk this person works at."""
    rows = Dispute.filter(_reached(actor, (Role.SOCIAL_WORKER,))).exclude(state=DisputeState.FILED)
    found = await rows.order_by("-id").limit(100).select_related("place")
    return [row for row in found if row.mediator_id != actor.person_id]


def _reached(actor: Actor, roles: tuple[Role, ...]) -> Q:
    reached = Q(id=0)
    for grant in actor.grants:
        if grant.role in roles and grant.place_path:
            reached |= Q(place__path__startswith=grant.place_path)
    return reached


def late_in(path: str) -> QuerySet[Dispute]:
    """Disputes of a place that are late now."""
    return Dispute.filter(place__path__startswith=path, due_at__lt=clock.now())


async def _disputes(council: Council) -> FunctionView:
    rows = at(council.place)
    waiting = await rows.exclude(state__in=FINAL).count()
    at_council = f"/council/{council.place.code}/disputes"
    return FunctionView(await rows.count(), waiting, at_council, f"{at_council}/new")


show_function_from(Function.DISPUTES, _disputes)
show_rights(
    RightsTable(
        "mediation",
        [RightsRow(step.value, right.states, right.doers) for step, right in RIGHTS.items()],
        (DisputeState.FILED, DisputeState.CONSENT, DisputeState.READY),
    )
)
