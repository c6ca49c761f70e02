"""Placeholders: runs of signs (X, xx, **.*) told apart into numbers, names and dates.

The rules are the rows of data/placeholders.toml, tried in order: signs that are real, dates, names that are told by
what follows, numbers told by a unit or by what stands before; what is left is a name.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from textmine.extractors.numbers import SCALE
from textmine.lexicon import Lexicon, alternation, union
from textmine.model import Placeholder, PlaceholderKind, Report, Span
from textmine.tree import REPEATED

CONTEXT = 12  # characters of context on each side
BEFORE = 12  # characters before a run that a rule may look at


@dataclass(frozen=True)
class _Rule:
    name: str
    kind: PlaceholderKind
    before: re.Pattern[str]
    after: re.Pattern[str]


class PlaceholderRules:
    """The compiled rows of placeholders.toml."""

    def __init__(self, lexicon: Lexicon) -> None:
        table = lexicon.placeholders
        signs = "".join(table["signs"])
        sign = "[" + re.escape(signs) + "]"
        digit = "[\\d" + re.escape(signs) + "]"
        words = alternation(table["words"])
        self.token = re.compile(
            rf"(?P<lead>\d{{0,12}})(?P<signs>{sign}{digit}{{0,60}}(?:[.,，．]{digit}{{1,24}}){{0,4}})"
            rf"|(?P<lead2>\d{{1,12}}\.\d{{0,8}})(?P<signs2>{sign}{digit}{{0,24}})|(?P<words>{words})"
        )
        keeps = [(row["name"], re.compile(row["pattern"])) for row in table["keep"]]
        self.keeps = keeps
        inside = alternation([m.word for m in lexicon.modifiers.values() if m.place == "inside"])
        self.unit = re.compile(
            rf" ?(?:{inside})?(?:{SCALE}|[十百千])?(?:{inside})?(?P<unit>{alternation(list(lexicon.units))})"
        )
        self.scale = re.compile(rf"{inside}?{SCALE}|[十百千](余|多)?[万亿]|{inside}(?![一-鿿]{0, 6}庆|姚|杭)")
        self.not_unit = union(table["follow"]["not_unit"])
        self.counted_places = re.compile(table["follow"]["counted_places"])
        self.places = frozenset(table["follow"]["not_counted_unit"])
        self.joined = re.compile(rf"(?:至|到|—|——|-|~|～|－|、|或|/|:|：|∶)(?={digit})")
        self.rules = [
            _Rule(
                row["name"],
                row["kind"],
                re.compile("(?:" + row.get("before", "").replace("{sign}", sign).removesuffix("$") + ")$"),
                re.compile(row.get("after", "").replace("{sign}", sign)),
            )
            for row in table["kind"]
        ]


@lru_cache(maxsize=4)
def placeholder_rules(lexicon: Lexicon) -> PlaceholderRules:
    return PlaceholderRules(lexicon)


def extract_placeholders(report: Report, lexicon: Lexicon) -> Iterator[Placeholder]:
    """Every run of signs that stands for a figure, a name or a date; real signs (7×24小时, 1+N+X) are none."""
    rules = placeholder_rules(lexicon)
    text = report.text
    copies = [block.span for block in report.blocks if block.rule == REPEATED]
    runs = [run for run in _runs(text, rules) if not _inside(copies, run)]
    kinds: list[tuple[PlaceholderKind, str]] = []
    for index in range(len(runs) - 1, -1, -1):
        following = (runs[index + 1], kinds[-1]) if index + 1 < len(runs) else None
        kinds.append(_kind(text, runs[index], following, rules))
    for run, (kind, rule) in zip(runs, reversed(kinds), strict=True):
        context = text[max(0, run.start - CONTEXT) : run.end + CONTEXT].replace("\n", " ")
        yield Placeholder(span=run, text=run.of(text), rule=rule, kind=kind, context=context)


def _inside(blocks: list[Span], run: Span) -> bool:
    """Whether a run lies in one of some blocks, which are in order and do not overlap."""
    at = bisect_right(blocks, run.start, key=lambda block: block.start) - 1
    return at >= 0 and blocks[at].contains(run)


def _runs(text: str, rules: PlaceholderRules) -> Iterator[Span]:
    """The runs of signs. A run starts at its first sign: 11.X starts at X."""
    kept = _kept(text, rules)
    for match in rules.token.finditer(text):
        name = next(n for n in ("signs", "signs2", "words") if match[n] is not None)
        span = Span(match.start(name), match.end(name))
        while span.end > span.start and text[span.end - 1] in ".,，．":
            span = Span(span.start, span.end - 1)
        if not any(span.overlaps(other) for other in _near(kept, span)):
            yield span


def _kept(text: str, rules: PlaceholderRules) -> list[Span]:
    """Stretches in which a sign is real. A × between words is one only in a text that does not mask with ×."""
    masks_with_times = bool(re.search(r"×{2}|×(年|月|个|件|人|%|万|余)", text))
    return sorted(
        Span(match.start(), match.end())
        for name, pattern in rules.keeps
        if not (name == "times_word" and masks_with_times)
        for match in pattern.finditer(text)
    )


def _near(kept: list[Span], span: Span) -> list[Span]:
    at = bisect_left(kept, Span(max(0, span.start - 300), 0))
    near = []
    while at < len(kept) and kept[at].start < span.end:
        near.append(kept[at])
        at += 1
    return near


def _kind(
    text: str, run: Span, following: tuple[Span, tuple[PlaceholderKind, str]] | None, rules: PlaceholderRules
) -> tuple[PlaceholderKind, str]:
    before = text[max(0, run.start - BEFORE) : run.start]
    if following is not None:
        joined = rules.joined.match(text, run.end)
        if joined and re.fullmatch(r"\d*", text[joined.end() : following[0].start]) and following[1][0] != "name":
            return following[1][0], "joined." + following[1][1]
    for rule in rules.rules:
        if rule.before.search(before) and rule.after.match(text, run.end):
            return rule.kind, rule.name
    if run.of(text)[0] == "某":
        return "name", "name.word"
    if "." in run.of(text):
        return "quantity", "quantity.decimal"
    if before[-1:].isdigit() or (before[-1:] == "." and before[-2:-1].isdigit()):
        return "quantity", "quantity.half_masked"
    return _by_unit(text, run, before, rules)


def _by_unit(text: str, run: Span, before: str, rules: PlaceholderRules) -> tuple[PlaceholderKind, str]:
    unit = rules.unit.match(text, run.end)
    if unit:
        if unit["unit"] in rules.places and unit.start("unit") <= run.end + 1:
            counted = rules.counted_places.search(before)
            return ("quantity", "quantity.counted_place") if counted else ("name", "name.place")
        if not rules.not_unit.match(text, unit.start("unit")) or unit.start("unit") > run.end + 1:
            return "quantity", f"quantity.unit.{unit['unit']}"
    if rules.scale.match(text, run.end):
        return "quantity", "quantity.scale"
    if re.match(r"\s?(个|%|‰|[/／:：]\d|\d)", text[run.end :]):
        return "quantity", "quantity.sign"
    return "name", "name.rest"
