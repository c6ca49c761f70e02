"""Reviewing: the least certain measures out, corrections back, agreement; offsets beyond the basic plane."""

from __future__ import annotations

import csv
import json
import math
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from textmine.archive import mine_archive
from textmine.cli import cli
from textmine.lexicon import Lexicon
from textmine.model import UsageError
from textmine.reviewing import (
    EVIDENCE,
    FORMATS,
    Agreement,
    agreement,
    evidence_spans,
    export,
    kappa,
    read_review,
    take_in,
    uncertain,
)
from textmine.tables import load
from textmine.taxonomy import Label, read_areas, read_labels
from textmine.workers import Options

SCHEME = ROOT / "corpora" / "taxonomy"
AREAS = read_areas(SCHEME / "areas.csv")
REPORT = """青禾街道2021年工作总结
一、主要工作
（一）𠮷祥社区🙂：老旧小区加装电梯6部，外墙刷新。
（二）接听热线诉求120件，回访满意率98%。
（三）其他事项按时做完。
（四）——组织培训12期😀，考试全部通过。
（五）其他事项按时做完。
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The tables of a report with characters beyond the basic plane, tagged by the example scheme."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text(REPORT, encoding="utf-8")
    mine_archive(tmp_path / "archive", tmp_path / "out", options=Options(taxonomy=str(SCHEME)), jobs=1)
    return tmp_path / "out"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False, standalone_mode=False)


def written(out: Path, form: str) -> str:
    return FORMATS[form](uncertain(out), AREAS)


# --- out ------------------------------------------------------------------------------------------------------------


def test_the_least_certain_go_first_and_of_texts_with_other_labels_one(out: Path) -> None:
    rows = uncertain(out)
    assert len(rows) == 4  # of five: two say the same
    scores = [row["area_score"] for row in rows]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1]
    assert "其他事项" in rows[0]["text"]
    assert [row["measure_id"] for row in uncertain(out, 2)] == [row["measure_id"] for row in rows[:2]]


def test_what_somebody_has_read_is_left_out(out: Path) -> None:
    first = uncertain(out)[0]
    assert first["text"] not in {row["text"] for row in uncertain(out, known=[Label(first["text"], "S1")])}


def test_a_folder_without_areas_is_refused(out: Path, tmp_path: Path) -> None:
    mine_archive(tmp_path / "archive", tmp_path / "bare", options=Options(tag=False), jobs=1)
    with pytest.raises(UsageError, match="no areas"):
        uncertain(tmp_path / "bare")


def spans_of(out: Path, form: str) -> list[tuple[str, int, int, str | None]]:
    """Text, start, end and quoted words of every span of evidence in an export."""
    if form == "label-studio":
        tasks = json.loads(written(out, form))
        values = [(t, one["value"]) for t in tasks for one in t["predictions"][0]["result"] if one["type"] == "labels"]
        return [(task["data"]["text"], value["start"], value["end"], value["text"]) for task, value in values]
    lines = [json.loads(line) for line in written(out, form).splitlines()]
    return [(line["text"], start, end, None) for line in lines for start, end, name in line["entities"]]


@pytest.mark.parametrize("form", ["label-studio", "doccano"])
def test_spans_count_characters_also_beyond_the_basic_plane(out: Path, form: str) -> None:
    spans = spans_of(out, form)
    words = {word for row in uncertain(out) for word in row["evidence"].split(";")}
    assert all(text[start:end] in words for text, start, end, _ in spans)
    assert all(quoted in (None, text[start:end]) for text, start, end, quoted in spans)
    behind = [(text, start) for text, start, _, _ in spans if max(text[:start], default="") > "\uffff"]
    assert behind  # some stand behind a 𠮷 or an emoji, where UTF-16 units would be more
    assert all(len(text[:start].encode("utf-16-le")) // 2 > start for text, start in behind)


def test_start_and_end_lead_back_to_the_source(out: Path) -> None:
    for row in uncertain(out):
        assert REPORT[int(row["start"]) : int(row["end"])].replace("\n", "") == row["text"]


def test_evidence_that_is_not_in_the_text_has_no_span() -> None:
    assert evidence_spans({"text": "修路修桥", "evidence": "桥;修;塔"}) == [(0, 1), (3, 4)]
    assert evidence_spans({"text": "修路", "evidence": ""}) == []


def test_label_studio_gets_tasks_that_fit_its_interface(out: Path, tmp_path: Path) -> None:
    export(uncertain(out), tmp_path / "tasks.json", "label-studio", AREAS)
    view = ET.parse(tmp_path / "tasks.xml").getroot()
    tags = {tag.get("name"): tag for tag in view if tag.get("name")}
    assert tags["text"].get("value") == "$text"
    choices = [choice.get("value") for choice in tags["area"]]
    assert choices[0] == "S1 窗口办事"
    assert choices[-1] == "none"
    for task in json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8")):
        assert set(task) == {"data", "predictions"}
        for region in task["predictions"][0]["result"]:
            assert region["to_name"] == "text"
            assert region["from_name"] in tags
            assert tags[region["from_name"]].tag.lower() == region["type"]
        assert task["predictions"][0]["result"][0]["value"]["choices"][0] in choices


def test_doccano_gets_categories_and_entities(out: Path) -> None:
    for line in map(json.loads, written(out, "doccano").splitlines()):
        assert isinstance(line["text"], str)
        assert all(isinstance(cat, str) for cat in line["cats"])
        assert all([type(part) for part in entity] == [int, int, str] for entity in line["entities"])
        assert {entity[2] for entity in line["entities"]} <= {EVIDENCE}


# --- and back -------------------------------------------------------------------------------------------------------


def answered(out: Path, form: str, path: Path, code: str) -> list[str]:
    """What a reviewer would give back who puts every measure into one area; the texts."""
    if form == "csv":
        rows = list(csv.DictReader(written(out, form).lstrip("\ufeff").splitlines()))
        with path.open("w", encoding="gb18030", newline="") as file:  # as a Chinese Excel writes it
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows([row | {"label": code} for row in rows])
    elif form == "label-studio":
        tasks = json.loads(written(out, form))
        for task in tasks:
            choice: dict[str, Any] = {"type": "choices", "from_name": "area", "value": {"choices": [f"{code} 名称"]}}
            task["annotations"] = [{"result": [choice]}, {"was_cancelled": True, "result": []}]
        path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    else:
        lines = [json.loads(line) | {"cats": [f"{code} 名称"]} for line in written(out, form).splitlines()]
        path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return [row["text"] for row in uncertain(out)]


@pytest.mark.parametrize(("form", "name"), [("csv", "r.csv"), ("label-studio", "r.json"), ("doccano", "r.jsonl")])
def test_what_goes_out_comes_back(out: Path, tmp_path: Path, form: str, name: str) -> None:
    texts = answered(out, form, tmp_path / name, "T2")
    found = read_review(tmp_path / name, AREAS, "李")
    assert [(label.text, label.area, label.group) for label in found] == [(text, "T2", "李") for text in texts]


def test_corrections_survive_every_re_run(out: Path, tmp_path: Path) -> None:
    labels, review = tmp_path / "mine.csv", tmp_path / "r.csv"
    answered(out, "csv", review, "T2")
    assert run("review", "import", review, "--labels", labels, "--taxonomy", SCHEME).exception is None
    mine = ["mine", tmp_path / "archive", "-o", out, "--taxonomy", SCHEME, "--labels", labels, "-q", "--jobs", "1"]
    for _ in range(2):
        assert run(*mine).return_value == 0
        measures = load(out)["measures"]
        assert set(measures["area"]) == {"T2"}
        assert set(measures["area_score"]) == {1.0}
        assert "T2" not in set(measures["area2"])
    assert uncertain(out, known=read_labels(labels, AREAS)) == []


def test_a_correction_in_traditional_characters_survives(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    text = (
        "青禾區2021年工作總結\n一、主要工作\n（一）個別問題還沒有辦結，國務院與縣區後續處理。\n（二）實體經濟發展。\n"
    )
    (tmp_path / "archive" / "a.txt").write_text(text, encoding="utf-8")
    options = Options(taxonomy=str(SCHEME), labels=str(tmp_path / "mine.csv"))
    (tmp_path / "mine.csv").write_text("text,area\n沒有這一行,S1\n", encoding="utf-8")
    mine_archive(tmp_path / "archive", tmp_path / "out", options=options, jobs=1)
    first = next(row for row in uncertain(tmp_path / "out") if "個別" in row["text"])
    take_in([Label(first["text"], "B2")], tmp_path / "mine.csv", AREAS)
    mine_archive(tmp_path / "archive", tmp_path / "out", options=options, jobs=1)
    measures = load(tmp_path / "out")["measures"].set_index("measure_id")
    assert measures.loc[first["measure_id"], "area"] == "B2"


def test_the_label_file_keeps_what_else_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("text,area,note\n修路,B1,看过\n种树,B2,\n未定,,想想\n", encoding="utf-8")
    given = [Label("种树", "B3", ("B2",), "王"), Label("修路", "B1"), Label("上课", "T1", (), "王")]
    assert take_in(given, path, AREAS) == (1, 1, 1)
    rows = {row["text"]: row for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())}
    assert list(rows) == ["修路", "种树", "未定", "上课"]
    assert (rows["修路"]["note"], rows["未定"]["note"]) == ("看过", "想想")
    assert read_labels(path, AREAS)[1] == Label("种树", "B3", ("B2",), "王")


def test_a_spreadsheet_that_ate_the_zero_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("text,label,also\n修水库,1.1,7.1;11.3\n'=甲,11.3 水利,\n没看,,01.1\n", encoding="utf-8")
    found = read_review(path, Lexicon.load().areas)
    assert found == [Label("修水库", "01.1", ("07.1", "11.3")), Label("=甲", "11.3")]


FAULTS = {
    "a.csv": ("text,label\n修路,Z9\n", "line 2: 'Z9' is no area"),
    "b.csv": ("text,code\n修路,B1\n", "no columns text and label"),
    "c.csv": ("text,label\n,B1\n", "line 2: no text"),
    "d.json": ('[{"text": "修路", "area": "B1"}]', "task 1 has no data"),
    "e.json": ("[{", "Expecting"),
    "f.jsonl": ('{"text": "修路", "cats": ["B1"]}\n{"text": 7, "cats": ["B1"]}', "line 2: no text"),
    "g.jsonl": ('{"text": "修路", "cats": ["Z9 甲"]}', "line 1: 'Z9 甲' is no area"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_review_is_refused_with_file_and_row(tmp_path: Path, name: str) -> None:
    text, reason = FAULTS[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_review(tmp_path / name, AREAS)
    assert name in str(refused.value)
    assert reason in str(refused.value)


# --- two readers ----------------------------------------------------------------------------------------------------


def test_agreement_of_two_readers() -> None:
    first = [Label("甲", "B1"), Label("乙", "B1"), Label("丙", "B2", ("B3",)), Label("丁", "B3"), Label("戊", "S1")]
    second = [Label("甲", "B1"), Label("乙", "B2"), Label("丙", "B3"), Label("丁", "B3"), Label("己", "S1")]
    # Four in common, two the same; by chance B1 2·1, B2 1·1, B3 1·2 of 16, so kappa is (8/16 − 5/16) / (11/16).
    found = agreement(first, second)
    assert (found.rows, found.same, found.accepted) == (4, 0.5, 0.75)
    assert found.kappa is not None
    assert math.isclose(found.kappa, 3 / 11)
    assert found.apart == (("乙", "B1", "B2"), ("丙", "B2", "B3"))


def test_agreement_where_nothing_varies_or_nothing_is_shared() -> None:
    assert agreement([Label("甲", "B1")], [Label("甲", "B1")]) == Agreement(1, 1.0, None, 1.0, ())
    assert kappa([("a", "a"), ("b", "b")]) == 1.0
    with pytest.raises(UsageError, match="no text in common"):
        agreement([Label("甲", "B1")], [Label("乙", "B1")])


def test_the_verbs_of_review(out: Path, tmp_path: Path) -> None:
    labels, told = tmp_path / "mine.csv", ["--taxonomy", SCHEME]
    done = run("review", "export", out, "-o", tmp_path / "t.json", "--format", "label-studio", "--limit", "2", *told)
    assert "2 measures" in done.stderr
    assert len(json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))) == 2
    for name, code in (("one.csv", "T1"), ("two.csv", "T2")):
        answered(out, "csv", tmp_path / name, code)
    done = run("review", "import", tmp_path / "one.csv", "--labels", labels, "--reviewer", "王", *told)
    assert "4 new, 0 changed, 0 the same" in done.stderr
    assert "0 new, 4 changed" in run("review", "import", tmp_path / "two.csv", "--labels", labels, *told).stderr
    done = run("review", "export", out, "-o", tmp_path / "rest.csv", "--labels", labels, *told)
    assert "0 measures" in done.stderr
    said = run("review", "agree", tmp_path / "one.csv", tmp_path / "two.csv", "-o", tmp_path / "apart.csv", *told)
    assert "4 rows: 0.0% the same, kappa 0.000" in said.stdout
    assert len((tmp_path / "apart.csv").read_text(encoding="utf-8-sig").splitlines()) == 5


def test_a_label_file_saved_by_a_chinese_excel_is_added_to(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_bytes("text,area\n新建农村公路十二公里,01.1\n".encode("gb18030"))
    areas = Lexicon.load().areas
    assert take_in([Label("加固水库堤防三座", "01.1")], labels, areas).new == 1
    assert [label.text for label in read_labels(labels, areas)] == ["新建农村公路十二公里", "加固水库堤防三座"]
