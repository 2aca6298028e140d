"""Proposing topics to a council, supporting them, and what comes of each. The only writer of those.

Enough supporters make the proposal a matter of the council in the same transaction, under a number; a proposal whose
time runs out is answered in words.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import F
from tortoise.functions import Count

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import NOBODY, Actor, Role
from linyue.base.workdays import Unit, day_end, due_after, local_day
from linyue.centres import service as centres
from linyue.centres.rules import Way
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.councils.service_rules import rules_now
from linyue.councils.service_x import council_people
from linyue.matters.model import Matter, MatterFollower
from linyue.matters.model_topics import TopicProposal, TopicSupport
from linyue.matters.rules import Doer, MatterState, Step
from linyue.matters.rules_topics import (
    ANSWER_AT_MOST,
    OPEN_AT_MOST,
    TEXT_AT_MOST,
    TITLE_AT_MOST,
    TopicRefusal,
    TopicState,
    refuse_answer,
    refuse_proposal,
    refuse_support,
    refuse_take,
)
from linyue.matters.service_report import FORM_ID, NewMatter, report_matter
from linyue.matters.service_step import claim as claim_matter
from linyue.matters.service_step import link_of, stop
from linyue.matters.service_triage import Sending, send_claimed
from linyue.people import service as people
from linyue.people.service_own import plug_eraser
from linyue.people.service_roles import holders_of


@dataclass(frozen=True, slots=True)
class Sitting:
    """The meeting that has a topic on its agenda; `href` is empty while only the council may read it."""

    title: str
    title_en: str
    starts_at: datetime
    href: str


Bring = Callable[[Actor, Matter], Awaitable[None]]
Find = Callable[[str], Awaitable[Sitting | None]]
_agendas: list[tuple[Bring, Find]] = []


def plug_agenda(bring: Bring, find: Find) -> None:
    """Let the meetings put what enough neighbours support on a draft, and say where it is dealt with."""
    _agendas.append((bring, find))


async def sitting_of(matter: Matter) -> Sitting | None:
    """The meeting whose agenda has the matter now; None while none has."""
    found = [await find(matter.meeting_public_id) for _, find in _agendas if matter.meeting_public_id]
    return next((one for one in found if one is not None), None)


def link_to(topic: TopicProposal) -> str:
    """The proposal's own page."""
    return f"/topics/{topic.public_id}"


async def propose(actor: Actor, council: Council, *, form_id: str, title: str, text: str, kind: str) -> TopicProposal:
    """A resident proposes a topic; neighbours can support it from now on. `council.place` must be loaded.

    The same form proposes once, however often it is sent.
    """
    assert actor.person_id is not None
    if not FORM_ID.fullmatch(form_id):
        raise Refused(TopicRefusal.FORM_USED)
    title = " ".join(title.split())
    async with unit_of_work() as work:
        earlier = await TopicProposal.get_or_none(form_id=form_id)
        if earlier is not None:
            if earlier.person_id != actor.person_id:
                raise Refused(TopicRefusal.FORM_USED)
            return earlier
        own = await TopicProposal.filter(
            council_id=council.id, person_id=actor.person_id, state=TopicState.OPEN
        ).count()
        refusal = refuse_proposal(title, text, kind, await people.is_on_roll(actor, council.place.path), own)
        if refusal is not None:
            most = {"title": TITLE_AT_MOST, "text": TEXT_AT_MOST}.get(refusal[1], OPEN_AT_MOST)
            raise Refused(refusal[0], field=refusal[1] or None, most=most)
        now, rules = clock.now(), await rules_now()
        topic = await TopicProposal.create(
            public_id=secrets.token_urlsafe(9),
            form_id=form_id,
            council_id=council.id,
            person_id=actor.person_id,
            title=title,
            text=text.strip(),
            kind=MatterKind(kind),
            needed=rules.supports,
            sent_at=now,
            closes_at=due_after(now, rules.collect_days, Unit.CALENDAR, await centres.calendar()),
            is_sample=council.is_sample,
        )
        await work.audit(actor, "topic.propose", f"topic:{topic.id}", council=council.id)
    return topic


async def _claim(topic_id: int) -> TopicProposal:
    """Take the proposal's row before reading it, so that the last two supporters come one after the other."""
    if not await TopicProposal.filter(id=topic_id).update(version=F("version") + 1):
        raise NotFound
    return await TopicProposal.get(id=topic_id).select_related("council__place")


