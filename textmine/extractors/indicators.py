"""What a number measures, in the report's own words.

`name_indicator` looks left of the number, then right of it, then back to the metric before. Each rule of `RULES` is one
way of wording; the first that fits decides, and its name goes into `rule`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from textmine.lexicon import Lexicon, alternation
from textmine.model import Direction, Metric

MAX_NOUN = 28  # characters of an indicator
LONG = 14  # characters of a left context beyond which only its last governing verb and object count
PLAIN_VERBS = ("达到", "为", "是", "相当于")
SHARE_UNITS = ("%", "‰", "成", "分之")
MAX_OBJECT = 16  # characters of a noun after the unit


@dataclass(frozen=True)
class Head:
    """The metric before: what an elliptical one inherits. `noun` is the indicator without its governing verb."""

    indicator: str = ""
    verb: str = ""
    noun: str = ""
    unit: str = ""
    direction: Direction = ""  # of the metric right before
    basis: str = ""
    moving: bool = False  # the metric right before is the start of a movement
    topic: str = ""  # the heading of the item, for what has no head at all


@dataclass(frozen=True)
class Context:
    """The words around one number. `left` runs from the clause's start or the metric before, `right` to its end."""

    left: str
    right: str
    own_right: str = ""  # of `right` what stands before the next number
    unit: str = ""
    coordinate: bool = False  # joined to the metric before by 、
    clause_before: str = ""  # the clause before, where it holds no metric
    head: Head = Head()


@dataclass(frozen=True)
class Named:
    """An indicator with what its wording tells of the number."""

    indicator: str
    direction: Direction = ""
    basis: str = ""
    rule: str = ""
    modifier: str = ""
    keeps_head: bool = False  # the metric after this one inherits from the same head


class Wording:
    """The compiled lists of wording.toml."""

    def __init__(self, lexicon: Lexicon) -> None:
        table = lexicon.wording
        increase, decrease = table["change"]["increase"], table["change"]["decrease"]
        self.increase = frozenset(increase)
        nouns = ("涨幅", "增幅", "增速", "降幅")
        verbs_of_change = [w for w in (*increase, *decrease) if w not in nouns]
        basis = "|".join((*table["basis"]["compared"], *table["basis"]["reckoned"]))
        self.basis = re.compile(basis)
        self.gap = re.compile("(?:" + table["basis"]["compared"][2] + r")(了|近|约)?$")
        self.multiple = re.compile(
            r"(?P<word>不低于|不高于|高于|低于|超过|达到|相当于|为|是)(?P<of>[^，。；]{2,16}?)的$"
        )
        self.against = re.compile(
            r"(?P<than>较|比)(?P<of>[^，。；]{1,14}?)(?P<word>高出?|低|多出?|少|快|慢|领先)(?:[一-鿿]{2})?(?:了|近|约|超)?$"
        )
        self.of_task = re.compile(
            r"(?P<task>(完成|达到|超|占|为|是)(了)?(年度|全年|年初|年|预算|目标|任务|计划|序时)[^，。；]{0,8}?)(的)?$"
        )
        self.reckoned = re.compile("|".join(table["basis"]["reckoned"]))
        self.compared = re.compile("|".join(table["basis"]["compared"][:2]))
        self.change = re.compile(rf"(?P<verb>(?<!新){alternation(verbs_of_change)})(了|近|约|超|超过|逾|达)?$")
        self.change_noun = re.compile(rf"(?P<noun>{'|'.join(nouns)})(为|达|达到|约|约为|是)?$")
        to_up, to_down = alternation(table["change"]["to_increase"]), alternation(table["change"]["to_decrease"])
        since = r"(去年底?的?|今年底?的?|上年底?的?|目前的?|现在的?|20\d\d年底?的?|每[人年月日天]{1,2}|每人每[月年天])?"
        self.to = re.compile(
            rf"(?:(?P<up>{to_up})|(?P<down>{to_down})|(?P<level>{alternation(table['change']['to_level'])}))(?:到|至|为|成)(?:了)?{since}$"
        )
        self.decrease_object = re.compile("^" + alternation(table["change"]["decrease_object"]))
        self.share = re.compile(r"占(?P<of>(?!比)[^，。；]{0,24}?)(?:的)?(?:比重|比例)?(?:的)?(?:为|达|达到|到)?$")
        self.rank = re.compile(
            rf"(?:(?:并)?(?:继续|连续[^，。；]{{0,6}}?|稳|均|分别|总体|综合)?(?:跃居|跃升|稳居|位居|居|位列|名列|列|排名|排在|排|跻身|进入|升至|升到|上升到|上升至|前进到|保持|荣获|获得|获|锚定|位次)?)?"
            rf"(?P<field>{'|'.join(table['basis']['field'])})?(?:[\dxX*一二三四五六七八九十]{{1,3}}个[^，。；、]{{1,5}}?)?(?:中)?(?:居|列|位列|排)?(?:排名|排|中|的)?$"
        )
        self.field_end = re.compile(f"(?:{table['basis']['field'][0]})$")
        self.source = re.compile(
            r"(?P<np>.*?)(?:由|从|自)(?:[^，。；]{0,12}?(?:年|月|底|末|初|期)?(?:的)?)?(?P<each>每[人年月日天]{1,3})?$"
        )
        self.head_filler = [re.compile("(?:" + pattern + ")") for pattern in table["filler"]["head"]]
        self.tail_filler = [re.compile("(?:" + pattern + ")$") for pattern in table["filler"]["tail"]]
        self.bare_verb_end = re.compile("(?<=[一-鿿”]{2})" + alternation(table["heads"]["bare_verbs"]) + "$")
        self.attributes = frozenset(table["heads"]["attributes"])
        self.attribute_end = re.compile(alternation(table["heads"]["attributes"]) + "$")
        self.bare_verbs = frozenset(table["heads"]["bare_verbs"])
        verbs = alternation([*table["heads"]["verbs"], *table["heads"]["bare_verbs"]])
        self.verb = re.compile(verbs)
        self.verbs = frozenset([*table["heads"]["verbs"], *table["heads"]["bare_verbs"]])
        self.weak_verbs = frozenset(table["heads"]["weak_verbs"])
        self.adverbs = frozenset(table["heads"]["adverbs"])
        self.whole = re.compile(table["heads"]["whole"])


