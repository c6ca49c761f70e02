"""What the tagger sees of a measure: its words, those of its first half, and those of its lead sentence.

A word counts by its parts: itself and, of longer ones, each pair of neighbouring characters (高标准农田: 高标 标准 准农
农田), so that a word never seen before still speaks through its parts. What a word says for each area is therefore a
sum over its parts, and what a text says is a sum over its words: scores can be explained word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine.model import Measure
from textmine.words import Words

Floats = NDArray[np.float32]

_CN = "[一二三四五六七八九十]{1,3}"
# A label at the start of an item, which says nothing about its field.
_LABEL = re.compile(
    rf"\s*+(?:[（(](?:{_CN}|\d{{1,2}})[）)]、?|{_CN}(?:是要|是|要|、)|第{_CN}[，、,：]|\d{{1,2}}[.、．](?!\d)|[①-⑳]"
    r"|[—●·•*-]{1,3}|(?:首先|其次|再次|最后)[，,])\s*+"
)
_STOP = re.compile("[。！？；：\n]")
_PAUSE = re.compile("[。！？；：，\n]")
LEAD_CHARS = 60  # a title-like lead sentence is shorter; of a longer first sentence the first clause is the lead
CLAUSE_CHARS = 40
HALF_CHARS = 60  # at least, of what counts as the first half


class Item(NamedTuple):
    """The words of one measure: all of them, those of its first half, those of its lead sentence."""

    body: list[str]
    half: list[str]
    lead: list[str]


def item_of(words: Words, item: Measure | str) -> Item:
    """The words of a measure or a text; a measure's heading is its lead."""
    heading = item.heading if isinstance(item, Measure) else ""
    text = unlabelled(item.text.removeprefix(item.label) if isinstance(item, Measure) else item)
    lead_end = len(heading) if heading and text.startswith(heading) else lead_sentence(text)
    half_end = max(lead_end, first_half(text))
    lead = words.content_words(text[:lead_end])
    half = lead + words.content_words(text[lead_end:half_end])
    body = half + words.content_words(text[half_end:])
    return Item(body, half, words.content_words(heading) if heading and not text.startswith(heading) else lead)


def unlabelled(text: str) -> str:
    """`text` without a leading label (一是, （二）, 3.)."""
    match = _LABEL.match(text)
    return text[match.end() :] if match else text.lstrip()


def lead_sentence(text: str) -> int:
    """Where the lead of `text` (without label) ends: its first sentence, or the first clause of a long one."""
    match = _STOP.search(text, 0, LEAD_CHARS) or _PAUSE.search(text, 0, CLAUSE_CHARS)
    return match.start() if match else min(len(text), CLAUSE_CHARS)


def first_half(text: str) -> int:
    """Where the first half of `text` ends: at the first pause after its middle."""
    match = _PAUSE.search(text, max(HALF_CHARS, len(text) // 2))
    return match.start() if match else len(text)


def parts(word: str) -> list[str]:
    """The features of a word: itself, and the pairs of characters of a longer one."""
    if len(word) <= 2:
        return [word]
    return [word, *(word[i : i + 2] for i in range(len(word) - 1))]


@dataclass(frozen=True)
class View:
    """One view of a text (all of it, or its lead): the parts known there, their rarity, and what each says.

    `weights` has a row for each part and a column for each area.
    """

    parts: Mapping[str, int]
    rarity: Floats
    weights: Floats

    def vectors(self, words: Sequence[str]) -> tuple[Floats, Floats]:
        """For each word what it says for each area, and its squared length."""
        ids, bounds = self.known(words)
        said = np.zeros((len(words), self.weights.shape[1]), np.float32)
        squares = np.zeros(len(words), np.float32)
        rows = np.flatnonzero(np.diff(bounds))
        if len(rows):
            rarity = self.rarity[ids]
            starts = bounds[rows]
            said[rows] = np.add.reduceat(self.weights[ids] * rarity[:, None], starts, axis=0)
            squares[rows] = np.add.reduceat(rarity * rarity, starts)
        return said, squares

    def known(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The known parts of the words, one after another, and where those of each word begin (one bound more)."""
        get = self.parts.get
        found = [[i for i in map(get, parts(word)) if i is not None] for word in words]
        bounds = np.zeros(len(words) + 1, np.int64)
        np.cumsum([len(ids) for ids in found], out=bounds[1:])
        return np.array([i for ids in found for i in ids], np.int64), bounds


def distinct(items: Iterable[Sequence[str]]) -> tuple[list[str], list[list[int]]]:
    """The words of all items, each once, and each item as the numbers of its distinct words."""
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(word, len(numbers)) for word in dict.fromkeys(words)] for words in items]
    return list(numbers), rows


def rarity(documents: Sequence[Sequence[str]]) -> tuple[dict[str, int], Floats]:
    """All parts of the documents' words, numbered, and their smoothed inverse document frequency."""
    features: dict[str, int] = {}
    counts: list[int] = []
    for words in documents:
        for part in dict.fromkeys(p for word in dict.fromkeys(words) for p in parts(word)):
            number = features.setdefault(part, len(features))
            if number == len(counts):
                counts.append(0)
            counts[number] += 1
    frequency = np.array(counts, np.float64)
    return features, (np.log((1 + len(documents)) / (1 + frequency)) + 1).astype(np.float32)


def matrix(documents: Sequence[Sequence[str]], features: Mapping[str, int], weight: Floats) -> Any:
    """The documents as rows of length 1 (a scipy CSR matrix), counting as `View.vectors` does."""
    from scipy.sparse import csr_matrix

    words, rows = distinct(documents)
    ids, bounds = View(features, weight, np.zeros((len(weight), 0), np.float32)).known(words)
    by_word = csr_matrix((weight[ids], ids, bounds), shape=(len(words), len(weight)))
    squares = np.asarray(by_word.multiply(by_word).sum(axis=1)).ravel()
    starts = np.cumsum([0, *map(len, rows)])
    flat = np.array([i for row in rows for i in row], np.int64)
    scale = [1 / max(float(squares[row].sum()), 1e-12) ** 0.5 for row in rows]
    data = np.repeat(np.array(scale, np.float32), np.diff(starts))
    return csr_matrix((data, flat, starts), shape=(len(rows), len(words))) @ by_word
