"""Whose votes they are: the scale of a roll in the composer and at the opening, an assembly by homes, the councils."""

import copy
import secrets

import pytest

from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.meetings import service, service_agenda, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, MeetingRefusal, MeetingState
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.service_roll import called_ids, scales_of
from linyue.meetings.templates import load_data
from linyue.people.rules_bodies import Body
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.questions import service as questions
from linyue.questions import service_interested
from linyue.questions.model import Question, RollEntry
from linyue.questions.rules import QuestionRefusal
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.questions.rules_law import Decision, refuse_body, rule_for
from linyue.questions.rules_owners import HarmRefusal
from linyue.questions.rules_ways import BallotForm
from linyue.rounds import service_chair
from linyue.rounds.service_you import your_state
from tests.client import Client
from tests.make.meetings import Hall, make_compound, make_meeting, make_neighbour
from tests.make.people import actor_for, make_person
from tests.make.places import make_place, make_unit

pytestmark = pytest.mark.anyio


async def refused(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


async def voting(hall: Hall, link: Link = Link.CONSENSUS) -> None:
    """On to the vote; everybody of the roll has come."""
    for who in [hall.chair, hall.recorder, *hall.neighbours]:
        await service_room.check_in(who, hall.meeting.id, Channel.HALL)
    await hall.go_to(link)


async def put(hall: Hall, place: Place | None) -> Question:
    found = await service_chair.put_question(
        hall.chair, hall.meeting.id, "修这里的屋顶吗？", roll_place_id=place.id if place else None
    )
    return await service_chair.open_question(hall.chair, hall.meeting.id, found.id)


async def people_in(place: Place, number: int) -> list[int]:
    """So many neighbours, each in a home of this building or stairwell."""
    found = []
    for _ in range(number):
        home = await make_unit(place)
        found.append((await make_person(home=home)).id)
    return found


@pytest.mark.parametrize("scale", ["stairwell", "building", "compound", "community"])
async def test_a_roll_is_drawn_at_the_scale_of_a_place(db: Settings, scale: str) -> None:
    hall = await make_meeting()
    building = await make_place(PlaceKind.BUILDING, hall.place)
    stairwell = await make_place(PlaceKind.STAIRWELL, building)
    upstairs, beside = await people_in(stairwell, 2), await people_in(building, 1)
    everybody = set(await called_ids(hall.meeting))
    community = await hall.place.above(PlaceKind.COMMUNITY)
    await Meeting.filter(id=hall.meeting.id).update(place_id=community.id if scale == "community" and community else hall.place.id)  # fmt: skip
    await voting(hall)
    where = {"stairwell": stairwell, "building": building, "compound": hall.place, "community": community}[scale]
    wanted = {"stairwell": set(upstairs), "building": {*upstairs, *beside}}.get(scale, everybody)
    question = await put(hall, where)
    roll = {
        int(str(one)) for one in await RollEntry.filter(question_id=question.id).values_list("person_id", flat=True)
    }
    assert roll == wanted
    assert question.manifest_data["place"] == where.code and question.manifest_data["body"] == "residents"
    chair = hall.chair.person_id
    assert chair is not None
    _, mine = await your_state(hall.meeting.id, chair)
    assert mine["may_vote"] == (chair in wanted) and mine["is_on_roll"]
    if chair not in wanted:
        assert await refused(questions.cast_ballot(chair, question.id, "for", secrets.token_hex(8), 0, Via.POST)) is (
            BallotRefusal.NOT_ON_ROLL
        )


@pytest.mark.sqlite_only
async def test_the_composer_offers_the_scales_and_the_vote_keeps_what_was_chosen(client: Client) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    building = await make_place(PlaceKind.BUILDING, hall.place, name_zh="5幢")
    stairwell = await make_place(PlaceKind.STAIRWELL, building, name_zh="2单元")
    await people_in(stairwell, 2)
    names = [one.name for one in await scales_of(hall.meeting, "zh-CN")]
    assert {"5幢", "5幢2单元"} <= set(names)
    await client.sign_in_as(hall.chair.person_id)
    at = f"/meetings/{hall.meeting.public_id}"
    assert "5幢2单元" in (await client.get(f"{at}/compose")).text
    vote = await AgendaItem.get(meeting_id=hall.meeting.id, link=Link.CONSENSUS)
    form = {"minutes": "10", "question_zh": "修吗？", "roll_place": str(stairwell.id)}
    assert (await client.send_form(f"{at}/items/{vote.id}", form)).status_code == 303
    assert (await AgendaItem.get(id=vote.id)).roll_place_id == stairwell.id
    far = await make_compound()
    assert await refused(service_agenda.change_item(hall.chair, hall.meeting.id, vote.id, minutes=9, roll_place_id=far.id)) is MeetingRefusal.NO_SUCH_SCALE  # fmt: skip
    await service.announce(hall.chair, hall.meeting.id)
    assert "只由2单元的人投" in (await client.get(at)).text


@pytest.mark.sqlite_only
async def test_the_console_asks_for_the_scale_and_says_whose_roll_it_will_be(client: Client) -> None:
    hall = await make_meeting()
    building = await make_place(PlaceKind.BUILDING, hall.place, name_zh="5幢")
    await people_in(building, 2)
    await voting(hall)
    await client.sign_in_as(hall.chair.person_id)
    run = f"/run/{hall.meeting.public_id}"
    assert "这次表决由谁投" in (await client.get(run)).text
    assert (
        await client.send_form(f"{run}/put-question", {"text_zh": "修吗？", "roll_place": str(10**6)})
    ).status_code == 422
    assert (
        await client.send_form(f"{run}/put-question", {"text_zh": "修吗？", "roll_place": str(building.id)})
    ).status_code == 303
    assert "由5幢的住户投票，共2人" in (await client.get(run)).text
    question = await Question.get(meeting_id=hall.meeting.id)
    await service_chair.open_question(hall.chair, hall.meeting.id, question.id)
    live = f"/live/{hall.meeting.join_code}"
    assert "这次表决不由您投" in (await client.get(live)).text, (
        "the chair lives elsewhere, and is told why there is no button"
    )
    await service_chair.close_question(hall.chair, hall.meeting.id, question.id)
    assert "这次表决不由您投" not in (await client.get(live)).text
    await service_chair.publish_result(hall.chair, hall.meeting.id, question.id)
    assert "由5幢的住户投票" in (await client.get(f"/q/{question.public_id}")).text


@pytest.mark.sqlite_only
async def test_a_meeting_can_be_held_for_a_building(client: Client) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    building = await make_place(PlaceKind.BUILDING, hall.place, name_zh="7幢")
    mine = await people_in(building, 2)
    await client.sign_in_as(hall.chair.person_id)
    assert "7幢" in (await client.get("/meetings/new")).text
    meeting = await service.draft_meeting(
        hall.chair, place_id=building.id, template="open-space", title="7幢的门", starts_at=hall.meeting.starts_at,
        mode=hall.meeting.mode, venue="楼下",
    )  # fmt: skip
    assert set(await called_ids(meeting)) == set(mine)


@pytest.mark.sqlite_only
async def test_an_assembly_is_held_by_heads_or_by_homes(client: Client) -> None:
    hall = await make_meeting(MeetingState.DRAFT, data=copy.deepcopy(sitting_of(load_data("covenant"), "assembly")))
    home = await make_unit(await make_place(PlaceKind.BUILDING, hall.place))
    two = [await make_person(home=home), await make_person(home=home)]
    await client.sign_in_as(hall.chair.person_id)
    at = f"/meetings/{hall.meeting.public_id}"
    assert "叫谁来" in (await client.get(f"{at}/compose")).text
    assert await refused(service.choose_roll(hall.chair, hall.meeting.id, Body.COUNCIL)) is MeetingRefusal.NO_SUCH_ROLL
    assert (await client.send_form(f"{at}/roll", {"roll": "households"})).status_code == 303
    meeting = await hall.fresh()
    assert (meeting.roll, meeting.plan.roll_or) == (Body.HOUSEHOLDS, (Body.RESIDENTS,))
    assert len(await called_ids(meeting)) == 5  # the home of two has named nobody yet
    words = service_chair.words_of(next(one.question for one in meeting.plan.links if one.question), meeting.roll)
    assert words.decision == "household_delegates"
    assert {one.id for one in two}.isdisjoint(await called_ids(meeting))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("roll", "standing", "x_members", "entitled"), [("council", 3, 2, 5), ("council_seven", 3, 2, 3)]
)
async def test_the_council_votes_as_seven_or_as_seven_and_x(
    db: Settings, roll: str, standing: int, x_members: int, entitled: int
) -> None:
    data = copy.deepcopy(sitting_of(load_data("urgent"), "ratify")) | {"roll": roll}
    hall = await make_meeting(MeetingState.DRAFT, data=data)
    for _ in range(standing - 1):  # the chair is one
        await make_neighbour(hall.place, "", Role.STANDING_MEMBER)
    for _ in range(x_members):
        await make_neighbour(hall.place, "", Role.X_MEMBER)
    assert len(await called_ids(hall.meeting)) == entitled


