"""Scores of measures from the words in them, many measures at a time, with the words that decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine.features import Counts, Floats, Item, View, Vocabulary

CHUNK = 64  # measures whose words' vectors are laid out at once: more than fits the processor's cache is slower
EVIDENCE = 5  # words at most


class Model(NamedTuple):
    """Scores of areas: a bias, and what the words add in each view of a text (whole, first half, lead)."""

    classes: NDArray[Any]
    bias: Floats
    vocabulary: Vocabulary
    views: tuple[View, ...]


class Reading:
    """Items as a model reads them. `scores`: items × areas."""

    def __init__(self, model: Model, items: Sequence[Item]) -> None:
        self.model = model
        read = [model.vocabulary.read(item) for item in items]
        self.names = [names for *_, names in read]
        flat = np.fromiter(chain.from_iterable(numbers for numbers, *_ in read), np.int64)
        ends = (
            np.array([len(numbers) for numbers, *_ in read], np.int64),
            np.array([half for _, half, _, _ in read], np.int64),
            np.array([lead for _, _, lead, _ in read], np.int64),
        )
        self.starts = np.concatenate([[0], np.cumsum(ends[0])])
        self.size = len(flat)
        self.scores: Floats = np.tile(model.bias, (len(items), 1))
        self.places: list[tuple[Counts, NDArray[np.int32], Floats]] = []
        for view, counts in zip(model.views, ends, strict=True):
            places = _places(self.starts[:-1], counts)
            rows = view.index[flat[places]]
            self._add(view, counts, places, rows)

    def _add(self, view: View, counts: Counts, places: Counts, rows: NDArray[np.int32]) -> None:
        """Add what the words say in one view: the sum of their vectors over the length of the text's own."""
        some = np.flatnonzero(counts)
        bounds = np.concatenate([[0], np.cumsum(counts[some])])
        lengths = np.zeros(len(counts), np.float32)
        if len(some):
            squares = np.add.reduceat(view.squares[rows], bounds[:-1])
            lengths[some] = np.where(squares > 0, 1 / np.sqrt(np.maximum(squares, 1e-12)), 0)
        for first in range(0, len(some), CHUNK):
            here = some[first : first + CHUNK]
            cut = bounds[first : first + len(here) + 1]
            vectors = view.said.take(rows[cut[0] : cut[-1]], axis=0)
            sums = np.add.reduceat(vectors, cut[:-1] - cut[0], axis=0)
            self.scores[here] += sums * lengths[here, None]
        self.places.append((places, rows, np.repeat(lengths, counts)))

    def evidence(self, columns: Counts) -> Iterator[tuple[str, ...]]:
        """For each item the words that add most to the score of the area in its column."""
        column = np.repeat(columns, np.diff(self.starts))
        added = np.zeros(self.size)
        for view, (places, rows, lengths) in zip(self.model.views, self.places, strict=True):
            added[places] += view.said[rows, column[places]] * lengths
        # One number to sort by: first the item, then what the word adds to it (the sum of all is below the scale).
        item = np.repeat(np.arange(len(columns), dtype=np.float64), np.diff(self.starts))
        order = np.argsort(item - added / (2 * np.abs(added).max(initial=1e-9) + 1e-9)).tolist()
        helps = np.add.reduceat(np.append(added > 0, False), self.starts[:-1], dtype=np.int64)
        helps[np.diff(self.starts) == 0] = 0
        for names, start, some in zip(self.names, self.starts.tolist(), helps.tolist(), strict=False):
            ranked = order[start : start + min(some, 2 * EVIDENCE)]
            yield tuple(dict.fromkeys([names[place - start] for place in ranked]))[:EVIDENCE]


def _places(starts: Counts, counts: Counts) -> Counts:
    """The places start, start + 1, …, one after another, `count` from each start."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
