"""Votes that do not come from the voter's own device: entered by a worker, or taken back at the desk. One writer each.

    enter_vote(actor, question_id, person_id, channel, choice, client_id, replaces) -> Receipt
    withdraw(actor, question_id, person_id) -> int            the online ballot taken back, before the close
    hand_out(actor, question_id, person_id) / take_back_sheet(…)    a sheet of paper to one person
    running(question_id) -> Question                          the claimed question while votes are taken
    set_way(question, entry, channel)                         the roll row's way, once
Every function claims the question first, so that it cannot cross the ballot writer, a close or another desk.
"""

import secrets
from datetime import datetime

from linyue.base import clock, ledger
from linyue.base.db import current_work, unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.meetings.service_door import plug_voted
from linyue.questions import writer
from linyue.questions.events import BallotCast
from linyue.questions.model import Ballot, Question, RollEntry, SealedBallot
from linyue.questions.model_paper import Batch, Mandate, PaperBallot, Signer
from linyue.questions.rules import QuestionState
from linyue.questions.rules_channels import (
    ENTERED,
    Channel,
    ChannelRefusal,
    offered,
    refuse_choice,
    refuse_running,
    refuse_way,
)
from linyue.questions.rules_paper import BatchForm
from linyue.questions.rules_proxy import ProxyRefusal
from linyue.questions.rules_secret import Kind
from linyue.questions.service_chain import append, claimed
from linyue.questions.writer_batch import Receipt, receipt_code, voter

VIA = "entered"


def ways_of(question: Question) -> tuple[Channel, ...]:
    """The ways of voting of a question: what it names, within what its rule allows."""
    allowed = offered(question.rule_spec.system, question.kind, question.rule_spec.form.way)
    return allowed if question.channels is None else tuple(one for one in allowed if one in question.channels)


def takes_phones(question: Question) -> bool:
    """Whether people vote on their own devices too."""
    return Channel.ONLINE in ways_of(question)


async def has_voted(meeting_id: int, person_id: int) -> bool:
    """Whether somebody's ballot is in a vote of a meeting that was not voided, open, closed or published."""
    standing = [QuestionState.OPEN, QuestionState.CLOSED, QuestionState.PUBLISHED]
    mine = RollEntry.filter(question__meeting_id=meeting_id, question__state__in=standing, person_id=person_id)
    return await mine.filter(channel__isnull=False).exists()


plug_voted(has_voted)


async def running(question_id: int) -> Question:
    """The question, claimed, while votes are taken. Raises Refused(NOT_OPEN, TIME_OVER)."""
    question = await claimed(question_id)
    is_over = question.closes_at is not None and clock.now() >= question.closes_at
    stop(refuse_running(question.state, is_over))
    return question


def stop(reason: ChannelRefusal | None, field: str | None = None) -> None:
    """Raise the refusal, if there is one."""
    if reason is not None:
        raise Refused(reason, field=field)


async def set_way(question: Question, person_id: int, channel: Channel) -> RollEntry:
    """Put the person's way on the roll, once; the first accepted holds. Raises Refused (`at`: of the online vote)."""
    entry = await way_free(question, person_id, channel)
    if entry.channel is None:
        await RollEntry.filter(id=entry.id, channel__isnull=True).update(channel=channel)
        entry.channel = channel
    return entry


async def way_free(question: Question, person_id: int, channel: Channel) -> RollEntry:
    """The person's row, when this way is theirs or still free. Raises Refused (`at`: of the online vote)."""
    entry = await RollEntry.get_or_none(question_id=question.id, person_id=person_id)
    reason = refuse_way(channel, ways_of(question), entry is not None, entry.channel if entry else None)
    if reason is ChannelRefusal.VOTED_ONLINE:
        assert entry is not None
        raise Refused(reason, name=entry.label, at=await voted_at(question, entry) or question.opened_at)
    if reason is not None:
        raise Refused(reason, name=entry.label if entry else "")
    assert entry is not None
    return entry


