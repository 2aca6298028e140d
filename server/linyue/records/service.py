"""Checkpoints are made here, sent to outside witnesses, and bound into the bundle.

    follow_chain(question, kind, now)     at opening, close, result, voiding; plugged into the chain, same transaction
    checkpoint_running() -> int           the timer: records that grew since their last checkpoint
    witness(checkpoint_id)                the job: one checkpoint to the configured address and mailbox
    export_bundle(question) -> bytes      what anybody may check; Refused(NOT_PUBLISHED) before the result is out
Challenges and voiding are in service_void, reading in service_views.
"""

import asyncio
from datetime import datetime
from urllib.parse import urlsplit

from tortoise.exceptions import IntegrityError

from linyue.base import clock, egress, ledger, signing, tree
from linyue.base.db import settings_in_use, unit_of_work
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.prefs import LANGS
from linyue.base.settings import Settings
from linyue.questions import service_views as questions
from linyue.questions.model import ChainEntry, OpenedBallot, Question
from linyue.questions.rules import Measure, QuestionState
from linyue.questions.service_chain import when_entered
from linyue.records.model import Checkpoint
from linyue.records.rules import (
    MILESTONES,
    RecordRefusal,
    checkpoint_lines,
    moment,
    origin_in,
    seal_lines,
    zipped,
)


def site_of(settings: Settings) -> str:
    """How this site calls itself in its checkpoints."""
    return settings.origin.rstrip("/") or f"http://{settings.host}:{settings.port}"


async def follow_chain(question: Question, kind: str, now: datetime) -> None:
    """A milestone of the record is a checkpoint at once."""
    if kind in MILESTONES:
        await make_checkpoint(question, MILESTONES[kind], now)


async def make_checkpoint(question: Question, why: str, now: datetime) -> Checkpoint:
    """Sign how long the record is and what it holds; the one of that length, if it was made before."""
    async with unit_of_work() as work:
        hashes = await ChainEntry.filter(question_id=question.id).order_by("seq").values_list("hash", flat=True)
        leaves = [str(one) for one in hashes]
        known = await Checkpoint.get_or_none(question_id=question.id, size=len(leaves))
        if known is not None:
            return known
        first = await Checkpoint.filter(question_id=question.id).order_by("size").first()
        settings = settings_in_use()
        # One record names one site, whatever the server is called later.
        origin = origin_in(first.text) if first is not None else site_of(settings)
        top = tree.root(leaves)
        made = await Checkpoint.create(
            question_id=question.id,
            size=len(leaves),
            root=top,
            text=signing.signed(checkpoint_lines(origin, question.public_id, len(leaves), top, moment(now))),
            public_key=signing.public_key(),
            why=why,
            made_at=now,
        )
        if settings.witness_url or settings.witness_mail:
            await work.enqueue("records.witness", made.id)
    return made


async def checkpoint_running() -> int:
    """Checkpoint every record that grew since the last time. Returns how many were made; may run twice."""
    made = 0
    for question in await Question.filter(state__in=[QuestionState.OPEN, QuestionState.CLOSED]):
        last = await Checkpoint.filter(question_id=question.id).order_by("-size").first()
        if last is None or last.size < question.chain_seq:
            made += await _made_meanwhile(question, "minute")
    return made


async def ensure_checkpoint(question: Question) -> None:
    """A record from before there were checkpoints gets its first."""
    if not await Checkpoint.exists(question_id=question.id):
        await _made_meanwhile(question, "minute")


async def _made_meanwhile(question: Question, why: str) -> int:
    try:
        await make_checkpoint(question, why, clock.now())
    except IntegrityError:  # another process was quicker
        return 0
    return 1


async def witness(checkpoint_id: int) -> None:
    """Send one checkpoint outside. Raises egress.NotSent, so that the queue tries again; twice does no harm."""
    checkpoint = await Checkpoint.get(id=checkpoint_id).prefetch_related("question")
    settings = settings_in_use()
    may_call = settings.may_call
    if settings.witness_url:
        await asyncio.to_thread(egress.post_text, settings.witness_url, checkpoint.text, may_call)
    if settings.witness_mail:
        site = urlsplit(origin_in(checkpoint.text)).netloc
        subject = f"{site} {checkpoint.question.public_id} {checkpoint.size}"
        await asyncio.to_thread(
            egress.send_mail,
            settings.mail_server,
            settings.mail_from,
            settings.witness_mail,
            subject,
            checkpoint.text,
            may_call,
        )


def refuse_export(question: Question) -> RecordRefusal | None:
    """Everybody may have the whole record once the result is out, so that it tells no split before."""
    return RecordRefusal.NOT_PUBLISHED if question.published_at is None else None


async def refuse_reader(question: Question, person_id: int | None) -> RecordRefusal | None:
    """An owners' record holds the area of each home, which is close to a name: only those on its roll may have it."""
    is_weighed = question.rule_spec.measure is Measure.AREA_AND_HEADS
    if is_weighed and not await questions.is_on_roll(question.id, person_id):
        return RecordRefusal.ROLL_ONLY
    return refuse_export(question)


async def export_for(question: Question, person_id: int | None) -> bytes:
    """The whole record for one reader. Raises Refused(NOT_PUBLISHED, ROLL_ONLY)."""
    reason = await refuse_reader(question, person_id)
    if reason is not None:
        raise Refused(reason)
    return await export_bundle(question)


async def export_bundle(question: Question) -> bytes:
    """The whole record as one file. The same record gives the same bytes. Raises Refused(NOT_PUBLISHED)."""
    reason = refuse_export(question)
    if reason is not None:
        raise Refused(reason)
    if not await Checkpoint.exists(question_id=question.id, size=question.chain_seq):
        await _made_meanwhile(question, "export")
    bodies = await ChainEntry.filter(question_id=question.id).order_by("seq").values_list("body", flat=True)
    points = await Checkpoint.filter(question_id=question.id).order_by("size")
    keys = dict.fromkeys([*(point.public_key for point in points), signing.public_key()])
    words = (t(lang, "records-bundle-readme", id=question.public_id, text=question.text_in(lang)) for lang in LANGS)
    files = {
        "README.txt": "\n\n".join(words) + "\n",
        "manifest.json": question.manifest,
        "chain.jsonl": "".join(f"{body}\n" for body in bodies),
        "opened.json": await _opened_list(question),
        "checkpoints.txt": "\n".join(point.text for point in points),
        "key.txt": "\n".join(signing.key_block(key) for key in keys),
    }
    raw = {name: text.encode() for name, text in files.items() if text}
    seal = signing.signed(seal_lines(question.public_id, raw))
    return zipped({**raw, "seal.txt": seal.encode()})


async def _opened_list(question: Question) -> str:
    """The opened ballots of a secret vote as its record hashes them; empty where no box was opened."""
    if not await ChainEntry.exists(question_id=question.id, kind="OPENED"):
        return ""
    rows = await OpenedBallot.of(question.id)
    pairs = sorted((row.code, row.choice) for row in rows)
    return ledger.canonical_json([{"choice": choice, "code": code} for code, choice in pairs])


when_entered(follow_chain)
