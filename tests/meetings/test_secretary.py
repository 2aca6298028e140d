"""The community's worker as the council's secretary, and the overseers who may sit in: what each hears and may do."""

from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.meetings import service
from linyue.meetings.model import AgendaItem, Meeting, MeetingOffice
from linyue.meetings.rules import MeetingState, Mode
from linyue.meetings.rules_plan import Office
from linyue.procedures import service as procedures
from linyue.procedures.rules import ProcedureRefusal
from tests.client import Client
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import make_person

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def drafted(here: Neighbourhood) -> Meeting:
    return await service.draft_meeting(
        await here.actor("member"), place_id=here.tree.compound.id, template="open-space", title="九月例会",
        starts_at=clock.now() + timedelta(days=9), mode=Mode.BOTH, venue="议事厅",
    )  # fmt: skip


async def told(person_id: int) -> list[str]:
    """What stands in somebody's inbox about meetings."""
    keys = await Message.filter(person_id=person_id, key__startswith="meetings-told-").values_list("key", flat=True)
    return [str(one) for one in keys]


async def test_a_council_member_names_the_worker_recorder_from_the_page(here: Neighbourhood, client: Client) -> None:
    meeting, worker = await drafted(here), here.people["worker"]
    await client.sign_in_as(here.people["member"])
    page = await client.get(f"/meetings/{meeting.public_id}/compose")
    assert f'value="{worker.public_id}"' in page.text and f"{worker.display_name}（社区工作者）" in page.text
    sent = {"person": worker.public_id, "office": "recorder"}
    assert (await client.send_form(f"/meetings/{meeting.public_id}/offices", sent)).status_code == 303
    assert await MeetingOffice.exists(meeting_id=meeting.id, person_id=worker.id, office=Office.RECORDER)


async def test_the_worker_prepares_a_draft_and_leaves_the_notice_to_the_council(
    here: Neighbourhood, client: Client
) -> None:
    meeting, worker = await drafted(here), here.people["worker"]
    at = f"/meetings/{meeting.public_id}"
    await client.sign_in_as(worker, is_staff=True)
    assert f"{at}/compose" in (await client.get("/meetings")).text
    page = (await client.get(f"{at}/compose")).text
    assert f"{at}/announce" not in page and f"{at}/offices" not in page and f"{at}/rehearse" not in page
    assert "请理事发通知" in page
    added = await client.send_form(f"{at}/items", {"link": "talk", "new_title": "再谈", "minutes": 5, "after": 0})
    assert added.status_code == 303 and await AgendaItem.exists(meeting_id=meeting.id, title_zh="再谈")
    for path, sent in (("announce", {}), ("offices", {"person": worker.public_id, "office": "chair"})):
        assert (await client.send_form(f"{at}/{path}", sent)).status_code == 403
    assert (await client.get("/meetings/new")).status_code == 403
    assert (await Meeting.get(id=meeting.id)).state is MeetingState.DRAFT


async def test_the_secretary_and_the_overseers_hear_of_an_announced_meeting(here: Neighbourhood) -> None:
    overseer = await make_person("监督员", role=Role.OVERSIGHT_COMMITTEE, place=here.tree.community)
    meeting = await drafted(here)
    await service.announce(await here.actor("member"), meeting.id)
    assert await told(here.people["worker"].id) == ["meetings-told-announced"]
    assert await told(overseer.id) == ["meetings-told-overseer"]
    assert await told(here.people["resident"].id) == ["meetings-told-announced"]
    assert await told(here.people["officer"].id) == []


async def test_the_worker_begins_what_has_an_alarm_and_nothing_else(here: Neighbourhood, client: Client) -> None:
    worker, at = await here.actor("worker"), {"place_id": here.tree.compound.id, "title": "水管爆了"}
    begun = await procedures.begin(worker, template="urgent", alarm_at=clock.now(), **at)
    assert begun.begun_by_id == worker.person_id
    with pytest.raises(Refused) as caught:
        await procedures.begin(worker, template="hearing", **at)
    assert caught.value.reason is ProcedureRefusal.ALARM_ONLY
    with pytest.raises(Refused) as caught:
        await procedures.begin(await here.actor("resident"), template="urgent", alarm_at=clock.now(), **at)
    assert caught.value.reason is ProcedureRefusal.NOT_YOUR_PLACE
    await client.sign_in_as(here.people["worker"], is_staff=True)
    form = (await client.get("/procedures/new")).text
    assert 'value="urgent"' in form and 'value="hearing"' not in form
    assert "/procedures/new?kind=urgent" in (await client.get("/kinds/urgent")).text
    assert "/procedures/new" not in (await client.get("/kinds/hearing")).text
