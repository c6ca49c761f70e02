"""The tables of rules: loaded, checked, indexed, and passed to whoever needs them.

`Lexicon.load()` reads the tables that come with textmine; `Lexicon.load(folder)` adds a user's own rows: a file of
the same name in `folder` adds rows to a CSV or text table (one with the same key replaces ours), lists to a TOML table.
There is no global lexicon.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from textmine.model import Bound, LexiconError

HERE = Path(__file__).parent
DATA = HERE / "data"


def corpora_dir() -> Path:
    """The folder `corpora`: inside the installed package, or beside it in a checkout.

    `importlib.resources.files("textmine.corpora")` fails in an editable install, whose package folder is elsewhere.
    """
    for folder in (HERE / "corpora", HERE.parent / "corpora"):
        if (folder / "labels").is_dir():
            return folder
    raise LexiconError(f"corpora/labels is neither in {HERE} nor beside it", "no_corpora")


@dataclass(frozen=True, slots=True)
class Unit:
    """A measure word or unit: what kind of quantity it counts, and its factor to the base unit.

    `numeral`: `any` where a single Chinese numeral may stand before it (三项), `arabic` where words begin like it
    (三级, 一本): there only longer numerals are believed.
    """

    unit: str
    quantity: str
    base: str
    factor: Decimal
    numeral: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Modifier:
    """A word beside a number that bounds it. `place`: before, inside (between number and unit) or after."""

    word: str
    place: Literal["before", "before_scale", "inside", "after"]
    bound: Bound
    example: str = ""


@dataclass(frozen=True, slots=True)
class Organ:
    """A unit whose reports exist, its other names, and the sub-area that most of its work falls in."""

    organ: str
    aliases: tuple[str, ...]
    field: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A common indicator, its other names, its unit as people write it, and whether a lower value is the better one."""

    indicator: str
    aliases: tuple[str, ...] = ()
    std_unit: str = ""
    lower_is_better: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A place: full name, short name, level (省 市 县), and the full name of the place it belongs to."""

    name: str
    short: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Area:
    """A policy area or sub-area. `parent` is empty for the 22 areas."""

    code: str
    parent: str
    name: str
    name_en: str = ""
    cap: str = ""
    scope: str = ""
    keywords: tuple[str, ...] = ()
    state_council: str = ""


@dataclass(frozen=True, eq=False)  # hashed by identity, so that what is compiled from it can be cached
class Lexicon:
    """All tables. Make one with `Lexicon.load`; it is immutable and may be shared between threads."""

    units: Mapping[str, Unit]
    modifiers: Mapping[str, Modifier]
    indicators: Mapping[str, Indicator]
    organs: tuple[Organ, ...]
    regions: tuple[Region, ...]
    areas: Mapping[str, Area]
    headings: Mapping[str, Any]
    wording: Mapping[str, Any]
    placeholders: Mapping[str, Any]
    comparing: Mapping[str, Any]
    furniture: tuple[tuple[str, str, str], ...]  # where, pattern, example
    dictionary: tuple[tuple[str, int | None, str], ...]  # word, frequency, tag
    stopwords: frozenset[str]
    digest: str  # of all tables: results depend on nothing else of the lexicon

    @staticmethod
    def load(folder: str | Path | None = None) -> Lexicon:
        """The lexicon that comes with textmine, with the rows of `folder` added.

        Raises LexiconError, naming file and row, where a table is missing or faulty.
        """
        return _load(None if folder is None else Path(folder))

    @cached_property
    def furniture_line(self) -> re.Pattern[str]:
        return union(pattern for where, pattern, _ in self.furniture if where == "line")

    @cached_property
    def furniture_page(self) -> re.Pattern[str]:
        return union(pattern for where, pattern, _ in self.furniture if where == "page")

    @cached_property
    def furniture_inline(self) -> re.Pattern[str]:
        return union(pattern for where, pattern, _ in self.furniture if where == "inline")

    @cached_property
    def region_names(self) -> Mapping[str, Region]:
        """Full and short names to regions; of several places of one name the highest counts."""
        rank = {"省": 0, "市": 1, "县": 2}
        names: dict[str, Region] = {}
        for region in sorted(self.regions, key=lambda r: rank[r.level], reverse=True):
            names[region.short] = region
        for region in sorted(self.regions, key=lambda r: rank[r.level], reverse=True):
            names[region.name] = region
        return names

    @cached_property
    def organ_names(self) -> Mapping[str, Organ]:
        """Names and aliases of organs to their rows."""
        names = {alias: organ for organ in self.organs for alias in organ.aliases}
        return names | {organ.organ: organ for organ in self.organs}

    def words(self, table: str, key: str) -> tuple[str, ...]:
        """A list of words of a TOML table (`headings`, `wording`, `comparing`, …), by its dotted key."""
        node: Any = getattr(self, table)
        for name in key.split("."):
            node = node[name]
        return tuple(node)


def alternation(words: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    """A regular expression for any of `words`, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


