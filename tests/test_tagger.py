"""The tagger: tags and their evidence, scikit-learn's conventions, measures of one report, the cache, own schemes."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from growth import worst_ratio
from hypothesis import given, settings
from hypothesis import strategies as st

from textmine import fitting, modelcache, neighbours
from textmine import tagger as tagger_module
from textmine.features import Item, Vocabulary, first_half, item_of, lead_sentence, pairs, unlabelled
from textmine.lexicon import Area, Lexicon
from textmine.model import Measure, Span, UsageError
from textmine.tagger import Tag, Tagger
from textmine.words import Words

SHARED = Path(__file__).parents[2] / "shared"
SCHEME = {
    area.code: area
    for area in (
        Area("A", "", "水务", keywords=("水库", "灌区", "防汛")),
        Area("B", "", "教育", keywords=("学校", "教师", "招生")),
        Area("B1", "B", "学校", keywords=("校舍", "食堂", "学位")),
        Area("B2", "B", "教师", keywords=("师德", "名师", "培训教师")),
    )
}
TEXTS = [
    "水库除险加固三座。", "灌区改造完成，渠道畅通。", "防汛物资储备充足，堤防牢固。", "修建水闸两处。",
    "新建校舍两栋，食堂一座。", "增加学位三百个。", "学校操场翻新。", "校园食堂明厨亮灶。",
    "师德教育常抓不懈。", "评选名师十名。", "组织教师培训四期。", "补充乡村教师。",
]  # fmt: skip
AREAS = ["A"] * 4 + ["B1"] * 4 + ["B2"] * 4


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


@pytest.fixture
def small(words: Words) -> Tagger:
    return Tagger(words, SCHEME).fit(TEXTS, AREAS)


@pytest.fixture(scope="session")
def full() -> Tagger:
    return Tagger.load()


def measure(text: str, report: str = "r1", label: str = "", heading: str = "") -> Measure:
    return Measure(measure_id=f"{report}-m001", label=label, heading=heading, text=text, span=Span(0, len(text)))


# --- tags -------------------------------------------------------------------------------------------------------

PLAIN = {
    "01.5": "过去一年，全县经济平稳增长，城乡面貌焕然一新，教育卫生事业全面进步，人民生活持续改善。",
    "02.1": "一般公共预算收入完成9亿元，压减三公经费，盘活存量资金。",
    "07.1": "新建高标准农田三万亩，粮食总产再创新高。",
    "13.4": "居民医保参保率保持稳定，查处骗保机构，追回医保基金。",
    "17.2": "开展重大事故隐患排查整治，关闭不具备安全条件的矿山。",
    "18.2": "收到行政复议申请120件，直接纠错率一成，负责人出庭应诉率百分之百。",
    "20.2": "换届选优支部书记，发展党员36名，整顿软弱涣散党组织。",
    "22.3": "开展民族团结进步创建，依法管理宗教活动场所。",
}


@pytest.mark.parametrize("area", sorted(PLAIN))
def test_plain_cases(full: Tagger, area: str) -> None:
    tag = full.tag([PLAIN[area]])[0]
    assert tag.area == area
    assert tag.name == Lexicon.load().areas[area].name
    assert 0 <= tag.score2 <= tag.score <= 1
    assert tag.area2 not in ("", tag.area)


def test_the_lead_sentence_counts_for_more(full: Tagger) -> None:
    body = "建成学校三所，改造医院两家，新修公路二十公里。"
    assert full.tag([f"深化行政复议体制改革。{body}"])[0].area == "18.2"
    assert full.tag([f"推进垃圾分类和节能降碳。{body}"])[0].area == "10.3"


LABELS = ["一是", "三要", "（二）", "(三)", "3.", "12、", "四、", "第一，", "首先，", "——", "①", "●"]


@pytest.mark.parametrize("label", LABELS)
def test_a_leading_label_is_ignored(full: Tagger, label: str) -> None:
    text = "着力优化营商环境。推行一网通办，压减审批时限。"
    assert full.tag([label + text]) == full.tag([text])


def test_evidence_is_words_of_the_text_that_decided(full: Tagger) -> None:
    for text in PLAIN.values():
        tag = full.tag([text])[0]
        assert 1 <= len(tag.evidence) <= 5
        assert len(set(tag.evidence)) == len(tag.evidence)
        assert all(word in text for word in tag.evidence)
        column = list(full.classes_).index(tag.area)
        without = text.replace(tag.evidence[0], "")
        assert full.decision_function([without])[0, column] < full.decision_function([text])[0, column]


def test_none_is_an_answer_only_where_it_is_allowed(full: Tagger) -> None:
    greeting = "各位代表，现在我代表县人民政府向大会报告工作，请予审议。"
    assert full.tag([greeting], allow_none=True)[0][:2] == ("none", "")
    assert full.tag([greeting])[0].area != "none"
    assert "none" not in (full.tag([greeting])[0].area2, full.tag(list(PLAIN.values()))[0].area2)


@pytest.mark.parametrize("text", ["", "。", "XX", "😀" * 9, "zzz qqq", "一是", "\n"])
def test_a_text_that_says_nothing_gets_a_guess_with_a_low_score(full: Tagger, text: str) -> None:
    tag = full.tag([text])[0]
    assert tag.area in Lexicon.load().areas
    assert tag.score < 0.5
    assert tag.evidence == ()


def test_no_items_no_tags(full: Tagger) -> None:
    assert full.tag([]) == []
    assert full.predict_proba([]).shape == (0, 95)


@pytest.mark.parametrize("repeated", ["（", "一", "，", "一是", "·", " ", "推进产业升级"])
def test_time_is_linear_in_the_length_of_a_text(full: Tagger, repeated: str) -> None:
    assert worst_ratio(lambda text: full.tag([text]), repeated, (10_000, 100_000)) == 0


texts = st.text(alphabet="水库学校教师培训食堂防汛，。；一二（）是X1 \n", max_size=60)


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8), st.randoms())
def test_a_text_is_judged_by_itself(full: Tagger, items: list[str], random: object) -> None:
    tags = full.tag(items, allow_none=True)
    assert tags == [full.tag([item], allow_none=True)[0] for item in items]
    assert tags[::-1] == full.tag(items[::-1], allow_none=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
def test_a_tag_says_what_predict_proba_says(full: Tagger, items: list[str]) -> None:
    chances = full.predict_proba(items)
    assert np.allclose(chances.sum(axis=1), 1)
    for row, tag in zip(chances, full.tag(items, allow_none=True), strict=True):
        assert tag.score == pytest.approx(row.max(), abs=1e-4)
        assert tag.area == full.classes_[row.argmax()]
    assert list(full.predict(items)) == [tag.area for tag in full.tag(items, allow_none=True)]


# --- what is read of a text -------------------------------------------------------------------------------------


def test_lead_and_half(words: Words) -> None:
    text = "促进消费稳定增长。" + "发放消费券。" * 20
    assert text[: lead_sentence(text)] == "促进消费稳定增长"
    assert first_half(text) >= 60
    assert text[first_half(text)] == "。"
    item = item_of(words, "一是" + text)
    assert item.view("lead") == ["促进", "消费", "稳定增长"]
    assert item.view("half") == item.words[: item.half]


def test_the_lead_of_a_long_sentence_is_its_first_clause() -> None:
    text = "围绕补短板强弱项，" + "建" * 100
    assert text[: lead_sentence(text)] == "围绕补短板强弱项"
    assert lead_sentence("建" * 100) == 40
    assert lead_sentence("建成。") == 2
    assert lead_sentence("") == 0


def test_a_measure_s_heading_is_its_lead(words: Words) -> None:
    own = item_of(words, measure("一是修水库。建学校，聘教师。", label="一是", heading="修水库"))
    assert own == item_of(words, "修水库。建学校，聘教师。")
    elsewhere = item_of(words, measure("建学校，聘教师。", heading="修水库"))
    assert elsewhere.view("lead") == own.view("lead")
    assert set(elsewhere.words) == set(own.words)


def test_a_number_is_no_label() -> None:
    assert unlabelled("3.5亿元投资到位") == "3.5亿元投资到位"
    assert unlabelled("一批项目开工") == "一批项目开工"
    assert unlabelled("  二、抓项目") == "抓项目"


def test_a_word_never_seen_stands_as_its_pairs() -> None:
    vocabulary = Vocabulary({"农田": 0, "标准": 1, "水库": 2})
    item = Item(["水库", "标准农田", "全新"], 2, 1)
    assert pairs("标准农田") == ["标准", "准农", "农田"]
    assert vocabulary.read(item) == ([2, 1, 0], 3, 1, ["水库", "标准农田", "标准农田"])


# --- measures of one report -------------------------------------------------------------------------------------

TAX = ["推进税收征管改革，辅导纳税人办理退税。", "落实减税降费，清理漏征漏管户。", "出口退税提速，打击虚开发票。"]
VAGUE = "推行上门服务，当天办结，群众满意率百分之九十九。"


def test_the_other_measures_of_a_report_are_weighed_in(full: Tagger) -> None:
    alone = full.tag([measure(VAGUE)])[0]
    among = full.tag([measure(text) for text in (*TAX, VAGUE)])[-1]
    assert alone.area != "02.2"
    assert among.area == "02.2"


def test_measures_of_other_reports_are_not(full: Tagger) -> None:
    mixed = [measure(text, "r1") for text in TAX] + [measure(VAGUE, "r2")]
    assert full.tag(mixed)[-1] == full.tag([VAGUE])[0]


def test_a_report_is_never_cut_by_a_batch(full: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    items: list[Measure | str] = [measure(text, report) for report in ("r1", "r2") for text in (*TAX, VAGUE)]
    items += list(PLAIN.values())
    whole = full.tag(items)
    monkeypatch.setattr(tagger_module, "BATCH", 3)
    assert full.tag(items) == whole


reports = st.lists(st.tuples(st.sampled_from(["", "r1", "r2", "text"]), st.integers(1, 6)), max_size=6)


@given(reports, st.integers(1, 7))
def test_batches_hold_every_item_once_and_whole_reports(blocks: list[tuple[str, int]], size: int) -> None:
    items: list[Measure | str] = [
        "文" if report == "text" else measure("文", report) for report, count in blocks for _ in range(count)
    ]
    cuts = list(neighbours.batches(items, size))
    assert [place for start, end in cuts for place in range(start, end)] == list(range(len(items)))
    for _, end in cuts[:-1]:
        before, after = neighbours.report_of(items[end - 1]), neighbours.report_of(items[end])
        assert before is None or before != after


def test_weighing_keeps_chances_and_leaves_few_measures_alone() -> None:
    chances = np.array([[0.9, 0.05, 0.05], [0.9, 0.05, 0.05], [0.4, 0.1, 0.5]])
    together = neighbours.weighed(chances, iter([(0, 3)]), ["a", "b", "b"])
    assert np.allclose(together.sum(axis=1), 1)
    assert together[2].argmax() == 0
    assert np.array_equal(neighbours.weighed(chances, iter(()), ["a", "b", "b"]), chances)
    assert list(neighbours.reports([measure("文"), measure("文"), "文"])) == []


# --- scikit-learn -----------------------------------------------------------------------------------------------


def test_parameters_and_clone(words: Words) -> None:
    from sklearn.base import clone, is_classifier

    tagger = Tagger(words, SCHEME, cost=2.0)
    copy = clone(tagger)
    assert copy is not tagger
    assert copy.get_params() == tagger.get_params()
    assert copy.set_params(cost=3.0, mixed=1.0) is copy
    assert (copy.cost, tagger.cost) == (3.0, 2.0)
    assert is_classifier(tagger)
    assert repr(tagger).startswith("Tagger(cost=2.0")
    with pytest.raises(ValueError, match="Invalid parameter depth"):
        tagger.set_params(depth=3)


def test_a_clone_learns_the_same(small: Tagger) -> None:
    from sklearn.base import clone

    again = clone(small).fit(TEXTS, AREAS)
    assert np.array_equal(again.decision_function(TEXTS), small.decision_function(TEXTS))
    assert small.score(TEXTS, AREAS) == 1


def test_not_fitted(words: Words) -> None:
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    for ask in (Tagger.predict, Tagger.predict_proba, Tagger.tag, check_is_fitted):
        with pytest.raises(NotFittedError):
            ask(*([Tagger(words), ["水库"]] if ask is not check_is_fitted else [Tagger(words)]))


def test_pipeline_grid_search_and_cross_validation(words: Words) -> None:
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    pipe = Pipeline([("strip", FunctionTransformer(strip)), ("tag", Tagger(words, SCHEME))])
    assert list(pipe.fit(TEXTS, AREAS).predict(["水库蓄水"])) == ["A"]
    search = GridSearchCV(pipe, {"tag__cost": [0.1, 1.0]}, cv=2).fit(np.array(TEXTS), np.array(AREAS))
    assert search.best_estimator_.score(TEXTS, AREAS) == 1
    assert len(cross_val_score(Tagger(words, SCHEME), TEXTS, AREAS, cv=3)) == 3
    also = ["B2" if area == "B1" else "" for area in AREAS]
    search = GridSearchCV(Tagger(words, SCHEME), {"mixed": [1.0, 2.0]}, cv=2).fit(TEXTS, AREAS, also=also)
    assert search.best_score_ > 0.5


def strip(items: Sequence[str]) -> list[str]:
    return [item.strip() for item in items]


def test_transform_and_set_output(small: Tagger) -> None:
    from sklearn.pipeline import FeatureUnion

    assert small.transform(TEXTS).shape == (12, 3)
    table = small.set_output(transform="pandas").transform(TEXTS)
    assert list(table.columns) == list(small.get_feature_names_out()) == ["A", "B1", "B2"]
    assert np.allclose(table.sum(axis=1), 1)
    union = FeatureUnion([("area", small)]).set_output(transform="pandas")
    assert union.transform(TEXTS).shape == (12, 3)
    with pytest.raises(ValueError, match="polars"):
        small.set_output(transform="polars")


def test_fit_refuses_what_does_not_fit(words: Words) -> None:
    with pytest.raises(ValueError, match="2 texts but 1 areas"):
        Tagger(words).fit(["甲", "乙"], ["A"])
    with pytest.raises(ValueError, match="class"):
        Tagger(words).fit(["水库", "学校"], ["A", "A"])


def test_two_areas_without_a_scheme(words: Words) -> None:
    tagger = Tagger(words).fit(TEXTS[:8], AREAS[:8], also=[["B1"]] * 4 + [""] * 4, groups=["me", "you"] * 4)
    assert list(tagger.classes_) == ["A", "B1"]
    assert list(tagger.predict(["水库防汛", "校舍和食堂"])) == ["A", "B1"]
    assert tagger.tag(["水库防汛"])[0].name == ""


def test_probabilities_are_calibrated_on_writers_left_out(words: Words) -> None:
    rows = [fitting.Row(item_of(words, text), "A", 1.0, f"w{number % 3}") for number, text in enumerate(TEXTS)]
    rows.append(fitting.Row(item_of(words, "水库"), "A"))  # keywords: no writer
    folds = fitting._folds(rows)
    assert list(folds) == [i % 3 for i in range(12)] + [-1]


# --- the cache --------------------------------------------------------------------------------------------------


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    folder = tmp_path / "scheme"
    folder.mkdir()
    lines = [f"{a.code},{a.parent},{a.name},{';'.join(a.keywords)}" for a in SCHEME.values()]
    (folder / "areas.csv").write_text("\n".join(["code,parent,name,keywords", *lines]), encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("TEXTMINE_CACHE", str(folder))
    return folder


def no_fit(*_: object) -> None:
    raise AssertionError("fitted again")


def test_a_second_load_comes_from_the_cache(scheme: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Tagger.load(taxonomy=scheme)
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(fitting, "fit", no_fit)
    loaded = Tagger.load(taxonomy=scheme)
    assert loaded.tag(TEXTS) == fitted.tag(TEXTS)
    assert np.array_equal(loaded.predict_proba(TEXTS), fitted.predict_proba(TEXTS))


def test_other_labels_another_file(scheme: Path, cache: Path) -> None:
    Tagger.load(taxonomy=scheme)
    (scheme / "labels.csv").write_text("text,area\n跑步比赛,A\n", encoding="utf-8")
    Tagger.load(taxonomy=scheme)
    assert len(list(cache.iterdir())) == 2


def broken_bytes(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 broken")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def another_key(path: Path) -> None:
    arrays = dict(np.load(path, allow_pickle=False))
    np.savez(path, **(arrays | {"key": np.array("other")}))


def wrong_shape(path: Path) -> None:
    arrays = dict(np.load(path, allow_pickle=False))
    np.savez(path, **(arrays | {"half_said": arrays["half_said"][:1]}))


def a_pickle(path: Path) -> None:
    np.savez(path, key=np.array([{"an": "object"}], dtype=object))


@pytest.mark.parametrize("spoil", [broken_bytes, cut_short, one_bit, another_key, wrong_shape, a_pickle])
def test_a_file_that_cannot_be_trusted_is_as_good_as_none(scheme: Path, cache: Path, spoil: object) -> None:
    tags = Tagger.load(taxonomy=scheme).tag(TEXTS)
    spoil(next(cache.iterdir()))  # type: ignore[operator]
    assert Tagger.load(taxonomy=scheme).tag(TEXTS) == tags
    assert modelcache.load(next(cache.iterdir()).stem) is None  # a short key is not the key


def test_a_cache_that_cannot_be_written_is_no_error(
    scheme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TEXTMINE_CACHE", str(tmp_path / "file" / "below"))
    assert Tagger.load(taxonomy=scheme).tag(["水库"])[0].area == "A"


def test_only_the_newest_files_are_kept(cache: Path) -> None:
    for number in range(modelcache.KEPT + 3):
        modelcache.store(f"{number:032d}", {"x": np.zeros(1)})
    left = list(cache.iterdir())
    assert len(left) == modelcache.KEPT
    assert all(path.suffix == ".npz" for path in left)


def test_the_key_depends_on_every_piece() -> None:
    keys = {modelcache.digest(pieces) for pieces in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [])}
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/textmine"),
        ("linux", {}, "/home/me/.cache/textmine"),
        ("darwin", {}, "/home/me/Library/Caches/textmine"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/textmine/Cache"),
        ("linux", {"TEXTMINE_CACHE": "/mine"}, "/mine"),
    ],
)
def test_where_the_cache_is(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], folder: str
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "TEXTMINE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert modelcache.folder() == Path(folder)


def test_a_cached_tagger_needs_no_scikit_learn(full: Tagger) -> None:
    code = (
        "import sys; from textmine.tagger import Tagger; Tagger.load().tag(['修水库']);"
        "print(sorted({'sklearn', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- own schemes and labels -------------------------------------------------------------------------------------


def test_a_scheme_without_labels_works_from_its_keywords(scheme: Path, cache: Path) -> None:
    tagger = Tagger.load(taxonomy=scheme)
    assert list(tagger.classes_) == ["A", "B1", "B2"]
    assert [tag.area for tag in tagger.tag(["灌区与水库", "校舍、食堂", "师德师风"])] == ["A", "B1", "B2"]
    assert tagger.tag(["灌区与水库"])[0].name == "水务"


def test_labels_of_a_scheme_are_learnt(scheme: Path, cache: Path) -> None:
    (scheme / "labels.csv").write_text("text,area\n举办马拉松比赛,B2\n迎新马拉松,B2\n", encoding="utf-8")
    assert Tagger.load(taxonomy=scheme).tag(["马拉松"])[0].area == "B2"


def test_own_labels_correct_the_tagger(scheme: Path, cache: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("text,area,also\n食堂的水龙头漏了,A,\n", encoding="utf-8")
    assert Tagger.load(taxonomy=scheme).tag(["食堂的水龙头漏了"])[0].area == "B1"
    assert Tagger.load(taxonomy=scheme, labels=mine).tag(["食堂的水龙头漏了"])[0].area == "A"


def test_an_own_label_is_the_answer_for_its_text(scheme: Path, cache: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("text,area\n（一）灌区与水库，防汛。,B2\n大家好,none\n", encoding="utf-8")
    tagger = Tagger.load(taxonomy=scheme, labels=mine)
    first, other, none = tagger.tag(["3. 灌区与水库，\n防汛。", "灌区与水库，防汛", "大家好"])
    assert (first.area, first.score, first.area2) == ("B2", 1.0, "A")
    assert other.score < 1  # nearly the same text is a matter of learning
    assert (none.area, none.name) == ("none", "")
    assert first.evidence
    assert Tagger.load(taxonomy=scheme).tag(["灌区与水库，防汛。"])[0].area == "A"


def test_a_further_area_is_not_learnt_against(words: Words) -> None:
    texts, areas = [*TEXTS, "食堂评选师德"], [*AREAS, "B1"]
    against = Tagger(words, SCHEME, mixed=1.0).fit(texts, areas)
    aside = Tagger(words, SCHEME, mixed=1.0).fit(texts, areas, also=[*[""] * len(TEXTS), "B2"])
    column = list(aside.classes_).index("B2")
    scores = [tagger.decision_function([texts[-1]])[0, column] for tagger in (against, aside)]
    assert scores[0] < scores[1]
    assert aside.predict([texts[-1]])[0] == "B1"


def test_faults_are_named(scheme: Path, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"areas\.csv"):
        Tagger.load(taxonomy=tmp_path)
    with pytest.raises(UsageError, match=r"nowhere\.csv"):
        Tagger.load(labels=tmp_path / "nowhere.csv")


# --- floors -----------------------------------------------------------------------------------------------------


def agreed(tags: Sequence[Tag], rows: Sequence[tuple[str, set[str]]], digits: int) -> tuple[float, float]:
    """The share of tags that are right strictly, and with the further areas."""
    got = [tag.area[:digits] for tag in tags]
    strict = [a == area[:digits] for a, (area, _) in zip(got, rows, strict=True)]
    lenient = [a in {code[:digits] for code in (area, *also)} for a, (area, also) in zip(got, rows, strict=True)]
    return float(np.mean(strict)), float(np.mean(lenient))


def test_floors_on_real_government_reports(full: Tagger) -> None:
    path = SHARED / "gold" / "areas.csv"
    if not path.is_file():
        pytest.skip("../shared is not there")
    table = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    tags = full.tag([row["text"] for row in table], allow_none=True)
    found = [tag.area == "none" for tag in tags]
    truth = [row["area"] == "none" for row in table]
    both = sum(a and b for a, b in zip(found, truth, strict=True))
    assert 2 * both / (sum(found) + sum(truth)) >= 0.7
    kept = [i for i, none in enumerate(truth) if not none]
    rows = [(table[i]["area"], set(filter(None, re.split("[,;]", table[i]["also"])))) for i in kept]
    assert agreed([tags[i] for i in kept], rows, 2) >= (0.88, 0.95)
    assert agreed([tags[i] for i in kept], rows, 2)[1] >= 0.95
    strict, lenient = agreed([tags[i] for i in kept], rows, 4)
    assert strict >= 0.82
    assert lenient >= 0.93


def test_floors_on_departmental_reports(full: Tagger) -> None:
    if not (SHARED / "gold").is_dir():
        pytest.skip("../shared is not there")
    tags: list[Tag] = []
    rows: list[tuple[str, set[str]]] = []
    for path in sorted((SHARED / "gold").glob("*.json")):
        text = path.with_suffix(".txt").read_bytes().decode("utf-8")
        found = json.loads(path.read_text(encoding="utf-8"))["measures"]
        items = [measure(text[m["start"] : m["end"]], path.stem, m["label"], m["heading"]) for m in found]
        tags += full.tag(items)
        rows += [(m["area"], set(m["also"])) for m in found]
    assert agreed(tags, rows, 4)[0] >= 0.84
    assert agreed(tags, rows, 4)[1] >= 0.95
