"""The load against a naive sum, with floating on and off; the visit log on its page."""

import html
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from linyue.base.model import AuditEntry
from linyue.base.policy import NOBODY, Role
from linyue.base.settings import Settings
from linyue.boards import service_carried, service_load, service_load_behind, service_visits
from linyue.boards.model import Visit
from linyue.boards.rules import Month
from linyue.boards.rules_load import saving
from linyue.boards.rules_visits import PROMISED, VisitKind
from linyue.centres import service as centres
from linyue.centres import service_handling
from linyue.centres.model import Item, Platform
from linyue.centres.model_gate import PushedTask
from linyue.centres.rules import AffairKind, HandledBy, Listing, Way
from linyue.centres.rules_gate import GateState
from linyue.centres.rules_handling import USUAL
from linyue.matters.model import Matter
from linyue.matters.model_desk import AnswerTemplate
from linyue.matters.service_merge_places import merge_community
from tests.boards.test_board import OCTOBER, a_random_district
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import actor_for, make_person

NewClient = Callable[[], Client]
NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
assert service_visits  # its visits go along when communities merge


@pytest.fixture
async def here(db: Settings, clock: MovableClock) -> Neighbourhood:
    clock.set(NOW - timedelta(days=60))  # roles count from the day they are given
    return await make_neighbourhood()


async def test_the_load_is_a_naive_sum(here: Neighbourhood, clock: MovableClock) -> None:
    clock.set(NOW)
    everything = await a_random_district(here, random.Random(8), 400)
    items = {i.code: i for i in await Item.all()}
    start, end = datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)
    duty = {True: 0, False: 0}
    for platform in await Platform.all():
        if any(i.platform_id == platform.id and i.kind is AffairKind.GOVERNMENTAL for i in items.values()):
            duty[platform.floats] += platform.duty_minutes
    found = await service_load.month_load(here.tree.district, OCTOBER)
    for community in (here.tree.community, here.tree.other_community):
        own, gone = [], []
        for told in everything:
            m = told.matter
            item = items.get(m.item_code)
            if m.community_id != community.id or not start <= m.reported_at < end or m.state in ("merged", "withdrawn"):
                continue
            if item is None or item.kind is not AffairKind.GOVERNMENTAL or item.listing is not Listing.CORE:
                continue
            if m.way in (Way.OWN_DESK, Way.CENTRE):
                floats = item.way is Way.CENTRE  # in this catalogue everything that floats does from its first day
                (gone if m.way is Way.CENTRE and floats else own).append(item.minutes)
        load = found.by_community[community.id]
        assert (load.own_count, load.gone_count) == (len(own), len(gone))
        assert load.own.variance == sum(m * m for m in own)
        assert load.minutes == pytest.approx(sum(own) + duty[False] * 31 / 7)
        assert load.minutes_unfloated == pytest.approx(sum(own) + sum(gone) + sum(duty.values()) * 31 / 7)
    assert found.total.count > 20 and found.is_over
    change = saving(found.total)
    assert change is not None and change.low < change.value < change.high <= 0


