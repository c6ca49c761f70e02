"""What the other measures of a report say of one: a department's report keeps to its field.

"二是逐户上门，当天办结" says little by itself; among the measures of a tax bureau it is taxation. For each measure the
chances of the others in its report, averaged, are the prior of its own. In a government's report, which goes through
all fields, that prior is nearly flat and changes little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from textmine.model import Measure

Chances = NDArray[np.float64]

KIN = 0.3  # what part of an area's prior is spread over the areas of the same parent
FLAT = 3.0  # measures of no particular field that are added to those of the report
LONELY = 3  # measures: fewer than these in a report say nothing of each other


def report_of(item: Measure | str) -> str | None:
    """The report that an item stands in; measures without an id are taken to be of one report."""
    return item.measure_id.rpartition("-")[0] if isinstance(item, Measure) else None


def batches(items: Sequence[Measure | str], size: int) -> Iterator[tuple[int, int]]:
    """The items in batches (start, end) of about `size`, the measures of a report in one batch."""
    start = 0
    while start < len(items):
        end = min(start + size, len(items))
        report = report_of(items[end - 1])
        while report is not None and end < len(items) and report_of(items[end]) == report:
            end += 1
        yield start, end
        start = end


def reports(items: Sequence[Measure | str]) -> Iterator[tuple[int, int]]:
    """The stretches (start, end) of measures of one report; texts by themselves are in none."""
    start = 0
    while start < len(items):
        end, report = start + 1, report_of(items[start])
        while report is not None and end < len(items) and report_of(items[end]) == report:
            end += 1
        if end - start >= LONELY:
            yield start, end
        start = end


def weighed(chances: Chances, stretches: Iterator[tuple[int, int]], parents: Sequence[str]) -> Chances:
    """The chances (items × areas) with those of the other measures of each report as a prior."""
    weighed = chances.copy()
    kin = np.array([[1.0 if one == other else 0.0 for other in parents] for one in parents])
    kin /= kin.sum(axis=1, keepdims=True)
    for start, end in stretches:
        own = chances[start:end]
        others = (own.sum(axis=0) - own + FLAT / own.shape[1]) / (end - start - 1 + FLAT)
        joint = own * ((1 - KIN) * others + KIN * others @ kin)
        weighed[start:end] = joint / joint.sum(axis=1, keepdims=True)
    return weighed
