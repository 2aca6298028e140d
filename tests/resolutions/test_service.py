"""From an adopted result to a kept promise, each step on the matter's one timeline."""

from datetime import timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base import notify, queue
from linyue.base.errors import Refused
from linyue.base.i18n import args_in, t
from linyue.base.model import Message
from linyue.base.pages import day_text
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import MatterState
from linyue.matters.service_report import follow
from linyue.meetings.model import Meeting
from linyue.people import sms
from linyue.people.model import Person
from linyue.people.service import phone_of
from linyue.questions import writer
from linyue.questions.service_views import result_view
from linyue.resolutions import service, service_read
from linyue.resolutions.model import Resolution
from linyue.resolutions.rules import ResolutionRefusal, ResolutionState
from tests.make.people import actor_for, make_person
from tests.make.resolutions import Decided, make_decided

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ballot_box(db: Settings):
    yield
    await writer.stop()


async def promised(made: Decided, days: int = 30) -> Resolution:
    due_on = district_clock.local(district_clock.now() + timedelta(days=days)).date()
    owner = made.here.people["member"].public_id
    return await service.make_resolution(
        made.member, made.question.id, text="请人重做5幢防水层", owner_public_id=owner, due_on=due_on
    )


async def test_an_adopted_result_becomes_a_promise_everybody_can_follow(db: Settings) -> None:
    made = await make_decided()
    assert made.matter.state is MatterState.RESOLVED
    row = await promised(made)
    matter = await Matter.get(id=made.matter.id)
    assert (matter.state, matter.owner_id, matter.due_at) == (MatterState.EXECUTING, row.owner_id, row.due_at)
    view = await result_view(made.question)
    assert view.promise is not None and view.promise.link == f"/resolutions/{row.public_id}"
    told = await Message.filter(person_id=made.here.people["resident"].id).values_list("key", flat=True)
    assert "matters-told-promised" in told
    assert [r.public_id for r, _ in await service_read.recent_promises("/")] == [row.public_id]


async def test_owner_and_date_change_only_in_the_open_and_once_a_version(db: Settings) -> None:
    made = await make_decided()
    row = await promised(made)
    worker = made.here.people["worker"]
    later = district_clock.local(row.due_at + timedelta(days=7)).date()
    await service.change_resolution(
        made.member, row.id, owner_public_id=worker.public_id, due_on=later, reason="等天晴", version=row.version
    )
    matter = await Matter.get(id=made.matter.id)
    assert matter.owner_id == worker.id
    last = await MatterEvent.filter(matter_id=matter.id).order_by("-seq").first()
    assert last is not None and (last.kind, last.text, last.data["is_new_owner"]) == ("promise-changed", "等天晴", True)
    with pytest.raises(Refused) as stale:
        await service.keep_resolution(made.member, row.id, text="好了", version=row.version)
    assert stale.value.reason is ResolutionRefusal.CHANGED_MEANWHILE
    # The worker makes it their own last; those who read of the member's promise read of the change, with name and day.
    row = await Resolution.get(id=row.id)
    member, day = made.here.people["member"], day_text("zh-CN", row.due_at)
    assert await last_told(worker.id) == ("resolutions-told-yours", f"请您来办：请人重做5幢防水层，{day}前办好", True)
    for name, urgent in (("neighbour", False), ("resident", True)):
        key, words, is_urgent = await last_told(made.here.people[name].id)
        assert worker.display_name in words and day in words and is_urgent is urgent, (name, key)
    await service.change_resolution(
        made.member, row.id, owner_public_id=member.public_id, due_on=later, reason="换回来", version=row.version
    )
    assert (await last_told(worker.id))[0] == "resolutions-told-not-yours"


async def last_told(person_id: int) -> tuple[str, str, bool]:
    row = await Message.filter(person_id=person_id).order_by("-id").first()
    assert row is not None
    return row.key, t("zh-CN", row.key, **args_in("zh-CN", row.args)), row.is_urgent


