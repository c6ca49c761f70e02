"""Words: one segmentation from two engines, jieba's own to the last token, without its shared state and its noise."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from growth import MOST, seconds, worst_ratio
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textmine.model import LexiconError, Span
from textmine.words import Row, Token, Words

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# Words that jieba lacks, splits or has with another frequency; with and without frequencies, with ASCII.
DOMAIN: list[Row] = [
    ("行政复议", None, "n"),
    ("一网通办", 1200, "nz"),
    ("高质量发展", 900, "n"),
    ("规上工业增加值", None, "n"),
    ("的", 5, "u"),
    ("万人次", None, "q"),
    ("十四五", 500, "nz"),
    ("PM2.5浓度", 300, "n"),
    ("12345热线", None, "n"),
    ("5G基站", 200, "n"),
    ("1+X", 50, "n"),
    ("XX区司法局", None, "nt"),
    ("一老一小", None, "n"),
    ("高质量发展", 300, "n"),
]

SENTENCES = """
各位代表：现在，我代表清岚县人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。
全年地区生产总值达到186.4亿元，按可比价格计算增长6.2%，高于全市平均水平0.8个百分点。
一般公共预算收入完成11.3亿元，其中税收收入占比68.5%，较上年提高2.1个百分点。
新建高标准农田3.8万亩，粮食总产量21.6万吨，连续5年保持稳定。
深入推进“放管服”改革，政务服务事项网上可办率达98%以上，“一网通办”平台日均办件2300余件。
办结行政复议案件X件，行政应诉案件XX件，负责人出庭应诉率100%。
坚持以人民为中心的发展思想，把群众满意不满意作为检验工作的根本标准。
持续打好蓝天、碧水、净土保卫战，PM2.5浓度下降8.7%，空气质量优良天数比例93.4%。
建成5G基站420座，实现乡镇以上区域连续覆盖，行政村通达率为96.3%。
完善“12345热线”接诉即办机制，受理群众诉求3.2万件，按期办结率99.1%，满意率95.6%。
一是聚焦主责主业，二是强化责任落实，三是健全长效机制，四是抓好队伍建设。
全面落实河长制、林长制，整治“四乱”问题47处，清理河道垃圾1.6万立方米。
城镇新增就业4600人，失业人员再就业1250人，零就业家庭动态清零。
义务教育阶段巩固率保持在99.98%，高中阶段毛入学率达到94.5%。
投入1.35亿元实施县人民医院迁建项目，新增床位300张。
加强基层医疗卫生服务能力建设，家庭医生签约12.7万人，重点人群签约率86%。
受疫情和外部环境影响，部分指标增速低于年初预期，工业投资下降3.4%。
我们也清醒地认识到，产业结构不优、创新能力不强、民生短板突出等问题依然存在。
2025年2月3日，县委召开专题会议，研究部署安全生产三年行动（2025-2027年）。
会议强调，要坚持稳中求进工作总基调，完整、准确、全面贯彻新发展理念。
力争规上工业增加值增长8%左右，固定资产投资增长10%以上，社会消费品零售总额增长7.5%。
居民消费价格涨幅控制在3%以内，城镇调查失业率控制在5.5%以内。
推动数字经济与实体经济深度融合，培育“专精特新”企业15家、国家高新技术企业9家。
大力发展文化旅游产业，接待游客218.6万人次，实现旅游综合收入14.9亿元。
新改建农村公路126.8公里，改造危桥11座，实现建制村通客车率100%。
扎实开展扫黑除恶专项斗争，破获刑事案件187起，八类案件发案率下降21.3%。
调解矛盾纠纷2790起，成功率98.2%，实现“小事不出村、大事不出镇、矛盾不上交”。
严格落实中央八项规定及其实施细则精神，“三公”经费支出同比压减12%。
完成老旧小区改造36个、惠及居民4200户，加装电梯52部。
开展“双随机、一公开”检查860次，查处违法行为73起，罚没款156.7万元。
选派驻村第一书记42名，消除集体经济收入10万元以下的薄弱村18个。
强化食品药品安全监管，抽检样品1080批次，合格率98.9%。
建立健全防止返贫动态监测和帮扶机制，识别监测对象136户418人，全部落实帮扶措施。
政府投资项目审批时限压缩至45个工作日，企业开办时间压缩至1天以内。
举办招商推介活动26场次，签约项目38个，协议引资额67.2亿元，到位资金21.5亿元。
机关作风建设有待加强，少数干部存在“躺平”心态，担当作为的劲头不足。
依法接受县人大法律监督、工作监督和县政协民主监督，办理人大代表建议124件、政协提案96件。
统筹推进县域医共体建设，基层首诊率达到65.8%，县域内就诊率90.2%。
推进殡葬改革，规范公益性公墓建设，倡导文明节俭祭扫新风尚。
全力保障“两节”期间市场供应，储备猪肉150吨、蔬菜300吨、成品粮2000吨。
实施“雪亮工程”二期，新增高清摄像头680个，重点部位覆盖率100%。
改革开放以来，乡镇企业异军突起，家庭联产承包责任制极大地解放了农村生产力。
一九九八年，全县财政收入突破一亿元大关，职工平均工资达到五千二百元。
完成国有企业改制十七户，分流安置下岗职工三千余人，“两个确保”得到落实。
国家三级公立医院绩效考核位列全省第21名，CMI值为0.98。
推广使用OFD版式文件，电子公文交换系统（V2.0）上线运行，网址www.qinglan.gov.cn。
联系人：张某某，电话0999-1234567，E-mail:office@qinglan.gov.cn。
截至11月底，争取上级专项资金3.86亿元，发行专项债券2.4亿元，化解隐性债务0.9亿元。
X年X月，X区司法局在全市率先建成“1+X”公共法律服务体系。
探索“党建+网格+志愿服务”模式，组建志愿服务队58支，开展活动1600余场次。
按照国发〔2021〕12号文件要求，制定《清岚县“十四五”节能减排综合工作方案》。
“一老一小”服务体系不断完善，每千人口拥有3岁以下婴幼儿托位4.2个。
做到底数清、情况明、措施实，确保不发生区域性、系统性金融风险。
全县共有基层党组织1,286个，党员2.3万名，其中35岁以下党员占18.7%。
第十，切实加强政府自身建设，努力建设人民满意的法治政府、廉洁政府。
让我们更加紧密地团结起来，踔厉奋发、勇毅前行，奋力谱写现代化新清岚建设的崭新篇章！
发放稳岗返还资金312.5万元，惠及企业189家、职工7,640人；为小微企业减税降费1.1亿元。
这是全体干部群众团结拼搏的结果，是社会各界大力支持的结果，成绩来之不易、值得珍惜。
森林覆盖率58.6%，较2020年提高1.2个百分点；湿地保护面积不少于3.4万亩。
坚决遏制耕地“非农化”、防止“非粮化”，图斑整改率达到百分之九十八点五。
夏粮收购价每斤1.18元-1.24元，全年收购12-15万吨，亩均增收80~120元。
""".strip().split("\n")

ODD = """
鲎元圀|2026-02-03|3-5|www.gov.cn|E-mail|-----|--—--|3.5.7|3.5%%|增长3.5%5|5.5abc|A-B-C|1,234.5万元|100%以上|C++语言和C#|AT&T公司|4S店|3.4S店
卡拉OK厅|T恤衫2件|AA制|X光机|党的XX大|20xx年xx月|201*年|11.X亿元|___天|##县|PM_2.5|2×66万千瓦|7×24小时|１２．５％|ＧＤＰ增长|〇一二|一〇一|
㐀㐁中国|𠀀𠀁人民|鿖鿿|豈更車|a\u0301b|中\u200b国|🇨🇳中国|\x1c\x1d\x85中|中\u00a0国|。。。，，|“‘’”|…………|%|.|&|3.|.5|5.%|%5|-5%|+3.2℃|\ue000\ue000|\ue000
""".replace("\n", "").split("|")  # fmt: skip


def reference(rows: list[Row]) -> Callable[[str], list[str]]:
    """jieba itself with a user dictionary, as its documentation has it; only the shared cache file is not used."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    tokenizer: Any = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    lines = (" ".join([word, *([] if freq is None else [str(freq)]), tag]) for word, freq, tag in rows)
    tokenizer.load_userdict(io.BytesIO("\n".join(lines).encode()))
    return lambda text: list(tokenizer.cut(text, HMM=True))


