"""The administrator's pages of the working calendar and the service centres, without script."""

from datetime import timedelta

import pytest

from linyue.base import clock, queue
from linyue.base.model import AuditEntry
from linyue.base.policy import NOBODY, Role
from linyue.base.workdays import local_day
from linyue.centres import service, service_calendar, service_centres
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way, route_of
from linyue.matters.model import Matter, MatterEvent
from tests.client import Client
from tests.make.centres import load_sample_catalogue, make_centre
from tests.make.matters import item_for, make_matter, make_neighbourhood, send_to
from tests.make.people import make_person
from tests.make.places import Tree, make_tree

pytestmark = pytest.mark.anyio


async def administrator(client: Client) -> Tree:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.district), is_staff=True)
    return tree


async def next_working_day() -> str:
    day = local_day(clock.now()) + timedelta(days=1)
    calendar = await service.calendar()
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day.isoformat()


async def test_a_day_is_set_and_taken_back(client: Client) -> None:
    await administrator(client)
    day = await next_working_day()
    form = {"day": day, "worked": "no", "name_zh": "台风停工", "name_en": ""}
    assert (await client.send_form("/admin/calendar", form)).status_code == 303
    assert "台风停工" in (await client.get(f"/admin/calendar?year={day[:4]}")).text
    again = await client.send_form("/admin/calendar", form)
    assert again.status_code == 422 and 'id="f-day-error"' in again.text and "台风停工" in again.text
    assert (await client.send_form("/admin/calendar/drop", {"day": day})).status_code == 303
    assert "台风停工" not in (await client.get(f"/admin/calendar?year={day[:4]}")).text
    assert (await client.send_form("/admin/calendar/drop", {"day": day})).status_code == 409
    for changes in ({"day": "2020-01-02"}, {"day": "soon"}, {"worked": ""}, {"name_zh": ""}):
        assert (await client.send_form("/admin/calendar", form | changes)).status_code == 422, changes
    assert await AuditEntry.filter(action__startswith="centres.calendar").count() == 2


async def test_running_due_times_follow_the_calendar(client: Client) -> None:
    here = await make_neighbourhood()
    matter = await make_matter(here)
    assert matter.due_at is not None
    admin = await here.actor("worker")
    await service_calendar.set_day(admin, local_day(matter.due_at), False, "台风停工")
    await queue.run_due()
    moved = await Matter.get(id=matter.id)
    assert moved.due_at is not None and moved.due_at > matter.due_at and moved.version == matter.version
    assert await MatterEvent.filter(matter_id=matter.id, kind="due-reckoned").count() == 1
    page = (await client.get(f"/m/{matter.number}")).text
    assert "工作日历有变" in page
    await service_calendar.drop_day(admin, local_day(matter.due_at))
    await queue.run_due()
    assert (await Matter.get(id=matter.id)).due_at == matter.due_at


async def test_usual_days_and_what_home_decides_are_the_districts_own(client: Client) -> None:
    here = await make_neighbourhood()
    chief = await make_person(role=Role.ADMINISTRATOR, place=here.tree.district)
    await client.sign_in_as(chief, is_staff=True)
    page = (await client.get("/admin/handling")).text
    assert 'value="veterans" checked' in page and 'value="police"' in page and "还没有改过" in page
    days = {"triage_days": "2", "centre_days": "7", "own_desk_days": "6", "answer_days": "4", "council_days": "20"}
    days |= {
        "silent_days": "2",
        "escalate_days": "2",
        "extend_days": "30",
        "pause_answer_days": "10",
        "nudge_days": "7",
    }
    days |= {f"pause_{reason}_days": "5" for reason in ("papers", "access", "appraisal", "weather")}
    form = {"seen": "0", **days, "tell_days": "1", "rating_days": "5", "home_bound": ["police"], "note": "先试半年"}
    for changes, field in (
        ({"centre_days": "61"}, "centre_days"),
        ({"rating_days": "soon"}, "rating_days"),
        ({"nudge_days": "16"}, "nudge_days"),
        ({"baseline": "2026-13"}, "baseline"),
        ({"baseline": "2099-01"}, "baseline"),
    ):
        wrong = await client.send_form("/admin/handling", form | changes)
        assert wrong.status_code == 422 and f'id="f-{field}-error"' in wrong.text and "先试半年" in wrong.text
    assert "基准月还没有到" in wrong.text and 'value="2099-01"' in wrong.text
    assert (await client.send_form("/admin/handling", form | {"home_bound": ["nothing"]})).status_code == 422
    before = await make_matter(here)
    assert (await client.send_form("/admin/handling", form)).status_code == 303
    for seen in ("0", "1"):  # somebody was quicker; nothing differs
        assert (await client.send_form("/admin/handling", form | {"seen": seen})).status_code == 422
    page = (await client.get("/admin/handling")).text
    assert 'value="police" checked' in page and 'value="veterans" checked' not in page and "先试半年" in page
    found = [before, await make_matter(here)]
    for way, code in ((Way.COUNCIL, ""), (Way.OWN_DESK, "HS-058"), (Way.CENTRE, "HS-001")):
        more = {"item_code": code} if code else {"kind": "facilities"}
        found.append(await send_to(here, await make_matter(here), way, **more))
    assert [one.due_days for one in found] == [1, 2, 4, 6, 20], "what runs stays; an item's own limit goes first"
    assert (await service.handling()).is_home_bound(("police",))


