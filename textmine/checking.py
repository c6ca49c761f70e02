"""The tables of rules checked against themselves: each row with an example is its own test, both ways.

The row must match its example, and the example must need the row: with the row taken out, what is found in the example
changes. A check rebuilds only what its row touches, from the rows that can matter: a unit, modifier or organ whose
name does not stand in the example can neither match in it nor take a match away.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from textmine.extractors.metrics import extract_metrics
from textmine.extractors.placeholders import extract_placeholders
from textmine.furniture import drop_furniture, drop_page_marks
from textmine.lexicon import Lexicon, Organ, alternation
from textmine.model import CleanText, Document, Placeholder, Report, ReportFields
from textmine.places import split_name

MARKED = re.compile("([^⟦⟧]*)⟦([^⟦⟧]+)⟧([^⟦⟧]*)")
# Headings are tried in this order, so an example must not be taken by a list before its own.
PARTS_IN_ORDER = ("projects", "problem", "summary", "plan")


def check_lexicon(folder: str | None = None) -> tuple[list[str], int]:
    """The faults of the tables that come with textmine, with those of `folder` added, and how many examples were run.

    A fault is one line: file, row, and what happened instead. Raises LexiconError where a table cannot be loaded.
    """
    lexicon = Lexicon.load(folder)
    outcomes = [outcome for check in EXAMPLES for outcome in check(lexicon)]
    structure = [fault for check in STRUCTURE for fault in check(lexicon)]
    return [*filter(None, outcomes), *structure], len(outcomes)


# --- checks of examples: each yields a fault, or "", for every example ----------------------------------------------


def check_units(lexicon: Lexicon) -> Iterator[str]:
    """The metric of the example has the unit."""
    fewer: dict[frozenset[str], Lexicon] = {}  # many examples need the same few units beside their own
    for unit in lexicon.units.values():
        if unit.example:
            others = _less(_standing(lexicon.units, unit.example), unit.unit)
            if (names := frozenset(others)) not in fewer:
                fewer[names] = _variant(lexicon, units=others)
            found, without = _units_found(lexicon, unit.example), _units_found(fewer[names], unit.example)
            yield _both_ways(f"units.csv, {unit.unit}", unit.example, unit.unit, found, without)


def check_modifiers(lexicon: Lexicon) -> Iterator[str]:
    """The metric of the example has the modifier and its bound."""
    for modifier in lexicon.modifiers.values():
        if modifier.example:
            others = _variant(lexicon, modifiers=_less(lexicon.modifiers, modifier.word))
            found = _modifiers_found(lexicon, modifier.example)
            without = _modifiers_found(others, modifier.example)
            expected = f"{modifier.word} ({modifier.bound})"
            yield _both_ways(f"modifiers.csv, {modifier.word}", modifier.example, expected, found, without)


def check_organs(lexicon: Lexicon) -> Iterator[str]:
    """The organ in the title that is the example is that of the row."""
    for organ in lexicon.organs:
        if organ.example:
            near = [other for other in lexicon.organs if any(n in organ.example for n in (other.organ, *other.aliases))]
            found = _organ_found(lexicon, near, organ.example)
            without = _organ_found(lexicon, [other for other in near if other is not organ], organ.example)
            yield _both_ways(f"organs.csv, {organ.organ}", organ.example, organ.organ, [found], [without])


def check_furniture(lexicon: Lexicon) -> Iterator[str]:
    """The row's pattern takes something out of its example, and no other row takes out the same."""
    for row in lexicon.furniture:
        where, pattern, example = row
        place = f"furniture.txt, {where} {pattern[:40]}"
        others = [other for other in lexicon.furniture if other is not row]
        if _without_furniture(lexicon, [row], example) == example:
            yield f"{place}: the pattern matches nothing in its example {example}"
        elif _without_furniture(lexicon, lexicon.furniture, example) == _without_furniture(lexicon, others, example):
            yield f"{place}: the example {example} does not need the row; another takes out the same"
        else:
            yield ""


