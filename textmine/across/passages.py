"""Which metrics speak of several years, so that none of them is taken for the figure of one.

A report that ends a five-year plan or a term of office reviews five years beside the last one, and plans for the next
five. The column `period` tells where the sentence says so. This module adds what the passage says: a measure that opens
with 五年来, a section that is titled “十五五”时期, a run of items most of which speak of five years.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from textmine.across.wordlists import compiled
from textmine.lexicon import Lexicon

REVIEW = 1 / 3  # of a run's items that speak of five years
WORDS = 40  # characters at the start of a clause in which its cue stands
START = re.compile(r"(?:^|[。！；，：\n])(?:——)?(?:各位代表[！，])?")
OPENING = re.compile(
    r"^(?:——|—|●|[（(][^）)]{1,3}[）)]|[一二三四五六七八九十]{1,3}[是要、，]|\d{1,2}[.、])?\s*(?:各位代表[！，])?"
)
LABELS = (
    ("dash", re.compile("—|●|■|◆")),
    ("bracket", re.compile("[（(]")),
    ("running", re.compile("[一二三四五六七八九十]{1,3}[是要]|第[一二三四五六七八九十]")),
    ("number", re.compile(r"[\d①-⑳一二三四五六七八九十]")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A measure: where it stands, its text, and whether its words as a whole speak of five years."""

    start: int
    end: int
    text: str
    years: bool


class Cues:
    """The words by which a passage speaks of five years or of one (comparing.toml, passages)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.five = compiled(lexicon, "passages.five")
        self.one = compiled(lexicon, "passages.one")
        self.trace = compiled(lexicon, "passages.trace")

    def of_title(self, title: str) -> bool | None:
        """What a title speaks of: five years, one, or neither."""
        five, one = bool(self.five.search(title)), bool(self.one.search(title))
        return five if five != one else None

    def at_start(self, text: str) -> bool | None:
        """What the first words of a text speak of."""
        return True if self.five.match(text) else False if self.one.match(text) else None

    def opening(self, text: str) -> bool | None:
        """What the first words of a measure speak of, after its label."""
        return self.at_start(OPENING.sub("", text[:WORDS]))

    def last(self, text: str) -> bool | None:
        """What the last clause that says so speaks of: each may open with 五年来, 2025年 …"""
        heads = (self.at_start(text[start.end() : start.end() + WORDS]) for start in START.finditer(text))
        said = [head for head in heads if head is not None]
        return said[-1] if said else None


class Passages:
    """The measures of one report with what they speak of."""

    def __init__(self, measures: Sequence[Any], sections: Iterable[Any], cues: Cues) -> None:
        self._cues = cues
        titles = _titles(sections, cues)
        ordered = sorted(measures, key=lambda m: (int(m.start), str(m.measure_id)))
        self.items: list[Item] = []
        for _, run in groupby(ordered, key=lambda m: (m.part, m.section_id, _style(m.label))):
            for part in _split(list(run), cues):
                several = _reviews(part, titles.get(str(part[0].section_id)), cues)
                self.items += [Item(int(m.start), int(m.end), str(m.text), several) for m in part]
        self._starts = [item.start for item in self.items]

    def several_years(self, start: int, sentence: str, before: str) -> bool:
        """Whether the number at source offset `start`, with `before` it in `sentence`, is one over several years."""
        at = bisect_right(self._starts, start) - 1
        item = self.items[at] if at >= 0 and start < self.items[at].end else None
        if item is None:  # a lead-in belongs to what follows it
            following = self.items[at + 1] if at + 1 < len(self.items) else None
            cue = self._cues.last(before)
            return cue if cue is not None else bool(following and following.years and at >= 0 and self.items[at].years)
        place = item.text.find(sentence[:30])
        cue = self._cues.last((item.text[:place] if place > 0 else "") + before)
        return item.years if cue is None else cue


def _titles(sections: Iterable[Any], cues: Cues) -> dict[str, bool | None]:
    """For each section whether its title, or the nearest title above that says so, speaks of five years."""
    rows = {str(s.section_id): s for s in sections}
    said: dict[str, bool | None] = {}
    for key in rows:
        at, cue = key, None
        for _ in range(9):
            if at not in rows or cue is not None:
                break
            cue = cues.of_title(str(rows[at].title))
            at = str(rows[at].parent_id)
        said[key] = cue
    return said


def _style(label: str) -> str:
    return next((name for name, pattern in LABELS if pattern.match(label)), "")


def _split(run: list[Any], cues: Cues) -> list[list[Any]]:
    """A run of items of one style, divided where an item opens with other years than the one before."""
    parts: list[list[Any]] = []
    last: bool | None = None
    for measure in run:
        cue = cues.opening(str(measure.text))
        if not parts or (cue is not None and cue != last):
            parts.append([])
            last = cue
        parts[-1].append(measure)
    return parts


def _reviews(run: list[Any], title: bool | None, cues: Cues) -> bool:
    openings = [cues.opening(str(m.text)) for m in run]
    if True in openings:
        return True
    if False in openings:
        return False
    if title is not None:
        return title
    traced = sum(1 for m in run if cues.trace.search(str(m.text)))
    return run[0].part == "summary" and traced > 1 and traced / len(run) >= REVIEW
