"""The nouns of textmine: spans, reports, sections, findings, and the errors.

Every offset counts characters (Unicode code points). A span is half open, ``[start, end)``, and refers to the
cleaned text of its report; `Report.source_span` leads back to the text as the reader returned it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol

Part = Literal["summary", "problem", "plan", "annex"]
PlaceholderKind = Literal["quantity", "name", "date"]
Bound = Literal["exact", "around", "at_least", "at_most", "range"]
Direction = Literal["increase", "decrease", ""]
Role = Literal["heading", "item", "text", "lead", "skip"]


class TextmineError(Exception):
    """An error a person can act on. `code` is the short word of failures.csv, the message its detail."""

    code = "error"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class ReadError(TextmineError):
    """A source that cannot be read: unknown_format, bad_archive, encrypted, not_a_regular_file, no_text …"""

    code = "unreadable"


class LexiconError(TextmineError):
    """A table of rules with a fault; the message names the file and the row."""

    code = "bad_table"


class UsageError(TextmineError):
    """A call that cannot be carried out as asked, such as an output folder that holds other results."""

    code = "usage"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of character offsets."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Document:
    """What a reader returns: the source text, unchanged, and what is known of where it came from.

    `fields` holds what stands beside the text (a CSV row's title, region, year …); `confidence` is that of the
    encoding, from 0 to 1; `sha256` is of the bytes read.
    """

    source: str
    text: str
    encoding: str = "utf-8"
    confidence: float = 1.0
    sha256: str = ""
    warnings: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CleanText:
    """A cleaned text that remembers, for each of its characters, the offset in the source text."""

    text: str
    origins: Sequence[int]

    def source_span(self, span: Span) -> Span:
        """The source characters from the first to the last character of `span`."""
        if span.start == span.end:
            at = self.origins[span.start] if span.start < len(self.origins) else 0
            return Span(at, at)
        return Span(self.origins[span.start], self.origins[span.end - 1] + 1)


@dataclass(frozen=True)
class Section:
    """A numbered or titled part of a report. `level` counts from 1; `span` covers heading and body."""

    section_id: str
    parent_id: str
    level: int
    label: str
    title: str
    part: Part
    span: Span


@dataclass(frozen=True)
class Block:
    """A stretch of text between two labels: the unit that measures are built from.

    `role`: heading (opens `section`), item (a labelled item of work), text (an unlabelled paragraph),
    lead (words that lead in what follows), skip (greeting, closing, glossary …).
    """

    span: Span
    role: Role
    part: Part
    section: int  # index into Report.sections, -1 for none
    label: str = ""
    heading: str = ""
    section_title: str = ""
    rule: str = ""


@dataclass(frozen=True)
class ReportFields:
    """What a report says of itself. Empty text or None where it does not say."""

    title: str = ""
    kind: str = "其他"
    level: str = ""
    region: str = ""
    organ: str = ""
    report_year: int | None = None
    plan_year: int | None = None


@dataclass(frozen=True)
class Report:
    """One report: its source text, its cleaned text, its outline."""

    document: Document
    clean: CleanText
    fields: ReportFields
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.clean.text

    @property
    def source(self) -> str:
        return self.document.source

    @property
    def report_id(self) -> str:
        return report_id(self.source)

    def source_span(self, span: Span) -> Span:
        return self.clean.source_span(span)


def report_id(source: str) -> str:
    """`r` and ten hexadecimal digits of the SHA-256 of the source's path."""
    return "r" + hashlib.sha256(source.encode("utf-8")).hexdigest()[:10]


# The fields of a finding stand in the order of its table's columns. A field with HIDDEN stays out of the tables; `span`
# becomes the two columns `start` and `end`, in offsets of the source text.
HIDDEN: dict[str, Any] = {"table": False}


class Finding(Protocol):
    """Something found in a report: `span.of(report.text) == text`. `rule` names what found it (`show --why`)."""

    @property
    def span(self) -> Span: ...
    @property
    def text(self) -> str: ...
    @property
    def rule(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One item of work (举措)."""

    measure_id: str = ""
    section_id: str = ""
    section: str = ""
    part: Part = "summary"
    label: str = ""
    heading: str = ""
    text: str
    span: Span
    area: str = ""
    area_name: str = ""
    area_score: float | None = None
    area2: str = ""
    area2_score: float | None = None
    evidence: str = ""
    strength: str = ""
    rule: str = field(default="", metadata=HIDDEN)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number that says how many, how much, what share or what rank of something nameable.

    `value` and `value_high` are None where the number is masked; `std_*` are in the base unit of units.csv.
    """

    measure_id: str = ""
    metric_id: str = ""
    indicator: str = ""
    value_text: str = ""
    value: Decimal | None = None
    value_high: Decimal | None = None
    scale: str = ""
    unit: str = ""
    quantity: str = ""
    std_value: Decimal | None = None
    std_high: Decimal | None = None
    std_unit: str = ""
    modifier: str = ""
    bound: Bound = "exact"
    direction: Direction = ""
    basis: str = ""
    target: bool = False
    masked: bool = False
    period: str = ""
    sentence: str = ""
    span: Span
    text: str = field(metadata=HIDDEN)
    rule: str = field(default="", metadata=HIDDEN)


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A run of signs that stands for a figure, a name or a date."""

    measure_id: str = ""
    span: Span
    text: str
    kind: PlaceholderKind = "quantity"
    context: str = ""
    rule: str = field(default="", metadata=HIDDEN)


@dataclass(frozen=True)
class Mined:
    """One report with everything found in it."""

    report: Report
    measures: tuple[Measure, ...] = ()
    metrics: tuple[Metric, ...] = ()
    placeholders: tuple[Placeholder, ...] = ()


@dataclass(frozen=True)
class Failure:
    """A source that did not become a report: a row of failures.csv."""

    source: str
    stage: Literal["read", "clean", "outline", "extract", "tag", "write"]
    error: str
    detail: str
