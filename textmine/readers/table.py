"""Tables of reports (CSV): one report a row, its text in one column, what is known of it in others.

Row N of `x.csv`, counted from 1 without the header, is the source `x.csv#N`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import NamedTuple

from textmine.model import Document, Failure, ReadError
from textmine.readers.encodings import Decoded, decode, warnings_of, without_surrogates

# The text column is the first of these that the header has; letter case does not matter.
TEXT_COLUMNS = ("full_text", "doc", "text", "content", "正文", "全文", "内容", "body")

# Other columns that are kept in Document.fields, under their canonical names; the first of a name counts.
FIELDS = {
    **dict.fromkeys(("title", "标题"), "title"),
    **dict.fromkeys(("province", "省份", "省"), "province"),
    **dict.fromkeys(("city", "城市", "市"), "city"),
    **dict.fromkeys(("county", "县"), "county"),
    **dict.fromkeys(("region", "地区"), "region"),
    **dict.fromkeys(("organ", "单位", "机构"), "organ"),
    **dict.fromkeys(("year", "年份"), "year"),
    "plan_year": "plan_year",
    "publish_date": "date",
}
DELIMITERS = (",", "\t", ";", "|")
QUOTES = ('"', "'")
NO_TEXT_COLUMN = "no_text_column"  # the code of a table that holds no reports; an archive lists it as skipped
HEADER = 1 << 13  # bytes in which a header is looked for

_limit_lock = threading.Lock()


class Form(NamedTuple):
    """How the rows of a table are written, and the names in its header."""

    delimiter: str
    quote: str
    spaced: bool
    names: tuple[str, ...]

    @property
    def text_column(self) -> int | None:
        """The position of the text column, None in a table that holds no reports."""
        return next((self.names.index(name) for name in TEXT_COLUMNS if name in self.names), None)


def is_table(data: bytes, name: str) -> bool:
    """A file named .csv or .tsv, or one whose first line names a text column and another that we know.

    One name is not enough: a page saved as text may well begin with 首页|正文.
    """
    if name.lower().endswith((".csv", ".tsv")):
        return True
    form = _form(decode(data[:HEADER]).text)
    return form is not None and any(column in FIELDS for column in form.names)


def read_table(data: bytes, source: str, encoding: str | None = None) -> Iterator[Document | Failure]:
    """The reports of a CSV, row by row; a row that holds none is a Failure of that row, a blank row is nothing.

    Raises ReadError: no_text_column.
    """
    decoded = decode(data, encoding)
    form = _form(decoded.text)
    if form is None:
        columns = ", ".join(TEXT_COLUMNS)
        raise ReadError(f"{source}: a table without a text column (none of {columns})", NO_TEXT_COLUMN)
    rows, fault = _rows(decoded.text, form)
    for position, row in enumerate(rows[1:], 1):
        if any(cell.strip() for cell in row):
            yield _report(f"{source}#{position}", row, form, decoded)
    if fault:
        where = f"{source}#{max(1, len(rows))}"
        yield Failure(where, "read", "bad_row", f"{where}: {fault}; the rest of the table is not read")


def _report(source: str, row: list[str], form: Form, decoded: Decoded) -> Document | Failure:
    if any(cell.strip() for cell in row[len(form.names) :]):
        detail = f"{source}: {len(row)} cells under a header of {len(form.names)}"
        return Failure(source, "read", "bad_row", detail)
    at = form.text_column or 0
    text = without_surrogates(row[at]) if at < len(row) else ""
    if not text.strip():
        return Failure(source, "read", "empty", f"{source}: the cell of {form.names[at]} is empty")
    fields: dict[str, str] = {}
    for name, cell in zip(form.names, row, strict=False):
        if name in FIELDS and cell.strip():
            fields.setdefault(FIELDS[name], cell.strip())
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    warnings = warnings_of(text, decoded.confidence)
    return Document(source, text, decoded.encoding, decoded.confidence, digest, warnings, fields)


# --- the form of a table ------------------------------------------------------------------------------------------


def _form(text: str) -> Form | None:
    """The delimiter and quote under which the first line names a text column; None where none do.

    The header decides rather than csv.Sniffer, which found no delimiter in the first 8,192 characters of any of 21
    tables of reports. The sniffer is asked last, for delimiters that are none of the usual.
    """
    head = text[:HEADER].lstrip("\ufeff\r\n")
    line = head.partition("\n")[0]
    for delimiter, quote in (*product(DELIMITERS, QUOTES), *_sniffed(line)):
        form = Form(delimiter, quote, f"{delimiter} " in line, ())
        rows, _ = _rows(head, form, 1)
        form = form._replace(names=tuple(cell.strip().lower() for cell in rows[0]) if rows else ())
        if form.text_column is not None:
            return form
    return None


def _sniffed(line: str) -> list[tuple[str, str]]:
    try:
        found = csv.Sniffer().sniff(line)
    except csv.Error:
        return []
    return [(found.delimiter, found.quotechar or '"')]


def _rows(text: str, form: Form, most: int | None = None) -> tuple[list[list[str]], str]:
    """The rows, without empty lines and up to `most`, and what broke them off, if anything did."""
    rows: list[list[str]] = []
    with _long_cells(len(text)):
        # newline="": line ends within cells stay as they are
        lines = io.StringIO(text, newline="")
        reader = csv.reader(
            lines, delimiter=form.delimiter, quotechar=form.quote, skipinitialspace=form.spaced, strict=False
        )
        try:
            for row in reader:
                if row:
                    rows.append(row)
                if most is not None and len(rows) >= most:
                    break
        except csv.Error as error:
            return rows, str(error)
    return rows, ""


@contextmanager
def _long_cells(length: int) -> Iterator[None]:
    """Let cells be `length` characters long. The limit is one for the whole process, so it is raised for as short a
    time as can be, by one thread at a time, and only for texts beyond it."""
    if length <= csv.field_size_limit():
        yield
        return
    with _limit_lock:
        limit = csv.field_size_limit()
        csv.field_size_limit(max(limit, length))
        try:
            yield
        finally:
            csv.field_size_limit(limit)
