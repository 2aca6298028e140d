"""Villages go by a law of their own: no article for towns on any page of a meeting or procedure held in one."""

import copy

import pytest
import yaml
from yaml import safe_load

from linyue.meetings.agenda_files import BadTemplate, read
from linyue.meetings.model import Meeting
from linyue.meetings.rules_plan import VOTING, at_place
from linyue.meetings.templates import load_data, load_schema, template_ids
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.procedures import service as procedures
from linyue.questions.model import Question
from linyue.rounds import service_chair
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_compound, make_meeting
from tests.make.procedures import Run, cast_all, make_electorate
from tests.make.rounds import make_round

TOWN, VILLAGE = "城市居民委员会组织法", "村民委员会组织法"
BOTH = [name for name in template_ids() if "where" not in load_data(name)]


def laws(name: str, *, is_village: bool) -> str:
    return " ".join(one["name"]["zh"] for one in at_place(load_data(name), is_village=is_village)["law"])


@pytest.mark.parametrize("name", BOTH)
def test_a_kind_open_to_both_has_the_articles_of_either_and_never_the_others(name: str) -> None:
    here, there = laws(name, is_village=True), laws(name, is_village=False)
    assert here and there and TOWN not in here and VILLAGE not in there
    assert (TOWN in there) == (VILLAGE in here), "what a town's law asks, a village's law asks in its own words"
    assert all("where" not in one for one in at_place(load_data(name), is_village=True)["law"])


@pytest.mark.parametrize(
    ("where", "articles", "words"),
    [
        (None, ["communities"], "no article for villages"),
        (None, ["villages"], "no article for communities"),
        ("villages", ["communities"], "offered in villages only"),
        (None, ["communities", "villages"], ""),
        (None, [None], ""),
    ],
)
def test_check_agendas_asks_for_an_article_wherever_a_kind_is_offered(
    where: str | None, articles: list[str | None], words: str
) -> None:
    data = copy.deepcopy(load_data("open-space"))
    one = {key: value for key, value in data["law"][0].items() if key != "where"}
    data["law"] = [copy.deepcopy(one) | ({"where": here} if here else {}) for here in articles]
    data |= {"where": where} if where else {}
    text = yaml.safe_dump(data, allow_unicode=True)
    assert safe_load(text) == data
    try:
        read(text, load_schema())
    except BadTemplate as error:
        assert words and any(words in fault.problem for fault in error.faults), error
    else:
        assert not words


async def to_village(place: Place) -> None:
    """The community of a place is a village."""
    await Place.filter(id__in=place.ancestor_ids, kind=PlaceKind.COMMUNITY).update(name_zh="高桥村")


@pytest.fixture
async def village(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every compound made from here on lies in a village."""

    async def made() -> Place:
        place = await make_compound()
        await to_village(place)
        return place

    monkeypatch.setattr("tests.make.meetings.make_compound", made)
    monkeypatch.setattr("tests.make.procedures.make_compound", made)


async def pages_are_free_of_the_towns_law(client: Client, paths: list[str]) -> None:
    for path in paths:
        page = await client.get(path)
        assert page.status_code == 200, path
        assert TOWN not in page.text and "Urban Residents" not in page.text, path


@pytest.mark.usefixtures("village")
async def test_an_open_space_of_a_village_names_its_own_law_only(client: Client, clock: MovableClock) -> None:
    made = await make_round(VOTING[0])
    hall = made.hall
    question = await service_chair.put_question(hall.chair, hall.meeting.id, "修吗？")
    question = await service_chair.open_question(hall.chair, hall.meeting.id, question.id)
    await cast_all(hall.neighbours, question, "for")
    await service_chair.close_question(hall.chair, hall.meeting.id, question.id)
    await service_chair.publish_result(hall.chair, hall.meeting.id, question.id)
    await frozen_by_the_villages_law(question.id)
    await client.sign_in_as(hall.chair.person_id)
    at = f"/meetings/{hall.meeting.public_id}"
    results = [f"/q/{question.public_id}", f"/q/{question.public_id}/record"]
    await pages_are_free_of_the_towns_law(client, [at, f"{at}/notice", *results])
    assert VILLAGE in (await client.get(at)).text


async def frozen_by_the_villages_law(question_id: int) -> None:
    """The rule and what is frozen with it name the villagers' law."""
    question = await Question.get(id=question_id)
    assert question.rule_spec.source.startswith(VILLAGE) and question.rule_spec.source.endswith(" 33")
    assert TOWN not in str(question.manifest) and VILLAGE in str(question.manifest)
    meeting = await Meeting.get(id=question.meeting_id)
    assert TOWN not in str(meeting.plan_data) and VILLAGE in str(meeting.plan_data)


@pytest.mark.usefixtures("village")
async def test_the_daily_procedure_of_a_village_names_its_own_law_only(client: Client, clock: MovableClock) -> None:
    place, people = await make_electorate(3)
    begun = await procedures.begin(people[0], place_id=place.id, template="daily", title="修村道")
    run = Run(begun, place, people[0], people)
    assert TOWN not in str(begun.plan_data)
    await run.step()
    meeting = await run.call()
    question = (await run.sit(meeting))[0]
    await frozen_by_the_villages_law(question.id)
    await client.sign_in_as(people[0].person_id)
    at, held = f"/procedures/{begun.number}", f"/meetings/{meeting.public_id}"
    results = [f"/q/{question.public_id}", f"/q/{question.public_id}/record"]
    await pages_are_free_of_the_towns_law(client, [at, held, f"{held}/notice", *results])
    board = (await client.get(f"/notices?place={place.code}")).text
    assert TOWN not in board and "第三十五条" in board and "村务公开" in board


async def test_in_town_nothing_names_the_villages_law(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting()
    board = (await client.get(f"/notices?place={hall.place.code}")).text
    assert "第三十四条" in board and VILLAGE not in board and "村务" not in board
    assert VILLAGE not in str((await hall.fresh()).plan_data)
    everywhere = (await client.get("/notices")).text
    assert TOWN in everywhere and VILLAGE in everywhere
    kind = (await client.get("/kinds/open-space")).text
    assert f"社区：{TOWN}" in kind and f"村里：{VILLAGE}" in kind
