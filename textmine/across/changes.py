"""What changed from year to year: measures continued, new, dropped and fulfilled; attention by area; terms.

Measures are compared by their words, weighted by how rare these are in the series (cosine of tf·idf), and by the
indicators that they share; each measure is matched to one at most, the most alike first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from textmine.across.keyness import keyness
from textmine.across.promises import Promise
from textmine.across.series import ReportRow, Series
from textmine.tables import Row

SAME = 0.33  # similarity from which two measures are one
SHARED = 0.5  # what shared indicators may add, as a share of what is missing to 1

CHANGE_COLUMNS = (
    *("region", "organ", "year_from", "year_to", "change", "similarity", "area"),
    *("measure_from", "measure_to", "text_from", "text_to"),
)
ATTENTION_COLUMNS = ("region", "organ", "year", "part", "area", "area_name", "measures", "share", "chars", "char_share")
TERM_COLUMNS = ("region", "organ", "year", "term", "count", "per_10k", "log_likelihood", "log_ratio", "status")

Measures = Mapping[str, Sequence[Any]]  # rows of measures by report_id
Words = Mapping[str, Sequence[str]]  # the words of each measure by measure_id


@dataclass(frozen=True, slots=True)
class Match:
    """Two measures taken for one; `other` is None where there is none."""

    one: Any
    other: Any
    similarity: float


# --- measures ---------------------------------------------------------------------------------------------------------


def find_changes(series: Series, measures: Measures, promises: Sequence[Promise], words: Words) -> list[Row]:
    """The rows of measure_changes.csv of a series.

    Measures reported for a year are compared with those reported for the next year that has a report, planned ones with
    planned ones (continued, new, dropped); and planned ones with those reported for the year itself (fulfilled).
    """
    weigh = _weights(series, measures, words)
    shared = _shared(promises)
    rows: list[Row] = []
    for years, part in ((series.achieved, "summary"), (series.planned, "plan")):
        for before, after in _consecutive(years):
            one, other = _of_part(years[before], part, measures), _of_part(years[after], part, measures)
            rows += _changes(series, before, after, match_measures(one, other, weigh, {}))
    for year in sorted(series.planned.keys() & series.achieved.keys()):
        planned = _of_part(series.planned[year], "plan", measures)
        done = _of_part(series.achieved[year], "summary", measures)
        for match in match_measures(planned, done, weigh, shared):
            if match.one is not None and match.other is not None:
                rows.append(_change_row(series, year, year, "fulfilled", match))
    return rows


def _consecutive(years: Mapping[int, ReportRow]) -> Iterator[tuple[int, int]]:
    yield from pairwise(sorted(years))


def _of_part(report: ReportRow, part: str, measures: Measures) -> list[Any]:
    return sorted(
        (m for m in measures.get(report.report_id, ()) if m.part == part),
        key=lambda m: (int(m.start), str(m.measure_id)),
    )


def _changes(series: Series, before: int, after: int, matches: Iterable[Match]) -> Iterator[Row]:
    for match in matches:
        change = "new" if match.one is None else "dropped" if match.other is None else "continued"
        yield _change_row(series, before, after, change, match)


def _change_row(series: Series, before: int, after: int, change: str, match: Match) -> Row:
    one, other = match.one, match.other
    return (
        *(*series.key, before, after, change, match.similarity if one is not None and other is not None else None),
        str((one if one is not None else other).area),
        str(one.measure_id) if one is not None else "",
        str(other.measure_id) if other is not None else "",
        str(one.text) if one is not None else "",
        str(other.text) if other is not None else "",
    )


Vector = dict[str, float]


def _weights(series: Series, measures: Measures, words: Words) -> dict[str, Vector]:
    """For each measure of a series its words with their weights, of length 1."""
    ids = [str(m.measure_id) for report in series.reports for m in measures.get(report.report_id, ())]
    counts = {key: Counter(words[key]) for key in ids}
    spread = Counter(word for count in counts.values() for word in count)
    vectors = {}
    for key, count in counts.items():
        vector = {word: (1 + math.log(n)) * math.log(1 + len(counts) / spread[word]) for word, n in count.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values()))
        vectors[key] = {word: weight / length for word, weight in vector.items()} if length else {}
    return vectors


def _shared(promises: Sequence[Promise]) -> dict[tuple[str, str], float]:
    """For two measures the share of the first one's targets that the second reports on."""
    targets = Counter(promise.target.measure_id for promise in promises)
    pairs = Counter((p.target.measure_id, p.achieved.measure_id) for p in promises if p.achieved is not None)
    return {pair: count / targets[pair[0]] for pair, count in pairs.items() if all(pair)}


