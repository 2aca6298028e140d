"""Notices and voices for tests, made through the services."""

from dataclasses import dataclass

from linyue.base.policy import Actor, Role
from linyue.oversight import service, service_voices
from linyue.oversight.model import Notice, Voice
from linyue.oversight.rules import NoticeKind, VoiceKind
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import actor_for, make_person


@dataclass
class Watched:
    """A neighbourhood with one notice of its compound, and a member of the oversight committee."""

    here: Neighbourhood
    notice: Notice
    overseer: Actor

    async def actor(self, who: str) -> Actor:
        """Whoever the neighbourhood knows, and the overseer."""
        return self.overseer if who == "overseer" else await self.here.actor(who)

    async def asked(self, kind: VoiceKind = VoiceKind.QUESTION, text: str = "三千元用在哪里了？") -> Voice:
        """Said by the resident."""
        return await service_voices.raise_voice(await self.here.actor("resident"), self.notice.id, kind, text)


async def make_watched(*, days: int = 15, matter_number: str = "", here: Neighbourhood | None = None) -> Watched:
    """Posted by the community's worker for the compound."""
    found = here or await make_neighbourhood()
    overseer = await make_person("监督员", role=Role.OVERSIGHT_COMMITTEE, place=found.tree.community)
    worker = await found.actor("worker")
    notice = await service.post_notice(
        worker, found.tree.compound.id, NoticeKind.MONEY, "一季度公共收益", "收三万元，支出三千元。",
        days=days, matter_number=matter_number,
    )  # fmt: skip
    found.people["overseer"] = overseer
    return Watched(found, notice, await actor_for(overseer))
