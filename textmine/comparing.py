"""Across years: the comparison tables of an output folder of `textmine mine`.

The parts are the modules of `textmine.across`: series, the figures that count for a year (mentions), indicators
(things), promises, changes with attention and terms, level gap (levels), tasks. One function a table makes its rows.
Every row leads back to its sentence by its metric or measure id. The work grows with the number of reports, and the
tables do not depend on the order of the input's rows.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textmine.across import changes, levels, promises, tasks, things
from textmine.across.mentions import Reader
from textmine.across.series import Series, coverage, find_series, read_reports
from textmine.across.things import Thing
from textmine.files import write_whole
from textmine.lexicon import Lexicon
from textmine.model import UsageError
from textmine.tables import Row, load, write_cell, write_csv
from textmine.words import Words, words_of

if TYPE_CHECKING:
    import pandas as pd

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
    tools = _Tools(Reader(lexicon), words_of(lexicon.dictionary, lexicon.stopwords), tasks.TaskWords(lexicon))
    series = find_series(read_reports(frames["reports"].itertuples(index=False), lexicon), lexicon)
    found: list[tuple[Series, list[Thing]]] = []
    rows: dict[str, list[Row]] = defaultdict(list)
    for one in series:
        own = things.find_things(tools.reader.mentions(one, by_report), tools.reader.names)
        found.append((one, own))
        _add_series(rows, one, own, by_report["measures"], tools)
    return {
        "indicators": (things.INDICATOR_COLUMNS, rows["indicators"]),
        "indicators_wide": things.wide_rows(found),
        "promises": (promises.PROMISE_COLUMNS, rows["promises"]),
        "measure_changes": (changes.CHANGE_COLUMNS, rows["measure_changes"]),
        "attention": (changes.ATTENTION_COLUMNS, rows["attention"]),
        "terms": (changes.TERM_COLUMNS, rows["terms"]),
        "level_gap": (levels.LEVEL_GAP_COLUMNS, levels.level_gap_rows(found, lexicon)),
        "tasks": (tasks.TASK_COLUMNS, rows["tasks"]),
        "coverage": coverage(series),
    }


@dataclass(frozen=True, slots=True)
class _Tools:
    """What reads a series, made once of the lexicon."""

    reader: Reader
    words: Words
    tasks: tasks.TaskWords


def _add_series(
    rows: dict[str, list[Row]], series: Series, own: Sequence[Thing], measures: changes.Measures, tools: _Tools
) -> None:
    """The rows of one series for each table that needs no other series."""
    cut = {
        str(m.measure_id): tools.words.content_words(str(m.text))
        for report in series.reports
        for m in measures.get(report.report_id, ())
    }
    names = tools.reader.names
    kept = promises.find_promises(series, own, names)
    changed = changes.find_changes(series, measures, kept, cut)
    at = changes.CHANGE_COLUMNS.index
    fulfilled = {str(row[at("measure_from")]) for row in changed if row[at("change")] == "fulfilled"}
    rows["indicators"] += things.indicator_rows(series, own, names)
    rows["promises"] += promises.promise_rows(series, kept)
    rows["measure_changes"] += changed
    rows["attention"] += changes.attention_rows(series, measures)
    rows["terms"] += changes.term_rows(series, measures, cut)
    rows["tasks"] += tasks.find_tasks(series, measures, kept, fulfilled, tools.tasks)


def _by_report(frame: pd.DataFrame) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in frame.itertuples(index=False):
        rows[str(row.report_id)].append(row)
    return rows


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
