"""Every way of voting on one roll: one way a person, the desk, paper in batches, hands, proxies, and one count."""

import asyncio
import json
from datetime import timedelta

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import Actor
from linyue.meetings.model import Attendance
from linyue.meetings.rules import Channel as Came
from linyue.questions import service, service_channels, service_paper, service_paper_views, service_proxy, service_views
from linyue.questions.model import Ballot, ChainEntry, Question, RollEntry
from linyue.questions.model_paper import Batch
from linyue.questions.rules import Base, Majority, QuestionState, RuleSpec
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.rules_channels import Channel, ChannelRefusal
from linyue.questions.rules_paper import BatchForm, BatchState, Figures, PaperRefusal, counted, listed
from linyue.questions.rules_proxy import ProxyMatter, ProxyRefusal
from tests.make.questions import Put, make_people, make_question

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]
SCAN = "ab" * 32
CHOICES = ("for", "against", "abstain")


async def tellers() -> tuple[Actor, Actor, Actor]:
    """Three people who count."""
    one, two, three = await make_people(3)
    return Actor(person_id=one), Actor(person_id=two), Actor(person_id=three)


def totals(ayes: int, noes: int = 0, *, issued: int | None = None, spoiled: int = 0, unreturned: int = 0) -> Figures:
    """One entry of the counting form."""
    sheets = ayes + noes + spoiled + unreturned if issued is None else issued
    return counted({"for": ayes, "against": noes, "abstain": 0}, sheets, spoiled, unreturned)


async def refused(step: object) -> Refused:
    """The refusal of a step."""
    with pytest.raises(Refused) as caught:
        await step  # type: ignore[misc]
    return caught.value


async def result_of(put: Put) -> dict[str, object]:
    """Close, and give the stored result; the record holds."""
    question = await service.close_question(put.chair, put.question.id)
    assert await service_views.verify_chain(question.id) == []
    assert question.result is not None
    return question.result


async def posted(put: Put, figures: Figures, channel: Channel = Channel.PAPER, note: str = "") -> Batch:
    """A batch keyed alike by two and posted."""
    one, two, _ = await tellers()
    form = BatchForm.REGISTER if figures.lines else BatchForm.COUNTING
    batch = await service_paper.open_batch(one, put.question.id, channel, form)
    await service_paper.key_batch(one, batch.id, figures)
    await service_paper.key_batch(two, batch.id, figures)
    return await service_paper.post_batch(one, batch.id, note)


async def enter(put: Put, who: int, channel: Channel, choice: str = "for", *, replaces: int = 0) -> object:
    """A vote said to a worker."""
    worker = Actor(person_id=put.chair.person_id)
    send = f"send-{channel}-{who}-{replaces}-{choice}"
    return await service_channels.enter_vote(worker, put.question.id, put.people[who], channel, choice, send, replaces)


async def test_paper_for_somebody_who_voted_online_is_refused_with_the_time() -> None:
    put = await make_question(people=3)
    receipt = await put.cast(0)
    refusal = await refused(service_channels.hand_out(put.chair, put.question.id, put.people[0]))
    assert refusal.reason is ChannelRefusal.VOTED_ONLINE
    assert refusal.args_for_text["at"] == receipt.cast_at
    await service_channels.hand_out(put.chair, put.question.id, put.people[1])
    assert (await refused(put.cast(1))).reason is BallotRefusal.OTHER_CHANNEL
    assert (await refused(enter(put, 1, Channel.DOOR))).reason is ChannelRefusal.OTHER_WAY


