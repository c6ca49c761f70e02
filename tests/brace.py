"""The specification in readable form: cases in TOML whose text carries marks for what is to be found in it.

    全年受理{128件|受理申请}申请，办结率{⟦X|quantity⟧%|办结率|direction=}。
    [[一是抓好普法。举办讲座{12场}。]]<label=一是|part=summary|heading=抓好普法>

Marks
    {WORDS|INDICATOR|KEY=VALUE|…}   a metric: WORDS is its span. Then, where the case says so, its indicator and fields
                                    (value, scale, unit, modifier, bound, direction, basis, target, masked, quantity,
                                    period, std_value, std_unit …). `KEY=` means empty; fields not written may be
                                    anything.
    ⟦SIGNS|KIND⟧                    a placeholder and its kind; may stand inside the other two marks
    [[WORDS]]<KEY=VALUE|…>          a measure: its span and fields (label, part, section, heading, strength)

An indicator agrees at a character F1 of 0.8 (scope words may stay or go); every other field must be equal.
Within what a case `checks`, everything must be marked: a metric found that has no mark is a fault.

A case file begins with `checks = [...]`, any of metrics, placeholders, measures; then come
    [[case]]
    rule = "the sentence of the guide that the case is about"
    text = "the marked text"
and, where the case needs them:
    source     the file name (default case.txt)
    given      table: what the reader knew of the report (a CSV's title, year, region …)
    checks     in place of the file's
    fields     table: report fields expected (title, kind, level, region, organ, report_year, plan_year); "" for none
    sections   list of "LABEL TITLE part" expected, two spaces of indent for each level below the first; no label: ""
    clean      the clean text expected
    xfail      why it fails for now; the test then fails as soon as it passes
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from textmine.lexicon import Lexicon
from textmine.mining import Tools, mine_document
from textmine.model import Document, Measure, Metric, Mined, Placeholder
from textmine.scoring import character_f1
from textmine.tables import write_cell

CASES = Path(__file__).parent / "cases"
TABLES = ("metrics", "placeholders", "measures")
KEYS = {"rule", "text", "source", "given", "checks", "fields", "sections", "clean", "xfail"}
FIELDS = {
    "metrics": frozenset(Metric.__dataclass_fields__) - {"span"},
    "placeholders": frozenset({"kind"}),
    "measures": frozenset({"label", "part", "section", "heading", "strength"}),
}
ALIASES = {"value": "value_text"}  # in a case, `value` is the number as written, as in the gold
AGREES = 0.8


class MarkError(ValueError):
    """A marked text that cannot be read; the message shows where."""


@dataclass(frozen=True)
class Mark:
    """One thing expected: its table, its offsets in the text without marks, its words and fields."""

    table: str
    start: int
    end: int
    words: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """One case of a file, its marks read."""

    name: str
    rule: str
    text: str
    marks: tuple[Mark, ...]
    checks: tuple[str, ...]
    row: Mapping[str, Any] = field(default_factory=dict)

    @property
    def xfail(self) -> str:
        return str(self.row.get("xfail", ""))


def load_cases(path: Path) -> Iterator[Case]:
    """The cases of a TOML file. Raises MarkError, naming file and case, for one that is badly written."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, row in enumerate(table["case"], 1):
        name = f"{path.stem}-{number:02d}"
        unknown = set(row) - KEYS
        if unknown or not {"rule", "text"} <= set(row):
            raise MarkError(f"{name}: a case has rule and text, and may have {sorted(KEYS)}; not {sorted(unknown)}")
        checks = tuple(row.get("checks", table.get("checks", ())))
        if not set(checks) <= set(TABLES):
            raise MarkError(f"{name}: checks {checks} are not of {TABLES}")
        try:
            text, marks = read_marks(row["text"])
        except MarkError as error:
            raise MarkError(f"{name}: {error}") from error
        yield Case(name, row["rule"], text, tuple(marks), checks, row)


# --- reading marks --------------------------------------------------------------------------------------------------

OPENERS = {"{": ("}", "metrics"), "⟦": ("⟧", "placeholders"), "[[": ("]]", "measures")}


def read_marks(marked: str) -> tuple[str, list[Mark]]:
    """A marked text without its marks, and the marks in the order of their starts."""
    text, marks, at = _until(marked, 0, "")
    if at < len(marked):
        raise MarkError(f"{marked[at : at + 2]} closes nothing in …{marked[max(0, at - 20) : at + 2]}")
    return text, sorted(marks, key=lambda mark: (mark.start, -mark.end))


