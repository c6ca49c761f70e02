"""Edits of a text every character of which knows where it came from: characters are deleted or replaced one for one."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator

from textmine.model import CleanText

Edit = tuple[int, int, str]  # start, end, what stands there instead (at most as long as what it replaces)


def apply(text: CleanText, edits: Iterable[Edit]) -> CleanText:
    """`text` with the edits made: sorted, not overlapping, none longer than what it replaces."""
    pieces: list[str] = []
    origins = array("L")
    at = 0
    for start, end, new in edits:
        pieces += (text.text[at:start], new)
        origins.extend(text.origins[at:start])
        origins.extend(text.origins[start : start + len(new)])
        at = end
    if at == 0:
        return text
    pieces.append(text.text[at:])
    origins.extend(text.origins[at:])
    return CleanText("".join(pieces), origins)


def substitute(pattern: re.Pattern[str], new: str, text: CleanText) -> CleanText:
    """Every match of `pattern` replaced by `new`."""
    return apply(text, ((m.start(), m.end(), new) for m in pattern.finditer(text.text) if m.end() > m.start()))


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end (without the line break) of each line."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1
