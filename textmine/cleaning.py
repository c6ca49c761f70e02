"""Source text to clean text, every character of which knows where it came from.

`clean` runs the passes of `PASSES` in order. Each takes a `CleanText` and returns one; characters are only deleted or
replaced one for one, so an origin is never invented. The source text itself is never touched.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise

from textmine.lexicon import Lexicon
from textmine.model import CleanText

Edit = tuple[int, int, str]  # start, end, what stands there instead (at most as long as what it replaces)

HAN = "一-鿿㐀-䶿\U00020000-\U0003134f〇"
FINAL = "。！？!?；;：:…"
CLOSERS = "”’』」》）)】"

# Word's, the web's and the typist's other spaces and line ends; controls, NULs and soft hyphens go altogether.
SPACES = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
LINE_ENDS = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
INVISIBLE = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f"

# A heading or list label at the start of a line: what never continues the line before.
LABEL = re.compile(
    r"(第?[一二三四五六七八九十]{1,3}[、.．是要]|第[一二三四五六七八九十]{1,3}(部分|章|节|篇|[，,、])"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)|[①-⑳]|——|[●■◆★▲•·]|首先|其次|附件|附：|各位|主要(预期|奋斗)?目标(是|为|：|如下))"
)
CONTINUES = re.compile(
    rf"[，。、；：！？）”》%‰,;)]|(是|的|了)[：:，{HAN}]|\.\d|[万亿](元|人|亩|吨|户|千瓦|平方米)|[％%]"
)
BROKEN_OFF = re.compile(r"[，、（“《,(的和与及]$")


def clean(source: str, lexicon: Lexicon) -> CleanText:
    """The clean text of a source text.

    Cleaning a cleaned text changes nothing: the passes run until they find nothing more (seldom more than twice).
    """
    text = CleanText(source, array("L", range(len(source))))
    passes: list[Callable[[CleanText], CleanText]] = [
        *PASSES_BEFORE,
        partial(drop_furniture, lexicon=lexicon),
        unfold,
        partial(drop_page_marks, lexicon=lexicon),
        *PASSES_AFTER,
    ]
    for _ in range(8):
        before = text.text
        for step in passes:
            text = step(text)
        if text.text == before:
            break
    return text


def apply(text: CleanText, edits: Iterable[Edit]) -> CleanText:
    """`text` with the edits made: sorted, not overlapping, none longer than what it replaces."""
    pieces: list[str] = []
    origins = array("L")
    at = 0
    for start, end, new in edits:
        pieces += (text.text[at:start], new)
        origins.extend(text.origins[at:start])
        origins.extend(text.origins[start : start + len(new)])
        at = end
    if at == 0:
        return text
    pieces.append(text.text[at:])
    origins.extend(text.origins[at:])
    return CleanText("".join(pieces), origins)


def substitute(pattern: re.Pattern[str], new: str, text: CleanText) -> CleanText:
    """Every match of `pattern` replaced by `new`."""
    return apply(text, ((m.start(), m.end(), new) for m in pattern.finditer(text.text) if m.end() > m.start()))


# --- characters -------------------------------------------------------------------------------------------------


def _folds() -> dict[int, str]:
    """Full-width letters, digits, signs of arithmetic and placeholder signs to their plain forms."""
    table = {}
    for code in range(0xFF01, 0xFF5F):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain.isalnum() or plain in "%+*#@&=_/":
            table[code] = plain
    return table


FOLDS = _folds()
# Chinese text typed with an ASCII keyboard: a comma or a colon beside a Han character is the Chinese one.
ASCII_POINTS = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
ASCII_POINT = re.compile(rf"(?<=[{HAN}”）》%])[,;:!?()]|[,;:!?()](?=[{HAN}“《（])")
POINT_IN_NUMBER = re.compile(r"(?<=[\dxX*])．(?=[\dxX*])")


def fold_characters(text: CleanText) -> CleanText:
    folded = text.text.translate(FOLDS)
    return text if folded == text.text else CleanText(folded, text.origins)


def fold_points(text: CleanText) -> CleanText:
    text = substitute(POINT_IN_NUMBER, ".", text)
    text = substitute(MIDDLE_DOT, ".", text)
    return apply(text, ((m.start(), m.end(), ASCII_POINTS[m[0]]) for m in ASCII_POINT.finditer(text.text)))


MIDDLE_DOT = re.compile(r"(?<=\d)·(?=\d{1,3}[万亿元%％])")  # 2477·1万元


drop_invisible = partial(substitute, re.compile(f"[{INVISIBLE}]"), "")
unify_line_ends = partial(substitute, re.compile(LINE_ENDS), "\n")
unify_spaces = partial(substitute, re.compile(f"[{SPACES}]"), " ")


# --- lines ------------------------------------------------------------------------------------------------------


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end (without the line break) of each line."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def drop_furniture(text: CleanText, lexicon: Lexicon) -> CleanText:
    text = apply(text, _whole_lines(text.text, lambda line: bool(lexicon.furniture_line.fullmatch(line))))
    return apply(text, ((m.start(), m.end(), "") for m in lexicon.furniture_inline.finditer(text.text)))


def _whole_lines(text: str, unwanted: Callable[[str], bool]) -> Iterator[Edit]:
    for start, end in lines(text):
        line = text[start:end].strip()
        if line and unwanted(line):
            yield start, end, ""


PAGE_NUMBER = re.compile(r"\d{1,3}")
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
        head = line in heads and line in seen
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
    return body and ends not in FINAL and not LABEL.match(following)


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
    counts = Counter(line for line in stripped if 4 <= len(line) <= MAX_RUNNING_HEAD)
    return {
        line
        for line, count in counts.items()
        if count >= 3 and line[-1] not in FINAL + "，、" and not LABEL.match(line)
    }


# --- broken lines -----------------------------------------------------------------------------------------------


def visual_width(line: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(1 if ord(char) < 0x2E80 else 2 for char in line)


def wrap_measure(raw: list[str]) -> tuple[Callable[[str], int], int]:
    """How a text was broken by hand: the measure (columns or characters) and the width, 0 where it was not."""
    fits = []
    for measure, least in ((visual_width, 40), (len, 20)):
        width, share = wrap_width([measure(line.rstrip()) for line in raw], least)
        fits.append((share, width, measure))
    _, width, measure = max(fits, key=lambda fit: (fit[0], fit[1]))
    return measure, width


def wrap_width(widths: list[int], least: int) -> tuple[int, float]:
    """The width that most lines have, few being wider, and the share of lines near it; 0 where there is none."""
    long = [width for width in widths if width >= least]
    if len(long) < 6 or len(long) < len(widths) * 0.5:
        return 0, 0.0
    width, _ = Counter(long).most_common(1)[0]
    near = sum(1 for w in long if abs(w - width) <= 3) / len(long)
    wider = sum(1 for w in long if w > width + 3) / len(long)
    return (width, near) if near >= 0.7 and wider <= 0.1 else (0, 0.0)


def join_broken_lines(text: CleanText) -> CleanText:
    """Line breaks in mid-sentence, in mid-word or inside a number go; those between paragraphs stay, one each."""
    spans = [(a, b) for a, b in lines(text.text) if text.text[a:b].strip()]
    if not spans:
        return text
    raw = [text.text[a:b] for a, b in spans]
    measure, width = wrap_measure(raw)
    indented = sum(line.startswith("  ") for line in raw) >= 3
    edits: list[Edit] = []
    for (_, end), (start, _), line, following in zip(spans, spans[1:], raw, raw[1:], strict=False):
        start += len(following) - len(following.lstrip())
        end -= len(line) - len(line.rstrip())
        if _is_broken(line, following, indented, width, measure(line.rstrip())):
            edits.append((end, start, ""))
        elif text.text[end:start] != "\n":
            edits.append((end, start, "\n"))
    head = spans[0][0] + len(raw[0]) - len(raw[0].lstrip())
    tail = spans[-1][1] - (len(raw[-1]) - len(raw[-1].rstrip()))
    return apply(text, [(0, head, ""), *edits, (tail, len(text.text), "")])


def _is_broken(line: str, following: str, indented: bool, width: int, length: int) -> bool:
    """Whether the break between two lines is no paragraph's end. `width` is that of a text broken by hand, or 0."""
    line, start = line.strip(), following.strip()
    ends = line.rstrip(CLOSERS)[-1:] or line[-1]
    if CONTINUES.match(start):
        return not (line[-1] in FINAL and start[0] in "“（")
    if width:
        return length >= width - 3 and _goes_on(ends, start, following, indented)
    if LABEL.match(start):
        return False
    unfinished = ends not in FINAL and ("。" in line or (len(line) > 45 and not LABEL.match(line)))
    return bool(BROKEN_OFF.search(line)) or unfinished


