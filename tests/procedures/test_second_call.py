"""A vote that too few took part in, called again by the chair from the console, to its published result."""

import copy

import pytest
import yaml

from linyue.base import i18n
from linyue.base.settings import Settings
from linyue.meetings.agenda_files import BadTemplate, read
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules_plan import VOTING, plan_from
from linyue.meetings.templates import load_data, load_schema
from linyue.procedures.model import ProcedureStep
from linyue.procedures.rules import StepState
from linyue.questions.model import Question
from linyue.questions.rules import QUORUMS, QuestionState
from linyue.rounds import service_again, service_chair
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting
from tests.make.procedures import Run, cast_all, make_procedure
from tests.make.rounds import make_round

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


async def pressed(client: Client, path: str, seen: int = 0, **more: object) -> None:
    """One button of the console."""
    answer = await client.send_form(path, {"seen": seen, **more})
    assert answer.status_code == 303, answer.text[-2000:]


async def to_the_vote(run: Run, meeting: Meeting) -> None:
    """The chair goes through the agenda up to its vote."""
    for item in await AgendaItem.of(meeting.id):
        if item.link in VOTING:
            return
        await service_chair.next_item(run.chair, meeting.id, item.position)


async def to_the_end(run: Run, meeting: Meeting) -> None:
    """The rest of the agenda, and the end."""
    items = await AgendaItem.of(meeting.id)
    at = next(n for n, item in enumerate(items) if item.link in VOTING)
    for item in items[at:-1]:
        await service_chair.next_item(run.chair, meeting.id, item.position)
    await service_chair.end_meeting(run.chair, meeting.id)


async def test_owners_are_called_again_in_another_meeting_and_the_procedure_waits_for_it(
    client: Client, clock: MovableClock
) -> None:
    run = await make_procedure("owners-ordinary")
    while not (await run.stage())[1].votes:
        await run.step()
    await client.sign_in_as(run.chair.person_id)
    meeting = await run.call()
    await to_the_vote(run, meeting)
    first = await run.vote_of(meeting, run.neighbours[1:2])
    console = f"/run/{meeting.public_id}"
    said = (await client.get(console)).text
    assert "另开一次会" in said and "/call-again" not in said, "the law calls with a notice"
    refused = await client.send_form(f"{console}/call-again", {"seen": first.id})
    assert refused.status_code == 409 and "另开一次会" in refused.text
    await to_the_end(run, meeting)
    await run.give_all()
    await run.wait()
    await run.go_on()
    steps = await ProcedureStep.of(run.procedure.id)
    assert [one.state for one in steps][-2:] == [StepState.CALLED_OFF, StepState.NOW]
    assert steps[-1].stage == steps[-2].stage
    again = await run.call()
    console = f"/run/{again.public_id}"
    assert "/call-again" not in (await client.get(console)).text, "only where the agenda votes"
    await to_the_vote(run, again)
    said = (await client.get(console)).text
    assert "再表决一次" in said and first.text_zh in said and "法律没有为第二次召集降低人数要求" in said
    await pressed(client, f"{console}/call-again", first.id)
    second = await Question.get(meeting_id=again.id)
    assert (second.rule_spec.call, second.rule_spec.call_of) == (2, first.public_id)
    assert second.rule_spec.quorum == first.rule_spec.quorum
    assert second.rule_spec.source == first.rule_spec.source == "民法典 278(5), 1259"
    assert (second.text_zh, second.body, second.kind) == (first.text_zh, first.body, first.kind)
    assert (await client.send_form(f"{console}/call-again", {"seen": first.id})).status_code == 409, "once"
    await pressed(client, f"{console}/open-question", second.id)
    await cast_all(run.neighbours, second, "for")
    await pressed(client, f"{console}/close-question", second.id, sure="yes")
    await pressed(client, f"{console}/publish-result", second.id)
    result = (await client.get(f"/q/{second.public_id}")).text
    assert "第二次召集" in result and f'href="/q/{first.public_id}"' in result and "通过" in result
    await to_the_end(run, again)
    await run.give_all()
    await run.wait()
    await run.go_on()
    assert (await ProcedureStep.of(run.procedure.id))[-2].state is StepState.DONE


async def test_advice_is_asked_again_in_the_same_meeting(client: Client, clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.PUBLISHED)
    first, hall = made.question, made.hall
    assert first is not None and first.result is not None and first.result["verdict"] == "no_quorum"
    console = f"/run/{hall.meeting.public_id}"
    await client.sign_in_as(hall.chair.person_id)
    assert "再表决一次" in (await client.get(console)).text
    await pressed(client, f"{console}/call-again", first.id)
    second = await Question.filter(meeting_id=hall.meeting.id).order_by("-id").first()
    assert second is not None and second.rule_spec.call_of == first.public_id
    assert "再表决一次" not in (await client.get(console)).text
    await pressed(client, f"{console}/open-question", second.id)
    await cast_all([hall.chair, *hall.neighbours], second, "for")
    await pressed(client, f"{console}/close-question", second.id, sure="yes")
    await pressed(client, f"{console}/publish-result", second.id)
    shown = (await client.get(f"/q/{second.public_id}")).text
    assert "第二次召集" in shown
    assert "再表决一次" not in (await client.get(console)).text, "enough took part"


async def test_a_second_call_of_advice_has_the_quorum_that_its_template_says(db: Settings, clock: MovableClock) -> None:
    plain = copy.deepcopy(load_data("open-space"))
    eased = copy.deepcopy(plain)
    vote = next(one for one in eased["links"] if "question" in one)
    vote["question"]["again"] = "none"
    for data, quorum in ((plain, QUORUMS["half"]), (eased, QUORUMS["none"])):
        hall = await make_meeting(data=data)
        await hall.go_to(VOTING[0])
        first = await service_chair.put_question(hall.chair, hall.meeting.id, "修吗？")
        assert first.rule_spec.quorum.share == QUORUMS["half"].share
        first = await service_chair.open_question(hall.chair, hall.meeting.id, first.id)
        await cast_all(hall.neighbours[:1], first, "for")
        await service_chair.close_question(hall.chair, hall.meeting.id, first.id)
        first = await service_chair.publish_result(hall.chair, hall.meeting.id, first.id)
        assert first.result is not None and first.result["verdict"] == "no_quorum"
        again = await service_again.call_again(hall.chair, hall.meeting.id, first.id)
        assert again.rule_spec.quorum.share == quorum.share


def test_only_advice_may_lower_its_quorum_and_the_online_meeting_does() -> None:
    online = plan_from(load_data("neighbours-online"))
    assert [one.question.again for one in online.links if one.question] == ["none"]
    data = copy.deepcopy(load_data("owners-ordinary"))
    asked = next(link for stage in data["stages"] for link in stage.get("links", ()) if "question" in link)
    asked["question"]["again"] = "third"
    with pytest.raises(BadTemplate) as caught:
        read(yaml.safe_dump(data, allow_unicode=True), load_schema())
    assert "only advice" in str(caught.value)
