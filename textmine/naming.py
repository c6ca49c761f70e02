"""When two names mean one indicator.

A name is first looked up in indicators.csv: scope words (全市), years and filler (实现 …) are dropped from its ends until
what is left is a name or an alias there. Other names are compared by their characters. Nothing is merged that a reader
would keep apart: names that differ in a word of CONTRASTS (城镇, 农村) are two indicators however alike they look.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from textmine.lexicon import Indicator, Lexicon, alternation

# Words of which two names may not hold different ones. Within a row, words that mean the same stand together after |.
CONTRASTS = (
    ("城镇|城市|城区", "农村|乡村|农民|农牧民", "城乡"),
    ("居民", "企业", "机关"),
    ("职工", "居民|城乡居民"),
    ("一产|第一产业", "二产|第二产业", "三产|第三产业|服务业"),
    ("农业", "工业", "建筑业", "旅游"),
    ("受理|收到|接收|接待|立案|发生", "办结|审结|结案|执结|化解"),
    ("新增|净增|新培育|新认定|新登记|新引进", "累计|总数|总量|存量|在册"),
    ("新建|扩建|建成", "改造|改建|提升|整治|加固|更新", "拆除|淘汰|关停|关闭|压减|取消"),
    ("国家级", "省级", "市级", "县级", "区级"),
    ("出口", "进口", "进出口"),
    ("存款", "贷款"),
    ("收入", "支出"),
    ("广播", "电视"),
    ("幼儿园|学前", "小学", "初中", "高中", "高校|大学|本科", "职业|中职|高职", "义务教育"),
    ("光伏", "风电", "水电", "火电", "煤电", "储能"),
    ("供水", "污水", "燃气", "供热", "排水|雨水"),
    ("户籍", "常住"),
    ("登记失业", "调查失业"),
    ("国控|国考", "省控|省考", "市控"),
    ("男", "女"),
    ("人均", "户均", "亩均", "地均"),
    ("起数", "死亡"),
    ("单产", "总产"),
    ("播种|种植", "产量"),
    ("营业收入|营收", "利润", "产值", "增加值", "销售|零售"),
    ("投资", "产值|增加值|收入|零售"),
    ("满意", "办结", "覆盖", "合格", "参与", "巩固", "入学|入园"),
    ("猪", "牛", "羊", "禽", "蔬菜", "水果", "茶叶", "水产", "粮食", "油料", "棉花", "烟叶", "药材"),
    ("高速公路", "农村公路", "国省道", "铁路|高铁", "航道", "地铁|轨道"),
    ("规上|规模以上|规模", "限上|限额以上"),
    ("规上|规模以上|规模工业", "全部工业|全口径"),
    ("外资", "内资|市外|省外"),
    ("中央|国家财政", "省级财政", "市级财政", "县级财政"),
    ("化学需氧量|COD", "氨氮", "二氧化硫", "氮氧化物", "PM2.5|细颗粒物", "PM10", "二氧化碳|碳排放", "能耗"),
    ("老年人|老人", "儿童|学生|青少年", "残疾人", "妇女", "农民工", "高校毕业生|大学生", "退役军人"),
)
# Verbs of doing that a plan and a report choose freely (建设 … 个, 建成 … 个): they do not tell indicators apart.
DOING = (
    "新建成 新建 建设 建成 建立 新组建 组建 打造 创建 争创 培育 新培育 培养 获评 获批 新认定 认定 评选 完成 实现 开展 组织 举办 实施 "
    "推进 推动 推广 力争 确保 争取 发放 投放 提供 启动 办理 公开 柔性 支持 达到 突破 多渠道 全面 加快 继续 持续 计划 预计 新增 净增 "
    "新登记 新引进 引进 招引 筹集 新签约 改造提升 改造 提升 新改建 更新改造 更新 新 增加"
).split()
# What may stand before or after an indicator without changing it.
HEAD = (
    r"(?:中央|省委|市委|国家|政府)?提出的?|(?:今|去|当|全|本|明)年度?|年度|(?:19|20)\d\d年度?|实现|完成|预计|预期|力争|争取|确保|达到|推动|促进|"
    r"保持|包括|其中|主要|我[国省市县区州]|全社会|使|让|"
)
TAIL = r"(?:预期)?目标|控制|保持|稳定|达到?|增长率|增速|增幅|涨幅|降幅|总量|总数|总额|数量|规模|水平|平均值|年均值|均值|平均|值|在|为"
SHARE = re.compile("(率|比重|占比|比例|比|强度|系数|满意度|安全感|程度|度)$")
# Nouns that, alone or with a verb of doing, tell nothing (支持项目4200个).
GENERIC = frozenset(
    "项目 重点项目 重大项目 企业 资金 专项资金 机构 工程 面积 人员 群众 居民 产业 投资 总投资 支出 收入 费用 任务 工作 问题 案件 活动 培训 服务 措施 "
    "政策 制度 平台 数量 人数 户数 家庭 村 县 区 市 学校 医院 公司 产品 设备 线索 意见 建议 资料 面 个 家 户 人 名 件 项 场 次 资源 标准 "
    "补助 补助资金 补贴 奖补资金 增加值 产值 比上年 同比 总额 总量".split()
)
INCREMENT = re.compile("^(?:实现|完成|计划|预计)?(?:新增|净增|增加|新培育|新认定|新登记|新引进)|(?:新增|净增)$")
NEW = re.compile("^(?:新|培育|建设|建成|打造|创建|获评|获批|认定|引进|招引|组建|完成|改造|交付|筹集)")
MADE = "新(?:建|增|改|登记|培育|认定|引进|招|进|补|签|开|设|入)|净增|增加(?!值)|建成(?!区)|筹集|筹建"  # what is new is not what there is in all
SHARE_WORD = re.compile("(?:占比|比例|比重|比率)$")
LOWER = re.compile(
    "失业率|败诉率|犯罪率|死亡|事故|能耗|排放|浓度|负债|近视率|大班额|贫困|发案|信访|不良|赤字|辍学|发病率|感染率|用水量|投诉|违法|"
    "空置|逾期|差错|亏损|欠薪|债务|化肥|农药|费用|成本|时限|跑动次数"
)


@dataclass(frozen=True, slots=True)
class Name:
    """An indicator as a report writes it, with what it is called here and the rule that decided: lexicon or written."""

    written: str
    name: str
    bare: str  # without scope words, years and filler
    rule: str
    row: Indicator | None = None

    @property
    def lower_is_better(self) -> bool:
        """Whether a lower value is the better one: indicators.csv, else the words of LOWER."""
        return self.row.lower_is_better if self.row else bool(LOWER.search(self.bare))

    @property
    def is_share(self) -> bool:
        """Whether the thing itself is a share, so that a % is its level (失业率), not its growth."""
        return bool(SHARE.search(self.bare)) or bool(self.row and self.row.std_unit in ("%", "‰"))


class Names:
    """Looks names up and compares them, by the tables of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.rows: dict[str, Indicator] = {}
        for row in lexicon.indicators.values():
            for alias in (row.indicator, *row.aliases):
                self.rows.setdefault(plain(alias), row)
        self.names = {plain(row.indicator) for row in lexicon.indicators.values()}
        self.rows |= {plain(row.indicator): row for row in lexicon.indicators.values()}
        self.apart = {alias for row in lexicon.indicators.values() for alias in _told_apart(row)} - self.names
        scope = alternation(lexicon.words("wording", "filler.scope"))
        self.head = re.compile(rf"(?:{HEAD}{scope})")
        self.tail = re.compile(rf"(?:{TAIL})$")
        self._found: dict[tuple[str, bool], Name] = {}

    def name(self, written: str, change: bool) -> Name:
        """What an indicator is called here. `change`: the number is a change (增长5%), which 经济 can only have."""
        key = (written, change)
        if key not in self._found:
            self._found[key] = self._name(written, change)
        return self._found[key]

    def _name(self, written: str, change: bool) -> Name:
        last = plain(written)
        for last in self._shortened(plain(written)):
            row = self.rows.get(last)
            if row is None and change and last == "经济":  # 经济增长5%: the growth of the economy is that of its product
                row = self.rows.get("地区生产总值")
            if row is not None:
                return Name(written, last if last in self.apart else row.indicator, last, "lexicon", row)
        bare = self._without_head(plain(written))
        return Name(written, bare, bare, "written")

    def _shortened(self, text: str) -> Iterator[str]:
        """The name, then what is left of it as scope words, years and filler fall off its ends."""
        while text:
            yield text
            tail = self.tail.search(text)
            if tail and text[: tail.start()] in self.rows:
                yield text[: tail.start()]
            head = self.head.match(text)
            if not head or head.end() == len(text):
                break
            text = text[head.end() :]
        while (tail := self.tail.search(text)) and tail.start() > 1:
            text = text[: tail.start()]
            yield text

    def _without_head(self, text: str) -> str:
        while (head := self.head.match(text)) and len(text) - head.end() >= 2:
            text = text[head.end() :]
        return text


