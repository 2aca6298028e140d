"""All ways of voting on one roll: which are offered, one way a person, and one count over all of them.

Sources. Urban Residents' Committee Law (2025 revision): the law leaves the way of a consultation to the committee
(art 32) and asks for a secret ballot, openly counted, where people are elected (arts 14-19). Civil Code art 278 counts
the owners who take part, one by one, so nothing that is not bound to the roll can be counted there.
Decides only; knows no database, no clock and no chance.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linyue.questions.rules import QuestionState, System
from linyue.questions.rules_tally import Turnout
from linyue.questions.rules_ways import Way


class Channel(StrEnum):
    """How a person of the roll votes. Set once for a question; hands are a hall's own way, counted together."""

    ONLINE = "online"
    PROXY = "proxy"
    PAPER = "paper"
    HANDS = "hands"
    DOOR = "door"
    TELEPHONE = "telephone"
    DESK = "desk"


BY_HAND = frozenset({Way.FOR_AGAINST, Way.SINGLE})
"""Ways to vote that a show of hands can tell."""
ENTERED = (Channel.DESK, Channel.DOOR, Channel.TELEPHONE)
"""Said to a worker, who enters it and reads it back."""


class ChannelRefusal(StrEnum):
    """Why a vote is not taken this way."""

    NOT_OFFERED = "questions-refused-not-offered"
    NONE_CHOSEN = "questions-refused-no-way-chosen"
    NOT_ALLOWED = "questions-refused-way-not-allowed"
    NOT_ON_ROLL = "questions-refused-they-not-on-roll"
    VOTED_ONLINE = "questions-refused-voted-online"
    OTHER_WAY = "questions-refused-other-way"
    NOT_OPEN = "questions-refused-not-open"
    VOIDED = "records-void-refused-ballot"
    TIME_OVER = "questions-refused-time-over"
    NO_CHOICE = "questions-refused-no-choice"
    UNKNOWN_CHOICE = "questions-refused-unknown-choice"
    SHEETS_COUNTED = "questions-refused-sheets-counted"
    NOTHING_TO_TAKE_BACK = "questions-refused-nothing-to-take-back"
    OWN_VOTE = "questions-refused-own-vote"
    CHANGED_MEANWHILE = "questions-refused-changed-meanwhile"


def offered(system: System, kind: str, way: Way = Way.FOR_AGAINST) -> tuple[Channel, ...]:
    """The ways of voting a question may have.

    A secret ballot cannot be said to a worker or shown by a hand. Hands are not bound to the roll, so they are counted
    only where the vote binds nobody, and only for one thing at a time: a hand cannot show a ranking.
    """
    if kind == "secret":
        return (Channel.ONLINE, Channel.PAPER)
    bound = tuple(one for one in Channel if one is not Channel.HANDS)
    return tuple(Channel) if system is System.DELIBERATION and way in BY_HAND else bound


def refuse_offer(chosen: Collection[str], allowed: Collection[Channel]) -> ChannelRefusal | None:
    """What whoever puts a question may offer: one way at least, and none that its rule or its secrecy shuts out."""
    if any(one not in allowed for one in chosen):
        return ChannelRefusal.NOT_ALLOWED
    # A mandate is used by somebody who votes: alone it would leave everybody without a way.
    return None if any(one != Channel.PROXY for one in chosen) else ChannelRefusal.NONE_CHOSEN


def refuse_running(state: QuestionState, is_time_over: bool) -> ChannelRefusal | None:
    """Everything is taken while the question is open, nothing afterwards."""
    if state is QuestionState.VOIDED:
        return ChannelRefusal.VOIDED
    if state is not QuestionState.OPEN:
        return ChannelRefusal.NOT_OPEN
    return ChannelRefusal.TIME_OVER if is_time_over else None


def refuse_way(channel: Channel, ways: Collection[str], is_on_roll: bool, held: str | None) -> ChannelRefusal | None:
    """The first accepted way holds. `held`: the way this person has on the roll now, None before the first."""
    if channel not in ways:
        return ChannelRefusal.NOT_OFFERED
    if not is_on_roll:
        return ChannelRefusal.NOT_ON_ROLL
    if held is None or held == channel:
        return None
    return ChannelRefusal.VOTED_ONLINE if held == Channel.ONLINE else ChannelRefusal.OTHER_WAY


