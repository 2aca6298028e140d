"""Steps at which a fault test may end the process as a power cut would. Nothing happens outside demo mode and tests."""

import os
from collections import Counter

from linyue.base import db

ALLOWED = "LINYUE_FAULT_TESTS"
"""Set by tests for the processes they start, and by nobody else: a sample district that is shown around never ends."""
_seen: Counter[str] = Counter()


def reached(step: str) -> None:
    """End this process at once when the settings name this step (LINYUE_FAILPOINT), in demo mode and in tests only.

    `step:3` lets it pass twice first.
    """
    settings = db.settings_in_use()
    if not settings.failpoint or not settings.demo or os.environ.get(ALLOWED) != "1":
        return
    name, _, times = settings.failpoint.partition(":")
    if name != step:
        return
    _seen[step] += 1
    if _seen[step] >= int(times or 1):
        os._exit(70)
