"""Topics from residents: support, the number at enough of it, taking up, lapsing, the answer that is due."""

import asyncio
import secrets

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import NOBODY
from linyue.base.settings import Settings
from linyue.councils import service as councils
from linyue.councils import service_rules
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import DistrictRules
from linyue.matters import service_topics
from linyue.matters.model import Matter, MatterEvent, MatterFollower
from linyue.matters.model_topics import TopicProposal, TopicSupport
from linyue.matters.rules import MatterState, Way
from linyue.matters.rules_topics import (
    TopicRefusal,
    TopicState,
    refuse_answer,
    refuse_proposal,
    refuse_support,
    refuse_take,
)
from linyue.people.model import Person
from linyue.people.service_own import erase_own
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import actor_for, make_person

S, R = TopicState, TopicRefusal


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def propose(here: Neighbourhood, title: str = "地下车库的灯换成声控") -> TopicProposal:
    council = await councils.council_by_code(here.tree.compound.code)
    return await service_topics.propose(
        await here.actor("resident"),
        council,
        form_id=secrets.token_urlsafe(16),
        title=title,
        text="一直亮着费电，坏了也没人换。",
        kind="facilities",
    )


async def neighbours(here: Neighbourhood, count: int) -> list[Person]:
    return [await make_person(f"附议{n}", home=here.tree.units[n % 4]) for n in range(count)]


@pytest.mark.parametrize(
    ("title", "text", "kind", "on_roll", "own", "refusal"),
    [
        ("车库的灯", "费电", "facilities", True, 0, None),
        ("  ", "费电", "facilities", True, 0, (R.NO_TITLE, "title")),
        ("字" * 61, "费电", "facilities", True, 0, (R.TOO_LONG, "title")),
        ("车库的灯", " ", "facilities", True, 0, (R.NO_TEXT, "text")),
        ("车库的灯", "字" * 601, "facilities", True, 0, (R.TOO_LONG, "text")),
        ("车库的灯", "费电", "weather", True, 0, (R.NO_KIND, "kind")),
        ("车库的灯", "费电", "facilities", False, 0, (R.NOT_OF_HERE, "")),
        ("车库的灯", "费电", "facilities", True, 3, (R.TOO_MANY, "")),
        ("车库的灯", "费电", "facilities", True, 2, None),
    ],
)
def test_who_proposes_what(
    title: str, text: str, kind: str, on_roll: bool, own: int, refusal: tuple[R, str] | None
) -> None:
    assert refuse_proposal(title, text, kind, on_roll, own) == refusal


@pytest.mark.parametrize(
    ("state", "on_roll", "own", "refusal"),
    [
        (S.OPEN, True, False, None),
        (S.OPEN, False, False, R.NOT_OF_HERE),
        (S.OPEN, True, True, R.OWN_TOPIC),
        (S.TAKEN, True, False, R.NOT_OPEN),
        (S.LAPSED, True, False, R.NOT_OPEN),
    ],
)
def test_who_supports(state: S, on_roll: bool, own: bool, refusal: R | None) -> None:
    assert refuse_support(state, on_roll, own) is refusal


@pytest.mark.parametrize("state", list(S))
def test_what_the_council_may_do(state: S) -> None:
    assert (refuse_take(state) is None) == (state in (S.OPEN, S.LAPSED))
    assert (refuse_answer(state, "明年再议") is None) == (state is S.LAPSED)
    assert refuse_answer(S.LAPSED, " ") is R.NO_ANSWER
    assert refuse_answer(S.LAPSED, "字" * 601) is R.NO_ANSWER


async def test_the_tenth_supporter_makes_it_a_matter_with_a_number(here: Neighbourhood) -> None:
    topic = await propose(here)
    people = await neighbours(here, 10)
    for person in people[:9]:
        done = await service_topics.support(await actor_for(person), topic.id)
        assert done.state is S.OPEN
    with pytest.raises(Refused) as twice:
        await service_topics.support(await actor_for(people[0]), topic.id)
    assert twice.value.reason is R.SUPPORTED_ALREADY
    assert not await Matter.exists()
    done = await service_topics.support(await actor_for(people[9]), topic.id)
    matter = await Matter.get(id=done.matter_id)
    assert (done.state, matter.state, matter.way, matter.kind) == (
        S.TAKEN,
        MatterState.ASSIGNED,
        Way.COUNCIL,
        "facilities",
    )
    assert matter.owner_id == here.people["member"].id and matter.due_at is not None
    kinds = [event.kind for event in await MatterEvent.filter(matter_id=matter.id).order_by("seq")]
    assert kinds == ["reported", "supported"]
    followers = {row.person_id for row in await MatterFollower.filter(matter_id=matter.id)}
    assert followers == {person.id for person in people} | {here.people["resident"].id}
    assert await service_topics.supporters_of_matters([matter.id]) == {matter.id: 10}
    with pytest.raises(Refused) as late:
        await service_topics.unsupport(await actor_for(people[0]), topic.id)
    assert late.value.reason is R.NOT_OPEN


async def test_two_last_supporters_at_once_make_one_matter(here: Neighbourhood) -> None:
    await service_rules.change_rules(NOBODY, DistrictRules(supports=3), "", 0)
    topic = await propose(here)
    actors = [await actor_for(person) for person in await neighbours(here, 5)]

    async def support(n: int) -> str:
        try:
            return (await service_topics.support(actors[n], topic.id)).state.value
        except Refused as refused:
            assert refused.reason is R.NOT_OPEN
            return "late"

    outcomes = sorted(await asyncio.gather(*(support(n) for n in range(5))))
    assert outcomes == ["late", "late", "open", "open", "taken"]
    assert await Matter.all().count() == 1 and await TopicSupport.all().count() == 3


