"""A procedure that came from a matter: chosen at the start, told on the matter's timeline, one at a time."""

import pytest

from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterState, Way
from linyue.procedures import service
from linyue.procedures.model import Procedure
from linyue.procedures.rules import ProcedureRefusal, ProcedureState
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import join_bodies, make_neighbour
from tests.make.procedures import Run
from tests.make.resolutions import make_decided

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def make_run() -> tuple[Run, Matter]:
    """A hearing about a matter that the council has in hand."""
    decided = await make_decided()
    matter = await Matter.get(id=decided.question.matter_id)
    await Matter.filter(id=matter.id).update(way=Way.COUNCIL, state=MatterState.ACCEPTED)
    place = decided.here.tree.compound
    chair = await make_neighbour(place, "", Role.STANDING_MEMBER)
    others = [await make_neighbour(place) for _ in range(2)]
    await join_bodies(place, [chair, *others])
    made = await service.begin(chair, place_id=place.id, template="hearing", title="修屋顶", matter=matter.number)
    return Run(made, place, chair, [chair, *others]), matter


async def told(matter: Matter) -> list[tuple[str, str]]:
    rows = await MatterEvent.filter(matter_id=matter.id, kind__startswith="procedure").order_by("id")
    return [(row.kind, row.text) for row in rows]


async def test_every_step_stands_on_the_timeline_of_the_matter(clock: MovableClock) -> None:
    run, matter = await make_run()
    assert run.procedure.matter_id == matter.id
    with pytest.raises(Refused) as refused:
        await service.begin(run.chair, place_id=run.place.id, template="daily", title="再来", matter=matter.number)
    assert refused.value.reason is ProcedureRefusal.MATTER_TAKEN
    done = await run.to_end()
    assert done.state is ProcedureState.DONE
    titles = [stage.title.zh for stage in done.plan.stages]
    assert await told(matter) == [
        ("procedure-begun", done.plan.title.zh),
        *(("procedure-moved", title) for title in titles[1:]),
        ("procedure-ended", "每一步都走完了"),
    ]
    assert (await Matter.get(id=matter.id)).state is MatterState.ACCEPTED


@pytest.mark.sqlite_only
async def test_the_form_offers_matters_and_the_pages_link_both_ways(client: Client, clock: MovableClock) -> None:
    run, matter = await make_run()
    await client.sign_in_as(run.chair.person_id)
    assert f'value="{matter.number}"' not in (await client.get("/procedures/new")).text
    at = f"/procedures/{run.procedure.number}"
    assert f'href="/matters/{matter.number}"' in (await client.get(at)).text
    assert f'href="{at}"' in (await client.get(f"/m/{matter.number}")).text
    await service.withdraw(run.chair, run.procedure.id, "大家说先不办")
    assert (await told(matter))[-1] == ("procedure-ended", "大家说先不办")
    assert f'value="{matter.number}"' in (await client.get(f"/procedures/new?matter={matter.number}")).text
    form = {"template": "daily", "place_id": str(run.place.id), "title": "屋顶", "matter": "2026-9999"}
    wrong = await client.send_form("/procedures/new", form)
    assert wrong.status_code == 422 and "屋顶" in wrong.text
    assert (await client.send_form("/procedures/new", form | {"matter": matter.number})).status_code == 303
    assert await Procedure.filter(matter_id=matter.id).count() == 2
