"""A secret vote through the services: who may have one, casting, the chain, the opening, what is kept and what is not."""

import json
import secrets
import stat
from collections import Counter

import pytest

from linyue.base.db import settings_in_use
from linyue.base.errors import Refused
from linyue.base.settings import Settings
from linyue.meetings.rules import MeetingState
from linyue.questions import (
    service,
    service_box_views,
    service_boxkeys,
    service_channels,
    service_secret,
    service_views,
    service_void,
)
from linyue.questions.model import Ballot, ChainEntry, OpenedBallot, Question, RollEntry, SealedBallot
from linyue.questions.model_paper import Batch, BatchEntry
from linyue.questions.pages import closed_lines, notice_title
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.questions.rules_secret import BoxState, Kind, SecretRefusal, Slip
from linyue.records.service import export_bundle
from linyue.upkeep.doctor import examine, report
from linyue_verify import Verdict, check
from tests.make.questions import Put, make_question
from tests.questions.boxes import Voter, make_secret, voters_of
from tests.questions.test_channels import posted, totals

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def fill(put: Put, count: int) -> list[Voter]:
    """The first `count` of the roll vote, every third against."""
    voters = (await voters_of(put))[:count]
    for n, one in enumerate(voters):
        await one.cast("against" if n % 3 == 0 else "for")
    return voters


async def give_paper(put: Put, count: int) -> None:
    """The last of the roll take paper."""
    await RollEntry.filter(question_id=put.question.id, person_id__in=put.people[-count:]).update(channel="paper")


async def test_a_whole_secret_life(db: Settings) -> None:
    put = await make_secret(24, present=3)
    voters = await fill(put, 15)
    question = await service.close_question(put.chair, put.question.id)
    assert (question.result, question.box) == (None, BoxState.SEALED)
    with pytest.raises(Refused) as refused:
        await service.publish_result(put.chair, question.id)
    assert refused.value.reason is SecretRefusal.BOX_CLOSED
    await service_secret.settle_boxes()
    question = await Question.get(id=question.id)
    assert question.box is BoxState.RECORDED and question.result is not None
    assert question.result["counts"] == {"for": 10, "against": 5, "abstain": 0}
    assert (question.result["cast"], question.result["entitled"]) == (15, 24)
    assert not service_boxkeys.exists(question.public_id)
    assert list(db.box_keys_path.iterdir()) == []
    assert not await SealedBallot.filter(question_id=question.id).exists()
    question = await service.publish_result(put.chair, question.id)
    kinds = await ChainEntry.filter(question_id=question.id).order_by("seq").values_list("kind", flat=True)
    assert kinds == ["OPEN", "SEALED", "SEALED", "CLOSE", "OPENED", "RESULT"]
    assert await service_views.verify_chain(question.id) == []
    shown = await service_box_views.opened_list(question)
    assert shown == sorted((Slip(one.code, one.choice) for one in voters), key=lambda slip: slip.code)
    assert not await Ballot.all().exists()
    with pytest.raises(Refused):
        await service_views.named_choices(question, put.people[0])


async def test_the_key_is_for_its_owner_only(db: Settings) -> None:
    put = await make_secret()
    key = db.box_keys_path / f"{put.question.public_id}.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    manifest = json.loads(put.question.manifest)
    assert (manifest["kind"], manifest["least_roll"], manifest["least_box"]) == ("secret", 20, 10)


async def test_nineteen_are_too_few_for_a_secret() -> None:
    with pytest.raises(Refused) as refused:
        await make_question(people=19, kind=Kind.SECRET)
    assert refused.value.reason is SecretRefusal.ROLL_SMALL


async def test_no_key_no_secret_vote(db: Settings) -> None:
    db.box_keys_path.write_text("a file where the folder should be")
    with pytest.raises(Refused) as refused:
        await make_secret()
    assert refused.value.reason is SecretRefusal.NO_KEY


