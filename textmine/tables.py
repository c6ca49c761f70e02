"""Findings to tables and back: rows, CSV, Parquet, Excel, DataFrames.

The columns are those of the findings' fields (model.py), in their order; their meanings are those of the design.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from decimal import Decimal, localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textmine.files import write_whole
from textmine.model import Failure, Measure, Metric, Mined, Placeholder, Report, Span, UsageError

if TYPE_CHECKING:
    import pandas as pd

Cell = str | int | float | bool | Decimal | None
Row = tuple[Cell, ...]

REPORT_COLUMNS = (
    *("report_id", "source", "title", "kind", "level", "region", "organ", "report_year", "plan_year"),
    *("encoding", "chars", "measures", "metrics", "placeholders", "warnings", "sha256"),
)
SECTION_COLUMNS = ("report_id", "section_id", "parent_id", "level", "label", "title", "part", "start", "end")
FAILURE_COLUMNS = tuple(field.name for field in fields(Failure))
FINDINGS = {"measures": Measure, "metrics": Metric, "placeholders": Placeholder}


def _finding_columns(kind: type[Measure] | type[Metric] | type[Placeholder]) -> tuple[str, ...]:
    columns = ["report_id"]
    for field in fields(kind):
        if field.metadata.get("table", True):
            columns += ["start", "end"] if field.name == "span" else [field.name]
    return tuple(columns)


COLUMNS: dict[str, tuple[str, ...]] = {
    "reports": REPORT_COLUMNS,
    "sections": SECTION_COLUMNS,
    **{name: _finding_columns(kind) for name, kind in FINDINGS.items()},
    "failures": FAILURE_COLUMNS,
}
# What a column holds, by name; every other column is text.
INTEGERS = frozenset({"report_year", "plan_year", "chars", "start", "end", "level_number"})
COUNTS = frozenset({"measures", "metrics", "placeholders"})  # in reports
NUMBERS = frozenset({"value", "value_high", "std_value", "std_high", "area_score", "area2_score"})
BOOLEANS = frozenset({"target", "masked"})


# --- rows -----------------------------------------------------------------------------------------------------------


def rows_of(mined: Mined) -> dict[str, list[Row]]:
    """The rows of one report for each table but failures."""
    report = mined.report
    return {
        "reports": [_report_row(mined)],
        "sections": [
            (
                report.report_id,
                section.section_id,
                section.parent_id,
                section.level,
                section.label,
                section.title,
                section.part,
                *_offsets(report, section.span),
            )
            for section in report.sections
        ],
        "measures": [_finding_row(report, measure) for measure in mined.measures],
        "metrics": [_finding_row(report, metric) for metric in mined.metrics],
        "placeholders": [_finding_row(report, placeholder) for placeholder in mined.placeholders],
    }


def _report_row(mined: Mined) -> Row:
    report, document, about = mined.report, mined.report.document, mined.report.fields
    return (
        report.report_id,
        report.source,
        about.title,
        about.kind,
        about.level,
        about.region,
        about.organ,
        about.report_year,
        about.plan_year,
        document.encoding,
        len(document.text),
        len(mined.measures),
        len(mined.metrics),
        len(mined.placeholders),
        ";".join(report.warnings),
        document.sha256,
    )


def _offsets(report: Report, span: Span) -> tuple[int, int]:
    source = report.source_span(span)
    return source.start, source.end


def _finding_row(report: Report, finding: Measure | Metric | Placeholder) -> Row:
    cells: list[Cell] = [report.report_id]
    for field in fields(finding):
        if field.metadata.get("table", True):
            value = getattr(finding, field.name)
            cells += _offsets(report, value) if isinstance(value, Span) else [value]
    return tuple(cells)


def failure_row(failure: Failure) -> Row:
    return tuple(getattr(failure, column) for column in FAILURE_COLUMNS)


# --- CSV ------------------------------------------------------------------------------------------------------------

# OWASP ASVS 1.2.10 and the full-width forms: what a spreadsheet takes for a formula. An apostrophe that already leads
# such a cell is doubled, so that one apostrophe can always be taken off again.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠|%]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?|%")  # a number, or the unit % alone


def escape(text: str) -> str:
    """A text cell that a spreadsheet will not run; `unescape` is its inverse."""
    return "'" + text if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text


def unescape(text: str) -> str:
    """The cell before `escape`."""
    return (
        text[1:] if text.startswith("'") and FORMULA.match(text[1:]) and not PLAIN_NUMBER.fullmatch(text[1:]) else text
    )


def write_cell(value: Cell, escaped: bool = True) -> str:
    """A cell as CSV has it: empty for None, true and false, decimals without exponent, scores with three places."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, float):
        return f"{value:.3f}"
    return escape(value) if escaped and isinstance(value, str) else str(value)


def plain(value: Decimal) -> str:
    """A decimal without exponent and without zeros at its end; at most 12 significant places after a division."""
    with localcontext(prec=80):
        text = format(round(value, 6), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row], escaped: bool = True) -> None:
    """A CSV (utf-8 with BOM, `\\n`) that appears whole or not at all."""
    cells = ([write_cell(cell, escaped) for cell in row] for row in rows)
    text = "".join(csv_line(row) for row in ([*columns], *cells))
    write_whole(path, b"\xef\xbb\xbf" + text.encode("utf-8"))