def _goes_on(ends: str, start: str, following: str, indented: bool) -> bool:
    """In a text broken at a fixed width, a full line goes on in the next one unless that opens a paragraph."""
    if indented:
        return not following.startswith("  ")
    return ends not in "。！？" and not LABEL.match(start)


# --- spaces, punctuation, numbers -------------------------------------------------------------------------------

FOLDED_HEADING = re.compile(
    r"(?<! ) ++(?=([一二三四五六七八九十]{1,3}[、是要]|（[一二三四五六七八九十]{1,3}）|各位代表))"
)
AFTER_TITLE = re.compile(r"(?<=总结|计划|报告|要点|安排|打算|思路) ++(?=[\d一二xX*×今上]|在)|(?<=[。！？]) ++")
FOLDED_LINE = 600  # a line as long as this holds more than one paragraph


def unfold(text: CleanText) -> CleanText:
    """In a report that came as one line, the spaces before headings and after the title are its line breaks."""
    edits: list[Edit] = []
    one_line = text.text.strip("\n ").count("\n") <= 1
    for start, end in lines(text.text):
        if end - start >= FOLDED_LINE or one_line:
            for match in re.finditer(f"{FOLDED_HEADING.pattern}|{AFTER_TITLE.pattern}", text.text[start:end]):
                edits.append((start + match.start(), start + match.end(), "\n"))
    return apply(text, edits)


POINTS = "，。；：、！？“”（）《》"
SPACE_IN_CHINESE = re.compile(
    rf"(?<=[{HAN}{POINTS}\d%xX*×]) +(?=[{HAN}{POINTS}%‰])|(?<=[{HAN}{POINTS}]) +(?=[\dxX*×])"
    r"|(?<=\d) (?=\d{3}(?!\d))|(?<=\d\.) (?=\d)|(?<=\d) (?=\.\d)|^ +| +$",
    re.MULTILINE,
)
DOUBLED = re.compile(r"([，。；：、！？])(?=\1)|[，、](?=[，。；])|(?<=\d)。(?=\.\d)")

drop_spaces = partial(substitute, SPACE_IN_CHINESE, "")
drop_doubled = partial(substitute, DOUBLED, "")

PASSES_BEFORE: tuple[Callable[[CleanText], CleanText], ...] = (
    drop_invisible,
    unify_line_ends,
    unify_spaces,
    fold_characters,
    fold_points,
)
PASSES_AFTER: tuple[Callable[[CleanText], CleanText], ...] = (
    join_broken_lines,
    drop_spaces,
    drop_doubled,
)
