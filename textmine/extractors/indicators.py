"""What a number measures, in the report's own words.

`name_indicator` looks left of the number, then right of it, then back to the metric before. Each rule of `RULES` is one
way of wording; the first that fits decides, and its name goes into `rule`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from textmine.extractors.comparisons import (
    against,
    change,
    gap,
    movement_end,
    movement_start,
    multiple,
    of_task,
    rank_of,
    reckoned_basis,
    share,
)
from textmine.extractors.nouns import phrase, stripped
from textmine.extractors.objects import after_unit
from textmine.extractors.wording import Context, Named, Wording
from textmine.model import Direction


def name_indicator(context: Context, rank: bool, words: Wording) -> Named:
    """The indicator of a number. `rank`: the number is a rank (第四, 首位)."""
    if rank:
        return replace(rank_of(context, words), rule="indicator.rank")
    left = context.left.replace("分别", "")  # distribution.py gives each number its own
    context = replace(context, left=re.sub("(?<!超额完成)(?<!超)(预期)?目标(定为|设定为|确定为|为|是)?$", "", left))
    for name, rule in RULES:
        named = rule(context, words)
        if named is not None:
            basis = named.basis or reckoned_basis(context.left, words)
            return replace(named, basis=basis, rule=f"indicator.{name}")
    return Named("", rule="indicator.none")


CONTINUES = re.compile("(?!和|及|与|以及|左右|以上|以下|以内)[一-鿿]")  # a noun or a verb after the unit


def _again(context: Context, words: Wording) -> Named | None:
    """增长8.4%、10.6%: nothing between two numbers, the second is as the first."""
    if not context.coordinate or context.left.strip("、和及与分别 ") or CONTINUES.match(context.right):
        return None
    return Named(context.head.indicator, context.head.direction, context.head.basis)


def _plain(context: Context, words: Wording) -> Named | None:
    """开展演练37场: the words before the number."""
    basis = words.reckoned.search(context.left)
    left = context.left.replace(basis[0], "", 1) if basis else context.left
    noun = phrase(left, context, words)
    direction: Direction = ""
    if re.search("(涨幅|增幅|增速)$", noun):
        direction = "increase"
    elif noun.endswith("降幅") or (words.decrease_object.search(stripped(left, words)) and not noun.endswith("率")):
        direction = "decrease"
    if not stripped(left, words) and context.unit == context.head.unit == "%":
        direction = context.head.direction  # 增长12%，力争13%
    return Named(noun, direction) if noun else None


RULES = (
    ("again", _again),
    ("gap", gap),
    ("multiple", multiple),
    ("of_task", of_task),
    ("movement_end", movement_end),
    ("movement_start", movement_start),
    ("share", share),
    ("change", change),
    ("against", against),
    ("after_unit", after_unit),
    ("plain", _plain),
)
