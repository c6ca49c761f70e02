"""Keyness: how much more often a term stands in one text than in another, and how sure that is.

Log-likelihood (Dunning 1993; in the two-cell form of Rayson & Garside 2000) tells how sure: with a and b the counts of
a term in texts of c and d words, E1 = c(a+b)/(c+d) and E2 = d(a+b)/(c+d), it is LL = 2 (a ln(a/E1) + b ln(b/E2)). Of
chi-squared with one degree of freedom 3.84 is p < 0.05, 6.63 p < 0.01, 10.83 p < 0.001, 15.13 p < 0.0001.

Log ratio (Hardie 2014) tells how much: log2 of the ratio of the relative frequencies, a count of 0 taken for ½; 1 is
twice as often, -1 half as often.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SURE = 3.84  # log-likelihood of p < 0.05
FEW = 3  # occurrences in both texts below which a term tells nothing

Status = Literal["new", "rising", "falling", "gone"]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of one text against another. `count` is that in the first; `per_10k` of its words."""

    term: str
    count: int
    per_10k: float
    log_likelihood: float
    log_ratio: float
    status: Status


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """LL of a term that stands a times among c words, and b times among d words of the other text."""
    if c + d == 0 or a + b == 0:
        return 0.0
    expected = (a + b) / (c + d)
    first = a * math.log(a / (c * expected)) if a else 0.0
    second = b * math.log(b / (d * expected)) if b else 0.0
    return max(0.0, 2 * (first + second))


def log_ratio(a: int, b: int, c: int, d: int) -> float:
    """log2 of the ratio of relative frequencies, with ½ for a count of 0; 0 where a text is empty."""
    return math.log2(((a or 0.5) / c) / ((b or 0.5) / d)) if c and d else 0.0


def keyness(counts: Counter[str], before: Counter[str], least: float = SURE) -> Iterator[Term]:
    """The terms of two texts whose frequency differs with a log-likelihood of at least `least`, the surest first.

    A term is new (gone) where the other text does not have it, else rising or falling.
    """
    c, d = counts.total(), before.total()
    found = []
    for term in counts.keys() | before.keys():
        a, b = counts[term], before[term]
        if a + b < FEW:
            continue
        score = log_likelihood(a, b, c, d)
        if score >= least:
            ratio = log_ratio(a, b, c, d)
            status: Status = "new" if not b else "gone" if not a else "rising" if ratio > 0 else "falling"
            found.append(Term(term, a, 10_000 * a / c if c else 0.0, score, ratio, status))
    yield from sorted(found, key=lambda term: (-term.log_likelihood, term.term))
