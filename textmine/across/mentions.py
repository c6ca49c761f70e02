"""The figures that count for a year: each metric of a series' reports with its year, aspect and indicator key.

A key is (name, unit, kind, basis): an amount, its growth and its rank are three things, and so are a figure a year and
a figure a day. What speaks of several years (年均, “十四五”时期), of a gap to others (高于全国) or of the start of a
movement (从A) counts for no year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from textmine.across.naming import Name, Names
from textmine.across.passages import Cues, Passages
from textmine.across.series import ReportRow, Series
from textmine.across.wordlists import compiled, words
from textmine.extractors.wording import wording
from textmine.lexicon import Indicator, Lexicon, alternation

Aspect = Literal["achieved", "target"]
Kind = Literal["level", "change", "rank"]
RATES = frozenset({"%", "个百分点", "倍", "番"})  # units in which the growth of an amount is told


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
    state: bool  # told of several years, it says how things stand at their end
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


class Figures:
    """The words that tell whether a number is a figure of its year (comparing.toml, figures)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.own_past = compiled(lexicon, "figures.own_past")
        self.reckoned = compiled(lexicon, "figures.reckoned")
        self.several = compiled(lexicon, "figures.several")
        self.mean = compiled(lexicon, "figures.mean")
        self.restated = compiled(lexicon, "figures.restated")
        self.failed = compiled(lexicon, "figures.failed")
        self.main = compiled(lexicon, "figures.main")
        self.beside = compiled(lexicon, "figures.beside")
        self.parts = frozenset(words(lexicon, "figures.parts"))
        self.per_head = compiled(lexicon, "figures.per_head", before="^")
        self.stock_units = frozenset(words(lexicon, "figures.stock_units"))


