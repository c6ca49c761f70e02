"""The figures that count for a year: each metric of a series' reports with its year, aspect and indicator key.

A key is (name, unit, kind, basis): an amount, its growth and its rank are three things, and so are a figure a year and
a figure a day. What speaks of several years (年均, “十四五”时期), of a gap to others (高于全国) or of the start of a
movement (从A) counts for no year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from textmine.extractors.wording import wording
from textmine.lexicon import Indicator, Lexicon, alternation
from textmine.naming import Name, Names, core, is_vague
from textmine.passages import Passages
from textmine.series import ReportRow, Series

Aspect = Literal["achieved", "target"]
Kind = Literal["level", "change", "rank"]
RATES = frozenset({"%", "个百分点", "倍", "番"})  # units in which the growth of an amount is told
# Counting units that mean the same beside a name of indicators.csv (新增规上企业60家, 60户).
ALIKE = (
    frozenset("家户个"),
    frozenset("座处个所"),
    frozenset({"件", "件次", "起", "宗"}),
    frozenset({"场", "场次", "次"}),
)
OWN_PAST = re.compile(r"同比|上一?年|去年|同期|年初|^(?:同口径|可比口径|按.{0,4}价.{0,3}|比例|比重|)$")
RECKONED = re.compile(r"均$|^每|^平均")
SEVERAL = re.compile(
    r"年均(?!(?:值|浓度|气温|水平))|平均每年|每年|(?<!连续)(?<!\d)[五5]年(?!规划)|“十[一二三四五六]五”"
)
MEAN = re.compile("年均(?:值|浓度)")  # the mean of a year, not of years
RESTATED = re.compile(r"(?:计划|目标|预期|任务)(?:数|值)?(?:的|为|是)?(?:不低于|不超过)?$")
FAILED = re.compile(r"(?:没有|未能?|尚未)(?:全面)?(?:实现|完成|达到)")
MAIN = re.compile(r"(?:预期|主要|发展|工作|奋斗|总体)目标")
STRETCH = re.compile(r"(?:力争|争取|努力|冲刺)[^，；。、]{0,8}$")


class Key(NamedTuple):
    """What makes two figures figures of one thing."""

    name: str
    unit: str
    kind: Kind
    basis: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One figure of a report that counts for one year."""

    key: Key
    name: Name
    aspect: Aspect
    year: int
    metric_id: str
    measure_id: str
    value: Decimal | None
    high: Decimal | None
    modifier: str
    bound: str
    direction: str
    basis: str
    masked: bool
    falling: bool  # the value is by how much something falls
    sentence: str
    clause: str  # the words around the number, as far as the next comma
    order: tuple[bool, bool, bool, int, str]  # the best mention of a key comes first

    @property
    def signed(self) -> Decimal | None:
        """The value, negative where it is a fall."""
        return -self.value if self.falling and self.value is not None else self.value


def display(key: Key, name: Name) -> str:
    """The name of a key in a table. A change in the thing's own unit is marked, or it would look like a level."""
    marked = key.kind == "change" and (key.unit not in RATES or (key.unit == "%" and name.is_share))
    basis = f"（{key.basis}）" if key.basis and key.kind != "rank" else ""
    return key.name + basis + ("（增减）" if marked else "")