async def test_one_may_change_ones_mind_and_send_again() -> None:
    put = await make_secret()
    one = (await voters_of(put))[0]
    first = await one.cast("for", client_id="send-0001")
    again = await one.cast("for", client_id="send-0001")  # another seal of the same send: the first one counts
    assert again == first
    changed = await one.cast("against", replaces=1)
    assert (changed.revision, changed.choice, changed.code) == (2, "", "")
    with pytest.raises(Refused) as late:
        await one.cast("for", replaces=0)
    assert (late.value.reason, late.value.args_for_text) == (BallotRefusal.STALE, {"revision": 2})
    assert (await Question.get(id=put.question.id)).ballots_cast == 1
    mine = await service_views.my_ballot(put.question.id, one.person_id)
    assert mine == changed


async def test_a_send_whose_answer_was_lost_gets_its_receipt_after_the_close_and_the_opening() -> None:
    put = await make_secret()
    one, *others = await fill(put, 12)
    lost = await others[0].cast("against", replaces=1, client_id="lost-0001")
    await service.close_question(put.chair, put.question.id)
    assert await others[0].cast("against", replaces=1, client_id="lost-0001") == lost
    await service_secret.finish_box(put.question.id)
    assert await others[0].cast("against", replaces=1, client_id="lost-0001") == lost
    with pytest.raises(Refused) as late:
        await one.cast("against", replaces=1)
    assert late.value.reason is BallotRefusal.NOT_OPEN
    question = await Question.get(id=put.question.id)
    assert question.result is not None and question.result["cast"] == 12


async def test_a_sealed_ballot_taken_back_stays_out_however_late_it_comes_again() -> None:
    put = await make_secret()
    one = (await voters_of(put))[0]
    await one.cast("for", client_id="send-0001")
    assert await service_channels.withdraw(put.chair, put.question.id, one.person_id) == 1
    for again in ("send-0001", "send-0002"):
        with pytest.raises(Refused) as late:
            await one.cast("for", client_id=again)
        assert late.value.reason is BallotRefusal.TAKEN_BACK
    assert (await Question.get(id=put.question.id)).ballots_cast == 0
    before = (await service_views.standing_of(put.question.id, one.person_id)).before
    assert (await one.cast("against", replaces=before)).revision == 2
    assert (await Question.get(id=put.question.id)).ballots_cast == 1


async def test_a_box_copied_or_broken_is_a_dud() -> None:
    put = await make_secret()
    voters = await fill(put, 12)
    thief, vandal, stranger = (await voters_of(put))[12:15]
    await thief.send(await voters[0].seal("for"))  # copied: the label names another row
    await vandal.send(secrets.token_bytes(384))
    other = await make_secret()
    theirs = (await voters_of(other))[0]
    await stranger.send(await theirs.seal("for"))  # of another question
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    question = await Question.get(id=put.question.id)
    assert question.result is not None
    assert (question.duds, sum(question.result["counts"].values()), question.ballots_cast) == (3, 12, 15)
    assert await service_views.verify_chain(question.id) == []


@pytest.mark.parametrize(
    "slip", [b"{}", b'{"choice":"perhaps","code":"ABCD1234"}', b'{"choice":"for","code":"abcd1234"}']
)
async def test_what_is_not_exactly_a_ballot_is_a_dud(slip: bytes) -> None:
    put = await make_secret()
    await fill(put, 10)
    one = (await voters_of(put))[10]
    await one.send(await one.seal_bytes(slip.ljust(128)))
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    assert (await Question.get(id=put.question.id)).duds == 1


@pytest.mark.parametrize(("honest", "duds"), [(1, 0), (9, 0), (9, 3)])
async def test_fewer_than_ten_are_never_opened(honest: int, duds: int) -> None:
    put = await make_secret()
    await fill(put, honest)
    for one in (await voters_of(put))[honest : honest + duds]:
        await one.send(secrets.token_bytes(384))
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    question = await Question.get(id=put.question.id)
    assert (question.box, question.box_note, question.result) == (BoxState.RECORDED, "too-few", None)
    assert not await OpenedBallot.all().exists()
    assert not await SealedBallot.filter(question_id=question.id).exists()
    assert not service_boxkeys.exists(question.public_id)
    opened = json.loads((await ChainEntry.get(question_id=question.id, kind="OPENED")).body)["data"]
    assert (opened["opened"], opened["duds"], opened["note"]) == (0, honest + duds, "too-few")
    with pytest.raises(Refused) as refused:
        await service.publish_result(put.chair, question.id)
    assert refused.value.reason is SecretRefusal.BOX_GONE
    assert await service_views.verify_chain(question.id) == []