@lru_cache(maxsize=4)
def wording(lexicon: Lexicon) -> Wording:
    return Wording(lexicon)


def name_indicator(context: Context, rank: bool, words: Wording) -> Named:
    """The indicator of a number. `rank`: the number is a rank (第四, 首位)."""
    if rank:
        return _rank(context, words)
    context = replace(context, left=re.sub("(预期)?目标(定为|设定为|确定为|为|是)?$", "", context.left))
    for name, rule in RULES:
        named = rule(context, words)
        if named is not None:
            basis = named.basis or _basis(context.left, words)
            return replace(named, basis=basis, rule=f"indicator.{name}")
    return Named("", rule="indicator.none")


def _basis(left: str, words: Wording) -> str:
    match = words.reckoned.search(left)
    return match[0] if match else ""


# --- rules: each returns None where it does not fit ----------------------------------------------------------------


def _again(context: Context, words: Wording) -> Named | None:
    """增长8.4%、10.6%: nothing between two numbers, the second is as the first."""
    if not context.coordinate or context.left.strip("、和及与分别 ") or re.match("[一-鿿]", context.right):
        return None
    return Named(context.head.indicator, context.head.direction, context.head.basis)


def _gap(context: Context, words: Wording) -> Named | None:
    """高于全市1.9个百分点: the metric before, set against a basis."""
    match = words.gap.search(context.left)
    if not match:
        return None
    noun = _phrase(context.left[: match.start()], context, words)
    basis = re.sub(
        r"^(高于|低于|快于|慢于|高出|低出|领先|好于|优于|超过|多于|少于|超出|超)", "", match[0]
    ).removesuffix("了")
    return Named(noun, basis=basis, keeps_head=True)


