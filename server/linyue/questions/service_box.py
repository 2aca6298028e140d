"""The box of a secret vote as opening and closing a question need it; what happens afterwards is in service_secret."""

import hashlib
from datetime import datetime

from linyue.base import ledger
from linyue.base.errors import Refused
from linyue.questions import service_boxkeys
from linyue.questions.model import Question, RollEntry
from linyue.questions.rules_channels import combine
from linyue.questions.rules_secret import LEAST_BOX, LEAST_ROLL, BoxState, Kind, SecretRefusal, refuse_roll
from linyue.questions.service_chain import append
from linyue.questions.service_paper_views import cast_of

Figures = dict[str, ledger.Json]


async def make_box(question: Question, entitled: int) -> Figures:
    """A box with a key of its own for a secret vote that opens; gives what the manifest says of it. Nothing for others.

    Raises Refused(SecretRefusal). Only inside the unit of work that opens the question.
    """
    if question.kind is not Kind.SECRET:
        return {}
    reason = refuse_roll(question.kind, entitled)
    if reason is not None:
        raise Refused(reason, n=LEAST_ROLL)
    try:
        box_key = await service_boxkeys.make(question.public_id)
    except OSError as error:  # the folder is full, read-only or away: without a key there is no secret vote
        raise Refused(SecretRefusal.NO_KEY) from error
    question.box = BoxState.SEALED
    return {"box_key": box_key, "least_roll": LEAST_ROLL, "least_box": LEAST_BOX}


async def close_box(question: Question, now: datetime) -> Figures:
    """Enter what no entry names yet; gives what CLOSE says: the figures of the vote and the final set of boxes."""
    rows = await RollEntry.filter(question_id=question.id)
    left = [row.box_hash for row in rows if row.box_hash and not row.is_box_entered]
    if left:
        await append(question, "SEALED", {"boxes": sorted(left)}, now)
        await RollEntry.filter(question_id=question.id).exclude(box_hash="").update(is_box_entered=True)
    final = [row.box_hash for row in rows if row.box_hash]
    others = combine(question.rule_spec.listed, await cast_of(question), question.rule_spec.ballots).turnout
    return {
        "entitled": others.entitled,
        "present": others.present,
        "cast": others.cast + len(final),
        "boxes": len(final),
        "box_set": box_set(final),
    }


def box_set(hashes: list[str]) -> str:
    """One hash over the final set of boxes: SHA-256 of the sorted hashes, joined with line feeds."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()