WORDS = {"plain": Words(), "domain": Words(DOMAIN, ["的", "年"])}
JIEBA = {"plain": reference([]), "domain": reference(DOMAIN)}


def same(text: str) -> None:
    for name, words in WORDS.items():
        assert words.cut(text) == JIEBA[name](text), name


# --- the same as jieba ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*SENTENCES, "\r\n".join(SENTENCES), "".join(SENTENCES)])
def test_government_prose_is_cut_as_jieba_cuts_it(text: str) -> None:
    same(text)


@pytest.mark.parametrize("text", ["", *ODD, "\r\n \n\r".join(ODD), "".join(ODD)])
def test_odd_strings_are_cut_as_jieba_cuts_them(text: str) -> None:
    same(text)
    same(f"增长{text}个")


HAN = st.sampled_from(
    "的一是在发展经济建设工作推进增长人民群众社会保障服务企业项目改革鲎元圀龘某余第亿万个率件次和为大中年月日"
)
ALPHABET = st.one_of(
    HAN,
    HAN,
    st.sampled_from("0123456789.%-+#&_aXxGDPQ"),
    st.sampled_from("，。、；：“”（）《》 \t\r\n\u3000·×—…〇①㐀鿖\U00020000\u200b\x1c～％５Ａ"),
    st.characters(exclude_categories=["Cs"]),
)
PIECES = st.sampled_from([*ODD, *(row[0] for row in DOMAIN), "12", "3.5%", "亿元", "同比增长", "为"])


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(ALPHABET, max_size=40), st.lists(st.one_of(PIECES, HAN), max_size=12).map("".join)))
@example("增长3个")
@example("3.5.7万")
def test_any_text_is_cut_as_jieba_cuts_it(text: str) -> None:
    same(text)


