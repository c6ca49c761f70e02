"""CSV files that people give beside the reports (metadata, labels, areas, concepts, texts to tag), from any program."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from textmine.model import UsageError
from textmine.readers.encodings import decode


class Rows(NamedTuple):
    """The names of the columns, and each row with the number of the line on which it ends."""

    columns: list[str]
    rows: list[tuple[int, dict[str, str]]]


def read_rows(path: str | Path, required: tuple[str, ...] = (), encoding: str | None = None) -> Rows:
    """The rows of a CSV file in any usual encoding: Excel in Chinese saves GB18030.

    Cells that are missing at the end of a row are empty. Raises UsageError where the file cannot be read, lacks a
    column of `required`, or has a row with more cells than columns: one of its cells then stands in a wrong column.
    """
    try:
        decoded = decode(Path(path).read_bytes(), encoding)
        reader = csv.DictReader(io.StringIO(decoded.text, newline=""), restval="")
        columns = list(reader.fieldnames or ())
        missing = [column for column in required if column not in columns]
        if missing:
            held = "" if decoded.warnings else f"; it has {', '.join(columns)[:MOST_TOLD] or 'none'}"
            raise UsageError(f"{path}: no column {', '.join(missing)}{held}", "bad_table")
        return Rows(columns, [(reader.line_num, _row(row, path, reader.line_num)) for row in reader])
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: {reason}", "bad_table") from error


MOST_TOLD = 200  # characters of a first line that may be anything; none of it where the file hardly is text


def _row(row: dict[str | None, str | list[str]], path: str | Path, line: int) -> dict[str, str]:
    surplus = row.pop(None, [])  # where csv puts the cells that no column stands above
    if any(cell.strip() for cell in surplus):
        raise UsageError(f"{path}, line {line}: more cells than columns", "bad_table")
    return {str(key): str(cell) for key, cell in row.items()}
