"""Steps at which a fault test may end the process as a power cut would. Nothing happens outside demo mode."""

import os
from collections import Counter

from linyue.base import db

_seen: Counter[str] = Counter()


def reached(step: str) -> None:
    """End this process at once when the settings name this step (LINYUE_FAILPOINT, demo mode only).

    `step:3` lets it pass twice first.
    """
    settings = db.settings_in_use()
    if not settings.demo or not settings.failpoint:
        return
    name, _, times = settings.failpoint.partition(":")
    if name != step:
        return
    _seen[step] += 1
    if _seen[step] >= int(times or 1):
        os._exit(70)
