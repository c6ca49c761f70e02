"""The cases of tests/cases, one test each, and the notation they are written in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from brace import CASES, Case, MarkError, faults, load_cases, read_marks

ALL = [case for path in sorted(CASES.glob("*.toml")) for case in load_cases(path)]


def _param(case: Case) -> object:
    marks = [pytest.mark.xfail(strict=True, reason=case.xfail)] if case.xfail else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [_param(case) for case in ALL])
def test_case(case: Case) -> None:
    found = faults(case)
    assert not found, "\n".join([case.rule, case.text, *found])


def test_there_are_many_cases_and_no_text_comes_twice() -> None:
    texts = [case.text for case in ALL]
    assert len(texts) >= 150
    assert sorted(texts) == sorted(set(texts))


def test_every_case_asserts_something() -> None:
    idle = [c.name for c in ALL if not c.checks and not {"fields", "sections", "clean"} & set(c.row)]
    assert idle == []


def test_no_case_repeats_a_sentence_of_the_shared_gold(shared_gold: Path) -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in shared_gold.glob("*.txt"))
    sentences = {part for case in ALL for part in re.split("[。！？；\n]", case.text) if len(part) >= 12}
    assert len(sentences) > 300
    assert sorted(part for part in sentences if part in texts) == []


# --- the notation ---------------------------------------------------------------------------------------------------


def test_marks_nest_and_leave_the_text() -> None:
    text, marks = read_marks("[[一是办案{⟦X|quantity⟧件|办案|direction=}。]]<label=一是>完")
    assert text == "一是办案X件。完"
    assert [(m.table, m.words, dict(m.fields)) for m in marks] == [
        ("measures", "一是办案X件。", {"label": "一是"}),
        ("metrics", "X件", {"indicator": "办案", "direction": ""}),
        ("placeholders", "X", {"kind": "quantity"}),
    ]
    assert all(text[m.start : m.end] == m.words for m in marks)


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("办结{12件", "no }"),
        ("办结12件}", "closes nothing"),
        ("[[一是办案。", "no ]]"),
        ("办结{12件|办结|什么=1}", "no field of metrics"),
        ("⟦X|quantity|x⟧", "not KEY=VALUE"),
        ("[[一是]]<label=一是", "no >"),
        ("办结{}件", "empty mark"),
        ("办结{12件]]", "no }"),
    ],
)
def test_a_bad_mark_is_an_error_that_says_what_is_wrong(marked: str, message: str) -> None:
    with pytest.raises(MarkError, match=re.escape(message)):
        read_marks(marked)


def _case(text: str, **row: object) -> Case:
    plain, marks = read_marks(text)
    return Case("test", "", plain, tuple(marks), ("metrics",), row)


def test_a_case_fails_for_what_is_missing_surplus_or_wrong() -> None:
    assert faults(_case("办结复议案件{12件|办结复议案件|unit=件}。")) == []
    assert "not expected" in faults(_case("办结复议案件12件。"))[0]
    assert "not found" in faults(_case("办结{复议案件}{12件}。"))[0]
    assert "unit '项' expected" in faults(_case("办结复议案件{12件|unit=项}。"))[0]
    assert "indicator" in faults(_case("办结复议案件{12件|新招录护士}。"))[0]
    assert "clean text" in faults(_case("办结复议案件{12件}。", clean="无"))[0]
    assert "report field" in faults(_case("办结复议案件{12件}。", fields={"organ": "水利局"}))[0]
    assert "sections" in faults(_case("办结复议案件{12件}。", sections=["一、 有 summary"]))[0]
