"""The three ways into X, calls, admitting and declining; terms that end; the district's rules with their history."""

import asyncio
from datetime import timedelta

import pytest

from linyue.base.errors import NotFound, Refused
from linyue.base.model import AuditEntry, Job, Message
from linyue.base.policy import NOBODY, Actor, Role
from linyue.base.settings import Settings
from linyue.councils import service, service_attendance, service_rules, service_terms, service_x
from linyue.councils.model import Council, CouncilRules, Seat, XApplication, XMember
from linyue.councils.rules import CouncilRefusal, MatterKind
from linyue.councils.rules_district import DistrictRefusal, DistrictRules
from linyue.councils.rules_x import ApplicationState, Way, XRefusal, refuse_application, refuse_call, refuse_words
from linyue.councils.service_attendance import Attended, Sitting
from linyue.mediation import service as mediation
from linyue.mediation.model import Dispute
from linyue.mediation.rules import DisputeKind
from linyue.people.service_own import erase_own
from linyue.people.service_roles import holders_of
from tests.conftest import MovableClock
from tests.make.councils import make_council
from tests.make.people import actor_for, make_person
from tests.make.places import Tree, make_tree

R = XRefusal
pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("way", "on_roll", "call_runs", "refusal"),
    [
        (Way.CALL, True, True, None),
        (Way.CALL, True, None, R.NO_CALL),
        (Way.CALL, True, False, R.CALL_OVER),
        (Way.CALL, False, True, R.NOT_OF_HERE),
        (Way.AFFECTED, True, None, None),
        (Way.AFFECTED, False, None, R.NOT_OF_HERE),
        (Way.EXPERTISE, False, None, None),
    ],
)
def test_who_may_put_themselves_forward(way: Way, on_roll: bool, call_runs: bool | None, refusal: R | None) -> None:
    assert refuse_application(way, on_roll, call_runs) is refusal


def test_words_and_days_have_their_limits(clock: MovableClock) -> None:
    assert refuse_words("屋顶", "会看图纸") is None
    assert refuse_words(" ", "x") == (R.NO_TOPIC, "topic")
    assert refuse_words("字" * 121, "x") == (R.TOO_LONG, "topic")
    assert refuse_words("屋顶", " ") == (R.NO_WORDS, "words")
    assert refuse_words("屋顶", "字" * 301) == (R.TOO_LONG, "words")
    now = clock.now()
    assert refuse_call(now, now, 60) is R.CALL_DAY
    assert refuse_call(now + timedelta(days=60), now, 60) is None
    assert refuse_call(now + timedelta(days=62), now, 60) is R.CALL_LONG


class House:
    """A compound with a council of two, its worker and a neighbour."""

    tree: Tree
    council: Council
    chair: Actor
    neighbour: Actor
    worker: Actor


@pytest.fixture
async def house(db: Settings) -> House:
    made = House()
    made.tree = await make_tree()
    chair, other = [await make_person(f"理事{n}", home=made.tree.units[n]) for n in range(2)]
    await make_council(made.tree.compound.id, [chair.id, other.id])
    made.council = await service.council_by_code(made.tree.compound.code)
    made.chair = await actor_for(chair)
    made.neighbour = await actor_for(await make_person("邻居", home=made.tree.units[2]))
    made.worker = await actor_for(await make_person("社工", role=Role.SOCIAL_WORKER, place=made.tree.community))
    return made


async def refusal_of(doing: object) -> object:
    with pytest.raises(Refused) as caught:
        await doing  # type: ignore[misc]
    return caught.value.reason


async def test_a_call_is_answered_and_the_council_admits_until_a_day(house: House, clock: MovableClock) -> None:
    closes = clock.now() + timedelta(days=10)
    call = await service_x.open_call(
        house.chair, house.council, topic="屋顶维修", text="要两位懂防水的", wanted=2, closes_at=closes
    )
    again = await service_x.open_call(
        house.chair, house.council, topic="屋顶维修", text="要两位懂防水的", wanted=2, closes_at=closes
    )
    assert again.id == call.id, "a form sent twice is one call"
    assert await Message.filter(key="councils-told-call", person_id=house.neighbour.person_id).count() == 1
    sent = await service_x.put_forward(
        house.neighbour, house.council, way=Way.CALL, topic="", words="做过防水", call_id=call.id
    )
    assert sent.topic == "屋顶维修"
    told = set(await Message.filter(key="councils-told-application").values_list("person_id", flat=True))
    assert house.chair.person_id in told and house.worker.person_id in told
    again = service_x.put_forward(house.neighbour, house.council, way=Way.AFFECTED, topic="停车", words="有车")
    assert await refusal_of(again) is R.WAITS_ALREADY
    far = clock.now() + timedelta(days=367)
    assert await refusal_of(service_x.admit(house.chair, house.council, sent.id, far)) is CouncilRefusal.X_TERM_TOO_LONG
    assert (await XApplication.get(id=sent.id)).state is ApplicationState.WAITING
    member = await service_x.admit(house.worker, house.council, sent.id, clock.now() + timedelta(days=200))
    assert (member.way, member.topic, member.person_id) == (Way.CALL, "屋顶维修", house.neighbour.person_id)
    assert await holders_of(Role.X_MEMBER, house.tree.compound.path) == [house.neighbour.person_id]
    decline = service_x.decline(house.chair, house.council, sent.id, "晚了")
    assert await refusal_of(decline) is R.ANSWERED_ALREADY
    assert await AuditEntry.filter(action="council.x.admit").count() == 1