class Reader:
    """Makes mentions of metric rows, by the tables of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.units = lexicon.units
        self.names = Names(lexicon)
        self.cues, self.figures = Cues(lexicon), Figures(lexicon)
        verbs = wording(lexicon)
        self.to = verbs.to
        self.start = re.compile(r"[^，。；]{0,10}?" + verbs.to.pattern.removesuffix("$"))
        self.attributes = verbs.attributes | verbs.bare_verbs
        before = alternation([m.word for m in lexicon.modifiers.values() if m.place == "before"])
        self.modifier = re.compile(rf"(?:{before}|了|再){{0,4}}$")

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
        passages = Passages(measures, tables["sections"].get(report.report_id, ()), self.cues)
        own = {str(m.measure_id): m for m in measures}
        found = []
        for row, left, right, thing in _in_sentences(tables["metrics"].get(report.report_id, ())):
            measure = own.get(str(row.measure_id))
            part = str(measure.part) if measure is not None else ""
            reviewed = aspect == "achieved" and str(row.period).endswith(f"-{year}")  # five years that end with it
            asked = row.target == (aspect == "target") and (reviewed or str(row.period) == str(year))
            if not asked or not self._counts(row, left, right, aspect):
                continue
            main = measure is not None and bool(self.figures.main.search(str(measure.text)[:200]))
            place = (part == "problem", aspect == "target" and not main)
            mention = self._mention(row, left, right, thing, year, aspect, place)
            if mention is None:
                continue
            if not (reviewed or passages.several_years(int(row.start), str(row.sentence), left)):
                found.append(mention)
            elif aspect == "achieved" and self._is_state(mention, left):
                found.append(replace(mention, state=True))
        return _without_lists(found)

    def _counts(self, row: Any, left: str, right: str, aspect: str) -> bool:
        """Whether a figure is one of its year, told for itself."""
        words, clause, basis = self.figures, re.split("[，；：]", left)[-1], str(row.basis)
        if words.several.search(clause) or (words.several.search(basis) and not words.mean.search(clause)):
            return False
        if row.quantity != "rank" and not (words.own_past.search(basis) or words.reckoned.search(basis)):
            return False  # a gap: 高于全国
        if re.search("(?:从|由)[^，。；]{0,20}$", left) and self.start.match(right):
            return False
        return aspect == "target" or not (words.restated.search(clause) or words.failed.search(clause))

    def _is_state(self, mention: Mention, left: str) -> bool:
        """Whether a figure told of several years says how things stand at their end: it is that of the last year.

        So do shares, figures a head and, where they are reached (达到1.5万家), numbers of what there is; what is done
        or new adds up over the years.
        """
        key, bare = mention.key, mention.name.bare
        if key.kind != "level" or not self.names.is_stock(bare):
            return False
        if (key.unit in ("%", "‰") and mention.name.is_share) or self.figures.per_head.search(bare):
            return True
        reached = self.to.search(self.modifier.sub("", left)) or mention.bound == "at_least"
        return bool(reached) and key.unit in self.figures.stock_units

    def _mention(
        self, row: Any, left: str, right: str, thing: str, year: int, aspect: Aspect, place: tuple[bool, bool]
    ) -> Mention | None:
        named = self._named(row, left, thing)
        if named is None:
            return None
        key, name = named
        sentence, beside = str(row.sentence), bool(self.figures.beside.search(left))
        return Mention(
            key=key,
            name=name,
            aspect=aspect,
            year=year,
            metric_id=str(row.metric_id),
            measure_id=str(row.measure_id),
            value=_decimal(row.std_value),
            high=_decimal(row.std_high),
            modifier=str(row.modifier),
            bound=str(row.bound),
            direction=str(row.direction),
            basis=str(row.basis),
            masked=bool(row.masked),
            falling=key.kind == "change" and row.direction == "decrease",
            state=False,
            sentence=sentence,
            clause=_clause(sentence, left, right),
            order=(*place, beside or _is_aside(left), int(row.start), str(row.metric_id)),
        )

    def _named(self, row: Any, left: str, thing: str) -> tuple[Key, Name] | None:
        """The key and name of a figure; None where its name tells nothing. `thing`: what the number before it counts.

        实施重点项目226个，完成年度投资460亿元: it is the investment of what was just counted.
        """
        kind, written, unit = self._kind(row, left), str(row.indicator), str(row.std_unit)
        part = self.names.core(self.names.name(written, False).bare)
        if thing and part in self.figures.parts:
            written = self.names.core(self.names.name(thing, False).bare) + part
        grown = kind == "change" and row.direction == "increase" and row.quantity == "count"
        if grown and not written.startswith(("新增", "净增")):
            written, kind = "新增" + written, "level"  # 高新技术企业增加46家 and 新增高新技术企业46家 are one thing
        name = self.names.name(written, kind == "change")
        fit = self._fitting(name.row, row, kind) if name.row else None
        if fit:
            unit, kind = fit
        elif self.names.is_vague(name.bare) or self.names.core(name.bare) in self.attributes:
            return None
        elif name.row:
            name = self.names.unlisted(written, name.bare)
        compared = str(row.basis)
        basis = compared if kind == "rank" or not self.figures.own_past.search(compared) else ""
        return Key(name.name, unit, kind, "" if basis == "年均" else basis), name

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
        if unit == base or not base or self.names.same_unit(unit, base):
            return base or unit, kind
        if unit not in RATES:
            return None
        # A % of what is no share is its growth, even where no verb says so (力争达到8%).
        grows = unit == "%" and own is not None and own.quantity != "count"
        return (unit, "change") if kind == "change" or grows else None


def _is_aside(left: str) -> bool:
    """Whether a number stands in brackets: 增长1.7%（同口径增长2.5%）."""
    return left.count("（") + left.count("(") > left.count("）") + left.count(")")


def _clause(sentence: str, left: str, right: str) -> str:
    number = sentence[len(left) : len(sentence) - len(right)]
    return re.split("[，；：。！]", left)[-1].strip() + number + re.split("[，；。！]", right)[0].strip()


def _decimal(value: Any) -> Decimal | None:
    if value is None or value != value or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def _in_sentences(rows: Sequence[Any]) -> Iterator[tuple[Any, str, str, str]]:
    """Each metric with what stands left and right of its number in its sentence, and the indicator before it there."""
    at, last, before = 0, "", ""
    for row in sorted(rows, key=lambda r: (int(r.start), str(r.metric_id))):
        sentence = str(row.sentence)
        if sentence != last:
            at, last, before = 0, sentence, ""
        number = str(row.value_text).partition("-")[0]
        place = sentence.find(number, at)
        place = place if place >= 0 else at
        at = place + len(number)
        yield row, sentence[:place], sentence[at:], before
        before = str(row.indicator)


def _without_lists(found: list[Mention]) -> list[Mention]:
    """Without figures of one name that stand together in one sentence: lists that were not told apart.

    A goal and a higher one to strive for (7%以上、力争达到8%), a figure and another in brackets or a sum so far are no
    list; the first counts.
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
