"""Drawing a month's sample, calling, and what it says of an area beside the answers given unasked."""

import secrets

from tortoise.exceptions import IntegrityError

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.boards.model_sample import SampleDraw, SampleEntry
from linyue.boards.rules import Month, Share, bounds
from linyue.boards.rules_follow import Answer
from linyue.boards.rules_sample import SIZE, SampleRefusal, draw, refuse_draw
from linyue.boards.service import this_month
from linyue.boards.service_query import at, rows, within, words
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.matters.service_contact import whom_to_call
from linyue.matters.service_due import has_handled
from linyue.places.model import Place


async def draw_sample(actor: Actor, place: Place, month: Month, size: int = SIZE) -> SampleDraw:
    """Draw once for an area and a month that is over. Raises Refused: MONTH_RUNS, NOTHING, DRAWN."""
    start, end = bounds(month)
    ended = words((MatterState.CLOSED,))
    found = await rows(
        f"SELECT m.number AS number FROM matters m WHERE m.completed_at >= {at(start)} AND m.completed_at < {at(end)} "
        f"AND m.state IN ({ended}) AND (m.reporter_id IS NOT NULL OR m.contact_sealed <> '') AND {within(place.path)}"
    )
    numbers = [str(row["number"]) for row in found]
    refusal = refuse_draw(month, this_month(), len(numbers))
    if refusal is not None:
        raise Refused(refusal)
    seed = secrets.token_hex(16)
    try:
        async with unit_of_work() as work:
            made = await SampleDraw.create(
                place_id=place.id, month=month.key, seed=seed, total=len(numbers), drawn_at=clock.now(),
                drawn_by_id=actor.person_id,
            )  # fmt: skip
            chosen = await Matter.filter(number__in=draw(numbers, size, seed)).order_by("id")
            await SampleEntry.bulk_create([SampleEntry(draw_id=made.id, matter_id=one.id) for one in chosen])
            await work.audit(actor, "boards.sample.draw", f"place:{place.id}", month=month.key, size=len(chosen))
    except IntegrityError:
        raise Refused(SampleRefusal.DRAWN) from None
    return made


async def draw_of(place: Place, month: Month) -> SampleDraw | None:
    """The draw of an area and month, if there is one."""
    return await SampleDraw.get_or_none(place_id=place.id, month=month.key)


async def entries_of(drawn: SampleDraw) -> list[SampleEntry]:
    """Its matters, by number."""
    return await SampleEntry.filter(draw_id=drawn.id).order_by("matter_id").select_related("matter__place")


async def entry_of(entry_id: int) -> SampleEntry:
    """One of them. Raises NotFound."""
    found = await SampleEntry.get_or_none(id=entry_id).select_related(
        "matter__community", "matter__place", "draw__place"
    )
    if found is None:
        raise NotFound
    return found


async def note(actor: Actor, entry: SampleEntry, said: Answer) -> None:
    """Write down what the reporter said, once; not by somebody who handled it. Raises Refused: OWN_WORK, NOTED."""
    if await has_handled(actor.person_id, entry.matter_id):
        raise Refused(SampleRefusal.OWN_WORK)
    async with unit_of_work() as work:
        columns = {"answer": said, "answered_at": clock.now(), "noted_by_id": actor.person_id}
        if not await SampleEntry.filter(id=entry.id, answer__isnull=True).update(**columns):
            raise Refused(SampleRefusal.NOTED)
        await work.audit(actor, "boards.sample.note", f"matter:{entry.matter_id}", answer=said.value)


async def telephone(actor: Actor, matter: Matter) -> str:
    """The number to call; every look is noted. Empty where there is none."""
    return (await whom_to_call(actor, matter))[0]


def share_of(entries: list[SampleEntry]) -> Share:
    """Really fixed, of those reached."""
    said = [entry.answer for entry in entries if entry.answer is not None]
    return Share(sum(answer is Answer.FIXED for answer in said), len(said))
