"""`linyue simulate`: invented residents vote over sockets in a sample district, and what became of it in one table.

Only where one-tap sign-in is on, that is never in a real district: the settings, the database and the server are each
asked. Every receipt is looked up in the database afterwards.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from random import Random

from linyue.base import clock, site
from linyue.base.model import Session
from linyue.base.policy import Actor, Role
from linyue.base.session import cookie_name
from linyue.base.settings import Settings
from linyue.people.model import Person, RoleGrant
from linyue.people.service import load_actor
from linyue.questions.model import Ballot
from linyue.upkeep.hall import Hall, end_hall, make_hall
from linyue.upkeep.phone import Ack, Book, Door, Phone, ask, door_of

CHOICES = ("for", "against", "abstain")
MOST_A_SECOND = 8.0
"""Ballots of one phone; the server closes a line at more than ten messages."""


class CannotSimulate(Exception):
    """Not here, or not now; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How large, how long, how fast: `rate` ballots a second by all together."""

    residents: int
    seconds: float
    rate: float
    server: str
    is_elsewhere_meant: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a simulation saw. Times are milliseconds from the first send of a ballot to its receipt."""

    residents: int
    seconds: float
    acks: int
    voters: int
    p50: float
    p99: float
    slowest: float
    opened: int
    sent_again: int
    refused: dict[str, int]
    closes: dict[str, int]
    failures: dict[str, int]
    lost: int
    doubled: int
    faults: list[str]

    @property
    def is_sound(self) -> bool:
        """Every receipt is in the store, once."""
        return not (self.lost or self.doubled or self.faults)

    def text(self) -> str:
        """The summary in lines."""

        def counts(found: dict[str, int]) -> str:
            return ", ".join(f"{name} {n}" for name, n in sorted(found.items())) or "none"

        return "\n".join(
            [
                f"  residents      {self.residents}, of whom {self.voters} voted",
                f"  receipts       {self.acks} in {self.seconds:.1f} s, {self.acks / self.seconds:.0f} a second",
                f"  answered in    p50 {self.p50:.0f} ms, p99 {self.p99:.0f} ms, slowest {self.slowest:.0f} ms",
                f"  reconnects     {self.opened - self.residents}, ballots sent again {self.sent_again}",
                f"  refused        {counts(self.refused)}",
                f"  lines ended    {counts(self.closes)}",
                f"  failed tries   {counts(self.failures)}",
                f"  in the store   lost {self.lost}, doubled {self.doubled}",
                *(f"  fault          {fault}" for fault in self.faults[:10]),
            ]
        )


def refuse_target(settings: Settings, server: str, *, is_elsewhere_meant: bool) -> None:
    """Only a sample district, and only this machine unless told otherwise. Raises CannotSimulate."""
    if not settings.demo:
        raise CannotSimulate("only in a sample district: set LINYUE_DEMO=1, with the settings of the running server")
    host = door_of(server).host
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here and not is_elsewhere_meant:
        raise CannotSimulate(f"{host or server} is not this machine; add --elsewhere if that is meant")


async def simulate(settings: Settings, plan: Plan, say: Callable[[str], None]) -> Summary:
    """Make the hall, vote, close, count. The database must be open. Raises CannotSimulate."""
    refuse_target(settings, plan.server, is_elsewhere_meant=plan.is_elsewhere_meant)
    door = door_of(plan.server)
    await _refuse_real(door)
    await site.read_clock()
    chair, place_id = await _a_chair()
    say(f"{plan.residents} residents, {plan.rate:.0f} ballots a second for {plan.seconds:.0f} s, seed {plan.seed}")
    hall = await make_hall(chair, place_id, plan.residents, cookie_name(settings))
    book = Book()
    try:
        took = await _vote(hall, [door], plan, book, say)
    finally:
        await end_hall(chair, hall)
    say(f"the result stands at {plan.server.rstrip('/')}/q/{hall.room.question}")
    return await _summary(hall, plan, book, took)


