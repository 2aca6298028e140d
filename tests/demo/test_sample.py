"""The sample district as `linyue demo` makes it: what is in it, that its histories are true, and that it is made once."""

from collections import Counter
from itertools import pairwise

import pytest

from linyue.base import audit, clock
from linyue.base.model import DistrictClock, Job
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.centres.model import CentreCoverage, Item, Platform, ServiceCentre
from linyue.centres.rules import HandledBy, Listing, Way
from linyue.centres.service_store import in_force_on
from linyue.councils.model import Council, Seat, XMember
from linyue.councils.rules import MatterKind
from linyue.demo.sample import ensure_sample
from linyue.matters.model import Matter, MatterEvent, MatterPhoto
from linyue.matters.rules import FINAL, TRANSITIONS, MatterState, Rating, Step
from linyue.matters.service_photos import photo_path
from linyue.meetings.model import AgendaItem, Attendance, Meeting
from linyue.meetings.rules import ItemState, MeetingState
from linyue.meetings.rules_plan import Link
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.rules import ClaimState, Tenure
from linyue.people.service_demo import sample_accounts
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.questions.model import Question
from linyue.questions.service_views import verify_chain
from linyue.resolutions.model import Resolution
from linyue.resolutions.rules import ResolutionState
from linyue.rounds.model import Group, GroupMember, Topic

pytestmark = pytest.mark.usefixtures("sample_db")


async def test_every_sub_district_and_town_is_there() -> None:
    district = await Place.get(kind=PlaceKind.DISTRICT)
    below = await Place.filter(kind=PlaceKind.SUBDISTRICT)
    assert (district.code, district.name_zh) == ("330203", "海曙区")
    assert len(below) == 17
    assert Counter(p.name_zh[-1] for p in below) == {"道": 9, "镇": 7, "乡": 1}
    assert {p.parent_id for p in below} == {district.id}
    wenchang = await Place.get(name_zh="文昌社区").select_related("parent")
    assert wenchang.parent.name_zh == "鼓楼街道"
    assert await Place.filter(kind=PlaceKind.COMMUNITY).count() == 114


async def test_every_path_leads_down_from_the_district() -> None:
    places = {p.id: p for p in await Place.all()}
    for place in places.values():
        above = places[place.parent_id].path if place.parent_id else "/"
        assert place.path == f"{above}{place.id}/"
        assert place.name_en and place.is_sample


async def test_fifteen_centres_cover_every_community_once_and_three_stand_in_duantang() -> None:
    covered = Counter(row.place_id for row in await CentreCoverage.all())
    communities = {p.id for p in await Place.filter(kind=PlaceKind.COMMUNITY)}
    assert set(covered) == communities
    assert set(covered.values()) == {1}
    assert await ServiceCentre.all().count() == 15
    assert await ServiceCentre.filter(place__name_zh="段塘街道").count() == 3
    assert {centre.phone[:9] for centre in await ServiceCentre.all()} == {"0574-0000"}


async def test_the_catalogue_has_157_items_on_49_platforms_with_50_and_30_floated() -> None:
    version = await in_force_on(clock.local(clock.now()).date())
    assert version is not None
    core = Item.filter(listing=Listing.CORE, catalogue_id=version.id)
    assert await core.count() == 157
    assert await Platform.filter(catalogue_id=version.id).count() == 49
    assert await core.filter(handled_by=HandledBy.CENTRE).count() == 50
    assert await Platform.filter(floats=True, catalogue_id=version.id).count() == 30


async def test_the_large_compound_has_owners_tenants_a_landlord_and_unsold_units() -> None:
    compounds = await Place.filter(kind=PlaceKind.COMPOUND)
    units = {p.code: await Place.filter(path__startswith=p.path, kind=PlaceKind.UNIT) for p in compounds}
    assert len(compounds) == 3
    assert len(units["guiyu"]) >= 300
    assert all(unit.area_dm2 and unit.area_dm2 > 4000 for unit in units["guiyu"])
    assert sum(not unit.is_sold for unit in units["guiyu"]) == 6
    homes = await Occupancy.filter(state=ClaimState.CONFIRMED, unit_id__in=[u.id for u in units["guiyu"]])
    owned = Counter(home.person_id for home in homes if home.tenure is Tenure.OWNER)
    assert max(owned.values()) == 5
    assert sum(home.tenure is Tenure.TENANT for home in homes) > 30
    assert {home.unit_id for home in homes if home.tenure is Tenure.OWNER} == {
        u.id for u in units["guiyu"] if u.is_sold
    }


async def test_seven_members_lead_the_seven_kinds_and_an_enthusiast_sits_with_them() -> None:
    council = await Council.get(place__code="guiyu")
    now = clock.now()
    held = await Seat.held_at(council.id, now)
    assert {seat.kind for seat in held} == set(MatterKind)
    assert len({seat.person_id for seat in held}) == 7
    assert await Seat.filter(council_id=council.id, ends_at__lt=now).count() == 1
    assert await XMember.filter(council_id=council.id, ends_at__gt=now).count() == 1
    assert await Council.all().count() == 3


async def test_somebody_holds_every_role_and_is_listed_for_one_tap_sign_in() -> None:
    roles = {grant.role for grant in await RoleGrant.all()}
    assert roles == set(Role) - {Role.RESIDENT}
    listed = dict(await sample_accounts("zh-CN"))
    assert set(listed) == {role.value for role in Role}
    assert {"六楼老陈", "桂花树下", "三楼小林", "刚搬来的小吴"} <= {one.name for one in listed["resident"]}
    unconfirmed = await Person.get(display_name="刚搬来的小吴")
    assert [home.state for home in await Occupancy.filter(person_id=unconfirmed.id)] == [ClaimState.CLAIMED]
    clerk = await RoleGrant.get(person__demo_role="centre_clerk").select_related("place")
    assert clerk.place.name_zh == "段塘街道"