def refuse_choice(choice: str, options: Container[str]) -> ChannelRefusal | None:
    """A choice is named and stands on the ballot."""
    if not choice:
        return ChannelRefusal.NO_CHOICE
    return None if choice in options else ChannelRefusal.UNKNOWN_CHOICE


@dataclass(frozen=True, slots=True)
class NamedBallot:
    """The ballot that counts for one person."""

    person_id: int
    choice: str
    channel: str


@dataclass(frozen=True, slots=True)
class BatchCount:
    """A posted batch: valid ballots by option. `people`: whose they are, empty where only totals are known.

    `in_box`: valid sheets that were put to the opened ballots of a secret vote and are counted there.
    """

    channel: str
    counts: Mapping[str, int]
    people: frozenset[int] = frozenset()
    in_box: int = 0

    @property
    def size(self) -> int:
        """Valid sheets or hands."""
        return sum(self.counts.values()) + self.in_box


@dataclass(frozen=True, slots=True)
class Cast:
    """Everything that was handed in.

    `rows`: person to the way on the roll (None: none yet). `attending`: who is at the meeting. `opened`: choices
    out of the box of a secret vote, the papers among them.
    """

    rows: Mapping[int, str | None]
    attending: Collection[int]
    ballots: Sequence[NamedBallot] = ()
    opened: Sequence[str] = ()
    batches: Sequence[BatchCount] = ()
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Combined:
    """One count over all ways. `by_channel`: valid ballots by way, only ways that were used."""

    counts: dict[str, int]
    turnout: Turnout
    by_channel: dict[str, int]


def combine(options: Iterable[str], cast: Cast, ballots: Container[str] = ()) -> Combined:
    """Count each person once, whatever the way. Raises ValueError for figures that cannot be true.

    `options`: texts of ballots that are named even without a vote; `ballots`: all texts a ballot may have besides.
    Whoever voted took part. Of people in a batch only the number is known, so as many are added to those present as
    must have come from outside the room: never more than the figures prove.
    """
    counts = _Counts(dict.fromkeys(options, 0), ballots)
    by_channel = dict.fromkeys((one.value for one in Channel), 0)
    voters: set[int] = set()
    for ballot in cast.ballots:
        if ballot.person_id in voters:
            raise ValueError("a person is counted twice")
        voters.add(ballot.person_id)
        _add(counts, by_channel, ballot.channel, {ballot.choice: 1})
    for choice in cast.opened:
        _add(counts, by_channel, Channel.ONLINE, {choice: 1})
    for batch in cast.batches:
        _add(counts, by_channel, batch.channel, batch.counts)
        if batch.people & voters or (batch.people and len(batch.people) != sum(batch.counts.values())):
            raise ValueError("a person is counted twice")
        voters |= batch.people
    took_part = voters | _box_voters(cast)
    there = {person for person in cast.attending if person in cast.rows} | took_part
    present = len(there) + _from_outside(cast, there, took_part)
    return Combined(
        counts.numbers,
        Turnout(len(cast.rows), present, sum(counts.numbers.values())),
        {channel: number for channel, number in by_channel.items() if number},
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    numbers: dict[str, int]
    ballots: Container[str]


def _add(counts: _Counts, by_channel: dict[str, int], channel: str, more: Mapping[str, int]) -> None:
    numbers = counts.numbers
    for choice, number in more.items():
        if number < 0 or (choice not in numbers and choice not in counts.ballots):
            raise ValueError(f"not on the ballot: {choice}")
        numbers[choice] = numbers.get(choice, 0) + number
        by_channel[channel] += number


def _box_voters(cast: Cast) -> set[int]:
    if not cast.is_secret:
        return set()
    return {person for person, channel in cast.rows.items() if channel == Channel.ONLINE}


def _from_outside(cast: Cast, there: set[int], took_part: set[int]) -> int:
    """How many people of the batches cannot have been among those known to be there."""
    outside = 0
    for channel in (Channel.PAPER, Channel.HANDS):
        unnamed = [batch for batch in cast.batches if batch.channel == channel and not batch.people]
        counted = sum(batch.size for batch in unnamed)
        people = {person for person, held in cast.rows.items() if held == channel} - took_part
        if counted > len(people):
            raise ValueError(f"more ballots than people: {channel}")
        outside += max(0, counted - len(people & there))
    return outside
