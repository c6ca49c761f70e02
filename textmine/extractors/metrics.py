"""Metrics: every number that says how many, how much, what share or what rank of something nameable.

Numbers are found by their grammar (numbers.py), those that count nothing are passed over (vetoes.py), and
the rest are named from the words around them (indicators.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from textmine.extractors.indicators import Context, Head, Named, after_metric, head_of, name_indicator
from textmine.extractors.numbers import NumberMatch, evaluate
from textmine.extractors.placeholders import extract_placeholders
from textmine.extractors.vetoes import Candidate, MetricRules, judge, metric_rules
from textmine.lexicon import Lexicon
from textmine.model import Block, Bound, Metric, Report, Span
from textmine.tree import GLOSSARY, REPEATED
from textmine.years import FIVE_YEAR_PLANS

SENTENCE = re.compile(r"[^。！？\n]{1,800}[。！？]*|[。！？\n]")  # a longer one is cut: what is far off tells nothing
CLAUSE_BREAK = re.compile("[，；：。！？\n]")


def extract_metrics(report: Report, lexicon: Lexicon) -> Iterator[Metric]:
    """One metric for each number that counts, in the order of the text."""
    rules = metric_rules(lexicon)
    names = {p.span.start: p.kind for p in extract_placeholders(report, lexicon) if p.kind != "quantity"}
    starts = [block.span.start for block in report.blocks]
    for match in SENTENCE.finditer(report.text):
        sentence = Span(match.start(), match.end())
        at = bisect_right(starts, sentence.start) - 1
        block = report.blocks[at] if at >= 0 else None
        if block is None or not _holds_none(report, block, sentence):
            yield from _of_sentence(report, sentence, block, names, rules)


def _holds_none(report: Report, block: Block, sentence: Span) -> bool:
    """A glossary explains terms; a heading that is no sentence (2026年十件民生实事) only names what follows."""
    if not block.span.contains(sentence):
        return False
    return block.rule in (GLOSSARY, REPEATED) or (
        block.role == "heading" and not re.search("[。；]", block.span.of(report.text))
    )


def _of_sentence(
    report: Report, sentence: Span, block: Block | None, names: Mapping[int, str], rules: MetricRules
) -> Iterator[Metric]:
    text = report.text
    spans = [
        Span(m.start() + sentence.start, m.end() + sentence.start) for m in rules.names.finditer(sentence.of(text))
    ]
    numbers = []
    for number in rules.grammar.find(sentence.of(text)):
        number = _shifted(number, sentence.start)
        candidate = Candidate(text, number, sentence)
        if not any(number.core.overlaps(span) for span in spans) and not _is_name(number, names):
            judged = judge(candidate, rules)
            if judged is not None:
                numbers.append(judged)
    found: list[Metric] = []
    head = Head(topic=_topic(text, sentence, block))
    for index in range(len(numbers)):
        metric, named = _metric(report, sentence, block, numbers, index, head, rules)
        metric = _compared(metric, found)
        found.append(metric)
        same = named.keeps_head and head.indicator and metric.indicator.startswith(head.indicator[:2])
        head = after_metric(head, metric) if same else head_of(metric, rules.wording, head.topic)
    yield from _distributed(found, text, rules)


def _topic(text: str, sentence: Span, block: Block | None) -> str:
    """The heading of the item, for its first sentence after it: 猫儿岩水库。总库容1.2亿立方米."""
    if block is None or not block.heading:
        return ""
    between = text[block.span.start : sentence.start]
    return block.heading if len(between) <= len(block.label) + len(block.heading) + 2 else ""


def _shifted(number: NumberMatch, by: int) -> NumberMatch:
    span = Span(number.span.start + by, number.span.end + by)
    return replace(number, span=span, core=Span(number.core.start + by, number.core.end + by))


def _is_name(number: NumberMatch, names: Mapping[int, str]) -> bool:
    return any(at in names for at in range(number.core.start, number.core.end))


# --- a metric and its fields --------------------------------------------------------------------------------


def _metric(
    report: Report,
    sentence: Span,
    block: Block | None,
    numbers: list[NumberMatch],
    index: int,
    head: Head,
    rules: MetricRules,
) -> tuple[Metric, Named]:
    text, number = report.text, numbers[index]
    words_before, left_end = _modifier_before(text, sentence, number, rules)
    words_after, right_start = _modifier_after(text, sentence, number, rules)
    context = _context(text, sentence, numbers, index, left_end, right_start, head, rules)
    named = name_indicator(context, number.form == "rank", rules.wording)
    value = evaluate(number, rules.lexicon.units)
    modifier = "，".join(word for word in (words_before or named.modifier, number.inside, words_after) if word)
    masked = number.masked
    target = _target(text, sentence, block, number, named)
    return (
        Metric(
            span=number.span,
            text=number.span.of(text),
            rule=named.rule,
            indicator=named.indicator,
            value_text=number.value,
            value=None if masked else value.value,
            value_high=None if masked else value.high,
            scale=number.scale,
            unit=number.unit,
            quantity=value.quantity,
            std_value=None if masked else value.std_value,
            std_high=None if masked else value.std_high,
            std_unit=value.std_unit,
            modifier=modifier,
            bound=_bound(modifier, number, rules),
            direction=named.direction,
            basis=named.basis,
            target=target,
            masked=masked,
            period=_period(report, sentence, number, target),
            sentence=sentence.of(text).strip(),
        ),
        named,
    )


def _compared(metric: Metric, found: list[Metric]) -> Metric:
    """调整为, 整合为: the direction of a movement whose verb does not tell it is that of its two values."""
    if metric.rule != "indicator.movement_end" or metric.direction or not found:
        return metric
    start = found[-1]
    if start.rule != "indicator.movement_start":
        return metric
    if metric.std_value is None or start.std_value is None:
        raised = metric.masked and metric.quantity == "money"  # 标准由每月X元调整为X元: standards are raised
        return replace(metric, direction="increase") if raised else metric
    return replace(metric, direction="increase" if metric.std_value > start.std_value else "decrease")


def _modifier_before(text: str, sentence: Span, number: NumberMatch, rules: MetricRules) -> tuple[str, int]:
    """The modifier before a number, and where it begins. 签约12人, 通过12项, 以来 hold no modifier."""
    left = text[sentence.start : number.span.start]
    match = rules.before_modifier.search(left)
    if not match or (
        re.search(
            r"(签|节|条|公|契|履|违|预|合|集)约$|(通|经|超|度|渡)过$|打破$|最近$|附近$|靠近$|邻近$",
            left[: match.end()].rstrip(),
        )
        and match[0].strip() in ("约", "过", "破", "近")
    ):
        return "", number.span.start
    return re.sub("(了|有|为|达|计)?$", "", match[0].strip()), sentence.start + match.start()


def _modifier_after(text: str, sentence: Span, number: NumberMatch, rules: MetricRules) -> tuple[str, int]:
    if number.unit in ("番", "倍") and text.startswith("多", number.span.end):
        return "多", number.span.end + 1  # 翻了一番多
    match = rules.after_modifier.match(text, number.span.end, sentence.end)
    if not match:
        return "", number.span.end
    if match[0] == "内" and not re.search("控制在$", text[sentence.start : number.span.start]):
        return "", number.span.end
    return match[0], match.end()


def _bound(modifier: str, number: NumberMatch, rules: MetricRules) -> Bound:
    if number.form == "range":
        return "range"
    bounds = [rules.lexicon.modifiers[word].bound for word in modifier.split("，") if word in rules.lexicon.modifiers]
    return bounds[-1] if bounds else "exact"


def _context(
    text: str,
    sentence: Span,
    numbers: list[NumberMatch],
    index: int,
    left_end: int,
    right_start: int,
    head: Head,
    rules: MetricRules,
) -> Context:
    before = numbers[index - 1].span.end if index else sentence.start
    if index:
        _, before = _modifier_after(text, sentence, numbers[index - 1], rules)
    if (
        numbers[index].form == "rank"
        and index
        and re.fullmatch(r"[^，。；、\d][^，。；、]{0,7}", text[before:left_end])
    ):
        # 列全省16个市第五: the count belongs to the field of the rank
        before = numbers[index - 2].span.end if index > 1 else sentence.start
    breaks = [m.end() for m in CLAUSE_BREAK.finditer(text, before, left_end)]
    start = breaks[-1] if breaks else before
    coordinate = bool(index) and not breaks and text[before : before + 1] in "、和及与"
    listed = text.rfind("、", before, left_end) if index and not breaks and not coordinate else -1
    if listed >= 0:  # 1家医院、2家药店: what stands before the 、 belongs to the number before
        start, coordinate = listed + 1, True
    clause_before = ""
    if len(breaks) >= 2 or (breaks and not index):
        clause_before = text[breaks[-2] if len(breaks) >= 2 else before : breaks[-1] - 1]
    number = numbers[index]
    following = numbers[index + 1].span.start if index + 1 < len(numbers) else sentence.end
    stop = next((m.start() for m in CLAUSE_BREAK.finditer(text, right_start, sentence.end)), sentence.end)
    right = text[right_start : stop if following >= stop else sentence.end]
    unit = "分之" if number.form == "percent" else number.unit
    own_right = text[right_start : max(right_start, min(following, stop))]
    return Context(text[start:left_end], right, own_right, unit, coordinate, clause_before, head)


def _target(text: str, sentence: Span, block: Block | None, number: NumberMatch, named: Named) -> bool:
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


def _period(report: Report, sentence: Span, number: NumberMatch, target: bool) -> str:
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


# --- 分别: two numbers, two things ----------------------------------------------------------------------------


JOINED = re.compile("(左右|以上|以内|以下)?[、和及]")  # what joins the numbers of a list


def _distributed(found: list[Metric], text: str, rules: MetricRules) -> Iterator[Metric]:
    """甲醛、噪声达标率分别为91%和88%: each number gets its thing; a modifier after the last goes with all."""
    result = list(found)
    for index, metric in enumerate(found):
        gap = text[(found[index - 1].span.end if index else max(0, metric.span.start - 60)) : metric.span.start]
        if "分别" not in gap:
            continue
        group = [index]
        while group[-1] + 1 < len(found) and JOINED.fullmatch(
            text[found[group[-1]].span.end : found[group[-1] + 1].span.start]
        ):
            group.append(group[-1] + 1)
        things = _things(metric.indicator, len(group))
        last = found[group[-1]]
        for place, at in enumerate(group):
            changed = replace(
                result[at],
                indicator=things[place],
                modifier=result[at].modifier or last.modifier,
                bound=result[at].bound if result[at].modifier else last.bound,
                direction=metric.direction or result[at].direction,
                basis=metric.basis or result[at].basis,
            )
            if not changed.unit and not changed.scale.endswith("亿") and last.unit:
                changed = _with_unit(changed, last, rules)
            result[at] = changed
        _distribute_ends(result, group[-1] + 1, things, text)
    yield from result


def _distribute_ends(result: list[Metric], at: int, things: list[str], text: str) -> None:
    """分别从50元、60元提高到55元、70元: the second run of numbers has the same things as the first."""
    run = result[at : at + len(things)]
    if len(run) < len(things) or run[0].rule not in ("indicator.movement_end", "indicator.change"):
        return
    gaps = [text[a.span.end : b.span.start] for a, b in pairwise(run)]
    if all(JOINED.fullmatch(gap) for gap in gaps):
        for place, metric in enumerate(run):
            result[at + place] = replace(
                metric, indicator=things[place], direction=run[0].direction, basis=run[0].basis, target=run[0].target
            )


def _with_unit(metric: Metric, last: Metric, rules: MetricRules) -> Metric:
    number = NumberMatch(metric.span, metric.span, metric.value_text, metric.scale, last.unit, "", "arabic")
    value = evaluate(number, rules.lexicon.units)
    return replace(
        metric,
        unit=last.unit,
        quantity=value.quantity,
        std_value=None if metric.masked else value.std_value,
        std_high=None if metric.masked else value.std_high,
        std_unit=value.std_unit,
    )


def _things(indicator: str, count: int) -> list[str]:
    """Split 小学、初中入学率 into two indicators; the whole for each where it does not divide."""
    match = re.match("(.*)存贷款(.*)", indicator)
    if match and count == 2:
        return [f"{match[1]}存款{match[2]}", f"{match[1]}贷款{match[2]}"]
    parts = [part for part in re.split("[、和及与]", indicator) if part]
    if len(parts) != count or count < 2:
        return [indicator] * count
    last = parts[-1]
    ending = parts[0][-2:]
    at = last.rfind(ending)
    tail = last[at + len(ending) :] if at > 0 else last[len(parts[0]) :]
    return [*(part + tail for part in parts[:-1]), last]
