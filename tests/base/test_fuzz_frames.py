"""6,000 seeded frames over the sockets of a room and of its big screen: torn, nested, foreign, huge.

Each is answered in words, and a neighbour in the room is still served. Every third conversation is at the screen's door.
"""

import json
import os
import random
import time
from collections import Counter
from copy import deepcopy
from itertools import cycle
from typing import Any

import pytest
from starlette.applications import Starlette

from linyue.app import make_app
from linyue.base.settings import Settings
from linyue.base.sockets import Line
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.service import screen_path
from linyue.people.model import RoleGrant
from linyue.questions.model import Question
from tests.conftest import NewClient
from tests.faults.figures import note, percent
from tests.faults.size import seed_of, size
from tests.rounds.talk import Closed, Talk

SEED = int(os.environ.get("LINYUE_FUZZ_SEED") or seed_of(20261123))
CASES = int(os.environ.get("LINYUE_FUZZ_FRAMES") or size(6000, 900_000))
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2**63, 10**30, 0.5, "", "for", "against", "abstain", "neither", "x" * 3000, "\x00", "\ud800", "中文",
    [], {}, [[]], {"a": {"b": {}}}, "9" * 64, "a" * 16, float("inf"), float("nan"),
]  # fmt: skip
KEYS = [
    "type",
    "data",
    "question",
    "choice",
    "client_id",
    "replaces",
    "manifest",
    "stance",
    "leave",
    "protocol",
    "ticket",
    "person",
    "role",
    "",
]
TEXTS = [
    "",
    " ",
    "{",
    "[]",
    "null",
    "0",
    "NaN",
    '"cast"',
    '{"type":1}',
    '{"type":"cast"}',
    "[" * 900,
    '{"a":' * 400,
    "\x00",
    "x" * 4000,
    '{"type":"ping","type":"cast","data":{}}',
]
ANSWERS = {"ack", "refused", "room", "turnout", "you", "heartbeat", "hello"}
SCREEN_ANSWERS = ANSWERS - {"you"}
"""The big screen is nobody's."""


def frames(question: str) -> list[dict[str, Any]]:
    """One good frame of each kind to begin from."""
    cast = {"question": question, "choice": "for", "client_id": "fuzz-0000000001", "replaces": 0}
    return [
        {"type": "cast", "data": cast},
        {"type": "speak", "data": {"stance": "for"}},
        {"type": "speak", "data": {"leave": True}},
        {"type": "ping", "data": {}},
        {"type": "hello", "data": {"protocol": 1, "ticket": "x"}},
    ]


def mangle(chance: random.Random, good: list[dict[str, Any]]) -> str:
    """A message that is wrong in one place, or in all."""
    if chance.random() < 0.2:
        return chance.choice(TEXTS)
    sent = json.loads(json.dumps(chance.choice(good)))
    for _ in range(chance.randint(1, 3)):
        where = sent if chance.random() < 0.3 or not isinstance(sent.get("data"), dict) else sent["data"]
        key = chance.choice([*where, *KEYS])
        if chance.random() < 0.2:
            where.pop(key, None)
        else:
            where[key] = deepcopy(chance.choice(VALUES))  # what is put in may be changed next
    text = json.dumps(sent)
    return text[: chance.randint(1, len(text))] if chance.random() < 0.1 else text


@pytest.mark.sqlite_only
async def test_no_frame_fails_inside(
    sample_db: Settings, new_sample_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit of ten a second would end each conversation after ten frames; it has tests of its own.
    monkeypatch.setattr(Line, "is_too_fast", lambda _line: False)
    app: Starlette = make_app(sample_db)
    meeting = await Meeting.filter(state=MeetingState.RUNNING).first()
    assert meeting is not None, "the sample district has no meeting under way"
    question = await Question.filter(meeting_id=meeting.id).first()
    good = frames(question.public_id if question else "none")
    chance = random.Random(SEED)
    people = [None, *await RoleGrant.all().limit(20).values_list("person_id", flat=True)]
    room = f"/live/{meeting.join_code}"
    doors = (room, room, screen_path(meeting))
    answered: Counter[str] = Counter()
    async with Talk(app, room, new_sample_client()) as neighbour:
        number, waits = 0, list[float]()
        for door in cycle(doors):
            if number >= CASES:
                break
            client = new_sample_client()
            person = chance.choice(people)
            if person is not None:
                await client.sign_in_as(int(person))  # type: ignore[call-overload]
            async with Talk(app, door, client) as talk:
                try:
                    for number in range(number, number + 200):  # noqa: B020
                        text = mangle(chance, good)
                        await talk.send_text(text)
                        answer = await talk.read()
                        allowed = ANSWERS if door == room else SCREEN_ANSWERS
                        assert answer["type"] in allowed, f"seed {SEED} frame {number}: {text[:300]!r}: {answer}"
                        if answer["type"] == "ack":
                            assert door == room or answer["data"]["about"] == "ping", f"{text[:300]!r}: {answer}"
                        answered[door] += 1
                except Closed as closed:
                    assert closed.code in {1003, 1007, 1008, 1009}, (
                        f"seed {SEED} frame {number}: {text[:300]!r}: {closed}"
                    )
            number += 1
            began = time.monotonic()
            await neighbour.send("ping")
            await neighbour.until("ack", about="ping")
            waits.append((time.monotonic() - began) * 1000)
    assert CASES // 6 < answered[doors[2]] < answered[room]
    note("T18", "malformed messages to a room and its screen, each answered or its line ended in words", number)
    note("T18", "a neighbour in the room, answered in, p99", percent(waits, 99), "ms", at_most=500)
