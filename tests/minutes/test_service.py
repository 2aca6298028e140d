"""Minutes from draft to publication: versions, signatures, races, what they say of the meeting."""

import asyncio

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.meetings.rules import MeetingRefusal, MeetingState
from linyue.meetings.rules_plan import Office
from linyue.meetings.service import give_office
from linyue.minutes import service, service_read
from linyue.minutes.model import Minutes, MinutesSignature, MinutesVersion
from linyue.minutes.rules import Capacity, MinutesRefusal, MinutesState
from linyue.people.model import Person
from linyue.questions import service_void, writer
from tests.make.meetings import make_meeting
from tests.make.minutes import make_held

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def ballot_box(db: Settings):
    yield
    await writer.stop()


async def refusal(step: object) -> Refused:
    with pytest.raises(Refused) as refused:
        await step  # type: ignore[misc]
    return refused.value


async def test_minutes_draft_themselves_from_what_happened(db: Settings) -> None:
    held = await make_held()
    facts = (await service_read.version_of(held.minutes)).facts
    head = facts["head"]
    assert sum(head["came"].values()) >= 3 and head["came"]["hall"] == 1 and head["entitled"] == 5
    assert {one["office"] for one in head["offices"]} == {"chair", "recorder"}
    assert [group["note"] for group in facts["groups"]] == ["5幢漏得最重\n先修5幢"]
    assert facts["groups"][0]["points"] == [{"stance": "for", "text": "天沟也要一起清"}]
    assert [one["person"] for one in facts["speakers"]] == [held.hall.neighbours[1].person_id]
    (asked,) = facts["questions"]
    assert asked["result"]["counts"] == {"for": 2, "against": 0, "abstain": 0}
    assert asked["by_channel"] == {"online": 2} and asked["chain_entries"] == held.question.chain_seq
    told = await Message.filter(person_id=held.recorder.person_id).values_list("key", flat=True)
    assert "minutes-told-drafted" in told


async def test_one_draft_a_meeting_and_none_before_its_end(db: Settings) -> None:
    hall = await make_meeting()
    assert (await refusal(service.draft_minutes(hall.chair, hall.meeting.id))).reason is MinutesRefusal.NOT_ENDED
    held = await make_held()
    both = await asyncio.gather(*(service.draft_minutes(held.chair, held.hall.meeting.id) for _ in range(2)))
    assert {row.id for row in both} == {held.minutes.id} and await Minutes.all().count() == 1


async def test_the_clock_drafts_what_nobody_drafted(db: Settings) -> None:
    hall = await make_meeting(MeetingState.ENDED)
    assert await service.sweep() == 1 and await service.sweep() == 0
    assert await Minutes.filter(meeting_id=hall.meeting.id).exists()


async def test_each_edit_is_a_version_and_the_drafted_words_can_come_back(db: Settings) -> None:
    held = await make_held()
    await service.edit_section(held.recorder, held.minutes.id, "talk", "大家说先修5幢。", 1)
    await service.edit_section(held.chair, held.minutes.id, "remarks", "散会时有人问保修。", 2)
    row = await service.edit_section(held.recorder, held.minutes.id, "talk", "", 3)
    assert (row.number, row.texts) == (4, {"remarks": "散会时有人问保修。"})
    rows = await service_read.versions_of(held.minutes)
    assert [(one.number, one.section) for one, _, _ in rows] == [(4, "talk"), (3, "remarks"), (2, "talk"), (1, "")]
    same = service.edit_section(held.recorder, held.minutes.id, "talk", "", 4)
    assert (await refusal(same)).reason is MinutesRefusal.NO_CHANGE
    nowhere = service.edit_section(held.recorder, held.minutes.id, "question:none", "好", 4)
    assert (await refusal(nowhere)).reason is MinutesRefusal.NO_SECTION


async def test_a_second_editor_is_told_who_changed_what(db: Settings) -> None:
    held = await make_held()
    await service.edit_section(held.recorder, held.minutes.id, "talk", "先写的", 1)
    late = await refusal(service.edit_section(held.chair, held.minutes.id, "talk", "后写的", 1))
    assert late.reason is MinutesRefusal.CHANGED_MEANWHILE
    assert (late.args_for_text["who"], late.args_for_text["version"]) == ("桂花树下", 2)
    other = await service.edit_section(held.chair, held.minutes.id, "remarks", "不碍事", 1)
    assert other.texts == {"talk": "先写的", "remarks": "不碍事"}


async def test_two_editors_at_once_make_two_versions_or_one_refusal(db: Settings) -> None:
    held = await make_held()
    steps = [
        service.edit_section(who, held.minutes.id, "talk", text, 1)
        for who, text in ((held.chair, "甲"), (held.recorder, "乙"))
    ]
    ends = await asyncio.gather(*steps, return_exceptions=True)
    refused = [end for end in ends if isinstance(end, Refused)]
    assert len(refused) == 1 and refused[0].reason is MinutesRefusal.CHANGED_MEANWHILE
    assert (await held.fresh()).version == 2 == await MinutesVersion.filter(minutes_id=held.minutes.id).count()


