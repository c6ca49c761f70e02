"""When a number is for, and whether it is reached or aimed at."""

from __future__ import annotations

import re

from textmine.extractors.numbers import NumberMatch
from textmine.extractors.wording import Named
from textmine.fields import FIVE_YEAR_PLANS
from textmine.model import Block, Report, Span


def is_target(text: str, sentence: Span, block: Block | None, number: NumberMatch, named: Named) -> bool:
    """Aimed at: in a plan, but for start values and what is said of the past; elsewhere where the clause says so."""
    if block is None or named.rule == "indicator.movement_start":
        return False
    clause = text[_clause_start(text, sentence, number.span.start) : number.span.start]
    if re.search("(去年|上年|过去|目前已|截至目前|已经)", clause):
        return False
    if block.part == "plan":
        return True
    return (
        bool(re.search("(力争|争取(在|实现|达到|突破|完成)|目标(是|为)|锚定)[^，。；]{0,20}$", clause))
        and block.part != "problem"
    )


def _clause_start(text: str, sentence: Span, at: int) -> int:
    starts = [m.end() for m in re.finditer("[，；：]", text[sentence.start : at])]
    return sentence.start + (starts[-1] if starts else 0)


SPANS = (
    (re.compile("“([六七八九]|十[一二三四五六七]?)五”(时期|期间)?"), "plan"),
    (re.compile("(?<!连续)(过去|这|近)?五年(来|间|累计)?，?"), "five"),
    (re.compile(r"((?:19|20)\d\d)年"), "year"),
)


def period_of(report: Report, sentence: Span, number: NumberMatch, target: bool) -> str:
    """The period a number is for: the last one named before it in its sentence, else the report's or plan's year."""
    before = report.text[sentence.start : number.span.start]
    fields = report.fields
    if match := re.search(r"(\d{1,2})(?:月)?[-—至到](\d{1,2})月", before):
        year = fields.report_year
        return f"{year}-{int(match[1]):02d}/{year}-{int(match[2]):02d}" if year else ""
    last: tuple[int, str] = (-1, "")
    for pattern, kind in SPANS:
        for match in pattern.finditer(before):
            if match.start() > last[0]:
                last = (match.start(), _named_period(kind, match, fields.report_year))
    if last[1]:
        return last[1]
    year = fields.plan_year if target else fields.report_year
    return str(year) if year else ""


def _named_period(kind: str, match: re.Match[str], report_year: int | None) -> str:
    if kind == "year":
        return match[1]
    if kind == "plan":
        start = FIVE_YEAR_PLANS[match[1]]
        return f"{start}-{start + 4}"
    return f"{report_year - 4}-{report_year}" if report_year else ""
