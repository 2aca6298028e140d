"""Batches of sheets and hands: keyed twice by two people, settled, posted into the record. Their only writer.

    open_batch(actor, question_id, channel, form) -> Batch
    key_batch(actor, batch_id, figures, note="") -> Batch        first, second and, after a difference, third entry
    post_batch(actor, batch_id, note="") -> Batch                counts from now on
    drop_batch(actor, batch_id) -> None                          set aside before it was posted
    add_scan(actor, batch_id, sha256) -> None
Nothing here is taken after the close. Reading is in service_paper_views.
"""

from tortoise.exceptions import IntegrityError

from linyue.base import clock, ledger
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.meetings.model import Attendance
from linyue.meetings.rules import Channel as Came
from linyue.questions.model import Question, RollEntry
from linyue.questions.model_paper import Batch, BatchEntry, PaperBallot, Scan
from linyue.questions.rules_channels import Channel, ChannelRefusal
from linyue.questions.rules_paper import (
    BatchForm,
    BatchState,
    Figures,
    PaperRefusal,
    differences,
    forms_of,
    refuse_entry,
    refuse_figures,
    refuse_post,
)
from linyue.questions.rules_secret import Kind
from linyue.questions.service_chain import append
from linyue.questions.service_channels import running, set_way, signer, stop, tell_turnout, ways_of
from linyue.questions.writer_batch import voter

SCANS_AT_MOST = 200


async def open_batch(actor: Actor, question_id: int, channel: Channel, form: BatchForm) -> Batch:
    """Begin a batch. Hands are counted once a question, and only where nobody is bound by the vote."""
    async with unit_of_work() as work:
        question = await running(question_id)
        stop(None if channel in ways_of(question) else ChannelRefusal.NOT_OFFERED)
        forms = (
            (BatchForm.COUNTING,)
            if channel is Channel.HANDS
            else forms_of(question.rule_spec.system, question.kind, question.rule_spec.form.way)
        )
        _stop(None if form in forms else PaperRefusal.FORM_NOT_ALLOWED)
        number = await Batch.of(question.id).count() + 1
        try:
            batch = await Batch.create(
                question_id=question.id, number=number, channel=channel, form=form, opened_at=clock.now()
            )
        except IntegrityError as error:
            raise Refused(PaperRefusal.HANDS_ONCE) from error
        await work.audit(actor, "question.batch", f"question:{question.id}", batch=number, channel=channel.value)
    return batch


def _stop(reason: PaperRefusal | None, field: str | None = None, **told: object) -> None:
    if reason is not None:
        raise Refused(reason, field=field, **told)


async def _held(batch_id: int) -> tuple[Question, Batch]:
    """The batch and its question, claimed while votes are taken."""
    found = await Batch.get_or_none(id=batch_id)
    if found is None:
        raise NotFound()
    question = await running(found.question_id)
    return question, await Batch.get(id=batch_id)


async def key_batch(actor: Actor, batch_id: int, figures: Figures, note: str = "") -> Batch:
    """One person's own entry. The second is compared with the first; a third, with a note, settles a difference.

    Raises Refused(PaperRefusal) and, for a sheet whose voter voted otherwise, Refused(ChannelRefusal).
    """
    assert actor.person_id is not None
    async with unit_of_work() as work:
        question, batch = await _held(batch_id)
        entries = await BatchEntry.filter(batch_id=batch.id).order_by("place")
        _stop(refuse_entry(batch.state, [one.teller_id for one in entries], actor.person_id, note), "note")
        _stop(refuse_figures(figures, question.rule_spec.listed, question.rule_spec.ballots))
        if batch.form is BatchForm.REGISTER:
            await _bound(question, figures)
        place = len(entries) + 1
        await BatchEntry.create(
            batch_id=batch.id,
            place=place,
            teller_id=actor.person_id,
            figures=figures.to_data(),
            keyed_at=clock.now(),
        )
        if place == 2:
            batch.differing = differences(Figures.from_data(entries[0].figures), figures)
        if place > 1:
            batch.state = BatchState.DIFFERS if place == 2 and batch.differing else BatchState.AGREED
            batch.figures = None if batch.state is BatchState.DIFFERS else figures.to_data()
            batch.note = note.strip() if place == 3 else ""
        await batch.save()
        await work.audit(actor, "question.key_batch", f"question:{question.id}", batch=batch.number, place=place)
    return batch


async def roll_numbers(question_id: int) -> dict[int, int]:
    """Number on the printed roll to person, in the order the roll was frozen."""
    ids = await RollEntry.filter(question_id=question_id).order_by("id").values_list("person_id", flat=True)
    return {number: int(str(person_id)) for number, person_id in enumerate(ids, 1)}


async def _bound(question: Question, figures: Figures) -> dict[int, int]:
    """Person of each sheet. Raises Refused when a number is not on the roll or its person voted in another way."""
    numbers = await roll_numbers(question.id)
    unknown = sorted(set(figures.lines) - set(numbers))
    _stop(PaperRefusal.NO_NUMBER if unknown else None, n=unknown[0] if unknown else 0)
    people = {number: numbers[number] for number in figures.lines}
    before = await PaperBallot.filter(question_id=question.id, person_id__in=list(people.values()))
    counted = {one.person_id for one in before}
    twice = [number for number, person in people.items() if person in counted]
    _stop(PaperRefusal.POSTED_BEFORE if twice else None, n=min(twice, default=0))
    others = await RollEntry.filter(question_id=question.id, person_id__in=list(people.values())).exclude(
        channel=Channel.PAPER
    )
    for entry in others:
        if entry.channel is not None:
            await set_way(question, entry.person_id, Channel.PAPER)  # says which way, and when
    return people


