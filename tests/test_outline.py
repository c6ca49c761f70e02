"""Outlines: labels, blocks and their roles, warnings. What measures and sections a text has is in cases/*.toml."""

from __future__ import annotations

from itertools import pairwise

import pytest
from brace import lexicon

from textmine.cleaning import clean
from textmine.labels import BY_NAME, find_labels
from textmine.lexicon import Lexicon
from textmine.model import Document, Report, Span
from textmine.outline import outline
from textmine.phrases import sentences, title_of

DEPARTMENT = """青禾县水利局2021年工作总结及2022年工作计划
各位领导、同志们：
一、2021年工作总结
全年主要做了以下工作：
（一）加固堤防。完成土方12万方。
（二）清淤河道。出动X人次。
二、存在的问题
管护经费不足，一些闸门年久失修，专业力量薄弱，历史欠账较多。
三、2022年工作计划
（一）新建泵站。开工3座。
（二）改造灌渠。衬砌20公里。
附件
名词解释
1.四乱：指乱占、乱采、乱堆、乱建。
"""


def _outline(text: str, source: str = "case.txt") -> Report:
    return outline(Document(source, text), clean(text, lexicon()), lexicon())


@pytest.fixture(scope="module")
def report() -> Report:
    return _outline(DEPARTMENT)


def test_blocks_have_roles_and_parts(report: Report) -> None:
    found = [(block.role, block.part, block.span.of(report.text)[:8]) for block in report.blocks]
    assert ("heading", "summary", "一、2021年工") in found
    assert ("lead", "summary", "全年主要做了以下") in found
    assert ("item", "summary", "（一）加固堤防。") in found
    assert ("text", "problem", "管护经费不足，一") in found
    assert ("item", "plan", "（二）改造灌渠。") in found
    assert ("skip", "annex", "1.四乱：指乱") in [(role, part, words[:7]) for role, part, words in found]


def test_blocks_are_in_order_and_do_not_overlap(report: Report) -> None:
    spans = [block.span for block in report.blocks]
    assert spans == sorted(spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))


def test_items_name_the_rule_that_found_them(report: Report) -> None:
    assert all(block.rule for block in report.blocks if block.role in ("item", "text", "skip", "lead"))


def test_section_ids_count_up_and_parents_come_first(report: Report) -> None:
    ids = [section.section_id for section in report.sections]
    assert ids == [f"{report.report_id}-s{number:02d}" for number in range(1, len(ids) + 1)]
    assert all(not s.parent_id or ids.index(s.parent_id) < ids.index(s.section_id) for s in report.sections)


def test_a_section_spans_heading_and_body(report: Report) -> None:
    section = report.sections[0]
    assert section.span.of(report.text).startswith("一、2021年工作总结\n全年")
    assert section.span.of(report.text).endswith("出动X人次。")


def test_the_report_id_depends_on_the_source_alone() -> None:
    assert _outline("甲。", "a.txt").report_id == _outline("乙。", "a.txt").report_id
    assert _outline("甲。", "a.txt").report_id != _outline("甲。", "b.txt").report_id


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("工作总结\n一、抓普法\n（一）办班。", ["no_year"]),
        ("2021年工作总结\n一、抓普法\n（一）办班。", []),
        ("2021年工作总结\n截至年月日，办结件，投入万元，同比增长%。", ["redaction_scars"]),
    ],
)
def test_warnings(text: str, warnings: list[str]) -> None:
    assert list(_outline(text).warnings) == warnings


def test_warnings_of_the_reader_are_kept() -> None:
    document = Document("a.txt", "2021年总结。", warnings=("low_encoding_confidence",))
    found = outline(document, clean(document.text, lexicon()), lexicon())
    assert found.warnings == ("low_encoding_confidence",)


@pytest.mark.parametrize("text", ["", "。", "\n", "一、", "附件", "名词解释", "各位代表："])
def test_texts_without_work_have_no_items(text: str) -> None:
    assert [block for block in _outline(text).blocks if block.role in ("item", "text")] == []


# --- labels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("一、修路。\n二、建桥。", [("一、", "cn_dun", 1), ("二、", "cn_dun", 2)]),
        ("（三）修路", [("（三）", "cn_paren", 3)]),
        ("(三)、修路", [("(三)、", "cn_paren", 3)]),
        ("12．修路", [("12．", "arabic_dot", 12)]),
        ("（2）修路", [("（2）", "arabic_paren", 2)]),
        ("抓建设。一是修路。二是建桥。", [("一是", "shi", 1), ("二是", "shi", 2)]),
        ("⑫修路", [("⑫", "circled", 12)]),
        ("——修路", [("——", "dash", 0)]),
        ("第二章 建桥", [("第二章", "chapter", 2)]),
        ("第一部分：建桥", [("第一部分：", "part", 1)]),
        ("十一、修路", [("十一、", "cn_dun", 11)]),
        ("首先，修路。其次，建桥。", [("首先", "first", 1), ("其次", "first", 2)]),
    ],
)
def test_labels(text: str, labels: list[tuple[str, str, int]]) -> None:
    assert [(label.text, label.style.name, label.number) for label in find_labels(text)] == labels


@pytest.mark.parametrize(
    "text",
    [
        "修路12公里",
        "统一要求着装",
        "3.5亿元",
        "二是补短板",  # a lone 二是 that opens a line is believed, not one inside a line
        "修路，二是建桥",
        "第一产业增长",
        "——2022年1月18日在大会上",
        "一批项目落地",
        "首先要明确",
    ],
)
def test_no_labels(text: str) -> None:
    assert [label.text for label in find_labels(f"x{text}" if text.startswith("二是") else text)] == []


def test_every_style_has_its_own_group_and_name() -> None:
    for name, style in BY_NAME.items():
        assert style.name == name
        assert f"(?P<{name}>" in style.pattern


# --- words ----------------------------------------------------------------------------------------------------------


def test_sentences_end_after_stops_and_closing_quotes() -> None:
    text = "甲。乙！”丙？？丁"
    assert [span.of(text) for span in sentences(text, Span(0, len(text)))] == ["甲。", "乙！”", "丙？？", "丁"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("加固堤防。完成。", "加固堤防"),
        ("加固堤防", "加固堤防"),
        ("加固，修补；完成", "加固，修补"),
        ("", ""),
        ("。后", ""),
    ],
)
def test_the_title_is_the_lead_sentence(words: str, title: str) -> None:
    assert title_of(words) == title


def test_own_headings_of_a_user_count(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "headings.toml").write_text('[part]\nplan = ["^来日方长$"]\n', encoding="utf-8")
    first = "一、往事回顾\n（一）修路。完工。\n（二）建桥。通车。"
    text = f"2021年工作总结\n{first}\n二、来日方长\n（一）挖渠。开工。\n（二）筑坝。选址。"
    own = Lexicon.load(folder)
    parts = {
        rules is own: [s.part for s in outline(Document("a", text), clean(text, rules), rules).sections]
        for rules in (own, lexicon())
    }
    assert parts == {True: ["summary", "plan"], False: ["summary", "summary"]}