async def test_the_last_signature_publishes_and_then_only_addenda(db: Settings) -> None:
    held = await make_held()
    first = await service.sign(held.chair, held.minutes.id, 1)
    assert first.state is MinutesState.DRAFT
    assert (await refusal(service.sign(held.chair, held.minutes.id, 1))).reason is MinutesRefusal.SIGNED
    stranger = service.sign(held.hall.stranger, held.minutes.id, 1)
    assert (await refusal(stranger)).reason is MinutesRefusal.NOT_A_SIGNER
    done = await service.sign(held.recorder, held.minutes.id, 1)
    assert done.state is MinutesState.PUBLISHED and done.published_at is not None
    told = await Message.filter(person_id=held.hall.neighbours[2].person_id).values_list("key", flat=True)
    assert "minutes-told-published" in told
    for step in (
        service.edit_section(held.recorder, held.minutes.id, "talk", "再改", 1),
        service.bring_up_to_date(held.recorder, held.minutes.id, 1),
        service.sign(held.recorder, held.minutes.id, 1),
    ):
        assert (await refusal(step)).reason is MinutesRefusal.FROZEN
    await service.add_addendum(held.recorder, held.minutes.id, "到会人数应是四人。")
    await service.add_addendum(held.chair, held.minutes.id, "地点是二楼。")
    assert [one.number for one in await service_read.addenda_of(held.minutes)] == [1, 2]


async def test_a_signature_does_not_outlive_an_edit(db: Settings) -> None:
    held = await make_held()
    await service.sign(held.chair, held.minutes.id, 1)
    await service.edit_section(held.recorder, held.minutes.id, "remarks", "补一句", 1)
    late = service.sign(held.recorder, held.minutes.id, 1)
    assert (await refusal(late)).reason is MinutesRefusal.OTHER_VERSION
    after = await service.sign(held.recorder, held.minutes.id, 2)
    assert after.state is MinutesState.DRAFT
    assert (await service.sign(held.chair, held.minutes.id, 2)).state is MinutesState.PUBLISHED


async def test_a_witness_must_sign_where_there_was_one(db: Settings) -> None:
    held = await make_held()
    # Offices are fixed when the meeting ends, so the witness is entered as the door would have done before.
    from_before = held.hall.neighbours[2].person_id
    assert from_before is not None
    witness = await Person.get(id=from_before)
    late = give_office(held.chair, held.hall.meeting.id, witness.public_id, Office.WITNESS)
    assert (await refusal(late)).reason is MeetingRefusal.ENDED
    await service.MeetingOffice.create(meeting_id=held.hall.meeting.id, person_id=from_before, office=Office.WITNESS)
    await service.sign(held.chair, held.minutes.id, 1)
    assert (await service.sign(held.recorder, held.minutes.id, 1)).state is MinutesState.DRAFT
    assert (await service_read.still_missing(await held.fresh())).offices == (Office.WITNESS,)
    done = await service.sign(held.hall.neighbours[2], held.minutes.id, 1)
    assert done.state is MinutesState.PUBLISHED
    capacities = await MinutesSignature.filter(minutes_id=done.id).order_by("id").values_list("capacity", flat=True)
    assert list(capacities) == [Capacity.CHAIR, Capacity.RECORDER, Capacity.WITNESS]


async def test_two_last_signatures_at_once_publish_once(db: Settings) -> None:
    held = await make_held()
    await asyncio.gather(*(service.sign(who, held.minutes.id, 1) for who in (held.chair, held.recorder)))
    assert (await held.fresh()).state is MinutesState.PUBLISHED
    told = Message.filter(person_id=held.hall.neighbours[2].person_id, key="minutes-told-published")
    assert await told.count() == 1


async def test_a_sign_and_an_edit_at_once_never_publish_unread_words(db: Settings) -> None:
    held = await make_held()
    await service.sign(held.chair, held.minutes.id, 1)
    ends = await asyncio.gather(
        service.sign(held.recorder, held.minutes.id, 1),
        service.edit_section(held.recorder, held.minutes.id, "remarks", "补一句", 1),
        return_exceptions=True,
    )
    fresh = await held.fresh()
    reasons = {end.reason for end in ends if isinstance(end, Refused)}
    if fresh.state is MinutesState.PUBLISHED:
        assert (fresh.version, reasons) == (1, {MinutesRefusal.FROZEN})
    else:
        assert (fresh.version, reasons) == (2, {MinutesRefusal.OTHER_VERSION})


async def test_facts_are_brought_up_to_date_without_touching_the_words(db: Settings) -> None:
    held = await make_held()
    await service.edit_section(held.recorder, held.minutes.id, "remarks", "补一句", 1)
    nothing = service.bring_up_to_date(held.recorder, held.minutes.id, 2)
    assert (await refusal(nothing)).reason is MinutesRefusal.NO_CHANGE
    await service_void.void_question(held.chair, held.question.id, why="名册漏了两户", by=("a" * 64, "b" * 64))
    row = await service.bring_up_to_date(held.recorder, held.minutes.id, 2)
    assert row.facts["questions"][0]["void_reason"] == "名册漏了两户" and row.texts == {"remarks": "补一句"}
