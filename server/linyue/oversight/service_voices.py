"""Questions, objections, appraisals and suggestions: raised, passed up, answered, late. The only writer of voices.

raise_voice(actor, notice_id, kind, text, verdict=None) -> Voice
suggest(actor, place_id, desk, text) -> Voice
ask_place(actor, place_id, text) -> Voice                what stands on no notice
pass_up(actor, voice_id, version)                        what only the street can answer
answer_voice(actor, voice_id, finding, text, show_text, version)
sweep(now)                                               late ones are told to the desk and to those above
"""

import secrets
from datetime import datetime

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from linyue.base import clock, ratelimit
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role, Scope
from linyue.centres import service as centres
from linyue.councils.service_rules import rules_now
from linyue.matters.rules import Step
from linyue.oversight.model import Notice, Voice
from linyue.oversight.rules import (
    TO_MEND,
    Desk,
    Finding,
    OversightRefusal,
    Standing,
    Verdict,
    VoiceKind,
    VoiceState,
    answer_due,
    due_passed_up,
    first_desk,
    refuse_answer,
    refuse_pass_up,
    refuse_voice,
    state_of,
)
from linyue.oversight.service import claimed, on_matter, standing_of, stop
from linyue.people import service as people
from linyue.people.service_own import plug_eraser
from linyue.people.service_roles import holders_of
from linyue.places.model import Place

LIMIT = "10/hour"
SEEING = (Role.SOCIAL_WORKER, Role.SUBDISTRICT_OFFICER, Role.SUPERVISOR, Role.OVERSIGHT_COMMITTEE)
"""Roles whose desk page lists the voices of their places."""


async def raise_voice(
    actor: Actor, notice_id: int, kind: VoiceKind, text: str, verdict: Verdict | None = None
) -> Voice:
    """Ask about a notice, object to it or appraise it; an owner and a due time at once. Raises Refused.

    The same question or objection sent again while it waits is the one that is there.
    """
    assert actor.person_id is not None
    await ratelimit.check(LIMIT, "voice", str(actor.person_id), reason=OversightRefusal.TOO_MANY)
    try:
        async with unit_of_work():
            notice = await claimed(notice_id)
            earlier = await _said_before(actor.person_id, kind, notice.place_id, text, notice_id=notice.id)
            if earlier is not None:
                return earlier
            stop(refuse_voice(kind, await standing_of(actor, notice), text, verdict))
            row = await _take_in(actor, kind, notice.place, text, first_desk(kind), verdict, notice.id)
            data = {"kind": kind.value} | ({"verdict": verdict.value} if verdict else {})
            await on_matter(actor, notice, Step.SAY_DISCLOSED, "", **data)
    except IntegrityError as error:  # a second appraisal while the first waits: the index keeps one
        raise Refused(OversightRefusal.WAITING, field="text") from error
    return row


async def suggest(actor: Actor, place_id: int, desk: Desk, text: str) -> Voice:
    """Suggest something to the community or the street; an answer is due. Raises Refused."""
    return await _say_at(actor, place_id, VoiceKind.SUGGESTION, desk, text)


async def ask_place(actor: Actor, place_id: int, text: str) -> Voice:
    """Ask the community about something that stands on no notice; an answer is due. Raises Refused.

    Art 34 of the Urban Residents' Committee Law (2025 revision): what is disclosed is open to query.
    """
    return await _say_at(actor, place_id, VoiceKind.QUESTION, first_desk(VoiceKind.QUESTION), text)


