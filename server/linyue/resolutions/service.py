"""What people do with a resolution: write it, change its owner or date in the open, keep it. The only writer here.

make_resolution(actor, question_id, text=, text_en=, owner_public_id=, due_on=) -> Resolution
change_resolution(actor, resolution_id, owner_public_id=, due_on=, reason=, version=)
keep_resolution(actor, resolution_id, text=, version=, form_id=)
"""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import current_work, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.pages import day_text
from linyue.base.policy import Actor, Scope
from linyue.base.workdays import day_end
from linyue.matters import service as matters
from linyue.matters.model import Matter, MatterFollower
from linyue.matters.service_motion import Adopted, adopt_motion
from linyue.matters.service_step import topic_of
from linyue.meetings.model import Meeting
from linyue.people.model import Person
from linyue.people.service import names_of
from linyue.questions import service as questions_service
from linyue.questions import service_views as questions
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_tally import Verdict
from linyue.questions.service_views import Promise
from linyue.questions.service_void import when_voided
from linyue.resolutions.events import ResolutionChanged, ResolutionKept, ResolutionMade
from linyue.resolutions.model import Resolution
from linyue.resolutions.rules import (
    ResolutionRefusal,
    ResolutionState,
    refuse_change,
    refuse_keeping,
    refuse_resolution,
)
from linyue.rounds.model import Motion


def _stop(refusal: tuple[ResolutionRefusal, str] | None) -> None:
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1] or None)


async def scope_of_question(question: Question) -> Scope:
    """What the policy needs to know of a decided question: its matter's, at the place whose council met.

    A member's role reaches that place and not the community around it. `question.meeting.place` is loaded.
    Raises NotFound for a choice among options without a matter: it only leans, and leads to no promise.
    """
    matter = await Matter.get_or_none(id=question.matter_id) if question.matter_id else None
    if matter is None:
        if not question.rule_spec.is_aye_or_no:
            raise NotFound()
        return Scope(place_path=question.meeting.place.path)
    return replace(await matters.scope_of(matter), place_path=question.meeting.place.path)


async def scope_of(resolution: Resolution) -> Scope:
    """The same for a promise, with who carries it."""
    question = await Question.get(id=resolution.question_id).prefetch_related("meeting__place")
    base = await scope_of_question(question)
    return replace(base, offices={**base.offices, "carrier": frozenset({resolution.owner_id})})


async def make_resolution(
    actor: Actor,
    question_id: int,
    *,
    text: str,
    owner_public_id: str,
    due_on: date,
    text_en: str = "",
    public_id: str = "",
) -> Resolution:
    """Say who does what by when, after an adopted result. Due at the end of that day in Ningbo.

    A motion of the meeting itself gets its number now. `text_en` is the same sentence for English readers; empty where
    nobody wrote one. `public_id`: that of the line of an action plan which becomes this resolution.
    """
    due_at = day_end(due_on)
    async with unit_of_work() as work:
        question = await Question.get_or_none(id=question_id)
        if question is None:
            raise NotFound()
        is_published = question.state is QuestionState.PUBLISHED
        is_adopted = is_published and (await questions.result_view(question)).outcome.verdict is Verdict.PASSED
        _stop(
            refuse_resolution(
                is_published=is_published,
                is_adopted=is_adopted,
                has_matter=question.matter_id is not None or question.rule_spec.is_aye_or_no,
                text=text,
                due_at=due_at,
                now=clock.now(),
            )
        )
        owner = await owner_named(owner_public_id)
        if await Resolution.exists(question_id=question_id):
            raise Refused(ResolutionRefusal.ALREADY_MADE)
        if question.matter_id is None:
            await _give_number(actor, question)
        assert question.matter_id is not None
        try:
            row = await Resolution.create(
                public_id=public_id or secrets.token_urlsafe(9),
                matter_id=question.matter_id,
                question_id=question_id,
                text=text.strip(),
                text_en=text_en.strip(),
                owner_id=owner.id,
                due_at=due_at,
                made_at=clock.now(),
            )
        except IntegrityError as error:
            raise Refused(ResolutionRefusal.ALREADY_MADE) from error
        await matters.record_promise(
            actor,
            row.matter_id,
            resolution_public_id=row.public_id,
            text=row.text,
            text_en=row.text_en,
            owner_id=owner.id,
            due_at=due_at,
        )
        took_part = await _told_of(row)
        link = f"/resolutions/{row.public_id}"
        await tell(  # followers were told with the matter's own step just now
            (took_part | {owner.id}) - {actor.person_id or 0},
            "resolutions-told-made",
            link=link,
            is_urgent=True,
            text_zh=row.text,
            text_en=row.text_en,
            who=owner.display_name,
        )
        await work.audit(actor, "resolution.make", f"resolution:{row.id}", owner=owner.id)
        work.publish(topic_of(row.matter_id), ResolutionMade(row.id, row.matter_id, row.version))
    return row


