"""Cleaning: what each character of the clean text was in the source. What a text becomes is in cases/cleaning.toml."""

from __future__ import annotations

import re
from array import array
from pathlib import Path

import pytest

from textmine.cleaning import clean
from textmine.edits import apply, lines, substitute
from textmine.lexicon import Lexicon
from textmine.linebreaks import visual_width, wrap_width
from textmine.model import CleanText, Span


def _plain(text: str) -> CleanText:
    return CleanText(text, array("L", range(len(text))))


def test_edits_delete_and_replace_and_keep_origins() -> None:
    text = apply(_plain("甲乙丙丁戊"), [(1, 2, ""), (3, 4, "四")])
    assert text.text == "甲丙四戊"
    assert list(text.origins) == [0, 2, 3, 4]


def test_no_edits_return_the_same_text() -> None:
    text = _plain("甲乙")
    assert apply(text, []) is text


def test_an_edit_at_the_start_counts() -> None:
    text = apply(_plain("甲乙丙"), [(0, 1, "")])
    assert text.text == "乙丙"
    assert list(text.origins) == [1, 2]


def test_substitute_passes_over_empty_matches() -> None:
    text = substitute(re.compile("x*"), "", _plain("axxb"))
    assert text.text == "ab"
    assert list(text.origins) == [0, 3]


def test_a_source_span_covers_what_was_taken_out_of_its_middle(lexicon: Lexicon) -> None:
    source = "统筹推进[NextPage]各项工作。"
    text = clean(source, lexicon)
    assert text.text == "统筹推进各项工作。"
    assert text.source_span(Span(0, 8)).of(source) == "统筹推进[NextPage]各项工作"
    assert text.source_span(Span(4, 8)).of(source) == "各项工作"


def test_an_empty_span_stays_empty() -> None:
    text = _plain("甲乙")
    assert text.source_span(Span(1, 1)) == Span(1, 1)
    assert _plain("").source_span(Span(0, 0)) == Span(0, 0)


def test_a_span_over_a_joined_line_holds_the_line_break(lexicon: Lexicon) -> None:
    source = "完成投资15\n.6亿元。"
    text = clean(source, lexicon)
    at = text.text.index("15.6")
    assert text.source_span(Span(at, at + 4)).of(source) == "15\n.6"


def test_a_text_without_mess_is_left_as_it_is(lexicon: Lexicon) -> None:
    source = "青禾县水利局2021年工作总结\n一、抓工程建设\n加固堤防12公里，完成投资1,234.5万元。"
    text = clean(source, lexicon)
    assert text.text == source
    assert list(text.origins) == list(range(len(source)))


@pytest.mark.parametrize(
    "source",
    ["", " ", "\x00", "\ufeff", "\n\n", " \n\u3000\n"],
)
def test_a_text_of_nothing_cleans_to_nothing(source: str, lexicon: Lexicon) -> None:
    text = clean(source, lexicon)
    assert (text.text, list(text.origins)) == ("", [])


def test_lines_are_half_open_and_cover_all() -> None:
    assert list(lines("甲\n\n乙")) == [(0, 1), (2, 2), (3, 4)]
    assert list(lines("")) == [(0, 0)]


def test_a_chinese_character_takes_two_columns() -> None:
    assert visual_width("ab一，") == 6


@pytest.mark.parametrize(
    ("widths", "expected"),
    [
        ([80] * 10, 80),  # broken by hand
        ([80, 79, 80, 78, 80, 12, 80], 80),  # a paragraph's last line is short
        ([80] * 5, 0),  # too few to tell
        ([80, 60, 100, 44, 71, 90, 120], 0),  # paragraphs of any length
        ([20] * 10, 0),  # too narrow
    ],
)
def test_the_width_at_which_a_text_was_broken(widths: list[int], expected: int) -> None:
    assert wrap_width(widths, 40)[0] == expected


def test_users_furniture_goes_too(tmp_path: Path) -> None:
    (tmp_path / "furniture.txt").write_text("line\t晨星资料站.{0,20}\t晨星资料站下载\n", encoding="utf-8")
    own = Lexicon.load(tmp_path)
    assert clean("晨星资料站下载\n推进春耕。", own).text == "推进春耕。"