def _movement_end(context: Context, words: Wording) -> Named | None:
    """提高到91%, 降至2%: the end of a movement."""
    match = words.to.search(context.left)
    if not match:
        return None
    direction: Direction = "increase" if match["up"] else "decrease" if match["down"] else ""
    noun = _phrase(context.left[: match.start()], context, words)
    carried = context.head.basis if context.head.moving else ""
    return Named(noun, direction, _basis(context.left, words) or carried)


def _movement_start(context: Context, words: Wording) -> Named | None:
    """由40%提高到52%, 从2018年的6.1%提升到…: the start of a movement; what follows the number tells."""
    after = re.match(
        r"[^，。；]{0,4}?(?:、[^，。；]{1,12})?(?:" + words.to.pattern.removesuffix("$") + ")", context.right
    )
    match = words.source.search(context.left) if after else None
    if not match:
        return None
    return Named(_phrase(match["np"], context, words))


def _change(context: Context, words: Wording) -> Named | None:
    """同比增长18.9%, 办结率较上年提高1.7个百分点: the number is itself a change."""
    left = re.sub("(了|近|约|超|超过|逾|达|不低于|不少于)+$", "", context.left)
    noun = words.change_noun.search(left)
    match = noun or words.change.search(left)
    if not match:
        return None
    verb = match["noun"] if noun else match["verb"]
    basis = words.basis.search(left)
    before = left[: match.start()]
    bare = re.sub(DEGREE, "", before.replace(basis[0], "", 1) if basis else before)
    direction: Direction = "increase" if verb in words.increase else "decrease"
    empty = not _stripped(bare, words)
    if verb == "净增" and empty and not context.head.indicator:
        return None  # 净增12家企业: its noun stands behind
    if verb in ("增收", "增发", "增效"):  # 户均增收1740元: the verb says what
        return Named(_core(_stripped(bare, words), words) + verb, direction, basis[0] if basis else "")
    if empty and not context.head.indicator and _noun_after(context):
        return Named(verb + _noun_after(context), direction)  # 降低900多万户税负: the noun stands after the unit
    whole = bare + verb if noun and not empty else bare
    return Named(_phrase(whole, context, words), direction, basis[0] if basis else "", keeps_head=True)


def _against(context: Context, words: Wording) -> Named | None:
    """比全国平均低了4个百分点, 较上年同期高出4.1个百分点: a gap, or a change where it is set against the past."""
    match = words.against.search(context.left)
    if not match:
        return None
    noun = _phrase(context.left[: match.start()], context, words)
    past = re.search("上年|去年|同期|年初|上月|往年|前年|年前", match["of"])
    up = match["word"][0] in "高多快领"
    direction: Direction = ("increase" if up else "decrease") if past else ""
    return Named(noun, direction, match["than"] + match["of"], keeps_head=True)


# Words between a noun and its change that belong to neither.
DEGREE = re.compile(
    r"(相比|实际|名义|净|累计|平均|同口径|大幅|显著|明显|逐年|预期|再|又|(?<![年月日户人亩次])均|分别|实现|保持|双|可比口径|继续|稳步|约|近)+$"
)


def _multiple(context: Context, words: Wording) -> Named | None:
    """不低于全国平均的1.2倍: so many times something."""
    match = words.multiple.search(context.left) if context.unit in ("倍", "%") else None
    if not match or (match["word"] in PLAIN_VERBS and context.unit != "倍" and not words.field_end.search(match["of"])):
        return None
    modifier = "" if match["word"] in PLAIN_VERBS else match["word"]
    return Named(_phrase(context.left[: match.start()], context, words), basis=match["of"], modifier=modifier)


def _of_task(context: Context, words: Wording) -> Named | None:
    """完成年度任务的108%: the metric before, as a share of what was set."""
    match = words.of_task.search(context.left) if context.unit == "%" else None
    if not match:
        return None
    return Named(_phrase(context.left[: match.start()], context, words) + match["task"], keeps_head=True)


