"""One voter, many phones and pages at once, over real sockets and real posts: one counted ballot, and every receipt true."""

import asyncio
import secrets
from collections.abc import Callable
from random import Random

import pytest

from linyue.base.settings import Settings
from linyue.questions.model import Ballot
from linyue.upkeep.phone import Ack, Book, Phone, door_of, post
from tests.conftest import opened
from tests.faults.crowd import CHOICES, prepare
from tests.faults.figures import note
from tests.faults.size import SEED, size
from tests.servers import LiveServer

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]
ROUNDS = size(2, 500)
LINES, POSTS = 4, size(10, 196)
"""Two hundred sends at once, over sockets and as posts."""


async def test_one_voter_many_lines(settings: Settings, make_live_server: MakeServer, mode: str) -> None:
    hall = await prepare(settings, ROUNDS)
    server = make_live_server(processes=2 if mode == "postgres" else 1)
    door = door_of(server.url)
    path = f"/q/{hall.room.question}/ballot"
    total: list[Ack] = []
    posted: list[dict[str, str]] = []
    for number, seat in enumerate(hall.seats):
        chance, book = Random(f"{SEED}:{number}"), Book()
        phones = [Phone([door], hall.room, seat, chance, book) for _ in range(LINES)]
        await asyncio.gather(*(phone.open() for phone in phones))
        same = secrets.token_hex(8)
        # First one ballot from everywhere at once, then everybody with a choice of their own on top of what they know.
        form = {"csrf": seat.csrf, "choice": "for", "client_id": same, "replaces": "0"}
        sends = [post(door, path, seat.cookie, form) for _ in range(POSTS)]
        answers = await asyncio.gather(*(phone.vote("for", same) for phone in phones), *sends)
        first = [answer for answer in answers if isinstance(answer, Ack)]
        assert len(first) == LINES and len({(ack.code, ack.revision) for ack in first}) == 1
        assert {answer[0] for answer in answers if isinstance(answer, tuple)} == {303}
        mixed = [{**form, "choice": chance.choice(CHOICES), "client_id": secrets.token_hex(8)} for _ in range(POSTS)]
        sends = [post(door, path, seat.cookie, {**one, "replaces": str(chance.randrange(3))}) for one in mixed]
        answers = await asyncio.gather(*(phone.vote(chance.choice(CHOICES)) for phone in phones), *sends)
        statuses = [answer[0] for answer in answers if isinstance(answer, tuple)]
        assert set(statuses) <= {303, 409}
        posted += [form, *(one for one, status in zip(mixed, statuses, strict=True) if status == 303)]
        assert not book.faults
        await asyncio.gather(*(phone.close() for phone in phones))
        total += [*first[:1], *(answer for answer in answers if isinstance(answer, Ack))]
    async with opened(settings):
        for number, person in enumerate(hall.people):
            history = await Ballot.filter(question_id=hall.question_id, person_id=person).order_by("revision")
            assert [row.revision for row in history] == list(range(1, len(history) + 1)), f"seed {SEED}:{number}"
            assert [row.superseded_by for row in history] == [*range(2, len(history) + 1), None]
        rows = {row.client_id: row for row in await Ballot.filter(question_id=hall.question_id)}
    for ack in total:
        assert (rows[ack.client_id].receipt_code, rows[ack.client_id].choice) == (ack.code, ack.choice)
    for form in posted:
        assert rows[form["client_id"]].choice == form["choice"]
    note("T13", f"{mode}: receipts by post, each in the history", len(posted))
    note("T13", f"{mode}: voters, each with {LINES} lines and {POSTS} posts at once", ROUNDS)
    note("T13", f"{mode}: receipts over sockets, each in the history", len(total))
