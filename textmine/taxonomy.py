"""Schemes of policy areas and label files: what the tagger learns from, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from textmine.lexicon import Area, corpora_dir, split_cell
from textmine.model import UsageError
from textmine.readers.rows import read_rows

NONE = "none"  # the label of a row that is no measure


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled text: its area, others that a careful coder would accept, and who wrote it, in which pass (w1a)."""

    text: str
    area: str
    also: tuple[str, ...] = ()
    group: str = ""

    @property
    def writer(self) -> str:
        """Who wrote it: the group without the letter of the pass."""
        return re.sub(r"(?<=\d)[a-z]$", "", self.group)


def leaves(areas: Mapping[str, Area]) -> dict[str, Area]:
    """The areas that measures are given: those that are no parent of another."""
    parents = {area.parent for area in areas.values()}
    return {code: area for code, area in areas.items() if code not in parents}


def read_areas(path: str | Path) -> dict[str, Area]:
    """A scheme of areas: a CSV file with columns code and name, and, where wanted, parent, keywords, scope, name_en.

    Raises UsageError where the file is missing, has no such columns, or names a code twice or a parent that it lacks.
    """
    areas: dict[str, Area] = {}
    lines: dict[str, int] = {}
    for number, row in _rows(path, ("code", "name")):
        code = row["code"]
        lines[code] = number
        if not code or code == NONE or code in areas:
            raise UsageError(f"{path}, line {number}: code {code!r} is empty, taken or not allowed", "bad_table")
        areas[code] = Area(
            code,
            row.get("parent", ""),
            row["name"],
            row.get("name_en", ""),
            scope=row.get("scope", ""),
            keywords=split_cell(row.get("keywords", "")),
        )
    for code, area in areas.items():
        if area.parent and not _has_a_root(area, areas):
            place = f"{path}, line {lines[code]}: {code} has the parent {area.parent!r}"
            raise UsageError(f"{place}, which is no code or stands below it", "bad_table")
    if len(leaves(areas)) < 2:
        raise UsageError(f"{path}: fewer than two areas to choose from", "bad_table")
    return areas


def _has_a_root(area: Area, areas: Mapping[str, Area]) -> bool:
    """Whether one comes from parent to parent to an area that has none."""
    for _ in range(len(areas)):
        if not area.parent:
            return True
        if area.parent not in areas:
            return False
        area = areas[area.parent]
    return False


def read_labels(path: str | Path, areas: Mapping[str, Area]) -> list[Label]:
    """The rows of a label file: a CSV file with columns text and area, and, where wanted, also and group.

    Rows with an empty area are left out (not yet labelled). Raises UsageError at a code that the scheme lacks.
    """
    codes = {*leaves(areas), NONE}
    labels = []
    for number, row in _rows(path, ("text", "area")):
        also = tuple(code for code in split_cell(row.get("also") or "") if code != row["area"])
        for code in (row["area"], *also):
            if code and code not in codes:
                raise UsageError(f"{path}, line {number}: {code!r} is no area of the scheme", "bad_labels")
        if row["area"] and row["text"]:
            labels.append(Label(row["text"], row["area"], also, row.get("group") or ""))
    return labels


def phrases(area: Area) -> list[str]:
    """What a scheme says of an area: its name, the phrases of its scope, its keywords, each once."""
    return list(dict.fromkeys(filter(None, [area.name, *re.split("[、，；。]", area.scope), *area.keywords])))


def merged(files: Iterable[Iterable[Label]]) -> list[Label]:
    """The rows of several label files; of one text the last row counts."""
    rows: dict[str, Label] = {}
    for label in (label for file in files for label in file):
        rows.pop(label.text, None)
        rows[label.text] = label
    return list(rows.values())


def sources(labels: str | Path | None, taxonomy: str | Path | None) -> tuple[Path | None, list[Path]]:
    """The file of areas (None: those of the lexicon) and the label files that a tagger is fitted from."""
    own = [] if labels is None else [Path(labels)]
    if taxonomy is None:
        return None, [corpora_dir() / "labels" / "areas.csv", *own]
    beside = Path(taxonomy) / "labels.csv"
    return Path(taxonomy) / "areas.csv", [*([beside] if beside.is_file() else []), *own]


def learnt_from(
    shipped: Mapping[str, Area], labels: str | Path | None, taxonomy: str | Path | None
) -> tuple[Mapping[str, Area], list[list[Label]]]:
    """The scheme (`shipped`, or that of the folder `taxonomy`) and the rows of each label file, those of `labels` last.

    Raises UsageError where a file is missing or faulty.
    """
    areas_file, label_files = sources(labels, taxonomy)
    areas = shipped if areas_file is None else read_areas(areas_file)
    return areas, [read_labels(path, areas) for path in label_files]


def _rows(path: str | Path, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    for line, row in read_rows(path, required).rows:
        yield line, {key: cell.strip() for key, cell in row.items()}