def _until(marked: str, at: int, closer: str, offset: int = 0) -> tuple[str, list[Mark], int]:
    """Text and marks from `at` to `closer` or a |; offsets count from `offset`."""
    text, marks = "", []
    while at < len(marked):
        if closer and (marked.startswith(closer, at) or (marked[at] == "|" and closer != "]]")):
            return text, marks, at
        opener = next((sign for sign in OPENERS if marked.startswith(sign, at)), "")
        if opener:
            inner, at = _mark(marked, at, opener, offset + len(text))
            text += inner[0].words
            marks += inner
        elif marked[at] in "}⟧" or marked.startswith("]]", at):
            return text, marks, at
        else:
            text += marked[at]
            at += 1
    if closer:
        raise MarkError(f"no {closer} after …{marked[-30:]}")
    return text, marks, at


def _mark(marked: str, at: int, opener: str, offset: int) -> tuple[list[Mark], int]:
    """The mark that opens at `at`, with those inside it, and where the text goes on."""
    closer, table = OPENERS[opener]
    words, inside, end = _until(marked, at + len(opener), closer, offset)
    if not words:
        raise MarkError(f"an empty mark at {marked[at : at + 20]}…")
    if opener == "[[":
        end += len(closer)
        written, end = _between(marked, end, "<", ">") if marked.startswith("<", end) else ("", end)
    else:
        close = marked.find(closer, end)
        if close < 0 or not (marked.startswith(closer, end) or marked[end] == "|"):
            raise MarkError(f"no {closer} after {marked[at : at + 20]}…")
        written, end = marked[end + 1 : close], close + len(closer)
    mark = Mark(table, offset, offset + len(words), words, _fields(written, table))
    return [mark, *inside], end


def _between(marked: str, at: int, opener: str, closer: str) -> tuple[str, int]:
    end = marked.find(closer, at)
    if end < 0:
        raise MarkError(f"no {closer} after {marked[at : at + 20]}…")
    return marked[at + len(opener) : end], end + len(closer)


def _fields(written: str, table: str) -> dict[str, str]:
    """`受理|direction=` to {indicator: 受理, direction: ""}; a field without name is the indicator, or the kind."""
    first = {"metrics": "indicator", "placeholders": "kind"}
    fields: dict[str, str] = {}
    for part in written.split("|") if written else []:
        key, equals, value = part.partition("=")
        if not equals:
            if table not in first or fields:
                raise MarkError(f"{part}: not KEY=VALUE")
            key, value = first[table], part
        key = ALIASES.get(key, key)
        if key not in FIELDS[table]:
            raise MarkError(f"{key}: no field of {table}")
        fields[key] = value
    return fields


# --- comparing with what is found -----------------------------------------------------------------------------------


def faults(case: Case) -> list[str]:
    """What differs between a case and what textmine finds, one line each; none when the case passes."""
    document = Document(case.row.get("source", "case.txt"), case.text, fields=case.row.get("given", {}))
    mined = mine_document(document, Tools(lexicon()))
    found = [fault for table in case.checks for fault in _table_faults(case, table, mined)]
    for name, expected in case.row.get("fields", {}).items():
        got = getattr(mined.report.fields, name)
        if (expected or None) != (got or None):
            found.append(f"report field {name}: {expected!r} expected, {got!r} found")
    if "sections" in case.row and (got := _sections(mined)) != case.row["sections"]:
        found.append(f"sections: {case.row['sections']} expected, {got} found")
    if "clean" in case.row and case.row["clean"] != mined.report.text:
        found.append(f"clean text: {case.row['clean']!r} expected, {mined.report.text!r} found")
    return found


@cache
def lexicon() -> Lexicon:
    return Lexicon.load()


def _table_faults(case: Case, table: str, mined: Mined) -> Iterator[str]:
    findings: tuple[Measure, ...] | tuple[Metric, ...] | tuple[Placeholder, ...] = getattr(mined, table)
    rest = {_offsets(mined, finding): finding for finding in findings}
    for mark in case.marks:
        if mark.table == table:
            finding = rest.pop((mark.start, mark.end), None)
            if finding is None:
                yield f"{table}: {mark.words!r} at {mark.start} not found"
            else:
                yield from _field_faults(mark, finding)
    for start, end in rest:
        yield f"{table}: {case.text[start:end]!r} at {start} found, not expected"


def _offsets(mined: Mined, finding: Measure | Metric | Placeholder) -> tuple[int, int]:
    source = mined.report.source_span(finding.span)
    return source.start, source.end


def _field_faults(mark: Mark, finding: Measure | Metric | Placeholder) -> Iterator[str]:
    for name, expected in mark.fields.items():
        got = write_cell(getattr(finding, name), escaped=False)
        right = character_f1(got, expected) >= AGREES if name == "indicator" and expected else got == expected
        if not right:
            yield f"{mark.words}: {name} {expected!r} expected, {got!r} found ({finding.rule})"


def _sections(mined: Mined) -> list[str]:
    sections = mined.report.sections
    return [f"{'  ' * (s.level - 1)}{s.label} {s.title} {s.part}" for s in sections]
