"""Archives: what is mined and what is passed over, restarts, other results in the way, files that break."""

from __future__ import annotations

import difflib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import ARCHIVE

import textmine
from textmine import archive as archive_module
from textmine import workers as module
from textmine.archive import Archive, find_files, mine_archive
from textmine.metadata import match_pattern, read_metadata
from textmine.model import UsageError
from textmine.tables import COLUMNS, read_csv
from textmine.taxonomy import read_areas, read_labels
from textmine.workers import Options

GOLDEN = Path(__file__).parent / "golden"
UNTAGGED = Options(tag=False)
REPORT = "青禾县{0}2021年工作总结\n一、业务工作\n（一）夯实基础。办结{1}件，同比增长5%。\n（二）改进服务。走访X户。\n"


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return _write(tmp_path / "archive", water=REPORT.format("水利局", 12), sports=REPORT.format("体育局", 34))


def _mine(archive: Path, out: Path | None = None, **kwargs: Any) -> Archive:
    return mine_archive(archive, out, **{"options": UNTAGGED, "jobs": 1} | kwargs)


def _computed(archive: Path, out: Path, **kwargs: Any) -> list[str]:
    """The sources that a run mines anew."""
    done: list[str] = []
    _mine(archive, out, progress=lambda _done, _total, source: done.append(source), **kwargs)
    return done


def _column(result: Archive, table: str, name: str) -> list[Any]:
    at = COLUMNS[table].index(name)
    return [row[at] for row in result.tables[table]]


# --- the sample archive ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COLUMNS)
def test_the_tables_of_the_sample_archive(mined_archive: tuple[Archive, Path], table: str) -> None:
    """Golden tables: read the diff; where it is an improvement, run with TEXTMINE_GOLDEN=1 and commit them."""
    written = (mined_archive[1] / f"{table}.csv").read_bytes()
    golden = GOLDEN / f"{table}.csv"
    if os.environ.get("TEXTMINE_GOLDEN"):
        golden.write_bytes(written)
    before, now = golden.read_text(encoding="utf-8-sig").splitlines(), written.decode("utf-8-sig").splitlines()
    changed = list(difflib.unified_diff(before, now, "golden", "now", n=0, lineterm=""))
    assert not changed, "\n".join(changed[:30])


def test_every_report_of_the_sample_archive_is_read(mined_archive: tuple[Archive, Path]) -> None:
    result, _ = mined_archive
    assert result.failures == 0
    assert result.reports >= 12
    statuses = {source: entry["status"] for source, entry in result.manifest["sources"].items()}
    assert statuses.pop("README.md") == "skipped"
    assert set(statuses.values()) == {"ok"}


def test_offsets_lead_back_to_the_source(mined_archive: tuple[Archive, Path]) -> None:
    """What `textmine text` prints, cut at start and end, is the evidence of each row."""
    _, out = mined_archive
    texts = {
        row["report_id"]: textmine.read(ARCHIVE / row["source"]).text
        for row in read_csv(out / "reports.csv")
        if "#" not in row["source"]
    }
    checked = 0
    for row in read_csv(out / "metrics.csv"):
        if row["report_id"] in texts:
            evidence = texts[row["report_id"]][int(row["start"]) : int(row["end"])]
            assert evidence.strip() and len(evidence) < 60
            assert row["value_text"][0] in evidence or not evidence.isascii()
            checked += 1
    assert checked > 100


def test_ids_are_unique_and_point_to_rows(mined_archive: tuple[Archive, Path]) -> None:
    _, out = mined_archive
    reports = {row["report_id"] for row in read_csv(out / "reports.csv")}
    for table, key in (("sections", "section_id"), ("measures", "measure_id"), ("metrics", "metric_id")):
        ids = [row[key] for row in read_csv(out / f"{table}.csv")]
        assert len(ids) == len(set(ids)) > 0
        assert {one.partition("-")[0] for one in ids} <= reports
    measures = {row["measure_id"] for row in read_csv(out / "measures.csv")} | {""}
    sections = {row["section_id"] for row in read_csv(out / "sections.csv")} | {""}
    assert {row["measure_id"] for row in read_csv(out / "metrics.csv")} <= measures
    assert {row["section_id"] for row in read_csv(out / "measures.csv")} <= sections
    assert {row["parent_id"] for row in read_csv(out / "sections.csv")} <= sections


# --- what is mined --------------------------------------------------------------------------------------------------