async def voted_at(question: Question, entry: RollEntry) -> datetime | None:
    """When the person's present ballot came in; None without one."""
    if question.kind is Kind.SECRET:
        return entry.boxed_at
    row = await Ballot.current(question.id).get_or_none(person_id=entry.person_id)
    return None if row is None else row.cast_at


async def signer(question: Question, person_id: int) -> str:
    """What the record holds instead of somebody who signs for something, apart from their own mark on the roll."""
    row = await Signer.get_or_none(question_id=question.id, person_id=person_id)
    if row is None:
        row = await Signer.create(question_id=question.id, person_id=person_id, salt=secrets.token_hex(16))
    return voter(row.salt, person_id)


async def tell_turnout(question: Question) -> None:
    """Save the head of the chain and the turnout, and let the room know how many have voted."""
    work = current_work()
    assert work is not None
    await question.save(update_fields=["chain_seq", "chain_head", "ballots_cast"])
    event = BallotCast(question.id, question.public_id, question.version, question.ballots_cast)
    work.publish(writer.topic(question.meeting_id), event)


async def enter_vote(
    actor: Actor,
    question_id: int,
    person_id: int,
    channel: Channel,
    choice: str,
    client_id: str,
    replaces: int,
) -> Receipt:
    """Enter what a voter said at the desk, at the door or by telephone, or what the holder of a mandate said for them.

    `replaces`: the revision seen when the form was opened; the same `client_id` gets the same receipt. Raises
    Refused(ChannelRefusal, ProxyRefusal).
    """
    assert actor.person_id is not None
    async with unit_of_work() as work:
        question = await running(question_id)
        earlier = await Ballot.get_or_none(question_id=question_id, client_id=client_id)
        if earlier is not None and earlier.person_id == person_id:
            return _receipt(earlier)
        stop(refuse_choice(choice, question.rule_spec.ballots), "choice")
        stop(ChannelRefusal.NOT_OFFERED if channel not in (*ENTERED, Channel.PROXY) else None)
        stop(ChannelRefusal.OWN_VOTE if channel in ENTERED and actor.person_id == person_id else None)
        mandate = await _mandate(question, person_id) if channel is Channel.PROXY else None
        entry = await set_way(question, person_id, channel)
        mine = await Ballot.current(question.id).get_or_none(person_id=person_id)
        before = mine.revision if mine else entry.withdrawn
        stop(ChannelRefusal.CHANGED_MEANWHILE if replaces != before else None)
        data: dict[str, ledger.Json] = {"channel": channel.value, "by": await signer(question, actor.person_id)}
        if mandate is not None:
            data["mandate"] = ledger.commitment(mandate.salt, f"mandate:{mandate.scan_sha256}")
        receipt = await _store(question, entry, choice, client_id, before + 1, data)
        question.ballots_cast += 0 if mine else 1
        await tell_turnout(question)
        await work.audit(actor, "question.enter", f"question:{question.id}", channel=channel.value, person=person_id)
        await tell(
            [person_id],
            f"questions-told-entered-{channel.value}",
            link=f"/q/{question.public_id}/receipt",
            is_urgent=True,
            text_zh=question.text_zh,
            text_en=question.text_en,
        )
    return receipt


async def _mandate(question: Question, person_id: int) -> Mandate:
    mandate = await Mandate.in_force(question.id).get_or_none(principal_id=person_id)
    if mandate is None:
        raise Refused(ProxyRefusal.NO_MANDATE)
    return mandate


async def _store(
    question: Question, entry: RollEntry, choice: str, client_id: str, revision: int, more: dict[str, ledger.Json]
) -> Receipt:
    now = clock.now()
    await Ballot.current(question.id).filter(person_id=entry.person_id).update(superseded_by=revision)
    data: dict[str, ledger.Json] = {
        "voter": voter(entry.salt, entry.person_id),
        "choice": choice,
        "revision": revision,
        "nonce": secrets.token_hex(8),
        **more,
    }
    await append(question, "BALLOT", data, now)
    row = await Ballot.create(
        question_id=question.id,
        person_id=entry.person_id,
        choice=choice,
        revision=revision,
        client_id=client_id,
        hash=question.chain_head,
        receipt_code=receipt_code(question.chain_head),
        cast_at=now,
        via=VIA,
    )
    return _receipt(row)