def test_lone_surrogates_do_no_harm() -> None:
    assert WORDS["plain"].cut("工作\ud800总结") == ["工作", "\ud800", "总结"]


def corpus(folder: Path) -> list[str]:
    from textmine.model import Document
    from textmine.readers import is_ignored, read_documents

    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not is_ignored(path.relative_to(folder))]
    found = [item for path in paths for item in read_documents(path, path.name)]
    return [item.text for item in found if isinstance(item, Document)]


@pytest.mark.parametrize("folder", [ROOT / "corpora" / "archive", SHARED / "archive"], ids=["corpora", "shared"])
def test_archives_are_cut_as_jieba_cuts_them(folder: Path) -> None:
    texts = corpus(folder) if folder.is_dir() else []
    if not texts:
        pytest.skip(f"no reports in {folder}")
    for text in texts:
        assert WORDS["domain"].cut(text) == JIEBA["domain"](text)


def test_the_dictionary_of_the_lexicon_is_cut_as_jieba_cuts_it() -> None:
    path = ROOT / "textmine" / "data" / "dictionary.txt"
    if not path.is_file():
        pytest.skip("textmine/data/dictionary.txt is not there")
    cells = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip() and line[0] != "#"]
    rows: list[Row] = [(word, int(freq), tag) for word, freq, tag in cells]
    words, jieba = Words(rows), reference(rows)
    for text in [*SENTENCES, *ODD, "，".join(row[0] for row in rows), "".join(row[0] for row in rows)]:
        assert words.cut(text) == jieba(text)


def test_a_frequency_of_zero_takes_a_word_out_as_in_jieba() -> None:
    rows: list[Row] = [("群众", 0, "n"), ("矛盾", 0, "n"), ("GDP", 0, "n")]
    text = "群众，矛盾纠纷，GDP和12群众"
    words = Words(rows).cut(text)
    assert words[:2] == ["群", "众"]
    jieba = reference(rows)
    from jieba import finalseg

    try:
        assert finalseg.Force_Split_Words >= {"群众", "矛盾"}  # jieba's list is one for the whole process
        assert words == jieba(text)
    finally:
        finalseg.Force_Split_Words.clear()
    assert WORDS["plain"].cut("群众") == ["群众"]


