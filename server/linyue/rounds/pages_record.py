"""What is shown of lines for the minutes, on the console and on the recorder's page."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line for the minutes; `struck` is why it was struck, or empty."""

    entry: int
    item: str
    text: str
    author: str
    at: datetime
    is_struck: bool
    struck: str