def csv_line(cells: Sequence[str]) -> str:
    """A row with `\n` at its end. The csv module quotes a lone `\r` only where rows end in `\r\n`."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()[:-2] + "\n"


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV of ours, escapes taken off where the manifest beside it does not say that there are none."""
    undo = unescape if _is_escaped(path.parent) else str
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: undo(value or "") for key, value in row.items() if key is not None}


def _is_escaped(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return bool(manifest.get("escape_formulas", True))


# --- DataFrames -----------------------------------------------------------------------------------------------------


def to_frames(mined: Mined | Iterable[Mined]) -> dict[str, pd.DataFrame]:
    """The tables of one report, or of several, as DataFrames with the right types: codes such as 01.1 are text."""
    import pandas as pd

    reports = [mined] if isinstance(mined, Mined) else list(mined)
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS if name != "failures"}
    for one in reports:
        for name, rows in rows_of(one).items():
            tables[name] += rows
    return {name: typed(pd.DataFrame(rows, columns=list(COLUMNS[name])), name) for name, rows in tables.items()}


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A table with integers, numbers, booleans and text where the columns say so."""
    integers = INTEGERS | (COUNTS if table == "reports" else set()) | ({"level"} if table == "sections" else set())
    for column in frame.columns:
        if column in integers:
            frame[column] = _numeric(frame[column]).astype("Int64")
        elif column in NUMBERS:
            frame[column] = _numeric(frame[column]).astype("float64")
        elif column in BOOLEANS:
            frame[column] = frame[column].map(lambda value: str(value).lower() == "true").astype(bool)
        else:
            frame[column] = frame[column].astype("str")
    return frame


def _numeric(column: Any) -> Any:
    import pandas as pd

    return pd.to_numeric(
        column.map(lambda value: None if pd.isna(value) or value == "" else float(value)), errors="coerce"
    )


def load(out: str | Path) -> dict[str, pd.DataFrame]:
    """The tables of an output folder, whatever format they are in. Raises UsageError where there are none."""
    import pandas as pd

    folder = Path(out)
    frames = {}
    for name, columns in COLUMNS.items():
        if (path := folder / f"{name}.csv").exists():
            frame = pd.DataFrame(list(read_csv(path)), columns=list(columns))
        elif (path := folder / f"{name}.parquet").exists():
            frame = pd.read_parquet(path)
        elif (path := folder / "textmine.xlsx").exists():
            frame = pd.read_excel(path, sheet_name=name, dtype=str, keep_default_na=False)
        else:
            raise UsageError(f"{folder}: no {name}.csv; is it an output folder of `textmine mine`?")
        frames[name] = typed(frame, name)
    return frames


def write_frames(folder: Path, tables: dict[str, list[Row]], form: str, escaped: bool = True) -> None:
    """All tables in one format: csv, parquet (a file a table) or xlsx (one workbook, a sheet a table).

    Tables of a run in another format are taken away, so that a folder never holds two states.
    """
    names = {"csv": [f"{name}.csv" for name in COLUMNS], "parquet": [f"{name}.parquet" for name in COLUMNS]}
    for other in {"csv", "parquet", "xlsx"} - {form}:
        for name in names.get(other, ["textmine.xlsx"]):
            (folder / name).unlink(missing_ok=True)
    if form == "csv":
        for name, rows in tables.items():
            write_csv(folder / f"{name}.csv", COLUMNS[name], rows, escaped)
        return
    import pandas as pd

    frames = {name: typed(pd.DataFrame(rows, columns=list(COLUMNS[name])), name) for name, rows in tables.items()}
    if form == "parquet":
        for name, frame in frames.items():
            buffer = io.BytesIO()
            frame.to_parquet(buffer, index=False)
            write_whole(folder / f"{name}.parquet", buffer.getvalue())
        return
    write_whole(folder / "textmine.xlsx", _workbook(tables))


MAX_EXCEL_CELL = 32_767  # characters; longer text is cut, and ends with …
MAX_EXCEL_ROWS = 1_048_576
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _workbook(tables: dict[str, list[Row]]) -> bytes:
    """An Excel workbook, a sheet a table."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in tables.items():
        if len(rows) >= MAX_EXCEL_ROWS:
            raise UsageError(f"{name}: {len(rows)} rows are more than an Excel sheet holds; use csv or parquet")
        fill_sheet(book.create_sheet(name), COLUMNS[name], rows)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fill_sheet(sheet: Any, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Fill a sheet of a write-only openpyxl workbook; text is text: no cell becomes a formula, a link or a number."""
    from openpyxl.cell import WriteOnlyCell

    sheet.append(list(columns))
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, Decimal):
                value = float(value)
            cell = WriteOnlyCell(sheet, value=_excel_text(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)


def _excel_text(text: str) -> str:
    text = CONTROLS.sub("", text)
    return text if len(text) <= MAX_EXCEL_CELL else text[: MAX_EXCEL_CELL - 1] + "…"
