"""分别: several numbers and several things, each number with its own.

The things stand before the numbers (甲醛、噪声达标率分别为91%和88%) or are those of the metrics before
(接待游客620万人次，旅游收入46亿元，分别增长18%和21%). A later run of as many numbers has the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from textmine.extractors.metricrules import MetricRules
from textmine.extractors.nouns import core, stripped
from textmine.extractors.numbers import NumberMatch, evaluate
from textmine.extractors.wording import DEGREE, JOINS, Wording
from textmine.model import Metric, Span

# The rate at the end of a list, which is of all that it names.
RATE = re.compile("(?<=[一-鿿]{2})[一-鿿]{2}率$")
CLAUSE_END = re.compile("[，；：。！？\n]")
# What the numbers of these rules tell is set against another number: they name nothing of their own.
SET_AGAINST = frozenset(
    f"indicator.{name}"
    for name in ("change", "again", "against", "gap", "multiple", "of_task", "share", "movement_start", "rank")
)


def distributed(found: list[Metric], text: str, sentence: Span, rules: MetricRules) -> Iterator[Metric]:
    """The metrics of one sentence, those of each run of numbers with a thing of their own."""
    result = list(found)
    things: list[str] = []
    at = 0
    while at < len(result):
        end = _run_end(result, at, text, rules.wording)
        if end - at > 1:
            lead = text[result[at - 1].span.end if at else sentence.start : result[at].span.start]
            if "分别" in lead:
                _share_fields(result, at, end, rules)
            if bases := _bases(result[at], end - at):
                for place, basis in enumerate(bases):
                    result[at + place] = replace(result[at + place], indicator=result[at].indicator, basis=basis)
            elif found_things := _things(lead, result, at, end - at, things, rules.wording):
                things = found_things
                for place, thing in enumerate(things):
                    result[at + place] = replace(result[at + place], indicator=thing)
        at = end
    yield from result


def _run_end(metrics: list[Metric], at: int, text: str, words: Wording) -> int:
    """Where the run of numbers that begins at `at` ends: between them stand only 、 or 和 and a verb of change."""
    end = at + 1
    while end < len(metrics) and words.run_joint.fullmatch(text[metrics[end - 1].span.end : metrics[end].span.start]):
        end += 1
    return end


def _share_fields(metrics: list[Metric], at: int, end: int, rules: MetricRules) -> None:
    """What is said once goes for all: modifier and unit of the last number, direction and basis of the first."""
    first, last = metrics[at], metrics[end - 1]
    for place in range(at, end):
        metric = metrics[place]
        changed = replace(
            metric,
            modifier=metric.modifier or last.modifier,
            bound=metric.bound if metric.modifier else last.bound,
            direction=metric.direction or first.direction,
            basis=metric.basis or first.basis,
            target=metric.target or (first.target and first.rule != "indicator.movement_start"),
        )
        shared = not changed.unit and not changed.scale.endswith("亿")
        if last.unit and (shared or (changed.unit == "个" and last.unit == "个百分点")):
            changed = _with_unit(changed, last, rules)
        metrics[place] = changed


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


def _bases(metric: Metric, count: int) -> list[str]:
    """高于全国、全省1.6个和0.4个百分点: one thing set against several others."""
    if metric.rule not in ("indicator.gap", "indicator.against"):
        return []
    opening = re.match("[较比]", metric.basis)
    parts = [part for part in re.split(JOINS, metric.basis[opening.end() if opening else 0 :]) if part]
    return [(opening[0] if opening else "") + part for part in parts] if len(parts) == count else []


# --- the things -----------------------------------------------------------------------------------------------------


def _things(lead: str, metrics: list[Metric], at: int, count: int, before: list[str], words: Wording) -> list[str]:
    """The thing of each number of a run; none where all of them are of one thing."""
    clause = CLAUSE_END.split(lead)[-1]
    subject, told = _subject(clause, words)
    run = metrics[at : at + count]
    shared = "分别" in lead or all(m.rule == "indicator.again" and m.unit == run[0].unit for m in run[1:])
    if not shared:  # 进出口总额79亿元、增长12%
        return []
    if subject and subject not in words.attributes:
        things = divide(subject, count, words) if "分别" in lead else _by_pair(subject, count, words)
        made = stripped(clause.partition("分别")[2], words)
        verb = made if made.startswith("新") and made in words.verbs else ""  # 床位、护工分别新增320张、46名
        deed = made if (act := words.verb.match(made)) and act.end() < len(made) - 1 else ""  # 分别完成投资3亿元
        return [verb + thing.removeprefix(verb) + (told or deed) for thing in things]
    if "分别" not in lead:
        grown = run[0].rule == "indicator.change"  # one thing cannot grow by two rates
        things = before if len(before) == count else _of_metrics(metrics[:at], count) if grown else []
    else:
        things = _of_clause_before(lead, clause, count, words) or (
            before if len(before) == count else _of_metrics(metrics[:at], count)
        )
    return [thing + subject + told for thing in things]


def _subject(clause: str, words: Wording) -> tuple[str, str]:
    """Of the words before a run what names things, and what they are told to be a share of (占计划)."""
    clause, _, rest = clause.partition("分别")
    whole = clause + rest
    told = ""
    if match := words.share.search(whole) or words.of_task.search(whole):
        task = match.groupdict().get("task")
        told, whole = task or "占" + match["of"], whole[: match.start()]
    for pattern in (words.gap, words.against, words.to, words.change_noun, words.change):
        match = pattern.search(whole)
        if match:
            noun = match.groupdict().get("noun") or ""
            whole = whole[: match.start()] + noun
            break
    subject = DEGREE.sub("", whole[: len(clause)])
    if basis := words.basis_end.search(subject):
        subject = DEGREE.sub("", subject[: basis.start()])
    return stripped(subject, words), told


def _of_clause_before(lead: str, clause: str, count: int, words: Wording) -> list[str]:
    """工业增加值、固定资产投资，同比分别增长7%和9%: the things are a clause of their own."""
    clauses = CLAUSE_END.split(lead.removesuffix(clause))
    return divide(stripped(clauses[-2], words), count, words) if len(clauses) > 2 or clauses[0] else []


def _of_metrics(metrics: list[Metric], count: int) -> list[str]:
    """The last things that the sentence measured, as many as there are numbers."""
    named = [metric.indicator for metric in metrics if metric.rule not in SET_AGAINST and metric.indicator]
    return [name.removeprefix("实现") for name in named[-count:]] if len(named) >= count else []


def divide(subject: str, count: int, words: Wording) -> list[str]:
    """Split 小学、初中入学率 into 小学入学率 and 初中入学率; nothing where it does not divide into `count`."""
    if things := _by_pair(subject, count, words):
        return things
    for joins in (JOINS, "、", "和|与|及|以及"):
        parts = [part for part in re.split(joins, subject) if part]
        if len(parts) == count:
            return [core(part, words) for part in _completed(parts, words)]
    return []


def _by_pair(subject: str, count: int, words: Wording) -> list[str]:
    """城乡低保标准 into 城镇低保标准 and 农村低保标准."""
    for whole, *parts in words.pairs:
        if len(parts) == count and whole in subject and not re.search(JOINS, subject.replace(whole, "", 1)):
            return [core(subject.replace(whole, part, 1), words) for part in parts]
    return []


def _completed(parts: list[str], words: Wording) -> list[str]:
    """What only the last says goes for all (夏粮、秋粮单产), what only the first says too (事故起数、死亡人数)."""
    *others, last = parts
    if summed := re.fullmatch(
        "(?P<last>.{2,})[二两三四五六七八九十](?:个|条|大|项|类|种|家|市|县)(?P<tail>.{2,})", last
    ):
        tail = summed["tail"]  # 新能源、高端装备两条产业链产值
        return [*(part + tail for part in others), summed["last"] + tail]
    first = parts[0]
    if words.whole.search(first) or words.attribute_end.search(first):
        counted = re.match("(.{2,}?)(?:起数|件数)$", first)
        if counted:
            return [first, *((counted[1] if part.endswith("数") else "") + part for part in parts[1:])]
        return [first, *(_beside(first, part, last, words) for part in parts[1:])]
    tail = _tail(others[-1], last)
    known = all(part + tail in words.measured for part in others)
    if not known and (rate := RATE.search(last)):
        tail, known = rate[0], True  # 婴儿、5岁以下儿童死亡率
    shared = tail in words.attributes or tail in words.measured or known
    if not shared and (first in words.measured or last in words.measured):
        return parts
    return [*(part + tail for part in others), last]


def _beside(first: str, part: str, last: str, words: Wording) -> str:
    """What a part lacks beside a first that is whole: the first's head or, within a longer list, the last's tail."""
    if part in words.measured:
        return part
    if part != last and words.whole.search(last) and not words.whole.search(part):
        return part + _tail(part, last)  # 巩固率、高中和高等教育毛入学率
    attribute = words.attribute_end.search(first)
    if attribute and part in words.attributes:
        return first[: attribute.start()] + part  # 茶叶面积和产量
    headless = len(part) <= 3 and first[-1] == part[-1] and len(first) >= len(part) + 2
    return first[: -len(part)] + part if headless else part  # 专利申请量和授权量


def _tail(other: str, last: str) -> str:
    """What the last of a list has beyond one like the others: 末梢水合格率 beside 出厂水 has 合格率."""
    if other.isascii():
        return re.sub("^[!-~]+", "", last)
    alike = last.find(other[-1], max(0, len(other) - 2), len(other) + 1)
    tail = last[alike + 1 :] if alike > 0 else last[len(other) :]
    return tail if len(tail) > 1 else ""  # 公园、停车场: 场 is no noun
