"""Metrics: every number that says how many, how much, what share or what rank of something nameable.

Numbers are found by their grammar (numbers.py), those that count nothing are passed over by the rules of `VETOES`, and
the rest are named from the words around them (indicators.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from textmine.extractors.indicators import Context, Head, Named, head_of, name_indicator, wording
from textmine.extractors.numbers import NumberGrammar, NumberMatch, evaluate
from textmine.extractors.placeholders import extract_placeholders
from textmine.lexicon import Lexicon, alternation
from textmine.model import Block, Bound, Metric, Report, Span
from textmine.outline import GLOSSARY

SENTENCE = re.compile(r"[^。！？\n]+[。！？]*|[。！？\n]")
CLAUSE_BREAK = re.compile("[，；：。！？\n]")
AFTER_MODIFIER = 4


@dataclass(frozen=True)
class _Candidate:
    """A number in its sentence, before it is judged."""

    text: str  # of the report
    number: NumberMatch
    sentence: Span

    @property
    def before(self) -> str:
        return self.text[max(self.sentence.start, self.number.span.start - 24) : self.number.span.start]

    @property
    def after(self) -> str:
        return self.text[self.number.span.end : min(self.sentence.end, self.number.span.end + 24)]

    @property
    def after_core(self) -> str:
        return self.text[self.number.core.end : min(self.sentence.end, self.number.core.end + 24)]


class MetricRules:
    """The compiled patterns of wording.toml and the lexicon's units and modifiers."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.grammar = NumberGrammar(lexicon)
        self.wording = wording(lexicon)
        table = lexicon.wording["no_metric"]
        self.names = re.compile("|".join(f"(?:{p})" for p in table["names"]))
        self.after = re.compile("|".join(f"(?:{p})" for p in table["after"]))
        self.after_chinese = re.compile("|".join(f"(?:{p})" for p in table["after_chinese"]))
        self.class_after = re.compile("|".join(f"(?:{p})" for p in table["class_after"]))
        self.class_after_bare = re.compile("|".join(f"(?:{p})" for p in table["class_after_bare"]))
        self.not_unit = re.compile(alternation(lexicon.placeholders["follow"]["not_unit"]))
        self.places = frozenset(lexicon.placeholders["follow"]["not_counted_unit"])
        self.counted_places = re.compile(lexicon.placeholders["follow"]["counted_places"])
        modifiers = lexicon.modifiers.values()
        self.before_modifier = re.compile(alternation([m.word for m in modifiers if m.place == "before"]) + r"(?:了|有|为|达|计)? ?$")
        self.after_modifier = re.compile(alternation([m.word for m in modifiers if m.place == "after"]))


_cache: dict[str, MetricRules] = {}


def metric_rules(lexicon: Lexicon) -> MetricRules:
    if lexicon.digest not in _cache:
        _cache[lexicon.digest] = MetricRules(lexicon)
    return _cache[lexicon.digest]


def extract_metrics(report: Report, lexicon: Lexicon) -> Iterator[Metric]:
    """One metric for each number that counts, in the order of the text."""
    rules = metric_rules(lexicon)
    names = {p.span.start: p.kind for p in extract_placeholders(report, lexicon) if p.kind != "quantity"}
    starts = [block.span.start for block in report.blocks]
    for match in SENTENCE.finditer(report.text):
        sentence = Span(match.start(), match.end())
        at = bisect_right(starts, sentence.start) - 1
        block = report.blocks[at] if at >= 0 else None
        if block is None or block.rule != GLOSSARY or not block.span.contains(sentence):
            yield from _of_sentence(report, sentence, block, names, rules)


def _of_sentence(
    report: Report, sentence: Span, block: Block | None, names: dict[int, str], rules: MetricRules
) -> Iterator[Metric]:
    text = report.text
    named = [Span(m.start() + sentence.start, m.end() + sentence.start) for m in rules.names.finditer(sentence.of(text))]
    numbers = []
    for number in rules.grammar.find(sentence.of(text)):
        number = _shifted(number, sentence.start)
        candidate = _Candidate(text, number, sentence)
        if not any(number.core.overlaps(span) for span in named) and not _is_name(number, names):
            judged = _judge(candidate, rules)
            if judged is not None:
                numbers.append(judged)
    found: list[Metric] = []
    head = Head(topic=block.heading if block else "")
    for index in range(len(numbers)):
        metric, named = _metric(report, sentence, block, numbers, index, head, rules)
        metric = _compared(metric, found)
        found.append(metric)
        if not named.keeps_head or not head.indicator or not metric.indicator.startswith(head.indicator[:2]):
            head = head_of(metric, rules.wording, head.topic)
    yield from _distributed(found, text, rules)


def _shifted(number: NumberMatch, by: int) -> NumberMatch:
    move = lambda span: Span(span.start + by, span.end + by)  # noqa: E731
    return replace(number, span=move(number.span), core=move(number.core))


