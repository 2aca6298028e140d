"""Every template runs to a published result through the real services; ways back, quorums, and a kind added as a file."""

from datetime import timedelta
from pathlib import Path

import pytest

from linyue.base import clock as district_clock
from linyue.base import queue
from linyue.base.errors import Refused
from linyue.base.i18n import args_in
from linyue.base.model import Message
from linyue.base.policy import Role
from linyue.base.settings import Settings, agenda_folder
from linyue.meetings import service_room, templates
from linyue.meetings.model import AgendaItem
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_stages import StageKind
from linyue.meetings.templates import procedure_ids, sitting_ids
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.procedures import service
from linyue.procedures.model import ProcedurePaper, ProcedureStep, ProcedureVoice
from linyue.procedures.rules import ProcedureRefusal, ProcedureState, StepState
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_law import ItemRefusal
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_neighbour
from tests.make.people import actor_for, make_person
from tests.make.procedures import make_electorate, make_procedure

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]

SECRET = ("major", "village-major", "by-election", "appraisal")
"""Templates with a secret ballot, which needs twenty people on the roll."""


async def refused(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", [name for name in procedure_ids() if name != "daily"])
async def test_every_procedure_runs_to_a_published_result(name: str, clock: MovableClock) -> None:
    await runs(name)


@pytest.mark.sqlite_only
async def test_a_village_has_its_own_kinds_and_a_community_in_town_has_its_own(client: Client) -> None:
    place, people = await make_electorate(2)
    await client.sign_in_as(people[0].person_id)
    begun = {"place_id": place.id, "title": "修村道"}
    for community, theirs, others in (
        ("新村社区", "representatives", "village-representatives"),
        ("石碶村", "village-representatives", "representatives"),
    ):
        await Place.filter(id__in=place.ancestor_ids, kind=PlaceKind.COMMUNITY).update(name_zh=community)
        form = (await client.get("/procedures/new")).text
        assert f'value="{theirs}"' in form and f'value="{others}"' not in form
        reason = await refused(service.begin(people[0], template=others, **begun))
        assert reason in (ProcedureRefusal.VILLAGES_ONLY, ProcedureRefusal.COMMUNITIES_ONLY)
        assert (await service.begin(people[0], template=theirs, **begun)).template == theirs


async def test_the_daily_procedure_runs_on_both_databases(clock: MovableClock) -> None:
    await runs("daily")


async def runs(name: str) -> None:
    run = await make_procedure(name, 20 if name in SECRET else 3)
    done = await run.to_end()
    assert done.state is ProcedureState.DONE
    steps = await ProcedureStep.of(done.id)
    assert [step.stage for step in steps] == [one.stage for one in done.plan.stages if not one.is_after_failed]
    assert {step.state for step in steps} == {StepState.DONE}
    given = set(await ProcedurePaper.filter(step__procedure_id=done.id).values_list("paper", flat=True))
    assert given == {one.paper for one in done.plan.papers}
    for step in steps:
        if done.plan.stage(step.stage).kind is StageKind.SITTING:
            question = await Question.get(meeting_id=step.meeting_id)
            assert question.state is QuestionState.PUBLISHED and question.result is not None
            assert question.result["verdict"] == "passed"


@pytest.mark.sqlite_only
async def test_a_failed_vote_goes_back_and_ends_after_its_times(clock: MovableClock) -> None:
    run = await make_procedure("covenant")
    done = await run.to_end(["against", "for", "against", "for", "for"])
    assert done.state is ProcedureState.DONE
    assert [(step.stage, step.state.value) for step in await ProcedureStep.of(done.id)] == [
        ("collect", "done"), ("write", "done"), ("consult", "failed"), ("write", "done"), ("consult", "done"),
        ("study", "done"), ("assembly", "failed"), ("write", "done"), ("consult", "done"), ("study", "done"),
        ("assembly", "done"), ("file", "done"), ("shown", "done"),
    ]  # fmt: skip
    other = await make_procedure("owners-special")
    lost = await other.to_end(["against", "against"])
    assert lost.state is ProcedureState.FAILED and lost.ended_at is not None


@pytest.mark.sqlite_only
async def test_too_few_come_and_the_same_stage_is_called_again(clock: MovableClock) -> None:
    run = await make_procedure("representatives")
    await run.step()
    meeting = await run.call()
    await service_room.adjourn(run.chair, meeting.id)
    await run.go_on()
    steps = await ProcedureStep.of(run.procedure.id)
    assert [(one.stage, one.state) for one in steps][-2:] == [("meet", StepState.CALLED_OFF), ("meet", StepState.NOW)]
    assert (await run.to_end()).state is ProcedureState.DONE


@pytest.mark.sqlite_only
async def test_what_the_machine_refuses(clock: MovableClock) -> None:
    run = await make_procedure("daily")
    at, stranger = run.procedure.id, await make_neighbour(None, "路人")
    step, _stage = await run.stage()
    assert await refused(run.go_on()) is ProcedureRefusal.PAPER_MISSING
    assert await refused(service.give_paper(run.chair, at, "done", "办好了")) is ProcedureRefusal.NOT_THIS_PAPER
    assert await refused(service.send_voice(stranger, at, "我也说")) is ProcedureRefusal.NOT_ON_ROLL
    for words in ("路灯太暗", "还有树枝", "雨天更暗", "转角没灯", "冬天更早黑"):
        await service.send_voice(run.neighbours[1], at, words)
    assert await refused(service.send_voice(run.neighbours[1], at, "再说")) is ProcedureRefusal.VOICES_USED
    await run.give_all()
    assert await refused(run.go_on()) is ProcedureRefusal.TOO_SOON
    await run.wait()
    await run.go_on()
    assert await refused(service.go_on(run.chair, at, after=step.id)) is ProcedureRefusal.MOVED_ON
    assert await refused(run.go_on()) is ProcedureRefusal.NO_SITTING
    await run.call()
    assert await refused(run.call()) is ProcedureRefusal.SITTING_CALLED
    assert await refused(run.go_on()) is ProcedureRefusal.SITTING_NOT_OVER
    voice = await ProcedureVoice.filter(step__procedure_id=at).first()
    assert voice is not None
    assert await refused(service.hide_voice(run.chair, at, voice.id, " ")) is ProcedureRefusal.NO_REASON
    await service.hide_voice(run.chair, at, voice.id, "骂人")
    assert (await ProcedureVoice.get(id=voice.id)).text == "路灯太暗"
    await service.withdraw(run.chair, at, "业主不想办了")
    assert (await run.fresh()).state is ProcedureState.WITHDRAWN
    assert await refused(service.give_paper(run.chair, at, "issues", "晚了")) is ProcedureRefusal.OVER


@pytest.mark.sqlite_only
async def test_only_a_council_member_of_the_place_begins_one(clock: MovableClock) -> None:
    run = await make_procedure("daily")
    begin = service.begin
    other = await make_neighbour(run.place, "")
    args = {"place_id": run.place.id, "template": "daily", "title": "大门"}
    assert await refused(begin(other, **args)) is ProcedureRefusal.NOT_YOUR_PLACE
    assert await refused(begin(run.chair, **args | {"title": " "})) is ProcedureRefusal.NO_TITLE
    law = args | {"template": "owners-ordinary"}
    assert await refused(begin(run.chair, **law)) is ItemRefusal.NO_ITEM
    assert await refused(begin(run.chair, **law, item=8)) is ItemRefusal.IS_SPECIAL
    assert await refused(begin(run.chair, **law | {"template": "owners-special"}, item=5)) is ItemRefusal.IS_ORDINARY
    assert await refused(begin(run.chair, **args, item=5)) is ItemRefusal.IS_ORDINARY
    for template in ("open-space", "nothing"):
        assert await refused(begin(run.chair, **args | {"template": template})) is ProcedureRefusal.UNKNOWN_TEMPLATE


@pytest.mark.sqlite_only
async def test_adding_a_kind_is_adding_a_file(
    clock: MovableClock, db: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in agenda_folder().iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "hearing.yaml").read_text(encoding="utf-8")
    text = text.replace("听证会", "楼道茶话会").replace("      - link: hear\n", "      - link: talk\n", 1)
    (tmp_path / "tea.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(templates, "agenda_folder", lambda: tmp_path)
    assert templates.check_folder() == []
    assert "tea" in procedure_ids() and "tea" not in sitting_ids()
    run = await make_procedure("tea")
    done = await run.to_end()
    assert done.state is ProcedureState.DONE and done.plan.title.zh == "楼道茶话会"
    sitting = await ProcedureStep.get(procedure_id=done.id, stage="hearing")
    assert [item.link for item in await AgendaItem.of(sitting.meeting_id or 0)].count(Link.TALK) == 2


@pytest.mark.sqlite_only
async def test_a_paper_of_one_body_is_given_by_nobody_else(clock: MovableClock) -> None:
    run = await make_procedure("representatives")
    at = run.procedure.id
    for who in (run.chair, await run.holder(Role.SOCIAL_WORKER), await run.holder(Role.OVERSIGHT_COMMITTEE)):
        with pytest.raises(Refused) as caught:
            await service.give_paper(who, at, "party-view", "研究过了。")
        assert caught.value.reason is ProcedureRefusal.NOT_YOUR_PAPER
        assert caught.value.args_for_text["who_zh"] == "社区党组织"
    await service.give_paper(await run.holder(Role.PARTY_REVIEWER), at, "party-view", "研究过了。")
    await service.give_paper(run.chair, at, "agenda", "一件事。")
    elsewhere = await make_procedure("representatives")
    stranger = service.give_paper(await run.holder(Role.PARTY_REVIEWER), elsewhere.procedure.id, "party-view", "代笔")
    assert await refused(stranger) is ProcedureRefusal.NOT_YOUR_PAPER


@pytest.mark.sqlite_only
async def test_the_hours_run_from_the_alarm_and_are_watched_also_before_their_stage(
    clock: MovableClock, client: Client
) -> None:
    place, people = await make_electorate(3)
    worker = await actor_for(await make_person(role=Role.SOCIAL_WORKER, place=place))
    await client.sign_in_as(people[0].person_id)
    early = clock.now() - timedelta(minutes=90)
    local = district_clock.local(early)
    sent = {"template": "urgent", "place_id": str(place.id), "title": "水管爆了", "title_en": "", "matter": "", "item": "",
            "alarm_day": "2099-01-01", "alarm_time": "10:00"}  # fmt: skip
    wrong = await client.send_form("/procedures/new", sent)
    assert wrong.status_code == 422 and "报急的时间还没到" in wrong.text and "水管爆了" in wrong.text
    begun = await client.send_form(
        "/procedures/new", sent | {"alarm_day": local.date().isoformat(), "alarm_time": local.strftime("%H:%M:%S")}
    )
    assert begun.status_code == 303
    page = (await client.get(begun.headers["location"])).text
    assert "时间都从那时算起" in page and page.count("还没到") == 3
    assert await Message.filter(key="procedures-told-alarm", person_id=worker.person_id).count() == 1

    async def told() -> list[str]:
        while await queue.run_due():
            pass
        rows = await Message.filter(key="procedures-told-late", person_id=worker.person_id).order_by("id")
        return [args_in("zh-CN", one.args)["stage"] for one in rows]

    clock.move(minutes=29)
    assert await told() == []
    clock.move(minutes=2)
    assert await told() == ["报急"], "two hours after the alarm, half an hour after the procedure was begun"
    assert "超时" in (await client.get(begun.headers["location"])).text
    clock.move(hours=22)
    assert await told() == ["报急", "动手"], "a day after the alarm nobody has acted, though that stage has not begun"


@pytest.mark.sqlite_only
async def test_an_urgent_stage_that_is_late_is_told_to_the_council_and_the_worker(clock: MovableClock) -> None:
    run = await make_procedure("urgent")
    worker = await run.holder(Role.SOCIAL_WORKER)

    async def told() -> set[int]:
        while await queue.run_due():
            pass
        return {one.person_id for one in await Message.filter(key="procedures-told-late")}

    await run.step()
    clock.move(hours=1, minutes=59)
    assert await told() == set()
    clock.move(minutes=2)
    assert await told() == {run.chair.person_id, worker.person_id}, "the two hours of meeting at once have run"
    assert await Message.filter(key="procedures-told-late").count() == 2
    step, _stage = await run.stage()
    await ProcedureStep.filter(id=step.id).update(state=StepState.DONE)
    assert not await service.tell_late(step.id), "what was left in time is not told of"
