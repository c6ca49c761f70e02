"""Fitting the tagger: labelled rows to weights, and scores to probabilities. Needs scikit-learn; answering does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine.features import VIEWS, Floats, Item, Vocabulary, parts_of, points, view_of
from textmine.reading import Model

FOLDS = 3  # to calibrate on
SHARPNESS = 3.0  # of scores where there are too few rows to calibrate on
SHARPNESSES = np.geomspace(0.5, 20, 60)


class Row(NamedTuple):
    """A row to learn from: what it says, its area, how much it counts, who wrote it ("" for a row of keywords).

    `also`: further areas that a careful coder would accept, to which it is no counter-example.
    """

    item: Item
    area: str
    weight: float = 1.0
    group: str = ""
    also: tuple[str, ...] = ()


class Settings(NamedTuple):
    """The knobs of fitting; `Tagger` says what they mean."""

    cost: float
    views: tuple[float, ...]
    parent: float


def fit(rows: Sequence[Row], parents: Mapping[str, str], settings: Settings) -> tuple[Model, float]:
    """The model of the rows, and the sharpness that makes probabilities of its scores.

    `parents`: code to parent code. Raises ValueError where the rows have fewer than two areas.
    """
    from scipy.sparse import hstack

    texts = [[row.item.view(name) for row in rows] for name in VIEWS]
    known = [parts_of(view) for view in texts]
    seen = zip(settings.views, texts, known, strict=True)
    stacked = hstack([weight * points(view, parts) for weight, view, parts in seen], format="csr")
    stacked.sum_duplicates()  # once for all machines: each would put its own copy in order
    classes, weights, bias = _machines(stacked, rows, parents, settings)
    bounds = np.cumsum([len(parts.numbers) for parts in known])[:-1]
    vocabulary = Vocabulary(known[0].numbers)  # the whole text has the words of its half and its lead
    own = zip(settings.views, known, np.split(weights, bounds), strict=True)
    views = tuple(view_of(parts, weight * said, vocabulary) for weight, parts, said in own)
    return Model(classes, bias, vocabulary, views), _sharpness(stacked, rows, parents, settings)


def _machines(
    points: Any, rows: Sequence[Row], parents: Mapping[str, str], settings: Settings
) -> tuple[NDArray[Any], Floats, Floats]:
    """A support vector machine for each area against the rest, and one for each parent, added up."""
    counts = np.array([row.weight for row in rows])
    areas = [row.area for row in rows]
    classes, weights, bias = _machine(points, areas, [row.also for row in rows], counts, settings.cost)
    above = [parents.get(area) or area for area in areas]
    if settings.parent and 1 < len(set(above)) < len(set(areas)):
        also = [tuple(parents.get(area) or area for area in row.also) for row in rows]
        names, wide, wide_bias = _machine(points, above, also, counts, settings.cost)
        column = [list(names).index(parents.get(code) or code) for code in classes]
        weights = weights + settings.parent * wide[:, column]
        bias = bias + settings.parent * wide_bias[column]
    return classes, weights, bias


def _machine(
    points: Any, areas: Sequence[str], also: Sequence[Sequence[str]], counts: Floats, cost: float
) -> tuple[NDArray[Any], Floats, Floats]:
    """A machine for each area: its rows against those of all others, those aside that are of this area as well."""
    from sklearn.svm import LinearSVC

    classes = np.array(sorted(set(areas)), dtype=object)
    given = np.array(areas, dtype=object)
    accepted: dict[str, list[int]] = {code: [] for code in classes}
    for row, codes in enumerate(also):
        for code in codes:
            accepted.get(code, []).append(row)
    weights, biases = [], []
    for code in classes:
        own = given == code
        kept = np.ones(len(given), bool)
        kept[accepted[code]] = False
        kept |= own
        if own[kept].all():  # nothing else would be left to tell it from
            kept[:] = True
        machine = LinearSVC(C=cost, random_state=0).fit(points, own, sample_weight=counts * kept)
        weights.append(machine.coef_[0].astype(np.float32))
        biases.append(float(machine.intercept_[0]))
    return classes, np.array(weights).T, np.array(biases, np.float32)


# --- calibration ------------------------------------------------------------------------------------------------


def _sharpness(points: Any, rows: Sequence[Row], parents: Mapping[str, str], settings: Settings) -> float:
    """What scores are multiplied by before the softmax: that under which rows left out are likeliest."""
    folds = _folds(rows)
    found = [_left_out(points, rows, np.flatnonzero(folds == fold), parents, settings) for fold in range(FOLDS)]
    known = [part for part in found if part is not None]
    if not known:
        return SHARPNESS
    losses = [sum(_loss(scores * sharp, truth, counts) for scores, truth, counts in known) for sharp in SHARPNESSES]
    return float(SHARPNESSES[int(np.argmin(losses))])


def _folds(rows: Sequence[Row]) -> NDArray[np.int64]:
    """The fold of each row: all rows of a writer in one; rows of keywords in none (-1)."""
    groups = sorted({row.group for row in rows} - {""})
    if len(groups) >= FOLDS:
        return np.array([groups.index(row.group) % FOLDS if row.group else -1 for row in rows])
    return np.array([number % FOLDS if row.group else -1 for number, row in enumerate(rows)])


def _left_out(
    points: Any, rows: Sequence[Row], test: NDArray[np.int64], parents: Mapping[str, str], settings: Settings
) -> tuple[Floats, NDArray[np.int64], Floats] | None:
    """Scores of rows that were not learnt from, their true columns and weights; None where they cannot be had."""
    train = np.setdiff1d(np.arange(len(rows)), test)
    learnt = [rows[i] for i in train]
    if not len(test) or len({row.area for row in learnt}) < 2:
        return None
    classes, weights, bias = _machines(points[train], learnt, parents, settings)
    column = {code: number for number, code in enumerate(classes)}
    test = np.array([i for i in test if rows[i].area in column], np.int64)
    truth = np.array([column[rows[i].area] for i in test], np.int64)
    counts = np.array([rows[i].weight for i in test], np.float32)
    return np.asarray(points[test] @ weights) + bias, truth, counts


def _loss(scores: Floats, truth: NDArray[np.int64], counts: Floats) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted[np.arange(len(truth)), truth] - np.log(np.exp(shifted).sum(axis=1))
    return float(-(logs * counts).sum())
