"""When a number is for, and whether it is reached or aimed at."""

from __future__ import annotations

import re

from textmine.extractors.numbers import NumberMatch
from textmine.extractors.wording import Named
from textmine.model import Block, Report, ReportFields, Span
from textmine.years import FIVE_YEAR_PLANS

PAST = re.compile("(?<![比较与同])(去年|上年)|过去|目前已|截至目前|已经")
PARAGRAPH = 600  # characters of it that are read
LOOK = 10  # characters in which a sentence says of what time it speaks
AIMED = re.compile("(力争|争取(在|实现|达到|突破|完成)|目标(是|为)|锚定)[^，。；]{0,20}$")


def is_target(text: str, sentence: Span, block: Block | None, number: NumberMatch, named: Named) -> bool:
    """Aimed at: in a plan, but for start values and what is said of the past; elsewhere where the clause says so."""
    if block is None or named.rule == "indicator.movement_start":
        return False
    clause = text[_clause_start(text, sentence, number.span.start) : number.span.start]
    aimed = block.part == "plan" or (block.part == "summary" and AIMED.search(clause) is not None)
    return aimed and PAST.search(clause) is None and not _looks_back(text, sentence)


# What a paragraph of a plan looks back on, until it speaks of the present or of what is to be done.
BACK = re.compile(
    "(?:^|[。！？])(?:(?:刚刚)?过去的?一年|去年(?:以来)?[，是]"
    "|(?P<now>[^，。]{0,8}?(?:今年|明年|下一?步|这为|这些|我们[将要]|要|必须)))"
)


def _looks_back(text: str, sentence: Span) -> bool:
    """Whether a sentence goes on with a look back: 过去一年，成绩很大。生产总值增长8%。 before 做好今年的工作…"""
    near = max(0, sentence.start - PARAGRAPH)
    line = max(near, text.rfind("\n", near, sentence.start) + 1)
    said = list(BACK.finditer(text[line : sentence.start + LOOK]))
    return bool(said) and said[-1]["now"] is None


def _clause_start(text: str, sentence: Span, at: int) -> int:
    starts = [m.end() for m in re.finditer("[，；：]", text[sentence.start : at])]
    return sentence.start + (starts[-1] if starts else 0)


# --- periods --------------------------------------------------------------------------------------------------------

MONTHS = re.compile(r"(\d{1,2})(?:月)?[-—至到](\d{1,2})月")
SPANS = (
    (re.compile("“([六七八九]|十[一二三四五六七]?)五”(时期|期间)?"), "plan"),
    (re.compile("(?<!连续)(过去|这|近)?五年(?!行动|计划|规划|方案)(来|间|累计)?，?"), "five"),
    (re.compile(r"((?:19|20)\d\d)年"), "year"),
    (re.compile("去年|上年"), "last"),
)
BASIS = re.compile("[比较与]$")  # 比2002年净增: what it is compared with is not what it is for
START = re.compile("[从由自]$")  # 从2009年的2.8%降到: the year of the start value alone
FIVE_YEARS = re.compile("(?:——)?(?:过去|这|刚刚过去的)?五年(?:来|间|，)|过去五年|五年(?:工作|来的工作)")


def period_of(
    report: Report, sentence: Span, block: Block | None, number: NumberMatch, named: Named, target: bool
) -> str:
    """The period a number is for: the last one named before it in its sentence, else that of its passage."""
    before = report.text[sentence.start : number.span.start]
    fields = report.fields
    if match := MONTHS.search(before):
        year = fields.report_year
        return f"{year}-{int(match[1]):02d}/{year}-{int(match[2]):02d}" if year else ""
    if named_period := _last_named(before, fields, named.rule == "indicator.movement_start"):
        return named_period
    if block is not None and block.part == "summary" and _of_five_years(report.text, block, sentence):
        return _five_years(fields.report_year)
    year = fields.plan_year if target else fields.report_year
    return str(year) if year else ""


def _last_named(before: str, fields: ReportFields, starts: bool) -> str:
    """The last period named before a number; `starts`: the number is the start value of a movement."""
    last: tuple[int, str] = (-1, "")
    for pattern, kind in SPANS:
        for match in pattern.finditer(before):
            leads = before[: match.start()][-1:]
            if match.start() > last[0] and not BASIS.match(leads) and (starts or not START.match(leads)):
                last = (match.start(), _named_period(kind, match, fields))
    return last[1]


def _named_period(kind: str, match: re.Match[str], fields: ReportFields) -> str:
    if kind == "year":
        return match[1]
    if kind == "plan":
        start = FIVE_YEAR_PLANS[match[1]]
        return f"{start}-{start + 4}"
    if kind == "five":
        return _five_years(fields.report_year)
    # 去年 in a government's report is the year it reports on, in a department's the one before.
    year = fields.report_year and fields.report_year - (fields.kind != "政府工作报告")
    return str(year) if year else ""


def _five_years(report_year: int | None) -> str:
    return f"{report_year - 4}-{report_year}" if report_year else ""


def _of_five_years(text: str, block: Block, sentence: Span) -> bool:
    """Whether the item or its section opens with 五年来, which then goes for its later sentences too."""
    opening = text[block.span.start : min(sentence.start, block.span.start + 40)]
    return bool(FIVE_YEARS.match(opening.removeprefix(block.label)) or FIVE_YEARS.search(block.section_title))