async def _say_at(actor: Actor, place_id: int, kind: VoiceKind, desk: Desk, text: str) -> Voice:
    assert actor.person_id is not None
    await ratelimit.check(LIMIT, "voice", str(actor.person_id), reason=OversightRefusal.TOO_MANY)
    async with unit_of_work():
        place = await Place.get_or_none(id=place_id)
        if place is None:
            raise NotFound
        await people.claim_person(actor.person_id)
        earlier = await _said_before(actor.person_id, kind, place.id, text, desk=desk)
        if earlier is not None:
            return earlier
        waiting = Voice.filter(place_id=place.id, person_id=actor.person_id, kind=kind, notice_id=None)
        who = Standing(
            on_roll=await people.is_on_roll(actor, place.path),
            waiting=await waiting.filter(state=VoiceState.OPEN).count(),
        )
        stop(refuse_voice(kind, who, text))
        return await _take_in(actor, kind, place, text, desk)


async def _said_before(person_id: int, kind: VoiceKind, place_id: int, text: str, **more: object) -> Voice | None:
    """What somebody said in the same words and what still waits: a form that was sent twice."""
    if kind is VoiceKind.APPRAISAL:  # the index keeps one of those
        return None
    said = {"person_id": person_id, "kind": kind, "place_id": place_id, "text": text.strip(), "notice_id": None, **more}
    return await Voice.filter(state=VoiceState.OPEN, **said).order_by("id").first()


async def _take_in(
    actor: Actor,
    kind: VoiceKind,
    place: Place,
    text: str,
    desk: Desk,
    verdict: Verdict | None = None,
    notice_id: int | None = None,
) -> Voice:
    assert actor.person_id is not None
    now, state = clock.now(), state_of(kind, verdict)
    row = await Voice.create(
        public_id=secrets.token_urlsafe(9),
        kind=kind,
        notice_id=notice_id,
        place_id=place.id,
        person_id=actor.person_id,
        text=text.strip(),
        verdict=verdict,
        state=state,
        desk=desk,
        asked_at=now,
        due_at=(
            answer_due(kind, desk, await rules_now(), now, await centres.calendar())
            if state is VoiceState.OPEN
            else None
        ),
        is_text_shown=kind is VoiceKind.APPRAISAL,
    )
    if state is VoiceState.OPEN:
        told = await holders_of(Role(desk.value), place.path)
        await tell(told, f"oversight-told-{kind.value}", link=link_of(row), number=row.number)
    async with unit_of_work() as work:
        await work.audit(actor, "oversight.voice", f"voice:{row.id}", kind=kind.value, desk=desk.value)
    return row


async def pass_up(actor: Actor, voice_id: int, version: int) -> None:
    """The community's desk passes a voice up to the street; the asker is told, the clock goes on."""
    async with unit_of_work() as work:
        row = await _claimed(voice_id, version)
        refusal = refuse_pass_up(row.state, row.desk, is_owner=owns(actor, row))
        if refusal is not None:
            raise Refused(refusal)
        now = clock.now()
        assert row.due_at is not None
        due_at = due_passed_up(row.due_at, now, await centres.calendar())
        await Voice.filter(id=row.id).update(desk=Desk.STREET, due_at=due_at, passed_at=now)
        link = link_of(row)
        street = await holders_of(Role.SUBDISTRICT_OFFICER, row.place.path)
        await tell(street, f"oversight-told-{row.kind.value}", link=link, number=row.number)
        await tell([row.person_id], "oversight-told-passed", link=link, number=row.number)
        await work.audit(actor, "oversight.pass", f"voice:{row.id}")


