"""Reports to series: one for each region and organ, the report that speaks for each year, and the coverage matrix.

Regions are written in full (regions.csv), organs under their name of organs.csv; an organ that was renamed goes on
under its new name. Where a region is masked (X区司法局) reports form a series only if no year has two that differ:
else they are of several places, and each is a series of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from textmine.across.wordlists import compiled, lists
from textmine.lexicon import Lexicon
from textmine.places import full_name
from textmine.tables import Cell, Row

STATE_COUNCIL = "国务院"
NATION = "全国"  # how the State Council's region is called beside others; its own column is empty
SIGN = "[xX*×_○□#某]"
MASKED_PLACE = re.compile(rf"{SIGN}{{1,6}}(省|市|县|区|旗|州|盟|镇|乡|街道|村|社区)?")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What a series needs to know of a report."""

    report_id: str
    source: str
    title: str
    kind: str
    level: str
    region: str
    organ: str
    report_year: int | None
    plan_year: int | None
    chars: int
    copy: bool
    partial: bool  # on a part of the year
    draft: bool

    @property
    def year(self) -> int | None:
        """The year of coverage: the one reported on, for a plan the one planned for."""
        return self.report_year if self.report_year is not None else self.plan_year

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Smaller is better: full-year before part of a year, final before draft, longer before shorter."""
        return self.partial, self.draft, -self.chars, self.source


@dataclass
class Series:
    """The reports of one unit. `achieved` and `planned` name the report that speaks for a year."""

    region: str
    organ: str
    level: str
    reports: list[ReportRow] = field(default_factory=list)
    achieved: dict[int, ReportRow] = field(default_factory=dict)
    planned: dict[int, ReportRow] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return self.region, self.organ

    @property
    def years(self) -> range:
        """From the first to the last year that a report of the series speaks of."""
        spoken = [*self.achieved, *self.planned]
        return range(min(spoken), max(spoken) + 1) if spoken else range(0)


def read_reports(rows: Iterable[Any], lexicon: Lexicon) -> list[ReportRow]:
    """The rows of reports.csv (a DataFrame's itertuples), regions and organs under one name."""
    partial, draft = compiled(lexicon, "reports.partial"), compiled(lexicon, "reports.draft")
    return sorted((_read(row, lexicon, partial, draft) for row in rows), key=lambda report: report.source)


def _read(row: Any, lexicon: Lexicon, partial: re.Pattern[str], draft: re.Pattern[str]) -> ReportRow:
    name = f"{row.title}{row.source}"
    return ReportRow(
        report_id=str(row.report_id),
        source=str(row.source),
        title=str(row.title),
        kind=str(row.kind),
        level=str(row.level),
        region=full_name(str(row.region), lexicon),
        organ=full_organ(str(row.organ), lexicon),
        report_year=_year(row.report_year),
        plan_year=_year(row.plan_year),
        chars=int(row.chars),
        copy="near_duplicate" in str(row.warnings).split(";"),
        partial=bool(partial.search(name)),
        draft=bool(draft.search(name)),
    )


def _year(value: Any) -> int | None:
    return int(value) if str(value).strip().isdigit() else None


def full_organ(organ: str, lexicon: Lexicon) -> str:
    """卫健局 → 卫生健康局, by organs.csv; an organ that it does not have stays as it is."""
    known = lexicon.organ_names.get(organ)
    return known.organ if known else organ


def find_series(reports: Sequence[ReportRow], lexicon: Lexicon) -> list[Series]:
    """The series of an archive, sorted by region and organ."""
    named: dict[tuple[str, str], list[ReportRow]] = defaultdict(list)
    masked: dict[tuple[str, str], list[ReportRow]] = defaultdict(list)
    for report in reports:
        if report.region or report.organ == STATE_COUNCIL:
            named[report.region, report.organ].append(report)
        else:
            masked[_masked_place(report), report.organ].append(report)
    found = [_series(region, organ, group) for (region, organ), group in _renamed(named, lexicon).items()]
    found += _masked_series(masked)
    return sorted(found, key=lambda series: (series.region, series.organ, series.reports[0].source))


def _renamed(
    groups: dict[tuple[str, str], list[ReportRow]], lexicon: Lexicon
) -> dict[tuple[str, str], list[ReportRow]]:
    """The reports of an organ that was renamed under its new name, where that has reports too, of later years."""
    for old, new, *_ in lists(lexicon, "renamed", 2):
        for region in sorted(region for region, organ in groups if organ == old):
            before, after = groups[region, old], groups.get((region, new), [])
            years = [[report.year for report in group if report.year is not None] for group in (before, after)]
            if years[0] and years[1] and max(years[0]) < min(years[1]):
                groups[region, new] = before + after
                del groups[region, old]
    return groups


def _masked_place(report: ReportRow) -> str:
    """The kind of place that a masked name stands for: 区 of XX区司法局; it is all that tells."""
    for words in (report.title, report.source.rpartition("/")[2]):
        if match := MASKED_PLACE.search(words):
            return match[1] or "X"
    return ""


def _masked_series(groups: dict[tuple[str, str], list[ReportRow]]) -> list[Series]:
    """One series for a masked place whose years have one report each; else one for each report, named by its source."""
    found = []
    kinds: dict[str, int] = defaultdict(int)
    for _, organ in groups:
        kinds[organ] += 1
    for (place, organ), group in groups.items():
        if _one_place(group):
            found.append(_series(f"X{place}" if kinds[organ] > 1 else "", organ, group))
        else:
            found += [_series(f"X{place}（{report.source}）", organ, [report]) for report in group]
    return found


def _one_place(group: Sequence[ReportRow]) -> bool:
    """Whether reports may be of one place: no two of one year and kind that differ, and years that are known."""
    seen = [(report.report_year, report.plan_year) for report in group if not report.copy and not report.partial]
    said = [year for pair in seen for year in (("done", pair[0]), ("plan", pair[1])) if year[1] is not None]
    return len(said) == len(set(said)) and (len(group) == 1 or all(pair != (None, None) for pair in seen))


def _series(region: str, organ: str, reports: list[ReportRow]) -> Series:
    levels = [report.level for report in reports if report.level]
    series = Series(
        region, organ, max(levels, key=levels.count) if levels else "", sorted(reports, key=lambda r: r.source)
    )
    for report in sorted(reports, key=lambda r: r.rank):
        if report.report_year is not None:
            series.achieved.setdefault(report.report_year, report)
        if report.plan_year is not None:
            series.planned.setdefault(report.plan_year, report)
    return series


# --- coverage ---------------------------------------------------------------------------------------------------------


def coverage(found: Sequence[Series]) -> tuple[tuple[str, ...], list[Row]]:
    """Columns and rows of coverage.csv: the number of reports of each series and year, and notes.

    Notes name, separated by `；`, the years without a report between the first and the last, the reports that do not
    count because a better one of their year does, and those whose year is not known.
    """
    years = sorted({report.year for series in found for report in series.reports if report.year is not None})
    span = range(years[0], years[-1] + 1) if years else range(0)
    rows: list[Row] = []
    for series in found:
        counts = {year: sum(1 for report in series.reports if report.year == year) for year in span}
        cells: list[Cell] = [counts[year] for year in span]
        rows.append((series.region, series.organ, *cells, "；".join(_notes(series, counts))))
    return ("region", "organ", *map(str, span), "notes"), rows


def _notes(series: Series, counts: dict[int, int]) -> Iterable[str]:
    own = [year for year, count in counts.items() if count]
    for year in range(own[0], own[-1] + 1) if own else ():
        if not counts[year]:
            yield f"{year}: no report"
    counting = {report.report_id for report in (*series.achieved.values(), *series.planned.values())}
    for report in series.reports:
        if report.year is None:
            yield f"{report.source}: no year"
        elif report.report_id not in counting:
            best = series.achieved.get(report.year) or series.planned[report.year]
            yield f"{report.year}: {report.source} does not count beside {best.source}"
