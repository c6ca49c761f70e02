"""What is found in a report. An extractor is a function `(Report, Lexicon) -> Iterator[Finding]`, named here once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textmine.extractors.measures import extract_measures
from textmine.extractors.metrics import extract_metrics
from textmine.extractors.placeholders import extract_placeholders
from textmine.lexicon import Lexicon
from textmine.model import Finding, Report

Extractor = Callable[[Report, Lexicon], Iterator[Finding]]

EXTRACTORS: tuple[tuple[str, Extractor], ...] = (
    ("measures", extract_measures),
    ("metrics", extract_metrics),
    ("placeholders", extract_placeholders),
)
