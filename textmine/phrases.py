"""Phrases that tell what a heading or a paragraph is (data/headings.toml), and how a text falls into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from textmine.lexicon import Lexicon, alternation, union
from textmine.model import Span
from textmine.numerals import DIGIT

SENTENCE_END = re.compile(r"[。！？]+[”’）]*")
TITLE_END = re.compile(r"[。！？：；\n]")
MANY_FIGURES = 3  # with as many figures a paragraph reports work, however it sets out
LABELLED = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[①-⒛㈠-㈩●■◆——]")
STOPS = "。！？；：…”）"
MAX_HEADING = 40  # characters of a lead sentence that still is a title
MAX_BARE_HEADING = 30  # those of a heading without a number


class Phrases:
    """The compiled word lists of headings.toml: `phrases.lead`, `phrases.admits` …"""

    def __init__(self, lexicon: Lexicon) -> None:
        for table in ("paragraph", "part"):
            for name, patterns in lexicon.headings[table].items():
                setattr(self, f"{table}_{name}", union(patterns))
        places = lexicon.placeholders["follow"]["not_counted_unit"]  # X市 is a name
        units = alternation([unit for unit in lexicon.units if unit not in places])
        # A figure, real or masked, with what it counts.
        numeral = "(?<![第一二两三四五六七八九十百千])[一二两三四五六七八九十百千]"
        counted = f"(?!届|次){units}"  # 二十届, 十一次: a congress and its sessions
        chinese = rf"{numeral}{{2,8}}[余多]?[万亿]?{counted}|{numeral}{{1,8}}[余多]?[万亿]{{1,2}}{units}"
        self.figure = re.compile(rf"{DIGIT}余?[十百千]?[万亿]?{units}|百分之|{chinese}")

    def __getattr__(self, name: str) -> re.Pattern[str]:
        raise AttributeError(f"headings.toml has no list {name}")


@lru_cache(maxsize=4)
def phrases(lexicon: Lexicon) -> Phrases:
    return Phrases(lexicon)


def title_of(words: str) -> str:
    """The lead sentence of a stretch of text, without its final stop."""
    words = words.lstrip(" ，、：,:")
    match = TITLE_END.search(words)
    return (words[: match.start()] if match else words).strip(" \n")


def sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences of a span; each ends after its 。！？ and closing quotes."""
    start = span.start
    for match in SENTENCE_END.finditer(text, span.start, span.end):
        yield Span(start, match.end())
        start = match.end()
    if text[start : span.end].strip():
        yield Span(start, span.end)


def trim(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start] in " \n":
        start += 1
    while end > start and text[end - 1] in " \n":
        end -= 1
    return Span(start, end)
