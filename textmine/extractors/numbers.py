"""Where numbers stand in a text, and their parts: value, words between, scale, unit.

The grammar is built from units.csv and modifiers.csv. It finds every number; whether one is a metric, a date or part
of a name is for the extractors to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from textmine.lexicon import Lexicon, Unit, alternation
from textmine.model import Span
from textmine.numerals import DIGIT, POWERS, SIGNS, parse, scale_factor

SIGN = f"[{SIGNS}]"
# One Arabic or masked number: at most 24 characters, so that a long run of signs costs no more than itself.
# A Latin letter before or after a run makes it part of a word (PM2.5, 5G), unless the run is all signs after Han.
POINT = rf"(?:[.．]{DIGIT}{{1,8}})?"
GROUPED = rf"{DIGIT}{{1,3}}(?:[,，]{DIGIT}{{3}}){{1,4}}(?!{DIGIT})"  # 1,234,567
ARABIC = rf"(?:{GROUPED}{POINT}|{DIGIT}{{1,24}}{POINT}|\.\d{{1,6}})"
CN_DIGIT = "[〇零一二两三四五六七八九]"
CN_MORE = "[〇零一二两三四五六七八九十百千]"
CN_LOWER = rf"[万亿]{CN_MORE}{{1,10}}|点{CN_DIGIT}{{1,6}}"  # 一亿八千六百, 三万五, 二点五
CN = rf"(?:[一二两三四五六七八九十百千几]{CN_MORE}{{0,12}}(?:{CN_LOWER})?|零)"
CN_SHARE = f"[〇零一二三四五六七八九十百]{{1,6}}(?:点{CN_DIGIT}{{1,6}})?"
# Shares that are one word: 百分之八, 三分之一, 九成五, 一半, 过半.
PER = (
    rf"(?:(?:[百千万]|{SIGN}{{1,3}})分之(?:{ARABIC}|{CN_SHARE})|[二两三四五六七八九十]分之[一二三四五六七八九]"
    rf"|(?:{CN_DIGIT}|{SIGN}{{1,2}})成(?:[一二三四五六七八九半]|{SIGN}{{1,2}}(?!{DIGIT}))|[一二两三四五]番半|一半|(?<=[近过超逾足])半(?=[，。；、）]|$))"
)
PERIOD = "(?:季度|学期|[年月](?![均度]))"  # what something costs or yields in it: 元/月, 元/人·年
SCALE = "(?:万亿|百万|千万|百亿|千亿|十万|十亿|万|亿)"
SCALED = f"(?:{SCALE}|[十百千])"  # after Arabic digits; in Chinese numerals 十, 百 and 千 are digits of their own
DASH = "(?:—|——|–|－|-|~|～|至|到)"


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """A number as it stands in the text. `span` covers value, scale and unit; `core` the value alone."""

    span: Span
    core: Span
    value: str
    scale: str
    unit: str
    inside: str  # 余 or 多 between number and unit
    form: str  # arabic, chinese, percent, ratio, rank, scale

    @property
    def masked(self) -> bool:
        """Whether any of it is: of a range one end is enough."""
        if self.form in ("ratio", "rank"):
            return bool(re.search(SIGN, self.value))
        return any(number.masked for end in self.value.split("-") if (number := parse(end)))


class NumberGrammar:
    """The regular expressions for numbers, from a lexicon's units."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.units = lexicon.units
        # The t of 35text is no tonne: a unit in Latin letters ends where they do.
        one = alternation(list(lexicon.units)) + "(?<![A-Za-z](?=[A-Za-z]))"
        # 吨/天 and its like have rows of their own.
        per = f"(?:{PERIOD}|{alternation([name for name in lexicon.units if name != '天'])})"
        # Also 套（间）, 辆（艘、架、列）次.
        unit = rf"{one}(?:/{per}(?:[/·]{per})?)?(?:（{one}(?:、{one}){{0,4}}）次?)?"
        # 千瓦, 千米, 百分点: the unit is the longest that stands there, not what follows a scale 千.
        whole = alternation([name for name in lexicon.units if name[0] in "十百千万亿" and len(name) > 1] or ["\0"])
        inside = alternation([m.word for m in lexicon.modifiers.values() if m.place == "inside"])

        def tail_with(scale: str) -> str:
            """What may follow a value: words between, scale, unit."""
            return rf"(?P<in1>{inside})?(?:(?P<scale>(?!{whole}){scale})(?P<in2>{inside})?)?(?P<unit>{unit})?"

        tail, cn_tail = tail_with(SCALED), tail_with(SCALE)
        share = r"[%‰]|个百分点|"
        self.forms: tuple[tuple[str, re.Pattern[str]], ...] = (
            ("percent", re.compile(rf"(?P<value>{PER})(?P<in1>[多余](?![一-鿿]))?")),
            ("rank", re.compile(rf"(?:倒数第|第|前)(?:{ARABIC}|{CN})(?P<unit>名|位)?|首位|末位|榜首")),
            ("ratio", re.compile(rf"{ARABIC}(?:[:：∶]{ARABIC}){{1,3}}")),
            (
                "range",
                re.compile(
                    rf"(?P<low>{ARABIC}){SCALED}?(?:{share}{unit})?{DASH}(?P<high>{ARABIC}){tail}"
                    rf"|(?P<low2>{CN}){DASH}(?P<high2>{CN})(?P<unit2>{unit})"
                ),
            ),
            ("arabic", re.compile(rf"(?P<value>{ARABIC}){tail}")),
            (
                "masked_cn",
                re.compile(
                    rf"(?P<value>(?=\d{{0,7}}{SIGN})(?:{DIGIT}{{1,4}}[百千万]){{0,3}}{DIGIT}{{1,8}}[十百千]){cn_tail}"
                ),
            ),
            ("chinese", re.compile(rf"(?P<value>{CN}){cn_tail}")),
            ("scale", re.compile(rf"(?P<value>[十百千万亿])(?P<scale>[万亿])?(?P<in1>{inside})?(?P<unit>{unit})?")),
        )
        self.start = re.compile(rf"[第前首末榜半]|倒数第|{DIGIT}|\.(?=\d)|[〇零一二两三四五六七八九十百千万亿几]")

    def find(self, text: str) -> Iterator[NumberMatch]:
        """All numbers of a text from left to right, none overlapping."""
        at = 0
        while match := self.start.search(text, at):
            found = self._at(text, match.start())
            if found is None or len(found.span) == 0:
                at = match.start() + 1
                continue
            yield found
            at = found.span.end

    def _at(self, text: str, start: int) -> NumberMatch | None:
        best: NumberMatch | None = None
        for name, pattern in self.forms:
            match = pattern.match(text, start)
            if match is None:
                continue
            found = self._build(name, match)
            if name in ("percent", "rank", "ratio", "range"):
                return found
            if (
                best is None
                or found.span.end > best.span.end
                or (name == "scale" and found.span == best.span and found.value != "十")
            ):
                best = found
        return best

    def _build(self, name: str, match: re.Match[str]) -> NumberMatch:
        groups = {key: value or "" for key, value in match.groupdict().items()}
        span = Span(match.start(), match.end())
        if name == "ratio":
            return NumberMatch(span, span, match[0], "", "", "", name)
        if name == "percent":
            return NumberMatch(span, span, groups["value"], "", "", groups["in1"], name)
        if name == "rank":
            unit = groups["unit"]
            return NumberMatch(span, span, match[0].removesuffix(unit) if unit else match[0], "", unit, "", name)
        if name == "range":
            low, high = groups["low"] or groups["low2"], groups["high"] or groups["high2"]
            unit = groups["unit"] or groups["unit2"]
            return NumberMatch(
                span, span, f"{low}-{high}", groups["scale"], unit, groups["in1"] or groups["in2"], "range"
            )
        value = groups["value"]
        core = Span(match.start(), match.start() + len(value))
        scale, inside = groups.get("scale", ""), groups.get("in1", "") or groups.get("in2", "")
        if scale in POWERS and re.search(SIGN, value):  # X百名: as 十百名 would
            value, scale, core = value + scale, "", Span(core.start, core.end + len(scale))
        unit = groups["unit"]
        if "多" in unit:  # 6个多百分点
            unit, inside = unit.replace("多", ""), "多"
        return NumberMatch(span, core, value, scale, unit, inside, "arabic" if name == "masked_cn" else name)