def _is_name(number: NumberMatch, names: dict[int, str]) -> bool:
    return any(at in names for at in range(number.core.start, number.core.end))


# --- what is no metric ------------------------------------------------------------------------------------------------


def _judge(candidate: _Candidate, rules: MetricRules) -> NumberMatch | None:
    """The number where it is a metric, perhaps without what only looked like its unit; None where it counts nothing."""
    number = candidate.number
    if number.unit and len(number.unit) <= 2 and number.form not in ("rank", "percent"):
        unit_start = number.span.end - len(number.unit)
        if rules.not_unit.match(candidate.text, unit_start) and (number.unit not in rules.places or not _counted_place(candidate, rules)):
            number = replace(number, unit="", span=Span(number.span.start, unit_start))
            candidate = _Candidate(candidate.text, number, candidate.sentence)
    return None if any(veto(candidate, rules) for veto in VETOES) else number


def _counted_place(candidate: _Candidate, rules: MetricRules) -> bool:
    number = candidate.number
    if number.form == "chinese" and not rules.counted_places.search(candidate.before):
        return False
    return number.masked is False or bool(rules.counted_places.search(candidate.before))


def _dates(candidate: _Candidate, rules: MetricRules) -> bool:
    """Years, months, periods, durations, list labels, kinds and classes told by what follows."""
    if candidate.number.form in ("chinese", "scale") and rules.after_chinese.match(candidate.after_core):
        return True
    return bool(rules.after.match(candidate.after_core)) or bool(not candidate.number.unit and rules.after.match(candidate.after))


def _class_bound(candidate: _Candidate, rules: MetricRules) -> bool:
    """35岁以下, 300公里外, X万元以上的村, 万吨级: a number that defines a class."""
    number = candidate.number
    if number.unit in ("%", "‰", "成", "个百分点", "倍"):
        return False
    if number.unit == "岁":
        return not re.search("寿命|平均年龄", candidate.before)
    after = candidate.text[number.core.end + len(number.inside) + len(number.scale) : candidate.sentence.end][:24]
    if number.form == "scale" or number.value in ("百", "千", "万", "零"):
        if rules.class_after_bare.match(after):
            return True
    match = rules.class_after.match(after)
    if not match:
        return False
    if number.unit and re.match(r"(以上|以下|及以上|及以下|以内)(?![的一-鿿])", candidate.after):
        return False
    return match.end() >= len(number.unit)


def _bare(candidate: _Candidate, rules: MetricRules) -> bool:
    """A number without unit: only a share, a rank, a ratio, a scale, an index or what ends a clause after 达 or 为."""
    number = candidate.number
    if number.unit or number.form in ("percent", "rank", "ratio"):
        return False
    ends = bool(re.match(r"(左右|以上|以下|以内|上下|余|多)?\s?([，。；、）！？\n]|$)", candidate.after))
    if number.form == "chinese":
        return not (number.value == "零" and ends and re.search("(为|是|率|保持)$", candidate.before)) and not (number.scale and ends)
    if number.form == "scale":
        return not (number.scale and ends and rules.before_modifier.search(candidate.before))
    if number.scale:
        return not ends and not re.match("[一-鿿（]", candidate.after)
    if re.fullmatch(r"(19|20)\d\d", number.value) or re.fullmatch(r"1\d{2,4}|0\d+|\d{6,}", number.value):
        return True
    index = re.search(r"(系数|指数|率|比|系|浓度|强度|密度|得分|评分|度)(为|达|达到|从|由|提高到|提升到|提升至|降到|降至|下降到|至|到)?$", candidate.before)
    movement = re.search(r"(提高|提升|下降|降低|增加|减少|升|降|增|减)(到|至|为)$", candidate.before)
    decimal = "." in number.value
    after_movement = bool(re.match(r"(提高|提升|下降|降低|增加|减少|升|降|增|减)(到|至|为)", candidate.after))
    masked_end = number.masked and ends and re.search(r"(增长|下降|达|为|至|约|近|超)$", candidate.before)
    return not ((index or movement) and (decimal or ends or after_movement) or masked_end)


def _one(candidate: _Candidate, rules: MetricRules) -> bool:
    """一 that only means "a", and words that begin with a numeral (一批, 两会, 三农)."""
    number = candidate.number
    if number.form not in ("chinese", "scale") or number.unit in ("成", "番"):
        return False
    if number.value == "一" and not number.scale:
        return number.unit not in ("倍",) or not re.search("(增长|提高|增加|翻|高出)$", candidate.before)
    if number.unit in rules.places or len(number.unit) == 1 and number.unit in AMBIGUOUS:
        return not (number.scale or len(number.value) > 2)
    return "几" in number.value and len(number.value) + len(number.scale) > 1 and not number.unit


