"""The pre-study by the community's Party organisation is a step on the timeline, open to all."""

from collections.abc import Callable

import pytest

from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import service_study
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterRefusal, MatterState, Opinion
from tests.client import Client
from tests.make.matters import make_matter, make_neighbourhood, send_to, version_of
from tests.make.people import actor_for, make_person


async def test_the_pre_study_is_recorded_and_moves_nothing(db: Settings) -> None:
    here = await make_neighbourhood()
    reviewer = await actor_for(await make_person("党组织小沈", role=Role.PARTY_REVIEWER, place=here.tree.community))
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    before = await Matter.get(id=matter.id)
    with pytest.raises(Refused) as silent:
        await service_study.record_pre_study(reviewer, matter.id, before.version, Opinion.AMEND, " ")
    assert silent.value.reason is MatterRefusal.NO_REASON
    await service_study.record_pre_study(reviewer, matter.id, before.version, Opinion.AMEND, "先问清三家报价")
    after = await Matter.get(id=matter.id)
    assert (after.state, after.owner_id, after.due_at) == (MatterState.ASSIGNED, before.owner_id, before.due_at)
    last = await MatterEvent.filter(matter_id=matter.id).order_by("-seq").first()
    assert last is not None and last.is_public
    assert (last.kind, last.actor_role, last.data["opinion"]) == ("pre-studied", "party_reviewer", "amend")


@pytest.mark.sqlite_only
async def test_the_reviewer_writes_it_down_on_the_matters_page(new_client: Callable[[], Client]) -> None:
    here = await make_neighbourhood()
    reviewer = await make_person("党组织小沈", role=Role.PARTY_REVIEWER, place=here.tree.community)
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    client = new_client()
    await client.sign_in_as(reviewer.id, is_staff=True)
    page = (await client.get(f"/m/{matter.number}")).text
    assert f'action="/m/{matter.number}/pre-study"' in page
    sent = {"version": await version_of(matter), "opinion": "amend", "text": ""}
    silent = await client.send_form(f"/m/{matter.number}/pre-study", sent)
    assert silent.status_code == 422 and t("zh-CN", MatterRefusal.NO_REASON.value) in silent.text
    done = await client.send_form(f"/m/{matter.number}/pre-study", sent | {"text": "先问清三家报价"})
    assert done.status_code == 303
    assert "先问清三家报价" in (await new_client().get(f"/m/{matter.number}")).text


async def test_only_the_reviewer_of_this_community_and_only_a_councils_matter(db: Settings) -> None:
    here = await make_neighbourhood()
    far = await actor_for(await make_person("外社区", role=Role.PARTY_REVIEWER, place=here.tree.other_community))
    near = await actor_for(await make_person("党组织小沈", role=Role.PARTY_REVIEWER, place=here.tree.community))
    council = await send_to(here, await make_matter(here), Way.COUNCIL)
    centre = await send_to(here, await make_matter(here, "高龄津贴怎么领"), Way.CENTRE)
    for actor, matter in ((far, council), (await here.actor("worker"), council), (near, centre)):
        with pytest.raises(Refused) as refused:
            version = await version_of(matter)
            await service_study.record_pre_study(actor, matter.id, version, Opinion.AGREE, "")
        assert refused.value.reason in (MatterRefusal.NOT_YOURS, MatterRefusal.NOT_NOW)
