"""Which numbers are metrics: small rules that pass over dates, names, class bounds and what counts nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from textmine.extractors.metricrules import MetricRules
from textmine.extractors.numbers import NumberMatch
from textmine.model import Span


@dataclass(frozen=True)
class Candidate:
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


def judge(candidate: Candidate, rules: MetricRules) -> NumberMatch | None:
    """The number where it is a metric, perhaps without what only looked like its unit; None where it counts nothing."""
    number = candidate.number
    if number.unit and len(number.unit) <= 2 and number.form not in ("rank", "percent"):
        unit_start = number.span.end - len(number.unit)
        named = rules.not_unit.match(candidate.text, unit_start)
        shorter = named and named.end() < number.span.end and not number.masked  # 12村次: 村 names, 村次 counts
        if named and not shorter and (number.unit not in rules.places or not _counted_place(candidate, rules)):
            number = replace(number, unit="", span=Span(number.span.start, unit_start))
            candidate = Candidate(candidate.text, number, candidate.sentence)
    if _zero_of(candidate, rules):
        return number
    return None if any(veto(candidate, rules) for veto in VETOES) else number


def _counted_place(candidate: Candidate, rules: MetricRules) -> bool:
    number = candidate.number
    if number.form == "chinese" and not rules.counted_places.search(candidate.before):
        return False
    return number.masked is False or bool(rules.counted_places.search(candidate.before))


def _dates(candidate: Candidate, rules: MetricRules) -> bool:
    """Years, months, periods, durations, list labels, kinds and classes told by what follows."""
    if candidate.number.unit == "天" and rules.before["day_count"].search(candidate.before):
        return False  # 优良天数326天
    if candidate.number.form in ("chinese", "scale") and rules.after_chinese.match(candidate.after_core):
        return True
    return bool(rules.after.match(candidate.after_core)) or bool(
        not candidate.number.unit and rules.after.match(candidate.after)
    )


def _half(candidate: Candidate, rules: MetricRules) -> bool:
    """一半 counts after a bound or a change only: 减少一半, 将近一半."""
    if candidate.number.value not in ("一半", "半"):
        return False
    return not rules.before["half"].search(candidate.before)


def _capacity(candidate: Candidate, rules: MetricRules) -> bool:
    """年产3万吨饲料项目: a capacity inside a name."""
    named = rules.before["capacity"].search(candidate.before) and rules.behind["capacity_of"].match(candidate.after)
    return bool(named)


def _zero_of(candidate: Candidate, rules: MetricRules) -> bool:
    """较大事故零发生: 零 is the figure of what stands before it; 实现零事故 names nothing."""
    return (
        candidate.number.value == "零"
        and bool(re.search("[一-鿿]{2}[“”]?$", candidate.before))
        and not rules.before["no_thing"].search(candidate.before)
        and bool(rules.behind["zero_of"].match(candidate.after))
    )


def _class_bound(candidate: Candidate, rules: MetricRules) -> bool:
    """35岁以下, 300公里外, X万元以上的村, 万吨级: a number that defines a class."""
    number = candidate.number
    if number.unit in ("%", "‰", "成", "个百分点", "倍"):
        return False
    if rules.before["class_bound"].search(candidate.before) and rules.behind["class_holder"].match(candidate.after):
        return True
    if (
        number.unit == "元"
        and rules.before["class_money"].search(candidate.before)
        and rules.behind["class_of_money"].match(candidate.after)
    ):
        return True
    if number.unit in ("岁", "周岁"):
        return not rules.before["age"].search(candidate.before)
    after = candidate.text[number.core.end + len(number.inside) + len(number.scale) : candidate.sentence.end][:24]
    bare = number.form == "scale" or number.value in ("百", "千", "万", "零")
    if bare and rules.class_after_bare.match(after):
        return True
    match = rules.class_after.match(after)
    if not match:
        return False
    if number.unit and rules.behind["bound_alone"].match(candidate.after):
        return False
    return match.end() >= len(number.unit)


def _bare(candidate: Candidate, rules: MetricRules) -> bool:
    """A number without unit: only a share, a rank, a ratio, a scale, an index or what ends a clause after 达 or 为."""
    number = candidate.number
    if number.unit or number.form in ("percent", "rank", "ratio"):
        return False
    ends = bool(rules.behind["clause_end"].match(candidate.after))
    if number.form == "chinese":
        zero = number.value == "零" and ends and rules.before["zero"].search(candidate.before)
        large = len(number.value) > 1 and re.search("[万亿]", number.value + number.scale)
        counts = large and re.match("(?!级|的)[一-鿿]{2}", candidate.after)  # 三万七千贫困人口, but 十万火急
        return not zero and not counts and not (number.scale and ends)
    if number.form == "scale":
        return not (number.scale and ends and rules.modifier_before(candidate.before, number.form))
    if number.scale:
        return not ends and not re.match("[一-鿿（]", candidate.after)
    if re.fullmatch(r"(19|20)\d\d", number.value) or re.fullmatch(r"1\d{2,4}|0\d+|\d{6,}", number.value):
        return True
    index = rules.before["index"].search(candidate.before)
    movement = rules.before["movement"].search(candidate.before)
    decimal = "." in number.value
    after_movement = bool(rules.behind["movement"].match(candidate.after))
    lost = ends and rules.before["lost_unit"].search(candidate.before)  # its % was lost
    masked_end = number.masked and ends and rules.before["masked_end"].search(candidate.before)
    return not (((index or movement) and (decimal or ends or after_movement)) or masked_end or lost)


def _one(candidate: Candidate, rules: MetricRules) -> bool:
    """一 that only means "a", and words that begin with a numeral (一批, 两会, 三农)."""
    number = candidate.number
    if number.form not in ("chinese", "scale") or number.unit in ("成", "番"):
        return False
    if number.value == "零" and number.unit:
        return True
    if number.value == "一" and rules.before["each"].search(candidate.before):
        return False
    if number.value == "一" and not number.scale:
        return number.unit not in ("倍",) or not rules.before["grown_by"].search(candidate.before)
    numeral = rules.lexicon.units[number.unit].numeral if number.unit in rules.lexicon.units else "any"
    if number.unit in rules.places or numeral == "arabic" or (numeral != "any" and len(number.value) == 1):
        return not (number.scale or len(number.value) > 2)
    return "几" in number.value  # 十几项, 几千万: vague


def _bare_scale(candidate: Candidate, rules: MetricRules) -> bool:
    """万元GDP, 千人口, 百强县: a bare scale word counts only after 超, 突破 … or with a count of people."""
    number = candidate.number
    if number.form != "scale":
        return False
    if number.unit in rules.places or rules.behind["kind"].match(candidate.after):
        return True
    bounded = bool(rules.modifier_before(candidate.before, number.form))
    bounded = bounded and not rules.behind["of_a_kind"].match(candidate.after)
    counted = (
        number.unit in ("名", "余名", "人次", "余人", "人")
        and not re.match("口|大", candidate.after)
        and not re.search("[每“]$", candidate.before)
    )
    return not (bounded or (counted and (number.unit != "人" or number.inside)))


def _own_parts(candidate: Candidate, rules: MetricRules) -> bool:
    """以下十个方面的工作, 三个层面: counts of the text's own parts."""
    pointed = rules.before["pointed_at"].search(candidate.before) and candidate.number.unit
    return bool(rules.behind["own_part"].match(candidate.after) or pointed)