async def test_an_online_ballot_is_taken_back_at_the_desk_and_late_old_sends_stay_refused() -> None:
    put = await make_question(people=3)
    await put.cast(0, client_id="first-send")
    await put.cast(0, "against", replaces=1, client_id="second-send")
    assert await service_channels.withdraw(put.chair, put.question.id, put.people[0]) == 2
    question = await Question.get(id=put.question.id)
    assert question.ballots_cast == 0
    assert await service_views.my_ballot(question.id, put.people[0]) is None
    assert (await RollEntry.get(question_id=question.id, person_id=put.people[0])).channel is None
    last = await ChainEntry.filter(question_id=question.id).order_by("-seq").first()
    assert last is not None
    assert (last.kind, json.loads(last.body)["data"]["revision"]) == ("WITHDRAWN", 2)
    for old in (put.cast(0, client_id="late-send-1"), put.cast(0, replaces=1, client_id="late-send-2")):
        assert (await refused(old)).reason is BallotRefusal.TAKEN_BACK
    assert (
        await refused(put.cast(0, "against", replaces=1, client_id="second-send"))
    ).reason is BallotRefusal.TAKEN_BACK
    assert await Message.filter(person_id=put.people[0], key="questions-told-withdrawn").count() == 1
    assert (await service_views.standing_of(question.id, put.people[0])).before == 2
    again = await put.cast(0, "abstain", replaces=2)
    assert again.revision == 3
    await service_channels.withdraw(put.chair, put.question.id, put.people[0])
    await service_channels.hand_out(put.chair, put.question.id, put.people[0])
    assert (await refused(service_channels.withdraw(put.chair, question.id, put.people[0]))).reason is (
        ChannelRefusal.NOTHING_TO_TAKE_BACK
    )
    assert (await result_of(put))["cast"] == 0


async def test_a_worker_enters_what_was_said_and_the_voter_is_told() -> None:
    put = await make_question(people=4)
    for who, channel in enumerate([Channel.DESK, Channel.DOOR, Channel.TELEPHONE]):
        await enter(put, who, channel, "for")
        assert await Message.exists(person_id=put.people[who], key=f"questions-told-entered-{channel}")
    await enter(put, 2, Channel.TELEPHONE, "against", replaces=1)
    stale = await refused(enter(put, 2, Channel.TELEPHONE, "for", replaces=1))
    assert stale.reason is ChannelRefusal.CHANGED_MEANWHILE
    own = service_channels.enter_vote(
        Actor(person_id=put.people[3]), put.question.id, put.people[3], Channel.DESK, "for", "own-send", 0
    )
    assert (await refused(own)).reason is ChannelRefusal.OWN_VOTE
    bodies = [json.loads(row.body)["data"] for row in await ChainEntry.filter(kind="BALLOT").order_by("seq")]
    assert [body["channel"] for body in bodies] == ["desk", "door", "telephone", "telephone"]
    assert all(len(body["by"]) == 64 and body["by"] != body["voter"] for body in bodies)
    result = await result_of(put)
    assert result["counts"] == {"for": 2, "against": 1, "abstain": 0}
    assert result["by_channel"] == {"desk": 1, "door": 1, "telephone": 1}


async def test_the_same_entry_twice_is_one_ballot() -> None:
    put = await make_question(people=2)
    assert await enter(put, 0, Channel.DESK) == await enter(put, 0, Channel.DESK)
    assert await Ballot.all().count() == 1


