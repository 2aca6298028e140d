"""kill -9 in the middle of voting, restart, retry: no acknowledged ballot is lost, none counts twice."""

import asyncio
import json
import random
import secrets
import sys
from dataclasses import dataclass, field

import pytest

from linyue.base.settings import Settings
from linyue.questions import service, service_views
from linyue.questions.model import Ballot
from tests.make.questions import Put, make_question
from tests.servers import ROOT, environment_of

pytestmark = pytest.mark.anyio
KILLS = 10
VOTERS = 60
CHOICES = ("for", "against", "abstain")


@dataclass
class Phones:
    """Every voter's phone: one ballot under way each, kept until it is answered; what was acknowledged is noted."""

    put: Put
    chance: random.Random
    waiting: dict[str, dict[str, object]] = field(default_factory=dict)
    acked: dict[str, dict[str, object]] = field(default_factory=dict)

    def begin(self, person_id: int, replaces: int) -> str:
        """Choose, and keep the ballot until an answer comes."""
        ballot: dict[str, object] = {
            "person_id": person_id,
            "question_id": self.put.question.id,
            "choice": self.chance.choice(CHOICES),
            "client_id": secrets.token_hex(8),
            "replaces": replaces,
        }
        self.waiting[str(ballot["client_id"])] = ballot
        return json.dumps(ballot)

    def hear(self, line: bytes) -> str:
        """Note an answer; returns the voter's next ballot."""
        told = json.loads(line)
        assert "refused" not in told, told
        ballot = self.waiting.pop(told["client_id"])
        self.acked[told["client_id"]] = told
        return self.begin(int(str(ballot["person_id"])), told["revision"])


async def vote_until_killed(settings: Settings, phones: Phones, acks: int) -> None:
    """One life of the process: everything unanswered is sent again, then it is killed after some answers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.questions.voting_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment_of(settings),
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for ballot in list(phones.waiting.values()):
            process.stdin.write(json.dumps(ballot).encode() + b"\n")
        async with asyncio.timeout(60):
            for _ in range(acks):
                line = await process.stdout.readline()
                assert line, "the process ended by itself"
                process.stdin.write(phones.hear(line).encode() + b"\n")
    finally:
        process.kill()  # with ballots of every other phone under way
        await process.wait()


async def test_kill_nine_loses_no_acknowledged_ballot(db: Settings) -> None:
    chance = random.Random(20261126)
    put = await make_question(people=VOTERS)
    phones = Phones(put, chance)
    for person_id in put.people:
        phones.begin(person_id, 0)
    for _ in range(KILLS):
        await vote_until_killed(db, phones, chance.randrange(1, 400))
    # A last life answers what is still open, so that no outcome stays unknown.
    for ballot in list(phones.waiting.values()):
        receipt = await service.cast_ballot(**ballot, via=service.Via.POST)  # type: ignore[arg-type]
        phones.acked[receipt.client_id] = {"hash": receipt.hash, "revision": receipt.revision}
    stored = {row.client_id: row for row in await Ballot.filter(question_id=put.question.id)}
    assert set(phones.acked) == set(stored)
    for client_id, told in phones.acked.items():
        assert (stored[client_id].hash, stored[client_id].revision) == (told["hash"], told["revision"])
    assert await Ballot.current(put.question.id).count() == VOTERS
    assert await service_views.verify_chain(put.question.id) == []
    closed = await service.close_question(put.chair, put.question.id)
    assert closed.result is not None
    assert sum(closed.result["counts"].values()) == VOTERS
