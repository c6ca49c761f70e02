"""Across years: series, names, the figures that count for a year, promises, changes, tasks, on invented reports."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import ARCHIVE, ROOT, SHARED
from hypothesis import given
from hypothesis import strategies as st

from textmine.across import changes, tasks, things
from textmine.across.changes import match_measures
from textmine.across.mentions import Key, Mention
from textmine.across.naming import Names
from textmine.across.passages import Cues, Passages
from textmine.across.promises import is_met
from textmine.across.series import coverage, find_series, read_reports
from textmine.archive import Archive, mine_archive
from textmine.cli import cli
from textmine.comparing import compare, comparison_tables
from textmine.extractors.numbers import NumberGrammar, evaluate
from textmine.lexicon import Lexicon, Region
from textmine.mining import mine
from textmine.model import Document, LexiconError, UsageError
from textmine.tables import load, read_csv, to_frames, write_csv
from textmine.workers import Options

GOLD = ROOT / "corpora" / "gold"
COLUMNS = {  # the contract of the design
    "indicators": "region organ indicator as_written std_unit year aspect state value value_high modifier direction"
    " basis score rule metric_id",
    "promises": "region organ indicator std_unit year target target_high modifier achieved achieved_high gap completion"
    " status score rule target_metric_id achieved_metric_id target_text achieved_text",
    "measure_changes": "region organ year_from year_to change similarity area measure_from measure_to text_from"
    " text_to",
    "attention": "region organ year part area area_name measures share chars char_share",
    "terms": "region organ year term count per_10k log_likelihood log_ratio status",
    "level_gap": "indicator year region target parent_region parent_target gap",
    "tasks": "region organ year area task target std_unit deadline responsible status measure_id",
}
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def compared(mined_archive: tuple[Archive, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Frames, Path]:
    """The comparison of the sample archive, and its folder."""
    to = tmp_path_factory.mktemp("compared")
    return compare(mined_archive[1], to), to


@pytest.fixture(scope="module")
def names(lexicon: Lexicon) -> Names:
    return Names(lexicon)


def frames_of(*reports: tuple[str, str]) -> Frames:
    """The tables of invented reports: (title, text below the title)."""
    texts = [(f"{number}/{title}.txt", f"{title}\n{text}") for number, (title, text) in enumerate(reports)]
    return to_frames([mine(Document(source, text), tag=False) for source, text in texts])


def rows(frame: pd.DataFrame, **where: Any) -> list[Any]:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return list(frame.itertuples(index=False))


def only(frame: pd.DataFrame, **where: Any) -> Any:
    found = rows(frame, **where)
    assert len(found) == 1, found
    return found[0]


# --- the tables as a whole --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_of_the_design(compared: tuple[Frames, Path], table: str) -> None:
    assert list(compared[0][table].columns) == COLUMNS[table].split()
    with open(compared[1] / f"{table}.csv", encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == COLUMNS[table].split()


def test_wide_and_coverage_have_a_column_a_year(compared: tuple[Frames, Path]) -> None:
    wide, found = compared[0]["indicators_wide"], compared[0]["coverage"]
    years = ["2021", "2022", "2023", "2024"]
    assert list(wide.columns) == ["region", "organ", "indicator", "std_unit", "aspect", *years, "2025"]
    assert list(found.columns) == ["region", "organ", *years, "notes"]
    row = only(found, region="松溪县")
    assert (row[2:6], row.notes) == (("1", "0", "1", "0"), "2022: no report")


def test_wide_tells_masked_absent_and_no_report(compared: tuple[Frames, Path]) -> None:
    wide = compared[0]["indicators_wide"]
    trade = only(wide, region="云岚市", indicator="进出口总额", std_unit="%", aspect="achieved")
    assert trade[5:] == ("13.2", "X", "–", "12.7", "")
    energy = only(wide, region="云岚市", indicator="单位地区生产总值能耗", std_unit="%", aspect="target")
    assert energy[5:] == ("", "-3", "-2.5", "-2.5", "-3")


def test_every_row_leads_back_to_its_sentence(
    compared: tuple[Frames, Path], mined_archive: tuple[Archive, Path]
) -> None:
    frames = load(mined_archive[1])
    metrics = frames["metrics"].set_index("metric_id")
    for promise in compared[0]["promises"].itertuples():
        assert metrics.loc[promise.target_metric_id, "sentence"] == promise.target_text
        if promise.achieved_metric_id:
            assert metrics.loc[promise.achieved_metric_id, "sentence"] == promise.achieved_text
    stated = compared[0]["indicators"].query("state in ('stated', 'masked')")
    assert len(stated) > 1000 and set(stated["metric_id"]) <= set(metrics.index)
    measures = set(frames["measures"]["measure_id"])
    assert set(compared[0]["tasks"]["measure_id"]) - {""} <= measures


def test_every_status_state_and_change_occurs(compared: tuple[Frames, Path]) -> None:
    frames = compared[0]
    assert set(frames["promises"]["status"]) == {"met", "missed", "masked", "not_reported"}
    assert set(frames["indicators"]["state"]) == {"stated", "masked", "absent", "no_report"}
    assert set(frames["measure_changes"]["change"]) == {"continued", "new", "dropped", "fulfilled"}
    assert set(frames["terms"]["status"]) >= {"new", "gone"}


def _bytes(tables: Any, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    for name, (columns, found) in tables.items():
        write_csv(folder / f"{name}.csv", columns, found)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_order_of_rows_does_not_matter(
    compared: tuple[Frames, Path], mined_archive: tuple[Archive, Path], lexicon: Lexicon, tmp_path: Path
) -> None:
    frames = load(mined_archive[1])
    shuffled = {name: frame.sample(frac=1, random_state=number) for number, (name, frame) in enumerate(frames.items())}
    again = _bytes(comparison_tables(shuffled, lexicon), tmp_path / "again")
    assert again == {path.name: path.read_bytes() for path in sorted(compared[1].glob("*.csv"))}


def test_the_number_of_workers_does_not_matter(compared: tuple[Frames, Path], tmp_path: Path) -> None:
    mine_archive(ARCHIVE, tmp_path / "out", options=Options(tag=False), jobs=1)
    compare(tmp_path / "out", tmp_path / "to")
    assert {p.name: p.read_bytes() for p in (tmp_path / "to").iterdir()} == {
        p.name: p.read_bytes() for p in compared[1].iterdir()
    }


def test_parquet_and_xlsx_compare_as_csv_does(compared: tuple[Frames, Path], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    mine_archive(ARCHIVE, tmp_path / "out", options=Options(tag=False), jobs=1, form="parquet")
    compare(tmp_path / "out", tmp_path / "to")
    assert (tmp_path / "to" / "promises.csv").read_bytes() == (compared[1] / "promises.csv").read_bytes()


def test_frames_without_a_table_are_refused() -> None:
    with pytest.raises(UsageError, match="metrics"):
        compare({name: pd.DataFrame() for name in ("reports", "sections", "measures")})


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no reports"):
        compare(tmp_path)


# --- gold -------------------------------------------------------------------------------------------------------------


def _value(written: str, grammar: NumberGrammar, lexicon: Lexicon) -> Decimal | None:
    number = next(grammar.find(unicodedata.normalize("NFKC", written)))
    return evaluate(number, lexicon.units).std_value


def _near(one: Any, other: Any) -> bool:
    missing = [value is None or pd.isna(value) for value in (one, other)]
    return all(missing) if any(missing) else abs(float(one) - float(other)) <= 1e-6 * abs(float(other))


def _flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def _matches(gold: dict[str, str], promise: Any, value: Decimal | None) -> bool:
    home = (gold["region"], gold["organ"], int(gold["year"]))
    place = (promise.region, promise.organ, promise.year) == home
    return place and _flat(gold["target_wording"]) in _flat(promise.target_text) and _near(promise.target, value)


def test_promises_against_the_invented_truth(compared: tuple[Frames, Path], lexicon: Lexicon, names: Names) -> None:
    grammar, wrong, right, taken = NumberGrammar(lexicon), [], 0, set()
    gold = list(read_csv(GOLD / "promises.csv"))
    covered = {(row["region"], row["organ"], int(row["year"])) for row in gold}
    found = [p for p in compared[0]["promises"].itertuples() if (p.region, p.organ, p.year) in covered]
    for row in gold:
        value = _value(row["target_value"], grammar, lexicon)
        mine_ = [p for p in found if p.Index not in taken and _matches(row, p, value)]
        mine_.sort(key=lambda p: -names.likeness(p.indicator, row["indicator"]))
        if not mine_:
            wrong.append((row["target_wording"], "no such target"))
            continue
        taken.add(mine_[0].Index)
        got = _value(row["achieved_value"], grammar, lexicon) if row["achieved_value"] else None
        if mine_[0].status == row["status"] and _near(mine_[0].achieved, got):
            right += bool(row["achieved_wording"])
        else:
            wrong.append((row["target_wording"], row["status"], mine_[0].status, mine_[0].achieved_text))
    pairs = sum(1 for p in found if p.achieved_metric_id)
    truth = sum(1 for row in gold if row["achieved_wording"])
    assert right / pairs >= 0.95, wrong
    assert right / truth >= 0.95, wrong


def test_indicators_against_the_invented_truth(compared: tuple[Frames, Path]) -> None:
    key = ("region", "organ", "indicator", "std_unit", "year", "aspect")
    found = {tuple(str(getattr(row, name)) for name in key): row for row in compared[0]["indicators"].itertuples()}
    gold = list(read_csv(GOLD / "indicators.csv"))
    wrong = []
    for row in gold:
        got = found.get(tuple(row[name] for name in key))
        if got is None and row["state"] in ("absent", "no_report"):  # an aspect that the series never states
            continue
        if got is None or got.state != row["state"] or (row["value"] and not _near(got.value, Decimal(row["value"]))):
            wrong.append((row, got and (got.state, got.value)))
    assert len(wrong) / len(gold) <= 0.05, wrong


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("全市生产总值", "地区生产总值"),
        ("GDP", "地区生产总值"),
        ("完成地区生产总值", "地区生产总值"),
        ("提出今年国内生产总值", "地区生产总值"),
        ("经济", "地区生产总值"),
        ("规上工业增加值", "规模以上工业增加值"),
        ("群众安全感满意度", "群众安全感"),
        ("居民消费价格总水平涨幅", "居民消费价格涨幅"),
        ("城镇调查失业率平均值", "城镇调查失业率"),
        ("2024年城镇新增就业", "城镇新增就业"),
        ("新增义务教育学位", "新增义务教育学位"),  # not merged with other new school places
        ("海洋生产总值占GDP", "海洋生产总值占GDP"),
        ("民营经济", "民营经济"),
    ],
)
def test_a_name_is_called_by_the_table(names: Names, written: str, name: str) -> None:
    assert names.name(written, True).name == name


def test_the_economy_is_its_product_only_where_it_grows(names: Names) -> None:
    assert names.name("经济", False).name == "经济"


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("培育省级绿色工厂", "获评省级绿色工厂", 0.95),
        ("建设老年助餐点", "建成老年助餐点", 0.95),
        ("行政机关负责人出庭应诉率", "出庭应诉率", 0.72),
        ("轮训行政执法人员", "轮训执法人员", 0.72),
        ("新增公办学位", "公办幼儿园学位新增", 0.72),
        ("完成教育项目投资", "教育项目完成投资", 0.72),
    ],
)
def test_names_that_are_one(names: Names, one: str, other: str, least: float) -> None:
    assert least <= names.likeness(one, other) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("城镇居民人均可支配收入", "农村居民人均可支配收入"),
        ("受理行政复议案件", "审结行政复议案件"),
        ("新建农村公路", "改造农村公路"),
        ("改造供水管网", "改造污水管网"),
        ("改造农村公路", "改造农村公路危桥"),
        ("进口总额", "出口总额"),
        ("户籍人口城镇化率", "常住人口城镇化率"),
    ],
)
def test_names_that_a_reader_keeps_apart(names: Names, one: str, other: str) -> None:
    assert names.likeness(one, other) < things.ALIKE


NAMES = Names(Lexicon.load())  # for properties, which take no fixtures of a function's scope
WORDS = st.text(alphabet="新增建成城镇农村居民收入公路里程率项目家电梯工厂", min_size=1, max_size=10)


@given(WORDS, WORDS)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert NAMES.likeness(one, other) == NAMES.likeness(other, one)
    assert 0 <= NAMES.likeness(one, other) <= 1
    assert NAMES.likeness(one, one) == 1
    assert NAMES.contrast(one, other) == NAMES.contrast(other, one)
    assert not NAMES.contrast(one, one)


@given(WORDS)
def test_a_core_has_no_more_to_lose(name: str) -> None:
    assert NAMES.core(NAMES.core(name)) == NAMES.core(name)
    assert len(NAMES.core(name)) >= min(len(name), 2)


# --- series -----------------------------------------------------------------------------------------------------------


def _report(number: int, **given: Any) -> Any:
    fields = {
        **{"report_id": f"r{number}", "source": f"{number}.txt", "title": "", "kind": "工作总结", "level": "县"},
        **{"region": "青禾县", "organ": "教育局", "report_year": 2021, "plan_year": "", "chars": 1000, "warnings": ""},
    }
    return SimpleNamespace(**(fields | given))


def _series(lexicon: Lexicon, *reports: Any) -> list[Any]:
    return find_series(read_reports(reports, lexicon), lexicon)


def test_one_place_and_organ_written_differently_is_one_series(lexicon: Lexicon) -> None:
    found = _series(
        lexicon,
        _report(1, region="广西", organ="卫健委"),
        _report(2, region="广西壮族自治区", organ="卫生健康局", report_year=2022),
    )
    assert [series.key for series in found] == [("广西壮族自治区", "卫生健康局")]
    assert list(found[0].achieved) == [2021, 2022]


def test_a_renamed_organ_goes_on_under_its_new_name(lexicon: Lexicon) -> None:
    old = _report(1, organ="环保局", report_year=2017)
    assert [s.organ for s in _series(lexicon, old)] == ["环境保护局"]
    after = _series(lexicon, old, _report(2, organ="生态环境局", report_year=2019))
    assert [(s.organ, sorted(s.achieved)) for s in after] == [("生态环境局", [2017, 2019])]
    both = _series(lexicon, old, _report(2, organ="生态环境局", report_year=2016))
    assert [s.organ for s in both] == ["环境保护局", "生态环境局"]


def test_the_full_final_longer_report_counts_and_the_notes_name_the_others(lexicon: Lexicon) -> None:
    found = _series(
        lexicon,
        _report(1, title="青禾县教育局2021年上半年工作总结", chars=9000),
        _report(2, title="青禾县教育局2021年工作总结（征求意见稿）", chars=8000),
        _report(3, title="青禾县教育局2021年工作总结", chars=5000),
        _report(4, title="青禾县教育局2021年工作总结", chars=6000),
        _report(5, title="青禾县教育局工作总结", report_year=""),
    )
    assert found[0].achieved[2021].report_id == "r4"
    columns, table = coverage(found)
    assert columns == ("region", "organ", "2021", "notes")
    assert table[0][2] == 4
    assert table[0][3] == "；".join(
        [*(f"2021: {n}.txt does not count beside 4.txt" for n in (1, 2, 3)), "5.txt: no year"]
    )


def test_a_summary_and_a_plan_are_of_one_series(lexicon: Lexicon) -> None:
    plan = _report(2, kind="工作计划", report_year="", plan_year=2022)
    found = _series(lexicon, _report(1), plan)
    assert (list(found[0].achieved), list(found[0].planned), found[0].years) == ([2021], [2022], range(2021, 2023))


def test_masked_places_are_one_series_only_where_they_can_be(lexicon: Lexicon) -> None:
    def masked(number: int, title: str, year: int, **given: Any) -> Any:
        return _report(number, region="", organ="司法局", title=title, report_year=year, **given)

    one = [masked(1, "X区司法局2021年工作总结", 2021), masked(2, "xx区司法局2022年工作总结", 2022)]
    assert [(s.region, len(s.reports)) for s in _series(lexicon, *one)] == [("", 2)]
    two_places = [*one, masked(3, "X市司法局2021年工作总结", 2021)]
    assert [(s.region, len(s.reports)) for s in _series(lexicon, *two_places)] == [("X区", 2), ("X市", 1)]
    clash = [*one, masked(4, "**区司法局2022年工作总结", 2022)]
    assert [s.region for s in _series(lexicon, *clash)] == ["X区（1.txt）", "X区（2.txt）", "X区（4.txt）"]
    copy = [*one, masked(4, "**区司法局2022年工作总结", 2022, warnings="near_duplicate")]
    assert [len(s.reports) for s in _series(lexicon, *copy)] == [3]


def test_double_year_files_and_reports_titled_by_the_year_they_are_given_in() -> None:
    frames = frames_of(
        (
            "青禾县教育局2021年工作总结及2022年工作计划",
            "一、2021年工作总结\n（一）新建公办幼儿园3所。\n二、2022年工作计划\n（一）新建公办幼儿园4所。\n",
        ),
        (
            "2023年云岚市政府工作报告",
            "各位代表：\n一、2022年工作回顾\n地区生产总值增长5%。\n二、2023年工作安排\n主要预期目标是：地区生产总值增长6%左右。\n",
        ),
    )
    found = compare(frames)["indicators"]
    assert {(r.region, r.aspect, r.year) for r in rows(found, state="stated")} == {
        *{("青禾县", "achieved", 2021), ("青禾县", "target", 2022)},
        *{("云岚市", "achieved", 2022), ("云岚市", "target", 2023)},
    }


# --- the figures that count for a year --------------------------------------------------------------------------------

REVIEW = """各位代表：
一、“十四五”时期和2025年工作回顾
五年来，我们坚持发展第一要务。
——综合实力显著增强。地区生产总值突破1600亿元，年均增长5.7%；城镇新增就业累计16万人。
——民生福祉持续增进。居民人均可支配收入比2020年增长38%，五年新增学位5.2万个，城镇新增就业17万人。
2025年，全市上下奋力拼搏，地区生产总值增长5.1%，高于全省0.3个百分点，城镇新增就业3.3万人。
二、“十五五”时期主要目标
（一）地区生产总值年均增长5%以上，常住人口城镇化率达到66%。
三、2026年工作安排
主要预期目标是：地区生产总值增长5%左右，城镇新增就业3.2万人以上，常住人口城镇化率达到62%。
"""


def test_five_years_do_not_leak_into_the_year() -> None:
    found = compare(frames_of(("2026年云岚市政府工作报告", REVIEW)))["indicators"]
    stated = {(r.indicator, r.std_unit, r.aspect, r.year): r.value for r in rows(found, state="stated")}
    assert stated[("地区生产总值", "%", "achieved", 2025)] == 5.1
    assert stated[("城镇新增就业", "人", "achieved", 2025)] == 33000
    assert stated[("地区生产总值", "%", "target", 2026)] == 5
    assert stated[("城镇化率", "%", "target", 2026)] == 62
    assert 38 not in stated.values() and 66 not in stated.values() and 52000 not in stated.values()
    assert 0.3 not in stated.values()  # a gap to others


def test_averages_over_years_count_for_none_wherever_they_stand() -> None:
    text = (
        "各位代表：\n一、2025年工作回顾\n粮食产量20万吨。地区生产总值年均增长6.1%，近五年新建学校12所。\n"
        "二、2026年工作安排\n地区生产总值年均增长5%，粮食产量21万吨。\n"
    )
    found = compare(frames_of(("2026年云岚市政府工作报告", text)))["indicators"]
    assert {row.indicator for row in rows(found, state="stated")} == {"粮食总产量"}


def test_a_passage_runs_until_another_begins(lexicon: Lexicon) -> None:
    texts = ["五年来，新建学校5所。", "改造管网90公里。", "2025年，新建学校1所。", "改造管网20公里。"]
    measures = [
        SimpleNamespace(
            measure_id=f"m{n}", part="summary", section_id="", label="", text=text, start=n * 20, end=n * 20 + 20
        )
        for n, text in enumerate(texts)
    ]
    found = Passages(measures, [], Cues(lexicon))
    assert [found.several_years(n * 20 + 5, texts[n], texts[n][:6]) for n in range(4)] == [True, True, False, False]


def test_a_section_says_which_years_its_measures_are_of(lexicon: Lexicon) -> None:
    sections = [
        SimpleNamespace(section_id="s1", parent_id="", title="“十五五”时期主要目标"),
        SimpleNamespace(section_id="s2", parent_id="s1", title="加快产业升级"),
        SimpleNamespace(section_id="s3", parent_id="", title="2026年工作安排"),
    ]
    text = "建成高标准农田300万亩。"
    measures = [
        SimpleNamespace(measure_id=key, part="plan", section_id=key, label="", text=text, start=at, end=at + 20)
        for at, key in ((0, "s2"), (20, "s3"))
    ]
    found = Passages(measures, sections, Cues(lexicon))
    assert [found.several_years(at + 7, text, text[:7]) for at in (0, 20)] == [True, False]


def _mention(value: str | None, **given: Any) -> Mention:
    key = Key("x", "%", given.pop("kind", "level"), "")
    written = given.pop("name", "合格率")
    name = NAMES.unlisted(written, written)
    fields: dict[str, Any] = {
        **{"aspect": "target", "year": 2022, "metric_id": "", "measure_id": "", "high": None, "modifier": ""},
        **{"bound": "exact", "direction": "", "basis": "", "masked": value is None, "falling": False, "sentence": ""},
        **{"state": False, "clause": "", "order": (False, False, False, 0, "")},
    }
    number = None if value is None else Decimal(value)
    return Mention(key=key, name=name, value=number, **(fields | given))


@pytest.mark.parametrize(
    ("target", "achieved", "met"),
    [
        (_mention("7", bound="at_least"), "7", True),
        (_mention("7", bound="at_least"), "6.9", False),
        (_mention("6", bound="around"), "5.7", True),  # 左右: 5 % of the target short of it is met
        (_mention("6", bound="around"), "5.6", False),
        (_mention("5", high=Decimal("5.5"), bound="range"), "5.0", True),
        (_mention("5.5", bound="at_most", name="失业率"), "5.7", False),
        (_mention("5.5", bound="at_most", name="失业率"), "5.2", True),
        (_mention("5.5", name="失业率"), "5.2", True),  # less is better without a word for it
        (_mention("60", bound="at_most", name="资产负债率"), "61.3", False),
        (_mention("3", bound="around", name="居民消费价格"), "3.1", True),
        (_mention("5", kind="rank"), "4", True),  # 进入前五
        (_mention("5", kind="rank"), "6", False),
    ],
)
def test_met_or_missed(target: Mention, achieved: str, met: bool) -> None:
    assert is_met(target, _mention(achieved)) is met


def test_a_fall_that_is_aimed_at_and_one_that_is_not() -> None:
    fall = _mention("3", kind="change", direction="decrease", falling=True, name="能耗")
    rise = _mention("5", kind="change", direction="increase", name="出口")
    assert is_met(fall, _mention("3.2", kind="change", direction="decrease", falling=True))
    assert not is_met(fall, _mention("3.2", kind="change", direction="increase"))
    assert not is_met(rise, _mention("8", kind="change", direction="decrease", falling=True))


TWO_YEARS = (
    (
        "云岚市2021年政府工作报告",
        "各位代表：\n一、2020年工作回顾\n粮食产量20万吨。\n二、2021年工作安排\n主要预期目标是：地区生产总值增长6%左右，出口总额增长5%，"
        "城镇调查失业率控制在5.5%以内，单位地区生产总值能耗下降3%，新增规上工业企业60家，粮食产量21万吨以上，研发经费投入强度达到2%，"
        "新建5G基站XX个。\n",
    ),
    (
        "云岚市2022年政府工作报告",
        "各位代表：\n一、2021年工作回顾\n生产总值增长5.8%，外贸出口下降2%，城镇调查失业率5.2%，单位GDP能耗下降2%，"
        "规上工业企业增加66家，粮食总产量21.2万吨，研发经费投入强度X.X%，新建5G基站120个。\n二、2022年工作安排\n办好民生实事。\n",
    ),
)


def test_promises_with_gap_completion_and_status() -> None:
    found = compare(frames_of(*TWO_YEARS))["promises"].set_index("indicator")
    told = {name: (row.status, row.achieved, row.gap, row.completion) for name, row in found.iterrows()}
    assert told["地区生产总值"] == ("met", 5.8, pytest.approx(-0.2), 96.7)
    assert told["出口总额"] == ("missed", -2, -7, -40)
    assert told["城镇调查失业率"] == ("met", 5.2, pytest.approx(-0.3), 105.8)  # the reciprocal: 5.5 of 5.2
    assert told["单位地区生产总值能耗"] == ("missed", 2, -1, 66.7)
    assert told["新增规模以上工业企业"] == ("met", 66, 6, 110)
    assert told["粮食总产量"][0] == "met"
    assert (found.loc["全社会研发投入强度", "status"], found.loc["新建5G基站", "status"]) == ("masked", "masked")
    assert found.loc["地区生产总值", "rule"] == "lexicon"


def test_not_reported_is_told_from_no_report() -> None:
    first, second = TWO_YEARS
    silent = (second[0], "各位代表：\n一、2021年工作回顾\n办好实事10件。\n二、2022年工作安排\n新建学校2所。\n")
    found = compare(frames_of(first, silent))["promises"]
    assert set(found[["year", "status", "rule"]].itertuples(index=False, name=None)) == {
        (2021, "not_reported", ""),
        (2022, "not_reported", "no_report"),
    }


def test_amount_growth_and_rank_of_one_thing_are_three_rows() -> None:
    text = (
        "各位代表：\n一、2021年工作回顾\n地区生产总值达到1372.6亿元，增长8.1%，总量居全省第四。\n"
        "二、2022年工作安排\n办好实事。\n"
    )
    found = compare(frames_of(("2022年云岚市政府工作报告", text)))["indicators"]
    assert {r.std_unit for r in rows(found, state="stated", indicator="地区生产总值")} >= {"元", "%"}


def test_a_list_that_was_not_told_apart_counts_for_nothing(lexicon: Lexicon) -> None:
    from textmine.across.mentions import _without_lists

    one, other = _mention("5", sentence="s", metric_id="a"), _mention("7", sentence="s", metric_id="b")
    assert _without_lists([one, other]) == []
    stretch = replace(other, order=(False, False, True, 1, "b"))
    assert _without_lists([one, stretch]) == [one]


def _promised(target: str, done: str, tables: Path | None = None, **where: Any) -> Any:
    plan = f"各位代表：\n一、2020年工作回顾\n办好实事。\n二、2021年工作安排\n{target}。\n"
    report = f"各位代表：\n一、2021年工作回顾\n{done}。\n二、2022年工作安排\n办好实事。\n"
    found = compare(
        frames_of(("云岚市2021年政府工作报告", plan), ("云岚市2022年政府工作报告", report)),
        lexicon=Lexicon.load(tables),
    )
    return only(found["promises"], year=2021, **where)


def test_growth_of_a_part_is_not_that_of_the_whole() -> None:
    assert _promised("工业投资增长5%以上", "产业园区工业投资增长11.7%").status == "not_reported"
    assert _promised("工业投资增长5%以上", "工业投资增长11.7%").status == "met"


def test_what_is_new_is_not_what_there_is_in_all() -> None:
    assert _promised("保护性耕作面积新增20万亩", "保护性耕作面积达到417万亩").status == "not_reported"
    assert _promised("建设高标准农田20万亩", "新建高标准农田21万亩").status == "met"


def test_an_amount_for_several_things_is_not_that_for_one() -> None:
    target = "交通、水利分别完成投资25亿元、8亿元"
    assert _promised(target, "交通、能源、水利完成投资54亿元", indicator="交通完成投资").status == "not_reported"
    assert _promised(target, "交通、水利分别完成投资26亿元、7亿元", indicator="交通完成投资").status == "met"


def test_a_target_told_again_is_no_result() -> None:
    told = _promised("新增学位1500个", "新增学位1380个，少于年初计划的1500个")
    assert (told.achieved, told.status) == (1380, "missed")
    failed = _promised("新增学位1500个", "我们没有完成新增学位1500个的目标")
    assert failed.status == "not_reported"


def test_of_a_movement_the_end_counts() -> None:
    moved = _promised("常住人口城镇化率达到62%", "常住人口城镇化率由60.1%提高到62.4%")
    assert (moved.achieved, moved.status) == (62.4, "met")


def test_units_that_count_alike_are_one() -> None:
    assert _promised("培育绿色工厂20家", "建成绿色工厂24个").status == "met"
    assert _promised("改造老旧院落20个", "改造老旧院落4600户").status == "not_reported"  # households are no yards


def test_a_sum_so_far_and_a_figure_in_brackets_stand_beside_the_result() -> None:
    built = _promised("新建绿道130公里", "新建绿道137公里、累计达到2136公里")
    assert (built.achieved, built.status) == (137000, "met")
    grown = _promised("税收收入增长2.5%", "税收收入增长1.7%（同口径增长2.6%）")
    assert (grown.achieved, grown.status) == (1.7, "missed")


def test_the_investment_of_what_was_just_counted() -> None:
    spent = _promised("实施市级重点项目226个，完成年度投资460亿元", "226个市级重点项目完成投资478亿元", std_unit="元")
    assert (spent.achieved, spent.status) == (478e8, "met")


def test_a_result_left_over_finds_its_target_though_another_year_tells_them_apart() -> None:
    def report(year: int, done: str, plan: str) -> tuple[str, str]:
        return (
            f"青禾县教育局{year}年工作总结及{year + 1}年工作计划",
            f"一、{year}年工作总结\n（一）{done}。\n二、{year + 1}年工作计划\n（一）{plan}。\n",
        )

    found = compare(
        frames_of(
            report(2020, "办好实事10件", "建设校园足球场地12块"),
            report(2021, "校园足球场地14块", "建设校园足球场地8块，校园足球场地30块"),
        )
    )["promises"]
    promise = only(found, year=2021)
    assert (promise.target, promise.achieved, promise.status) == (12, 14, "met")


def test_what_a_review_of_five_years_says_of_its_end_counts_for_the_last_year() -> None:
    review = (
        "各位代表：\n一、“十四五”时期工作回顾\n——这五年，发展基础不断夯实。常住人口城镇化率由60.2%提高到63.1%，每千人口托位数达到4.6个，"
        "高新技术企业达到460家，新建智慧农场40座，改造农村危房8200户，水土保持率年均提高0.3个百分点。\n"
        "——这五年，人民生活不断改善。城镇新增就业16万人。\n二、2026年工作安排\n办好实事。\n"
    )
    found = compare(frames_of(("2026年云岚市政府工作报告", review)))["indicators"]
    told = {row.indicator: row.value for row in rows(found, state="stated", aspect="achieved")}
    assert told == {"城镇化率": 63.1, "每千人口托位数": 4.6, "高新技术企业": 460}
    plan = (
        "2025年云岚市政府工作报告",
        "各位代表：\n一、2024年工作回顾\n办好实事。\n二、2025年工作安排\n新认定高新技术企业120家，常住人口城镇化率达到63%。\n",
    )
    kept = compare(frames_of(plan, ("2026年云岚市政府工作报告", review)))["promises"]
    assert {row.indicator: row.status for row in kept.itertuples()} == {
        "城镇化率": "met",
        "新认定高新技术企业": "not_reported",  # 460 there are after five years are not 120 made in one
    }


def test_two_names_in_one_report_are_two_things() -> None:
    promise = _promised("负责人出庭应诉率达到95%", "负责人出庭应诉率96%，行政机关负责人出庭应诉率92%")
    assert (promise.achieved, promise.status) == (96, "met")
    text = "各位代表：\n一、2021年工作回顾\n办案合格率96%，评查办案合格率92%。\n二、2022年工作安排\n办好实事。\n"
    found = compare(frames_of(("云岚市2022年政府工作报告", text)))["indicators"]
    assert sorted(row.value for row in rows(found, state="stated", std_unit="%")) == [92, 96]


# --- changes, attention, terms, level gap, tasks ----------------------------------------------------------------------


def _measure(number: int, text: str, **given: Any) -> Any:
    fields = {"measure_id": f"m{number}", "text": text, "part": "plan", "start": number, "area": "", "area_name": ""}
    return SimpleNamespace(**(fields | given))


@given(
    st.lists(st.sampled_from(["a", "b", "c", "ab", "bc", "abc"]), max_size=6),
    st.lists(st.sampled_from(["a", "b", "abc"]), max_size=6),
)
def test_measures_are_matched_one_to_one_and_none_is_lost(ones: list[str], others: list[str]) -> None:
    left = [_measure(n, text) for n, text in enumerate(ones)]
    right = [_measure(100 + n, text) for n, text in enumerate(others)]
    weigh = {m.measure_id: {char: 1 / len(m.text) ** 0.5 for char in m.text} for m in (*left, *right)}
    found = match_measures(left, right, weigh, {})
    assert sorted(m.one.measure_id for m in found if m.one is not None) == sorted(m.measure_id for m in left)
    assert sorted(m.other.measure_id for m in found if m.other is not None) == sorted(m.measure_id for m in right)
    assert all(m.similarity >= changes.SAME for m in found if m.one is not None and m.other is not None)


def test_measures_continued_new_dropped_and_fulfilled() -> None:
    def report(year: int, done: str, plan: str) -> tuple[str, str]:
        title = f"青禾县教育局{year}年工作总结及{year + 1}年工作计划"
        return title, f"一、{year}年工作总结\n{done}\n二、{year + 1}年工作计划\n{plan}\n"

    found = compare(
        frames_of(
            report(
                2021,
                "（一）开展教师培训，完善师德考核制度。",
                "（一）推进课后服务，丰富社团课程内容。\n（二）改造老旧校舍屋面。",
            ),
            report(
                2022,
                "（一）课后服务有序推进，社团课程内容更加丰富。",
                "（一）持续推进课后服务，丰富社团课程内容。\n（二）创建平安校园示范学校。",
            ),
        )
    )["measure_changes"]
    plan = {r.change: r for r in found.itertuples() if (r.year_from, r.year_to) == (2022, 2023)}
    assert set(plan) == {"continued", "dropped", "new"}
    assert "课后服务" in plan["continued"].text_from and "课后服务" in plan["continued"].text_to
    assert "校舍" in plan["dropped"].text_from and plan["dropped"].text_to == ""
    assert "平安校园" in plan["new"].text_to
    done = only(found, change="fulfilled")
    assert (done.year_from, done.year_to) == (2022, 2022) and done.similarity > changes.SAME


def test_attention_shares_sum_to_one() -> None:
    frames = frames_of(*TWO_YEARS)
    assert compare(frames)["attention"].empty  # mined without policy areas
    measures = frames["measures"]
    measures["area"] = [f"{n % 3:02d}.1" for n in range(len(measures))]
    measures["area_name"] = "某领域"
    found = compare(frames)["attention"]
    sums = found.groupby(["region", "year", "part"])[["share", "char_share"]].sum()
    assert len(sums) == 4 and ((sums - 1).abs() < 1e-9).all().all()


def test_level_gap_of_a_county_its_city_and_the_nation(lexicon: Lexicon) -> None:
    places = (
        Region("云岚市", "云岚", "市", "岚江省"),
        Region("松溪县", "松溪", "县", "云岚市"),
        Region("岚江省", "岚江", "省", ""),
    )
    rules = replace(lexicon, regions=(*lexicon.regions, *places))

    def plan(title: str, growth: str) -> tuple[str, str]:
        text = (
            "各位代表：\n一、2021年工作回顾\n办好实事。\n二、2022年工作安排\n"
            f"主要预期目标是：地区生产总值增长{growth}，一般公共预算收入80亿元。\n"
        )
        return title, text

    frames = frames_of(
        plan("2022年云岚市政府工作报告", "6%左右"),
        plan("2022年松溪县政府工作报告", "7%"),
        plan("2022年国务院政府工作报告", "5.5%左右"),
    )
    masked = frames_of(plan("2022年云岚市政府工作报告", "X%左右"), plan("2022年松溪县政府工作报告", "7%"))
    assert compare(masked, lexicon=rules)["level_gap"].empty
    found = compare(frames, lexicon=rules)["level_gap"]
    told = {
        (r.region, r.parent_region): (r.indicator, r.year, r.target, r.parent_target, r.gap) for r in found.itertuples()
    }
    assert told == {
        ("云岚市", "全国"): ("地区生产总值", 2022, 6, 5.5, 0.5),  # the province is not in the archive
        ("松溪县", "云岚市"): ("地区生产总值", 2022, 7, 6, 1),
    }


def test_level_gap_of_the_sample_archive(mined_archive: tuple[Archive, Path]) -> None:
    found = compare(mined_archive[1], lexicon=Lexicon.load(ROOT / "corpora" / "lexicon"))["level_gap"]
    told = {(r.indicator, r.year): (r.target, r.parent_target, round(r.gap, 6)) for r in found.itertuples()}
    assert set(zip(found["region"], found["parent_region"], strict=True)) == {("松溪县", "云岚市")}
    assert told["地区生产总值", 2022] == (7, 6, 1) and told["地区生产总值", 2024] == (6.5, 5.5, 1)
    assert told["固定资产投资", 2022] == (10, 8, 2)
    assert told["城镇调查失业率", 2024] == (5.2, 5.3, -0.1)
    assert told["单位地区生产总值能耗", 2024] == (-2.5, -2.5, 0)
    assert compare(mined_archive[1])["level_gap"].empty  # the tables of textmine do not know invented places


def test_a_title_or_a_folder_says_where_a_place_lies() -> None:
    def plan(source: str, title: str, growth: str) -> Document:
        text = (
            f"各位代表：\n一、2021年工作回顾\n办好实事。\n二、2022年工作安排\n主要预期目标是：财政收入增长{growth}。\n"
        )
        return Document(source, f"{title}\n{text}")

    documents = [
        plan("a/青禾县2022年政府工作报告.txt", "青禾县2022年政府工作报告", "6%"),
        plan("b/青禾县石桥镇.txt", "青禾县石桥镇2022年政府工作报告", "8%"),
        plan("青禾县/翠溪镇/2022.txt", "翠溪镇2022年政府工作报告", "7%"),
        plan("c/竹坪镇.txt", "竹坪镇2022年政府工作报告", "9%"),
    ]
    found = compare(to_frames([mine(document, tag=False) for document in documents]))["level_gap"]
    assert {(r.region, r.parent_region, r.gap) for r in found.itertuples()} == {
        ("石桥镇", "青禾县", 2),
        ("翠溪镇", "青禾县", 1),
    }


def test_tasks_with_deadline_and_who_is_responsible() -> None:
    first = (
        "青禾县教育局2021年工作总结及2022年工作计划",
        "一、2021年工作总结\n（一）新建公办幼儿园3所。\n二、2022年工作计划\n（一）新建公办幼儿园4所，6月底前完成主体工程（基建科牵头）。\n"
        "（二）完善师德考核制度。责任单位：人事科、监察室。\n",
    )
    second = ("青禾县教育局2022年工作总结", "一、2022年工作总结\n（一）新建公办幼儿园4所。\n")
    found = compare(frames_of(first, second))["tasks"]
    built, rules = rows(found)
    assert (built.target, built.std_unit, built.status) == ("4", "所", "met")
    assert "4所" in built.task and built.deadline == "6月底前" and built.responsible == "基建科"
    assert (rules.target, rules.responsible, rules.status) == ("", "人事科、监察室", "not_reported")
    assert only(compare(frames_of(first))["tasks"], target="4").status == ""  # no report on the year yet


@pytest.mark.parametrize(
    ("plan", "deadline"),
    [
        ("年内交付住房5200套", "年内"),
        ("三年内建成养老中心12个", "三年内"),
        ("2025年6月底前，建成养老中心12个", "2025年6月底前"),
        ("建成养老中心12个，9月底前投入使用", "9月底前"),
        ("建成养老中心12个，确保岚江二桥年底合龙", ""),  # another thing is due then
    ],
)
def test_a_deadline_is_that_of_its_task(plan: str, deadline: str) -> None:
    text = f"一、2024年工作总结\n（一）办好实事。\n二、2025年工作计划\n（一）{plan}。\n"
    (task,) = compare(frames_of(("青禾县民政局2024年工作总结及2025年工作计划", text)))["tasks"].itertuples()
    assert task.target and task.deadline == deadline


def test_a_task_names_its_thing() -> None:
    text = "一、2024年工作总结\n（一）办好实事。\n二、2025年工作计划\n一是实施道路项目21个，完成年度投资4亿元。\n"
    found = compare(frames_of(("青禾县交通运输局2024年工作总结及2025年工作计划", text)))["tasks"]
    assert list(found["task"]) == ["实施道路项目21个", "实施道路项目21个，完成年度投资4亿元。"]


def test_the_workbook_of_tasks_is_text_and_always_the_same(compared: tuple[Frames, Path], tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    row: Any = ("云岚市", "人民政府", 2022, "", "=1+1\x00", Decimal("5.5"), "%", "", "", "met", "m1")
    data = tasks.workbook("tasks", tasks.TASK_COLUMNS, [row])
    assert data == tasks.workbook("tasks", tasks.TASK_COLUMNS, [row])
    path = tmp_path / "t.xlsx"
    path.write_bytes(data)
    sheet = openpyxl.load_workbook(path)["tasks"]
    head, cells = sheet.iter_rows(values_only=False)
    assert tuple(cell.value for cell in head) == tasks.TASK_COLUMNS
    assert (cells[4].value, cells[4].data_type, cells[5].value) == ("=1+1", "s", 5.5)
    with zipfile.ZipFile(compared[1] / "tasks.xlsx") as archive:
        assert archive.testzip() is None
        assert {part.date_time for part in archive.infolist()} == {tasks.EPOCH}  # not the time it was made at
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


# --- words of one's own ----------------------------------------------------------------------------------------------


def test_words_of_ones_own_are_added(tmp_path: Path) -> None:
    assert _promised("建成城乡社区红色文化驿站12个", "建成城乡社区蓝色文化驿站14个").status == "met"
    (tmp_path / "comparing.toml").write_text('contrasts = [["红色", "蓝色"]]\n', encoding="utf-8")
    assert _promised("建成城乡社区红色文化驿站12个", "建成城乡社区蓝色文化驿站14个", tmp_path).status == "not_reported"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('made = ["新(建"]\n', r"comparing\.toml, made: '新\(建'"),
        ("[passages]\nfive = [5]\n", r"comparing\.toml: passages\.five is no list of words"),
        ('contrasts = ["红色"]\n', r"comparing\.toml: contrasts is no list of lists"),
        ('contrasts = [["红色", 5]]\n', r"comparing\.toml, contrasts: 5"),
        ('renamed = [["老局"]]\n', r"comparing\.toml: renamed is no list of lists"),
        ("doing = 5\n", r"comparing\.toml: doing is no list"),
        ("passages = 5\n", r"comparing\.toml: passages\.five is no list"),
    ],
)
def test_a_faulty_table_is_refused(table: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "comparing.toml").write_text(table, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        compare(frames_of(*TWO_YEARS), lexicon=Lexicon.load(tmp_path))


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_verb_writes_every_table(mined_archive: tuple[Archive, Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["compare", str(mined_archive[1]), "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert {path.stem for path in tmp_path.glob("*.csv")} == {*COLUMNS, "indicators_wide", "coverage"}
    assert (tmp_path / "tasks.xlsx").exists()
    assert re.search(r"4 series, \d+ promises \(\d+ met, \d+ missed, \d+ masked, \d+ not_reported\)", result.output)


# --- the real archive -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frames]:
    """The comparison of ../shared/archive."""
    if not (SHARED / "archive").is_dir():
        pytest.skip(f"{SHARED / 'archive'} is not there")
    out = tmp_path_factory.mktemp("real") / "out"
    mine_archive(SHARED / "archive", out, options=Options(tag=False))
    yield compare(out)


@pytest.mark.slow
def test_growth_of_21_provinces_is_found(real: Frames) -> None:
    growth = real["indicators"].query("indicator == '地区生产总值' and std_unit == '%' and state == 'stated'")
    found = defaultdict(set)
    for row in growth.itertuples():
        found[row.region].add((row.aspect, row.year))
    provinces = {region for region in found if region}
    assert len(provinces) == 21
    wanted = {("target", 2025), ("achieved", 2025), ("target", 2026)}
    assert {region: wanted - found[region] for region in provinces if wanted - found[region]} == {}


@pytest.mark.slow
def test_no_five_year_average_is_paired_with_a_target_of_a_year(real: Frames) -> None:
    pairs = real["promises"].query("achieved_metric_id != ''")
    assert len(pairs) > 200
    averages = re.compile("年均(?!值|浓度)[^，。；]{0,8}$")
    for row in pairs.itertuples():
        for text, value in ((row.target_text, row.target), (row.achieved_text, row.achieved)):
            written = f"{abs(value):g}"
            at = text.find(written)
            assert not (at > 0 and text.count(written) == 1 and averages.search(text[:at])), (row.indicator, text)


@pytest.mark.slow
def test_targets_of_the_state_council(real: Frames) -> None:
    wide = real["indicators_wide"].query("organ == '国务院' and aspect == 'target'")
    years = [str(year) for year in range(2003, 2014)]

    def targets(indicator: str, unit: str) -> list[str]:
        row = wide[(wide["indicator"] == indicator) & (wide["std_unit"] == unit)]
        return [str(row.iloc[0][year]) for year in years]

    assert targets("地区生产总值", "%") == ["7", "7", "8", "8", "8", "8", "8", "8", "8", "7.5", "7.5"]
    assert targets("居民消费价格涨幅", "%") == ["–", "–", "4", "3", "3", "4.8", "4", "3", "4", "4", "3.5"]
    jobs = targets("城镇新增就业", "人")
    assert jobs == ["–", *["9000000"] * 4, "10000000", *["9000000"] * 5]


def test_random_order_of_reports_in_memory() -> None:
    frames = frames_of(*TWO_YEARS)
    order = list(range(len(frames["reports"])))
    random.Random(1).shuffle(order)
    turned = {**frames, "reports": frames["reports"].iloc[order]}
    assert compare(frames)["promises"].equals(compare(turned)["promises"])