@pytest.mark.parametrize("online", [6, 12])
async def test_papers_lie_among_the_opened_ballots_and_nothing_tells_them_apart(online: int) -> None:
    put = await make_secret()
    await fill(put, online)
    await give_paper(put, 4)
    await posted(put, totals(3, 1))
    told = json.loads((await ChainEntry.get(question_id=put.question.id, kind="BATCH")).body)["data"]
    assert "counts" not in told and "sheets" not in told and told["returned"] == 4
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    question = await service.publish_result(put.chair, put.question.id)
    listed = await service_box_views.opened_list(question)
    assert question.result is not None and question.result["cast"] == len(listed) == online + 4
    assert dict(Counter(slip.choice for slip in listed)) == {k: n for k, n in question.result["counts"].items() if n}
    assert len({slip.code for slip in listed}) == online + 4
    assert question.result["by_channel"] == {}
    assert await service_box_views.papers_in_box(question.id) == 4
    kept = [
        *await Batch.all().values_list("figures", flat=True),
        *await BatchEntry.all().values_list("figures", flat=True),
    ]
    assert all(not one["counts"] and one["returned"] == 4 for one in kept)
    assert await service_views.verify_chain(question.id) == []
    assert check(await export_bundle(question)).verdict is Verdict.PROVED
    findings = await examine(settings_in_use())
    assert not [one for one in findings if one.faults], report(findings)


async def test_a_box_too_small_with_its_papers_stays_shut() -> None:
    put = await make_secret()
    await fill(put, 5)
    await give_paper(put, 4)
    await posted(put, totals(3, 1))
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    question = await Question.get(id=put.question.id)
    assert (question.box_note, question.result) == ("too-few", None)


@pytest.mark.parametrize("is_closed", [True, False])
async def test_a_voided_box_is_never_opened(is_closed: bool) -> None:
    put = await make_secret()
    await fill(put, 12)
    if is_closed:
        await service.close_question(put.chair, put.question.id)
    await service_void.void_question(put.chair, put.question.id, why="数错了人", by=["a" * 64, "b" * 64])
    await service_secret.settle_boxes()
    question = await Question.get(id=put.question.id)
    assert (question.box, question.result) == (BoxState.RECORDED, None)
    assert not await OpenedBallot.all().exists()
    assert not await SealedBallot.filter(question_id=question.id).exists()
    assert not service_boxkeys.exists(question.public_id)
    assert (await ChainEntry.filter(question_id=question.id).order_by("-seq").first()).kind == "VOID"  # type: ignore[union-attr]
    assert await service_views.verify_chain(question.id) == []


async def test_an_empty_box_has_a_result() -> None:
    put = await make_secret()
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    question = await service.publish_result(put.chair, put.question.id)
    assert question.result is not None and question.result["cast"] == 0


async def test_a_lost_key_is_said_once_and_nothing_is_thrown_away() -> None:
    put = await make_secret()
    await fill(put, 12)
    service_boxkeys.destroy(put.question.public_id)
    await service.close_question(put.chair, put.question.id)
    await service_secret.settle_boxes()
    said = await Question.get(id=put.question.id)
    await service_secret.settle_boxes()
    question = await Question.get(id=put.question.id)
    assert question.version == said.version
    assert (question.box, question.box_note, question.result) == (BoxState.SEALED, "key-lost", None)
    with pytest.raises(Refused) as refused:
        await service.publish_result(put.chair, question.id)
    assert refused.value.reason is SecretRefusal.BOX_GONE
    assert await SealedBallot.filter(question_id=question.id).count() == 12