async def test_matters_of_ninety_days_stand_in_every_state() -> None:
    matters = await Matter.all()
    assert 250 <= len(matters) <= 400
    assert {matter.state for matter in matters} == set(MatterState)
    assert {matter.way for matter in matters} == {*Way, None}
    assert {matter.rating for matter in matters} >= {Rating.SATISFIED, Rating.MOSTLY}
    assert all(matter.is_sample for matter in matters)
    span = max(m.reported_at for m in matters) - min(m.reported_at for m in matters)
    assert 80 <= span.days <= 90
    assert max(m.reported_at for m in matters) <= clock.now()
    assert any(m.reopened_count for m in matters)
    assert any(m.returned_count for m in matters)
    assert any(m.overdue_at for m in matters)
    assert any(m.owner_role == Role.SUBDISTRICT_OFFICER for m in matters)


async def test_the_desk_of_the_large_compound_has_something_to_send_each_way() -> None:
    waiting = await Matter.filter(state=MatterState.REPORTED, community__code="duantang-nandu")
    titles = " ".join(matter.title for matter in waiting)
    for words in ("下水道", "居住证", "种菜", "身份证", "亲属关系证明"):
        assert words in titles


async def test_every_matter_has_one_owner_and_a_due_time_until_it_is_over() -> None:
    for matter in await Matter.all():
        assert (matter.due_at is None) is (matter.state in FINAL), matter.number
        assert matter.owner_role in {"promise_owner", *Role}, matter.number
        if matter.owner_role in {"promise_owner", Role.STANDING_MEMBER}:
            assert matter.owner_id is not None, matter.number


async def test_the_histories_can_be_replayed() -> None:
    told: dict[int, list[MatterEvent]] = {}
    for event in await MatterEvent.all().order_by("matter_id", "seq"):
        told.setdefault(event.matter_id, []).append(event)
    for matter in await Matter.all():
        events = told[matter.id]
        assert [event.seq for event in events] == list(range(1, matter.last_seq + 1)), matter.number
        assert [event.at for event in events] == sorted(event.at for event in events), matter.number
        if matter.root_id is None:
            assert events[0].kind == Step.REPORT and events[0].state_after == MatterState.REPORTED
        else:
            assert events[0].kind == Step.PART, "a second part begins where the number was split"
        for before, event in pairwise(events):
            move = TRANSITIONS[(MatterState(before.state_after), Step(event.kind))]
            assert MatterState(event.state_after) in move.to, (matter.number, event.kind)
        last = events[-1]
        facts = (matter.state.value, matter.owner_role, matter.owner_id, matter.due_at)
        assert facts == (last.state_after, last.owner_role_after, last.owner_id_after, last.due_after), matter.number


async def test_the_pictures_are_there(sample: Settings) -> None:
    photos = await MatterPhoto.all()
    assert len(photos) >= 5
    assert all(photo_path(sample.data, photo.sha256).is_file() for photo in photos)
    assert any(photo.is_after for photo in photos)


async def test_one_meeting_runs_one_is_announced_and_two_have_ended() -> None:
    by_state = Counter(meeting.state for meeting in await Meeting.all())
    assert by_state == {MeetingState.ENDED: 2, MeetingState.RUNNING: 1, MeetingState.ANNOUNCED: 1}
    assert all(meeting.is_sample for meeting in await Meeting.all())
    running = await Meeting.get(state=MeetingState.RUNNING)
    assert running.started_at is not None and (clock.now() - running.started_at).total_seconds() < 86400
    assert (await AgendaItem.get(meeting_id=running.id, state=ItemState.NOW)).link is Link.MARKET
    assert await Topic.filter(meeting_id=running.id).count() == 3
    assert await Group.filter(meeting_id=running.id).count() == 3
    assert await GroupMember.filter(meeting_id=running.id).count() > 10
    assert await Attendance.filter(meeting_id=running.id).count() > 50
    coming = await Meeting.get(state=MeetingState.ANNOUNCED)
    assert 5 < (coming.starts_at - clock.now()).days + 1 <= 8


async def test_votes_passed_and_failed_and_a_promise_was_kept() -> None:
    verdicts = Counter(question.result["verdict"] for question in await Question.all() if question.result)
    assert verdicts["passed"] >= 2
    assert verdicts["failed"] >= 1
    made = await Resolution.all().select_related("owner")
    assert {row.state for row in made} == {ResolutionState.KEPT, ResolutionState.EXECUTING}
    assert all(row.due_at and row.owner.is_sample for row in made)
    assert await MatterEvent.filter(kind=Step.CHANGE_PROMISE.value).exists()
    assert [await verify_chain(question.id) for question in await Question.all()] == [[]] * 4


async def test_everybody_in_it_is_invented_and_says_so() -> None:
    assert not await Person.filter(is_sample=False).exists()
    assert not await ServiceCentre.filter(is_sample=False).exists()
    assert not await Council.filter(is_sample=False).exists()


async def test_the_clock_stands_right_nothing_waits_to_be_sent_and_the_audit_trail_is_whole() -> None:
    assert clock.offset().total_seconds() == 0
    assert not await DistrictClock.exclude(ahead_seconds=0).exists()
    assert not await Job.filter(name="base.send_sms", done_at__isnull=True).exists()
    assert await audit.first_broken() is None


async def test_a_second_run_changes_nothing(sample: Settings) -> None:
    async def counts() -> list[int]:
        return [await model.all().count() for model in (Place, Person, Matter, MatterEvent, Meeting, RoleGrant)]

    before = await counts()
    assert await ensure_sample(sample, say=lambda _line: None) is False
    assert await counts() == before