FEW = 2  # characters of a numeral that sums up a list


def _sums_up(candidate: Candidate, rules: MetricRules) -> bool:
    """A numeral that only sums up the list right before it: 特岗、公费生、招聘三条渠道."""
    listed = re.search("[^，。；：、等\\d]{2,10}、[^，。；：、等\\d]{2,10}$", candidate.before)
    governed = listed and rules.wording.verb.search(listed[0].rpartition("、")[2])
    return (
        candidate.number.form == "chinese"
        and len(candidate.number.value) <= FEW
        and bool(listed)
        and not governed
        and candidate.number.unit in ("条", "类", "种", "项", "个", "级", "地", "支", "道")
    )


def _rank_out_of_place(candidate: Candidate, rules: MetricRules) -> bool:
    """第一 is a rank in 居全国第一; not in 第一产业, 第三次会议."""
    number = candidate.number
    if number.form != "rank":
        return False
    if rules.before["put_first"].search(candidate.before):
        return True
    if number.value.startswith("前") and not number.unit:
        field = rules.before["first_of"].search(candidate.before)
        return not (field and rules.behind["first_of"].match(candidate.after))
    context = rules.before["ranked"].search(candidate.before)
    ends = rules.behind["rank_end"].match(candidate.after)
    if number.value in ("首位", "末位", "榜首"):
        return not context
    if number.unit:
        return bool(re.search("第", candidate.before[-1:]))
    return not (context and ends)


def _ratio_clock(candidate: Candidate, rules: MetricRules) -> bool:
    """A clock time (08:30) or a score, not a ratio: those have three parts, or stand after 比 or 由…调整为."""
    number = candidate.number
    if number.form != "ratio":
        return False
    named = rules.before["ratio"].search(candidate.before)
    return not (named or len(re.findall("[:：∶]", number.value)) >= 2 or not re.search(r"[:：∶]\d\d$", number.value))


def _part_of_number(candidate: Candidate, rules: MetricRules) -> bool:
    """Digits of a code, a telephone number or a name: 5G, S219, “1+6”, 3D."""
    before, after = candidate.before[-1:], candidate.after[:1]
    if candidate.number.form in ("arabic", "range") and (
        (before.isascii() and before.isalpha()) or before in ("+", "#", "第", "·", "/", "〔", "［")
    ):
        return True
    if not candidate.number.unit and (after.isascii() and (after.isalpha() or after in "+/〕")):
        return True
    return bool(re.search(r"(?<![一-鿿])第$", candidate.before))


def _month_range(candidate: Candidate, rules: MetricRules) -> bool:
    return bool(candidate.number.form == "range" and rules.behind["time"].match(candidate.after_core + candidate.after))


def _lists(candidate: Candidate, rules: MetricRules) -> bool:
    """A label: 3. at the start of a sentence, （3）."""
    before = candidate.text[candidate.sentence.start : candidate.number.span.start].strip()
    return (
        candidate.number.form in ("arabic", "chinese")
        and not candidate.number.unit
        and (before in ("", "（", "(") and bool(re.match("[、．.）)是要]", candidate.after)))
    )


VETOES: tuple[Callable[[Candidate, MetricRules], bool], ...] = (
    _dates,
    _half,
    _month_range,
    _part_of_number,
    _lists,
    _own_parts,
    _sums_up,
    _rank_out_of_place,
    _ratio_clock,
    _bare_scale,
    _one,
    _bare,
    _class_bound,
    _capacity,
)
