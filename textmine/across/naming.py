"""When two names mean one indicator.

A name is first looked up in indicators.csv: scope words (全市), years and filler (实现 …) are dropped from its ends
until what is left is a name or an alias there. Other names are compared by their characters. Nothing is merged that a
reader would keep apart: names with different words of a row of `contrasts` (城镇, 农村) are two however alike they
look. The words are those of data/comparing.toml.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from textmine.across.wordlists import compiled, lists, rows, words
from textmine.lexicon import Indicator, Lexicon, alternation

_SHARE_WORD = re.compile("(?:占比|比例|比重|比率)$")

VAGUE = 2  # characters that a name must have to be told from others
CORE = 2  # characters that a name without its verbs must keep
CONTAINED = 4  # characters of a name that counts as a part of another
VERB = 0.95  # likeness of names that differ in a verb of doing only
TOTAL = 0.8  # likeness of 新增高新技术企业 and 高新技术企业: values must tell whether the second means new ones too
WIDER = 0.85  # likeness that a name needs which holds more words of a row of contrasts
OTHER_HEAD = 0.85  # factor for names that end in different words: the last word of a Chinese name says what it is
CACHE = 100_000  # names and pairs of names whose comparison is kept


@dataclass(frozen=True, slots=True)
class Name:
    """An indicator as a report writes it, with what it is called here and the rule that decided: lexicon or written.

    `is_share`: the thing itself is a share, so that a % is its level (失业率), not its growth.
    """

    written: str
    name: str
    bare: str  # without scope words, years and filler
    rule: str
    lower_is_better: bool = False
    is_share: bool = False
    row: Indicator | None = None


class Names:
    """Looks names up and compares them, by the tables of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._read_indicators(lexicon)
        self._read_words(lexicon)
        self._found: dict[tuple[str, bool], Name] = {}
        # Names come back in every report and every comparison of two.
        self.core = lru_cache(CACHE)(self._core)
        self.likeness = lru_cache(CACHE)(self._likeness)
        self._marks = lru_cache(CACHE)(self._marks_of)
        self.unit_class = lru_cache(CACHE)(self._unit_class)

    def _read_indicators(self, lexicon: Lexicon) -> None:
        self._rows: dict[str, Indicator] = {}
        for row in lexicon.indicators.values():
            for alias in (row.indicator, *row.aliases):
                self._rows.setdefault(plain(alias), row)
        self._names = {plain(row.indicator) for row in lexicon.indicators.values()}
        self._rows |= {plain(row.indicator): row for row in lexicon.indicators.values()}

    def _read_words(self, lexicon: Lexicon) -> None:
        scope = alternation(lexicon.words("wording", "filler.scope"))
        self._head = re.compile("|".join((*words(lexicon, "head"), scope)))
        self._tail = compiled(lexicon, "tail", after="$")
        self._contrasts = rows(lexicon, "contrasts")
        self._doing = re.compile("^" + alternation(words(lexicon, "doing")))
        self._done = compiled(lexicon, "done", after="$")
        self._generic = frozenset(words(lexicon, "generic"))
        self._made = compiled(lexicon, "made")
        self._share = re.compile(alternation(words(lexicon, "shares")) + "$")
        self._lower = re.compile(alternation(words(lexicon, "lower_is_better")))
        self._same_units = [frozenset(row) for row in lists(lexicon, "same_units")]
        self._increment = compiled(lexicon, "increment")
        self._new = compiled(lexicon, "new", before="^")

    # --- looking up ---------------------------------------------------------------------------------------------------

    def name(self, written: str, change: bool) -> Name:
        """What an indicator is called here. `change`: the number is a change (增长5%), which 经济 can only have."""
        key = (written, change)
        if key not in self._found:
            self._found[key] = self._name(written, change)
        return self._found[key]

    def unlisted(self, written: str, bare: str) -> Name:
        """A name that is not one of indicators.csv, or whose figure is not one of that indicator."""
        return Name(written, bare, bare, "written", bool(self._lower.search(bare)), bool(self._share.search(bare)))

    def _name(self, written: str, change: bool) -> Name:
        for last in self._shortened(plain(written)):
            row = self._rows.get(last)
            if row is None and change and last == "经济":
                row = self._rows.get("地区生产总值")  # 经济增长5%: the growth of the economy is that of its product
            if row is not None:
                name = last if last not in self._names and self._told_apart(last, row) else row.indicator
                share = bool(self._share.search(last)) or row.std_unit in ("%", "‰")
                return Name(written, name, last, "lexicon", row.lower_is_better, share, row)
        return self.unlisted(written, self._without_head(plain(written)))

    def _shortened(self, text: str) -> Iterator[str]:
        """The name, then what is left of it as scope words, years and filler fall off its ends."""
        while text:
            yield text
            tail = self._tail.search(text)
            if tail and text[: tail.start()] in self._rows:
                yield text[: tail.start()]
            head = self._head.match(text)
            if not head or head.end() == len(text):
                break
            text = text[head.end() :]
        while (tail := self._tail.search(text)) and tail.start() > 1:
            text = text[: tail.start()]
            yield text

    def _without_head(self, text: str) -> str:
        while (head := self._head.match(text)) and len(text) - head.end() >= 2:
            text = text[head.end() :]
        return text

    def _told_apart(self, alias: str, row: Indicator) -> bool:
        """Whether an alias says more than its row's name, and other than another alias: 新增义务教育学位 of 新增学位.

        What is new, and what there is in all, are told apart from a name that says neither.
        """
        name, others = plain(row.indicator), [plain(other) for other in row.aliases]
        if self._adds_up(alias) != self._adds_up(name):
            return True
        return self._marks(alias) != self._marks(name) and any(self.contrast(alias, other) for other in others)

    def is_vague(self, bare: str) -> bool:
        """Whether a name tells nothing of what is counted."""
        return len(self.core(bare)) < VAGUE or self.core(bare) in self._generic

    def _adds_up(self, bare: str) -> tuple[bool, bool]:
        """Whether a name counts what is new, and whether it counts over time."""
        return bool(self._made.search(bare)), "累计" in bare

    def is_stock(self, bare: str) -> bool:
        """Whether a name may say what there is, not what was done in some time: no verb, nothing new, no sum."""
        return self.core(bare) == bare and not any(self._adds_up(bare))

    # --- comparing ----------------------------------------------------------------------------------------------------

    def _core(self, bare: str) -> str:
        """A name without verbs of doing at its ends: 建成老年助餐点 → 老年助餐点."""
        for pattern in (self._doing, self._done):
            while (verb := pattern.search(bare)) and len(bare) - len(verb[0]) >= CORE:
                bare = bare.replace(verb[0], "", 1) if verb.start() == 0 else bare[: verb.start()]
        return bare

    def _marks_of(self, bare: str) -> tuple[frozenset[int], ...]:
        return tuple(frozenset(i for i, word in enumerate(row) if word.search(bare)) for row in self._contrasts)

    def contrast(self, one: str, other: str) -> bool:
        """Whether two names hold different words of one row of `contrasts` (城镇 and 农村)."""
        return any(a and b and not a & b for a, b in zip(self._marks(one), self._marks(other), strict=True))

    def _is_wider(self, one: str, other: str) -> bool:
        """Whether one name holds more words of a row than the other (义务教育和高中学位, 高中学位)."""
        return any(a and b and a != b for a, b in zip(self._marks(one), self._marks(other), strict=True))

    def _likeness(self, one: str, other: str) -> float:
        """How alike two bare names are, from 0 to 1: 1 the same, .95 but for the verb, else by their characters.

        A name that is the other with words put in (出庭应诉率, 行政机关负责人出庭应诉率) scores from .7 by the share it
        makes up; other names by the pairs of characters that they share.
        """
        if one == other:
            return 1.0
        a, b = self.core(one), self.core(other)
        if self.contrast(one, other):
            return 0.0
        if a == b:
            return TOTAL if self._is_total(one, other) or self._is_total(other, one) else VERB
        score = max(_by_characters(a, b), _by_characters(one, other))
        return 0.0 if score < WIDER and self._is_wider(one, other) else score

    def _is_total(self, one: str, other: str) -> bool:
        """Whether `other` counts what is new and `one` perhaps what there is in all."""
        new = self._increment.search
        return bool(new(other)) and not new(one) and not self._new.match(one)

    def same_unit(self, one: str, other: str) -> bool:
        """Whether two counting units may count one thing (60家, 60户)."""
        return one == other or any(one in units and other in units for units in self._same_units)

    def _unit_class(self, unit: str) -> str:
        """One name for all units that `same_unit` leads to from one to the next: only there may it be true."""
        found, more = {unit}, True
        while more:
            near = set().union(*(units for units in self._same_units if units & found))
            more = not near <= found
            found |= near
        return min(found)


def plain(text: str) -> str:
    """A name without quotes, brackets and spaces, full-width letters made half-width, Latin letters large."""
    text = re.sub(r"[\s“”‘’\"'（）()《》〈〉【】·]", "", unicodedata.normalize("NFKC", text))
    return _SHARE_WORD.sub("占比", text.upper())


@lru_cache(maxsize=CACHE)
def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


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
