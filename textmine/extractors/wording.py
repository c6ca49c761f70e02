"""The words around a number, as they are passed about, and the compiled lists of wording.toml that read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from textmine.lexicon import Lexicon, alternation
from textmine.model import Direction
from textmine.numerals import SIGNS

JOINS = "以及|[、与]|(?<![共总缓])和(?![谐平解美睦])|(?<![普涉惠波危顾触提])及(?![格时])"
RANKS = "跃居|跃升|稳居|稳坐|分获|位居|居|位列|名列|列|排名|排在"  # verbs before a rank
MEAN = "(?:平均水平|平均数|平均|均值|标准)"  # of a field: 全国平均
SHARE_UNITS = ("%", "‰", "成", "分之")
# Words between a noun and its change that belong to neither.
DEGREE = re.compile(
    r"(相比|实际|名义|净|累计|平均|同口径|大幅|显著|明显|逐年|预期|再|又|(?<![年月日户人亩次])均|分别|实现|保持|双|可比口径|可比|继续|稳步|约|近)+$"
)


@dataclass(frozen=True)
class Head:
    """The metric before: what an elliptical one inherits. `noun` is the indicator without its governing verb."""

    indicator: str = ""
    verb: str = ""
    noun: str = ""
    last: str = ""  # the indicator of the metric right before
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
    among: bool = False  # in a clause that names parts of the metric before (其中…)
    coordinate: bool = False  # joined to the metric before by 、
    adjacent: bool = False  # right behind the metric before: 3批45名
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
    aside: bool = False  # a count that belongs to the field of a rank: the head stays as it was
    keeps_head: bool = False  # the metric after this one inherits from the same head


class Wording:
    """The compiled lists of wording.toml."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._read_changes(lexicon)
        self._read_bases(lexicon.wording)
        self._read_heads(lexicon)

    def _read_changes(self, lexicon: Lexicon) -> None:
        """What changes, and the end of a movement."""
        table = lexicon.wording
        increase, decrease = table["change"]["increase"], table["change"]["decrease"]
        self.named_changes = frozenset(table["change"]["named"])
        self.increase = frozenset(increase)
        nouns = ("涨幅", "增幅", "增速", "降幅")
        verbs_of_change = [w for w in (*increase, *decrease) if w not in nouns]
        acts = "".join(
            f"(?<!{first}(?={second}))" for first, second in (act.split("|") for act in table["change"]["acts"])
        )
        self.change = re.compile(
            rf"(?P<verb>(?<!新){acts}{alternation(verbs_of_change)})(了|近|约|超|超过|逾|达|平均)?$"
        )
        changes = alternation([*verbs_of_change, *nouns])
        after = alternation([m.word for m in lexicon.modifiers.values() if m.place == "after"])
        self.run_joint = re.compile(
            rf"{after}?(?:[、，]?(?:和|及|与|以及)|、)(?:{'|'.join(table['basis']['reckoned'])})?"
            rf"(?:{changes}(?:到|至)?)?"
        )
        self.change_noun = re.compile(rf"(?P<noun>{'|'.join(nouns)})(为|达|达到|约|约为|是)?$")
        to_up, to_down = alternation(table["change"]["to_increase"]), alternation(table["change"]["to_decrease"])
        since = "|".join(table["change"]["since"])
        level = alternation(table["change"]["to_level"])
        moves = rf"(?:(?P<up>{to_up})|(?P<down>{to_down})|(?P<level>{level}))(?:到|至|为|成)(?:了)?(?:{since})?"
        field = f"(?:{table['basis']['field'][0]})"
        self.to = re.compile(rf"{moves}(?:(?P<of>{field}{MEAN}?|{MEAN})的?)?$")  # 扩大到全国的, 升至全省
        self.moves_on = re.compile(rf"[^，。；]{{0,4}}?(?:、[^，。；]{{1,12}})?(?:{moves})")  # after the start value
        self.decrease_object = re.compile("^" + alternation(table["change"]["decrease_object"]))

    def _read_bases(self, table: Mapping[str, Any]) -> None:
        """What a number is set against: a past, a plan, a field of others, a whole."""
        gap = "|".join(table["basis"]["gap"])
        basis = "|".join((*table["basis"]["compared"], gap, *table["basis"]["reckoned"]))
        self.basis = re.compile(basis)
        self.gap = re.compile(f"(?:{gap})(了|近|约)?$")
        self.multiple = re.compile(
            r"(?:仅|只|仍|已)?(?P<word>不低于|不高于|高于|低于|超过|不足|不到|达到|相当于|有|为|是)(?P<of>[^，。；]{2,16}?)的$"
        )
        self.against = re.compile(
            r"(?P<than>较|比)(?P<of>[^，。；]{1,14}?)(?P<word>高出?|低|多出?|少|快|慢|大|小|领先|超额|超[收支]|短收|节支)(?:[一-鿿]{1,2})?(?:了|近|约|超)?$"
        )
        self.of_task = re.compile(
            r"(?P<task>(超额完成|完成|达到|超|占|为|是)(了)?(年度|全年|年初|年|调整|变动|预算|目标|任务|计划|序时)[^，。；]{0,8}?)(的)?$"
        )
        self.reckoned = re.compile("|".join(table["basis"]["reckoned"]))
        self.each_end = re.compile("每[百千万]?[人年月日天户村亩]$")
        self.compared = re.compile("|".join(table["basis"]["compared"]))
        self.basis_end = re.compile(f"(?:{basis}|(?:较|比)[^，。；、]{{1,12}})$")
        self.share = re.compile(r"占(?P<of>(?!比)[^，。；]{0,24}?)(?:的)?(?:比重|比例)?(?:的)?(?:为|达|达到|到)?$")
        self.rank = re.compile(
            rf"(?:(?:并)?(?:继续|连续[^，。；]{{0,6}}?|稳|均|分别|总体|综合)?(?:{RANKS}|排|跻身|进入|升至|升到|上升到|上升至|前进到|保持|荣获|获得|获|锚定|位次)?)?"
            rf"(?P<field>{'|'.join(table['basis']['field'])})?(?:[\d{SIGNS}一二三四五六七八九十]{{1,3}}个[^，。；、（]{{1,5}}?(?:（[^）]{{1,8}}）)?)?(?:中)?(?:居|列|位列|排)?(?:排名|排|中|的)?$"
        )
        self.placed = re.compile(rf"(?:居|列|位居|在)(?P<field>{table['basis']['field'][0]})的?(?:位次|名次|排名)")
        self.field_end = re.compile(f"(?:{table['basis']['field'][0]})$")
        self.whole_field = re.compile(f"(?:{table['basis']['field'][0]}|{MEAN}|设计|定额|应有|收入|需要|总数|总量)$")
        self.source = re.compile(
            r"(?P<np>.*?)(?:由|从|自(?![然主身愿治动产]))(?:[^，。；]{0,12}?(?:年|月|底|末|初|期)?(?:的)?)?(?P<each>每[人年月日天]{1,3})?$"
        )

    def _read_heads(self, lexicon: Lexicon) -> None:
        """The words that name a thing counted and those around it."""
        table = lexicon.wording
        self.pairs = [tuple(row) for row in table["heads"]["pairs"]]
        self.measured = frozenset(name for row in lexicon.indicators.values() for name in (row.indicator, *row.aliases))
        self.head_filler = [re.compile("(?:" + pattern + ")") for pattern in table["filler"]["head"]]
        self.tail_filler = [re.compile("(?:" + pattern + ")$") for pattern in table["filler"]["tail"]]
        bare = alternation(table["heads"]["bare_verbs"])
        self.bare_verb_end = re.compile(f"(?<=[一-鿿”]{{2}}){bare}(?:、{bare})?$")  # 案件审结、执结
        self.attributes = frozenset(table["heads"]["attributes"])
        self.attribute_end = re.compile(alternation(table["heads"]["attributes"]) + "$")
        self.bare_verbs = frozenset(table["heads"]["bare_verbs"])
        verbs = alternation([*table["heads"]["verbs"], *table["heads"]["bare_verbs"]])
        self.verb = re.compile(verbs)
        self.verbs = frozenset([*table["heads"]["verbs"], *table["heads"]["bare_verbs"]])
        self.weak_verbs = frozenset(table["heads"]["weak_verbs"])
        self.adverbs = frozenset(table["heads"]["adverbs"])
        self.per_each = frozenset(table["heads"]["per_each"])
        self.nouns = frozenset(table["heads"]["nouns"])
        self.people_units = frozenset(table["heads"]["people_units"])
        self.predicate = re.compile(alternation(table["heads"]["predicates"]))
        self.done_to = re.compile(
            rf"(?P<noun>[^，。；、的]{{2,12}}?)(?:进行|开展|实施|作出|给予|予以)了?[^，。；、]{{0,14}}(?P<act>{verbs})(?=[，。；、]|$)"
        )
        self.carrier = re.compile(rf"[^，。；]{{0,10}}?{alternation(table['heads']['carriers'])}(?=[^，。；]{{2}})")
        self.whole = re.compile(table["heads"]["whole"])


@lru_cache(maxsize=4)
def wording(lexicon: Lexicon) -> Wording:
    return Wording(lexicon)