@pytest.mark.parametrize(
    ("decision", "body", "is_kept"),
    [
        ("representatives", "representatives", True),
        ("representatives", "residents", False),
        ("residents_assembly", "households", False),
        ("household_delegates", "households", True),
        ("owners_ordinary", "residents", False),
        ("owners_special", "owners", True),
        ("owners_all", "owners", True),
        ("owners_committee", "owners", False),
        ("residents_election", "households", True),
        ("deliberation", "party_members", True),
    ],
)
def test_what_a_law_gives_to_one_body_no_other_decides(decision: str, body: str, is_kept: bool) -> None:
    rule = rule_for(Decision(decision), ("for", "against", "abstain"), BallotForm())
    assert refuse_body(rule, Body(body)) is (None if is_kept else QuestionRefusal.NOT_BY_LAW)


@pytest.mark.sqlite_only
async def test_those_who_are_not_called_do_not_count_as_present(db: Settings) -> None:
    data = copy.deepcopy(sitting_of(load_data("representatives"), "meet"))
    hall = await make_meeting(data=data)
    resident = await actor_for(
        await make_person(home=await make_unit(await make_place(PlaceKind.BUILDING, hall.place)))
    )
    assert await refused(service_room.check_in(resident, hall.meeting.id, Channel.HALL)) is MeetingRefusal.NOT_ON_ROLL


