"""Phones that vote and change their minds all the time, and what must be true of the store afterwards."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Self

from linyue.base.policy import NOBODY, Role
from linyue.base.session import cookie_name
from linyue.base.settings import Settings
from linyue.questions.model import Ballot, Question
from linyue.questions.service import close_question
from linyue.upkeep.doctor import examine, report
from linyue.upkeep.hall import Hall, make_hall
from linyue.upkeep.phone import Ack, Book, Door, Phone
from tests.conftest import opened
from tests.faults.at_work import AtWork
from tests.faults.size import SEED
from tests.make.meetings import make_compound, make_neighbour

CHOICES = ("for", "against", "abstain")
WITHIN = 90.0


async def prepare(settings: Settings, residents: int) -> Hall:
    """A hall of so many in the database of these settings."""
    async with opened(settings):
        place = await make_compound()
        chair = await make_neighbour(place, "六楼老陈", Role.STANDING_MEMBER)
        return await make_hall(chair, place.id, residents, cookie_name(settings))


class Crowd(AtWork):
    """`async with Crowd(hall, doors) as crowd:` everybody votes again and again; at the end every ballot is answered.

    `is_quick`: with a fifth of the pauses that people's phones make.
    """

    within = WITHIN

    def __init__(
        self,
        hall: Hall,
        doors: Sequence[Door],
        *,
        seed: object = SEED,
        a_second: float = 7.0,
        phones: int = 0,
        is_quick: bool = True,
    ) -> None:
        super().__init__()
        self.hall, self.book, self.doors = hall, Book(), list(doors)
        self.gap = 1 / a_second
        seats = hall.seats[: phones or len(hall.seats)]
        self.phones = [
            Phone(self.doors, hall.room, seat, Random(f"{seed}:{n}"), self.book) for n, seat in enumerate(seats)
        ]
        for phone in self.phones:
            if is_quick:  # most tests look at what is stored, not at how long people wait
                phone.pace, phone.longest_pause = 0.2, 5.0

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._live(phone)) for phone in self.phones]
        return self

    async def _leave(self) -> None:
        await asyncio.gather(*(phone.close() for phone in self.phones))

    async def _live(self, phone: Phone) -> None:
        while not self.is_over.is_set():
            await phone.vote(phone.chance.choice(CHOICES))
            # At the usual seven a second no ten ballots and a hello fit into one: the server would close the line, rightly.
            await phone.stay(self.gap * phone.chance.uniform(0.8, 1.2))

    async def until_all_in(self, within: float = 2 * WITHIN) -> None:
        """Wait until everybody has come in."""
        async with asyncio.timeout(within):
            while self.book.opened < len(self.phones):
                await asyncio.sleep(0.02)

    async def until_all_answered(self, within: float = WITHIN) -> None:
        """Wait until everybody's first ballot is answered: they are sent on coming in, all at once, and say nothing of a hall."""
        await self.until_all_in()
        while waiting := sum(not phone.revision for phone in self.phones):
            await self.until_acks(waiting, within)

    async def until_acks(self, more: int, within: float = WITHIN) -> None:
        """Wait until so many more receipts have come; fail when none has come for `within` seconds."""
        so_far = len(self.book.acks)
        wanted, until = so_far + more, time.monotonic() + within
        while len(self.book.acks) < wanted:
            if len(self.book.acks) > so_far:
                so_far, until = len(self.book.acks), time.monotonic() + within
            assert time.monotonic() < until, f"voting stands still (seed {SEED}): {self.book_in_short()}"
            for task in self._tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.005)

    async def waits(self, seconds: float) -> list[float]:
        """How long every ballot took that was begun and answered within so many seconds from now: milliseconds."""
        found: list[float] = []
        began = time.monotonic()

        def on_ack(ack: Ack) -> None:
            if time.monotonic() - ack.took >= began:
                found.append(ack.took * 1000)

        self.book.on_ack = on_ack
        while time.monotonic() < began + seconds or not found:
            await self.until_acks(1)
        self.book.on_ack = None
        return found

    def book_in_short(self) -> str:
        """What the phones met so far."""
        book = self.book
        return f"{len(book.acks)} receipts, opened {book.opened}, again {book.sent_again}, {book.closes}, {book.refused}, {book.failures}"

    async def until_back(self, within: float = WITHIN) -> float:
        """Wait for the next receipt; the seconds it took."""
        began = time.monotonic()
        await self.until_acks(1, within)
        return time.monotonic() - began


async def whole(settings: Settings, hall: Hall, *books: Book, is_closed: bool = False) -> None:
    """Every receipt is stored once, as it was told; one counted ballot a person; the result recounts; nothing is broken."""
    async with opened(settings):
        await stored(hall, *books)
        closed = await Question.get(id=hall.question_id)
        if not is_closed:
            closed = await close_question(NOBODY, hall.question_id, why="time")
        assert closed.result is not None
        counted = await Ballot.current(hall.question_id).values_list("choice", flat=True)
        assert {k: n for k, n in closed.result["counts"].items() if n} == Counter(counted), f"seed {SEED}"
        findings = await examine(settings)
        assert not [one for one in findings if one.faults], f"seed {SEED}\n{report(findings)}"


async def stored(hall: Hall, *books: Book) -> None:
    """The part about receipts; the database is open."""
    rows = {row.client_id: row for row in await Ballot.filter(question_id=hall.question_id)}
    acks: list[Ack] = [ack for book in books for ack in book.acks]
    for ack in acks:
        row = rows.get(ack.client_id)
        assert row is not None, f"seed {SEED}: receipt {ack.code} is lost"
        assert (row.choice, row.revision, row.receipt_code) == (ack.choice, ack.revision, ack.code), (
            f"seed {SEED}: {ack}"
        )
    assert not [fault for book in books for fault in book.faults], f"seed {SEED}"
    assert len({ack.client_id for ack in acks}) == len(acks), f"seed {SEED}: a ballot was acknowledged twice"
    # Every ballot that was begun was answered, so what is stored is what was told and nothing else.
    assert set(rows) == {ack.client_id for ack in acks}, f"seed {SEED}: stored and never told"
    counted = [row.person_id for row in rows.values() if row.superseded_by is None]
    assert len(counted) == len(set(counted)), f"seed {SEED}: somebody counts twice"
    assert (await Question.get(id=hall.question_id)).ballots_cast == len(counted)
