"""The tables as metrics read them: the grammar of numbers, the words around them, what makes a number count nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from textmine.extractors.numbers import NumberGrammar
from textmine.extractors.wording import wording
from textmine.lexicon import Lexicon, alternation, union


class MetricRules:
    """The compiled patterns of wording.toml and the lexicon's units and modifiers."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.grammar = NumberGrammar(lexicon)
        self.wording = wording(lexicon)
        table = lexicon.wording["no_metric"]
        self.names = union(table["names"])
        self.after = union(table["after"])
        self.after_chinese = union(table["after_chinese"])
        self.before = _table(table["before"], "(?:{})$")
        self.behind = _table(table["behind"], "(?:{})")
        self.class_after = union(table["class_after"])
        self.class_after_bare = union(table["class_after_bare"])
        self.not_unit = union(lexicon.placeholders["follow"]["not_unit"])
        self.places = frozenset(lexicon.placeholders["follow"]["not_counted_unit"])
        self.counted_places = re.compile(lexicon.placeholders["follow"]["counted_places"])
        modifiers = lexicon.modifiers.values()
        before = [m.word for m in modifiers if m.place == "before"]
        before_scale = [*before, *(m.word for m in modifiers if m.place == "before_scale")]
        self._before, self._before_scale = (
            re.compile(alternation(words) + r"(?:了|有|为|达|计)? ?$") for words in (before, before_scale)
        )
        self.after_modifier = re.compile(alternation([m.word for m in modifiers if m.place == "after"]))

    def modifier_before(self, left: str, form: str) -> re.Match[str] | None:
        """The modifier at the end of `left`, the words before a number; 签约12人, 通过12项, 网上万人 hold none."""
        match = (self._before_scale if form == "scale" else self._before).search(left)
        if match and match[0].strip() in ("约", "过", "破", "近", "上"):
            return None if self.before["no_modifier"].search(left[: match.end()].rstrip()) else match
        return match


def _table(lists: Mapping[str, list[str]], form: str) -> dict[str, re.Pattern[str]]:
    """Each named list of patterns as one."""
    return {name: re.compile(form.format("|".join(patterns))) for name, patterns in lists.items()}


@lru_cache(maxsize=4)
def metric_rules(lexicon: Lexicon) -> MetricRules:
    return MetricRules(lexicon)
