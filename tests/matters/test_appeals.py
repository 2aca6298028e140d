"""Appeals against where a matter was sent: once a decision, answered by somebody else, handed up when late."""

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.base.workdays import published_calendar, working_days_between
from linyue.centres.rules import Way
from linyue.matters import service_appeals, service_merge, service_report, service_timeline
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules import MatterRefusal, MatterState
from linyue.matters.rules_appeals import (
    AppealRefusal,
    Outcome,
    owner_of_appeal,
    refuse_answer,
    refuse_appeal,
)
from linyue.matters.service_triage import Sending
from linyue.people.model import RoleGrant
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, accepted, completed, make_matter, make_neighbourhood, send_to, version_of

S, R = MatterState, AppealRefusal


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


@pytest.mark.parametrize(
    ("state", "decided", "appealed", "reason"),
    [
        (S.ASSIGNED, 2, [], None),
        (S.WAITING, 2, [], None),
        (S.REFUSED, 2, [], None),
        (S.REPORTED, None, [], R.NOT_SENT),
        (S.ON_AGENDA, 2, [], R.NOT_SENT),
        (S.COMPLETED, 2, [], R.NOT_SENT),
        (S.ASSIGNED, 2, [2], R.ONCE),
        (S.ASSIGNED, 5, [2], None),
    ],
)
def test_when_it_may_be_appealed(state: S, decided: int | None, appealed: list[int], reason: R | None) -> None:
    assert refuse_appeal(state, decided, appealed) is reason


@pytest.mark.parametrize(
    ("holders", "barred", "above", "owner"),
    [
        ({"social_worker": {1, 2}}, {1}, "", "social_worker"),
        ({"social_worker": {1}, "subdistrict_officer": {3}}, {1}, "", "subdistrict_officer"),
        ({"subdistrict_officer": {3}, "supervisor": {4}}, {3}, "", "supervisor"),
        ({"social_worker": {1, 2}, "subdistrict_officer": {3}}, {1}, "social_worker", "subdistrict_officer"),
        ({"social_worker": {1, 2}}, {1}, "subdistrict_officer", "supervisor"),
        ({}, set(), "supervisor", "supervisor"),
    ],
)
def test_whose_it_is(holders: dict[str, set[int]], barred: set[int], above: str, owner: str) -> None:
    assert owner_of_appeal(holders, barred, above) == owner


@pytest.mark.parametrize(
    ("owner", "roles", "person", "is_answered", "reason"),
    [
        ("social_worker", {"social_worker"}, 2, False, None),
        ("social_worker", {"subdistrict_officer"}, 3, False, None),
        ("social_worker", {"social_worker"}, 1, False, R.SAME_PERSON),
        ("subdistrict_officer", {"social_worker"}, 2, False, R.OTHER_DESK),
        ("subdistrict_officer", {"supervisor"}, 4, False, None),
        ("social_worker", {"social_worker"}, 2, True, R.ANSWERED),
        ("social_worker", set(), 9, False, R.OTHER_DESK),
    ],
)
def test_who_answers(owner: str, roles: set[str], person: int, is_answered: bool, reason: R | None) -> None:
    assert refuse_answer(owner, roles, person, {1}, is_answered) is reason


