"""Matters on an agenda: put on, and due on the meeting's day, whichever day that becomes."""

from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.workdays import day_end, local_day
from linyue.centres.rules import Way
from linyue.matters import service_handle
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.meetings import service, service_agenda
from linyue.meetings.rules import Mode
from tests.client import Client
from tests.make.matters import make_matter, make_neighbourhood, send_to, version_of

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


@pytest.mark.sqlite_only
async def test_a_new_meeting_takes_along_the_matter_it_is_begun_for(client: Client) -> None:
    here = await make_neighbourhood()
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    member = await here.actor("member")
    await client.sign_in_as(member.person_id)
    await service_handle.accept(member, matter.id, await version_of(matter))
    assert f"/meetings?matter={matter.number}" in (await client.get(f"/desk/m/{matter.number}")).text
    assert f"/meetings/new?matter={matter.number}" in (await client.get(f"/meetings?matter={matter.number}")).text
    form = (await client.get(f"/meetings/new?matter={matter.number}")).text
    assert f'name="matter" value="{matter.number}"' in form
    assert 'name="matter"' not in (await client.get("/meetings/new?matter=%3Cb%3E")).text
    day = local_day(clock.now() + timedelta(days=5)).isoformat()
    sent = {
        "template": "open-space", "place_id": here.tree.compound.id, "title": "管道", "day": day, "time": "19:00",
        "mode": "both", "venue": "议事厅", "matter": matter.number,
    }  # fmt: skip
    done = await client.send_form("/meetings/new", sent)
    assert done.status_code == 303, done.text[-2000:]
    assert (await Matter.get(id=matter.id)).state is MatterState.ON_AGENDA
    again = await client.send_form("/meetings/new", sent)
    assert again.status_code == 303, "what cannot be carried stops nobody from composing"
