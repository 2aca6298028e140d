"""Over how long the phones of a room spread what all of them do at once: fetching their page again. Decides only."""

PAGES_A_SECOND = 100
"""So many pages one process gives in half of its time, the ballots have the other half (`make bench ARGS=opens`)."""
LEAST_MS = 200
"""Few phones see the new page as soon as they can."""


def spread_ms(lines: int) -> int:
    """Milliseconds within which so many phones fetch their page, each at a moment of its own."""
    return max(LEAST_MS, lines * 1000 // PAGES_A_SECOND)
