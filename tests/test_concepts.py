"""Concept panels, keywords in context, keyness: counting on characters."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ARCHIVE, ROOT
from hypothesis import given
from hypothesis import strategies as st

from textmine.across.keyness import keyness, log_likelihood, log_ratio
from textmine.archive import Archive
from textmine.cli import cli
from textmine.concepts import KWIC_COLUMNS, PANEL_COLUMNS, kwic, panel, read_concepts, trie_pattern
from textmine.mining import mine, read
from textmine.model import Document, Mined, Span, UsageError
from textmine.tables import unescape
from textmine.texts import Text, read_texts, text_line, text_of, write_texts

GREEN = {"环保": ["生态环境", "环境", "绿色"], "数字": ["数字经济", "数字"]}


def report(source: str, text: str) -> Mined:
    return mine(Document(source, text), tag=False)


@pytest.fixture(scope="module")
def two() -> list[Mined]:
    """Two years of one bureau; the second has an invisible character in a word."""
    return [
        report("a.txt", "青禾县教育局2021年工作总结\n（一）生态环境优美，环境整洁，数字经济起步。"),
        report("b.txt", "青禾县教育局2022年工作总结\n（一）绿色校园建成，数字教学铺开，数字\u200b经济课程开设3门。"),
    ]


# --- panel ------------------------------------------------------------------------------------------------------------


def test_the_longest_term_counts_once(two: list[Mined]) -> None:
    found = panel(two, GREEN)
    assert tuple(found.columns) == PANEL_COLUMNS
    told = {(r.year, r.concept): (r.count, r.matched) for r in found.itertuples(index=False)}
    assert told[2021, "环保"] == (2, "环境:1;生态环境:1")
    assert told[2021, "数字"] == (1, "数字经济:1")
    assert told[2022, "环保"] == (1, "绿色:1")


def test_share_and_rate_are_of_all_characters_but_white_space(two: list[Mined]) -> None:
    row = next(r for r in panel(two[:1], GREEN).itertuples(index=False) if r.concept == "环保")
    chars = len(re.sub(r"\s", "", two[0].report.text))
    assert row.chars == chars
    assert row.share == pytest.approx(6 / chars, abs=1e-6)
    assert row.per_10k == pytest.approx(20_000 / chars, abs=1e-6)


def test_a_report_without_a_concept_has_a_row(two: list[Mined]) -> None:
    found = panel(two, {"海洋": ["海洋"]})
    assert list(zip(found["year"], found["count"], found["matched"], strict=True)) == [(2021, 0, ""), (2022, 0, "")]


TERMS = st.lists(st.text(alphabet="环境保护生态", min_size=1, max_size=4), min_size=1, max_size=8, unique=True)


@given(TERMS, st.text(alphabet="环境保护生态，", max_size=30))
def test_the_pattern_finds_the_longest_term_at_each_place(terms: list[str], text: str) -> None:
    expected, at = [], 0
    while at < len(text):
        here = [term for term in terms if text.startswith(term, at)]
        if here:
            expected.append(max(here, key=len))
            at += len(expected[-1])
        else:
            at += 1
    assert re.findall(trie_pattern(terms), text) == expected


@pytest.mark.parametrize(
    "table",
    [
        "concept,terms\n环保,生态环境;环境；绿色\n数字,数字经济;数字\n",
        "note,concept,term\n,环保,生态环境\n,环保,环境\n,环保,绿色\n,数字,数字经济\n,数字,数字\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_concepts_are_read_from_both_forms(table: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(table.encode(encoding))
    assert read_concepts(path) == read_concepts(GREEN)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("name,terms\n环保,绿色\n", "needs the columns concept and terms"),
        ("concept,terms\n环保,绿色\n数字,绿色\n", "line 3: 绿色 belongs to two concepts, 环保 and 数字"),
        ("concept,terms\n环保,\n", "line 2: a concept without terms"),
        ("concept,terms\n,绿色\n", "line 2: .*terms without a concept"),
        ("concept,terms\n", "no terms"),
    ],
)
def test_a_faulty_table_of_concepts_is_refused(table: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_concepts(path)


# --- kwic -------------------------------------------------------------------------------------------------------------


def test_kwic_finds_characters_around_an_invisible_one_and_leads_back(two: list[Mined]) -> None:
    found = kwic(two, "数字经济", width=4)
    assert tuple(found.columns) == KWIC_COLUMNS
    first, second = found.itertuples(index=False)
    assert (first.left, first.match, first.right) == ("境整洁，", "数字经济", "起步。")
    assert two[0].report.document.text[first.start : first.end] == "数字经济"
    assert two[1].report.document.text[second.start : second.end] == "数字\u200b经济"
    assert (second.source, second.region, second.organ, second.year) == ("b.txt", "青禾县", "教育局", 2022)


def test_an_empty_term_is_refused(two: list[Mined]) -> None:
    with pytest.raises(UsageError, match="empty"):
        kwic(two, " ")


def test_a_term_is_no_pattern(two: list[Mined]) -> None:
    assert len(kwic(two, "数字.")) == 0


def test_every_place_in_the_sample_archive_leads_back(mined_archive: tuple[Archive, Path]) -> None:
    found = kwic(mined_archive[1], "生产总值", archive=ARCHIVE)
    assert len(found) > 15 and found["year"].nunique() == 4
    for row in found.itertuples():
        if "#" not in row.source:
            source = read(ARCHIVE / row.source).text
            assert re.sub(r"\s", "", source[row.start : row.end]) == "生产总值"


# --- texts ------------------------------------------------------------------------------------------------------------


def test_texts_are_written_and_read_back(two: list[Mined], tmp_path: Path) -> None:
    write_texts(tmp_path, (text_line(one.report.report_id, text_of(one.report)) for one in two))
    assert dict(read_texts(tmp_path)) == {one.report.report_id: text_of(one.report) for one in two}


@given(st.lists(st.integers(min_value=0, max_value=300), min_size=1, max_size=60, unique=True).map(sorted))
def test_runs_lead_to_the_origin_of_every_character(origins: list[int]) -> None:
    runs = tuple((at, o) for at, o in enumerate(origins) if at == 0 or o != origins[at - 1] + 1)
    text = Text("x" * len(origins), runs)
    for start in range(len(origins)):
        for end in (start + 1, len(origins)):
            assert text.source_span(Span(start, end)) == Span(origins[start], origins[end - 1] + 1)


def test_without_texts_the_way_out_is_named(mined_archive: tuple[Archive, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "reports.csv").write_bytes((mined_archive[1] / "reports.csv").read_bytes())
    with pytest.raises(UsageError, match="--archive"):
        kwic(out, "经济")


# --- the command line -------------------------------------------------------------------------------------------------


def _stdout(arguments: list[str]) -> list[dict[str, str]]:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_the_verb_panel(mined_archive: tuple[Archive, Path], tmp_path: Path) -> None:
    concepts = tmp_path / "c.csv"
    concepts.write_text("concept,terms\n法治,法治;司法\n教育,教育\n", encoding="utf-8")
    shown = _stdout(["panel", str(mined_archive[1]), str(concepts), "--archive", str(ARCHIVE)])
    assert len(shown) == 28  # 14 reports, 2 concepts
    _stdout(["panel", str(mined_archive[1]), str(concepts), "--archive", str(ARCHIVE), "-o", str(tmp_path / "p.csv")])
    with open(tmp_path / "p.csv", encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == shown
    assert all(
        abs(float(row["share"]) * int(row["chars"]) - round(float(row["share"]) * int(row["chars"]))) < 0.01
        for row in shown
    )
    bureau = [row for row in shown if row["organ"] == "司法局" and row["concept"] == "法治"]
    assert all(int(row["count"]) > 5 for row in bureau) and len(bureau) == 4


def test_the_verb_kwic(mined_archive: tuple[Archive, Path]) -> None:
    shown = _stdout(["kwic", str(mined_archive[1]), "败诉率", "--width", "6", "--archive", str(ARCHIVE)])
    assert len(shown) >= 8  # never cut in two by a segmenter
    assert all(row["match"] == "败诉率" and len(unescape(row["left"])) <= 6 for row in shown)


# --- keyness ----------------------------------------------------------------------------------------------------------


def test_log_likelihood_is_that_of_rayson_and_garside() -> None:
    # a = 10, b = 20, c = 1000, d = 4000: E1 = 6, E2 = 24, 2 (10 ln(10/6) + 20 ln(20/24))
    assert log_likelihood(10, 20, 1000, 4000) == pytest.approx(2 * (10 * math.log(10 / 6) + 20 * math.log(20 / 24)))
    assert log_likelihood(5, 0, 100, 100) == pytest.approx(10 * math.log(2))
    assert log_likelihood(0, 0, 100, 100) == 0


def test_log_ratio_doubles_by_one() -> None:
    assert log_ratio(20, 10, 1000, 1000) == 1
    assert log_ratio(5, 20, 1000, 1000) == -2
    assert log_ratio(8, 0, 1000, 1000) == 4  # 0 is taken for ½


COUNTS = st.integers(min_value=0, max_value=500)


@given(COUNTS, COUNTS, st.integers(500, 5000), st.integers(500, 5000))
def test_keyness_is_symmetric_and_never_negative(a: int, b: int, c: int, d: int) -> None:
    assert log_likelihood(a, b, c, d) == pytest.approx(log_likelihood(b, a, d, c))
    assert log_likelihood(a, b, c, d) >= 0
    assert log_ratio(a, b, c, d) == pytest.approx(-log_ratio(b, a, d, c))


def test_terms_are_new_rising_falling_and_gone_the_surest_first() -> None:
    before = Counter({"旧": 30, "增": 5, "减": 60, "同": 100, "少": 1})
    after = Counter({"新": 40, "增": 40, "减": 10, "同": 100, "少": 1})
    found = list(keyness(after, before))
    assert {term.term: term.status for term in found} == {"新": "new", "增": "rising", "减": "falling", "旧": "gone"}
    assert [term.log_likelihood for term in found] == sorted((t.log_likelihood for t in found), reverse=True)
    assert next(t for t in found if t.term == "新").per_10k == pytest.approx(10_000 * 40 / 191)


# --- the notebook -----------------------------------------------------------------------------------------------------


def test_the_notebook_on_the_comparison_holds_its_results() -> None:
    notebook = json.loads((ROOT / "notebooks" / "3-across-years.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))  # run once, from the top
    assert all(cell["outputs"] for cell in cells)
    assert all(output["output_type"] != "error" for cell in cells for output in cell["outputs"])
    assert sum("image/png" in output.get("data", {}) for cell in cells for output in cell["outputs"]) == 2