def check_headings(lexicon: Lexicon) -> Iterator[str]:
    """An example is matched by a pattern of its list and, among the parts of a report, by no list tried before it."""
    for table in ("part", "paragraph"):
        lists: Mapping[str, list[str]] = lexicon.headings[table]
        for name, examples in lexicon.headings[f"{table}_examples"].items():
            for example in examples:
                yield _heading_fault(lists, table, name, example)


def check_placeholders(lexicon: Lexicon) -> Iterator[str]:
    """A kept sign is no placeholder; a marked sign (⟦X⟧) is one of the row's kind, by this row."""
    for row in lexicon.placeholders["keep"]:
        found = _placeholders_found(lexicon, row["example"])
        without = _placeholders_found(_without_sign(lexicon, "keep", row), row["example"])
        place = f"placeholders.toml, keep {row['name']}"
        if found:
            yield f"{place}: {row['example']} has the placeholder {_listed(p.text for p in found)}"
        else:
            yield "" if without else f"{place}: the example {row['example']} does not need the row"
    for row in lexicon.placeholders["kind"]:
        yield _kind_fault(lexicon, row)


def check_indicators(lexicon: Lexicon) -> Iterator[str]:
    """The example names the indicator: of all names that stand in it, longest first, one is the row's."""
    rows = list(lexicon.indicators.values())
    names = {name: row.indicator for row in rows for name in row.aliases} | {
        row.indicator: row.indicator for row in rows
    }
    for row in rows:
        if row.example:
            near = {name: indicator for name, indicator in names.items() if name in row.example}
            others = {name: indicator for name, indicator in near.items() if indicator != row.indicator}
            found, without = _indicators_found(near, row.example), _indicators_found(others, row.example)
            yield _both_ways(f"indicators.csv, {row.indicator}", row.example, row.indicator, found, without)


EXAMPLES = (
    check_units,
    check_modifiers,
    check_organs,
    check_furniture,
    check_headings,
    check_placeholders,
    check_indicators,
)


# --- checks of structure: each yields faults ------------------------------------------------------------------------


def check_areas(lexicon: Lexicon) -> Iterator[str]:
    """Codes are 01 or 01.1, parents exist, a keyword belongs to one sub-area."""
    owners: dict[str, list[str]] = defaultdict(list)
    for area in lexicon.areas.values():
        form = r"\d\d\.\d{1,2}" if area.parent else r"\d\d"
        if not re.fullmatch(form, area.code):
            yield f"areas.csv, {area.code}: the code is not of the form {'01.1' if area.parent else '01'}"
        if area.parent and (area.parent not in lexicon.areas or area.code.partition(".")[0] != area.parent):
            yield f"areas.csv, {area.code}: the parent {area.parent} is no area above it"
        for keyword in area.keywords:
            owners[keyword].append(area.code)
    for keyword, codes in owners.items():
        if len(codes) > 1:
            yield f"areas.csv, {codes[-1]}: the keyword {keyword} also belongs to {_listed(codes[:-1])}"


def check_regions(lexicon: Lexicon) -> Iterator[str]:
    """Levels are 省, 市 or 县, and parents exist."""
    names = {region.name for region in lexicon.regions}
    for region in lexicon.regions:
        if region.level not in ("省", "市", "县"):
            yield f"regions.csv, {region.name}: the level is {region.level}, none of 省 市 县"
        if region.parent and region.parent not in names:
            yield f"regions.csv, {region.name}: the parent {region.parent} is no region of the table"


def check_organ_fields(lexicon: Lexicon) -> Iterator[str]:
    """The field of an organ is a sub-area."""
    for organ in lexicon.organs:
        if organ.field and not (organ.field in lexicon.areas and lexicon.areas[organ.field].parent):
            yield f"organs.csv, {organ.organ}: the field {organ.field} is no sub-area"


STRUCTURE = (check_areas, check_regions, check_organ_fields)


# --- what is found in an example, by some of the rows ---------------------------------------------------------------


def _both_ways(place: str, example: str, expected: str, found: list[str], without: list[str]) -> str:
    if expected not in found:
        return f"{place}: in {example} is found {_listed(found)}"
    if without == found:
        return f"{place}: the example {example} does not need the row"
    return ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "nothing"


Row = TypeVar("Row")


def _standing(rows: Mapping[str, Row], example: str) -> dict[str, Row]:
    """The rows whose word stands in the example."""
    return {word: row for word, row in rows.items() if word in example}


