"""Found against gold: precision, recall and F1 by table and field; what was gained and lost since the floors.

The matching is that of shared/gold/score.py, rule for rule; gold/README.md explains it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from textmine.model import UsageError
from textmine.tables import read_csv

NEAR = 2  # characters by which the ends of a measure may differ
HEADING_F1, INDICATOR_F1 = 0.8, 0.6
REPORT_FIELDS = ("report_year", "plan_year", "kind", "organ")
Rows = dict[str, dict[str, list[dict[str, str]]]]


@dataclass
class Score:
    """Counts of one scoring run, in all and by report, and every miss as (kind, file, expected, found)."""

    counts: Counter[str] = field(default_factory=Counter)
    misses: list[tuple[str, str, str, str]] = field(default_factory=list)
    by_report: list[Counter[str]] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """The figures of score.py, under its names."""
        c = self.counts
        n, x = max(1, c["m_tp"]), max(1, c["x_tp"])

        def share(key: str, of: int) -> float:
            return round(c[key] / of, 4)

        return {
            "docs": c["docs"],
            "report_fields": share("field_ok", max(1, c["field_all"])),
            "measures": _prf(c["m_tp"], c["m_pred"], c["m_gold"]),
            "measure_part": share("part_ok", n),
            "measure_label": share("label_ok", n),
            "measure_heading": share("heading_ok", n),
            "area_L1": share("area1_strict", n),
            "area_L1_lenient": share("area1_ok", n),
            "area_L2": share("area2_strict", n),
            "area_L2_lenient": share("area2_ok", n),
            "metrics": _prf(c["x_tp"], c["x_pred"], c["x_gold"]),
            "metric_rows": _prf(c["x_row_ok"], c["x_pred"], c["x_gold"]),
            "metric_value": share("x_value_ok", x),
            "metric_indicator": share("x_ind_ok", x),
            "metric_modifier": share("x_mod_ok", x),
            "metric_direction": share("x_dir_ok", x),
            "metric_basis": share("x_basis_ok", x),
            "metric_target": share("x_target_ok", x),
            "placeholders": _prf(c["p_tp"], c["p_pred"], c["p_gold"]),
        }


def score(gold: str | Path, out: str | Path) -> Score:
    """Score the tables of an output folder against the gold files of a folder (NAME.txt + NAME.json).

    Raises UsageError where one of them is not there.
    """
    gold_folder, out_folder = Path(gold), Path(out)
    files = sorted(gold_folder.glob("*.json"))
    if not files:
        raise UsageError(f"{gold_folder}: no gold files (NAME.json beside NAME.txt)")
    if not (out_folder / "reports.csv").exists():
        raise UsageError(f"{out_folder}: no reports.csv; run `textmine mine` on the gold folder first")
    reports = {PurePosixPath(row["source"]).name: row for row in read_csv(out_folder / "reports.csv")}
    rows = {name: _by_report(out_folder / f"{name}.csv") for name in ("measures", "metrics", "placeholders")}
    result = Score()
    for path in files:
        one = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        before = result.counts.copy()
        _score_report(result, path.stem + ".txt", text, one, reports.get(path.stem + ".txt"), rows)
        result.by_report.append(result.counts - before)
    return result


def _by_report(path: Path) -> dict[str, list[dict[str, str]]]:
    grouped: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read_csv(path):
        grouped[row["report_id"]].append(row)
    return grouped


def _score_report(
    result: Score, name: str, text: str, gold: dict[str, Any], report: dict[str, str] | None, rows: Rows
) -> None:
    result.counts["docs"] += 1
    windows = gold.get("windows") or [[0, len(text)]]
    found = {
        table: [
            row
            for row in (by_report.get(report["report_id"], []) if report else [])
            if any(start <= int(row["start"]) < end for start, end in windows)
        ]
        for table, by_report in rows.items()
    }
    if report is None:
        result.misses.append(("no report", name, "", ""))
    _score_fields(result, name, gold["report"], report or {})
    _score_measures(result, name, text, gold["measures"], found["measures"])
    metrics = [row for row in found["metrics"] if row["quantity"] != "first"]
    _score_metrics(result, name, text, gold["metrics"], metrics)
    _score_placeholders(result, name, text, gold["placeholders"], found["placeholders"])


def _score_fields(result: Score, name: str, gold: dict[str, Any], report: dict[str, str]) -> None:
    for key in REPORT_FIELDS:
        want = "" if gold.get(key) is None else str(gold[key])
        got = report.get(key, "").removesuffix(".0")
        right = want == got or (key == "organ" and bool(want and got) and (want in got or got in want))
        result.counts["field_all"] += 1
        result.counts["field_ok"] += right
        if not right:
            result.misses.append((f"report.{key}", name, want, got))


def _score_measures(
    result: Score, name: str, text: str, gold: list[dict[str, Any]], rows: list[dict[str, str]]
) -> None:
    c = result.counts
    spans = [_trim(text, int(row["start"]), int(row["end"])) for row in rows]
    c["m_pred"] += len(rows)
    c["m_gold"] += len(gold)
    used: set[int] = set()
    for measure in gold:
        start, end = _trim(text, measure["start"], measure["end"])
        near = (
            k for k, (a, b) in enumerate(spans) if k not in used and abs(a - start) <= NEAR and abs(b - end) <= NEAR
        )
        hit = next(near, None)
        if hit is None:
            result.misses.append(("measure", name, _ends(text, start, end), ""))
            continue
        used.add(hit)
        _score_measure_fields(result, name, text[start : start + 30], measure, rows[hit])
    for k, (start, end) in enumerate(spans):
        if k not in used:
            result.misses.append(("extra measure", name, "", _ends(text, start, end)))


def _score_measure_fields(result: Score, name: str, words: str, gold: dict[str, Any], row: dict[str, str]) -> None:
    c = result.counts
    c["m_tp"] += 1
    heading, area = gold["heading"], row["area"].strip()
    checks = {
        "part": row["part"] == gold["part"],
        "label": _fold(row["label"]) == _fold(gold["label"]),
        "heading": character_f1(row["heading"], heading) >= HEADING_F1 or (not heading and not row["heading"]),
    }
    for key, right in checks.items():
        c[f"{key}_ok"] += right
        if not right:
            result.misses.append((key, name, f"{gold[key]} | {words}", row[key]))
    accepted = {gold["area"], *gold["also"]}
    c["area2_ok"] += area in accepted
    c["area2_strict"] += area == gold["area"]
    c["area1_strict"] += _first(area) == _first(gold["area"])
    c["area1_ok"] += _first(area) in {_first(code) for code in accepted}
    if area not in accepted:
        result.misses.append(("area", name, f"{gold['area']} {words}", area))


def _score_metrics(result: Score, name: str, text: str, gold: list[dict[str, Any]], rows: list[dict[str, str]]) -> None:
    c = result.counts
    spans = [_trim(text, int(row["start"]), int(row["end"])) for row in rows]
    c["x_pred"] += len(rows)
    c["x_gold"] += len(gold)
    used: set[int] = set()
    for metric in gold:
        start, end = _trim(text, metric["start"], metric["end"])
        hit = next((k for k, span in enumerate(spans) if k not in used and span == (start, end)), None)
        if hit is not None:
            used.add(hit)
            _score_metric_fields(result, name, _around(text, start, end, 25, 4), metric, rows[hit])
            continue
        over = next((k for k, (a, b) in enumerate(spans) if k not in used and a < end and b > start), None)
        if over is not None:
            used.add(over)
        found = "" if over is None else text[spans[over][0] : spans[over][1]]
        result.misses.append(("metric", name, _around(text, start, end, 15, 6), found))
    for k, (start, end) in enumerate(spans):
        if k not in used:
            result.misses.append(("extra metric", name, "", _around(text, start, end, 15, 6)))


def _score_metric_fields(result: Score, name: str, words: str, gold: dict[str, Any], row: dict[str, str]) -> None:
    c = result.counts
    c["x_tp"] += 1
    parts = (("value", "value_text"), ("scale", "scale"), ("unit", "unit"))
    value = all(_fold(gold[mine]) == _fold(row[theirs]) for mine, theirs in parts)
    indicator = character_f1(row["indicator"], gold["indicator"]) >= INDICATOR_F1
    checks = {
        "mod": ("modifier", _fold(row["modifier"]) == _fold(gold["modifier"])),
        "dir": ("direction", _fold(row["direction"]) == _fold(gold["direction"])),
        "basis": ("basis", bool(_fold(row["basis"])) == bool(_fold(gold["basis"]))),
        "target": ("target", (row["target"].lower() in ("1", "true")) == bool(gold["target"])),
    }
    c["x_value_ok"] += value
    c["x_ind_ok"] += indicator
    c["x_row_ok"] += value and indicator
    for key, (column, right) in checks.items():
        c[f"x_{key}_ok"] += right
        if not right:
            result.misses.append((column, name, f"{gold[column]} | {words}", row[column]))
    if not indicator:
        result.misses.append(("indicator", name, f"{gold['indicator']} | {words}", row["indicator"]))
    elif not value:
        want = "|".join(str(gold[mine]) for mine, _ in parts)
        result.misses.append(("value", name, want, "|".join(row[theirs] for _, theirs in parts)))


def _score_placeholders(
    result: Score, name: str, text: str, gold: list[dict[str, Any]], rows: list[dict[str, str]]
) -> None:
    found = {int(row["start"]): row["kind"] for row in rows}
    result.counts["p_pred"] += len(found)
    result.counts["p_gold"] += len(gold)
    for one in gold:
        kind = found.get(one["start"])
        result.counts["p_tp"] += kind == one["kind"]
        if kind != one["kind"]:
            at = one["start"]
            result.misses.append(("placeholder", name, f"{one['kind']} {text[max(0, at - 12) : at + 10]}", str(kind)))


# --- measures of agreement ------------------------------------------------------------------------------------------


def character_f1(found: str, expected: str) -> float:
    """F1 of the two multisets of letters, digits and Chinese characters."""
    one, two = (Counter(char for char in text if char.isalnum()) for text in (found, expected))
    common = sum((one & two).values())
    return _f1(common / max(1, sum(one.values())), common / max(1, sum(two.values())))


def _f1(precision: float, recall: float) -> float:
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def _prf(right: int, found: int, gold: int) -> dict[str, float | int]:
    precision, recall = right / found if found else 0.0, right / gold if gold else 0.0
    return {
        "p": round(precision, 4),
        "r": round(recall, 4),
        "f1": round(_f1(precision, recall), 4),
        "tp": right,
        "pred": found,
        "gold": gold,
    }


def _fold(text: Any) -> str:
    return unicodedata.normalize("NFKC", str(text) if text else "").strip()


def _first(code: str) -> str:
    return code.split(".")[0]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends(text: str, start: int, end: int) -> str:
    return text[start : start + 30] + "…" + text[max(start, end - 12) : end]


def _around(text: str, start: int, end: int, before: int, after: int) -> str:
    return re.sub(r"\s", "⏎", f"{text[max(0, start - before) : start]}【{text[start:end]}】{text[end : end + after]}")
