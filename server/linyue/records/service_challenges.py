"""Doubts about a published result: raised, taken over, answered. The only writer of their table.

    raise_challenge(actor, question_id, kind, code=, text=) -> Challenge
    take_challenge(actor, challenge_id)                          somebody else of the desk becomes its owner
    answer_challenge(actor, challenge_id, finding, text)
    sweep(now)                                                   late ones are told to owner and supervisors
First help for a receipt is service_views.find; what the roll says of the reader is `own_vote`.
"""

import secrets
from datetime import datetime

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from linyue.base import clock, ratelimit
from linyue.base.db import settings_in_use, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role, Scope
from linyue.base.workdays import Unit, due_after
from linyue.centres import service as centres
from linyue.meetings.model import Meeting, MeetingOffice
from linyue.meetings.rules_plan import Office
from linyue.meetings.service import topic_of
from linyue.meetings.service_roll import is_on_roll as lives_here
from linyue.people.service_roles import holders_of
from linyue.places.model import Place
from linyue.questions.model import Question, RollEntry
from linyue.records.events import ChallengeMoved
from linyue.records.model_challenges import Challenge
from linyue.records.rules import typed_code
from linyue.records.rules_challenges import (
    ANSWER_DAYS,
    ChallengeKind,
    ChallengeRefusal,
    ChallengeState,
    Doubt,
    Finding,
    pick_owner,
    refuse_answer,
    refuse_challenge,
    refuse_take,
    refuse_window,
    window_ends,
)

LIMIT = "10/hour"
OWNERS = (Role.OVERSIGHT_COMMITTEE, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.SUBDISTRICT_OFFICER)
"""Who answers: the nearest oversight committee, else the community's worker, else those above them."""


async def raise_challenge(
    actor: Actor, question_id: int, kind: ChallengeKind, *, code: str = "", text: str = ""
) -> Challenge:
    """Say that a result is wrong. Gets a number, an owner and a due time at once. Raises Refused(ChallengeRefusal)."""
    assert actor.person_id is not None
    await ratelimit.check(LIMIT, "challenge", str(actor.person_id), reason=ChallengeRefusal.TOO_MANY)
    now = clock.now()
    doubt = Doubt(kind, typed_code(code), text.strip())
    try:
        async with unit_of_work() as work:
            question = await _claimed_question(question_id)
            reason = refuse_window(question.state, question.published_at, settings_in_use().challenge_hours, now)
            if reason is not None:
                raise Refused(reason)
            mine = Challenge.of(question_id).filter(person_id=actor.person_id, kind=kind, state=ChallengeState.OPEN)
            refusal = refuse_challenge(
                doubt, may_ask=await may_ask(question, actor.person_id), has_same_open=await mine.exists()
            )
            if refusal is not None:
                raise Refused(refusal[0], field=refusal[1] or None)
            row = await Challenge.create(
                public_id=secrets.token_urlsafe(9),
                question_id=question_id,
                person_id=actor.person_id,
                kind=kind,
                code=doubt.code,
                text=doubt.text,
                owner_id=await _owner_of(question, actor.person_id),
                asked_at=now,
                due_at=due_after(now, ANSWER_DAYS, Unit.WORKING, await centres.calendar()),
            )
            link = f"/doubts/{row.public_id}"
            if row.owner_id is not None:
                await tell(
                    [row.owner_id], "records-challenges-told-owner", link=link, is_urgent=True, number=row.number
                )
            await tell([actor.person_id], "records-challenges-told-received", link=link, number=row.number)
            await work.audit(actor, "challenge.raise", f"challenge:{row.id}", kind=kind.value, question=question_id)
            work.publish(topic_of(question.meeting_id), ChallengeMoved(question.id, question.public_id))
    except IntegrityError as error:  # the same doubt twice at once: the index keeps one
        raise Refused(ChallengeRefusal.ALREADY, field="kind") from error
    return row