async def test_a_kept_promise_asks_the_reporter_to_rate_it(db: Settings) -> None:
    made = await make_decided()
    row = await promised(made)
    await service.keep_resolution(made.member, row.id, text="防水层重做了，楼道里有照片", version=row.version)
    row = await Resolution.get(id=row.id)
    matter = await Matter.get(id=made.matter.id)
    assert (row.state, matter.state) == (ResolutionState.KEPT, MatterState.COMPLETED)
    with pytest.raises(Refused) as again:
        await service.keep_resolution(made.member, row.id, text="又好了", version=row.version)
    assert again.value.reason is ResolutionRefusal.ALREADY_KEPT


async def test_a_result_that_did_not_pass_promises_nothing(db: Settings) -> None:
    made = await make_decided("against")
    assert made.matter.state is MatterState.ACCEPTED
    with pytest.raises(Refused) as refused:
        await promised(made)
    assert refused.value.reason is ResolutionRefusal.NOT_ADOPTED


async def test_one_result_makes_one_promise_and_needs_a_known_owner(db: Settings) -> None:
    made = await make_decided()
    due_on = district_clock.local(district_clock.now() + timedelta(days=3)).date()
    with pytest.raises(Refused) as nobody:
        await service.make_resolution(made.member, made.question.id, text="修", owner_public_id="x", due_on=due_on)
    assert (nobody.value.reason, nobody.value.field) == (ResolutionRefusal.NO_OWNER, "owner")
    await promised(made)
    with pytest.raises(Refused) as twice:
        await promised(made, days=40)
    assert twice.value.reason is ResolutionRefusal.ALREADY_MADE


async def test_the_council_the_desk_and_the_firm_can_carry_it(db: Settings) -> None:
    made = await make_decided()
    await Meeting.filter(id=made.question.meeting_id).update(place_id=made.here.tree.compound.id)
    carriers = await service_read.carriers_for(made.question.meeting_id)
    names = {carrier.name for carrier in carriers}
    assert {made.here.people["member"].display_name, made.here.people["worker"].display_name} <= names
    assert len({carrier.public_id for carrier in carriers}) == len(carriers)


async def test_everybody_who_took_part_is_told_of_result_and_promise(db: Settings) -> None:
    made = await make_decided()
    await promised(made)
    told = await Message.filter(person_id=made.here.people["neighbour"].id).values_list("key", flat=True)
    assert {"questions-told-published", "resolutions-told-made"} <= set(told)


async def test_a_promise_reaches_each_followers_phone_once_in_their_language(
    db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inbox's line goes through the outbox and the adapter to the gateway; nobody without a phone is written to."""
    made = await make_decided()
    reporter = made.here.people["resident"]
    foreigner = await make_person("Ann", lang="en")
    phoneless = await make_person("二楼老王", phone="")
    for person in (foreigner, phoneless):
        await follow(await actor_for(person), made.matter.id)
    while await queue.run_due():  # what earlier steps had to say
        pass
    sent: list[tuple[str, str]] = []

    async def gateway(phone: str, text: str) -> None:
        sent.append((phone, text))

    monkeypatch.setattr(notify, "_send_sms", None)  # both as they were afterwards
    monkeypatch.setattr(sms, "_gateway", sms.drop)
    await sms.start(db)
    sms.plug(gateway)
    await promised(made)
    assert sent == []  # nothing leaves inside the step itself
    while await queue.run_due():
        pass
    assert (await last_told(phoneless.id))[2], "the line stands in the inbox of those without a phone too"
    voter = made.here.people["neighbour"]  # took part and follows nothing
    told = ((reporter, "zh-CN", "matters-told-promised"), (foreigner, "en", "matters-told-promised"))
    wanted = []
    for person, lang, key in (*told, (voter, "zh-CN", "resolutions-told-made")):
        row = await Message.get(person_id=person.id, key=key, is_urgent=True)
        wanted.append((phone_of(await Person.get(id=person.id)), t(lang, key, **args_in(lang, row.args))))
    assert sorted(sent) == sorted(wanted), "one text for each phone"
    assert made.matter.number in wanted[0][1] and wanted[1][1].startswith("It is settled")
