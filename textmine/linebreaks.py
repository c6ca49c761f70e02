"""Where lines break and paragraphs end: breaks in mid-sentence go, the spaces that were breaks become them again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from textmine.characters import HAN
from textmine.edits import Edit, apply, lines
from textmine.model import CleanText

FINAL = "。！？!?；;：:…"
CLOSERS = "”’』」》）)】"

# A heading or list label at the start of a line: what never continues the line before.
LABEL = re.compile(
    r"(第?[一二三四五六七八九十]{1,3}[、.．是要]|第[一二三四五六七八九十]{1,3}(部分|章|节|篇|[，,、])"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)|[①-⑳]|——|[●■◆★▲•·]|首先|其次|附件|附：|各位|主要(预期|奋斗)?目标(是|为|：|如下))"
)
CONTINUES = re.compile(
    rf"[，。、；：！？）”》%‰,;)]|(是|的|了)[：:，{HAN}]|\.\d|[万亿](元|人|亩|吨|户|千瓦|平方米)|[％%]"
    rf"|(?![一二三四五六七八九十甲乙丙丁])[{HAN}][，。；]"
)
# A line that begins with what the line before counts: 举办培训⏎12期
COUNTED = re.compile(r"[\dxX*×○]{1,6}(?:余|多)?(?:[名件起期次份户家万亿元亩吨台辆]|人(?!民|大))(?!是|要)")
BROKEN_OFF = re.compile(r"[，、（“《,(的和与及]$")
RUNNING = re.compile(
    "[一二三四五六七八九十]{1,3}[是要则]|第[一二三四五六七八九十]{1,3}，|[①-⑳]|首先|其次"
)  # an item, never a heading
SYMBOL = re.compile(r"[A-WYZ]\d")  # PM⏎2.5; an X may be a mask
# Lines that are whole: a title, a heading that plans or reviews, a line in brackets, the date that signs a report.
WHOLE = re.compile(
    r"^[^，。；：、]{2,50}(总结|计划|报告|要点|安排|打算|思路|汇编|工作情况)$|^[（(][^（）()]*[）)]$|^[\dxX*〇○一二]{2,4}年[\dxX*一二三十]{1,3}月[\dxX*一二三十]{1,3}日$"
)
FRAGMENTS, FEW_BROKEN = 10, 3  # lines from which a text may be ragged, and those of them that stop in mid-sentence
ORPHAN = 3  # characters of the end of a word that stands alone in a line
POINTED = re.compile("[，。；：、！？\\d]")
ENDS = 200  # characters at either end of a paragraph that are looked at: reading all of it at each line is quadratic
LONG_LINE = 45  # characters from which a line without a stop is body text


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
        return apply(text, [(0, len(text.text), "")]) if text.text else text
    raw = [text.text[a:b] for a, b in spans]
    measure, width = wrap_measure(raw)
    indented = sum(line.startswith("  ") for line in raw) >= 3
    ragged = _is_ragged(raw)
    edits: list[Edit] = []
    paragraph = ""  # the lines joined so far, which the next one goes on or not
    for (_, end), (start, _), line, following in zip(spans, spans[1:], raw, raw[1:], strict=False):
        start += len(following) - len(following.lstrip())
        end -= len(line) - len(line.rstrip())
        paragraph = _ends_of(paragraph + line.strip())
        if _is_broken(paragraph, following, indented, width, measure(line.rstrip()), ragged):
            edits.append((end, start, ""))
            continue
        paragraph = ""
        if text.text[end:start] != "\n":
            edits.append((end, start, "\n"))
    head = spans[0][0] + len(raw[0]) - len(raw[0].lstrip())
    tail = spans[-1][1] - (len(raw[-1]) - len(raw[-1].rstrip()))
    return apply(text, [(0, head, ""), *edits, (tail, len(text.text), "")])


def _ends_of(paragraph: str) -> str:
    """Both ends of a long paragraph and the points between them: all that tells whether it goes on."""
    if len(paragraph) <= 2 * ENDS:
        return paragraph
    middle = paragraph[ENDS:-ENDS]
    return paragraph[:ENDS] + "".join(point for point in "。，" if point in middle) + paragraph[-ENDS:]


def _is_broken(line: str, following: str, indented: bool, width: int, length: int, ragged: bool) -> bool:
    """Whether the break between two lines is no paragraph's end. `width` is that of a text broken by hand, or 0."""
    line, start = line.strip(), following.strip()
    ends = line.rstrip(CLOSERS)[-1:] or line[-1]
    if CONTINUES.match(start):
        return not (line[-1] in FINAL and start[0] in "“（")
    if COUNTED.match(start) and ends not in FINAL and "，" in line:
        return True
    if width:
        return length >= width - 3 and _goes_on(ends, start, following, indented)
    if LABEL.match(start):
        return False
    if SYMBOL.match(line[-1] + start[0]):
        return True
    if ends in "；;" and LABEL.match(line):
        return True  # an item that goes on in a line of its own
    body = "。" in line or (len(line) > LONG_LINE and not LABEL.match(line))
    body = body or ("，" in line and (RUNNING.match(line) is not None or (ragged and not LABEL.match(line))))
    orphan = ragged and len(start) <= ORPHAN and not POINTED.search(start)
    unfinished = ends not in FINAL and (body or orphan) and not WHOLE.match(line) and not WHOLE.match(start)
    return bool(BROKEN_OFF.search(line)) or unfinished


def _is_ragged(raw: list[str]) -> bool:
    """Whether a text is broken into fragments of any length: no line is long, and many stop in mid-sentence."""
    stripped = [line.strip() for line in raw]
    if len(stripped) < FRAGMENTS or sum(len(line) > LONG_LINE for line in stripped) > len(stripped) * 0.1:
        return False
    broken = sum(
        "，" in line and (line.rstrip(CLOSERS)[-1:] or line[-1]) not in FINAL + "，" and not LABEL.match(line)
        for line in stripped
    )
    return broken >= FEW_BROKEN and broken >= len(stripped) * 0.1


def _goes_on(ends: str, start: str, following: str, indented: bool) -> bool:
    """In a text broken at a fixed width, a full line goes on in the next one unless that opens a paragraph."""
    if indented:
        return not following.startswith("  ")
    return ends not in "。！？" and not LABEL.match(start)


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