def _share(context: Context, words: Wording) -> Named | None:
    """占全国9成: the metric before, or the noun before 占, and the whole it is a share of."""
    match = words.share.search(context.left)
    if not match or context.unit not in SHARE_UNITS:
        return None
    before = context.left[: match.start()]
    noun = _phrase(before, context, words)
    return Named(f"{noun}占{match['of']}" if match["of"] else f"{noun}占比", keeps_head=True)


def _noun_after(context: Context) -> str:
    """The noun right after the unit: 名骨干, 个体工商户税负."""
    match = re.match(r"[一-鿿“”]{2,16}", context.own_right)
    return match[0] if match and not re.match("左右|以上|以下|以内|的", match[0]) else ""


def _after_unit(context: Context, words: Wording) -> Named | None:
    """选派X名骨干: the thing counted stands after the unit."""
    if context.right.startswith("的"):
        return _of(context, words)
    right = _object(context, words)
    if len(right) < 2 and not (right and words.field_end.search(context.left)):
        return None
    if (field := words.field_end.search(context.left)) and re.match("[^，。；]{1,6}?(中|第|居|位列|排)", context.right):
        return Named(field[0] + re.split("中|里|居|位列|排", right)[0])  # 列全省16个市第五
    verb = _governing_verb(context.left, words)
    if verb:
        return Named(verb + _before_verb(right, words))
    plain = re.sub("(对|为|给|向|在|于|由)?(全[省市县区镇]|辖区|本地)?$", "", context.left)
    left = _phrase(plain, Context("", ""), words) if plain == context.left or len(plain) > 1 else ""
    if context.right.startswith(("成功", "得到", "实现", "已", "完成", "达到", "通过")) and not left:
        return Named((context.head.noun or context.head.indicator) + right)
    if left and not left.endswith(("等", "对", "为", "在")):
        opening = words.verb.match(left)
        if len(left) > 8 and opening and len(right) >= 2:
            return Named(opening[0] + _before_verb(right, words))  # 完成国家部署的首批13个“一件事”落地
        return Named(left + right) if len(left) <= 8 else Named(left)
    return Named(_before_verb(right, words) if plain != context.left else right)


def _object(context: Context, words: Wording) -> str:
    """The noun phrase right after the unit, or nothing."""
    own = re.sub("（[^）]{0,12}）", "", context.own_right)
    examples = re.match(r"[^，。；：\d]{1,24}?等(?P<noun>[^，。；：、！？\n\d]{2,})", own)
    stop = r"[，。；：、！？\n（）\d]|第(?=[一二三四五六七八九十xX*\d])"
    right = str(examples["noun"]) if examples else str(re.split(stop, own)[0])
    if not right or not re.match(r"[一-鿿“]", right) or NO_OBJECT.match(right):
        return ""
    to_next_number = len(context.own_right) < len(context.right) and right == own
    if to_next_number and (words.attribute_end.search(right) or right.endswith("率")):
        noun = _before_verb(
            right, words
        )  # 316个重点项目完成投资530亿元; in 80人到位率100% the noun is the next number's
        return noun if noun != right else ""
    return right[:MAX_OBJECT]


NO_OBJECT = re.compile("左右|以上|以内|以下|上下|的|和|及|与|以及|等|用于|用来|次|后|前|内|外|中|为|在|是")


def _before_verb(noun: str, words: Wording) -> str:
    """A noun phrase up to the verb that follows it: 骨干驻村帮扶 → 骨干."""
    cut = next((m.start() for m in words.verb.finditer(noun) if m.start() >= 2), None)
    cut = next((m.start() for m in re.finditer("到|赴|前往", noun[:cut]) if m.start() >= 2), cut)
    return noun if cut is None or noun[:cut] in words.adverbs else noun[:cut]


def _of(context: Context, words: Wording) -> Named | None:
    """总投资3.2亿元的东河水库: number, 的, and what it belongs to."""
    right = re.split(r"[，。；：、！？\n\d]", context.own_right[1:])[0][:MAX_OBJECT]
    if len(right) < 2:
        return None
    left = _phrase(context.left, Context("", ""), words)
    noun = _before_verb(right, words)
    attribute = words.attribute_end.search(left)
    if attribute:
        return Named(noun + attribute[0])
    return Named(left + noun if context.unit in SHARE_UNITS or not left else left)  # 救出群众3人的事迹


