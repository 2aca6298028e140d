"""What happened to a council's roster."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RosterChanged:
    """A seat or an invitation began or ended; readers load the roster anew."""

    council_id: int
