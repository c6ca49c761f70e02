"""Metrics: every number that says how many, how much, what share or what rank of something nameable.

Numbers are found by their grammar (numbers.py), those that count nothing are passed over (vetoes.py), and
the rest are named from the words around them (indicators.py).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from textmine.extractors.aims import is_target, period_of
from textmine.extractors.distribution import distributed
from textmine.extractors.indicators import name_indicator
from textmine.extractors.metricrules import MetricRules, metric_rules
from textmine.extractors.nouns import after_metric, head_of
from textmine.extractors.numbers import NumberMatch, evaluate
from textmine.extractors.placeholders import extract_placeholders
from textmine.extractors.vetoes import Candidate, judge
from textmine.extractors.wording import JOINS, Context, Head, Named
from textmine.lexicon import Lexicon
from textmine.model import Block, Bound, Metric, Report, Span
from textmine.tree import GLOSSARY, REPEATED

SENTENCE = re.compile(r"[^。！？\n]{1,800}[。！？]*|[。！？\n]")  # a longer one is cut: what is far off tells nothing
# Between a count and the rank in its field: 9个县（市、区）中排第三.
COUNTED_FIELD = re.compile(r"[^，。；、\d（][^，。；、（]{0,7}(?:（[^）]{1,8}）[^，。；、]{0,4})?")
CLAUSE_BREAK = re.compile("[，；：。！？\n]")


def extract_metrics(report: Report, lexicon: Lexicon) -> Iterator[Metric]:
    """One metric for each number that counts, in the order of the text."""
    rules = metric_rules(lexicon)
    names = {p.span.start: p.kind for p in extract_placeholders(report, lexicon) if p.kind != "quantity"}
    starts = [block.span.start for block in report.blocks]
    silent = [_holds_none(report.text, block) for block in report.blocks]  # once: a block may be long
    for sentence in _sentences(report.text, starts):
        at = bisect_right(starts, sentence.start) - 1
        block = report.blocks[at] if at >= 0 else None
        if block is None or not (silent[at] and block.span.contains(sentence)):
            yield from _of_sentence(report, sentence, block, names, rules)


def _sentences(text: str, starts: list[int]) -> Iterator[Span]:
    """The sentences of a text, cut where an item begins (…12件；二是…)."""
    for match in SENTENCE.finditer(text):
        inside = starts[bisect_right(starts, match.start()) : bisect_left(starts, match.end())]
        for start, end in pairwise([match.start(), *inside, match.end()]):
            yield Span(start, end)


def _holds_none(text: str, block: Block) -> bool:
    """A glossary explains terms; a heading that is no sentence (2026年十件民生实事) only names what follows."""
    return block.rule in (GLOSSARY, REPEATED) or (
        block.role == "heading" and not re.search("[。；]", block.span.of(text))
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
        same = same or (head.indicator and (named.aside or _adds_to(metric, head, rules)))
        head = after_metric(head, metric) if same else head_of(metric, rules.wording, head.topic)
    _name_adjacent(found)
    yield from distributed(found, text, sentence, rules)


def _adds_to(metric: Metric, head: Head, rules: MetricRules) -> bool:
    """Whether a metric only adds a part or a verb to its head, from which the next one then inherits as well.

    转移就业9万人，其中县外6万人: a part. 新建公路120公里，改建36公里，养护450公里: a verb.
    """
    if len(head.indicator) >= 3 and metric.indicator.endswith(head.indicator) and metric.indicator != head.indicator:
        return True
    verb = metric.indicator.removeprefix(head.noun)
    return verb in (rules.wording.verbs if verb != metric.indicator else rules.wording.bare_verbs)


def _name_adjacent(found: list[Metric]) -> None:
    """为X户X人发放救助金X万元: what has no words of its own before the next number is counted with it."""
    for at in range(len(found) - 2, -1, -1):
        if not found[at].indicator and found[at].span.end == found[at + 1].span.start:
            found[at] = replace(found[at], indicator=found[at + 1].indicator)


def _last_join(between: str) -> int:
    """Where, between two numbers, the words of the second begin: after a 、, or at a joint right before it; else -1."""
    if match := re.search(f"(?:{JOINS})$", between):
        return match.end()
    return between.rfind("、") + 1 or -1


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
    own = _without_label(text, sentence, block)
    context = _context(text, own, numbers, index, left_end, right_start, head, rules)
    named = name_indicator(context, number.form == "rank", rules.wording)
    value = evaluate(number, rules.lexicon.units)
    modifier = "，".join(word for word in (words_before or named.modifier, number.inside, words_after) if word)
    masked = number.masked
    target = is_target(text, sentence, block, number, named)
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
            period=period_of(report, sentence, block, number, named, target),
            sentence=sentence.of(text).strip(),
        ),
        named,
    )


def _without_label(text: str, sentence: Span, block: Block | None) -> Span:
    """A sentence without the label of the item that it opens: （3）为农户办证 is about 农户办证."""
    label = block.label if block is not None and block.span.start == sentence.start else ""
    return Span(sentence.start + len(label), sentence.end) if text.startswith(label, sentence.start) else sentence


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
    match = rules.modifier_before(left, number.form)
    if match is None:  # 超每千人3.2名: what it is reckoned by stands between, and stays with the words before
        each = rules.wording.each_end.search(left)
        match = rules.modifier_before(left[: each.start()], number.form) if each else None
        return (_word(match) if match else ""), number.span.start
    return _word(match), sentence.start + match.start()


def _word(modifier: re.Match[str]) -> str:
    return re.sub("(了|有|为|达|计)?$", "", modifier[0].strip())


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
        and COUNTED_FIELD.fullmatch(text[before:left_end])
        and not rules.wording.to.search(text[before:left_end])
    ):
        # 列全省16个市第五: the count belongs to the field of the rank
        before = numbers[index - 2].span.end if index > 1 else sentence.start
    breaks = [m.end() for m in CLAUSE_BREAK.finditer(text, before, left_end)]
    start = breaks[-1] if breaks else before
    coordinate = bool(index) and not breaks and text[before : before + 1] in "、和及与"
    listed = _last_join(text[before:left_end]) + before if index and not breaks and not coordinate else -1
    if listed >= before:  # 1家医院、2家药店: what stands before the 、 belongs to the number before
        start, coordinate = listed, True
    clause_before = ""
    if len(breaks) >= 2 or (breaks and not index):
        clause_before = text[breaks[-2] if len(breaks) >= 2 else before : breaks[-1] - 1]
    number = numbers[index]
    following = numbers[index + 1].span.start if index + 1 < len(numbers) else sentence.end
    stop = next((m.start() for m in CLAUSE_BREAK.finditer(text, right_start, sentence.end)), sentence.end)
    right = text[right_start : stop if following >= stop else sentence.end]
    unit = "分之" if number.form == "percent" else number.unit
    own_right = text[right_start : max(right_start, min(following, stop))]
    clause = re.split(CLAUSE_BREAK, text[sentence.start : left_end])[-1]
    among = bool(re.search("其中|包括", clause))
    adjacent = bool(index) and left_end == numbers[index - 1].span.end
    return Context(text[start:left_end], right, own_right, unit, among, coordinate, adjacent, clause_before, head)
