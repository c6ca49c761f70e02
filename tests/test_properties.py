"""What holds for every text, however odd: nothing crashes, every finding leads back to its characters."""

from __future__ import annotations

import os
import random
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from brace import lexicon
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textmine.archive import Options, mine_archive
from textmine.characters import ASCII_POINTS, FOLDS
from textmine.cleaning import clean
from textmine.mining import Tools, attempt, mine_document
from textmine.model import Document, Failure, Mined, Span
from textmine.numerals import chinese, parse, to_chinese
from textmine.tables import escape, read_csv, rows_of, unescape, write_csv

# Pieces that reports are made of, and pieces that no report should be made of.
PIECES = (
    *("一、", "（二）", "3.", "1、", "(1)", "一是", "二要", "第一，", "首先，", "①", "——", "●", "第二章", "二严格"),
    *("2021年", "20xx年", "X至X月份", "十四五", "附件", "名词解释", "各位代表：", "下一步，", "存在的问题"),
    *("主要预期目标是：", "12", "３４５", "1,234.5", "X", "xx", "**.*", "×", "某某", "11.X", "三百二十", "百分之八"),
    *("1:3.4", "5%—5.5%", "第四", "首位"),
    *("件", "%", "个百分点", "万亿元", "余名", "左右", "以上", "近", "不低于", "亩", "千瓦", "人（次）"),
    *("办结", "新增", "增长", "下降", "从", "提高到", "同比", "占", "分别", "其中", "全市", "推进", "完成投资"),
    *("群众满意率", "选派", "，", "。", "；", "：", "、", "“", "”", "（", "）", "，，", "。。", "!", ","),
    *("\n", "\r\n", " ", "\u3000", "\u00a0", "\x00", "\ufeff", "\u200b"),
    *("[NextPage]", "【字号：大 中 小】", "www.example.com", "— 2 —", "7×24小时", "1+N+X", "PM_2.5", "5G"),
    *("𠀀", "😀", "é", "ﬁ", "㎡", "²", "\x85", "\u2028", "\ud7ff", "\U0010ffff", "A", "z"),
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map("".join),
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=80),
)
SOME = settings(max_examples=int(os.environ.get("TEXTMINE_FUZZ", "200")))


def _mined(text: str) -> Mined:
    return mine_document(Document("case.txt", text), Tools(lexicon()))


@given(TEXTS)
@SOME
@example("")
@example(" \n \n")
@example("一、\n二、\n")
@example("一是二是三是")
@example("X")
@example("\t\t\t。")
def test_no_text_crashes_any_stage(text: str) -> None:
    assert not isinstance(attempt(Document("case.txt", text), Tools(lexicon())), Failure)


@given(TEXTS)
@SOME
def test_every_finding_leads_back_to_its_characters(text: str) -> None:
    mined = _mined(text)
    for finding in (*mined.measures, *mined.metrics, *mined.placeholders):
        assert finding.text
        assert finding.span.of(mined.report.text) == finding.text
        source = mined.report.source_span(finding.span)
        assert 0 <= source.start < source.end <= len(text)


@given(TEXTS)
@SOME
def test_findings_of_one_kind_are_in_order_and_never_overlap(text: str) -> None:
    mined = _mined(text)
    for findings in (mined.measures, mined.metrics, mined.placeholders):
        spans = [finding.span for finding in findings]
        assert spans == sorted(spans)
        assert all(one.end <= two.start for one, two in pairwise(spans))


@given(TEXTS)
@SOME
def test_what_belongs_to_a_measure_stands_in_it(text: str) -> None:
    mined = _mined(text)
    measures = {measure.measure_id: measure.span for measure in mined.measures}
    for finding in (*mined.metrics, *mined.placeholders):
        if finding.measure_id:
            assert measures[finding.measure_id].contains(finding.span)


@given(TEXTS)
@SOME
def test_sections_nest_and_hold_their_measures(text: str) -> None:
    mined = _mined(text)
    sections = {section.section_id: section for section in mined.report.sections}
    whole = Span(0, len(mined.report.text))
    for section in sections.values():
        outer = sections[section.parent_id].span if section.parent_id else whole
        assert outer.contains(section.span)
        assert section.level == (sections[section.parent_id].level + 1 if section.parent_id else 1)
    for measure in mined.measures:
        if measure.section_id:
            assert sections[measure.section_id].span.contains(measure.span)


@given(TEXTS)
@SOME
def test_masked_numbers_have_no_value_and_others_have_one(text: str) -> None:
    for metric in _mined(text).metrics:
        if metric.masked:
            assert (metric.value, metric.value_high, metric.std_value, metric.std_high) == (None, None, None, None)
        elif metric.quantity != "ratio":
            assert metric.value is not None, metric.text


