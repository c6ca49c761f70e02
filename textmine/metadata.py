"""What is known of a report from outside its text: a table of metadata, and the path that it lies at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from textmine.model import Document, UsageError
from textmine.readers.rows import read_rows

FIELDS = (
    *("region", "province", "city", "county", "organ", "year", "report_year", "plan_year"),
    *("title", "level", "kind"),
)
Metadata = dict[str, dict[str, str]]  # the fields of each source


def known_of(document: Document, pattern: str | None, metadata: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """The fields of a document: its own, then those of its path, then those of the metadata; the last one counts."""
    named = match_pattern(pattern, document.source) if pattern else {}
    return {**document.fields, **named, **metadata.get(document.source, {})}


def match_pattern(pattern: str, source: str) -> dict[str, str]:
    """The fields that a path names: `{region}/{organ}_{year}` on `云岚市/司法局_2021.txt`. `{}` matches anything.

    Raises UsageError where the pattern names no field that there is, or one twice.
    """
    parts = re.split(r"\{(\w*)\}", pattern)
    named = [name for name in parts[1::2] if name]
    if len(named) != len(set(named)):
        raise UsageError(f"--pattern: {pattern} names a field twice")
    groups = [re.escape(part) if index % 2 == 0 else _group(part) for index, part in enumerate(parts)]
    stem = str(PurePosixPath(source.partition("#")[0]).with_suffix(""))
    match = re.search("".join(groups) + "$", stem)
    return {key: value for key, value in (match.groupdict() if match else {}).items() if value}


def _group(name: str) -> str:
    if not name:
        return "[^/]*?"
    if name not in FIELDS:
        raise UsageError(f"--pattern: {{{name}}} is none of {', '.join(FIELDS)}")
    return rf"(?P<{name}>\d{{4}})" if name.endswith("year") else rf"(?P<{name}>[^/]+?)"


def read_metadata(path: str | Path) -> Metadata:
    """What a metadata CSV says of each source: column `source` and any of title, region, organ, report_year …

    Raises UsageError where it cannot be read or has other columns.
    """
    columns, rows = read_rows(path, ("source",))
    unknown = [name for name in columns if name not in (*FIELDS, "source")]
    if unknown:
        raise UsageError(f"{path}: unknown column {', '.join(unknown)}; known are source, {', '.join(FIELDS)}")
    return {row["source"]: {key: cell for key, cell in row.items() if key != "source" and cell} for _, row in rows}