async def test_two_tellers_key_apart_and_a_difference_blocks_and_is_named() -> None:
    put = await make_question(people=9)
    one, two, three = await tellers()
    for person in put.people[:6]:
        await service_channels.hand_out(one, put.question.id, person)
    batch = await service_paper.open_batch(one, put.question.id, Channel.PAPER, BatchForm.COUNTING)
    await service_paper.key_batch(one, batch.id, totals(3, 2, issued=6, spoiled=1))
    assert (await refused(service_paper.key_batch(one, batch.id, totals(3, 2)))).reason is PaperRefusal.SAME_TELLER
    assert (await refused(service_paper.post_batch(one, batch.id))).reason is PaperRefusal.NOT_AGREED
    held = await service_paper.key_batch(two, batch.id, totals(2, 3, issued=6, spoiled=1))
    assert (held.state, held.differing, held.figures) == (BatchState.DIFFERS, ["for", "against"], None)
    assert (await refused(service_paper.post_batch(one, batch.id))).reason is PaperRefusal.NOT_AGREED
    assert (await refused(service_paper.key_batch(three, batch.id, totals(3, 2)))).reason is PaperRefusal.NO_NOTE
    await service_paper.key_batch(three, batch.id, totals(3, 2, issued=6, spoiled=1), "重新数过，两摞放错一张")
    await service_paper.add_scan(one, batch.id, SCAN)
    await service_paper.post_batch(two, batch.id)
    entry = json.loads((await ChainEntry.get(question_id=put.question.id, kind="BATCH")).body)["data"]
    assert (entry["issued"], entry["returned"], entry["spoiled"], entry["unreturned"]) == (6, 5, 1, 0)
    assert (entry["scans"], entry["note"], len(set(entry["tellers"]))) == ([SCAN], "重新数过，两摞放错一张", 2)
    result = await result_of(put)
    assert (result["counts"], result["cast"]) == ({"for": 3, "against": 2, "abstain": 0}, 5)


async def test_sheets_that_do_not_add_up_need_a_note_for_the_minutes() -> None:
    put = await make_question(people=5)
    one, two, _ = await tellers()
    for person in put.people[:3]:
        await service_channels.hand_out(one, put.question.id, person)
    batch = await service_paper.open_batch(one, put.question.id, Channel.PAPER, BatchForm.COUNTING)
    for teller in (one, two):
        await service_paper.key_batch(teller, batch.id, totals(2, issued=3))
    assert (await refused(service_paper.post_batch(one, batch.id))).reason is PaperRefusal.SHEETS_NOTE
    done = await service_paper.post_batch(one, batch.id, "一张被雨淋坏")
    assert done.note == "一张被雨淋坏"


async def test_more_sheets_than_people_who_took_one_are_refused() -> None:
    put = await make_question(people=5)
    await service_channels.hand_out(put.chair, put.question.id, put.people[0])
    assert (await refused(posted(put, totals(2)))).reason is PaperRefusal.MORE_THAN_ROLL


async def test_the_register_form_binds_each_sheet_to_the_roll() -> None:
    put = await make_question(people=6)
    await put.cast(5)
    await service_channels.hand_out(put.chair, put.question.id, put.people[0])
    lines = {1: "for", 2: "against", 4: "for"}
    await posted(put, listed(lines, CHOICES, 3, 0, 0))
    rows = await RollEntry.filter(question_id=put.question.id).order_by("id").values_list("channel", flat=True)
    assert rows == ["paper", "paper", None, "paper", None, "online"]
    again = await refused(posted(put, listed({2: "for"}, CHOICES, 1, 0, 0)))
    assert (again.reason, again.args_for_text["n"]) == (PaperRefusal.POSTED_BEFORE, 2)
    online = await refused(posted(put, listed({6: "for"}, CHOICES, 1, 0, 0)))
    assert online.reason is ChannelRefusal.VOTED_ONLINE
    assert (await refused(posted(put, listed({7: "for"}, CHOICES, 1, 0, 0)))).reason is PaperRefusal.NO_NUMBER
    for batch in await Batch.pending(put.question.id):
        await service_paper.drop_batch(put.chair, batch.id)
    result = await result_of(put)
    assert (result["counts"], result["cast"], result["present"]) == ({"for": 3, "against": 1, "abstain": 0}, 4, 4)
    await service.publish_result(put.chair, put.question.id)
    question = await Question.get(id=put.question.id)
    names = {line.label: line.choice for line in await service_views.named_choices(question, put.people[0])}
    assert sorted(names.values()) == ["", "", "against", "for", "for", "for"]


