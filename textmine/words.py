"""Segmentation into words: jieba's dictionary and algorithm, with the domain dictionary and stop words.

Two engines give one result. `rjieba`, a port of jieba to Rust and some 20 times as fast, cuts what both are known to
cut alike; jieba itself cuts the rest, blocks such as 2026-02-03, 3-5 or www.gov.cn, where the port differs. Neither
jieba's shared tokenizer nor its cache file in the shared temporary folder is ever used.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, cast

from textmine.model import LexiconError, Span
from textmine.numerals import CHINESE, SIGNS

Row = tuple[str, int | None, str]  # a word, its frequency (None: as jieba suggests), its tag
WORDS_KEPT = 1 << 16  # of which is known whether they are words of content

# jieba cuts blocks of these characters by dictionary, and all others one by one (but \r\n together).
_HAN = "\u4e00-\u9fd5"
_ASCII = "a-zA-Z0-9+#&._%\\-"
# Other characters that both engines cut alike. The rest never reach the port, which takes more of them for Chinese.
_SIGN = " \t\r\n!\"$'()*,/:;<=>?@\\[\\]^`{|}~·×“”‘’—…\u3000-\u3006\u3008-\u301f\uff01-\uff5e"
# 3, 3.5, 3.5%, GDP between Chinese characters: the port's pattern for more than these (3.5.7, 3-5) is not jieba's.
_NUMERAL = rf"[a-zA-Z0-9]++(?:\.[0-9]++)?+%?+(?![{_ASCII}])"
_ALIKE = rf"(?:[{_HAN}]++|{_NUMERAL})++(?![{_HAN}{_ASCII}])"
_PIECES = re.compile(rf"(?P<alike>(?:[{_SIGN}]++|{_ALIKE})++)|(?P<block>[{_HAN}{_ASCII}]++)|(?P<other>.)", re.DOTALL)
_NUMBER = re.compile(rf"[\d.,:%‰+\-~/]++|[{CHINESE}万亿兆]++[个多余几]?|[{re.escape(SIGNS)}.%]++")


class Token(NamedTuple):
    """A word and where it stands."""

    text: str
    span: Span


class Words:
    """Segments text. Immutable; safe to share between threads; loads its dictionary (0.7 s) at first use.

    `dictionary`: rows (word, frequency or None, tag) as of jieba's user dictionaries, in order; a frequency of 0 takes
    a word out. `stopwords`: words that `content_words` leaves out.

    >>> Words([("行政复议", None, "n")], ["的"]).content_words("2025年的行政复议，办结12件。")
    ['年', '行政复议', '办结', '件']
    """

    def __init__(self, dictionary: Iterable[Row] = (), stopwords: Iterable[str] = ()) -> None:
        self._dictionary = tuple(dictionary)
        self._stopwords = frozenset(stopwords)
        frequencies = {word: frequency for word, frequency, _ in self._dictionary}
        self._own = frozenset(word for word, frequency in frequencies.items() if frequency != 0)
        self._split = frozenset(word for word, frequency in frequencies.items() if frequency == 0 and _is_han(word))
        # A word is met again and again, and what it is takes longer to tell than to look up.
        self._content = lru_cache(maxsize=WORDS_KEPT)(self._has_content)
        self._lock = threading.Lock()
        self._engines: tuple[Any, Any] | None = None

    def __reduce__(self) -> tuple[type[Words], tuple[tuple[Row, ...], frozenset[str]]]:
        return Words, (self._dictionary, self._stopwords)  # a worker process loads its own engines

    def __deepcopy__(self, memo: object) -> Words:
        return self

    def tokens(self, text: str) -> list[Token]:
        """The words of `text` with their spans (in characters); joined together they are `text`."""
        found = []
        start = 0
        for word in self.cut(text):
            end = start + len(word)
            found.append(Token(word, Span(start, end)))
            start = end
        return found

    def cut(self, text: str) -> list[str]:
        """The words of `text`, punctuation and white space included; joined together they are `text`.

        The result is that of a `jieba.Tokenizer` with the same dictionary: `cut(text, HMM=True)`.
        """
        jieba, port = self._engines or self._load()
        words: list[str] = []
        for piece in _PIECES.finditer(text):
            if piece.lastgroup == "alike":
                words += port.cut(piece[0])
            elif piece.lastgroup == "block":
                words += jieba.cut(piece[0], HMM=True)
            else:
                words.append(piece[0])
        return list(self._apart(words)) if self._split else words

    def content_words(self, text: str) -> list[str]:
        """The words of `text` without stop words, punctuation, numbers (186.4, 三百二十) and masks (XX).

        A number that the dictionary has as a word stays (十四五).
        """
        return list(filter(self._content, self.cut(text)))

    def _has_content(self, word: str) -> bool:
        if word in self._stopwords:
            return False
        if word in self._own:
            return True
        return any(char.isalnum() for char in word) and _NUMBER.fullmatch(word) is None

    def _apart(self, words: list[str]) -> Iterator[str]:
        """Words of frequency 0 in single characters. jieba keeps a list of them for the whole process; this is ours."""
        for word in words:
            if word in self._split:
                yield from word
            else:
                yield word

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._engines is None:
                jieba = _tokenizer(self._dictionary)
                self._engines = jieba, _port(jieba)
            return self._engines


@lru_cache(maxsize=2)
def words_of(dictionary: tuple[Row, ...], stopwords: frozenset[str]) -> Words:
    """The segmenter of a lexicon's tables; loading its dictionary takes a second, so that all share one."""
    return Words(dictionary, stopwords)


def _is_han(word: str) -> bool:
    return re.fullmatch(f"[{_HAN}]+", word) is not None


def _tokenizer(dictionary: Iterable[Row]) -> Any:
    """A tokenizer of jieba's, with its dictionary and ours."""
    jieba = _import_jieba()
    tokenizer = jieba.Tokenizer()
    # What initialize() does, without the cache file and the messages.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word, frequency, tag in dictionary:
        if not word or (frequency is not None and frequency < 0):
            raise LexiconError(f"dictionary: {word!r} with frequency {frequency} is no word", "bad_table")
        if frequency == 0:
            tokenizer.FREQ[word] = 0
        else:
            tokenizer.add_word(word, frequency, tag)
    return tokenizer


def _import_jieba() -> Any:
    """jieba, whose import warns of its own code and of pkg_resources."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    return jieba


def _port(tokenizer: Any) -> Any:
    """The port with the words and frequencies of `tokenizer`, so that both count alike.

    jieba counts a word that is added twice twice in its total; a word that no text can hold makes up the difference.
    """
    from rjieba import Jieba

    port = cast(Any, Jieba).empty()
    total = 0
    for word, frequency in tokenizer.FREQ.items():
        if frequency:
            port.add_word(word, frequency, "")
            total += frequency
    if tokenizer.total > total:
        port.add_word("\ue000\ue000", tokenizer.total - total, "")
    return port
