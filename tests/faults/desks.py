"""People at work over HTTP while servers are killed under them: what each was told, and what must then be stored.

Everybody reads a page, takes one of the steps it offers and posts its form; where no answer comes, the very same form
again. So each post is acknowledged, refused, or (refused only after it was sent again) of unknown outcome.
"""

import asyncio
import re
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Self

import httpx2

from linyue.base.forms import CSRF_FIELD
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import Step
from tests.faults.at_work import AtWork
from tests.faults.size import SEED

WITHIN = 240.0
"""Seconds without any step, or for one answer; many, since the machine may have other work."""
OPEN_AT_MOST = 14
LOOKS = 8
"""After so many looks in vain at its page a matter is taken to be over."""
FORM = re.compile(r'<form[^>]* action="/m/([\w-]+)/([a-z-]+)"(?:(?!</form>).)*?name="version" value="(\d+)"', re.S)
STEPS = {
    "accept": Step.ACCEPT, "return": Step.RETURN, "complete": Step.COMPLETE, "ask": Step.ASK, "resume": Step.RESUME,
    "forward": Step.FORWARD, "triage": Step.TRIAGE, "rate": Step.RATE,
}  # fmt: skip
LIKELY = {"accept": 6, "complete": 6, "resume": 4, "return": 2, "forward": 3, "ask": 1, "triage": 1, "rate": 1}
HOLDERS = ("desk", "clerk", "member", "resident")


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who is signed in: what they are (`resident` or one of the desks), and their session."""

    kind: str
    person_id: int
    cookie: str
    csrf: str
    reports: str = ""
    """Address where this person reports; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class Told:
    """A step that was acknowledged; `version` is the one its form carried."""

    number: str
    step: Step
    version: int
    person_id: int
    words: str


@dataclass(slots=True)
class Book:
    """What everybody was told."""

    told: list[Told] = field(default_factory=list)
    reports: dict[str, str] = field(default_factory=dict)
    """Number by the secret of the form."""
    tries: list[str] = field(default_factory=list)
    """Words of every step that was posted, acknowledged or not."""
    at: dict[str, str] = field(default_factory=dict)
    """Who probably has each open matter."""
    vain: Counter[str] = field(default_factory=Counter)
    moves: int = 0
    again: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def acks(self) -> int:
        return len(self.told) + len(self.reports)


class Desks(AtWork):
    """`async with Desks(url, seats, place_id, items) as desks:` everybody works until the end of the block."""

    within = WITHIN

    def __init__(
        self, url: str, seats: Sequence[Seat], place_id: int, sendings: Sequence[dict[str, str]], *, seed: object = SEED
    ) -> None:
        super().__init__()
        self.url, self.seats, self.place_id, self.sendings = url, list(seats), place_id, list(sendings)
        self.book, self.seed = Book(), seed

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._live(seat, n)) for n, seat in enumerate(self.seats)]
        return self

    async def until_acks(self, more: int) -> None:
        """Wait until so many more steps have been acknowledged."""
        wanted, until = self.book.acks + more, time.monotonic() + WITHIN
        while self.book.acks < wanted:
            assert time.monotonic() < until, f"work stands still (seed {SEED}): {self.in_short()}"
            for task in self._tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.005)

    def in_short(self) -> str:
        """What was met so far."""
        book = self.book
        return f"{book.acks} acknowledged, again {book.again}, refused {dict(book.refused)}, {book.at}, {book.faults}"

    async def move_clock(self, by: str) -> None:
        """The district's clock goes on, by the site's own form; whoever answers it looks at every clock at once."""
        seat = self.seats[0]
        async with self._link(seat) as link:
            answer = await self._post(link, seat, "/demo/clock", {"by": by})
        self.book.moves += answer.status_code == 303

    def _link(self, seat: Seat) -> httpx2.AsyncClient:
        headers = {"origin": self.url, "cookie": seat.cookie, "accept-language": "zh-CN"}
        return httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=60)

    async def _live(self, seat: Seat, n: int) -> None:
        chance = Random(f"{self.seed}:{n}")
        async with self._link(seat) as link:
            while not self.is_over.is_set():
                few = OPEN_AT_MOST if seat.kind == "resident" else OPEN_AT_MOST // 2
                if seat.reports and len(self.book.at) < few and chance.random() < 0.5:
                    await self._report(link, seat, chance)
                else:
                    await self._work(link, seat, chance)

    async def _report(self, link: httpx2.AsyncClient, seat: Seat, chance: Random) -> None:
        secret = secrets.token_urlsafe(16)
        title = f"第{chance.randint(1, 999)}件"
        form = {"form_id": secret, "place": str(self.place_id), "title": title, "text": "", "is_told": "1"}
        answer = await self._post(link, seat, seat.reports, form)
        if found := re.fullmatch(r"/m/([\w-]+)/done", answer.headers.get("location", "")):
            self.book.reports[secret] = found[1]
            self.book.at[found[1]] = "desk"

    async def _work(self, link: httpx2.AsyncClient, seat: Seat, chance: Random) -> None:
        here = [number for number, kind in self.book.at.items() if kind == seat.kind]
        if not here:
            await asyncio.sleep(0.02)  # nothing lies on this desk now
            return
        number = chance.choice(here)
        address = f"/m/{number}" if seat.kind == "resident" else f"/desk/m/{number}"
        found = await self._forms(link, address, number)
        if not found and seat.kind == "desk":
            found = await self._forms(link, f"/triage?m={number}", number)
        if not found:
            # Somebody else has it, after an unknown outcome or by the clock; or it is over.
            self.book.vain[number] += 1
            self.book.at[number] = chance.choice(HOLDERS)
            if self.book.vain[number] >= LOOKS:
                self.book.at.pop(number, None)
            return
        self.book.vain[number] = 0
        step = chance.choices(list(found), weights=[LIKELY[one] for one in found])[0]
        await self._step(link, seat, chance, number, step, found[step])

    async def _forms(self, link: httpx2.AsyncClient, address: str, number: str) -> dict[str, int]:
        """Steps of this matter that the page offers, each with the version of its form."""
        try:
            page = await link.get(address)
        except httpx2.TransportError:
            await asyncio.sleep(0.05)
            return {}
        if page.status_code >= 500:
            self.book.faults.append(f"GET {address}: {page.status_code}")
        forms = FORM.findall(page.text) if page.status_code == 200 else []
        return {step: int(version) for of, step, version in forms if of == number and step in STEPS}

    async def _step(
        self, link: httpx2.AsyncClient, seat: Seat, chance: Random, number: str, step: str, version: int
    ) -> None:
        words = f"办理说明{len(self.book.tries)}号"
        self.book.tries.append(words)
        sending = chance.choice(self.sendings)
        rating = chance.choice(["satisfied", "unsatisfied"])
        form = {"version": str(version)}
        if step == "triage":
            form |= {"note": words, "anyway": "1", **sending}
        elif step == "rate":
            form |= {"text": words, "rating": rating}
        elif step not in ("accept", "resume"):
            form |= {"text": words, "reason": "not-ours"}
        answer = await self._post(link, seat, f"/m/{number}/{step}", form)
        if answer.status_code != 303:
            return
        self.book.told.append(Told(number, STEPS[step], version, seat.person_id, words))
        after = {"return": "desk", "complete": "resident", "forward": "clerk"}
        where = {"centre": "clerk", "council": "member", "own_desk": "desk"}[sending["way"]]
        self.book.at[number] = where if step == "triage" else after.get(step, seat.kind)
        if step == "rate" and rating == "satisfied":
            self.book.at.pop(number, None)
        elif step == "rate":
            self.book.at[number] = chance.choice(HOLDERS[:3])

    async def _post(self, link: httpx2.AsyncClient, seat: Seat, path: str, form: dict[str, str]) -> httpx2.Response:
        """Post one form until somebody answers; the same one each time."""
        until = time.monotonic() + WITHIN
        while True:
            try:
                answer = await link.post(path, data={**form, CSRF_FIELD: seat.csrf})
                break
            except httpx2.TransportError:
                assert time.monotonic() < until, f"nobody answers {path} (seed {SEED})"
                self.book.again += 1
                await asyncio.sleep(0.05)
        if answer.status_code >= 500 or "/sign-in" in answer.headers.get("location", ""):
            self.book.faults.append(f"POST {path}: {answer.status_code} {answer.headers.get('location', '')}")
        elif answer.status_code != 303:
            self.book.refused[f"{path.rsplit('/', 1)[1]} {answer.status_code}"] += 1
        return answer


