"""A change of the catalogue from its beginning to its day, on both databases; and what open matters keep."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from linyue.base.errors import Refused
from linyue.base.model import AuditEntry, Message
from linyue.base.policy import Actor, Role
from linyue.base.settings import Settings
from linyue.base.workdays import Unit
from linyue.centres import service, service_versions
from linyue.centres.model import CatalogueFile, Item
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.rules import Days, DaysFrom, Way
from linyue.centres.rules_entries import put_entry
from linyue.centres.rules_versions import DraftState, VersionRefusal
from linyue.matters import service_handle, service_triage, service_views
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL, MatterRefusal, MatterState
from linyue.matters.service_due import item_of, owner_ids, work_due
from linyue.matters.service_triage import Sending
from tests.conftest import MovableClock
from tests.make.catalogue import TRIED, approved, changed, item
from tests.make.matters import Neighbourhood, make_matter, make_neighbourhood
from tests.make.people import actor_for, make_person

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
ON_THE_DAY = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(NOW - timedelta(days=1))
    made = await make_neighbourhood()
    made.people["administrator"] = await make_person(role=Role.ADMINISTRATOR, place=made.tree.district)
    made.people["second"] = await make_person(role=Role.ADMINISTRATOR, place=made.tree.district)
    clock.set(NOW)
    return made


async def refusal_of(work: Awaitable[object]) -> VersionRefusal:
    with pytest.raises(Refused) as caught:
        await work
    assert isinstance(caught.value.reason, VersionRefusal)
    return caught.value.reason


LONGER = replace(item("HS-008"), minutes=99, days=Days(3, Unit.CALENDAR, DaysFrom.POLICY))


async def a_draft(actor: Actor, *items: object) -> CatalogueDraft:
    draft = await service_versions.start_draft(actor, "高龄津贴改为3天", DAY)
    made = replace(changed(*(items or (LONGER,))), effective_from=DAY)  # type: ignore[arg-type]
    await service_versions.save_draft(actor, draft.id, 1, made, "HS-008")
    return await service_versions.find_draft(draft.id)


async def test_from_draft_to_its_day(here: Neighbourhood, clock: MovableClock) -> None:
    maker, second = await here.actor("administrator"), await here.actor("second")
    draft = await a_draft(maker)
    assert await refusal_of(service_versions.hand_in(maker, draft.id, 2)) is VersionRefusal.NOT_TRIED
    await service_versions.record_trial(maker, draft.id, 2, dict(TRIED))
    await service_versions.hand_in(maker, draft.id, 2)
    told = await Message.filter(key="centres-told-draft-waiting").values_list("person_id", flat=True)
    assert second.person_id in told and maker.person_id not in told
    assert await refusal_of(service_versions.approve(maker, draft.id, 2)) is VersionRefusal.NOT_YOUR_OWN
    stored = await service_versions.approve(second, draft.id, 2)
    assert (stored.version, stored.effective_from, stored.begun_at) == (2, DAY, None)
    assert await Item.filter(catalogue_id=stored.id).count() == 190
    assert (await service.catalogue_index()).catalogue.version == 1
    assert await service_versions.begin_due() == 1  # the first version of all
    clock.set(ON_THE_DAY)
    assert (await service.catalogue_index()).item("HS-008").days.count == 3
    assert (await service_versions.begin_due(), await service_versions.begin_due()) == (1, 0)
    assert await Message.filter(key="centres-told-version-begun", person_id=here.people["clerk"].id).count() == 1
    actions = (
        await AuditEntry.filter(action__startswith="centres.draft").order_by("seq").values_list("action", flat=True)
    )
    assert [str(a).rsplit(".", 1)[1] for a in actions] == ["start", "change", "try", "hand_in", "approve"]


async def test_whoever_had_a_hand_in_it_does_not_approve(here: Neighbourhood) -> None:
    """Two made it: neither approves, whatever the order; the supervisor may."""
    maker, second = await here.actor("administrator"), await here.actor("second")
    draft = await a_draft(maker)
    made = await service_versions.draft_catalogue(draft)
    await service_versions.save_draft(
        second, draft.id, 2, put_entry(made, "items", "HS-008", replace(LONGER, minutes=98)), "HS-008"
    )
    await service_versions.record_trial(maker, draft.id, 3, dict(TRIED))
    await service_versions.hand_in(maker, draft.id, 3)
    for who in (maker, second):
        assert await refusal_of(service_versions.approve(who, draft.id, 3)) is VersionRefusal.NOT_YOUR_OWN
    supervisor = await here.actor("supervisor")
    assert (await service_versions.approve(supervisor, draft.id, 3)).version == 2


async def test_the_row_itself_shuts_out_its_maker(here: Neighbourhood) -> None:
    """Even with no hands written down the conditional update keeps the maker out."""
    maker = await here.actor("administrator")
    draft = await a_draft(maker)
    await service_versions.record_trial(maker, draft.id, 2, dict(TRIED))
    await service_versions.hand_in(maker, draft.id, 2)
    await service_versions.CatalogueHand.all().delete()
    assert await refusal_of(service_versions.approve(maker, draft.id, 2)) is VersionRefusal.NOT_NOW
    assert await CatalogueFile.all().count() == 1


async def test_of_two_approvals_at_once_one_counts(here: Neighbourhood) -> None:
    maker, second, supervisor = [await here.actor(who) for who in ("administrator", "second", "supervisor")]
    draft = await a_draft(maker)
    await service_versions.record_trial(maker, draft.id, 2, dict(TRIED))
    await service_versions.hand_in(maker, draft.id, 2)
    both = [service_versions.approve(who, draft.id, 2) for who in (second, supervisor)]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(isinstance(one, CatalogueFile) for one in done) == [False, True], done
    assert await CatalogueFile.all().count() == 2


async def test_a_change_after_the_trial_asks_for_another(here: Neighbourhood) -> None:
    maker = await here.actor("administrator")
    draft = await a_draft(maker)
    await service_versions.record_trial(maker, draft.id, 2, dict(TRIED))
    assert await refusal_of(service_versions.save_draft(maker, draft.id, 1, changed(), "")) is (
        VersionRefusal.CHANGED_MEANWHILE
    )
    await service_versions.rename_draft(maker, draft.id, 2, "别的名字", DAY + timedelta(days=1))
    assert await refusal_of(service_versions.hand_in(maker, draft.id, 3)) is VersionRefusal.NOT_TRIED


async def test_nothing_new_and_what_does_not_fit_together_is_not_handed_in(here: Neighbourhood) -> None:
    maker = await here.actor("administrator")
    same = await service_versions.start_draft(maker, "没有改", DAY)
    await service_versions.record_trial(maker, same.id, 1, dict(TRIED))
    assert await refusal_of(service_versions.hand_in(maker, same.id, 1)) is VersionRefusal.NOTHING_CHANGED
    odd = await a_draft(maker, replace(item("HS-008"), platform="P31"))
    await service_versions.record_trial(maker, odd.id, 2, dict(TRIED))
    assert await refusal_of(service_versions.hand_in(maker, odd.id, 2)) is VersionRefusal.HAS_TROUBLES
    for day in (NOW.date(), date(2026, 1, 1)):
        assert await refusal_of(service_versions.start_draft(maker, "太早", day)) is VersionRefusal.DAY_TOO_SOON


async def test_sent_back_taken_back_and_dropped(here: Neighbourhood) -> None:
    maker, second = await here.actor("administrator"), await here.actor("second")
    draft = await a_draft(maker)
    await service_versions.record_trial(maker, draft.id, 2, dict(TRIED))
    await service_versions.hand_in(maker, draft.id, 2)
    assert await refusal_of(service_versions.save_draft(maker, draft.id, 2, changed(), "")) is VersionRefusal.NOT_NOW
    await service_versions.send_back(second, draft.id, 2, "请写明依据")
    row = await service_versions.find_draft(draft.id)
    assert (row.state, row.decided_text) == (DraftState.DRAFT, "请写明依据")
    await service_versions.hand_in(maker, draft.id, 2)
    await service_versions.take_back(maker, draft.id, 2)
    await service_versions.drop_draft(maker, draft.id, 2)
    assert await refusal_of(service_versions.hand_in(maker, draft.id, 2)) is VersionRefusal.NOT_NOW


async def test_a_draft_moves_onto_a_version_approved_meanwhile(here: Neighbourhood) -> None:
    maker, second = await here.actor("administrator"), await here.actor("second")
    draft = await a_draft(maker)
    other = changed(replace(item("HS-007"), minutes=55), replace(item("HS-008"), minutes=77))
    await approved(second, maker, other, DAY - timedelta(days=2))
    await service_versions.record_trial(maker, draft.id, 2, dict(TRIED))
    assert await refusal_of(service_versions.hand_in(maker, draft.id, 2)) is VersionRefusal.BASE_CHANGED
    assert await service_versions.rebase_draft(maker, draft.id, 2) == ("HS-008",)
    made = await service_versions.draft_catalogue(await service_versions.find_draft(draft.id))
    minutes = {one.code: one.minutes for one in made.items}
    assert (made.version, minutes["HS-007"], minutes["HS-008"]) == (3, 55, 99)


# ── what open matters keep ──


async def test_an_open_matter_keeps_the_version_it_was_sent_under(here: Neighbourhood, clock: MovableClock) -> None:
    maker, second = await here.actor("administrator"), await here.actor("second")
    matter = await make_matter(here)
    sent = await service_triage.send(
        await here.actor("worker"), matter.id, matter.version, Sending(Way.CENTRE, "HS-008")
    )
    first = await CatalogueFile.get()
    assert sent.catalogue_id == first.id and (sent.due_days, sent.due_unit) == (10, "working")
    await approved(maker, second, changed(LONGER), DAY)
    clock.set(ON_THE_DAY)
    kept = await Matter.get(id=matter.id).select_related("community")
    assert kept.due_at == sent.due_at
    due = await work_due(kept)
    assert (due.days, due.unit) == (10, "working")
    later = await make_matter(here)
    again = await service_triage.send(
        await here.actor("worker"), later.id, later.version, Sending(Way.CENTRE, "HS-008")
    )
    assert (again.due_days, again.due_unit, again.catalogue_id) == (3, "calendar", first.id + 1)


async def test_a_retired_item_leaves_no_open_matter_alone(here: Neighbourhood, clock: MovableClock) -> None:
    """Every open matter under it still has an owner and a due time; new ones are led to what follows."""
    maker, second, worker = [await here.actor(who) for who in ("administrator", "second", "worker")]
    waiting, sent = await make_matter(here), await make_matter(here)
    sent = await service_triage.send(worker, sent.id, sent.version, Sending(Way.CENTRE, "HS-008"))
    retired = replace(item("HS-008"), is_retired=True, successor="HS-007")
    await approved(maker, second, changed(retired), DAY)
    clock.set(ON_THE_DAY)
    for one in await Matter.exclude(state__in=list(FINAL)).select_related("community"):
        assert one.due_at is not None and await owner_ids(one), one.number
    assert await service_views.item_name("zh-CN", await Matter.get(id=sent.id)) == "高龄津贴申领"
    clerk = await here.actor("clerk")
    taken = await service_handle.accept(clerk, sent.id, sent.version)
    done = await service_handle.complete(clerk, sent.id, taken.version, "已办好")
    assert done.state is MatterState.COMPLETED
    with pytest.raises(Refused) as caught:
        await service_triage.send(worker, waiting.id, waiting.version, Sending(Way.CENTRE, "HS-008"))
    assert caught.value.reason is MatterRefusal.ITEM_RETIRED
    assert caught.value.args_for_text == {"successor": "HS-007"}
    index = await service.catalogue_index()
    follower = index.living("HS-008")
    assert follower is not None and follower.code == "HS-007"
    assert "HS-008" not in {target.item_code for target in index.suggest.targets}
    assert (await item_of("HS-008", sent.catalogue_id)) == item("HS-008")
    led = await service_triage.send(worker, waiting.id, waiting.version, Sending(Way.CENTRE, "HS-007"))
    assert led.due_at is not None


async def test_what_floats_within_a_version_goes_to_the_centre_from_its_day(
    here: Neighbourhood, clock: MovableClock
) -> None:
    maker, second, worker = [await here.actor(who) for who in ("administrator", "second", "worker")]
    floats = DAY + timedelta(days=10)
    later = changed(replace(item("HS-049"), floats_from=floats), effective_from=DAY)
    entry = replace(next(p for p in later.platforms if p.code == "P29"), floats_from=floats)
    await approved(maker, second, changed(replace(item("HS-049"), floats_from=floats), platform=entry), DAY)
    clock.set(ON_THE_DAY)
    matter = await make_matter(here)
    with pytest.raises(Refused) as caught:
        await service_triage.send(worker, matter.id, matter.version, Sending(Way.CENTRE, "HS-049"))
    assert caught.value.reason is MatterRefusal.ITEM_GOES_ELSEWHERE
    own = await service_triage.send(worker, matter.id, matter.version, Sending(Way.OWN_DESK, "HS-049"))
    assert own.owner_role == Role.SOCIAL_WORKER
    clock.set(ON_THE_DAY + timedelta(days=10))
    next_one = await make_matter(here)
    sent = await service_triage.send(worker, next_one.id, next_one.version, Sending(Way.CENTRE, "HS-049"))
    assert sent.centre_id == here.centre.id


async def test_the_maker_at_the_console_is_nobody_who_approves(here: Neighbourhood) -> None:
    """A file taken in at the server's console has no maker; one administrator still has to approve it."""
    nobody = Actor(name="console")
    draft = await a_draft(nobody)
    await service_versions.record_trial(nobody, draft.id, 2, dict(TRIED))
    await service_versions.hand_in(nobody, draft.id, 2)
    assert await refusal_of(service_versions.approve(nobody, draft.id, 2)) is VersionRefusal.NOT_YOUR_OWN
    assert (await service_versions.approve(await actor_for(here.people["second"]), draft.id, 2)).version == 2