async def test_somebody_else_keeps_it_and_it_is_said_in_public(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    seen = await version_of(matter)
    made = await service_appeals.appeal(await here.actor("resident"), matter.id, "是公共水管")
    assert (made.owner_role, made.decided_by_id) == ("social_worker", here.people["worker"].id)
    assert await version_of(matter) == seen, "the handler's open form does not go stale"
    assert await Message.filter(person_id=here.people["worker2"].id, key="matters-told-appeal").count() == 1
    assert await Message.filter(person_id=here.people["worker"].id, key="matters-told-appeal").count() == 0
    with pytest.raises(Refused) as told:
        await service_appeals.appeal(await here.actor("resident"), matter.id, "再说一次")
    assert told.value.reason is R.ONCE
    with pytest.raises(Refused) as told:
        await service_appeals.answer(await here.actor("worker"), made.id, "没错", None)
    assert told.value.reason is R.SAME_PERSON
    kept = await service_appeals.answer(await here.actor("worker2"), made.id, "水管在您家里这一段。", None)
    assert (kept.outcome, kept.answered_by_id) == (Outcome.KEPT, here.people["worker2"].id)
    assert (await Matter.get(id=matter.id)).state is S.ASSIGNED
    lines = await service_timeline.entries_of("zh-CN", matter, is_inside=False, is_staff=False, photos=[])
    told_all = " ".join(f"{line.title} {line.text}" for line in lines)
    assert "答复：维持原来的走向 水管在您家里这一段。" in told_all and "是公共水管" not in told_all
    with pytest.raises(Refused) as told:
        await service_appeals.answer(await here.actor("officer"), made.id, "再答一次", None)
    assert told.value.reason is R.ANSWERED


async def test_a_wrong_refusal_is_opened_again_elsewhere_with_a_new_clock(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.REFUSAL)
    assert (await Matter.get(id=matter.id)).due_at is None
    made = await service_appeals.appeal(await here.actor("resident"), matter.id, "我不是要证明")
    sending = Sending(Way.COUNCIL, kind="facilities", note="应该邻里商量")
    moved = await service_appeals.answer(await here.actor("worker2"), made.id, "应该邻里商量", sending)
    stored = await Matter.get(id=matter.id)
    assert (moved.outcome, stored.state, stored.way, stored.closed_at) == (Outcome.MOVED, S.ASSIGNED, Way.COUNCIL, None)
    assert stored.owner_id == here.people["member"].id and stored.due_at is not None
    again = await service_appeals.appeal(await here.actor("resident"), matter.id, "还是不对")
    assert again.decided_by_id == here.people["worker2"].id, "the new decision is another one"


async def test_late_it_goes_to_the_sub_district_once(here: Neighbourhood, clock: MovableClock) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    made = await service_appeals.appeal(await here.actor("resident"), matter.id, "是公共水管")
    assert await service_appeals.sweep_appeals() == 0
    assert working_days_between(made.at, made.due_at, published_calendar()) == 5
    clock.move(seconds=(made.due_at - clock.now()).total_seconds() + 1)
    assert [await service_appeals.sweep_appeals() for _ in range(2)] == [1, 0]
    late = await Appeal.get(id=made.id)
    assert late.owner_role == "subdistrict_officer" and late.late_at is not None
    assert await MatterEvent.filter(matter_id=matter.id, kind="appeal-late").count() == 1
    with pytest.raises(Refused) as told:
        await service_appeals.answer(await here.actor("worker2"), made.id, "迟了", None)
    assert told.value.reason is R.OTHER_DESK
    await service_appeals.answer(await here.actor("officer"), made.id, "维持", None)


async def test_with_one_worker_the_sub_district_has_it_at_once(here: Neighbourhood) -> None:
    await RoleGrant.filter(person_id=here.people["worker2"].id, role=Role.SOCIAL_WORKER).delete()
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    made = await service_appeals.appeal(await here.actor("resident"), matter.id, "是公共水管")
    assert made.owner_role == "subdistrict_officer"


async def test_a_merged_reporter_may_appeal_and_a_stranger_may_not(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    other = await make_matter(here, reporter_id=here.people["neighbour"].id)
    await service_merge.merge(await here.actor("worker"), other.id, other.version, matter.number)
    await send_to(here, matter, Way.COUNCIL)
    with pytest.raises(Refused) as told:
        await service_appeals.appeal(await here.actor("member"), matter.id, "不归我")
    assert told.value.reason is MatterRefusal.NOT_YOURS
    made = await service_appeals.appeal(await here.actor("neighbour"), matter.id, "我们家也漏")
    assert made.person_id == here.people["neighbour"].id


async def test_what_is_withdrawn_owes_no_answer(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.COUNCIL)
    made = await service_appeals.appeal(await here.actor("resident"), matter.id, "是公共水管")
    await service_report.withdraw(await here.actor("resident"), matter.id, await version_of(matter))
    assert (await Appeal.get(id=made.id)).outcome is Outcome.LAPSED


async def test_after_the_work_is_done_it_is_rated_instead(here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.OWN_DESK)
    await accepted(here, matter, "worker")
    await completed(here, matter, "worker")
    with pytest.raises(Refused) as told:
        await service_appeals.appeal(await here.actor("resident"), matter.id, "分错了")
    assert told.value.reason is R.NOT_SENT
