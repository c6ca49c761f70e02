"""What the words of a line without a number say it is: a heading, a lead-in, a greeting, a closing, a copy.

The patterns are those of data/headings.toml.
"""

from __future__ import annotations

import re

from textmine.model import Span
from textmine.numerals import SIGNS
from textmine.parts import Parts
from textmine.phrases import LABELLED, MAX_BARE_HEADING, STOPS, Phrases, sentences

LONG_PARAGRAPH, SHORT_PARAGRAPH = 50, 12  # characters from which a copy counts, alone or after another copy
MANY_WORKS = 3  # clauses of work that a closing paragraph does not reach
MAX_FRESH_TITLE = 15  # characters of a lead title with which a paragraph opens afresh
_CLAUSE = re.compile("[，；、]")
_REPORTS = re.compile(rf"[。；！？\d{SIGNS}]")  # what only a sentence holds: an inner stop, a number
_SPEAKER = rf"(检察长|院长|镇长|乡长|州长|旗长|盟长|主任|局长|书记|会长) ?[一-鿿{SIGNS}]{{1,4}}$"
_NO_HEADING = re.compile(rf"\d{{4}}年\d{{1,2}}月|^[\dxX*]+$|省长|市长|县长|区长|主席|^附|^（|{_SPEAKER}")


class Copies:
    """The paragraphs read so far: reports are pasted together from copies."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.last = ""
        self.repeating = False  # whether the last one was a copy

    def repeats(self, words: str) -> bool:
        """Whether a paragraph is a copy: a long one that stood above, or one after a copy or after itself."""
        again = self.repeating or words == self.last
        repeated = words in self.seen and (len(words) >= LONG_PARAGRAPH or again)
        self.last = words
        if len(words) >= SHORT_PARAGRAPH:
            self.seen.add(words)
            self.repeating = repeated
        return repeated


def sentences_of(words: str) -> list[str]:
    """The sentences of a paragraph."""
    return [span.of(words) for span in sentences(words, Span(0, len(words)))]


def closes(words: str, phrases: Phrases) -> bool:
    """Whether an unlabelled paragraph ends a report or a section: it appeals, vows or credits, and does no work.

    An appeal at the end of a paragraph of work (…，谱写军民团结新篇章！) does not make it one.
    """
    found = sentences_of(words)
    if not any(phrases.paragraph_closing.search(sentence) for sentence in found[-2:]):
        return False
    if phrases.paragraph_admits.search(words):
        return False
    if phrases.paragraph_credits.search(words):
        return True
    if len(found) > 2 and phrases.figure.search(words):
        return False
    own = [sentence for sentence in found if not phrases.paragraph_rallies.search(sentence)]
    clauses = (clause for sentence in own for clause in _CLAUSE.split(sentence))
    return sum(1 for clause in clauses if phrases.paragraph_work.search(clause)) < MANY_WORKS


def leads(words: str, phrases: Phrases) -> bool:
    """Whether a paragraph is one sentence that leads in to what follows."""
    found = sentences_of(words)
    lead = phrases.paragraph_lead.search(found[-1]) and not phrases.paragraph_targets.search(words)
    return len(found) == 1 and bool(lead)


def opens_afresh(words: str, below_item: bool, phrases: Phrases) -> bool:
    """Whether a paragraph ends the list before it. `below_item`: the open item has a body of its own."""
    first = sentences_of(words)[0]
    return bool(
        (has_lead_title(words) and below_item)
        or phrases.paragraph_fresh.search(words)
        or phrases.paragraph_admits.search(first)
    )


def has_lead_title(words: str) -> bool:
    """Whether the first sentence of a paragraph heads it: 党建引领聚合力。…"""
    first = sentences_of(words)[0]
    return len(first) <= MAX_FRESH_TITLE and first.endswith("。") and len(words) > 3 * len(first)


def is_title(words: str) -> bool:
    """Whether an item, its label left out, is only a title, which has its body below."""
    words = words.rstrip("。；")
    return len(words) <= MAX_BARE_HEADING and _REPORTS.search(words) is None


def is_stopped_heading(words: str) -> bool:
    """Whether a line could be a heading that ends with a stop: 城市管理。"""
    return re.fullmatch("[一-鿿“”、]{4,12}。", words) is not None


def looks_bare(words: str, title: str, parts: Parts) -> bool:
    """Whether a line could be a heading without a number: short, no sentence, not the title, no date or name."""
    if not 4 <= len(words) <= MAX_BARE_HEADING or re.search("[，。]", words):
        return False
    if words.endswith("：") and not re.search("[以如]下|[是为有]：", words) and parts.of_title(words[:-1], top=True):
        return True  # 2022年工作思路：
    if words[-1] in STOPS + "、":
        return False
    return words != title and not _NO_HEADING.search(words) and LABELLED.match(words) is None