def union(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for any of `patterns`, regular expressions; of none, one that never matches."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


# --- loading ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _load(folder: Path | None) -> Lexicon:
    if folder is not None and not folder.is_dir():
        raise LexiconError(f"{folder}: no such folder of tables", "no_tables")
    files = _Files(folder)
    units = {r["unit"]: _unit(r) for r in files.rows("units.csv", "unit", "quantity", "base", "factor")}
    modifiers = {r["word"]: _modifier(r) for r in files.rows("modifiers.csv", "word", "place", "bound")}
    indicators = {r["indicator"]: _indicator(r) for r in files.rows("indicators.csv", "indicator", "aliases")}
    organs = {
        r["organ"]: Organ(r["organ"], split_cell(r.get("aliases", "")), r.get("field", ""), r.get("example", ""))
        for r in files.rows("organs.csv", "organ")
    }
    regions = [
        Region(r["name"], r["short"], _one_of(r, "level", ("省", "市", "县"), "regions.csv"), r["parent"])
        for r in files.rows("regions.csv", "name", "short", "level", "parent")
    ]
    areas = {r["code"]: _area(r) for r in files.rows("areas.csv", "code", "parent", "name")}
    return Lexicon(
        units=units,
        modifiers=modifiers,
        indicators=indicators,
        organs=tuple(organs.values()),
        regions=tuple(regions),
        areas=areas,
        headings=files.toml("headings.toml"),
        wording=files.toml("wording.toml"),
        placeholders=files.toml("placeholders.toml"),
        comparing=files.toml("comparing.toml"),
        furniture=tuple(files.furniture("furniture.txt")),
        dictionary=tuple(files.dictionary("dictionary.txt")),
        stopwords=frozenset(line for _, line in files.lines("stopwords.txt")),
        digest=files.digest(),
    )


def split_cell(cell: str) -> tuple[str, ...]:
    """The words of a cell that holds several, separated by `;`."""
    return tuple(part.strip() for part in cell.replace("；", ";").split(";") if part.strip())


def _one_of(row: dict[str, str], column: str, known: tuple[str, ...], table: str) -> str:
    """A cell that must hold one of a few words."""
    if row[column] not in known:
        first = next(iter(row.values()))
        raise LexiconError(f"{table}: {first}: {column} {row[column]!r} is none of {', '.join(known)}")
    return row[column]


def _modifier(row: dict[str, str]) -> Modifier:
    place = _one_of(row, "place", ("before", "before_scale", "inside", "after"), "modifiers.csv")
    bound = _one_of(row, "bound", ("exact", "around", "at_least", "at_most", "range"), "modifiers.csv")
    return Modifier(row["word"], cast(Any, place), cast(Bound, bound), row.get("example", ""))


def _unit(row: dict[str, str]) -> Unit:
    try:
        fraction = Fraction(row["factor"])
        factor = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    except (ValueError, ZeroDivisionError, InvalidOperation) as error:
        raise LexiconError(f"units.csv: {row['unit']}: factor {row['factor']!r} is no number") from error
    return Unit(row["unit"], row["quantity"], row["base"], factor, row.get("numeral", ""), row.get("example", ""))


def _indicator(row: dict[str, str]) -> Indicator:
    lower = row.get("lower_is_better", "")
    if lower not in ("", "true", "false"):
        raise LexiconError(f"indicators.csv: {row['indicator']}: lower_is_better is {lower!r}, not true or false")
    return Indicator(
        row["indicator"], split_cell(row["aliases"]), row.get("std_unit", ""), lower == "true", row.get("example", "")
    )


def _area(row: dict[str, str]) -> Area:
    return Area(
        row["code"],
        row["parent"],
        row["name"],
        row.get("name_en", ""),
        row.get("cap", ""),
        row.get("scope", ""),
        split_cell(row.get("keywords", "")),
        row.get("state_council", ""),
    )


class _Files:
    """The table files of textmine, each followed by the user's file of the same name."""

    def __init__(self, folder: Path | None) -> None:
        self.folders = [DATA] if folder is None else [DATA, folder]
        self.hash = hashlib.sha256()

    def texts(self, name: str) -> Iterator[tuple[Path, str]]:
        found = False
        for folder in self.folders:
            path = folder / name
            if path.is_file():
                found = True
                data = path.read_bytes()
                self.hash.update(name.encode() + b"\0" + data)
                try:
                    yield path, data.decode("utf-8-sig")
                except UnicodeDecodeError as error:
                    raise LexiconError(f"{path}: not UTF-8 ({error})") from error
        if not found:
            raise LexiconError(f"{DATA / name}: missing", "no_tables")

    def rows(self, name: str, *required: str) -> Iterator[dict[str, str]]:
        for path, text in self.texts(name):
            reader = csv.DictReader(text.splitlines())
            missing = [column for column in required if column not in (reader.fieldnames or ())]
            if missing:
                raise LexiconError(f"{path}: no column {', '.join(missing)}")
            for number, row in enumerate(reader, 2):
                if None in row or None in row.values():
                    raise LexiconError(f"{path}, line {number}: wrong number of cells")
                if not row[required[0]].strip():
                    raise LexiconError(f"{path}, line {number}: {required[0]} is empty")
                yield {key: (value or "").strip() for key, value in row.items()}

    def lines(self, name: str) -> Iterator[tuple[int, str]]:
        for _, text in self.texts(name):
            for number, line in enumerate(text.splitlines(), 1):
                if line.strip() and not line.startswith("#"):
                    yield number, line.rstrip("\n")

    def toml(self, name: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for path, text in self.texts(name):
            try:
                _merge(merged, tomllib.loads(text))
            except tomllib.TOMLDecodeError as error:
                raise LexiconError(f"{path}: {error}") from error
        return merged

    def furniture(self, name: str) -> Iterator[tuple[str, str, str]]:
        for number, line in self.lines(name):
            cells = line.split("\t")
            if len(cells) != 3 or cells[0] not in ("line", "inline", "page"):
                raise LexiconError(f"{name}, line {number}: not three cells (page, line or inline; pattern; example)")
            try:
                re.compile(cells[1])
            except re.error as error:
                raise LexiconError(f"{name}, line {number}: {error}") from error
            yield cells[0], cells[1], cells[2]

    def dictionary(self, name: str) -> Iterator[tuple[str, int | None, str]]:
        for number, line in self.lines(name):
            cells = line.split()
            if len(cells) == 1:
                yield cells[0], None, "n"
            elif len(cells) in (2, 3) and cells[1].isdigit():
                yield cells[0], int(cells[1]), cells[2] if len(cells) == 3 else "n"
            else:
                raise LexiconError(f"{name}, line {number}: {line!r} is not `word frequency tag`")

    def digest(self) -> str:
        return self.hash.hexdigest()


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = [*into[key], *value]
        else:
            into[key] = value
