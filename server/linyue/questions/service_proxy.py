"""Mandates in writing: recorded with the hash of the scan, taken back before they are used. The only writer of both.

give_mandate(actor, question_id, principal_id, holder_id, scan_sha256) -> Mandate
end_mandate(actor, mandate_id) -> None
set_limits(actor, {matter: most}) -> int      the district's numbers of mandates a holder
limits() -> {matter: most}
most_for(question) -> int
"""

import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping

from tortoise.exceptions import IntegrityError

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.questions.model import Ballot, Question, RollEntry
from linyue.questions.model_paper import Mandate, ProxyLimit, Scan
from linyue.questions.rules_channels import Channel
from linyue.questions.rules_law import Decision
from linyue.questions.rules_proxy import (
    OF_DECISION,
    PROXY_RULES,
    Asked,
    ProxyMatter,
    ProxyRefusal,
    most_mandates,
    refuse_limit,
    refuse_mandate,
)
from linyue.questions.service_channels import running, way_free

Candidates = Callable[[Question], Awaitable[Collection[int]]]
_candidates: list[Candidates] = []


def plug_candidates(load: Candidates) -> None:
    """Let a later slice say who stands in a vote; nobody for votes it knows nothing of."""
    _candidates.append(load)


async def is_candidate(question: Question, person_id: int) -> bool:
    """Whether somebody stands in this vote."""
    return any([person_id in await load(question) for load in _candidates])


def matter_of(question: Question) -> ProxyMatter:
    """Which rule on proxies the question comes under."""
    return OF_DECISION[Decision(question.rule_spec.decision)]


async def most_for(question: Question) -> int:
    """How many mandates one person may hold for this question."""
    matter = matter_of(question)
    limit = await ProxyLimit.get_or_none(matter=matter)
    return most_mandates(matter, None if limit is None else limit.most)


async def set_limits(actor: Actor, numbers: Mapping[ProxyMatter, int]) -> int:
    """Keep the district's own numbers, all or none; returns how many changed. Raises Refused(LIMIT) with the field."""
    changed = 0
    async with unit_of_work() as work:
        for matter, most in numbers.items():
            reason = refuse_limit(matter, most)
            if reason is not None:
                raise Refused(reason, field=matter.value, cap=PROXY_RULES[matter].cap)
            limit = await ProxyLimit.get_or_none(matter=matter)
            if most == most_mandates(matter, None if limit is None else limit.most):
                continue
            await ProxyLimit.update_or_create(matter=matter, defaults={"most": most})
            await work.audit(actor, "question.proxy_limit", f"proxy:{matter.value}", most=most)
            changed += 1
    return changed


async def limits() -> dict[ProxyMatter, int]:
    """How many mandates one person may hold now, by kind of vote."""
    own = {row.matter: row.most for row in await ProxyLimit.all()}
    return {matter: most_mandates(matter, own.get(matter)) for matter in PROXY_RULES}


async def give_mandate(actor: Actor, question_id: int, principal_id: int, holder_id: int, scan_sha256: str) -> Mandate:
    """Record a written mandate. `scan_sha256`: the kept picture of it, "" for none. Raises Refused."""
    async with unit_of_work() as work:
        question = await running(question_id)
        await way_free(question, principal_id, Channel.PROXY)
        in_force = await Mandate.in_force(question.id)
        asked = Asked(
            is_self=principal_id == holder_id,
            is_holder_on_roll=await RollEntry.exists(question_id=question.id, person_id=holder_id),
            is_candidate=await is_candidate(question, holder_id),
            held=sum(one.holder_id == holder_id for one in in_force),
            has_given=any(one.principal_id == principal_id for one in in_force),
            principal_holds=any(one.holder_id == principal_id for one in in_force),
            holder_has_given=any(one.principal_id == holder_id for one in in_force),
            scans=int(bool(scan_sha256)),
        )
        most = await most_for(question)
        reason = refuse_mandate(matter_of(question), asked, most)
        if reason is not None:
            field = "photos" if reason is ProxyRefusal.NO_SCAN else "holder"
            raise Refused(reason, field=field, most=most)
        now = clock.now()
        try:
            mandate = await Mandate.create(
                question_id=question.id,
                principal_id=principal_id,
                holder_id=holder_id,
                scan_sha256=scan_sha256,
                salt=secrets.token_hex(16),
                made_at=now,
            )
        except IntegrityError as error:
            raise Refused(ProxyRefusal.ALREADY_GIVEN, field="holder") from error
        await Scan.create(question_id=question.id, sha256=scan_sha256, added_at=now)
        await work.audit(actor, "question.mandate", f"question:{question.id}", principal=principal_id, holder=holder_id)
        await _tell(question, principal_id, "questions-told-mandate")
    return mandate


async def end_mandate(actor: Actor, mandate_id: int) -> None:
    """Take a mandate back; only before the holder has voted with it."""
    found = await Mandate.get_or_none(id=mandate_id)
    if found is None:
        raise NotFound()
    async with unit_of_work() as work:
        question = await running(found.question_id)
        is_used = await Ballot.exists(question_id=question.id, person_id=found.principal_id, superseded_by__isnull=True)
        if is_used:
            raise Refused(ProxyRefusal.USED)
        if not await Mandate.in_force(question.id).filter(id=mandate_id).update(ended_at=clock.now()):
            raise Refused(ProxyRefusal.NO_MANDATE)
        await work.audit(actor, "question.mandate_end", f"question:{question.id}", principal=found.principal_id)
        await _tell(question, found.principal_id, "questions-told-mandate-ended")


async def _tell(question: Question, person_id: int, key: str) -> None:
    texts = {"text_zh": question.text_zh, "text_en": question.text_en}
    await tell([person_id], key, link=f"/q/{question.public_id}", is_urgent=True, **texts)