async def test_a_decline_needs_words_and_nobody_decides_about_themselves(house: House, clock: MovableClock) -> None:
    expert = await actor_for(await make_person("工程师"))
    way = {"topic": "电梯", "words": "修过电梯"}
    affected = service_x.put_forward(expert, house.council, way=Way.AFFECTED, **way)
    assert await refusal_of(affected) is R.NOT_OF_HERE
    sent = await service_x.put_forward(expert, house.council, way=Way.EXPERTISE, **way)
    assert await refusal_of(service_x.decline(house.chair, house.council, sent.id, " ")) is R.NO_ANSWER
    assert await refusal_of(service_x.decline(expert, house.council, sent.id, "不")) is R.OWN_APPLICATION
    await service_x.decline(house.chair, house.council, sent.id, "名额满了")
    row = await XApplication.get(id=sent.id)
    assert (row.state, row.answer, row.decided_by_id) == (ApplicationState.DECLINED, "名额满了", house.chair.person_id)
    with pytest.raises(NotFound):
        await service_x.admit(house.chair, house.council, 999, clock.now() + timedelta(days=9))
    sits = service_x.put_forward(house.chair, house.council, way=Way.AFFECTED, **way)
    assert await refusal_of(sits) is R.SITS_ALREADY
    mine = await service_x.put_forward(expert, house.council, way=Way.EXPERTISE, **way)
    await service_x.withdraw(expert, house.council, mine.id)
    assert await refusal_of(service_x.withdraw(expert, house.council, mine.id)) is R.ANSWERED_ALREADY
    last = await service_x.put_forward(expert, house.council, way=Way.EXPERTISE, **way)
    await erase_own(expert)
    row = await XApplication.get(id=last.id)
    assert (row.state, row.words) == (ApplicationState.WITHDRAWN, "")


async def test_a_closed_call_takes_nobody(house: House, clock: MovableClock) -> None:
    call = await service_x.open_call(
        house.chair, house.council, topic="停车", text="量车位", wanted=1, closes_at=clock.now() + timedelta(days=5)
    )
    await service_x.close_call(house.chair, house.council, call.id)
    assert await refusal_of(service_x.close_call(house.chair, house.council, call.id)) is R.CALL_OVER
    late = service_x.put_forward(house.neighbour, house.council, way=Way.CALL, topic="", words="我来", call_id=call.id)
    assert await refusal_of(late) is R.CALL_OVER
    none = service_x.put_forward(house.neighbour, house.council, way=Way.CALL, topic="", words="我来", call_id=99)
    assert await refusal_of(none) is R.NO_CALL


async def test_two_admissions_at_once_make_one_member(house: House, clock: MovableClock) -> None:
    sent = await service_x.put_forward(house.neighbour, house.council, way=Way.AFFECTED, topic="停车", words="有车")
    ends = clock.now() + timedelta(days=30)

    async def admit(who: Actor) -> bool:
        try:
            await service_x.admit(who, house.council, sent.id, ends)
        except Refused as refused:
            assert refused.reason is R.ANSWERED_ALREADY
            return False
        return True

    assert sorted(await asyncio.gather(admit(house.chair), admit(house.worker))) == [False, True]
    assert await XMember.all().count() == 1


async def test_the_clock_notes_terms_that_are_over_once(house: House, clock: MovableClock) -> None:
    now = clock.now()
    assert house.neighbour.person_id is not None
    x = await service.invite_x_member(
        NOBODY, house.council.id, house.neighbour.person_id, "停车", now, now + timedelta(days=30), Way.AFFECTED
    )
    assert await service_terms.end_terms() == 0
    clock.move(days=31)
    assert await holders_of(Role.X_MEMBER, house.tree.compound.path) == []
    assert await service_terms.end_terms() == 1
    assert await service_terms.end_terms() == 0
    assert (await XMember.get(id=x.id)).closed_at is not None
    assert await Message.filter(key="councils-told-x-over", person_id=house.neighbour.person_id).count() == 1
    assert await Job.filter(name="matters.rehouse").count() == 1
    clock.move(days=400)
    assert await service_terms.end_terms() == 2
    assert await Message.filter(key="councils-told-seat-over").count() == 0, "too long ago to tell anybody"
    assert await Seat.filter(closed_at=None).count() == 0
    council = await make_council(house.tree.community.id)
    await service.give_seat(
        NOBODY, council.id, 1, MatterKind.RELATIONS, house.neighbour.person_id, clock.now(), clock.now() + timedelta(1)
    )
    clock.move(days=2)
    assert await service_terms.end_terms() == 1
    assert await Message.filter(key="councils-told-vacant", person_id=house.worker.person_id).count() == 1


