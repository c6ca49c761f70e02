"""What stands in a text and is no part of the report: watermarks, advertisements, chrome, page marks, running heads.

The patterns are those of data/furniture.txt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from textmine.characters import HAN
from textmine.edits import Edit, apply, lines
from textmine.lexicon import Lexicon
from textmine.linebreaks import CLOSERS, FINAL, LABEL, WHOLE
from textmine.model import CleanText


def drop_furniture(text: CleanText, lexicon: Lexicon) -> CleanText:
    text = apply(text, _unwanted(text.text, lexicon))
    return apply(text, ((m.start(), m.end(), "") for m in lexicon.furniture_inline.finditer(text.text)))


def _unwanted(text: str, lexicon: Lexicon) -> Iterator[Edit]:
    """Lines that are furniture; of one that begins with words of the report (落实责任，加微信…) only the rest."""
    for start, end in lines(text):
        line = text[start:end].strip()
        if line and lexicon.furniture_line.fullmatch(line):
            yield start + _own_words(text[start:end], lexicon), end, ""


def _own_words(line: str, lexicon: Lexicon) -> int:
    """How many characters of work stand before the first clause that is furniture.

    Where no clause is it by itself, the line is the report's own if it counts work: 推进公众号建设，新增会员300名.
    """
    at = 0
    for clause in line.split("，"):
        if clause.strip() and lexicon.furniture_line.fullmatch(clause.strip()):
            break
        at += len(clause) + 1
    else:
        at = len(line) if COUNTS.search(line) else 0
    own = line[:at]
    return at if any(word in own for word in lexicon.words("headings", "paragraph.work")) else 0


COUNTS = re.compile(r"\d(?:[万亿]|[个件名户家次场人条项篇])")
STARTS_IN_WORD = re.compile(rf"[{HAN}][^\n]{{0,200}}[，。；]")  # body text, not a heading or a date
PAGE_NUMBER = re.compile(r"\d{1,3}")
NUMBERED_HEAD = re.compile(r"[·—－–-] ?\d{1,3} ?[·—－–-]|第 ?\d{1,3} ?页")  # a head and its page number in one line
MAX_RUNNING_HEAD = 30


def drop_page_marks(text: CleanText, lexicon: Lexicon) -> CleanText:
    """Page marks, bare page numbers that count up, and short lines that come back page after page.

    Where they stood in mid-sentence the two lines around them are joined.
    """
    spans = [(a, b) for a, b in lines(text.text) if text.text[a:b].strip()]
    stripped = [text.text[a:b].strip() for a, b in spans]
    pages = _page_numbers(stripped)
    heads = _running_heads(stripped)
    seen: set[str] = set()
    dropped = []
    for index, line in enumerate(stripped):
        head = line in heads and (line in seen or NUMBERED_HEAD.search(line) is not None)
        dropped.append(index in pages or head or bool(lexicon.furniture_page.fullmatch(line)))
        seen.add(line)
    return apply(text, _without(text.text, spans, stripped, dropped)) if any(dropped) else text


def _without(text: str, spans: list[tuple[int, int]], stripped: list[str], dropped: list[bool]) -> Iterator[Edit]:
    """Edits that drop lines; a run of them inside a sentence goes with the line breaks around it."""
    kept = [index for index, gone in enumerate(dropped) if not gone]
    if not kept:
        yield 0, len(text), ""
        return
    if kept[0] > 0:
        yield 0, spans[kept[0]][0], ""
    for one, two in pairwise(kept):
        if two > one + 1:
            inside = _in_mid_sentence(stripped[one], stripped[two])
            yield spans[one][1], spans[two][0], "" if inside else "\n"
    if kept[-1] < len(spans) - 1:
        yield spans[kept[-1]][1], len(text), ""


def _in_mid_sentence(line: str, following: str) -> bool:
    """Whether a sentence goes on from one line to the other: the first is body text without a stop at its end."""
    ends = line.rstrip(CLOSERS)[-1:] or line[-1]
    body = re.search("[，。；、]", line) is not None
    if ends in FINAL or LABEL.match(following):
        return False
    return body or not (LABEL.match(line) or WHOLE.search(line) or not STARTS_IN_WORD.match(following))


def _page_numbers(stripped: list[str]) -> set[int]:
    bare = [(index, int(line)) for index, line in enumerate(stripped) if PAGE_NUMBER.fullmatch(line)]
    counted: list[int] = []
    expected: int | None = None
    for index, number in bare:
        if (expected is None and number <= 3) or number == expected:
            counted.append(index)
            expected = number + 1
    return set(counted) if len(counted) >= 2 else set()


def _running_heads(stripped: list[str]) -> set[str]:
    """Short lines that stand three times, or twice with a page number in them."""
    short = [line for line in stripped if 4 <= len(line) <= MAX_RUNNING_HEAD]
    counts = Counter(short)
    numbered = Counter(_unnumbered(line) for line in set(short) if NUMBERED_HEAD.search(line))
    return {
        line
        for line, count in counts.items()
        if line[-1] not in FINAL + "，、"
        and (numbered[_unnumbered(line)] >= 2 or (count >= 3 and not LABEL.match(line)))
    }


def _unnumbered(line: str) -> str:
    return NUMBERED_HEAD.sub("", line)