async def _give_number(actor: Actor, question: Question) -> None:
    """A vote about no matter: its motion becomes one."""
    meeting = await Meeting.get(id=question.meeting_id)
    moved = await Motion.filter(question_id=question.id).first()
    matter = await adopt_motion(
        actor,
        Adopted(
            question_public_id=question.public_id,
            place_id=question.roll_place_id or meeting.place_id,
            text=question.text_zh,
            text_en=question.text_en,
            author_id=moved.author_id if moved is not None else None,
            is_sample=meeting.is_sample,
            numbers=questions_service.numbers_of(question),
        ),
    )
    await questions_service.about_matter(question, matter.id)


async def change_resolution(
    actor: Actor, resolution_id: int, *, owner_public_id: str, due_on: date, reason: str, version: int
) -> None:
    """Give the promise another owner or date; the change and its reason stand on the timeline."""
    due_at = day_end(due_on)
    async with unit_of_work() as work:
        row = await _claim(resolution_id, version)
        owner = await owner_named(owner_public_id)
        is_same = owner.id == row.owner_id and due_at == row.due_at
        _stop(refuse_change(row.state, is_same=is_same, reason=reason, due_at=due_at, now=clock.now()))
        await Resolution.filter(id=row.id).update(owner_id=owner.id, due_at=due_at)
        await matters.promise_changed(
            actor,
            row.matter_id,
            what=(row.text, row.text_en),
            owner_id=owner.id,
            due_at=due_at,
            reason=reason.strip(),
            but_not=(row.owner_id, owner.id),
        )
        told = await _told_of(row)
        link = f"/resolutions/{row.public_id}"
        await tell_moved(actor, (row.text, row.text_en), row.owner_id, owner, due_at, link=link, others=told)
        await work.audit(actor, "resolution.change", f"resolution:{row.id}", owner=owner.id)
        work.publish(topic_of(row.matter_id), ResolutionChanged(row.id, row.matter_id, row.version))


async def _told_of(row: Resolution) -> set[int]:
    """Who was told of a promise as one who took part; followers hear of it with the matter's own steps."""
    question, matter = await Question.get(id=row.question_id), await Matter.get(id=row.matter_id)
    followers = await MatterFollower.filter(matter_id=matter.thread_id).values_list("person_id", flat=True)
    return await questions_service.who_took_part(question) - {int(str(one)) for one in followers}


async def tell_moved(
    actor: Actor,
    what: tuple[str, str],
    owner_before: int,
    owner: Person,
    due_at: datetime,
    *,
    link: str,
    others: Collection[int] = (),
) -> None:
    """Tell of another owner or day: both owners at once, by text message too, `others` in the inbox.

    Whoever changed it knows. `what`: Chinese and English; `owner`: who carries it from now on.
    """
    words: dict[str, Any] = {
        "text_zh": what[0],
        "text_en": what[1],
        "who": owner.display_name,
        "day_zh": day_text("zh-CN", due_at),
        "day_en": day_text("en", due_at),
    }
    owners = {owner_before, owner.id}
    keys = {owner_before: "resolutions-told-not-yours", owner.id: "resolutions-told-yours"}
    for person_id in owners - {actor.person_id}:
        key = keys[person_id] if len(owners) > 1 else "resolutions-told-changed"
        await tell([person_id], key, link=link, is_urgent=True, **words)
    await tell(set(others) - owners - {actor.person_id}, "resolutions-told-changed", link=link, **words)