async def test_with_floating_switched_off_the_board_says_nothing_is_saved(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient
) -> None:
    clock.set(NOW)
    await centres.load_catalogue(NOBODY, _without_floating())
    await a_random_district(here, random.Random(9), 400)
    # Sent to a centre all the same: on a day after things float, though they came in before.
    assert await Matter.filter(way=Way.CENTRE).count() > 20
    clock.set(datetime(2026, 12, 5, 3, 0, tzinfo=UTC))
    await Matter.all().update(reported_at=datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    found = await service_load.month_load(here.tree.district, Month(2026, 11))
    change = saving(found.total)
    assert found.total.count > 20 and change is not None and change.value == change.low == change.high == 0
    client = new_client()
    await client.sign_in_as(here.people["supervisor"], is_staff=True)
    text = (await client.get("/board/load?month=2026-11")).text
    assert "没有变，0%" in text and not re.search(r"少了\d+%", text)


def _without_floating() -> str:
    text = centres.sample_catalogue_text().replace("floats: true", "floats: false")
    text = text.replace(f"handled_by: {HandledBy.CENTRE.value}", f"handled_by: {HandledBy.COMMUNITY.value}")
    text = text.replace("version: 1\n", "version: 2\n", 1)
    return text.replace("effective_from: 2026-01-01", "effective_from: 2026-11-01", 1)


async def test_an_item_that_floats_within_the_month_is_gone_from_that_day_on(
    here: Neighbourhood, clock: MovableClock
) -> None:
    clock.set(NOW)
    await a_random_district(here, random.Random(9), 400)
    code = "HS-001"
    assert (await Item.get(code=code)).way is Way.CENTRE
    await Matter.all().update(item_code="")
    ids = [m.id for m in await Matter.filter(way=Way.CENTRE).exclude(state__in=["merged", "withdrawn"]).limit(12)]
    await Matter.filter(id__in=ids[:7]).update(item_code=code, reported_at=datetime(2026, 10, 9, 3, tzinfo=UTC))
    await Matter.filter(id__in=ids[7:]).update(item_code=code, reported_at=datetime(2026, 10, 20, 3, tzinfo=UTC))
    for day, gone in ((None, 12), (date(2026, 10, 20), 5), (date(2026, 10, 21), 0)):
        await Item.filter(code=code).update(floats_from=day)
        found = (await service_load.month_load(here.tree.district, OCTOBER)).total
        assert (found.own_count, found.gone_count) == (12 - gone, gone), day
        for way, count in ((Way.OWN_DESK, 12 - gone), (Way.CENTRE, gone)):
            behind = await service_load_behind.behind_load(here.tree.district, OCTOBER, way, offset=0, limit=50)
            assert behind.total == count, (day, way)


async def test_the_page_shows_formula_sample_and_range(
    new_client: NewClient, here: Neighbourhood, clock: MovableClock
) -> None:
    clock.set(NOW)
    await a_random_district(here, random.Random(8), 400)
    for who in ("supervisor", "worker"):
        client = new_client()
        await client.sign_in_as(here.people[who], is_staff=True)
        text = (await client.get("/board/load?month=2026-10")).text
        for words in ("工作量 =", "件政务", "暂定的分钟数", "95%的区间", "基准月", "可能在"):
            assert words in text, (who, words)
    assert (await client.get(f"/board/load?area={here.tree.district.id}")).status_code == 403


async def test_a_count_of_the_load_leads_to_its_matters(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient
) -> None:
    clock.set(NOW)
    await a_random_district(here, random.Random(8), 400)
    found = await service_load.month_load(here.tree.district, OCTOBER)
    for place, load in (
        (here.tree.district, found.total),
        (here.tree.community, found.by_community[here.tree.community.id]),
    ):
        for way, count in ((Way.OWN_DESK, load.own_count), (Way.CENTRE, load.gone_count)):
            behind = await service_load_behind.behind_load(place, OCTOBER, way, offset=0, limit=1000)
            assert behind.total == len({m.id for m in behind.matters}) == count, (place.name_zh, way)
    client = new_client()
    await client.sign_in_as(here.people["supervisor"], is_staff=True)
    shown = await client.get("/board/load?month=2026-10")
    links = [html.unescape(one) for one in re.findall(r'href="(/board/load/matters[^"]+)"', shown.text)]
    assert len(links) >= 4
    listed = await client.get(links[-1])
    assert listed.status_code == 200 and f"{found.total.gone_count}件" in listed.text
    worker = new_client()
    await worker.sign_in_as(here.people["worker"], is_staff=True)
    assert (await worker.get(links[-1])).status_code == 403, "the district is not the worker's area"


async def test_what_centres_carry_and_what_floats_stands_on_the_page(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient
) -> None:
    clock.set(NOW)
    await a_random_district(here, random.Random(8), 400)
    load = (await service_load.month_load(here.tree.district, OCTOBER)).total
    found = await service_carried.carried_in(here.tree.district, OCTOBER, load)
    by = {one.centre_id: (one.count, one.minutes) for one in found.carriers}
    assert by == {
        here.centre.id: (load.gone_count, load.gone.minutes),
        None: (load.own_count, load.own.minutes),
    }
    assert found.minutes is not None and found.minutes.low < found.minutes.value < found.minutes.high
    assert found.minutes.value == pytest.approx(load.gone.minutes / (load.gone.minutes + load.own.minutes))
    await Platform.filter(code="P29").update(floats_from=date(2026, 10, 20))
    afloat = await service_carried.afloat_in(OCTOBER)
    assert afloat is not None
    items = await Item.filter(way=Way.CENTRE, listing=Listing.CORE, kind=AffairKind.GOVERNMENTAL)
    platforms = await Platform.filter(floats=True)
    assert sum(afloat.items.values()) == len(items) and afloat.platforms[date(2026, 10, 20)] == 1
    assert (afloat.logins, afloat.ledgers) == (sum(p.logins for p in platforms), sum(p.ledgers for p in platforms))
    client = new_client()
    await client.sign_in_as(here.people["supervisor"], is_staff=True)
    text = (await client.get("/board/load?month=2026-10")).text
    share = round(100 * found.minutes.value)
    assert f"{share}%由中心承担：{load.count}件里中心办了{load.gone_count}件" in text
    assert f"{len(items)}个事项、{len(platforms)}个平台" in text and "10月20日" in text
    assert f"少登录{afloat.logins}次" in text and here.centre.name_zh in text


async def test_only_visits_at_home_and_in_compounds_count_for_the_promise(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient
) -> None:
    clock.set(NOW)
    for n, kind in enumerate(VisitKind):
        begins = datetime(2026, 10, 12 + n, 1, tzinfo=UTC)
        await Visit.create(
            form_id=f"visit-{n}", worker_id=here.people["worker"].id, place_id=here.tree.compound.id,
            community_id=here.tree.community.id, kind=kind, starts_at=begins, ends_at=begins + timedelta(minutes=60 + n),
            minutes=60 + n, noted_at=NOW,
        )  # fmt: skip
    found = await service_load.month_load(here.tree.district, OCTOBER)
    assert found.visits_total.minutes == sum(60 + list(VisitKind).index(kind) for kind in PROMISED)
    assert (found.visits_count, len(found.visit_kinds)) == (2, 5)
    assert found.visit_kinds[VisitKind.PATROL].minutes == 63
    client = new_client()
    await client.sign_in_as(here.people["supervisor"], is_staff=True)
    text = (await client.get("/board/load?month=2026-10")).text
    assert text.count("算在承诺里") == 2 and text.count("另外列出") == 3


# ── the visit log ──


def hidden(html: str) -> str:
    found = re.search(r'name="form_id" value="([^"]+)"', html)
    assert found
    return found.group(1)


async def test_a_visit_is_noted_mended_and_removed(
    new_client: NewClient, here: Neighbourhood, clock: MovableClock
) -> None:
    clock.set(NOW)  # 11:00 in Ningbo
    client = new_client()
    await client.sign_in_as(here.people["worker"], is_staff=True)
    shown = await client.get("/desk/visits")
    assert shown.status_code == 200 and here.tree.compound.name_zh in shown.text
    assert here.tree.other_compound.name_zh not in shown.text
    told = {
        "form_id": hidden(shown.text), "place": str(here.tree.compound.id), "kind": "home", "day": "2026-11-05",
        "start": "09:00", "end": "10:30",
    }  # fmt: skip
    wrong = await client.send_form("/desk/visits", told | {"end": "08:00"})
    assert wrong.status_code == 422 and "结束要晚于开始" in wrong.text and 'value="09:00"' in wrong.text
    for _ in range(2):  # a double tap
        assert (await client.send_form("/desk/visits", told)).status_code == 303
    visit = await Visit.get()
    assert (visit.minutes, visit.community_id) == (90, here.tree.community.id)
    again = await client.send_form("/desk/visits", told | {"form_id": "another", "start": "10:00", "end": "11:00"})
    assert again.status_code == 422 and "时间重了" in again.text
    page = await client.get(f"/desk/visits/{visit.id}")
    assert page.status_code == 200 and 'value="10:30"' in page.text
    mended = await client.send_form(f"/desk/visits/{visit.id}", told | {"end": "10:00"})
    assert mended.status_code == 303 and (await Visit.get()).minutes == 60
    other = new_client()
    await other.sign_in_as(here.people["worker2"], is_staff=True)
    assert (await other.get(f"/desk/visits/{visit.id}")).status_code == 404
    assert (await other.send_form(f"/desk/visits/{visit.id}/remove")).status_code == 404
    found = await service_load.month_load(here.tree.community, Month.of(date(2026, 11, 5)))
    assert found.visits_total.minutes == 60 and found.days == 5
    clock.move(days=8)
    assert (await client.send_form(f"/desk/visits/{visit.id}/remove")).status_code in (403, 409, 422)
    clock.move(days=-8)
    assert (await client.send_form(f"/desk/visits/{visit.id}/remove")).status_code == 303
    assert not await Visit.exists()
    actions = await AuditEntry.filter(action__startswith="visit.").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["visit.note", "visit.change", "visit.remove"]


async def test_a_visit_elsewhere_or_by_others_is_not_noted(
    new_client: NewClient, here: Neighbourhood, clock: MovableClock
) -> None:
    clock.set(NOW)
    client = new_client()
    await client.sign_in_as(here.people["worker"], is_staff=True)
    told = {
        "form_id": "f",
        "place": str(here.tree.other_compound.id),
        "kind": "home",
        "day": "2026-11-05",
        "start": "09:00",
        "end": "10:00",
    }
    answer = await client.send_form("/desk/visits", told)
    assert answer.status_code == 422 and "请选您社区里的小区" in answer.text
    clerk = new_client()
    await clerk.sign_in_as(here.people["clerk"], is_staff=True)
    assert (await clerk.get("/desk/visits")).status_code == 403


async def test_a_platform_that_floats_within_the_month_counts_by_its_day(
    here: Neighbourhood, clock: MovableClock
) -> None:
    clock.set(NOW)
    await Platform.filter(floats=True).update(floats_from=date(2026, 10, 11))
    items = await Item.filter(kind=AffairKind.GOVERNMENTAL, listing=Listing.CORE).values_list("platform_id", flat=True)
    busy = await Platform.filter(id__in=list(items))
    duty = {floats: sum(p.duty_minutes for p in busy if p.floats is floats) for floats in (True, False)}
    load = (await service_load.month_load(here.tree.district, OCTOBER)).by_community[here.tree.community.id]
    assert load.gone_duty == pytest.approx(duty[True] * 21 / 7)
    assert load.own_duty == pytest.approx(duty[False] * 31 / 7 + duty[True] * 10 / 7)


@pytest.mark.sqlite_only
async def test_the_baseline_is_the_districts_and_another_month_is_a_look(
    here: Neighbourhood, clock: MovableClock, new_client: NewClient
) -> None:
    clock.set(NOW)
    client = new_client()
    await client.sign_in_as(here.people["supervisor"], is_staff=True)
    assert "全区还没有定下基准月" in (await client.get("/board/load")).text
    chief = await make_person("周主任", role=Role.ADMINISTRATOR, place=here.tree.district)
    for days in (6, 7):  # a later change of something else leaves the baseline's own
        wanted = replace(USUAL, baseline="2026-09", centre_days=days)
        row = await service_handling.newest()
        await service_handling.change_handling(await actor_for(chief), wanted, "", row.id if row else 0)
        clock.move(minutes=1)
    shown = (await client.get("/board/load")).text
    assert "全区的基准月是2026年9月，由周主任在" in shown and "只是看看" not in shown
    assert "只是看看" not in (await client.get("/board/load?base=2026-09")).text
    look = (await client.get("/board/load?base=2026-10")).text
    assert "只是看看" in look and "基准月是2026年10月，用当时的目录算" in look


async def test_merging_two_communities_leaves_the_load_but_for_one_communitys_platforms(
    here: Neighbourhood, clock: MovableClock
) -> None:
    clock.set(NOW)
    gone, stays, district = here.tree.community, here.tree.other_community, here.tree.district
    await a_random_district(here, random.Random(11), 120)
    worker = here.people["worker"]
    noon = datetime(2026, 10, 14, 4, tzinfo=UTC)
    for n, place in enumerate((gone, here.tree.compound, stays)):
        await Visit.create(
            form_id=f"visit-{n}", worker_id=worker.id, place_id=place.id, kind=VisitKind.HOME, noted_at=noon,
            community_id=(stays if place is stays else gone).id, starts_at=noon, ends_at=noon + timedelta(hours=1),
            minutes=60,
        )  # fmt: skip
        await PushedTask.create(
            form_id=f"task-{n}", community_id=(stays if place is stays else gone).id, title="台账", office="街道",
            minutes_week=70, state=GateState.ADMITTED, asked_at=noon, decided_at=noon, begins_on=date(2026, 10, 1),
            ends_on=date(2026, 12, 31),
        )  # fmt: skip
    for place, title in ((gone, "请补照片"), (gone, "谢谢"), (stays, "请补照片")):
        await AnswerTemplate.create(community_id=place.id, title=title, text=f"{place.name_zh}的话")
    before = await service_load.month_load(district, OCTOBER)
    assert before.pushed > 0 and before.visits_total.minutes == 180 and not before.merged
    await merge_community(NOBODY, gone.code, stays.code)
    after = await service_load.month_load(district, OCTOBER)
    assert (after.total.own, after.total.gone) == (before.total.own, before.total.gone)
    assert (after.total.count, after.unnamed) == (before.total.count, before.unnamed)
    assert (after.visits_total, after.visit_kinds) == (before.visits_total, before.visit_kinds)
    assert after.pushed == pytest.approx(before.pushed) and after.merged == 1
    assert list(after.by_community) == [stays.id] and list(after.visits) == [stays.id]
    platforms = before.total.own_duty - before.pushed
    assert after.total.own_duty - after.pushed == pytest.approx(platforms / 2)
    assert after.total.gone_duty == pytest.approx(before.total.gone_duty / 2)
    named = await AnswerTemplate.filter(community_id=stays.id).order_by("id").values_list("title", flat=True)
    assert list(named) == [f"请补照片（{gone.name_zh}）", "谢谢", "请补照片"]
    assert not await Visit.filter(place_id=gone.id).exists()
