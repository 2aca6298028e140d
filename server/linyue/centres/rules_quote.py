"""How a reason quotes a report: whole words and clauses that a person can read, never loose pairs of characters."""

import re
from collections.abc import Iterable


def passages(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """The places of a text that hold these words (`a+b`: both), in its order, as a person would quote them.

    Words that overlap or touch are one passage; what a longer passage contains is left out.
    """
    lowered = text.lower()
    parts = {part for word in words for part in word.split("+") if part}
    spans = sorted(found.span() for part in parts for found in re.finditer(re.escape(part), lowered))
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(without_parts(dict.fromkeys(text[start:end] for start, end in joined)))


def readable(text: str, grams: Iterable[str], lexicon: frozenset[str]) -> tuple[str, ...]:
    """The words of a text that hold these pairs of characters, as a person can read them; empty where there are none.

    A pair inside a word or name of the catalogue is quoted as that word. Other pairs that overlap are joined, and
    quoted only from three characters on and where the clause begins and ends with them. Latin words stay as they are.
    """
    lowered, pairs = text.lower(), set(grams)
    words = [m.span() for word in lexicon if word in lowered for m in re.finditer(re.escape(word), lowered)]
    quoted: list[tuple[int, int]] = []
    loose: list[tuple[int, int]] = []
    for start, end in sorted(m.span() for pair in pairs for m in re.finditer(re.escape(pair), lowered)):
        around = [(a, b) for a, b in words if a <= start and end <= b]
        if around:
            quoted.append(max(around, key=lambda span: (span[1] - span[0], -span[0])))
        elif lowered[start:end].isascii():
            quoted.append((start, end))
        elif loose and start < loose[-1][1]:
            loose[-1] = (loose[-1][0], max(loose[-1][1], end))
        else:
            loose.append((start, end))
    quoted += [span for span in loose if span[1] - span[0] > 2 and _is_clause(lowered, *span)]
    return tuple(without_parts(dict.fromkeys(text[start:end] for start, end in sorted(set(quoted)))))


def _is_clause(text: str, start: int, end: int) -> bool:
    """Whether nothing but signs, blanks or the text's edges stands around this passage."""
    return not text[:start][-1:].isalnum() and not text[end:][:1].isalnum()


def without_parts(hits: Iterable[str]) -> list[str]:
    """Leave out a word that a longer found word contains, so that it does not count twice."""
    found = list(hits)
    return [word for word in found if not any(word != other and word in other for other in found)]
