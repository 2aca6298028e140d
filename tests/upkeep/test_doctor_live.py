"""The doctor beside a vote that goes on between any two of its reads: nothing sound looks broken."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tortoise import connections

from linyue.base.policy import NOBODY
from linyue.base.settings import Settings
from linyue.questions.model import Question
from linyue.questions.service import close_question, publish_result
from linyue.questions.service_secret import finish_box
from linyue.upkeep.doctor import CHECKS
from tests.make.questions import Put, make_meeting, make_people, make_question
from tests.questions.boxes import make_secret, voters_of

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
LOOKS = {name: check for name, _, check in CHECKS}


class Reads:
    """Counts what is read of the database, and lets something happen after one of the reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.at = 0, -1
        self.then: Callable[[], Awaitable[object]] | None = None
        kind = type(connections.get("default"))
        read = kind.execute_query

        async def execute_query(client: Any, *args: Any, **more: Any) -> Any:
            found = await read(client, *args, **more)
            self.count += 1
            if self.count == self.at and self.then is not None:
                then, self.then = self.then, None
                await then()
            return found

        monkeypatch.setattr(kind, "execute_query", execute_query)

    async def of(self, settings: Settings, name: str, at: int = -1, then: Any = None) -> list[str]:
        """Faults of one invariant, with something that happens after so many reads."""
        self.count, self.at, self.then = 0, at, then
        return (await LOOKS[name](settings))[1]


@pytest.mark.parametrize("name", ["I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I14", "I15", "I16"])
async def test_a_running_vote_is_not_taken_for_a_broken_one(
    db: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    reads = Reads(monkeypatch)
    chair, *_ = await make_people(1)
    meeting = await make_meeting(chair)
    for from_end in range(5):  # the newest question is looked at last, but listed with the first read
        put = await make_question(people=3, meeting=meeting)
        await put.cast(0, "for")

        async def go_on(put: Put = put) -> None:
            await put.cast(1, "against")
            await put.cast(0, "against", replaces=1)
            await close_question(put.chair, put.question.id)
            await publish_result(NOBODY, put.question.id)

        assert await reads.of(db, name) == []
        at = max(1, reads.count - from_end)
        assert (from_end, await reads.of(db, name, at, go_on)) == (from_end, [])
        if (await Question.get(id=put.question.id)).state == "open":
            await go_on()


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
async def test_a_box_that_is_opened_meanwhile_is_whole(db: Settings, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    reads = Reads(monkeypatch)
    put = await make_secret()
    for voter in (await voters_of(put))[:12]:
        await voter.cast("for")

    async def open_box() -> None:
        await close_question(put.chair, put.question.id)
        await finish_box(put.question.id)

    assert await reads.of(db, "I12", at, open_box) == []
