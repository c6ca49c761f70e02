"""Which metrics speak of several years, so that none of them is taken for the figure of one.

A report that ends a five-year plan or a term of office reviews five years beside the last one, and plans for the next
five. The column `period` tells where the sentence says so. This module adds what the passage says: a measure that opens
with 五年来, a section that is titled “十五五”时期, a run of items most of which speak of five years.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

FIVE = re.compile(
    r"(?:(?:过去|刚刚过去的?|这|近|今后|未来|下一?个?|前|再奋斗)的?五年|五年(?:来|间|里|以来|，)|"
    r"“?十[一二三四五六]五”?(?:时期|期间|以来|这五年|主要|发展|规划纲要|目标)|"
    r"到20[23][05]年|本届政府(?:任期|五年)|这是[^。，]{2,30}的五年)"
)
ONE = re.compile(
    r"(?:(?:过去|刚刚过去的?|这|新的)的?一年|一年(?:来|间)|(?:今|去|全|当)年|(?:刚刚过去的)?(?:19|20)\d\d年|今后一年)"
)
# What betrays a figure over five years inside an item.
TRACE = re.compile(
    r"年均[增提下降递]|每年(?:平均|新增)|[五5]年(?:累计|共|增|提|新增|间)|(?:比|较|从|由)(?:19|20)\d\d年|"
    r"“十[一二三四]五”(?:末|时期|期末|同期)|五年"
)
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


class Passages:
    """The measures of one report with what they speak of."""

    def __init__(self, measures: Sequence[Any], sections: Iterable[Any]) -> None:
        titles = _titles(sections)
        ordered = sorted(measures, key=lambda m: (int(m.start), str(m.measure_id)))
        self.items: list[Item] = []
        for _, run in groupby(ordered, key=lambda m: (m.part, m.section_id, _style(m.label))):
            for part in _split(list(run)):
                several = _reviews(part, titles.get(str(part[0].section_id)))
                self.items += [Item(int(m.start), int(m.end), str(m.text), several) for m in part]
        self._starts = [item.start for item in self.items]

    def several_years(self, start: int, sentence: str, before: str) -> bool:
        """Whether the number at source offset `start`, with `before` it in `sentence`, is one over several years."""
        at = bisect_right(self._starts, start) - 1
        item = self.items[at] if at >= 0 and start < self.items[at].end else None
        if item is None:  # a lead-in belongs to what follows it
            following = self.items[at + 1] if at + 1 < len(self.items) else None
            cue = _last_cue(before)
            return cue if cue is not None else bool(following and following.years and at >= 0 and self.items[at].years)
        place = item.text.find(sentence[:30])
        cue = _last_cue((item.text[:place] if place > 0 else "") + before)
        return item.years if cue is None else cue


def _titles(sections: Iterable[Any]) -> dict[str, bool | None]:
    """For each section whether its title, or the nearest title above that says so, speaks of five years."""
    rows = {str(s.section_id): s for s in sections}
    said: dict[str, bool | None] = {}
    for key in rows:
        at, cue = key, None
        for _ in range(9):
            if at not in rows or cue is not None:
                break
            title = str(rows[at].title)
            five, one = bool(FIVE.search(title)), bool(ONE.search(title))
            cue = five if five != one else None
            at = str(rows[at].parent_id)
        said[key] = cue
    return said


def _style(label: str) -> str:
    return next((name for name, pattern in LABELS if pattern.match(label)), "")


def _split(run: list[Any]) -> list[list[Any]]:
    """A run of items of one style, divided where an item opens with other years than the one before."""
    parts: list[list[Any]] = []
    last: bool | None = None
    for measure in run:
        cue = _opening(str(measure.text))
        if not parts or (cue is not None and cue != last):
            parts.append([])
            last = cue
        parts[-1].append(measure)
    return parts


def _opening(text: str) -> bool | None:
    """What the first words of a measure, after its label, speak of: five years, one, or neither."""
    words = OPENING.sub("", text[:WORDS])
    return True if FIVE.match(words) else False if ONE.match(words) else None


def _reviews(run: list[Any], title: bool | None) -> bool:
    openings = [_opening(str(m.text)) for m in run]
    if True in openings:
        return True
    if False in openings:
        return False
    if title is not None:
        return title
    traced = sum(1 for m in run if TRACE.search(str(m.text)))
    return run[0].part == "summary" and traced > 1 and traced / len(run) >= REVIEW


def _last_cue(text: str) -> bool | None:
    """What the last clause that says so speaks of: five years or one."""
    cues = list(_cues(text))
    return cues[-1] if cues else None


def _cues(text: str) -> Iterator[bool]:
    """For each clause that opens with 五年来, 2025年 … whether it speaks of five years."""
    for start in START.finditer(text):
        head = text[start.end() : start.end() + WORDS]
        if FIVE.match(head):
            yield True
        elif ONE.match(head):
            yield False
