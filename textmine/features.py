"""What the tagger sees of a measure: its words, and which of them stand in its first half and in its lead sentence.

A word counts by its parts: itself and, of longer ones, each pair of neighbouring characters (高标准农田: 高标 标准 准农
农田), so that a word never seen before still speaks through its parts. What a word says for each area is the sum of
what its parts say, and what a text says is the sum of its words: scores can be explained word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from textmine.model import Measure
from textmine.words import Words

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]

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
VIEWS = ("body", "half", "lead")


class Item(NamedTuple):
    """The distinct words of a measure, in order: the first `half` are those of its first half, `lead` of its lead."""

    words: list[str]
    half: int
    lead: int

    def view(self, name: str) -> list[str]:
        return self.words if name == "body" else self.words[: getattr(self, name)]


def item_of(words: Words, item: Measure | str) -> Item:
    """The words of a measure or a text; a measure's heading is its lead."""
    heading = item.heading if isinstance(item, Measure) else ""
    text = unlabelled(item.text.removeprefix(item.label) if isinstance(item, Measure) else item)
    if heading and not text.startswith(heading):
        text = f"{heading}。{text}"
    lead_end = len(heading) or lead_sentence(text)
    half_end = max(lead_end, first_half(text))
    found = dict.fromkeys(words.content_words(text[:lead_end]))
    lead = len(found)
    found.update(dict.fromkeys(words.content_words(text[lead_end:half_end])))
    half = len(found)
    if half_end < len(text):
        found.update(dict.fromkeys(words.content_words(text[half_end:])))
    return Item(list(found), half, lead)


def unlabelled(text: str) -> str:
    """`text` without a leading label (一是, （二）, 3.)."""
    match = _LABEL.match(text)
    return text[match.end() :] if match else text.lstrip()


def wording(text: str) -> str:
    """A text without its label and without white space, by which it is known again."""
    return "".join(unlabelled(text).split())


def lead_sentence(text: str) -> int:
    """Where the lead of `text` (without label) ends: its first sentence, or the first clause of a long one."""
    match = _STOP.search(text, 0, LEAD_CHARS) or _PAUSE.search(text, 0, CLAUSE_CHARS)
    return match.start() if match else min(len(text), CLAUSE_CHARS)


def first_half(text: str) -> int:
    """Where the first half of `text` ends: at the first pause after its middle."""
    match = _PAUSE.search(text, max(HALF_CHARS, len(text) // 2))
    return match.start() if match else len(text)


def pairs(word: str) -> list[str]:
    """The pairs of neighbouring characters of a word of three or more."""
    return [word[i : i + 2] for i in range(len(word) - 1)] if len(word) > 2 else []


# --- learning ---------------------------------------------------------------------------------------------------


class Parts(NamedTuple):
    """The parts of all words of some texts, numbered, and the rarity of each (inverse document frequency)."""

    numbers: dict[str, int]
    rarity: Floats


def parts_of(texts: Sequence[Sequence[str]]) -> Parts:
    """The parts of the words of `texts` (each text its distinct words)."""
    numbers: dict[str, int] = {}
    counts: list[int] = []
    for words in texts:
        for part in dict.fromkeys(part for word in words for part in (word, *pairs(word))):
            number = numbers.setdefault(part, len(numbers))
            if number == len(counts):
                counts.append(0)
            counts[number] += 1
    rarity = np.log((1 + len(texts)) / (1 + np.array(counts, np.float64))) + 1
    return Parts(numbers, rarity.astype(np.float32))


def by_word(words: Iterable[str], parts: Parts) -> Any:
    """The words as rows over their parts (a scipy CSR matrix)."""
    from scipy.sparse import csr_matrix

    get = parts.numbers.get
    found = [[n for n in map(get, (word, *pairs(word))) if n is not None] for word in words]
    numbers = np.array([n for row in found for n in row], np.int64)
    bounds = np.cumsum([0, *map(len, found)])
    return csr_matrix((parts.rarity[numbers], numbers, bounds), shape=(len(found), len(parts.rarity)))


def points(texts: Sequence[Sequence[str]], parts: Parts) -> Any:
    """The texts as rows of about length 1 over the parts of their words (a scipy CSR matrix)."""
    from scipy.sparse import csr_matrix

    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(word, len(numbers)) for word in words] for words in texts]
    words = by_word(numbers, parts)
    squares = _squares(words)
    scale = [_inverse(float(squares[row].sum())) for row in rows]
    bounds = np.cumsum([0, *map(len, rows)])
    flat = np.array([number for row in rows for number in row], np.int64)
    data = np.repeat(np.array(scale, np.float32), np.diff(bounds))
    return csr_matrix((data, flat, bounds), shape=(len(rows), len(numbers))) @ words


def _squares(rows: Any) -> Floats:
    return np.asarray(rows.multiply(rows).sum(axis=1), np.float32).ravel()


def _inverse(square: float) -> float:
    return 1 / square**0.5 if square > 0 else 0.0


# --- answering --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """What each word says for each area where it stands in one view of a text, and its squared length.

    `index`: the row of each word of the vocabulary. The last row is of zeros, for words never seen in this view.
    """

    index: NDArray[np.int32]
    said: Floats
    squares: Floats


@dataclass(frozen=True)
class Vocabulary:
    """The words of all texts learnt from, and the pairs of characters in them, numbered."""

    numbers: Mapping[str, int]

    def read(self, item: Item) -> tuple[list[int], int, int, list[str]]:
        """The numbers of an item's words, how many of them are of the half and of the lead, and the word of each.

        A word that was never seen stands as its pairs.
        """
        get = self.numbers.get
        numbers = list(map(get, item.words))
        if None not in numbers:
            return cast(list[int], numbers), item.half, item.lead, item.words
        found: list[int] = []
        names: list[str] = []
        ends = []
        for start, end in ((0, item.lead), (item.lead, item.half), (item.half, len(numbers))):
            for word, number in zip(item.words[start:end], numbers[start:end], strict=True):
                if number is not None:
                    found.append(number)
                    names.append(word)
                else:
                    known = [pair for pair in map(get, pairs(word)) if pair is not None]
                    found += known
                    names += [word] * len(known)
            ends.append(len(found))
        return found, ends[1], ends[0], names


def view_of(parts: Parts, weights: Floats, vocabulary: Vocabulary) -> View:
    """The view that the weights (parts × areas) make of the vocabulary."""
    rows = by_word(vocabulary.numbers, parts)
    known = np.flatnonzero(np.diff(rows.indptr))
    index = np.full(len(vocabulary.numbers), len(known), np.int32)
    index[known] = np.arange(len(known), dtype=np.int32)
    said = np.vstack([np.asarray(rows[known] @ weights), np.zeros((1, weights.shape[1]))])
    # In half precision, as the cache keeps it: a fitted tagger and one that was loaded must say the same.
    return View(index, said.astype(np.float16).astype(np.float32), np.append(_squares(rows[known]), np.float32(0)))
