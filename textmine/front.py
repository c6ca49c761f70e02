"""What stands before the body of a report: title, subtitle, name and greeting, a table of contents."""

from __future__ import annotations

import re

from textmine.labels import Label
from textmine.model import ReportFields, Span
from textmine.phrases import MAX_HEADING, Phrases

TITLE_LINES = 12  # lines in which a title is looked for


def body_start(text: str, spans: list[Span], labels: list[Label], words: Phrases, fields: ReportFields) -> int:
    """The index of the first line after title, subtitle, name and greeting."""
    start = 0
    limit = next((label.span.start for label in labels if label.style.name != "dash"), 2500)
    for index, span in enumerate(spans[:40]):
        line = span.of(text)
        if span.start >= limit or (len(line) > 80 and "。" in line and not words.paragraph_greeting.search(line)):
            break
        if words.paragraph_greeting.search(line) and len(line) < 200:
            start = index + 1
        elif fields.title and line == fields.title:
            start = max(start, index + 1)
    return max(start, _title_end([span.of(text) for span in spans[:TITLE_LINES]], fields.title))


def _title_end(head: list[str], title: str) -> int:
    """The index after the lines that make up a title broken over two or three; 0 where none do."""
    for first in range(len(head)):
        joined = ""
        for index, line in enumerate(head[first : first + 3], first + 1):
            joined += line.strip(" _-—")
            if joined == title and title:
                return index
    return 0


def contents_lines(text: str, spans: list[Span]) -> set[int]:
    """Lines of a table of contents: short labelled lines near the start that come again as headings."""
    lines = [re.sub(r"[.·…\s]*\d*$", "", span.of(text)) for span in spans]
    later: dict[str, int] = {}
    for index, line in enumerate(lines):
        later[line] = index
    limit = len(text) * 0.15
    return {
        index
        for index, (span, line) in enumerate(zip(spans, lines, strict=True))
        if span.start < limit
        and 4 <= len(line) <= MAX_HEADING
        and later[line] > index
        and re.match("[一二三四五六七八九十（(第目]", line)
    }
