"""What a meeting came to is on the board as soon as its minutes are published: once, without names, for fifteen days."""

import html
from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.meetings.model import Meeting
from linyue.minutes import service as minutes
from linyue.minutes.rules import MinutesState
from linyue.oversight import service_meetings
from linyue.oversight.model import Notice
from linyue.oversight.rules import LEAST_DAYS, NoticeKind
from linyue.people.model import Person
from linyue.procedures.model import Procedure, ProcedureStep
from linyue.resolutions import service_plan
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.minutes import Held, make_held

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def promised(held: Held) -> Person:
    """One line of the plan, by a neighbour."""
    owner = await Person.get(id=held.hall.neighbours[0].person_id)
    await service_plan.add_line(
        held.chair, held.hall.meeting.id, text="请三家来看屋顶", owner_public_id=owner.public_id,
        due_on=clock.local(clock.now() + timedelta(days=10)).date(), proof="三份报价",
    )  # fmt: skip
    return owner


async def published(held: Held) -> None:
    await minutes.sign(held.chair, held.minutes.id, 1)
    assert not await Notice.exists(), "nothing is disclosed before everybody has signed"
    assert (await minutes.sign(held.recorder, held.minutes.id, 1)).state is MinutesState.PUBLISHED


async def test_an_open_space_is_on_the_board_once_when_its_minutes_are_published(
    client: Client, clock: MovableClock
) -> None:
    held = await make_held()
    owner = await promised(held)
    await published(held)
    notice = await Notice.get()
    assert (notice.kind, notice.days, notice.place_id) == (NoticeKind.CONSULTATION, LEAST_DAYS, held.hall.place.id)
    assert "“先修5幢的屋顶？”：" in notice.text and "请三家来看屋顶" in notice.text and "开放空间" in notice.text
    assert owner.display_name not in notice.text and held.chair.name not in notice.text
    meeting = await Meeting.get(id=held.hall.meeting.id)
    await service_meetings.disclose(held.recorder, meeting)
    assert await Notice.all().count() == 1
    page = html.unescape((await client.get(f"/notices/{notice.public_id}")).text)
    assert f"/meetings/{meeting.public_id}/minutes" in page and "看会议记录" in page


async def test_a_sitting_of_a_procedure_is_disclosed_by_its_procedure_only(clock: MovableClock) -> None:
    held = await make_held()
    assert held.chair.person_id is not None
    made = await Procedure.create(
        number="YS2600001", place_id=held.hall.place.id, template="daily", plan_data={}, title="修屋顶",
        begun_by_id=held.chair.person_id, begun_at=clock.now(),
    )  # fmt: skip
    await ProcedureStep.create(
        procedure_id=made.id, stage="discuss", began_at=clock.now(), meeting_id=held.hall.meeting.id
    )
    await published(held)
    assert not await Notice.exists()