# --- cleaning -------------------------------------------------------------------------------------------------------


# Lines of any length, of which long ones without a stop take in those below them.
LINES = st.lists(
    st.tuples(st.sampled_from(PIECES), st.integers(1, 60)).map(lambda pair: pair[0] * pair[1]), max_size=30
).map("\n".join)


@given(st.one_of(TEXTS, LINES))
@SOME
@example("\n".join(["推进" * 40, *(["甲乙"] * 20)]))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text, lexicon()).text
    assert clean(once, lexicon()).text == once


@given(TEXTS)
@SOME
def test_origins_are_strictly_increasing_and_characters_are_those_of_the_source(text: str) -> None:
    cleaned = clean(text, lexicon())
    origins = list(cleaned.origins)
    assert len(origins) == len(cleaned.text)
    assert all(one < two for one, two in pairwise(origins))
    assert all(0 <= at < len(text) for at in origins)
    for char, at in zip(cleaned.text, origins, strict=True):
        was = text[at]
        same = char == was or FOLDS.get(ord(was)) == char or ASCII_POINTS.get(was) == char
        assert same or char in " \n." or _traditional(was, char), (was, char)


def _traditional(was: str, char: str) -> bool:
    return "\u4e00" <= was <= "\u9fff" and "\u4e00" <= char <= "\u9fff"


# --- numerals -------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**8 - 1))
def test_numerals_round_trip(number: int) -> None:
    assert chinese(to_chinese(number)) == number


@given(st.integers(0, 10**12), st.integers(0, 6))
def test_arabic_numbers_have_the_value_they_show(number: int, places: int) -> None:
    written = f"{number / 10**places:,.{places}f}" if number < 10**9 else str(number)
    parsed = parse(written)
    assert parsed is not None and parsed.value is not None
    assert f"{parsed.value:,}" == written or str(parsed.value) == written


@given(st.text(max_size=30))
@example("百分之")
@example("点")
@example("万亿")
def test_no_text_crashes_the_numerals(text: str) -> None:
    number = parse(text)
    assert number is None or number.masked == (number.value is None)


# --- cells and tables -----------------------------------------------------------------------------------------------

ODD_CELLS = st.lists(st.sampled_from("'=+-@\t\r\n＝＋－＠|%1.2件 "), max_size=8).map("".join)
CELLS = st.one_of(st.text(max_size=20), ODD_CELLS)


@given(CELLS)
@example("'=1")
@example("''=1")
@example("%")
@example("-1.5")
@example("'-1")
def test_escaping_is_reversible(cell: str) -> None:
    assert unescape(escape(cell)) == cell


@given(CELLS)
def test_an_escaped_cell_is_no_formula(cell: str) -> None:
    numeric = cell.lstrip("+-").rstrip("%").replace(".", "", 1).isdecimal() or cell == "%"
    assert numeric or not escape(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_a_table_comes_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        write_csv(path, ("one", "two"), rows)
        assert [(row["one"], row["two"]) for row in read_csv(path)] == rows


# --- archives -------------------------------------------------------------------------------------------------------


REPORT = """青禾县第{0}中学202{0}年工作总结
一、教学
（一）开展教研。组织磨课{0}5次。
（二）改善校舍。修缮教室X间。
"""


def _archive(root: Path, order: list[int]) -> Path:
    """A small archive whose files are written in the given order."""
    root.mkdir(parents=True)
    for number in order:
        encoding = "utf-8" if number % 2 else "gb18030"
        (root / f"{number}.txt").write_text(REPORT.format(number), encoding=encoding)
    return root


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_tables_depend_neither_on_the_order_of_files_nor_on_the_workers(tmp_path: Path, jobs: int) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    shuffled = random.Random(jobs).sample([1, 2, 3, 4], 4)
    untagged = Options(tag=False)
    mine_archive(_archive(tmp_path / "a" / "archive", [1, 2, 3, 4]), one, options=untagged, jobs=1)
    mine_archive(_archive(tmp_path / "b" / "archive", shuffled), other, options=untagged, jobs=jobs)
    files = sorted(path.name for path in one.iterdir() if path.is_file())
    assert "manifest.json" in files
    assert [name for name in files if (one / name).read_bytes() != (other / name).read_bytes()] == []
    assert "教学" in (one / "sections.csv").read_text(encoding="utf-8-sig")


@given(TEXTS)
@settings(max_examples=50)
def test_the_same_text_gives_the_same_rows(text: str) -> None:
    assert rows_of(_mined(text)) == rows_of(_mined(text))