def _less(rows: Mapping[str, Row], word: str) -> dict[str, Row]:
    return {other: row for other, row in rows.items() if other != word}


def _units_found(lexicon: Lexicon, example: str) -> list[str]:
    return [metric.unit for metric in extract_metrics(_report(example), lexicon)]


def _modifiers_found(lexicon: Lexicon, example: str) -> list[str]:
    metrics = extract_metrics(_report(example), lexicon)
    return [f"{word} ({metric.bound})" for metric in metrics for word in metric.modifier.split("，") if word]


def _organ_found(lexicon: Lexicon, organs: list[Organ], example: str) -> str:
    """The organ of the row that a title leads to."""
    some = _variant(lexicon, organs=tuple(organs))
    words = split_name(example, some).organ
    row = some.organ_names.get(words)
    return row.organ if row else f"{words or 'no organ'}, which is in no row"


def _without_furniture(lexicon: Lexicon, rows: Iterable[tuple[str, str, str]], example: str) -> str:
    fewer = replace(lexicon, furniture=tuple(rows))
    return drop_page_marks(drop_furniture(_report(example).clean, fewer), fewer).text


def _heading_fault(lists: Mapping[str, list[str]], table: str, name: str, example: str) -> str:
    place = f"headings.toml, {table}.{name}"
    if not _matches(lists.get(name, []), example):
        return f"{place}: no pattern of the list matches its example {example}"
    if table == "part" and name in PARTS_IN_ORDER:
        taken = next(other for other in PARTS_IN_ORDER if _matches(lists[other], example))
        if taken != name:
            return f"{place}: the example {example} is taken by part.{taken}, which is tried before"
    return ""


def _matches(patterns: Iterable[str], words: str) -> bool:
    return any(re.search(pattern, words) for pattern in patterns)


def _kind_fault(lexicon: Lexicon, row: Mapping[str, str]) -> str:
    place = f"placeholders.toml, kind {row['name']}"
    marked = MARKED.fullmatch(row["example"])
    if marked is None:
        return f"{place}: the example {row['example']} does not mark one sign with ⟦ ⟧"
    example, at = "".join(marked.groups()), marked.start(2) - 1  # less the mark itself
    found = _kinds_at(lexicon, example, at)
    without = _kinds_at(_without_sign(lexicon, "kind", row), example, at)
    rules = [f"{kind} by {rule}" for kind, rule in found]
    fault = _both_ways(place, row["example"], f"{row['kind']} by {row['name']}", rules, [])
    if not fault and [kind for kind, _ in found] == [kind for kind, _ in without]:
        return f"{place}: the example {row['example']} does not need the row; {without[0][1]} says the same"
    return fault


def _kinds_at(lexicon: Lexicon, example: str, at: int) -> list[tuple[str, str]]:
    found = _placeholders_found(lexicon, example)
    return [(placeholder.kind, placeholder.rule) for placeholder in found if placeholder.span.start == at]


def _without_sign(lexicon: Lexicon, name: str, row: Any) -> Lexicon:
    """The lexicon without one row of placeholders.toml."""
    table = lexicon.placeholders
    return _variant(lexicon, placeholders={**table, name: [other for other in table[name] if other is not row]})


def _placeholders_found(lexicon: Lexicon, example: str) -> list[Placeholder]:
    return list(extract_placeholders(_report(example), lexicon))


def _indicators_found(names: Mapping[str, str], example: str) -> list[str]:
    """The indicators whose names stand in the example, a name inside a longer one left out."""
    return [names[match[0]] for match in re.finditer(alternation(list(names)), example)] if names else []


def _variant(lexicon: Lexicon, **tables: Any) -> Lexicon:
    """A lexicon with other tables. Compiled patterns are kept by digest, so each variant has one of its own."""
    own = hashlib.sha256(repr(tables).encode()).hexdigest()
    return replace(lexicon, digest=f"{lexicon.digest}/{own}", **tables)


def _report(text: str) -> Report:
    """An example as a report without outline."""
    return Report(Document("example", text), CleanText(text, array("L", range(len(text)))), ReportFields())