async def answer_voice(
    actor: Actor, voice_id: int, finding: Finding, text: str, *, show_text: bool, version: int
) -> Voice:
    """Answer in public; `show_text` = its own words may be read by everybody too. The asker is told."""
    async with unit_of_work() as work:
        row = await _claimed(voice_id, version)
        is_owner, is_asker = owns(actor, row), actor.person_id == row.person_id
        stop(refuse_answer(row.state, row.kind, finding, text, is_owner=is_owner, is_asker=is_asker))
        now = clock.now()
        assert row.due_at is not None
        await Voice.filter(id=row.id).update(
            state=VoiceState.ANSWERED,
            finding=finding,
            answer=text.strip(),
            answered_by_id=actor.person_id,
            answered_at=now,
            overdue_at=row.overdue_at or (now if now > row.due_at else None),
            is_text_shown=show_text or row.kind is VoiceKind.APPRAISAL,
        )
        await tell([row.person_id], "oversight-told-answered", link=link_of(row), is_urgent=True, number=row.number)
        if row.notice_id is not None:
            notice = await Notice.get(id=row.notice_id)
            data = {"kind": row.kind.value, "finding": finding.value}
            await on_matter(actor, notice, Step.ANSWER_DISCLOSED, text.strip(), **data)
            if finding in TO_MEND:
                desk = {notice.author_id, *await holders_of(Role.SOCIAL_WORKER, row.place.path)}
                await tell(desk, "oversight-told-correct", link=f"/notices/{notice.public_id}", title=notice.title)
        await work.audit(actor, "oversight.answer", f"voice:{row.id}", finding=finding.value)
    return await Voice.get(id=voice_id)


async def sweep(now: datetime) -> int:
    """Tell the desk, the officer and the supervisor of answers that are late, once. Returns how many; may run twice."""
    late = await Voice.filter(state=VoiceState.OPEN, due_at__lt=now, overdue_at__isnull=True).limit(50)
    for row in late:
        async with unit_of_work():
            if not await Voice.filter(id=row.id, overdue_at__isnull=True).update(overdue_at=now):
                continue
            path = (await Place.get(id=row.place_id)).path
            told: set[int] = set()
            for role in (Role(row.desk.value), Role.SUBDISTRICT_OFFICER, Role.SUPERVISOR):
                told |= set(await holders_of(role, path))
            await tell(told, "oversight-told-late", link=link_of(row), is_urgent=True, number=row.number)
    return len(late)


def owns(actor: Actor, row: Voice) -> bool:
    """Whether this person works at the desk that owns the voice. `row.place` is loaded."""
    return any(g.role.value == row.desk.value and row.place.path.startswith(g.place_path) for g in actor.grants)


def link_of(row: Voice) -> str:
    """The voice's own page."""
    return f"/voices/{row.public_id}"


def scope_of(row: Voice) -> Scope:
    """What the policy needs to know of a voice. `row.place` is loaded."""
    return Scope(place_path=row.place.path, person_ids=frozenset({row.person_id}), is_public=False)


async def voice_by_public_id(public_id: str) -> Voice:
    """The voice of an address, with its place and notice. Raises NotFound."""
    row = await Voice.get_or_none(public_id=public_id).select_related("place", "notice")
    if row is None:
        raise NotFound
    return row


async def desk_of(actor: Actor) -> list[Voice]:
    """What waits at this person's desks or places, the next due first; then what was answered last."""
    reached = Q(id=0)
    for grant in actor.grants:
        if grant.role in SEEING and grant.place_path:
            reached |= Q(place__path__startswith=grant.place_path)
    rows = Voice.filter(reached).select_related("place", "notice")
    waiting = await rows.filter(state=VoiceState.OPEN).order_by("due_at", "id").limit(200)
    done = await rows.exclude(state=VoiceState.OPEN).order_by("-id").limit(30)
    return [*waiting, *done]


def late_in(path: str) -> QuerySet[Voice]:
    """Voices of a place and all inside it whose answer is late now."""
    return Voice.filter(place__path__startswith=path, state=VoiceState.OPEN, due_at__lt=clock.now())


async def _claimed(voice_id: int, version: int) -> Voice:
    if not await Voice.filter(id=voice_id, version=version).update(version=F("version") + 1):
        raise Refused(OversightRefusal.CHANGED_MEANWHILE) if await Voice.exists(id=voice_id) else NotFound
    return await Voice.get(id=voice_id).select_related("place")


async def forget_person(person_id: int) -> None:
    """What was said is kept with its answer; words that nobody else could read go with the person."""
    await Voice.filter(person_id=person_id, is_text_shown=False).update(text="")


plug_eraser(forget_person)
