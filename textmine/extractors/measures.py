"""Measures (举措): the items of work of an outline, with the strength of their wording."""

from __future__ import annotations

from collections.abc import Iterator

from textmine.lexicon import Lexicon
from textmine.model import Measure, Report


def extract_measures(report: Report, lexicon: Lexicon) -> Iterator[Measure]:
    """One measure for each item or working paragraph of the outline, in the order of the text."""
    for block in report.blocks:
        if block.role in ("item", "text") and block.part != "annex":
            section = report.sections[block.section] if block.section >= 0 else None
            text = block.span.of(report.text)
            yield Measure(
                span=block.span,
                text=text,
                rule=block.rule,
                section_id=section.section_id if section else "",
                section=block.section_title,
                part=block.part,
                label=block.label,
                heading=block.heading,
                strength=strength(text, lexicon),
            )


def strength(text: str, lexicon: Lexicon) -> str:
    """firm (必须 确保), aim (力争), explore (探索 试点) or nothing: the first whose words stand in the text."""
    for name in ("firm", "aim", "explore"):
        if any(word in text for word in lexicon.words("wording", f"strength.{name}")):
            return name
    return ""
