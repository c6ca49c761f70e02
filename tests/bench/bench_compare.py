"""How the time of `compare` grows: the sample archive repeated under other names, mined once, compared as a whole.

    python tests/bench/bench_compare.py 500 1000 2000

Each copy has places of its own (云岚0001市 …), so that the archive holds 4 series for every 14 reports. Prints reports,
seconds of processor time, the same for 1,000 reports (to stay level), rows found, and the peak of memory.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from textmine.archive import mine_archive
from textmine.comparing import compare
from textmine.tables import COLUMNS, Row, read_csv, write_csv
from textmine.workers import Options

SAMPLE = Path(__file__).parents[2] / "corpora" / "archive"
IDS = ("report_id", "measure_id", "metric_id", "section_id", "parent_id")


def repeated(table: Path, columns: tuple[str, ...], reports: int) -> Iterator[Row]:
    """The rows of a table for as many reports as asked for, every copy under its own ids and places."""
    rows = list(read_csv(table))
    order = {key: at for at, key in enumerate(dict.fromkeys(row["report_id"] for row in rows))}
    for copy in range(-(-reports // 14)):
        for row in rows:
            if copy * 14 + order[row["report_id"]] < reports:
                new = row | {name: f"r{copy:04d}{row[name][5:]}" for name in IDS if row.get(name)}
                if "source" in row:
                    new |= {
                        "source": f"{copy:04d}/{row['source']}",
                        "region": (row["region"] or "石桥区") + f"{copy:04d}",
                    }
                yield tuple(new[name] for name in columns)


def measure(mined: Path, reports: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        for name, columns in COLUMNS.items():
            rows = [] if name == "failures" else repeated(mined / f"{name}.csv", columns, reports)
            write_csv(out / f"{name}.csv", columns, rows)
        start = time.process_time()
        found = compare(out, Path(folder) / "to")
        seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows_found = sum(map(len, found.values()))
    rate = 1000 * seconds / reports
    print(f"{reports:6d} reports  {seconds:6.1f} s  {rate:6.1f} s a 1,000  {rows_found:8d} rows  {peak:5.2f} GiB")


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [500, 1000, 2000]
    with tempfile.TemporaryDirectory() as folder:
        mined = Path(folder) / "mined"
        mine_archive(SAMPLE, mined, options=Options(tag=False), jobs=1)
        for size in sizes:
            measure(mined, size)


if __name__ == "__main__":
    main()
