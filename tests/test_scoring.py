"""Scoring: what agrees is perfect, each kind of difference is counted, and the figures are those of score.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from textmine.archive import mine_archive
from textmine.model import UsageError, report_id
from textmine.scoring import Score, character_f1, score
from textmine.tables import COLUMNS, write_csv
from textmine.workers import Options

TEXT = "青禾县水利局2021年工作总结\n一、防汛\n（一）加固堤防。完成投资1.5亿元。\n（二）清淤河道。出动X人次。\n"
GOLD: dict[str, Any] = {
    "report": {
        "title": "",
        "organ": "水利局",
        "region": "青禾县",
        "report_year": 2021,
        "plan_year": None,
        "kind": "工作总结",
    },
    "measures": [
        {
            "part": "summary",
            "section": "防汛",
            "label": "（一）",
            "heading": "加固堤防",
            "area": "07.3",
            "also": ["08.1"],
        },
        {"part": "summary", "section": "防汛", "label": "（二）", "heading": "清淤河道", "area": "07.3", "also": []},
    ],
    "metrics": [
        {"value": "1.5", "scale": "亿", "unit": "元", "modifier": "", "indicator": "完成投资", "direction": None},
        {"value": "X", "scale": "", "unit": "人次", "modifier": "", "indicator": "出动", "direction": None},
    ],
    "placeholders": [{"start": TEXT.index("X"), "kind": "quantity"}],
}
SPANS = {
    "measures": ("（一）加固堤防。完成投资1.5亿元。", "（二）清淤河道。出动X人次。"),
    "metrics": ("1.5亿元", "X人次"),
}


def _found() -> dict[str, list[dict[str, Any]]]:
    """Rows of tables that agree with GOLD in everything."""
    one = {"report_id": report_id("a.txt")}
    found: dict[str, list[dict[str, Any]]] = {
        "reports": [one | {"source": "a.txt", "organ": "水利局", "report_year": 2021, "kind": "工作总结"}],
        "placeholders": [one | {"start": TEXT.index("X"), "end": TEXT.index("X") + 1, "kind": "quantity"}],
    }
    for table, spans in SPANS.items():
        found[table] = []
        for gold, words in zip(GOLD[table], spans, strict=True):
            start = TEXT.index(words)
            gold |= {"start": start, "end": start + len(words)}
            row = one | {key: value for key, value in gold.items() if key in COLUMNS[table]}
            found[table].append(row | ({"value_text": gold["value"], "target": False} if table == "metrics" else {}))
            gold.setdefault("target", False)
            gold.setdefault("basis", None)
    return found


def _score(tmp_path: Path, found: dict[str, list[dict[str, Any]]], gold: dict[str, Any] | None = None) -> Score:
    (tmp_path / "gold").mkdir(exist_ok=True)
    (tmp_path / "out").mkdir(exist_ok=True)
    (tmp_path / "gold" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "gold" / "a.json").write_text(json.dumps(gold or GOLD, ensure_ascii=False), encoding="utf-8")
    for table in COLUMNS:
        rows = [tuple(row.get(name) for name in COLUMNS[table]) for row in found.get(table, [])]
        write_csv(tmp_path / "out" / f"{table}.csv", COLUMNS[table], rows)
    return score(tmp_path / "gold", tmp_path / "out")


def test_what_agrees_in_everything_is_perfect(tmp_path: Path) -> None:
    result = _score(tmp_path, _found())
    figures = result.figures()
    assert result.misses == []
    assert [figures[name]["f1"] for name in ("measures", "metrics", "metric_rows", "placeholders")] == [1.0] * 4
    assert {value for value in figures.values() if isinstance(value, float)} == {1.0}
    assert figures["docs"] == 1


@pytest.mark.parametrize(
    ("table", "change", "figure", "miss"),
    [
        ("reports", {"report_year": 2020}, "report_fields", "report.report_year"),
        ("reports", {"organ": "体育局"}, "report_fields", "report.organ"),
        ("measures", {"start": 0}, "measures", "measure"),
        ("measures", {"part": "plan"}, "measure_part", "part"),
        ("measures", {"label": "一是"}, "measure_label", "label"),
        ("measures", {"heading": "别的话语"}, "measure_heading", "heading"),
        ("measures", {"area": "08.1"}, "area_L2", None),
        ("measures", {"area": "01.1"}, "area_L2_lenient", "area"),
        ("metrics", {"end": 1}, "metrics", "metric"),
        ("metrics", {"value_text": "15"}, "metric_value", "value"),
        ("metrics", {"unit": "吨"}, "metric_value", "value"),
        ("metrics", {"indicator": "无关"}, "metric_indicator", "indicator"),
        ("metrics", {"modifier": "近"}, "metric_modifier", "modifier"),
        ("metrics", {"direction": "increase"}, "metric_direction", "direction"),
        ("metrics", {"basis": "同比"}, "metric_basis", "basis"),
        ("metrics", {"target": True}, "metric_target", "target"),
        ("placeholders", {"kind": "name"}, "placeholders", "placeholder"),
    ],
)
def test_each_difference_costs_its_figure(
    tmp_path: Path, table: str, change: dict[str, Any], figure: str, miss: str | None
) -> None:
    found = _found()
    found[table][0] |= change
    result = _score(tmp_path, found)
    value = result.figures()[figure]
    assert (value["f1"] if isinstance(value, dict) else value) < 1
    if miss:
        assert miss in {kind for kind, *_ in result.misses}


def test_what_is_lenient_costs_nothing(tmp_path: Path) -> None:
    """Ends two characters off, full-width digits, organs of which one holds the other, rows of the kind `first`."""
    found = _found()
    found["measures"][0] |= {"end": found["measures"][0]["end"] - 2, "label": "(一)"}
    found["metrics"][0] |= {"value_text": "１.５"}
    found["reports"][0] |= {"organ": "县水利局"}
    found["metrics"].append(found["metrics"][0] | {"start": 0, "end": 3, "quantity": "first"})
    result = _score(tmp_path, found)
    figures = result.figures()
    assert [figures[name]["f1"] for name in ("measures", "metrics", "metric_rows", "placeholders")] == [1.0] * 4
    assert figures["measure_label"] == figures["report_fields"] == 1.0


def test_findings_outside_the_windows_are_left_out(tmp_path: Path) -> None:
    found = _found()
    window = [found["measures"][0]["start"], found["measures"][0]["end"]]
    gold = GOLD | {
        "windows": [window],
        "measures": GOLD["measures"][:1],
        "metrics": GOLD["metrics"][:1],
        "placeholders": [],
    }
    figures = _score(tmp_path, found, gold).figures()
    assert (figures["measures"]["pred"], figures["metrics"]["pred"], figures["placeholders"]["pred"]) == (1, 1, 0)
    assert figures["measures"]["f1"] == 1.0


def test_a_report_that_is_not_there_costs_everything(tmp_path: Path) -> None:
    result = _score(tmp_path, {})
    assert ("no report", "a.txt", "", "") in result.misses
    assert result.figures()["measures"]["f1"] == 0.0


def test_folders_without_gold_or_tables_are_refused(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    with pytest.raises(UsageError, match="no gold files"):
        score(tmp_path / "gold", tmp_path)
    (tmp_path / "gold" / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"no reports\.csv"):
        score(tmp_path / "gold", tmp_path)


@pytest.mark.parametrize(
    ("found", "expected", "f1"),
    [
        ("办结案件", "办结案件", 1.0),
        ("办结", "案件", 0.0),
        ("办结案件", "办结", 2 / 3),
        ("", "", 0.0),
        ("（办结）", "办结", 1.0),
    ],
)
def test_character_f1(found: str, expected: str, f1: float) -> None:
    assert character_f1(found, expected) == pytest.approx(f1)


@pytest.mark.parametrize("half", ["develop", "measure"])
def test_figures_are_those_of_the_shared_script(half: str, shared_gold: Path, tmp_path: Path) -> None:
    gold = ROOT / "corpora" / "gold" / half
    mine_archive(gold, tmp_path / "out", options=Options(tag=False), jobs=2)
    script = [sys.executable, str(shared_gold / "score.py"), str(gold), str(tmp_path / "out")]
    said = subprocess.run(script, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    ours = score(gold, tmp_path / "out").figures()
    theirs = json.loads(said.strip().splitlines()[-1])
    assert {key: ours.get(key) for key in theirs} == theirs
