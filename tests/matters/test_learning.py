"""What desks decide is counted once, moved when it is corrected, and asked for in a bounded way."""

import asyncio

import pytest

from linyue.base import db as database
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.centres.rules_suggest import ReasonKind
from linyue.matters import service_handle, service_learn, service_triage
from linyue.matters.model import Matter
from linyue.matters.model_learned import LearnedDecision, LearnedGram, LearnedPair, LearnedRecent
from linyue.matters.rules import ReturnReason
from linyue.matters.service_triage import Sending
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, make_matter, make_neighbourhood, send_to, version_of

ODD = "阿拉屋里向的镬子间又出毛病哉"


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def counts(target: str) -> int:
    row = await LearnedPair.get_or_none(gram="屋里", target=target)
    return row.n if row else 0


async def test_a_decision_is_counted_once_and_moved_when_corrected(here: Neighbourhood) -> None:
    matter = await make_matter(here, title=ODD)
    await send_to(here, matter, Way.COUNCIL)
    assert await service_learn.learn(matter.id) and not await service_learn.learn(matter.id)
    assert (await counts("facilities"), (await LearnedGram.get(gram="")).n) == (1, 1)
    await service_handle.give_back(
        await here.actor("member"), matter.id, await version_of(matter), ReturnReason.NOT_OURS, "不归我"
    )
    assert not await service_learn.learn(matter.id), "nothing is decided now"
    await service_triage.send(
        await here.actor("worker"), matter.id, await version_of(matter), Sending(Way.COUNCIL, kind="parking")
    )
    assert await service_learn.learn(matter.id)
    assert (await counts("facilities"), await counts("parking"), (await LearnedGram.get(gram="")).n) == (0, 1, 1)
    assert (await LearnedDecision.get(matter_id=matter.id)).target == "parking"


async def test_the_desk_is_told_of_the_last_like_this(here: Neighbourhood, clock: MovableClock) -> None:
    for n in range(5):
        before = await make_matter(here, title=f"{ODD}{n}", text=ODD)
        kind = "facilities" if n else "parking"
        await send_to(here, before, Way.COUNCIL, kind=kind)
    assert await service_learn.learn_new() == 0, "too fresh"
    clock.move(minutes=2)
    assert [await service_learn.learn_new() for _ in range(2)] == [5, 0]
    found = await service_triage.suggest(await make_matter(here, title=ODD, text=ODD))
    assert found[0].target == "facilities"
    past = next(reason for reason in found[0].reasons if reason.kind is ReasonKind.PAST)
    assert (past.count, past.of) == (4, 5)


async def test_many_decisions_at_once_are_all_counted(here: Neighbourhood) -> None:
    made = [await make_matter(here, title=ODD) for _ in range(6)]
    for matter in made:
        await send_to(here, matter, Way.COUNCIL)
    await asyncio.gather(*(service_learn.learn(matter.id) for matter in made))
    assert (await counts("facilities"), (await LearnedGram.get(gram="")).n) == (6, 6)


async def test_the_ring_forgets_the_oldest(here: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_learn, "RING", 2)
    made = [await make_matter(here, title=ODD) for _ in range(3)]
    for matter in made:
        await send_to(here, matter, Way.COUNCIL)
        await service_learn.learn(matter.id)
    kept = {row.matter_id for row in await LearnedRecent.all()}
    assert made[2].id in kept and await LearnedRecent.filter(gram="屋里").count() <= 2


async def test_switched_off_the_desk_decides_alone(here: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = await make_matter(here, title="高龄津贴怎么领")
    assert await service_triage.suggest(matter)
    off = database.settings_in_use()
    monkeypatch.setattr(database, "_settings", type(off)(**{**_values(off), "suggest": False}))
    assert await service_triage.suggest(matter) == ()
    await send_to(here, matter, Way.CENTRE)
    assert (await Matter.get(id=matter.id)).way is Way.CENTRE


def _values(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}
