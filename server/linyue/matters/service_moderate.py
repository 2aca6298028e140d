"""Texts and photos that should not be public: reported by a neighbour, hidden by a social worker with a reason.

Originals are kept.
"""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.matters.model import Matter, MatterFlag, MatterPhoto
from linyue.matters.rules import MatterRefusal, Step
from linyue.matters.service_due import holders
from linyue.matters.service_step import Change, claim, link_of, take_step, tell_reporter


async def flag(actor: Actor, matter_id: int, reason: str) -> None:
    """Tell the desk that something on this page should not be public; once a person."""
    if not reason.strip():
        raise Refused(MatterRefusal.NO_REASON, field="reason")
    assert actor.person_id is not None
    async with unit_of_work() as work:
        matter = await claim(matter_id, None, is_quiet=True)
        await (
            type(matter).filter(id=matter_id).update(last_seq=matter.last_seq - 1)
        )  # a flag is no entry of the timeline
        if await MatterFlag.exists(matter_id=matter_id, person_id=actor.person_id):
            raise Refused(MatterRefusal.ALREADY_FLAGGED)
        await MatterFlag.create(
            matter_id=matter_id, person_id=actor.person_id, reason=reason.strip()[:200], at=clock.now()
        )
        told = await holders(Role.SOCIAL_WORKER, matter)
        await tell(told, "matters-told-flagged", link=link_of(matter), number=matter.number)
        await work.audit(actor, "matter.flag", f"matter:{matter_id}")


async def hide(actor: Actor, matter_id: int, version: int, reason: str, photo: str = "") -> None:
    """Hide the words, or one photo (by its public id), with a reason everybody can read. The original stays stored."""
    if not reason.strip():
        raise Refused(MatterRefusal.NO_REASON, field="reason")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        columns: dict[str, object] = {}
        if photo:
            if not await MatterPhoto.filter(matter_id=matter_id, public_id=photo).update(
                hidden_reason=reason.strip()[:200]
            ):
                raise NotFound()
        else:
            columns["hidden_reason"] = reason.strip()[:200]
        _refuse_part(matter)
        data = {"what": "photo" if photo else "text"}
        await take_step(actor, matter, Step.HIDE, Change(matter.state, text=reason, data=data, columns=columns))
        if columns:
            await Matter.filter(root_id=matter_id).update(**columns)
        await MatterFlag.filter(matter_id=matter_id, settled_at__isnull=True).update(settled_at=clock.now())
        await tell_reporter(actor, matter, "matters-told-hidden", is_urgent=False)


async def show(actor: Actor, matter_id: int, version: int) -> None:
    """Show words and photos again."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        _refuse_part(matter)
        await MatterPhoto.filter(matter_id=matter_id).update(hidden_reason="")
        await Matter.filter(root_id=matter_id).update(hidden_reason="")
        await take_step(actor, matter, Step.SHOW, Change(matter.state, columns={"hidden_reason": ""}))
        await MatterFlag.filter(matter_id=matter_id, settled_at__isnull=True).update(settled_at=clock.now())


def _refuse_part(matter: Matter) -> None:
    """Words and photos belong to the number: they are hidden and shown at its first part, for both."""
    if matter.root_id is not None:
        raise Refused(MatterRefusal.NOT_NOW)
