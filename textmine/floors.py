"""Figures that may only rise: floors pinned for a gold folder, what was gained and lost, how sure a figure is.

`corpora/gold/floors.toml` has a table for each gold folder: a digest of its files, so that floors of other gold are not
compared with it, and the figures. The misses of that run stand beside it in `FOLDER.misses.csv`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textmine.files import write_whole
from textmine.model import UsageError
from textmine.scoring import Score

Miss = tuple[str, str, str, str]
HEADLINES = {
    "measures": "measures",
    "metric spans": "metrics",
    "metric rows": "metric_rows",
    "placeholders": "placeholders",
}
SHARES = (
    *("report_fields", "measure_part", "measure_label", "measure_heading", "area_L1", "area_L2"),
    *("metric_indicator", "metric_modifier", "metric_direction", "metric_basis", "metric_target"),
)


def headline(score: Score) -> dict[str, float]:
    """The figures that floors are set for: F1 of the four tables and the share right of each field."""
    figures = score.figures()
    found = {name: float(figures[key]["f1"]) for name, key in HEADLINES.items()}
    return found | {name: float(figures[name]) for name in SHARES}


def intervals(score: Score, resamples: int = 1000, level: float = 0.95) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap intervals of the headline figures over reports (Efron & Tibshirani 1993, chapter 13)."""
    chance = random.Random(0)
    drawn: dict[str, list[float]] = {}
    for _ in range(resamples):
        counts: Counter[str] = Counter()
        for _ in score.by_report:
            counts.update(chance.choice(score.by_report))
        for name, value in headline(Score(counts)).items():
            drawn.setdefault(name, []).append(value)
    cut = int(resamples * (1 - level) / 2)
    return {name: (sorted(values)[cut], sorted(values)[-cut - 1]) for name, values in drawn.items()}


@dataclass(frozen=True)
class Comparison:
    """A run against the pinned one: misses that went and that came, and figures below their floor."""

    gained: list[Miss]
    lost: list[Miss]
    lowered: dict[str, tuple[float, float]]  # figure: floor, now


def compare_with_floors(gold: Path, score: Score) -> Comparison | None:
    """What changed since the floors of a gold folder were pinned; None where there are none.

    Raises UsageError where the gold itself changed since: then the floors must be pinned anew.
    """
    pinned = _read(gold)
    if pinned is None:
        return None
    if pinned["digest"] != digest(gold):
        raise UsageError(
            f"{gold}: the gold files changed since the floors were pinned; look, then pin them again (--pin)"
        )
    before = _read_misses(gold)
    now = Counter(score.misses)
    gained, lost = sorted((before - now).elements()), sorted((now - before).elements())
    return Comparison(gained, lost, _lowered(pinned, score))


def _lowered(pinned: dict[str, Any] | None, score: Score) -> dict[str, tuple[float, float]]:
    """The figures that are below their floor: the floor, and what they are now."""
    figures, floors = headline(score), pinned["floors"] if pinned else {}
    return {name: (floor, figures.get(name, 0.0)) for name, floor in floors.items() if figures.get(name, 0.0) < floor}


def pin(gold: Path, score: Score, reason: str = "") -> None:
    """Pin the figures of a run as floors.

    Raises UsageError where one would fall and no reason is given, also where the gold changed since: a harder gold is
    a reason, and one that must be written down.
    """
    lowered = _lowered(_read(gold), score)
    if lowered and not reason.strip():
        falls = ", ".join(f"{name} {floor} → {now}" for name, (floor, now) in lowered.items())
        raise UsageError(f"floors would fall ({falls}); say why with --reason")
    tables = _tables(gold)
    tables[gold.resolve().name] = {"digest": digest(gold), "reason": reason.strip(), "floors": headline(score)}
    misses = io.StringIO()
    csv.writer(misses, lineterminator="\n").writerows(sorted(score.misses))
    write_whole(_misses_path(gold), misses.getvalue().encode("utf-8"))
    write_whole(_floors_path(gold), _toml(tables).encode("utf-8"))


def digest(gold: Path) -> str:
    """A hash of all gold files of a folder, names and contents."""
    total = hashlib.sha256()
    for path in sorted((*gold.glob("*.json"), *gold.glob("*.txt"))):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _floors_path(gold: Path) -> Path:
    return gold.resolve().parent / "floors.toml"


def _misses_path(gold: Path) -> Path:
    return gold.resolve().parent / f"{gold.resolve().name}.misses.csv"


def _tables(gold: Path) -> dict[str, Any]:
    """The tables of floors.toml. Raises UsageError for one that is badly written."""
    path = _floors_path(gold)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error


def _read(gold: Path) -> dict[str, Any] | None:
    pinned: dict[str, Any] | None = _tables(gold).get(gold.resolve().name)
    if pinned is not None and not {"digest", "floors"} <= set(pinned):
        raise UsageError(f"{_floors_path(gold)}: the table {gold.resolve().name} has no digest or no floors")
    return pinned


def _read_misses(gold: Path) -> Counter[Miss]:
    path = _misses_path(gold)
    if not path.exists():
        return Counter()
    with open(path, encoding="utf-8", newline="") as file:
        return Counter((row[0], row[1], row[2], row[3]) for row in csv.reader(file))


def _toml(tables: dict[str, dict[str, Any]]) -> str:
    lines = ["# Figures may only rise: `textmine score GOLD OUT` compares with these, `--pin` raises them.", ""]
    for name, table in sorted(tables.items()):
        key = name if re.fullmatch("[A-Za-z0-9_-]+", name) else _quoted(name)
        lines += [
            f"[{key}]",
            f"digest = {_quoted(table['digest'])}",
            f"reason = {_quoted(table.get('reason', ''))}",
            "",
        ]
        lines += [f"[{key}.floors]", *(f"{_quoted(figure)} = {value}" for figure, value in table["floors"].items()), ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """A string as TOML has it, which is how JSON has it."""
    return json.dumps(text, ensure_ascii=False)
