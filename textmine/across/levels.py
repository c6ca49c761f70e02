"""Level gap: a government's targets beside those of the nearest government above it in the archive (层层加码).

What stands above a place is told by the report's title or the folders of its file, where they name a place of the
archive before it (云岚市松溪县2021年…, 云岚市/松溪县/…), else by regions.csv: a row there, or in the regions.csv of a
folder given with --lexicon, says so of any place. Above a province stands the State Council, whose region is 全国.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textmine.across.mentions import RATES
from textmine.across.series import NATION, STATE_COUNCIL, Series
from textmine.across.things import Thing
from textmine.lexicon import Lexicon
from textmine.tables import Row

GOVERNMENT = "人民政府"
LEVELS = ("乡", "县", "市", "省", "国家")
LEVEL_GAP_COLUMNS = ("indicator", "year", "region", "target", "parent_region", "parent_target", "gap")

Home = tuple[str, str]  # region and organ
Found = Sequence[tuple[Series, Sequence[Thing]]]


def level_gap_rows(found: Found, lexicon: Lexicon) -> list[Row]:
    """A row for each indicator and year of which a government and the one above it both state a target.

    Only shares and rates are compared, for amounts of a city and of its province are no gap. `gap` is target −
    parent_target; a fall that is aimed at is negative; of a range the lower end counts.
    """
    homes = {_home(series): (series, things) for series, things in found if series.region or _is_national(series)}
    rows: list[Row] = []
    for series, things in found:
        parent = next((home for home in _above(series, homes, lexicon) if home in homes), None)
        if parent is not None:
            above = {thing.key: thing for thing in homes[parent][1]}
            for thing in things:
                if thing.key.unit in RATES and thing.key in above:
                    rows += _gaps(thing, above[thing.key], series.region, parent[0])
    return sorted(rows, key=lambda row: tuple(map(str, row[:3])))


def _is_national(series: Series) -> bool:
    return series.organ == STATE_COUNCIL


def _home(series: Series) -> Home:
    return (NATION, GOVERNMENT) if _is_national(series) else (series.region, series.organ)


def _above(series: Series, homes: Mapping[Home, tuple[Series, Sequence[Thing]]], lexicon: Lexicon) -> Iterator[Home]:
    """The units above one, the nearest first: city, province, nation."""
    if not series.region:
        return
    named = [other for other, _ in homes.values() if other.organ == series.organ and _names(series, other)]
    yield from (_home(other) for other in sorted(named, key=lambda other: (_level(other), other.region)))
    region = lexicon.region_names.get(series.region)
    while region is not None and region.parent:
        yield region.parent, series.organ
        region = lexicon.region_names.get(region.parent)
    if region is not None or series.level == "省":
        yield NATION, series.organ


def _names(series: Series, other: Series) -> bool:
    """Whether a title or folder of a series names the region of another, of a higher level, before its own."""
    if not other.region or not series.level or _level(other) <= _level(series):
        return False
    places = (text for report in series.reports for text in (report.title, report.source))
    return any(0 <= place.find(other.region) < place.find(series.region) for place in places)


def _level(series: Series) -> int:
    return LEVELS.index(series.level) if series.level in LEVELS else -1


def _gaps(thing: Thing, above: Thing, region: str, parent: str) -> Iterator[Row]:
    for (aspect, year), mention in sorted(thing.cells.items()):
        other = above.cells.get((aspect, year))
        if aspect == "target" and other is not None:
            own, theirs = mention.signed, other.signed
            if own is not None and theirs is not None:
                yield (thing.title, year, region, own, parent, theirs, own - theirs)
