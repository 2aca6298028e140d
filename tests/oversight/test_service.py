"""Notices and voices through the services, on both databases: owners, due times, lateness, the matter's timeline."""

from datetime import timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import Rating
from linyue.oversight import service, service_views, service_voices
from linyue.oversight.model import Notice, NoticeCorrection, NoticeRating, Voice
from linyue.oversight.rules import Desk, Finding, NoticeKind, OversightRefusal, Verdict, VoiceKind, VoiceState
from linyue.people import service_own
from tests.conftest import MovableClock
from tests.make.matters import make_matter, make_neighbourhood
from tests.make.oversight import make_watched

R = OversightRefusal


@pytest.fixture(autouse=True)
async def no_limits(db: Settings):
    yield
    await ratelimit.reset()


async def reason_of(call: object) -> object:
    with pytest.raises(Refused) as refused:
        await call  # type: ignore[misc]
    return refused.value.reason


async def test_only_those_of_the_place_post_there(db: Settings) -> None:
    here = await make_neighbourhood()
    compound, member, resident = here.tree.compound.id, await here.actor("member"), await here.actor("resident")

    def post(actor: object, place_id: int, days: int = 15, matter: str = "") -> object:
        return service.post_notice(actor, place_id, NoticeKind.OTHER, "标题", "内容", days=days, matter_number=matter)  # type: ignore[arg-type]

    await post(member, compound)  # type: ignore[misc]
    assert await reason_of(post(resident, compound)) is R.NOT_YOUR_PLACE
    assert await reason_of(post(member, here.tree.community.id)) is R.NOT_YOUR_PLACE
    assert await reason_of(post(await here.actor("far_worker"), compound)) is R.NOT_YOUR_PLACE
    assert await reason_of(post(await here.actor("worker"), here.tree.building.id)) is R.NOT_YOUR_PLACE
    assert await reason_of(post(member, compound, days=14)) is R.TOO_SHORT
    assert await reason_of(post(member, compound, matter="2026-9999")) is R.NO_MATTER
    assert await Notice.all().count() == 1


async def test_a_correction_keeps_the_old_words_and_begins_the_period_anew(db: Settings, clock: MovableClock) -> None:
    made = await make_watched()
    before, worker = made.notice.ends_at, await made.actor("worker")
    clock.move(days=6)
    await service.correct_notice(worker, made.notice.id, "支出三千五百元。", "漏了一张发票", 1)
    row = await Notice.get(id=made.notice.id)
    assert row.text == "收三万元，支出三千元。" and row.ends_at >= before + timedelta(days=6)
    assert await NoticeCorrection.filter(notice_id=row.id).count() == 1
    assert await reason_of(service.correct_notice(worker, row.id, "别的", "别的", 1)) is R.CHANGED_MEANWHILE


async def test_a_question_goes_to_the_community_an_objection_to_the_street(db: Settings) -> None:
    made = await make_watched()
    question = await made.asked()
    objection = await made.asked(VoiceKind.OBJECTION, "发票对不上")
    assert (question.desk, objection.desk) == (Desk.COMMUNITY, Desk.STREET)
    worker, officer = await made.actor("worker"), await made.actor("officer")
    wrong_desk = service_voices.answer_voice(worker, objection.id, Finding.RIGHT, "对", show_text=True, version=1)
    assert await reason_of(wrong_desk) is R.NOT_OWNER
    await service_voices.answer_voice(worker, question.id, Finding.EXPLAINED, "买了灯。", show_text=False, version=1)
    row = await service_voices.answer_voice(
        officer, objection.id, Finding.RIGHT, "确实漏了。", show_text=True, version=1
    )
    assert row.state is VoiceState.ANSWERED and row.overdue_at is None
    assert await Message.filter(person_id=made.notice.author_id, key="oversight-told-correct").count() == 1
    assert await Message.filter(key="oversight-told-answered").count() == 2
    again = service_voices.answer_voice(officer, objection.id, Finding.RIGHT, "再答", show_text=True, version=2)
    assert await reason_of(again) is R.ANSWERED


async def test_late_answers_are_told_to_those_above_once(db: Settings, clock: MovableClock) -> None:
    made = await make_watched()
    row = await made.asked()
    assert await service_voices.sweep(district_clock.now()) == 0
    clock.move(days=12)
    assert await service_voices.late_in(made.here.tree.district.path).count() == 1
    assert [await service_voices.sweep(district_clock.now()) for _ in range(2)] == [1, 0]
    told = {m.person_id for m in await Message.filter(key="oversight-told-late")}
    assert told >= {made.here.people[who].id for who in ("worker", "officer", "supervisor")}
    await service_voices.answer_voice(
        await made.actor("worker"), row.id, Finding.EXPLAINED, "晚了", show_text=True, version=1
    )
    account = await service_views.account_of(made.here.tree.compound)
    assert (account.asked, account.answered, account.in_time, account.late) == (1, 1, 0, 0)


