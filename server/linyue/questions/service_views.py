"""What people may see of a question: turnout always, the result once published, names only for its roll."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog
from tortoise.expressions import Q

from linyue.base.db import in_pages
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.base.together import Together
from linyue.matters.model import Matter
from linyue.meetings import service_council
from linyue.meetings.model import AgendaItem
from linyue.questions.model import Ballot, ChainEntry, Question, RollEntry
from linyue.questions.model_call import CalledName
from linyue.questions.model_paper import Batch, PaperBallot
from linyue.questions.rules import QuestionRefusal, QuestionState, RuleSpec
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_tally import Outcome
from linyue.questions.service_box_views import box_faults, boxes_of
from linyue.questions.service_faults import Cast, ChainRow, chain_faults, count_faults, step_faults
from linyue.questions.writer_batch import Receipt, voter

log = structlog.get_logger()
VERIFIED_FOR = timedelta(days=1)
"""How long after its end a vote's record is still looked through without being asked."""


@dataclass(frozen=True, slots=True)
class TurnoutView:
    """How many may vote and how many have. Safe to show to anybody at any time."""

    question_id: int
    public_id: str
    state: QuestionState
    version: int
    entitled: int
    cast: int
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Promise:
    """Who does what by when, as far as it is settled."""

    who: str
    what: str
    due: date | None
    link: str = ""
    what_en: str = ""

    def what_in(self, lang: str) -> str:
        """What is promised in the reader's language, Chinese where there is no other."""
        return self.what_en if lang == "en" and self.what_en else self.what


@dataclass(frozen=True, slots=True)
class ResultView:
    """A published result."""

    question: Question
    rule: RuleSpec
    outcome: Outcome
    published_at: datetime
    promise: Promise | None
    batches: list[Batch] = field(default_factory=list)
    """Sheets and hands that count; none are told of a secret vote."""


@dataclass(frozen=True, slots=True)
class NamedChoice:
    """One line of the named list. `choice` is empty for a person who did not vote, or not by name.

    `channel`: the way of voting, "" for none; sheets and hands have no code.
    """

    label: str
    choice: str
    code: str
    channel: str = ""
    is_absent: bool = False
    """Called in a roll call, twice, and silent."""


PromiseLoader = Callable[[int], Awaitable[Promise | None]]
_promise_loaders: list[PromiseLoader] = []


def show_promise_from(loader: PromiseLoader) -> None:
    """Let a later slice say who carries a question's result out; called once at import."""
    if loader not in _promise_loaders:
        _promise_loaders.append(loader)


LinkLoader = Callable[[Question, Actor, str], Awaitable[list[tuple[str, str]]]]
_link_loaders: list[LinkLoader] = []


def show_links_from(loader: LinkLoader) -> None:
    """Let a later slice add (address, text) to a question's page for this reader; called once at import."""
    if loader not in _link_loaders:
        _link_loaders.append(loader)


async def links_of(question: Question, actor: Actor, lang: str) -> list[tuple[str, str]]:
    """Where a question's page leads on to, from whoever has something to add."""
    return [line for loader in _link_loaders for line in await loader(question, actor, lang)]


