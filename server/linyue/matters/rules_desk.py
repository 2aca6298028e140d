"""The triage desk's own rules: how long "somebody is on it" holds, and when a sending can be taken back."""

from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(minutes=5)
"""How long an open report counts as being looked at."""
UNDO_WITHIN = timedelta(minutes=10)
AT_ONCE = 30
"""Reports that are sent in one go: a page of the queue."""


class DeskRefusal(StrEnum):
    """Why the desk is stopped; the value is the translation key."""

    SOMEBODY_ELSE = "matters-refused-somebody-else"
    NO_TEMPLATE = "matters-refused-no-template"
    TEMPLATE_TAKEN = "matters-refused-template-taken"
    TEMPLATES_FULL = "matters-refused-templates-full"
    NOTHING_TO_FILL = "matters-refused-nothing-to-fill"
    NOTHING_PICKED = "matters-refused-nothing-picked"
    ONE_PICKED = "matters-refused-one-picked"
    UNDO_TOUCHED = "matters-refused-undo-touched"
    UNDO_LATE = "matters-refused-undo-late"


def refuse_undo(is_last_step_mine: bool, sent_at: datetime, now: datetime) -> DeskRefusal | None:
    """One takes back one's own sending, while it is the last thing that happened, for ten minutes."""
    if not is_last_step_mine:
        return DeskRefusal.UNDO_TOUCHED
    return DeskRefusal.UNDO_LATE if now - sent_at > UNDO_WITHIN else None
