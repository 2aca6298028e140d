"""A dispute through the services, on both databases: from the request to both signatures, and every way it can end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.model import AuditEntry, Message
from linyue.base.policy import NOBODY, Role, allow
from linyue.base.settings import Settings
from linyue.base.workdays import local_day
from linyue.councils import service_rules
from linyue.councils.rules_district import DEFAULT
from linyue.mediation import service, service_paper, service_views
from linyue.mediation.model import Dispute, DisputeAgreement, DisputeEntry, DisputeParty, PaperParty
from linyue.mediation.rules import DISSUADE_EACH, DisputeKind, DisputeState, MediationRefusal, Side
from linyue.people import service_own
from linyue.people.model import Person
from linyue.upkeep.doctor_oversight import consent_before_agreement
from tests.conftest import MovableClock
from tests.make.matters import make_neighbourhood
from tests.make.mediation import Quarrel, make_quarrel
from tests.make.people import actor_for, make_person

R = MediationRefusal


@pytest.fixture(autouse=True)
async def no_limits(db: Settings) -> AsyncIterator[None]:
    yield
    await ratelimit.reset()


async def reason_of(call: object) -> object:
    with pytest.raises(Refused) as refused:
        await call  # type: ignore[misc]
    return refused.value.reason


async def test_from_the_request_to_both_signatures(db: Settings, clock: MovableClock) -> None:
    made = await make_quarrel()
    opener, other, mediator = made.opener, made.other, made.mediator
    starts = district_clock.now() + timedelta(hours=5)
    early = service.call_meeting(mediator, made.id, starts, "小会议室", await made.version())
    assert await reason_of(early) is R.NOT_NOW
    assert await reason_of(service.write_agreement(mediator, made.id, "约定", await made.version())) is R.NOT_NOW
    assert await service.consent(other, made.id, await made.version(), yes=True) is DisputeState.READY
    unheard = service.call_meeting(mediator, made.id, starts, "小会议室", await made.version())
    assert await reason_of(unheard) is R.NOT_HEARD
    await service.give_account(other, made.id, Side.OTHER, "十一点前都睡了。", await made.version())
    await service.call_meeting(mediator, made.id, starts, "小会议室", await made.version())
    assert await reason_of(service.write_agreement(mediator, made.id, "约定", await made.version())) is R.NOT_MET
    clock.move(hours=6)
    await service.write_agreement(mediator, made.id, "晚十点后不拖椅子。", await made.version())
    assert await service.sign(opener, made.id, 1, await made.version()) is DisputeState.READY
    await service.write_agreement(mediator, made.id, "晚十点后不拖椅子，椅脚贴垫。", await made.version())
    assert await reason_of(service.sign(other, made.id, 1, await made.version())) is R.OLD_VERSION
    assert await service.sign(other, made.id, 2, await made.version()) is DisputeState.READY
    assert await reason_of(service.sign(other, made.id, 2, await made.version())) is R.SIGNED_ALREADY
    assert await service.sign(opener, made.id, 2, await made.version()) is DisputeState.SETTLED
    row = await Dispute.get(id=made.id)
    assert row.due_at is None and row.ended_at is not None
    assert (await consent_before_agreement(db))[1] == []
    assert await Message.filter(person_id=opener.person_id, key="mediation-told-settled").count() == 0
    assert await Message.filter(person_id=other.person_id, key="mediation-told-settled").count() == 1


async def test_only_parties_the_mediator_and_the_desk_may_read(db: Settings) -> None:
    made = await make_quarrel()
    row = await service_views.dispute_by_public_id((await Dispute.get(id=made.id)).public_id)
    scope = await service_views.scope_of(row)
    here = made.here
    can = {who: allow(await here.actor(who), "mediation.read", scope) for who in here.people}
    assert {who for who, may in can.items() if may} == {"resident", "neighbour", "member", "worker", "worker2"}
    assert not allow(await actor_for(made.members[1]), "mediation.read", scope)
    overseer = await make_person("监督员", role=Role.OVERSIGHT_COMMITTEE, place=here.tree.community)
    assert not allow(await actor_for(overseer), "mediation.read", scope)


async def test_nobody_mediates_their_own_or_their_households_quarrel(db: Settings) -> None:
    here = await make_neighbourhood()
    resident = await here.actor("resident")
    row = await service.ask_for_mediator(resident, DisputeKind.NOISE, "楼上", "半夜拖椅子", resident.homes[0])
    housemate = await make_person("同住", home=here.tree.units[0], role=Role.STANDING_MEMBER, place=here.tree.compound)
    assert await reason_of(service.take(await actor_for(housemate), row.id, 1)) is R.SAME_HOME
    assert await reason_of(service.take(resident, row.id, 1)) is R.NOT_YOURS
    assert await reason_of(service.take(await here.actor("far_worker"), row.id, 1)) is R.NOT_YOURS
    worker = await here.actor("worker")
    await service.take(worker, row.id, 1)
    row = await Dispute.get(id=row.id)
    assert row.mediator_id == worker.person_id and row.state is DisputeState.CONSENT
    assert await reason_of(service.name_party(worker, row.id, "13900000000", row.version)) is R.NO_PERSON
    mine = (await here.actor("resident")).person_id
    resident_row = here.people["resident"]
    assert mine == resident_row.id
    assert await reason_of(service.name_party(worker, row.id, resident_row.public_id, row.version)) is R.NAMED_ALREADY


async def test_either_side_may_refuse_or_stop(db: Settings) -> None:
    made = await make_quarrel()
    assert await reason_of(service.consent(made.opener, made.id, await made.version(), yes=True)) is R.SAID_ALREADY
    await service.consent(made.other, made.id, await made.version(), yes=True)
    after = await service.consent(made.opener, made.id, await made.version(), yes=False)
    assert after is DisputeState.DECLINED and (await Dispute.get(id=made.id)).due_at is None
    again = service.consent(made.other, made.id, await made.version(), yes=True)
    assert await reason_of(again) is R.NOT_NOW
    today = local_day(district_clock.now())
    worker = await made.here.actor("worker")
    await service.dissuade(worker, made.id, today, Side.OTHER, "当面劝过，请晚上轻一点。", await made.version())
    entry = await DisputeEntry.get(dispute_id=made.id, kind="dissuaded")
    assert entry.happened_on == today and entry.side == "other"
    wrong = service.dissuade(worker, made.id, today + timedelta(days=1), Side.OTHER, "劝过", await made.version())
    assert await reason_of(wrong) is R.DAY_WRONG


async def test_who_dissuaded_writes_it_down_and_reads_nothing(db: Settings) -> None:
    here = await make_neighbourhood()
    resident, today = await here.actor("resident"), local_day(district_clock.now())
    row = await service.ask_for_mediator(resident, DisputeKind.NOISE, "楼上", "半夜拖椅子", resident.homes[0])
    at = {
        Role.GRID_WORKER: here.tree.community,
        Role.PROPERTY_FIRM: here.tree.compound,
        Role.OWNERS_COMMITTEE: here.tree.compound,
        Role.STANDING_MEMBER: here.tree.compound,
    }
    scope = await service_views.scope_of(await service_views.dispute_by_public_id(row.public_id))
    for role, place in at.items():
        who = await actor_for(await make_person("某人", role=role, place=place))
        assert allow(who, "mediation.dissuade", scope) and not allow(who, "mediation.read", scope)
        assert [one.id for one in await service_views.to_dissuade(who)] == [row.id]
        version = (await Dispute.get(id=row.id)).version
        await service.dissuade(who, row.id, today, Side.OTHER, "上门劝过", version)
    written = await DisputeEntry.filter(kind="dissuaded").order_by("id").values_list("capacity", flat=True)
    assert written == ["grid", "property", "owners", "council"]
    assert await Message.filter(person_id=resident.person_id, key="mediation-told-dissuaded").count() == 4
    version = (await Dispute.get(id=row.id)).version
    elsewhere = await make_person("别处物业", role=Role.PROPERTY_FIRM, place=here.tree.other_community)
    stranger = service.dissuade(await actor_for(elsewhere), row.id, today, Side.OTHER, "劝过", version)
    assert (
        await reason_of(stranger) is R.NOT_YOURS and await service_views.to_dissuade(await actor_for(elsewhere)) == []
    )
    roles = {"role": Role.OWNERS_COMMITTEE, "place": here.tree.compound}
    housemate = await actor_for(await make_person("同住", home=here.tree.units[0], **roles))
    same = service.dissuade(housemate, row.id, today, Side.OTHER, "劝过", version)
    assert await reason_of(same) is R.LIVES_WITH_PARTY
    await service.withdraw(resident, row.id, version)
    over = service.dissuade(await here.actor("worker"), row.id, today, Side.OTHER, "劝过", version + 1)
    assert await reason_of(over) is R.NOT_NOW


async def test_a_neighbour_without_an_account_takes_part_on_paper(db: Settings, clock: MovableClock) -> None:
    here = await make_neighbourhood()
    opener, mediator, desk = [await here.actor(who) for who in ("resident", "member", "worker")]
    row = await service.ask_for_mediator(opener, DisputeKind.NOISE, "楼上", "半夜拖椅子", opener.homes[0])

    async def version() -> int:
        return (await Dispute.get(id=row.id)).version

    await service.take(mediator, row.id, 1)
    party = await service_paper.name_on_paper(mediator, row.id, "702室李阿姨", await version())
    assert await reason_of(service_paper.name_on_paper(opener, row.id, "某人", await version())) is R.NOT_YOURS
    early = service.give_account(mediator, row.id, Side.OTHER, "听说的", await version())
    assert await reason_of(early) is R.SIDE_SILENT
    silent = service_paper.enter_consent(mediator, row.id, party.id, await version(), " ", yes=True)
    assert await reason_of(silent) is R.NO_TEXT
    after = await service_paper.enter_consent(desk, row.id, party.id, await version(), "今天当面说愿意", yes=True)
    assert after is DisputeState.READY
    again = service_paper.enter_consent(mediator, row.id, party.id, await version(), "愿意", yes=True)
    assert await reason_of(again) is R.SAID_ALREADY
    await service.give_account(mediator, row.id, Side.OTHER, "十点前就睡了", await version())
    starts = district_clock.now() + timedelta(hours=5)
    await service.call_meeting(mediator, row.id, starts, "小会议室", await version())
    clock.move(hours=6)
    await service.write_agreement(mediator, row.id, "晚十点后不拖椅子。", await version())
    assert await service.sign(opener, row.id, 1, await version()) is DisputeState.READY
    assert (
        await reason_of(service_paper.enter_signature(desk, row.id, party.id, 2, await version(), "当面签的"))
        is R.OLD_VERSION
    )
    wordless = service_paper.enter_signature(desk, row.id, party.id, 1, await version(), " ")
    assert await reason_of(wordless) is R.NO_TEXT
    after = await service_paper.enter_signature(mediator, row.id, party.id, 1, await version(), "当面签的")
    assert after is DisputeState.SETTLED and (await consent_before_agreement(db))[1] == []
    assert await Message.filter(person_id=opener.person_id, key="mediation-told-settled").count() == 1


async def paper_party_of(made: Quarrel) -> int:
    """A neighbour without an account on the other side; the neighbour with one has consented."""
    party = await service_paper.name_on_paper(made.mediator, made.id, "702室李阿姨", await made.version())
    await service.consent(made.other, made.id, await made.version(), yes=True)
    return party.id


async def test_whoever_lives_with_a_party_enters_nothing_for_a_neighbour_on_paper(db: Settings) -> None:
    made = await make_quarrel()
    party, tree = await paper_party_of(made), made.here.tree
    at_home = await make_person("同住", home=tree.units[0], role=Role.SOCIAL_WORKER, place=tree.community)
    housemate, version = await actor_for(at_home), await made.version()
    for yes in (True, False):
        said = service_paper.enter_consent(housemate, made.id, party, version, "当面说的", yes=yes)
        assert await reason_of(said) is R.LIVES_WITH_PARTY
    await service_paper.enter_consent(made.mediator, made.id, party, version, "当面说愿意", yes=True)
    await Dispute.filter(id=made.id).update(agreement_version=1)
    signed = service_paper.enter_signature(housemate, made.id, party, 1, await made.version(), "签了")
    assert await reason_of(signed) is R.LIVES_WITH_PARTY
    assert await DisputeEntry.filter(dispute_id=made.id, author_id=at_home.id).count() == 0


async def test_the_account_of_a_side_goes_with_its_person(db: Settings) -> None:
    made = await make_quarrel()
    await service.consent(made.other, made.id, await made.version(), yes=True)
    await service.give_account(made.mediator, made.id, Side.OTHER, "十点前就睡了", await made.version())
    await service.give_account(made.opener, made.id, Side.OPENER, "昨晚又拖", await made.version())
    await service_own.erase_own(made.other)
    said = await DisputeEntry.filter(kind="heard").order_by("id").values_list("text", flat=True)
    assert said == ["", "昨晚又拖"]


async def test_what_a_mediator_wrote_down_for_others_outlives_the_mediators_account(db: Settings) -> None:
    made = await make_quarrel()
    party = await paper_party_of(made)
    await service.give_account(made.mediator, made.id, Side.OTHER, "十点前就睡了", await made.version())
    await service_paper.enter_consent(made.mediator, made.id, party, await made.version(), "当面说愿意", yes=True)
    await service_paper.enter_consent(made.mediator, made.id, party, await made.version(), "电话里说不谈了", yes=False)
    assert made.mediator.person_id is not None
    await service.forget_person(made.mediator.person_id)
    kept = await DisputeEntry.filter(dispute_id=made.id).exclude(text="").order_by("id").values_list("text", flat=True)
    assert kept == ["半夜拖椅子，睡不着。", "十点前就睡了", "当面说愿意", "电话里说不谈了"]
    await service_own.erase_own(made.other)
    assert await DisputeEntry.filter(kind="heard", text="十点前就睡了").exists(), "one of that side is still there"


async def test_a_suspended_neighbour_has_not_gone(db: Settings) -> None:
    made = await make_quarrel()
    await service.consent(made.other, made.id, await made.version(), yes=True)
    await service.give_account(made.other, made.id, Side.OTHER, "十点前就睡了", await made.version())
    partner = await make_person("七楼的另一位")
    await DisputeParty.create(dispute_id=made.id, person_id=partner.id, side=Side.OTHER)
    await Person.filter(id=made.other.person_id).update(is_active=False)
    await service_own.erase_own(await actor_for(partner))
    assert await DisputeEntry.filter(kind="heard", text="十点前就睡了").exists()
    assert (await Dispute.get(id=made.id)).other == "楼上702室"


async def test_the_desk_takes_out_the_name_of_a_neighbour_on_paper(db: Settings) -> None:
    made = await make_quarrel()
    party, desk = await paper_party_of(made), await made.here.actor("worker")
    told = "702室李阿姨当面说愿意"
    await service_paper.enter_consent(made.mediator, made.id, party, await made.version(), told, yes=True)
    heard = "702室李阿姨说，十点前就睡了"
    await service.give_account(made.mediator, made.id, Side.OTHER, heard, await made.version())
    await DisputeAgreement.create(
        dispute_id=made.id, number=1, text="702室李阿姨铺地毯", written_at=district_clock.now()
    )
    early = service_paper.forget_on_paper(desk, made.id, party, await made.version(), "书面申请")
    assert await reason_of(early) is R.NOT_NOW
    await service_paper.enter_consent(desk, made.id, party, await made.version(), "不谈了", yes=False)
    version = await made.version()
    for who, words, why in ((made.mediator, "书面申请", R.NOT_YOURS), (desk, " ", R.NO_TEXT)):
        assert await reason_of(service_paper.forget_on_paper(who, made.id, party, version, words)) is why
    await service_paper.forget_on_paper(desk, made.id, party, version, "702室李阿姨的书面申请")
    row = await PaperParty.get(id=party)
    assert (row.name, row.side, row.has_consented) == ("", Side.OTHER, False)
    texts = await DisputeEntry.filter(dispute_id=made.id).exclude(text="").order_by("id").values_list("text", flat=True)
    assert texts == ["半夜拖椅子，睡不着。", "***当面说愿意", "***说，十点前就睡了", "不谈了", "***的书面申请"]
    assert (await DisputeAgreement.get(dispute_id=made.id)).text == "***铺地毯", "nobody had signed it"
    assert await AuditEntry.filter(action="mediation.name_removed", actor_id=desk.person_id).count() == 1
    assert desk.person_id is not None
    await service.forget_person(desk.person_id)
    assert await DisputeEntry.filter(dispute_id=made.id, text="***的书面申请").exists(), "where the request lies stays"
    again = service_paper.forget_on_paper(desk, made.id, party, await made.version(), "书面申请")
    assert await reason_of(again) is R.FORGOTTEN_ALREADY
    assert (await Dispute.get(id=made.id)).other == "楼上702室", "the neighbour with an account is still there"
    await service_own.erase_own(made.other)
    assert (await Dispute.get(id=made.id)).other == "—"
    assert not await DisputeEntry.filter(kind="heard").exclude(text="").exists(), "nobody of that side is left"


async def test_a_signed_agreement_outlives_the_name(db: Settings) -> None:
    made = await make_quarrel()
    party, desk = await paper_party_of(made), await made.here.actor("worker")
    await DisputeAgreement.create(
        dispute_id=made.id, number=1, text="702室李阿姨铺地毯", written_at=district_clock.now()
    )
    await Dispute.filter(id=made.id).update(state=DisputeState.SETTLED, agreement_version=1, venue="702室李阿姨家")
    await PaperParty.filter(id=party).update(has_consented=True, signed_version=1)
    await service_paper.forget_on_paper(desk, made.id, party, await made.version(), "书面申请")
    assert (await DisputeAgreement.get(dispute_id=made.id)).text == "702室李阿姨铺地毯"
    assert (await PaperParty.get(id=party)).signed_version == 1
    assert (await Dispute.get(id=made.id)).venue == "***家"


async def test_no_meeting_is_called_on_an_account_without_words(db: Settings) -> None:
    made = await make_quarrel()
    await service.consent(made.other, made.id, await made.version(), yes=True)
    await service.give_account(made.other, made.id, Side.OTHER, "十点前就睡了", await made.version())
    await service_own.erase_own(made.other)
    starts = district_clock.now() + timedelta(hours=5)
    unheard = service.call_meeting(made.mediator, made.id, starts, "小会议室", await made.version())
    assert await reason_of(unheard) is R.NOT_HEARD
    await service_own.erase_own(made.opener)
    assert await service.heard_in(await Dispute.get(id=made.id)) == frozenset()


async def test_dissuasion_is_bounded_and_leaves_open_forms_alone(db: Settings) -> None:
    made = await make_quarrel()
    today, version = local_day(district_clock.now()), await made.version()
    grid = await actor_for(await make_person("网格员", role=Role.GRID_WORKER, place=made.here.tree.community))
    for n in range(DISSUADE_EACH):
        await service.dissuade(grid, made.id, today, Side.OTHER, f"上门劝过{n}", version)
    more = service.dissuade(grid, made.id, today, Side.OTHER, "上门劝过", version)
    assert await reason_of(more) is R.DISSUADED_OFTEN
    told = await Message.filter(person_id=made.opener.person_id, key="mediation-told-dissuaded")
    assert len(told) == DISSUADE_EACH and not any(line.is_urgent for line in told)
    await service.consent(made.other, made.id, version, yes=True)
    stale = service.dissuade(made.mediator, made.id, today, Side.OTHER, "上门劝过", version)
    assert await reason_of(stale) is R.CHANGED_MEANWHILE


async def test_a_form_that_is_sent_twice_is_there_once(db: Settings) -> None:
    made = await make_quarrel()
    today, version = local_day(district_clock.now()), await made.version()
    grid = await actor_for(await make_person("网格员", role=Role.GRID_WORKER, place=made.here.tree.community))
    for _ in range(2):
        await service.dissuade(grid, made.id, today, Side.OTHER, "上门劝过", version)
    assert await Message.filter(person_id=made.opener.person_id, key="mediation-told-dissuaded").count() == 1
    for who, day, side in (
        (made.mediator, today, Side.OTHER),
        (grid, today - timedelta(days=1), Side.OTHER),
        (grid, today, Side.OPENER),
    ):
        await service.dissuade(who, made.id, day, side, "上门劝过", version)
    assert await DisputeEntry.filter(kind="dissuaded").count() == 4, "another's, another day's, to another side"
    asked = [
        await service.ask_for_mediator(made.opener, DisputeKind.LEAK, "楼上", words, made.opener.homes[0])
        for words in ("漏水", "漏水", "又漏水")
    ]
    assert asked[0].id == asked[1].id != asked[2].id
    await service.withdraw(made.opener, asked[0].id, 1)
    anew = await service.ask_for_mediator(made.opener, DisputeKind.LEAK, "楼上", "漏水", made.opener.homes[0])
    assert anew.id != asked[0].id, "what was taken back can be asked anew"


async def test_nobody_writes_more_dissuasions_in_a_day_than_they_could_have_made(db: Settings) -> None:
    made = await make_quarrel()
    grid = await actor_for(await make_person("网格员", role=Role.GRID_WORKER, place=made.here.tree.community))
    tries = int(service.DISSUADE_LIMIT.split("/")[0])
    today = local_day(district_clock.now())
    for _ in range(tries):
        assert await reason_of(service.dissuade(grid, made.id, today, Side.OTHER, " ", 1)) is not R.TOO_FAST
    assert await reason_of(service.dissuade(grid, made.id, today, Side.OTHER, "劝过", 1)) is R.TOO_FAST


async def test_it_ends_without_agreement_or_is_withdrawn(db: Settings) -> None:
    one, two = await make_quarrel(), None
    await service.fail(one.mediator, one.id, "谈不拢，可以找人民调解委员会。", await one.version())
    assert (await Dispute.get(id=one.id)).state is DisputeState.FAILED
    two = await service.ask_for_mediator(one.opener, DisputeKind.LEAK, "楼上", "漏水", one.opener.homes[0])
    assert await reason_of(service.withdraw(one.mediator, two.id, 1)) is R.NOT_YOURS
    await service.withdraw(one.opener, two.id, 1)
    assert (await Dispute.get(id=two.id)).state is DisputeState.WITHDRAWN
    figures = await service_views.figures_of(one.here.tree.compound)
    assert (figures.total, figures.states[DisputeState.FAILED], figures.kinds[DisputeKind.LEAK]) == (2, 1, 1)


async def test_what_is_late_is_told_by_number_only(db: Settings, clock: MovableClock) -> None:
    made = await make_quarrel()
    clock.move(days=40)
    assert await service_views.late_in(made.here.tree.district.path).count() == 1
    assert [await service.sweep(district_clock.now()) for _ in range(2)] == [1, 0]
    told = await Message.filter(key="mediation-told-late")
    people = {m.person_id for m in told}
    assert {made.mediator.person_id, made.here.people["worker"].id, made.here.people["supervisor"].id} <= people
    assert all(set(m.args) == {"number"} for m in told)
    assert {m.link for m in told if m.person_id == made.here.people["supervisor"].id} == {"/board"}


async def test_somebody_may_have_three_running_and_takes_their_words_along(db: Settings) -> None:
    here = await make_neighbourhood()
    resident = await here.actor("resident")
    for n in range(3):
        await service.ask_for_mediator(resident, DisputeKind.NOISE, "楼上", f"半夜拖椅子{n}", resident.homes[0])
    more = service.ask_for_mediator(resident, DisputeKind.NOISE, "楼上", "又拖", resident.homes[0])
    assert await reason_of(more) is R.TOO_MANY
    await service_rules.change_rules(NOBODY, replace(DEFAULT, open_disputes=4), "", 0)
    await service.ask_for_mediator(resident, DisputeKind.NOISE, "楼上", "又拖", resident.homes[0])
    with pytest.raises(Refused) as often:
        await service.ask_for_mediator(resident, DisputeKind.NOISE, "楼上", "还拖", resident.homes[0])
    assert often.value.args_for_text["most"] == 4
    elsewhere = service.ask_for_mediator(resident, DisputeKind.NOISE, "楼上", "又拖", here.tree.units[3].path)
    assert await reason_of(elsewhere) is R.NO_HOME
    assert "半夜拖椅子" in await service_own.own_data(resident)
    await service_own.erase_own(resident)
    assert {e.text for e in await DisputeEntry.all()} == {""} and {d.other for d in await Dispute.all()} == {"—"}


async def test_two_steps_at_once_leave_one(db: Settings) -> None:
    made: Quarrel = await make_quarrel()
    version = await made.version()
    await service.consent(made.other, made.id, version, yes=True)
    assert await reason_of(service.fail(made.mediator, made.id, "谈不拢", version)) is R.CHANGED_MEANWHILE
    assert await DisputeParty.filter(dispute_id=made.id, has_consented=True).count() == 2