def _plain(context: Context, words: Wording) -> Named | None:
    """开展演练37场: the words before the number."""
    basis = words.reckoned.search(context.left)
    left = context.left.replace(basis[0], "", 1) if basis else context.left
    noun = _phrase(left, context, words)
    direction: Direction = ""
    if re.search("(涨幅|增幅|增速)$", noun):
        direction = "increase"
    elif noun.endswith("降幅") or (words.decrease_object.search(_stripped(left, words)) and not noun.endswith("率")):
        direction = "decrease"
    if not _stripped(left, words) and context.unit == context.head.unit == "%":
        direction = context.head.direction  # 增长12%，力争13%
    return Named(noun, direction) if noun else None


RULES = (
    ("again", _again),
    ("gap", _gap),
    ("multiple", _multiple),
    ("of_task", _of_task),
    ("movement_end", _movement_end),
    ("movement_start", _movement_start),
    ("share", _share),
    ("change", _change),
    ("against", _against),
    ("after_unit", _after_unit),
    ("plain", _plain),
)


def _rank(context: Context, words: Wording) -> Named:
    """居全国首位, 由第六位升至第四: a rank, its field, and whether it is the end of a movement."""
    moved = words.to.search(context.left)
    direction: Direction = "" if not moved else "increase" if moved["up"] else "decrease" if moved["down"] else ""
    left = context.left[: moved.start()] if moved else context.left
    match = words.rank.search(left)
    before = left[: match.start()] if match else left
    basis = (match["field"] or "") if match else ""
    if match and not basis and (contest := re.search("(获得?|夺得|取得)([^，。；]{2,12})$", before)):
        basis, before = contest[2], before[: contest.start()]
    before = re.sub(RANK_VERBS, "", re.sub("(由|从)(上年|去年|前年)?的?$", "", before))
    basis = basis or (context.head.basis if moved else "")
    return Named(_phrase(before, context, words), direction, basis, rule="indicator.rank", keeps_head=True)


RANK_VERBS = re.compile(
    r"(并|继续|连续[^，。；]{0,8}|跃居|跃升|稳居|位居|居|位列|名列|列|排名|排在|均|保持|获得?|在)+$"
)


# --- noun phrases --------------------------------------------------------------------------------------------------


def _phrase(left: str, context: Context, words: Wording) -> str:
    """The noun phrase of a left context, completed from the metric before where it is elliptical."""
    stripped = _stripped(left, words)
    noun = stripped if "分别" in left else _core(stripped, words)
    head = context.head
    if not noun:
        return head.indicator or _core(_stripped(context.clause_before, words), words)
    bare = noun in words.bare_verbs or (context.coordinate and len(noun) == 2 and noun in words.verbs)
    rate = noun.endswith("率") and noun[:-1] in words.verbs
    lone = len(noun) == 2 and noun in words.verbs and context.unit == head.unit
    if (noun == "投入" or noun in words.attributes) and not head.indicator and len(head.topic) <= 8:
        return head.topic + noun  # 猫儿岩水库。总库容1.2亿立方米: of what, the item's heading says
    if rate and len(context.clause_before) >= 4:
        return _object_of(_core(_stripped(context.clause_before, words), words), words) + noun
    if bare or rate or lone or noun in words.attributes:
        return _inherited(context, words) + noun
    among = re.search(r"其中(包括|有|含)?|包括$", left)
    if head.verb and (context.coordinate or among) and not words.verb.match(noun) and not words.whole.search(noun):
        return head.verb + noun
    return noun


def _inherited(context: Context, words: Wording) -> str:
    """What a bare verb or attribute takes in: the thing of the metric before, else the subject of the clause before."""
    head = context.head
    if head.indicator:
        noun = words.bare_verb_end.sub("", head.noun or head.indicator)
        attribute = words.attribute_end.search(noun)
        return noun[: attribute.start()] if attribute and attribute.start() >= 3 else noun
    subject = re.match("(.{2,14}?)(由|从|较|比)", _stripped(context.clause_before, words))
    return subject[1] if subject else ""