async def places_in_store(public_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """{public id: (id, id of the meeting)} of those questions that exist."""
    rows = await Question.filter(public_id__in=public_ids).values_list("public_id", "id", "meeting_id")
    return {str(public_id): (int(str(own)), int(str(meeting))) for public_id, own, meeting in rows}


async def question_by_public_id(public_id: str) -> Question:
    """The question of an address, with its meeting and place. Raises NotFound."""
    known = await _by_address.of(public_id)
    if known is None:
        raise NotFound
    return copy(known)  # a row of one's own, though one read answers the whole hall


async def _of_addresses(public_ids: Sequence[str]) -> dict[str, Question]:
    rows = Question.filter(public_id__in=public_ids).prefetch_related("meeting__place", "roll_place")
    return {row.public_id: row for row in await rows}


_by_address: Together[str, Question] = Together(_of_addresses)


async def matter_number(question: Question) -> str:
    """Number of the matter the question is about, if everybody may see it; else empty."""
    if question.matter_id is None:
        return ""
    row = await Matter.get_or_none(id=question.matter_id, is_public=True)
    return "" if row is None else row.number


async def stepped_back(question: Question) -> list[str]:
    """Chosen names of members whom the council's roll leaves out, because they stepped back. `meeting` is loaded.

    A question after the first about one item carries no matter of its own: it is about the item's.
    """
    matter_id = question.matter_id
    if matter_id is None:
        begun = AgendaItem.of(question.meeting_id).filter(started_at__lte=question.created_at)
        item = await begun.order_by("-started_at").first()
        matter_id = item.matter_id if item is not None else None
    return await service_council.stepped_back(question.meeting, question.body, matter_id, question.opened_at)


async def turnout(question_id: int) -> TurnoutView:
    """How many have voted."""
    question = await Question.get_or_none(id=question_id)
    if question is None:
        raise NotFound
    return turnout_of(question)


def turnout_of(question: Question) -> TurnoutView:
    """The same, from a loaded question."""
    return TurnoutView(
        question_id=question.id,
        public_id=question.public_id,
        state=question.state,
        version=question.version,
        entitled=question.roll_count,
        cast=question.ballots_cast,
        closes_at=question.closes_at,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A person in a vote. `before`: revision of the ballot that counts or was taken back; the next is higher.

    `voter`: what the record holds instead of them (64 hex digits), "" for who is not on the roll.
    """

    is_on_roll: bool
    ballot: Receipt | None
    before: int
    voter: str


async def standing_of(question_id: int, person_id: int | None) -> Standing:
    """How somebody stands in a vote; whoever asks at the same moment is answered by the same read."""
    found = None if person_id is None else await _standings.of((question_id, person_id))
    return found or Standing(False, None, 0, "")


async def _standings_of(asked: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Standing]:
    found: dict[tuple[int, int], Standing] = {}
    for question_id in {question for question, _ in asked}:
        ids = [person for question, person in asked if question == question_id]
        ballots = await ballots_of(question_id, ids)
        roll = RollEntry.filter(question_id=question_id, person_id__in=ids)
        rows = {row.person_id: row for row in await roll.only("person_id", "withdrawn", "salt")}
        for one in ids:
            mine, row = ballots.get(one), rows.get(one)
            before = mine.revision if mine else row.withdrawn if row else 0
            found[question_id, one] = Standing(row is not None, mine, before, voter(row.salt, one) if row else "")
    return found


_standings: Together[tuple[int, int], Standing] = Together(_standings_of)


async def on_roll_among(question_id: int, person_ids: Collection[int]) -> set[int]:
    """Those of these people who are on a question's frozen roll."""
    rows = RollEntry.filter(question_id=question_id, person_id__in=list(person_ids))
    return {int(str(one)) for one in await rows.values_list("person_id", flat=True)}


async def is_on_roll(question_id: int, person_id: int | None) -> bool:
    """Whether this person is on the question's frozen roll."""
    return person_id is not None and await RollEntry.exists(question_id=question_id, person_id=person_id)


async def my_ballot(question_id: int, person_id: int | None) -> Receipt | None:
    """The receipt of the ballot that counts for this person; None before the first."""
    return None if person_id is None else (await ballots_of(question_id, [person_id])).get(person_id)


async def ballots_of(question_id: int, person_ids: Sequence[int]) -> dict[int, Receipt]:
    """The same for many, by person."""
    rows = await Ballot.current(question_id).filter(person_id__in=list(person_ids))
    found = {row.person_id: _receipt(row) for row in rows}
    rest = [person for person in person_ids if person not in found]
    return found | (await boxes_of(question_id, rest) if rest else {})


def is_shown(question: Question) -> bool:
    """Whether its figures are public: published, even if the question was voided afterwards."""
    return question.state in (QuestionState.PUBLISHED, QuestionState.VOIDED) and question.published_at is not None


async def result_view(question: Question) -> ResultView:
    """The result, once it is published; one that was voided later too. Raises Refused(NOT_PUBLISHED)."""
    if not is_shown(question):
        raise Refused(QuestionRefusal.NOT_PUBLISHED)
    assert question.result is not None and question.published_at is not None
    promise = None
    for loader in _promise_loaders:
        promise = promise or await loader(question.id)
    outcome = Outcome.from_data(question.result)
    batches = [] if question.kind is Kind.SECRET else await Batch.posted(question.id)
    return ResultView(question, question.rule_spec, outcome, question.published_at, promise, batches)


async def named_choices(question: Question, person_id: int | None) -> list[NamedChoice]:
    """How each person of the roll voted: for members of the roll, after publication. Raises Refused."""
    if not is_shown(question):
        raise Refused(QuestionRefusal.NOT_PUBLISHED)
    if question.kind is Kind.SECRET or not await is_on_roll(question.id, person_id):
        raise Refused(QuestionRefusal.ROLL_ONLY)
    votes = {row.person_id: row for row in await Ballot.current(question.id)}
    sheets = {row.person_id: row.choice for row in await PaperBallot.filter(question_id=question.id)}
    absent = await CalledName.silent(question.id)
    lines = []
    for entry in await RollEntry.filter(question_id=question.id).order_by("label", "id"):
        vote, sheet = votes.get(entry.person_id), sheets.get(entry.person_id, "")
        choice, code = (vote.choice, vote.receipt_code) if vote else (sheet, "")
        is_absent = not choice and entry.channel is None and entry.person_id in absent
        lines.append(NamedChoice(entry.label, choice, code, entry.channel or "", is_absent))
    return lines


async def verify_chain(question_id: int) -> list[str]:
    """What is wrong with a question's record, in plain words; empty when chain, ballots and result agree.

    Read in pages and compared beside the loop, which carries the sockets of a hall meanwhile.
    """
    question = await Question.get(id=question_id)
    rows = [ChainRow(*row) async for row in in_pages(ChainEntry.filter(question_id=question_id), *ChainRow._fields)]
    rows.sort()
    faults = await asyncio.to_thread(chain_faults, question, rows)
    if faults or not rows:
        return faults
    faults = await asyncio.to_thread(step_faults, question, rows)
    if question.kind is Kind.SECRET:
        return faults + await box_faults(question, rows)
    ballots = [Cast(*row) async for row in in_pages(Ballot.filter(question_id=question_id), *Cast._fields)]
    salts = in_pages(RollEntry.filter(question_id=question_id), "person_id", "salt")
    return faults + await asyncio.to_thread(
        count_faults, question, rows, ballots, {row[0]: row[1] async for row in salts}
    )


async def verify_recent(now: datetime) -> dict[int, list[str]]:
    """What is wrong with records of votes that are open or ended in the last day, by question; said in the log as well.

    A district looks by itself, so that a damaged record is noticed while ballots can still be compared with receipts
    and paper. `linyue doctor` asks the same of every vote in its own way (I1 to I6): neither relies on the other.
    """
    since = now - VERIFIED_FOR
    recent = Q(state=QuestionState.OPEN) | Q(closed_at__gte=since) | Q(voided_at__gte=since)
    broken = {}
    for question in await Question.filter(recent).order_by("id"):
        faults = await verify_chain(question.id)
        # A ballot that came between two of the reads makes a sound record look broken; the next round looks again.
        if faults and await Question.exists(id=question.id, version=question.version):
            broken[question.id] = faults
            log.error("questions.record_broken", question=question.id, faults=faults[:10])
    return broken


def _receipt(row: Ballot) -> Receipt:
    return Receipt(
        question_id=row.question_id,
        person_id=row.person_id,
        choice=row.choice,
        revision=row.revision,
        client_id=row.client_id,
        code=row.receipt_code,
        hash=row.hash,
        cast_at=row.cast_at,
    )
