"""A council's vote without those who stepped back: who is on the frozen roll, its quorum, who may chair, what pages say."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.centres.rules import Way
from linyue.councils import service_attendance, service_rules
from linyue.councils.model import Council, Seat
from linyue.councils.rules_district import CountRefusal, DistrictRules, Share
from linyue.matters import service_recusal
from linyue.matters.model import Matter
from linyue.matters.rules_recusal import RecusalReason
from linyue.meetings import service as meetings
from linyue.meetings import service_council, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, MeetingRefusal, Mode
from linyue.meetings.rules_plan import Link, Office
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data
from linyue.people.model import Person
from linyue.people.rules_bodies import Body
from linyue.procedures import service
from linyue.procedures.model import Procedure, ProcedureStep
from linyue.questions import service as questions
from linyue.questions.model import RollEntry
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.rounds import service_chair
from linyue.rounds.service_state import room_state
from tests.client import Client
from tests.make.councils import make_council
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to
from tests.make.people import actor_for, make_person
from tests.make.places import make_tree
from tests.make.procedures import Run
from tests.rounds.talk import Talk

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


@dataclass
class Ratifying:
    """An urgent matter in its last sitting: `council` are the seven, the first chairs, `out` stepped back."""

    here: Neighbourhood
    run: Run
    meeting: Meeting
    council: list[Actor]
    out: Actor

    async def to(self, link: Link) -> None:
        await go_to(self.council[0], self.meeting, link)


async def go_to(chair: Actor, meeting: Meeting, link: Link) -> None:
    """The chair goes through the agenda up to this link."""
    while True:
        now = await service_room.now_item(meeting.id)
        assert now is not None
        if now.link is link:
            return
        await service_chair.next_item(chair, meeting.id, now.position)


async def ratifying(*, chair_is_out: bool = False, start: bool = True) -> Ratifying:
    """Through the real steps to the sitting that ratifies, with one of the seven recused in the matter."""
    here = await make_neighbourhood()
    matter = await accepted(here, await send_to(here, await make_matter(here), Way.COUNCIL), "member")
    council = [await actor_for(await Person.get(display_name=f"理事{n}")) for n in range(7)]
    out = council[0] if chair_is_out else council[5]
    await service_recusal.recuse(out, matter.id, matter.version, RecusalReason.RELATIVE)
    compound = here.tree.compound
    made = await service.begin(
        council[0], place_id=compound.id, template="urgent", title="漏水抢修", matter=matter.number
    )
    data = sitting_of(made.plan_data, "ratify")
    step = await service.step_now(made.id)
    assert step is not None
    starts_at = clock.now() + timedelta(days=4)
    meeting = await meetings.draft_meeting(
        council[0], place_id=compound.id, template="urgent", title="追认", starts_at=starts_at, mode=Mode.BOTH,
        venue="议事厅", data=data,
    )  # fmt: skip
    await ProcedureStep.filter(id=step.id).update(meeting_id=meeting.id)
    recorder = await Person.get(id=council[1].person_id)
    await meetings.give_office(council[0], meeting.id, recorder.public_id, Office.RECORDER)
    await meetings.announce(council[0], meeting.id)
    clock.set_offset(clock.offset() + timedelta(days=4))
    made = await Procedure.get(id=made.id)
    if start:
        await service_room.start(council[0], meeting.id)
        for who in council:
            await service_room.check_in(who, meeting.id, Channel.HALL)
    return Ratifying(here, Run(made, compound, council[0], council), await Meeting.get(id=meeting.id), council, out)


async def refusal_of(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


async def test_who_stepped_back_is_not_on_the_roll(client: Client, app: Starlette) -> None:
    at = await ratifying()
    await at.to(Link.VOTE)
    chair, meeting = at.council[0], at.meeting
    question = await service_chair.put_question(chair, meeting.id, "追认吗？")
    await client.sign_in_as(chair.person_id)
    console = (await client.get(f"/run/{meeting.public_id}")).text
    assert "共6人" in console and "理事5回避了这件事，这1人不在这次的名册上，所以名册上是6人" in console
    question = await service_chair.open_question(chair, meeting.id, question.id)
    roll = await RollEntry.filter(question_id=question.id).values_list("person_id", flat=True)
    assert {int(str(one)) for one in roll} == {one.person_id for one in at.council if one is not at.out}
    told = (await room_state(meeting.id)).turnout
    assert (told["entitled"], told["present"]) == (6, 6), "who stepped back sits there and is not counted"
    assert told["council"]["seven"] == {"entitled": 6, "present": 6, "needed": 4}
    assert at.out.person_id is not None
    late = questions.cast_ballot(at.out.person_id, question.id, "for", secrets.token_hex(8), 0, Via.POST)
    assert await refusal_of(late) is BallotRefusal.NOT_ON_ROLL
    await client.sign_in_as(at.out.person_id)
    form = {"choice": "for", "client_id": secrets.token_hex(8), "replaces": 0, "manifest": question.manifest_hash}
    answer = await client.send_form(f"/q/{question.public_id}/ballot", form)
    assert answer.status_code == 409
    async with Talk(app, f"/live/{meeting.join_code}", client) as talk:
        await talk.send("cast", question=question.public_id, choice="for", client_id="of-the-one-out", replaces=0)
        refused = await talk.until("refused")
        assert refused["data"]["reason"] == BallotRefusal.NOT_ON_ROLL.value
    for who in at.council[:3]:
        assert who.person_id is not None
        await questions.cast_ballot(who.person_id, question.id, "for", secrets.token_hex(8), 0, Via.POST)
    await service_chair.close_question(chair, meeting.id, question.id)
    shown = await service_chair.publish_result(chair, meeting.id, question.id)
    assert shown.result is not None
    assert (shown.result["entitled"], shown.result["present"], shown.result["quorum_needed"]) == (6, 6, 4)
    page = (await client.get(f"/q/{question.public_id}")).text
    assert "理事5回避了这件事，这1人不在这次的名册上，所以名册上是6人" in page


@pytest.mark.sqlite_only
async def test_a_chair_who_stepped_back_hands_over_in_a_sitting_of_the_matter() -> None:
    at = await ratifying(chair_is_out=True, start=False)
    chair, other = at.council[0], at.council[2]
    assert await refusal_of(service_room.start(chair, at.meeting.id)) is MeetingRefusal.CHAIR_STEPPED_BACK
    person = await Person.get(id=other.person_id)
    await meetings.give_office(chair, at.meeting.id, person.public_id, Office.CHAIR)
    await service_room.start(other, at.meeting.id)
    count = await service_council.council_count(at.meeting)
    assert count is not None and [one.recused for one in count.matters] == [("理事0",)]
    assert count.matters[0].seven.entitled == 6 and count.matters[0].number
    await Matter.filter(id=(await at.run.fresh()).matter_id).update(is_public=False)
    hidden = await service_council.council_count(at.meeting)
    assert hidden is not None and (hidden.matters[0].number, hidden.matters[0].title) == ("", "")


@pytest.mark.sqlite_only
async def test_who_steps_back_while_chairing_does_not_open_the_vote() -> None:
    at = await ratifying()
    await at.to(Link.VOTE)
    chair = at.council[0]
    question = await service_chair.put_question(chair, at.meeting.id, "追认吗？")
    matter = await Matter.get(id=(await at.run.fresh()).matter_id)
    await service_recusal.recuse(chair, matter.id, matter.version, RecusalReason.OWN_INTEREST)
    opened = service_chair.open_question(chair, at.meeting.id, question.id)
    assert await refusal_of(opened) is MeetingRefusal.CHAIR_IS_OUT


@pytest.mark.sqlite_only
async def test_residents_keep_their_vote_whatever_they_stepped_back_from() -> None:
    at = await ratifying(start=False)
    found = await service_council.out_of_roll(at.meeting.id, at.meeting.roll, None)
    assert found == {at.out.person_id}
    for body in ("residents", "owners", "households", "representatives"):
        assert not await service_council.out_of_roll(at.meeting.id, Body(body), None)


async def test_a_compound_under_its_communitys_council_waits_for_that_councils_quorum() -> None:
    tree = await make_tree()
    members = [await make_person(f"理事{n}") for n in range(7)]
    council = await make_council(tree.community.id, [one.id for one in members])
    seven = [await actor_for(one) for one in members]
    meeting = await meetings.draft_meeting(
        seven[0], place_id=tree.compound.id, template="urgent", title="追认", starts_at=clock.now() + timedelta(days=4),
        mode=Mode.BOTH, venue="议事厅", data=sitting_of(load_data("urgent"), "ratify"),
    )  # fmt: skip
    await meetings.give_office(seven[0], meeting.id, members[1].public_id, Office.RECORDER)
    await meetings.announce(seven[0], meeting.id)
    clock.set_offset(clock.offset() + timedelta(days=4))
    await service_room.start(seven[0], meeting.id)
    for who in seven[:3]:
        await service_room.check_in(who, meeting.id, Channel.HALL)
    await go_to(seven[0], meeting, Link.VOTE)
    question = await service_chair.put_question(seven[0], meeting.id, "追认吗？")
    opened = service_chair.open_question(seven[0], meeting.id, question.id)
    assert await refusal_of(opened) is CountRefusal.TOO_FEW_SEATS
    await service_room.check_in(seven[3], meeting.id, Channel.HALL)
    question = await service_chair.open_question(seven[0], meeting.id, question.id)
    assert question.roll_count == 7
    await service_chair.close_question(seven[0], meeting.id, question.id)
    await service_chair.publish_result(seven[0], meeting.id, question.id)
    await go_to(seven[0], meeting, (await AgendaItem.of(meeting.id))[-1].link)
    await service_chair.end_meeting(seven[0], meeting.id)
    [sitting] = await service_attendance.sittings_of(await Council.get(id=council.id).select_related("place"))
    assert sitting.here == {one.person_id for one in seven[:4]}
    clock.set_offset(clock.offset() + timedelta(days=1))
    wanted = DistrictRules(share=Share.TWO_THIRDS)
    await service_rules.change_rules(seven[0], wanted, "", 0)
    [count] = await service_attendance.counted([sitting], await Seat.of(council.id), [])
    assert (count.seven.needed, count.seven.is_there) == (4, True), "counted by the rules of its day"
    told = await service_council.council_count(await Meeting.get(id=meeting.id))
    assert told is not None and told.seven.needed == 4
