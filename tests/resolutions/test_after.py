"""What meetings and erasures leave behind: no matter is lost with a meeting, no name stays where its owner left."""

import pytest

from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import service as matters
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.meetings.model import AgendaItem
from linyue.meetings.rules_plan import Link
from linyue.people import service_own
from linyue.questions import writer
from linyue.questions.model import RollEntry
from linyue.questions.service_views import verify_chain
from linyue.rounds import service_chair
from tests.make.matters import make_matter, make_neighbourhood, send_to
from tests.make.resolutions import make_decided
from tests.make.rounds import make_round

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ballot_box(db: Settings):
    yield
    await writer.stop()


async def test_a_matter_that_was_not_decided_goes_back_to_the_council(db: Settings) -> None:
    made = await make_round(Link.ACTION)
    here = await make_neighbourhood()
    member = await here.actor("member")
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    meeting = made.hall.meeting
    await matters.put_on_agenda(member, matter.id, meeting_public_id=meeting.public_id, meeting_title=meeting.title)
    await matters.meeting_started(member, matter.id)
    item = await AgendaItem.of(meeting.id).filter(link=Link.CONSENSUS).first()
    assert item is not None
    await AgendaItem.filter(id=item.id).update(matter_id=matter.id)
    await service_chair.end_meeting(made.hall.chair, meeting.id)
    after = await Matter.get(id=matter.id)
    assert after.state is MatterState.ACCEPTED
    assert after.due_at is not None and after.owner_id == member.person_id


async def test_an_erased_neighbour_is_nameless_on_rolls_and_the_chain_still_holds(db: Settings) -> None:
    made = await make_decided()
    resident = await made.here.actor("resident")
    await service_own.erase_own(resident)
    entry = await RollEntry.get(question_id=made.question.id, person_id=resident.person_id)
    assert entry.label != "邻居"
    assert (await Matter.get(id=made.matter.id)).tail_hash == ""
    assert await verify_chain(made.question.id) == []
