"""Across years: the comparison tables of an output folder of `textmine mine`.

One function a table makes rows of what the others found: series (series.py), the figures that count for a year
(mentions.py), indicators and promises (promises.py), changes, attention and terms (changes.py), tasks (tasks.py).
Every row leads back to its sentence by its metric or measure id. The work grows with the number of reports, and the
tables do not depend on the order of the input's rows.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textmine import changes, promises, tasks
from textmine.files import write_whole
from textmine.lexicon import Lexicon
from textmine.mentions import RATES, Mention, Reader
from textmine.model import UsageError
from textmine.promises import Promise, Thing
from textmine.series import NATION, STATE_COUNCIL, Series, coverage, find_series, read_reports
from textmine.tables import Row, load, write_cell, write_csv
from textmine.words import Words

if TYPE_CHECKING:
    import pandas as pd

GOVERNMENT = "人民政府"
LEVEL_GAP_COLUMNS = ("indicator", "year", "region", "target", "parent_region", "parent_target", "gap")
Table = tuple[Sequence[str], list[Row]]
Tables = dict[str, Table]
NEEDED = ("reports", "sections", "measures", "metrics")

INTEGERS = frozenset({"year", "year_from", "year_to", "measures", "chars", "count"})
NUMBERS = frozenset(
    {"value", "value_high", "score", "target", "target_high", "achieved", "achieved_high", "gap", "completion"}
    | {"similarity", "share", "char_share", "per_10k", "log_likelihood", "log_ratio", "parent_target"}
)


def compare(
    out: str | Path | Mapping[str, pd.DataFrame], to: str | Path | None = None, *, lexicon: Lexicon | None = None
) -> dict[str, pd.DataFrame]:
    """The comparison tables by name, as DataFrames; with `to` also written there as CSV, and tasks as Excel too.

    `out`: an output folder of `textmine mine`, or its tables as `load` gives them. `lexicon` tells indicators, organs
    and which region a region belongs to. Raises UsageError where `out` holds no tables, OSError where nothing can be
    written.
    """
    frames = load(out) if isinstance(out, (str, Path)) else out
    missing = [name for name in NEEDED if name not in frames]
    if missing:
        raise UsageError(f"no table {', '.join(missing)}: compare needs the tables of `textmine mine`")
    found = comparison_tables(frames, lexicon or Lexicon.load())
    if to is not None:
        write_comparison(Path(to), found)
    return {name: _frame(*table) for name, table in found.items()}


def comparison_tables(frames: Mapping[str, pd.DataFrame], lexicon: Lexicon) -> Tables:
    """Columns and rows of each comparison table."""
    by_report = {name: _by_report(frames[name]) for name in ("sections", "measures", "metrics")}
    reader, words = Reader(lexicon), Words(lexicon.dictionary, lexicon.stopwords)
    series = find_series(read_reports(frames["reports"].itertuples(index=False), lexicon))
    things: list[tuple[Series, list[Thing]]] = []
    rows: dict[str, list[Row]] = defaultdict(list)
    for one in series:
        own = promises.find_things(reader.mentions(one, by_report))
        things.append((one, own))
        _add_series(rows, one, own, by_report["measures"], words)
    return {
        "indicators": (promises.INDICATOR_COLUMNS, rows["indicators"]),
        "indicators_wide": promises.wide_rows(things),
        "promises": (promises.PROMISE_COLUMNS, rows["promises"]),
        "measure_changes": (changes.CHANGE_COLUMNS, rows["measure_changes"]),
        "attention": (changes.ATTENTION_COLUMNS, rows["attention"]),
        "terms": (changes.TERM_COLUMNS, rows["terms"]),
        "level_gap": (LEVEL_GAP_COLUMNS, level_gap_rows(things, lexicon)),
        "tasks": (tasks.TASK_COLUMNS, rows["tasks"]),
        "coverage": coverage(series),
    }


def _add_series(
    rows: dict[str, list[Row]], series: Series, things: Sequence[Thing], measures: changes.Measures, words: Words
) -> None:
    """The rows of one series for each table that needs no other series."""
    cut = {
        str(m.measure_id): words.content_words(str(m.text))
        for report in series.reports
        for m in measures.get(report.report_id, ())
    }
    kept = promises.find_promises(series, things)
    changed = changes.find_changes(series, measures, kept, cut)
    at = changes.CHANGE_COLUMNS.index
    fulfilled = {str(row[at("measure_from")]) for row in changed if row[at("change")] == "fulfilled"}
    rows["indicators"] += promises.indicator_rows(series, things)
    rows["promises"] += promises.promise_rows(series, kept)
    rows["measure_changes"] += changed
    rows["attention"] += changes.attention_rows(series, measures)
    rows["terms"] += changes.term_rows(series, measures, cut)
    rows["tasks"] += tasks.find_tasks(series, measures, kept, fulfilled)


def _by_report(frame: pd.DataFrame) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in frame.itertuples(index=False):
        rows[str(row.report_id)].append(row)
    return rows


# --- level gap --------------------------------------------------------------------------------------------------------


def level_gap_rows(found: Sequence[tuple[Series, Sequence[Thing]]], lexicon: Lexicon) -> list[Row]:
    """A government's targets beside those of the nearest government above it in the archive (层层加码).

    Only shares and rates are compared, for amounts of a city and of its province are no gap. `gap` is target −
    parent_target; a fall that is aimed at is negative; of a range the lower end counts. The State Council's
    `parent_region` is 全国.
    """
    homes = {_home(series): things for series, things in found if series.region or series.organ == STATE_COUNCIL}
    rows: list[Row] = []
    for series, things in found:
        parent = next((home for home in _above(series, lexicon) if home in homes), None)
        if parent is None:
            continue
        above = {thing.key: thing for thing in homes[parent]}
        for thing in things:
            if thing.key.unit in RATES and thing.key in above:
                rows += _gaps(thing, above[thing.key], series.region, parent[0])
    return sorted(rows, key=lambda row: tuple(map(str, row[:3])))


def _home(series: Series) -> tuple[str, str]:
    national = series.organ == STATE_COUNCIL
    return (NATION, GOVERNMENT) if national else (series.region, series.organ)


def _above(series: Series, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """The units above one, the nearest first: city, province, nation."""
    region = lexicon.region_names.get(series.region)
    while region is not None and region.parent:
        yield region.parent, series.organ
        region = lexicon.region_names.get(region.parent)
    if region is not None:
        yield NATION, series.organ


def _gaps(thing: Thing, above: Thing, region: str, parent: str) -> Iterator[Row]:
    for (aspect, year), mention in sorted(thing.cells.items()):
        other: Mention | None = above.cells.get((aspect, year))
        if aspect == "target" and other is not None:
            own, theirs = mention.signed, other.signed
            if own is not None and theirs is not None:
                yield (thing.title, year, region, own, parent, theirs, own - theirs)


# --- writing ----------------------------------------------------------------------------------------------------------


def write_comparison(folder: Path, found: Tables) -> None:
    """Write each table as CSV, and tasks.xlsx where openpyxl is there (a warning where it is not)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (columns, rows) in found.items():
        write_csv(folder / f"{name}.csv", columns, rows)
    try:
        data = tasks.workbook("tasks", *found["tasks"])
    except ImportError:
        warnings.warn("tasks.xlsx is not written: it needs openpyxl (pip install textmine[excel])", stacklevel=3)
        return
    write_whole(folder / "tasks.xlsx", data)


def _frame(columns: Sequence[str], rows: list[Row]) -> pd.DataFrame:
    """A table as a DataFrame: years and counts integers, numbers floats, the rest text; year columns as in the CSV."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(columns))
    for column in frame.columns:
        if column in INTEGERS:
            frame[column] = frame[column].astype("Int64")
        elif column in NUMBERS and not (column == "target" and "task" in columns):
            frame[column] = pd.to_numeric(frame[column]).astype("float64")
        else:
            frame[column] = frame[column].map(lambda cell: write_cell(cell, False)).astype("str")
    return frame


__all__ = ["Promise", "compare", "comparison_tables", "level_gap_rows", "write_comparison"]
