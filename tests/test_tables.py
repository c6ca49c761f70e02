"""Tables: their columns are the design's, their cells come back as they went in, in every format."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from brace import lexicon

import textmine
from textmine.archive import Archive
from textmine.mining import Tools, mine_document
from textmine.model import Document, Failure, Mined, UsageError
from textmine.tables import (
    COLUMNS,
    MAX_EXCEL_CELL,
    Row,
    escape,
    failure_row,
    load,
    plain,
    read_csv,
    rows_of,
    to_frames,
    unescape,
    write_cell,
    write_csv,
    write_frames,
)

# The design's contract: names, and their order.
DESIGN = {
    "reports": "report_id, source, title, kind, level, region, organ, report_year, plan_year, encoding, chars, "
    "measures, metrics, placeholders, warnings, sha256",
    "sections": "report_id, section_id, parent_id, level, label, title, part, start, end",
    "measures": "report_id, measure_id, section_id, section, part, label, heading, text, start, end, area, area_name, "
    "area_score, area2, area2_score, evidence, strength",
    "metrics": "report_id, measure_id, metric_id, indicator, value_text, value, value_high, scale, unit, quantity, "
    "std_value, std_high, std_unit, modifier, bound, direction, basis, target, masked, period, sentence, start, end",
    "placeholders": "report_id, measure_id, start, end, text, kind, context",
    "failures": "source, stage, error, detail",
}
TEXT = "青禾县水利局2021年工作总结\n一、防汛\n（一）加固堤防。完成投资1.5亿元，增长5%。\n（二）清淤河道。出动X人次。\n"


@pytest.fixture(scope="module")
def mined() -> Mined:
    return mine_document(Document("a.txt", TEXT), Tools(lexicon()))


@pytest.mark.parametrize("table", DESIGN)
def test_columns_are_those_of_the_design(table: str) -> None:
    assert ", ".join(COLUMNS[table]) == DESIGN[table]


def test_there_are_no_other_tables() -> None:
    assert set(COLUMNS) == set(DESIGN)


def test_a_report_gives_rows_under_its_columns(mined: Mined) -> None:
    rows = rows_of(mined)
    assert {name: len(found) for name, found in rows.items()} == {
        "reports": 1,
        "sections": 1,
        "measures": 2,
        "metrics": 3,
        "placeholders": 1,
    }
    assert all(len(row) == len(COLUMNS[name]) for name, found in rows.items() for row in found)
    report = dict(zip(COLUMNS["reports"], rows["reports"][0], strict=True))
    assert (report["report_id"], report["chars"], report["report_year"]) == (mined.report.report_id, len(TEXT), 2021)
    metric = dict(zip(COLUMNS["metrics"], rows["metrics"][0], strict=True))
    assert TEXT[metric["start"] : metric["end"]] == "1.5亿元"


# --- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (2021, "2021"),
        (0.8126, "0.813"),
        (Decimal("1.50"), "1.5"),
        (Decimal("150000000"), "150000000"),
        (Decimal("1E+12"), "1000000000000"),
        (Decimal("0.00001"), "0.00001"),
        (Decimal("100"), "100"),
        (Decimal("-3.0"), "-3"),
        (Decimal(2000) / Decimal(3) * 3, "2000"),
        ("办结12件", "办结12件"),
        ("01.1", "01.1"),
        ("=1+1", "'=1+1"),
        ("——整合线路", "——整合线路"),
        ("-5%", "-5%"),
        ("%", "%"),
        ("-1+2", "'-1+2"),
        ("＝合计", "'＝合计"),
        ("@总数", "'@总数"),
        ("\t缩进", "'\t缩进"),
        ("'=1", "''=1"),
        ("'引用'", "'引用'"),
    ],
)
def test_a_cell_as_it_is_written(value: object, written: str) -> None:
    assert write_cell(value) == written  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["=1", "'=1", "''=1", "'", "''", "'x", "-1", "'-1", "%", "'%", "+", "件", ""])
def test_an_escape_comes_off_again(cell: str) -> None:
    assert unescape(escape(cell)) == cell


def test_cells_may_be_left_unescaped() -> None:
    assert write_cell("=1+1", escaped=False) == "=1+1"


@pytest.mark.parametrize("value", [Decimal("1" * 40), Decimal("0.1")])
def test_a_decimal_of_any_length_is_written_in_full(value: Decimal) -> None:
    assert Decimal(plain(value)) == value


# --- CSV ------------------------------------------------------------------------------------------------------------


def test_a_csv_is_utf8_with_bom_and_plain_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_csv(path, ("a", "b"), [("一", 1), ("二\n三", None)])
    assert path.read_bytes() == b'\xef\xbb\xbfa,b\n\xe4\xb8\x80,1\n"\xe4\xba\x8c\n\xe4\xb8\x89",\n'


def test_a_csv_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_csv(path, ("a",), [("旧",)])

    def rows() -> object:
        yield ("新",)
        raise RuntimeError("broken off")

    with pytest.raises(RuntimeError):
        write_csv(path, ("a",), rows())  # type: ignore[arg-type]
    assert [row["a"] for row in read_csv(path)] == ["旧"]
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]


def test_escapes_are_for_csv_alone(tmp_path: Path) -> None:
    rows: list[Row] = [("=1+1", "read", "crash", "-x")]
    tables = {name: rows if name == "failures" else [] for name in COLUMNS}
    for form in ("csv", "parquet", "xlsx"):
        (tmp_path / form).mkdir()
        write_frames(tmp_path / form, tables, form)
        assert load(tmp_path / form)["failures"]["source"].tolist() == ["=1+1"]
    assert "'=1+1" in (tmp_path / "csv" / "failures.csv").read_text(encoding="utf-8-sig")


def test_a_failure_is_a_row() -> None:
    assert failure_row(Failure("a.txt", "read", "empty", "nothing")) == ("a.txt", "read", "empty", "nothing")


# --- DataFrames -----------------------------------------------------------------------------------------------------


def test_frames_have_the_right_types(mined: Mined) -> None:
    frames = to_frames(mined)
    assert set(frames) == set(COLUMNS) - {"failures"}
    assert str(frames["reports"]["report_year"].dtype) == "Int64"
    assert str(frames["sections"]["level"].dtype) == "Int64"
    metrics = frames["metrics"]
    assert [str(metrics[name].dtype) for name in ("value", "masked", "start")] == ["float64", "bool", "Int64"]
    assert metrics["value"].tolist()[:2] == [1.5, 5.0]
    assert metrics["value"].isna().tolist() == [False, False, True]
    assert metrics["masked"].tolist() == [False, False, True]
    assert frames["measures"]["area"].tolist() == ["", ""]
    assert frames["reports"]["plan_year"].isna().tolist() == [True]


def test_several_reports_go_into_one_frame(mined: Mined) -> None:
    other = mine_document(Document("b.txt", TEXT), Tools(lexicon()))
    assert to_frames([mined, other])["reports"]["source"].tolist() == ["a.txt", "b.txt"]


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_tables_load_as_they_were_written(mined: Mined, tmp_path: Path, form: str) -> None:
    write_frames(tmp_path, rows_of(mined) | {"failures": []}, form)
    loaded, made = load(tmp_path), to_frames(mined)
    for name, frame in made.items():
        assert loaded[name].dtypes.astype(str).tolist() == frame.dtypes.astype(str).tolist(), name
        assert loaded[name].equals(frame), name
    assert list(loaded["failures"].columns) == list(COLUMNS["failures"])


def test_codes_stay_text_in_every_format(tmp_path: Path, mined: Mined) -> None:
    coded = replace(mined, measures=tuple(replace(m, area="01.1", label="=一") for m in mined.measures))
    for form in ("csv", "parquet", "xlsx"):
        folder = tmp_path / form
        folder.mkdir()
        write_frames(folder, rows_of(coded) | {"failures": []}, form)
        assert load(folder)["measures"]["area"].tolist() == ["01.1", "01.1"], form
        assert load(folder)["measures"]["label"].tolist() == ["=一", "=一"], form


def test_excel_text_is_text_and_cut_at_what_a_cell_holds(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    rows: list[Row] = [("=1+1", "read", "\x01crash", "长" * (MAX_EXCEL_CELL + 5))]
    write_frames(tmp_path, {name: rows if name == "failures" else [] for name in COLUMNS}, "xlsx")
    sheet = load_workbook(tmp_path / "textmine.xlsx")["failures"]
    cells = list(sheet[2])
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert (cells[0].value, cells[2].value) == ("=1+1", "crash")
    assert len(cells[3].value) == MAX_EXCEL_CELL
    assert cells[3].value.endswith("长…")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no reports\.csv"):
        load(tmp_path)


def test_every_csv_of_the_sample_archive_has_its_columns(mined_archive: tuple[Archive, Path]) -> None:
    for name, columns in COLUMNS.items():
        with open(mined_archive[1] / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert tuple(rows[0]) == columns
        assert {len(row) for row in rows} == {len(columns)}


def test_pandas_alone_reads_the_tables(mined_archive: tuple[Archive, Path]) -> None:
    import pandas as pd

    raw = pd.read_csv(mined_archive[1] / "metrics.csv", dtype=str)
    assert raw["value"].notna().sum() == textmine.load(mined_archive[1])["metrics"]["value"].notna().sum() > 100
