"""What holds for every text, however odd: nothing crashes, every finding leads back to its characters."""

from __future__ import annotations

import os
import random
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from brace import lexicon
from hypothesis import example, given, settings
from hypothesis import strategies as st
from invariants import (
    INVARIANTS,
    PIECES,
    Invariant,
    badly_read,
    broken,
    in_order,
    leads_back,
    linked,
    nested,
    origins,
    rooted,
    valued,
)

from textmine.archive import mine_archive
from textmine.cleaning import clean
from textmine.mining import Tools, attempt, mine_document
from textmine.model import CleanText, Document, Failure, Mined, ReadError, Span
from textmine.numerals import chinese, parse, to_chinese
from textmine.readers import read_bytes
from textmine.tables import escape, read_csv, rows_of, unescape, write_csv
from textmine.workers import Options


def _pieces(pieces: str, most: int = 1) -> st.SearchStrategy[str]:
    """Up to `most` of some words in a row, or none."""
    return st.lists(st.sampled_from(pieces.split("|")), max_size=most).map("".join)


NUMBER_PIECES = (
    "0|1|25|6.|7|,|，|.|．|%|x|X|*|×|_|○|□|#|△|一|二|两|三十|百|千|万|亿|零|〇|点|半|几|壹|百分之|分之|成|:|—"
)
NUMBERS = st.one_of(st.text(max_size=30), _pieces(NUMBER_PIECES, 12))
# What reports say, part by part: most of it is read as something.
CLAUSES = st.tuples(
    _pieces(
        "一、|（二）|3.|一是|二要|第一，|首先，|①|——|●|第二章|2025年，|20xx年|X至X月份，|下一步，|力争|全市|其中："
    ),
    _pieces("办结案件|新增床位|群众满意率|工业增加值|选派干部|合格率|X镇|“X”工程|甲醛、噪声达标率|投资|总库容"),
    _pieces("同比|较上年|年均|分别|从|由|占全市|高于全国|增长|下降|提高|控制在|达到|达|为|居全省|共|每"),
    _pieces("近|超|约|不低于|突破|逾|至少"),
    _pieces(NUMBER_PIECES + "|12|1,234.5|X.X|第|前|首位|翻|五|一半", 5),
    _pieces("余|多|万|亿|万亿| |\n"),
    _pieces("件|%|个百分点|元|名|人（次）|微克/立方米|番|倍|成|亩|县|市|年|月|日|天|小时|位"),
    _pieces("左右|以上|以内|提高到|降至|至|、|—|骨干|贫困户|和|及"),
    _pieces("，|。|；|：|\n|\r\n|、|。\n|，，|[NextPage]|\n第3页\n|（下转第四版）|\n名词解释\n|\n存在的问题\n", 2),
).map("".join)
TEXTS = st.one_of(
    st.lists(CLAUSES, max_size=12).map("".join),
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
@settings(SOME, max_examples=5 * SOME.max_examples)
@example("完成投资△.52亿元。")
@example("完成投资百分之1,234.51。")
@example("增长5%-X%左右。")
@example("入学率达到九成五，就业率不足两成半。")
def test_no_text_breaks_an_invariant(text: str) -> None:
    assert list(broken(_mined(text))) == []


def test_each_invariant_notices_what_breaks_it() -> None:
    mined = _mined("一、抓好普法\n（一）办案。一是办结12件、X件。\n")
    one, other = mined.metrics
    section, measure = mined.report.sections[0], mined.measures[0]
    elsewhere = Span(0, 1)
    spoilt: dict[Invariant, Mined] = {
        leads_back: replace(mined, metrics=(replace(one, text="13件"),)),
        in_order: replace(mined, metrics=(other, one)),
        linked: replace(mined, metrics=(replace(one, span=elsewhere),)),
        nested: replace(mined, report=replace(mined.report, sections=(replace(section, span=elsewhere),))),
        valued: replace(mined, metrics=(replace(other, value=Decimal(1)),)),
        rooted: replace(mined, report=replace(mined.report, clean=CleanText("%", [0]))),
    }
    assert set(spoilt) == set(INVARIANTS) and measure.section_id
    assert [invariant.__name__ for invariant, bad in spoilt.items() if not list(invariant(bad))] == []
    assert list(broken(mined)) == []


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
def test_origins_rise_and_characters_are_those_of_the_source(text: str) -> None:
    assert list(origins(clean(text, lexicon()), Document("case.txt", text))) == []


# --- readers --------------------------------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "big5", "utf-16", "utf-16-le", "utf-16-be")


def _faults_of_reading(data: bytes, source: str, encoding: str | None = None) -> list[str]:
    """What is wrong with the documents and failures that come of some bytes; a file refused is none."""
    try:
        return [fault for item in read_bytes(data, source, encoding) for fault in badly_read(item)]
    except ReadError as error:
        return [] if str(error).startswith(source) else [f"an error that does not name its source: {error}"]


@given(TEXTS, st.sampled_from(ENCODINGS), st.sampled_from(("a.txt", "a.csv", "a.docx", "a")))
@SOME
def test_no_text_in_any_encoding_is_badly_read(text: str, encoding: str, source: str) -> None:
    assert _faults_of_reading(text.encode(encoding, "ignore"), source) == []


@given(st.binary(max_size=200), st.sampled_from((None, *ENCODINGS)), st.sampled_from(("a.txt", "a.csv", "a.docx")))
@SOME
def test_no_bytes_are_badly_read(data: bytes, encoding: str | None, source: str) -> None:
    assert _faults_of_reading(data, source, encoding) == []


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join), st.sampled_from(ENCODINGS))
@SOME
def test_a_text_is_read_as_it_was_written_where_its_encoding_is_told(text: str, encoding: str) -> None:
    data = ("发展\n" + text).encode(encoding, "ignore")
    (document,) = read_bytes(data, "a.txt", encoding)
    assert isinstance(document, Document) and document.text == data.decode(encoding)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(("utf-8", "gb18030", "utf-16")))
@SOME
def test_each_row_of_a_table_is_a_document_or_a_failure_of_its_own(texts: list[str], encoding: str) -> None:
    cells = ['"青禾县' + text.replace('"', '""').replace("\0", "") + '"' for text in texts]
    data = "\n".join(["title,content", *(f"总结{number},{cell}" for number, cell in enumerate(cells))]).encode(encoding)
    found = list(read_bytes(data, "a.csv"))
    assert [item.source for item in found] == [f"a.csv#{number}" for number in range(1, len(texts) + 1)]
    assert [fault for item in found for fault in badly_read(item)] == []


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


@given(NUMBERS)
@example(",")
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