async def test_hours_telephone_and_state_of_a_centre(client: Client) -> None:
    tree = await administrator(client)
    await make_centre(tree.subdistrict, "C01")
    assert "C01" in (await client.get("/admin/centres")).text
    form = {
        "hours_zh": "周一至周六 9:00–17:00",
        "hours_en": "Mon–Sat 9:00–17:00",
        "phone": "0574-1234 5678",
        "open": "no",
    }
    wrong = await client.send_form("/admin/centres/C01", form | {"phone": "please call"})
    assert wrong.status_code == 422 and 'id="f-phone-error"' in wrong.text and "周一至周六" in wrong.text
    assert (await client.send_form("/admin/centres/C01", form)).status_code == 303
    row = await ServiceCentre.get(code="C01")
    assert (row.hours_zh, row.phone, row.is_open) == (form["hours_zh"], form["phone"], False)
    assert "这个中心暂时关闭" in (await client.get("/centres/C01")).text
    assert await AuditEntry.filter(action__startswith="centres.centre").count() >= 2
    assert (await client.get("/admin/centres/C99")).status_code == 404


async def test_only_an_administrator_sees_these_pages(client: Client) -> None:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.community), is_staff=True)
    for path in ("/admin/calendar", "/admin/centres", "/admin/councils"):
        assert (await client.get(path)).status_code == 403, path


async def test_saturday_hours_are_said_and_taken_back(client: Client) -> None:
    tree = await administrator(client)
    centre = await make_centre(tree.subdistrict, "C01")
    form = {"opens": "08:30-11:30", "saturday": "09:00-11:30", "windows": "3", "slot_minutes": "20"}
    assert (await client.send_form("/admin/centres/C01/counters", form)).status_code == 303
    assert (await ServiceCentre.get(id=centre.id)).opens == "08:30-11:30;09:00-11:30"
    page = (await client.get("/admin/centres/C01")).text
    assert 'value="09:00-11:30"' in page and 'value="08:30-11:30"' in page
    bad = await client.send_form("/admin/centres/C01/counters", form | {"saturday": "九点"})
    assert bad.status_code == 422 and 'id="f-saturday-error"' in bad.text and "九点" in bad.text
    assert (await client.send_form("/admin/centres/C01/counters", form | {"saturday": ""})).status_code == 303
    assert (await ServiceCentre.get(id=centre.id)).opens == "08:30-11:30"


async def test_a_dated_closure_stands_on_every_page_that_names_the_centre(client: Client) -> None:
    tree = await administrator(client)
    await load_sample_catalogue()
    centre = await make_centre(tree.subdistrict, "C01", (tree.community,))
    await make_centre(tree.subdistrict, "C02")
    today = local_day(clock.now())
    last = today + timedelta(days=9)
    await service_centres.close_on(NOBODY, centre.id, today - timedelta(days=1), last, "搬家", "moving")
    until = f"{last.month}月{last.day}日"
    listed = (await client.get("/centres")).text
    assert f"关到{until}" in listed and "搬家" in listed
    page = (await client.get("/centres/C01")).text
    assert f"关到{until}" in page and "搬家" in page and "哪几天不开" in page
    item = next(i for i in (await service.catalogue_index()).catalogue.items if route_of(i) is Way.CENTRE)
    guide = (await client.get(f"/services/{item.code}?community={tree.community.code}")).text
    assert f"关到{until}" in guide and "搬家" in guide and "/centres/C02" in guide
    other = (await client.get("/centres/C02")).text
    assert "关到" not in other


async def test_the_guide_counts_what_waits_as_routing_does(client: Client) -> None:
    here = await make_neighbourhood()
    also = await make_centre(here.tree.subdistrict, "C00", (here.tree.community,))
    await make_person(role=Role.CENTRE_CLERK, place=here.tree.subdistrict, centre_id=also.id)
    sent = await send_to(here, await make_matter(here), Way.CENTRE)
    busy = await ServiceCentre.get(id=sent.centre_id)
    free = "C01" if busy.code == "C00" else "C00"
    item = await item_for(Way.CENTRE)
    guide = (await client.get(f"/services/{item}?community={here.tree.community.code}")).text
    assert f"/centres/{free}/visit" in guide and f"/centres/{busy.code}/visit" not in guide
    found = await service_centres.centre_for(here.tree.community)
    assert found is not None and found.centre.code == free