async def stored(book: Book) -> None:
    """Every acknowledged step is there, none twice, and none that nobody took. The database is open."""
    assert not book.faults, f"seed {SEED}: {book.faults}"
    for secret, number in book.reports.items():
        assert await Matter.filter(form_id=secret).values_list("number", flat=True) == [number], (
            f"seed {SEED}: {number}"
        )
    assert len({(one.number, one.version) for one in book.told}) == len(book.told), f"seed {SEED}: told twice"
    steps: dict[str, list[MatterEvent]] = {}
    numbers = dict(await Matter.all().values_list("id", "number"))
    # A person's step raises the version by one and writes one entry; the clock's entries leave the version alone.
    for event in await MatterEvent.exclude(actor_id=None).order_by("matter_id", "seq"):
        steps.setdefault(str(numbers[event.matter_id]), []).append(event)
    for matter in await Matter.all():
        assert matter.version == len(steps[matter.number]), f"seed {SEED}: {matter.number}"
    for one in book.told:
        event = steps[one.number][one.version]
        assert (event.kind, event.actor_id) == (one.step, one.person_id), f"seed {SEED}: {one}, stored: {event.kind}"
    written = Counter(event.text for events in steps.values() for event in events if event.text)
    assert not {text: n for text, n in written.items() if n > 1 or text not in book.tries}, f"seed {SEED}"


async def fired() -> int:
    """Each due time that passed was noticed once, each silence once. The database is open. Returns how many were."""
    marks: Counter[tuple[int, str, str]] = Counter()
    sent: dict[int, int] = {}
    for event in await MatterEvent.all().order_by("matter_id", "seq"):
        if event.kind == Step.OVERDUE:
            marks[event.matter_id, event.kind, event.data["due"]] += 1
        elif event.kind == Step.SILENT:
            marks[event.matter_id, event.kind, str(sent.get(event.matter_id, 0))] += 1
        elif event.kind in (Step.TRIAGE, Step.FORWARD):
            sent[event.matter_id] = event.seq
    assert max(marks.values(), default=1) == 1, f"seed {SEED}: {marks.most_common(3)}"
    for matter in await Matter.exclude(overdue_at=None).exclude(due_at=None):
        assert matter.due_at is not None
        assert marks[matter.id, Step.OVERDUE.value, matter.due_at.isoformat()] == 1, f"seed {SEED}: {matter.number}"
    return marks.total()