def _last_things(noun: str) -> str:
    """Of a long list of nouns the last ones, whole: at most MAX_NOUN characters."""
    while len(noun) > MAX_NOUN and "、" in noun:
        noun = noun.partition("、")[2]
    return noun[-MAX_NOUN:]


def _object_of(phrase: str, words: Wording) -> str:
    """A phrase without its leading verb: 推进“两癌”检查 → “两癌”检查."""
    match = words.verb.match(phrase)
    return phrase[match.end() :] if match and match.end() < len(phrase) else phrase


def _stripped(left: str, words: Wording) -> str:
    """`left` without the filler at its ends."""
    text = left
    while True:
        before = text
        for pattern in words.head_filler:
            match = pattern.match(text)
            if match and match.end() and len(text) > match.end() - 1:
                text = text[match.end() :]
        text = _without_tail(text, words)
        if text == before:
            return text


def _without_tail(text: str, words: Wording) -> str:
    for pattern in words.tail_filler:
        match = pattern.search(text)
        if match and match.start() > 0:
            text = text[: match.start()]
        elif match:
            text = ""
    return text


def _core(noun: str, words: Wording) -> str:
    """Of a long phrase what counts: after the examples before 等, from the last governing verb on."""
    noun = re.sub("（[^（）]{0,40}）", "", noun)
    match = re.match(r"(?P<before>.*)等(?P<rest>[^等]{3,})$", noun)
    listed = match and re.search("[、”]", match["before"])
    if match and listed and not re.match("(级|次|于|活动|工作|行动)", match["rest"]):
        verb = words.verb.match(match["before"])
        noun = (verb[0] if verb else "") + match["rest"]
    verbs = list(words.verb.finditer(QUOTED.sub(lambda m: "“" * len(m[0]), noun)))
    item = next((m.start() for m in reversed(verbs) if noun[m.start() - 1 : m.start()] == "、"), 0)
    if item and noun[item:] not in words.verbs and not words.verb.match(noun):
        return noun[item:]
    if len(QUOTED.sub("", noun)) > LONG:
        strong = [m for m in verbs if m[0] not in words.weak_verbs]
        starts = [m.start() for m in strong if 4 <= len(noun) - m.start() <= 24 and len(noun) - m.end() >= 2]
        if starts and starts[0] == 0 and "、" in noun and len(noun) <= 24:
            return noun  # 兑付粮食直补、良种补贴、农机购置补贴: one verb, several things
        noun = noun[starts[-1] :] if starts else _last_things(noun)
    return noun.lstrip("，、；：的和与及 ").rstrip("，、；：的 ")


QUOTED = re.compile("“[^”]{0,40}”")


def _governing_verb(left: str, words: Wording) -> str:
    """The verb that governs what follows the number: 选派, 对接; with 等 after examples the verb before them."""
    text = _stripped(left, words).removesuffix("等")
    found = list(words.verb.finditer(text))
    if not found:
        return ""
    last = found[-1]
    if last.end() == len(text) or left.rstrip().endswith("等"):
        return last[0] if last.end() == len(text) else found[0][0]
    return ""


def head_of(metric: Metric, words: Wording, topic: str) -> Head:
    """What the next metric may inherit from this one."""
    indicator = metric.indicator
    match = words.verb.match(indicator)
    verb = match[0] if match and len(match[0]) < len(indicator) else ""
    noun = indicator[len(verb) :]
    if not verb:  # 12315平台受理投诉举报: the thing stands after the verb
        inner = [m.end() for m in words.verb.finditer(indicator) if m[0] in words.bare_verbs]
        noun = next((indicator[end:] for end in inner if len(indicator) - end >= 3), noun)
    return after_metric(Head(indicator, verb, noun, topic=topic), metric)


def after_metric(head: Head, metric: Metric) -> Head:
    """The head as the next metric sees it: what it inherits from, and how the metric right before it was."""
    moving = metric.rule == "indicator.movement_start"
    return replace(head, unit=metric.unit, direction=metric.direction, basis=metric.basis, moving=moving)
