"""Whatever order people do things in, the store and a small model say the same. The model knows no database and no rules file."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as profile_of
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.settings import Settings
from linyue.questions import service
from linyue.questions.model import Ballot, Question
from linyue.upkeep.doctor import VOTES
from linyue.upkeep.doctor_results import RESULTS
from tests.conftest import opened
from tests.faults.figures import note
from tests.faults.size import IS_LONG, SEED, size
from tests.make.questions import Put, make_question

VOTERS = 4
CHOICES = ("for", "against", "abstain")
PARTS, LIVES = size(21, 1667), 12
"""Each part on a store of its own: sweep and doctor look at every vote there is. `make test` has 252 lives a database."""
STEPS = 50 if IS_LONG else 20
"""As many at every scale: a shorter life would never come to the states that lie behind the close."""


@dataclass
class Model:
    """A vote as a person would explain it: who said what last, and whether it is still going on."""

    state: str = "open"
    is_over: bool = False
    said: dict[int, list[str]] = field(default_factory=dict)
    sends: dict[str, tuple[int, str, int]] = field(default_factory=dict)

    def cast(self, who: int, choice: str, send: str, replaces: int) -> str | int:
        """The revision it becomes, or why not."""
        mine = self.said.get(who, [])
        if send in self.sends:
            sender, before, revision = self.sends[send]
            if sender != who:
                return "send-id-taken"
            return revision if before == choice else "stale"
        if self.state != "open":
            return "not-open"
        if self.is_over:
            return "time-over"
        if who >= VOTERS:
            return "not-on-roll"
        if choice not in CHOICES:
            return "unknown-choice"
        if replaces != len(mine):
            return "stale" if replaces < len(mine) else "ahead"
        self.said.setdefault(who, []).append(choice)
        self.sends[send] = (who, choice, replaces + 1)
        return replaces + 1

    def counts(self) -> dict[str, int]:
        """The last word of everybody."""
        last = [words[-1] for words in self.said.values()]
        return {choice: last.count(choice) for choice in CHOICES}


class Voting(RuleBasedStateMachine):
    """Casts, retries, late sends, closes, publishes, a clock that jumps; after each step both say the same."""

    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        clock.set_offset(timedelta())
        self.put: Put = self.do(make_question(people=VOTERS + 1, closes_in=timedelta(hours=1)))
        self.stranger = self.do(make_question(people=1)).people[0]

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    async def tried(self, work: Any) -> str | int:
        try:
            done = await work
        except Refused as refused:
            return str(refused.reason.value).removeprefix("questions-refused-")
        return int(getattr(done, "revision", 0))

    @rule(
        who=st.integers(0, VOTERS),
        choice=st.sampled_from([*CHOICES, "maybe"]),
        send=st.integers(0, 9),
        late=st.integers(-1, 2),
    )
    def cast(self, who: int, choice: str, send: int, late: int) -> None:
        replaces = max(0, len(self.model.said.get(who, [])) - late)
        person = self.stranger if who == VOTERS else self.put.people[who]
        name = f"send-{send:08d}"
        wanted = self.model.cast(who, choice, name, replaces)
        work = service.cast_ballot(person, self.put.question.id, choice, name, replaces, service.Via.POST)
        found = self.do(self.tried(work))
        assert found == wanted, (who, choice, name, replaces)

    @rule(hours=st.sampled_from([-2, -1, 1, 2]))
    def jump(self, hours: int) -> None:
        ahead = clock.offset() + timedelta(hours=hours)
        clock.set_offset(ahead)
        self.model.is_over = ahead >= timedelta(hours=1)

    @rule()
    def sweep(self) -> None:
        self.do(service.sweep(clock.now()))
        if self.model.state == "open" and self.model.is_over:
            self.model.state = "closed"

    @precondition(lambda self: len(self.model.said) > 1)
    @rule()
    def close(self) -> None:
        found = self.do(self.tried(service.close_question(self.put.chair, self.put.question.id)))
        assert found == (0 if self.model.state == "open" else "already-closed")
        self.model.state = "closed" if self.model.state == "open" else self.model.state

    @rule()
    def publish(self) -> None:
        found = self.do(self.tried(service.publish_result(self.put.chair, self.put.question.id)))
        assert found == (0 if self.model.state == "closed" else "not-closed")
        self.model.state = "published" if self.model.state == "closed" else self.model.state

    @invariant()
    def both_say_the_same(self) -> None:
        self.do(self._compare())

    async def _compare(self) -> None:
        question = await Question.get(id=self.put.question.id)
        # A result that nobody published is published by the sweep after a day; here the clock never runs so far.
        assert question.state.value == self.model.state
        rows = await Ballot.filter(question_id=question.id).order_by("person_id", "revision")
        history: dict[int, list[str]] = {}
        for row in rows:
            history.setdefault(self.put.people.index(row.person_id), []).append(row.choice)
        assert history == self.model.said
        assert question.ballots_cast == len(history)
        if question.result is not None:
            assert question.result["counts"] == self.model.counts()

    def teardown(self) -> None:
        async def look() -> None:
            for name, _, check in [*VOTES, *RESULTS]:
                _, faults = await check(self.settings_)
                assert not faults, (name, faults)

        self.do(look())

    settings_: Settings


@pytest.mark.parametrize("part", range(PARTS))
def test_a_vote_is_what_the_model_says(settings: Settings, part: int) -> None:
    _run(settings, SEED + part)
    if part == PARTS - 1:
        kind = "sqlite" if settings.is_sqlite else "postgres"
        note("T16", f"{kind}: random lives of a vote, up to {STEPS} steps each, as the model says", PARTS * LIVES)


def _run(chosen: Settings, drawn: int) -> None:
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()
    loop.run_until_complete(stack.enter_async_context(opened(chosen)))
    Voting.loop, Voting.settings_ = loop, chosen
    try:
        # The phases without a store of examples: a run depends on its seed alone.
        profile = profile_of(
            max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck), print_blob=False,
        )  # fmt: skip
        run_state_machine_as_test(seed(drawn)(Voting), settings=profile)
    finally:
        clock.set_offset(timedelta())
        loop.run_until_complete(stack.aclose())
        loop.close()
