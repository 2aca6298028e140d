"""What those at the desk see of a question: the roll with its ways, the batches, what is still out. Reads only."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from linyue.base.errors import NotFound
from linyue.base.policy import Actor, Role
from linyue.meetings.model import Attendance
from linyue.people import service as people
from linyue.places import service as places
from linyue.questions.model import Ballot, OpenedBallot, Question, RollEntry
from linyue.questions.model_paper import Batch, BatchEntry, Mandate, PaperBallot, Scan
from linyue.questions.rules import QuestionState
from linyue.questions.rules_channels import BatchCount, Cast, Channel, NamedBallot
from linyue.questions.rules_owners import Weighing, Weight, weigh
from linyue.questions.rules_secret import Kind
from linyue.questions.service_channels import voted_at
from linyue.questions.service_paper import roll_numbers


@dataclass(frozen=True, slots=True)
class RollLine:
    """One person of the roll. `channel` is None before they have a way of voting."""

    number: int
    person_id: int
    label: str
    home: str
    channel: str | None
    is_here: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person of the roll at the desk. `at`: when their present ballot came in; never what it says."""

    line: RollLine
    at: datetime | None
    revision: int
    mandate: Mandate | None
    holder: str
    is_counted: bool


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with the names of those who keyed it and its scans."""

    batch: Batch
    tellers: list[tuple[int, str]]
    scans: list[str]


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What is not finished: numbers of open batches, sheets that were handed out and not counted."""

    batches: list[int]
    sheets: int

    @property
    def is_any(self) -> bool:
        """Whether closing now would leave something uncounted."""
        return bool(self.batches or self.sheets > 0)


async def open_for(actor: Actor) -> list[Question]:
    """Votes that are open in the places where somebody is a social worker, newest first."""
    paths = [grant.place_path for grant in actor.grants if grant.role is Role.SOCIAL_WORKER]
    rows = await Question.filter(state=QuestionState.OPEN).order_by("-id").prefetch_related("meeting__place")
    return [row for row in rows if any(row.meeting.place.path.startswith(path) for path in paths)]


async def roll_lines(question: Question, lang: str) -> list[RollLine]:
    """The frozen roll in its order, with door numbers as they are known today."""
    entries = await RollEntry.filter(question_id=question.id).order_by("id")
    homes = {one.person_id: one.unit_path for one in await people.roll_of(question.meeting.place)}
    addresses = await places.addresses_of(sorted(set(homes.values())), lang)
    here = await _attending(question)
    return [
        RollLine(
            number,
            entry.person_id,
            entry.label,
            addresses.get(homes.get(entry.person_id, ""), ""),
            entry.channel,
            entry.person_id in here,
        )
        for number, entry in enumerate(entries, 1)
    ]


async def _attending(question: Question) -> set[int]:
    rows = await Attendance.filter(meeting_id=question.meeting_id).values_list("person_id", flat=True)
    return {int(str(row)) for row in rows}


def search(lines: list[RollLine], query: str) -> list[RollLine]:
    """Lines that fit every word of the query: part of a name or an address; a number as it stands on door or roll."""
    words = query.lower().split()
    found = [line for line in lines if words and all(_fits(line, word) for word in words)]
    return sorted(found, key=lambda line: str(line.number) not in words)


def _fits(line: RollLine, word: str) -> bool:
    if word.isdigit():
        return word == str(line.number) or word in re.findall(r"\d+", f"{line.label} {line.home}")
    return word in f"{line.label} {line.home}".lower()


async def person_view(question: Question, number: int, lang: str) -> PersonView:
    """One person of the roll. Raises NotFound."""
    line = next((one for one in await roll_lines(question, lang) if one.number == number), None)
    if line is None:
        raise NotFound()
    entry = await RollEntry.get(question_id=question.id, person_id=line.person_id)
    mine = await Ballot.current(question.id).get_or_none(person_id=line.person_id)
    mandate = await Mandate.in_force(question.id).get_or_none(principal_id=line.person_id)
    names = await people.names_of([mandate.holder_id if mandate else None])
    return PersonView(
        line=line,
        at=await voted_at(question, entry),
        revision=mine.revision if mine else entry.withdrawn,
        mandate=mandate,
        holder=names.get(mandate.holder_id, "") if mandate else "",
        is_counted=await PaperBallot.exists(question_id=question.id, person_id=line.person_id),
    )


