"""Figures that may only rise: floors pinned for a gold folder, what was gained and lost, how sure a figure is.

`corpora/gold/floors.toml` has a table for each gold folder: a digest of its files, so that floors of other gold are not
compared with it, and the figures. The misses of that run stand beside it in `FOLDER.misses.csv`.
"""

from __future__ import annotations

import csv
import hashlib
import random
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    figures = headline(score)
    floors = pinned["floors"]
    lowered = {name: (floor, figures[name]) for name, floor in floors.items() if figures.get(name, 0.0) < floor}
    return Comparison(gained, lost, lowered)


def pin(gold: Path, score: Score, reason: str = "") -> None:
    """Pin the figures of a run as floors. Raises UsageError where one would fall and no reason is given."""
    try:
        comparison = compare_with_floors(gold, score)
    except UsageError:
        comparison = None
    if comparison and comparison.lowered and not reason:
        falls = ", ".join(f"{name} {floor} → {now}" for name, (floor, now) in comparison.lowered.items())
        raise UsageError(f"floors would fall ({falls}); say why with --reason")
    path = _floors_path(gold)
    tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    tables[gold.resolve().name] = {"digest": digest(gold), "reason": reason, "floors": headline(score)}
    path.write_text(_toml(tables), encoding="utf-8")
    with open(_misses_path(gold), "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted(score.misses))


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


def _read(gold: Path) -> dict[str, Any] | None:
    path = _floors_path(gold)
    if not path.exists():
        return None
    return tomllib.loads(path.read_text(encoding="utf-8")).get(gold.resolve().name)


def _read_misses(gold: Path) -> Counter[Miss]:
    path = _misses_path(gold)
    if not path.exists():
        return Counter()
    with open(path, encoding="utf-8", newline="") as file:
        return Counter((row[0], row[1], row[2], row[3]) for row in csv.reader(file))


def _toml(tables: dict[str, dict[str, Any]]) -> str:
    lines = ["# Figures may only rise: `textmine score GOLD OUT` compares with these, `--pin` raises them.", ""]
    for name, table in sorted(tables.items()):
        floors = table["floors"]
        lines += [f"[{name}]", f'digest = "{table["digest"]}"', f'reason = "{table.get("reason", "")}"', ""]
        lines += [f"[{name}.floors]", *(f'"{key}" = {value}' for key, value in floors.items()), ""]
    return "\n".join(lines)
