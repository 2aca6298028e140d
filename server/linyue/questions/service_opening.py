"""Putting a question on the table and opening it: text, options, rule, body and roll are frozen in a manifest.

draft_question(actor, meeting_id, text_zh=, text_en=, rule=, options=, matter_id=, body=, …) -> Question
open_question(actor, question_id, roll, closes_at=, weights=) -> Question    roll: [(person_id, label)], frozen
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from linyue.base import clock, ledger
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.meetings.model import Meeting
from linyue.people.rules_bodies import Body
from linyue.places import service as places
from linyue.places.model import Place
from linyue.questions import rules, service_box, writer
from linyue.questions.events import QuestionDrafted, QuestionOpened
from linyue.questions.model import Question, RollEntry
from linyue.questions.rules import CONSULTATION, VILLAGE_CONSULTATION, QuestionRefusal, QuestionState, RuleSpec
from linyue.questions.rules_channels import offered, refuse_offer
from linyue.questions.rules_law import Decision, body_of, refuse_body, refuse_law, refuse_scale, refuse_second_call
from linyue.questions.rules_options import Option, refuse_options
from linyue.questions.rules_owners import HEAD_RULE, Weight, refuse_weights
from linyue.questions.rules_secret import Kind, refuse_kind
from linyue.questions.service_chain import append, claimed
from linyue.questions.service_channels import stop, ways_of
from linyue.questions.writer_batch import CHAIN_TAG, moment, voter


async def draft_question(
    actor: Actor,
    meeting_id: int,
    *,
    text_zh: str,
    text_en: str = "",
    rule: RuleSpec,
    matter_id: int | None = None,
    kind: Kind = Kind.NAMED,
    channels: Sequence[str] | None = None,
    options: Sequence[Option] = (),
    body: Body | None = None,
    roll_place_id: int | None = None,
) -> Question:
    """Put a question on the table of a meeting. Nothing is frozen yet.

    `options`: what people choose among, in the order of the rule's choices; none for for and against.
    `channels`: ways of voting that are offered; None: all that the rule allows. `body`: whose
    roll; None: whom the rule's law means. `roll_place_id`: where it is drawn; None: at the meeting's place.
    """
    reason = rules.refuse_text(text_zh, text_en) or rules.refuse_rule(rule) or refuse_law(rule)
    if reason is None:
        body = body_of(Decision(rule.decision)) if body is None else body
        reason = refuse_body(rule, body)
    reason = reason or await _refuse_call(meeting_id, rule) or await _refuse_place(meeting_id, rule, roll_place_id)
    if not rule.is_aye_or_no and reason is None:
        reason = refuse_options(options, len(rule.choices), rule.form.costs)
    secret = refuse_kind(kind, rule.system.value, rule.form.way.value)
    if secret is not None:
        raise Refused(secret, field="kind")
    allowed = offered(rule.system, kind, rule.form.way)
    stop(None if channels is None else refuse_offer(channels, allowed), field="ways")
    if reason is not None:
        about_text = reason in (QuestionRefusal.NO_TEXT, QuestionRefusal.TEXT_LONG)
        about_options = reason is QuestionRefusal.BAD_OPTIONS
        field = "text_zh" if about_text else "options" if about_options else None
        raise Refused(reason, field="roll_place" if reason is QuestionRefusal.ONE_BUILDING else field)
    async with unit_of_work() as work:
        rule = await _with_source(meeting_id, rule)
        question = await Question.create(
            public_id=secrets.token_urlsafe(9),
            meeting_id=meeting_id,
            matter_id=matter_id,
            body=body,
            roll_place_id=roll_place_id,
            text_zh=text_zh.strip(),
            text_en=text_en.strip(),
            options=_options(rule, options),
            rule=rule.to_data(),
            kind=kind,
            channels=None if channels is None else list(channels),
            created_at=clock.now(),
        )
        event = QuestionDrafted(question.id, question.public_id, question.version)
        work.publish(writer.topic(meeting_id), event)
        await work.audit(actor, "question.draft", f"question:{question.id}", meeting=meeting_id)
    return question


async def _with_source(meeting_id: int, rule: RuleSpec) -> RuleSpec:
    """Advice names the article on consultation of the place where it is asked: a village's own law has one."""
    if rule.source != CONSULTATION:
        return rule
    place = await Place.get(id=(await Meeting.get(id=meeting_id)).place_id)
    return replace(rule, source=VILLAGE_CONSULTATION) if await places.is_village(place) else rule


def _options(rule: RuleSpec, options: Sequence[Option]) -> list[dict[str, Any]]:
    """The options as they are frozen: keys alone where people say for or against, else with their words."""
    if rule.is_aye_or_no:
        return [{"key": choice} for choice in rule.choices]
    named = zip(rule.choices, options, strict=True)
    return [{"key": key, "zh": one.zh, "en": one.en, "cost": one.cost} for key, one in named]