async def post_batch(actor: Actor, batch_id: int, note: str = "") -> Batch:
    """Put an agreed batch into the record: it counts from now on. A gap in the sheets needs a note for the minutes."""
    async with unit_of_work() as work:
        question, batch = await _held(batch_id)
        figures = batch.agreed
        _stop(PaperRefusal.NOT_AGREED if figures is None else None)
        assert figures is not None
        kept = "；".join(one for one in (batch.note, note.strip()) if one)[:200]
        people = await _bound(question, figures) if batch.form is BatchForm.REGISTER else {}
        for person_id in people.values():
            await set_way(question, person_id, Channel.PAPER)
        if batch.channel == Channel.HANDS:
            await _hall_votes_by_hand(question)
        rows = await RollEntry.filter(question_id=question.id, channel=batch.channel).count()
        before = [one.agreed for one in await Batch.posted(question.id).filter(channel=batch.channel)]
        returned = sum(one.returned for one in before if one is not None)
        reason = refuse_post(batch.state, figures, rows, returned, kept)
        is_hands = reason is PaperRefusal.MORE_THAN_ROLL and batch.channel == Channel.HANDS
        _stop(PaperRefusal.HANDS_MORE if is_hands else reason, "note", n=rows)
        batch.state, batch.note, batch.posted_at = BatchState.POSTED, kept, clock.now()
        await batch.save()
        await PaperBallot.bulk_create(
            [
                PaperBallot(question_id=question.id, person_id=people[n], batch_id=batch.id, choice=choice)
                for n, choice in sorted(figures.lines.items())
            ]
        )
        await append(question, "BATCH", await _record(question, batch, figures, people), clock.now())
        question.ballots_cast += figures.returned
        await tell_turnout(question)
        await work.audit(actor, "question.post_batch", f"question:{question.id}", batch=batch.number)
    return batch


async def _hall_votes_by_hand(question: Question) -> None:
    """Whoever is in the hall and has no way yet votes by hand with the others, and from now on in no other way.

    Those who take part online raise no hand that anybody there could count: their way stays open.
    """
    hall = Attendance.filter(meeting_id=question.meeting_id, channel=Came.HALL)
    here = await hall.values_list("person_id", flat=True)
    free = RollEntry.filter(question_id=question.id, channel__isnull=True, person_id__in=list(here))
    await free.update(channel=Channel.HANDS)


async def _record(question: Question, batch: Batch, figures: Figures, people: dict[int, int]) -> dict[str, ledger.Json]:
    """The batch as the record keeps it: figures, hashes of the scans, commitments of those who keyed it.

    The register form binds each sheet to its mark on the roll. A secret vote's batch tells no figures by option: they
    come out with the box, so that no way of voting can be told from another.
    """
    keyed = await BatchEntry.filter(batch_id=batch.id, place__lte=2).order_by("place")
    hands = [await signer(question, one.teller_id) for one in keyed]
    scans = sorted({one.sha256 for one in await Scan.filter(batch_id=batch.id)})
    data: dict[str, ledger.Json] = {
        "batch": batch.number,
        "channel": batch.channel,
        "form": batch.form.value,
        **({} if question.kind is Kind.SECRET else {"counts": dict(figures.counts)}),
        "scans": scans,
        "note": batch.note,
    }
    if batch.channel == Channel.HANDS:
        return {**data, "counter": hands[0], "witness": hands[1]}
    data |= {name: getattr(figures, name) for name in ("issued", "returned", "spoiled", "unreturned")}
    data["tellers"] = sorted(hands)
    if people:
        salts = dict(await RollEntry.filter(question_id=question.id).values_list("person_id", "salt"))
        data["sheets"] = sorted([voter(salts[people[n]], people[n]), choice] for n, choice in figures.lines.items())
    return data


async def drop_batch(actor: Actor, batch_id: int) -> None:
    """Set a batch aside that was never posted; nothing of it counts."""
    async with unit_of_work() as work:
        question, batch = await _held(batch_id)
        _stop(PaperRefusal.BATCH_DONE if batch.state in (BatchState.POSTED, BatchState.DROPPED) else None)
        await Batch.filter(id=batch.id).update(state=BatchState.DROPPED)
        await work.audit(actor, "question.drop_batch", f"question:{question.id}", batch=batch.number)


async def add_scan(actor: Actor, batch_id: int, sha256: str) -> None:
    """Keep a picture with the batch, by its hash; before it is posted."""
    async with unit_of_work() as work:
        question, batch = await _held(batch_id)
        _stop(PaperRefusal.BATCH_DONE if batch.state in (BatchState.POSTED, BatchState.DROPPED) else None)
        if not await Scan.exists(batch_id=batch.id, sha256=sha256):
            await Scan.create(question_id=question.id, batch_id=batch.id, sha256=sha256, added_at=clock.now())
        await work.audit(actor, "question.scan", f"question:{question.id}", batch=batch.number)
