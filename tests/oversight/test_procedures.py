"""What a procedure discloses is on the public board by itself, where an objection has a due answer."""

from datetime import timedelta

import pytest

from linyue.base.clock import now as clock_now
from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.base.workdays import local_day
from linyue.matters.rules import Rating
from linyue.meetings.rules_stages import StageKind
from linyue.meetings.templates import procedure_ids
from linyue.oversight import service as oversight
from linyue.oversight import service_procedures, service_voices
from linyue.oversight.model import Notice, NoticeCorrection
from linyue.oversight.rules import LEAST_DAYS, Desk, NoticeKind, VoiceKind, earliest_end
from linyue.procedures import service
from linyue.procedures.rules import ProcedureRefusal, ProcedureState
from tests.conftest import MovableClock, NewClient
from tests.make.procedures import Run, make_procedure

pytestmark = pytest.mark.anyio


async def test_a_disclosure_is_a_notice_with_objections_a_rating_and_a_sheet(
    new_client: NewClient, clock: MovableClock
) -> None:
    run = await make_procedure("hearing")
    at = run.procedure.id
    assert not await Notice.exists(), "without the plan there is nothing to disclose yet"
    await service.give_paper(run.chair, at, "plan", "大门往里退两米。")
    assert not await Notice.exists(), "the list of those affected is still missing"
    await service.give_paper(run.chair, at, "parties", "1幢到3幢。")
    notice = await Notice.get()
    step, stage = await run.stage()
    assert (notice.kind, notice.days, stage.days_at_least) == (NoticeKind.CONSULTATION, LEAST_DAYS, 7)
    assert notice.ends_at >= earliest_end(notice.posted_at), "the law's least, whatever the stage says"
    assert "大门往里退两米" in notice.text and "先公布" in notice.text and "7天" in notice.text
    address = f"/notices/{run.procedure.number}-{step.id}"
    assert await service.shown_at(run.procedure, step) == address
    one = run.neighbours[1]
    with pytest.raises(Refused) as caught:
        await service.send_voice(one, at, "挡路")
    assert caught.value.reason is ProcedureRefusal.AT_NOTICE
    objection = await service_voices.raise_voice(one, notice.id, VoiceKind.OBJECTION, "挡消防车")
    assert objection.desk is Desk.STREET and objection.due_at is not None
    await oversight.rate_notice(one, notice.id, Rating.SATISFIED)
    client = new_client()
    await client.sign_in_as(one.person_id)
    assert f'href="{address}"' in (await client.get(f"/procedures/{run.procedure.number}")).text
    page = await client.get(address)
    assert page.status_code == 200 and f"/procedures/{run.procedure.number}" in page.text
    assert "<svg" in (await client.get(f"{address}/sheet")).text
    await service.give_paper(run.chair, at, "plan", "大门往里退三米。")
    await service.give_paper(run.chair, at, "plan", "大门往里退三米。")
    assert "三米" in (await NoticeCorrection.get()).text, "a newer text is a correction, once"
    await run.wait()
    await run.go_on()
    assert await Notice.all().count() == 1, "no other stage discloses anything yet"


@pytest.mark.sqlite_only
async def test_its_shortest_time_runs_from_the_posting_and_anew_from_a_correction(
    db: Settings, clock: MovableClock
) -> None:
    run = await make_procedure("hearing")
    at = run.procedure.id
    await service.give_paper(run.chair, at, "plan", "大门往里退两米。")
    clock.move(days=20)
    await service.give_paper(run.chair, at, "parties", "1幢到3幢。")
    assert await _refused_to_go(run) is ProcedureRefusal.TOO_SOON, "twenty days in a drawer are no preview"
    clock.move(days=6)
    notice = await Notice.get()
    worker = await run.holder(Role.SOCIAL_WORKER)
    await oversight.correct_notice(worker, notice.id, "大门往里退三米。", "量错了", notice.version)
    clock.move(days=4)
    assert await _refused_to_go(run) is ProcedureRefusal.TOO_SOON, (
        "what was corrected is shown as long as anything else"
    )
    changed = await Notice.get()
    assert (changed.posted_at, changed.days) == (notice.posted_at, notice.days) and changed.ends_at > notice.ends_at
    await run.wait()
    step, _stage = await run.stage()
    corrected = (await NoticeCorrection.get()).at
    assert local_day(clock_now()) - local_day(corrected) > timedelta(days=7)
    assert (await service.go_on(run.chair, at, after=step.id)).state is ProcedureState.RUNNING


async def _refused_to_go(run: Run) -> object:
    with pytest.raises(Refused) as caught:
        await run.go_on()
    return caught.value.reason


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["representatives", "urgent"])
async def test_each_disclosing_stage_is_posted_once(name: str, db: Settings, clock: MovableClock) -> None:
    run = await make_procedure(name)
    done = await run.to_end()
    shown = [one for one in done.plan.stages if one.kind is StageKind.DISCLOSURE]
    notices = await Notice.all().order_by("id")
    assert len(notices) == len(shown)
    for notice in notices:
        assert "通过" in notice.text and (await service_procedures.procedure_of(notice)) is not None
    kinds = {"representatives": NoticeKind.DECISIONS, "urgent": NoticeKind.CONSULTATION}
    assert {one.kind for one in notices} == {kinds[name]}
    assert name in procedure_ids()