async def take_challenge(actor: Actor, challenge_id: int) -> None:
    """Somebody who may answer takes a doubt over, for example from an owner who is away."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        row = await _claimed(challenge_id)
        question = await Question.get(id=row.question_id)
        reason = refuse_take(
            row.state,
            is_owner=row.owner_id == actor.person_id,
            is_chair=actor.person_id in await chairs_of(question.meeting_id),
            is_asker=row.person_id == actor.person_id,
        )
        if reason is not None:
            raise Refused(reason)
        await Challenge.filter(id=row.id).update(owner_id=actor.person_id)
        await work.audit(actor, "challenge.take", f"challenge:{row.id}")
        work.publish(topic_of(question.meeting_id), ChallengeMoved(question.id, question.public_id))


async def answer_challenge(actor: Actor, challenge_id: int, finding: Finding, text: str) -> Challenge:
    """Say whether the doubt is right, and why; the one who asked is told, everybody can read the answer."""
    async with unit_of_work() as work:
        row = await _claimed(challenge_id)
        question = await Question.get(id=row.question_id)
        refusal = refuse_answer(
            row.state,
            text,
            is_owner=actor.person_id is not None and row.owner_id == actor.person_id,
            is_chair=actor.person_id in await chairs_of(question.meeting_id),
        )
        if refusal is not None:
            raise Refused(refusal[0], field=refusal[1] or None)
        await _settle(row, finding, text.strip(), actor.person_id)
        await work.audit(actor, "challenge.answer", f"challenge:{row.id}", finding=finding.value)
        work.publish(topic_of(question.meeting_id), ChallengeMoved(question.id, question.public_id))
    return await Challenge.get(id=challenge_id)


async def answer_all_voided(actor: Actor, question: Question) -> None:
    """The question was voided: whoever still waits for an answer has it. Only inside a unit of work."""
    for row in await Challenge.of(question.id).filter(state=ChallengeState.OPEN):
        await _settle(row, Finding.RIGHT, question.void_reason, actor.person_id)


async def _settle(row: Challenge, finding: Finding, text: str, person_id: int | None) -> None:
    await Challenge.filter(id=row.id).update(
        state=ChallengeState.ANSWERED,
        finding=finding,
        answer=text,
        answered_by_id=person_id,
        answered_at=clock.now(),
    )
    link = f"/doubts/{row.public_id}"
    await tell([row.person_id], "records-challenges-told-answered", link=link, is_urgent=True, number=row.number)


async def sweep(now: datetime) -> int:
    """Tell the owner and the supervisors of doubts that are late, once. Returns how many; may run twice."""
    late = await Challenge.filter(state=ChallengeState.OPEN, due_at__lt=now, overdue_at__isnull=True).limit(50)
    for row in late:
        async with unit_of_work():
            if not await Challenge.filter(id=row.id, overdue_at__isnull=True).update(overdue_at=now):
                continue
            question = await Question.get(id=row.question_id).prefetch_related("meeting__place")
            above = await holders_of(Role.SUPERVISOR, question.meeting.place.path)
            people = {*above, *([row.owner_id] if row.owner_id is not None else [])}
            await tell(people, "records-challenges-told-late", link=f"/doubts/{row.public_id}", number=row.number)
    return len(late)


async def may_ask(question: Question, person_id: int) -> bool:
    """Whether this person may doubt the result: on its frozen roll, or living where it counts."""
    if await RollEntry.exists(question_id=question.id, person_id=person_id):
        return True
    meeting = await Meeting.get(id=question.meeting_id)
    return await lives_here(person_id, await Place.get(id=meeting.place_id))


async def own_vote(question: Question, person_id: int | None) -> str | None:
    """What the roll says of the reader: the channel of their ballot, "" for none; None when not on the roll."""
    if person_id is None:
        return None
    row = await RollEntry.get_or_none(question_id=question.id, person_id=person_id)
    return None if row is None else row.channel or ""


async def chairs_of(meeting_id: int) -> frozenset[int]:
    """Who chaired the meeting."""
    rows = await MeetingOffice.filter(meeting_id=meeting_id, office=Office.CHAIR).values_list("person_id", flat=True)
    return frozenset(int(str(one)) for one in rows)


async def scope_of(row: Challenge) -> Scope:
    """What the policy needs to know of a doubt."""
    question = await Question.get(id=row.question_id).prefetch_related("meeting__place")
    return Scope(
        place_path=question.meeting.place.path,
        person_ids=frozenset({row.person_id}),
        offices={"handler": frozenset({row.owner_id} if row.owner_id is not None else ())},
        is_public=False,
    )


async def challenge_by_public_id(public_id: str) -> Challenge:
    """The doubt of an address. Raises NotFound."""
    row = await Challenge.get_or_none(public_id=public_id)
    if row is None:
        raise NotFound
    return row


def can_doubt_until(question: Question, now: datetime) -> datetime | None:
    """Until when the result can be doubted; None when it cannot."""
    hours = settings_in_use().challenge_hours
    if question.published_at is None or refuse_window(question.state, question.published_at, hours, now):
        return None
    return window_ends(question.published_at, hours)


async def desk_of(actor: Actor) -> list[Challenge]:
    """Doubts this person has to answer, then those of the places their roles cover, the next due first."""
    paths = [grant.place_path for grant in actor.grants if grant.role in OWNERS and grant.place_path]
    rows = await Challenge.all().order_by("due_at", "id").limit(500).prefetch_related("question__meeting__place")
    own = [row for row in rows if row.owner_id == actor.person_id]
    near = [
        row
        for row in rows
        if row not in own and any(row.question.meeting.place.path.startswith(path) for path in paths)
    ]
    return [*own, *near]


async def _owner_of(question: Question, asker: int) -> int | None:
    meeting = await Meeting.get(id=question.meeting_id)
    place = await Place.get(id=meeting.place_id)
    ranks = [await holders_of(role, place.path) for role in OWNERS]
    return pick_owner(ranks, {*await chairs_of(meeting.id), asker})


async def _claimed(challenge_id: int) -> Challenge:
    # Written before it is read, so that two answers come one after the other.
    if not await Challenge.filter(id=challenge_id).update(due_at=F("due_at")):
        raise NotFound
    return await Challenge.get(id=challenge_id)


async def _claimed_question(question_id: int) -> Question:
    # Taken without a new version: nothing about the question changes, but a voiding must not cross.
    if not await Question.filter(id=question_id).update(version=F("version")):
        raise NotFound
    return await Question.get(id=question_id)