async def test_the_districts_rules_are_rows_with_a_history(house: House, clock: MovableClock) -> None:
    assert await service_rules.rules_now() == DistrictRules()
    administrator = await actor_for(await make_person("管理员", role=Role.ADMINISTRATOR, place=house.tree.district))
    wanted = DistrictRules(supports=5, x_days=180)
    first = await service_rules.change_rules(administrator, wanted, "小区小", 0)
    assert await service_rules.rules_now() == wanted
    assert service_rules.changes_between(DistrictRules(), wanted) == {"supports": (10, 5), "x_days": (365, 180)}
    entry = await AuditEntry.get(action="council.rules.change")
    assert "10 > 5" in str(entry.data)
    same = service_rules.change_rules(administrator, wanted, "", first.id)
    assert await refusal_of(same) is DistrictRefusal.RULES_SAME
    stale = service_rules.change_rules(administrator, DistrictRules(supports=6), "", 0)
    assert await refusal_of(stale) is DistrictRefusal.RULES_CHANGED
    small = DistrictRules(seats=3, leads=dict.fromkeys(MatterKind, 1))
    await service_rules.change_rules(administrator, small, "", first.id)
    assert await CouncilRules.all().count() == 2
    roster = await service.roster_of(house.tree.compound.code)
    assert [len(roster.leads[number]) for number in (1, 2, 3)] == [7, 0, 0]
    third = await make_person("三号", home=house.tree.units[3])
    now = clock.now()
    await service.give_seat(NOBODY, house.council.id, 3, MatterKind.MONEY, third.id, now, now + timedelta(days=9))
    held = DistrictRules(seats=3, leads=dict.fromkeys(MatterKind, 1), supports=4)
    newest = await service_rules.newest()
    assert newest is not None
    await service_rules.change_rules(administrator, held, "", newest.id)
    with pytest.raises(Refused) as none:
        await service.give_seat(NOBODY, house.council.id, 4, MatterKind.MONEY, third.id, now, now + timedelta(days=9))
    assert none.value.reason is CouncilRefusal.NO_SUCH_SEAT


async def test_days_and_numbers_of_the_district_hold_at_once(house: House, clock: MovableClock) -> None:
    wanted = DistrictRules(call_days=10, take_days=1, settle_days=7)
    await service_rules.change_rules(NOBODY, wanted, "", 0)
    call = {"topic": "屋顶", "text": "要懂防水的", "wanted": 1}
    late = service_x.open_call(house.chair, house.council, closes_at=clock.now() + timedelta(days=12), **call)
    assert await refusal_of(late) is R.CALL_LONG
    await service_x.open_call(house.chair, house.council, closes_at=clock.now() + timedelta(days=9), **call)
    home = house.neighbour.homes[0]
    row = await mediation.ask_for_mediator(house.neighbour, DisputeKind.NOISE, "楼上", "半夜拖椅子", home)
    assert row.due_at is not None and row.due_at - clock.now() < timedelta(days=9)
    await mediation.take(house.worker, row.id, 1)
    row = await Dispute.get(id=row.id)
    assert row.due_at is not None and timedelta(days=6) < row.due_at - clock.now() < timedelta(days=16)


async def test_nobody_is_left_without_a_seat_by_a_smaller_council(house: House, clock: MovableClock) -> None:
    fifth = await make_person("五号", home=house.tree.units[3])
    await service.give_seat(
        NOBODY, house.council.id, 5, MatterKind.SAFETY, fifth.id, clock.now(), clock.now() + timedelta(days=9)
    )
    small = DistrictRules(seats=3, leads=dict.fromkeys(MatterKind, 1))
    assert await refusal_of(service_rules.change_rules(NOBODY, small, "", 0)) is DistrictRefusal.SEATS_HELD


def test_attendance_counts_the_meetings_of_the_term(clock: MovableClock) -> None:
    now = clock.now()
    sittings = [Sitting(str(n), "会", "", now - timedelta(days=n * 10), frozenset({n})) for n in range(4)]
    assert service_attendance.attended(2, now - timedelta(days=25), now, sittings) == Attended(1, 2)
    assert service_attendance.attended(9, now - timedelta(days=5), now, sittings) == Attended(0, 0)