async def support(actor: Actor, topic_id: int) -> TopicProposal:
    """A neighbour supports a topic, once; the one that makes it enough puts it before the council."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        topic = await _claim(topic_id)
        is_on_roll = await people.is_on_roll(actor, topic.council.place.path)
        stop(refuse_support(topic.state, is_on_roll, topic.person_id == actor.person_id))
        if await TopicSupport.exists(proposal_id=topic_id, person_id=actor.person_id):
            raise Refused(TopicRefusal.SUPPORTED_ALREADY)
        await TopicSupport.create(proposal_id=topic_id, person_id=actor.person_id, at=clock.now())
        await work.audit(actor, "topic.support", f"topic:{topic_id}")
        if await TopicSupport.filter(proposal_id=topic_id).count() >= topic.needed:
            await _to_council(actor, topic, work, by="neighbours")
    return topic


async def unsupport(actor: Actor, topic_id: int) -> None:
    """Take one's support back while the topic still collects."""
    async with unit_of_work() as work:
        topic = await _claim(topic_id)
        stop(None if topic.state is TopicState.OPEN else TopicRefusal.NOT_OPEN)
        if not await TopicSupport.filter(proposal_id=topic_id, person_id=actor.person_id).delete():
            raise Refused(TopicRefusal.NOT_SUPPORTED)
        await work.audit(actor, "topic.unsupport", f"topic:{topic_id}")


async def take(actor: Actor, topic_id: int) -> Matter:
    """The council takes a topic up without waiting for enough support, or although it never came."""
    async with unit_of_work() as work:
        topic = await _claim(topic_id)
        stop(refuse_take(topic.state))
        return await _to_council(actor, topic, work, by="council")


async def _to_council(actor: Actor, topic: TopicProposal, work: UnitOfWork, *, by: str) -> Matter:
    """The proposal becomes a matter: its number, its first two entries, its owner; whoever supports it follows it."""
    proposer = Actor(person_id=topic.person_id)
    matter = await report_matter(
        proposer,
        NewMatter(
            form_id=f"topic-{topic.public_id}",
            place_id=topic.council.place_id,
            title=topic.title,
            text=topic.text,
            reporter_id=topic.person_id,
            channel="topic",
            is_sample=topic.is_sample,
        ),
    )
    supporters = await TopicSupport.filter(proposal_id=topic.id).order_by("id")
    followers = [MatterFollower(matter_id=matter.id, person_id=one.person_id) for one in supporters]
    await MatterFollower.bulk_create(followers, ignore_conflicts=True)
    claimed = await claim_matter(matter.id, None)
    facts = {"topic": topic.public_id, "n": len(supporters), "by": by}
    sending = Sending(Way.COUNCIL, kind=topic.kind.value)
    who = NOBODY if by == "neighbours" else actor
    await send_claimed(who, claimed, sending, step=Step.SUPPORT, doers=(Doer.NEIGHBOURS,), facts=facts)
    await TopicProposal.filter(id=topic.id).update(
        state=TopicState.TAKEN, matter_id=matter.id, ended_at=clock.now(), answer_due_at=None
    )
    topic.state, topic.matter_id = TopicState.TAKEN, matter.id
    told = {one.person_id for one in supporters} | {topic.person_id}
    await tell(told, "matters-told-topic-taken", link=link_of(matter), number=matter.number, title=topic.title)
    await work.audit(actor, "topic.taken", f"topic:{topic.id}", matter=matter.id, by=by)
    if by == "neighbours":
        for bring, _ in _agendas:
            await bring(NOBODY, await Matter.get(id=matter.id))
    return claimed


async def answer(actor: Actor, topic_id: int, text: str) -> None:
    """The council answers a topic that did not find enough support, in words everybody can read."""
    async with unit_of_work() as work:
        topic = await _claim(topic_id)
        stop(refuse_answer(topic.state, text), field="answer", most=ANSWER_AT_MOST)
        await TopicProposal.filter(id=topic_id).update(
            state=TopicState.ANSWERED, answer=text.strip(), answered_by_id=actor.person_id, ended_at=clock.now()
        )
        supporters = await TopicSupport.filter(proposal_id=topic_id)
        told = {one.person_id for one in supporters} | {topic.person_id}
        await tell(told, "matters-told-topic-answered", link=link_to(topic), title=topic.title)
        await work.audit(actor, "topic.answer", f"topic:{topic_id}")


async def withdraw(actor: Actor, topic_id: int) -> None:
    """Who proposed it takes it back while it collects."""
    async with unit_of_work() as work:
        topic = await _claim(topic_id)
        stop(None if topic.state is TopicState.OPEN and topic.person_id == actor.person_id else TopicRefusal.NOT_OPEN)
        await TopicProposal.filter(id=topic_id).update(state=TopicState.WITHDRAWN, ended_at=clock.now())
        await work.audit(actor, "topic.withdraw", f"topic:{topic_id}")


