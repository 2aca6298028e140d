"""Stepping back from a matter: who may, who leads it then, what the timeline says."""

import pytest

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY
from linyue.base.settings import Settings
from linyue.councils import service as councils
from linyue.councils.model import Seat
from linyue.matters import service_centre, service_recusal, service_triage
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_topics import MatterRecusal
from linyue.matters.rules import MatterState, Way
from linyue.matters.rules_recusal import RECUSABLE, RecusalReason, RecusalRefusal, refuse_recusal
from linyue.matters.service_rehouse import rehouse
from linyue.people.model import Person, RoleGrant
from tests.client import Client
from tests.make.matters import Neighbourhood, make_matter, make_neighbourhood, send_to, version_of
from tests.make.people import actor_for

R = RecusalRefusal


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


@pytest.mark.parametrize("state", list(MatterState))
def test_when_somebody_may_step_back(state: MatterState) -> None:
    refusal = refuse_recusal(Way.COUNCIL, state, True, False)
    assert refusal is (None if state in RECUSABLE else R.TOO_LATE)
    assert refuse_recusal(Way.CENTRE, state, True, False) is R.NOT_COUNCIL
    assert refuse_recusal(Way.COUNCIL, state, False, False) is R.NOT_MEMBER
    assert refuse_recusal(Way.COUNCIL, state, True, True) is R.ALREADY


async def of_council(here: Neighbourhood) -> Matter:
    return await send_to(here, await make_matter(here), Way.COUNCIL)


async def test_the_next_member_leads_and_the_time_stays(here: Neighbourhood) -> None:
    matter = await of_council(here)
    seats = [seat.person_id for seat in await Seat.of(here.council.id)]
    assert matter.owner_id == here.people["member"].id == seats[2]
    actor = await here.actor("member")
    done = await service_recusal.recuse(actor, matter.id, matter.version, RecusalReason.RELATIVE)
    row = await Matter.get(id=matter.id)
    assert (row.owner_id, row.owner_role, row.state, row.due_at) == (
        seats[3],
        "standing_member",
        MatterState.ASSIGNED,
        matter.due_at,
    )
    event = await MatterEvent.get(matter_id=matter.id, kind="recused")
    assert event.data == {"reason": "relative", "seat": 3, "led": True} and event.owner_id_after == seats[3]
    with pytest.raises(Refused) as twice:
        await service_recusal.recuse(actor, matter.id, done.version, RecusalReason.OTHER)
    assert twice.value.reason is R.ALREADY
    fourth = await Person.get(id=seats[3])
    await service_recusal.recuse(await actor_for(fourth), matter.id, row.version, RecusalReason.WORK)
    assert (await Matter.get(id=matter.id)).owner_id == seats[4]


async def test_who_does_not_lead_it_steps_back_too_and_strangers_do_not(here: Neighbourhood) -> None:
    matter = await of_council(here)
    first = await Person.get(id=(await Seat.of(here.council.id))[0].person_id)
    await service_recusal.recuse(await actor_for(first), matter.id, matter.version, RecusalReason.OTHER)
    row = await Matter.get(id=matter.id)
    assert row.owner_id == here.people["member"].id
    assert (await MatterEvent.get(matter_id=matter.id, kind="recused")).data["led"] is False
    for who in ("resident", "worker"):
        with pytest.raises(Refused) as refused:
            await service_recusal.recuse(await here.actor(who), matter.id, row.version, RecusalReason.OTHER)
        assert refused.value.reason is R.NOT_MEMBER


async def test_it_never_comes_back_to_the_one_who_stepped_back(here: Neighbourhood) -> None:
    matter = await of_council(here)
    await service_recusal.recuse(await here.actor("member"), matter.id, matter.version, RecusalReason.RELATIVE)
    seats = await Seat.of(here.council.id)
    await councils.end_seat(NOBODY, seats[3].id, clock.now())
    await RoleGrant.filter(person_id=seats[3].person_id).update(ends_at=clock.now())
    assert await rehouse() == 1
    assert (await Matter.get(id=matter.id)).owner_id == seats[4].person_id
    officer = await here.actor("officer")
    await service_centre.recall(officer, matter.id, await version_of(matter), "重新分")
    again = await service_triage.send(
        officer, matter.id, await version_of(matter), service_triage.Sending(Way.COUNCIL, kind="facilities")
    )
    assert again.owner_id == seats[4].person_id


async def test_in_the_browser(here: Neighbourhood, client: Client) -> None:
    matter = await of_council(here)
    await client.sign_in_as(here.people["member"])
    at = f"/m/{matter.number}/recusal"
    assert "我要回避" in (await client.get(at)).text
    wrong = await client.send_form(at, {"version": str(matter.version), "reason": "weather"})
    assert wrong.status_code == 422
    stale = await client.send_form(at, {"version": "99", "reason": "relative"})
    assert stale.status_code == 422
    sent = await client.send_form(at, {"version": str(matter.version), "reason": "relative"})
    assert sent.status_code == 303
    thread = (await client.get(f"/m/{matter.number}")).text
    assert "3号席理事回避" in thread and "关系到亲属" in thread and at in thread
    page = (await client.get(at)).text
    assert here.people["member"].display_name in page and "我要回避" not in page
    assert await MatterRecusal.all().count() == 1