async def keep_resolution(actor: Actor, resolution_id: int, *, text: str, version: int, form_id: str = "") -> None:
    """Say that what was promised is done, and how one can see it, with photos kept under `form_id`.

    The reporter is asked to rate it; who was told of the promise is told that it is kept.
    """
    async with unit_of_work() as work:
        row = await _claim(resolution_id, version)
        _stop(refuse_keeping(row.state, text))
        await Resolution.filter(id=row.id).update(
            state=ResolutionState.KEPT, kept_at=clock.now(), kept_text=text.strip()
        )
        await matters.promise_kept(actor, row.matter_id, text=text.strip(), form_id=form_id)
        await tell(
            (await _told_of(row) | {row.owner_id}) - {actor.person_id or 0},
            "resolutions-told-kept",
            link=f"/resolutions/{row.public_id}",
            text_zh=row.text,
            text_en=row.text_en,
        )
        await work.audit(actor, "resolution.keep", f"resolution:{row.id}")
        work.publish(topic_of(row.matter_id), ResolutionKept(row.id, row.matter_id, row.version))


async def void_resolution(actor: Actor, question: Question) -> None:
    """The vote was voided: what it led to binds nobody any more. Called inside the voiding's own transaction."""
    row = await Resolution.get_or_none(question_id=question.id)
    work = current_work()
    if row is None or work is None:
        return
    await Resolution.filter(id=row.id).update(state=ResolutionState.VOIDED, version=F("version") + 1)
    await tell(
        {row.owner_id},
        "resolutions-told-voided",
        link=f"/resolutions/{row.public_id}",
        text_zh=row.text,
        text_en=row.text_en,
    )
    await work.audit(actor, "resolution.void", f"resolution:{row.id}")
    work.publish(topic_of(row.matter_id), ResolutionChanged(row.id, row.matter_id, row.version + 1))


async def _claim(resolution_id: int, version: int) -> Resolution:
    claimed = await Resolution.filter(id=resolution_id, version=version).update(version=F("version") + 1)
    row = await Resolution.get_or_none(id=resolution_id)
    if row is None:
        raise NotFound()
    if not claimed:
        raise Refused(ResolutionRefusal.CHANGED_MEANWHILE)
    return row


async def owner_named(public_id: str) -> Person:
    """The person who is named to carry something. Raises Refused(NO_OWNER)."""
    person = await Person.get_or_none(public_id=public_id, is_active=True)
    if person is None:
        raise Refused(ResolutionRefusal.NO_OWNER, field="owner")
    return person


async def resolution_by_public_id(public_id: str) -> Resolution:
    """The resolution of an address. Raises NotFound."""
    row = await Resolution.get_or_none(public_id=public_id)
    if row is None:
        raise NotFound()
    return row


async def resolution_of_question(question_id: int) -> Resolution | None:
    """The promise that a question led to, if one has been written."""
    return await Resolution.get_or_none(question_id=question_id)


async def promise_of(question_id: int) -> Promise | None:
    """Who does what by when, for the page of a result."""
    row = await Resolution.get_or_none(question_id=question_id)
    if row is None:
        return None
    names = await names_of([row.owner_id])
    due_on = clock.local(row.due_at).date()
    return Promise(names[row.owner_id], row.text, due_on, f"/resolutions/{row.public_id}", row.text_en)


questions.show_promise_from(promise_of)
when_voided(void_resolution)
