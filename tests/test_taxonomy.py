"""The scheme of policy areas, the label table, and people's own schemes and labels."""

from __future__ import annotations

import collections
import csv
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from textmine.cli import cli
from textmine.lexicon import Area, Lexicon, corpora_dir
from textmine.model import UsageError
from textmine.tables import load
from textmine.taxonomy import Label, leaves, merged, phrases, read_areas, read_labels, sources

SHARED = Path(__file__).parents[2] / "shared"
AREAS = Lexicon.load().areas
LABELS = corpora_dir() / "labels" / "areas.csv"
SUBJECTS = (  # the classes of the State Council's policy library
    "国务院组织机构 综合政务 国民经济管理、国有资产监管 财政、金融、审计 国土资源、能源 农业、林业、水利 工业、交通 "
    "商贸、海关、旅游 市场监管、安全生产监管 城乡建设、环境保护 科技、教育 文化、广电、新闻出版 卫生、体育 "
    "人口与计划生育、妇女儿童工作 劳动、人事、监察 公安、安全、司法 民政、扶贫、救灾 民族、宗教 "
    "对外事务 港澳台侨工作 国防 其他"
)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# --- the scheme that comes with textmine ------------------------------------------------------------------------


def test_there_are_22_areas_and_94_sub_areas() -> None:
    parents = [area for area in AREAS.values() if not area.parent]
    assert (len(parents), len(leaves(AREAS)), len(AREAS)) == (22, 94, 116)
    assert all(area.parent in AREAS and area.code.startswith(area.parent) for area in leaves(AREAS).values())


def test_the_scheme_is_the_guide_s() -> None:
    guide = SHARED / "guide" / "policy_areas.csv"
    if not guide.is_file():
        pytest.skip("../shared is not there")
    for row in csv.DictReader(guide.read_text(encoding="utf-8").splitlines()):
        area = AREAS[row["code"]]
        assert (area.parent, area.name, area.name_en, area.cap, area.scope) == tuple(list(row.values())[1:])


def test_every_sub_area_has_keywords_and_crosswalks() -> None:
    for area in leaves(AREAS).values():
        assert len(set(area.keywords)) >= 12, area.code
        assert all(1 <= int(topic) <= 23 for topic in area.cap.split("/")), area.code
        assert area.state_council in SUBJECTS.split(), area.code


def test_phrases_describe_an_area() -> None:
    area = read_only(code="11.3", name="水利", scope="水库、灌区；供水，水库", keywords=("灌区", "堤防"))
    assert phrases(area) == ["水利", "水库", "灌区", "供水", "堤防"]
    assert phrases(read_only(code="A", name="水务")) == ["水务"]


def read_only(**fields: Any) -> Area:
    return Area(parent="", **fields)


# --- the labels that come with textmine -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(LABELS.read_text(encoding="utf-8").splitlines()))


def test_labels_have_their_columns_and_known_codes(rows: list[dict[str, str]]) -> None:
    assert list(rows[0]) == ["text", "area", "also", "group", "second", "note"]
    assert len(read_labels(LABELS, AREAS)) == len(rows)
    assert all(row["second"] in {*leaves(AREAS), "none", ""} for row in rows)
    assert all(re.fullmatch(r"w\d{1,2}[a-z]", row["group"]) for row in rows)


def test_every_sub_area_has_sixty_examples_of_several_writers(rows: list[dict[str, str]]) -> None:
    counts = collections.Counter(row["area"] for row in rows)
    assert {code: counts[code] for code in leaves(AREAS) if counts[code] < 60} == {}
    assert counts["none"] >= 60
    writers = collections.defaultdict(set)
    for row in rows:
        writers[row["area"]].add(row["group"][:-1])
    assert min(len(writers[code]) for code in leaves(AREAS)) >= 5


def test_no_two_labels_say_the_same(rows: list[dict[str, str]]) -> None:
    texts = [re.sub(r"\W", "", row["text"]) for row in rows]
    assert len(set(texts)) == len(texts)


def test_labels_are_of_all_lengths(rows: list[dict[str, str]]) -> None:
    lengths = [len(row["text"]) for row in rows]
    for low, high in ((0, 60), (60, 170), (170, 1000)):
        assert sum(low <= length < high for length in lengths) >= 0.2 * len(lengths)


