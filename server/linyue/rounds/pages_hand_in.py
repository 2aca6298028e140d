"""What the desk's page shows: who can be spoken for, what may be handed in now, and what was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linyue.base.forms import Form
from linyue.rounds.pages import RoomView
from linyue.rounds.service_hand_in import SpokenFor


@dataclass(frozen=True, slots=True)
class HandedLine:
    """Something handed in. `kind`: floor, topic, point; `text`: its words, or the stance of a turn; `back`: why not."""

    id: int
    kind: str
    name: str
    text: str
    by: str
    at: datetime
    was_asked: bool
    is_back: bool
    back: str


@dataclass(frozen=True, slots=True)
class HandInPage:
    """The desk of the hall. `kinds`: what this step takes; `vote`: the desk of the open vote, or empty."""

    room: RoomView
    query: str
    people: list[SpokenFor]
    more: int
    chosen: SpokenFor | None
    kinds: list[str]
    groups: list[tuple[str, str]]
    vote: str
    handed: list[HandedLine]
    form: Form[Any] | None