async def test_a_suggestion_is_passed_up_by_the_same_clock(db: Settings) -> None:
    made = await make_watched()
    resident, worker = await made.actor("resident"), await made.actor("worker")
    row = await service_voices.suggest(resident, made.here.tree.compound.id, Desk.COMMUNITY, "装个雨棚")
    due = row.due_at
    await service_voices.pass_up(worker, row.id, 1)
    row = await Voice.get(id=row.id)
    assert row.desk is Desk.STREET and row.due_at == due and row.passed_at is not None
    late = service_voices.answer_voice(worker, row.id, Finding.ADOPTED, "好", show_text=True, version=2)
    assert await reason_of(late) is R.NOT_OWNER
    stranger = await made.actor("far_worker")
    assert (
        await reason_of(service_voices.suggest(stranger, made.here.tree.compound.id, Desk.STREET, "好"))
        is R.NOT_ON_ROLL
    )


async def test_what_is_sent_twice_is_there_once(db: Settings) -> None:
    made = await make_watched()
    resident, worker = await made.actor("resident"), await made.actor("worker")
    place = made.here.tree.compound.id
    assert (await made.asked()).id == (await made.asked()).id != (await made.asked(text="还有呢？")).id
    assert (await made.asked(VoiceKind.OBJECTION)).kind is VoiceKind.OBJECTION, "to object is another thing"
    bench = [await service_voices.suggest(resident, place, Desk.COMMUNITY, "修长椅") for _ in range(2)]
    assert bench[0].id == bench[1].id
    asked = [await service_voices.ask_place(resident, place, "车位租金收了多少") for _ in range(2)]
    assert asked[0].id == asked[1].id
    done = service_voices.answer_voice(worker, bench[0].id, Finding.ADOPTED, "好", show_text=True, version=1)
    assert (await done).state is VoiceState.ANSWERED
    assert (await service_voices.suggest(resident, place, Desk.COMMUNITY, "修长椅")).id != bench[0].id, "asked anew"
    posted = [
        await service.post_notice(worker, place, NoticeKind.OTHER, title, "内容", days=15)
        for title in ("停水", "停水", "停电")
    ]
    assert posted[0].id == posted[1].id != posted[2].id


async def test_an_overseer_appraises_and_lacking_words_owe_an_answer(db: Settings) -> None:
    made = await make_watched()

    def appraise(verdict: Verdict, text: str = "") -> object:
        return service_voices.raise_voice(made.overseer, made.notice.id, VoiceKind.APPRAISAL, text, verdict)

    sound = await appraise(Verdict.SOUND)  # type: ignore[misc]
    assert sound.state is VoiceState.NOTED and sound.due_at is None
    lacking = await appraise(Verdict.LACKING, "缺发票")  # type: ignore[misc]
    assert lacking.state is VoiceState.OPEN and lacking.due_at is not None and lacking.desk is Desk.COMMUNITY
    assert await reason_of(appraise(Verdict.WRONG, "还是不对")) is R.WAITING


async def test_ratings_count_once_a_person_and_go_with_them(db: Settings, clock: MovableClock) -> None:
    made = await make_watched()
    resident = await made.actor("resident")
    for rating in (Rating.SATISFIED, Rating.UNSATISFIED):
        await service.rate_notice(resident, made.notice.id, rating)
    await service.rate_notice(await made.actor("neighbour"), made.notice.id, Rating.MOSTLY)
    counted = await service_views.ratings_of(NoticeRating.filter(notice_id=made.notice.id))
    assert counted == {Rating.SATISFIED: 0, Rating.MOSTLY: 1, Rating.UNSATISFIED: 1}
    row = await made.asked(text="六楼老陈问的")
    own = await service_own.own_data(resident)
    assert "六楼老陈问的" in own and "notice_ratings.person" in own
    await service_own.erase_own(resident)
    assert await NoticeRating.filter(notice_id=made.notice.id).count() == 1
    assert (await Voice.get(id=row.id)).text == ""
    clock.move(days=40)
    over = service.rate_notice(await made.actor("neighbour"), made.notice.id, Rating.MOSTLY)
    assert await reason_of(over) is R.PERIOD_OVER


async def test_all_of_it_stands_on_the_timeline_of_the_matter(db: Settings) -> None:
    here = await make_neighbourhood()
    matter = await make_matter(here)
    made = await make_watched(matter_number=matter.number, here=here)
    row = await made.asked(VoiceKind.OBJECTION, "不对")
    await service_voices.raise_voice(made.overseer, made.notice.id, VoiceKind.APPRAISAL, "", Verdict.SOUND)
    officer, worker = await made.actor("officer"), await made.actor("worker")
    await service_voices.answer_voice(officer, row.id, Finding.PARTLY, "改一处。", show_text=True, version=1)
    await service.correct_notice(worker, made.notice.id, "改好了。", "记错", 1)
    events = await MatterEvent.filter(matter_id=matter.id).order_by("seq")
    kinds = [e.kind for e in events]
    assert kinds == [
        "reported",
        "disclosed",
        "disclosure-said",
        "disclosure-said",
        "disclosure-answered",
        "disclosure-corrected",
    ]
    after = await Matter.get(id=matter.id)
    assert after.version == 1 and after.last_seq == 6 and after.due_at == matter.due_at
