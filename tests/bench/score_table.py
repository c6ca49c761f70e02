"""The table of figures in the README, made anew: `python tests/bench/score_table.py`.

Mines each gold folder and writes precision, recall and F1 by table, the share right by field, and 95 % bootstrap
intervals over reports. The real gold stands beside the project (../shared/gold); where it is not there, its columns
keep the figures and the date they had.
"""

from __future__ import annotations

import datetime
import re
import tempfile
from pathlib import Path

from textmine.archive import mine_archive
from textmine.floors import intervals
from textmine.scoring import Score, score

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
FOLDERS = {
    "measure": ROOT / "corpora" / "gold" / "measure",
    "develop": ROOT / "corpora" / "gold" / "develop",
    "real": ROOT.parent / "shared" / "gold",
}
TABLES = {
    "measures": "measures",
    "metric spans": "metrics",
    "metric rows": "metric_rows",
    "placeholders": "placeholders",
}
FIELDS = {
    "report fields": "report_fields",
    "measure part": "measure_part",
    "measure label": "measure_label",
    "measure heading": "measure_heading",
    "policy area (22)": "area_L1",
    "policy area (22), or one also accepted": "area_L1_lenient",
    "sub-area (94)": "area_L2",
    "sub-area (94), or one also accepted": "area_L2_lenient",
    "metric value, scale, unit": "metric_value",
    "metric indicator": "metric_indicator",
    "metric modifier": "metric_modifier",
    "metric direction": "metric_direction",
    "metric basis": "metric_basis",
    "metric target": "metric_target",
}
START, END = "<!-- figures: tests/bench/score_table.py -->", "<!-- end of figures -->"


def main() -> None:
    """Write the tables into the README, between the two marks."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(START)
    old, after = rest.split(END)
    parts = [_section(name, folder) or _kept(old, name) for name, folder in FOLDERS.items()]
    README.write_text(
        before + START + "\n\n" + "\n\n".join(filter(None, parts)) + "\n\n" + END + after, encoding="utf-8"
    )


def _section(name: str, folder: Path) -> str:
    if not folder.is_dir():
        return ""
    with tempfile.TemporaryDirectory() as out:
        mine_archive(folder, out)
        result = score(folder, out)
    return "\n".join([f"**{_title(name, result)}**", "", *_table(result)])


def _title(name: str, result: Score) -> str:
    count = result.counts["docs"]
    return {
        "measure": f"Invented gold, measuring half ({count} reports, kept from whoever made rules: "
        "corpora/gold/README.md)",
        "develop": f"Invented gold, developing half ({count} reports)",
        "real": f"Real gold, on which the rules were tuned ({count} reports, {datetime.date.today()})",
    }[name]


def _table(result: Score) -> list[str]:
    figures = result.figures()
    sure = intervals(result)
    lines = ["| found | precision | recall | F1 | 95 % interval of F1 |", "|---|---|---|---|---|"]
    for name, key in TABLES.items():
        one = figures[key]
        low, high = sure[name]
        lines.append(f"| {name} | {one['p']:.3f} | {one['r']:.3f} | {one['f1']:.3f} | {low:.3f}–{high:.3f} |")
    lines += ["", "| field, of what was found | share right |", "|---|---|"]
    return lines + [f"| {name} | {figures[key]:.3f} |" for name, key in FIELDS.items()]


def _kept(old: str, name: str) -> str:
    start = {"measure": "Invented gold, measuring", "develop": "Invented gold, developing", "real": "Real gold"}[name]
    match = re.search(rf"\*\*{start}.*?(?=\n\*\*|\Z)", old, re.DOTALL)
    return match[0].strip() if match else ""


if __name__ == "__main__":
    main()