AMBIGUOUS = "平方度点里分级层步路讲版段道眼面门角管口本代手头包袋部类样期批环线股束档回句幕团师连营站校厂店园组班双席"


def _bare_scale(candidate: _Candidate, rules: MetricRules) -> bool:
    """万元GDP, 千人口, 百强县: a bare scale word counts only after 超, 突破 … or with a count of people."""
    number = candidate.number
    if number.form != "scale":
        return False
    if number.unit in rules.places or re.match("(级|品牌|工程|行动|计划|企业|产业|示范|大|强)", candidate.after):
        return True
    bounded = rules.before_modifier.search(candidate.before) and not re.match("的[^，。]{1,8}(机场|企业|县|市|镇|园区|景区|港)", candidate.after)
    counted = number.unit in ("名", "余名", "人次", "余人", "人") and not re.match("口|大", candidate.after) and not re.search("[每“]$", candidate.before)
    return not (bounded or (counted and (number.unit != "人" or number.inside)))


def _own_parts(candidate: _Candidate, rules: MetricRules) -> bool:
    """以下十个方面的工作, 三个层面: counts of the text's own parts."""
    return bool(re.match(r"(大)?(方面|层面|维度|领域(?=的工作)|坚持|意识|自信|维护|确立|文明|结合|关系|导向|指标作|字|问题(?=：)|环节(?=：)|必须|转变)", candidate.after)) or bool(
        re.search(r"(以下|下列|如下|上述|这|那|前述|该)$", candidate.before) and candidate.number.unit
    )


def _rank_out_of_place(candidate: _Candidate, rules: MetricRules) -> bool:
    """第一 is a rank in 居全国第一; not in 第一产业, 第三次会议."""
    number = candidate.number
    if number.form != "rank":
        return False
    if number.value.startswith("前") and not number.unit:
        return not (re.search("(全国|全省|全市|全区|全县|居|列|入|锚定|位|世界|全球|跻身|保持在?|行业|同类)$", candidate.before) and re.match("[，。；、强的]|$|目标", candidate.after))
    context = re.search(r"(居|列|排|位|跻身|升至|升到|获|荣获|进入|名|得|占|为|世界|全球|全[国省市区县州]|系统|省|市|县|区|中部|西部|东部|首次|稳居|连续[^，。]{1,6}|第)[^，。；]{0,6}$", candidate.before)
    ends = re.match(r"[，。；、！）的\n]|$|(左右)|[”]", candidate.after)
    if number.value in ("首位", "末位", "榜首"):
        return not context or bool(re.search("放在|摆在|置于|作为|坚持", candidate.before))
    if number.unit:
        return bool(re.search("第", candidate.before[-1:]))
    return not (context and ends)


def _ratio_clock(candidate: _Candidate, rules: MetricRules) -> bool:
    number = candidate.number
    if number.form != "ratio":
        return False
    return not re.search("(比|比例|比重|系数|分配|占|结构)[^，。；]{0,8}$", candidate.before)


def _part_of_number(candidate: _Candidate, rules: MetricRules) -> bool:
    """Digits of a code, a telephone number or a name: 5G, S219, “1+6”, 3D."""
    before, after = candidate.before[-1:], candidate.after[:1]
    if candidate.number.form in ("arabic", "range") and (before.isascii() and before.isalpha() or before in ("+", "#", "第", "·", "/", "〔", "［")):
        return True
    if not candidate.number.unit and (after.isascii() and (after.isalpha() or after in "+/〕")):
        return True
    return bool(re.search(r"(?<![一-鿿])第$", candidate.before))


def _month_range(candidate: _Candidate, rules: MetricRules) -> bool:
    return bool(candidate.number.form == "range" and re.match("月|年|日|号|时|天|周|小时|分钟|个月|岁", candidate.after_core + candidate.after))


def _lists(candidate: _Candidate, rules: MetricRules) -> bool:
    """A label: 3. at the start of a sentence, （3）."""
    before = candidate.text[candidate.sentence.start : candidate.number.span.start].strip()
    return candidate.number.form in ("arabic", "chinese") and not candidate.number.unit and (before in ("", "（", "(") and bool(re.match("[、．.）)是要]", candidate.after)))


VETOES: tuple[Callable[[_Candidate, MetricRules], bool], ...] = (
    _dates,
    _month_range,
    _part_of_number,
    _lists,
    _own_parts,
    _rank_out_of_place,
    _ratio_clock,
    _bare_scale,
    _one,
    _bare,
    _class_bound,
)


# --- a metric and its fields -------------------------------------------------------------------------------------------


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
        return replace(metric, direction="increase")  # 标准由每月X元调整为X元: standards are raised
    return replace(metric, direction="increase" if metric.std_value > start.std_value else "decrease")