async def test_hands_are_counted_once_and_bind_the_hall_to_them() -> None:
    put = await make_question(people=8, present=5)
    await put.cast(0)
    await posted(put, totals(2, 1), Channel.HANDS)
    assert (await refused(put.cast(4))).reason is BallotRefusal.OTHER_CHANNEL
    await put.cast(7)
    second = service_paper.open_batch(put.chair, put.question.id, Channel.HANDS, BatchForm.COUNTING)
    assert (await refused(second)).reason is PaperRefusal.HANDS_ONCE
    entry = json.loads((await ChainEntry.get(question_id=put.question.id, kind="BATCH")).body)["data"]
    assert entry["counter"] != entry["witness"]
    result = await result_of(put)
    assert (result["cast"], result["present"], result["by_channel"]) == (5, 6, {"online": 2, "hands": 3})


async def test_hands_bind_nobody_who_is_online_and_are_limited_by_the_hall() -> None:
    put = await make_question(people=8, present=5)
    await Attendance.filter(person_id__in=put.people[3:5]).update(channel=Came.ONLINE)
    refusal = await refused(posted(put, totals(4), Channel.HANDS))
    assert (refusal.reason, refusal.args_for_text["n"]) == (PaperRefusal.HANDS_MORE, 3)
    for batch in await Batch.pending(put.question.id):
        await service_paper.drop_batch(put.chair, batch.id)
    await posted(put, totals(2, 1), Channel.HANDS)
    await put.cast(3, "against")
    await enter(put, 4, Channel.TELEPHONE, "against")
    result = await result_of(put)
    assert (result["counts"], result["cast"]) == ({"for": 2, "against": 3, "abstain": 0}, 5)
    assert result["by_channel"] == {"online": 1, "hands": 3, "telephone": 1}


async def test_more_hands_than_people_in_the_hall_are_refused() -> None:
    put = await make_question(people=8, present=3)
    await put.cast(0)
    assert (await refused(posted(put, totals(3), Channel.HANDS))).reason is PaperRefusal.HANDS_MORE
    await put.cast(1)  # nobody was bound by the refused count


async def test_nothing_is_taken_after_the_close() -> None:
    put = await make_question(people=4)
    one, two, _ = await tellers()
    await service_channels.hand_out(one, put.question.id, put.people[0])
    batch = await service_paper.open_batch(one, put.question.id, Channel.PAPER, BatchForm.COUNTING)
    for teller in (one, two):
        await service_paper.key_batch(teller, batch.id, totals(1))
    left = await service_paper_views.outstanding(put.question.id)
    assert (left.batches, left.sheets, left.is_any) == ([1], 1, True)
    assert (await result_of(put))["cast"] == 0
    for step in (
        service_paper.post_batch(one, batch.id),
        service_channels.hand_out(one, put.question.id, put.people[1]),
        service_channels.withdraw(one, put.question.id, put.people[1]),
        enter(put, 2, Channel.DESK),
        service_paper.open_batch(one, put.question.id, Channel.PAPER, BatchForm.COUNTING),
    ):
        assert (await refused(step)).reason is ChannelRefusal.NOT_OPEN


async def test_a_proxy_votes_for_the_principal_once_and_within_the_number() -> None:
    put = await make_question(people=6)
    give = service_proxy.give_mandate
    mandate = await give(put.chair, put.question.id, put.people[0], put.people[1], SCAN)
    for principal, holder, scan, reason in [
        (2, 1, SCAN, ProxyRefusal.TOO_MANY),
        (2, 2, SCAN, ProxyRefusal.SELF),
        (0, 3, SCAN, ProxyRefusal.ALREADY_GIVEN),
        (1, 3, SCAN, ProxyRefusal.HOLDS_OTHERS),
        (3, 4, "", ProxyRefusal.NO_SCAN),
    ]:
        step = give(put.chair, put.question.id, put.people[principal], put.people[holder], scan)
        assert (await refused(step)).reason is reason
    await enter(put, 0, Channel.PROXY, "against")
    assert (await refused(enter(put, 2, Channel.PROXY))).reason is ProxyRefusal.NO_MANDATE
    assert (await refused(put.cast(0))).reason is BallotRefusal.OTHER_CHANNEL
    assert (await refused(service_proxy.end_mandate(put.chair, mandate.id))).reason is ProxyRefusal.USED
    await put.cast(1)
    body = json.loads((await ChainEntry.filter(kind="BALLOT").order_by("seq").first()).body)["data"]  # type: ignore[union-attr]
    assert (body["channel"], len(body["mandate"])) == ("proxy", 64)
    result = await result_of(put)
    assert (result["cast"], result["by_channel"]) == (2, {"online": 1, "proxy": 1})


