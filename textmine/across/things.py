"""Indicators over the years: figures of one thing are one row, however their names are written.

Figures of one key are one thing. Things of different names are joined where the names are alike (naming.py), unit, kind
and basis are the same, and no year has both: two names in one report are two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from textmine.across.mentions import Aspect, Key, Mention, display
from textmine.across.naming import Name, Names
from textmine.across.series import Series
from textmine.tables import Cell, Row

ALIKE = 0.72  # likeness from which two names are taken for one
SURE = 0.95  # likeness that needs no second look at the values
RATIO = 4  # times by which values of names that are only alike may differ
POINTS = 30  # points by which shares of names that are only alike may differ
MASKED, ABSENT = "X", "–"

INDICATOR_COLUMNS = (
    *("region", "organ", "indicator", "as_written", "std_unit", "year", "aspect", "state", "value", "value_high"),
    *("modifier", "direction", "basis", "score", "rule", "metric_id"),
)


@dataclass
class Thing:
    """One row of the wide table: an indicator of a series, with the figure of each aspect and year."""

    key: Key
    name: Name
    cells: dict[tuple[Aspect, int], Mention] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return display(self.key, self.name)

    @property
    def is_state(self) -> bool:
        return any(mention.state for mention in self.cells.values())


# --- things -----------------------------------------------------------------------------------------------------------


def find_things(mentions: Iterable[Mention], names: Names) -> list[Thing]:
    """The indicators of a series: figures grouped by key, then keys joined whose names are alike."""
    things: dict[Key, Thing] = {}
    for mention in mentions:
        thing = things.setdefault(mention.key, Thing(mention.key, mention.name))
        held = thing.cells.get((mention.aspect, mention.year))
        if held is None or (held.masked, held.order) > (mention.masked, mention.order):
            thing.cells[mention.aspect, mention.year] = mention
    blocks: dict[tuple[str, str, str], list[Thing]] = defaultdict(list)
    for key in sorted(things):
        blocks[names.unit_class(key.unit), key.kind, key.basis].append(things[key])
    joined = [thing for block in blocks.values() for thing in _joined(block, names)]
    return sorted(joined, key=lambda thing: (thing.title, thing.key))


def _joined(block: list[Thing], names: Names) -> list[Thing]:
    """Things of one unit, kind and basis, those joined whose names are alike, the most alike first."""
    pairs = [
        (-score, one, other)
        for one in range(len(block))
        for other in range(one + 1, len(block))
        if (score := alike(block[one], block[other], names)) >= ALIKE
    ]
    whole = {id(thing): [thing] for thing in block}  # the things that each has taken in
    for _, one, other in sorted(pairs):
        a, b = block[one], block[other]
        if a is b or a.cells.keys() & b.cells.keys():
            continue
        parts = [(x, y) for x in whole[id(a)] for y in whole[id(b)]]
        if any(alike(x, y, names) < ALIKE for x, y in parts if x.name.bare != y.name.bare):
            continue
        kept, gone = (a, b) if _weight(a) >= _weight(b) else (b, a)
        whole[id(kept)] = [replace(part, cells=dict(part.cells)) for part in (*whole[id(kept)], *whole[id(gone)])]
        kept.cells |= gone.cells
        block = [kept if thing is gone else thing for thing in block]
    seen: dict[int, Thing] = {id(thing): thing for thing in block}
    return list(seen.values())


def _weight(thing: Thing) -> tuple[bool, int, tuple[int, ...]]:
    """Which of two things gives its name: one of indicators.csv, then one with more figures, then the first by name."""
    return thing.name.row is not None, len(thing.cells), tuple(-ord(char) for char in thing.key.name)


def alike(one: Thing, other: Thing, names: Names) -> float:
    """How alike two things of one kind and basis are, 0 where they cannot be one.

    Growth of a known indicator is not that of a part of it (工业投资, 产业园区工业投资): there names must be sure. What
    there is after several years is not what was made in one (智能化煤矿达到400座, 新建智能化煤矿130座).
    """
    known = (one.name.row is not None) + (other.name.row is not None)
    if known == 2 and one.name.row != other.name.row:
        return 0.0
    if not names.same_unit(one.key.unit, other.key.unit):
        return 0.0
    if (one.is_state or other.is_state) and names.is_stock(one.name.bare) != names.is_stock(other.name.bare):
        return 0.0
    if one.key.kind != "change" and one.key.unit != "%" and _listed(one) != _listed(other):
        return 0.0  # while a share or a change may be told of each
    score = names.likeness(one.name.bare, other.name.bare)
    if known == 1 and one.key.kind == "change" and score < SURE:
        return 0.0
    return score if score == 1 or (score >= ALIKE and one.key.unit and _near(one, other)) else 0.0


def _listed(thing: Thing) -> int:
    """How many joints a name has: an amount for 交通、能源、水利投资 is more than that for 交通投资."""
    return thing.name.bare.count("、")


def _near(one: Thing, other: Thing) -> bool:
    """Whether values of two things are of one size, so that names that are only alike may mean one thing."""
    if one.key.kind == "change":
        return True
    pairs = [(a.value, b.value) for a in one.cells.values() for b in other.cells.values() if a.value and b.value]
    if not pairs:
        return True
    if one.key.unit == "%":
        return any(abs(a - b) <= POINTS for a, b in pairs)
    return any(1 / Decimal(RATIO) <= a / b <= RATIO for a, b in pairs)


# --- indicators.csv, indicators_wide.csv ------------------------------------------------------------------------------


def indicator_rows(series: Series, things: Sequence[Thing], names: Names) -> list[Row]:
    """For each thing and aspect that the series ever states, a row a year: stated, masked, absent or no_report."""
    rows: list[Row] = []
    for thing in things:
        for aspect in _aspects(thing):
            for year in series.years:
                mention = thing.cells.get((aspect, year))
                head = (*series.key, thing.title, mention.name.written if mention else "", thing.key.unit, year, aspect)
                rows.append((*head, *_state_cells(series, thing, aspect, year, names)))
    return rows


def _state_cells(series: Series, thing: Thing, aspect: Aspect, year: int, names: Names) -> Row:
    mention = thing.cells.get((aspect, year))
    if mention is None:
        return (_missing(series, aspect, year), None, None, "", "", "", None, "", "")
    score, rule = matched(thing.name, mention.name, names)
    return (
        "masked" if mention.masked else "stated",
        mention.value,
        mention.high,
        mention.modifier,
        mention.direction,
        mention.basis,
        score,
        rule,
        mention.metric_id,
    )


def _missing(series: Series, aspect: Aspect, year: int) -> str:
    return "absent" if year in (series.achieved if aspect == "achieved" else series.planned) else "no_report"


def _aspects(thing: Thing) -> list[Aspect]:
    said = {aspect for aspect, _ in thing.cells}
    return [aspect for aspect in ("achieved", "target") if aspect in said]


def matched(one: Name, other: Name, names: Names) -> tuple[float, str]:
    """How alike two names are and the rule that says so: lexicon, same, verb (they differ in it), similar."""
    if one.row is not None and one.row == other.row:
        return 1.0, "lexicon"
    score = names.likeness(one.bare, other.bare)
    return score, "same" if score == 1 else "verb" if score >= SURE else "similar"


def wide_rows(found: Sequence[tuple[Series, Sequence[Thing]]]) -> tuple[tuple[str, ...], list[Row]]:
    """Columns and rows of indicators_wide.csv. A fall has a minus sign, for the table has no column for direction."""
    years = sorted({year for series, _ in found for year in series.years})
    span = range(years[0], years[-1] + 1) if years else range(0)
    rows: list[Row] = []
    for series, things in found:
        for thing in things:
            for aspect in _aspects(thing):
                cells = [_wide_cell(series, thing, aspect, year) for year in span]
                rows.append((*series.key, thing.title, thing.key.unit, aspect, *cells))
    return ("region", "organ", "indicator", "std_unit", "aspect", *map(str, span)), rows


def _wide_cell(series: Series, thing: Thing, aspect: Aspect, year: int) -> Cell:
    mention = thing.cells.get((aspect, year))
    if mention is None:
        return ABSENT if _missing(series, aspect, year) == "absent" else None
    return MASKED if mention.masked else mention.signed