def is_vague(bare: str) -> bool:
    """Whether a name tells nothing of what is counted."""
    return len(core(bare)) < VAGUE or core(bare) in GENERIC


def plain(text: str) -> str:
    """A name without quotes, brackets and spaces, full-width letters made half-width, Latin letters large."""
    text = re.sub(r"[\s“”‘’\"'（）()《》〈〉【】·]", "", unicodedata.normalize("NFKC", text))
    return SHARE_WORD.sub("占比", text.upper())


_DOING = re.compile("^" + alternation(DOING))
_DONE = re.compile("(?:新增|净增|改造|建设|(?:全部|全面)?(?:完工|完成|建成|竣工)|工作|任务|人数|数量|总数)$")
_CONTRASTS = [[re.compile(word) for word in row] for row in CONTRASTS]
VAGUE = 2  # characters that a name must have to be told from others
CORE = 2  # characters that a name without its verbs must keep
CONTAINED = 4  # characters of a name that counts as a part of another
TOTAL = 0.8  # likeness of 新增高新技术企业 and 高新技术企业: values must tell whether the second means new ones too
OTHER_HEAD = 0.85  # factor for names that end in different words: the last word of a Chinese name says what it is


@lru_cache(maxsize=100_000)
def core(bare: str) -> str:
    """A name without verbs of doing at its ends: 建成老年助餐点 → 老年助餐点."""
    for pattern in (_DOING, _DONE):
        while (verb := pattern.search(bare)) and len(bare) - len(verb[0]) >= CORE:
            bare = bare.replace(verb[0], "", 1) if verb.start() == 0 else bare[: verb.start()]
    return bare


