"""Counting concepts in whole reports, on characters: panels of concept × region × year, and keywords in context.

A segmenter may cut a term in two or hide it in a longer word; characters do not. At each place the longest term that
stands there counts (生态环境 before 环境), each character once, whatever concept its term belongs to.

The text of a report is that of texts.jsonl in the output folder (texts.py). Where that is not there, or another archive
is named, the reports are read again from the archive.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from textmine.across.series import ReportRow, find_series, read_reports
from textmine.cleaning import clean
from textmine.lexicon import Lexicon
from textmine.model import Document, Mined, ReadError, Report, ReportFields, Span, UsageError, report_id
from textmine.readers import read_documents
from textmine.readers.rows import read_rows
from textmine.tables import REPORT_COLUMNS, Row, load, read_csv, rows_of
from textmine.texts import Text, read_texts, text_of

if TYPE_CHECKING:
    import pandas as pd

PANEL_COLUMNS = ("region", "organ", "year", "concept", "count", "chars", "share", "per_10k", "matched")
KWIC_COLUMNS = ("report_id", "source", "region", "organ", "year", "start", "end", "left", "match", "right")
WIDTH = 20  # characters of context on each side
Concepts = str | Path | Mapping[str, Sequence[str]]
Source = str | Path | Mined | Iterable[Mined]


# --- panel ------------------------------------------------------------------------------------------------------------


def panel(
    out: Source, concepts: Concepts, *, archive: str | Path | None = None, lexicon: Lexicon | None = None
) -> pd.DataFrame:
    """How often the terms of each concept stand in the report of each region, organ and year.

    `out`: an output folder of `textmine mine`, or mined reports. `concepts`: a CSV with the columns concept and terms
    (separated by ;) or term (one a row), or a mapping from concept to terms. Columns: count of matches, chars (all but
    white space), share (0–1, matched characters in chars), per_10k (matches in 10,000 chars), matched (term:count,
    the most frequent first). A year's report is the one that coverage.csv says counts. A report without a concept has
    a row with count 0. Raises UsageError for a table without these columns, for a term of two concepts, and where
    there are no texts.
    """
    import pandas as pd

    frame = pd.DataFrame(panel_of(out, concepts, archive, lexicon), columns=list(PANEL_COLUMNS))
    return frame.astype({"share": "float64", "per_10k": "float64"})


def panel_of(out: Source, concepts: Concepts, archive: str | Path | None, lexicon: Lexicon | None) -> list[Row]:
    """The rows of `panel`, without pandas."""
    terms = read_concepts(concepts)
    rules = lexicon or Lexicon.load()
    reports, texts = _reports_and_texts(out, archive, rules)
    return list(panel_rows(reports, texts, terms, rules))


def panel_rows(
    reports: Sequence[ReportRow], texts: Mapping[str, Text], terms: Mapping[str, str], lexicon: Lexicon
) -> Iterator[Row]:
    """The rows of a panel, by region, organ, year, and concept in the order given."""
    pattern = re.compile(trie_pattern(terms))
    concepts = list(dict.fromkeys(terms.values()))
    for series in find_series(reports, lexicon):
        speaks = {report.year: report for report in (*series.planned.values(), *series.achieved.values())}
        for year, report in sorted((year, report) for year, report in speaks.items() if year is not None):
            if report.report_id in texts:
                yield from (
                    (*series.key, year, *row) for row in _counts(texts[report.report_id].text, pattern, concepts, terms)
                )


def _counts(text: str, pattern: re.Pattern[str], concepts: Sequence[str], terms: Mapping[str, str]) -> Iterator[Row]:
    found = Counter(match[0] for match in pattern.finditer(text))
    chars = sum(1 for char in text if not char.isspace())
    for concept in concepts:
        own = sorted(
            ((n, term) for term, n in found.items() if terms[term] == concept), key=lambda pair: (-pair[0], pair[1])
        )
        count, length = sum(n for n, _ in own), sum(n * len(term) for n, term in own)
        share, rate = _part(length, chars), _part(10_000 * count, chars)
        yield concept, count, chars, share, rate, ";".join(f"{term}:{n}" for n, term in own)


def _part(part: int, whole: int) -> Decimal:
    """A quotient with six places, for shares of concepts are small."""
    return round(Decimal(part) / whole, 6) if whole else Decimal(0)


def trie_pattern(terms: Iterable[str]) -> str:
    """A regular expression for the longest of the terms at a place; its time does not grow with their number."""
    root: dict[str, Any] = {}
    for term in terms:
        node = root
        for char in term:
            node = node.setdefault(char, {})
        node[""] = {}
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    ways = [re.escape(char) + _branch(below) for char, below in sorted(node.items()) if char]
    if not ways:
        return ""
    return f"(?:{'|'.join(ways)})" + ("?" if "" in node else "")


def read_concepts(concepts: Concepts) -> dict[str, str]:
    """Each term with its concept. Raises UsageError, naming file and line, where the table is not as it should be."""
    if isinstance(concepts, Mapping):
        pairs = [("the mapping", concept, term) for concept, words in concepts.items() for term in words]
    else:
        pairs = list(_concept_rows(Path(concepts)))
    terms: dict[str, str] = {}
    for where, concept, term in pairs:
        if terms.setdefault(term, concept) != concept:
            raise UsageError(f"{where}: {term} belongs to two concepts, {terms[term]} and {concept}", "two_concepts")
    if not terms:
        raise UsageError(f"{concepts if isinstance(concepts, (str, Path)) else 'concepts'}: no terms", "no_terms")
    return terms


def _concept_rows(path: Path) -> Iterator[tuple[str, str, str]]:
    columns, rows = read_rows(path)
    column = next((name for name in ("terms", "term") if name in columns), None)
    if column is None or "concept" not in columns:
        raise UsageError(f"{path}: it needs the columns concept and terms (or term)", "no_column")
    for number, row in rows:
        concept, words = row["concept"].strip(), re.split("[;；]", row[column])
        found = [word.strip() for word in words if word.strip()]
        if bool(concept) != bool(found):
            raise UsageError(f"{path}, line {number}: a concept without terms, or terms without a concept", "bad_row")
        yield from ((f"{path}, line {number}", concept, term) for term in found)


# --- kwic -------------------------------------------------------------------------------------------------------------


def kwic(
    out: Source,
    term: str,
    *,
    width: int = WIDTH,
    archive: str | Path | None = None,
    lexicon: Lexicon | None = None,
) -> pd.DataFrame:
    """Each place where the characters of `term` stand, with `width` characters on each side.

    `start` and `end` are offsets in the source text; `source`, `region`, `organ` and `year` tell the report. Raises
    UsageError for an empty term and where there are no texts.
    """
    import pandas as pd

    return pd.DataFrame(kwic_of(out, term, width, archive, lexicon), columns=list(KWIC_COLUMNS))


def kwic_of(out: Source, term: str, width: int, archive: str | Path | None, lexicon: Lexicon | None) -> list[Row]:
    """The rows of `kwic`, without pandas."""
    if not term.strip():
        raise UsageError("kwic: the term is empty", "no_terms")
    reports, texts = _reports_and_texts(out, archive, lexicon or Lexicon.load())
    return list(kwic_rows(reports, texts, term, width))


def kwic_rows(reports: Sequence[ReportRow], texts: Mapping[str, Text], term: str, width: int = WIDTH) -> Iterator[Row]:
    """The rows of `kwic`, by source and place."""
    pattern = re.compile(re.escape(term))
    for report in sorted(reports, key=lambda r: r.source):
        text = texts.get(report.report_id)
        for match in pattern.finditer(text.text) if text else ():
            assert text is not None
            span = text.source_span(Span(match.start(), match.end()))
            left = text.text[max(0, match.start() - width) : match.start()].replace("\n", " ")
            right = text.text[match.end() : match.end() + width].replace("\n", " ")
            head = (report.report_id, report.source, report.region, report.organ, report.year)
            yield (*head, span.start, span.end, left, match[0], right)


# --- texts ------------------------------------------------------------------------------------------------------------


def _reports_and_texts(
    out: Source, archive: str | Path | None, lexicon: Lexicon
) -> tuple[list[ReportRow], dict[str, Text]]:
    if isinstance(out, (str, Path)):
        folder = Path(out)
        reports = read_reports(_report_rows(folder), lexicon)
        return reports, dict(_read_texts(folder, archive, {r.source for r in reports}, lexicon))
    mined = [out] if isinstance(out, Mined) else list(out)
    rows = [SimpleNamespace(**_named(rows_of(one)["reports"][0])) for one in mined]
    return read_reports(rows, lexicon), {one.report.report_id: text_of(one.report) for one in mined}


def _report_rows(folder: Path) -> list[Any]:
    path = folder / "reports.csv"
    if path.exists():  # without pandas, and without the other tables
        return [SimpleNamespace(**row) for row in read_csv(path)]
    return list(load(folder)["reports"].itertuples(index=False))


def _named(row: Row) -> dict[str, Any]:
    return {name: "" if cell is None else cell for name, cell in zip(REPORT_COLUMNS, row, strict=True)}


def _read_texts(
    folder: Path, archive: str | Path | None, sources: set[str], lexicon: Lexicon
) -> Iterator[tuple[str, Text]]:
    if archive is None:
        yield from read_texts(folder)
        return
    from textmine.archive import find_files

    encoding = _encoding(folder)
    for file in find_files(Path(archive), folder):
        if not file.skipped and not file.fault:
            for item in _documents(file.path, file.source, encoding):
                if item.source in sources:
                    cleaned = clean(item.text, lexicon)
                    yield report_id(item.source), text_of(Report(item, cleaned, ReportFields()))


def _documents(path: Path, source: str, encoding: str | None) -> Iterator[Document]:
    try:
        yield from (item for item in read_documents(path, source, encoding) if isinstance(item, Document))
    except ReadError:  # failures.csv has said so
        return


def _encoding(folder: Path) -> str | None:
    """The encoding that the archive was mined with, if one was given."""
    path = folder / "manifest.json"
    if not path.exists():
        return None
    options = json.loads(path.read_text(encoding="utf-8")).get("options", {})
    return options.get("encoding") or None
