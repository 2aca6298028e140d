"""Which centre, in words; and matters between centres: handed in anywhere, passed on to where home is, taken back."""

from typing import Any

from tortoise import connections

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.pages import day_text
from linyue.base.policy import Actor, Role
from linyue.base.workdays import Unit, day_end
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way, WhyCentre
from linyue.centres.service_centres import AssignedCentre, home_centre, plug_waiting, takes_now
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal, MatterState, Step
from linyue.matters.rules_due import due_in
from linyue.matters.service_due import answer_by, item_of, owner_ids
from linyue.matters.service_step import Change, claim, link_of, take_step, tell_followers
from linyue.places.model import Place

UNROUTED: dict[str, object] = {
    "way": None,
    "item_code": "",
    "kind": "",
    "centre_id": None,
    "department": "",
    "catalogue_id": None,
    "reason": [],
}
"""Columns of a matter that waits to be sent again."""
WAITING = (
    "SELECT centre_id, COUNT(*) AS n FROM matters WHERE due_at IS NOT NULL AND centre_id IS NOT NULL GROUP BY centre_id"
)


async def waiting_at_centres() -> dict[int, int]:
    """Open matters by centre; what is open has a due time.

    Asked whenever something is sent, so it may not grow with the years: the condition stands as the partial index
    `matters_open_centre` has it, since SQLite finds no such index for the ORM's "not … is null".
    """
    rows = await connections.get("default").execute_query_dict(WAITING)
    return {int(row["centre_id"]): int(row["n"]) for row in rows}


plug_waiting(waiting_at_centres)


def names_of(row: ServiceCentre | Place | None) -> dict[str, str]:
    """A name in both languages, as reasons keep it."""
    return {"zh": row.name_zh, "en": row.name_en or row.name_zh} if row else {"zh": "", "en": ""}


def why_centre(community: Place, assigned: AssignedCentre) -> list[dict[str, Any]]:
    """The reasons for a centre: whose community it is, which door is shut until when and why, how much waits."""
    here, helped = assigned.waiting
    args = {"community": names_of(community), "closed": names_of(assigned.closed), "here": here, "there": helped}
    reasons: list[dict[str, Any]] = [{"key": assigned.why.value, "args": args}]
    if assigned.closure is not None:
        last = day_end(assigned.closure.last)
        day = {"zh": day_text("zh-CN", last), "en": day_text("en", last)}
        why = {"zh": assigned.closure.reason_zh, "en": assigned.closure.reason_en or assigned.closure.reason_zh}
        told = {"closed": names_of(assigned.closed), "day": day, "why": why}
        reasons.append({"key": "centres-why-closed-until", "args": told})
    return reasons


async def forward(actor: Actor, matter_id: int, version: int, text: str = "") -> Matter:
    """Pass a matter that home decides on to home's centre, which takes it on like any other; the time runs on.

    Raises Refused: NOT_HOME_BOUND, NO_CENTRE.
    """
    async with unit_of_work():
        matter = await claim(matter_id, version)
        item = await item_of(matter.item_code, matter.catalogue_id)
        home = await home_centre(matter.community, matter.item_code)
        rules = await centres.handling()
        if item is None or not rules.is_home_bound(item.fields) or matter.owner_role != Role.CENTRE_CLERK.value:
            raise Refused(MatterRefusal.NOT_HOME_BOUND)
        if home is None or home.id == matter.centre_id or not await takes_now(home):
            raise Refused(MatterRefusal.NO_CENTRE)
        here = await ServiceCentre.get(id=matter.centre_id)
        reasons = [
            {
                "key": WhyCentre.HOME_BOUND.value,
                "args": {"here": names_of(here), "centre": names_of(home), "community": names_of(matter.community)},
            }
        ]
        change = Change(
            MatterState.ASSIGNED,
            owner=(Role.CENTRE_CLERK.value, None),
            text=text,
            data={"from": here.id, "centre": home.id, "reasons": reasons},
            columns={
                "centre_id": home.id,
                "reason": reasons,
                "answer_at": await answer_by(Way.CENTRE, matter.due_at),
                "silent_at": None,
            },
        )
        await take_step(actor, matter, Step.FORWARD, change)
        await tell_followers(actor, matter, "matters-told-forwarded", is_urgent=True)
        await tell(await owner_ids(matter), "matters-told-yours", link=link_of(matter), number=matter.number,
                   title=matter.title)  # fmt: skip
    return matter


async def can_forward(matter: Matter) -> bool:
    """Whether the page offers it."""
    item = await item_of(matter.item_code, matter.catalogue_id)
    if matter.centre_id is None or item is None or not (await centres.handling()).is_home_bound(item.fields):
        return False
    home = await home_centre(matter.community, matter.item_code)
    return home is not None and home.id != matter.centre_id and await takes_now(home)


async def recall(actor: Actor, matter_id: int, version: int, text: str) -> Matter:
    """The officer takes a matter back from a desk that is silent, late or wrong, and decides anew; late stays late."""
    if not text.strip():
        raise Refused(MatterRefusal.NO_REASON, field="text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        days = (await centres.handling()).triage_days
        due = None if matter.overdue_at else due_in(days, Unit.WORKING, clock.now(), await centres.calendar())
        told = await owner_ids(matter)
        data = {"way": matter.way, "centre": matter.centre_id, "item": matter.item_code, "kind": matter.kind}
        change = Change(
            MatterState.REPORTED,
            owner=(Role.SUBDISTRICT_OFFICER.value, actor.person_id),
            due=due,
            text=text,
            data=data,
            columns=dict(UNROUTED),
        )
        await take_step(actor, matter, Step.RECALL, change)
        await tell_followers(actor, matter, "matters-told-recalled")
        await tell(told - {actor.person_id or 0}, "matters-told-recalled", link=link_of(matter), number=matter.number,
                   title=matter.title)  # fmt: skip
    return matter