@lru_cache(maxsize=100_000)
def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


@lru_cache(maxsize=100_000)
def _marks(bare: str) -> tuple[frozenset[int], ...]:
    return tuple(frozenset(i for i, word in enumerate(row) if word.search(bare)) for row in _CONTRASTS)


def contrast(one: str, other: str) -> bool:
    """Whether two names hold different words of one row of CONTRASTS (城镇 and 农村)."""
    return any(a and b and not a & b for a, b in zip(_marks(one), _marks(other), strict=True))


def _told_apart(row: Indicator) -> set[str]:
    """The aliases of a row that say more than its name, and other than another alias: 新增义务教育学位 of 新增学位.

    What is new, and what there is in all, are told apart from a name that says neither.
    """
    name = plain(row.indicator)
    aliases = [plain(alias) for alias in row.aliases]
    return {
        alias
        for alias in aliases
        if any(bool(re.search(word, alias)) != bool(re.search(word, name)) for word in (MADE, "累计"))
        or (_marks(alias) != _marks(name) and any(contrast(alias, other) for other in aliases))
    }


def likeness(one: str, other: str) -> float:
    """How alike two bare names are, from 0 to 1: 1 the same, .95 the same but for the verb, else by their characters.

    A name that is the other with words put in (出庭应诉率, 行政机关负责人出庭应诉率) scores from .7 by the share it makes
    up; other names by the pairs of characters that they share.
    """
    if one == other:
        return 1.0
    a, b = core(one), core(other)
    if contrast(one, other):
        return 0.0
    if a == b:
        return TOTAL if _is_total(one, other) or _is_total(other, one) else 0.95
    return max(_by_characters(a, b), _by_characters(one, other))


def _is_total(one: str, other: str) -> bool:
    """Whether `other` counts what is new and `one` perhaps what there is in all."""
    return bool(INCREMENT.search(other)) and not INCREMENT.search(one) and not NEW.match(one)


def _by_characters(one: str, other: str) -> float:
    shared = (_pairs(one) & _pairs(other)).total()
    if not shared:
        return 0.0
    pairs = 2 * shared / (_pairs(one).total() + _pairs(other).total())
    pairs *= 1 if one[-2:] == other[-2:] else OTHER_HEAD
    short, long = sorted((one, other), key=len)
    within = len(short) >= CONTAINED and _is_within(short, long)
    return max(pairs, 0.7 + 0.25 * len(short) / len(long)) if within else pairs


def _is_within(short: str, long: str) -> bool:
    """Whether `long` is `short` with words put in at one place or before it; both end alike."""
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    return any(long.endswith(short[at:]) for at in range(same + 1) if len(short) - at >= 2)
