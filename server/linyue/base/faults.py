"""Steps at which a fault test may end the process as a power cut would. Nothing happens outside demo mode."""

import os

from linyue.base import db


def reached(step: str) -> None:
    """End this process at once when the settings name this step (LINYUE_FAILPOINT, demo mode only)."""
    settings = db.settings_in_use()
    if settings.demo and settings.failpoint == step:
        os._exit(70)
