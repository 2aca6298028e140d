"""PROTOCOL.md is true: its examples run, and it names every frame, refusal and close reason of the code."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from linyue.meetings.rules_speakers import SpeakerRefusal
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.rules_secret import Kind
from linyue.rounds import live
from linyue.rounds.live import FRAMES
from linyue.rounds.rules import RoundRefusal
from linyue.rounds.service_you import your_state
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.rounds import make_round
from tests.rounds.talk import Talk

TEXT = (Path(__file__).resolve().parents[2] / "server" / "PROTOCOL.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
STATES = {"room", "turnout", "you", "heartbeat"}


def holds(shown: Any, real: Any) -> bool:
    """Whether a frame has everything an example shows; `…` stands for any value."""
    if shown == "…":
        return True
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(key in real and holds(one, real[key]) for key, one in shown.items())
    return bool(shown == real)


@pytest.mark.anyio
async def test_the_examples_run(app: Starlette, new_client: Callable[[], Client], clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    client = new_client()
    await client.sign_in_as(made.hall.neighbours[0].person_id)
    ran = 0
    async with Talk(app, f"/live/{made.hall.meeting.join_code}", client, hello=False) as talk:
        for line in LINES:
            example = json.loads(line[2:].replace("{question}", made.question.public_id))
            if line.startswith(">"):
                if example["type"] == "hello":
                    example["data"]["ticket"] = await talk.ticket()
                await talk.send_text(json.dumps(example))
            else:
                while True:
                    real = await talk.read()
                    if real["type"] == example["type"]:
                        break
                    assert real["type"] in STATES, real
                assert holds(example, real), (example, real)
            ran += 1
    assert ran == len(LINES) > 15


def rows_of(title: str) -> dict[str, str]:
    """Frame type -> its row, of the table under this heading."""
    part = TEXT.split(f"### {title}\n")[1].split("\n## ")[0].split("\n### ")[0]
    return dict(re.findall(r"^\| `([a-z]+)` \| (.*)$", part, re.MULTILINE))


def keys(value: Any) -> set[str]:
    """Every key in it, at any depth."""
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in keys(one)}
    return {key for one in value for key in keys(one)} if isinstance(value, list) else set()


@pytest.mark.anyio
@pytest.mark.parametrize("kind", list(Kind))
async def test_every_key_of_the_states_is_described_in_its_own_row(
    app: Starlette, new_client: Callable[[], Client], clock: MovableClock, kind: Kind
) -> None:
    made = await make_round(question=QuestionState.OPEN, neighbours=20, kind=kind.value)
    client = new_client()
    await client.sign_in_as(made.hall.neighbours[0].person_id)
    rows = rows_of("From the server")
    async with Talk(app, f"/live/{made.hall.meeting.join_code}", client) as talk:
        if kind is Kind.NAMED:
            about = {
                "question": made.question.public_id,
                "choice": "for",
                "client_id": "a-ballot-of-mine",
                "replaces": 0,
            }
            await talk.send("cast", **about)
            await talk.until("ack", about="cast")
        you = (await your_state(made.hall.meeting.id, made.hall.neighbours[0].person_id))[1]
        await talk.send("ping")
        await talk.until("ack", about="ping")
        frames = [*talk.seen, {"type": "you", "data": you}]
    assert (you["ballot"] is not None) is (kind is Kind.NAMED)
    assert (you["seal"] is not None) is (kind is Kind.SECRET)
    assert {frame["type"] for frame in frames} >= {"hello", "room", "turnout", "you", "ack"}
    for frame in frames:
        row = rows[frame["type"]]
        if frame["type"] == "ack":
            row += rows_of("From the client")[frame["data"]["about"]]
        unsaid = keys(frame["data"]) - set(re.findall(r"[a-z_]+", row))
        assert not unsaid, f"{frame['type']}: {unsaid}"


def test_every_frame_and_refusal_is_named() -> None:
    assert set(FRAMES) | {"hello"} == set(rows_of("From the client"))
    named = set(re.findall(r"`((?:rounds|meetings|questions|records|common)-[a-z-]+)`", TEXT))
    assert {one.value for one in BallotRefusal} <= named
    assert {one.value for one in SpeakerRefusal} - {"meetings-refused-queue-empty"} <= named
    code = Path(live.__file__).read_text(encoding="utf-8")
    used = set(re.findall(r"RoundRefusal\.([A-Z_]+)", code))
    assert len(used) >= 3 and {RoundRefusal[name].value for name in used} <= named


def test_every_close_reason_is_named() -> None:
    root = Path(__file__).resolve().parents[2] / "server" / "linyue"
    code = "".join(
        (root / name).read_text(encoding="utf-8")
        for name in ("rounds/live.py", "rounds/live_rooms.py", "base/sockets.py")
    )
    reasons = set(re.findall(r'\.end\([^)]*?"([a-z-]+)"', code)) | set(re.findall(r'TRY_LATER, "([a-z-]+)"', code))
    table = TEXT.split("## Closing")[1].split("## Examples")[0]
    assert {f"`{reason}`" for reason in reasons} - {"`restart`"} <= set(re.findall(r"`[a-z-]+`", table))