# --- tokens and content words -------------------------------------------------------------------------------------


def test_tokens_have_spans_and_join_to_the_text() -> None:
    assert WORDS["plain"].tokens("加强监管。") == [
        Token("加强", Span(0, 2)),
        Token("监管", Span(2, 4)),
        Token("。", Span(4, 5)),
    ]


@given(st.text(ALPHABET, max_size=40))
def test_every_token_is_its_span_of_the_text(text: str) -> None:
    tokens = WORDS["domain"].tokens(text)
    assert "".join(token.text for token in tokens) == text
    assert all(token.span.of(text) == token.text for token in tokens)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("2025年的行政复议，办结12件。", ["行政复议", "办结", "件"]),
        ("“十四五”以来增长5.5%、三百二十个，1,234户", ["十四五", "以来", "增长", "户"]),
        ("X区XX件，xx%，***，20xx年，3-5天", ["区", "件", "20xx", "天"]),
        ("PM2.5浓度和5G基站", ["PM2.5浓度", "和", "5G基站"]),
        ("，。 \n！", []),
    ],
)
def test_content_words(text: str, content: list[str]) -> None:
    assert WORDS["domain"].content_words(text) == content


# --- loading ------------------------------------------------------------------------------------------------------


def test_nothing_is_loaded_before_it_is_used() -> None:
    assert Words(DOMAIN)._engines is None


def test_threads_share_one_load() -> None:
    words = Words(DOMAIN)
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(words.cut(SENTENCES[1]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    engines = words._load()
    for thread in threads:
        thread.join()
    assert results == [JIEBA["domain"](SENTENCES[1])] * 8
    assert words._load() is engines


def test_words_can_be_sent_to_workers_and_copied() -> None:
    sent = pickle.loads(pickle.dumps(WORDS["domain"]))
    assert sent.content_words(SENTENCES[4]) == WORDS["domain"].content_words(SENTENCES[4])
    assert copy.deepcopy(sent) is sent


@pytest.mark.parametrize("row", [("", 5, "n"), ("一网通办", -1, "n")])
def test_a_faulty_dictionary_is_a_lexicon_error(row: Row) -> None:
    with pytest.raises(LexiconError, match="dictionary"):
        Words([row]).cut("工作")


def test_first_use_is_quick_silent_and_leaves_jieba_alone(tmp_path: Path) -> None:
    code = """
import os, tempfile, time
from textmine.words import Words
started = time.process_time()
Words([("一网通办", None, "n")]).cut("推进一网通办，2025-01-01")
ours = time.process_time() - started
import jieba
assert not jieba.dt.initialized and not jieba.dt.FREQ
assert os.listdir(tempfile.gettempdir()) == [], os.listdir(tempfile.gettempdir())
jieba.setLogLevel("CRITICAL")
started = time.process_time()
jieba.initialize()  # reads the same dictionary
print(ours / (time.process_time() - started))
"""
    environment = {
        "PATH": "",
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(tmp_path),
        "PYTHONPYCACHEPREFIX": str(tmp_path / ".."),
    }
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert float(done.stdout) < 4  # times as long as jieba itself takes to load


def test_it_is_several_times_as_fast_as_jieba() -> None:
    text = "\n".join(SENTENCES * 3)

    def cost(cut: Callable[[str], list[str]]) -> float:
        return seconds(lambda text: [cut(text) for _ in range(4)], text)

    words, jieba = WORDS["plain"].cut, JIEBA["plain"]
    ratios = [cost(jieba) / max(cost(words), 1e-9) for _ in range(3)]
    print(f"times as fast as jieba: {sorted(ratios)[1]:.1f}")
    assert max(ratios) > 4


@pytest.mark.parametrize("unit", ["中", "中1", "1", "1.", "发展3.5%", "，", "a-", "\r"])
def test_time_grows_with_the_text_alone(unit: str) -> None:
    from textmine.words import _PIECES

    def whole(text: str) -> None:
        assert sum(len(piece[0]) for piece in _PIECES.finditer(text)) == len(text)

    assert worst_ratio(whole, unit, (10_000, 100_000, 1_000_000), lambda text: text + "-") <= MOST