async def test_a_mandate_is_taken_back_before_the_vote_and_the_district_sets_the_number() -> None:
    put = await make_question(people=6)
    await service_proxy.set_limits(put.chair, {ProxyMatter.DELIBERATION: 2})
    one = await service_proxy.give_mandate(put.chair, put.question.id, put.people[0], put.people[2], SCAN)
    await service_proxy.give_mandate(put.chair, put.question.id, put.people[1], put.people[2], SCAN)
    await service_proxy.end_mandate(put.chair, one.id)
    await put.cast(0)
    await service_proxy.set_limits(put.chair, {ProxyMatter.DELIBERATION: 0})
    step = service_proxy.give_mandate(put.chair, put.question.id, put.people[3], put.people[4], SCAN)
    assert (await refused(step)).reason is ProxyRefusal.NONE_HERE


async def test_paper_voters_count_in_turnout_and_quorum() -> None:
    rule = RuleSpec(majority=Majority.ABSOLUTE, base=Base.PRESENT)
    put = await make_question(people=10, present=4, rule=rule)
    await Attendance.all().count()
    for person in put.people[3:7]:
        await service_channels.hand_out(put.chair, put.question.id, person)
    await posted(put, totals(4))
    result = await result_of(put)
    assert (result["present"], result["cast"], result["base_count"]) == (7, 4, 7)


async def test_the_time_is_over_at_the_desk_too() -> None:
    put = await make_question(people=3, closes_in=timedelta(hours=1))
    await Question.filter(id=put.question.id).update(closes_at=put.question.opened_at)
    assert (await refused(enter(put, 0, Channel.DESK))).reason is ChannelRefusal.TIME_OVER
    assert (await Question.get(id=put.question.id)).state is QuestionState.OPEN


async def test_one_way_a_person_however_they_meet() -> None:
    put = await make_question(people=12)
    for who in range(12):
        meet = [
            put.cast(who),
            service_channels.hand_out(put.chair, put.question.id, put.people[who]),
            enter(put, who, Channel.DOOR),
        ]
        await asyncio.gather(*(meet[(who + n) % 3] for n in range(3)), return_exceptions=True)
    rows = dict(await RollEntry.filter(question_id=put.question.id).values_list("person_id", "channel"))
    held = {row.person_id for row in await Ballot.current(put.question.id)}
    assert all(rows.values())
    assert held == {person for person, channel in rows.items() if channel in ("online", "door")}
    assert (await Question.get(id=put.question.id)).ballots_cast == len(held) == await Ballot.all().count()
    await result_of(put)


async def test_two_tellers_at_the_same_moment_are_two_entries() -> None:
    put = await make_question(people=4)
    one, two, _ = await tellers()
    await service_channels.hand_out(one, put.question.id, put.people[0])
    batch = await service_paper.open_batch(one, put.question.id, Channel.PAPER, BatchForm.COUNTING)
    keyed = (service_paper.key_batch(who, batch.id, totals(1)) for who in (one, two, one))
    ends = await asyncio.gather(*keyed, return_exceptions=True)
    assert sum(isinstance(end, Refused) for end in ends) == 1
    posts = (service_paper.post_batch(who, batch.id) for who in (one, two))
    ends = await asyncio.gather(*posts, return_exceptions=True)
    assert sum(isinstance(end, Refused) for end in ends) == 1
    assert await ChainEntry.filter(question_id=put.question.id, kind="BATCH").count() == 1
