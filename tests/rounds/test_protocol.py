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
from linyue.rounds.live import FRAMES
from linyue.rounds.service_state import room_state
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


@pytest.mark.anyio
async def test_every_key_of_the_states_is_described(app: Starlette, clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    state = await room_state(made.hall.meeting.id)

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {key for one in value.values() for key in keys(one)}
        return {key for one in value for key in keys(one)} if isinstance(value, list) else set()

    words = set(re.findall(r"[a-z_]+", TEXT))
    assert keys(state.room) | keys(state.turnout) <= words


def test_every_frame_and_refusal_is_named() -> None:
    for kind in FRAMES:
        assert f"| `{kind}` |" in TEXT
    named = set(re.findall(r"`((?:rounds|meetings|questions|records|common)-[a-z-]+)`", TEXT))
    assert {one.value for one in BallotRefusal} <= named
    assert {one.value for one in SpeakerRefusal} - {"meetings-refused-queue-empty"} <= named


def test_every_close_reason_is_named() -> None:
    root = Path(__file__).resolve().parents[2] / "server" / "linyue"
    code = "".join(
        (root / name).read_text(encoding="utf-8")
        for name in ("rounds/live.py", "rounds/live_rooms.py", "base/sockets.py")
    )
    reasons = set(re.findall(r'\.end\([^)]*?"([a-z-]+)"', code)) | set(re.findall(r'TRY_LATER, "([a-z-]+)"', code))
    table = TEXT.split("## Closing")[1].split("## Examples")[0]
    assert {f"`{reason}`" for reason in reasons} - {"`restart`"} <= set(re.findall(r"`[a-z-]+`", table))
