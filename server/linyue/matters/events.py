"""What others may want to know of a matter, in the past tense. Ids, states and versions only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatterChanged:
    """A matter has taken a step; readers load it fresh."""

    matter_id: int
    number: str
    step: str
    state: str
    version: int
