"""The bench itself: what its generator counts, what its goals say, and that every server it compares does the same work."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode

from tests.bench import frames
from tests.bench.figures import Figure, Found, Goal, busy, ratio, table
from tests.bench.hall_load import Hall, Phone, _Vote
from tests.bench.parts import PARTS
from tests.bench.run import Run
from tests.servers import ROOT

SIZES = (0, 1, 125, 126, 300, 4096, 65_535, 65_536, 100_000)


@pytest.mark.parametrize("size", SIZES)
def test_the_generator_reads_a_servers_frames_whole_and_torn(size: int) -> None:
    sent = Frame(Opcode.TEXT, b"x" * size).serialize(mask=False) + Frame(Opcode.PING, b"abcd").serialize(mask=False)
    assert frames.split(sent) == ([(1, b"x" * size), (9, b"abcd")], b"")
    for cut in {1, 2, 3, len(sent) // 2, len(sent) - 1}:
        first, left = frames.split(sent[:cut])
        rest, nothing = frames.split(left + sent[cut:])
        assert [*first, *rest] == [(1, b"x" * size), (9, b"abcd")] and nothing == b""


def test_a_screen_counts_for_every_state_up_to_the_one_it_shows() -> None:
    """A reader that skipped states has seen them; a state is everywhere once its last screen shows it or a newer one."""
    chance = random.Random(7)
    for _ in range(200):
        phones = [Phone("", "", shown=0) for _ in range(5)]
        hall = Hall(0, "", "", phones, by_fd=dict(enumerate(phones)))
        vote = _Vote(hall, 1.0, 1.0)
        held, full = [0] * 5, set()
        for _ in range(60):
            who, version = chance.randrange(5), chance.randrange(1, 12)
            body = f'{{"type":"turnout","version":{version},"data":{{}}}}'.encode()
            vote._frame(phones[who], 1, body, None)
            held[who] = max(held[who], max((one for one in vote.seen if one <= version), default=0))
            full = {one for one in vote.seen if min(held) >= one}
            assert {one for one, at in zip(vote.seen, vote.full_at, strict=True) if at} == full


def test_a_goal_says_what_it_asks_for_and_what_is_known() -> None:
    assert Goal("a", 250.0, 250.0, "ms", is_limit=True).is_met and not Goal("a", 251.0, 250.0, is_limit=True).is_met
    own, peer = Figure("own", "x/s", [10.0, 12.0, 14.0]), Figure("peer", "x/s", [9.0, 10.0, 11.0])
    missed = ratio("own against peer", own, peer, 1.4)
    assert missed.value == pytest.approx(1.2) and not missed.is_met and "spread" in missed.to_data()["why"]
    known = ratio("own against peer", own, peer, 1.4, "the core is full")
    assert known.why.startswith("the core is full; within the spread")
    assert set(missed.to_data()) >= {"name", "value", "target", "met"}
    text = table(Found([own, peer], [missed], ["a note"]))
    assert "MISSED" in text and "a note" in text


def test_a_missed_goal_has_a_cause_in_words_beside_its_percentage() -> None:
    for goal in (Goal("a", 300.0, 250.0, is_limit=True), ratio("b", *[Figure("x", "x/s", [1.0])] * 2, 2.0)):  # type: ignore[arg-type]
        share, _, cause = goal.to_data()["why"].partition("; ")
        assert share.startswith("missed by") and len(cause) > 20


def test_a_figure_says_how_busy_its_generator_was_at_most() -> None:
    assert busy("", 0.42) == "generator 42% busy"
    assert busy("12 KB", 0.5) == "12 KB, generator 50% busy"
    assert (
        busy(busy("12 KB", 0.5), 0.3) == "12 KB, generator 50% busy" and busy("generator 9% busy", 0.2)[10:13] == "20%"
    )


def test_percentiles_of_repetitions_are_no_waits() -> None:
    """What is shown is the middle repetition's p50 and p99, not a percentile of percentiles."""
    own = Figure("own", "ms p99", [10.0, 30.0, 20.0], percentiles=[(1.0, 10.0), (2.0, 30.0), (3.0, 20.0)])
    assert own.waited == (2.0, 20.0)
    assert (own.to_data()["p50_ms"], own.to_data()["p99_ms"]) == (2.0, own.to_data()["median"])
    assert "2.0     20.0" in table(Found([own]))
    single = Figure("single", "x/s", [1.0], waits=[float(n) for n in range(101)])
    assert single.waited == (50.0, 99.0) and Figure("none", "KB", [1.0]).waited is None


def test_every_part_can_be_loaded_or_names_what_is_missing() -> None:
    for part in PARTS.values():
        assert callable(part.load()), part.where


def test_records_are_whole() -> None:
    for path in (Path(__file__).parent / "records").glob("*.json"):
        told = json.loads(path.read_text())
        assert told["goals"] and all({"name", "value", "target", "met"} <= set(goal) for goal in told["goals"]), (
            path.name
        )
        for goal in told["goals"]:
            cause = goal.get("why", "").partition("; ")[2].removeprefix("within the spread of ")
            assert goal["met"] or len(cause) > 20, f"{path.name}: {goal['name']} says by how much it is missed, not why"
        for figure in told["figures"]:
            if figure["unit"] == "ms p99":
                assert figure.get("p99_ms", figure["median"]) == figure["median"], f"{path.name}: {figure['name']}"


def test_the_command_measures_a_hall_from_its_making_to_its_goals(tmp_path: Path) -> None:
    """In a process of its own: what this one has loaded for other tests is not there."""
    command = [sys.executable, "-m", "tests.bench", "acks", "--quick", "--no-postgres"]
    env = os.environ | {"LINYUE_BENCH": str(tmp_path)}
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180, check=False)
    told = json.loads((tmp_path / "latest.json").read_text())
    assert not [note for note in told["notes"] if "failed" in note], ended.stdout + ended.stderr
    assert {goal["name"] for goal in told["goals"]} >= {"durable acks over sockets against one commit a ballot, ORM"}
    assert all(figure["median"] > 0 for figure in told["figures"])


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    made = Run(tmp_path, 1, quick=True)
    yield made
    made.stop()


@pytest.mark.parametrize("module", ["fan_linyue", "fan_bare", "fan_loop", "fan_text"])
def test_each_server_gives_every_socket_the_same_message(run: Run, module: str) -> None:
    with run.server(module) as server:
        run.load.call("fan_open", module, server.port, 20)
        told = run.load.call("fan_round", module, 3)
        assert told["bytes"] == 3 * 20 * 304
        run.load.call("fan_close", module)