@pytest.mark.sqlite_only
async def test_the_interested_owners_of_a_building_must_all_consent(db: Settings) -> None:
    """A home turned into a shop (Civil Code 279): every owner of the building, co-owners each, and from beside only who has shown harm."""
    data = copy.deepcopy(sitting_of(load_data("owners-ordinary"), "assembly"))
    vote = next(one for one in data["links"] if "question" in one)
    vote["question"] |= {"decision": "owners_all", "quorum": "none", "majority": "all", "base": "entitled"}
    hall = await make_meeting(data=data, days=16)
    building = await make_place(PlaceKind.BUILDING, hall.place)
    home = await make_unit(building)
    owners = [(await make_person(home=home)).id, (await make_person(home=home)).id, *await people_in(building, 1)]
    await voting(hall, Link.VOTE)
    too_wide = service_chair.put_question(hall.chair, hall.meeting.id, "开店吗？")
    assert await refused(too_wide) is QuestionRefusal.ONE_BUILDING
    beside, at = hall.neighbours[0].person_id or 0, hall.meeting.id
    add = service_interested.add_interested
    assert await refused(add(hall.recorder, at, beside, " ")) is HarmRefusal.NO_HARM
    assert await refused(add(hall.recorder, at, hall.stranger.person_id or 0, "油烟")) is HarmRefusal.NOT_AN_OWNER
    for owner in (beside, owners[0]):  # an owner of the building is on the roll in any case, and once
        await add(hall.recorder, at, owner, "油烟口正对着卧室窗。")
    assert await refused(add(hall.recorder, at, beside, "油烟")) is HarmRefusal.THERE
    question = await put(hall, building)
    assert await refused(add(hall.recorder, at, owners[1], "油烟")) is HarmRefusal.OPENED
    assert await refused(service_interested.drop_interested(hall.recorder, at, beside)) is HarmRefusal.OPENED
    owners.insert(0, beside)
    roll = await RollEntry.filter(question_id=question.id).values_list("person_id", flat=True)
    assert {int(str(one)) for one in roll} == set(owners)
    for owner in owners[:-1]:
        await questions.cast_ballot(owner, question.id, "for", secrets.token_hex(8), 0, Via.POST)
    await service_chair.close_question(hall.chair, hall.meeting.id, question.id)
    shown = await service_chair.publish_result(hall.chair, hall.meeting.id, question.id)
    assert shown.result is not None and shown.result["verdict"] == "failed"