def test_a_tenth_of_the_labels_has_a_second_reading(rows: list[dict[str, str]]) -> None:
    read = [row for row in rows if row["second"]]
    assert len(read) >= 0.09 * len(rows)
    assert sum(row["second"] in (row["area"], *row["also"].split(";")) for row in read) >= 0.9 * len(read)


def test_nothing_of_the_gold_is_in_the_labels(rows: list[dict[str, str]]) -> None:
    folder = SHARED / "gold"
    if not folder.is_dir():
        pytest.skip("../shared is not there")
    gold = [path.read_text(encoding="utf-8") for path in folder.glob("*.txt")]
    gold += [row["text"] for row in csv.DictReader((folder / "areas.csv").read_text(encoding="utf-8").splitlines())]
    for run, none in ((24, False), (40, True)):  # set phrases of guiding thought stand in every report
        known = {part for text in gold for part in runs(text, run)}
        shared = [row["text"] for row in rows if (row["area"] == "none") == none and known & runs(row["text"], run)]
        assert shared == []


def runs(text: str, length: int) -> set[str]:
    letters = re.sub(r"\W", "", text)
    return {letters[i : i + length] for i in range(len(letters) - length + 1)}


# --- people's own schemes and labels ----------------------------------------------------------------------------


def test_an_own_scheme_needs_only_codes_and_names(tmp_path: Path) -> None:
    areas = read_areas(write(tmp_path / "areas.csv", "\ufeffcode,name,keywords\nA,水务,水库；灌区;河长\nB,教育,\n"))
    assert areas["A"].keywords == ("水库", "灌区", "河长")
    assert list(leaves(areas)) == ["A", "B"]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("code,title\nA,水务\n", "no column name"),
        ("code,name\n", "fewer than two areas"),
        ("code,name\nA,水务\n", "fewer than two areas"),
        ("code,name\nA,水务\nA,教育\n", "line 3: code 'A'"),
        ("code,name\nnone,水务\n", "line 2: code 'none'"),
        ("code,name,parent\nA,水务,Z\n", "line 2: A has the parent 'Z'"),
        ("code,name,parent\nC,教育,\nA,水务,A\n", "line 3: A has the parent 'A'"),
        ("code,name,parent\nC,教育,\nA,水务,B\nB,水务,A\n", "line 3: A has the parent 'B'"),
    ],
)
def test_a_faulty_scheme_is_refused_with_the_reason(tmp_path: Path, table: str, reason: str) -> None:
    path = write(tmp_path / "areas.csv", table)
    with pytest.raises(UsageError, match=re.escape(str(path)) + ".*" + reason):
        read_areas(path)


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"areas\.csv: No such file"):
        read_areas(tmp_path / "areas.csv")
    (tmp_path / "labels.csv").write_bytes(b"text,area\n\xff\xfe,01.1\n")
    with pytest.raises(UsageError, match=r"labels\.csv"):
        read_labels(tmp_path / "labels.csv", AREAS)


def test_labels_are_read_with_their_further_areas(tmp_path: Path) -> None:
    path = write(tmp_path / "l.csv", "text,area,also,group\n修水库,11.3,17.3；11.3,me\n未定,,,\n大家好,none,,\n")
    assert read_labels(path, AREAS) == [Label("修水库", "11.3", ("17.3",), "me"), Label("大家好", "none")]


@pytest.mark.parametrize("row", ["修水库,99.9,", "修水库,11,", "修水库,11.3,99.9"])
def test_a_label_outside_the_scheme_is_refused(tmp_path: Path, row: str) -> None:
    path = write(tmp_path / "l.csv", f"text,area,also\n{row}\n")
    with pytest.raises(UsageError, match=r"line 2.*is no area of the scheme"):
        read_labels(path, AREAS)


@pytest.mark.parametrize(("group", "writer"), [("w1a", "w1"), ("w12c", "w12"), ("me", "me"), ("", ""), ("w1", "w1")])
def test_the_writer_of_a_group(group: str, writer: str) -> None:
    assert Label("甲", "01.1", (), group).writer == writer


def test_of_one_text_the_last_label_counts() -> None:
    first, other, last = Label("甲", "01.1"), Label("乙", "01.2"), Label("甲", "02.1")
    assert merged([[first, other], [last]]) == [other, last]


def test_sources_of_a_tagger(tmp_path: Path) -> None:
    assert sources(None, None) == (None, [LABELS])
    assert sources("mine.csv", None) == (None, [LABELS, Path("mine.csv")])
    assert sources(None, tmp_path) == (tmp_path / "areas.csv", [])
    write(tmp_path / "labels.csv", "text,area\n")
    assert sources("mine.csv", tmp_path) == (tmp_path / "areas.csv", [tmp_path / "labels.csv", Path("mine.csv")])