def match_measures(
    ones: Sequence[Any], others: Sequence[Any], weigh: Mapping[str, Vector], shared: Mapping[tuple[str, str], float]
) -> list[Match]:
    """Each measure of `ones` with its like in `others`, in the order of the text; then those of `others` left over."""
    scores = sorted(_similarities(ones, others, weigh, shared), key=lambda s: (-s[0], s[1], s[2]))
    to: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for score, one, other in scores:
        if one not in to and other not in taken:
            to[one] = other, score
            taken.add(other)
    matches = [Match(m, others[to[i][0]], to[i][1]) if i in to else Match(m, None, 0.0) for i, m in enumerate(ones)]
    return matches + [Match(None, m, 0.0) for i, m in enumerate(others) if i not in taken]


def _similarities(
    ones: Sequence[Any], others: Sequence[Any], weigh: Mapping[str, Vector], shared: Mapping[tuple[str, str], float]
) -> Iterator[tuple[float, int, int]]:
    """(similarity, index, index) of pairs that are alike enough."""
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, other in enumerate(others):
        for word, weight in weigh[str(other.measure_id)].items():
            holders[word].append((index, weight))
    for one_index, one in enumerate(ones):
        sums: dict[int, float] = defaultdict(float)
        for word, weight in weigh[str(one.measure_id)].items():
            for index, other_weight in holders[word]:
                sums[index] += weight * other_weight
        for index, other in enumerate(others):
            common = SHARED * shared.get((str(one.measure_id), str(other.measure_id)), 0.0)
            score = round(1 - (1 - sums.get(index, 0.0)) * (1 - common), 6)
            if score >= SAME:
                yield score, one_index, index


# --- attention --------------------------------------------------------------------------------------------------------


def attention_rows(series: Series, measures: Measures) -> Iterator[Row]:
    """For each year and part the number and length of the measures of each area, with their shares of the part.

    A series that was mined with --no-tag has no areas and no rows.
    """
    for year, part, report in _parts(series):
        found = [m for m in measures.get(report.report_id, ()) if m.part == part]
        if not any(m.area for m in found):
            continue
        names = {str(m.area): str(m.area_name) for m in found}
        counts = Counter(str(m.area) for m in found)
        chars: Counter[str] = Counter()
        for measure in found:
            chars[str(measure.area)] += len(str(measure.text))
        for area in sorted(counts):
            share, char_share = counts[area] / len(found), chars[area] / max(1, chars.total())
            yield (*series.key, year, part, area, names[area], counts[area], share, chars[area], char_share)


def _parts(series: Series) -> Iterator[tuple[int, str, ReportRow]]:
    found = [(year, part, report) for part in ("summary", "problem") for year, report in series.achieved.items()]
    found += [(year, "plan", report) for year, report in series.planned.items()]
    yield from sorted(found, key=lambda row: (row[0], row[1]))


# --- terms ------------------------------------------------------------------------------------------------------------


def term_rows(series: Series, measures: Measures, words: Words) -> Iterator[Row]:
    """The terms whose share changed from one report of the series to the next, by keyness (keyness.py).

    `year` is that of the later report. The words counted are those of its measures, all parts, that have two characters
    or more and are no stop words.
    """
    reports = {report.year: report for report in (*series.planned.values(), *series.achieved.values()) if report.year}
    counts = {year: _terms(measures.get(report.report_id, ()), words) for year, report in sorted(reports.items())}
    for before, after in _consecutive(reports):
        for term in keyness(counts[after], counts[before]):
            yield (
                *(*series.key, after, term.term, term.count, term.per_10k),
                *(term.log_likelihood, term.log_ratio, term.status),
            )


def _terms(measures: Iterable[Any], words: Words) -> Counter[str]:
    return Counter(word for m in measures for word in words[str(m.measure_id)] if len(word) >= 2)