def _modifier_before(text: str, sentence: Span, number: NumberMatch, rules: MetricRules) -> tuple[str, int]:
    """The modifier before a number, and where it begins. 签约12人, 通过12项, 以来 hold no modifier."""
    left = text[sentence.start : number.span.start]
    match = rules.before_modifier.search(left)
    if not match or re.search(r"(签|节|条|公|契|履|违|预|合|集)约$|(通|经|超|度|渡)过$|打破$|最近$|附近$|靠近$|邻近$", left[: match.end()].rstrip()) and match[0].strip() in ("约", "过", "破", "近"):
        return "", number.span.start
    return re.sub("(了|有|为|达|计)?$", "", match[0].strip()), sentence.start + match.start()


def _modifier_after(text: str, sentence: Span, number: NumberMatch, rules: MetricRules) -> tuple[str, int]:
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
    return Context(text[start:left_end], right, unit, coordinate, clause_before, head)


def _target(text: str, sentence: Span, block: Block | None, number: NumberMatch, named: Named) -> bool:
    """Aimed at: in a plan, but for start values and what is said of the past; elsewhere where the clause says so."""
    if block is None or named.rule == "indicator.movement_start":
        return False
    clause = text[_clause_start(text, sentence, number.span.start) : number.span.start]
    if re.search("(去年|上年|过去|目前已|截至目前|已经)", clause):
        return False
    if block.part == "plan":
        return True
    return bool(re.search("(力争|争取(在|实现|达到|突破|完成)|目标(是|为)|锚定)[^，。；]{0,20}$", clause)) and block.part != "problem"


def _clause_start(text: str, sentence: Span, at: int) -> int:
    starts = [m.end() for m in re.finditer("[，；：]", text[sentence.start : at])]
    return sentence.start + (starts[-1] if starts else 0)


SPANS = (
    (re.compile("“(十[一二三四五六七])五”(时期|期间)?"), "plan"),
    (re.compile("(过去|这|近|五)?五年(来|间|累计)?，?"), "five"),
    (re.compile(r"((?:19|20)\d\d)年"), "year"),
)
FIVE_YEAR_PLANS = {"十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031, "十七": 2036}


def _period(report: Report, sentence: Span, number: NumberMatch, target: bool) -> str:
    """The period a number is for: the last one named before it in its sentence, else the report's or the plan's year."""
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


# --- 分别: two numbers, two things ------------------------------------------------------------------------------------


def _distributed(found: list[Metric], text: str, rules: MetricRules) -> Iterator[Metric]:
    """高血压、糖尿病规范管理率分别达到75%和77%: each number gets its own thing; a modifier after the last goes with all."""
    result = list(found)
    for index, metric in enumerate(found):
        gap = text[(found[index - 1].span.end if index else max(0, metric.span.start - 60)) : metric.span.start]
        if "分别" not in gap:
            continue
        group = [index]
        while group[-1] + 1 < len(found) and re.fullmatch(
            "(左右|以上|以内|以下)?[、和及]", text[found[group[-1]].span.end : found[group[-1] + 1].span.start]
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
    """分别从209元、280元提高到217元、290元 and 分别达到…，增长8.4%、10.6%: the second run has the same things as the first."""
    run = result[at : at + len(things)]
    if len(run) < len(things) or run[0].rule not in ("indicator.movement_end", "indicator.change"):
        return
    gaps = [text[a.span.end : b.span.start] for a, b in zip(run, run[1:], strict=False)]
    if all(re.fullmatch("(左右|以上|以内|以下)?[、和及]", gap) for gap in gaps):
        for place, metric in enumerate(run):
            result[at + place] = replace(
                metric, indicator=things[place], direction=run[0].direction, basis=run[0].basis, target=run[0].target
            )


def _with_unit(metric: Metric, last: Metric, rules: MetricRules) -> Metric:
    number = NumberMatch(metric.span, metric.span, metric.value_text, metric.scale, last.unit, "", "arabic")
    value = evaluate(number, rules.lexicon.units)
    return replace(metric, unit=last.unit, quantity=value.quantity, std_value=value.std_value, std_unit=value.std_unit)


def _things(indicator: str, count: int) -> list[str]:
    """Split 高血压、糖尿病规范管理率 into two indicators; the whole for each where it does not divide."""
    if match := re.match("(.*)存贷款(.*)", indicator):
        if count == 2:
            return [f"{match[1]}存款{match[2]}", f"{match[1]}贷款{match[2]}"]
    parts = [part for part in re.split("[、和及与]", indicator) if part]
    if len(parts) != count or count < 2:
        return [indicator] * count
    last = parts[-1]
    ending = parts[0][-2:]
    at = last.rfind(ending)
    tail = last[at + len(ending) :] if at > 0 else last[len(parts[0]) :]
    return [*(part + tail for part in parts[:-1]), last]