# --- the example scheme, through the command line ---------------------------------------------------------------

SCHEME = corpora_dir() / "taxonomy"
REPORT = "青禾街道2021年工作总结\n一、主要工作\n（一）老旧小区加装电梯6部。\n（二）接听热线诉求120件。\n"


def textmine(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False, standalone_mode=False)


def areas_of(out: Path) -> list[str]:
    return list(load(out)["measures"]["area_name"])


def test_the_example_has_eight_areas_that_its_labels_know() -> None:
    areas = read_areas(SCHEME / "areas.csv")
    assert len(leaves(areas)) == 8
    assert {row.area for row in read_labels(SCHEME / "labels.csv", areas)} == set(leaves(areas))


@pytest.mark.parametrize("labels", [True, False])
def test_show_and_tag_with_the_example(tmp_path: Path, labels: bool) -> None:
    (tmp_path / "scheme").mkdir()
    for name in ("areas.csv", "labels.csv")[: 1 + labels]:
        write(tmp_path / "scheme" / name, (SCHEME / name).read_text(encoding="utf-8"))
    write(tmp_path / "report.txt", REPORT)
    shown = textmine("show", tmp_path / "report.txt", "--taxonomy", tmp_path / "scheme").stdout
    assert "老旧小区" in shown
    assert re.search(r"\bB3\b", shown)
    write(tmp_path / "t.csv", "text\n种植行道树三百棵\n")
    tagged = list(csv.DictReader(textmine("tag", tmp_path / "t.csv", "--taxonomy", tmp_path / "scheme").stdout.split()))
    assert [(row["area"], row["area_name"]) for row in tagged] == [("B2", "公园绿地")]


def test_another_scheme_tags_anew(tmp_path: Path) -> None:
    write(tmp_path / "report.txt", REPORT)
    (tmp_path / "scheme").mkdir()
    areas = write(tmp_path / "scheme" / "areas.csv", (SCHEME / "areas.csv").read_text(encoding="utf-8"))
    mine = ["mine", tmp_path / "report.txt", "-o", tmp_path / "out", "-q", "--jobs", "1"]
    textmine(*mine)
    shipped = areas_of(tmp_path / "out")
    keys = {(tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")}
    textmine(*mine, "--taxonomy", tmp_path / "scheme")
    assert areas_of(tmp_path / "out") == ["老旧小区", "热线诉求"]
    keys.add((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    areas.write_text(areas.read_text(encoding="utf-8").replace("热线诉求", "来电", 1), encoding="utf-8")
    textmine(*mine, "--taxonomy", tmp_path / "scheme")  # the same folder, another content
    assert areas_of(tmp_path / "out") == ["老旧小区", "来电"]
    keys.add((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    textmine(*mine)
    assert areas_of(tmp_path / "out") == shipped
    assert len(keys) == 3


def test_a_faulty_folder_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    write(tmp_path / "report.txt", REPORT)
    (tmp_path / "scheme").mkdir()
    mine = ["mine", tmp_path / "report.txt", "-o", tmp_path / "out", "--taxonomy", tmp_path / "scheme", "-q"]
    with pytest.raises(UsageError, match=r"areas\.csv: No such file"):
        textmine(*mine)
    write(tmp_path / "scheme" / "areas.csv", "code,name\nA,水务\nB,教育\n")
    write(tmp_path / "scheme" / "labels.csv", "text,area\n修水库,A\n办学校,Q\n")
    with pytest.raises(UsageError, match=r"labels\.csv, line 3: 'Q' is no area"):
        textmine(*mine)
    assert not (tmp_path / "out").exists()


def test_traditional_characters_are_tagged_as_mining_does(tmp_path: Path) -> None:
    rows = {"深化行政復議體制改革，辦結復議案件120件。": "18.2", "擴大醫保覆蓋面，查處騙保機構。": "13.4"}
    write(tmp_path / "t.csv", "text\n" + "".join(f"{text}\n" for text in rows))
    tagged = list(csv.DictReader(textmine("tag", tmp_path / "t.csv").stdout.splitlines()))
    assert {row["text"]: row["area"] for row in tagged} == rows
    for row in tagged:
        assert row["evidence"]
        assert all(word in row["text"] for word in row["evidence"].split(";"))