async def _refuse_place(meeting_id: int, rule: RuleSpec, roll_place_id: int | None) -> QuestionRefusal | None:
    """What the law gives to one building is put to no compound."""
    place_id = roll_place_id or (await Meeting.get(id=meeting_id)).place_id
    return refuse_scale(rule, (await Place.get(id=place_id)).kind)


async def _refuse_call(meeting_id: int, rule: RuleSpec) -> QuestionRefusal | None:
    """A second call follows a vote of the same place that too few took part in."""
    if rule.call == 1:
        return None
    first = await Question.get_or_none(public_id=rule.call_of).prefetch_related("meeting")
    here = await Meeting.get_or_none(id=meeting_id)
    if first is None or here is None or first.meeting.place_id != here.place_id or first.result is None:
        return QuestionRefusal.NO_SECOND_CALL
    if first.state is not QuestionState.PUBLISHED:
        return QuestionRefusal.NO_SECOND_CALL
    is_same = first.meeting_id == meeting_id
    return refuse_second_call(str(first.result["verdict"]), first.rule_spec, rule, is_same_meeting=is_same)


async def open_question(
    actor: Actor,
    question_id: int,
    roll: Sequence[tuple[int, str]],
    *,
    closes_at: datetime | None = None,
    weights: Mapping[int, Weight] | None = None,
) -> Question:
    """Freeze roll, text, options and rule, and let people vote. Raises Refused(QuestionRefusal).

    `weights`: area and heads of everybody on the roll, for an owners' vote.
    """
    now = clock.now()
    try:
        async with unit_of_work() as work:
            question = await claimed(question_id)
            others = await Question.of_meeting(question.meeting_id).filter(state=QuestionState.OPEN).count()
            people = [person_id for person_id, _ in roll]
            reason = rules.refuse_open(question.state, people, closes_at, now, others)
            reason = reason or refuse_weights(question.rule_spec.measure, people, weights or {})
            if reason is not None:
                raise Refused(reason)
            salts = await _freeze_roll(question, roll, weights or {})
            question.state, question.opened_at, question.closes_at = QuestionState.OPEN, now, closes_at
            question.roll_count, question.chain_head, question.chain_seq = len(roll), ledger.NO_ENTRY, 0
            box = await service_box.make_box(question, len(roll))
            where = {"body": question.body.value, "place": (await roll_place(question)).code}
            question.manifest = _manifest(question, salts, {**box, **where, **_weights(salts, weights or {})})
            question.manifest_hash = ledger.entry_hash(question.manifest)
            await append(question, "OPEN", {"manifest": question.manifest_hash}, now)
            await question.save()
            event = QuestionOpened(question.id, question.public_id, question.version, question.roll_count)
            work.publish(writer.topic(question.meeting_id), event)
            await work.audit(actor, "question.open", f"question:{question.id}", roll=question.roll_count)
    except IntegrityError as error:  # two chairs at once: the index keeps one open question a meeting
        raise Refused(QuestionRefusal.ANOTHER_OPEN) from error
    return question


async def roll_place(question: Question) -> Place:
    """Where the roll of a question is drawn."""
    if question.roll_place_id is not None:
        return await Place.get(id=question.roll_place_id)
    return await Place.get(id=(await Meeting.get(id=question.meeting_id)).place_id)


async def _freeze_roll(
    question: Question, roll: Sequence[tuple[int, str]], weights: Mapping[int, Weight]
) -> dict[int, str]:
    salts = {person_id: secrets.token_hex(16) for person_id, _ in roll}
    await RollEntry.bulk_create(
        [
            RollEntry(
                question_id=question.id,
                person_id=person_id,
                label=label[:80],
                salt=salts[person_id],
                area=weights[person_id].area if person_id in weights else 0,
                heads=weights[person_id].heads if person_id in weights else 1,
            )
            for person_id, label in roll
        ],
        batch_size=500,
    )
    return salts


def _weights(salts: Mapping[int, str], weights: Mapping[int, Weight]) -> service_box.Figures:
    """Area and heads of each row, in the order of the roll's commitments, for an owners' vote; else nothing."""
    if not weights:
        return {}
    rows = sorted((voter(salt, person), weights[person]) for person, salt in salts.items())
    return {"head_rule": HEAD_RULE, "weights": [[one.area, one.heads] for _, one in rows]}


def _manifest(question: Question, salts: Mapping[int, str], box: Mapping[str, ledger.Json]) -> str:
    """Everything that is frozen, as one canonical text; people appear only as salted commitments."""
    assert question.opened_at is not None
    return ledger.canonical_json(
        {
            "tag": CHAIN_TAG,
            "question": question.public_id,
            "kind": question.kind.value,
            "channels": [one.value for one in ways_of(question)],
            **box,
            "text_zh": question.text_zh,
            "text_en": question.text_en,
            "options": question.options,
            "rule": question.rule,
            "roll": sorted(voter(salt, person_id) for person_id, salt in salts.items()),
            "opened_at": moment(question.opened_at),
            "closes_at": None if question.closes_at is None else moment(question.closes_at),
        }
    )
