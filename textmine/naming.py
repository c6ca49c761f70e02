"""When two names mean one indicator.

A name is first looked up in indicators.csv: scope words (全市), years and filler (实现 …) are dropped from its ends
until what is left is a name or an alias there. Other names are compared by their characters. Nothing is merged that a
reader would keep apart: names with different words of a row of `contrasts` (城镇, 农村) are two however alike they
look. The words are those of data/comparing.toml.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from textmine.lexicon import DATA, Indicator, Lexicon, alternation

TABLE = tomllib.loads((DATA / "comparing.toml").read_text(encoding="utf-8"))
_CONTRASTS = [[re.compile(word) for word in row] for row in TABLE["contrasts"]]
_DOING = re.compile("^" + alternation(TABLE["doing"]))
_DONE = re.compile("(?:" + "|".join(TABLE["done"]) + ")$")
_GENERIC = frozenset(TABLE["generic"])
_MADE = "|".join(TABLE["made"])
_SHARE = re.compile(alternation(TABLE["shares"]) + "$")
_SHARE_WORD = re.compile("(?:占比|比例|比重|比率)$")
_LOWER = re.compile(alternation(TABLE["lower_is_better"]))
_INCREMENT = re.compile("^(?:实现|完成|计划|预计)?(?:新增|净增|增加|新培育|新认定|新登记|新引进)|(?:新增|净增)$")
_NEW = re.compile("^(?:新|培育|建设|建成|打造|创建|获评|获批|认定|引进|招引|组建|完成|改造|交付|筹集)")

VAGUE = 2  # characters that a name must have to be told from others
CORE = 2  # characters that a name without its verbs must keep
CONTAINED = 4  # characters of a name that counts as a part of another
VERB = 0.95  # likeness of names that differ in a verb of doing only
TOTAL = 0.8  # likeness of 新增高新技术企业 and 高新技术企业: values must tell whether the second means new ones too
OTHER_HEAD = 0.85  # factor for names that end in different words: the last word of a Chinese name says what it is


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
        """Whether a lower value is the better one: indicators.csv, else the words of lower_is_better."""
        return self.row.lower_is_better if self.row else bool(_LOWER.search(self.bare))

    @property
    def is_share(self) -> bool:
        """Whether the thing itself is a share, so that a % is its level (失业率), not its growth."""
        return bool(_SHARE.search(self.bare)) or bool(self.row and self.row.std_unit in ("%", "‰"))


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
        self.head = re.compile("|".join((*TABLE["head"], scope)))
        self.tail = re.compile("(?:" + "|".join(TABLE["tail"]) + ")$")
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
            if row is None and change and last == "经济":
                row = self.rows.get("地区生产总值")  # 经济增长5%: the growth of the economy is that of its product
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
    return len(core(bare)) < VAGUE or core(bare) in _GENERIC


def plain(text: str) -> str:
    """A name without quotes, brackets and spaces, full-width letters made half-width, Latin letters large."""
    text = re.sub(r"[\s“”‘’\"'（）()《》〈〉【】·]", "", unicodedata.normalize("NFKC", text))
    return _SHARE_WORD.sub("占比", text.upper())


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
    """Whether two names hold different words of one row of `contrasts` (城镇 and 农村)."""
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
        if any(bool(re.search(word, alias)) != bool(re.search(word, name)) for word in (_MADE, "累计"))
        or (_marks(alias) != _marks(name) and any(contrast(alias, other) for other in aliases))
    }


def likeness(one: str, other: str) -> float:
    """How alike two bare names are, from 0 to 1: 1 the same, .95 the same but for the verb, else by their characters.

    A name that is the other with words put in (出庭应诉率, 行政机关负责人出庭应诉率) scores from .7 by the share it
    makes up; other names by the pairs of characters that they share.
    """
    if one == other:
        return 1.0
    a, b = core(one), core(other)
    if contrast(one, other):
        return 0.0
    if a == b:
        return TOTAL if _is_total(one, other) or _is_total(other, one) else VERB
    return max(_by_characters(a, b), _by_characters(one, other))


def _is_total(one: str, other: str) -> bool:
    """Whether `other` counts what is new and `one` perhaps what there is in all."""
    return bool(_INCREMENT.search(other)) and not _INCREMENT.search(one) and not _NEW.match(one)


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