def test_notes_hidden_files_and_tables_without_text_are_skipped_not_failed(two: Path) -> None:
    (two / "README").write_text("about", encoding="utf-8")
    (two / "notes.md").write_text("about", encoding="utf-8")
    (two / "index.json").write_text("{}", encoding="utf-8")
    (two / ".hidden.txt").write_text("about", encoding="utf-8")
    (two / "numbers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = _mine(two)
    statuses = {source: entry["status"] for source, entry in result.manifest["sources"].items()}
    assert [source for source, status in statuses.items() if status == "skipped"] == sorted(
        [".hidden.txt", "README", "index.json", "notes.md", "numbers.csv"], key=str.encode
    )
    assert (result.reports, result.failures) == (2, 0)


def test_sources_are_posix_paths_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    for name in ("b/二", "a/b", "a", "Z"):
        _write((archive / name).parent, **{Path(name).name: REPORT.format("水利局", 1)})
    assert [file.source for file in find_files(archive)] == ["Z.txt", "a.txt", "a/b.txt", "b/二.txt"]


def test_a_single_file_has_its_name_as_source(two: Path) -> None:
    assert _column(_mine(two / "water.txt"), "reports", "source") == ["water.txt"]


def test_links_are_not_followed(two: Path, tmp_path: Path) -> None:
    outside = _write(tmp_path / "outside", far=REPORT.format("教育局", 1))
    (two / "loop").symlink_to(two)
    (two / "away").symlink_to(outside)
    result = _mine(two)
    assert result.reports == 2


def test_a_link_to_a_file_is_a_failures_row(two: Path) -> None:
    (two / "link.txt").symlink_to("nowhere.txt")
    result = _mine(two)
    assert _column(result, "failures", "source") == ["link.txt"]
    assert _column(result, "failures", "error") == ["not_a_regular_file"]
    assert result.reports == 2


def test_names_that_are_not_utf8_are_read_as_gb18030(two: Path) -> None:
    path = os.fsencode(two) + b"/" + "审计局".encode("gb18030") + b".txt"
    with open(path, "w", encoding="utf-8") as file:
        file.write(REPORT.format("审计局", 5))
    assert "审计局.txt" in _column(_mine(two), "reports", "source")


def test_the_output_inside_the_archive_is_not_mined(two: Path) -> None:
    out = two / "out"
    first, second = _mine(two, out), _mine(two, out)
    assert first.reports == second.reports == 2
    assert first.manifest == second.manifest


def test_the_same_words_in_two_files_are_marked(tmp_path: Path) -> None:
    items = [f"（{n}）推进第{n}项重点任务落实见效，拨付年度专项资金，惠及沿线各村困难群众。" for n in "一二三四"]
    text = "\n".join(["青禾县水利局2021年工作总结", "一、业务工作", *items])
    result = _mine(_write(tmp_path / "archive", a=text, b=text, c=REPORT.format("体育局", 2)))
    assert _column(result, "reports", "warnings") == ["", "near_duplicate", ""]


# --- what is known from outside -------------------------------------------------------------------------------------


def test_metadata_overrides_what_reports_say(two: Path, tmp_path: Path) -> None:
    table = tmp_path / "meta.csv"
    table.write_text("source,region,organ,report_year\nwater.txt,松溪县,水务局,1999\n", encoding="utf-8-sig")
    result = _mine(two, options=Options(tag=False, metadata=read_metadata(table)))
    rows = dict(zip(_column(result, "reports", "source"), result.tables["reports"], strict=True))
    assert rows["water.txt"][5:8] == ("松溪县", "水务局", "1999")
    assert rows["sports.txt"][5:8] == ("青禾县", "体育局", "2021")


@pytest.mark.parametrize(
    ("header", "message"), [("name,region", "no column source"), ("source,colour", "unknown column colour")]
)
def test_metadata_with_wrong_columns_is_refused(tmp_path: Path, header: str, message: str) -> None:
    table = tmp_path / "meta.csv"
    table.write_text(f"{header}\na,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_metadata(table)


@pytest.mark.parametrize(
    ("pattern", "source", "fields"),
    [
        ("{region}/{organ}_{year}", "云岚市/司法局_2021.txt", {"region": "云岚市", "organ": "司法局", "year": "2021"}),
        ("{year}/{}", "x/2021/some.txt", {"year": "2021"}),
        ("{organ}{year}年", "民政局2021年.docx", {"organ": "民政局", "year": "2021"}),
        ("{region}_{year}", "no.txt", {}),
        ("{organ}", "a.b/水利局.csv#3", {"organ": "水利局"}),
    ],
)
def test_a_pattern_names_what_paths_say(pattern: str, source: str, fields: dict[str, str]) -> None:
    assert match_pattern(pattern, source) == fields


def test_a_pattern_with_an_unknown_name_is_refused() -> None:
    with pytest.raises(UsageError, match="colour"):
        match_pattern("{colour}", "a.txt")


# --- restarts -------------------------------------------------------------------------------------------------------


def test_a_second_run_computes_nothing_and_gives_the_same_bytes(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _computed(two, out) == ["sports.txt", "water.txt"]
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert _computed(two, out) == []
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def test_one_changed_file_is_computed_alone(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _computed(two, out)
    _write(two, water=REPORT.format("水利局", 99))
    assert _computed(two, out) == ["water.txt"]
    assert [row["value_text"] for row in read_csv(out / "metrics.csv") if row["unit"] == "件"] == ["34", "99"]


def test_a_new_and_a_deleted_file(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _computed(two, out)
    _write(two, zoo=REPORT.format("园林局", 7))
    (two / "water.txt").unlink()
    assert _computed(two, out) == ["zoo.txt"]
    assert [row["source"] for row in read_csv(out / "reports.csv")] == ["sports.txt", "zoo.txt"]
    assert len(list((out / archive_module.PARTS).glob("*.json"))) == 2


def test_other_options_compute_anew(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _computed(two, out)
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "units.csv").write_text("unit,quantity,base,factor\n箩筐,count,箩筐,1\n", encoding="utf-8")
    assert _computed(two, out, options=Options(tag=False, lexicon=str(rules))) == ["sports.txt", "water.txt"]


def test_a_damaged_part_is_computed_again(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _computed(two, out)
    part = sorted((out / archive_module.PARTS).glob("*.json"))[0]
    part.write_text("{", encoding="utf-8")
    assert len(_computed(two, out)) == 1


def test_metadata_of_one_file_computes_that_one_anew(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _computed(two, out)
    options = Options(tag=False, metadata={"water.txt": {"region": "松溪县"}})
    assert _computed(two, out, options=options) == ["water.txt"]


# --- the output folder ----------------------------------------------------------------------------------------------


def test_a_folder_with_something_else_is_refused_and_left_alone(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(UsageError, match="holds something else"):
        _mine(two, out)
    assert [path.name for path in out.iterdir()] == ["thesis.docx"]


def test_fresh_replaces_results_and_leaves_other_files(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_bytes(b"mine")
    _mine(two, out, fresh=True)
    assert (out / "thesis.docx").read_bytes() == b"mine"
    assert len(list(read_csv(out / "reports.csv"))) == 2


def test_results_of_another_archive_of_the_same_name_are_refused(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _mine(two, out)
    other = _write(tmp_path / "other" / "archive", zoo=REPORT.format("园林局", 7))
    with pytest.raises(UsageError):
        _mine(other, out)


def test_another_format_takes_the_place_of_the_first(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _mine(two, out)
    _write(two, zoo=REPORT.format("园林局", 7))
    _mine(two, out, form="parquet")
    assert len(textmine.load(out)["reports"]) == 3


def test_a_file_as_output_is_refused(two: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="not a folder"):
        _mine(two, tmp_path / "out")


def test_an_archive_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such archive"):
        _mine(tmp_path / "nothing")


def test_an_unknown_format_is_refused(two: Path) -> None:
    with pytest.raises(UsageError, match="csv, parquet, xlsx"):
        _mine(two, form="pickle")


def test_left_over_temporary_files_are_cleared(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _mine(two, out)
    (out / ".tmp-abc").write_bytes(b"half")
    _mine(two, out)
    assert not (out / ".tmp-abc").exists()


def test_the_manifest_says_what_was_done(two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _mine(two, out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == textmine.__version__
    assert manifest["options"]["tag"] is False
    assert set(manifest["sources"]["water.txt"]) == {"sha256", "status"}
    assert "jobs" not in manifest["options"]
    assert str(tmp_path) not in (out / "manifest.json").read_text(encoding="utf-8")


# --- poison ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_broken_files_are_one_row_each_and_take_no_other_with_them(two: Path, jobs: int) -> None:
    (two / "broken.docx").write_bytes(b"PK\x03\x04 this is no zip")
    (two / "empty.txt").write_bytes(b"")
    (two / "junk.txt").write_bytes(bytes(range(256)) * 64)
    (two / "blank.txt").write_text(" \n\n", encoding="utf-8")
    (two / "page.html").write_text("<!doctype html><p>页", encoding="utf-8")
    (two / "bad.csv").write_text('title,full_text\n一份,""\n', encoding="utf-8")
    result = _mine(two, jobs=jobs)
    assert result.reports == 2
    assert _column(result, "failures", "source") == sorted(
        ["bad.csv#1", "blank.txt", "broken.docx", "empty.txt", "junk.txt", "page.html"]
    )
    assert set(_column(result, "failures", "stage")) == {"read"}
    assert all(_column(result, "failures", "detail"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_number_of_any_length_takes_no_other_report_with_it(two: Path, jobs: int) -> None:
    _write(two, long=REPORT.format("统计局", "1" * 24), longer=REPORT.format("统计局", "2" * 400))
    result = _mine(two, jobs=jobs)
    assert result.reports + result.failures == 4
    assert {"water.txt", "sports.txt"} <= set(_column(result, "reports", "source"))


def test_hostile_samples_are_one_row_each_at_most(samples: Path, two: Path) -> None:
    hostile = sorted(samples.glob("hostile_*"))
    for path in hostile:
        (two / path.name).write_bytes(path.read_bytes())
    result = _mine(two, jobs=2)
    failed = _column(result, "failures", "source")
    assert {"water.txt", "sports.txt"} <= set(_column(result, "reports", "source"))
    assert len(hostile) >= 4
    assert all(failed.count(path.name) + _column(result, "reports", "source").count(path.name) == 1 for path in hostile)
    assert "hostile_lol.docx" in failed


def test_a_file_that_vanishes_is_a_row(two: Path) -> None:
    def delete(_done: int, _total: int, source: str) -> None:
        (two / "water.txt").unlink(missing_ok=True)

    result = _mine(two, progress=delete)
    assert _column(result, "reports", "source") == ["sports.txt"]
    assert _column(result, "failures", "source") == ["water.txt"]


def _mine_file_or_die(job: Any, *args: Any) -> dict[str, Any]:
    """Stands in for workers._mine_file: dies, hangs or runs out of memory for files of these names."""
    name = job.file.path.stem
    if name == "dies":
        os._exit(7)
    if name == "hangs":
        time.sleep(60)
    if name == "eats":
        raise MemoryError
    if name == "raises":
        raise ArithmeticError("odd")
    return ORIGINAL(job, *args)


ORIGINAL = module._mine_file


def test_a_process_that_dies_hangs_or_runs_out_of_memory_is_a_row(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_mine_file", _mine_file_or_die)
    monkeypatch.setattr(module, "TIMEOUT", 1.0)
    text = REPORT.format("审计局", 1)
    _write(two, dies=text, hangs=text, eats=text)
    result = _mine(two, jobs=2)
    assert _column(result, "reports", "source") == ["sports.txt", "water.txt"]
    assert _column(result, "failures", "source") == ["dies.txt", "eats.txt", "hangs.txt"]
    assert _column(result, "failures", "error") == ["crash", "memory", "timeout"]


def test_any_other_error_of_a_process_is_a_row(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_mine_file", _mine_file_or_die)
    _write(two, raises=REPORT.format("审计局", 1))
    result = _mine(two, jobs=2)
    assert result.reports == 2
    assert _column(result, "failures", "error") == ["crash"]


def test_one_file_alone_is_mined_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_mine_file", _mine_file_or_die)
    monkeypatch.setattr(module, "TIMEOUT", 1.0)
    archive = _write(tmp_path / "archive", eats=REPORT.format("审计局", 1))
    result = _mine(archive, jobs=2)
    assert _column(result, "failures", "error") == ["memory"]


def test_metadata_and_labels_saved_by_a_chinese_excel_are_read(tmp_path: Path) -> None:
    table = tmp_path / "meta.csv"
    table.write_bytes("source,region\n松溪县/报告.txt,松溪县\n".encode("gb18030"))
    assert read_metadata(table) == {"松溪县/报告.txt": {"region": "松溪县"}}
    labels = tmp_path / "labels.csv"
    labels.write_bytes("text,area\n新建公路十二公里,A\n".encode("gb18030"))
    areas = tmp_path / "areas.csv"
    areas.write_bytes("code,name\nA,交通运输\nB,教育事业\n".encode("gb18030"))
    assert read_labels(labels, read_areas(areas))[0].text == "新建公路十二公里"


def test_a_metadata_row_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "meta.csv"
    table.write_text("source,region\na.txt,松溪县,多余\n", encoding="utf-8")
    with pytest.raises(UsageError, match="more cells"):
        read_metadata(table)


@pytest.mark.parametrize(
    ("options", "message"),
    [(Options(pattern="{region}/{region}"), "twice"), (Options(encoding="base64"), "base64")],
)
def test_options_that_cannot_be_are_refused_before_mining(two: Path, options: Options, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        mine_archive(two, options=options, jobs=1)


def test_a_format_whose_package_is_missing_is_refused_before_mining(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textmine.archive.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="openpyxl"):
        mine_archive(two, tmp_path / "out", form="xlsx", jobs=1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [(bytes(range(256)) * 40, "no column source$"), (b"source\n" + b"a" * 140_000, "field larger than field limit")],
)
def test_metadata_that_is_no_table_is_refused_with_its_name(tmp_path: Path, data: bytes, message: str) -> None:
    table = tmp_path / "meta.csv"
    table.write_bytes(data)
    with pytest.raises(UsageError, match=f"meta.csv: {message}"):
        read_metadata(table)