def _receipt(row: Ballot) -> Receipt:
    return Receipt(
        question_id=row.question_id,
        person_id=row.person_id,
        choice=row.choice,
        revision=row.revision,
        client_id=row.client_id,
        code=row.receipt_code,
        hash=row.hash,
        cast_at=row.cast_at,
    )


async def withdraw(actor: Actor, question_id: int, person_id: int) -> int:
    """Take somebody's online ballot back at the desk. Returns its revision; the person's way is free again."""
    async with unit_of_work() as work:
        question = await running(question_id)
        entry = await RollEntry.get_or_none(question_id=question.id, person_id=person_id)
        stop(ChannelRefusal.NOT_ON_ROLL if entry is None else None)
        assert entry is not None
        revision = await _take_back(question, entry) if entry.channel == Channel.ONLINE else 0
        stop(None if revision else ChannelRefusal.NOTHING_TO_TAKE_BACK)
        await RollEntry.filter(id=entry.id).update(channel=None, withdrawn=revision)
        mark = voter(entry.salt, person_id)
        await append(question, "WITHDRAWN", {"voter": mark, "revision": revision}, clock.now())
        question.ballots_cast -= 1
        await tell_turnout(question)
        await work.audit(actor, "question.withdraw", f"question:{question.id}", person=person_id)
        await tell(
            [person_id],
            "questions-told-withdrawn",
            link=f"/q/{question.public_id}",
            is_urgent=True,
            text_zh=question.text_zh,
            text_en=question.text_en,
        )
    return revision


async def _take_back(question: Question, entry: RollEntry) -> int:
    if question.kind is Kind.SECRET:
        if not await SealedBallot.filter(entry_id=entry.id).delete():
            return 0
        await RollEntry.filter(id=entry.id).update(box_hash="", box_send="", boxed_at=None, is_box_entered=False)
        return entry.box_revision
    mine = await Ballot.current(question.id).get_or_none(person_id=entry.person_id)
    if mine is None:
        return 0
    await Ballot.filter(id=mine.id).update(superseded_by=mine.revision + 1)
    return mine.revision


async def hand_out(actor: Actor, question_id: int, person_id: int) -> None:
    """Give somebody a sheet: from now on paper is their way."""
    async with unit_of_work() as work:
        question = await running(question_id)
        await set_way(question, person_id, Channel.PAPER)
        await work.audit(actor, "question.hand_out", f"question:{question.id}", person=person_id)


async def take_back_sheet(actor: Actor, question_id: int, person_id: int) -> None:
    """Take an unused sheet back: the person may vote in another way. Not once sheets were counted without names."""
    async with unit_of_work() as work:
        question = await running(question_id)
        entry = await RollEntry.get_or_none(question_id=question.id, person_id=person_id)
        is_out = entry is not None and entry.channel == Channel.PAPER
        is_counted = await PaperBallot.exists(question_id=question.id, person_id=person_id)
        stop(None if is_out and not is_counted else ChannelRefusal.NOTHING_TO_TAKE_BACK)
        assert entry is not None
        stop(ChannelRefusal.SHEETS_COUNTED if await _is_counted_unnamed(question) else None)
        await RollEntry.filter(id=entry.id).update(channel=None)
        await work.audit(actor, "question.sheet_back", f"question:{question.id}", person=person_id)


async def _is_counted_unnamed(question: Question) -> bool:
    # Sheets without names were counted: nobody can show that theirs was not among them.
    unnamed = Batch.posted(question.id).filter(channel=Channel.PAPER, form=BatchForm.COUNTING)
    return await unnamed.exists()