async def ways_count(question_id: int) -> dict[str, int]:
    """How many of the roll have which way of voting."""
    rows = await RollEntry.filter(question_id=question_id, channel__isnull=False).values_list("channel", flat=True)
    return dict(Counter(str(row) for row in rows))


async def batch_views(question_id: int) -> list[BatchView]:
    """Every batch of a question."""
    return [await batch_view(question_id, batch.number) for batch in await Batch.of(question_id)]


async def batch_view(question_id: int, number: int) -> BatchView:
    """One batch. Raises NotFound."""
    batch = await Batch.get_or_none(question_id=question_id, number=number)
    if batch is None:
        raise NotFound()
    entries = await BatchEntry.filter(batch_id=batch.id).order_by("place")
    names = await people.names_of([one.teller_id for one in entries])
    scans = await Scan.filter(batch_id=batch.id).order_by("id")
    return BatchView(
        batch, [(one.teller_id, names.get(one.teller_id, "")) for one in entries], [one.sha256 for one in scans]
    )


async def outstanding(question_id: int) -> Outstanding:
    """What would stay uncounted if the vote closed now."""
    pending = [batch.number for batch in await Batch.pending(question_id)]
    rows = await RollEntry.filter(question_id=question_id, channel=Channel.PAPER).count()
    done = [one.agreed for one in await Batch.posted(question_id).filter(channel=Channel.PAPER)]
    accounted = sum(one.returned + one.unreturned for one in done if one is not None)
    return Outstanding(pending, max(0, rows - accounted))


async def cast_of(question: Question) -> Cast:
    """Everything that was handed in, for the count. The box counts once it is opened."""
    rows = dict(await RollEntry.filter(question_id=question.id).values_list("person_id", "channel"))
    ballots = await Ballot.current(question.id).values_list("person_id", "choice")
    sheets: dict[int, set[int]] = {}
    for batch_id, person_id in await PaperBallot.filter(question_id=question.id).values_list("batch_id", "person_id"):
        sheets.setdefault(batch_id, set()).add(person_id)
    batches = [
        BatchCount(batch.channel, figures.counts, frozenset(sheets.get(batch.id, ())), figures.in_box)
        for batch in await Batch.posted(question.id)
        if (figures := batch.agreed) is not None
    ]
    return Cast(
        rows=rows,
        attending=await _attending(question),
        ballots=[NamedBallot(person, choice, rows[person] or Channel.ONLINE) for person, choice in ballots],
        opened=[str(row.choice) for row in await OpenedBallot.of(question.id)],
        batches=batches,
        is_secret=question.kind is Kind.SECRET,
    )


async def weighing_of(question: Question) -> Weighing:
    """What the votes of an owners' question weigh, by the frozen roll. Every one of them is bound to a person."""
    rows = await RollEntry.filter(question_id=question.id).values_list("person_id", "area", "heads")
    votes = dict(await Ballot.current(question.id).values_list("person_id", "choice"))
    votes |= dict(await PaperBallot.filter(question_id=question.id).values_list("person_id", "choice"))
    weights = {person: Weight(area, heads) for person, area, heads in rows}
    return weigh(question.rule_spec.choices, weights, votes)


async def has_scan(question_id: int, sha256: str) -> bool:
    """Whether a picture belongs to the question."""
    return await Scan.exists(question_id=question_id, sha256=sha256)


async def person_of(question_id: int, number: int) -> int:
    """The person with this number on the roll. Raises NotFound."""
    found = (await roll_numbers(question_id)).get(number)
    if found is None:
        raise NotFound()
    return found