class Reader:
    """Makes mentions of metric rows, by the tables of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.units = lexicon.units
        self.names = Names(lexicon)
        words = wording(lexicon)
        self.to = words.to
        self.start = re.compile(r"[^，。；]{0,10}?" + words.to.pattern.removesuffix("$"))
        self.attributes = words.attributes | words.bare_verbs
        before = alternation([m.word for m in lexicon.modifiers.values() if m.place == "before"])
        self.modifier = re.compile(rf"(?:{before}|了|再)*$")

    def mentions(self, series: Series, tables: Mapping[str, Mapping[str, Sequence[Any]]]) -> list[Mention]:
        """The figures of a series, sorted. `tables`: rows of metrics, measures, sections by report_id."""
        found: list[Mention] = []
        for aspect, chosen in (("achieved", series.achieved), ("target", series.planned)):
            for year, report in chosen.items():
                found += self._of_report(report, year, aspect, tables)
        return sorted(found, key=lambda m: (m.year, m.aspect, m.order, m.metric_id))

    def _of_report(
        self, report: ReportRow, year: int, aspect: Any, tables: Mapping[str, Mapping[str, Sequence[Any]]]
    ) -> list[Mention]:
        measures = tables["measures"].get(report.report_id, ())
        passages = Passages(measures, tables["sections"].get(report.report_id, ()))
        parts = {str(m.measure_id): str(m.part) for m in measures}
        main = {str(m.measure_id) for m in measures if MAIN.search(str(m.text)[:200])}
        found = []
        for row, left, right in _in_sentences(tables["metrics"].get(report.report_id, ())):
            part = parts.get(str(row.measure_id), "")
            if (
                row.target != (aspect == "target")
                or str(row.period) != str(year)
                or (aspect == "achieved" and part == "plan")
            ):
                continue
            if not self._counts(row, left, right, aspect) or passages.several_years(
                int(row.start), str(row.sentence), left
            ):
                continue
            mention = self._mention(row, left, right, year, aspect, part == "problem", str(row.measure_id) in main)
            if mention is not None:
                found.append(mention)
        return _without_lists(found)

    def _counts(self, row: Any, left: str, right: str, aspect: str) -> bool:
        """Whether a figure is one of its year, told for itself."""
        clause = re.split("[，；：]", left)[-1]
        basis = str(row.basis)
        if SEVERAL.search(clause) or (SEVERAL.search(basis) and not MEAN.search(clause)):
            return False
        if row.quantity != "rank" and not (OWN_PAST.search(basis) or RECKONED.search(basis)):
            return False  # a gap: 高于全国
        if re.search("(?:从|由)[^，。；]{0,20}$", left) and self.start.match(right):
            return False
        return aspect == "target" or not (RESTATED.search(clause) or FAILED.search(clause))

    def _mention(
        self, row: Any, left: str, right: str, year: int, aspect: Aspect, problem: bool, main: bool
    ) -> Mention | None:
        kind, direction = self._kind(row, left), str(row.direction)
        written, unit = str(row.indicator), str(row.std_unit)
        if (
            kind == "change"
            and direction == "increase"
            and row.quantity == "count"
            and not written.startswith(("新增", "净增"))
        ):
            written, kind = "新增" + written, "level"  # 高新技术企业增加46家 and 新增高新技术企业46家 are one thing
        falling = kind == "change" and direction == "decrease"
        name = self.names.name(written, kind == "change")
        fit = self._fitting(name.row, row, kind) if name.row else None
        if fit:
            unit, kind = fit
        elif name.row:
            name = Name(written, name.bare, name.bare, "written")
        if fit is None and (is_vague(name.bare) or core(name.bare) in self.attributes):
            return None
        basis = str(row.basis) if kind == "rank" or not OWN_PAST.search(str(row.basis)) else ""
        basis = "" if basis == "年均" else basis
        return Mention(
            key=Key(name.name, unit, kind, basis),
            name=name,
            aspect=aspect,
            year=year,
            metric_id=str(row.metric_id),
            measure_id=str(row.measure_id),
            value=_decimal(row.std_value),
            high=_decimal(row.std_high),
            modifier=str(row.modifier),
            bound=str(row.bound),
            direction=direction,
            basis=str(row.basis),
            masked=bool(row.masked),
            falling=falling,
            sentence=str(row.sentence),
            clause=_clause(str(row.sentence), left, right),
            order=(
                problem,
                not main and aspect == "target",
                bool(STRETCH.search(left)),
                int(row.start),
                str(row.metric_id),
            ),
        )

    def _kind(self, row: Any, left: str) -> Kind:
        if row.quantity == "rank":
            return "rank"
        if not row.direction:
            return "level"
        return "level" if self.to.search(self.modifier.sub("", left)) else "change"

    def _fitting(self, indicator: Indicator, row: Any, kind: Kind) -> tuple[str, Kind] | None:
        """Unit and kind of a figure of an indicator of indicators.csv; None where the unit is not the indicator's."""
        unit, own = str(row.std_unit), self.units.get(indicator.std_unit)
        base = own.base if own else indicator.std_unit
        if indicator.indicator.endswith("涨幅"):  # what it measures is itself a change
            return (unit, "level") if unit == "%" else None
        if kind == "rank":
            return unit, kind
        if unit == base or not base or any(unit in group and base in group for group in ALIKE):
            return base or unit, kind
        if unit not in RATES:
            return None
        # A % of what is no share is its growth, even where no verb says so (力争达到8%).
        grows = unit == "%" and own is not None and own.quantity != "count"
        return (unit, "change") if kind == "change" or grows else None


def _clause(sentence: str, left: str, right: str) -> str:
    number = sentence[len(left) : len(sentence) - len(right)]
    return re.split("[，；：。！]", left)[-1].strip() + number + re.split("[，；。！]", right)[0].strip()


def _decimal(value: Any) -> Decimal | None:
    if value is None or value != value or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def _in_sentences(rows: Sequence[Any]) -> Iterator[tuple[Any, str, str]]:
    """Each metric with what stands left and right of its number in its sentence."""
    at, last = 0, ""
    for row in sorted(rows, key=lambda r: (int(r.start), str(r.metric_id))):
        sentence = str(row.sentence)
        if sentence != last:
            at, last = 0, sentence
        number = str(row.value_text).partition("-")[0]
        place = sentence.find(number, at)
        place = place if place >= 0 else at
        at = place + len(number)
        yield row, sentence[:place], sentence[at:]


def _without_lists(found: list[Mention]) -> list[Mention]:
    """Without figures of one name that stand together in one sentence: lists that were not told apart.

    A goal and a higher one to strive for (7%以上、力争达到8%) are no list; the goal counts.
    """
    groups: dict[tuple[Key, str, str], list[Mention]] = defaultdict(list)
    for mention in found:
        groups[mention.key, mention.name.written, mention.sentence].append(mention)
    kept = []
    for group in groups.values():
        plain = [mention for mention in group if not mention.order[2]] or group
        if len({(mention.value, mention.masked) for mention in plain}) == 1:
            kept.append(min(plain, key=lambda m: m.order))
    return kept