async def test_support_may_be_taken_back_and_given_again(here: Neighbourhood) -> None:
    topic, actor = await propose(here), await here.actor("neighbour")
    await service_topics.support(actor, topic.id)
    await service_topics.unsupport(actor, topic.id)
    assert await service_topics.supports_of([topic.id]) == {}
    with pytest.raises(Refused) as none:
        await service_topics.unsupport(actor, topic.id)
    assert none.value.reason is R.NOT_SUPPORTED
    await service_topics.support(actor, topic.id)
    assert await service_topics.supports_of([topic.id]) == {topic.id: 1}
    for who, reason in (("resident", R.OWN_TOPIC), ("far_worker", R.NOT_OF_HERE)):
        with pytest.raises(Refused) as refused:
            await service_topics.support(await here.actor(who), topic.id)
        assert refused.value.reason is reason


async def test_the_council_may_take_a_topic_up_at_once(here: Neighbourhood) -> None:
    topic = await propose(here)
    matter = await service_topics.take(await here.actor("member"), topic.id)
    assert matter.way is Way.COUNCIL
    event = await MatterEvent.get(matter_id=matter.id, kind="supported")
    assert event.data["by"] == "council" and event.data["n"] == 0
    with pytest.raises(Refused) as again:
        await service_topics.take(await here.actor("member"), topic.id)
    assert again.value.reason is R.NOT_OPEN


async def test_a_topic_without_enough_support_is_answered(here: Neighbourhood, clock: MovableClock) -> None:
    topic = await propose(here)
    await service_topics.support(await here.actor("neighbour"), topic.id)
    assert await service_topics.sweep_topics() == 0
    clock.move(days=31)
    assert await service_topics.sweep_topics() == 1
    assert await service_topics.sweep_topics() == 0
    row = await TopicProposal.get(id=topic.id)
    assert row.state is S.LAPSED and row.answer_due_at is not None
    told = await Message.filter(key="matters-told-topic-answer-due").values_list("person_id", flat=True)
    assert here.people["worker"].id in told and here.people["member"].id in told
    clock.move(days=30)
    assert await service_topics.sweep_topics() == 1
    assert await Message.filter(key="matters-told-topic-late", person_id=here.people["officer"].id).count() == 1
    with pytest.raises(Refused) as empty:
        await service_topics.answer(await here.actor("worker"), topic.id, "  ")
    assert empty.value.reason is R.NO_ANSWER
    await service_topics.answer(await here.actor("worker"), topic.id, "物业合同里已经有，请看公告。")
    row = await TopicProposal.get(id=topic.id)
    assert (row.state, row.answer) == (S.ANSWERED, "物业合同里已经有，请看公告。")
    told = await Message.filter(key="matters-told-topic-answered").values_list("person_id", flat=True)
    assert set(told) == {here.people["resident"].id, here.people["neighbour"].id}


async def test_a_form_sent_twice_proposes_once_and_a_leaver_takes_the_words_along(here: Neighbourhood) -> None:
    topic = await propose(here)
    council = await Council.get(id=topic.council_id).select_related("place")
    actor = await here.actor("resident")
    facts = {"title": "别的", "text": "别的", "kind": MatterKind.MONEY.value}
    assert await service_topics.propose(actor, council, form_id=topic.form_id, **facts) == topic
    with pytest.raises(Refused) as other:
        await service_topics.propose(await here.actor("neighbour"), council, form_id=topic.form_id, **facts)
    assert other.value.reason is R.FORM_USED
    await service_topics.support(await here.actor("neighbour"), topic.id)
    await erase_own(await here.actor("neighbour"))
    assert await TopicSupport.all().count() == 0
    await erase_own(actor)
    row = await TopicProposal.get(id=topic.id)
    assert (row.state, row.title, row.text) == (S.WITHDRAWN, "", "")


async def test_in_the_browser_without_script(here: Neighbourhood, client: Client) -> None:
    await client.sign_in_as(here.people["resident"])
    at = f"/council/{here.tree.compound.code}/topics"
    page = (await client.get(f"{at}/new")).text
    form_id = page.split('name="form_id" value="')[1].split('"')[0]
    wrong = await client.send_form(f"{at}/new", {"form_id": form_id, "title": "", "text": "费电", "kind": "facilities"})
    assert wrong.status_code == 422 and "请写商量什么" in wrong.text and "费电" in wrong.text
    sent = await client.send_form(
        f"{at}/new", {"form_id": form_id, "title": "车库的灯", "text": "费电", "kind": "facilities"}
    )
    topic = sent.headers["location"]
    assert "请邻居来附议" in (await client.get(topic)).text
    await client.sign_in_as(here.people["neighbour"])
    assert "我附议" in (await client.get(topic)).text
    assert (await client.send_form(f"{topic}/support", {})).status_code == 303
    shown = (await client.get(topic)).text
    assert "您已附议" in shown and "1位附议，要10位" in shown
    assert (await client.send_form(f"{topic}/take", {})).status_code == 403
    await client.sign_in_as(here.people["member"])
    taken = await client.send_form(f"{topic}/take", {})
    assert taken.headers["location"].startswith("/m/")
    thread = (await client.get(taken.headers["location"])).text
    assert "理事会接下了居民提的议题" in thread and f'href="{topic}"' in thread
    assert "车库的灯" in (await client.get(f"{at}?tab=taken")).text
    await client.sign_in_as(here.people["worker"], is_staff=True)
    assert (await client.send_form(f"{topic}/hide", {"reason": "有人名"})).status_code == 303
    await client.sign_in_as(here.people["neighbour"])
    assert "费电" not in (await client.get(topic)).text
