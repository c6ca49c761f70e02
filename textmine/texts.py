"""The cleaned texts of an archive's reports, kept beside its tables: texts.jsonl, for what counts in whole reports.

Each line is a report: `{"report_id": …, "text": …, "origins": [[0, 0], [120, 134]]}`. Origins are runs: from the offset
120 of the text on, characters stand in the source from 134 on. JSON lines, for a CSV cell has a limit in most readers.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from textmine.files import write_whole
from textmine.model import Report, Span, UsageError

TEXTS = "texts.jsonl"


@dataclass(frozen=True, slots=True)
class Text:
    """The cleaned text of a report, and for the first character of each run its offset there and in the source."""

    text: str
    runs: tuple[tuple[int, int], ...] = ((0, 0),)

    def source_span(self, span: Span) -> Span:
        """The source characters from the first to the last of `span`, which must not be empty."""
        return Span(self._origin(span.start), self._origin(span.end - 1) + 1)

    def _origin(self, at: int) -> int:
        place, source = self.runs[bisect_right(self.runs, at, key=lambda run: run[0]) - 1]
        return source + at - place


def text_of(report: Report) -> Text:
    """The text of a report with its runs."""
    origins = report.clean.origins
    runs = ((at, int(o)) for at, o in enumerate(origins) if at == 0 or o != origins[at - 1] + 1)
    return Text(report.text, tuple(runs) or ((0, 0),))


def text_line(report_id: str, text: Text) -> str:
    """The line of texts.jsonl for a report, without line end."""
    row = {"report_id": report_id, "text": text.text, "origins": [list(run) for run in text.runs]}
    return json.dumps(row, ensure_ascii=False)


def write_texts(folder: Path, lines: Iterable[str]) -> None:
    """Write texts.jsonl."""
    data = "".join(line + "\n" for line in lines)
    write_whole(folder / TEXTS, data.encode("utf-8", "replace"))


def read_texts(folder: Path) -> Iterator[tuple[str, Text]]:
    """The id and text of each report of an output folder. Raises UsageError where there are none."""
    path = folder / TEXTS
    if not path.exists():
        message = f"{folder}: no {TEXTS}; run `textmine mine` again, or name the archive (--archive)"
        raise UsageError(message, "no_texts")
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["report_id"], Text(row["text"], tuple((at, source) for at, source in row["origins"]))
