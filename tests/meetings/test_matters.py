"""Matters on an agenda: put on, and due on the meeting's day, whichever day that becomes."""

from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.workdays import day_end, local_day
from linyue.centres.rules import Way
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.meetings import service, service_agenda
from linyue.meetings.rules import Mode
from tests.make.matters import make_matter, make_neighbourhood, send_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def test_a_matter_is_due_on_the_day_of_its_meeting_also_when_that_moves() -> None:
    here = await make_neighbourhood()
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    member, first = await here.actor("member"), clock.now() + timedelta(days=1)
    facts = {"title": "屋顶漏水怎么修", "title_en": "", "mode": Mode.BOTH, "venue": "邻舍家议事厅"}
    place = here.tree.compound.id
    draft = await service.draft_meeting(member, place_id=place, template="open-space", starts_at=first, **facts)
    await service_agenda.add_matter(member, draft.id, matter.number)
    put = await Matter.get(id=matter.id)
    assert (put.state, put.due_at) == (MatterState.ON_AGENDA, day_end(local_day(first)))
    later = first + timedelta(days=5)
    await service.change_details(member, draft.id, starts_at=later, **facts)
    assert (await Matter.get(id=matter.id)).due_at == day_end(local_day(later))
