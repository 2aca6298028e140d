"""Stepping back from a matter: the member loses it, the next one leads, and the timeline says so. The only writer."""

from collections.abc import Iterable
from datetime import datetime

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.councils import service as councils
from linyue.councils.model import XMember
from linyue.councils.rules import MatterKind
from linyue.matters.model import Matter
from linyue.matters.model_topics import MatterRecusal
from linyue.matters.rules import Doer, Step, Way
from linyue.matters.rules_parts import whole_number
from linyue.matters.rules_recusal import RecusalReason, refuse_recusal
from linyue.matters.service_due import owner_ids
from linyue.matters.service_step import Change, claim, link_of, stop, take_step
from linyue.matters.service_views import title_of


async def recused_in(matter_id: int, by: datetime | None = None) -> list[int]:
    """Ids of those who stepped back from a matter, in their order; with a time only those who had by then."""
    rows = MatterRecusal.filter(matter_id=matter_id).order_by("id")
    return [int(row.person_id) for row in await (rows.filter(at__lte=by) if by is not None else rows)]


async def recused_by_matter(matter_ids: Iterable[int]) -> dict[int, set[int]]:
    """The same for several matters at once."""
    found: dict[int, set[int]] = {}
    for row in await MatterRecusal.filter(matter_id__in=list(matter_ids)):
        found.setdefault(row.matter_id, set()).add(row.person_id)
    return found


async def seat_in(matter: Matter, person_id: int | None) -> int | None:
    """The seat somebody holds now in the matter's council, 0 for an X member, None for others."""
    council = await councils.council_of(matter.place) if person_id is not None else None
    if council is None:
        return None
    for seat in await councils.seats_now(council.id):
        if seat.person_id == person_id:
            return int(seat.number)
    now = clock.now()
    xs = XMember.filter(council_id=council.id, person_id=person_id, starts_at__lte=now, ends_at__gt=now)
    return 0 if await xs.exists() else None


async def may_recuse(actor: Actor, matter: Matter) -> bool:
    """Whether the page offers it to this reader."""
    seat = await seat_in(matter, actor.person_id)
    recused = await recused_in(matter.id)
    return refuse_recusal(matter.way, matter.state, seat is not None, actor.person_id in recused) is None


async def recusal_link(actor: Actor, matter: Matter) -> str:
    """What a matter's page links to: `see` when somebody stepped back, `do` when this reader may; else empty."""
    if matter.way is not Way.COUNCIL:
        return ""
    if await recused_in(matter.id):
        return "see"
    return "do" if actor.person_id is not None and await may_recuse(actor, matter) else ""


async def recuse(actor: Actor, matter_id: int, version: int, reason: RecusalReason) -> Matter:
    """A member steps back: whoever is next leads the matter, by the same due time.

    Raises Refused: NOT_COUNCIL, NOT_MEMBER, TOO_LATE, ALREADY.
    """
    assert actor.person_id is not None
    async with unit_of_work():
        matter = await claim(matter_id, version)
        seat = await seat_in(matter, actor.person_id)
        recused = await recused_in(matter_id)
        stop(refuse_recusal(matter.way, matter.state, seat is not None, actor.person_id in recused))
        await MatterRecusal.create(matter_id=matter_id, person_id=actor.person_id, reason=reason, at=clock.now())
        led = matter.owner_role == Role.STANDING_MEMBER.value and matter.owner_id == actor.person_id
        owner = await _next_owner(matter, {*recused, actor.person_id}) if led else None
        change = Change(matter.state, owner=owner, data={"reason": reason.value, "seat": seat, "led": led})
        await take_step(actor, matter, Step.RECUSE, change, doers=(Doer.COUNCIL,))
        if led:
            told = await owner_ids(matter)
            await tell(told, "matters-told-yours", link=link_of(matter), number=matter.number, title=matter.title)
    return matter


async def _next_owner(matter: Matter, without: set[int]) -> tuple[str, int | None]:
    """The member who acts for the one who steps back, else the community's desk."""
    council = await councils.council_of(matter.place)
    kinds = {kind.value for kind in MatterKind}
    if council is not None and matter.kind in kinds:
        member = await councils.member_for_kind(council.id, MatterKind(matter.kind), without)
        if member is not None:
            return Role.STANDING_MEMBER.value, member.person_id
    return Role.SOCIAL_WORKER.value, None


async def _of_council(number: str, council_id: int) -> int | None:
    """A matter in this council's hands, by its number: whom it touches can be taken in for it alone."""
    matter = await Matter.get_or_none(number=whole_number(number), way=Way.COUNCIL).select_related("place")
    council = await councils.council_of(matter.place) if matter is not None else None
    return matter.id if matter is not None and council is not None and council.id == council_id else None


async def _named(ids: set[int], lang: str) -> dict[int, councils.BoundTo]:
    """Number and title of those that everybody may read."""
    found = await Matter.filter(id__in=list(ids), is_public=True)
    return {one.id: councils.BoundTo(one.number, title_of(lang, one)) for one in found}


councils.plug_matters(_of_council)
councils.plug_matter_words(_named)