@dataclass(frozen=True, slots=True)
class Value:
    """A number's values: as written (without the scale) and in the base unit."""

    value: Decimal | None
    high: Decimal | None
    std_value: Decimal | None
    std_high: Decimal | None
    std_unit: str
    quantity: str


def evaluate(number: NumberMatch, units: Mapping[str, Unit]) -> Value:
    """The values of a number; masked ones have none."""
    name, per, whole = number.unit.partition("（")[0].partition("/")
    unit = units.get(number.unit) or units.get(name)
    quantity = unit.quantity if unit else ""
    std_unit = unit.base + per + whole if unit and unit.unit == name else unit.base if unit else number.unit
    factor = (unit.factor if unit else Decimal(1)) * scale_factor(number.scale)
    if number.form == "ratio":
        return Value(None, None, None, None, "", "ratio")
    if number.form == "rank":
        digits = number.value.lstrip("倒数第前")
        place = {"首位": 1, "榜首": 1}.get(number.value)
        parsed = parse(digits)
        value = Decimal(place) if place else parsed.value if parsed else None
        return Value(value, None, value, None, "位", "rank")
    low, _, high = number.value.partition("-")
    if number.form == "chinese" and "亿" in low and number.scale == "万":  # 一亿八千六百万: 万 is of its second part
        low, factor = low + number.scale, factor / scale_factor(number.scale)
    first, second = parse(low), parse(high) if high else None
    if number.form == "scale":  # a bare scale word: 万名, 千亿元
        bare = Decimal(scale_factor(number.value))
        return Value(bare, None, bare * factor, None, std_unit, quantity)
    value = first.value if first else None
    top = second.value if second else None
    if first and first.per > 1:
        share = Decimal(100) / Decimal(first.per)
        return Value(value, None, None if value is None else value * share, None, "%", "share")
    return Value(
        value,
        top,
        None if value is None else value * factor,
        None if top is None else top * factor,
        std_unit,
        quantity or "index",
    )
