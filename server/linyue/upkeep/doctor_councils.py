"""Invariants of councils: seats, X terms, rights that end with them, topics and their supporters."""

from datetime import timedelta

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.councils.model import CouncilRules, Seat, XMember
from linyue.councils.rules import LONGEST_X_TERM
from linyue.councils.rules_district import refuse_rules
from linyue.councils.service_rules import rules_of
from linyue.matters.model_topics import MatterRecusal, TopicProposal
from linyue.matters.rules_topics import TopicState
from linyue.people.model import RoleGrant
from linyue.upkeep.doctor_check import Answer, Check
from linyue.upkeep.doctor_votes import rows

NOTICED_WITHIN = timedelta(minutes=15)


async def one_seat_each(_settings: Settings) -> Answer:
    """At no moment do two people hold one seat, or one person two seats of a council."""
    faults = []
    found = await Seat.all().order_by("council_id", "starts_at", "id")
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            if other.council_id != one.council_id:
                break
            if other.starts_at >= one.ends_at or one.starts_at >= other.ends_at:
                continue
            if other.number == one.number:
                faults.append(f"council {one.council_id}: terms {one.id} and {other.id} hold seat {one.number} at once")
            elif other.person_id == one.person_id:
                faults.append(f"council {one.council_id}: terms {one.id} and {other.id} are one person's at once")
    return len(found), faults


async def x_for_a_year_at_most(_settings: Settings) -> Answer:
    """No X member was taken in for more than a year, and none of the district's rules allows it."""
    xs = await XMember.all()
    faults = [
        f"x member {x.id}: taken in for longer than a year" for x in xs if x.ends_at - x.starts_at > LONGEST_X_TERM
    ]
    for row in await CouncilRules.all():
        if refuse_rules(rules_of(row)) is not None:
            faults.append(f"council rules {row.id}: out of their limits")
    return len(xs), faults


async def no_term_acts_on(_settings: Settings) -> Answer:
    """A right that came with a seat or an invitation ends with it, terms that are over were noticed, and nobody leads
    a matter by a seat that is no more theirs or from which they stepped back.
    """
    faults, before = [], clock.now() - NOTICED_WITHIN
    terms: list[Seat | XMember] = [*await Seat.all(), *await XMember.all()]
    grants = {row.id: row for row in await RoleGrant.filter(id__in=[one.grant_id for one in terms if one.grant_id])}
    for one in terms:
        name = f"{'seat' if isinstance(one, Seat) else 'x'} term {one.id}"
        grant = grants.get(one.grant_id or 0)
        if grant is not None and (grant.ends_at is None or grant.ends_at > one.ends_at):
            faults.append(f"{name}: its right goes on after it")
        if one.ends_at < before and one.closed_at is None:
            faults.append(f"{name}: over, and nobody noticed (is a server or worker running?)")
    faults += [
        f"matter {row['number']}: led by somebody who stepped back from it"
        for row in await rows(
            "SELECT m.number FROM matters m JOIN matter_recusals r ON r.matter_id = m.id AND r.person_id = m.owner_id"
            " WHERE m.owner_role = 'standing_member' AND m.due_at IS NOT NULL"
        )
    ]
    return len(terms) + await MatterRecusal.all().count(), faults


async def topics_add_up(_settings: Settings) -> Answer:
    """A topic with enough supporters is a matter, nobody supports their own, one that ran out has its answer's day."""
    faults = [
        f"topic {row['id']}: {row['n']} support it, {row['needed']} are enough, and it still collects"
        for row in await rows(
            "SELECT t.id, t.needed, COUNT(s.id) AS n FROM topic_proposals t JOIN topic_supports s"
            " ON s.proposal_id = t.id WHERE t.state = 'open' GROUP BY t.id, t.needed HAVING COUNT(s.id) >= t.needed"
        )
    ]
    faults += [
        f"topic {row['id']}: supported by the one who proposed it"
        for row in await rows(
            "SELECT t.id FROM topic_proposals t JOIN topic_supports s ON s.proposal_id = t.id"
            " AND s.person_id = t.person_id"
        )
    ]
    for topic in await TopicProposal.all():
        if (topic.state is TopicState.TAKEN) != (topic.matter_id is not None):
            faults.append(f"topic {topic.id}: {topic.state.value}, matter {topic.matter_id}")
        if topic.state is TopicState.LAPSED and topic.answer_due_at is None:
            faults.append(f"topic {topic.id}: waits for an answer without a day")
        if topic.state is TopicState.ANSWERED and not topic.answer:
            faults.append(f"topic {topic.id}: answered without words")
    return await TopicProposal.all().count(), faults


COUNCILS: list[tuple[str, str, Check]] = [
    ("C1", "no seat is held twice", one_seat_each),
    ("C2", "X for a year at most", x_for_a_year_at_most),
    ("C3", "no term acts on after its end", no_term_acts_on),
    ("C4", "topics, their supporters and answers add up", topics_add_up),
]