async def _refuse_real(door: Door) -> None:
    """The server itself says whether it is a sample: a real one has no page of one-tap accounts."""
    try:
        status, _ = await ask(door, "GET", "/demo")
    except (OSError, TimeoutError, ValueError) as error:
        raise CannotSimulate(f"nobody answers at {door.origin}; start it with `make run`") from error
    if status != 200:
        raise CannotSimulate(f"{door.origin} is not a sample district (status {status}); nothing was done")


async def _a_chair() -> tuple[Actor, int]:
    """A sample person who may call a meeting, and where."""
    people = Person.filter(is_sample=True).exclude(demo_role="").values_list("id", flat=True)
    now = clock.now()
    for grant in await RoleGrant.filter(role=Role.STANDING_MEMBER, person_id__in=await people).order_by("id"):
        if grant.ends_at is None or grant.ends_at > now:
            session = Session(id=0, person_id=grant.person_id, second_factor_at=clock.real_now())
            return await load_actor(session, "zh-CN"), grant.place_id
    raise CannotSimulate("there is no sample district yet; run `linyue demo` first")


async def _vote(hall: Hall, doors: list[Door], plan: Plan, book: Book, say: Callable[[str], None]) -> float:
    """Everybody comes in, then votes at random moments until the time is over. Returns the seconds of voting."""
    phones = [Phone(doors, hall.room, seat, Random(f"{plan.seed}:{n}"), book) for n, seat in enumerate(hall.seats)]
    began = time.monotonic()
    comers = asyncio.Semaphore(100)

    async def come(phone: Phone) -> None:
        async with comers:
            await phone.open()

    await asyncio.gather(*(come(phone) for phone in phones))
    say(f"{len(phones)} came in within {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    until, gap = began + plan.seconds, max(len(phones) / plan.rate, 1 / MOST_A_SECOND)

    async def live(phone: Phone) -> None:
        pause = phone.chance.uniform(0, gap)
        while time.monotonic() + pause < until:
            await phone.stay(pause)
            answer = await phone.vote(phone.chance.choice(CHOICES))
            if not isinstance(answer, Ack) and "stale" not in answer:
                return
            pause = max(phone.chance.expovariate(1 / gap), 1 / MOST_A_SECOND)

    display = asyncio.create_task(_show(book, plan, began))
    await asyncio.gather(*(live(phone) for phone in phones))
    took = time.monotonic() - began
    display.cancel()
    await asyncio.gather(display, return_exceptions=True)
    await asyncio.gather(*(phone.close() for phone in phones))
    return took


async def _show(book: Book, plan: Plan, began: float) -> None:
    """One line on a terminal, rewritten; a line every five seconds elsewhere."""
    is_terminal = sys.stderr.isatty()
    before, every = 0, 0.5 if is_terminal else 5.0
    while True:
        await asyncio.sleep(every)
        done, past = len(book.acks), time.monotonic() - began
        bar = "█" * int(20 * min(1.0, past / plan.seconds))
        line = (
            f"{bar:░<20} {past:5.0f} s  {done:7d} receipts  {(done - before) / every:6.0f}/s  again {book.sent_again}"
        )
        sys.stderr.write(f"\r{line}" if is_terminal else f"{line}\n")
        sys.stderr.flush()
        before = done


async def _summary(hall: Hall, plan: Plan, book: Book, took: float) -> Summary:
    rows = await Ballot.filter(question_id=hall.question_id).values_list("client_id", "receipt_code", "superseded_by")
    stored = {str(row[0]): str(row[1]) for row in rows}
    lost = sum(1 for ack in book.acks if stored.get(ack.client_id) != ack.code)
    counted = sum(1 for row in rows if row[2] is None)
    voters = len(set(await Ballot.filter(question_id=hall.question_id).values_list("person_id", flat=True)))
    waits = sorted(ack.took * 1000 for ack in book.acks) or [0.0]
    return Summary(
        residents=plan.residents,
        seconds=took,
        acks=len(book.acks),
        voters=voters,
        p50=waits[len(waits) // 2],
        p99=waits[min(len(waits) - 1, len(waits) * 99 // 100)],
        slowest=waits[-1],
        opened=book.opened,
        sent_again=book.sent_again,
        refused=dict(book.refused),
        closes=dict(book.closes),
        failures=dict(book.failures),
        lost=lost,
        doubled=counted - voters,
        faults=book.faults,
    )