async def hide(actor: Actor, topic_id: int, reason: str) -> None:
    """Take title and text from view, with a reason everybody can read; an empty reason shows them again."""
    async with unit_of_work() as work:
        await _claim(topic_id)
        await TopicProposal.filter(id=topic_id).update(hidden_reason=reason.strip()[:200])
        await work.audit(actor, "topic.hide" if reason.strip() else "topic.show", f"topic:{topic_id}")


async def sweep_topics() -> int:
    """Topics whose time ran out wait for their answer from now on; late answers go up, once. Safe to repeat."""
    now = clock.now()
    over = TopicProposal.filter(state=TopicState.OPEN, closes_at__lte=now).order_by("closes_at").limit(200)
    late = TopicProposal.filter(state=TopicState.LAPSED, late_at=None, answer_due_at__lte=now).limit(200)
    done = sum([await _lapse(one.id) for one in await over])
    return done + sum([await _hand_up(one.id) for one in await late])


async def _lapse(topic_id: int) -> bool:
    async with unit_of_work() as work:
        topic, now = await _claim(topic_id), clock.now()
        if topic.state is not TopicState.OPEN or topic.closes_at > now:
            return False
        days = (await rules_now()).answer_days
        start = day_end(local_day(topic.closes_at))
        due = due_after(max(start, topic.closes_at), days, Unit.WORKING, await centres.calendar())
        await TopicProposal.filter(id=topic_id).update(state=TopicState.LAPSED, answer_due_at=due)
        await tell([topic.person_id], "matters-told-topic-lapsed", link=link_to(topic), title=topic.title)
        told = await council_people(topic.council) - {topic.person_id}
        await tell(told, "matters-told-topic-answer-due", link=link_to(topic), title=topic.title)
        await work.audit(Actor(name="clock"), "topic.lapse", f"topic:{topic_id}")
    return True


async def _hand_up(topic_id: int) -> bool:
    async with unit_of_work() as work:
        topic, now = await _claim(topic_id), clock.now()
        if topic.state is not TopicState.LAPSED or topic.late_at is not None:
            return False
        await TopicProposal.filter(id=topic_id).update(late_at=now)
        told = await council_people(topic.council)
        told |= set(await holders_of(Role.SUBDISTRICT_OFFICER, topic.council.place.path))
        await tell(told, "matters-told-topic-late", link=link_to(topic), title=topic.title)
        await work.audit(Actor(name="clock"), "topic.late", f"topic:{topic_id}")
    return True


async def supports_of(topic_ids: Iterable[int]) -> dict[int, int]:
    """How many support each of these proposals."""
    rows = TopicSupport.filter(proposal_id__in=list(topic_ids)).group_by("proposal_id").annotate(n=Count("id"))
    return {int(row["proposal_id"]): int(row["n"]) for row in await rows.values("proposal_id", "n")}


async def supporters_of_matters(matter_ids: Iterable[int]) -> dict[int, int]:
    """How many neighbours support each of these matters; only those that came from a proposal."""
    topics = await TopicProposal.filter(matter_id__in=list(matter_ids))
    counts = await supports_of(one.id for one in topics)
    return {one.matter_id: counts.get(one.id, 0) for one in topics if one.matter_id is not None}


async def topics_to_bring(council_id: int) -> list[Matter]:
    """Matters that enough neighbours support and that no meeting has yet, those supported first in front."""
    topics = await TopicProposal.filter(council_id=council_id, state=TopicState.TAKEN).order_by("ended_at", "id")
    counts = await supports_of(one.id for one in topics)
    ids = [one.matter_id for one in topics if counts.get(one.id, 0) >= one.needed and one.matter_id is not None]
    waiting = Matter.filter(id__in=ids, way=Way.COUNCIL, state__in=[MatterState.ASSIGNED, MatterState.ACCEPTED])
    rows = {one.id: one for one in await waiting}
    return [rows[one] for one in ids if one in rows]


async def erase(person_id: int) -> None:
    """Somebody erased their data: what still collects is withdrawn, their support of others' topics goes."""
    mine = TopicProposal.filter(person_id=person_id)
    await mine.filter(state=TopicState.OPEN).update(state=TopicState.WITHDRAWN, ended_at=clock.now())
    await mine.filter(matter_id=None).update(title="", text="")
    await TopicSupport.filter(person_id=person_id, proposal__state=TopicState.OPEN).delete()


plug_eraser(erase)
