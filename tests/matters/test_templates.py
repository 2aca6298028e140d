"""Answers often given: whose they are, and how one gets into a form before it is sent, without script."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from linyue.base.errors import NotFound, Refused
from linyue.base.settings import Settings
from linyue.centres import service as centres
from linyue.centres.rules import Way
from linyue.matters import service_templates
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.matters.rules_desk import DeskRefusal
from linyue.matters.service_merge_places import merge_community
from linyue.matters.service_templates import Owner, of_centre, of_community
from tests.client import Client
from tests.conftest import NewClient
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to, version_of


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def keep(here: Neighbourhood, who: str, owner: Owner, title: str = "请带材料") -> str:
    """An answer of a desk; its key."""
    await service_templates.save_template(await here.actor(who), owner, None, title, f"{title}：身份证到窗口。")
    return next(one.key for one in await service_templates.templates_of([owner]) if one.title == title)


async def test_each_desk_keeps_its_own_answers(here: Neighbourhood) -> None:
    community, centre = of_community(here.tree.community.id), of_centre(here.centre.id)
    keys = {await keep(here, who, owner) for who, owner in (("worker", community), ("clerk", centre))}
    assert len(keys) == 2, "two desks may use one title"
    for owner, who in ((community, "worker"), (centre, "clerk"), (centre, "officer")):
        for title, text, reason in (
            ("请带材料", "又一条", DeskRefusal.TEMPLATE_TAKEN),
            ("", "x", DeskRefusal.NO_TEMPLATE),
            ("x", " ", DeskRefusal.NO_TEMPLATE),
        ):
            with pytest.raises(Refused) as told:
                await service_templates.save_template(await here.actor(who), owner, None, title, text)
            assert told.value.reason is reason
    for who, others in (("worker", centre), ("clerk", community), ("far_clerk", centre), ("far_worker", community)):
        actor = await here.actor(who)
        assert others not in await service_templates.owners_of(actor)
        (theirs,) = await service_templates.templates_of([others])
        with pytest.raises(NotFound):
            await service_templates.save_template(actor, others, theirs.id, "改了", "改了")
        with pytest.raises(NotFound):
            await service_templates.drop_template(actor, others, theirs.id)
    officer = await service_templates.owners_of(await here.actor("officer"))
    assert {community, centre} <= set(officer)
    (one,) = await service_templates.templates_of([centre])
    assert await service_templates.with_template([centre], one.key, "周三来。") == f"{one.text}\n周三来。"
    assert await service_templates.with_template([community], one.key, "周三来。") == "周三来。"
    await service_templates.drop_template(await here.actor("clerk"), centre, one.id)
    assert await service_templates.templates_of([centre]) == []


@pytest.mark.sqlite_only
async def test_answers_of_a_merged_community_and_of_a_closed_centre_stay_with_somebody(here: Neighbourhood) -> None:
    gone, stays = here.tree.other_community, here.tree.community
    await keep(here, "far_worker", of_community(gone.id))
    await keep(here, "clerk", of_centre(here.centre.id))
    officer = await here.actor("officer")
    await merge_community(officer, gone.code, stays.code)
    await centres.set_centre_open(officer, here.centre.id, False)
    kept = await service_templates.templates_of(await service_templates.owners_of(officer))
    assert {one.owner for one in kept} == {of_community(stays.id), of_centre(here.centre.id)}


async def signed(new_client: NewClient, here: Neighbourhood, who: str) -> Client:
    client = new_client()
    await client.sign_in_as(here.people[who], is_staff=True)
    return client


async def test_a_clerk_puts_an_answer_in_sees_it_and_sends_it(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    await accepted(here, matter, "clerk")
    theirs = await keep(here, "worker", of_community(here.tree.community.id), "社区的话")
    key = await keep(here, "clerk", of_centre(here.centre.id))
    clerk = await signed(new_client, here, "clerk")
    shown = (await clerk.get(f"/desk/m/{matter.number}")).text
    assert shown.count(f'value="{key}"') == 4, "completing, asking, extending, returning"
    assert "社区的话" not in shown
    told = {"version": str(await version_of(matter)), "text": "星期三上午。", "form_id": "photos-of-the-result-1"}
    for step, more in (
        ("complete", {"minutes": ""}),
        ("ask", {"pause": "papers"}),
        ("extend", {"until": "2026-13-01"}),
        ("return", {"reason": "other", "suggested": "民政"}),
    ):
        filled = await clerk.send_form(f"/m/{matter.number}/{step}", told | more | {"template": key, "fill": "1"})
        assert filled.status_code == 200 and "身份证到窗口。\n星期三上午。</textarea>" in filled.text, step
        assert f'value="{key}" selected' not in filled.text, "it is not put in a second time"
        assert 'class="err"' not in filled.text
    assert "民政" in filled.text
    jpeg = BytesIO()
    Image.new("RGB", (64, 48), "red").save(jpeg, "JPEG")
    photo = {"photos": ("a.jpg", jpeg.getvalue(), "image/jpeg")}
    kept = await clerk.send_form(f"/m/{matter.number}/complete", told | {"template": key, "fill": "1"}, files=photo)
    assert kept.status_code == 200 and "<img" in kept.text, "a photo that came along is kept"
    none = await clerk.send_form(f"/m/{matter.number}/ask", told | {"template": "", "fill": "1"})
    assert none.status_code == 422 and "先选一条" in none.text and "星期三上午。</textarea>" in none.text
    others = await clerk.send_form(f"/m/{matter.number}/ask", told | {"template": theirs, "fill": "1"})
    assert "社区的话" not in others.text, "another desk's answer is not there"
    assert (await Matter.get(id=matter.id)).state is MatterState.ACCEPTED, "nothing was sent"
    sent = await clerk.send_form(f"/m/{matter.number}/complete", told | {"text": "好了。", "template": key})
    assert sent.status_code == 303
    assert (await Matter.get(id=matter.id)).result_text == "请带材料：身份证到窗口。\n好了。"


@pytest.mark.sqlite_only
async def test_a_worker_puts_an_answer_in_while_sorting(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    key = await keep(here, "worker", of_community(here.tree.community.id))
    worker = await signed(new_client, here, "worker")
    told = {"version": str(matter.version), "way": "referral", "department": "供电所", "note": "今天就去。"}
    told |= {"item": "", "queue": "new", "next": ""}
    filled = await worker.send_form(f"/m/{matter.number}/triage", told | {"template": key, "fill": "1"})
    assert filled.status_code == 200 and "到窗口。\n今天就去。</textarea>" in filled.text and "供电所" in filled.text
    assert (await Matter.get(id=matter.id)).state is MatterState.REPORTED


@pytest.mark.sqlite_only
async def test_the_page_of_answers_is_each_desks_own(new_client: NewClient, here: Neighbourhood) -> None:
    centre, community = of_centre(here.centre.id), of_community(here.tree.community.id)
    clerk, officer = await signed(new_client, here, "clerk"), await signed(new_client, here, "officer")
    form: dict[str, Any] = {"owner": centre.key, "title": "收到了", "text": "已经收到，三天内答复。"}
    assert (await clerk.send_form("/desk/templates", form)).status_code == 303
    assert (await clerk.send_form("/desk/templates", form | {"owner": community.key})).status_code == 404
    assert (await clerk.send_form("/desk/templates", form)).status_code == 422
    (one,) = await service_templates.templates_of([centre])
    wrong = await officer.send_form("/desk/templates", form | {"id": one.id, "title": " ", "text": "改过的话"})
    assert wrong.status_code == 422 and 'id="f-title-error"' in wrong.text and "改过的话" in wrong.text
    page = (await officer.get("/desk/templates")).text
    assert here.centre.name_zh in page and "收到了" in page
    resident = new_client()
    await resident.sign_in_as(here.people["resident"])
    assert (await resident.get("/desk/templates")).status_code == 403
    dropped = await clerk.send_form("/desk/templates/drop", {"id": one.id, "owner": centre.key})
    assert dropped.status_code == 303 and await service_templates.templates_of([centre]) == []
