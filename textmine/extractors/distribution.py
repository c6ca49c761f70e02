"""分别: several numbers and several things, each number with its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from textmine.extractors.numbers import NumberMatch, evaluate
from textmine.extractors.vetoes import MetricRules
from textmine.model import Metric

JOINED = re.compile("(左右|以上|以内|以下)?[、和及]")  # what joins the numbers of a list


def distributed(found: list[Metric], text: str, rules: MetricRules) -> Iterator[Metric]:
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
    return replace(metric, unit=last.unit, quantity=value.quantity, std_value=value.std_value, std_unit=value.std_unit)


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