@pytest.mark.parametrize(("left", "is_voided"), [(0, False), (5, False), (11, True)])
async def test_a_box_that_lost_ballots_stays_shut_until_they_are_back_or_it_is_voided(
    left: int, is_voided: bool
) -> None:
    put = await make_secret()
    await fill(put, 12)
    question = await service.close_question(put.chair, put.question.id)
    lost = await SealedBallot.filter(question_id=question.id).order_by("id").offset(left).limit(12)
    await SealedBallot.filter(id__in=[row.id for row in lost]).delete()
    await service_secret.settle_boxes()
    said = await Question.get(id=question.id)
    assert (said.box, said.box_note, said.result) == (BoxState.SEALED, "not-whole", None)
    assert "对不上" in closed_lines("zh-CN", said)[0] and "backup" in closed_lines("en", said)[0]
    assert "没有打开" in notice_title("zh-CN", said) and "待公布" in notice_title("zh-CN", question)
    await service_secret.settle_boxes()
    assert (await Question.get(id=question.id)).version == said.version
    assert await SealedBallot.filter(question_id=question.id).count() == left
    assert service_boxkeys.exists(question.public_id)
    if is_voided:
        await service_void.void_question(put.chair, question.id, why="票箱坏了", by=["a" * 64, "b" * 64])
        await service_secret.settle_boxes()
        question = await Question.get(id=question.id)
        assert (question.box, question.box_note) == (BoxState.RECORDED, "voided")
        assert not service_boxkeys.exists(question.public_id)
    else:
        await SealedBallot.bulk_create(lost)
        await service_secret.settle_boxes()
        question = await service.publish_result(put.chair, question.id)
        assert question.result is not None and (question.result["cast"], question.box_note) == (12, "")
    assert await service_views.verify_chain(question.id) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize("broken", ["ballot", "roll", "record"])
async def test_a_box_that_is_not_what_was_closed_is_not_opened(broken: str) -> None:
    put = await make_secret()
    await fill(put, 12)
    question = await service.close_question(put.chair, put.question.id)
    if broken == "ballot":
        row = await SealedBallot.filter(question_id=question.id).first()
        await SealedBallot.filter(id=row.id if row else 0).update(sealed=secrets.token_bytes(384))
    elif broken == "roll":
        await RollEntry.filter(question_id=question.id, person_id=put.people[0]).update(box_hash="")
    else:
        await ChainEntry.filter(question_id=question.id, kind="CLOSE").delete()
    await service_secret.settle_boxes()
    question = await Question.get(id=question.id)
    assert (question.box, question.box_note, question.duds) == (BoxState.SEALED, "not-whole", 0)
    assert service_boxkeys.exists(question.public_id)


async def test_a_meeting_that_ends_publishes_once_the_box_is_open() -> None:
    put = await make_secret()
    await fill(put, 11)
    assert await service.finish_questions(put.meeting.id) == 1
    put.meeting.state = MeetingState.ENDED
    await put.meeting.save()
    await service_secret.settle_boxes()
    await service.sweep(service.clock.now())
    assert (await Question.get(id=put.question.id)).state is QuestionState.PUBLISHED


async def test_a_named_send_does_not_get_into_a_box_nor_a_sealed_one_out() -> None:
    secret, named = await make_secret(), await make_question()
    with pytest.raises(Refused) as refused:
        await secret.cast(0)
    assert refused.value.reason is BallotRefusal.NOT_SEALED
    with pytest.raises(Refused) as refused:
        await service_secret.cast_sealed(
            named.people[0], named.question.id, secrets.token_bytes(384), "12345678", 0, Via.POST
        )
    assert refused.value.reason is BallotRefusal.NOT_SECRET
    one = (await voters_of(secret))[0]
    with pytest.raises(Refused) as refused:
        await one.send(b"short")
    assert refused.value.reason is BallotRefusal.BAD_SEAL


async def test_the_server_seals_for_a_device_that_cannot() -> None:
    put = await make_secret()
    await fill(put, 11)
    person = put.people[11]
    await service_secret.seal_and_cast(person, put.question, "abstain", "ABCD1234", "send-0001", 0)
    row = await SealedBallot.get(question_id=put.question.id, entry__person_id=person)
    assert b"abstain" not in row.sealed and b"ABCD1234" not in row.sealed
    await service.close_question(put.chair, put.question.id)
    await service_secret.finish_box(put.question.id)
    assert await OpenedBallot.filter(code="ABCD1234").values_list("choice", flat=True) == ["abstain"]
